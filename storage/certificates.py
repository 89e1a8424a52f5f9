"""Certificates and licences that suppliers have shown, and until when they are valid."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Certificate:
    """`holder` is who it was issued to, which need not be the supplier; `item` the follow-up that renews it."""

    id: int
    supplier: int
    supplier_name: str
    scheme: str
    number: str
    holder: str
    scope: str | None
    valid_to: date
    item: int | None


SELECT = """select c.id, c.supplier, s.name, c.scheme, c.number, c.holder, c.scope, c.valid_to, c.item
    from certificates c join suppliers s on s.id = c.supplier"""


def _certificate(row: Any) -> Certificate:
    values = list(row)
    values[7] = date.fromisoformat(values[7])
    return Certificate(*values)


def add(
    db: Database,
    supplier: int,
    scheme: str,
    number: str,
    holder: str,
    scope: str | None,
    valid_to: date,
    item: int | None,
    by: str,
    at: datetime,
) -> int:
    """A new certificate; its id. One with the same number at the same supplier is replaced, and kept as history."""
    now = stamp(at)
    db.conn.execute(
        """update certificates set replaced_at = ?
        where supplier = ? and scheme = ? and number = ? and replaced_at is null""",
        (now, supplier, scheme, number),
    )
    sql = """insert into certificates (supplier, scheme, number, holder, scope, valid_to, item, created_by, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning id"""
    values = (supplier, scheme, number, holder, scope, valid_to.isoformat(), item, by, now)
    return int(one(db, sql, values)[0])


def find(db: Database, id: int) -> Certificate | None:
    row = one(db, f"{SELECT} where c.id = ?", (id,))
    return _certificate(row) if row else None


def in_force(db: Database, most: int) -> list[Certificate]:
    """Those that nothing has replaced, the first to expire first."""
    sql = f"{SELECT} where c.replaced_at is null order by c.valid_to, c.id limit ?"
    return [_certificate(row) for row in db.conn.execute(sql, (most,))]


def replaced(db: Database, id: int, at: datetime) -> None:
    """It was recorded anew; this row is history."""
    db.conn.execute("update certificates set replaced_at = ? where id = ?", (stamp(at), id))
