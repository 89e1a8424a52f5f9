"""What a report counts, read as it lies: instants in UTC, the oldest first. Only reads."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, moment


@dataclass(frozen=True, slots=True)
class Began:
    """A procurement and when it was recorded."""

    id: int
    category: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """A follow-up; `changed_at` is when it was closed, for one that is."""

    id: int
    supplier: int
    contract: str | None
    deputy: str | None
    due_on: date
    state: str
    created_at: datetime
    changed_at: datetime
    done_at: datetime | None


def began(db: Database) -> list[Began]:
    """Every procurement."""
    rows = db.conn.execute("select id, category, created_at from procurements order by id")
    return [Began(row[0], row[1], moment(row[2])) for row in rows]


def risk_cases(db: Database) -> list[tuple[int, datetime, str, str | None]]:
    """Of every risk case: its procurement, when, the level, and the answer about what the purchase is worth."""
    sql = "select procurement, created_at, overall, json_extract(answers, '$.value') from risk_cases order by id"
    return [(row[0], moment(row[1]), row[2], row[3]) for row in db.conn.execute(sql)]


def need_assessments(db: Database) -> list[tuple[int, datetime, str]]:
    """Of every need assessment: its procurement, when, the outcome."""
    rows = db.conn.execute("select procurement, created_at, outcome from need_assessments order by id")
    return [(row[0], moment(row[1]), row[2]) for row in rows]


def chosen(db: Database) -> list[tuple[int, str, datetime, datetime | None]]:
    """Of every clause that was ever chosen: its procurement, the clause, when, and when it was left out."""
    rows = db.conn.execute("select procurement, clause, created_at, removed_at from chosen_clauses order by id")
    return [(row[0], row[1], moment(row[2]), _maybe(row[3])) for row in rows]


def items(db: Database) -> list[Item]:
    """Every follow-up."""
    sql = """select id, supplier, contract, deputy, due_on, state, created_at, changed_at, done_at
        from follow_ups order by id"""
    return [
        Item(
            row[0],
            row[1],
            row[2],
            row[3],
            date.fromisoformat(row[4]),
            row[5],
            moment(row[6]),
            moment(row[7]),
            _maybe(row[8]),
        )
        for row in db.conn.execute(sql)
    ]


def assessments(db: Database) -> list[tuple[datetime, date, datetime | None, datetime | None, str | None, str]]:
    """Of every self-assessment: when sent, due, answered and judged; the verdict; the state.

    Answered is when it was handed in first: what came of questions back is not a later answer.
    """
    first = "select min(at) from audit where object = 'self_assessments:' || a.id and action = 'submitted'"
    sql = f"""select created_at, due_on, coalesce(({first}), submitted_at), judged_at, verdict, state
        from self_assessments a order by id"""
    return [
        (moment(row[0]), date.fromisoformat(row[1]), _maybe(row[2]), _maybe(row[3]), row[4], row[5])
        for row in db.conn.execute(sql)
    ]


def actions(db: Database) -> list[tuple[int, datetime, datetime | None, datetime | None]]:
    """Of every action: its deviation, when it was agreed on, verified, and withdrawn."""
    sql = """select deviation, created_at, verified_at, case when withdrawn_why is not null then changed_at end
        from actions order by id"""
    return [(row[0], moment(row[1]), _maybe(row[2]), _maybe(row[3])) for row in db.conn.execute(sql)]


def certificates(db: Database) -> list[tuple[datetime, str, date, datetime | None]]:
    """Of every certificate: when it was recorded, the scheme, its last day, and when a renewed one was recorded."""
    rows = db.conn.execute("select created_at, scheme, valid_to, replaced_at from certificates order by id")
    return [(moment(row[0]), row[1], date.fromisoformat(row[2]), _maybe(row[3])) for row in rows]


def planned(db: Database) -> dict[int, tuple[datetime, datetime | None]]:
    """Of every contract by its id: when it was recorded, and when its follow-up plan was accepted."""
    rows = db.conn.execute("select id, created_at, planned_at from contracts order by id")
    return {row[0]: (moment(row[1]), _maybe(row[2])) for row in rows}


def _maybe(stamped: Any) -> datetime | None:
    return moment(stamped) if stamped else None
