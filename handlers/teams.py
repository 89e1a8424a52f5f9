"""`team`: officers who share a room. A lead makes one by naming it where it meets; everybody sees their own."""

import re
from collections.abc import Iterable, Sequence
from datetime import time

from handlers import access, items, questions
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.rules import calendar
from knowledge.text import Items, Span
from knowledge.words import fold
from storage import cadences, follow_ups, people, rooms, teams
from storage.cadences import EVERY_KIND
from storage.people import Person
from storage.teams import Team

AND = re.compile(r"\s+(?:och|and)\s+|[,;\n]")
MOST_NAME = 60  # characters


def team(message: Message, ctx: Context) -> Reply:
    """Alone one's own teams; "team Procurement: Anna, Bo" in a room makes the room's team; others are a question."""
    words = message.text.strip()
    if not words:
        return _mine(ctx)
    name, colon, said = words.partition(":")
    if not colon:
        return questions.ask_after("team", message, ctx) if ctx.library.sounds_asked(words) else ctx.reply("team_how")
    if not access.may("team", ctx, others=True):
        return access.refused(ctx, "team", others=True)
    name = name.strip()[:MOST_NAME]
    return _refused(name, ctx) or _made(name, _names(said), ctx)


def _names(words: str) -> list[str]:
    return [name.strip(" .") for name in AND.split(words) if name.strip(" .")]


def _refused(name: str, ctx: Context) -> Reply | None:
    """Why there can be no such team here."""
    place = ctx.place
    if not name:
        return ctx.reply("team_how")
    if not place.shared:
        return ctx.reply("team_here_only")
    if rooms.level_of(ctx.db, place.platform, place.tenant, place.room) is None:
        return ctx.reply("team_room_first")
    other = teams.named(ctx.db, name)
    if other and (other.platform, other.tenant, other.room) != (place.platform, place.tenant, place.room):
        return ctx.reply("team_name_taken", name=other.name)
    return None


def _made(name: str, named: list[str], ctx: Context) -> Reply:
    found = {words: member(words, ctx) for words in named}
    unknown = [words for words, person in found.items() if person is None]
    if unknown or not found:
        return ctx.reply("team_nobody", name=unknown[0][:MOST_NAME]) if unknown else ctx.reply("team_how")
    where = (ctx.place.platform, ctx.place.tenant, ctx.place.room)
    made = make(name, where, ctx.lang, [each.id for each in found.values() if each], ctx)
    day, at = digest_time(made, ctx)
    said = {"weekday": weekday(day, ctx.lang), "time": f"{at:%H:%M}"}
    return ctx.reply("team_made", name=made.name, members=_members(made, ctx), **said)


def make(name: str, where: tuple[str, str, str], lang: str, members: Sequence[str], ctx: Context) -> Team:
    """The team of a room, with those members and no others."""
    id = teams.add(ctx.db, name, where, lang, ctx.person.id, ctx.now)
    before = {each.id for each in teams.members(ctx.db, id)}
    teams.set_members(ctx.db, id, members, ctx.person.id, ctx.now)
    if cadences.of_team(ctx.db, id):
        _plan_anew(before ^ set(members), ctx)
    made = teams.find(ctx.db, id)
    assert made is not None  # just written
    return made


def end(team: Team, ctx: Context) -> None:
    """There is no such team any longer; its members are reminded as others are."""
    members, own = [each.id for each in teams.members(ctx.db, team.id)], cadences.of_team(ctx.db, team.id)
    teams.remove(ctx.db, team, ctx.person.id, ctx.now)
    _plan_anew(members if own else (), ctx)


def remind(team: Team, kind: str, days: Sequence[int] | None, ctx: Context) -> None:
    """The team is reminded so many days before of items of a kind; None: as the organisation has it."""
    cadences.set_team(ctx.db, team.id, kind, days, ctx.person.id, ctx.now)
    details = {"kind": kind or None, "before_days": list(days) if days is not None else None}
    ctx.did("set reminders", f"teams:{team.id}", details)
    _plan_anew([each.id for each in teams.members(ctx.db, team.id)], ctx)


def _plan_anew(members: Iterable[str], ctx: Context) -> None:
    for item in follow_ups.open_of(ctx.db, sorted(members)):
        reminder_plans.plan_anew(item, ctx)


def member(words: str, ctx: Context) -> Person | None:
    """The officer of that name, or the only one with that first name."""
    if fold(words) in ("me", fold(ctx.phrase("me"))):
        return ctx.person
    if known := people.find(ctx.db, words) or people.named(ctx.db, words):
        return known
    called = [each for each in people.everybody(ctx.db) if fold(each.name).split()[:1] == [fold(words)]]
    return called[0] if len(called) == 1 else None


def _mine(ctx: Context) -> Reply:
    found = teams.of_person(ctx.db, ctx.person.id)
    if not found:
        return ctx.reply("no_teams")
    lines = tuple((Span(_line(each, ctx)),) for each in found)
    return Reply((ctx.marked("teams_title"), Items(lines)))


def _line(team: Team, ctx: Context) -> str:
    """Its name, its members, and its own days for reminders where it has any."""
    said = ctx.phrase("team_line", name=team.name, members=_members(team, ctx))
    own = [_days(each.kind, each.before_days, ctx) for each in cadences.of_team(ctx.db, team.id)]
    return ctx.phrase("team_line_days", line=said, days="; ".join(own)) if own else said


def _days(kind: str, before_days: Sequence[int], ctx: Context) -> str:
    days = ", ".join(map(str, before_days))
    if kind == EVERY_KIND:
        return ctx.phrase("team_days", days=days)
    return ctx.phrase("team_days_kind", days=days, kind=items.kind_name(kind, ctx))


def _members(team: Team, ctx: Context) -> str:
    return ", ".join(person.name for person in teams.members(ctx.db, team.id))


def digest_time(team: Team, ctx: Context) -> tuple[int, time]:
    """The weekday (1 is Monday) and the hour of a team's digest: its own, or everybody's."""
    cadence = ctx.library.cadence
    return team.day or cadence.team_digest_day, team.at or cadence.team_digest_at


def weekday(day: int, lang: str) -> str:
    """The name of a weekday; 1 is Monday."""
    return calendar.WEEKDAYS["en" if lang == "en" else "sv"][day - 1]
