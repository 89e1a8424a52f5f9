"""A file that has been in use for years: events, answers, talks, items to follow up and audit lines."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

from bench.bare import NOW
from storage.database import Database, write

OFFICERS = 100
TABLES = 5
ITEMS_A_SUPPLIER = 50
FIRST_DAY = date(2024, 1, 1)


def records(db: Database, number: int) -> None:
    """Add `number` records, as many to each of the tables that grow."""
    share = number // TABLES
    with write(db):
        _officers(db)
        _suppliers(db, max(1, share // ITEMS_A_SUPPLIER))
        for sql, rows in (
            (INBOX, _events(share)),
            (OUTBOX, _answers(share)),
            (TALKS, _talks(share)),
            (FOLLOW_UPS, _items(share, max(1, share // ITEMS_A_SUPPLIER))),
            (AUDIT, _acts(share)),
        ):
            db.conn.executemany(sql, rows)
    db.conn.execute("pragma wal_checkpoint(truncate)")


INBOX = f"""insert into inbox (source, event_key, place, person, body, state, created_at)
    values ('terminal', ?, ?, ?, '{{"text": "Nej, utomlands"}}', 'done', '{NOW}')"""
OUTBOX = f"""insert into outbox (dedupe_key, platform, place, person, body, not_before, state, created_at)
    values (?, 'terminal', ?, ?, ?, '{NOW}', 'sent', '{NOW}')"""
TALKS = f"""insert into talks (person, place, flow, answers, state, created_at, changed_at)
    values (?, ?, 'risk', ?, 'done', '{NOW}', '{NOW}')"""
FOLLOW_UPS = f"""insert into follow_ups (supplier, kind, subject, subject_key, due_on, responsible, state, created_by,
    created_at, changed_at) values (?, 'certificate', 'Certifikat', 'certifikat', ?, ?, ?, ?, '{NOW}', '{NOW}')"""
AUDIT = f"""insert into audit (at, actor, action, object, details, previous, hash)
    values ('{NOW}', ?, 'recorded', ?, '{{"kind": "certificate"}}', ?, ?)"""
BODY = '{"parts":[["para","' + "En fråga, två knappar. " * 15 + '"]]}'
ANSWERS = '{"what":"arbetskläder till hemtjänsten","category":"textiles_workwear","production":["BGD"],"value":"eu"}'


def _officers(db: Database) -> None:
    names = [(f"colleague {number}", f"colleague {number}") for number in range(OFFICERS)]
    db.conn.executemany(
        f"""insert into people (id, name, name_key, language, role, created_at, changed_at)
        values (?, ?, 'colleague', 'sv', 'officer', '{NOW}', '{NOW}')""",
        names,
    )


def _suppliers(db: Database, number: int) -> None:
    names = [(id, f"Leverantör {id} AB", f"leverantör {id} ab") for id in range(1, number + 1)]
    sql = f"insert into suppliers (id, name, name_key, created_at, changed_at) values (?, ?, ?, '{NOW}', '{NOW}')"
    db.conn.executemany(sql, names)


def _colleague(number: int) -> tuple[str, str]:
    """Where somebody is, and who."""
    return f"terminal||colleague {number % OFFICERS}|", f"colleague {number % OFFICERS}"


def _events(number: int) -> Iterator[tuple[str, ...]]:
    return ((uuid.uuid4().hex, *_colleague(at)) for at in range(number))


def _answers(number: int) -> Iterator[tuple[str, ...]]:
    return ((f"reply:old-{at}:0", *_colleague(at), BODY) for at in range(number))


def _talks(number: int) -> Iterator[tuple[str, ...]]:
    return ((*_colleague(at)[::-1], ANSWERS) for at in range(number))


def _items(number: int, suppliers: int) -> Iterator[tuple[object, ...]]:
    for at in range(number):
        who, day = _colleague(at)[1], FIRST_DAY + timedelta(days=at % 1_500)
        yield 1 + at % suppliers, day.isoformat(), who, "open" if at % 4 == 0 else "done", who


def _acts(number: int) -> Iterator[tuple[str, ...]]:
    return ((_colleague(at)[1], f"follow_ups:{at}", f"{at:064x}", f"{at + 1:064x}") for at in range(number))
