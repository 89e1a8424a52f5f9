"""What is said to Duly and what Duly says: the types that every platform and every handler share."""

from dataclasses import dataclass, replace
from typing import Any

import orjson

from knowledge.source import Source
from knowledge.text import Document, Part, as_data, document_from, from_data


@dataclass(frozen=True, slots=True)
class Place:
    """Where a talk goes on. `shared`: others read along."""

    platform: str
    tenant: str = ""
    room: str = ""
    thread: str = ""
    shared: bool = False

    @property
    def key(self) -> str:
        """One string for the conversation, to keep its messages in order; `Place.of` reads it back."""
        return f"{self.platform}|{self.tenant}|{self.room}|{self.thread}{'|shared' if self.shared else ''}"

    @staticmethod
    def of(key: str) -> "Place":
        """The place that `key` names."""
        platform, tenant, room, thread, *rest = key.split("|")
        return Place(platform, tenant, room, thread, shared=bool(rest))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message, kept under `path` (a generated name); `name` is only a label.

    `kind` is pdf, png or jpeg, by what it begins with; `size` is in bytes.
    """

    name: str
    kind: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """Something a person said, or the words of a button they pressed."""

    id: str  # the platform's own key for this event: what makes a redelivery harmless
    place: Place
    person: str  # who, as storage knows them (one officer may come from two platforms)
    text: str
    files: tuple[Attachment, ...] = ()
    withheld: str = ""  # the phrase that says why what was said is not kept; `text` is empty then
    card: str | None = None  # the posted message whose button was pressed, in the platform's own words


@dataclass(frozen=True, slots=True)
class Button:
    """`label` holds at most 75 characters (Slack), `says` at most 64 bytes (Telegram)."""

    label: str
    says: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What Duly says once: data, never markup."""

    parts: tuple[Part, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    sources: tuple[Source, ...] = ()  # a field, not prose: no platform can forget them
    document: Document | None = None
    replaces: bool = False  # edit the message whose button was pressed
    private: bool = False  # for this person's eyes, also in a shared room
    level: str = ""  # what a shared room must be allowed to show this to all (storage/rooms.py); "" is not judged
    picker: str = ""  # what a chosen day says, before the day: "/set 12.due"; for a platform that has a calendar


def joined(first: Reply, second: Reply) -> Reply:
    """One reply of two: the parts and the buttons of both, all else from the second."""
    return replace(second, parts=(*first.parts, *second.parts), buttons=(*first.buttons, *second.buttons))


def to_json(reply: Reply) -> str:
    """`reply` as the outbox keeps it."""
    data: dict[str, Any] = {"parts": [as_data(part) for part in reply.parts]}
    if reply.buttons:
        data["buttons"] = [[(button.label, button.says) for button in row] for row in reply.buttons]
    if reply.sources:
        data["sources"] = [(s.id, s.title, s.ref, s.url, s.checked) for s in reply.sources]
    if reply.document:
        data["document"] = as_data(reply.document)
    if reply.replaces:
        data["replaces"] = True
    if reply.private:
        data["private"] = True
    if reply.level:
        data["level"] = reply.level
    if reply.picker:
        data["picker"] = reply.picker
    return orjson.dumps(data).decode()


def from_json(body: str) -> Reply:
    """The reply that `to_json` wrote."""
    data = orjson.loads(body)
    return Reply(
        tuple(from_data(part) for part in data["parts"]),
        tuple(tuple(Button(*button) for button in row) for row in data.get("buttons", ())),
        tuple(Source(*source) for source in data.get("sources", ())),
        document_from(data["document"]) if "document" in data else None,
        data.get("replaces", False),
        data.get("private", False),
        data.get("level", ""),
        data.get("picker", ""),
    )
