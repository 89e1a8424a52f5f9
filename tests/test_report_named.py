"""Suppliers in the report for everybody: named once an officer says so, and then nothing more than that they supply."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import docx as word
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pptx import Presentation
from starlette.testclient import TestClient

from bot import web, web_report
from bot.reporting import as_data, as_docx, as_html, as_pptx, as_xlsx
from bot.service import Service
from handlers import privacy, report, report_named
from handlers.messages import Place
from handlers.web_links import Web
from knowledge.rules.report_for_all import OF_DEVIATIONS, WITHHELD
from knowledge.rules.report_records import Period
from storage import (
    actions,
    contracts,
    deviations,
    follow_ups,
    inspections,
    people,
    procurements,
    rooms,
    suppliers,
)
from storage.database import open_database
from storage.people import Person
from storage.rooms import Room

from . import report_year
from .conftest import MONDAY, STOCKHOLM
from .machine import Machine
from .report_year import at

PERIOD = Period(date(2026, 7, 1), date(2026, 9, 30))
DAYS = "2026-07-01..2026-09-30"
BEGUN = date(2026, 6, 1)
NAMES = ("Nordkaffe AB", "Textilia AB", "Västteknik KB", "Kontorshuset AB")


def awarded(db, name, number, by="asa", starts=date(2026, 7, 1), bought=None, org=None):
    """A supplier with a contract; its id."""
    known = suppliers.named(db, name)
    id = known.id if known else suppliers.add(db, name, at(BEGUN), org)
    contracts.add(db, number, id, bought, (starts, date(2028, 6, 30), None), by, None, by, at(BEGUN))
    return id


@pytest.fixture
def four(asa):
    """Four suppliers that may be named, one of which was followed up."""
    db = asa.service.db
    coffee = procurements.add(db, "kaffe", "coffee", "asa", at(BEGUN))
    for number, name in enumerate(NAMES, start=1):
        awarded(db, name, f"2026-{number}", bought=coffee if number == 1 else None)
    item = follow_ups.add(db, 1, "other", "hemligt ämne", date(2026, 8, 1), "asa", at(BEGUN), contract="2026-1")
    follow_ups.set_state(db, follow_ups.find(db, item), "done", "hemlig anteckning", "asa", at(date(2026, 8, 1)))
    return asa


def text(reply):
    lines = [span.text for part in reply.parts for span in getattr(part, "spans", ())]
    lines += [span.text for part in reply.parts for item in getattr(part, "items", ()) for span in item]
    return "\n".join(lines)


def names(officer, period=PERIOD):
    return [each.supplier for each in report_named.named(period, officer.ctx)]


def could(officer, period=PERIOD):
    return {each.supplier for each in report_named.may_be_named(period, officer.ctx)}


def words_of(told, ctx) -> Iterator[str]:
    """Everything that the files say, each by itself."""
    file = word.Document(BytesIO(as_docx(told, ctx)))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    yield "\n".join([*(p.text for p in file.paragraphs), *cells])
    book = load_workbook(BytesIO(as_xlsx(told, ctx)))
    yield "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    deck = Presentation(BytesIO(as_pptx(told, ctx)))
    shown = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    yield "\n".join([*shown, *(slide.notes_slide.notes_text_frame.text for slide in deck.slides)])
    yield as_html(told, ctx).decode()
    yield str(as_data(told))


# The decision.


def test_nobody_is_named_until_an_officer_has_been_told_what_becomes_visible_and_said_yes(four):
    asked = four.say("publik rapport Q3 med leverantörer")

    assert all(name in text(asked) for name in NAMES)
    assert "sekretessprövning" in text(asked)
    assert names(four) == []
    told = four.say(f"/report-named {DAYS} yes")
    assert "Avtal som nämns med leverantör i filerna: 4." in text(told)
    assert set(names(four)) == set(NAMES)


def test_who_decided_is_kept_and_what(four):
    four.say(f"/report-named {DAYS} yes")

    rows = four.service.db.conn.execute("select actor, object, details from audit where action = 'named suppliers'")
    assert rows.fetchall() == [("asa", "reports:2026-07-01:2026-09-30", '{"contracts": [1, 2, 3, 4]}')]


@pytest.mark.parametrize("way", [f"/report-named {DAYS} no", "publik rapport Q3", f"/report-named {DAYS}"])
def test_anything_but_yes_names_nobody(four, way):
    four.say(way)

    assert names(four) == []


def test_what_somebody_types_without_a_decision_names_nobody(four):
    said = four.say(f"/report-file word {DAYS} named").document

    assert not any(name in str(said) for name in NAMES)
    assert said.name == "rapport-oppen-2026-07-01-2026-09-30.docx"


def test_a_decision_is_taken_back_for_good(four):
    for answer in ("yes", "no"):
        four.say(f"/report-named {DAYS} {answer}")

    assert names(four) == []


def test_a_decision_that_hides_for_a_while_can_be_taken_back_meanwhile(four):
    four.say(f"/report-named {DAYS} yes")
    found = [deviations.add(four.service.db, id, "brist", date(2026, 8, 1), "asa", MONDAY) for id in (1, 2)]
    assert names(four) == []
    four.say(f"/report-named {DAYS} no")
    for id in found:
        deviations.close(four.service.db, deviations.find(four.service.db, id), None, "asa", MONDAY)

    assert names(four) == []


def test_a_decision_is_about_the_contracts_that_were_shown_and_the_period(four):
    four.say(f"/report-named {DAYS} yes")
    awarded(four.service.db, "Nykomling AB", "2026-9")

    assert "Nykomling AB" in could(four)
    assert "Nykomling AB" not in names(four)
    assert names(four, Period(date(2026, 4, 1), date(2026, 6, 30))) == []


@pytest.mark.parametrize("words", ["publik rapport Q3 med leverantörer", f"/report-named {DAYS} yes"])
def test_a_reader_does_not_decide(four, words):
    people.set_role(four.service.db, "asa", "reader", MONDAY)
    said = four.say(words)

    assert not any(name in text(said) for name in NAMES)
    assert names(four) == []


def test_in_english_too(four):
    four.say("language english")
    asked = four.say("public report Q3 with suppliers")

    assert "This becomes visible to everybody" in text(asked)


def test_an_address_names_whom_the_decision_names_for_as_long_as_it_stands(four):
    four.service.web = Web("https://duly.example", "x" * 40, "Örebro kommun")
    four.say(f"/report-named {DAYS} yes")
    link = four.say(f"/report-file page {DAYS} named").parts[0].spans[-1].link
    with TestClient(web.app(dict, pages=web_report.routes(four.service)), "https://duly.example") as net:
        before = net.get(link).text
        deviations.add(four.service.db, 2, "brist", date(2026, 11, 1), "asa", MONDAY)
        meanwhile = net.get(link).text
        four.say(f"/report-named {DAYS} no")
        after = net.get(link).text

    assert [name for name in NAMES if name in before] == list(NAMES)
    assert [name for name in NAMES if name not in meanwhile] == ["Textilia AB"]
    assert [name for name in NAMES if name in after] == []
    assert "hemlig" not in before


@pytest.mark.parametrize(("level", "private"), [("public", True), ("internal", False)])
def test_a_room_is_shown_names_only_if_it_may_show_contracts(four, level, private):
    place = Place("slack", "T1", "C1", shared=True)
    rooms.allow(four.service.db, Room("slack", "T1", "C1", level, ""), "asa", MONDAY)
    report_named.decide(report_named.may_be_named(PERIOD, four.ctx), PERIOD, four.ctx)
    ctx = four.service.context_of(four.seat.person, place)

    told = report.said(report.made(PERIOD, True, ctx, naming=True), ctx)
    assert told.level == "internal"
    assert privacy.guard(told, privacy.PUBLIC, ctx).private == private


# Who may be named.


def test_it_says_what_is_bought_and_that_it_was_followed_up_and_nothing_more(four):
    found = {each.supplier: each for each in report_named.may_be_named(PERIOD, four.ctx)}

    assert found["Nordkaffe AB"] == report_named.Named(1, "2026-1", "Nordkaffe AB", "coffee", True)
    assert found["Textilia AB"] == report_named.Named(2, "2026-2", "Textilia AB", None, False)


def test_whoever_has_something_secret_under_way_is_not_named(four):
    db = four.service.db
    deviations.add(db, 1, "brist", date(2026, 11, 1), "asa", MONDAY)
    inspections.add(db, 2, "2026-2", "site", date(2026, 12, 1), None, None, "asa", MONDAY)
    tender = procurements.add(db, "kopiering", None, "asa", MONDAY)
    follow_ups.add(db, 3, "other", "anbudet", date(2026, 12, 1), "asa", MONDAY, procurement=tender)

    assert could(four) == {"Kontorshuset AB"}


def test_a_closed_deviation_hides_nobody(four):
    id = deviations.add(four.service.db, 1, "brist", date(2026, 8, 1), "asa", MONDAY)
    deviations.close(four.service.db, deviations.find(four.service.db, id), None, "asa", MONDAY)

    assert "Nordkaffe AB" in could(four)


@pytest.mark.parametrize(
    ("name", "org", "may"),
    [
        *(("Anna Ek", None, False), ("Anna Ek", "556036-0793", True)),
        *(("Ek 811228-9874 AB", None, False), ("Ek AB", None, True)),
    ],
)
def test_who_may_be_a_person_is_not_named(four, name, org, may):
    awarded(four.service.db, name, "2026-8", org=org)

    assert (name in could(four)) == may


def test_what_has_not_begun_is_not_named(four):
    awarded(four.service.db, "Framtid AB", "2026-7", starts=date(2027, 1, 1))

    assert "Framtid AB" not in could(four)


def test_fewer_than_three_are_not_named(four):
    for id in (1, 2):
        deviations.add(four.service.db, id, "brist", date(2026, 8, 1), "asa", MONDAY)

    assert "färre än tre" in text(four.say(f"/report-named {DAYS} yes"))
    assert names(four) == []


def test_a_check_of_a_remedy_is_no_follow_up_that_is_told(four):
    db = four.service.db
    id = deviations.add(db, 2, "brist", date(2026, 8, 1), "asa", MONDAY, "2026-2")
    item = follow_ups.add(db, 2, "other", "åtgärd", date(2026, 8, 9), "asa", at(BEGUN), contract="2026-2")
    follow_ups.set_state(db, follow_ups.find(db, item), "done", None, "asa", at(date(2026, 8, 9)))
    remedy = actions.add(db, id, "corrective", "ordna", "vd", date(2026, 8, 9), "asa", MONDAY)
    actions.followed_by(db, remedy, item)
    deviations.close(db, deviations.find(db, id), None, "asa", MONDAY)

    (found,) = [each for each in report_named.may_be_named(PERIOD, four.ctx) if each.supplier == "Textilia AB"]
    assert not found.followed


# Nothing secret, in no file.


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["sv", "en"]))
def test_no_file_tells_more_than_the_list_of_names(library, seed, lang):
    year = report_year.make(open_database(":memory:"), seed, most=14, supplied_by=9)
    service = Service(year.db, library, STOCKHOLM, lambda: MONDAY + timedelta(days=400))
    ctx = service.context_of(Person("asa", "Åsa", lang, "admin"), Place("terminal", shared=True))
    period = Period(report_year.FIRST, date(2026, 12, 31))
    report_named.decide(report_named.may_be_named(period, ctx), period, ctx)
    plain, told = report.made(period, True, ctx), report.made(period, True, ctx, naming=True)
    assume(told.named)

    shown = {each.supplier for each in told.named}
    silent = {each.supplier_name for each in deviations.all_open(year.db)}
    assert not shown & silent
    assert {told.now[name] for name in OF_DEVIATIONS} | {told.was[name] for name in OF_DEVIATIONS} == {WITHHELD}
    assert {each.steps[step] for each in told.categories for step in ("deviations", "closed")} <= {WITHHELD}
    for version, allowed in ((plain, set()), (told, shown)):
        for said in words_of(version, ctx):
            assert {name for name in suppliers.names(year.db).values() if name in said} <= allowed
            assert not [secret for secret in ("brist ", "kontroll ", "inköp ", "Åsa", "Bo ") if secret in said]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_beside_the_names_it_says_what_the_other_says(library, seed):
    year = report_year.make(open_database(":memory:"), seed, most=14, supplied_by=9)
    service = Service(year.db, library, STOCKHOLM, lambda: MONDAY + timedelta(days=400))
    ctx = service.context_of(Person("asa", "Åsa", "sv", "admin"), Place("terminal", shared=True))
    period = Period(report_year.FIRST, date(2026, 12, 31))
    report_named.decide(report_named.may_be_named(period, ctx), period, ctx)
    plain, told = (as_data(report.made(period, True, ctx, naming=naming)) for naming in (False, True))

    for one in (plain, told):
        one.pop("suppliers")
        one["figures"] = {name: value for name, value in one["figures"].items() if name not in OF_DEVIATIONS}
        for each in one["categories"]:
            del each["deviations"], each["closed"]
    assert plain == told


# The command.


@pytest.fixture
def machine(tmp_path):
    """One whose database has four suppliers with a contract."""
    found = Machine(tmp_path)
    assert found.run("verify").code == 0
    db = open_database(str(found.database))
    people.add(db, Person("asa", "Åsa", "sv", "admin"), MONDAY)
    for number, name in enumerate(NAMES, start=1):
        awarded(db, name, f"2026-{number}", starts=date(2025, 1, 1))
    db.conn.close()
    return found


@pytest.mark.parametrize(("typed", "code"), [(b"y\n", 0), (b"n\n", 1)])
def test_the_command_shows_who_asks_and_names_them_after_a_yes(machine, typed, code):
    run = machine.run("report", "2025", "--public", "--suppliers", "--json", typed=typed)

    assert run.code == code
    assert all(name in run.err for name in NAMES)
    assert [each["supplier"] for each in run.json["suppliers"]] == sorted(NAMES) if not code else run.out == ""


def test_the_command_does_not_ask_where_a_person_has_decided(machine):
    run = machine.run("report", "2025", "--public", "--suppliers", "--yes", "--docx", "r.docx", "--pptx", "r.pptx")

    assert run.code == 0, run.err
    assert "rapport för 2025" in run.out
    assert len(machine.run("report", "2025", "--public", "--json").json["suppliers"]) == 0


def test_the_command_names_nobody_where_they_are_few_and_not_in_the_internal_version(tmp_path):
    machine = Machine(tmp_path)

    refused = machine.run("report", "2025", "--public", "--suppliers")
    assert refused.code == 1
    assert "färre än tre" in refused.err
    assert machine.run("report", "2025", "--suppliers").code == 2
