"""`duly officer …`, `duly room …`, `duly export`: who and which rooms may use Duly, and what is kept about somebody."""

from typing import TYPE_CHECKING

import click

from bot.config import read_settings
from bot.opening import Refusal, account, kept, open_service

if TYPE_CHECKING:
    from bot.service import Service
    from storage.people import Person

LEVELS = ("public", "internal", "secret-ok")  # as in storage/rooms.py, which is read when it is needed
ROLES = ("reader", "officer", "lead", "admin")  # as in storage/people.py
ROLE = click.Choice(ROLES)


@click.group()
def officer() -> None:
    """Who may use Duly, and in which role."""


@officer.command("invite", epilog='Example: duly officer invite "Anna Ek" --role lead')
@click.argument("name")
@click.option("--role", type=ROLE, default="officer", help="What she may do; officer unless said otherwise.")
def officer_invite(name: str, role: str) -> None:
    """Print a code that lets one person in, once, within a day; with Telegram set up, also the link to press."""
    from bot import officers

    settings = read_settings()
    service = open_service(settings)
    with kept(service):
        code = officers.invite(service, name, role, operator(service))
    for line in officers.how_to_come_in(settings, code):
        click.echo(line)


@officer.command("list", epilog="Example: duly officer list")
def officer_list() -> None:
    """Everybody who may use Duly: name, role, platforms; and who is invited."""
    from bot import officers

    for line in officers.lines(open_service(read_settings())):
        click.echo(line)


@officer.command("role", epilog='Example: duly officer role "Anna Ek" admin')
@click.argument("name")
@click.argument("role", type=ROLE)
def officer_role(name: str, role: str) -> None:
    """Change what somebody may do, from now on, also with buttons that were shown before."""
    from bot import officers

    service = open_service(read_settings())
    with kept(service):
        officers.set_role(service, officers.known(service, name), role, operator(service))
    click.echo(f"{name}: {role}")


@officer.command("remove", epilog='Example: duly officer remove "Anna Ek" --to "Bo Ek"')
@click.argument("name")
@click.option("--to", metavar="NAME", help="Who takes over what she is in charge of.")
@click.option("--forget", is_flag=True, help="Also erase what is only hers, as she could herself in the chat.")
def officer_remove(name: str, to: str | None, forget: bool) -> None:
    """End all access at once, also an invitation that nobody used. What she is in charge of goes to somebody else."""
    from bot import officers

    service = open_service(read_settings())
    with kept(service):
        if officers.withdrawn(service, name, operator(service)) and not officers.is_here(service, name):
            click.echo(f"{name}: the invitation is taken back")
            return
        leaving = officers.known(service, name)
        taker = officers.known(service, to) if to else None
        said = officers.remove(service, leaving, taker, forget, operator(service))
    click.echo(said)


@click.group()
def room() -> None:
    """Which rooms that others read in may show more than general knowledge."""


@room.command("allow", epilog="Example: duly room allow slack:T1/C1 --level internal --name inköp")
@click.argument("where")
@click.option("--level", type=click.Choice(LEVELS), help="How much may be shown to all who read there.")
@click.option("--name", default="", help="What people call the room.")
def room_allow(where: str, level: str | None, name: str) -> None:
    """Let a room show general knowledge (public), records without tender secrecy (internal) or all (secret-ok)."""
    from handlers.clean import clean
    from storage import rooms

    address = room_address(where)
    if level is None:
        raise click.UsageError(f"Write --level and how much may be shown: {', '.join(LEVELS)}.")
    service = open_service(read_settings())
    with kept(service):
        rooms.allow(service.db, rooms.Room(*address, level, clean(name)), f"terminal:{account()}", service.now())
    click.echo(f"{where}: {level}")


@room.command("list", epilog="Example: duly room list")
def room_list() -> None:
    """Every room that was allowed, how much it may show, and its name."""
    from bot.rooms import lines

    for line in lines(open_service(read_settings()).db):
        click.echo(line)


@room.command("remove", epilog="Example: duly room remove slack:T1/C1")
@click.argument("where")
def room_remove(where: str) -> None:
    """Let a room show general knowledge only, as any room that nobody allowed."""
    from storage import rooms

    address = room_address(where)
    service = open_service(read_settings())
    with kept(service):
        removed = rooms.remove(service.db, *address, f"terminal:{account()}", service.now())
    if not removed:
        raise Refusal(f"{where} is not allowed, so there is nothing to remove. See: duly room list")
    click.echo(f"{where}: removed")


def operator(service: "Service") -> "Person":
    """Whoever runs this command: nobody is above her."""
    from storage import people

    return people.named(service.db, account()) or people.Person(f"terminal:{account()}", account(), "sv", "admin")


def room_address(where: str) -> tuple[str, str, str]:
    """Platform, tenant and room that `where` names.

    Raises:
        UsageError: it names none.
    """
    from bot.rooms import NotARoom
    from bot.rooms import where as read

    try:
        return read(where)
    except NotARoom as error:
        raise click.UsageError(str(error)) from None
