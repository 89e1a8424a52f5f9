"""The checklist of an inspection: whose points it has, and one thumb on a phone."""

from datetime import timedelta

import pytest

from storage import (
    audit,
    deviations,
    evidence,
    inspections,
    talks,
)

from .conftest import MONDAY
from .on_site import says, send, text
from .visiting import CLAUSES, JOINT, agreed, begun, outcomes

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
