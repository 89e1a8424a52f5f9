"""The report as a document for the board, and what the page and the slides show of it."""

from collections.abc import Iterable

from handlers import items
from handlers.context import Context
from handlers.report import Report, for_whom, line, pictures_of
from handlers.report_fairtrade import fairtrade
from handlers.report_tables import categories_short, clauses, definitions, months, section, sheets, suppliers
from handlers.report_words import days, name, shown
from knowledge.rules import calendar
from knowledge.rules.report import FIGURES, Value
from knowledge.source import Source
from knowledge.text import Document, Heading, Items, Part, Sheet, Span, Table, para

SUMMARY = (
    "procurements_handled",
    "procurements_risk",
    "procurements_terms",
    "items_late",
    "deviations_open",
    "contracts_no_audit",
)
POINTS = (  # what may need a decision, when there is any of it
    "items_late_over_90",
    "deviations_open_zero_tolerance",
    "deviations_open_major",
    "contracts_no_audit",
    "contracts_no_sanction",
    "certificates_expired",
    "missing_risk",
    "missing_plan",
)
SOURCES = ("fairtrade-city-kriterier", "fairtrade-city-fornya")


def document(told: Report, ctx: Context) -> Document:
    """The whole report as a Word file."""
    said = parts(told, ctx, to_decide=not told.public)
    return Document(f"{file_name(told, ctx)}.docx", "docx", title(told, ctx), ctx.lang, said)


def figures_file(told: Report, ctx: Context) -> Document:
    """The figures behind it as an Excel file, a sheet a table."""
    name = f"{file_name(told, ctx)}.xlsx"
    return Document(name, "xlsx", title(told, ctx), ctx.lang, (), tuple(sheets(told, ctx)))


def title(told: Report, ctx: Context) -> str:
    """What the report is called."""
    return ctx.phrase("report_title", period=name(told.period, ctx))


def file_name(told: Report, ctx: Context) -> str:
    """What its files are called, without their ending."""
    public = "report_file_named" if told.named else "report_file_public"
    kind = public if told.public else "report_file"
    return ctx.phrase(kind, first=told.period.first, last=told.period.last)


def parts(told: Report, ctx: Context, to_decide: bool = False) -> tuple[Part, ...]:
    """What the report says, in the order of a board's agenda: the sum of it, what to decide, the figures, the notes.

    `to_decide`: with room for the proposals.
    """
    return (
        *opening(told, ctx),
        *_summary(told, ctx),
        *(() if told.public else _points(told, ctx)),
        *(_proposals(told, ctx) if to_decide else ()),
        *_overdue(told, ctx),
        Heading(ctx.phrase("section_pictures")),
        *pictures_of(told, ctx),
        *(part for id in FIGURES for part in _section(id, told, ctx)),
        *_titled(categories_short(told, ctx), ctx, "report_order"),
        *_titled(suppliers(told, ctx), ctx, "report_named_note"),
        *_titled(months(told, ctx), ctx),
        *fairtrade(told, ctx),
        *_titled(definitions(told, ctx), ctx, "report_note"),
        *_sources(ctx),
    )


def opening(told: Report, ctx: Context) -> tuple[Part, ...]:
    """Which days it is about, what it compares with, and for whom it is."""
    about = ctx.phrase("report_about", days=days(told.period, ctx), past=days(told.past, ctx))
    goes_on = (ctx.note("report_goes_on", day=calendar.short(told.day, ctx.lang)),) if told.goes_on else ()
    return para(about), *goes_on, for_whom(told, ctx)


def _summary(told: Report, ctx: Context) -> tuple[Part, ...]:
    lines = Items(tuple((Span(line(figure, told, ctx)),) for figure in SUMMARY if told.tells(figure)))
    past = para(ctx.phrase("report_past", past=name(told.past, ctx)))
    return Heading(ctx.phrase("section_summary")), past, lines


def points(told: Report, ctx: Context) -> list[str]:
    """What may need a decision; never which."""
    return [
        ctx.phrase(f"point_{figure}", count=shown(told.now[figure], ctx)) for figure in POINTS if _any(told.now[figure])
    ]


def _any(value: Value) -> bool:
    return isinstance(value, int) and value > 0


def _points(told: Report, ctx: Context) -> tuple[Part, ...]:
    lines = tuple((Span(each),) for each in points(told, ctx))
    found = Items(lines, numbered=True) if lines else para(ctx.phrase("report_no_points"))
    return Heading(ctx.phrase("section_points")), found


def _proposals(told: Report, ctx: Context) -> tuple[Part, ...]:
    """A blank for each point, for a person to fill in."""
    blanks = tuple((Span(ctx.phrase("report_proposal")),) for _ in points(told, ctx) or ("",))
    return Heading(ctx.phrase("section_proposals")), ctx.note("report_decide"), Items(blanks, numbered=True)


def _overdue(told: Report, ctx: Context) -> tuple[Part, ...]:
    if not told.overdue:
        return ()
    lines = Items(tuple((Span(items.line(each, ctx)),) for each in told.overdue))
    return Heading(ctx.phrase("report_overdue")), lines


def _section(id: str, told: Report, ctx: Context) -> tuple[Part, ...]:
    used = clauses(told, ctx) if id == "procurements" else None
    extra = _titled(used, ctx) if used and used.rows else ()
    return *_titled(section(id, told, ctx), ctx), *extra


def _titled(sheet: Sheet, ctx: Context, note: str = "") -> tuple[Part, ...]:
    if not sheet.rows:
        return ()
    how = (ctx.note(note),) if note else ()
    return Heading(sheet.title), *how, as_table(sheet, ctx)


def as_table(sheet: Sheet, ctx: Context) -> Table:
    """The sheet with every cell in words."""
    return Table(sheet.head, tuple(tuple(shown(cell, ctx) for cell in row) for row in sheet.rows))


def cited(ctx: Context) -> tuple[Source, ...]:
    """What the report rests on beside our own records."""
    return ctx.cite(*SOURCES)


def _sources(ctx: Context) -> Iterable[Part]:
    lines = tuple((Span(each.title, link=each.url), Span(_read(each, ctx))) for each in cited(ctx))
    return Heading(ctx.phrase("section_sources")), para(ctx.phrase("report_own_records")), Items(lines)


def _read(source: Source, ctx: Context) -> str:
    return ctx.phrase("report_source_read", day=source.checked)
