"""What every command opens: settings, content, database, service. Each is imported when it is needed."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.config import Misconfigured, Settings, cache_directory, read_settings

if TYPE_CHECKING:
    from bot.service import Service
    from knowledge.library import Library


class Refusal(click.ClickException):
    """Something that cannot be done as asked; one line that says what to do."""

    exit_code = 1


@contextlib.contextmanager
def kept(service: "Service") -> Iterator[None]:
    """One transaction; a database that cannot be written is a refusal."""
    from bot.service import NotKept

    try:
        with service.kept():
            yield
    except NotKept as error:
        raise Refusal(f"The database cannot be written ({error}). Make room, or wait for whoever holds it.") from None


def open_library() -> "Library":
    """The content, with the organisation's own over it."""
    from knowledge.library import open_library as read_library

    return read_library(read_settings().content, cache_directory(os.environ))


def _sound_library() -> "Library":
    """The content, checked first where an organisation has its own: what is wrong there stops the start."""
    library = open_library()
    if library.shelves.own:
        from knowledge.check import check

        if faults := check(library):
            raise Misconfigured("\n".join(["DULY_CONTENT has faults:", *faults]))
    return library


def open_service(settings: Settings, presents: tuple[str, ...] = ("terminal",)) -> "Service":
    """The service on the database that the settings name."""
    from bot import secret
    from bot.logs import log_to
    from bot.service import Service
    from handlers.web_links import Web
    from storage.database import open_database

    db = open_database(settings.database)
    if settings.database != ":memory:":
        log_to(Path(settings.database).with_suffix(".log"))
    service = Service(db, _sound_library(), settings.timezone, presents=presents)
    service.web = Web(settings.url, secret.of(settings), settings.organisation, settings.colour)
    service.mails = settings.mail is not None
    return service


def account() -> str:
    """What whoever runs this is called by the system."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "officer"
