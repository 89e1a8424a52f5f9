"""What tests of reminders and letters share: an item with its reminders, and what became due."""

from datetime import UTC, date, datetime, timedelta

from bot import clock as due_clock
from handlers import reminders
from handlers.messages import from_json
from storage import follow_ups, suppliers
from storage.database import write

from .conftest import STOCKHOLM

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def at(words):
    """A local moment, in UTC."""
    return datetime.fromisoformat(words).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def record(officer, due, deputy=None, subject="licens"):
    """An open item with its reminders; its id."""
    ctx = officer.ctx
    with write(ctx.db):
        known = suppliers.named(ctx.db, "Nordkaffe AB")
        supplier = known.id if known else suppliers.add(ctx.db, "Nordkaffe AB", ctx.now)
        due_on = date.fromisoformat(due) if isinstance(due, str) else due
        id = follow_ups.add(ctx.db, supplier, "other", subject, due_on, ctx.person.id, ctx.now, deputy)
        reminders.plan(item_of(officer, id), ctx)
    return id


def item_of(officer, id):
    return follow_ups.find(officer.service.db, id)


def act(officer, handler, id, words=""):
    """Let `officer` do something with an item."""
    with write(officer.service.db):
        return handler(item_of(officer, id), words, officer.ctx)


def reminded(officer, words):
    """Set the clock; what became due then: (kind, recipient), the oldest first."""
    officer.clock.now = at(words) if isinstance(words, str) else words
    before = queued(officer.service.db)
    due_clock.tick(officer.service)
    return [
        (kind, recipient) for id, kind, recipient in queued(officer.service.db) if (id, kind, recipient) not in before
    ]


def queued(db):
    return db.conn.execute("select id, kind, recipient from reminders where state = 'queued' order by id").fetchall()


def letters(db):
    """What lies in the outbox for people to read, without answers to messages."""
    bodies = db.conn.execute("select body from outbox where dedupe_key not like 'reply:%' order by id").fetchall()
    return [from_json(body) for (body,) in bodies]
