"""What is being bought, and what was found out about it: risk cases, need assessments, chosen clauses.

Nothing is overwritten: a changed answer makes a new risk case, and the old one stays as history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.database import Database, fold, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Procurement:
    """`number` is the diary number, once there is one."""

    id: int
    number: str | None
    title: str
    category: str | None
    phase: str
    responsible: str
    deputy: str | None


@dataclass(frozen=True, slots=True)
class NeedAssessment:
    """What was held about labour-law terms: the answers, the reasons as they read then, and who signed."""

    id: int
    answers: Mapping[str, Any]
    outcome: str
    reasons: Sequence[str]
    signed_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clause as it read when it was chosen, in the language it was chosen in; `removed_at`: it was left out again."""

    id: int
    procurement: int
    clause: str
    version: str
    lang: str
    snapshot: Mapping[str, Any]
    chosen_by: str
    created_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RiskCase:
    """One answer to "how risky is this?": the answers given and the picture they led to, as JSON-ready data."""

    id: int
    procurement: int
    answers: Mapping[str, Any]
    picture: Mapping[str, Any]
    overall: str
    typical: str
    priority: int
    made_by: str
    created_at: str


COLUMNS = "id, number, title, category, phase, responsible, deputy"


def add(
    db: Database, title: str, category: str | None, responsible: str, at: datetime, number: str | None = None
) -> int:
    """A new procurement; its id."""
    now = stamp(at)
    return _id(
        db,
        """insert into procurements (number, title, title_key, category, phase, responsible, created_at, changed_at)
        values (?, ?, ?, ?, 'planning', ?, ?, ?)""",
        (number, title, fold(title), category, responsible, now, now),
    )


def find(db: Database, id: int) -> Procurement | None:
    row = one(db, f"select {COLUMNS} from procurements where id = ?", (id,))
    return Procurement(*row) if row else None


def numbered(db: Database, number: str) -> Procurement | None:
    """The procurement with this diary number."""
    row = one(db, f"select {COLUMNS} from procurements where number = ?", (number,))
    return Procurement(*row) if row else None


def search(db: Database, words: str, limit: int = 10) -> list[Procurement]:
    """Procurements whose title or diary number holds `words`, the latest changed first; all of them for no words."""
    pattern = "%" + fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    sql = f"""select {COLUMNS} from procurements where title_key like ? escape '\\' or number like ? escape '\\'
        order by changed_at desc, id desc limit ?"""
    return [Procurement(*row) for row in db.conn.execute(sql, (pattern, pattern, limit))]


def latest(db: Database, responsible: str) -> Procurement | None:
    """What `responsible` worked with last."""
    sql = f"select {COLUMNS} from procurements where responsible = ? order by changed_at desc, id desc limit 1"
    row = one(db, sql, (responsible,))
    return Procurement(*row) if row else None


def of(db: Database, responsible: str, limit: int = 10) -> list[Procurement]:
    """What `responsible` works with, the latest changed first."""
    sql = f"select {COLUMNS} from procurements where responsible = ? order by changed_at desc, id desc limit ?"
    return [Procurement(*row) for row in db.conn.execute(sql, (responsible, limit))]


def rename(db: Database, id: int, title: str, category: str | None, number: str | None, at: datetime) -> None:
    db.conn.execute(
        """update procurements set title = ?, title_key = ?, category = ?, number = coalesce(?, number),
        version = version + 1, changed_at = ? where id = ?""",
        (title, fold(title), category, number, stamp(at), id),
    )


def touch(db: Database, id: int, at: datetime) -> None:
    """Note that something under this procurement changed."""
    db.conn.execute("update procurements set version = version + 1, changed_at = ? where id = ?", (stamp(at), id))


def add_risk_case(
    db: Database, procurement: int, answers: Mapping[str, Any], picture: Mapping[str, Any], made_by: str, at: datetime
) -> int:
    """Keep a risk picture beside those that came before it; its id."""
    touch(db, procurement, at)
    return _id(
        db,
        """insert into risk_cases (procurement, answers, picture, overall, typical, priority, made_by, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            procurement,
            _json(answers),
            _json(picture),
            picture["overall"],
            picture["typical"],
            picture["priority"],
            made_by,
            stamp(at),
        ),
    )


def risk_cases(db: Database, procurement: int) -> list[RiskCase]:
    """Every risk picture of a procurement, the oldest first; the last one is in force."""
    sql = """select id, procurement, answers, picture, overall, typical, priority, made_by, created_at
        from risk_cases where procurement = ? order by id"""
    return [
        RiskCase(row[0], row[1], orjson.loads(row[2]), orjson.loads(row[3]), *row[4:])
        for row in db.conn.execute(sql, (procurement,))
    ]


def add_need_assessment(
    db: Database,
    procurement: int,
    answers: Mapping[str, Any],
    outcome: str,
    reasons: Sequence[str],
    signed_by: str,
    at: datetime,
) -> int:
    """Keep a signed need assessment; its id."""
    touch(db, procurement, at)
    return _id(
        db,
        """insert into need_assessments (procurement, answers, outcome, reasons, signed_by, created_at)
        values (?, ?, ?, ?, ?, ?)""",
        (procurement, _json(answers), outcome, _json(reasons), signed_by, stamp(at)),
    )


def need_outcome(db: Database, procurement: int) -> str | None:
    """The outcome of the latest need assessment."""
    row = one(db, "select outcome from need_assessments where procurement = ? order by id desc limit 1", (procurement,))
    return row[0] if row else None


def need_assessments(db: Database, procurement: int) -> list[NeedAssessment]:
    """Every signed need assessment, the oldest first; the last one is in force."""
    sql = """select id, answers, outcome, reasons, signed_by, created_at from need_assessments
        where procurement = ? order by id"""
    return [
        NeedAssessment(row[0], orjson.loads(row[1]), row[2], orjson.loads(row[3]), row[4], moment(row[5]))
        for row in db.conn.execute(sql, (procurement,))
    ]


def choose_clause(
    db: Database,
    procurement: int,
    clause: str,
    version: str,
    lang: str,
    snapshot: Mapping[str, Any],
    by: str,
    at: datetime,
) -> None:
    """Keep the clause as it reads today; choosing it again replaces the snapshot, and the old one stays as history."""
    drop_clause(db, procurement, clause, at)
    touch(db, procurement, at)
    db.conn.execute(
        """insert into chosen_clauses (procurement, clause, version, lang, snapshot, chosen_by, created_at)
        values (?, ?, ?, ?, ?, ?, ?)""",
        (procurement, clause, version, lang, _json(snapshot), by, stamp(at)),
    )


def drop_clause(db: Database, procurement: int, clause: str, at: datetime) -> bool:
    """Leave a clause out again; whether it was in use."""
    sql = "update chosen_clauses set removed_at = ? where procurement = ? and clause = ? and removed_at is null"
    return db.conn.execute(sql, (stamp(at), procurement, clause)).rowcount > 0


def clauses(db: Database, procurement: int) -> dict[str, str]:
    """Clauses in use and the version of each."""
    sql = "select clause, version from chosen_clauses where procurement = ? and removed_at is null order by id"
    return dict(db.conn.execute(sql, (procurement,)).fetchall())


def with_clauses(db: Database) -> list[int]:
    """The procurements that use any clause, the oldest first."""
    sql = "select distinct procurement from chosen_clauses where removed_at is null order by procurement"
    return [row[0] for row in db.conn.execute(sql)]


def snapshots(db: Database, procurement: int) -> list[Any]:
    """The clauses in use as they read when they were chosen."""
    sql = "select snapshot from chosen_clauses where procurement = ? and removed_at is null order by id"
    return [orjson.loads(row[0]) for row in db.conn.execute(sql, (procurement,))]


CHOSEN = """select id, procurement, clause, version, lang, snapshot, chosen_by, created_at, removed_at
    from chosen_clauses"""


def ever_chosen(db: Database, procurement: int) -> list[Chosen]:
    """Every clause that was ever chosen, those that were left out again too, the oldest first."""
    return [_chosen(row) for row in db.conn.execute(f"{CHOSEN} where procurement = ? order by id", (procurement,))]


def in_use(db: Database, procurement: int) -> list[Chosen]:
    """Those that were not left out again, the oldest first."""
    return [each for each in ever_chosen(db, procurement) if each.removed_at is None]


def chosen(db: Database, id: int) -> Chosen | None:
    """One choice of a clause, whether it still stands or not."""
    row = one(db, f"{CHOSEN} where id = ?", (id,))
    return _chosen(row) if row else None


def _chosen(row: Any) -> Chosen:
    id, of, clause, version, lang, snapshot, by, at, removed = row
    left_out = moment(removed) if removed else None
    return Chosen(id, of, clause, version, lang, orjson.loads(snapshot), by, moment(at), left_out)


def began_at(db: Database, procurement: int) -> datetime:
    """When it was recorded."""
    return moment(one(db, "select created_at from procurements where id = ?", (procurement,))[0])


def _json(data: Any) -> str:
    return orjson.dumps(data).decode()


def _id(db: Database, sql: str, values: Any) -> int:
    return int(db.conn.execute(sql, values).lastrowid or 0)
