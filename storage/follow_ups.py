"""What was agreed to check at a supplier, by when, by whom, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, fold, moment, one, stamp


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`due_on` is a local day; `state` is open, done, or closed when it no longer applies."""

    id: int
    supplier: int
    supplier_name: str
    procurement: int | None
    contract: str | None
    clause: str | None
    kind: str
    subject: str
    due_on: date
    responsible: str
    deputy: str | None
    state: str
    note: str | None
    version: int


SELECT = """select f.id, f.supplier, s.name, f.procurement, f.contract, f.clause, f.kind, f.subject, f.due_on,
    f.responsible, f.deputy, f.state, f.note, f.version from follow_ups f join suppliers s on s.id = f.supplier"""


def _item(row: Any) -> FollowUp:
    values = list(row)
    values[8] = date.fromisoformat(values[8])
    return FollowUp(*values)


def add(
    db: Database,
    supplier: int,
    kind: str,
    subject: str,
    due_on: date,
    responsible: str,
    at: datetime,
    deputy: str | None = None,
    procurement: int | None = None,
    contract: str | None = None,
    clause: str | None = None,
) -> int:
    """A new open item; its id."""
    now = stamp(at)
    cursor = db.conn.execute(
        """insert into follow_ups (supplier, procurement, contract, clause, kind, subject, subject_key, due_on,
        responsible, deputy, state, created_by, created_at, changed_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?)""",
        (
            supplier,
            procurement,
            contract,
            clause,
            kind,
            subject,
            fold(subject),
            due_on.isoformat(),
            responsible,
            deputy,
            responsible,
            now,
            now,
        ),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, id: int) -> FollowUp | None:
    row = one(db, f"{SELECT} where f.id = ?", (id,))
    return _item(row) if row else None


def open_for(db: Database, responsible: str, limit: int = 20) -> list[FollowUp]:
    """Open items of one officer, the most urgent first."""
    sql = f"{SELECT} where f.responsible = ? and f.state = 'open' order by f.due_on, f.id limit ?"
    return [_item(row) for row in db.conn.execute(sql, (responsible, limit))]


def of_supplier(db: Database, supplier: int, limit: int = 20) -> list[FollowUp]:
    """Items at one supplier, open ones first."""
    sql = f"{SELECT} where f.supplier = ? order by f.state <> 'open', f.due_on, f.id limit ?"
    return [_item(row) for row in db.conn.execute(sql, (supplier, limit))]


def done_at(db: Database, supplier: int) -> list[tuple[FollowUp, datetime]]:
    """What was done at one supplier and when, in order."""
    columns, rest = SELECT.split(" from ", 1)
    sql = f"{columns}, f.done_at from {rest} where f.supplier = ? and f.state = 'done' order by f.done_at, f.id"
    return [(_item(row[:-1]), moment(row[-1])) for row in db.conn.execute(sql, (supplier,))]


def of_contract(db: Database, supplier: int, contract: str) -> list[FollowUp]:
    """Items under one contract, open ones first."""
    sql = f"{SELECT} where f.contract = ? and f.supplier = ? order by f.state <> 'open', f.due_on, f.id"
    return [_item(row) for row in db.conn.execute(sql, (contract, supplier))]


def of_clause(db: Database, clause: str) -> list[FollowUp]:
    """Open items that follow up one clause, whatever was bought, the most urgent first."""
    sql = f"{SELECT} where f.clause = ? and f.state = 'open' order by f.due_on, f.id"
    return [_item(row) for row in db.conn.execute(sql, (clause,))]


def renumber_contract(db: Database, supplier: int, before: str, after: str, at: datetime) -> None:
    """The contract of these items has another number now."""
    sql = """update follow_ups set contract = ?, version = version + 1, changed_at = ?
        where supplier = ? and contract = ? and contract <> ?"""
    db.conn.execute(sql, (after, stamp(at), supplier, before, after))


def every(db: Database) -> list[FollowUp]:
    """Every item, done and closed ones too, the oldest first."""
    return [_item(row) for row in db.conn.execute(f"{SELECT} order by f.id")]


def done_by(db: Database, id: int) -> tuple[str, datetime] | None:
    """Who did an item, and when."""
    row = one(db, "select done_by, done_at from follow_ups where id = ? and done_at is not null", (id,))
    return (row[0], moment(row[1])) if row else None


def all_open(db: Database, limit: int = -1) -> list[FollowUp]:
    """Open items of everybody, the most urgent first; all of them, or at most `limit`."""
    rows = db.conn.execute(f"{SELECT} where f.state = 'open' order by f.due_on, f.id limit ?", (limit,))
    return [_item(row) for row in rows]


def settled_for(db: Database, responsible: str, limit: int = 20) -> list[FollowUp]:
    """Items of one person that are open no longer, the latest first."""
    sql = f"{SELECT} where f.responsible = ? and f.state <> 'open' order by f.changed_at desc, f.id desc limit ?"
    return [_item(row) for row in db.conn.execute(sql, (responsible, limit))]


def latest_made(db: Database, procurement: int, kind: str) -> date | None:
    """The day on which the latest item of `kind` about a procurement was recorded, in UTC."""
    sql = "select max(created_at) from follow_ups where procurement = ? and kind = ?"
    row = one(db, sql, (procurement, kind))
    return date.fromisoformat(row[0][:10]) if row and row[0] else None


def move(db: Database, item: FollowUp, subject: str, due_on: date, at: datetime) -> bool:
    """Another last day; False when somebody else changed it since it was read."""
    cursor = db.conn.execute(
        """update follow_ups set subject = ?, subject_key = ?, due_on = ?, version = version + 1, changed_at = ?
        where id = ? and version = ?""",
        (subject, fold(subject), due_on.isoformat(), stamp(at), item.id, item.version),
    )
    return cursor.rowcount == 1


def set_state(db: Database, item: FollowUp, state: str, note: str | None, by: str, at: datetime) -> bool:
    """Move `item` to `state`; False when somebody else changed it since it was read."""
    done = (by, stamp(at)) if state == "done" else (None, None)
    cursor = db.conn.execute(
        """update follow_ups set state = ?, note = coalesce(?, note), done_by = ?, done_at = ?, version = version + 1,
        changed_at = ? where id = ? and version = ?""",
        (state, note, *done, stamp(at), item.id, item.version),
    )
    return cursor.rowcount == 1


def hand_over(db: Database, item: FollowUp, to: str, at: datetime) -> bool:
    """Give `item` to somebody else; False when somebody else changed it since it was read."""
    cursor = db.conn.execute(
        "update follow_ups set responsible = ?, version = version + 1, changed_at = ? where id = ? and version = ?",
        (to, stamp(at), item.id, item.version),
    )
    return cursor.rowcount == 1


def revise(
    db: Database,
    item: FollowUp,
    supplier: int,
    kind: str,
    subject: str,
    due_on: date,
    responsible: str,
    deputy: str | None,
    contract: str | None,
    at: datetime,
) -> bool:
    """Change what was agreed; False when somebody else changed it since it was read."""
    cursor = db.conn.execute(
        """update follow_ups set supplier = ?, kind = ?, subject = ?, subject_key = ?, due_on = ?, responsible = ?,
        deputy = ?, contract = ?, version = version + 1, changed_at = ? where id = ? and version = ?""",
        (
            supplier,
            kind,
            subject,
            fold(subject),
            due_on.isoformat(),
            responsible,
            deputy,
            contract,
            stamp(at),
            item.id,
            item.version,
        ),
    )
    return cursor.rowcount == 1


def restore(db: Database, id: int, version: int, state: str, note: str | None, responsible: str, at: datetime) -> bool:
    """Put an open item back as it was; False when somebody changed it since `version`."""
    cursor = db.conn.execute(
        """update follow_ups set state = ?, note = ?, responsible = ?, done_by = null, done_at = null,
        version = version + 1, changed_at = ? where id = ? and version = ?""",
        (state, note, responsible, stamp(at), id, version),
    )
    return cursor.rowcount == 1


def open_of(db: Database, people: Sequence[str]) -> list[FollowUp]:
    """Open items that these people are responsible for, the most urgent first."""
    marks = ", ".join("?" * len(people))
    sql = f"{SELECT} where f.responsible in ({marks}) and f.state = 'open' order by f.due_on, f.id"
    return [_item(row) for row in db.conn.execute(sql, tuple(people))]


def done_since(db: Database, people: Sequence[str], since: datetime) -> list[FollowUp]:
    """What was done since then of what these people are responsible for, the latest last."""
    marks = ", ".join("?" * len(people))
    sql = f"{SELECT} where f.responsible in ({marks}) and f.state = 'done' and f.done_at >= ? order by f.done_at, f.id"
    return [_item(row) for row in db.conn.execute(sql, (*people, stamp(since)))]
