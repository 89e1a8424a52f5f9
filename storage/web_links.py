"""Addresses on the web that somebody was given: what each leads to, how long it is good, how often it was opened.

An address carries a key; only the hash of the key is kept here. The letter that told the address stands in the outbox
as it was sent, and is cut in every copy and export.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database import Database, moment, one, stamp

KINDS = ("form", "report", "calendar")


@dataclass(frozen=True, slots=True)
class WebLink:
    """`about` is what it leads to, as "table:id"; one that never expires has no `expires_at`."""

    id: int
    kind: str
    about: str
    made_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    opened: int
    opened_at: datetime | None

    def good(self, now: datetime) -> bool:
        """Whether it still leads anywhere."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


COLUMNS = "id, kind, about, made_by, created_at, expires_at, revoked_at, opened, opened_at"


def _link(row: Any) -> WebLink:
    id, kind, about, made_by, created_at, expires_at, revoked_at, opened, opened_at = row
    maybe = (moment(at) if at else None for at in (expires_at, revoked_at, opened_at))
    expires, revoked, seen = maybe
    return WebLink(id, kind, about, made_by, moment(created_at), expires, revoked, opened, seen)


def add(
    db: Database, kind: str, about: str, key_hash: str, made_by: str, at: datetime, expires_at: datetime | None
) -> int:
    """A new address; its id."""
    cursor = db.conn.execute(
        """insert into web_links (kind, about, key_hash, made_by, created_at, expires_at)
        values (?, ?, ?, ?, ?, ?)""",
        (kind, about, key_hash, made_by, stamp(at), stamp(expires_at) if expires_at else None),
    )
    return int(cursor.lastrowid or 0)


def with_key(db: Database, kind: str, id: int, key_hash: str) -> WebLink | None:
    """The address of that kind and id, if the key is its own."""
    row = one(db, f"select {COLUMNS} from web_links where id = ? and kind = ? and key_hash = ?", (id, kind, key_hash))
    return _link(row) if row else None


def of(db: Database, kind: str, about: str) -> list[WebLink]:
    """The addresses that lead to "table:id", the latest first."""
    sql = f"select {COLUMNS} from web_links where kind = ? and about = ? order by id desc"
    return [_link(row) for row in db.conn.execute(sql, (kind, about))]


def was_opened(db: Database, id: int, at: datetime) -> None:
    """Count that somebody, or a mail scanner, opened it."""
    db.conn.execute("update web_links set opened = opened + 1, opened_at = ? where id = ?", (stamp(at), id))


def revoke(db: Database, kind: str, about: str, at: datetime) -> int:
    """Let none of the addresses to "table:id" lead anywhere; how many did."""
    sql = "update web_links set revoked_at = ? where kind = ? and about = ? and revoked_at is null"
    return db.conn.execute(sql, (stamp(at), kind, about)).rowcount


def extend(db: Database, id: int, expires_at: datetime) -> None:
    """Let an address be good until another day."""
    db.conn.execute("update web_links set expires_at = ? where id = ?", (stamp(expires_at), id))
