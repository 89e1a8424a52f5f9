"""The organisation's own policies and guidelines: what was decided, when, by whom, and when it is looked at again.

A policy that is decided anew under the same title replaces the old one, which stays as history.
"""

from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Database, fold, stamp


@dataclass(frozen=True, slots=True)
class Policy:
    """`owner` is a role, `decided_by` an option of the flow. `decided_on` and `review_on` are local days."""

    id: int
    title: str
    decided_on: date
    decided_by: str
    link: str | None
    owner: str
    review_on: date | None


def add(
    db: Database,
    title: str,
    decided_on: date,
    decided_by: str,
    link: str | None,
    owner: str,
    review_on: date | None,
    by: str,
    at: datetime,
) -> int:
    """A policy in force from now on, in place of an earlier one with the same title; its id."""
    now = stamp(at)
    db.conn.execute(
        "update policies set replaced_at = ? where title_key = ? and replaced_at is null", (now, fold(title))
    )
    cursor = db.conn.execute(
        """insert into policies
        (title, title_key, decided_on, decided_by, link, owner, review_on, created_by, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            title,
            fold(title),
            decided_on.isoformat(),
            decided_by,
            link,
            owner,
            review_on.isoformat() if review_on else None,
            by,
            now,
        ),
    )
    return int(cursor.lastrowid or 0)


def in_force(db: Database) -> list[Policy]:
    """What holds today, the latest decided first."""
    sql = """select id, title, decided_on, decided_by, link, owner, review_on from policies
        where replaced_at is null order by decided_on desc, id desc"""
    return [_policy(*row) for row in db.conn.execute(sql)]


def _policy(
    id: int, title: str, decided_on: str, decided_by: str, link: str | None, owner: str, review_on: str | None
) -> Policy:
    review = date.fromisoformat(review_on) if review_on else None
    return Policy(id, title, date.fromisoformat(decided_on), decided_by, link, owner, review)
