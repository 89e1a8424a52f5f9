"""Deviations at suppliers: what was found and when, its class, and how it was closed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Deviation:
    """`kind` is its class, None until a person decided one. `state` is open, reported_done, closing or closed.

    `two`: it takes two to close it, now that it is or once was a zero tolerance. `closing_by` proposed to close it.
    """

    id: int
    supplier: int
    supplier_name: str
    contract: str | None
    item: int | None
    what: str
    kind: str | None
    two: bool
    where_found: str | None
    found_on: date
    state: str
    closing_by: str | None
    closing_note: str | None
    closed_by: str | None
    responsible: str
    version: int
    closed_at: datetime | None

    @property
    def about(self) -> str:
        """How evidence and the audit trail name it."""
        return f"deviations:{self.id}"


SELECT = """select d.id, d.supplier, s.name, d.contract, d.item, d.what, d.class, d.two, d.where_found, d.found_on,
    d.state, d.closing_by, d.closing_note, d.closed_by, d.responsible, d.version, d.closed_at
    from deviations d join suppliers s on s.id = d.supplier"""
GRAVEST_FIRST = """case d.class when 'zero_tolerance' then 0 when 'major' then 1 when 'minor' then 2
    when 'observation' then 4 else 3 end"""


def _deviation(row: Any) -> Deviation:
    values = list(row)
    values[7], values[9] = bool(values[7]), date.fromisoformat(values[9])
    values[-1] = moment(values[-1]) if values[-1] else None
    return Deviation(*values)


def add(
    db: Database,
    supplier: int,
    what: str,
    found_on: date,
    by: str,
    at: datetime,
    contract: str | None = None,
    item: int | None = None,
    where_found: str | None = None,
) -> int:
    """A new open deviation, its class not yet decided; its id."""
    now = stamp(at)
    cursor = db.conn.execute(
        """insert into deviations (supplier, contract, item, what, where_found, found_on, state, responsible,
        created_by, created_at, changed_at) values (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)""",
        (supplier, contract, item, what, where_found, found_on.isoformat(), by, by, now, now),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, id: int) -> Deviation | None:
    row = one(db, f"{SELECT} where d.id = ?", (id,))
    return _deviation(row) if row else None


def all_open(db: Database) -> list[Deviation]:
    """Every deviation that is not closed, the gravest first."""
    sql = f"{SELECT} where d.state <> 'closed' order by {GRAVEST_FIRST}, d.id"
    return [_deviation(row) for row in db.conn.execute(sql)]


def every(db: Database) -> list[Deviation]:
    """Every deviation, closed ones too, the oldest first."""
    return [_deviation(row) for row in db.conn.execute(f"{SELECT} order by d.id")]


def of_supplier(db: Database, supplier: int) -> list[Deviation]:
    """Every deviation at one supplier, closed ones too, the oldest first."""
    return [_deviation(row) for row in db.conn.execute(f"{SELECT} where d.supplier = ? order by d.id", (supplier,))]


def latest(db: Database, by: str, since: datetime) -> Deviation | None:
    """The last one that somebody recorded since then, unless it is closed."""
    row = one(
        db,
        f"{SELECT} where d.created_by = ? and d.created_at >= ? and d.state <> 'closed' order by d.id desc limit 1",
        (by, stamp(since)),
    )
    return _deviation(row) if row else None


def revise(db: Database, deviation: Deviation, supplier: int, what: str, contract: str | None, at: datetime) -> bool:
    """Change what was found; False when it is closed, or somebody else changed it since it was read."""
    return _changed(db, deviation, "supplier = ?, what = ?, contract = ?", (supplier, what, contract), at)


def classify(db: Database, deviation: Deviation, kind: str | None, two: bool, at: datetime) -> bool:
    """Give it a class. Once it took two to close it, it always does."""
    return _changed(db, deviation, "class = ?, two = case when ? = 1 then 1 else two end", (kind, int(two)), at)


def propose(db: Database, deviation: Deviation, note: str, by: str, at: datetime) -> bool:
    """Somebody holds that it is remedied; somebody else is to confirm."""
    return _changed(db, deviation, "state = 'closing', closing_by = ?, closing_note = ?", (by, note), at)


def close(db: Database, deviation: Deviation, note: str | None, by: str, at: datetime) -> bool:
    """It is remedied."""
    now = "state = 'closed', closing_note = coalesce(?, closing_note), closed_by = ?, closed_at = ?"
    return _changed(db, deviation, now, (note, by, stamp(at)), at)


def keep_open(db: Database, deviation: Deviation, at: datetime) -> bool:
    """It is not remedied after all."""
    return _changed(db, deviation, "state = 'open', closing_by = null, closing_note = null", (), at)


def _changed(db: Database, deviation: Deviation, now: str, values: tuple[Any, ...], at: datetime) -> bool:
    cursor = db.conn.execute(
        f"update deviations set {now}, version = version + 1, changed_at = ?"
        " where id = ? and version = ? and state <> 'closed'",
        (*values, stamp(at), deviation.id, deviation.version),
    )
    return cursor.rowcount == 1
