"""Word files: real structure, nothing of the template's, blanks that nobody can overlook."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import docx as word
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents import docx
from bot.pictures.letters import width_of
from bot.render import printable
from knowledge.text import Document, Facts, Heading, Items, Mark, Note, Para, Part, Picture, Table, para, spans


def written(*parts: Part, lang: str = "sv", title: str = "Kravställning") -> bytes:
    return docx(Document("krav.docx", "docx", title, lang, parts))


def opened(*parts: Part, lang: str = "sv") -> word.document.Document:
    return word.Document(BytesIO(written(*parts, lang=lang)))


def test_title_headings_and_lists_are_real_styles():
    file = opened(Heading("Villkor"), para("Text."), Items((spans("punkt"),)), Items((spans("steg"),), True))

    shown = [(p.style.name, p.text) for p in file.paragraphs]
    assert shown == [
        ("Title", "Kravställning"),
        ("Heading 1", "Villkor"),
        ("Normal", "Text."),
        ("List Bullet", "punkt"),
        ("List Number", "steg"),
    ]


def test_every_numbered_list_begins_at_one():
    steps = Items((spans("ett"), spans("två")), True)
    file = opened(steps, para("Mellan."), steps)

    numbers = [p._p.pPr.numPr.numId.val for p in file.paragraphs if p.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


def test_blanks_are_marked_wherever_they_stand():
    file = opened(
        Para(spans("Inom [antal dagar] dagar, **senast [datum]**.")),
        Facts((("Dnr", "[dnr]"),)),
        Note(spans("Fyll i [namn].")),
    )

    paragraphs = [*file.paragraphs, file.tables[0].cell(0, 1).paragraphs[0]]
    marked = [r.text for p in paragraphs for r in p.runs if r.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    assert marked == ["[antal dagar]", "[datum]", "[namn]", "[dnr]"]


def test_a_link_is_a_link():
    (paragraph,) = opened(Para(spans("Läs [vägledningen](https://example.org/a) först."))).paragraphs[1:]

    assert paragraph.text == "Läs vägledningen först."
    assert [(link.text, link.address) for link in paragraph.hyperlinks] == [("vägledningen", "https://example.org/a")]


def test_the_head_of_a_table_stands_again_on_each_page():
    table = opened(Table(("Id", "Version"), (("core-1", "2026-11-22"), ("core-2",)))).tables[0]

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Id", "Version"],
        ["core-1", "2026-11-22"],
        ["core-2", ""],
    ]
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, False, False]


NARROWER = 0.9  # Calibri is that much narrower, at least, than the letters we can measure ("Summa" is 0.83 of theirs)
WIDE = ("Månad", "Nolltolerans", "Stor avvikelse", "Mindre avvikelse", "Observation", "Klass inte beslutad", "Summa")


def test_no_word_is_cut_in_a_table_of_many_columns():
    table = opened(Table(WIDE, (("september 2026", *"000000"),))).tables[0]

    for column, head in zip(table.columns, WIDE, strict=True):
        (size,) = {run.font.size.pt for cell in column.cells for run in cell.paragraphs[0].runs}
        longest = NARROWER * max(width_of(word, size, bold=True) for word in head.split())
        assert Pt(longest) + Cm(0.38) <= column.width, head  # what Word leaves on both sides of a cell


def test_a_table_that_has_room_keeps_the_size_of_the_text():
    table = opened(Table(("Id", "Version"), (("core-1", "2026-11-22"),))).tables[0]

    assert {run.font.size for cell in table._cells for run in cell.paragraphs[0].runs} == {None}


def test_columns_share_the_page_and_none_starves():
    table = opened(Table(("Id", "Text"), (("core-1", "ord " * 200),))).tables[0]

    widths = [column.width for column in table.columns]
    assert abs(sum(widths) - Cm(16)) < Cm(0.1)
    assert min(widths) > Cm(1.5)


def test_a_column_to_fill_in_gets_its_share_of_the_page():
    question = "Vilka led har ni kartlagt, och hur vet ni att uppgifterna om underleverantörerna stämmer? " * 3
    tables = opened(
        Table(("Fråga", "Svar"), ((question, ""), (question, ""))), Facts((("Leverantör", ""), ("Avtal", "")))
    ).tables

    for table in tables:
        assert table.columns[1].width >= Cm(7)


def test_the_page_is_a4_with_numbers_in_the_footer_and_the_language_set():
    file = opened(lang="en")
    section = file.sections[0]

    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert file.core_properties.language == "en-GB"
    assert {lang.get(qn("w:val")) for lang in file.styles.element.iter(qn("w:lang"))} == {"en-GB"}


def test_the_file_names_nobody_and_holds_nothing_of_the_template():
    data = written(para("Text."))
    properties = word.Document(BytesIO(data)).core_properties

    assert (properties.title, properties.author, properties.comments, properties.last_modified_by) == (
        "Kravställning",
        "",
        "",
        "",
    )
    assert properties.created is None
    names = ZipFile(BytesIO(data)).namelist()
    assert [name for name in names if "thumbnail" in name or "customXml" in name or "Effects" in name] == []


def test_the_day_it_was_made_can_be_told():
    made = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    properties = word.Document(BytesIO(docx(Document("a.docx", "docx", "A", "sv", ()), made))).core_properties
    assert properties.created == made


def test_a_picture_carries_its_words_and_stays_on_one_page():
    marks = tuple(Mark(4, 4, f"Område {i}, ett långt namn som tar en hel rad för sig i listan") for i in range(60))
    file = opened(Picture("risk_matrix", "Riskbild", "Sextio risker.", "Allvar", "Sannolikhet", marks))

    shape = file.inline_shapes[0]
    assert shape._inline.docPr.get("descr") == "Sextio risker."
    assert shape.height <= Cm(21)


def test_a_picture_we_cannot_draw_is_told_in_words():
    file = opened(Picture("pie", "Andelar", "Hälften är klara.", "", "", ()))

    assert file.paragraphs[-1].text == "Hälften är klara."


@settings(max_examples=25, deadline=None)
@given(st.text(), st.text())
def test_whatever_was_typed_the_file_opens_and_holds_it(first, second):
    data = written(
        para(first), Items((spans(second),)), Facts(((first, second),)), Table((first,), ((second,),)), title=first
    )

    file = word.Document(BytesIO(data))
    assert file.paragraphs[1].text == printable(first)
    assert file.tables[0].cell(0, 1).text == printable(second)
