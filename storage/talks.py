"""Guided talks: the answers are the whole state. One talk is open in a place for a person; others wait, parked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Talk:
    """`asked` is the question the person was shown; `subject` the record a talk is about, once there is one."""

    id: int
    person: str
    place: str
    flow: str
    answers: Mapping[str, Any]
    asked: str | None
    subject: int | None
    state: str


COLUMNS = "id, person, place, flow, answers, asked, subject, state"


def _talk(row: Any) -> Talk:
    return Talk(row[0], row[1], row[2], row[3], orjson.loads(row[4]), row[5], row[6], row[7])


def open_in(db: Database, place: str, person: str) -> Talk | None:
    """The talk that goes on here."""
    row = one(db, f"select {COLUMNS} from talks where place = ? and person = ? and state = 'open'", (place, person))
    return _talk(row) if row else None


def begun(db: Database, id: int) -> datetime:
    """When a talk was begun."""
    return moment(one(db, "select created_at from talks where id = ?", (id,))[0])


def find(db: Database, id: int, person: str) -> Talk | None:
    """A talk of this person; somebody else's is not found."""
    row = one(db, f"select {COLUMNS} from talks where id = ? and person = ?", (id, person))
    return _talk(row) if row else None


def parked(db: Database, person: str) -> list[Talk]:
    """Talks that wait to be resumed, the latest first."""
    sql = f"""select {COLUMNS} from talks where person = ? and state in ('open', 'parked')
        order by changed_at desc, id desc limit 5"""
    return [_talk(row) for row in db.conn.execute(sql, (person,))]


def begin(
    db: Database,
    place: str,
    person: str,
    flow: str,
    answers: Mapping[str, Any],
    at: datetime,
    subject: int | None = None,
) -> Talk:
    """Open a new talk here; the one that was open waits."""
    park(db, place, person, at)
    now = stamp(at)
    id = db.conn.execute(
        """insert into talks (person, place, flow, answers, subject, state, created_at, changed_at)
        values (?, ?, ?, ?, ?, 'open', ?, ?)""",
        (person, place, flow, orjson.dumps(answers).decode(), subject, now, now),
    ).lastrowid
    assert id is not None
    return Talk(id, person, place, flow, answers, None, subject, "open")


def keep(db: Database, talk: Talk, at: datetime) -> None:
    """Write the talk back as it now is."""
    answers = orjson.dumps(talk.answers).decode()
    now = answers, talk.asked, talk.subject, stamp(at)
    cursor = db.conn.execute(  # mostly the talk stays where it is, and then no index has to be written
        "update talks set answers = ?, asked = ?, subject = ?, changed_at = ? where id = ? and state = ? and place = ?",
        (*now, talk.id, talk.state, talk.place),
    )
    if not cursor.rowcount:
        db.conn.execute(
            "update talks set answers = ?, asked = ?, subject = ?, changed_at = ?, state = ?, place = ? where id = ?",
            (*now, talk.state, talk.place, talk.id),
        )


def about(db: Database, talk: Talk, subject: int) -> None:
    """Remember which record a talk made, so that a changed answer changes that one."""
    db.conn.execute("update talks set subject = ? where id = ?", (subject, talk.id))


def park(db: Database, place: str, person: str, at: datetime) -> None:
    """Let the open talk here wait."""
    db.conn.execute(
        "update talks set state = 'parked', changed_at = ? where place = ? and person = ? and state = 'open'",
        (stamp(at), place, person),
    )


def move(db: Database, talk: Talk, place: str, at: datetime) -> None:
    """Go on with an open talk in another place; the one that was open there waits."""
    park(db, place, talk.person, at)
    db.conn.execute("update talks set place = ?, changed_at = ? where id = ?", (place, stamp(at), talk.id))


def moved(db: Database, before: str, after: str) -> None:
    """A place has a new name: talks go on there."""
    db.conn.execute("update talks set place = ? where place = ?", (after, before))
