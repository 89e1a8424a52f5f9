"""Results of follow-up that other authorities sent as files. One that came before is known by its hash."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from storage.database import Database, fold, one, stamp


@dataclass(frozen=True, slots=True)
class Imported:
    """`payload` is what the file told, checked when it came; `authority` is what we call whoever signed it."""

    id: int
    authority: str
    payload: dict[str, Any]
    done_on: date


SELECT = """select r.id, a.name, r.payload, r.done_on from imported_results r
    join authorities a on a.id = r.authority"""


def _imported(row: Any) -> Imported:
    return Imported(row[0], row[1], orjson.loads(row[2]), date.fromisoformat(row[3]))


def add(
    db: Database,
    hash: str,
    authority: int,
    number: str | None,
    supplier: str,
    payload: dict[str, Any],
    done_on: date,
    by: str,
    at: datetime,
) -> int | None:
    """Keep one; its id, or None when the same file came before."""
    sql = """insert into imported_results (hash, authority, supplier_number, supplier_key, payload, done_on,
        imported_by, created_at) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (hash) do nothing"""
    told = orjson.dumps(payload).decode()
    row = (hash, authority, number, fold(supplier), told, done_on.isoformat(), by, stamp(at))
    cursor = db.conn.execute(sql, row)
    return int(cursor.lastrowid or 0) if cursor.rowcount == 1 else None


def find(db: Database, id: int) -> Imported | None:
    """One of an authority that is still trusted."""
    row = one(db, f"{SELECT} where r.id = ? and a.revoked_at is null", (id,))
    return _imported(row) if row else None


def of_supplier(db: Database, number: str | None, name: str) -> list[Imported]:
    """Those about a supplier from authorities that are trusted, the latest follow-up first.

    An organisation number decides where both sides know one; otherwise the name does.
    """
    sql = f"""{SELECT} where a.revoked_at is null and (r.supplier_number = ?1
        or (r.supplier_key = ?2 and (?1 is null or r.supplier_number is null))) order by r.done_on desc, r.id desc"""
    return [_imported(row) for row in db.conn.execute(sql, (number, fold(name)))]
