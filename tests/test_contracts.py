"""Contracts: what a sentence says, what is kept, what is refused; and whether others' follow-up counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import contracts as hers
from handlers.dispatch import handle
from handlers.messages import Message, Place
from handlers.understand import Unsure
from knowledge.rules.calendar import add_months
from knowledge.rules.organisation import organisation_number
from knowledge.rules.reuse import judged
from storage import audit, contracts, follow_ups, procurements, reuses, rooms, suppliers, talks
from storage.rooms import Room

from .conftest import MONDAY
from .on_site import says, text
from .planning import SENTENCE, record

CHANNEL = Place("slack", "T1", "C1", "", shared=True)
NUMBERED = "556036-0793"
TWO_DAYS = {"starts": "2027-03-01", "ends": "2029-02-28"}
NORDKAFFE = {"number": "2025-114", "supplier": "Nordkaffe AB"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2025-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029", NORDKAFFE | TWO_DAYS),
        ("2025-114 awarded to Nordkaffe AB, 1 March 2027 to 28 Feb 2029", NORDKAFFE | TWO_DAYS),
        ("2025-114 är tilldelat Nordkaffe AB, 2027-03-01 - 2029-02-28", NORDKAFFE | TWO_DAYS),
        ("nr 2025-114 tilldelades Nordkaffe AB", NORDKAFFE),
        ("KS 2025/114 tilldelat Nordkaffe AB", {"number": "KS 2025/114", "supplier": "Nordkaffe AB"}),
        ("tilldelat Nordkaffe AB till 28 feb 2029", {"supplier": "Nordkaffe AB", "ends": "2029-02-28"}),
        ("2025-114", {"number": "2025-114"}),
        ("2025-114, 1 mars 2027 t.o.m. 28 feb 2029", {"number": "2025-114", **TWO_DAYS}),
        (
            "2025-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029, uppsägning senast 31 okt 2028",
            {**NORDKAFFE, **TWO_DAYS, "notice": "2028-10-31"},
        ),
        (
            "2025-114 tilldelat Nordkaffe AB (org.nr 5560360793), ansvarig Bo, ersättare jag",
            {**NORDKAFFE, "organisation": NUMBERED, "responsible": "bo", "deputy": "asa"},
        ),
        ("2025-114 tilldelat Nordkaffe AB, ansvarig Olle", {**NORDKAFFE, "responsible": Unsure("Olle")}),
        ("2025-114 med Nordkaffe", {"number": "2025-114", "supplier": "Nordkaffe"}),
        ("med Nordkaffe AB", {"supplier": "Nordkaffe AB"}),
        ("med underleverantörer", {}),
        ("utan revisionsrätt", {}),
    ],
)
def test_a_sentence_gives_what_it_says(words, found, asa, bo):
    assert hers.heard(words, asa.ctx) == found


def test_the_number_of_a_known_supplier_is_known(asa, db):
    suppliers.add(db, "Nordkaffe AB", MONDAY, NUMBERED)

    assert hers.heard("2025-114 tilldelat Nordkaffe AB", asa.ctx) == {**NORDKAFFE, "organisation": NUMBERED}


@pytest.mark.parametrize(
    "words", ["avtal utan revisionsrätt, får vi följa upp ändå?", "avtal och villkor", "contract terms"]
)
def test_words_that_tell_of_no_award_are_a_question(words, asa, db):
    asa.say(words)

    assert talks.open_in(db, asa.seat.place.key, "asa") is None


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (NUMBERED, NUMBERED),
        ("5560360793", NUMBERED),
        ("165560360793", NUMBERED),
        ("556036-0794", None),
        ("811218-9876", None),  # Skatteverket's example of a personal identity number
        ("556036", None),
        ("", None),
    ],
)
def test_an_organisation_number_is_checked(words, number):
    assert organisation_number(words) == number


@given(st.integers(0, 999999), st.integers(0, 9999), st.integers(1, 9), st.integers(0, 9))
def test_one_wrong_digit_is_noticed(first, last, by, at):
    number = organisation_number(f"{first:06}{last:04}")
    if number:
        digits = number.replace("-", "")
        changed = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
        assert organisation_number(changed) is None


# What is kept.


@pytest.mark.parametrize("words", ["2025-114", "avtal 2025-114", "2025-114 tilldelat Nordkafe AB", "nr 2025-114"])
def test_the_number_is_kept_without_what_was_said_around_it(words, asa, db):
    suppliers.add(db, "Nordkaffe AB", MONDAY)
    asa.say("avtal tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029, ansvarig jag")
    asa.say(words)
    for _ in range(4):
        reply = asa.say("hoppa över")

    assert "Unsure" not in text(reply)
    assert contracts.find(db, 1).number == "2025-114"


def test_a_name_that_is_nearly_known_is_asked_about(asa, db):
    suppliers.add(db, "Nordkaffe AB", MONDAY)
    asa.say("/start contract")
    reply = asa.say("2025-114 tilldelat Nordkafe AB")

    assert "Unsure" not in text(reply)
    assert "Vilken leverantör" in text(reply)


def test_a_contract_is_kept_with_all_that_was_said(asa, bo, db):
    record(asa, f"{SENTENCE}, ersättare Bo, uppsägning senast 31 okt 2028", 2)
    found = contracts.find(db, 1)

    assert (found.number, found.supplier_name, found.responsible, found.deputy) == (
        "2025-114",
        "Nordkaffe AB",
        "asa",
        "bo",
    )
    assert [day.isoformat() for _, day in found.days] == ["2027-03-01", "2028-10-31", "2029-02-28"]
    assert audit.first_bad(db) is None


def test_the_organisation_number_is_kept_with_the_supplier(asa, db):
    asa.say(SENTENCE)
    asa.say("5560360793")
    for _ in range(3):
        asa.say("hoppa över")

    assert suppliers.find(db, 1).number == NUMBERED


def test_a_changed_answer_changes_the_contract_and_its_items_keep_to_it(asa, db):
    record(asa)
    asa.say("/plan 1 all")
    asa.say("/set 1.number KS-9")

    assert [each.number for each in contracts.running(db, MONDAY.date())] == ["KS-9"]
    assert {item.contract for item in follow_ups.all_open(db)} == {"KS-9"}


@pytest.mark.parametrize("words", ["avtal 2025-114", "avtal 2025-114 tilldelat Textilhuset AB", "/contract #1"])
def test_a_number_that_is_known_shows_the_contract(words, asa, db):
    record(asa)
    reply = asa.say(words)

    assert "Nordkaffe AB" in text(reply)
    assert "/plan 1 show" in says(reply)
    assert list(suppliers.names(db).values()) == ["Nordkaffe AB"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("/set 1.ends 2027-02-28", "slutar innan"),
        ("/set 1.ends 2027-03-01", "slutar innan"),
        ("/set 1.notice 2029-03-01", "efter avtalets slut"),
        (f"/set 1.number {'x' * 41}", "40 tecken"),
    ],
)
def test_what_does_not_fit_together_is_not_saved(change, said, asa, db):
    record(asa)
    reply = asa.say(change)

    assert said in text(reply)
    assert contracts.find(db, 1).version == 1
    assert any(each.startswith("/change 1.") for each in says(reply))


def test_one_number_is_one_contract(asa, db):
    record(asa)
    record(asa, SENTENCE.replace("2025-114", "2025-115"))
    reply = asa.say("/set 2.number 2025-114")

    assert "finns redan" in text(reply)
    assert contracts.find(db, 2).number == "2025-115"


def test_an_organisation_number_of_another_supplier_is_not_taken_from_it(asa, db):
    suppliers.add(db, "Kaffebolaget AB", MONDAY, NUMBERED)
    record(asa, f"{SENTENCE}, {NUMBERED}", 3)

    assert contracts.find(db, 1) is None
    assert suppliers.numbered(db, NUMBERED).name == "Kaffebolaget AB"


def test_what_happens_next_is_listed_first(asa, db):
    record(asa)
    record(asa, "avtal 17 tilldelat Nordkaffe AB, 1 mars 2026 till 28 feb 2027, ansvarig jag")
    record(asa, "avtal 16 tilldelat Nordkaffe AB, 1 mars 2024 till 28 feb 2026, ansvarig jag")

    assert [each.number for each in contracts.running(db, MONDAY.date())] == ["17", "2025-114"]
    assert "17, Nordkaffe AB: slutar gälla 28 feb 2027" in text(asa.say("avtal"))


def test_procurements_are_not_offered_where_others_read(asa, db):
    procurements.add(db, "hemlig upphandling", None, "asa", MONDAY)
    rooms.allow(db, Room("slack", "T1", "C1", "internal", ""), "terminal:asa", MONDAY)
    ctx = asa.service.context_of(asa.seat.person, CHANNEL)
    handle(Message("1", CHANNEL, "asa", SENTENCE), ctx)
    reply = handle(Message("2", CHANNEL, "asa", "hoppa över"), ctx)

    assert reply.private


# Another authority's follow-up.

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(st.booleans(), st.booleans(), DAYS, DAYS)
def test_it_counts_when_all_three_hold_and_only_then(terms, method, done_on, today):
    judgement = judged(terms, method, done_on, today)

    assert judgement.counts == (terms and method and judgement.age)
    assert judgement.age == (add_months(today, -36) <= done_on <= today)


@given(DAYS, st.integers(0, 5000), st.integers(0, 5000))
def test_what_is_too_old_gets_no_younger(done_on, after, later):
    first = judged(True, True, done_on, done_on + timedelta(days=after))
    second = judged(True, True, done_on, done_on + timedelta(days=after + later))

    assert first.counts or not second.counts


def judge(asa, done_on="15 mars 2025", terms="ja", method="ja"):
    asa.say("återbruk Nordkaffe AB")
    for words in ("Region Skåne", done_on, terms):
        asa.say(words)
    return asa.say(method)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({}, "counts"),
        ({"done_on": "23 november 2023"}, "counts"),
        ({"done_on": "22 november 2023"}, "counts_not"),
        ({"done_on": "24 november 2026"}, "counts_not"),
        ({"terms": "nej"}, "counts_not"),
        ({"method": "nej"}, "counts_not"),
    ],
)
def test_the_decision_is_kept_with_who_made_it(answers, outcome, asa, db):
    reply = judge(asa, **answers)
    found = reuses.find(db, 1)

    assert (found.outcome, found.decided_by, found.authority) == (outcome, "asa", "Region Skåne")
    assert ("får räknas" in text(reply)) == (outcome == "counts")
    assert {source.id for source in reply.sources} == {"husr-ateranvanda", "adda-hallbarhetskollen"}
    assert db.conn.execute("select count(*) from audit where action = 'decided'").fetchone() == (1,)


def test_the_same_answer_again_is_the_same_decision_and_another_a_new_one(asa, db):
    judge(asa)
    asa.say("/set 1.method yes")
    assert len(reuses.latest(db, 9)) == 1
    asa.say("/set 1.method no")

    assert [each.outcome for each in reuses.latest(db, 9)] == ["counts_not", "counts"]


@pytest.mark.parametrize("words", ["har någon redan följt upp Nordkaffe AB?", "återbruk nordkaffe ab"])
def test_what_was_decided_before_is_told_first(words, asa):
    judge(asa)

    assert "Region Skåne" in text(asa.say(words))


def test_the_question_is_understood_in_a_room_too(asa, db):
    ctx = asa.service.context_of(asa.seat.person, CHANNEL)
    reply = handle(Message("1", CHANNEL, "asa", "har någon redan följt upp Nordkaffe AB?"), ctx)

    assert reply.private


def test_reusing_things_is_another_question(asa, db):
    asa.say("återbruk av möbler")
    asa.say("återbruk möbler")

    assert talks.parked(db, "asa") == []
