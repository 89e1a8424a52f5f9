"""Teams: officers who share a room, what they are called, and when they are told there how the week looks.

A team has no level of its own: what it may be shown is what its room may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from storage import audit
from storage.database import Database, fold, one, stamp
from storage.people import REMOVED, Person


@dataclass(frozen=True, slots=True)
class Team:
    """`day` (1 is Monday) and `at` are the team's own time for its digest; None is everybody's."""

    id: int
    name: str
    platform: str
    tenant: str
    room: str
    language: str
    day: int | None
    at: time | None


COLUMNS = "id, name, platform, tenant, room, language, digest_day, digest_at"


def _team(row: Any) -> Team:
    values = list(row)
    values[7] = time.fromisoformat(values[7]) if values[7] else None
    return Team(*values)


def add(db: Database, name: str, where: tuple[str, str, str], language: str, by: str, at: datetime) -> int:
    """The team of a room (platform, tenant, room); one that it had before has a new name. Its id."""
    now = stamp(at)
    row = one(
        db,
        """insert into teams (name, name_key, platform, tenant, room, language, created_by, created_at, changed_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (platform, tenant, room)
        do update set name = excluded.name, name_key = excluded.name_key, changed_at = excluded.changed_at
        returning id""",
        (name, fold(name), *where, language, by, now, now),
    )
    audit.append(db, by, "made a team", f"teams:{row[0]}", at, {"name": name, "platform": where[0], "room": where[2]})
    return int(row[0])


def set_members(db: Database, team: int, people: Sequence[str], by: str, at: datetime) -> None:
    """Those and no others are the team."""
    db.conn.execute("delete from team_members where team = ?", (team,))
    rows = [(team, person, stamp(at)) for person in dict.fromkeys(people)]
    db.conn.executemany("insert into team_members (team, person, created_at) values (?, ?, ?)", rows)
    audit.append(db, by, "set the members of", f"teams:{team}", at, {"members": list(dict.fromkeys(people))})


def set_digest(db: Database, team: int, day: int | None, at_hour: time | None, at: datetime) -> None:
    """The team's own day and hour for its digest."""
    hour = at_hour.isoformat("minutes") if at_hour else None
    sql = "update teams set digest_day = ?, digest_at = ?, changed_at = ? where id = ?"
    db.conn.execute(sql, (day, hour, stamp(at), team))


def every(db: Database) -> list[Team]:
    """All teams, by name."""
    return [_team(row) for row in db.conn.execute(f"select {COLUMNS} from teams order by name_key")]


def named(db: Database, name: str) -> Team | None:
    row = one(db, f"select {COLUMNS} from teams where name_key = ?", (fold(name),))
    return _team(row) if row else None


def find(db: Database, id: int) -> Team | None:
    row = one(db, f"select {COLUMNS} from teams where id = ?", (id,))
    return _team(row) if row else None


def of_person(db: Database, person: str) -> list[Team]:
    """The teams that somebody is in, by name."""
    sql = f"select {COLUMNS} from teams where id in (select team from team_members where person = ?) order by name_key"
    return [_team(row) for row in db.conn.execute(sql, (person,))]


def members(db: Database, team: int) -> list[Person]:
    """Who is in a team, by name; nobody who was removed."""
    sql = """select p.id, p.name, p.language, p.role, p.zone from team_members m join people p on p.id = m.person
        where m.team = ? and p.role <> ? order by p.name_key"""
    return [Person(*row) for row in db.conn.execute(sql, (team, REMOVED))]


def remove(db: Database, team: Team, by: str, at: datetime) -> None:
    """There is no such team any longer; its room and its people stay as they are."""
    for table in ("team_members", "team_cadences"):
        db.conn.execute(f"delete from {table} where team = ?", (team.id,))
    db.conn.execute("delete from teams where id = ?", (team.id,))
    audit.append(db, by, "removed", f"teams:{team.id}", at, {"name": team.name})
