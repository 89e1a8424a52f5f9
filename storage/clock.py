"""What is remembered of the clock, such as when it was looked at last."""

from datetime import datetime

from storage.database import Database, moment, one, stamp

LAST_TICK = "last tick"


def note(db: Database, name: str, at: datetime) -> None:
    """Remember that `name` was at this moment."""
    now = stamp(at)
    db.conn.execute(
        """insert into clock (name, value, created_at, changed_at) values (?, ?, ?, ?)
        on conflict do update set value = excluded.value, changed_at = excluded.changed_at""",
        (name, now, now, now),
    )


def noted(db: Database, name: str) -> datetime | None:
    row = one(db, "select value from clock where name = ?", (name,))
    return moment(row[0]) if row else None
