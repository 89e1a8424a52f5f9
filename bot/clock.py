"""Due reminders into the outbox: once each, the nearest stage only, nothing about what is done.

Many for one person become a digest. There is no "last run": due is what is planned and not later than now, so a clock
that jumps sends nothing twice.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as hour
from functools import partial
from zoneinfo import ZoneInfo

from bot import digests, zone_rules
from bot.apart import apart, each_told, readable
from bot.service import Service
from handlers import absence, recurring
from handlers.context import Context
from handlers.digests import personal
from handlers.items import of_form, put_off
from handlers.messages import Place, Reply, to_json
from handlers.reminders import addressed, cadence_for, next_late, plan, waits
from handlers.reminders import recompute as recompute_part
from knowledge.library import Library
from knowledge.rules import calendar
from knowledge.text import Part, para
from storage import cadences, faults, follow_ups, outbox, people, reminders, series
from storage import clock as stored_clock
from storage.database import Database
from storage.follow_ups import FollowUp
from storage.reminders import Reminder

PUSHED = ("slack", "telegram")  # these ring in somebody's pocket; a terminal is looked at when it is open
TOGETHER = 500  # reminders told in one transaction, since officers who write meanwhile wait for it
RECKONED = 2_000  # reminders reckoned anew in one transaction
BREATH = 0.02  # seconds between two such transactions, or whoever waits for the lock would not get it
log = logging.getLogger("duly.clock")


def tick(service: Service) -> int:
    """Queue what is due now; how many letters were written.

    Raises:
        NotKept: the database could not be written; what is due stays due.
    """
    written = digests.write(service) + _begin(service)
    for number, readers in enumerate(_batches(service)):
        time.sleep(BREATH if number else 0)
        with service.kept():
            written += sum(_tell_all(service, reader, heard) for reader, heard in readers.items())
    return written


def _begin(service: Service) -> int:
    """Make what comes back, and tell who stands in from now on; how many letters. Each by itself."""
    resting = faults.resting(service.db, service.now())
    behind = [id for id in series.behind(service.db, service.today()) if f"series {id}" not in resting][:TOGETHER]
    beginning = [id for id in _beginning(service) if f"absence {id}" not in resting]
    if not behind and not beginning:
        return 0
    with service.kept():
        for id in behind:
            go_on = partial(recurring.go_on, id, service.db, service.today(), service.context_for)
            apart(service, f"series {id}", go_on, None)
        told = {f"absence {id}": partial(absence.announce, id, service.db, service.context_for) for id in beginning}
        return sum(apart(service, what, announce, False) for what, announce in told.items())


def _beginning(service: Service) -> list[int]:
    return absence.beginning(service.db, service.library, service.now(), service.zone)


def recompute(service: Service) -> int:
    """Reckon anew when what is planned is due, if the rules of summer time are others than last time; how many moved.

    Raises:
        NotKept: the database could not be written; what was planned stays, and is reckoned at the next start.
    """
    return sum(reckoned(service))


def reckoned(service: Service) -> Iterator[int]:
    """The same, part after part: nobody waits for all of it. The nearest come first; left half-way, it begins anew."""
    zones = [calendar.zone_named(name, service.zone) for name in people.zones(service.db)]
    rules = zone_rules.in_force(service.zone, zones, service.library.cadence.at)
    if stored_clock.kept(service.db, stored_clock.RULES) == rules:
        return
    moved = 0
    for count in _recomputed(service):
        moved += count
        yield count
    with service.kept():
        stored_clock.keep(service.db, stored_clock.RULES, rules, service.now())
    if moved:
        log.warning("reminders moved to their hour", extra={"count": moved})


def _recomputed(service: Service) -> Iterator[int]:
    """How many were moved, part after part. One that moves ahead of the others is met again, and stays."""
    after = service.now(), 0
    while True:
        with service.kept():
            planned = reminders.ahead(service.db, after, RECKONED)
            moved = recompute_part(planned, service.db, service.library, service.zone)
        yield moved
        if len(planned) < RECKONED:
            return
        last, _ = planned[-1]
        after = last.due_at, last.id
        time.sleep(BREATH)


def _batches(service: Service) -> list[dict[str, list[str]]]:
    """Who is to hear of something now, and for whom; so many together as are told at once, each of all that is hers."""
    db = service.db
    count = Counter(reminders.by_recipient(db, service.now())) + Counter(digests.early(service))
    found: list[dict[str, list[str]]] = []
    room = 0
    for reader, heard in digests.by_reader(service, count).items():
        much = sum(count[recipient] for recipient in heard)
        if not found or much > room:
            found.append({})
            room = TOGETHER
        found[-1][reader] = heard
        room -= much
    return found


def _tell_all(service: Service, reader: str, recipients: Sequence[str]) -> int:
    """Tell one person what is due for these; what fails keeps nobody and nothing else waiting."""
    return each_told(service, _due(service, reader, recipients), partial(_tell, service, reader))


def _due(service: Service, reader: str, recipients: Sequence[str]) -> list[Reminder]:
    """All that `reader` is to hear now for these, the oldest first; what cannot be read is put off."""
    try:
        due = [r for each in recipients for r in reminders.of_person(service.db, each, until=service.now())]
    except ValueError:
        due = readable(service, recipients)
    due.sort(key=lambda reminder: (reminder.due_at, reminder.id))
    return [*due, *digests.ahead(service, reader, recipients)]


def _tell(service: Service, reader: str, due: Sequence[Reminder]) -> int:
    """Write what one person is to hear; nothing for somebody who cannot be reached yet."""
    person, key = people.find(service.db, reader), people.place_of(service.db, reader)
    if person is None or key is None:
        return 0
    ctx = service.context_of(person, Place.of(key))
    items = {r.item: found for r in due if (found := follow_ups.find(service.db, r.item))}
    wanted = [reminder for reminder in nearest(due, items) if not _waits(reminder, items[reminder.item], ctx)]
    reminders.settle(service.db, [r.id for r in due if r not in wanted], "superseded")
    said, later = _for_today(wanted, items, ctx)
    reminders.postpone(service.db, [r.id for r in later], _next_morning(ctx))
    letters = _letters(_one_an_item(said, ctx), ctx)
    for name, reply, item in letters:
        days = [items[r.item].due_on for r in said if item is None or r.item == item]
        later_on = _allowed_from(ctx, min(days)) if ctx.place.platform in PUSHED else None
        outbox.add(
            service.db, name, ctx.place.platform, key, to_json(reply), ctx.now, reader, item, not_before=later_on
        )
    reminders.settle(service.db, [r.id for r in said], "queued")
    for reminder in wanted:
        _plan_on(reminder, replace(ctx, now=max(ctx.now, reminder.due_at)))
    return len(letters)


def nearest(due: Sequence[Reminder], items: Mapping[int, FollowUp]) -> list[Reminder]:
    """Of the stages missed for an item and a person only the latest; nothing about items that are no longer open."""
    latest: dict[tuple[int, str], Reminder] = {}
    for reminder in sorted(due, key=lambda r: (r.due_at, r.id)):
        if reminder.item in items and items[reminder.item].state == "open":
            latest[reminder.item, reminder.recipient] = reminder
    return list(latest.values())


def _waits(reminder: Reminder, item: FollowUp, ctx: Context) -> bool:
    return reminder.kind == "before" and waits(item, ctx.db, ctx.library, ctx.today) is not None


def _one_an_item(said: Sequence[Reminder], ctx: Context) -> list[Reminder]:
    """Who also stands in for somebody hears of an item once: what is for herself."""
    ordered = sorted(said, key=lambda reminder: reminder.recipient == ctx.person.id)
    return sorted({reminder.item: reminder for reminder in ordered}.values(), key=lambda r: (r.due_at, r.id))


def _for_today(
    wanted: list[Reminder], items: Mapping[int, FollowUp], ctx: Context
) -> tuple[list[Reminder], list[Reminder]]:
    """What is said now and what waits for the next morning: after the day's digest only what is urgent, and little.

    Where nobody's pocket rings, all of it is said.
    """
    most = ctx.library.cadence.digest_over
    if ctx.place.platform not in PUSHED or len(wanted) <= most or not _had_digest(ctx):
        return wanted, []
    first = sorted(wanted, key=lambda reminder: items[reminder.item].due_on)[:most]
    urgent = [reminder for reminder in first if items[reminder.item].due_on <= ctx.today + calendar.DAY]
    return urgent, [reminder for reminder in wanted if reminder not in urgent]


def _next_morning(ctx: Context) -> datetime:
    return calendar.to_utc(calendar.next_working_day(ctx.today + calendar.DAY), ctx.library.cadence.at, ctx.zone)


Letter = tuple[str, Reply, int | None]


def _letters(due: Sequence[Reminder], ctx: Context) -> list[Letter]:
    """One letter each, or the day's digest when there are many."""
    if len(due) > ctx.library.cadence.digest_over and not _had_digest(ctx):
        return [(_digest_key(ctx), personal(due, ctx), None)]
    return [(_meaning(reminder), say(reminder, ctx), reminder.item) for reminder in due]


def _digest_key(ctx: Context) -> str:
    """A person gets one digest a day."""
    return f"digest:{ctx.person.id}:{ctx.today}"


def _had_digest(ctx: Context) -> bool:
    return bool(outbox.written(ctx.db, _digest_key(ctx)))


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
    item = follow_ups.find(ctx.db, reminder.item)
    assert item is not None  # a foreign key
    return Reply(words, (buttons, *of_form(item, ctx), (ctx.button("show_button", f"/show {reminder.item}"),)))


def _words(reminder: Reminder, ctx: Context) -> str:
    """What is said of an item, for whom and when it should have come."""
    item = follow_ups.find(ctx.db, reminder.item)
    assert item is not None  # a foreign key
    said = ctx.phrase(f"reminder_{_stage(reminder, item, ctx)}", **_named(item, ctx))
    return addressed(said, reminder, "reminder", ctx)


def _stage(reminder: Reminder, item: FollowUp, ctx: Context) -> str:
    if reminder.kind in ("escalated", "head"):
        return reminder.kind
    days = (item.due_on - ctx.today).days
    return "late" if days < 0 else {0: "due", 1: "tomorrow"}.get(days, "before")


def _named(item: FollowUp, ctx: Context) -> dict[str, object]:
    responsible = people.find(ctx.db, item.responsible)
    return {
        "number": item.id,
        "subject": item.subject,
        "supplier": item.supplier_name,
        "day": calendar.words(item.due_on, ctx.lang),
        "days": abs((item.due_on - ctx.today).days),
        "responsible": responsible.name if responsible else item.responsible,
    }


def _plan_on(reminder: Reminder, ctx: Context) -> None:
    """After a weekly reminder comes the next; after a snoozed one, whatever still lies ahead."""
    item = follow_ups.find(ctx.db, reminder.item)
    if item and item.state == "open" and _goes_on(reminder, item):
        plan(item, ctx)


def _goes_on(reminder: Reminder, item: FollowUp) -> bool:
    """Whether more follows: for the one who is responsible. A deputy is told once, and keeps what she put off."""
    return reminder.kind in ("late", "snoozed", "due") and reminder.recipient == item.responsible


def _allowed_from(ctx: Context, due_on: date) -> datetime:
    """Now in working hours, otherwise when they next begin; now all the same when the deadline would pass meanwhile."""
    cadence, local = ctx.library.cadence, ctx.now.astimezone(ctx.zone)
    if calendar.is_working_day(local.date()) and cadence.quiet_until <= local.time() < cadence.quiet_from:
        return ctx.now
    day = local.date() if local.time() < cadence.quiet_until else local.date() + calendar.DAY
    next_one = calendar.next_working_day(day)
    if local.date() <= due_on < next_one:
        return ctx.now
    return calendar.to_utc(next_one, cadence.quiet_until, ctx.zone)


def forecast(
    db: Database,
    until: datetime,
    every_days: int,
    at: hour,
    zone: ZoneInfo,
    now: datetime | None = None,
    library: Library | None = None,
) -> list[Reminder]:
    """What will go out by `until` if nobody acts: what is planned, and the weekly ones that follow.

    `now`: what was missed until then goes out together, and of an item only the nearest stage. `library`: each item by
    its own cadence; without it all by `every_days` and `at`.
    """
    coming = _one_at_a_time(_that_waits_not(reminders.planned(db, until), db, zone, now, library), now)
    for reminder in coming:  # grows while it is read: after each weekly one comes the next
        week = _week_after(reminder, db, every_days, at, zone, now, library)
        if week and week.due_at <= until and not any(_meaning(week) == _meaning(other) for other in coming):
            coming.append(week)
    return sorted(coming, key=lambda reminder: (reminder.due_at.astimezone(UTC), reminder.id))


def _that_waits_not(
    planned: Sequence[Reminder], db: Database, zone: ZoneInfo, now: datetime | None, library: Library | None
) -> list[Reminder]:
    """Without what is said only when something else is done before it."""
    return [r for r in planned if library is None or not _will_wait(r, db, zone, now, library)]


def _will_wait(reminder: Reminder, db: Database, zone: ZoneInfo, now: datetime | None, library: Library) -> bool:
    item = follow_ups.find(db, reminder.item) if reminder.kind == "before" else None
    day = max(reminder.due_at, now or reminder.due_at).astimezone(zone).date()
    return item is not None and waits(item, db, library, day) is not None


def _one_at_a_time(planned: Sequence[Reminder], now: datetime | None) -> list[Reminder]:
    """Of several about one item to one person at one moment, the nearest stage."""
    latest = {(r.item, r.recipient, max(r.due_at, now or r.due_at)): r for r in planned}
    return list(latest.values())


def _week_after(
    reminder: Reminder,
    db: Database,
    every_days: int,
    at: hour,
    zone: ZoneInfo,
    now: datetime | None,
    library: Library | None,
) -> Reminder | None:
    """The weekly reminder that will be planned when `reminder` goes out."""
    item = follow_ups.find(db, reminder.item)
    if item is None or not _goes_on(reminder, item):
        return None
    person = people.find(db, item.responsible)
    hers = calendar.zone_named(person.zone, zone) if person else zone
    day = max(reminder.due_at, now or reminder.due_at).astimezone(hers).date()
    if library:
        week = next_late(item, day, cadence_for(item, db, library), cadences.of_item(db, item.id), hers)
    else:
        week = calendar.late(item.due_on, (day - item.due_on).days // every_days + 1, at, hers, every_days)
    return replace(reminder, kind="late", offset_days=week.offset, local_date=week.day, due_at=week.due_at)
