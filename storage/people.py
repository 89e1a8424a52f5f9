"""Officers, what they may do, and where to reach them. One officer may come from several platforms.

Whoever was removed keeps her row, because records name her, and may do nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, fold, one, stamp

REMOVED = "removed"
ROLES = (REMOVED, "reader", "officer", "lead", "admin")  # each may do what those before it may, and more


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    language: str
    role: str
    zone: str = ""  # such as Europe/Helsinki; empty: the organisation's


@dataclass(frozen=True, slots=True)
class Address:
    """An account of a platform, and the key of the place where only its owner reads."""

    platform: str
    tenant: str
    account: str
    place: str


COLUMNS = "id, name, language, role, zone"


def new_id() -> str:
    """An id that tells nothing of the person, since the audit trail keeps it for good."""
    return f"p{secrets.token_hex(5)}"


def find(db: Database, id: str) -> Person | None:
    row = one(db, f"select {COLUMNS} from people where id = ?", (id,))
    return Person(*row) if row else None


def named(db: Database, name: str) -> Person | None:
    """The officer of that name, letter case aside; nobody who was removed."""
    sql = f"select {COLUMNS} from people where name_key = ? and role <> ? order by created_at limit 1"
    row = one(db, sql, (fold(name), REMOVED))
    return Person(*row) if row else None


def all_named(db: Database, name: str) -> list[Person]:
    """Everybody of that name or with that id, also who was removed."""
    sql = f"select {COLUMNS} from people where name_key = ? or id = ? order by created_at"
    return [Person(*row) for row in db.conn.execute(sql, (fold(name), name))]


def everybody(db: Database) -> list[Person]:
    """Everybody who may still do something, by name."""
    sql = f"select {COLUMNS} from people where role <> ? order by name_key"
    return [Person(*row) for row in db.conn.execute(sql, (REMOVED,))]


def zones(db: Database) -> list[str]:
    """The zones that anybody has; the empty one is the organisation's."""
    return [row[0] for row in db.conn.execute("select distinct zone from people order by zone")]


def every_name(db: Database) -> list[str]:
    """The name of everybody who is or was an officer, the longest first."""
    return [row[0] for row in db.conn.execute("select distinct name from people order by length(name) desc, name")]


def at_address(db: Database, platform: str, tenant: str, account: str) -> Person | None:
    """Who writes from this account."""
    sql = """select p.id, p.name, p.language, p.role, p.zone from addresses a join people p on p.id = a.person
        where a.platform = ? and a.tenant = ? and a.account = ?"""
    row = one(db, sql, (platform, tenant, account))
    return Person(*row) if row else None


def add(db: Database, person: Person, at: datetime) -> None:
    now = stamp(at)
    named = {"id": person.id, "name": person.name, "name_key": fold(person.name)}
    kept = {"language": person.language, "role": person.role, "zone": person.zone}
    db["people"].insert({**named, **kept, "created_at": now, "changed_at": now})


def add_address(db: Database, person: str, platform: str, tenant: str, account: str, place: str, at: datetime) -> None:
    """Remember that `person` is reached at `place` (a Place's key); the latest one seen is used first."""
    db.conn.execute(
        """insert into addresses (platform, tenant, account, person, place, seen_at) values (?, ?, ?, ?, ?, ?)
        on conflict do update set person = excluded.person, place = excluded.place, seen_at = excluded.seen_at""",
        (platform, tenant, account, person, place, stamp(at)),
    )


def place_of(db: Database, person: str) -> str | None:
    """The key of the place where `person` was seen last."""
    row = one(db, "select place from addresses where person = ? order by seen_at desc limit 1", (person,))
    return row[0] if row else None


def own_place(db: Database, person: str, platform: str, tenant: str) -> str | None:
    """The key of the place where only `person` reads, on this platform."""
    sql = """select place from addresses where person = ? and platform = ? and tenant = ?
        order by seen_at desc limit 1"""
    row = one(db, sql, (person, platform, tenant))
    return row[0] if row else None


def addresses(db: Database, person: str) -> list[Address]:
    """All accounts of `person`, the latest seen first."""
    sql = "select platform, tenant, account, place from addresses where person = ? order by seen_at desc"
    return [Address(*row) for row in db.conn.execute(sql, (person,))]


def seen(db: Database, platform: str, tenant: str, account: str, at: datetime) -> None:
    """The account was used just now, so its owner is reached there first."""
    sql = "update addresses set seen_at = ? where platform = ? and tenant = ? and account = ?"
    db.conn.execute(sql, (stamp(at), platform, tenant, account))


def drop_address(db: Database, platform: str, tenant: str, account: str) -> None:
    """The account is nobody's any longer."""
    db.conn.execute(
        "delete from addresses where platform = ? and tenant = ? and account = ?", (platform, tenant, account)
    )


def with_role(db: Database, role: str) -> list[Person]:
    sql = f"select {COLUMNS} from people where role = ? order by created_at"
    return [Person(*row) for row in db.conn.execute(sql, (role,))]


def set_language(db: Database, id: str, language: str, at: datetime) -> None:
    db.conn.execute("update people set language = ?, changed_at = ? where id = ?", (language, stamp(at), id))


def set_zone(db: Database, id: str, zone: str, at: datetime) -> None:
    db.conn.execute("update people set zone = ?, changed_at = ? where id = ?", (zone, stamp(at), id))


def set_role(db: Database, id: str, role: str, at: datetime) -> None:
    db.conn.execute("update people set role = ?, changed_at = ? where id = ?", (role, stamp(at), id))


def rename(db: Database, id: str, name: str, at: datetime) -> None:
    sql = "update people set name = ?, name_key = ?, changed_at = ? where id = ?"
    db.conn.execute(sql, (name, fold(name), stamp(at), id))
