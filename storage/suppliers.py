"""Suppliers. Names change and are misspelt; the organisation number, where there is one, does not."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, fold, one, stamp


@dataclass(frozen=True, slots=True)
class Supplier:
    id: int
    number: str | None
    name: str


def add(db: Database, name: str, at: datetime, number: str | None = None) -> int:
    """A new supplier; its id."""
    now = stamp(at)
    row = {"number": number, "name": name, "name_key": fold(name), "created_at": now, "changed_at": now}
    return int(db["suppliers"].insert(row).last_pk)


def find(db: Database, id: int) -> Supplier | None:
    row = one(db, "select id, number, name from suppliers where id = ?", (id,))
    return Supplier(*row) if row else None


def named(db: Database, name: str) -> Supplier | None:
    """The supplier of exactly that name, letter case aside."""
    row = one(db, "select id, number, name from suppliers where name_key = ?", (fold(name),))
    return Supplier(*row) if row else None


def numbered(db: Database, number: str) -> Supplier | None:
    """The supplier with this organisation number."""
    row = one(db, "select id, number, name from suppliers where number = ?", (number,))
    return Supplier(*row) if row else None


def set_number(db: Database, id: int, number: str, at: datetime) -> None:
    db.conn.execute("update suppliers set number = ?, changed_at = ? where id = ?", (number, stamp(at), id))


def recent(db: Database, person: str, most: int) -> list[Supplier]:
    """Those that `person` had to do with last."""
    sql = """select s.id, s.number, s.name from suppliers s join (
        select supplier, created_at from follow_ups where created_by = ?1 union all
        select supplier, created_at from deviations where created_by = ?1 union all
        select supplier, created_at from contracts where created_by = ?1) used on used.supplier = s.id
        group by s.id order by max(used.created_at) desc, s.id desc limit ?2"""
    return [Supplier(*row) for row in db.conn.execute(sql, (person, most))]


def names(db: Database) -> dict[int, str]:
    """Every supplier's name by id."""
    return dict(db.conn.execute("select id, name from suppliers order by name_key").fetchall())
