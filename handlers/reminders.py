"""Reminders of follow-up items: planned when the item is recorded, planned again when it changes, shown on request.

Each is planned by the cadence of its item (`cadence_for`), and can say why it comes on its day (`why`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from handlers import secrecy
from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.cadence import Cadence
from knowledge.library import Library
from knowledge.rules import calendar
from knowledge.rules.calendar import Planned
from knowledge.text import Items, Span
from storage import absences, actions, cadences, certificates, deviations, follow_ups, people, reminders
from storage.cadences import EVERY_KIND, ItemCadence, TeamDays
from storage.database import Database
from storage.follow_ups import FollowUp
from storage.reminders import Reminder

HORIZON_DAYS = 30
MOST_SHOWN = 20
HEADS = ("lead", "admin")  # the first of these roles that anybody has


# By which cadence.


def cadence_for(item: FollowUp, db: Database, library: Library) -> Cadence:
    """The cadence of an item: its own days, else those of the responsible's team, else the organisation's."""
    of_team = team_days(item, db, library)
    days = cadences.of_item(db, item.id).before_days or (of_team.before_days if of_team else None)
    cadence = _of_organisation(item, db, library)
    return replace(cadence, before_days=days) if days else cadence


def _of_organisation(item: FollowUp, db: Database, library: Library) -> Cadence:
    return library.cadences.get(kind_of(item, db)) or library.cadences.get(item.kind) or library.cadence


def team_days(item: FollowUp, db: Database, library: Library) -> TeamDays | None:
    """What a team of whoever is responsible has set for such items; of several teams the first by name that has.

    What it has set for every kind leaves the kinds alone that have days of their own in the organisation.
    """
    found = next(iter(cadences.of_teams(db, item.responsible, kind_of(item, db))), None)
    of_its_kind = _of_organisation(item, db, library).before_days != library.cadence.before_days
    return None if found and found.kind == EVERY_KIND and of_its_kind else found


def kind_of(item: FollowUp, db: Database) -> str:
    """The kind by which an item is reminded of.

    An action's follows from the class of its deviation; the last day of a certificate is more than a look at one.
    """
    if item.kind == "certificate":
        return "certificate_expiry" if certificates.is_followed_by(db, item.id) else item.kind
    action = actions.of_item(db, item.id) if item.kind == "other" else None
    if action is None:
        return item.kind
    deviation = deviations.find(db, action.deviation)
    return f"action_{deviation.kind}" if deviation and deviation.kind else "action"


def waits(item: FollowUp, db: Database, library: Library, today: date) -> FollowUp | None:
    """The open item that `item` comes after, while its own day is not near."""
    cadence = cadence_for(item, db, library)
    if item.due_on - today <= timedelta(days=cadence.near_days):
        return None
    named = cadences.of_item(db, item.id).waits_for
    first = follow_ups.find(db, named) if named else _of_kind(item, cadence.after, db)
    return first if first and first.state == "open" else None


def _of_kind(item: FollowUp, kind: str | None, db: Database) -> FollowUp | None:
    """The first open item of `kind` under the same contract, due no later."""
    under = follow_ups.of_contract(db, item.supplier, item.contract) if kind and item.contract else []
    return next(
        (each for each in under if each.kind == kind and each.state == "open" and each.due_on <= item.due_on), None
    )


# Planned.


def plan(item: FollowUp, ctx: Context) -> list[Planned]:
    """Plan everything about `item` that lies ahead; the days before its deadline, as they will be said."""
    cadence, own = cadence_for(item, ctx.db, ctx.library), cadences.of_item(ctx.db, item.id)
    zone = ctx.zone_of(item.responsible)
    ahead = [p for p in _before(item, cadence, own, zone, ctx) if p.due_at > ctx.now]
    for planned in ahead:
        kind = "due" if planned.offset == 0 else "before"
        _keep(item, kind, planned, item.responsible, ctx)
    _plan_late(item, cadence, own, ctx)
    return ahead


def _before(item: FollowUp, cadence: Cadence, own: ItemCadence, zone: ZoneInfo, ctx: Context) -> list[Planned]:
    """The days up to the deadline, moved out of the organisation's pauses and of the item's own."""
    meant = calendar.plan(item.due_on, cadence.before_days, cadence.at, zone)
    moved = calendar.plan(item.due_on, cadence.before_days, cadence.at, zone, cadence.pauses)
    stays = _missed_by_pause(item, meant, moved, cadence, ctx)
    by_day = {planned.day: planned for planned in sorted((*moved, *stays), key=lambda planned: -planned.offset)}
    found = [by_day[day] for day in sorted(by_day)]
    return _after_own_pause(item, found, cadence, own, zone)


def _missed_by_pause(
    item: FollowUp, meant: Sequence[Planned], moved: Sequence[Planned], cadence: Cadence, ctx: Context
) -> list[Planned]:
    """What could not come before the pause, since that is behind us, comes in it: never past the deadline."""
    earlier = {planned.day: planned for planned in moved}
    return [
        planned
        for planned in meant
        if planned.due_at > ctx.now
        and (before := earlier[calendar.before_rest(planned.day, cadence.pauses)]).due_at <= ctx.now
        and not _was_said(item, before, ctx)
    ]


def _was_said(item: FollowUp, planned: Planned, ctx: Context) -> bool:
    kind = "due" if planned.offset == 0 else "before"
    return reminders.said(ctx.db, item.id, kind, planned.offset, planned.day, item.responsible)


def _after_own_pause(
    item: FollowUp, found: list[Planned], cadence: Cadence, own: ItemCadence, zone: ZoneInfo
) -> list[Planned]:
    """While an item rests nothing is said; the nearest of what was left out comes when it has rested."""
    if own.paused_until is None:
        return found
    resting = [planned for planned in found if planned.day < own.paused_until]
    left = [planned for planned in found if planned.day >= own.paused_until]
    if not resting or (left and left[0].day == own.paused_until):
        return left
    day = min(calendar.next_working_day(own.paused_until), calendar.previous_working_day(item.due_on))
    if any(planned.day <= day for planned in left):
        return left
    nearest = resting[-1]
    return [replace(nearest, day=day, due_at=calendar.to_utc(day, cadence.at, zone)), *left]


def _plan_late(item: FollowUp, cadence: Cadence, own: ItemCadence, ctx: Context) -> None:
    """The first weekly reminder that lies ahead, and those to the deputy and the head. The clock plans on."""
    week = next_late(item, ctx.today, cadence, own, ctx.zone_of(item.responsible))
    _keep(item, "late", week, item.responsible, ctx)
    if item.deputy and item.deputy != item.responsible:
        _escalate(item, "escalated", cadence.deputy_after_days_late, item.deputy, cadence, ctx)
    if cadence.head_after_days_late is not None:
        for head in heads(ctx.db):
            if head not in (item.responsible, item.deputy):
                _escalate(item, "head", cadence.head_after_days_late, head, cadence, ctx)


def next_late(item: FollowUp, day: date, cadence: Cadence, own: ItemCadence, zone: ZoneInfo) -> Planned:
    """The first reminder after `day` that `item` is late; none while it rests."""
    rested = max(day, own.paused_until - calendar.DAY) if own.paused_until else day
    nth = max(1, (rested - item.due_on).days // cadence.late_every_days + 1)
    return calendar.late(item.due_on, nth, cadence.at, zone, cadence.late_every_days, cadence.pauses)


def _escalate(item: FollowUp, kind: str, days: int, to: str, cadence: Cadence, ctx: Context) -> None:
    planned = calendar.after_days(item.due_on, days, cadence.at, ctx.zone_of(to), cadence.pauses)
    _keep(item, kind, planned, to, ctx)


def heads(db: Database) -> list[str]:
    """Who leads: the leads, or where there are none the administrators."""
    by_role = ([person.id for person in people.with_role(db, role)] for role in HEADS)
    return next((found for found in by_role if found), [])


def _keep(item: FollowUp, kind: str, planned: Planned, recipient: str, ctx: Context) -> None:
    reminders.plan(ctx.db, item.id, kind, planned.offset, planned.day, planned.due_at, recipient, ctx.now)


def plan_again(item: FollowUp, ctx: Context) -> list[Planned]:
    """Drop what was planned about `item` and plan it as it now stands."""
    reminders.cancel(ctx.db, item.id)
    return plan(item, ctx)


def plan_anew(item: FollowUp, ctx: Context) -> None:
    """The same because the cadence of many items changed: what somebody put off stays put off."""
    put_off = [each for each in reminders.of_item(ctx.db, item.id) if each.kind == "snoozed"]
    plan_again(item, ctx)
    for each in put_off:
        reminders.cancel_before(ctx.db, item.id, each.recipient, each.due_at)
        day = each.offset_days, each.local_date, each.due_at
        reminders.plan(ctx.db, item.id, each.kind, *day, each.recipient, ctx.now)


def move_to(zone: ZoneInfo, person: str, ctx: Context) -> int:
    """Reminders of `person` that lie ahead come by the clock of `zone`, on the same days; how many were moved."""
    return _move(reminders.of_person(ctx.db, person, ctx.now), zone, ctx.db, ctx.library)


def recompute(planned: Sequence[tuple[Reminder, str]], db: Database, library: Library, home: ZoneInfo) -> int:
    """Reckon each instant anew from its day and its zone ("" is `home`); how many were moved."""
    by_zone: dict[str, list[Reminder]] = {}
    for reminder, zone in planned:
        by_zone.setdefault(zone, []).append(reminder)
    return sum(_move(of_zone, calendar.zone_named(zone, home), db, library) for zone, of_zone in by_zone.items())


def _move(planned: list[Reminder], zone: ZoneInfo, db: Database, library: Library) -> int:
    on_their_day = [reminder for reminder in planned if not _put_off(reminder)]
    meant = [(reminder, calendar.to_utc(reminder.local_date, library.cadence.at, zone)) for reminder in on_their_day]
    moved = [(reminder, at) for reminder, at in meant if at != reminder.due_at]
    for reminder, at in moved:
        reminders.postpone(db, [reminder.id], at)
    return len(moved)


def _put_off(reminder: Reminder) -> bool:
    """Whether it waits beyond its day, which nine o'clock in no zone does."""
    return reminder.due_at.astimezone(UTC).date() > reminder.local_date


# Shown.


def coming(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`reminders` lists what you will be reminded of in the coming weeks, and why on that day."""
    until = ctx.now + timedelta(days=HORIZON_DAYS)
    mine = [r for r in reminders.planned(ctx.db, until) if _concerns(r, ctx)]
    if not mine:
        return ctx.reply("no_reminders", days=HORIZON_DAYS)
    lines = tuple((Span(_line(reminder, ctx)),) for reminder in mine[:MOST_SHOWN])
    items = [found for each in mine[:MOST_SHOWN] if (found := follow_ups.find(ctx.db, each.item))]
    return secrecy.told(Reply((ctx.marked("reminders_title"), Items(lines))), items, ctx)


def _concerns(reminder: Reminder, ctx: Context) -> bool:
    """Whether it is for her, or she stands in for whom it is for."""
    heard_by = absences.reader(ctx.db, reminder.recipient, reminder.local_date)
    return ctx.person.id in (reminder.recipient, heard_by)


def _line(reminder: Reminder, ctx: Context) -> str:
    item = follow_ups.find(ctx.db, reminder.item)
    assert item is not None  # a foreign key
    named = {"subject": item.subject, "supplier": item.supplier_name}
    day = calendar.words(reminder.local_date, ctx.lang)
    return ctx.phrase("reminder_line", day=day, why=why(reminder, item, ctx.db, ctx.library, ctx.lang), **named)


def addressed(words: str, reminder: Reminder, told: str, ctx: Context) -> str:
    """`words` with whom they are for, where that is somebody who is away, and when they should have come.

    `told`: as a reminder of its own, or as a line of the digest.
    """
    away = absences.of(ctx.db, reminder.recipient) if reminder.recipient != ctx.person.id else None
    if away:
        until = calendar.short(away.until_on, ctx.lang)
        words = ctx.phrase(f"{told}_for", words=words, name=_name(ctx.db, reminder.recipient), day=until)
    if reminder.local_date < ctx.today:
        words = ctx.phrase(f"{told}_missed", words=words, day=calendar.short(reminder.local_date, ctx.lang))
    return words


def why(reminder: Reminder, item: FollowUp, db: Database, library: Library, lang: str) -> str:
    """Why it comes on that day, to that person: "30 days before, moved from Saturday 12 June"."""
    return ", ".join(_reasons(reminder, item, db, library, lang))


def _reasons(reminder: Reminder, item: FollowUp, db: Database, library: Library, lang: str) -> Iterator[str]:
    cadence = cadence_for(item, db, library)
    yield library.phrase(
        f"why_{_stage(reminder, cadence)}", lang, days=abs(reminder.offset_days), every=cadence.late_every_days
    )
    yield from _by_team(reminder, item, db, library, lang)
    if reminder.kind != "snoozed":
        yield from _moved(reminder, item, db, cadence, library, lang)
    if first := waits(item, db, library, reminder.local_date) if reminder.kind == "before" else None:
        yield library.phrase("why_waits", lang, number=first.id)
    heard_by = absences.reader(db, reminder.recipient, reminder.local_date)
    if heard_by != reminder.recipient:
        yield library.phrase("why_away", lang, name=_name(db, reminder.recipient), other=_name(db, heard_by))


def _by_team(reminder: Reminder, item: FollowUp, db: Database, library: Library, lang: str) -> Iterator[str]:
    """Whose days they are, where a team has its own."""
    if reminder.kind not in ("before", "due") or cadences.of_item(db, item.id).before_days:
        return
    if of_team := team_days(item, db, library):
        yield library.phrase("why_team", lang, name=of_team.team)


def _stage(reminder: Reminder, cadence: Cadence) -> str:
    if reminder.kind == "late" and cadence.late_every_days == 1:
        return "late_daily"
    if reminder.kind == "before" and reminder.offset_days == 1:
        return "day_before"
    if reminder.kind in ("escalated", "head") and reminder.offset_days == -1:
        return f"{reminder.kind}_one"
    return "head_due" if reminder.kind == "head" and reminder.offset_days == 0 else reminder.kind


def _moved(
    reminder: Reminder, item: FollowUp, db: Database, cadence: Cadence, library: Library, lang: str
) -> Iterator[str]:
    """The day it was meant for, where that is another, and what stood in the way."""
    meant = item.due_on - timedelta(days=reminder.offset_days)
    if meant == reminder.local_date:
        return
    until = cadences.of_item(db, item.id).paused_until
    if until and meant < until <= reminder.local_date:
        yield library.phrase("why_rested", lang, day=calendar.words(meant, lang))
        return
    phrase = "why_pause" if calendar.resting(meant, cadence.pauses) else "why_moved"
    yield library.phrase(phrase, lang, day=calendar.words(meant, lang))


def _name(db: Database, person: str) -> str:
    found = people.find(db, person)
    return found.name if found else person


def heard_as(item: FollowUp, ctx: Context) -> list[str]:
    """Who of those in charge of `item` the person is, or stands in for today."""
    in_charge = [each for each in (item.responsible, item.deputy) if each]
    return [each for each in in_charge if ctx.person.id in (each, absences.reader(ctx.db, each, ctx.today))]


def snooze(item: FollowUp, until: Planned, ctx: Context) -> None:
    """One reminder at `until` instead of those before it that the person would hear. The deadline stays."""
    hers = {ctx.person.id, *heard_as(item, ctx)}
    for recipient in hers:
        reminders.cancel_before(ctx.db, item.id, recipient, until.due_at)
    to = item.responsible if item.responsible in hers else ctx.person.id
    reminders.plan(ctx.db, item.id, "snoozed", until.offset, until.day, until.due_at, to, ctx.now)
