"""Reminders of follow-up items: planned when the item is recorded, planned again when it changes, shown on request."""

from datetime import timedelta

from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.rules import calendar
from knowledge.rules.calendar import Planned
from knowledge.text import Items, Span
from storage import follow_ups, reminders
from storage.follow_ups import FollowUp
from storage.reminders import Reminder

HORIZON_DAYS = 30


def plan(item: FollowUp, ctx: Context) -> list[Planned]:
    """Plan everything about `item` that lies ahead; the days before its deadline, as they will be said."""
    cadence, zone = ctx.library.cadence, ctx.zone_of(item.responsible)
    ahead = [p for p in calendar.plan(item.due_on, cadence.before_days, cadence.at, zone) if p.due_at > ctx.now]
    for planned in ahead:
        kind = "due" if planned.offset == 0 else "before"
        reminders.plan(ctx.db, item.id, kind, planned.offset, planned.day, planned.due_at, item.responsible, ctx.now)
    _plan_late(item, ctx)
    return ahead


def _plan_late(item: FollowUp, ctx: Context) -> None:
    """The first weekly reminder that lies ahead, and the one to the deputy. The clock plans the weeks after that."""
    cadence = ctx.library.cadence
    nth = max(1, (ctx.today - item.due_on).days // cadence.late_every_days + 1)
    zone = ctx.zone_of(item.responsible)
    week = calendar.late(item.due_on, nth, cadence.at, zone, cadence.late_every_days)
    reminders.plan(ctx.db, item.id, "late", week.offset, week.day, week.due_at, item.responsible, ctx.now)
    if item.deputy and item.deputy != item.responsible:
        hers = ctx.zone_of(item.deputy)
        late = calendar.late(item.due_on, 1, cadence.at, hers, cadence.deputy_after_days_late)
        reminders.plan(ctx.db, item.id, "escalated", late.offset, late.day, late.due_at, item.deputy, ctx.now)


def plan_again(item: FollowUp, ctx: Context) -> list[Planned]:
    """Drop what was planned about `item` and plan it as it now stands."""
    reminders.cancel(ctx.db, item.id)
    return plan(item, ctx)


def coming(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`reminders` lists what you will be reminded of in the coming weeks."""
    until = ctx.now + timedelta(days=HORIZON_DAYS)
    mine = [r for r in reminders.planned(ctx.db, until) if r.recipient == ctx.person.id]
    if not mine:
        return ctx.reply("no_reminders", days=HORIZON_DAYS)
    lines = tuple((Span(_line(reminder, ctx)),) for reminder in mine[:20])
    return Reply((ctx.marked("reminders_title"), Items(lines)))


def _line(reminder: Reminder, ctx: Context) -> str:
    item = follow_ups.find(ctx.db, reminder.item)
    assert item is not None  # a foreign key
    day = calendar.words(reminder.local_date, ctx.lang)
    return ctx.phrase("reminder_line", day=day, subject=item.subject, supplier=item.supplier_name)


def snooze(item: FollowUp, until: Planned, ctx: Context) -> None:
    """One reminder at `until` instead of those before it. The deadline stays."""
    reminders.cancel_before(ctx.db, item.id, ctx.person.id, until.due_at)
    reminders.plan(ctx.db, item.id, "snoozed", until.offset, until.day, until.due_at, ctx.person.id, ctx.now)
