"""Inspections at suppliers, alone or with other authorities, and the points of their checklists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Inspection:
    """`kind` is office or site. `participants` are other authorities and roles, as typed. `state` is open or done."""

    id: int
    supplier: int
    supplier_name: str
    contract: str | None
    kind: str
    held_on: date
    place: str | None
    participants: str | None
    state: str
    responsible: str
    version: int

    @property
    def about(self) -> str:
        """How evidence and the audit trail name it."""
        return f"inspections:{self.id}"


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A point as it reads when the checklist is made: of a clause, or the `general` one with that id."""

    clause: str | None
    general: str | None
    title: str
    question: str
    method: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class Point:
    """`outcome` is yes, no or not_seen, None while nobody looked; `by` and `at` say who did and when."""

    id: int
    inspection: int
    clause: str | None
    general: str | None
    title: str
    question: str
    method: str | None
    own: bool
    outcome: str | None
    note: str | None
    by: str | None
    at: datetime | None


SELECT = """select i.id, i.supplier, s.name, i.contract, i.kind, i.held_on, i.place, i.participants, i.state,
    i.responsible, i.version from inspections i join suppliers s on s.id = i.supplier"""
POINT = "select id, inspection, clause, general, title, question, method, own, outcome, note, by, at"


def _inspection(row: Any) -> Inspection:
    values = list(row)
    values[5] = date.fromisoformat(values[5])
    return Inspection(*values)


def _point(row: Any) -> Point:
    values = list(row)
    values[7], values[-1] = bool(values[7]), moment(values[-1]) if values[-1] else None
    return Point(*values)


def add(
    db: Database,
    supplier: int,
    contract: str | None,
    kind: str,
    held_on: date,
    place: str | None,
    participants: str | None,
    by: str,
    at: datetime,
) -> int:
    """A new inspection; its id."""
    now = stamp(at)
    cursor = db.conn.execute(
        """insert into inspections (supplier, contract, kind, held_on, place, participants, state, responsible,
        created_by, created_at, changed_at) values (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)""",
        (supplier, contract, kind, held_on.isoformat(), place, participants, by, by, now, now),
    )
    return int(cursor.lastrowid or 0)


def revise(
    db: Database,
    inspection: Inspection,
    supplier: int,
    contract: str | None,
    kind: str,
    held_on: date,
    place: str | None,
    participants: str | None,
    at: datetime,
) -> bool:
    """Put right what was agreed; False when it is finished, or somebody else changed it since it was read."""
    cursor = db.conn.execute(
        """update inspections set supplier = ?, contract = ?, kind = ?, held_on = ?, place = ?, participants = ?,
        version = version + 1, changed_at = ? where id = ? and version = ? and state = 'open'""",
        (
            *(supplier, contract, kind, held_on.isoformat(), place, participants),
            *(stamp(at), inspection.id, inspection.version),
        ),
    )
    return cursor.rowcount == 1


def find(db: Database, id: int) -> Inspection | None:
    row = one(db, f"{SELECT} where i.id = ?", (id,))
    return _inspection(row) if row else None


def latest(db: Database, limit: int) -> list[Inspection]:
    """Those that are open first, the latest day on top."""
    sql = f"{SELECT} order by i.state = 'done', i.held_on desc, i.id desc limit ?"
    return [_inspection(row) for row in db.conn.execute(sql, (limit,))]


def every(db: Database) -> list[Inspection]:
    """All of them, the oldest first."""
    return [_inspection(row) for row in db.conn.execute(f"{SELECT} order by i.id")]


def of_day(db: Database, supplier: int, day: date) -> list[Inspection]:
    """Those at a supplier on one day, in order."""
    sql = f"{SELECT} where i.supplier = ? and i.held_on = ? order by i.id"
    return [_inspection(row) for row in db.conn.execute(sql, (supplier, day.isoformat()))]


def finished(db: Database, supplier: int) -> list[Inspection]:
    """Those at a supplier that are finished, the oldest first."""
    sql = f"{SELECT} where i.supplier = ? and i.state = 'done' order by i.held_on, i.id"
    return [_inspection(row) for row in db.conn.execute(sql, (supplier,))]


def under_way(db: Database, responsible: str, day: date) -> Inspection | None:
    """The last one of somebody's on a day that is not finished."""
    sql = f"{SELECT} where i.responsible = ? and i.held_on = ? and i.state = 'open' order by i.id desc limit 1"
    row = one(db, sql, (responsible, day.isoformat()))
    return _inspection(row) if row else None


def set_state(db: Database, inspection: Inspection, state: str, at: datetime) -> bool:
    """Finish it, or open it again; False when it is so already."""
    now = stamp(at)
    sql = """update inspections set state = ?, finished_at = ?, version = version + 1, changed_at = ?
        where id = ? and state <> ?"""
    cursor = db.conn.execute(sql, (state, now if state == "done" else None, now, inspection.id, state))
    return cursor.rowcount == 1


# The checklist.


def set_points(db: Database, inspection: int, points: Sequence[NewPoint], at: datetime) -> bool:
    """The checklist; False when somebody began to tick off the one that there is."""
    begun = "select 1 from inspection_points where inspection = ? and (outcome is not null or note is not null)"
    if one(db, begun, (inspection,)):
        return False
    db.conn.execute("delete from inspection_points where inspection = ?", (inspection,))
    db.conn.executemany(
        """insert into inspection_points (inspection, clause, general, title, question, method, own, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        [(inspection, p.clause, p.general, p.title, p.question, p.method, int(p.own), stamp(at)) for p in points],
    )
    return True


def points(db: Database, inspection: int) -> list[Point]:
    """The checklist, in order."""
    sql = f"{POINT} from inspection_points where inspection = ? order by id"
    return [_point(row) for row in db.conn.execute(sql, (inspection,))]


def point(db: Database, id: int) -> Point | None:
    row = one(db, f"{POINT} from inspection_points where id = ?", (id,))
    return _point(row) if row else None


def tick(db: Database, id: int, outcome: str, by: str, at: datetime) -> None:
    """What was seen of a point."""
    sql = "update inspection_points set outcome = ?, by = ?, at = ? where id = ?"
    db.conn.execute(sql, (outcome, by, stamp(at), id))


def add_note(db: Database, id: int, note: str, by: str, at: datetime) -> None:
    """One more line about a point."""
    sql = """update inspection_points set note = case when note is null then ?1 else note || char(10) || ?1 end,
        by = ?2, at = ?3 where id = ?4"""
    db.conn.execute(sql, (note, by, stamp(at), id))
