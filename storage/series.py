"""What comes back: an item each month, quarter or year, counted from the first day of the series."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Series:
    """`item` is the occurrence that there is now: the `nth` after the anchor day, `months` apart."""

    id: int
    item: int
    anchor: date
    months: int
    nth: int


COLUMNS = "s.id, s.item, s.anchor, s.months, s.nth"


def _series(row: Any) -> Series:
    id, item, anchor, months, nth = row
    return Series(id, item, date.fromisoformat(anchor), months, nth)


def begin(db: Database, item: int, anchor: date, months: int, by: str, at: datetime) -> None:
    """`item`, which is due on `anchor`, comes back; what it did before no longer counts."""
    now = stamp(at)
    db.conn.execute(
        """insert into series (item, anchor, months, created_by, created_at, changed_at) values (?, ?, ?, ?, ?, ?)
        on conflict do update set anchor = excluded.anchor, months = excluded.months, nth = 0, stopped_at = null,
        changed_at = excluded.changed_at""",
        (item, anchor.isoformat(), months, by, now, now),
    )


def of(db: Database, item: int) -> Series | None:
    """The running series of which `item` is the latest occurrence."""
    row = one(db, f"select {COLUMNS} from series s where s.item = ? and s.stopped_at is null", (item,))
    return _series(row) if row else None


BEHIND = """from series s join follow_ups f on f.id = s.item
    where s.stopped_at is null and (f.state <> 'open' or f.due_on < ?)"""


def behind(db: Database, today: date) -> list[int]:
    """The ids of those whose occurrence is settled, or whose day has passed: the next one is to be made."""
    return [row[0] for row in db.conn.execute(f"select s.id {BEHIND} order by s.id", (today.isoformat(),))]


def if_behind(db: Database, id: int, today: date) -> Series | None:
    """One of those; None when somebody has made the next one since."""
    row = one(db, f"select {COLUMNS} {BEHIND} and s.id = ?", (today.isoformat(), id))
    return _series(row) if row else None


def go_on(db: Database, series: Series, nth: int, item: int, at: datetime) -> bool:
    """`item` is the occurrence now; False when somebody else made one since it was read."""
    sql = "update series set nth = ?, item = ?, changed_at = ? where id = ? and nth = ? and stopped_at is null"
    return db.conn.execute(sql, (nth, item, stamp(at), series.id, series.nth)).rowcount == 1


def back(db: Database, id: int, nth: int, item: int, at: datetime) -> None:
    """The series stands at `item` again, and goes on from there."""
    sql = "update series set nth = ?, item = ?, stopped_at = null, changed_at = ? where id = ?"
    db.conn.execute(sql, (nth, item, stamp(at), id))


def latest(db: Database, id: int) -> int:
    """The occurrence that there is now, of a series that may have stopped."""
    return int(db.conn.execute("select item from series where id = ?", (id,)).fetchone()[0])


def stop(db: Database, item: int, at: datetime) -> bool:
    """It comes back no more; False when it did not."""
    sql = "update series set stopped_at = ?, changed_at = ? where item = ? and stopped_at is null"
    return db.conn.execute(sql, (stamp(at), stamp(at), item)).rowcount == 1
