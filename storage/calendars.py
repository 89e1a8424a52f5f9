"""What stands in a calendar: items to follow up with their day, and how openly each may be named there."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as a calendar needs it. `due_on` is a local day, `changed_at` in UTC.

    `secret`: the supplier may not be named, because it is about a deviation or a purchase without a contract yet.
    """

    id: int
    kind: str
    due_on: date
    state: str
    version: int
    changed_at: datetime
    supplier_name: str
    contract: str | None
    secret: bool


SELECT = """select f.id, f.kind, f.due_on, f.state, f.version, f.changed_at, s.name, f.contract,
    exists (select 1 from actions a where a.item = f.id)
    or exists (select 1 from deviations d where d.item = f.id)
    or (f.procurement is not null and not exists (select 1 from contracts c where c.procurement = f.procurement))
    from follow_ups f join suppliers s on s.id = f.supplier"""
MOST = 1_000  # the soonest; Outlook and Google read no more than about a megabyte


def _entry(row: Any) -> Entry:
    id, kind, due_on, state, version, changed_at, name, contract, secret = row
    day = date.fromisoformat(due_on)
    return Entry(id, kind, day, state, version, moment(changed_at), name, contract, bool(secret))


def of_person(db: Database, person: str, since: datetime) -> list[Entry]:
    """What somebody answers for or stands in for: what is open, and what was settled after `since`."""
    sql = f"""{SELECT} where (f.responsible = ? or f.deputy = ?) and (f.state = 'open' or f.changed_at >= ?)
        order by f.due_on, f.id limit ?"""
    return [_entry(row) for row in db.conn.execute(sql, (person, person, stamp(since), MOST))]


def of_item(db: Database, id: int) -> Entry | None:
    row = one(db, f"{SELECT} where f.id = ?", (id,))
    return _entry(row) if row else None
