"""What `duly room` does: say which rooms that others read in may show more than general knowledge."""

from storage import rooms
from storage.database import Database
from storage.rooms import Room

HOW = "Write a room as slack:T1/C1 (workspace and channel) or telegram:-100123 (group)."


class NotARoom(Exception):
    """The words name no room. The message says how to write one."""


def where(words: str) -> tuple[str, str, str]:
    """Platform, tenant and room in "slack:T1/C1" or "telegram:-100123".

    Raises:
        NotARoom: the words are written in another way.
    """
    platform, _, rest = words.strip().partition(":")
    tenant, slash, room = rest.partition("/")
    if platform == "slack" and slash and _is_id(tenant) and _is_id(room):
        return platform, tenant, room
    if platform == "telegram" and not slash and _is_number(rest.removeprefix("-")):
        return platform, "", rest
    raise NotARoom(f"{words!r} names no room. {HOW}")


def _is_id(words: str) -> bool:
    return words.isascii() and words.isalnum() and words == words.upper()


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdecimal()


def address(room: Room) -> str:
    """A room as `where` reads it."""
    return f"{room.platform}:{room.tenant}/{room.room}" if room.tenant else f"{room.platform}:{room.room}"


def lines(db: Database) -> list[str]:
    """The rooms that were allowed: where, how much, and what it is called."""
    return [f"{address(room):<32} {room.level:<9}  {room.name}".rstrip() for room in rooms.listed(db)]
