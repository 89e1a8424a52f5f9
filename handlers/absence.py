"""Away for a while: until then reminders go to whoever stands in. Nothing is handed over, and it ends by itself.

`away until 12 August, Anna takes over`; alone it shows; `I am back` ends it before its time.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import letters
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.understand import NotUnderstood, understand
from knowledge.library import Library
from knowledge.rules import calendar
from knowledge.rules.dates import NotADate, understand_date
from knowledge.text import para
from storage import absences, people
from storage.database import Database
from storage.people import ROLES, Person

SAID = re.compile(
    r"(?:(?:från|from)\s+(?P<first>\S.{0,60}?)\s+)?(?:till|t\.?o\.?m\.?|until|to)\s+(?P<last>\S.{0,60}?)[,;:]?\s+"
    r"(?:och\s+|and\s+)?(?P<name>[^\s,;][^,;]{0,120}?)\s+"
    r"(?:tar över|vikarierar|ersätter mig|takes over|stands in|covers)\.?",
    re.IGNORECASE,
)
LONGEST = timedelta(days=366)
MAY_STAND_IN = ROLES[ROLES.index("officer") :]


def away(message: Message, ctx: Context) -> Reply:
    """Who is away, or that one is."""
    words = message.text.strip()
    if not words:
        return _shown(ctx)
    said = SAID.fullmatch(words)
    if said is None:
        return ctx.reply("away_how")
    try:
        first = understand_date(said["first"], ctx.today) if said["first"] else ctx.today
        last = understand_date(said["last"].strip(" ,"), ctx.today)
        stand_in = people.find(ctx.db, understand(ctx.library.flows["hand-over"].by_id["to"], said["name"], ctx))
    except NotADate as error:
        return ctx.reply(error.reason)
    except NotUnderstood as error:
        return ctx.reply(error.phrase, **error.words)
    assert stand_in is not None  # understood as somebody known
    return _refused(first, last, stand_in, ctx) or _begun(first, last, stand_in, ctx)


def _refused(first: date, last: date, stand_in: Person, ctx: Context) -> Reply | None:
    if stand_in.id == ctx.person.id:
        return ctx.reply("away_same")
    if stand_in.role not in MAY_STAND_IN:
        return ctx.reply("away_not_officer", name=stand_in.name)
    if last < first:
        return ctx.reply("away_order")
    return ctx.reply("away_too_long") if last - first > LONGEST else None


def _begun(first: date, last: date, stand_in: Person, ctx: Context) -> Reply:
    absences.begin(ctx.db, ctx.person.id, stand_in.id, first, last, ctx.now)
    details = {"from": first.isoformat(), "until": last.isoformat(), "stand_in": stand_in.id}
    ctx.did("away", f"people:{ctx.person.id}", details)
    later = first > ctx.today
    return ctx.reply("away_later" if later else "away_now", (_back(ctx),), **_named(first, last, stand_in, ctx))


def _back(ctx: Context) -> Button:
    return ctx.button("here_again_button", "/i am back")


def _named(first: date, last: date, stand_in: Person, ctx: Context) -> dict[str, object]:
    said = {"first": calendar.words(first, ctx.lang), "last": calendar.words(last, ctx.lang)}
    return {**said, "name": stand_in.name}


def _shown(ctx: Context) -> Reply:
    found = absences.of(ctx.db, ctx.person.id)
    stand_in = people.find(ctx.db, found.stand_in) if found else None
    if found is None or stand_in is None or found.until_on < ctx.today:
        return ctx.reply("away_nobody")
    phrase = "away_later" if found.from_on > ctx.today else "away_now"
    return ctx.reply(phrase, (_back(ctx),), **_named(found.from_on, found.until_on, stand_in, ctx))


def here_again(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`I am back`: reminders come to oneself again."""
    found = absences.of(ctx.db, ctx.person.id)
    if found is None or found.until_on < ctx.today or not absences.end(ctx.db, ctx.person.id, ctx.now):
        return ctx.reply("back_was_here", (ctx.button("list_button", "/follow-up"),))
    ctx.did("back", f"people:{ctx.person.id}")
    return ctx.reply("is_back", (ctx.button("list_button", "/follow-up"),))


def stand_in_leaves(stand_in: Person, ctx: Context) -> None:
    """Whoever named her hears herself from now on, and is told so."""
    for away in absences.with_stand_in(ctx.db, stand_in.id, ctx.today):
        absences.end(ctx.db, away.person, ctx.now)
        who = people.find(ctx.db, away.person)

        def told(hers: Context) -> Reply:
            return hers.reply("stand_in_left", (hers.button("away_button", "/away"),), name=stand_in.name)

        if who:
            letters.write(f"stand-in-left:{away.id}", who, told, ctx)


# Told by the clock.


def beginning(db: Database, library: Library, now: datetime, zone: ZoneInfo) -> list[int]:
    """The ids of absences that have begun and of which the stand-in is to hear now; nobody's phone rings at night."""
    local, cadence = now.astimezone(zone), library.cadence
    if not (calendar.is_working_day(local.date()) and cadence.quiet_until <= local.time() < cadence.quiet_from):
        return []
    return absences.untold(db, local.date())


def announce(id: int, db: Database, ctx_of: Callable[[str], Context]) -> bool:
    """Tell whoever stands in; whether there was a place to tell it."""
    away = absences.find(db, id)
    ctx = ctx_of(away.stand_in)
    absences.told(ctx.db, away.id, ctx.now)
    who = people.find(ctx.db, away.person)

    def told(hers: Context) -> Reply:
        named = {"name": who.name if who else away.person, "last": calendar.words(away.until_on, hers.lang)}
        return Reply((para(hers.phrase("stands_in", **named)),), ((hers.button("reminders_button", "/reminders"),),))

    return letters.write(f"away:{away.id}", ctx.person, told, ctx)
