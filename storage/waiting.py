"""How much waits, and since when: what an operator watches. Each question is answered by an index, whatever was kept.

What takes a walk through a whole table is asked seldom; see `set_aside`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, moment, one, stamp


@dataclass(frozen=True, slots=True)
class Waiting:
    """`letters` counts by platform and state; `oldest` is when the first letter that is due could have been sent."""

    events: int
    letters: dict[tuple[str, str], int]
    oldest: datetime | None
    reminders: int
    forms: dict[str, int]


def count(db: Database, now: datetime, platforms: Sequence[str]) -> Waiting:
    """What waits at `now`; `platforms` are those whose letters we send."""
    events = one(db, "select count(*) from inbox where state = 'new'")[0]
    letters = db.conn.execute(f"select platform, state, count(*) from outbox where {OPEN} group by platform, state")
    reminders = one(db, "select count(*) from reminders where state = 'planned' and due_at <= ?", (stamp(now),))[0]
    forms = db.conn.execute("select state, count(*) from self_assessments group by state")
    return Waiting(events, {(p, s): n for p, s, n in letters}, oldest(db, now, platforms), reminders, dict(forms))


OPEN = "state in ('pending', 'sending', 'unknown')"


def oldest(db: Database, now: datetime, platforms: Sequence[str]) -> datetime | None:
    """Since when a letter waits that could be sent now; one behind another to the same place cannot."""
    marks = ", ".join("?" * len(platforms))
    row = one(
        db,
        f"""select min(not_before) from outbox o where {OPEN} and not_before <= ? and platform in ({marks})
        and (state = 'pending' or lease_until <= ?)
        and not exists (select 1 from outbox e where e.platform = o.platform and e.place = o.place and e.id < o.id
            and e.{OPEN})""",
        (stamp(now), *platforms, stamp(now)),
    )
    return moment(row[0]) if row and row[0] else None


def set_aside(db: Database) -> tuple[int, int]:
    """Events that could not be handled, and letters that could not be delivered. Looks at all that were ever kept."""
    events = one(db, "select count(*) from inbox where state = 'dead'")[0]
    letters = one(db, "select count(*) from outbox where state in ('failed', 'held')")[0]
    return int(events), int(letters)
