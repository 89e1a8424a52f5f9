"""Undo: for ten minutes all is as it was, once, and only where nobody went on from there."""

from datetime import date, timedelta

import pytest

from bot.render.plain import plain_text
from handlers import items
from handlers.reminders import waits
from storage import audit, contracts, follow_ups, people, reminders, series
from storage.database import write

from .conftest import MONDAY
from .reminding import at, record, reminded

LABELS = {"source": "", "checked": ""}
ACTS = ("klar 1 sett licensen", "skjut upp 1 till 1 februari 2027", "lämna över 1 till Bo")
MINUTE = timedelta(minutes=1)


def said(officer, words):
    return plain_text(officer.say(words), LABELS)


def state(db):
    item = db.conn.execute(
        "select state, note, done_by, done_at, responsible, deputy, due_on from follow_ups"
    ).fetchone()
    planned = (
        "select kind, offset_days, local_date, due_at, recipient from reminders where state = 'planned' order by id"
    )
    return item, db.conn.execute(planned).fetchall()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("by", ["word", "button"])
def test_all_is_as_it_was(act, by, asa, bo, db):
    record(asa, "2027-03-15", deputy="bo")
    before = state(db)
    reply = asa.say(act)
    between = state(db)
    undone = asa.say("ångra") if by == "word" else asa.press(reply, "Ångra")

    assert between != before
    assert state(db) == before
    assert plain_text(undone, LABELS).startswith("Ångrat. #1 licens är som den var")
    assert [line.action for line in audit.of(db, "follow_ups:1")][-1] == "undid"


@pytest.mark.parametrize("act", ACTS)
def test_a_second_undo_does_nothing(act, asa, bo, db):
    record(asa, "2027-03-15")
    asa.say(act)
    asa.say("ångra")
    before = state(db)

    assert said(asa, "ångra").startswith("Det är redan ångrat.")
    assert said(asa, "/undo 1").startswith("Det är redan ångrat.")
    assert state(db) == before


@pytest.mark.parametrize("act", ACTS)
def test_ten_minutes_and_not_a_second_more(act, asa, bo, db, clock):
    record(asa, "2027-03-15")
    asa.say(act)
    between = state(db)
    clock.now += 10 * MINUTE + timedelta(seconds=1)

    assert said(asa, "ångra").startswith("Det går att ångra i 10 minuter.")
    assert state(db) == between
    clock.now -= timedelta(seconds=1)
    assert said(asa, "ångra").startswith("Ångrat.")


def test_what_a_colleague_went_on_with_is_not_undone(asa, bo, db, clock):
    record(asa, "2027-03-15")
    asa.say("lämna över 1 till Bo")
    bo.say("done 1")
    between = state(db)

    assert "klar, Bo" in said(asa, "ångra")
    assert state(db) == between


def test_what_a_colleague_put_off_meanwhile_stays(asa, bo, db):
    record(asa, "2027-03-15", deputy="bo")
    asa.say("skjut upp 1 till 1 februari 2027")
    bo.say("snooze 1 until 15 february 2027")
    asa.say("ångra")
    put_off = "select recipient from reminders where kind = 'snoozed' and state = 'planned'"

    assert db.conn.execute(put_off).fetchall() == [("bo",)]


def test_the_newest_goes_first_and_then_the_one_before(asa, db):
    record(asa, "2027-03-15")
    before = state(db)
    asa.say("skjut upp 1 till 1 februari 2027")
    once = state(db)
    asa.say("skjut upp 1 till 1 mars 2027")

    assert said(asa, "/undo 1").startswith("#1 har ändrats sedan dess")
    assert said(asa, "/undo 2").startswith("Ångrat.")
    assert state(db) == once
    assert said(asa, "/undo 1").startswith("Ångrat.")
    assert state(db) == before


def test_what_was_told_meanwhile_stays_told(asa, db, clock):
    record(asa, "2026-11-30")
    asa.say("skjut upp 1 till 24 november 2026")
    told = reminded(asa, "2026-11-24 09:00")
    clock.now = MONDAY + 5 * MINUTE
    asa.say("ångra")

    assert told == [("snoozed", "asa")]
    assert reminded(asa, "2026-11-24 09:00") == []


@pytest.mark.parametrize(("role", "may"), [("reader", False), ("officer", False), ("lead", True), ("admin", True)])
def test_anothers_act_is_undone_by_who_may(role, may, asa, bo, db):
    record(asa, "2027-03-15")
    asa.say("klar 1")
    people.set_role(db, "bo", role, MONDAY)
    bo.say("/undo 1")

    assert (follow_ups.find(db, 1).state == "open") == may


@pytest.mark.parametrize("words", ["/undo 0", "/undo 99", "/undo 1 2", "/undo x", "/undo 99999999999999999999"])
def test_a_number_of_nothing_undoes_nothing(words, asa, db):
    record(asa, "2027-03-15")
    asa.say("klar 1")
    asa.say(words)

    assert follow_ups.find(db, 1).state == "done"


def test_with_nothing_done_it_says_so(asa):
    assert said(asa, "ångra").startswith("Du har inget att ångra.")


# What hangs on an item.


def days(db, state="open"):
    return db.conn.execute("select id, due_on from follow_ups where state = ? order by id", [state]).fetchall()


def test_what_comes_back_is_not_there_twice_after_an_undo(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    asa.say("klar 1")
    between = days(db)
    asa.say("ångra")
    undone = days(db)
    asa.say("klar 1")

    assert (between, undone) == ([(2, "2027-02-28")], [(1, "2027-01-31")])
    assert days(db) == [(3, "2027-02-28")]
    assert {r.item for r in reminders.planned(db, MONDAY + timedelta(days=365))} == {3}


def test_the_next_one_stays_where_somebody_has_changed_it(asa, bo, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    asa.say("klar 1")
    asa.say("lämna över 2 till Bo")
    asa.say("/undo 1")

    assert days(db) == [(1, "2027-01-31"), (2, "2027-02-28")]
    asa.say("klar 1")
    assert days(db) == [(2, "2027-02-28")]


def test_a_series_that_ended_with_its_contract_goes_on_after_an_undo(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    with write(db):
        db.conn.execute("update series set stopped_at = null")
        contracts.add(db, "A-1", 1, None, (date(2026, 1, 1), date(2027, 2, 1), None), "asa", None, "asa", MONDAY)
        db.conn.execute("update follow_ups set contract = 'A-1'")
    asa.say("klar 1")
    stopped = series.of(db, 1)
    asa.say("ångra")

    assert stopped is None
    assert series.of(db, 1).nth == 0


def test_what_waits_for_it_waits_again(asa, db, library):
    record(asa, "2027-03-15")
    record(asa, "2027-06-15")
    asa.say("påminn om 2 efter 1")
    asa.say("klar 1")
    between = waits(follow_ups.find(db, 2), db, library, MONDAY.date())
    asa.say("ångra")

    assert between is None
    assert waits(follow_ups.find(db, 2), db, library, MONDAY.date()).id == 1


def test_what_its_own_matter_closed_is_not_undone_with_the_item(asa, db):
    record(asa, "2027-03-15")
    with write(db):
        items.settle(1, "åtgärden är verifierad", asa.ctx)
    reply = said(asa, "ångra")

    assert reply.startswith("#1 licens stängdes av det den handlar om")
    assert follow_ups.find(db, 1).state == "done"
    assert not reminders.of_item(db, 1)


def test_a_hand_over_is_undone_while_she_is_away(asa, bo, db):
    record(asa, "2027-03-15")
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    before = state(db)
    asa.say("lämna över 1 till Bo")
    asa.say("ångra")

    assert state(db) == before
    assert reminded(asa, "2027-03-08 09:00") == [("before", "asa")]


@pytest.mark.parametrize("act", ["snooze 1 until 10 march 2027", "hand over 1 to Bo", "done 1"])
def test_whoever_stands_in_does_and_undoes_as_she_would(act, asa, bo, db):
    record(asa, "2027-03-15")
    people.set_role(db, "bo", "officer", MONDAY)
    bo.clock.now = at("2027-03-08 09:05")
    asa.say("borta till 12 mars, Bo tar över")
    before = state(db)
    bo.say(act)
    between = state(db)
    bo.say("undo")

    assert between != before
    assert state(db) == before


def test_what_a_stand_in_puts_off_is_not_told_before(asa, bo, db):
    record(asa, "2027-03-15")
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    reminded(asa, "2027-03-08 09:00")
    bo.say("snooze 1 until 15 march 2027")
    quiet = [reminded(asa, f"2027-03-{day} 09:00") for day in ("09", "10", "11", "12")]

    assert quiet == [[], [], [], []]
    assert ("snoozed", "asa") in reminded(asa, "2027-03-15 09:00")


# Putting off.


def test_past_the_deadline_it_asks_and_stays_before_it_until_confirmed(asa, db):
    record(asa, "2027-03-15")
    reply = asa.say("skjut upp 1 till 1 april 2027")
    capped = [r.local_date.isoformat() for r in reminders.of_item(db, 1) if r.kind == "snoozed"]
    asa.press(reply, "Skjut upp ändå till 1 apr 2027")
    confirmed = [r.local_date.isoformat() for r in reminders.of_item(db, 1)]

    assert "Det är efter sista dagen" in plain_text(reply, LABELS)
    assert capped == ["2027-03-15"]
    assert min(confirmed) == "2027-04-01"
    assert follow_ups.find(db, 1).due_on.isoformat() == "2027-03-15"


def test_how_often_it_was_put_off_is_shown(asa):
    record(asa, "2027-03-15")
    for day in ("1 februari 2027", "2 februari 2027", "3 februari 2027"):
        asa.say(f"skjut upp 1 till {day}")

    assert "Du har skjutit upp den 3 gånger." in said(asa, "visa 1")
