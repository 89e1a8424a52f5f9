"""Questions about own records are answered from them, only where the room may read it, and take no other question."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from handlers import dispatch, meant, on_site, own_records
from handlers.messages import Message, Place
from storage import contracts, deviations, follow_ups, rooms, suppliers
from storage.rooms import Room

QUESTIONS = sorted((Path(__file__).parent / "questions").glob("*.jsonl"))
ASKED = [
    json.loads(line)["text"] for path in QUESTIONS for line in path.read_text("utf-8").splitlines() if line.strip()
]
CHANNEL = Place("slack", "T1", "C1", "", shared=True)
DAYS = (date(2027, 3, 1), date(2029, 2, 28), None)


def recorded(asa, name="Nordkaffe AB"):
    """Åsa's context, with one contract, one item and one deviation at a supplier."""
    db, now, id = asa.ctx.db, asa.ctx.now, asa.ctx.person.id
    supplier = suppliers.add(db, name, now)
    contracts.add(db, "2027-114", supplier, None, DAYS, id, None, id, now)
    follow_ups.add(db, supplier, "start_meeting", "Startmöte", date(2027, 3, 15), id, now, contract="2027-114")
    deviations.add(db, supplier, "saknar ID06", date(2026, 11, 23), id, now, "2027-114")
    return asa.ctx


def asked(words, ctx):
    return own_records.asked(Message("m1", ctx.place, ctx.person.id, words), ctx)


@pytest.mark.parametrize("name", ["Nordkaffe AB", "Städ och Service AB", "Kaffe i Norr AB", "Textil AB", "Avtal AB"])
def test_no_question_about_the_law_or_the_craft_is_taken_for_one_about_a_record(asa, name):
    ctx = recorded(asa, name)

    assert [words for words in ASKED if asked(words, ctx)] == []
    assert [words for words in ASKED if meant.reported(words, ctx)] == []


ABOUT_RECORDS = [
    ("när går avtalet med Nordkaffe ut?", "internal"),
    ("vem är ansvarig för 2027-114?", "internal"),
    ("vem är ansvarig för 2027-999?", "internal"),
    ("vilka avtal går ut i år?", "internal"),
    ("vad är försenat?", "internal"),
    ("hur ligger vi till med Nordkaffe?", "internal"),
    ("har Nordkaffe några avvikelser?", "secret-ok"),
    ("kan vi ta ut vite av Nordkaffe?", "secret-ok"),
    ("startmötet är klart", "internal"),
    ("klar med startmötet", "internal"),
    ("visa avvikelsen", "secret-ok"),
]


@pytest.mark.parametrize(("words", "level"), ABOUT_RECORDS)
def test_what_is_on_record_is_for_her_alone_where_others_read(asa, words, level):
    ctx = replace(recorded(asa), place=CHANNEL)
    said = dispatch.handle(Message("m1", CHANNEL, ctx.person.id, words), ctx)

    assert (said.private, said.level) == (True, level)


def test_a_room_that_may_read_of_follow_up_sees_no_light_and_no_deviation(asa, db):
    ctx = replace(recorded(asa), place=CHANNEL)
    rooms.allow(db, Room("slack", "T1", "C1", "internal", ""), ctx.person.id, ctx.now)
    said = dispatch.handle(Message("m1", CHANNEL, ctx.person.id, "hur ligger vi till med Nordkaffe?"), ctx)
    shown = f"{said.parts} {said.buttons}"

    assert not said.private
    assert "2027-114" in shown
    assert "ID06" not in shown
    assert "Trafikljus" not in shown


def test_no_question_is_taken_for_a_suspicion_of_a_grave_wrong(asa):
    assert [words for words in ASKED if on_site.suspects(words, asa.ctx)] == []
