"""What was decided about a breach of contract: which rung of the ladder, why, by whom; a sanction by two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Decision:
    """`two`: it takes somebody other than `proposed_by`. `clause` is the term it rests on, where that is known."""

    id: int
    deviation: int
    rung: str
    reasons: str
    two: bool
    clause: str | None
    state: str
    proposed_by: str
    decided_by: str | None
    created_at: datetime

    @property
    def about(self) -> str:
        """How the audit trail names it."""
        return f"decisions:{self.id}"


COLUMNS = "id, deviation, rung, reasons, two, clause, state, proposed_by, decided_by, created_at"


def _decision(row: Any) -> Decision:
    values = list(row)
    values[4], values[-1] = bool(values[4]), moment(values[-1])
    return Decision(*values)


def propose(
    db: Database, deviation: int, rung: str, reasons: str, two: bool, clause: str | None, by: str, at: datetime
) -> int:
    """A decision that nobody has taken yet; its id."""
    cursor = db.conn.execute(
        """insert into decisions (deviation, rung, reasons, two, clause, state, proposed_by, created_at)
        values (?, ?, ?, ?, ?, 'proposed', ?, ?)""",
        (deviation, rung, reasons, int(two), clause, by, stamp(at)),
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, id: int) -> Decision | None:
    row = one(db, f"select {COLUMNS} from decisions where id = ?", (id,))
    return _decision(row) if row else None


def of(db: Database, deviation: int) -> list[Decision]:
    """What was proposed and decided about one deviation, in order."""
    sql = f"select {COLUMNS} from decisions where deviation = ? order by id"
    return [_decision(row) for row in db.conn.execute(sql, (deviation,))]


def decide(db: Database, decision: Decision, by: str, at: datetime) -> bool:
    """It is decided; False when it no longer waits, or takes somebody other than who proposed it."""
    cursor = db.conn.execute(
        """update decisions set state = 'decided', decided_by = ?1, decided_at = ?2
        where id = ?3 and state = 'proposed' and (two = 0 or proposed_by <> ?1)""",
        (by, stamp(at), decision.id),
    )
    return cursor.rowcount == 1


def withdraw(db: Database, decision: Decision) -> bool:
    """It will not be decided; False when it no longer waits."""
    sql = "update decisions set state = 'withdrawn' where id = ? and state = 'proposed'"
    return db.conn.execute(sql, (decision.id,)).rowcount == 1
