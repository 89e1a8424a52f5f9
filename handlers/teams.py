"""`team`: officers who share a room. A lead makes one by naming it where it meets; everybody sees their own."""

import re
from datetime import time

from handlers import access, questions
from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.rules import calendar
from knowledge.text import Items, Span
from knowledge.words import fold
from storage import people, rooms, teams
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
    return _refused(name.strip(), ctx) or _made(name.strip()[:MOST_NAME], _names(said), ctx)


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
    id = teams.add(ctx.db, name, where, ctx.lang, ctx.person.id, ctx.now)
    teams.set_members(ctx.db, id, [each.id for each in found.values() if each], ctx.person.id, ctx.now)
    made = teams.find(ctx.db, id)
    assert made is not None  # just written
    day, at = digest_time(made, ctx)
    said = {"weekday": weekday(day, ctx.lang), "time": f"{at:%H:%M}"}
    return ctx.reply("team_made", name=made.name, members=_members(made, ctx), **said)


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
    lines = tuple((Span(ctx.phrase("team_line", name=each.name, members=_members(each, ctx))),) for each in found)
    return Reply((ctx.marked("teams_title"), Items(lines)))


def _members(team: Team, ctx: Context) -> str:
    return ", ".join(person.name for person in teams.members(ctx.db, team.id))


def digest_time(team: Team, ctx: Context) -> tuple[int, time]:
    """The weekday (1 is Monday) and the hour of a team's digest: its own, or everybody's."""
    cadence = ctx.library.cadence
    return team.day or cadence.team_digest_day, team.at or cadence.team_digest_at


def weekday(day: int, lang: str) -> str:
    """The name of a weekday; 1 is Monday."""
    return calendar.WEEKDAYS["en" if lang == "en" else "sv"][day - 1]
