"""Decisions whether another authority's follow-up counts as one's own. None is overwritten; the last one holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Reuse:
    """`authority` is who made the follow-up and which report, as written; `outcome` is counts or counts_not."""

    id: int
    supplier: int
    supplier_name: str
    authority: str
    done_on: date
    answers: Mapping[str, Any]
    outcome: str
    decided_by: str
    created_at: str


SELECT = """select r.id, r.supplier, s.name, r.authority, r.done_on, r.answers, r.outcome, r.decided_by, r.created_at
    from reuses r join suppliers s on s.id = r.supplier"""


def _reuse(row: Any) -> Reuse:
    values = list(row)
    values[4], values[5] = date.fromisoformat(values[4]), orjson.loads(values[5])
    return Reuse(*values)


def add(
    db: Database,
    supplier: int,
    authority: str,
    done_on: date,
    answers: Mapping[str, Any],
    outcome: str,
    by: str,
    at: datetime,
) -> int:
    """A new decision; its id."""
    cursor = db.conn.execute(
        """insert into reuses (supplier, authority, done_on, answers, outcome, decided_by, created_at)
        values (?, ?, ?, ?, ?, ?, ?)""",
        (supplier, authority, done_on.isoformat(), orjson.dumps(answers).decode(), outcome, by, stamp(at)),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, id: int) -> Reuse | None:
    row = one(db, f"{SELECT} where r.id = ?", (id,))
    return _reuse(row) if row else None


def latest(db: Database, limit: int) -> list[Reuse]:
    """The last decisions, the newest first."""
    return [_reuse(row) for row in db.conn.execute(f"{SELECT} order by r.id desc limit ?", (limit,))]


def of_supplier(db: Database, supplier: int, limit: int) -> list[Reuse]:
    """The last decisions about a supplier, the newest first."""
    sql = f"{SELECT} where r.supplier = ? order by r.id desc limit ?"
    return [_reuse(row) for row in db.conn.execute(sql, (supplier, limit))]
