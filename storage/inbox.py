"""What came in. A row is written before it is answered, and its key makes a second delivery harmless."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Event:
    """`state` is new, done, or dead when it could not be handled; `body` is JSON."""

    id: int
    source: str
    event_key: str
    body: str
    state: str


def add(db: Database, source: str, event_key: str, place: str, person: str, body: str, at: datetime) -> int | None:
    """Keep an event as done, in the transaction that handles it; its id, or None when it was there already."""
    cursor = db.conn.execute(
        """insert into inbox (source, event_key, place, person, body, state, created_at)
        values (?, ?, ?, ?, ?, 'done', ?) on conflict do nothing""",
        (source, event_key, place, person, body, stamp(at)),
    )
    return int(cursor.lastrowid or 0) if cursor.rowcount else None


def find(db: Database, source: str, event_key: str) -> Event | None:
    sql = "select id, source, event_key, body, state from inbox where source = ? and event_key = ?"
    row = one(db, sql, (source, event_key))
    return Event(*row) if row else None


def bury(db: Database, id: int, error: str) -> None:
    """Keep an event that could not be handled, for repair."""
    db.conn.execute("update inbox set state = 'dead', attempts = attempts + 1, error = ? where id = ?", (error, id))


def dead(db: Database) -> int:
    """How many events wait for repair."""
    return int(one(db, "select count(*) from inbox where state = 'dead'")[0])
