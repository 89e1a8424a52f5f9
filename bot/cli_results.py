"""`duly results …`: what we tell other authorities of our follow-up, and what we take in from them, as signed files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli_people import operator
from bot.config import read_settings
from bot.opening import kept, open_service

if TYPE_CHECKING:
    from handlers.context import Context
    from knowledge.text import Part

LANGUAGE = click.option("--lang", type=click.Choice(["sv", "en"]), help="Language of the answer.")
YES = click.option("--yes", is_flag=True, help="Do not ask; for scripts, once a person has decided.")


@click.group()
def results() -> None:
    """Results of follow-up, to and from other authorities as signed files."""


@results.command("key", epilog="Example: duly results key")
def results_key() -> None:
    """Our public key, and its fingerprint to compare over the phone. Made once; the private one stays here."""
    from bot.results import own_key
    from handlers.result_file import fingerprint

    key = own_key(read_settings())
    click.echo(f"{fingerprint(key)}\n{key}")


@results.command("trust", epilog='Example: duly results trust skane.json --name "Region Skåne"')
@click.argument("key", metavar="FILE|KEY")
@click.option("--name", required=True, help="What you call the authority.")
@YES
@LANGUAGE
def results_trust(key: str, name: str, yes: bool, lang: str | None) -> None:
    """Take in files that are signed with a key: written out, in a text file, or in a result that came."""
    from bot import results
    from handlers.result_file import fingerprint

    settings = read_settings()
    service = open_service(settings)
    ctx = results.context(service, lang or settings.language)
    found = results.key_in(key, ctx)
    click.echo(ctx.phrase("authority_compare", name=name, fingerprint=fingerprint(found)))
    _agreed(yes, ctx)
    with kept(service):
        results.trust(service, found, name, operator(service), ctx)
    click.echo(ctx.phrase("authority_trusted", name=name))


@results.command("trusted", epilog="Example: duly results trusted")
def results_trusted() -> None:
    """Whose files we take in: fingerprint and name."""
    from handlers.result_file import fingerprint
    from storage import authorities

    for each in authorities.trusted(open_service(read_settings()).db):
        click.echo(f"{fingerprint(each.key)}  {each.name}")


@results.command("distrust", epilog='Example: duly results distrust "Region Skåne"')
@click.argument("name", metavar="NAME|FINGERPRINT")
@LANGUAGE
def results_distrust(name: str, lang: str | None) -> None:
    """Take in no more files from an authority, and show no more of what came from it."""
    from bot import results

    settings = read_settings()
    service = open_service(settings)
    ctx = results.context(service, lang or settings.language)
    with kept(service):
        found = results.named(service, name, ctx)
        results.distrust(service, found, operator(service))
    click.echo(ctx.phrase("authority_distrusted", name=found.name))


@results.command("export", epilog='Example: duly results export --supplier "Nordkaffe AB" nordkaffe.json')
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--supplier", metavar="NAME", required=True, help="Name or organisation number.")
@click.option("--contract", metavar="NR", help="Only what belongs to this contract.")
@click.option("--without-words", is_flag=True, help="Leave out what people wrote: only methods, days and terms.")
@YES
@LANGUAGE
def results_export(
    file: Path, supplier: str, contract: str | None, without_words: bool, yes: bool, lang: str | None
) -> None:
    """Show what a file about a supplier would tell, ask, and then write and sign it."""
    from bot import results
    from handlers.results import review

    settings = read_settings()
    service = open_service(settings)
    ctx = results.context(service, lang or settings.language)
    told = results.gathered(service, supplier, contract, not without_words, ctx)
    _show(review(told, ctx), ctx)
    _agreed(yes, ctx)
    with kept(service):
        fingerprint = results.write(service, settings, told, file, operator(service), ctx)
    click.echo(ctx.phrase("result_written", file=file, fingerprint=fingerprint))


@results.command("import", epilog="Example: duly results import nordkaffe.json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@LANGUAGE
def results_import(file: Path, lang: str | None) -> None:
    """Take in another authority's result. Its key must be trusted; the same file again changes nothing."""
    from bot import results
    from handlers.results import shown

    settings = read_settings()
    service = open_service(settings)
    ctx = results.context(service, lang or settings.language)
    found, signer = results.read(service, file, ctx)
    with kept(service):
        new = results.keep(service, found, signer, operator(service))
    if new:
        _show(shown(found.result, ctx), ctx)
    words = {"name": signer.name, "supplier": found.result["supplier"]["name"]}
    click.echo(ctx.phrase("result_imported" if new else "result_imported_before", **words))


def _show(parts: tuple["Part", ...], ctx: "Context") -> None:
    from bot.asking import labels
    from bot.render.plain import plain_text
    from handlers.messages import Reply

    click.echo(plain_text(Reply(parts), labels(ctx)))


def _agreed(yes: bool, ctx: "Context") -> None:
    """Ask whoever sits there; without a yes nothing is done."""
    if not yes and not click.confirm(ctx.phrase("result_confirm")):
        raise click.Abort
