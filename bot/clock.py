"""Due reminders into the outbox: once each, the nearest stage only, nothing about what is done.

Many for one person become a digest. There is no "last run": due is what is planned and not later than now, so a clock
that jumps sends nothing twice.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot import digests
from bot.service import Service
from handlers.context import Context
from handlers.digests import personal
from handlers.items import put_off
from handlers.messages import Place, Reply, to_json
from handlers.reminders import plan
from knowledge.rules import calendar
from knowledge.text import Part, para
from storage import follow_ups, outbox, people, reminders
from storage.database import Database, out_of_reach, savepoint
from storage.follow_ups import FollowUp
from storage.reminders import Reminder

PUSHED = ("slack", "telegram")  # these ring in somebody's pocket; a terminal is looked at when it is open
log = logging.getLogger("duly.clock")

DAY_BEGINS, DAY_ENDS = time(8), time(18)


def tick(service: Service) -> int:
    """Queue what is due now; how many letters were written.

    Raises:
        NotKept: the database could not be written; what is due stays due.
    """
    written, ahead = digests.write(service), digests.ahead(service)
    if not ahead and not reminders.due(service.db, service.now(), limit=1):
        return written
    with service.kept():
        found = [*reminders.due(service.db, service.now()), *digests.ahead(service)]
        due = sorted(found, key=lambda reminder: reminder.recipient)
        theirs = groupby(due, key=lambda reminder: reminder.recipient)
        return written + sum(_try(service, id, list(mine)) for id, mine in theirs)


def _try(service: Service, recipient: str, due: Sequence[Reminder]) -> int:
    """Tell one person; what fails is tried again in an hour and keeps nobody else waiting."""
    try:
        with savepoint(service.db):
            return _tell(service, recipient, due)
    except Exception as error:
        if out_of_reach(error):
            raise
        log.error("reminders not told", extra={"error": type(error).__name__, "count": len(due)})
        reminders.postpone(service.db, [r.id for r in due], service.now() + timedelta(hours=1))
        return 0


def _tell(service: Service, recipient: str, due: Sequence[Reminder]) -> int:
    """Write what one person is to hear; nothing for somebody who cannot be reached yet."""
    person, key = people.find(service.db, recipient), people.place_of(service.db, recipient)
    if person is None or key is None:
        return 0
    ctx = service.context_of(person, Place.of(key))
    items = {r.item: found for r in due if (found := follow_ups.find(service.db, r.item))}
    wanted = nearest(due, items)
    reminders.settle(service.db, [r.id for r in due if r not in wanted], "superseded")
    letters = _letters(wanted, ctx)
    for name, reply, item in letters:
        later = _allowed_from(ctx.now, ctx.zone) if ctx.place.platform in PUSHED else None
        outbox.add(
            service.db, name, ctx.place.platform, key, to_json(reply), ctx.now, recipient, item, not_before=later
        )
    reminders.settle(service.db, [r.id for r in wanted], "queued")
    for reminder in wanted:
        _plan_on(reminder, replace(ctx, now=max(ctx.now, reminder.due_at)))
    return len(letters)


def nearest(due: Sequence[Reminder], items: Mapping[int, FollowUp]) -> list[Reminder]:
    """Of the stages missed for an item only the latest; nothing about items that are no longer open."""
    latest: dict[int, Reminder] = {}
    for reminder in sorted(due, key=lambda r: (r.due_at, r.id)):
        if reminder.item in items and items[reminder.item].state == "open":
            latest[reminder.item] = reminder
    return list(latest.values())


Letter = tuple[str, Reply, int | None]


def _letters(due: Sequence[Reminder], ctx: Context) -> list[Letter]:
    """One letter each, or a digest when there are many."""
    if len(due) > ctx.library.cadence.digest_over:
        return [(f"digest:{ctx.person.id}:{ctx.today}:{due[0].id}", personal(due, ctx), None)]
    return [(_meaning(reminder), say(reminder, ctx), reminder.item) for reminder in due]


def _meaning(reminder: Reminder) -> str:
    """The same reminder has the same key, whoever plans it and whenever."""
    parts = (reminder.item, reminder.kind, reminder.offset_days, reminder.local_date, reminder.recipient)
    return "rem:" + ":".join(map(str, parts))


def say(reminder: Reminder, ctx: Context) -> Reply:
    """One reminder, with what can be done about it."""
    buttons = (
        ctx.button("done_button", f"/start done {reminder.item}"),
        ctx.button("snooze_button", f"/start snooze {reminder.item}"),
        ctx.button("hand_over_button", f"/start hand-over {reminder.item}"),
    )
    words: tuple[Part, ...] = (para(_words(reminder, ctx)), *put_off(reminder.item, ctx, least=2))
    return Reply(words, (buttons, (ctx.button("show_button", f"/show {reminder.item}"),)))


def _words(reminder: Reminder, ctx: Context) -> str:
    item = follow_ups.find(ctx.db, reminder.item)
    assert item is not None  # a foreign key
    days = (item.due_on - ctx.today).days
    when = "late" if days < 0 else {0: "due", 1: "tomorrow"}.get(days, "before")
    stage = "escalated" if reminder.kind == "escalated" else when
    return ctx.phrase(
        f"reminder_{stage}",
        number=item.id,
        subject=item.subject,
        supplier=item.supplier_name,
        day=calendar.words(item.due_on, ctx.lang),
        days=abs(days),
    )


def _plan_on(reminder: Reminder, ctx: Context) -> None:
    """After a weekly reminder comes the next; after a snoozed one, whatever still lies ahead."""
    item = follow_ups.find(ctx.db, reminder.item)
    if item and item.state == "open" and _goes_on(reminder, item):
        plan(item, ctx)


def _goes_on(reminder: Reminder, item: FollowUp) -> bool:
    """Whether more follows: for the one who is responsible. A deputy is told once, and keeps what she put off."""
    return reminder.kind in ("late", "snoozed", "due") and reminder.recipient == item.responsible


def _allowed_from(now: datetime, zone: ZoneInfo) -> datetime:
    """`now` in working hours, otherwise when they next begin."""
    local = now.astimezone(zone)
    if calendar.is_working_day(local.date()) and DAY_BEGINS <= local.time() < DAY_ENDS:
        return now
    day = local.date() if local.time() < DAY_BEGINS else local.date() + timedelta(days=1)
    return calendar.to_utc(calendar.next_working_day(day), DAY_BEGINS, zone)


def forecast(
    db: Database, until: datetime, every_days: int, at: time, zone: ZoneInfo, now: datetime | None = None
) -> list[Reminder]:
    """What will go out by `until` if nobody acts: what is planned, and the weekly ones that follow.

    `now`: what was missed until then goes out together, and of an item only the nearest stage.
    """
    coming = _one_at_a_time(reminders.planned(db, until), now)
    for reminder in coming:  # grows while it is read: after each weekly one comes the next
        week = _week_after(reminder, db, every_days, at, zone, now)
        if week and week.due_at <= until and not any(_meaning(week) == _meaning(other) for other in coming):
            coming.append(week)
    return sorted(coming, key=lambda reminder: (reminder.due_at.astimezone(UTC), reminder.id))


def _one_at_a_time(planned: Sequence[Reminder], now: datetime | None) -> list[Reminder]:
    """Of several about one item to one person at one moment, the nearest stage."""
    latest = {(r.item, r.recipient, max(r.due_at, now or r.due_at)): r for r in planned}
    return list(latest.values())


def _week_after(
    reminder: Reminder, db: Database, every_days: int, at: time, zone: ZoneInfo, now: datetime | None
) -> Reminder | None:
    """The weekly reminder that will be planned when `reminder` goes out."""
    item = follow_ups.find(db, reminder.item)
    if item is None or not _goes_on(reminder, item):
        return None
    day = max(reminder.due_at, now or reminder.due_at).astimezone(zone).date()
    week = calendar.late(item.due_on, (day - item.due_on).days // every_days + 1, at, zone, every_days)
    return replace(reminder, kind="late", offset_days=week.offset, local_date=week.day, due_at=week.due_at)
