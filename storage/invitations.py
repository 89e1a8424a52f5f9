"""Codes by which a new officer comes in. Only the hash of a code is kept; it is good once, and for a while."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Invitation:
    id: int
    name: str
    role: str
    made_by: str


def hashed(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def add(db: Database, code: str, name: str, role: str, by: str, at: datetime, until: datetime) -> int:
    sql = """insert into invitations (code_hash, name, role, made_by, created_at, expires_at)
        values (?, ?, ?, ?, ?, ?) returning id"""
    return int(one(db, sql, (hashed(code), name, role, by, stamp(at), stamp(until)))[0])


def good(db: Database, code: str, now: datetime) -> Invitation | None:
    """The invitation behind `code`, unless it was used, withdrawn, or came too late."""
    sql = """select id, name, role, made_by from invitations
        where code_hash = ? and used_at is null and expires_at > ?"""
    row = one(db, sql, (hashed(code), stamp(now)))
    return Invitation(*row) if row else None


def used(db: Database, id: int, person: str, at: datetime) -> None:
    db.conn.execute("update invitations set used_at = ?, person = ? where id = ?", (stamp(at), person, id))


def waiting(db: Database, now: datetime) -> list[Invitation]:
    """Invitations that may still be used."""
    sql = "select id, name, role, made_by from invitations where used_at is null and expires_at > ? order by id"
    return [Invitation(*row) for row in db.conn.execute(sql, (stamp(now),))]


def withdraw(db: Database, name: str, at: datetime) -> int:
    """End every open invitation of that name; how many there were."""
    sql = "update invitations set expires_at = ? where name = ? and used_at is null and expires_at > ?"
    return db.conn.execute(sql, (stamp(at), name, stamp(at))).rowcount
