"""What a bot may do with messages in Telegram: write, change, delete, and answer a press."""

import re
import time
from typing import Any

from . import bot_api_rules as rules
from .bot_api_rules import Parsed, Upload, bad
from .updates import BOT, BOT_ID, Json, Said, World

MARKUP = re.compile(r"</?[a-z][^<>]*>|&(lt|gt|amp|quot);", re.I)


class Messages(World):
    """The bot's own messages among those of everybody."""

    def _room(self, args: Json) -> int:
        """The chat that is meant, when the bot may write there."""
        if "chat_id" not in args:
            raise bad("chat_id is empty")
        self.check_reachable(args["chat_id"], args.get("message_thread_id"))
        return int(args["chat_id"])

    def _words(self, method: str, args: Json) -> Json:
        found = rules.checked_text(args.get("text", ""), args.get("parse_mode", ""))
        self._remark(method, args.get("text", ""), args, found)
        if (args.get("link_preview_options") or {}).get("is_disabled") is not True:
            self.warnings.append(f"{method}: the link preview is not disabled")
        return {"text": found.plain, "entities": found.entities or None}

    def _caption(self, method: str, args: Json) -> Json:
        found = rules.checked_caption(args.get("caption", ""), args.get("parse_mode", ""))
        self._remark(method, args.get("caption", ""), args, found)
        return {"caption": found.plain or None, "caption_entities": found.entities or None}

    def _remark(self, method: str, source: str, args: Json, found: Parsed) -> None:
        self.warnings += [f"{method}: {what} is dropped" for what in found.dropped]
        if not args.get("parse_mode") and MARKUP.search(source):
            self.warnings.append(f"{method}: tags without a parse_mode")

    def _post(self, args: Json, content: Json, source: str, **file: Any) -> Json:
        chat, markup = self._room(args), args.get("reply_markup")
        if markup is not None:
            rules.check_markup(markup)
        answered = self._replied(chat, args.get("reply_parameters") or {})
        shown = _without_nothing({**content, "reply_markup": _inline(markup)})
        thread = args.get("message_thread_id")
        return self._say(chat, BOT, shown, thread, answered, html=source, markup=markup, **file).message

    def _replied(self, chat: int, reply: Json) -> int | None:
        """The message that is answered, if any."""
        number = reply.get("message_id")
        if number and not self.find(chat, number) and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return number

    def _send_message(self, args: Json) -> Json:
        self._room(args)
        return self._post(args, self._words("sendMessage", args), args.get("text", ""))

    def _send_photo(self, args: Json) -> Json:
        self._room(args)
        file = self._file("photo", args)
        content = {"photo": self._sizes(file.data), **self._caption("sendPhoto", args)}
        return self._post(args, content, args.get("caption", ""), data=file.data, file_name=file.name)

    def _send_document(self, args: Json) -> Json:
        self._room(args)
        file = self._file("document", args)
        content = {"document": self._document(file.data, file.name, file.mime)}
        content |= self._caption("sendDocument", args)
        return self._post(args, content, args.get("caption", ""), data=file.data, file_name=file.name)

    def _file(self, kind: str, args: Json) -> Upload:
        """The file that came along, or one that is kept here already."""
        given = args.get(kind) or None
        if given is None:
            raise bad(f"there is no {kind} in the request")
        if isinstance(given, str):
            if given not in self.files:
                raise bad("wrong remote file identifier specified: Wrong string length")
            given = Upload(self.files[given].path.split("/")[-1], "application/octet-stream", self.files[given].data)
        rules.check_file(kind, given)
        return given

    def _mine(self, args: Json) -> Said:
        """The bot's message that is to be changed."""
        said = self.find(self._room(args), args.get("message_id"))
        if said is None:
            raise bad("message to edit not found")
        if said.message.get("from", {}).get("id") != BOT_ID:
            raise bad("message can't be edited")
        return said

    def _change(self, args: Json, said: Said, content: Json, source: str | None = None) -> Json:
        """Change it; a keyboard that is not named goes, as it does in Telegram."""
        markup = args.get("reply_markup")
        if markup is not None:
            rules.check_markup(markup, inline_only=True)
        content = {**content, "reply_markup": _inline(markup)}
        if all(said.message.get(name) == value for name, value in content.items()):
            same = "specified new message content and reply markup are exactly the same as a current content and"
            raise bad(f"message is not modified: {same} reply markup of the message")
        changed = {**said.message, **content, "edit_date": int(time.time())}
        said.message, said.markup = _without_nothing(changed), content["reply_markup"]
        said.html = said.html if source is None else source
        return said.message

    def _edit_text(self, args: Json) -> Json:
        said = self._mine(args)
        if "text" not in said.message:
            raise bad("there is no text in the message to edit")
        return self._change(args, said, self._words("editMessageText", args), args["text"])

    def _edit_caption(self, args: Json) -> Json:
        said = self._mine(args)
        if "text" in said.message:
            raise bad("there is no caption in the message to edit")
        return self._change(args, said, self._caption("editMessageCaption", args), args.get("caption", ""))

    def _edit_markup(self, args: Json) -> Json:
        return self._change(args, self._mine(args), {})

    def _delete(self, args: Json) -> bool:
        chat = self._room(args)
        said, group = self.find(chat, args.get("message_id")), self.groups.get(chat)
        if said is None:
            raise bad("message to delete not found")
        ours = said.message.get("from", {}).get("id") == BOT_ID
        if group and group.standing != "administrator" and not ours:
            raise bad("message can't be deleted")
        self.said[chat].remove(said)
        return True

    def _answer_press(self, args: Json) -> bool:
        id, text = args.get("callback_query_id", ""), args.get("text", "")
        if id not in self.queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if rules.units(text) > rules.ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        self.queries.remove(id)
        self.answered[id] = text
        return True


def _inline(markup: Json | None) -> Json | None:
    """The keyboard that a message shows, if any; rows without buttons are left out."""
    rows = [row for row in (markup or {}).get("inline_keyboard", []) if row]
    return {"inline_keyboard": rows} if rows else None


def _without_nothing(message: Json) -> Json:
    return {name: value for name, value in message.items() if value is not None}
