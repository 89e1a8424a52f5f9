"""Whoever may be the second pair of eyes is told once that something waits, and nobody else is."""

import pytest

from handlers.messages import from_json
from storage import people

from .conftest import MONDAY, officer
from .on_site import says, text
from .test_deviations import record
from .test_ladder import decide


def told(db, person: str):
    """The letters about a second pair of eyes that somebody was written."""
    sql = "select body from outbox where person = ? and dedupe_key like 'second:%' order by id"
    return [from_json(row[0]) for row in db.conn.execute(sql, (person,))]


@pytest.mark.parametrize("act", ["close", "decide"])
def test_a_lead_is_told_and_can_answer_at_once(act, asa, bo, db):
    record(asa, kind="nolltolerans" if act == "close" else "större")
    asa.say("stäng avvikelse 1 allt är visat") if act == "close" else decide(asa)

    (letter,) = told(db, "bo")
    assert "Åsa" in text(letter)
    assert says(letter) & {"/confirm deviation 1", "/confirm decision 1"}
    assert told(db, "asa") == []


def test_somebody_who_may_only_read_is_not_asked(asa, service, clock, db):
    officer(service, clock, "cilla", "Cilla", "sv")
    people.set_role(db, "cilla", "reader", MONDAY)
    record(asa, kind="nolltolerans")
    asa.say("stäng avvikelse 1 allt är visat")

    assert told(db, "cilla") == []


def test_whoever_answers_for_it_is_asked_before_the_leads(asa, bo, service, clock, db):
    officer(service, clock, "cilla", "Cilla", "sv")
    record(asa, kind="nolltolerans")
    with service.kept():
        db.conn.execute("update deviations set responsible = 'cilla'")
    asa.say("stäng avvikelse 1 allt är visat")

    assert len(told(db, "cilla")) == 1
    assert told(db, "bo") == []
