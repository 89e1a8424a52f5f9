"""Certificates and licences that suppliers have shown, and until when they hold."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Certificate:
    """`scheme` is the label or standard, `holder` whom it was issued to, `item` the follow-up that reminds of its end.

    `valid_to` is the last day, a local one. `replaced`: a renewed one was recorded since.
    """

    id: int
    supplier: int
    supplier_name: str
    scheme: str
    number: str
    holder: str
    scope: str | None
    valid_to: date
    looked_up: str | None
    item: int | None
    replaced: bool

    @property
    def about(self) -> str:
        """How evidence and the audit trail name it."""
        return f"certificates:{self.id}"


SELECT = """select c.id, c.supplier, s.name, c.scheme, c.number, c.holder, c.scope, c.valid_to, c.looked_up, c.item,
    c.replaced_at is not null from certificates c join suppliers s on s.id = c.supplier"""


def _certificate(row: Any) -> Certificate:
    values = list(row)
    values[7], values[10] = date.fromisoformat(values[7]), bool(values[10])
    return Certificate(*values)


def add(
    db: Database,
    supplier: int,
    scheme: str,
    number: str,
    holder: str,
    scope: str | None,
    valid_to: date,
    by: str,
    at: datetime,
) -> int:
    """A new certificate; its id."""
    cursor = db.conn.execute(
        """insert into certificates (supplier, scheme, number, holder, scope, valid_to, created_by, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        (supplier, scheme, number, holder, scope, valid_to.isoformat(), by, stamp(at)),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, id: int) -> Certificate | None:
    row = one(db, f"{SELECT} where c.id = ?", (id,))
    return _certificate(row) if row else None


def current(db: Database) -> list[Certificate]:
    """Those that no renewed one replaced, the first to expire first."""
    sql = f"{SELECT} where c.replaced_at is null order by c.valid_to, c.id"
    return [_certificate(row) for row in db.conn.execute(sql)]


def of_supplier(db: Database, supplier: int) -> list[Certificate]:
    """A supplier's, of those that no renewed one replaced."""
    sql = f"{SELECT} where c.supplier = ? and c.replaced_at is null order by c.id"
    return [_certificate(row) for row in db.conn.execute(sql, (supplier,))]


def ever_of(db: Database, supplier: int) -> list[Certificate]:
    """All that a supplier has shown, those that were replaced too, the oldest first."""
    return [_certificate(row) for row in db.conn.execute(f"{SELECT} where c.supplier = ? order by c.id", (supplier,))]


def revise(
    db: Database,
    id: int,
    supplier: int,
    scheme: str,
    number: str,
    holder: str,
    scope: str | None,
    valid_to: date,
) -> None:
    """Put right what was read off it."""
    db.conn.execute(
        """update certificates set supplier = ?, scheme = ?, number = ?, holder = ?, scope = ?, valid_to = ?
        where id = ?""",
        (supplier, scheme, number, holder, scope, valid_to.isoformat(), id),
    )


def followed_by(db: Database, id: int, item: int | None) -> None:
    """The follow-up that reminds of its end."""
    db.conn.execute("update certificates set item = ? where id = ?", (item, id))


def replace(db: Database, id: int, at: datetime) -> None:
    """A renewed one was recorded."""
    db.conn.execute("update certificates set replaced_at = ? where id = ?", (stamp(at), id))


def is_followed_by(db: Database, item: int) -> bool:
    """Whether the follow-up item reminds of the last day of a certificate."""
    return one(db, "select 1 from certificates where item = ? limit 1", (item,)) is not None
