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


EVERY_KIND = ""  # among the kinds that a team sets days for


@dataclass(frozen=True, slots=True)
class TeamDays:
    """So many days before the deadline `team` is reminded of its items of a kind, or of every kind."""

    team: str  # what it is called
    kind: str
    before_days: tuple[int, ...]


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


def of_teams(db: Database, person: str, kind: str) -> list[TeamDays]:
    """What the teams of `person` have set for a kind, then for every kind; several teams by name."""
    sql = """select t.name, c.kind, c.before_days from team_cadences c join teams t on t.id = c.team
        join team_members m on m.team = t.id where m.person = ? and c.kind in (?, ?) order by c.kind = ?, t.name_key"""
    rows = db.conn.execute(sql, (person, kind, EVERY_KIND, EVERY_KIND))
    return [TeamDays(name, of, _read(days)) for name, of, days in rows]


def of_team(db: Database, team: int) -> list[TeamDays]:
    """What one team has set, for every kind first."""
    sql = """select t.name, c.kind, c.before_days from team_cadences c join teams t on t.id = c.team
        where t.id = ? order by c.kind"""
    return [TeamDays(name, kind, _read(days)) for name, kind, days in db.conn.execute(sql, (team,))]


def set_team(db: Database, team: int, kind: str, days: Sequence[int] | None, by: str, at: datetime) -> None:
    """A team is reminded so many days before of items of a kind; None: as the organisation has it."""
    db.conn.execute("delete from team_cadences where team = ? and kind = ?", (team, kind))
    if days is not None:
        sql = """insert into team_cadences (team, kind, before_days, set_by, created_at, changed_at)
            values (?, ?, ?, ?, ?, ?)"""
        db.conn.execute(sql, (team, kind, _written(days), by, stamp(at), stamp(at)))


def _read(written: str) -> tuple[int, ...]:
    return tuple(map(int, written.split()))


def _days(written: str | None) -> tuple[int, ...] | None:
    return _read(written) if written else None


def _written(days: Sequence[int] | None) -> str | None:
    return " ".join(map(str, days)) if days else None
