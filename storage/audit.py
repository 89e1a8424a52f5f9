"""Who did what, when: a chain in which each line carries the hash of the one before it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database import Database, moment, one, stamp

FIRST = "0" * 64


def append(
    db: Database, actor: str, action: str, about: str, at: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """Add one line about "table:id". Call it inside the transaction that makes the change."""
    last = one(db, "select hash from audit order by id desc limit 1")
    previous = last[0] if last else FIRST
    line = (stamp(at), actor, action, about, json.dumps(details or {}, ensure_ascii=False, sort_keys=True))
    db.conn.execute(
        "insert into audit (at, actor, action, object, details, previous, hash) values (?, ?, ?, ?, ?, ?, ?)",
        (*line, previous, _hash(previous, line)),
    )


def count(db: Database, actor: str, action: str, since: datetime) -> int:
    """How often somebody did something since then."""
    sql = "select count(*) from audit where actor = ? and action = ? and at > ?"
    return int(one(db, sql, (actor, action, stamp(since)))[0])


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody did to the record `about` ("table:id")."""

    at: datetime
    actor: str
    action: str
    about: str


def of(db: Database, *about: str) -> list[Line]:
    """What was done to these records, in order."""
    marks = ", ".join("?" * len(about))
    sql = f"select at, actor, action, object from audit where object in ({marks}) order by id"
    return [Line(moment(row[0]), *row[1:]) for row in db.conn.execute(sql, about)]


def details(db: Database, about: str) -> list[tuple[str, Mapping[str, Any]]]:
    """What was done to one record, in order, each act with its details."""
    sql = "select action, details from audit where object = ? order by id"
    return [(row[0], json.loads(row[1])) for row in db.conn.execute(sql, (about,))]


def first_bad(db: Database) -> int | None:
    """The id of the first line that was changed, or follows one that was removed; None when the chain is whole."""
    previous = FIRST
    for id, *line, before, hash in db.conn.execute(
        "select id, at, actor, action, object, details, previous, hash from audit order by id"
    ):
        if before != previous or hash != _hash(previous, line):
            return int(id)
        previous = hash
    return None


def _hash(previous: str, line: Any) -> str:
    return hashlib.sha256("\x1f".join([previous, *line]).encode("utf-8", "surrogatepass")).hexdigest()
