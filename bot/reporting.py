"""`duly report`: the report as text, as JSON, and as the files it is handed over in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.opening import Refusal, kept
from handlers import report, report_named, report_public, report_slides
from handlers.context import Context
from handlers.messages import Place, Reply
from handlers.report import Report
from handlers.report_document import document, figures_file
from handlers.report_words import name
from knowledge.rules.report import Month
from knowledge.rules.report_period import quarter_before, understand_period
from knowledge.rules.report_records import Period
from knowledge.text import Document, Part
from storage.people import Person

if TYPE_CHECKING:
    from bot.service import Service


def period(words: str | None, first: date | None, last: date | None, today: date) -> Period:
    """What is asked for: days, or words for them; otherwise the quarter before.

    Raises:
        UsageError: it is no period, or it has not begun.
    """
    asked = Period(first, last) if first and last and not words else None
    if not (words or first or last):
        asked = quarter_before(today)
    if words and not (first or last):
        asked = understand_period(words, today)
    if asked is None or asked.first > asked.last:
        raise click.UsageError("Write a period such as Q3, 2026 or jan-mar, or both --from and --to.")
    if asked.first > today:
        raise click.UsageError(f"{asked.first} has not come yet, so there is nothing to count.")
    return asked


def name_suppliers(service: "Service", asked: Period, lang: str, yes: bool) -> None:
    """Show on standard error who would be named, ask, and keep who decided.

    Raises:
        Refusal: too few may be named.
        Abort: whoever sits there said no.
    """
    from bot.cli_people import operator

    ctx = service.context_of(replace(operator(service), language=lang), Place("terminal"))
    found = report_named.may_be_named(asked, ctx)
    if not report_named.enough(found):
        raise Refusal(ctx.phrase("report_named_few", period=name(asked, ctx)))
    click.echo(_plain(report_public.question(found, asked, ctx, len(found)), ctx), err=True)
    if not yes and not click.confirm(ctx.phrase("report_named_yes"), err=True):
        raise click.Abort
    with kept(service):
        report_named.decide(found, asked, ctx)


def show(
    service: "Service",
    asked: Period,
    lang: str,
    files: Mapping[str, Path],
    *,
    public: bool,
    naming: bool,
    as_json: bool,
) -> None:
    """Write the files that are asked for, or print what the chat says."""
    ctx = service.context_of(Person("", "", lang, "reader"), Place("terminal", shared=public))
    told = report.made(asked, public, ctx, naming)
    for kind, path in files.items():
        _write(path, WRITTEN[kind](told, ctx))
    if as_json:
        click.echo(json.dumps(as_data(told), ensure_ascii=False))
        return
    for path in files.values():
        click.echo(ctx.phrase("report_written", path=path, period=name(told.period, ctx)))
    if not files:
        click.echo(in_words(told, ctx))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refusal(f"{path} cannot be written ({error.strerror}). Name a file in a directory.") from None


def in_words(told: Report, ctx: Context) -> str:
    """What the chat says, as lines."""
    return _plain(report.said(told, ctx).parts, ctx)


def _plain(parts: tuple[Part, ...], ctx: Context) -> str:
    from bot.asking import labels
    from bot.render.plain import plain_text

    return plain_text(Reply(parts), labels(ctx))


def as_docx(told: Report, ctx: Context) -> bytes:
    """The document for the board."""
    return _written(document(told, ctx), ctx)


def as_xlsx(told: Report, ctx: Context) -> bytes:
    """The figures, a sheet a table, numbers as numbers."""
    return _written(figures_file(told, ctx), ctx)


def as_html(told: Report, ctx: Context) -> bytes:
    """One page that needs no other file."""
    from bot.web_report import page_alone

    return page_alone(told, ctx)


def as_pptx(told: Report, ctx: Context) -> bytes:
    """The slides."""
    return _written(report_slides.document(told, ctx), ctx)


def _written(file: Document, ctx: Context) -> bytes:
    from bot.documents import written

    return written(file, ctx.now)


WRITTEN: dict[str, Callable[[Report, Context], bytes]] = {
    "docx": as_docx,
    "xlsx": as_xlsx,
    "html": as_html,
    "pptx": as_pptx,
}


def as_data(told: Report) -> dict[str, Any]:
    """The report as programs read it.

    A figure is a number, null where there is nothing to count, or in the public version "few" (1 or 2) or "withheld".
    `as_of` is the day on which things stood so; `worth` is small, direct, national, eu or null.
    """
    return {
        "period": _days(told.period),
        "before": _days(told.past),
        "as_of": told.day.isoformat(),
        "public": told.public,
        "figures": {id: {"now": told.now[id], "before": told.was[id]} for id in told.now},
        "clauses": [{"clause": id, "procurements": many} for id, many in told.chosen],
        "categories": [
            {"category": each.id, "risk": each.risk, "worth": each.worth, **each.steps} for each in told.categories
        ],
        "months": [_month(each, told.public) for each in told.months],
        "suppliers": [
            {"supplier": each.supplier, "contract": each.number, "category": each.category, "followed": each.followed}
            for each in told.named
        ],
        "overdue": [
            {"id": each.id, "supplier": each.supplier_name, "subject": each.subject, "due": each.due_on.isoformat()}
            for each in told.overdue
        ],
    }


def _days(asked: Period) -> dict[str, str]:
    return {"from": asked.first.isoformat(), "to": asked.last.isoformat()}


def _month(each: Month, public: bool) -> dict[str, Any]:
    deviations = {} if public else {"found": each.found, "closed": each.closed}
    return {"month": f"{each.first:%Y-%m}", **deviations, "open_items": each.open_items, "late_items": each.late_items}
