"""What was done with an item and can be undone for a while: how it was before, and who did it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Undo:
    """`what` is done, snoozed or handed over; or settled, which stays so. `version` is the item's after it was done."""

    id: int
    item: int
    what: str
    before: Mapping[str, Any]
    version: int
    by: str
    at: datetime
    used: bool


SELECT = "select id, item, what, before, version, by, created_at, used_at is not null from undos"


def _undo(row: Any) -> Undo:
    return Undo(row[0], row[1], row[2], orjson.loads(row[3]), row[4], row[5], moment(row[6]), bool(row[7]))


def add(db: Database, item: int, what: str, before: Mapping[str, Any], version: int, by: str, at: datetime) -> int:
    """Keep how an item was; the number by which it is undone."""
    sql = "insert into undos (item, what, before, version, by, created_at) values (?, ?, ?, ?, ?, ?)"
    cursor = db.conn.execute(sql, (item, what, orjson.dumps(before).decode(), version, by, stamp(at)))
    return int(cursor.lastrowid or 0)


def find(db: Database, id: int) -> Undo | None:
    row = one(db, f"{SELECT} where id = ?", (id,))
    return _undo(row) if row else None


def latest(db: Database, person: str) -> Undo | None:
    """What somebody did last."""
    row = one(db, f"{SELECT} where by = ? order by id desc limit 1", (person,))
    return _undo(row) if row else None


def overtaken(db: Database, undo: Undo) -> bool:
    """Whether something was done with the item after it that stands. What one puts off is nobody else's."""
    whose = "and by = ?" if undo.what == "snoozed" else "and ? <> ''"
    sql = f"select 1 from undos where item = ? and id > ? and used_at is null {whose} limit 1"
    return one(db, sql, (undo.item, undo.id, undo.by)) is not None


def use(db: Database, undo: Undo, at: datetime) -> bool:
    """Take it; False when somebody did before."""
    cursor = db.conn.execute("update undos set used_at = ? where id = ? and used_at is null", (stamp(at), undo.id))
    return cursor.rowcount == 1
