"""Codes by which an officer brings another account of hers. Offered, claimed from there, confirmed from here.

Only the hash of a code is kept; it is good once, and for a quarter of an hour.
"""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, one, stamp
from storage.invitations import hashed
from storage.people import Address


@dataclass(frozen=True, slots=True)
class Link:
    """`person` offered it in `place`; `account` is who claimed it, once somebody did, under the name `name`."""

    id: int
    person: str
    place: str
    state: str
    account: Address | None
    name: str


COLUMNS = "id, person, place, state, account_name, platform, tenant, account, account_place"


def _link(row: tuple[object, ...]) -> Link:
    id, person, place, state, name, *address = row
    account = Address(*map(str, address)) if address[0] is not None else None
    return Link(int(str(id)), str(person), str(place), str(state), account, str(name or ""))


def offer(db: Database, code: str, person: str, place: str, at: datetime, until: datetime) -> None:
    """A new code; those that the person was given before are good no longer."""
    db.conn.execute("update links set state = 'refused' where person = ? and state = 'offered'", (person,))
    db.conn.execute(
        """insert into links (code_hash, person, place, state, created_at, expires_at)
        values (?, ?, ?, 'offered', ?, ?)""",
        (hashed(code), person, place, stamp(at), stamp(until)),
    )


def good(db: Database, code: str, now: datetime) -> Link | None:
    """What `code` offers, unless it was claimed or came too late."""
    sql = f"select {COLUMNS} from links where code_hash = ? and state = 'offered' and expires_at > ?"
    row = one(db, sql, (hashed(code), stamp(now)))
    return _link(row) if row else None


def claim(db: Database, link: Link, account: Address, name: str) -> None:
    """`account`, whose owner is called `name` there, gave the code."""
    db.conn.execute(
        """update links set state = 'claimed', platform = ?, tenant = ?, account = ?, account_place = ?,
        account_name = ? where id = ? and state = 'offered'""",
        (account.platform, account.tenant, account.account, account.place, name, link.id),
    )


def claimed(db: Database, id: int, person: str, now: datetime) -> Link | None:
    """What waits for the word of the one who offered it; nobody else finds it."""
    sql = f"select {COLUMNS} from links where id = ? and person = ? and state = 'claimed' and expires_at > ?"
    row = one(db, sql, (id, person, stamp(now)))
    return _link(row) if row else None


def settle(db: Database, link: Link, state: str) -> None:
    """Confirmed or refused."""
    db.conn.execute("update links set state = ? where id = ?", (state, link.id))
