"""Reminders: planned with the item, queued once into the outbox, cancelled when somebody acted.

A reminder is known by what it means (item, kind, offset, local day, recipient): planning twice plants nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Reminder:
    """`kind` is before, due, late, snoozed, escalated (to the deputy) or head.

    `offset_days` counts from the deadline, minus when late.
    """

    id: int
    item: int
    kind: str
    offset_days: int
    local_date: date
    due_at: datetime
    recipient: str


# "indexed by": grouping by recipient, SQLite would rather read all that is planned in that order than sort what is due.

COLUMNS = "id, item, kind, offset_days, local_date, due_at, recipient"


def _reminder(row: Any) -> Reminder:
    values = list(row)
    values[4], values[5] = date.fromisoformat(values[4]), moment(values[5])
    return Reminder(*values)


def plan(
    db: Database,
    item: int,
    kind: str,
    offset_days: int,
    local_date: date,
    due_at: datetime,
    recipient: str,
    at: datetime,
) -> None:
    """Plan one reminder. One that is planned or was sent stays as it is; a cancelled one comes back.

    One that gave way to another, such as to what was put off, comes back only when it lies ahead of `at`.
    """
    db.conn.execute(
        """insert into reminders (item, kind, offset_days, local_date, due_at, recipient, state, created_at)
        values (?, ?, ?, ?, ?, ?, 'planned', ?)
        on conflict do update set state = 'planned', due_at = excluded.due_at
        where state = 'cancelled' or (state = 'superseded' and excluded.due_at > excluded.created_at)""",
        (item, kind, offset_days, local_date.isoformat(), stamp(due_at), recipient, stamp(at)),
    )


def by_recipient(db: Database, now: datetime) -> dict[str, int]:
    """How many planned reminders have come to their time, by recipient; whoever waited longest first."""
    sql = """select recipient, count(*) from reminders indexed by reminders_planned
        where state = 'planned' and due_at <= ? group by recipient order by min(due_at), recipient"""
    return dict(db.conn.execute(sql, (stamp(now),)).fetchall())


def planned(db: Database, until: datetime) -> list[Reminder]:
    """Planned reminders up to and including `until`, the oldest first."""
    sql = f"select {COLUMNS} from reminders where state = 'planned' and due_at <= ? order by due_at, id"
    return [_reminder(row) for row in db.conn.execute(sql, (stamp(until),))]


def of_item(db: Database, item: int) -> list[Reminder]:
    """The planned reminders of one item."""
    sql = f"select {COLUMNS} from reminders where item = ? and state = 'planned' order by due_at, id"
    return [_reminder(row) for row in db.conn.execute(sql, (item,))]


def of_person(
    db: Database, recipient: str, after: datetime | None = None, until: datetime | None = None
) -> list[Reminder]:
    """What is planned for one person after one moment and up to another."""
    sql = f"""select {COLUMNS} from reminders where recipient = ? and state = 'planned' and due_at > ? and due_at <= ?
        order by due_at, id"""
    between = stamp(after) if after else "", stamp(until) if until else "~"  # before and after every stamp
    return [_reminder(row) for row in db.conn.execute(sql, (recipient, *between))]


def due_ids(db: Database, recipient: str, until: datetime) -> list[int]:
    """The ids of what is planned for one person up to then, for when not all of it can be read."""
    sql = "select id from reminders where recipient = ? and state = 'planned' and due_at <= ? order by due_at, id"
    return [row[0] for row in db.conn.execute(sql, (recipient, stamp(until)))]


def find(db: Database, id: int) -> Reminder:
    """One that there is."""
    return _reminder(db.conn.execute(f"select {COLUMNS} from reminders where id = ?", (id,)).fetchone())


def item_of(db: Database, id: int) -> int:
    """The item of one that there is, which may be unreadable."""
    return int(db.conn.execute("select item from reminders where id = ?", (id,)).fetchone()[0])


def ahead(db: Database, after: tuple[datetime, int], limit: int) -> list[tuple[Reminder, str]]:
    """What is planned after a moment (at it: after an id), the nearest first, with the zone of who is to hear it."""
    sql = """select r.id, r.item, r.kind, r.offset_days, r.local_date, r.due_at, r.recipient, p.zone
        from reminders r join people p on p.id = r.recipient
        where r.state = 'planned' and (r.due_at, r.id) > (?, ?) order by r.due_at, r.id limit ?"""
    moment, id = after
    return [(_reminder(row[:-1]), row[-1]) for row in db.conn.execute(sql, (stamp(moment), id, limit))]


def said(db: Database, item: int, kind: str, offset_days: int, day: date, recipient: str) -> bool:
    """Whether that reminder went out."""
    row = one(
        db,
        """select 1 from reminders where item = ? and kind = ? and offset_days = ? and local_date = ? and recipient = ?
        and state = 'queued'""",
        (item, kind, offset_days, day.isoformat(), recipient),
    )
    return row is not None


def stuck(db: Database, before: datetime) -> int:
    """How many should have gone out by then and did not, to people who are reached over a network."""
    row = one(
        db,
        """select count(*) from reminders r where r.state = 'planned' and r.due_at <= ? and exists (
        select 1 from addresses a where a.person = r.recipient and a.platform <> 'terminal')""",
        (stamp(before),),
    )
    return int(row[0])


def settle(db: Database, ids: list[int], state: str) -> None:
    """Move reminders out of `planned`: queued, cancelled or superseded."""
    db.conn.executemany(
        "update reminders set state = ? where id = ? and state = 'planned'", [(state, id) for id in ids]
    )


def cancel(db: Database, item: int, recipient: str | None = None) -> None:
    """Nothing more about `item` (to `recipient`, or to anybody)."""
    db.conn.execute(
        """update reminders set state = 'cancelled'
        where item = ? and state = 'planned' and recipient = coalesce(?, recipient)""",
        (item, recipient),
    )


def postpone(db: Database, ids: list[int], until: datetime) -> None:
    """Not before `until`; the day it was meant for stays."""
    db.conn.executemany("update reminders set due_at = ? where id = ?", [(stamp(until), id) for id in ids])


def snoozes(db: Database, item: int, recipient: str) -> int:
    """How many times `recipient` put the reminders of `item` off."""
    sql = "select count(*) from reminders where item = ? and recipient = ? and kind = 'snoozed'"
    return int(db.conn.execute(sql, (item, recipient)).fetchone()[0])


def cancel_before(db: Database, item: int, recipient: str, until: datetime) -> None:
    """Nothing about `item` to `recipient` before `until`."""
    db.conn.execute(
        """update reminders set state = 'superseded'
        where item = ? and recipient = ? and state = 'planned' and due_at < ?""",
        (item, recipient, stamp(until)),
    )


def kept(db: Database, item: int, recipients: Sequence[str] | None = None) -> list[tuple[int, str, str]]:
    """Every reminder of an item (to `recipients`, or to anybody): id, state and time, for an undo."""
    sql = f"select id, state, due_at from reminders where item = ? {_to(recipients)} order by id"
    return [(row[0], row[1], row[2]) for row in db.conn.execute(sql, (item, *(recipients or ())))]


def restore(db: Database, item: int, before: Sequence[Sequence[Any]], recipients: Sequence[str] | None = None) -> None:
    """The reminders of an item as they were `kept`. What was told since stays told."""
    marks = ", ".join("?" * len(before))
    sql = f"delete from reminders where item = ? {_to(recipients)} and state <> 'queued' and id not in ({marks})"
    db.conn.execute(sql, (item, *(recipients or ()), *(id for id, _, _ in before)))
    db.conn.executemany(
        "update reminders set state = ?, due_at = ? where id = ? and item = ? and state <> 'queued'",
        [(state, due_at, id, item) for id, state, due_at in before],
    )


def _to(recipients: Sequence[str] | None) -> str:
    return "" if recipients is None else f"and recipient in ({', '.join('?' * len(recipients))})"
