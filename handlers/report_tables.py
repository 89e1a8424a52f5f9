"""The tables of a report: what every file of it is written from, with numbers as numbers."""

from collections.abc import Mapping

from handlers.context import Context
from handlers.report import Report
from handlers.report_words import category_name, change, name, shown
from knowledge.rules import calendar
from knowledge.rules.report import FIGURES, Value
from knowledge.rules.report_categories import STEPS, Category
from knowledge.rules.report_for_all import FEW, WITHHELD
from knowledge.text import Sheet

PAIRS = {"risk": "procurements", "need": "procurements", "terms": "procurements", "followed": "contracts"}


def sheets(told: Report, ctx: Context) -> list[Sheet]:
    """Every table, those without a row left out."""
    tables = (clauses, categories, suppliers, months, definitions)
    found = [*(section(id, told, ctx) for id in FIGURES), *(table(told, ctx) for table in tables)]
    return [each for each in found if each.rows]


def section(id: str, told: Report, ctx: Context) -> Sheet:
    """The figures of one section, beside those of the period before."""
    now, was = (each[:1].upper() + each[1:] for each in (name(told.period, ctx), name(told.past, ctx)))
    head = (_column("figure", ctx), now, was, _column("change", ctx))
    rows = tuple(_figure(each, told, ctx) for each in FIGURES[id] if told.tells(each))
    return Sheet(ctx.phrase(f"section_{id}"), head, rows)


def _figure(figure: str, told: Report, ctx: Context) -> tuple[Value, ...]:
    now, was = told.now[figure], told.was[figure]
    return ctx.phrase(f"figure_{figure}"), _cell(now, ctx), _cell(was, ctx), change(now, was, ctx)


def _cell(value: Value, ctx: Context) -> Value:
    """A number as it is; what hides one, or says that there is none, in words."""
    return value if isinstance(value, int | float) else shown(value, ctx)


def _column(id: str, ctx: Context) -> str:
    return ctx.phrase(f"report_column_{id}")


def clauses(told: Report, ctx: Context) -> Sheet:
    """The terms that procurements of the period use."""
    known = ctx.library.clauses
    rows = tuple((known[id].title.of(ctx.lang) if id in known else id, id, many) for id, many in told.chosen)
    head = (_column("clause", ctx), _column("id", ctx), _column("procurements", ctx))
    return Sheet(ctx.phrase("section_clauses"), head, rows)


def categories(told: Report, ctx: Context) -> Sheet:
    """How far each category has come, in the order of risk times worth."""
    head = tuple(_column(id, ctx) for id in ("category", "level", "worth", *STEPS))
    rows = tuple((*_named(each, ctx), *(_cell(each.steps[step], ctx) for step in STEPS)) for each in told.categories)
    return Sheet(ctx.phrase("section_categories"), head, rows)


def _named(category: Category, ctx: Context) -> tuple[str, str, str]:
    level = ctx.phrase(f"level_{category.risk}" if category.risk else "no_risk_case")
    known = ctx.library.flows["risk"].by_id["value"].option(category.worth)
    worth = known.label.of(ctx.lang) if known else ctx.phrase("report_worth_unknown")
    return category_name(category.id, ctx), level, worth


def categories_short(told: Report, ctx: Context) -> Sheet:
    """The same for a page of paper: two counts in a cell."""
    head = tuple(_column(id, ctx) for id in ("category", "level", *PAIRS, "closed"))
    rows = tuple((*_named(each, ctx)[:2], *_pairs(each.steps, ctx)) for each in told.categories)
    return Sheet(ctx.phrase("section_categories"), head, rows)


def _pairs(steps: Mapping[str, Value], ctx: Context) -> list[str]:
    pairs = {**PAIRS, "closed": "deviations"}
    return [_pair(steps[some], steps[whole], ctx) for some, whole in pairs.items()]


def _pair(some: Value, whole: Value, ctx: Context) -> str:
    hidden = next((each for each in (some, whole) if each in (FEW, WITHHELD)), None)
    return shown(hidden, ctx) if hidden else ctx.phrase("so_many_of", some=some, all=whole)


def suppliers(told: Report, ctx: Context) -> Sheet:
    """Those that somebody decided to name: a contract, what is bought, and whether it was followed up."""
    head = tuple(_column(id, ctx) for id in ("supplier", "contract", "category", "followed"))
    rows = tuple(
        (
            *(each.supplier, each.number, category_name(each.category, ctx)),
            ctx.phrase("report_followed_yes" if each.followed else "report_followed_no"),
        )
        for each in told.named
    )
    return Sheet(ctx.phrase("section_suppliers"), head, rows)


def months(told: Report, ctx: Context) -> Sheet:
    """The twelve months up to the end of the period; deviations of a month are too few for everybody's eyes."""
    deviations = () if told.public else ("found", "closed_in_month")
    head = tuple(_column(id, ctx) for id in ("month", *deviations, "open_items", "late_items"))
    rows = tuple(
        (
            calendar.month_title(each.first, 0, ctx.lang),
            *(() if told.public else (each.found, each.closed)),
            each.open_items,
            each.late_items,
        )
        for each in told.months
    )
    return Sheet(ctx.phrase("section_months"), head, rows)


def definitions(told: Report, ctx: Context) -> Sheet:
    """What each figure counts, and from which records."""
    named: dict[str, str] = {}
    for figures in FIGURES.values():
        for figure, definition in figures.items():
            if told.tells(figure):
                named.setdefault(definition, figure)
    rows = tuple((ctx.phrase(f"named_{each}"), ctx.phrase(f"defined_{each}")) for each in named)
    return Sheet(ctx.phrase("section_definitions"), (_column("figure", ctx), _column("means", ctx)), rows)
