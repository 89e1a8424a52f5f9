"""Authorities whose files we take in, each known by its public key. One that is no longer trusted stays as history."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Authority:
    """`key` is its public key as text; `name` is what we call it, whatever its files say."""

    id: int
    name: str
    key: str


def add(db: Database, name: str, key: str, by: str, at: datetime) -> int:
    """Trust a key from now on; the id of the row."""
    sql = "insert into authorities (name, key, added_by, created_at) values (?, ?, ?, ?)"
    return int(db.conn.execute(sql, (name, key, by, stamp(at))).lastrowid or 0)


def with_key(db: Database, key: str) -> Authority | None:
    """The authority with this key, as long as it is trusted."""
    row = one(db, "select id, name, key from authorities where key = ? and revoked_at is null", (key,))
    return Authority(*row) if row else None


def trusted(db: Database) -> list[Authority]:
    """Every key that is trusted, by name."""
    sql = "select id, name, key from authorities where revoked_at is null order by name, id"
    return [Authority(*row) for row in db.conn.execute(sql)]


def revoke(db: Database, id: int, at: datetime) -> None:
    """Trust a key no more."""
    db.conn.execute("update authorities set revoked_at = ? where id = ? and revoked_at is null", (stamp(at), id))
