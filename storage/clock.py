"""What is remembered of the clock: when it was looked at last, and by which rules of time zones all was planned."""

from datetime import datetime

from storage.database import Database, moment, one, stamp

LAST_TICK = "last tick"
RULES = "rules of time zones"


def note(db: Database, name: str, at: datetime) -> None:
    """Remember that `name` was at this moment."""
    keep(db, name, stamp(at), at)


def keep(db: Database, name: str, value: str, at: datetime) -> None:
    """Remember `value`, as it is at this moment."""
    now = stamp(at)
    db.conn.execute(
        """insert into clock (name, value, created_at, changed_at) values (?, ?, ?, ?)
        on conflict do update set value = excluded.value, changed_at = excluded.changed_at""",
        (name, value, now, now),
    )


def noted(db: Database, name: str) -> datetime | None:
    value = kept(db, name)
    return moment(value) if value else None


def kept(db: Database, name: str) -> str | None:
    row = one(db, "select value from clock where name = ?", (name,))
    return row[0] if row else None
