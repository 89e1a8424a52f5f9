"""Contracts that were awarded: with whom, from when to when, and who looks after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from storage.database import Database, fold, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Contract:
    """Days are local; `notice_on` is the last one to give notice. `planned`: its follow-up plan was accepted."""

    id: int
    number: str
    supplier: int
    supplier_name: str
    procurement: int | None
    starts_on: date
    ends_on: date
    notice_on: date | None
    responsible: str
    deputy: str | None
    planned: bool
    version: int

    @property
    def days(self) -> Sequence[tuple[str, date]]:
        """What happens on which day, in the order of a contract's life."""
        known = ("starts", self.starts_on), ("notice", self.notice_on), ("ends", self.ends_on)
        return [(what, day) for what, day in known if day]

    def next_after(self, today: date) -> tuple[str, date] | None:
        """What happens next, and when; None when all is over."""
        ahead = [(day, what) for what, day in self.days if day >= today]
        return (min(ahead)[1], min(ahead)[0]) if ahead else None


SELECT = """select c.id, c.number, c.supplier, s.name, c.procurement, c.starts_on, c.ends_on, c.notice_on,
    c.responsible, c.deputy, c.planned_at is not null, c.version
    from contracts c join suppliers s on s.id = c.supplier"""
DAYS = (5, 6, 7)  # columns of SELECT that hold a day


def _contract(row: Any) -> Contract:
    values = list(row)
    for at in DAYS:
        values[at] = date.fromisoformat(values[at]) if values[at] else None
    values[10] = bool(values[10])
    return Contract(*values)


def add(
    db: Database,
    number: str,
    supplier: int,
    procurement: int | None,
    days: tuple[date, date, date | None],
    responsible: str,
    deputy: str | None,
    by: str,
    at: datetime,
) -> int:
    """A new contract; its id. `days`: the first, the last, and the last for notice."""
    now = stamp(at)
    cursor = db.conn.execute(
        """insert into contracts (number, number_key, supplier, procurement, starts_on, ends_on, notice_on, responsible,
        deputy, created_by, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (number, fold(number), supplier, procurement, *_stored(days), responsible, deputy, by, now, now),
    )
    return int(cursor.lastrowid or 0)


def revise(
    db: Database,
    id: int,
    number: str,
    supplier: int,
    procurement: int | None,
    days: tuple[date, date, date | None],
    responsible: str,
    deputy: str | None,
    at: datetime,
) -> None:
    """Put a contract right."""
    db.conn.execute(
        """update contracts set number = ?, number_key = ?, supplier = ?, procurement = ?, starts_on = ?, ends_on = ?,
        notice_on = ?, responsible = ?, deputy = ?, version = version + 1, changed_at = ? where id = ?""",
        (number, fold(number), supplier, procurement, *_stored(days), responsible, deputy, stamp(at), id),
    )


def _stored(days: tuple[date, date, date | None]) -> list[str | None]:
    return [day.isoformat() if day else None for day in days]


def awarded_by(db: Database, id: int, zone: tzinfo) -> date:
    """A day by which the contract was awarded: when it was recorded, or its first if that came before."""
    starts, recorded = one(db, "select starts_on, created_at from contracts where id = ?", (id,))
    return min(date.fromisoformat(starts), moment(recorded).astimezone(zone).date())


def find(db: Database, id: int) -> Contract | None:
    row = one(db, f"{SELECT} where c.id = ?", (id,))
    return _contract(row) if row else None


def numbered(db: Database, number: str) -> Contract | None:
    """The contract with this number, letter case aside."""
    row = one(db, f"{SELECT} where c.number_key = ?", (fold(number),))
    return _contract(row) if row else None


def every(db: Database) -> list[Contract]:
    """Every contract, those that ended too, the oldest first."""
    return [_contract(row) for row in db.conn.execute(f"{SELECT} order by c.id")]


def of_procurement(db: Database, procurement: int) -> list[Contract]:
    """Those that one procurement led to, the oldest first."""
    rows = db.conn.execute(f"{SELECT} where c.procurement = ? order by c.id", (procurement,))
    return [_contract(row) for row in rows]


def running(db: Database, today: date) -> list[Contract]:
    """Those that have not ended, what happens next first."""
    rows = [_contract(row) for row in db.conn.execute(f"{SELECT} where c.ends_on >= ?", (today.isoformat(),))]
    return sorted(rows, key=lambda each: ((each.next_after(today) or ("", each.ends_on))[1], each.id))


def moved_on(db: Database, contract: Contract, at: datetime) -> bool:
    """Note that what follows from the contract was changed; False when it was changed since it was read."""
    sql = "update contracts set version = version + 1, changed_at = ? where id = ? and version = ?"
    return db.conn.execute(sql, (stamp(at), contract.id, contract.version)).rowcount == 1


def planned(db: Database, id: int, at: datetime) -> bool:
    """Note that the plan was accepted; False when it was already."""
    sql = "update contracts set planned_at = ?, changed_at = ? where id = ? and planned_at is null"
    return db.conn.execute(sql, (stamp(at), stamp(at), id)).rowcount == 1
