"""What a supplier has written so far, and what was asked back: one answer for each question and round.

Nothing here tells a draft from what was submitted; the state of the self-assessment does.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from storage.database import Database, stamp


def of(db: Database, assessment: int, round: int) -> dict[str, str]:
    """The answers of one round, by question."""
    sql = "select question, answer from form_answers where assessment = ? and round = ?"
    return dict(db.conn.execute(sql, (assessment, round)).fetchall())


def keep(db: Database, assessment: int, round: int, answers: Mapping[str, str], at: datetime) -> None:
    """Write these answers over the ones before; an empty one takes the answer away."""
    now = stamp(at)
    for question, answer in answers.items():
        if answer:
            _write(db, (assessment, round, question, answer, now, now))
        else:
            _take_away(db, assessment, round, question)


def _write(db: Database, row: tuple[int, int, str, str, str, str]) -> None:
    db.conn.execute(
        """insert into form_answers (assessment, round, question, answer, created_at, changed_at)
        values (?, ?, ?, ?, ?, ?) on conflict do update set answer = excluded.answer, changed_at = excluded.changed_at
        where answer <> excluded.answer""",
        row,
    )


def _take_away(db: Database, assessment: int, round: int, question: str) -> None:
    sql = "delete from form_answers where assessment = ? and round = ? and question = ?"
    db.conn.execute(sql, (assessment, round, question))


def keep_only(db: Database, assessment: int, round: int, questions: Collection[str]) -> None:
    """Take away the answers to questions that turned out not to apply."""
    for question in set(of(db, assessment, round)) - set(questions):
        _take_away(db, assessment, round, question)


def asked_back(db: Database, assessment: int) -> dict[str, str]:
    """What an officer asked about the first round, by routine, in the order in which it was asked."""
    sql = """select routine, reasons from judgements where assessment = ? and round = 1 and outcome = 'question'
        order by id"""
    return dict(db.conn.execute(sql, (assessment,)).fetchall())


def use_nonce(db: Database, nonce_hash: str, assessment: int, at: datetime) -> bool:
    """Whether this is the first time that the page with this nonce is sent in."""
    sql = "insert into form_posts (nonce_hash, assessment, created_at) values (?, ?, ?) on conflict do nothing"
    return db.conn.execute(sql, (nonce_hash, assessment, stamp(at))).rowcount == 1
