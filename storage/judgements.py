"""What a supplier answered in its self-assessment, read for whoever judges it, and what was judged of each routine.

An answer of the second round stands instead of that of the first, and so does a judgement.
"""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, stamp
from storage.self_assessments import SelfAssessment, find


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came with an answer; `path` is where it lies, `size` in bytes."""

    question: str
    name: str
    kind: str
    path: str
    size: int
    round: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person held of one routine: met, not_shown, or question, whose reasons are the words to the supplier."""

    routine: str
    outcome: str
    reasons: str
    judged_by: str
    round: int


def answers(db: Database, assessment: int) -> dict[str, str]:
    """The latest answer to each question."""
    sql = "select question, answer from form_answers where assessment = ? order by round"
    return dict(db.conn.execute(sql, (assessment,)).fetchall())


def files(db: Database, assessment: int) -> list[Sent]:
    """The files that came, those that were taken away again left out."""
    sql = """select question, name, kind, path, size, round from form_files
        where assessment = ? and removed_at is null order by id"""
    return [Sent(*row) for row in db.conn.execute(sql, (assessment,))]


def of(db: Database, one: SelfAssessment) -> dict[str, Judgement]:
    """The latest judgement of each routine; a question of the round before waits to be judged anew."""
    sql = """select routine, outcome, reasons, judged_by, round from judgements where assessment = ?
        and (outcome <> 'question' or round = ?) order by round, id"""
    found = [Judgement(*row) for row in db.conn.execute(sql, (one.id, one.round))]
    return {each.routine: each for each in found}


def every(db: Database, assessment: int) -> list[Judgement]:
    """What was held in each round, the oldest first."""
    sql = """select routine, outcome, reasons, judged_by, round from judgements where assessment = ?
        order by round, id"""
    return [Judgement(*row) for row in db.conn.execute(sql, (assessment,))]


def asked_back(db: Database, assessment: int) -> dict[str, str]:
    """The questions that were put to the supplier after the first round, by routine."""
    sql = """select routine, reasons from judgements where assessment = ? and round = 1 and outcome = 'question'
        order by id"""
    return dict(db.conn.execute(sql, (assessment,)).fetchall())


def judge(db: Database, one: SelfAssessment, routine: str, outcome: str, reasons: str, by: str, at: datetime) -> bool:
    """Note what is held of a routine; False when somebody else changed the self-assessment since it was read."""
    now = stamp(at)
    sql = """update self_assessments set version = version + 1, changed_at = ?
        where id = ? and version = ? and state = 'submitted'"""
    if db.conn.execute(sql, (now, one.id, one.version)).rowcount != 1:
        return False
    db.conn.execute(
        """insert into judgements (assessment, round, routine, outcome, reasons, judged_by, created_at)
        values (?, ?, ?, ?, ?, ?, ?) on conflict (assessment, round, routine) do update set
        outcome = excluded.outcome, reasons = excluded.reasons, judged_by = excluded.judged_by,
        created_at = excluded.created_at""",
        (one.id, one.round, routine, outcome, reasons, by, now),
    )
    return True


def under_way(db: Database) -> list[SelfAssessment]:
    """Those that are neither judged nor withdrawn: first what waits for us, then what is due first."""
    sql = """select id from self_assessments where state in ('sent', 'returned', 'submitted')
        order by state <> 'submitted', due_on, id"""
    return [found for (id,) in db.conn.execute(sql).fetchall() if (found := find(db, id))]


def of_item(db: Database, item: int) -> SelfAssessment | None:
    """The one under way that a follow-up item reminds of."""
    sql = """select max(id) from self_assessments where item = ? and state in ('sent', 'returned', 'submitted')"""
    (id,) = db.conn.execute(sql, (item,)).fetchone()
    return find(db, id) if id else None
