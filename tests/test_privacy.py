"""Where others read along everybody sees knowledge; records only where the room may show them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import privacy, reminders
from handlers.dispatch import COMMANDS, PRESSED, VERBS, handle
from handlers.flows import FLOWS
from handlers.messages import Message, Place, Reply, from_json, to_json
from knowledge.text import para
from storage import actions, deviations, follow_ups, people, rooms, suppliers, talks
from storage.database import write
from storage.rooms import LEVELS, Room

from .conftest import MONDAY

CHANNEL = Place("slack", "T1", "C1", "", shared=True)
OWN = Place("slack", "T1", "D1")
FOLLOW = "följ upp licens hos Nordkaffe AB senast 15 mars"


def said(officer, words, place=CHANNEL):
    """What Duly says to `words` in the channel."""
    ctx = replace(officer.ctx, place=place)
    return handle(Message("x", place, ctx.person.id, words), ctx)


def allow(db, level):
    rooms.allow(db, Room("slack", "T1", "C1", level, ""), "terminal:bo", MONDAY)


def button(reply, beginning):
    """What the first button says that says something beginning so."""
    return next(each.says for row in reply.buttons for each in row if each.says.startswith(beginning))


# The table.


def test_every_word_that_duly_acts_on_has_a_row():
    assert {*COMMANDS, *PRESSED, *VERBS} == set(privacy.NEEDED)


def test_every_talk_has_a_row():
    assert set(FLOWS) == set(privacy.TALKS)


def test_a_row_says_a_level():
    assert {*privacy.NEEDED.values(), *privacy.TALKS.values()} == {*LEVELS, privacy.TALK}


@pytest.mark.parametrize("words", ["/fly 4", "/fly", "/start fly", "/start fly 3"])
def test_what_has_no_row_needs_the_most(words, asa):
    assert privacy.level_needed(Message("x", CHANNEL, "", words), asa.ctx) == "secret-ok"


# What is shown.

SHOWN = {
    "får vi kräva levnadslön?": "public",
    "fråga vad är due diligence": "public",
    "hjälp": "public",
    "hej": "public",
    "märkning GOTS": "public",
    "jämför SMETA och SA8000": "public",
    "policy": "public",
    "/topic living-wage": "public",
    "/clause ilo-basic": "public",
    "uppföljning": "internal",
    "leverantör": "internal",
    "påminnelser": "internal",
    "visa 1": "internal",
    "/start done 1": "internal",
    FOLLOW: "internal",
    "mognad": "internal",
    "upphandling": "secret-ok",
    "portfölj": "secret-ok",
    "portfölj Nordkaffe": "secret-ok",
    "vecka": "secret-ok",
    "vad ska jag göra den här veckan?": "secret-ok",
    "risk kaffe": "secret-ok",
    "vi ska köpa arbetskläder": "secret-ok",
    "krav kaffe": "secret-ok",
    "behov städning": "secret-ok",
    "/clause 1 ilo-basic": "secret-ok",
    "/case 1": "secret-ok",
    "granska Leverantören ska följa ILO:s kärnkonventioner och visa hur det sker": "secret-ok",
}


@pytest.mark.parametrize("allowed", [None, *LEVELS])
@pytest.mark.parametrize(("words", "needed"), SHOWN.items())
def test_a_room_shows_what_its_level_allows_and_no_more(words, needed, allowed, asa, db):
    if allowed:
        allow(db, allowed)

    reply = said(asa, words)

    assert reply.level == needed
    assert reply.private == (LEVELS.index(allowed or "public") < LEVELS.index(needed))


def test_alone_nothing_is_hidden(asa):
    reply = said(asa, "upphandling", OWN)

    assert (reply.private, reply.level) == (False, "")


# Talks.


def test_an_answer_needs_what_its_talk_needs_also_the_last_one(asa, db):
    allow(db, "internal")
    replies = [said(asa, "mognad")]
    while len(replies) < 30 and talks.open_in(db, CHANNEL.key, asa.seat.person.id):
        replies.append(said(asa, button(replies[-1], "/set")))

    assert talks.open_in(db, CHANNEL.key, asa.seat.person.id) is None
    assert {(reply.level, reply.private) for reply in replies} == {("internal", False)}


def test_a_question_in_a_talk_is_answered_with_the_talk_and_hidden_as_it_is(asa):
    said(asa, "vi ska köpa arbetskläder")

    assert said(asa, "får vi kräva levnadslön?").private


def test_a_button_of_a_talk_that_ended_needs_what_the_talk_needs(asa):
    asa.say("vi ska köpa kaffe")
    talk = talks.parked(asa.service.db, asa.seat.person.id)[0]

    assert said(asa, f"/review {talk.id}").private


def test_a_talk_that_may_not_be_shown_goes_on_where_only_she_reads(asa, db):
    people.add_address(db, asa.seat.person.id, "slack", "T1", "U1", OWN.key, MONDAY)

    said(asa, "vi ska köpa arbetskläder")

    assert talks.open_in(db, CHANNEL.key, asa.seat.person.id) is None
    assert talks.open_in(db, OWN.key, asa.seat.person.id).flow == "risk"
    assert not said(asa, "hjälp").private


def test_a_talk_that_may_be_shown_stays(asa, db):
    people.add_address(db, asa.seat.person.id, "slack", "T1", "U1", OWN.key, MONDAY)
    allow(db, "secret-ok")

    said(asa, "vi ska köpa arbetskläder")

    assert talks.open_in(db, CHANNEL.key, asa.seat.person.id).flow == "risk"


# When it is sent.


def test_a_room_that_lost_its_level_is_shown_no_more(db):
    allow(db, "internal")
    assert privacy.may_show(db, CHANNEL, "internal")

    rooms.remove(db, "slack", "T1", "C1", "terminal:bo", MONDAY)

    assert not privacy.may_show(db, CHANNEL, "internal")
    assert privacy.may_show(db, CHANNEL, "public")
    assert privacy.may_show(db, OWN, "secret-ok")


@pytest.mark.parametrize("level", ["", "no such level"])
def test_what_nobody_judged_needs_the_most(level, db):
    assert not privacy.may_show(db, CHANNEL, level)

    allow(db, "secret-ok")

    assert privacy.may_show(db, CHANNEL, level)


def test_what_is_private_for_another_reason_stays_private():
    assert privacy.guarded(Reply((para("x"),), private=True), "public", "secret-ok").private


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_others_see_a_line_that_tells_nothing(lang, library):
    line = privacy.neutral(library, lang)

    assert line.parts[0].spans[0].text.endswith({"sv": "privat till dig.", "en": "to you in private."}[lang])
    assert line.level == "public"


# What a platform needs to know about a reply.


def test_level_and_picker_are_kept_with_the_reply():
    reply = Reply((para("x"),), level="internal", picker="/set 1.due")

    assert from_json(to_json(reply)) == reply
    assert from_json(to_json(Reply((para("x"),)))) == Reply((para("x"),))


def test_a_question_about_a_day_can_be_answered_from_a_calendar(asa):
    asa.say("följ upp licens hos Nordkaffe AB")
    talk = talks.open_in(asa.service.db, asa.seat.place.key, asa.seat.person.id)
    reply = asa.say(f"/change {talk.id}.due")

    assert reply.picker == f"/set {talk.id}.due"
    assert asa.say("nån gång").picker == reply.picker
    assert asa.say("hjälp").picker == reply.picker
    assert asa.say(f"{reply.picker} 2027-03-15").picker == ""


@pytest.mark.parametrize(
    "words",
    ["visa 1", "uppföljning", "påminnelser", "leverantör Nordkaffe", "lämna över 1 till Bo", "påminn om 1: 9", "ångra"],
)
@pytest.mark.parametrize(("level", "private"), [("internal", True), ("secret-ok", False)])
def test_an_item_about_an_action_is_as_secret_as_its_deviation(words, level, private, asa, bo, db):
    allow(db, level)
    due = (asa.clock.now + timedelta(days=20)).date()
    with write(db):
        supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
        id = follow_ups.add(db, supplier, "other", "ID06", due, "asa", MONDAY)
        about = deviations.add(db, supplier, "saknar ID06", due, "asa", MONDAY)
        actions.followed_by(db, actions.add(db, about, "corrective", "ID06", "vd", due, "asa", MONDAY), id)
        reminders.plan(follow_ups.find(db, id), asa.ctx)
    if words == "ångra":
        asa.say("lämna över 1 till Bo")

    assert said(asa, words).private is private
