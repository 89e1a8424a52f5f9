"""What was agreed on when to be reminded of one item, or of a team's items of one kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class ItemCadence:
    """`before_days`: so many days before the deadline; `waits_for` is another item. None: as for others of its kind."""

    item: int
    before_days: tuple[int, ...] | None = None
    paused_until: date | None = None
    waits_for: int | None = None


@dataclass(frozen=True, slots=True)
class TeamCadence:
    """What a team has set for items of a kind; None: as the organisation has it."""

    before_days: tuple[int, ...] | None = None
    late_every_days: int | None = None
    deputy_after_days_late: int | None = None
    head_after_days_late: int | None = None


def of_item(db: Database, item: int) -> ItemCadence:
    """What was agreed on for one item; nothing, most often."""
    sql = "select before_days, paused_until, waits_for from item_cadences where item = ?"
    row = one(db, sql, (item,))
    if row is None:
        return ItemCadence(item)
    return ItemCadence(item, _days(row[0]), date.fromisoformat(row[1]) if row[1] else None, row[2])


def set_days(db: Database, item: int, days: Sequence[int] | None, by: str, at: datetime) -> None:
    """Remind so many days before; None: as for others of its kind."""
    _set(db, item, "before_days", _written(days), by, at)


def pause(db: Database, item: int, until: date | None, by: str, at: datetime) -> None:
    """No reminder before `until`; None: no pause."""
    _set(db, item, "paused_until", until.isoformat() if until else None, by, at)


def wait(db: Database, item: int, for_item: int | None, by: str, at: datetime) -> None:
    """`item` comes after another; None: it waits for nothing."""
    _set(db, item, "waits_for", for_item, by, at)


def _set(db: Database, item: int, column: str, value: str | int | None, by: str, at: datetime) -> None:
    now = stamp(at)
    db.conn.execute(
        f"""insert into item_cadences (item, {column}, set_by, created_at, changed_at) values (?, ?, ?, ?, ?)
        on conflict do update set {column} = excluded.{column}, set_by = excluded.set_by,
        changed_at = excluded.changed_at""",
        (item, value, by, now, now),
    )


def of_team(db: Database, team: int, kind: str) -> TeamCadence:
    """What a team has set for items of a kind; nothing, most often."""
    sql = """select before_days, late_every_days, deputy_after_days_late, head_after_days_late from team_cadences
        where team = ? and kind = ?"""
    row = one(db, sql, (team, kind))
    return TeamCadence(_days(row[0]), *row[1:]) if row else TeamCadence()


def set_team(db: Database, team: int, kind: str, cadence: TeamCadence, by: str, at: datetime) -> None:
    """Keep what a team wants for items of a kind, instead of what it wanted before."""
    now = stamp(at)
    late, deputy, head = cadence.late_every_days, cadence.deputy_after_days_late, cadence.head_after_days_late
    db.conn.execute(
        """insert or replace into team_cadences (team, kind, before_days, late_every_days, deputy_after_days_late,
        head_after_days_late, set_by, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (team, kind, _written(cadence.before_days), late, deputy, head, by, now, now),
    )


def _days(written: str | None) -> tuple[int, ...] | None:
    return tuple(map(int, written.split())) if written else None


def _written(days: Sequence[int] | None) -> str | None:
    return " ".join(map(str, days)) if days else None
