"""Contracts by priority, an officer's week, and the portfolio as a table that no spreadsheet runs."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.portfolio import TRIGGERS, as_csv, as_xlsx, harmless, original, read_csv
from handlers import portfolio
from handlers.dispatch import handle
from handlers.messages import Message, Place
from knowledge.rules.light import GREEN, RED, YELLOW
from knowledge.rules.portfolio import ENDS, ITEM, NOTICE, Standing, by_priority, next_date
from storage import actions, certificates, contracts, deviations, follow_ups, people, procurements, rooms, suppliers
from storage.database import open_database
from storage.people import Person
from storage.rooms import Room

from .conftest import MONDAY
from .machine import Machine
from .nasty import ROWS, words
from .on_site import text

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
SUNDAY = TODAY + 6 * DAY
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
STANDINGS = st.builds(
    Standing,
    st.integers(1, 1_000),
    st.sampled_from(["very_high", "high", None, "medium", "low"]),
    st.sampled_from([GREEN, YELLOW, RED]),
    st.tuples(st.sampled_from([ITEM, NOTICE, ENDS]), DAYS),
)
GRAVEST = ["very_high", "high", None, "medium", "low"]
CHANNEL = Place("slack", "T1", "C1", "", shared=True)


def supplier(db, name="Nordkaffe AB"):
    known = suppliers.named(db, name)
    return known.id if known else suppliers.add(db, name, MONDAY)


def contract(db, number="2025-114", name="Nordkaffe AB", ends=date(2029, 2, 28), notice=None, by="asa", bought=None):
    days = date(2019, 3, 1), ends, notice
    return contracts.add(db, number, supplier(db, name), bought, days, by, None, by, MONDAY)


def item(db, due, number="2025-114", name="Nordkaffe AB", by="asa"):
    return follow_ups.add(db, supplier(db, name), "other", f"kontroll {due}", due, by, MONDAY, contract=number)


def breach(db, number="2025-114", by="asa", kind="minor"):
    id = deviations.add(db, supplier(db), "saknar ID06", TODAY, by, MONDAY, number)
    deviations.classify(db, deviations.find(db, id), kind, False, MONDAY)
    return id


def certificate(db, valid_to, by="asa"):
    id = certificates.add(db, supplier(db), "Fairtrade", "1", "Nordkaffe AB", None, valid_to, by, MONDAY)
    reminder = follow_ups.add(db, supplier(db), "certificate", f"certifikat {valid_to}", valid_to, by, MONDAY)
    certificates.followed_by(db, id, reminder)
    return id


def bought(db, category, level):
    id = procurements.add(db, "inköp", category, "asa", MONDAY)
    procurements.add_risk_case(db, id, {}, {"overall": level, "typical": level, "priority": 1}, "asa", MONDAY)
    return id


def numbers(reply):
    """The contracts that are listed, in their order."""
    return [row[0].label.partition(",")[0] for row in reply.buttons if row[0].says.startswith("/contract ")]


def says(reply):
    return [button.says for row in reply.buttons for button in row]


# The order.


@given(st.lists(STANDINGS), st.randoms())
def test_the_order_is_by_risk_then_light_then_day_whatever_came_first(standings, random):
    ordered = by_priority(standings)
    shuffled = random.sample(standings, len(standings))
    ranks = [(GRAVEST.index(s.risk), [RED, YELLOW, GREEN].index(s.light), s.next[1]) for s in ordered]

    assert sorted(map(repr, ordered)) == sorted(map(repr, standings))
    assert ranks == sorted(ranks)
    assert [s.next[1] for s in by_priority(shuffled)] == [s.next[1] for s in ordered]


@given(STANDINGS)
def test_a_risk_that_is_not_known_is_not_taken_for_a_small_one(standing):
    unknown, medium = replace(standing, risk=None), replace(standing, risk="medium", light=RED)

    assert by_priority([medium, unknown])[0] == unknown
    assert by_priority([medium, replace(standing, risk="unknown")])[0].risk == "unknown"


@given(st.lists(DAYS), st.none() | DAYS, DAYS)
def test_the_next_date_is_the_first_and_no_notice_that_went_by(due, notice, ends):
    what, day = next_date(due, notice, ends, TODAY)
    ahead = [notice] if notice and notice >= TODAY else []

    assert day == min([*due, *ahead, ends])
    assert day in {ITEM: due, NOTICE: ahead, ENDS: [ends]}[what]


# The portfolio.


def test_the_gravest_comes_first_and_then_the_soonest(asa, db):
    contract(db, "A-1", bought=bought(db, "coffee", "low"))
    contract(db, "A-2", bought=bought(db, "coffee", "very_high"), ends=date(2028, 1, 1))
    contract(db, "A-3", bought=bought(db, "coffee", "very_high"))
    contract(db, "A-4")
    contract(db, "A-5", bought=bought(db, "coffee", "medium"))
    item(db, TODAY + DAY, "A-3")

    assert numbers(asa.say("portfölj")) == ["A-3", "A-2", "A-4", "A-5", "A-1"]


def test_a_row_counts_what_is_open_and_late_under_that_contract(asa, db):
    id = contract(db, "ks 2025-114", notice=date(2027, 1, 15))
    contract(db, "2025-115")
    for due in (TODAY - DAY, TODAY, TODAY + DAY):
        item(db, due, "KS 2025-114")
    follow_ups.set_state(db, follow_ups.find(db, item(db, TODAY, "KS 2025-114")), "done", None, "asa", MONDAY)
    breach(db, "KS 2025-114")
    deviations.close(db, deviations.find(db, breach(db, "KS 2025-114")), None, "asa", MONDAY)
    (row,) = (each for each in portfolio.rows(contracts.every(db), asa.ctx) if each.contract.id == id)

    assert (row.items, row.late, row.deviations) == (3, 1, 1)
    assert row.standing == Standing(id, None, YELLOW, (ITEM, TODAY - DAY))


def test_what_names_no_contract_counts_where_the_supplier_has_only_one(asa, db):
    contract(db, "A-1")
    breach(db, None)
    (row,) = portfolio.rows(contracts.every(db), asa.ctx)
    contract(db, "A-2")
    both = portfolio.rows(contracts.every(db), asa.ctx)

    assert row.deviations == 1
    assert [each.deviations for each in both] == [0, 0]


def test_a_contract_that_ended_is_not_shown(asa, db):
    contract(db, "A-1", ends=TODAY - DAY)

    assert "A-1" not in text(asa.say("portfölj"))


def test_more_than_ten_are_counted(asa, db):
    for number in range(13):
        contract(db, f"A-{number}")
    reply = asa.say("portfölj")

    assert len(numbers(reply)) == 10
    assert "och 3 till" in text(reply)


def test_the_picture_shows_the_same_contracts_as_the_words_chose(asa, db):
    contract(db, "A-1")
    contract(db, "A-2", "Tyghuset AB", bought=bought(db, "textiles_workwear", "low"))
    picture = says(asa.say("portfölj Tyghuset"))[-1]

    assert picture == "/portfolio-picture Tyghuset"
    assert "A-2, Tyghuset AB" in text(asa.say(picture))
    assert "A-1" not in text(asa.say(picture))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("portfölj Nordkaffe", ["A-1"]),
        ("portfölj nordkaffe ab", ["A-1"]),
        ("portfölj textil", ["A-2"]),
        ("portfölj workwear", ["A-2"]),
        ("portfölj Bo", ["A-2"]),
        ("portfölj för Bostadshuset", ["A-3"]),
        ("portfolio Åsa", ["A-1", "A-3"]),
    ],
)
def test_words_choose_a_supplier_a_category_or_a_person(said, found, asa, bo, db):
    contract(db, "A-1")
    contract(db, "A-2", "Tyghuset AB", by="bo", bought=bought(db, "textiles_workwear", "low"))
    contract(db, "A-3", "Bostadshuset AB")

    assert sorted(numbers(asa.say(said))) == found


def test_words_that_nothing_is_called_say_so(asa, db):
    contract(db)
    reply = asa.say("portfölj affe")

    assert '"affe"' in text(reply)
    assert says(reply) == ["/portfolio"]
    assert "Inget avtal som löper" not in text(asa.say("portfölj, hur kommer vi igång med uppföljning"))


# The week.


ASKED = [
    "vecka",
    "min vecka",
    "Vad ska jag göra den här veckan?",
    "vad behöver jag göra den här veckan",
    "week",
    "What should I do this week?",
]


@pytest.mark.parametrize("said", ASKED)
def test_the_week_is_asked_for_in_many_words(said, asa, db):
    item(db, SUNDAY)

    assert says(asa.say(said)) == ["/show 1"]


@pytest.mark.parametrize("said", ASKED)
def test_an_empty_week_is_said(said, asa):
    assert "29 nov" in text(asa.say(said))


def test_her_week_is_what_is_late_and_due_by_sunday(asa, bo, db):
    item(db, SUNDAY)
    item(db, TODAY - DAY)
    item(db, SUNDAY + DAY)
    item(db, TODAY, by="bo")

    assert says(asa.say("vecka")) == ["/show 2", "/show 1"]


@pytest.mark.parametrize(("days", "shown"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_certificate_is_shown_when_it_expires_within_30_days_and_once(days, shown, asa, db):
    certificate(db, TODAY + days * DAY)
    said = says(asa.say("vecka"))

    assert ("/certificate 1" in said) == shown
    assert not (shown and "/show 1" in said)


def test_a_certificate_that_was_taken_care_of_or_is_somebody_elses_is_not_shown(asa, bo, db):
    certificate(db, TODAY + DAY)
    certificate(db, TODAY + DAY, by="bo")
    follow_ups.set_state(db, follow_ups.find(db, 1), "done", None, "asa", MONDAY)

    assert says(asa.say("vecka")) == []


@pytest.mark.parametrize(("days", "shown"), [(-1, False), (0, True), (60, True), (61, False)])
def test_a_last_day_for_notice_is_shown_within_60_days(days, shown, asa, bo, db):
    contract(db, notice=TODAY + days * DAY)
    contract(db, "2025-115", notice=TODAY, by="bo")

    assert says(asa.say("vecka")) == (["/contract #1"] if shown else [])


def test_actions_are_shown_of_her_deviations_and_instead_of_their_reminders(asa, bo, db):
    for by in ("asa", "bo"):
        action = actions.add(db, breach(db, by=by), "corrective", "ID06", "platschef", SUNDAY, by, MONDAY)
        actions.followed_by(db, action, item(db, SUNDAY, by="asa"))

    assert says(asa.say("vecka")) == ["/show 2", "/action 1"]


def test_five_have_buttons_and_ten_have_lines(asa, db):
    for _ in range(12):
        item(db, TODAY)
    reply = asa.say("vecka")

    assert len(reply.buttons) == 5
    assert text(reply).count("kontroll") == 10
    assert "och 2 till" in text(reply)


def test_a_week_that_is_an_answer_stays_in_the_room(asa, db):
    rooms.allow(db, Room("slack", "T1", "C1", "internal", ""), "terminal:bo", MONDAY)
    ctx = replace(asa.ctx, place=CHANNEL)
    handle(Message("x", CHANNEL, "asa", "följ upp licens hos Nordkaffe AB"), ctx)
    reply = handle(Message("y", CHANNEL, "asa", "vecka 50"), ctx)

    assert (reply.private, reply.level) == (False, "internal")


# As a file.

NASTY = [words(row)[:20_000] for row in ROWS]
RISKY = st.builds(
    str.__add__, st.text("'=+-@＝＋－＠\t\r\n \u200b\u00a0\ufeff\u2060\u00ad\u2800\u0301a1", max_size=5), st.text()
)


@given(st.text() | RISKY)
def test_no_cell_begins_as_a_formula_and_the_original_comes_back(said):
    written = harmless(said)
    seen = "".join(sign for sign in written if sign.isprintable()).lstrip("\u2800\u0301 ")

    assert original(written) == said
    assert written[:1] not in TRIGGERS or not written
    assert seen[:1] not in TRIGGERS or not seen


@pytest.mark.parametrize(
    "said", ["=1+1", "＝1", "-2", "@x", "\t=1", "\u200b=1", "\u00a0\ufeff+1", "'=1", "''\u200b@x", "\n"]
)
def test_what_may_run_gets_an_apostrophe(said):
    assert harmless(said) == f"'{said}"
    assert original(f"'{said}") == said


@pytest.mark.parametrize("said", ["", "'", "Nordkaffe AB", "'s-Hertogenbosch", "2025-114", "a=1", "'' x"])
def test_what_is_only_text_stays_as_it_is(said):
    assert (harmless(said), original(said)) == (said, said)


@given(st.lists(st.lists(st.text() | RISKY, min_size=2, max_size=2), min_size=1))
def test_a_csv_file_that_is_read_again_gives_the_original(table):
    assert read_csv(as_csv(table)) == table


def test_nasty_input_comes_back_from_a_csv_file():
    table = [[said.encode("utf-8", "replace").decode()] * 2 for said in NASTY]
    written = as_csv(table)
    cells = list(csv.reader(StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))

    assert read_csv(written) == table
    assert [cell for row in cells for cell in row if cell and cell[0] in TRIGGERS] == []
    assert as_csv([NASTY])


def test_a_csv_file_is_as_excel_expects_it():
    written = as_csv([["Avtal", "Börjar"], ["2025-114", TODAY], ["x", None], ["y", 3]])

    assert written == '\ufeff"Avtal";"Börjar"\r\n"2025-114";"2026-11-23"\r\n"x";""\r\n"y";"3"\r\n'.encode()


def test_no_cell_of_a_spreadsheet_is_a_formula():
    table = [["Avtal", "Antal", "Dag"], *([said, 3, TODAY] for said in (*NASTY, "=1+1", "#N/A", "2026-11-23"))]
    sheet = load_workbook(BytesIO(as_xlsx(table))).active
    rows = list(sheet.iter_rows(min_row=2))

    assert {each[0].data_type for each in rows if each[0].value is not None} == {"s"}
    assert {(each[1].data_type, each[2].data_type) for each in rows} == {("n", "d")}
    assert [each[0].value for each in rows[-3:]] == ["=1+1", "#N/A", "2026-11-23"]
    assert (sheet.freeze_panes, sheet["A1"].font.b) == ("A2", True)
    assert 3 < sheet.column_dimensions["B"].width < sheet.column_dimensions["A"].width <= 50


# duly portfolio


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_command_writes_every_contract(machine):
    machine.database.parent.mkdir(parents=True)
    db = open_database(str(machine.database))
    people.add(db, Person("asa", "Åsa", "sv", "admin"), MONDAY)
    contract(db, "2025-114", "=cmd|' /C calc'!A0", notice=date(2028, 10, 31))
    contract(db, "2020-1", "Gamla AB", ends=date(2020, 2, 2))
    db.conn.commit()
    db.close()
    run = machine.run("portfolio", "--xlsx", "avtal.xlsx", "--csv", "avtal.csv")
    rows = read_csv((machine.home / "avtal.csv").read_bytes())
    sheet = load_workbook(machine.home / "avtal.xlsx").active
    told = machine.run("portfolio", "--json").json["contracts"]

    assert (run.code, run.out) == (0, "avtal.xlsx: 2 avtal\navtal.csv: 2 avtal\n")
    assert rows[0][:3] == ["Avtal", "Leverantör", "Risk"]
    assert sheet["B3"].value == rows[2][1] == told[1]["supplier"] == "=cmd|' /C calc'!A0"
    assert (sheet["B3"].data_type, sheet["E3"].data_type) == ("s", "d")
    assert told[1] == {
        "contract": "2025-114",
        "supplier": "=cmd|' /C calc'!A0",
        "risk": None,
        "light": "green",
        "next": "2028-10-31",
        "next_is": "notice",
        "responsible": "Åsa",
        "procurement": "",
        "category": "",
        "starts": "2019-03-01",
        "ends": "2029-02-28",
        "notice": "2028-10-31",
        "items": 0,
        "late": 0,
        "deviations": 0,
    }
    assert "2020-1, Gamla AB" in machine.run("portfolio", "--lang", "en").out


def test_without_contracts_the_command_says_so(machine):
    assert machine.run("portfolio").out.startswith("Det finns inga avtal")
    assert machine.run("portfolio", "--json").json == {"contracts": []}
