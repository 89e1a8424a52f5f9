"""`duly team …`: which officers share a room, and when they are told there how the week looks."""

from datetime import time
from typing import TYPE_CHECKING

import click

from bot.config import read_settings
from bot.opening import Refusal, kept, open_service

if TYPE_CHECKING:
    from bot.service import Service
    from handlers.context import Context
    from storage.teams import Team

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


@click.group()
def team() -> None:
    """Teams: officers who share a room, and get a digest of the week there."""


@team.command("add", epilog='Example: duly team add slack:T1/C1 --name Upphandling --member "Åsa Ek" --member "Bo Ek"')
@click.argument("where")
@click.option("--name", required=True, help="What the team is called.")
@click.option("--member", "members", multiple=True, required=True, metavar="NAME", help="An officer; once for each.")
@click.option("--day", type=click.Choice(DAYS), help="The team's own weekday for the digest.")
@click.option("--at", metavar="TIME", help="The team's own hour for the digest, such as 08:30.")
@click.option("--lang", type=click.Choice(["sv", "en"]), help="Language of the digest.")
def team_add(
    where: str, name: str, members: tuple[str, ...], day: str | None, at: str | None, lang: str | None
) -> None:
    """Make the team of a room that was allowed, or name its members anew."""
    from bot import officers
    from bot.cli_people import room_address
    from handlers.clean import clean
    from handlers.teams import make
    from storage import rooms, teams

    address, hour, settings = room_address(where), _hour(at), read_settings()
    service = open_service(settings)
    if rooms.level_of(service.db, *address) is None:
        raise Refusal(f"{where} is not allowed yet. First: duly room allow {where} --level internal")
    called = clean(name).strip()[:60]
    other = teams.named(service.db, called)
    if other and (other.platform, other.tenant, other.room) != address:
        raise Refusal(f"Another room has a team called {called}. See: duly team list")
    who = [officers.known(service, each).id for each in members]
    with kept(service):
        made = make(called, address, lang or settings.language, who, _context(service))
        teams.set_digest(service.db, made.id, DAYS.index(day) + 1 if day else None, hour, service.now())
    click.echo(_line(service, _known(service, called)))


@team.command("list", epilog="Example: duly team list")
def team_list() -> None:
    """Every team: name, room, how many are in it, and its own days for reminders."""
    from storage import teams

    service = open_service(read_settings())
    for each in teams.every(service.db):
        click.echo(_line(service, each))


@team.command("members", epilog="Example: duly team members Upphandling")
@click.argument("name")
def team_members(name: str) -> None:
    """Who is in a team."""
    from storage import teams

    service = open_service(read_settings())
    for person in teams.members(service.db, _known(service, name).id):
        click.echo(person.name)


@team.command("remove", epilog="Example: duly team remove Upphandling")
@click.argument("name")
def team_remove(name: str) -> None:
    """End a team and its digest. Its room and its people stay as they are."""
    from handlers.teams import end

    service = open_service(read_settings())
    known = _known(service, name)
    with kept(service):
        end(known, _context(service))
    click.echo(f"{known.name}: removed")


@team.command("remind", epilog="Example: duly team remind Upphandling --kind certificate_expiry 90,30,7")
@click.argument("name")
@click.argument("days")
@click.option("--kind", metavar="KIND", help="Only for items of this kind, as cadences.yaml names them.")
def team_remind(name: str, days: str, kind: str | None) -> None:
    """So many days before a deadline a team is reminded: "60,14,3", or "default" as the organisation has it."""
    from handlers.teams import remind
    from storage.cadences import EVERY_KIND

    before, wanted = _before_days(days), _kind(kind) if kind else EVERY_KIND
    service = open_service(read_settings())
    known = _known(service, name)
    with kept(service):
        remind(known, wanted, before, _context(service))
    click.echo(_line(service, known))


def _before_days(words: str) -> tuple[int, ...] | None:
    from knowledge.cadence import wrong_days

    if words.strip().casefold() == "default":
        return None
    written = [each.strip() for each in words.split(",")]
    days = tuple(int(each) for each in written if each.isdecimal() and each.isascii() and len(each) < 6)
    if len(days) < len(written) or wrong_days(days):
        raise click.UsageError(f"{words!r} are no days. Write them as 60,14,3, or write default.")
    return tuple(sorted(days, reverse=True))


def _kind(words: str) -> str:
    from knowledge.check_chains import KINDS

    if words not in KINDS:
        raise click.UsageError(f"No item is of the kind {words!r}. Write one of: {', '.join(KINDS)}.")
    return words


def _context(service: "Service") -> "Context":
    from bot.cli_people import operator
    from handlers.messages import Place

    return service.context_of(operator(service), Place("terminal"))


def _known(service: "Service", name: str) -> "Team":
    from storage import teams

    found = teams.named(service.db, name.strip())
    if found is None:
        raise Refusal(f"No team is called {name}. See: duly team list")
    return found


def _line(service: "Service", each: "Team") -> str:
    from bot.rooms import address
    from storage import cadences, teams
    from storage.rooms import Room

    where = address(Room(each.platform, each.tenant, each.room, "", each.name))
    own = [(of.kind or "all", ",".join(map(str, of.before_days))) for of in cadences.of_team(service.db, each.id)]
    days = "".join(f"  {kind}: {said}" for kind, said in own)
    return f"{each.name:<24} {where:<32} {len(teams.members(service.db, each.id))}{days}"


def _hour(words: str | None) -> time | None:
    try:
        return time.fromisoformat(words) if words else None
    except ValueError:
        raise click.UsageError(f"{words!r} is no hour. Write it as 08:30.") from None
