"""Documents as files. In Word: real headings, lists, tables and links, and the blanks to fill in marked in yellow."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot import pictures
from bot.render import printable
from bot.render.plain import rectangle
from bot.word import BLUE, element, empty_file
from knowledge.text import Document, Facts, Heading, Items, Note, Para, Part, Picture, Span, Table

if TYPE_CHECKING:
    from docx.document import Document as File
    from docx.table import Table as Grid
    from docx.text.paragraph import Paragraph

TEXT_CM = 16.0  # an A4 page less its margins
LETTER_CM = 0.23  # a wide letter at 11 points
SMALL = 8.5  # points, where the words of a table are too wide for the page at 11
BOLD = 1.1  # how much wider than others bold letters are
SMALL_CM = LETTER_CM * SMALL / 11
GREY = "F2F2F2"
BLANK = re.compile(r"(\[[^\[\]\n]{1,200}\])")
LINK = re.compile(r"https?://\S+")


def written(document: Document, made: datetime | None = None) -> bytes:
    """`document` as a file of its kind."""
    return KINDS[document.kind](document, made)


def docx(document: Document, made: datetime | None = None) -> bytes:
    """`document` as a .docx file; `made` goes into its properties."""
    file = empty_file(printable(document.title), document.lang, made)
    file.add_paragraph(printable(document.title), style="Title")
    for part in document.parts:
        PARTS[type(part)](file, part)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _write(paragraph: "Paragraph", runs: Sequence[Span], bold: bool = False) -> None:
    for run in runs:
        if LINK.fullmatch(run.link):
            _link(paragraph, run)
        else:
            _marked(paragraph, printable(run.text), bold or run.bold)


def _marked(paragraph: "Paragraph", words: str, bold: bool) -> None:
    """`words` with the blanks to fill in yellow, so that nobody publishes one."""
    from docx.enum.text import WD_COLOR_INDEX

    for piece in BLANK.split(words):
        if piece:
            run = paragraph.add_run(piece)
            run.bold = bold or None
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW if BLANK.fullmatch(piece) else None


def _link(paragraph: "Paragraph", span: Span) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.shared import RGBColor

    id = paragraph.part.relate_to(printable(span.link), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    run = paragraph.add_run(printable(span.text))
    run.font.underline, run.font.color.rgb = True, RGBColor.from_string("0B5394")
    link = element("w:hyperlink", {"r:id": id})
    link.append(run._r)
    paragraph._p.append(link)


def _heading(file: "File", part: Heading) -> None:
    file.add_heading(printable(part.text), level=1)


def _para(file: "File", part: Para) -> None:
    _write(file.add_paragraph(), part.spans)


def _items(file: "File", part: Items) -> None:
    from docx.shared import Pt

    number = _new_list(file) if part.numbered else None
    for item in part.items:
        paragraph = file.add_paragraph(style="List Number" if part.numbered else "List Bullet")
        if number is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, number
        _write(paragraph, item)
    if part.items:
        paragraph.paragraph_format.space_after = Pt(8)


def _new_list(file: "File") -> int:
    """A numbering of its own, so that every list begins at 1."""
    numbering = file.part.numbering_part.element
    style = file.styles["List Number"].element.pPr.numPr.numId.val
    num = numbering.add_num(numbering.num_having_numId(style).abstractNumId.val)
    num.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(num.numId)


def _note(file: "File", part: Note) -> None:
    """Set apart by a bar and a tint."""
    paragraph = file.add_paragraph()
    properties = paragraph._p.get_or_add_pPr()
    border = element("w:pBdr", {})
    border.append(element("w:left", {"w:val": "single", "w:sz": "24", "w:space": "8", "w:color": BLUE}))
    properties.append(border)
    properties.append(_shade())
    paragraph.paragraph_format.keep_with_next = True  # it says how to read what follows
    _write(paragraph, part.spans)


def _shade() -> Any:
    return element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": GREY})


def _facts(file: "File", part: Facts) -> None:
    if part.rows:
        _grid(file, part.rows, bold=lambda _, column: column == 0)


def _table(file: "File", part: Table) -> None:
    if not part.head and not part.rows:
        return
    grid = _grid(file, rectangle(part), bold=lambda row, _: row == 0)
    for cell in grid.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(_shade())
    grid.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader", {}))  # again at the top of each page


def _grid(file: "File", rows: Sequence[Sequence[str]], bold: Callable[[int, int], bool]) -> "Grid":
    from docx.shared import Pt

    small = sum(_least(rows, LETTER_CM)) > TEXT_CM  # otherwise words would be cut in two
    grid: Grid = file.add_table(len(rows), len(rows[0]), style="Table Grid")
    grid.autofit = False
    widths = _widths(rows, SMALL_CM if small else LETTER_CM)
    for column, width in zip(grid.columns, widths, strict=True):  # Word reads the cells' widths, LibreOffice these
        column.width = width
    for number, (row, words) in enumerate(zip(grid.rows, rows, strict=True)):
        row._tr.get_or_add_trPr().append(element("w:cantSplit", {}))
        for column, cell in enumerate(row.cells):
            cell.width = widths[column]
            cell.paragraphs[0].paragraph_format.space_after = 0
            _marked(cell.paragraphs[0], printable(words[column]), bold(number, column))
            for run in cell.paragraphs[0].runs if small else ():
                run.font.size = Pt(SMALL)
    file.add_paragraph().paragraph_format.space_after = 0
    return grid


def _widths(rows: Sequence[Sequence[str]], letter: float) -> list[int]:
    """The width of each column: room for its longest word or for an answer, then more for those that hold more."""
    from docx.shared import Cm

    columns, least = list(zip(*rows, strict=True)), _least(rows, letter)
    wants = [min(60, max(map(len, column))) + 1 for column in columns]
    spare = max(0.0, TEXT_CM - sum(least))
    cm = [low + spare * want / sum(wants) for low, want in zip(least, wants, strict=True)]
    return [int(Cm(width * TEXT_CM / sum(cm))) for width in cm]


def _least(rows: Sequence[Sequence[str]], letter: float) -> list[float]:
    """What each column needs, in centimetres, where a wide letter takes `letter`."""
    columns = list(zip(*rows, strict=True))
    fair = TEXT_CM / len(columns)
    return [fair if _to_fill_in(column) else _longest_word(column, letter) for column in columns]


def _to_fill_in(column: Sequence[str]) -> bool:
    """Whether nothing stands in it but a heading."""
    return len(column) > 1 and not any(column[1:])


def _longest_word(column: Sequence[str], letter: float) -> float:
    """The room for it, and for what lies around it; the head is bold, which is wider."""
    head, *cells = ([len(word) for word in cell.split()] or [1] for cell in column)
    return letter * max(BOLD * max(head), *map(max, cells)) + 0.5 if cells else letter * max(head) + 0.5


def _picture(file: "File", part: Picture) -> None:
    """The picture with its words for those who do not see it; the words alone if we cannot draw it."""
    from docx.shared import Cm

    if part.kind not in pictures.KINDS:
        _para(file, Para((Span(part.alt),)))
        return
    shape = file.add_picture(BytesIO(pictures.png(part, 1.5)), width=Cm(12))
    if shape.height > Cm(21):  # a long list of marks; it shall stay on one page
        shape.width, shape.height = int(shape.width * Cm(21) / shape.height), Cm(21)
    shape._inline.docPr.set("descr", printable(part.alt))
    shape._inline.docPr.set("title", printable(part.title))


PARTS: dict[type[Part], Callable[["File", Any], None]] = {
    Heading: _heading,
    Para: _para,
    Items: _items,
    Facts: _facts,
    Table: _table,
    Note: _note,
    Picture: _picture,
}


def _ics(document: Document, made: datetime | None) -> bytes:  # noqa: ARG001
    from bot.ics import ics

    return ics(document)


def _xlsx(document: Document, made: datetime | None) -> bytes:  # noqa: ARG001
    from bot.portfolio import workbook

    return workbook({each.title: [list(each.head), *map(list, each.rows)] for each in document.sheets})


def _pptx(document: Document, made: datetime | None) -> bytes:
    from bot.slides import pptx

    return pptx(document, made)


KINDS: dict[str, Callable[[Document, datetime | None], bytes]] = {
    "docx": docx,
    "ics": _ics,
    "xlsx": _xlsx,
    "pptx": _pptx,
}
