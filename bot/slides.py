"""Documents as slides: each heading begins one, with the lines or the picture that follow, and the speaker's notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from bot import pictures
from bot.render import printable
from knowledge.text import Document, Heading, Items, Note, Part, Picture, Span

INCHES = 914_400
INK = (0x1B, 0x23, 0x26)
TITLE, BODY, BLANK = 0, 1, 5  # layouts of the template that python-pptx brings


@dataclass(frozen=True, slots=True)
class Slide:
    """`notes` say where it comes from, for whoever speaks."""

    title: str
    lines: Sequence[str] = ()
    notes: str = ""
    picture: Picture | None = None


def pptx(document: Document, made: datetime | None = None) -> bytes:
    """The slides as a .pptx file, wide, with titles, alternative texts and notes; `made` goes into its properties."""
    from pptx import Presentation

    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = int(13.333 * INCHES), int(7.5 * INCHES)
    _properties(deck, document, made)
    for at, each in enumerate(_slides(document.parts)):
        _add(deck, each, TITLE if at == 0 else BLANK if each.picture else BODY)
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _slides(parts: Iterable[Part]) -> list[Slide]:
    found: list[Slide] = []
    for part in parts:
        if isinstance(part, Heading):
            found.append(Slide(part.text))
        elif found:
            found[-1] = _with(found[-1], part)
    return found


def _with(slide: Slide, part: Part) -> Slide:
    if isinstance(part, Items):
        return replace(slide, lines=[_words(item) for item in part.items])
    if isinstance(part, Note):
        return replace(slide, notes=_words(part.spans))
    return replace(slide, picture=part) if isinstance(part, Picture) else slide


def _words(spans: Sequence[Span]) -> str:
    return "".join(span.text for span in spans)


def _properties(deck: Any, document: Document, made: datetime | None) -> None:
    properties = deck.core_properties
    properties.title, properties.language = printable(document.title)[:255], document.lang
    properties.author = properties.last_modified_by = properties.comments = ""
    if made:
        properties.created = properties.modified = made.astimezone(UTC).replace(tzinfo=None)


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
