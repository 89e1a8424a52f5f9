"""Deviations from what a contract says: what was found, how grave a person judged it, and how it came to an end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Deviation:
    """`kind` is a class of deviations.yaml, or None until a person has decided. `state`: open, closing while a second
    officer is waited for, or closed."""

    id: int
    supplier: int
    supplier_name: str
    contract: str | None
    what: str
    kind: str | None
    found_on: date
    state: str
    responsible: str
    closing_by: str | None
    closed_by: str | None
    version: int


SELECT = """select d.id, d.supplier, s.name, d.contract, d.what, d.class, d.found_on, d.state, d.responsible,
    d.closing_by, d.closed_by, d.version from deviations d join suppliers s on s.id = d.supplier"""


def _deviation(row: Any) -> Deviation:
    values = list(row)
    values[6] = date.fromisoformat(values[6])
    return Deviation(*values)


def add(
    db: Database,
    supplier: int,
    contract: str | None,
    what: str,
    kind: str | None,
    found_on: date,
    by: str,
    at: datetime,
) -> int:
    """A new open deviation; its id."""
    now = stamp(at)
    sql = """insert into deviations (supplier, contract, what, class, found_on, state, responsible, created_by,
        created_at, changed_at) values (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?) returning id"""
    values = (supplier, contract, what, kind, found_on.isoformat(), by, by, now, now)
    return int(one(db, sql, values)[0])


def revise(
    db: Database, found: Deviation, supplier: int, contract: str | None, what: str, kind: str | None, at: datetime
) -> bool:
    """Change what is known of one; False when somebody else changed it since."""
    return _changed(db, found, at, supplier=supplier, contract=contract, what=what, **{"class": kind})


def find(db: Database, id: int) -> Deviation | None:
    row = one(db, f"{SELECT} where d.id = ?", (id,))
    return _deviation(row) if row else None


def going_on(db: Database, most: int) -> list[Deviation]:
    """Those that are not closed, the newest first."""
    sql = f"{SELECT} where d.state <> 'closed' order by d.id desc limit ?"
    return [_deviation(row) for row in db.conn.execute(sql, (most,))]


def latest_of(db: Database, person: str, now: datetime, within: timedelta) -> Deviation | None:
    """The one that `person` recorded last, if that was a short while ago."""
    sql = f"{SELECT} where d.created_by = ? and d.created_at >= ? and d.state <> 'closed' order by d.id desc limit 1"
    row = one(db, sql, (person, stamp(now - within)))
    return _deviation(row) if row else None


def classify(db: Database, found: Deviation, kind: str, at: datetime) -> bool:
    """A person has decided how grave it is; a closing that was under way begins anew."""
    return _changed(db, found, at, state="open", closing_by=None, **{"class": kind})


def propose_close(db: Database, found: Deviation, by: str, at: datetime) -> bool:
    """One officer says that it is remedied; a second one is waited for."""
    return _changed(db, found, at, state="closing", closing_by=by)


def close(db: Database, found: Deviation, by: str, at: datetime) -> bool:
    return _changed(db, found, at, state="closed", closed_by=by, closed_at=stamp(at))


def _changed(db: Database, found: Deviation, at: datetime, **columns: Any) -> bool:
    names = ", ".join(f"{name} = ?" for name in columns)
    cursor = db.conn.execute(
        f"update deviations set {names}, version = version + 1, changed_at = ? where id = ? and version = ?",
        (*columns.values(), stamp(at), found.id, found.version),
    )
    return cursor.rowcount == 1
