"""The report as slides for an information meeting: a few facts each, and what is counted in notes for the speaker."""

from collections.abc import Iterable

from handlers.context import Context
from handlers.report import Report, line, pictures_of
from handlers.report_document import cited, file_name, points, title
from handlers.report_named import Named
from handlers.report_words import category_name, days
from knowledge.rules import calendar
from knowledge.rules.report import FIGURES
from knowledge.text import Document, Heading, Items, Part, Picture, Span, note

SLIDES: dict[str, tuple[str, ...]] = {  # section -> the figures on its slide
    "procurements": ("procurements_handled", "procurements_risk", "procurements_need", "procurements_terms"),
    "follow_ups": ("items_due", "items_in_time", "items_not_done", "items_late", "items_late_over_90"),
    "assessments": ("assessments_sent", "assessments_answered", "assessments_judged", "assessments_late"),
    "certificates": ("certificates_valid", "certificates_expiring", "certificates_expired"),
    "deviations": (
        *("deviations_found", "deviations_open", "deviations_closed"),
        *("deviations_verified", "deviations_days_median"),
    ),
    "contracts": ("contracts_running", "contracts_no_audit", "contracts_no_sanction", "contracts_unknown"),
    "missing": ("missing_risk", "missing_plan", "missing_item_deputy", "missing_class"),
}
MOST_CATEGORIES = 6
MOST_NAMED = 6


def document(told: Report, ctx: Context) -> Document:
    """About ten slides: what it is about, a slide a section, the pictures, the categories, and what to take along."""
    said = (*_opening(told, ctx), *_sections(told, ctx), *_pictures(told, ctx), *_categories(told, ctx))
    last = (*_named(told, ctx), *_questions(told, ctx))
    return Document(f"{file_name(told, ctx)}.pptx", "pptx", title(told, ctx), ctx.lang, (*said, *last))


def _slide(title: str, lines: Iterable[str], notes: str) -> tuple[Part, ...]:
    return Heading(title), Items(tuple((Span(each),) for each in lines)), note(notes)


def _opening(told: Report, ctx: Context) -> tuple[Part, ...]:
    return _slide(title(told, ctx), (days(told.period, ctx), ctx.phrase("report_note")), _source("", told, ctx))


def _sections(told: Report, ctx: Context) -> Iterable[Part]:
    for id, shown in SLIDES.items():
        lines = [line(figure, told, ctx) for figure in shown if told.tells(figure)]
        if not lines:
            continue
        yield from _slide(ctx.phrase(f"section_{id}"), lines, _source(id, told, ctx))


def _source(section: str, told: Report, ctx: Context) -> str:
    counted = dict.fromkeys(FIGURES[section][figure] for figure in SLIDES.get(section, ()))
    definitions = " ".join(ctx.phrase(f"defined_{each}") for each in counted)
    day = calendar.short(told.day, ctx.lang)
    return ctx.phrase("report_slide_source", day=day, definitions=definitions or ctx.phrase("report_note")).strip()


def _pictures(told: Report, ctx: Context) -> Iterable[Part]:
    for each in pictures_of(told, ctx):
        if isinstance(each, Picture):
            yield from (Heading(each.title), each, note(_source("", told, ctx)))


def _categories(told: Report, ctx: Context) -> tuple[Part, ...]:
    if not told.categories:
        return ()
    lines = [
        f"{category_name(each.id, ctx)}: {ctx.phrase(f'level_{each.risk}' if each.risk else 'no_risk_case')}"
        for each in told.categories[:MOST_CATEGORIES]
    ]
    return _slide(ctx.phrase("section_categories"), lines, ctx.phrase("report_order"))


def _named(told: Report, ctx: Context) -> tuple[Part, ...]:
    """The suppliers that are named; where there are many, the text has the rest."""
    if not told.named:
        return ()
    lines = [_supplier(each, ctx) for each in told.named[:MOST_NAMED]]
    rest = len(told.named) - MOST_NAMED
    more = [ctx.phrase("report_named_rest", count=rest)] if rest > 0 else []
    return _slide(ctx.phrase("section_suppliers"), (*lines, *more), ctx.phrase("report_named_note"))


def _supplier(each: Named, ctx: Context) -> str:
    phrase = "report_named_followed" if each.followed else "report_named_short"
    words = {"supplier": each.supplier, "number": each.number, "category": category_name(each.category, ctx)}
    return ctx.phrase(phrase, **words)


def _questions(told: Report, ctx: Context) -> tuple[Part, ...]:
    asked = () if told.public else points(told, ctx)[:4]
    sources = "\n".join(f"{each.title}, {each.url}, {each.checked}" for each in cited(ctx))
    return _slide(ctx.phrase("report_slides_next"), asked, sources) if asked else ()
