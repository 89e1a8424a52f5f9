"""Words that begin as something done with an item, but name none, are answered as the question that they are."""

import pytest

from bot.render.plain import plain_text
from storage import follow_ups, talks

from .on_site import says

TO_AN_ITEM = ("done", "strike", "snooze", "move", "hand-over", "reopen", "show", "pause", "stop-repeating")
WITHOUT_ITEM = [
    "avsluta avtalet i förtid?",
    "avsluta avtalet i förtid",
    "pausa avtalet",
    "pausa avtalet?",
    "senare leverans än avtalat",
    "senare leverans än avtalat?",
    "öppna upphandlingar",
    "klart språk i avtal",
    "close the contract early",
    "later delivery than agreed",
    "pause the contract",
    "show me the law",
]
ITEM = [("klar 4", "done"), ("klar #4 sett", "done"), ("skjut upp 4 till fredag", "snooze"), ("pausa 7", "pause")]


def text(reply):
    return plain_text(reply, {"source": "", "checked": ""})


def taken_by(library, words):
    found = library.command_in(words)
    return found[0] if found and library.orders(found, words) and not library.lacks_number(found) else None


@pytest.mark.parametrize("words", WITHOUT_ITEM)
def test_what_names_no_item_is_no_order(words, library):
    assert taken_by(library, words) is None


@pytest.mark.parametrize(("words", "command"), [*ITEM, ("klar", "done"), ("visa", "show"), ("snooze #4", "snooze")])
def test_what_names_one_is(words, command, library):
    assert taken_by(library, words) == command


def test_the_commands_about_an_item_say_so(library):
    assert {id for id, each in library.commands.items() if each.numbered} == set(TO_AN_ITEM)


def test_a_sure_answer_comes_first_and_then_how_to_name_an_item(asa):
    said = text(asa.say("avsluta avtalet i förtid"))

    assert said.startswith("Hävning, uppsägning och att inte förlänga")
    assert 'Då skriv numret: "avsluta 4"' in said


def test_what_may_have_been_about_an_item_asks_which_first(asa, db):
    asa.say("följ upp licens hos Nordkaffe AB senast 15 mars")
    said = asa.say("klar med licensen")

    assert text(said).startswith("Menar du den här punkten?")
    assert "/start done 1" in says(said)  # what she wrote to find it is no note of what came of it
    assert follow_ups.find(db, 1).state == "open"


def test_in_a_talk_it_is_no_order_either(asa):
    asa.say("avvikelse hos Nordkaffe AB: saknar ID06 på 2 personer")
    asa.say("hoppa över")
    said = text(asa.say("pausa avtalet"))

    assert "Vilken punkt?" not in said
    assert "[Nolltolerans]" in said


@pytest.mark.parametrize("words", ["avsluta avtalet i förtid?", "pausa avtalet?", "senare leverans än avtalat?"])
def test_with_a_question_mark_no_item_is_asked_for(words, asa):
    assert "punkt" not in text(asa.say(words)).partition("\n")[0]
    assert "skriv numret" not in text(asa.say(words))


@pytest.mark.parametrize(
    "words",
    [
        "påminn mig om vad lagen säger om vite",
        "påminn om hur vi får använda vite",
        "remind me of what the law says about penalties",
    ],
)
def test_to_be_reminded_of_what_something_means_begins_no_talk(words, asa, db):
    said = text(asa.say(words))

    assert talks.parked(db, "asa") == []
    assert talks.open_in(db, asa.ctx.place.key, "asa") is None
    assert "Vilken leverantör" not in said


@pytest.mark.parametrize(
    ("words", "recorded"),
    [
        ("påminn mig om licensen hos Nordkaffe AB senast 15 mars", 1),
        ("påminn mig om vad Nordkaffe AB lovade hos Nordkaffe AB senast 15 mars", 1),
        ("följ upp hur löner betalas hos Nordkaffe AB senast 15 mars", 1),
    ],
)
def test_what_has_a_supplier_and_a_day_is_still_recorded(words, recorded, asa, db):
    asa.say(words)

    assert len(follow_ups.open_for(db, "asa")) == recorded


def test_follow_up_of_how_something_is_done_still_begins_the_talk(asa, db):
    asa.say("följ upp hur löner betalas")

    assert talks.open_in(db, asa.ctx.place.key, "asa").flow == "follow-up"


@pytest.mark.parametrize("words", ["risk case", "risk picture", "risk analysis"])
def test_the_english_names_of_a_risk_case_begin_it_with_nothing_bought(words, bo, db):
    said = text(bo.say(words))

    assert said.startswith("1 of ")
    assert talks.open_in(db, bo.ctx.place.key, "bo").answers == {}
