"""`duly …`: thin commands, each of which calls one function. What a command needs is imported when it runs."""

import sys
from datetime import date, timedelta
from pathlib import Path

import click

from bot import cli_keeping, cli_people, cli_results, cli_team
from bot.config import read_settings
from bot.opening import Refusal, account, open_library, open_service

LANGUAGE = click.option("--lang", type=click.Choice(["sv", "en"]), help="Language of the answer.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duly", prog_name="duly")
def duly() -> None:
    """A chat assistant for socially responsible procurement: risk, wording, follow-up and reminders, with sources."""


@duly.command(epilog='Example: duly chat --lang en --as "Åsa Öberg"')
@LANGUAGE
@click.option("--as", "name", help="Who you are; by default the name of your user account.")
@AS_JSON
def chat(lang: str | None, name: str | None, as_json: bool) -> None:
    """Talk with the assistant in the terminal. Without a terminal: one message a line in, answers out."""
    from bot import terminal
    from handlers.clean import clean

    settings = read_settings()
    service = open_service(settings)
    seat = terminal.sit_down(service, clean(name or account()), lang, settings.language)
    terminal.run(service, seat, as_json)


@duly.command(epilog='Example: duly ask "Får vi kräva Fairtrade?"')
@click.argument("text", required=False)
@LANGUAGE
@AS_JSON
@click.option("--batch", type=click.Path(exists=True, dir_okay=False), help='Lines {"id","text","lang"} to answer.')
def ask(text: str | None, lang: str | None, as_json: bool, batch: str | None) -> None:
    """Answer one question, with sources."""
    from bot import asking

    settings = read_settings()
    if batch:
        asking.batch(open_library(), Path(batch), lang or settings.language)
    elif text:
        asking.one(open_library(), text, lang or settings.language, as_json)
    else:
        raise click.UsageError("Write the question, or --batch FILE.")


@duly.command(epilog="Example: duly risk kaffe --country BRA --png risk.png")
@click.argument("text", required=False)
@click.option("--category", help="The id of a category; see duly knowledge list.")
@click.option("--country", "countries", multiple=True, metavar="ISO", help="A known country of origin, such as BGD.")
@LANGUAGE
@AS_JSON
@click.option("--png", type=click.Path(dir_okay=False), help="Also write the risk matrix as a picture.")
def risk(
    text: str | None, category: str | None, countries: tuple[str, ...], lang: str | None, as_json: bool, png: str | None
) -> None:
    """One risk picture, without a talk."""
    from bot import assessing

    if not text and not category:
        raise click.UsageError("Write what you are buying, or --category ID.")
    settings = read_settings()
    assessing.risk(open_library(), text or "", category, countries, lang or settings.language, as_json, png)


@duly.command(epilog="Example: duly wording --category coffee --level basic --docx krav.docx")
@click.option("--category", required=True, help="The id of a category; see duly knowledge list.")
@click.option("--area", "areas", multiple=True, help="Only clauses about this risk area.")
@click.option("--type", "types", multiple=True, help="Only clauses of this type, such as special_contract_term.")
@click.option("--level", type=click.Choice(["basic", "advanced"]), help="Only this level.")
@LANGUAGE
@AS_JSON
@click.option("--docx", type=click.Path(dir_okay=False), help="Write the wording as a Word document.")
def wording(
    category: str,
    areas: tuple[str, ...],
    types: tuple[str, ...],
    level: str | None,
    lang: str | None,
    as_json: bool,
    docx: str | None,
) -> None:
    """Requirement wording for a category."""
    from bot import assessing

    settings = read_settings()
    assessing.wording(open_library(), category, areas, types, level or "both", lang or settings.language, as_json, docx)


@duly.command("check-draft", epilog="Example: duly check-draft upphandlingsdokument.docx")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@LANGUAGE
@AS_JSON
def check_draft(file: Path, lang: str | None, as_json: bool) -> None:
    """What is missing in a draft (.docx, .txt or .md) before it is published."""
    from bot import drafts

    settings = read_settings()
    drafts.check_draft(open_library(), file, lang or settings.language, as_json)


@duly.command(epilog="Example: duly due --until 2027-03-31")
@click.option("--until", metavar="DATE", help="The last day to show, such as 2027-03-31; by default in 30 days.")
@AS_JSON
def due(until: str | None, as_json: bool) -> None:
    """Which reminders will go out, to whom and when. Sends nothing."""
    from bot import asking

    settings = read_settings()
    service = open_service(settings)
    asking.due(service, _day(until) if until else service.today() + timedelta(days=30), settings.language, as_json)


@duly.command(epilog="Example: duly portfolio --xlsx avtal.xlsx")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write an Excel file.")
@click.option("--csv", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV file that Excel opens.")
@LANGUAGE
@AS_JSON
def portfolio(xlsx: Path | None, csv: Path | None, lang: str | None, as_json: bool) -> None:
    """Every contract, the gravest and soonest first: risk, traffic light, next date, and what is open."""
    from bot import portfolio

    settings = read_settings()
    portfolio.show(open_service(settings), lang or settings.language, xlsx, csv, as_json)


@duly.command(epilog="Example: duly report Q3 --docx rapport.docx --xlsx rapport.xlsx")
@click.argument("period", required=False)
@click.option("--from", "first", metavar="DATE", help="The first day, such as 2026-07-01.")
@click.option("--to", "last", metavar="DATE", help="The last day, such as 2026-09-30.")
@click.option("--public", is_flag=True, help="The version for everybody: no supplier, no number below three.")
@click.option("--suppliers", is_flag=True, help="With --public: show which suppliers may be named, ask, and name them.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts, once a person has decided.")
@click.option("--docx", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as a Word document.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures as an Excel file.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as one web page.")
@click.option("--pptx", type=click.Path(dir_okay=False, path_type=Path), help="Write slides for a meeting.")
@LANGUAGE
@AS_JSON
def report(
    period: str | None,
    first: str | None,
    last: str | None,
    public: bool,
    suppliers: bool,
    yes: bool,
    docx: Path | None,
    xlsx: Path | None,
    html: Path | None,
    pptx: Path | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """The figures of a period, such as Q3 or 2026, beside those of the period before; by default the last quarter."""
    from bot import reporting

    settings = read_settings()
    service = open_service(settings)
    between = (_day(first) if first else None, _day(last) if last else None)
    asked = reporting.period(period, *between, service.today())
    files = {kind: path for kind, path in (("docx", docx), ("xlsx", xlsx), ("html", html), ("pptx", pptx)) if path}
    said_in = lang or settings.language
    if suppliers and not public:
        raise click.UsageError("--suppliers is about the version for everybody; write --public, too.")
    if suppliers:
        reporting.name_suppliers(service, asked, said_in, yes)
    reporting.show(service, asked, said_in, files, public=public, naming=suppliers, as_json=as_json)


@duly.group()
def knowledge() -> None:
    """The content: check it, list it, show one piece."""


@knowledge.command("check", epilog="Example: duly knowledge check")
def knowledge_check() -> None:
    """Check all content; `path:line: what to mend`, and exit 1 on any fault. What is past its review is a warning."""
    from knowledge.check import check, stale

    library = open_library()
    faults = check(library)
    for line in [*faults, *stale(library, date.today())]:  # noqa: DTZ011 (the reader's own day)
        click.echo(line)
    if faults:
        sys.exit(1)
    click.echo("OK")


@knowledge.command("init", epilog="Example: duly knowledge init /srv/duly/own")
@click.argument("directory", type=click.Path(path_type=Path))
def knowledge_init(directory: Path) -> None:
    """Start a directory of the organisation's own: guidelines, clauses, times. Point it out with DULY_CONTENT."""
    from bot import own

    if not own.begin(directory):
        raise Refusal(f"{directory} is not empty. Name a new directory, or edit the files that are there.")
    click.echo(f"{directory}: read README.md there, set DULY_CONTENT={directory}, then: duly knowledge check")


@knowledge.command("import", epilog="Example: duly knowledge import cpi CPI2025_Results.xlsx")
@click.argument("source", type=click.Choice(["cpi", "ituc", "freedom-house", "epi", "gsi", "unicef", "cpv"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def knowledge_import(source: str, file: Path) -> None:
    """Read a publisher's own file into DULY_CONTENT: figures that may not be shipped, or the full CPV list."""
    from bot import own
    from knowledge.publishers import NotThatFile

    directory = read_settings().content
    if directory is None:
        raise Refusal("DULY_CONTENT is not set. Make a directory with: duly knowledge init DIR, and set it.")
    try:
        click.echo(own.imported(source, file, open_library(), directory))
    except NotThatFile as error:
        raise Refusal(str(error)) from None


@knowledge.command("list", epilog="Example: duly knowledge list")
def knowledge_list() -> None:
    """Every topic, clause, category, label, act, form and term: id and title."""
    from knowledge.check import catalogue

    for kind, id, title in catalogue(open_library()):
        click.echo(f"{kind:<9} {id:<34} {title}")


@knowledge.command("show", epilog="Example: duly knowledge show coffee")
@click.argument("id")
@LANGUAGE
def knowledge_show(id: str, lang: str | None) -> None:
    """One topic, clause, category, label, act, form, term or source in full; all of them where several have the id."""
    from bot import showing

    showing.show(open_library(), id, lang or read_settings().language)


@knowledge.command("revised", epilog="Example: duly knowledge revised")
@LANGUAGE
def knowledge_revised(lang: str | None) -> None:
    """Procurements that use a clause as it read before it was revised. Who is responsible is told in the chat."""
    from bot import asking

    settings = read_settings()
    asking.revised(open_service(settings), lang or settings.language)


@duly.command(epilog="Example: duly bench --json", context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(options: tuple[str, ...]) -> None:
    """The benchmarks, as a table. They live in the source tree, in bench/."""
    import subprocess

    root = Path(__file__).parent.parent
    if not (root / "bench").is_dir():
        raise Refusal("The benchmarks are not part of an installed Duly. Run this in a clone of the source: make bench")
    sys.exit(subprocess.run([sys.executable, "-m", "bench", *options], cwd=root, check=False).returncode)  # noqa: S603


@duly.command(epilog="Example: duly serve")
def serve() -> None:
    """Everything that is configured: Slack, the clock and the post, until it is told to stop."""
    settings = read_settings()
    from bot import serve

    serve.run(open_service(settings, presents=()), settings)


@duly.command(epilog="Example: duly doctor")
def doctor() -> None:
    """Settings, content, database, disk, clock, tokens and scopes: each line OK or what to do; exit 1 on any fault."""
    from bot import doctor

    findings = doctor.findings(read_settings(), open_library())
    for found in findings:
        click.echo(found.line)
    if not all(found.ok for found in findings):
        sys.exit(1)


@duly.command("slack-manifest", epilog="Example: duly slack-manifest --url https://duly.kommun.se")
@click.option("--url", help="Your public address, for HTTP; without it the manifest is for Socket Mode.")
@LANGUAGE
def slack_manifest(url: str | None, lang: str | None) -> None:
    """The app manifest to paste into Slack when the app is made."""
    import json

    from bot.slack_manifest import manifest

    made = manifest(open_library(), lang or read_settings().language, url or "")
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))


@duly.command(epilog="Example: duly verify")
def verify() -> None:
    """Check the database: its integrity, its references and the audit chain."""
    from bot import asking

    faults = asking.verify(open_service(read_settings()).db)
    click.echo("\n".join(faults) or "OK")
    if faults:
        sys.exit(1)


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise click.UsageError(f"{words!r} is no date. Write it as 2027-03-31.") from None


OTHERS = (
    *(cli_people.officer, cli_people.room, cli_results.results, cli_team.team),
    *(cli_keeping.backup, cli_keeping.restore, cli_keeping.held, cli_keeping.export, cli_keeping.bring_in),
)
for command in OTHERS:
    duly.add_command(command)
