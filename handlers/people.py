"""The person herself: her language and her time zone."""

from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.text import LANGUAGES
from knowledge.words import fold
from storage import people

NAMES = {"svenska": "sv", "swedish": "sv", "sv": "sv", "engelska": "en", "english": "en", "en": "en"}


def language(message: Message, ctx: Context) -> Reply:
    """`language sv` or `language english`; alone it offers both."""
    wanted = NAMES.get(fold(message.text).strip(".!"))
    if wanted is None:
        return ctx.reply(
            "which_language", tuple(ctx.button(f"language_{lang}", f"/language {lang}") for lang in LANGUAGES)
        )
    people.set_language(ctx.db, ctx.person.id, wanted, ctx.now)
    return replace(ctx, person=replace(ctx.person, language=wanted)).reply("language_set")


def timezone(message: Message, ctx: Context) -> Reply:
    """`time zone Helsinki` or `time zone Europe/Helsinki`; alone it tells which is in force."""
    if not message.text:
        return ctx.reply("which_zone", zone=ctx.zone.key)
    wanted = _zones().get(_key(message.text))
    if wanted is None:
        return ctx.reply("no_such_zone", wanted=message.text[:60])
    people.set_zone(ctx.db, ctx.person.id, wanted, ctx.now)
    reminder_plans.move_to(ZoneInfo(wanted), ctx.person.id, ctx)
    at = ctx.now.astimezone(ZoneInfo(wanted))
    return ctx.reply("zone_set", zone=wanted, time=f"{at:%H:%M}")


@cache
def _zones() -> dict[str, str]:
    """Every zone by its name, and by its city where only one zone has it."""
    names = sorted(available_timezones())
    cities: dict[str, list[str]] = {}
    for name in names:
        if "/" in name and not name.startswith("Etc/"):
            cities.setdefault(_key(name.rpartition("/")[2]), []).append(name)
    return {city: found[0] for city, found in cities.items() if len(found) == 1} | {_key(name): name for name in names}


def _key(words: str) -> str:
    return fold(words).strip(".! ").replace("_", " ")
