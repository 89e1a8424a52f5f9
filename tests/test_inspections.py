"""Inspections, alone and joint: what is heard, what finishing one leads to, and the record of the day."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document as open_docx

from bot.documents import docx
from bot.service import Service
from handlers import inspection_points, protocol, results
from handlers import inspections as hers
from handlers.dispatch import handle
from handlers.messages import Message, Place
from storage import (
    audit,
    belongings,
    follow_ups,
    inspections,
    people,
    suppliers,
    talks,
)
from storage.database import open_database
from storage.people import Person

from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .nasty import ROWS, words
from .on_site import says, send, text
from .visiting import JOINT, TODAY, agreed, begun, outcomes

CHANNEL = Place("slack", "T1", "C1", "", shared=True)


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
