"""A plan is moved when its contract has other days: what follows, what stays, and what is told."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.service import Service
from handlers.dispatch import handle
from handlers.messages import Message, Place
from storage import audit, follow_ups, people, reminders, self_assessments
from storage.database import open_database

from .answered import asked
from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .on_site import says, text
from .planning import LIBRARY, SENTENCE, record


def with_plan(asa, sentence=SENTENCE):
    """A contract whose plan of four was accepted."""
    record(asa, sentence)
    asa.say("/plan 1 all")


def changed(asa, day="1 april 2027", what="starts"):
    """What is said when a day of the contract is changed."""
    asa.say(f"/change 1.{what}")
    return asa.say(day)


def rows(db):
    """Every follow-up item as it is stored."""
    return {item.id: item for item in follow_ups.every(db)}


def days(db):
    return {id: item.due_on.isoformat() for id, item in rows(db).items()}


MARCH = {1: "2027-03-15", 2: "2027-05-31", 3: "2028-03-01", 4: "2028-05-30"}
APRIL = {1: "2027-04-15", 2: "2027-06-30", 3: "2028-04-03", 4: "2028-06-30"}


def test_a_changed_start_asks_and_moves_all_that_stands_in_the_list(asa, db):
    with_plan(asa)
    offer = changed(asa)

    assert "#1 Startmöte: 15 mars 2027 → 15 apr 2027" in text(offer)
    assert days(db) == MARCH
    said = asa.press(offer, "Flytta alla")
    assert "Flyttat: 4" in text(said)
    assert days(db) == APRIL
    assert audit.first_bad(db) is None


def test_reminders_follow_what_was_moved(asa, db):
    with_plan(asa)
    asa.press(changed(asa), "Flytta alla")
    due = {each.local_date.isoformat() for each in reminders.of_item(db, 1) if each.kind == "due"}

    assert due == {"2027-04-15"}


def test_what_the_supplier_was_asked_for_follows_too(asa, db):
    with_plan(asa)
    form = asked(asa, due=date(2027, 5, 31), item=2)
    said = asa.press(changed(asa), "Flytta alla")

    assert self_assessments.find(db, form).due_on == date(2027, 6, 30)
    assert "Leverantören vet det inte" in text(said)


def test_where_others_read_along_only_the_writer_sees_what_was_moved(asa, db):
    with_plan(asa)
    move = next(each for each in says(changed(asa)) if each.startswith("/replan") and not each.endswith("leave"))
    room = Place("slack", "T1", "C1", "", shared=True)
    ctx = replace(asa.ctx, place=room)

    assert handle(Message("x", room, "asa", move), ctx).private
    assert days(db) == APRIL


def test_what_was_left_lies_where_it_was_and_can_still_be_moved(asa, db):
    with_plan(asa)
    offer = changed(asa)

    assert "ligger uppföljningarna kvar" in text(asa.press(offer, "Låt vara"))
    assert days(db) == MARCH
    asa.press(offer, "Flytta alla")
    assert days(db) == APRIL


def test_an_item_with_a_day_of_its_own_stays_and_is_counted(asa, db):
    with_plan(asa)
    asa.say("/start new-day 1")
    asa.say("22 mars 2027")
    offer = changed(asa)
    said = asa.press(offer, "Flytta alla")

    assert "(1): #1" in text(offer)
    assert "(1): #1" in text(said)
    assert days(db) == {**APRIL, 1: "2027-03-22"}


def test_what_is_done_stays(asa, db):
    with_plan(asa)
    asa.say("klar 1 hölls")
    before = rows(db)[1]
    asa.press(changed(asa), "Flytta alla")

    assert rows(db)[1] == before
    assert days(db) == {**APRIL, 1: "2027-03-15"}


def test_an_old_card_moves_nothing_and_says_so(asa, db):
    with_plan(asa)
    old = changed(asa)
    new = changed(asa, "3 maj 2027")

    assert "Listan är gammal" in text(asa.press(old, "Flytta alla"))
    again = asa.press(old, "Låt vara")
    assert "Listan är gammal" in text(again)
    assert days(db) == MARCH
    assert says(again) <= says(new)
    asa.press(again, "Flytta alla")
    assert days(db)[1] == "2027-05-17"


def test_a_year_later_pressed_twice_moves_nothing_twice(asa, bo, db):
    """The first self-assessment comes on the day of the second: it is not taken for it."""
    with_plan(asa, SENTENCE.replace("2029", "2031"))
    offer = changed(asa, "1 mars 2028")
    asa.press(offer, "Flytta alla")
    once = rows(db)

    assert "Listan är gammal" in text(asa.press(offer, "Flytta alla"))
    assert "The list is old" in text(bo.say(next(s for s in says(offer) if s.startswith("/replan"))))
    assert rows(db) == once
    assert days(db)[1] == "2028-03-15"


def test_a_list_that_is_another_by_now_is_shown_again_first(asa, db):
    with_plan(asa)
    asa.say("klar 1 hölls")
    offer = changed(asa)
    asa.say("öppna 1")
    again = asa.press(offer, "Flytta alla")

    assert "Inget är flyttat" in text(again)
    assert days(db) == MARCH
    asa.press(again, "Flytta alla")
    assert days(db) == APRIL


def test_what_would_lie_behind_or_past_the_end_stays_and_is_told(asa, db, clock):
    with_plan(asa)
    clock.now = MONDAY + timedelta(days=90)
    behind = changed(asa, "1 februari 2027")
    gone = changed(asa, "1 april 2028", "ends")

    assert "före i dag och står kvar (1): #1" in text(behind)
    assert "Ryms inte längre i planen och står kvar (1): #4" in text(gone)
    asa.press(gone, "Flytta alla")
    assert {days(db)[id] for id in (1, 4)} == {MARCH[1], MARCH[4]}


def test_a_longer_contract_tells_what_the_plan_would_have_too(asa, db):
    with_plan(asa)
    said = changed(asa, "28 feb 2030", "ends")

    assert "30 maj 2029 Självskattning" in text(said)
    assert "Flytta alla" not in [button.label for row in said.buttons for button in row]
    assert days(db) == MARCH


@pytest.mark.parametrize("what", ["responsible", "deputy"])
@pytest.mark.usefixtures("bo")
def test_a_change_of_no_day_asks_nothing(what, asa):
    with_plan(asa)

    assert "andra dagar" not in text(changed(asa, "Bo", what))


@pytest.mark.usefixtures("bo")
def test_what_was_told_is_told_again_only_while_there_is_something_to_move(asa):
    with_plan(asa)
    changed(asa, "28 feb 2030", "ends")
    told = changed(asa, "Bo", "deputy")
    changed(asa)
    offer = changed(asa, "Bo", "responsible")

    assert "skulle planen också ha" not in text(told)
    assert "1 mars 2028 → 3 apr 2028" in text(offer)


@pytest.mark.parametrize("words", ["/replan", "/replan 9 1 leave", "/replan 1", "/replan 1 1 all", "/replan x 1 leave"])
def test_a_move_of_nothing_is_an_old_button(words, asa, db):
    with_plan(asa)

    assert "Den knappen" in text(asa.say(words)) or words == "/replan"
    assert days(db) == MARCH


def test_a_reader_may_not_move(asa, db):
    with_plan(asa)
    offer = changed(asa)
    people.set_role(db, "asa", "reader", MONDAY)

    assert "handläggare" in text(asa.press(offer, "Flytta alla"))
    assert days(db) == MARCH


ACTS = (
    "klar {}",
    "öppna {}",
    "/start new-day {}|22 mars 2027",
    "/start new-day {}|15 mars 2027",
    "lämna över {} till Bo",
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dates(date(2027, 1, 1), date(2028, 6, 1)),
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 5)), max_size=4),
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 5)), max_size=3),
)
@example(date(2027, 4, 1), [("klar {}", 2)], [("öppna {}", 2)])
def test_pressing_never_changes_an_item_that_was_not_in_the_list(starts, before, after):
    """Whatever happened to the items before the list was shown and until it was pressed."""
    db, clock = open_database(":memory:"), Clock()
    service = Service(db, LIBRARY, STOCKHOLM, clock)
    asa, _ = officer(service, clock, "asa", "Åsa", "sv"), officer(service, clock, "bo", "Bo", "sv")
    with_plan(asa)
    asa.say("följ upp policyn hos Nordkaffe AB, avtal 2025-114, senast 15 mars 2027")
    _do(asa, before)
    offer = changed(asa, starts.isoformat())
    listed = {int(number) for number in re.findall(r"#(\d+) [^\n#]*→", text(offer))}
    _do(asa, after)
    was = rows(db)
    for says_so in [each for each in says(offer) if each.startswith("/replan") and not each.endswith("leave")]:
        asa.say(says_so)
    touched = {id for id, item in rows(db).items() if item != was[id]}

    assert touched <= listed
    assert 5 not in touched


def _do(asa, acts):
    for words, id in acts:
        for each in words.format(id).split("|"):
            asa.say(each)
