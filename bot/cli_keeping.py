"""`duly backup`, `restore`, `held`, `export` and `import`: keeping what was recorded, and taking it along."""

from pathlib import Path

import click

from bot.cli_people import operator
from bot.config import Settings, read_settings
from bot.opening import Refusal, kept, open_service

A_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
A_DIRECTORY = click.argument("directory", type=click.Path(file_okay=False, path_type=Path))


@click.command(epilog="Example: duly backup /srv/copies/duly-2027-03-01.zip")
@A_FILE
def backup(file: Path) -> None:
    """A safe copy of everything while Duly goes on: the database and what people sent. An older copy is replaced."""
    from bot import backup as safe
    from bot.service import utc_now

    settings = read_settings()
    sha256 = safe.backup(_database(settings), settings.files, file, utc_now())
    click.echo(f"{file}: sha256 {sha256}")
    if not settings.secret:
        secret = _database(settings).with_suffix(".secret")
        click.echo(f"Not in it: {secret}, which signs the addresses that suppliers have. Keep it in another place.")


@click.command(epilog="Example: duly restore /srv/copies/duly-2027-03-01.zip --replace")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Move the database that is there aside and put the copy in its place.")
def restore(file: Path, replace: bool) -> None:
    """Put a copy back. Letters that waited when it was made are held back, since they may have gone out after it."""
    from bot import backup as safe
    from bot.service import utc_now

    settings = read_settings()
    count = safe.restore(file, _database(settings), settings.files, replace, utc_now())
    click.echo(f"{settings.database}: put back")
    _tell_held(count)


@click.command(epilog="Example: duly held --send")
@click.option("--send", "what", flag_value="send", help="Let them go out.")
@click.option("--drop", "what", flag_value="drop", help="Let none of them go out.")
def held(what: str | None) -> None:
    """How many letters a restore held back; send them, or drop them."""
    from storage import copying

    service = open_service(read_settings())
    act = {"send": copying.release, "drop": copying.drop}.get(what or "")
    if act is None:
        return _tell_held(copying.held(service.db))
    with kept(service):
        count = act(service.db)
    return click.echo(f"{count} {'will go out' if what == 'send' else 'will not go out'}")


@click.command(epilog="Example: duly export /srv/duly-export")
@A_DIRECTORY
@click.option("--person", metavar="NAME", help="Only what is kept about this person, for whoever asks to see it.")
@click.option("--case", metavar="NUMBER", help="Only this case, for the register: its diary number, or '#12'.")
@click.option("--lang", type=click.Choice(["sv", "en"]), help="Language of a case.")
def export(directory: Path, person: str | None, case: str | None, lang: str | None) -> None:
    """Write everything into DIRECTORY in open formats: a line of JSON a row, every file, and what the columns mean.

    One case goes into a folder of Word, CSV and attachments, or into a zip when DIRECTORY ends in .zip.
    """
    from bot import case_file, officers, personal, whole

    if person and case:
        raise click.UsageError("Write --person or --case, not both.")
    settings = read_settings()
    service = open_service(settings)
    if case is not None:
        by = operator(service)
        count = case_file.export(service, settings.files, directory, case, lang or settings.language, by)
        return click.echo(f"{directory}: {count} files")
    if person is None:
        count = whole.export(service, settings.files, directory)
        return click.echo(f"{directory}: {count} rows")
    whose = officers.known(service, person, removed=True)
    written = personal.export(service, whose, directory)
    with kept(service):
        officers.exported(service, whose, operator(service))
    return click.echo(f"{written}")


@click.command("import", epilog="Example: duly import /srv/duly-export")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def bring_in(directory: Path) -> None:
    """Make a new database of what duly export wrote."""
    from bot import whole

    settings = read_settings()
    count, held = whole.bring_in(directory, _database(settings), settings.files)
    click.echo(f"{settings.database}: {count} rows")
    _tell_held(held)


def _tell_held(count: int) -> None:
    if count:
        click.echo(f"{count} letters are held back. See what to do with them: duly held --help")


def _database(settings: Settings) -> Path:
    if settings.database == ":memory:" or "://" in settings.database:
        raise Refusal("DULY_DATABASE is no file. Set it to the path of the database.")
    return Path(settings.database)
