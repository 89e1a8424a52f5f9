"""The report as slides for an information meeting: a title and a few facts each, with notes on what is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from bot import pictures
from bot.render import printable
from handlers.context import Context
from handlers.report import Report, line, pictures_of
from handlers.report_document import cited, points, title
from handlers.report_tables import category_name
from handlers.report_words import days
from knowledge.rules import calendar
from knowledge.rules.report import FIGURES
from knowledge.text import Picture

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
INCHES = 914_400
INK = (0x1B, 0x23, 0x26)
TITLE, BODY, BLANK = 0, 1, 5  # layouts of the template that python-pptx brings


@dataclass(frozen=True, slots=True)
class Slide:
    """`notes` say where it comes from, for whoever speaks."""

    title: str
    lines: Sequence[str]
    notes: str
    picture: Picture | None = None


def pptx(told: Report, ctx: Context) -> bytes:
    """The slides as a .pptx file, wide, with titles, alternative texts and notes."""
    from pptx import Presentation

    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = int(13.333 * INCHES), int(7.5 * INCHES)
    _properties(deck, title(told, ctx), ctx)
    for at, each in enumerate(slides(told, ctx)):
        _add(deck, each, TITLE if at == 0 else BLANK if each.picture else BODY)
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def slides(told: Report, ctx: Context) -> list[Slide]:
    """About ten: what it is about, a slide a section, the categories, and what to take along."""
    pictured = [each for each in pictures_of(told, ctx) if isinstance(each, Picture)]
    own = ctx.phrase("report_note")
    first = Slide(title(told, ctx), (days(told.period, ctx), own), _note("", told, ctx))
    return [
        first,
        *(_section(id, told, ctx) for id in SLIDES),
        *(Slide(each.title, (), _note("", told, ctx), each) for each in pictured),
        *_categories(told, ctx),
        *_questions(told, ctx),
    ]


def _section(id: str, told: Report, ctx: Context) -> Slide:
    lines = [line(figure, told, ctx) for figure in SLIDES[id]]
    return Slide(ctx.phrase(f"section_{id}"), lines, _note(id, told, ctx))


def _note(section: str, told: Report, ctx: Context) -> str:
    counted = dict.fromkeys(FIGURES[section][figure] for figure in SLIDES.get(section, ()))
    definitions = " ".join(ctx.phrase(f"defined_{each}") for each in counted)
    day = calendar.short(told.day, ctx.lang)
    return ctx.phrase("report_slide_source", day=day, definitions=definitions or ctx.phrase("report_note")).strip()


def _categories(told: Report, ctx: Context) -> list[Slide]:
    if not told.categories:
        return []
    lines = [
        f"{category_name(each.id, ctx)}: {ctx.phrase(f'level_{each.risk}' if each.risk else 'no_risk_case')}"
        for each in told.categories[:MOST_CATEGORIES]
    ]
    return [Slide(ctx.phrase("section_categories"), lines, ctx.phrase("report_order"))]


def _questions(told: Report, ctx: Context) -> list[Slide]:
    asked = () if told.public else points(told, ctx)[:4]
    sources = "\n".join(f"{each.title}, {each.url}, {each.checked}" for each in cited(ctx))
    return [Slide(ctx.phrase("report_slides_next"), asked, sources)] if asked else []


def _properties(deck: Any, name: str, ctx: Context) -> None:
    properties = deck.core_properties
    properties.title, properties.language = printable(name)[:255], ctx.lang
    properties.author = properties.last_modified_by = properties.comments = ""


def _add(deck: Any, each: Slide, layout: int) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    _place(slide.shapes.title, 0.7, 0.45 if layout != TITLE else 2.0, 11.9, 1.1)
    slide.shapes.title.text = printable(each.title)
    _left(slide.shapes.title, 34 if layout != TITLE else 44)
    if each.picture:
        _picture(slide, each.picture)
    else:
        _body(slide.placeholders[1], each.lines, layout)
    slide.notes_slide.notes_text_frame.text = printable(each.notes)


def _body(box: Any, lines: Sequence[str], layout: int) -> None:
    _place(box, 0.7, 1.75 if layout != TITLE else 3.3, 11.9, 5.2)
    box.text_frame.text = "\n".join(printable(each) for each in lines)
    _left(box, 24)


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top = int(left * INCHES), int(top * INCHES)
    shape.width, shape.height = int(width * INCHES), int(height * INCHES)


def _left(shape: Any, size: int) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    colour: Any = RGBColor
    shape.text_frame.word_wrap = True
    for paragraph in shape.text_frame.paragraphs:
        paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(8)
        paragraph.font.size, paragraph.font.color.rgb = Pt(size), colour(*INK)


def _picture(slide: Any, picture: Picture) -> None:
    """To the left, as high as fits; to the right what it shows, in words, which are its alternative text, too."""
    left, top = int(0.7 * INCHES), int(1.6 * INCHES)
    shape = slide.shapes.add_picture(BytesIO(pictures.png(picture, 2.0)), left, top)
    scale = min(7.4 * INCHES / shape.width, 5.6 * INCHES / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape._element.nvPicPr.cNvPr.set("descr", printable(picture.alt))
    words = slide.shapes.add_textbox(0, 0, 0, 0)
    _place(words, 8.4, 1.75, 4.2, 5.2)
    words.text_frame.text = printable(picture.alt)
    _left(words, 20)
