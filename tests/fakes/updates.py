"""The people, chats and messages of one Telegram, and the updates it makes of what happens among them."""

import copy
import itertools
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .bot_api_rules import Refused, bad, units

Json = dict[str, Any]
Id = int | None

BOT_ID, BOT_USERNAME = 110201543, "duly_test_bot"
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "Duly", "username": BOT_USERNAME}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
UPDATES: list[Json] = []  # what any Telegram made, for a check of types; none of the poison

_MAY = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories "
    "can_send_welcome_messages"
)
STANDING: dict[str, Json] = {  # what a member of each status has besides
    "creator": {"is_anonymous": False},
    "administrator": {name: name in ("can_manage_chat", "can_delete_messages") for name in _MAY.split()},
    "member": {},
    "left": {},
    "kicked": {"until_date": 0},
}
COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@(\w+))?(?=\s|$)")


@dataclass
class Group:
    """A group, supergroup or channel, and how the bot stands in it."""

    id: int
    type: str
    title: str
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    topics: set[int] = field(default_factory=set)
    privacy: bool = True
    standing: str = "member"
    migrated_to: int = 0

    def shown(self) -> Json:
        return {"id": self.id, "type": self.type, "title": self.title, **({"is_forum": True} if self.topics else {})}


@dataclass
class Said:
    """One message: as Telegram shows it, and as it was sent."""

    message: Json
    html: str = ""
    markup: Json | None = None
    data: bytes | None = None
    file_name: str = ""


@dataclass(frozen=True)
class File:
    """A file that Telegram keeps."""

    id: str
    data: bytes
    path: str

    def shown(self) -> Json:
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": len(self.data)}


def member(user: Json, status: str) -> Json:
    return {"status": status, "user": user, **STANDING[status]}


class World:
    """Who is there and what was said. What happens gives updates, which wait until they are confirmed."""

    def __init__(self) -> None:
        self.users: dict[int, Json] = {}
        self.groups: dict[int, Group] = {}
        self.started: set[int] = set()
        self.blocked: set[int] = set()
        self.said: dict[int, list[Said]] = defaultdict(list)
        self.files: dict[str, File] = {}
        self.queries: set[str] = set()  # the presses that wait for an answer
        self.queue: list[Json] = []
        self._update_ids = itertools.count(870_000_001)
        self._message_ids: dict[int, Iterator[int]] = defaultdict(lambda: itertools.count(1))
        self._ids = itertools.count(1)
        self._lock = threading.RLock()

    # What a test sets up.

    def add_user(self, id: int, name: str, language_code: str = "sv", username: str = "", started: bool = True) -> None:
        """Somebody; unless `started`, the bot may not write to them before they wrote or pressed."""
        first, _, last = name.partition(" ")
        more = {"last_name": last, "username": username, "language_code": language_code}
        known = {key: value for key, value in more.items() if value}
        self.users[id] = {"id": id, "is_bot": False, "first_name": first, **known}
        if started:
            self.started.add(id)

    def add_group(
        self,
        id: int,
        title: str,
        members: Iterable[int] = (),
        supergroup: bool = False,
        topics: Iterable[int] = (),
        privacy: bool = True,
        admins: Iterable[int] = (),
    ) -> None:
        """A group with the bot in it; with topics it is a supergroup."""
        kind = "supergroup" if supergroup or topics else "group"
        assert id < 0, "groups have negative ids"
        assert str(id).startswith("-100") == (kind == "supergroup"), "only the ids of supergroups begin with -100"
        self.groups[id] = Group(id, kind, title, {*members, *admins}, set(admins), set(topics), privacy)

    def add_channel(self, id: int, title: str) -> None:
        self.groups[id] = Group(id, "channel", title, standing="administrator")

    def block(self, user: int) -> None:
        self.blocked.add(user)

    def unblock(self, user: int) -> None:
        self.blocked.discard(user)

    def kick(self, chat: int) -> None:
        """The bot is thrown out, and is not told."""
        self.groups[chat].standing = "kicked"

    def migrate(self, chat: int, new: int, queue: bool = True) -> list[Json]:
        """The group becomes a supergroup; the two service messages that say so."""
        old = self.groups[chat]
        self.add_group(new, old.title, old.members, supergroup=True, privacy=old.privacy, admins=old.admins)
        self.groups[new].standing, old.migrated_to = old.standing, new
        told = {chat: {"migrate_to_chat_id": new}, new: {"migrate_from_chat_id": chat}}
        return [self._anonymous(where, content, queue) for where, content in told.items()]

    # What comes in. Each gives the update, and lets it wait unless `queue` is False or privacy mode hides it.

    def message(
        self,
        user: int,
        text: str,
        chat: Id = None,
        thread: Id = None,
        reply_to: Id = None,
        queue: bool = True,
        **more: Any,
    ) -> Json:
        """Somebody writes, to the bot or in a group. `more` are further fields of the message."""
        return self._heard(user, {**worded(text), **more}, chat, queue, thread=thread, reply_to=reply_to, html=text)

    def photo(
        self,
        user: int,
        data: bytes,
        caption: str = "",
        chat: Id = None,
        media_group_id: str | None = None,
        queue: bool = True,
    ) -> Json:
        content = {"photo": self._sizes(data), **worded(caption, "caption")}
        if media_group_id:
            content["media_group_id"] = media_group_id
        return self._heard(user, content, chat, queue, html=caption, data=data)

    def document(
        self, user: int, data: bytes, name: str, mime: str, caption: str = "", chat: Id = None, queue: bool = True
    ) -> Json:
        content = {"document": self._document(data, name, mime), **worded(caption, "caption")}
        return self._heard(user, content, chat, queue, html=caption, data=data, file_name=name)

    def forwarded(self, user: int, text: str, chat: Id = None, queue: bool = True) -> Json:
        """What somebody else wrote elsewhere, passed on."""
        origin = {"type": "hidden_user", "sender_user_name": "Cilla Dahl", "date": int(time.time()) - 3_600}
        return self._heard(user, {**worded(text), "forward_origin": origin}, chat, queue, html=text)

    def edited(self, user: int, text: str, chat: Id = None, message_id: Id = None, queue: bool = True) -> Json:
        """Somebody changes a message of theirs: the one that is named, or their last."""
        where = user if chat is None else chat
        mine = [said for said in self.said[where] if said.message.get("from", {}).get("id") == user]
        said = next(s for s in reversed(mine) if message_id in (None, s.message["message_id"]))
        said.message.pop("entities", None)
        said.message |= {**worded(text), "edit_date": int(time.time())}
        said.html = text
        return self._update("edited_message", said.message, queue and self._reaches(where, said.message))

    def channel_post(self, chat: int, text: str, queue: bool = True) -> Json:
        content = {"sender_chat": self.shown(chat), **worded(text)}
        return self._update("channel_post", self._say(chat, None, content, html=text).message, queue)

    def anonymous(self, chat: int, text: str, queue: bool = True) -> Json:
        """An administrator writes in the name of the group."""
        return self._anonymous(chat, worded(text), queue)

    def press(self, user: int, chat: int, message_id: int, label: str, queue: bool = True) -> Json:
        """Press the button that reads `label`.

        Raises:
            LookupError: nothing on that message reads so; the error names what there is.
        """
        buttons = {b["text"]: b["callback_data"] for b in self._buttons(chat, message_id) if "callback_data" in b}
        if label not in buttons:
            raise LookupError(f"{label!r} is not among {list(buttons)}")
        return self.press_data(user, chat, message_id, buttons[label], queue)

    def press_data(self, user: int, chat: int, message_id: int, data: str, queue: bool = True) -> Json:
        """A press with any data, on any message; one that is gone comes without its words."""
        said = self.find(chat, message_id)
        id = str(4_382_000_000_000_000 + next(self._ids))
        self.queries.add(id)
        if chat == user:
            self.started.add(user)
        query = {
            "id": id,
            "from": self.users[user],
            "message": said.message if said else {"message_id": message_id, "chat": self.shown(chat), "date": 0},
            "chat_instance": str(-7_000_000_000_000 + chat),
            "data": data,
        }
        return self._update("callback_query", query, queue)

    def joined(self, chat: int, by: int, status: str = "member", queue: bool = True) -> Json:
        """Somebody takes the bot into a group, makes it an administrator, or throws it out ("left", "kicked")."""
        group = self.groups[chat]
        before, group.standing = "left" if group.standing == status else group.standing, status
        return self._membership(group.shown(), self.users[by], before, status, queue)

    def blocked_by(self, user: int, queue: bool = True) -> Json:
        """Somebody blocks the bot, and it is told."""
        self.block(user)
        return self._membership(self.shown(user), self.users[user], "member", "kicked", queue)

    def poison(self, queue: bool = True) -> Json:
        """An update of a kind nobody knows, full of odd fields. It comes whatever kinds were asked for."""
        odd: Json = {"message_id": None, "chat": [], "from": {"id": "seven"}, "text": {"deep": [{}]}, "date": -1}
        return self._update("teleported_message", odd, queue)

    # What was said.

    @property
    def waiting(self) -> list[Json]:
        """The updates that were not confirmed."""
        with self._lock:
            return list(self.queue)

    def messages(self, chat: int) -> list[Json]:
        """What stands in a chat, whoever wrote it."""
        with self._lock:
            return [copy.deepcopy(_flat(said)) for said in self.said[chat]]

    def sent(self, chat: int) -> list[Json]:
        """What the bot wrote in a chat, as far as it still stands."""
        return [message for message in self.messages(chat) if (message["from"] or {}).get("id") == BOT_ID]

    def find(self, chat: int, message_id: Id) -> Said | None:
        return next((said for said in self.said[chat] if said.message["message_id"] == message_id), None)

    def shown(self, chat: int) -> Json:
        """A chat as it stands in a message."""
        if chat in self.groups:
            return self.groups[chat].shown()
        named = ("first_name", "last_name", "username")
        user = self.users[chat]
        return {"id": chat, "type": "private", **{key: user[key] for key in named if key in user}}

    def check_reachable(self, chat: int, thread: Id = None) -> None:
        """Raises Refused when the bot may not write there."""
        group = self.groups.get(chat)
        if group is None:
            self._check_private(chat)
        elif group.migrated_to:
            why = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(why, migrate_to_chat_id=group.migrated_to)
        elif group.standing == "kicked":
            raise Refused(f"Forbidden: bot was kicked from the {group.type} chat", 403)
        elif group.standing == "left":
            raise Refused(f"Forbidden: bot is not a member of the {group.type} chat", 403)
        if thread is not None and (group is None or thread not in group.topics):
            raise bad("message thread not found")

    def _check_private(self, user: int) -> None:
        if user not in self.users:
            raise bad("chat not found")
        if user in self.blocked:
            raise Refused("Forbidden: bot was blocked by the user", 403)
        if user not in self.started:
            raise Refused("Forbidden: bot can't initiate conversation with a user", 403)

    # How it is made.

    def _update(self, kind: str, content: Json, queue: bool = True) -> Json:
        with self._lock:
            update = {"update_id": next(self._update_ids), kind: copy.deepcopy(content)}
            if kind != "teleported_message":
                UPDATES.append(update)
            if queue:
                self.queue.append(update)
        return update

    def _heard(self, user: int, content: Json, chat: Id, queue: bool, **how: Any) -> Json:
        where = user if chat is None else chat
        if where == user:
            self.started.add(user)
        else:
            self.groups[where].members.add(user)
        message = self._say(where, self.users[user], content, **how).message
        return self._update("message", message, queue and self._reaches(where, message))

    def _say(
        self, chat: int, sender: Json | None, content: Json, thread: Id = None, reply_to: Id = None, **kept: Any
    ) -> Said:
        """A message enters the chat; supergroups and channels count theirs on their own, all other chats together."""
        with self._lock:
            number = next(self._message_ids[chat if str(chat).startswith("-100") else 0])
            message = {"message_id": number, **({"from": sender} if sender else {})}
            message |= {"chat": self.shown(chat), "date": int(time.time())}
            if thread is not None:
                message |= {"message_thread_id": thread, "is_topic_message": True}
            if before := self.find(chat, reply_to):
                message["reply_to_message"] = {k: v for k, v in before.message.items() if k != "reply_to_message"}
            self.said[chat].append(Said({**message, **content}, **kept))
            return self.said[chat][-1]

    def _anonymous(self, chat: int, content: Json, queue: bool) -> Json:
        group = self.groups[chat]
        message = self._say(
            chat, ANONYMOUS, {"sender_chat": group.shown(), **content}, html=content.get("text", "")
        ).message
        service = any(name.startswith("migrate_") for name in content)
        return self._update("message", message, queue and (service or self._reaches(chat, message)))

    def _reaches(self, chat: int, message: Json) -> bool:
        """Whether privacy mode lets the bot see it: commands that may be meant for it, and answers to it."""
        group = self.groups.get(chat)
        if group is None or group.type == "channel":
            return True
        if group.standing not in ("member", "administrator"):
            return False
        command = COMMAND.match(message.get("text") or message.get("caption") or "")
        for_us = command and (command[1] or BOT_USERNAME).lower() == BOT_USERNAME
        answers = message.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID
        return bool(not group.privacy or group.standing == "administrator" or for_us or answers)

    def _membership(self, chat: Json, by: Json, before: str, after: str, queue: bool) -> Json:
        changed = {"old_chat_member": member(BOT, before), "new_chat_member": member(BOT, after)}
        return self._update("my_chat_member", {"chat": chat, "from": by, "date": int(time.time()), **changed}, queue)

    def _buttons(self, chat: int, message_id: int) -> list[Json]:
        said = self.find(chat, message_id)
        rows = (said.markup or {}).get("inline_keyboard", []) if said else []
        return [button for row in rows for button in row]

    def _keep(self, data: bytes, kind: str, ending: str) -> File:
        number = next(self._ids)
        file = File(f"{kind[:2].upper()}AC{number:012d}", data, f"{kind}/file_{number}{ending}")
        self.files[file.id] = file
        return file

    def _sizes(self, data: bytes) -> list[Json]:
        """A picture in two sizes, the whole one last, as Telegram lists them."""
        small, whole = self._keep(data[:100], "photos", ".jpg"), self._keep(data, "photos", ".jpg")
        return [{**small.shown(), "width": 90, "height": 67}, {**whole.shown(), "width": 1280, "height": 960}]

    def _document(self, data: bytes, name: str, mime: str) -> Json:
        file = self._keep(data, "documents", Path(name).suffix)
        return {"file_name": name, "mime_type": mime, **file.shown()}


def worded(text: str, key: str = "text") -> Json:
    """The words of a message; a command in front is marked."""
    command = COMMAND.match(text)
    found = [{"type": "bot_command", "offset": 0, "length": units(command[0])}] if command else []
    marks = "entities" if key == "text" else "caption_entities"
    return {**({key: text} if text else {}), **({marks: found} if found else {})}


def _flat(said: Said) -> Json:
    """A message as tests look at it."""
    message = said.message
    flat = {name: message.get(name) for name in ("message_id", "from", "date")}
    flat |= {"chat": message["chat"]["id"], "thread": message.get("message_thread_id")}
    flat |= {"plain": message.get("text") or message.get("caption") or "", "reply_markup": said.markup}
    flat |= {"text": said.html if "text" in message else "", "edited": "edit_date" in message}
    for kind in ("photo", "document"):
        if kind in message:
            flat |= {kind: said.data, "file_name": said.file_name, "caption": said.html}
    return flat
