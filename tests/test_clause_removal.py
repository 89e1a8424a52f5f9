"""A chosen clause is left out again only when a person confirms it, and nothing that it led to is lost by the way."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.render.plain import plain_text
from handlers import case_file
from handlers.dispatch import handle
from handlers.messages import Message, Place
from handlers.report import report
from knowledge.clause import to_data
from storage import audit, follow_ups, people, procurements
from storage import report as counted

from .conftest import MONDAY
from .on_site import says

LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SENTENCE = "avtal 2025-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029, ansvarig jag"


def buy(db, library, *clauses, title="kaffe", number=None):
    id = procurements.add(db, title, "coffee", "asa", MONDAY, number)
    for each in clauses:
        clause = library.clauses[each]
        procurements.choose_clause(db, id, each, clause.version, "sv", to_data(clause), "asa", MONDAY)
    return id


def signed(asa):
    """A contract from procurement 1, its plan accepted."""
    asa.say(SENTENCE)
    for words in ("hoppa över", "#1", "hoppa över", "hoppa över", "/plan 1 all"):
        asa.say(words)


def text(reply):
    return plain_text(reply, {"source": "", "checked": ""})


def named(reply):
    """The clause and the procurement that it asks whether to part."""
    return text(reply).partition("?")[0].removeprefix("Ska ")


@pytest.mark.parametrize(
    "words",
    [
        "ta bort villkor penalty",
        "ta bort villkoret vite",
        "ta bort kravet på Vite när uppföljning hindras",
        "ta bort villkor vitte när uppföljning hindras",
        "ta bort villkor vite ur upphandling 1",
        "ta bort villkoret om vite från KS 2026/41",
        "stryk villkor vite i #1.",
        "ta bort villkor 1 penalty",
        "remove clause penalty from procurement 1",
        "remove the clause penalty",
    ],
)
def test_a_clause_is_named_in_many_ways_and_asked_about_first(words, asa, db, library):
    id = buy(db, library, "penalty", "audit-right", number="KS 2026/41")
    reply = asa.say(words)

    assert named(reply) == '"Vite när uppföljning hindras" bort ur upphandling #1 kaffe'
    assert set(procurements.clauses(db, id)) == {"penalty", "audit-right"}
    assert says(reply) == {"/drop-clause 1", "/procurement 1"}


def test_from_the_procurement_it_is_reached_by_buttons(asa, db, library):
    id = buy(db, library, "penalty", "audit-right")
    which = asa.press(asa.say(f"upphandling {id}"), "Ta bort villkor")
    sure = asa.press(which, "Vite när uppföljning hindras (#1)")
    done = asa.press(sure, "Ta bort villkoret")

    assert "villkor kvar: 1." in text(done)
    assert set(procurements.clauses(db, id)) == {"audit-right"}


def test_what_was_chosen_stays_in_the_history_and_the_trail(asa, db, library, clock):
    id = buy(db, library, "penalty")
    clock.now = LATER
    asa.press(asa.say("ta bort villkor vite"), "Ta bort villkoret")
    there = procurements.ever_chosen(db, id)

    assert [(each.clause, each.created_at, each.removed_at) for each in there] == [("penalty", MONDAY, LATER)]
    assert there[0].snapshot["title"]["sv"] == "Vite när uppföljning hindras"
    assert audit.details(db, f"procurements:{id}")[-1] == (
        "removed clause",
        {"clause": "penalty", "version": there[0].version, "chosen": MONDAY.isoformat()},
    )
    assert case_file.did("removed clause", asa.ctx) == "tog bort ett villkor"


def test_what_is_left_out_counts_no_more(asa, db, library):
    id = buy(db, library, "penalty", "audit-right")
    asa.say("avvikelse hos Nordkaffe AB: rapporten saknas")
    signed(asa)
    asa.press(asa.say("ta bort villkor vite"), "Ta bort villkoret")

    assert procurements.with_clauses(db) == [id]
    assert [each[1] for each in counted.chosen(db) if each[3] is None] == ["audit-right"]
    assert "Vite" not in text(asa.say("avtal 2025-114"))
    assert "penalty" not in text(asa.say(f"upphandling {id}"))
    assert report(Message("x", asa.ctx.place, "asa", ""), asa.ctx).parts


def test_pressed_twice_it_is_removed_once(asa, bo, db, library):
    id = buy(db, library, "penalty")
    asa.say("/drop-clause 1")
    again = bo.say("/drop-clause 1")

    assert "already removed" in text(again)
    assert [act for act, _ in audit.details(db, f"procurements:{id}")] == ["removed clause"]


def test_what_was_chosen_anew_since_is_not_removed_by_the_old_button(asa, db, library):
    id = buy(db, library, "penalty")
    asa.say(f"/choose {id} penalty")
    reply = asa.say("/drop-clause 1")

    assert "valts på nytt" in text(reply)
    assert set(procurements.clauses(db, id)) == {"penalty"}


def test_its_open_follow_up_is_asked_about_and_left(asa, db, library):
    buy(db, library)
    signed(asa)
    asa.say("/choose 1 ilo-basic")
    asa.say("/follow ilo-basic 1")
    item = follow_ups.of_clause(db, "ilo-basic")[0]
    reply = asa.press(asa.say("ta bort villkor ilo-basic"), "Ta bort villkoret")

    assert "Ska den strykas också?" in text(reply)
    assert f"/show {item.id}" in says(reply)
    assert follow_ups.find(db, item.id).state == "open"
    asa.press(reply, f"Stryk #{item.id}")
    struck = follow_ups.find(db, item.id)
    assert (struck.state, struck.note) == ("closed", "villkoret är borttaget")  # nobody did it, so it is not done


def test_the_certificate_that_the_plan_took_from_it_is_asked_about(asa, db, library):
    by_certificate = next(id for id, each in library.clauses.items() if each.follow_up.method == "certificate")
    subject = library.clauses[by_certificate].follow_up.subject.sv
    buy(db, library, by_certificate)
    signed(asa)
    item = next(each for each in follow_ups.of_contract(db, 1, "2025-114") if each.subject == subject)
    reply = asa.press(asa.say(f"ta bort villkor {by_certificate}"), "Ta bort villkoret")

    assert f"/strike {item.id} villkoret är borttaget" in says(reply)
    assert follow_ups.find(db, item.id).state == "open"


def test_without_anything_to_follow_nothing_is_asked(asa, db, library):
    buy(db, library, "penalty")

    assert "avslutas" not in text(asa.press(asa.say("ta bort villkor vite"), "Ta bort villkoret"))


def test_of_several_the_person_says_which(asa, db, library):
    buy(db, library, "penalty", "audit-right")
    buy(db, library, "penalty", title="te")

    assert says(asa.say("ta bort villkor")) == {"/remove clause 2", "/remove clause 1"}
    assert says(asa.say("ta bort villkor vite")) == {"/remove clause 2 penalty", "/remove clause 1 penalty"}
    assert says(asa.say("ta bort villkor från upphandling 1")) == {
        "/remove clause 1 penalty",
        "/remove clause 1 audit-right",
    }


def test_what_is_not_chosen_is_said_to_be_so(asa, db, library):
    buy(db, library, "penalty")

    assert 'Inget av de valda villkoren heter "levnadslön"' in text(asa.say("ta bort villkor levnadslön"))
    assert says(asa.say("ta bort villkor levnadslön ur upphandling 1")) == {"/remove clause 1 penalty"}


@pytest.mark.parametrize("words", ["ta bort villkor", "/remove clause 9", "remove clause"])
def test_without_any_chosen_nothing_is_removed(words, asa, db):
    assert "/drop-clause" not in str(says(asa.say(words)))
    assert audit.details(db, "procurements:1") == []


@pytest.mark.parametrize("words", ["ta bort villkor efter annonsering?", "får vi ta bort villkor efter annonsering"])
def test_to_ask_about_it_removes_nothing(words, asa, db, library):
    buy(db, library, "penalty")

    assert "/drop-clause 1" not in says(asa.say(words))


@pytest.mark.parametrize("words", ["/drop-clause 9", "/drop-clause x", "/drop-clause 1 2"])
def test_a_button_of_nothing_is_old(words, asa, db, library):
    id = buy(db, library, "penalty")

    assert "Den knappen" in text(asa.say(words))
    assert procurements.clauses(db, id)


@pytest.mark.parametrize("words", ["ta bort villkor vite", "/remove clause 1 penalty", "/drop-clause 1"])
def test_a_reader_removes_nothing_and_a_room_is_told_nothing(words, asa, db, library):
    id = buy(db, library, "penalty")
    reader = replace(asa.ctx, person=replace(asa.ctx.person, role="reader"))
    room = replace(asa.ctx, place=Place("slack", "T1", "C1", "", shared=True))

    assert text(handle(Message("x", reader.place, "asa", words), reader)).startswith("Du är ")
    assert procurements.clauses(db, id)
    assert handle(Message("x", room.place, "asa", words), room).private
    assert people.find(db, "asa")
