"""What Telegram refuses: parameters, texts in HTML, keyboards and commands.

Texts are counted as Telegram counts them: in UTF-16 units, once the tags are read. Callback data is counted in bytes.
"""

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEXT, CAPTION, ANSWER = 4096, 1024, 200
CALLBACK_DATA = 64
ROW, BUTTONS = 8, 100
COMMANDS, DESCRIPTION = 100, 256
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")  # how PNG, JPEG and WebP begin
ENTITIES = 100  # those beyond are dropped without a word

# Parameters.


def _set(words: str) -> set[str]:
    return set(words.split())


_SEND = _set(
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id reply_parameters reply_markup"
)
_WORDS = _set("text parse_mode entities link_preview_options")
_CAPTION = _set("caption parse_mode caption_entities show_caption_above_media")
_EDIT = _set("business_connection_id chat_id message_id inline_message_id reply_markup")
_HOOK = _set("url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
PARAMETERS: dict[str, set[str]] = {
    "getMe": set(),
    "getUpdates": _set("offset limit timeout allowed_updates"),
    "setWebhook": _HOOK,
    "deleteWebhook": _set("drop_pending_updates"),
    "getWebhookInfo": set(),
    "sendMessage": _SEND | _WORDS,
    "editMessageText": _EDIT | _WORDS,
    "editMessageReplyMarkup": _EDIT,
    "editMessageCaption": _EDIT | _CAPTION,
    "deleteMessage": _set("chat_id message_id"),
    "sendPhoto": _SEND | _CAPTION | _set("photo has_spoiler"),
    "sendDocument": _SEND
    | (_CAPTION - {"show_caption_above_media"})
    | _set("document thumbnail disable_content_type_detection"),
    "answerCallbackQuery": _set("callback_query_id text show_alert url cache_time"),
    "getFile": _set("file_id"),
    "setMyCommands": _set("commands scope language_code"),
    "getMyCommands": _set("scope language_code"),
    "deleteMyCommands": _set("scope language_code"),
    "setMyDescription": _set("description language_code"),
    "setMyShortDescription": _set("short_description language_code"),
    "leaveChat": _set("chat_id"),
    "getChat": _set("chat_id"),
    "getChatMember": _set("chat_id user_id"),
    "sendChatAction": _set("business_connection_id chat_id message_thread_id action"),
}
OBJECTS = _set("reply_markup link_preview_options reply_parameters scope")
LISTS = _set("allowed_updates commands entities caption_entities")
NUMBERS = _set(
    "chat_id message_id message_thread_id user_id offset limit timeout cache_time max_connections "
    "direct_messages_topic_id"
)
FLAGS = _set(
    "disable_notification protect_content drop_pending_updates show_alert show_caption_above_media has_spoiler "
    "disable_content_type_detection allow_paid_broadcast"
)
FILES = _set("photo document thumbnail certificate")
ACTIONS = _set(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
)
SCOPES = {  # with what each must name
    "default": set(),
    "all_private_chats": set(),
    "all_group_chats": set(),
    "all_chat_administrators": set(),
    "chat": {"chat_id"},
    "chat_administrators": {"chat_id"},
    "chat_member": {"chat_id", "user_id"},
}


class Refused(Exception):
    """Telegram says no."""

    def __init__(self, description: str, code: int = 400, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def answer(self) -> Json:
        named = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.code, "description": self.description, **named}


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes


def bad(why: str) -> Refused:
    return Refused(f"Bad Request: {why}")


def typed(args: Json) -> Json:
    """The parameters as what they are, whether they came as JSON or as the strings of a form."""
    return {name: _typed(name, value) for name, value in args.items() if value is not None}


def _typed(name: str, value: Any) -> Any:
    if name in NUMBERS:
        return _number(name, value)
    if name in FLAGS:
        return _flag(name, value)
    if name in OBJECTS:
        return _structure(name, value, dict)
    if name in LISTS:
        return _structure(name, value, list)
    if not isinstance(value, str | Upload) or (isinstance(value, Upload) and name not in FILES):
        raise bad(f'parameter "{name}" must be a String')
    return value


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", str(value)):
        raise bad(f'parameter "{name}" must be a Number')
    return int(value)


def _flag(name: str, value: Any) -> bool:
    if str(value).lower() not in ("true", "false", "0", "1"):
        raise bad(f'parameter "{name}" must be a Boolean')
    return str(value).lower() in ("true", "1")


def _structure(name: str, value: Any, kind: type) -> Any:
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise bad(f"can't parse {name.replace('_', ' ')} JSON object")
    return value


# Texts.


@dataclass
class Parsed:
    """A text once its tags are read. `dropped` says what Telegram would leave out without a word."""

    plain: str = ""
    entities: list[Json] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
TOKEN = re.compile(
    r"""<(?P<end>/?)(?P<tag>[a-z][a-z-]*)(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*)>|(?P<text>[^<]+)|<""", re.I
)
ATTRIBUTE = re.compile(r"""\s+([a-z-]+)(?:=("[^"]*"|'[^']*'))?""", re.I)
NO_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)", re.I)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parsed(source: str, parse_mode: str = "") -> Parsed:
    """Read the tags of `source`, and cut the white space around it.

    Raises:
        Refused: Telegram would not read it.
    """
    if parse_mode and parse_mode.upper() != "HTML":
        raise bad("unsupported parse_mode (this Telegram reads HTML only)")
    found = _tags_read(source) if parse_mode else Parsed(source)
    lead = units(found.plain) - units(found.plain.lstrip())
    found.plain = found.plain.strip()
    most = units(found.plain)
    for entity in found.entities:
        start, end = entity["offset"] - lead, entity["offset"] - lead + entity["length"]
        entity["offset"], entity["length"] = max(start, 0), min(end, most) - max(start, 0)
    found.entities = sorted((e for e in found.entities if e["length"] > 0), key=lambda e: (e["offset"], -e["length"]))
    if len(found.entities) > ENTITIES:
        found.dropped.append(f"more than {ENTITIES} entities")
    return found


def _tags_read(source: str) -> Parsed:
    found = Parsed()
    open_tags: list[tuple[str, Json]] = []
    for token in TOKEN.finditer(source):
        at = len(source[: token.start()].encode())
        if token["text"]:
            found.plain += _decoded(token["text"], at)
        elif not token["tag"]:
            raise _unread(f"Unsupported start tag at byte offset {at}")
        elif token["end"]:
            _close(found, open_tags, token, at)
        else:
            open_tags.append(_opened(found, open_tags, token, at))
    if open_tags:
        raise _unread(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return found


def _unread(why: str) -> Refused:
    return bad(f"can't parse entities: {why}")


def _decoded(text: str, at: int) -> str:
    wrong = NO_ENTITY.search(text)
    if wrong:
        raise _unread(f"Unescaped & at byte offset {at + len(text[: wrong.start()].encode())}")
    return html.unescape(text)


def _opened(found: Parsed, open_tags: list[tuple[str, Json]], token: re.Match[str], at: int) -> tuple[str, Json]:
    """The name of the tag, and the entity that it begins."""
    tag, inside = token["tag"].lower(), [name for name, _ in open_tags]
    if tag not in TAGS:
        raise _unread(f'Unsupported start tag "{tag}" at byte offset {at}')
    entity = {"type": TAGS[tag], "offset": units(found.plain), "length": 0, **_attributes(tag, token, inside, at)}
    in_code = {"code", "pre"} & set(inside) and (inside[-1], tag) != ("pre", "code")
    if in_code or (tag == "blockquote" and tag in inside):
        found.dropped.append(f"<{tag}> within <{inside[-1]}>")
    return tag, entity


def _attributes(tag: str, token: re.Match[str], inside: list[str], at: int) -> Json:
    """What the attributes of a tag say; any that it may not have is refused."""
    text = token["attributes"]
    given = {name.lower(): _decoded(value[1:-1], at) for name, value in ATTRIBUTE.findall(text)}
    if ATTRIBUTE.sub("", text).strip():
        raise _unread(f'Can\'t read the attributes of tag "{tag}" at byte offset {at}')
    if tag == "a" and set(given) == {"href"} and given["href"]:
        return {"url": given["href"]}
    if tag == "blockquote" and set(given) == {"expandable"}:
        return {"type": "expandable_blockquote"}
    if tag == "code" and set(given) == {"class"} and inside[-1:] == ["pre"] and given["class"].startswith("language-"):
        return {"language": given["class"].removeprefix("language-")}
    if given or tag == "a":
        raise _unread(f'Wrong attributes of tag "{tag}" at byte offset {at}')
    return {}


def _close(found: Parsed, open_tags: list[tuple[str, Json]], token: re.Match[str], at: int) -> None:
    tag = token["tag"].lower()
    if not open_tags:
        raise _unread(f"Unexpected end tag at byte offset {at}")
    opened, entity = open_tags.pop()
    if tag != opened or token["attributes"].strip():
        raise _unread(f'Unmatched end tag at byte offset {at}, expected "</{opened}>", found "</{tag}>"')
    entity["length"] = units(found.plain) - entity["offset"]
    if tag == "code" and open_tags and open_tags[-1][0] == "pre":
        open_tags[-1][1].update({k: v for k, v in entity.items() if k == "language"})  # the block's, not its own
    else:
        found.entities.append(entity)


def checked_text(source: str, parse_mode: str) -> Parsed:
    found = parsed(source, parse_mode)
    if not found.plain:
        raise bad("message text is empty")
    if units(found.plain) > TEXT:
        raise bad("message is too long")
    return found


def checked_caption(source: str, parse_mode: str) -> Parsed:
    found = parsed(source, parse_mode)
    if units(found.plain) > CAPTION:
        raise bad("message caption is too long")
    return found


# Keyboards.

BUTTON_KEYS = {"text", "url", "callback_data", "style", "icon_custom_emoji_id"}
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")  # let through unread; a message shows none of them


def check_markup(markup: Json, inline_only: bool = False) -> None:
    """Raises Refused when Telegram would not take this keyboard."""
    if not inline_only and any(name in markup for name in OTHER_KEYBOARDS):
        return
    rows = markup.get("inline_keyboard")
    if set(markup) - {"inline_keyboard"} or not isinstance(rows, list) or not all(isinstance(r, list) for r in rows):
        raise bad("can't parse inline keyboard markup JSON object")
    if any(len(row) > ROW for row in rows) or sum(map(len, rows)) > BUTTONS:
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: object) -> None:
    if (
        not isinstance(button, dict)
        or set(button) - BUTTON_KEYS
        or not all(isinstance(v, str) for v in button.values())
    ):
        raise bad("can't parse inline keyboard button")
    if not button.get("text", "").strip():
        raise bad("can't parse inline keyboard button: Text must be non-empty")
    if ("url" in button) == ("callback_data" in button):
        raise bad("can't parse inline keyboard button: Exactly one of url and callback_data must be used")
    if "url" in button and not re.fullmatch(r"(https?|tg)://\S+", button["url"]):
        raise bad("BUTTON_URL_INVALID")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA:
        raise bad("BUTTON_DATA_INVALID")


# Commands and webhooks.


def check_commands(commands: list[Json]) -> None:
    if len(commands) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command"))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= units(str(command.get("description") or "").strip()) <= DESCRIPTION:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def scope_of(args: Json) -> tuple[str, str]:
    """The type of the scope, and the language, for which commands are kept."""
    scope, lang = args.get("scope") or {"type": "default"}, args.get("language_code", "")
    if scope.get("type") not in SCOPES or not SCOPES[scope["type"]] <= set(scope):
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if not re.fullmatch(r"([a-z]{2})?", lang):
        raise bad("invalid language code specified")
    return scope["type"], lang


def check_webhook(args: Json) -> None:
    url = args.get("url", "")
    if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", url):  # the latter for tests alone
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", args.get("secret_token", "")):
        raise bad("secret token contains unallowed characters")


def check_file(kind: str, upload: Upload) -> None:
    most = {"photo": 10, "document": 50}[kind] * 2**20
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > most:
        raise Refused("Request Entity Too Large", 413)
    if kind == "photo" and not upload.data.startswith(PICTURES):
        raise bad("IMAGE_PROCESS_FAILED")
