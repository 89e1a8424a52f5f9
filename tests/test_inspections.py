"""Inspections, alone and joint: what is heard, the checklist, one thumb on a phone, and the record of the day."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document as open_docx

from bot.documents import docx
from bot.service import Service
from handlers import inspection_points, protocol, results
from handlers import inspections as hers
from handlers.dispatch import handle
from handlers.messages import Message, Place
from knowledge.clause import to_data
from storage import (
    audit,
    belongings,
    contracts,
    deviations,
    evidence,
    follow_ups,
    inspections,
    people,
    procurements,
    suppliers,
    talks,
)
from storage.database import open_database
from storage.people import Person

from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .nasty import ROWS, words
from .on_site import says, send, text

TODAY = MONDAY.date()
CHANNEL = Place("slack", "T1", "C1", "", shared=True)
JOINT = "inspektion hos Nordkaffe AB i dag på plats tillsammans med Region Örebro län, hållbarhetsstrateg"
CLAUSES = ("ilo-basic", "attendance-identification", "pay-evidence")


def agreed(db, library, chosen=CLAUSES):
    """A contract whose procurement chose clauses; the supplier's id."""
    supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
    bought = procurements.add(db, "kaffe", "coffee", "asa", MONDAY)
    for id in chosen:
        clause = library.clauses[id]
        procurements.choose_clause(db, bought, id, clause.version, "sv", to_data(clause), "asa", MONDAY)
    days = (date(2026, 1, 1), date(2028, 12, 31), None)
    contracts.add(db, "2025-114", supplier, bought, days, "asa", None, "asa", MONDAY)
    return supplier


def begun(asa, db, library, chosen=CLAUSES):
    """An inspection of today whose first point is shown."""
    agreed(db, library, chosen)
    asa.say(JOINT)
    asa.say("Rosterivägen 2")
    return asa.say("/checklist 1")


def outcomes(db, inspection=1):
    return [(each.outcome, each.note) for each in inspections.points(db, inspection)]


# What is heard.


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "hos Nordkaffe AB 12 mars tillsammans med Region Örebro län",
            {"supplier": "Nordkaffe AB", "day": "2027-03-12", "participants": "Region Örebro län"},
        ),
        (
            "at Nordkaffe AB on 12 March together with Region Skåne",
            {"supplier": "Nordkaffe AB", "day": "2027-03-12", "participants": "Region Skåne"},
        ),
        ("hos Nordkaffe AB på plats i dag", {"supplier": "Nordkaffe AB", "day": "2026-11-23", "kind": "site"}),
        ("på kontoret hos Nordkaffe AB", {"supplier": "Nordkaffe AB", "kind": "office"}),
        ("hos Nordkaffe AB kl 9 den 2026-11-20", {"supplier": "Nordkaffe AB", "day": "2026-11-20"}),
        ("hos Platsbolaget AB", {"supplier": "Platsbolaget AB"}),
        ("av lokaler", {}),
    ],
)
def test_a_sentence_gives_what_it_says(said, found, asa):
    assert hers.heard(said, asa.ctx) == found


def test_the_only_contract_that_runs_is_taken(asa, db, library):
    agreed(db, library)

    assert hers.heard("hos Nordkaffe AB", asa.ctx)["contract"] == "2025-114"


def test_words_that_name_nobody_are_a_question(asa, db):
    asa.say("inspektion av lokaler")

    assert talks.open_in(db, asa.seat.place.key, "asa") is None


# The checklist.


def test_the_points_are_the_clauses_of_the_contract_those_for_the_visit_first(asa, db, library):
    begun(asa, db, library)
    points = inspections.points(db, 1)

    assert {each.clause for each in points} == set(CLAUSES)
    assert points[0].clause == "attendance-identification"
    assert [each.method for each in points] == [None, "self_assessment", "office_audit"]
    assert library.clauses["ilo-basic"].proof.sv in points[1].question


def test_a_point_reads_as_it_did_when_the_checklist_was_made(asa, db, library):
    begun(asa, db, library)
    before = inspections.points(db, 1)
    db.conn.execute("""update chosen_clauses set snapshot = replace(snapshot, 'ILO', 'XYZ')""")

    assert inspections.points(db, 1) == before


@pytest.mark.parametrize("kind", ["office", "site"])
def test_without_clauses_the_list_is_general_and_says_whose_it_is(kind, asa, db, library):
    agreed(db, library, ())
    asa.say("inspektion hos Nordkaffe AB i dag")
    asa.say(f"/set 1.kind {kind}")
    for _ in range(2):
        reply = asa.say("hoppa över")
    expected = [id for id, each in library.check_points.items() if kind in each.kinds]

    assert "allmän lista" in text(reply)
    assert [each.general for each in inspections.points(db, 1)] == expected
    assert [each.own for each in inspections.points(db, 1)] == [library.check_points[id].own for id in expected]


def test_a_point_of_the_general_list_shows_its_source(asa, db, library):
    agreed(db, library, ())
    asa.say(JOINT)
    asa.say("hoppa över")

    assert [source.id for source in asa.say("/checklist 1").sources] == ["husr-revision"]


def test_a_checklist_that_was_begun_is_not_made_anew(asa, db, library):
    begun(asa, db, library)
    asa.say("ja")
    asa.say("/set 1.kind office")

    assert outcomes(db)[0] == ("yes", None)
    assert inspections.find(db, 1).kind == "office"


def test_one_that_was_not_begun_follows_what_is_put_right(asa, db, library):
    agreed(db, library, ())
    asa.say(JOINT)
    asa.say("hoppa över")
    asa.say("/set 1.kind office")

    assert inspections.points(db, 1)[0].general == "policy"
    assert len(inspections.latest(db, 9)) == 1


# One thumb.


def test_three_buttons_stand_together_for_a_point(asa, db, library):
    reply = begun(asa, db, library)

    assert [button.label for button in reply.buttons[0]] == ["Ja", "Nej", "Inte sett"]
    assert "Punkt 1 av 3" in text(reply)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ja", ("yes", None)),
        ("Ja, elva visade id", ("yes", "elva visade id")),
        ("nej: två saknar", ("no", "två saknar")),
        ("inte sett, låst dörr", ("not_seen", "låst dörr")),
        ("låst dörr", (None, "låst dörr")),
        ("jag såg elva personer", (None, "jag såg elva personer")),
        ("nejden var stängd", (None, "nejden var stängd")),
        ("hoppa över", (None, None)),
    ],
)
def test_what_is_typed_is_an_outcome_a_note_or_both(said, kept, asa, db, library):
    begun(asa, db, library)
    asa.say(said)

    assert outcomes(db)[0] == kept


def test_a_point_pressed_twice_is_kept_once_and_the_next_one_is_not_touched(asa, db, library):
    begun(asa, db, library)
    first, again = asa.say("/point 1 yes"), asa.say("/point 1 yes")

    assert [each for each, _ in outcomes(db)] == ["yes", None, None]
    assert "Punkt 2 av 3" in text(first)
    assert "Punkt 2 av 3" in text(again)


def test_an_old_card_answers_its_own_point(asa, db, library):
    begun(asa, db, library)
    for said in ("/point 1 yes", "/point 2 not_seen", "/point 1 no"):
        asa.say(said)

    assert [each for each, _ in outcomes(db)] == ["no", "not_seen", None]
    assert [line.action for line in audit.of(db, "inspections:1")] == ["recorded", "ticked", "ticked", "ticked"]


def test_lines_that_were_written_without_coverage_are_taken_in_order(asa, db, library):
    begun(asa, db, library)
    for said in ("ja", "elva på plats", "nej", "inte sett, stängt"):
        asa.say(said)

    assert outcomes(db) == [("yes", None), ("no", "elva på plats"), ("not_seen", "stängt")]


def test_the_same_line_delivered_twice_is_one_line(asa, db, library):
    begun(asa, db, library)
    asa.say("ja", id="m-1")
    asa.say("ja", id="m-1")

    assert [each for each, _ in outcomes(db)] == ["yes", None, None]


def test_a_point_that_was_skipped_comes_back_at_the_end(asa, db, library):
    begun(asa, db, library)
    asa.say("hoppa över")
    asa.say("ja")

    assert "Punkt 1 av 3" in text(asa.say("ja"))


def test_a_question_in_the_middle_is_answered_and_the_point_stays(asa, db, library):
    begun(asa, db, library)
    reply = asa.say("får vi göra oanmälda besök?")

    assert "Punkt 1 av 3" in text(reply)
    assert outcomes(db)[0] == (None, None)


def test_the_checklist_goes_on_after_something_else_and_in_one_talk(asa, db, library):
    begun(asa, db, library)
    asa.say("ja")
    asa.say("risk kaffe")
    reply = asa.say("/checklist 1")

    assert "Punkt 2 av 3" in text(reply)
    assert db.conn.execute("select count(*) from talks where flow = 'inspection-point'").fetchone() == (1,)


def test_a_no_offers_a_deviation_with_what_is_known(asa, db, library):
    begun(asa, db, library)
    reply = asa.say("nej, två saknar id")
    assert "/point-deviation 1" in says(reply)
    asa.say("/point-deviation 1")
    asa.say("mindre")
    found = deviations.find(db, 1)

    assert (found.supplier_name, found.contract, found.kind) == ("Nordkaffe AB", "2025-114", "minor")
    assert found.what == "Legitimation och närvaro på arbetsplatsen: två saknar id"
    assert "Punkt 2 av 3" in text(asa.say("fortsätt"))


def test_without_a_note_the_deviation_asks_what_was_seen(asa, db, library):
    begun(asa, db, library)
    asa.say("/point 1 no")

    assert "vad" in text(asa.say("/point-deviation 1")).casefold()
    assert talks.open_in(db, asa.seat.place.key, "asa").asked == "what"


@pytest.mark.parametrize("said", ["ja", "yes", "/point 1 yes", "/point 1"])
def test_a_yes_offers_no_deviation(said, asa, db, library):
    begun(asa, db, library)

    assert not any(each.startswith("/point-deviation") for each in says(asa.say(said)))


def test_a_photo_belongs_to_the_inspection_and_says_which_point(asa, db, library):
    begun(asa, db, library)
    reply = send(asa, "lastkajen.jpg", text="vid lastkajen")
    (piece,) = evidence.of(db, "inspections:1")

    assert (piece.kind, piece.name) == ("photo", "lastkajen.jpg")
    assert piece.text == "punkt 1, Legitimation och närvaro på arbetsplatsen: vid lastkajen"
    assert "Punkt 1 av 3" in text(reply)


def test_a_photo_without_a_talk_goes_to_todays_inspection(asa, db, library):
    begun(asa, db, library)
    asa.say("avbryt")
    send(asa, "porten.jpg")

    assert [piece.name for piece in evidence.of(db, "inspections:1")] == ["porten.jpg"]


def test_a_photo_on_another_day_does_not(asa, db, library, clock):
    begun(asa, db, library)
    asa.say("avbryt")
    clock.now = MONDAY + timedelta(days=1)
    send(asa, "porten.jpg")

    assert evidence.of(db, "inspections:1") == []


# Finished.


def test_a_finished_one_is_not_changed_until_it_is_opened(asa, db, library):
    begun(asa, db, library)
    asa.say("/inspection-end 1")
    for said in ("/point 1 yes", "/checklist 1", "/inspection-end 1", "/set 1.kind office", "/set 2.seen ja"):
        assert "avslutad" in text(asa.say(said))
    assert [each for each, _ in outcomes(db)] == [None, None, None]
    asa.say("/inspection-open 1")
    asa.say("/point 1 yes")

    assert outcomes(db)[0] == ("yes", None)


@pytest.mark.parametrize(
    ("kind", "contract", "offered"),
    [("site_audit", "2025-114", True), ("site_audit", None, True), ("office_audit", "2025-114", False)],
)
def test_what_was_to_be_followed_up_in_the_same_way_is_offered_as_done(kind, contract, offered, asa, db, library):
    begun(asa, db, library)
    follow_ups.add(db, 1, kind, "besök", TODAY, "asa", MONDAY, contract=contract)
    reply = asa.say("/inspection-end 1")

    assert ("/start done 1" in says(reply)) == offered
    assert follow_ups.find(db, 1).state == "open"


def test_when_all_is_seen_it_says_so(asa, db, library):
    begun(asa, db, library)
    for said in ("ja", "nej", "inte sett"):
        reply = asa.say(said)

    assert "Ja: 1, nej: 1, inte sett: 1" in text(reply)
    assert "/inspection-end 1" in says(reply)


def test_a_finished_inspection_is_part_of_what_is_told_to_others(asa, db, library):
    begun(asa, db, library)
    for said in ("ja, Anna visade id", "nej", "inte sett", "/inspection-end 1"):
        asa.say(said)
    (one,) = results.gathered(suppliers.find(db, 1), None, True, asa.ctx).result["checks"]

    assert (one["method"], one["done_on"], one["where"]) == ("site_audit", "2026-11-23", "Rosterivägen 2")
    assert [term["id"] for term in one["terms"]] == [each.clause for each in inspections.points(db, 1)[:2]]
    assert "Anna" not in str(one)


# The record.


def lines(reply):
    """Every paragraph and cell of the Word file."""
    file = open_docx(BytesIO(docx(reply.document)))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return [*(each.text for each in file.paragraphs), *cells]


@pytest.mark.parametrize(("lang", "outcome"), [("sv", "Nej: två saknar id"), ("en", "No: två saknar id")])
def test_the_record_holds_checklist_participants_and_photos(lang, outcome, asa, db, library):
    begun(asa, db, library)
    asa.say("nej, två saknar id")
    send(asa, "lastkajen.jpg")
    said = lines(asa.say(f"/protocol-of 1 {TODAY} {lang}"))

    assert outcome in said
    assert "Region Örebro län, hållbarhetsstrateg" in said
    assert "Rosterivägen 2" in said
    assert "lastkajen.jpg" in said
    assert "2025-114" in said


def test_a_record_of_another_day_has_nothing_of_it(asa, db, library):
    begun(asa, db, library)
    found = protocol.gathered(suppliers.find(db, 1), TODAY - timedelta(days=1), asa.ctx)

    assert found.inspections == ()


# Who may, and who sees.

WORDS = (
    *("/checklist 1", "/point 1 yes", "/point 1", "/point-deviation 1", "/inspection-end 1", "/inspection-open 1"),
    *("/start inspection", "/start inspection-point 1", JOINT),
)


@pytest.mark.parametrize("said", WORDS)
def test_a_reader_changes_nothing(said, asa, db, library):
    begun(asa, db, library)
    people.add(db, Person("rut", "Rut", "sv", "reader"), MONDAY)
    ctx = replace(asa.ctx, person=people.find(db, "rut"), place=Place("slack", "T1", "D9"))
    before = db.conn.execute("select count(*) from audit").fetchone()
    handle(Message("1", ctx.place, "rut", said), ctx)

    assert db.conn.execute("select count(*) from audit").fetchone() == before
    assert outcomes(db)[0] == (None, None)


@pytest.mark.parametrize("said", ["inspektion", "inspektion 1", *WORDS])
def test_in_a_shared_room_it_is_for_the_person_alone(said, asa, db, library):
    begun(asa, db, library)

    assert handle(Message("1", CHANNEL, "asa", said), replace(asa.ctx, place=CHANNEL)).private


def test_a_personal_identity_number_is_not_kept(asa, db, library):
    begun(asa, db, library)
    asa.say("nej, 811218-9876 saknar id")

    assert outcomes(db)[0] == (None, None)


def test_an_open_inspection_goes_along_with_the_work(asa, bo, db, library):
    begun(asa, db, library)
    belongings.hand_over(db, "asa", "bo", MONDAY)

    assert inspections.find(db, 1).responsible == "bo"


# Nothing breaks it.


@pytest.mark.parametrize("number", ["", "0", "9", "x", "1 maybe", "1 yes no", "999999999999", "1" * 40, "²", "-1"])
@pytest.mark.parametrize("word", ["point", "checklist", "inspection-end", "inspection-open", "point-deviation"])
def test_an_old_button_breaks_nothing(word, number, asa, db, library):
    begun(asa, db, library)
    said = text(asa.say(f"/{word} {number}"))

    assert "Något gick fel" not in said
    assert outcomes(db)[0] == (None, None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_is_answered_as_a_note_and_as_a_sentence(row, library):
    clock = Clock()
    service = Service(open_database(":memory:"), library, STOCKHOLM, clock)
    asa = officer(service, clock, "asa", "Åsa Öberg", "sv")
    begun(asa, service.db, library)
    said = [text(asa.say(words(row))), text(asa.say(f"inspektion hos {words(row)}")), text(asa.say("inspektion"))]

    assert not any("Något gick fel" in each for each in said)
    assert audit.first_bad(service.db) is None


def test_a_note_without_end_is_refused(asa, db, library):
    begun(asa, db, library)
    for _ in range(4):
        asa.say("x" * 1500)

    assert len(outcomes(db)[0][1]) <= inspection_points.LONGEST_NOTE
