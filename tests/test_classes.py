"""The class of a deviation can be written in a line, and does just what the button does."""

from dataclasses import replace

import pytest

from bot.render.plain import plain_text
from handlers.dispatch import handle
from handlers.messages import Message
from storage import audit, deviations, talks

from .on_site import says


def text(reply):
    return plain_text(reply, {"source": "", "checked": ""})


def record(asa, kind="mindre"):
    asa.say("avvikelse hos Nordkaffe AB: saknar ID06 på 2 personer")
    asa.say("hoppa över")
    asa.say(kind)


@pytest.mark.parametrize(
    "words",
    [
        "klass avvikelse 1 stor",
        "klass avvikelse #1: stor avvikelse.",
        "klassa avvikelse 1 som allvarlig",
        "klass för avvikelse 1 är stor",
        "avvikelse 1 är stor",
        "Avvikelse #1 blir en stor avvikelse.",
        "avvikelse 1 har klass stor",
        "avvikelse 1: major",
        "class deviation 1 major",
        "deviation 1 is major",
        "deviation 1 is a major deviation",
        "classify deviation 1 as serious",
    ],
)
def test_a_class_that_is_written_is_the_class_that_is_pressed(words, asa, bo, db):
    record(asa)
    record(asa)
    written = asa.say(words)
    asa.say("/start deviation-class 2")
    pressed = asa.say("stor")
    given = [audit.details(db, f"deviations:{id}")[-1] for id in (1, 2)]

    assert [deviations.find(db, id).kind for id in (1, 2)] == ["major", "major"]
    assert given == [("classified", {"class": "major", "before": "minor"})] * 2
    assert text(written).replace("#1", "#2") == text(pressed).replace("#1", "#2")
    assert len(deviations.all_open(db)) == 2


def test_zero_tolerance_that_is_written_stops_and_takes_two(asa, bo, db):
    record(asa)
    said = asa.say("avvikelse 1 är nolltolerans")
    asa.say("stäng avvikelse 1 klart")

    assert "Stanna upp innan ni gör något annat" in text(said)
    assert deviations.find(db, 1).state == "closing"
    bo.say("deviation 1 is minor")
    assert deviations.find(db, 1).two
    asa.say("bekräfta avvikelse 1")
    assert deviations.find(db, 1).state == "closing"


@pytest.mark.parametrize("words", ["klass avvikelse 1", "klass avvikelse 1 stor eller mindre", "klass avvikelse 1 röd"])
def test_what_names_no_class_is_asked_about(words, asa, db):
    record(asa, "avgörs senare")
    asa.say(words)

    assert deviations.find(db, 1).kind is None
    asa.say("observation")
    assert deviations.find(db, 1).kind == "observation"


@pytest.mark.parametrize("words", ["avvikelse 1 är stor?", "är avvikelse 1 stor?", "vad är en stor avvikelse"])
def test_to_ask_gives_no_class(words, asa, db):
    record(asa)
    asa.say(words)

    assert deviations.find(db, 1).kind == "minor"


def test_of_no_deviation_it_asks_which(asa, db):
    assert "avvikelse" in text(asa.say("klass avvikelse 9 stor"))
    asa.say("avvikelse hos Nordkaffe AB: 2 stora sprickor")

    assert deviations.all_open(db) == []


def test_a_closed_one_keeps_its_class(asa, db):
    record(asa)
    asa.say("stäng avvikelse 1 klart")
    said = asa.say("avvikelse 1 är stor")

    assert deviations.find(db, 1).kind == "minor"
    assert says(said) == {"/deviation 1"}


def test_it_is_heard_in_the_middle_of_a_talk(asa, db):
    record(asa)
    asa.say("följ upp")
    asa.say("avvikelse 1 är stor")

    assert deviations.find(db, 1).kind == "major"
    assert [each.flow for each in talks.parked(db, "asa")] == ["follow-up"]


@pytest.mark.parametrize("words", ["klass avvikelse 1 stor", "avvikelse 1 är stor"])
def test_a_reader_gives_no_class(words, asa, db):
    record(asa)
    ctx = replace(asa.ctx, person=replace(asa.ctx.person, role="reader"))

    assert text(handle(Message("x", ctx.place, "asa", words), ctx)).startswith("Du är läsare")
    assert deviations.find(db, 1).kind == "minor"
