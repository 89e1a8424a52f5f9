"""What came in. A row is written before it is answered, and its key makes a second delivery harmless.

A platform that waits for a word that its event arrived is answered when the event is kept as `new`; handling it makes
the same row `done`.
"""

from collections.abc import Sequence
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
    """Keep an event as done, in the transaction that handles it; its id, or None when that was done already."""
    row = one(
        db,
        """insert into inbox (source, event_key, place, person, body, state, created_at)
        values (?, ?, ?, ?, ?, 'done', ?) on conflict (source, event_key) do update
        set state = 'done', place = excluded.place, person = excluded.person, body = excluded.body
        where state = 'new' returning id""",
        (source, event_key, place, person, body, stamp(at)),
    )
    return int(row[0]) if row else None


def keep(db: Database, source: str, keys: Sequence[str], place: str, body: str, at: datetime) -> bool:
    """Keep an event as new under the first of `keys`; False when any of them was met before."""
    now = stamp(at)
    if any(one(db, "select 1 from inbox where source = ? and event_key = ?", (source, key)) for key in keys):
        return False
    db.conn.executemany(
        """insert into inbox (source, event_key, place, person, body, state, created_at)
        values (?, ?, ?, '', ?, ?, ?)""",
        [
            (source, key, place, body if first else "", "new" if first else "done", now)
            for key, first in zip(keys, (True, *[False] * len(keys)), strict=False)
        ],
    )
    return True


def waiting(db: Database, source: str) -> list[Event]:
    """Events that were kept and not handled yet, in the order they came."""
    sql = "select id, source, event_key, body, state from inbox where state = 'new' and source = ? order by id"
    return [Event(*row) for row in db.conn.execute(sql, (source,))]


def settle(db: Database, source: str, event_key: str) -> None:
    """Nothing more is to be done about an event; what it said is forgotten."""
    db.conn.execute(
        "update inbox set state = 'done', body = '' where source = ? and event_key = ? and state = 'new'",
        (source, event_key),
    )


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
