"""What a supplier is to do about a deviation: what, by which role, by when, and whether somebody here checked it.

"The supplier says it is done" and "we have verified it" are two states; only a person moves one to the other.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Action:
    """`owner` is a role at the supplier. `proof` is what it shows now; `item` is the follow-up that reminds of it.

    `state` is withdrawn where there is a `withdrawn_why`, whatever it was before.
    """

    id: int
    deviation: int
    kind: str
    what: str
    owner: str
    due_on: date
    state: str
    proof: str | None
    rejected_why: str | None
    item: int | None
    version: int
    verified_by: str | None
    verified_at: datetime | None
    withdrawn_why: str | None

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to verify it."""
        return self.state not in ("verified", "withdrawn")

    @property
    def about(self) -> str:
        """How evidence and the audit trail name it."""
        return f"actions:{self.id}"


COLUMNS = """id, deviation, kind, what, owner, due_on,
    case when withdrawn_why is null then state else 'withdrawn' end, proof, rejected_why, item, version, verified_by,
    verified_at, withdrawn_why"""


def _action(row: Any) -> Action:
    values = list(row)
    values[5] = date.fromisoformat(values[5])
    values[12] = moment(values[12]) if values[12] else None
    return Action(*values)


def add(db: Database, deviation: int, kind: str, what: str, owner: str, due_on: date, by: str, at: datetime) -> int:
    """A new action that is agreed on and not begun; its id."""
    now = stamp(at)
    cursor = db.conn.execute(
        """insert into actions (deviation, kind, what, owner, due_on, state, created_by, created_at, changed_at)
        values (?, ?, ?, ?, ?, 'planned', ?, ?, ?)""",
        (deviation, kind, what, owner, due_on.isoformat(), by, now, now),
    )
    return int(cursor.lastrowid or 0)


def followed_by(db: Database, id: int, item: int) -> None:
    """Remember the follow-up item that reminds of it."""
    db.conn.execute("update actions set item = ? where id = ?", (item, id))


def find(db: Database, id: int) -> Action | None:
    row = one(db, f"select {COLUMNS} from actions where id = ?", (id,))
    return _action(row) if row else None


def of(db: Database, deviation: int) -> list[Action]:
    """The actions about one deviation, the oldest first."""
    sql = f"select {COLUMNS} from actions where deviation = ? order by id"
    return [_action(row) for row in db.conn.execute(sql, (deviation,))]


def standing(db: Database, deviation: int) -> list[Action]:
    """The same without those that were withdrawn."""
    return [each for each in of(db, deviation) if each.state != "withdrawn"]


def of_item(db: Database, item: int) -> Action | None:
    """The action that a follow-up item reminds of."""
    row = one(db, f"select {COLUMNS} from actions where item = ?", (item,))
    return _action(row) if row else None


def left(db: Database, deviation: int) -> list[Action]:
    """Those of them that nobody has verified."""
    return [each for each in of(db, deviation) if each.is_open]


def all_open(db: Database) -> list[Action]:
    """Every action that nobody has verified, the most urgent first."""
    sql = f"select {COLUMNS} from actions where state <> 'verified' and withdrawn_why is null order by due_on, id"
    return [_action(row) for row in db.conn.execute(sql)]


def revise(db: Database, action: Action, kind: str, what: str, owner: str, due_on: date, at: datetime) -> bool:
    """Change what was agreed; False when it is verified, or somebody else changed it since it was read."""
    now = "kind = ?, what = ?, owner = ?, due_on = ?"
    return _changed(db, action, now, (kind, what, owner, due_on.isoformat()), at)


def begin(db: Database, action: Action, at: datetime) -> bool:
    """The supplier is working on it."""
    return _changed(db, action, "state = 'in_progress'", (), at)


def report_done(db: Database, action: Action, proof: str | None, at: datetime) -> bool:
    """The supplier says it is done; nobody here has checked."""
    return _changed(db, action, "state = 'reported_done', proof = coalesce(?, proof)", (proof,), at)


def prove(db: Database, action: Action, names: str) -> None:
    """Something was sent that shows it, unless there is other proof."""
    db.conn.execute("update actions set proof = coalesce(proof, ?) where id = ?", (names, action.id))


def verify(db: Database, action: Action, by: str, at: datetime) -> bool:
    """Somebody has checked it."""
    return _changed(db, action, "state = 'verified', verified_by = ?, verified_at = ?", (by, stamp(at)), at)


def reject(db: Database, action: Action, why: str, due_on: date, at: datetime) -> bool:
    """What was shown does not hold: the supplier goes on, with a new last day, and shows something else."""
    now = "state = 'in_progress', proof = null, rejected_why = ?, due_on = ?"
    return _changed(db, action, now, (why, due_on.isoformat()), at)


def withdraw(db: Database, action: Action, why: str, at: datetime) -> bool:
    """It no longer holds. What is verified stays so."""
    return _changed(db, action, "withdrawn_why = ?", (why,), at)


def _changed(db: Database, action: Action, now: str, values: tuple[Any, ...], at: datetime) -> bool:
    cursor = db.conn.execute(
        f"update actions set {now}, version = version + 1, changed_at = ?"
        " where id = ? and version = ? and state <> 'verified' and withdrawn_why is null",
        (*values, stamp(at), action.id, action.version),
    )
    return cursor.rowcount == 1
