"""Self-assessments that suppliers were asked for: sent, answered in one or two rounds, judged by a person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """`state` is sent, submitted, returned (there are questions back), judged, or withdrawn.

    `round` is 1, and 2 when questions were asked back; `receipt` is the number that the supplier was given.
    """

    id: int
    supplier: int
    supplier_name: str
    contract: str | None
    item: int | None
    lang: str
    due_on: date
    state: str
    round: int
    receipt: str | None
    answered_by: str | None
    submitted_at: datetime | None
    verdict: str | None
    reasons: str | None
    judged_by: str | None
    judged_at: datetime | None
    responsible: str
    version: int
    created_at: datetime


SELECT = """select a.id, a.supplier, s.name, a.contract, a.item, a.lang, a.due_on, a.state, a.round, a.receipt,
    a.answered_by, a.submitted_at, a.verdict, a.reasons, a.judged_by, a.judged_at, a.responsible, a.version,
    a.created_at from self_assessments a join suppliers s on s.id = a.supplier"""


def _assessment(row: Any) -> SelfAssessment:
    values = list(row)
    values[6] = date.fromisoformat(values[6])
    for place in (11, 15, 18):
        values[place] = moment(values[place]) if values[place] else None
    return SelfAssessment(*values)


def add(
    db: Database,
    supplier: int,
    contract: str | None,
    item: int | None,
    lang: str,
    due_on: date,
    responsible: str,
    at: datetime,
) -> int:
    """A new one, to be answered; its id."""
    now = stamp(at)
    cursor = db.conn.execute(
        """insert into self_assessments (supplier, contract, item, lang, due_on, state, responsible, created_by,
        created_at, changed_at) values (?, ?, ?, ?, ?, 'sent', ?, ?, ?, ?)""",
        (supplier, contract, item, lang, due_on.isoformat(), responsible, responsible, now, now),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, id: int) -> SelfAssessment | None:
    row = one(db, f"{SELECT} where a.id = ?", (id,))
    return _assessment(row) if row else None


def with_receipt(db: Database, receipt: str) -> int | None:
    """The id of the one that was given this number."""
    row = one(db, "select id from self_assessments where receipt = ?", (receipt,))
    return int(row[0]) if row else None


def of_supplier(db: Database, supplier: int, limit: int = 20) -> list[SelfAssessment]:
    """Those of one supplier, the latest first."""
    sql = f"{SELECT} where a.supplier = ? order by a.id desc limit ?"
    return [_assessment(row) for row in db.conn.execute(sql, (supplier, limit))]


def every(db: Database) -> list[SelfAssessment]:
    """All of them, those that were withdrawn too, the oldest first."""
    return [_assessment(row) for row in db.conn.execute(f"{SELECT} order by a.id")]


def submit(db: Database, one: SelfAssessment, receipt: str, by: str, at: datetime) -> bool:
    """The supplier has answered; False when it was answered already, or nothing is asked any more."""
    cursor = db.conn.execute(
        """update self_assessments set state = 'submitted', receipt = coalesce(receipt, ?), answered_by = ?,
        submitted_at = ?, version = version + 1, changed_at = ?
        where id = ? and version = ? and state in ('sent', 'returned')""",
        (receipt, by, stamp(at), stamp(at), one.id, one.version),
    )
    return cursor.rowcount == 1


def ask_back(db: Database, one: SelfAssessment, due_on: date, at: datetime) -> bool:
    """Return it with questions, once; False when somebody else changed it, or it was returned before."""
    cursor = db.conn.execute(
        """update self_assessments set state = 'returned', round = 2, due_on = ?, version = version + 1, changed_at = ?
        where id = ? and version = ? and state = 'submitted' and round = 1""",
        (due_on.isoformat(), stamp(at), one.id, one.version),
    )
    return cursor.rowcount == 1


def judge(db: Database, one: SelfAssessment, verdict: str, reasons: str, by: str, at: datetime) -> bool:
    """Note a person's verdict; False when somebody else changed it since it was read."""
    cursor = db.conn.execute(
        """update self_assessments set state = 'judged', verdict = ?, reasons = ?, judged_by = ?, judged_at = ?,
        version = version + 1, changed_at = ? where id = ? and version = ? and state = 'submitted'""",
        (verdict, reasons, by, stamp(at), stamp(at), one.id, one.version),
    )
    return cursor.rowcount == 1


def follow(db: Database, one: SelfAssessment, item: int, at: datetime) -> bool:
    """Whoever answers for `item` answers for it, and what is not answered is due when the item is; whether it changed.

    `one` is under way.
    """
    cursor = db.conn.execute(
        """update self_assessments set responsible = f.responsible,
        due_on = case when self_assessments.state = 'submitted' then self_assessments.due_on else f.due_on end,
        version = self_assessments.version + 1, changed_at = ?
        from follow_ups f where f.id = ? and self_assessments.id = ? and (self_assessments.responsible <> f.responsible
        or (self_assessments.state <> 'submitted' and self_assessments.due_on <> f.due_on))""",
        (stamp(at), item, one.id),
    )
    return cursor.rowcount == 1


def withdraw(db: Database, one: SelfAssessment, at: datetime) -> bool:
    """Ask for it no longer; False when it was answered meanwhile."""
    cursor = db.conn.execute(
        """update self_assessments set state = 'withdrawn', version = version + 1, changed_at = ?
        where id = ? and version = ? and state in ('sent', 'returned')""",
        (stamp(at), one.id, one.version),
    )
    return cursor.rowcount == 1
