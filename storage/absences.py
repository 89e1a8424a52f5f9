"""Who is away until when, and who hears meanwhile what she would have heard. Nothing is handed over."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, one, stamp

MOST_LINKS = 10  # a stand-in may be away, too


@dataclass(frozen=True, slots=True)
class Absence:
    """Both days are local and belong to it."""

    id: int
    person: str
    stand_in: str
    from_on: date
    until_on: date
    told: bool

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


COLUMNS = "id, person, stand_in, from_on, until_on, told_at is not null"


def _absence(row: Any) -> Absence:
    id, person, stand_in, first, last, told = row
    return Absence(id, person, stand_in, date.fromisoformat(first), date.fromisoformat(last), bool(told))


def begin(db: Database, person: str, stand_in: str, from_on: date, until_on: date, at: datetime) -> int:
    """`person` is away; what was said before of her absence no longer counts. The id."""
    end(db, person, at)
    now = stamp(at)
    cursor = db.conn.execute(
        """insert into absences (person, stand_in, from_on, until_on, created_at, changed_at)
        values (?, ?, ?, ?, ?, ?)""",
        (person, stand_in, from_on.isoformat(), until_on.isoformat(), now, now),
    )
    return int(cursor.lastrowid or 0)


def end(db: Database, person: str, at: datetime) -> bool:
    """`person` is back; False when she was not away."""
    sql = "update absences set ended_at = ?, changed_at = ? where person = ? and ended_at is null"
    return db.conn.execute(sql, (stamp(at), stamp(at), person)).rowcount == 1


def of(db: Database, person: str) -> Absence | None:
    """What she has said of her absence, now or to come; it may have run out. Nobody who was removed stands in."""
    sql = f"""select {COLUMNS} from absences where person = ? and ended_at is null
        and stand_in in (select id from people where role <> 'removed')"""
    row = one(db, sql, (person,))
    return _absence(row) if row else None


def reader(db: Database, person: str, day: date) -> str:
    """Who hears on `day` what is for `person`: herself, or whoever stands in; herself when they all are away."""
    asked = [person]
    while (away := of(db, asked[-1])) and away.covers(day):
        if away.stand_in in asked or len(asked) > MOST_LINKS:
            return person
        asked.append(away.stand_in)
    return asked[-1]


def with_stand_in(db: Database, stand_in: str, day: date) -> list[Absence]:
    """The absences, from `day` on, for which somebody was named as stand-in."""
    sql = f"select {COLUMNS} from absences where stand_in = ? and until_on >= ? and ended_at is null order by id"
    return [_absence(row) for row in db.conn.execute(sql, (stand_in, day.isoformat()))]


def untold(db: Database, day: date) -> list[int]:
    """The ids of those that cover `day` and of which the stand-in has not heard."""
    sql = """select id from absences where told_at is null and ended_at is null and from_on <= :day and until_on >= :day
        order by id"""
    return [row[0] for row in db.conn.execute(sql, {"day": day.isoformat()})]


def find(db: Database, id: int) -> Absence:
    """One that there is."""
    return _absence(one(db, f"select {COLUMNS} from absences where id = ?", (id,)))


def told(db: Database, id: int, at: datetime) -> None:
    db.conn.execute("update absences set told_at = ?, changed_at = ? where id = ?", (stamp(at), stamp(at), id))
