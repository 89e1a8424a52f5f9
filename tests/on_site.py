"""What tests of deviations and certificates share: files as a platform hands them over, and what is kept of them."""

from dataclasses import replace

from handlers.dispatch import handle
from handlers.messages import Attachment, Message, Reply
from storage import evidence

from .conftest import Officer


def a_file(name: str, kind: str = "jpeg") -> Attachment:
    """A file as a platform has stored it; the name decides all of it."""
    return Attachment(name, kind, f"stored-{name}", f"sha-{name}", 1_000)


def send(officer: Officer, *names: str, text: str = "", kind: str = "jpeg") -> Reply:
    """The answer to files, with a caption or without."""
    officer.said += 1
    id, place = f"{officer.seat.person.id}-file-{officer.said}", officer.seat.place
    files = tuple(a_file(name, kind) for name in names)
    return officer.service.receive(Message(id, place, officer.seat.person.id, text, files)).replies[0]


def sent_in(place, officer: Officer, text: str, *names: str) -> Reply:
    """The same in a room where others read."""
    ctx = replace(officer.ctx, place=place)
    return handle(Message("x", place, ctx.person.id, text, tuple(a_file(name) for name in names)), ctx)


def kept(db, about: str) -> list[tuple[str, str | None, str | None]]:
    """Kind, name and words of what there is about a record."""
    return [(each.kind, each.name, each.text) for each in evidence.of(db, about)]


def text(reply: Reply) -> str:
    """All that a reply says."""
    return "\n".join(str(part) for part in reply.parts)


def says(reply: Reply) -> set[str]:
    """What its buttons say."""
    return {button.says for row in reply.buttons for button in row}
