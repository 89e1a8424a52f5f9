"""When one item is reminded of: as the organisation has it for its kind, as its team has it, or as was said of it.

`remind about 7: 60, 14, 3 days before`, `remind about 7 after 5`, `remind about 7 as usual`, `pause 7 until 1 Sep`.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.items import NUMBER as NUMBERED
from handlers.items import numbered
from handlers.messages import Message, Reply
from knowledge.cadence import MOST_DAYS_BEFORE, MOST_STAGES
from knowledge.rules import calendar
from knowledge.rules.dates import NotADate, understand_date
from storage import cadences, follow_ups, series
from storage.follow_ups import FollowUp

AND = r"(?:\s*[,;&]\s*|\s+(?:och|and)\s+|\s+)"
DAYS = re.compile(
    rf"(?P<days>\d+(?:{AND}\d+)*)\s*(?:dag(?:ar)?|days?)?\s*(?:före|innan|before)?\.?",
    re.IGNORECASE,
)
OFTEN = re.compile(r"(?:varje|var|vart|every|each)\s+\w+", re.IGNORECASE)  # "every minute" is told what can be had
ABOUT = re.compile(r"(?:me\s+)?(?:om|about)\s+(?=#?\d)", re.IGNORECASE)
COLON = re.compile(r"\s*#?\d{1,12}\s*:")
AFTER = re.compile(r"(?:först\s+)?(?:efter|after)\s+#?(?P<other>\d{1,12})\.?", re.IGNORECASE)
AS_USUAL = re.compile(r"(?:som vanligt|as usual)\.?", re.IGNORECASE)
NUMBER = re.compile(r"\d+")
LONGEST = 10_000  # characters of what is said about an item's reminders


def speaks_of(words: str) -> bool:
    """Whether "remind about …" goes on with an item's number and when, not with something new to follow up."""
    words = ABOUT.sub("", words.strip(), count=1)
    said = NUMBERED.fullmatch(words) if len(words) <= LONGEST else None
    if said is None:
        return False
    rest = said[2].strip()
    return not rest or bool(COLON.match(words)) or any(way.fullmatch(rest) for way in (DAYS, AFTER, AS_USUAL, OFTEN))


def remind(message: Message, ctx: Context) -> Reply:
    """What was said of an item's reminders; alone it says how."""
    if not message.text.strip():
        return ctx.reply("remind_how")
    return numbered(_remind)(replace(message, text=ABOUT.sub("", message.text.strip(), count=1)), ctx)


def _remind(item: FollowUp, words: str, ctx: Context) -> Reply:
    if item.state != "open":
        return ctx.reply("done_already", (ctx.button("reopen_button", f"/reopen {item.id}"),), number=item.id)
    if AS_USUAL.fullmatch(words):
        return _as_usual(item, ctx)
    if after := AFTER.fullmatch(words):
        return _after(item, int(after["other"]), ctx)
    said = DAYS.fullmatch(words) if len(words) <= LONGEST else None
    return _on_days(item, said["days"], ctx) if said else ctx.reply("remind_how")


def _on_days(item: FollowUp, said: str, ctx: Context) -> Reply:
    written = list(dict.fromkeys(NUMBER.findall(said)))
    if len(written) > MOST_STAGES:
        return ctx.reply("remind_too_many", most=MOST_STAGES)
    if any(len(each) > len(str(MOST_DAYS_BEFORE)) or int(each) > MOST_DAYS_BEFORE for each in written):
        return ctx.reply("remind_too_early", years=MOST_DAYS_BEFORE // 366)
    days = sorted({int(each) for each in written}, reverse=True)
    cadences.set_days(ctx.db, item.id, days, ctx.person.id, ctx.now)
    ctx.did("set reminders", f"follow_ups:{item.id}", {"before_days": days})
    return _planned(item, "remind_set", ctx)


def _as_usual(item: FollowUp, ctx: Context) -> Reply:
    cadences.set_days(ctx.db, item.id, None, ctx.person.id, ctx.now)
    cadences.pause(ctx.db, item.id, None, ctx.person.id, ctx.now)
    cadences.wait(ctx.db, item.id, None, ctx.person.id, ctx.now)
    ctx.did("set reminders", f"follow_ups:{item.id}", {"before_days": None})
    return _planned(item, "remind_set", ctx)


def _planned(item: FollowUp, phrase: str, ctx: Context) -> Reply:
    ahead = reminder_plans.plan_again(item, ctx)
    days = ", ".join(calendar.short(planned.day, ctx.lang) for planned in ahead)
    row = (ctx.button("show_button", f"/show {item.id}"),)
    return ctx.reply(phrase if ahead else "remind_set_late", row, number=item.id, subject=item.subject, days=days)


def _after(item: FollowUp, other: int, ctx: Context) -> Reply:
    first = follow_ups.find(ctx.db, other)
    if first is None:
        return ctx.reply("which_item", (ctx.button("list_button", "/follow-up"),))
    if _waits_on(other, item.id, ctx):
        return ctx.reply("remind_after_itself", number=item.id, other=other)
    cadences.wait(ctx.db, item.id, other, ctx.person.id, ctx.now)
    ctx.did("set reminders", f"follow_ups:{item.id}", {"after": other})
    near = reminder_plans.cadence_for(item, ctx.db, ctx.library).near_days
    named = {"number": item.id, "other": other, "subject": first.subject, "near": near}
    return ctx.reply("remind_after", (ctx.button("show_button", f"/show {item.id}"),), **named)


def _waits_on(item: int, other: int, ctx: Context) -> bool:
    """Whether `item` is `other`, or waits for it, perhaps through more."""
    seen: set[int] = set()
    at: int | None = item
    while at is not None and at not in seen:
        if at == other:
            return True
        seen.add(at)
        at = cadences.of_item(ctx.db, at).waits_for
    return False


def pause(message: Message, ctx: Context) -> Reply:
    """`pause 7 until 1 September`: nothing about it before then, for whoever would be reminded; never past its day."""
    return numbered(_pause)(message, ctx) if message.text.strip() else ctx.reply("pause_how")


def _pause(item: FollowUp, words: str, ctx: Context) -> Reply:
    if item.state != "open":
        return ctx.reply("done_already", (ctx.button("reopen_button", f"/reopen {item.id}"),), number=item.id)
    try:
        wanted = understand_date(words.removeprefix("till ").removeprefix("until "), ctx.today)
    except NotADate as error:
        return ctx.reply(error.reason)
    until = min(wanted, _latest(item, ctx))
    if until <= ctx.today:
        return ctx.reply("snooze_too_soon")
    cadences.pause(ctx.db, item.id, until, ctx.person.id, ctx.now)
    ctx.did("paused", f"follow_ups:{item.id}", {"until": until.isoformat()})
    reminder_plans.plan_again(item, ctx)
    phrase = "paused_to_deadline" if until < wanted else "paused"
    row = (ctx.button("show_button", f"/show {item.id}"),)
    return ctx.reply(phrase, row, number=item.id, subject=item.subject, day=calendar.words(until, ctx.lang))


def _latest(item: FollowUp, ctx: Context) -> date:
    """How long it may rest: until its day, and what is late for as long as it may be put off."""
    if item.due_on > ctx.today:
        return item.due_on
    return ctx.today + timedelta(days=ctx.library.cadence.most_snooze_days)


def stop_repeating(item: FollowUp, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """`stop repeating 7`: the item stays, and does not come back."""
    row = (ctx.button("show_button", f"/show {item.id}"),)
    if not series.stop(ctx.db, item.id, ctx.now):
        return ctx.reply("does_not_come_back", row, number=item.id)
    ctx.did("comes back no more", f"follow_ups:{item.id}")
    return ctx.reply("comes_back_no_more", row, number=item.id, subject=item.subject)
