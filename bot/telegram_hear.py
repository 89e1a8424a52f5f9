"""From an update of Telegram's to what was said or pressed: pure, and the same for polling and webhook.

An update's number is no name for what happened: numbers begin anew after a quiet week. A message is known by its chat
and number, a press by its own id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from bot.card import to_json
from bot.heard import Heard
from bot.telegram_menu import said
from handlers.messages import Place

NAME = "telegram"
KINDS = ("message", "callback_query", "my_chat_member")  # of updates that we ask for
TURNS = ("m", "p", "c", "x")  # what only turns the pages of a card: more, page, calendar, nothing
Update = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bot:
    """Who we are there. `names`: what is meant by a command in plain letters."""

    id: int
    username: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """A press that only shows more of a card: `letter` is its number, `to` the page or month."""

    query: str
    chat: int
    message: int
    thread: str
    shared: bool
    kind: str
    letter: int
    to: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A group has a new number."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Standing:
    """We were added to a chat, or put out of it, or blocked by a person."""

    chat: int
    private: bool
    inside: bool


@dataclass(frozen=True, slots=True)
class Nobody:
    """Somebody without a name of her own spoke to us: an anonymous administrator."""

    chat: int
    thread: str


Happened = Heard | Turn | Moved | Standing | Nobody | None


def happened(update: Update, bot: Bot) -> Happened:
    """What an update tells; None when it asks for nothing."""
    if message := update.get("message"):
        return _message(message, bot)
    if query := update.get("callback_query"):
        return _pressed(query)
    if change := update.get("my_chat_member"):
        chat, status = change["chat"], change["new_chat_member"]["status"]
        return Standing(int(chat["id"]), chat["type"] == "private", status in ("member", "administrator", "restricted"))
    return None


def _message(message: Update, bot: Bot) -> Happened:
    chat = message["chat"]
    if "migrate_to_chat_id" in message:
        return Moved(str(int(chat["id"])), str(int(message["migrate_to_chat_id"])))
    place, text = _place(message), str(message.get("text") or message.get("caption") or "")
    spoken = any(name in message for name in ("text", "photo", "document"))
    if not spoken or (place.shared and not _to_us(message, text, bot)):
        return None
    if "sender_chat" in message or message.get("from", {}).get("is_bot"):
        return Nobody(int(chat["id"]), place.thread) if "sender_chat" in message else None
    sender = message["from"]
    key = f"m:{int(chat['id'])}:{int(message['message_id'])}"
    forwarded = "forwarded" if "forward_origin" in message else ""
    words = "" if forwarded else said(text, bot.username, bot.names)
    return Heard((key,), str(int(sender["id"])), place, words, withheld=forwarded, more=_more(message, sender))


def _more(message: Update, sender: Update) -> str:
    """Where a file lies, and who somebody says to be who comes with a code."""
    file = _file(message)
    if file:
        return orjson.dumps({"file": file}).decode()
    if str(message.get("text", "")).startswith("/start "):
        name = " ".join(str(sender[part]) for part in ("first_name", "last_name") if sender.get(part))
        return orjson.dumps({"name": name, "lang": str(sender.get("language_code") or "")}).decode()
    return ""


def _file(message: Update) -> dict[str, Any] | None:
    """The file of a message: of a photo the largest that there is."""
    if photos := message.get("photo"):
        largest = max(photos, key=lambda size: int(size["width"]) * int(size["height"]))
        return {"id": str(largest["file_id"]), "name": "", "size": int(largest.get("file_size") or 0)}
    if document := message.get("document"):
        size, name = int(document.get("file_size") or 0), str(document.get("file_name") or "")
        return {"id": str(document["file_id"]), "name": name, "size": size}
    return None


def _to_us(message: Update, text: str, bot: Bot) -> bool:
    """In a group we listen when spoken to: a command, a mention, or a reply to what we said."""
    answered = (message.get("reply_to_message") or {}).get("from") or {}
    command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    for_another = "@" in command and not command.casefold().endswith(f"@{bot.username.casefold()}")
    mentioned = f"@{bot.username.casefold()}" in text.casefold()
    return (bool(command) and not for_another) or mentioned or answered.get("id") == bot.id


def _place(message: Update) -> Place:
    chat = message["chat"]
    shared = chat["type"] != "private"
    thread = str(int(message["message_thread_id"])) if shared and message.get("is_topic_message") else ""
    return Place(NAME, "", str(int(chat["id"])), thread, shared)


def _pressed(query: Update) -> Happened:
    """A press on a button. What it says may be forged, so it means no more than the same words typed."""
    message, says, sender = query.get("message") or {}, str(query.get("data") or ""), query["from"]
    if not says or not message or sender.get("is_bot"):
        return None
    place, number = _place(message), int(message["message_id"])
    if says.partition(":")[0] in TURNS:
        return _turn(query, place, number, says)
    card = to_json(place.room, str(number), says, _label(message, says)) if message.get("date") else None
    return Heard((f"cb:{query['id']}",), str(int(sender["id"])), place, says, card, more=str(query["id"]))


def _turn(query: Update, place: Place, message: int, says: str) -> Turn:
    kind, *numbers = says.split(":")
    if not all(number.isdecimal() and number.isascii() and len(number) < 13 for number in numbers):
        kind, numbers = "x", []  # forged; it is answered all the same, or her phone waits
    letter, to = (*map(int, numbers), 0, 0)[:2]
    return Turn(str(query["id"]), int(place.room), message, place.thread, place.shared, kind, letter, to)


def _label(message: Update, says: str) -> str:
    """How the pressed button reads."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return next((str(b.get("text")) for row in rows for b in row if b.get("callback_data") == says), says)
