"""Everything Duly says, as rows: pending, sending, sent; unknown when nobody can tell; failed where a person must act.

`dedupe_key` is made from meaning ("reply:17:0", "rem:4:before:7:2027-03-08:…"): saying it twice adds nothing.
Messages to one place go out one at a time, in the order they were written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to say in one place; `body` is a Reply as JSON, `attempts` how often it was claimed before.

    `card`: the posted message that it answers or replaces, as JSON of whoever wrote it. `parts`: how many messages of
    it surely arrived, on a platform that cannot be asked.
    """

    id: int
    dedupe_key: str
    platform: str
    place: str
    person: str | None
    body: str
    item: int | None
    state: str
    attempts: int
    created_at: str = ""
    card: str | None = None
    parts: int = 0


ADDRESS = re.compile(r"/(form|report|calendar)/[\w.~-]{40,300}")  # what opens a page: see handlers/web_links.py
OVER = ("sent", "failed", "cancelled")  # letters that will not be sent again
COLUMNS = "id, dedupe_key, platform, place, person, body, item, state, attempts, created_at, card, parts"


def add(
    db: Database,
    dedupe_key: str,
    platform: str,
    place: str,
    body: str,
    at: datetime,
    person: str | None = None,
    item: int | None = None,
    leased_until: datetime | None = None,
    not_before: datetime | None = None,
    card: str | None = None,
) -> bool:
    """Write one letter; False when it was written before.

    `leased_until`: the writer shows it herself right away; whoever finds it after that cannot tell whether she did.
    """
    now = stamp(at)
    lease = stamp(leased_until) if leased_until else None
    cursor = db.conn.execute(
        """insert into outbox
        (dedupe_key, platform, place, person, body, item, not_before, state, attempts, lease_until, created_at, card)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
        (
            dedupe_key,
            platform,
            place,
            person,
            body,
            item,
            stamp(not_before) if not_before else now,
            "sending" if lease else "pending",
            1 if lease else 0,
            lease,
            now,
            card,
        ),
    )
    return cursor.rowcount == 1


def written(db: Database, prefix: str) -> list[str]:
    """The bodies of letters whose key begins with `prefix`, in order."""
    sql = "select body from outbox where dedupe_key >= ? and dedupe_key < ? order by id"
    return [row[0] for row in db.conn.execute(sql, (prefix, prefix + "\U0010ffff"))]


def waiting(db: Database, platform: str, place: str | None, now: datetime) -> Letter | None:
    """The oldest letter that may be tried now: pending, or left by somebody whose lease ran out.

    A place whose first letter waits is passed over, so that nothing overtakes it; what was never to be said yet, such
    as a reminder that waits for the morning, holds nothing up.
    """
    found = all_waiting(db, platform, place, now, 1)
    return found[0] if found else None


def all_waiting(db: Database, platform: str, place: str | None, now: datetime, limit: int) -> list[Letter]:
    """The letters that may be tried now, at most one to each place."""
    sql = f"""select {COLUMNS} from outbox o where platform = :platform and place = coalesce(:place, place)
        and state in ('pending', 'sending', 'unknown') and not_before <= :now
        and (state = 'pending' or lease_until <= :now)
        and not exists (select 1 from outbox e where e.platform = o.platform and e.place = o.place and e.id < o.id
            and e.state in ('pending', 'sending', 'unknown')
            and not (e.state = 'pending' and e.attempts = 0 and e.not_before > :now))
        order by id limit :limit"""
    words = {"platform": platform, "place": place, "now": stamp(now), "limit": limit}
    return [Letter(*row) for row in db.conn.execute(sql, words)]


def find(db: Database, id: int) -> Letter | None:
    row = one(db, f"select {COLUMNS} from outbox where id = ?", (id,))
    return Letter(*row) if row else None


def arrived(db: Database, letter: Letter, parts: int) -> None:
    """So many messages of `letter` surely arrived; the next try goes on after them."""
    db.conn.execute("update outbox set parts = ? where id = ?", (parts, letter.id))


def moved(db: Database, platform: str, before: str, after: str) -> None:
    """A place has a new name: what waits to be said there goes to the new one."""
    db.conn.execute(
        """update outbox set place = ? where platform = ? and place = ?
        and state in ('pending', 'sending', 'unknown', 'held')""",
        (after, platform, before),
    )


def known_as(db: Database, platform: str, ref: str) -> Letter | None:
    """The letter that arrived as `ref`."""
    row = one(
        db,
        f"select {COLUMNS} from outbox where platform = ? and platform_ref = ? order by id desc limit 1",
        (platform, ref),
    )
    return Letter(*row) if row else None


def last_in(db: Database, platform: str, place: str) -> str | None:
    """The platform's name for what was said last in a place; what only changed an older message has no name."""
    sql = """select platform_ref from outbox where platform = ? and place = ? and state = 'sent' and platform_ref <> ''
        order by id desc limit 1"""
    row = one(db, sql, (platform, place))
    return row[0] if row else None


def claim(db: Database, letter: Letter, owner: str, until: datetime) -> bool:
    """Take `letter` for sending until the lease ends; False when somebody else took it."""
    cursor = db.conn.execute(
        """update outbox set state = 'sending', attempts = attempts + 1, lease_owner = ?, lease_until = ?
        where id = ? and attempts = ? and state in ('pending', 'sending', 'unknown')""",
        (owner, stamp(until), letter.id, letter.attempts),
    )
    return cursor.rowcount == 1


def shown(db: Database, keys: Sequence[str], at: datetime) -> None:
    """Letters that their writer has shown."""
    now = stamp(at)
    db.conn.executemany(
        "update outbox set state = 'sent', sent_at = ? where dedupe_key = ? and state = 'sending'",
        [(now, key) for key in keys],
    )


def sent(db: Database, letter: Letter, ref: str, at: datetime) -> None:
    """`letter` arrived; `ref` is the platform's own name for it."""
    _finish(db, letter, "sent", platform_ref=ref, sent_at=stamp(at), last_error=None)


def later(db: Database, letter: Letter, state: str, not_before: datetime, error: str) -> None:
    """Try again at `not_before`: "pending" when it surely was not sent, "unknown" when nobody can tell.

    What nobody could tell of an earlier try, nobody can tell after one that surely failed.
    """
    state = state if letter.state == "pending" else "unknown"
    _finish(db, letter, state, not_before=stamp(not_before), lease_until=stamp(not_before), last_error=error)


def give_up(db: Database, letter: Letter, state: str, error: str, at: datetime) -> None:
    """`letter` will not be sent: cancelled when it no longer applies, failed when it could not be."""
    _finish(db, letter, state, last_error=error, failed_at=stamp(at) if state == "failed" else None)


def failed_between(db: Database, since: datetime, until: datetime) -> dict[str, int]:
    """How many letters were given up from `since` and before `until`, by platform; none that only changed another."""
    sql = """select platform, count(*) from outbox where failed_at >= ? and failed_at < ? and state = 'failed'
        and dedupe_key not like 'settle:%' group by platform order by platform"""
    return dict(db.conn.execute(sql, (stamp(since), stamp(until))).fetchall())


# Letters about an item, when somebody acts on it.


def about(db: Database, item: int, platforms: Sequence[str], since: datetime) -> list[Letter]:
    """What people were told about `item` since then on these platforms, or are being told just now."""
    marks = ", ".join("?" * len(platforms))
    sql = f"""select {COLUMNS} from outbox where item = ? and platform in ({marks})
        and (state in ('sending', 'unknown') or (state = 'sent' and sent_at >= ?)) order by id"""
    return [Letter(*row) for row in db.conn.execute(sql, (item, *platforms, stamp(since)))]


def cancel_about(db: Database, item: int, person: str | None = None) -> list[int]:
    """Say nothing more of what waits to be said about `item` (to `person`, or to anybody); which letters."""
    sql = """update outbox set state = 'cancelled', last_error = 'settled meanwhile'
        where item = ? and state = 'pending' and person is coalesce(?, person) returning id"""
    return [int(row[0]) for row in db.conn.execute(sql, (item, person)).fetchall()]


def restore(db: Database, ids: Sequence[int]) -> None:
    """Letters that were cancelled wait again."""
    sql = "update outbox set state = 'pending', last_error = null where id = ? and state = 'cancelled'"
    db.conn.executemany(sql, [(id,) for id in ids])


def edited(db: Database, prefix: str, card: str) -> bool:
    """Whether a letter whose key begins with `prefix` changes the message that `card` names."""
    sql = "select 1 from outbox where dedupe_key >= ? and dedupe_key < ? and card = ? limit 1"
    return one(db, sql, (prefix, prefix + "\U0010ffff", card)) is not None


def ref_of(db: Database, id: int) -> str | None:
    """The platform's name for a letter that arrived."""
    row = one(db, "select platform_ref from outbox where id = ? and state = 'sent'", (id,))
    return row[0] or None if row else None


def exists(db: Database, dedupe_key: str) -> bool:
    return one(db, "select 1 from outbox where dedupe_key = ?", (dedupe_key,)) is not None


def _finish(db: Database, letter: Letter, state: str, **columns: Any) -> None:
    """Note what came of a claim, unless somebody else claimed the letter since."""
    names = ", ".join(f"{name} = ?" for name in columns)
    db.conn.execute(
        f"update outbox set state = ?, {names} where id = ? and attempts = ? and state = 'sending'",
        (state, *columns.values(), letter.id, letter.attempts + 1),
    )


def untouched(db: Database, letter: Letter) -> None:
    """Give a claim back as if it had not been made: the platform takes nothing now, whatever is sent."""
    before, lease = ("pending", None) if letter.state == "pending" else ("unknown", letter.created_at)
    db.conn.execute(
        "update outbox set state = ?, attempts = ?, lease_until = ? where id = ? and state = 'sending'",
        (before, letter.attempts, lease, letter.id),
    )


def without_addresses(body: str) -> str:
    """`body` with addresses that lead nowhere, for a copy that others may come to read."""
    return ADDRESS.sub(r"/\1/…", body)


def states(db: Database) -> dict[str, int]:
    """How many letters are in each state."""
    return dict(db.conn.execute("select state, count(*) from outbox group by state").fetchall())
