"""What the clock could not make or tell, and when it tries again: which row, the kind of error and where; no content.

They stand with what else is remembered of the clock, one for each row: a fault that comes again replaces the last one.
"""

from dataclasses import dataclass
from datetime import datetime

import orjson

from storage import clock
from storage.database import Database, moment, stamp

PREFIX = "fault "


@dataclass(frozen=True, slots=True)
class Trouble:
    """`error` is the kind of exception, `where` the place in our code ("recurring.py:88")."""

    error: str
    where: str


@dataclass(frozen=True, slots=True)
class Fault:
    """`what` is a kind and an id: "reminder 17" (of item 17), "series 5", "team 3"."""

    what: str
    trouble: Trouble
    until: datetime


def note(db: Database, what: str, trouble: Trouble, until: datetime, at: datetime) -> None:
    """`what` failed now, and is not tried before `until`."""
    value = orjson.dumps({"error": trouble.error, "where": trouble.where, "until": stamp(until)}).decode()
    clock.keep(db, PREFIX + what, value, at)


def between(db: Database, since: datetime, until: datetime) -> list[Fault]:
    """What has failed since then, and did so for the first time before `until`."""
    return _found(db, stamp(since), stamp(until))


def resting(db: Database, now: datetime) -> set[str]:
    """What is not to be tried yet."""
    return {fault.what for fault in _found(db) if fault.until > now}


def _found(db: Database, since: str = "", until: str = "~") -> list[Fault]:
    sql = """select name, value from clock
        where name >= ? and name < ? and changed_at >= ? and created_at < ? order by name"""
    rows = db.conn.execute(sql, (PREFIX, PREFIX + "\U0010ffff", since, until))
    return [_fault(name, value) for name, value in rows]


def _fault(name: str, value: str) -> Fault:
    kept = orjson.loads(value)
    return Fault(name.removeprefix(PREFIX), Trouble(kept["error"], kept["where"]), moment(kept["until"]))
