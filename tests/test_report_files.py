"""The report as files and as a page: the same structure as yesterday, typed cells, and nothing that runs."""

import asyncio
import html.parser
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import docx as word
import httpx
import pytest
from openpyxl import load_workbook
from pptx import Presentation

from bot import web
from bot.documents import written
from bot.reporting import as_data, as_docx, as_html, as_pptx, as_xlsx
from bot.service import Service
from bot.web_guard import Reading
from bot.web_report import is_number, routes
from handlers import report, web_links
from handlers.messages import Message, Place, from_json, to_json
from handlers.report_files import about_from, about_of, file
from handlers.report_tables import sheets
from handlers.web_links import Web
from knowledge.rules.report_records import Period
from knowledge.text import Document, Heading, document_from
from storage import contracts, deviations, follow_ups, people, procurements, suppliers
from storage import web_links as stored
from storage.people import Person

from . import report_year
from .conftest import MONDAY, STOCKHOLM
from .machine import Machine
from .nasty import ROWS, words

PERIOD = Period(date(2026, 7, 1), date(2026, 9, 30))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WEB = Web("https://duly.example", "x" * 40, "Örebro kommun")
VERSIONS = [("sv", False), ("en", True)]
NASTY = [row for row in ROWS if row["cat"] in ("CSV", "HTML")]


def opened(db, library, lang="sv", public=False):
    """The report on a quarter, and the context it was made in."""
    service = Service(db, library, STOCKHOLM, lambda: NOW)
    service.web = WEB
    ctx = service.context_of(Person("asa", "Åsa", lang, "admin"), Place("terminal", shared=public))
    return report.made(PERIOD, public, ctx), ctx


@pytest.fixture
def busy(db):
    report_year.make(db, 11, most=60)
    return db


# The same structure as yesterday.


def outline_of_docx(written):
    file = word.Document(BytesIO(written))
    lines = [f"{p.style.name}: {p.text}" for p in file.paragraphs if p.text]
    for table in file.tables:
        lines += ["", *(" | ".join(cell.text for cell in row.cells) for row in table.rows)]
    alts = [each.get("descr") for each in file.element.iter() if each.tag.endswith("}docPr")]
    return "\n".join([*lines, "", *(f"alt: {alt}" for alt in alts), ""])


def outline_of_xlsx(written):
    book = load_workbook(BytesIO(written))
    lines = []
    for sheet in book:
        lines.append(f"[{sheet.title}]")
        lines += [" | ".join(f"{cell.value} ({cell.data_type})" for cell in row) for row in sheet.iter_rows()]
    return "\n".join([*lines, ""])


def outline_of_pptx(written):
    lines = []
    for slide in Presentation(BytesIO(written)).slides:
        lines.append(f"# {slide.shapes.title.text}")
        for shape in slide.shapes:
            if shape.has_text_frame and shape != slide.shapes.title:
                lines += [f"- {paragraph.text}" for paragraph in shape.text_frame.paragraphs]
            elif not shape.has_text_frame:
                lines.append(f"alt: {shape._element.nvPicPr.cNvPr.get('descr')}")
        lines.append(f"notes: {slide.notes_slide.notes_text_frame.text}")
    return "\n".join([*lines, ""])


class Outline(html.parser.HTMLParser):
    """Headings, cells and pictures of a page, and every tag that it has."""

    def __init__(self):
        super().__init__()
        self.lines, self.tags, self.within = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.within.append(tag)

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if data.strip() and self.within and self.within[-1] not in ("style", "text", "tspan", "title", "desc"):
            self.lines.append(f"{self.within[-1]}: {data.strip()}")


def outline_of_html(written):
    page = Outline()
    page.feed(written.decode())
    return "\n".join([*page.lines, ""])


OUTLINES = {
    as_docx: ("docx", outline_of_docx),
    as_xlsx: ("xlsx", outline_of_xlsx),
    as_pptx: ("pptx", outline_of_pptx),
    as_html: ("html", outline_of_html),
}


@pytest.mark.parametrize(("lang", "public"), VERSIONS)
@pytest.mark.parametrize("write", OUTLINES)
def test_a_file_says_what_it_said(busy, library, golden, lang, public, write):
    kind, outline = OUTLINES[write]
    golden(f"report/{lang}.{kind}.txt", outline(write(*opened(busy, library, lang, public))))


@pytest.mark.parametrize(("lang", "public"), VERSIONS)
def test_the_json_says_what_it_said(busy, library, golden, lang, public):
    told, _ = opened(busy, library, lang, public)

    golden(f"report/{lang}.json", json.dumps(as_data(told), ensure_ascii=False, indent=1) + "\n")


def test_every_file_tells_the_same_number(busy, library):
    told, ctx = opened(busy, library)
    name, late = ctx.phrase("figure_items_late"), told.now["items_late"]

    assert f"{name} | {late} |" in outline_of_docx(as_docx(told, ctx))
    assert f"{name} (s) | {late} (n) |" in outline_of_xlsx(as_xlsx(told, ctx))
    assert f"{name}: {late} (" in outline_of_pptx(as_pptx(told, ctx))
    assert f"th: {name}\ntd: {late}\n" in outline_of_html(as_html(told, ctx))
    assert as_data(told)["figures"]["items_late"]["now"] == late


def test_a_file_without_a_record_says_that_nothing_is_recorded(db, library):
    told, ctx = opened(db, library)

    for write in (as_docx, as_xlsx, as_pptx, as_html):
        assert write(told, ctx)
    assert "Att inget är registrerat betyder inte att inget har hänt" in outline_of_docx(as_docx(told, ctx))


# Nothing secret in the version for everybody.


@pytest.mark.parametrize("write", OUTLINES)
def test_the_version_for_everybody_names_no_supplier(busy, library, write):
    said = OUTLINES[write][1](write(*opened(busy, library, public=True)))

    assert "Leverantör " not in said
    assert "kontroll " not in said
    assert "brist " not in said


# Nothing that runs.


def typed_in(db, typed, by="asa"):
    """A year in which everything that people type is `typed`."""
    people.add(db, Person(by, typed or "x", "sv", "admin"), MONDAY)
    begun = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    supplier = suppliers.add(db, typed, begun)
    bought = procurements.add(db, typed, typed, by, begun)
    picture = {"overall": "high", "typical": "high", "priority": 1}
    procurements.add_risk_case(db, bought, {"value": typed}, picture, by, begun)
    procurements.choose_clause(db, bought, typed, "1", "sv", {}, by, begun)
    days = date(2026, 7, 1), date(2028, 7, 1), None
    contracts.add(db, typed, supplier, bought, days, by, None, by, begun)
    follow_ups.add(db, supplier, "other", typed, date(2026, 8, 1), by, begun, contract=typed)
    deviations.add(db, supplier, typed, date(2026, 8, 1), by, begun, typed)


@pytest.mark.parametrize("row", NASTY, ids=lambda row: row["id"])
def test_what_people_typed_runs_nowhere(db, library, row):
    typed = words(row)[:2_000]
    typed_in(db, typed)
    told, ctx = opened(db, library)
    assert told.overdue[0].subject == typed

    book = load_workbook(BytesIO(as_xlsx(told, ctx)))
    plain = Outline()
    plain.feed(as_html(told, ctx).decode())
    assert [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"] == []
    assert {tag for tag, _ in plain.tags} & {"script", "iframe", "object", "img", "form", "input", "base"} == set()
    assert [name for _, attributes in plain.tags for name in attributes if name.startswith("on")] == []
    assert all(attributes.get("href", "#").startswith(("#", "https://", "data:,")) for _, attributes in plain.tags)
    assert word.Document(BytesIO(as_docx(told, ctx))).paragraphs
    assert len(Presentation(BytesIO(as_pptx(told, ctx))).slides) > 7
    assert json.loads(json.dumps(as_data(told)))["overdue"][0]["subject"] == typed


def test_a_number_is_a_number_and_a_sheet_has_as_many_cells_as_its_head(busy, library):
    told, ctx = opened(busy, library)

    for sheet in sheets(told, ctx):
        assert {len(row) for row in sheet.rows} == {len(sheet.head)}
    book = load_workbook(BytesIO(as_xlsx(told, ctx)))
    assert len(book.sheetnames) == len({name.casefold() for name in book.sheetnames}) == len(sheets(told, ctx))


# The page.


@pytest.fixture
def there(asa):
    asa.service.web = WEB
    return asa


@dataclass
class Client:
    """A browser that keeps nothing."""

    app: Any

    def request(self, verb, path):
        async def asked():
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://duly.example") as browser:
                return await browser.request(verb, path)

        return asyncio.run(asked())

    def get(self, path):
        return self.request("GET", path)


def client(officer):
    """It takes no time, so that a flood is one on a slow machine, too."""
    return Client(web.app(dict, pages=routes(officer.service, Reading(lambda: 0.0))))


def everything(db):
    """Every row of every table."""
    names = [row[0] for row in db.conn.execute("select name from sqlite_master where type = 'table'")]
    return {(name, repr(row)) for name in names for row in db.conn.execute(f"select * from {name}")}


def address(officer, kind="page"):
    """The path that the button gives."""
    reply = officer.say("rapport Q3")
    said = officer.say(next(b.says for row in reply.buttons for b in row if b.says.startswith(f"/report-file {kind}")))
    return said.parts[0].spans[-1].link.removeprefix("https://duly.example")


def test_the_button_gives_a_page_and_its_files(there):
    path = address(there)
    page = client(there).get(path)

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "kvartal 3 2026" in page.text
    for name in ("report.docx", "figures.xlsx"):
        assert f'href="{path}/{name}"' in page.text
        fetched = client(there).get(f"{path}/{name}")
        assert fetched.content.startswith(b"PK")
        assert "attachment" in fetched.headers["content-disposition"]


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (("3", "4"), True),
        (("3", "94,5"), True),
        (("färre än 3", "visas inte"), True),
        (("3 av 4", "0 av 0"), False),
        (("upp 3", "oförändrat"), False),
        (("2026-1", "2026-2"), False),
    ],
)
def test_numbers_stand_to_the_right_also_where_they_are_hidden(cells, right):
    assert is_number(["färre än 3", "visas inte"], 1, [("Mått", cell) for cell in cells]) == right


def test_to_open_a_page_changes_nothing_but_how_often_it_was_opened(there):
    path = address(there)
    before = everything(there.service.db)
    client(there).get(path)

    assert [table for table, _ in everything(there.service.db) - before] == ["web_links"]
    assert [row[0] for row in there.service.db.conn.execute("select opened from web_links")] == [1]


def test_to_ask_for_the_head_alone_is_no_opening(there):
    path = address(there)
    answers = [client(there).request("HEAD", each) for each in (path, f"{path}/report.docx", f"{path}/figures.xlsx")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [row[0] for row in there.service.db.conn.execute("select opened from web_links")] == [0]


def test_somebody_in_a_hurry_is_let_in_and_a_flood_is_not(there):
    path = address(there)
    reader = client(there)
    hasty = [reader.get(path).status_code for _ in range(40)]
    flood = [reader.get(path) for _ in range(40)]

    assert set(hasty) == {200}
    assert (flood[-1].status_code, flood[-1].headers["retry-after"]) == (429, "60")
    assert "Vänta en minut" in flood[-1].text
    opened = there.service.db.conn.execute("select max(opened) from web_links").fetchone()[0]
    assert opened == 60


def test_whoever_guesses_is_stopped_before_anything_is_looked_up(there):
    reader = client(there)
    answers = [reader.get(f"/report/{at}").status_code for at in range(320)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_what_leads_nowhere_says_what_every_such_address_says(there, clock):
    path = address(there)
    expired = web_links.make("report", about_of(PERIOD, "sv", "public"), timedelta(seconds=1), there.ctx)
    about_nothing = web_links.make("report", "reports:x", timedelta(days=30), there.ctx)
    form = web_links.make("form", about_of(PERIOD, "sv", "public"), timedelta(days=30), there.ctx)
    revoked = web_links.make("report", about_of(PERIOD, "en", "public"), timedelta(days=30), there.ctx)
    stored.revoke(there.service.db, "report", about_of(PERIOD, "en", "public"), clock.now)
    clock.now += timedelta(days=1)

    tokens = [each.rpartition("/")[2] for each in (expired, about_nothing, form, revoked)]
    paths = [f"/report/{token}" for token in (*tokens, "x", "a.b.c", "%00", "å")]
    answers = [client(there).get(each) for each in (*paths, f"{path}/secret.txt")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    clock.now += timedelta(days=30)
    assert client(there).get(path).status_code == 404


@pytest.mark.parametrize("version", ["public", "internal", "named"])
def test_an_address_for_everybody_names_no_supplier(there, version):
    typed_in(there.service.db, "Nordkaffe AB", by="bo")
    made = web_links.make("report", about_of(PERIOD, "sv", version), timedelta(days=30), there.ctx)

    page = client(there).get(made.removeprefix("https://duly.example"))
    assert page.status_code == 200
    assert ("#1 Nordkaffe AB" in page.text) == (version == "internal")


def test_a_page_only_shows(there):
    path = address(there)

    assert [client(there).request(verb, path).status_code for verb in ("POST", "PUT", "DELETE")] == [405] * 3


def test_an_address_says_what_it_leads_to():
    for version in ("public", "internal", "named"):
        assert about_from(about_of(PERIOD, "en", version)) == (PERIOD, "en", version)
    for wrong in ("reports:x", "reports:2026-07-01:2026-09-30:de:public", "forms:1", ""):
        assert about_from(wrong) is None
    assert about_from("reports:2026-07-01:2026-09-30:sv:whatever") == (PERIOD, "sv", "public")


def test_without_web_pages_the_button_says_what_to_do_instead(asa):
    said = asa.say("/report-file page 2026-07-01..2026-09-30")

    assert "duly report" in said.parts[0].spans[0].text


# The files in a chat.


@pytest.mark.parametrize(("kind", "write"), [("word", as_docx), ("excel", as_xlsx), ("slides", as_pptx)])
def test_a_button_gives_the_file_that_the_command_writes(asa, kind, write):
    ending, outline = OUTLINES[write]
    buttons = [button.says for row in asa.say("rapport Q3").buttons for button in row]
    said = asa.say(next(says for says in buttons if says.startswith(f"/report-file {kind}")))

    waiting = from_json(to_json(said))
    assert waiting == said
    assert waiting.document.name == f"rapport-2026-07-01-2026-09-30.{ending}"
    told = report.made(PERIOD, False, asa.ctx)
    assert outline(written(waiting.document, NOW)) == outline(write(told, asa.ctx))


def test_a_letter_from_before_there_were_sheets_is_sent_still():
    data = ["document", "a.docx", "docx", "A", "sv", [["heading", "B"]]]

    assert document_from(data) == Document("a.docx", "docx", "A", "sv", (Heading("B"),))


# Who may.


@pytest.mark.parametrize(("role", "files"), [("reader", 0), ("officer", 5), ("lead", 5), ("admin", 5)])
def test_a_reader_may_see_the_numbers_and_an_officer_takes_them_along(asa, role, files):
    people.set_role(asa.service.db, "asa", role, MONDAY)

    said = asa.say("rapport Q3")

    assert "Rapport" in said.parts[0].text
    assert sum(len(row) for row in said.buttons) == files
    assert (asa.say("/report-file word 2026-07-01..2026-09-30").document is not None) == bool(files)


def test_where_others_read_along_the_file_and_the_page_are_for_everybody(busy, library):
    _, ctx = opened(busy, library, public=True)

    word_file = file(Message("1", ctx.place, "asa", "word 2026-07-01..2026-09-30"), ctx).document
    file(Message("2", ctx.place, "asa", "page 2026-07-01..2026-09-30"), ctx)

    assert "Leverantör" not in str(word_file)
    assert [each[0] for each in busy.conn.execute("select about from web_links")] == [
        "reports:2026-07-01:2026-09-30:sv:public"
    ]


# The command.


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_command_writes_every_file_and_says_so(tmp_path, lang):
    machine = Machine(tmp_path)
    files = [f"r.{kind}" for kind in ("docx", "xlsx", "html", "pptx")]
    options = [word for name in files for word in (f"--{name[2:]}", name)]

    run = machine.run("report", "2025", "--lang", lang, *options)

    assert run.code == 0, run.err
    assert [line.partition(":")[0] for line in run.out.splitlines()] == files
    assert all((tmp_path / name).stat().st_size for name in files)


def test_the_command_answers_in_json_and_in_words(tmp_path):
    machine = Machine(tmp_path)

    told = machine.run("report", "--from", "2025-01-01", "--to", "2025-03-31", "--public", "--json").json
    assert told["period"] == {"from": "2025-01-01", "to": "2025-03-31"}
    assert told["before"] == {"from": "2024-10-01", "to": "2024-12-31"}
    assert told["public"] is True
    assert told["figures"]["items_due"] == {"now": 0, "before": 0}
    assert "Rapport för kvartal 1 2025" in machine.run("report", "q1 2025").out
