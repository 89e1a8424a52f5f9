"""Rooms that others read in, and how much may be shown to all who read there. A room that is not here may show little.

`level` is public (general knowledge), internal (records that hold no tender secrecy, too) or secret-ok (everything).
"""

from dataclasses import dataclass
from datetime import datetime

from storage import audit
from storage.database import Database, one, stamp

LEVELS = ("public", "internal", "secret-ok")  # each shows what those before it show, and more


@dataclass(frozen=True, slots=True)
class Room:
    """`name` is what people call it; `room` is what the platform calls it."""

    platform: str
    tenant: str
    room: str
    level: str
    name: str


def allow(db: Database, room: Room, by: str, at: datetime) -> None:
    """Let `room` show what its level says, from now on; a level that it had before is replaced."""
    now = stamp(at)
    db.conn.execute(
        """insert into rooms (platform, tenant, room, level, name, allowed_by, created_at, changed_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (platform, tenant, room) do update set level = excluded.level, name = excluded.name,
        allowed_by = excluded.allowed_by, changed_at = excluded.changed_at""",
        (room.platform, room.tenant, room.room, room.level, room.name, by, now, now),
    )
    about = _about(room.platform, room.tenant, room.room)
    audit.append(db, by, "allowed", about, at, {"level": room.level, "name": room.name})


def level_of(db: Database, platform: str, tenant: str, room: str) -> str | None:
    """How much may be shown in a room; None for one that nobody allowed."""
    row = one(db, "select level from rooms where platform = ? and tenant = ? and room = ?", (platform, tenant, room))
    return row[0] if row else None


def listed(db: Database) -> list[Room]:
    """Every room that was allowed, by platform and name."""
    sql = "select platform, tenant, room, level, name from rooms order by platform, tenant, name, room"
    return [Room(*row) for row in db.conn.execute(sql)]


def remove(db: Database, platform: str, tenant: str, room: str, by: str, at: datetime) -> bool:
    """Let a room show no more than any other; whether it was allowed before."""
    sql = "delete from rooms where platform = ? and tenant = ? and room = ?"
    if not db.conn.execute(sql, (platform, tenant, room)).rowcount:
        return False
    audit.append(db, by, "removed", _about(platform, tenant, room), at)
    return True


def moved(db: Database, platform: str, tenant: str, before: str, after: str, at: datetime) -> None:
    """A room has a new name, and the level that it had."""
    level = level_of(db, platform, tenant, before)
    sql = "update or replace rooms set room = ?, changed_at = ? where platform = ? and tenant = ? and room = ?"
    db.conn.execute(sql, (after, stamp(at), platform, tenant, before))
    teams = "update or replace teams set room = ?, changed_at = ? where platform = ? and tenant = ? and room = ?"
    db.conn.execute(teams, (after, stamp(at), platform, tenant, before))
    if level:
        audit.append(db, platform, "moved", _about(platform, tenant, before), at, {"to": after, "level": level})


def _about(platform: str, tenant: str, room: str) -> str:
    return f"rooms:{platform}:{tenant}/{room}"
