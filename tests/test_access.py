"""Who may do what: every command, button and talk by every role, as the table says and in no other way."""

from dataclasses import replace

import pytest

from handlers import access, privacy
from handlers.dispatch import COMMANDS, PRESSED, VERBS, handle
from handlers.flows import FLOWS
from handlers.messages import Message, Place
from storage import audit, follow_ups, people, rooms
from storage.people import ROLES
from storage.rooms import LEVELS, Room

from .conftest import MONDAY

FOLLOW = "följ upp licens hos Nordkaffe AB senast 15 mars"
CHANNEL = Place("slack", "T1", "C1", "", shared=True)
REFUSED = ("Du är ", "Din åtkomst till Duly är avslutad.")


def said(officer, words, role, place=None):
    ctx = replace(officer.ctx, person=replace(officer.ctx.person, role=role), place=place or officer.ctx.place)
    return handle(Message("x", ctx.place, ctx.person.id, words), ctx)


def text(reply):
    return "".join(span.text for part in reply.parts for span in getattr(part, "spans", ()))


def is_refused(reply):
    return text(reply).startswith(REFUSED)


def holds(role, needed):
    return ROLES.index(role) >= ROLES.index("reader" if needed == access.TALK else needed)


def test_every_word_and_every_talk_has_a_row():
    assert {*COMMANDS, *PRESSED, *VERBS} == set(access.NEEDED)
    assert set(FLOWS) == set(access.TALKS)
    assert set(access.OTHERS) <= set(access.NEEDED)


def test_what_has_no_row_needs_an_administrator(asa):
    for role in ROLES:
        ctx = replace(asa.ctx, person=replace(asa.ctx.person, role=role))

        assert access.may("fly", ctx) == (role == "admin")
        assert access.may_talk("fly", ctx) == (role == "admin")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_carried_out_for_who_may(command, role, asa, library):
    word = library.commands[command].words["sv"][0]

    assert is_refused(said(asa, f"/{word}", role)) == (not holds(role, access.NEEDED[command]))


@pytest.mark.parametrize("command", COMMANDS)
def test_in_a_room_a_command_is_for_who_may_and_shown_to_who_may_read(command, asa, db, library):
    word = library.commands[command].words["sv"][0]
    for level in (None, *LEVELS):
        if level:
            rooms.allow(db, Room("slack", "T1", "C1", level, ""), "terminal:bo", MONDAY)
        for role in ROLES:
            reply = said(asa, f"/{word}", role, CHANNEL)
            shown_to_all = LEVELS.index(level or "public") >= LEVELS.index(privacy.NEEDED[command])

            assert is_refused(reply) == (not holds(role, access.NEEDED[command])), (level, role)
            assert reply.private or shown_to_all, (level, role)


def test_nobody_reaches_somebody_elses_talk_by_its_number(asa, bo, db):
    asa.say("risk kaffe från Brasilien")
    before = db.conn.execute("select * from talks order by id").fetchall()
    for number in range(1, 300):
        for words in (f"/set {number}.what x", f"/back {number}", f"/resume {number}", f"/review {number}"):
            assert "Brasilien" not in str(said(bo, words, "admin").parts)

    assert db.conn.execute("select * from talks order by id").fetchall() == before


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("word", PRESSED)
def test_a_button_is_carried_out_for_who_may(word, role, asa):
    assert is_refused(said(asa, f"/{word} 999", role)) == (not holds(role, access.NEEDED[word]))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_talk_is_begun_and_gone_on_with_by_who_may(flow, role, asa, db):
    asa.say(FOLLOW)
    subject = " 1" if flow in ("done", "snooze", "hand-over") else ""

    assert is_refused(said(asa, f"/start {flow}{subject}", role)) == (not holds(role, access.TALKS[flow]))
    said(asa, f"/start {flow}{subject}", "admin")
    before = db.conn.execute("select answers, asked, state from talks order by id").fetchall()
    said(asa, "hoppa över", role)
    said(asa, f"/set {len(before)}.{before[-1][1]} yes", role)
    went_on = db.conn.execute("select answers, asked, state from talks order by id").fetchall() != before

    assert not (went_on and not holds(role, access.TALKS[flow]))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("whose", ["own", "others", "deputy"])
@pytest.mark.parametrize("level", [None, *LEVELS])
def test_an_item_changes_hands_as_the_table_says(role, whose, level, asa, bo, db):
    asa.say(FOLLOW)
    if whose == "deputy":
        db.conn.execute("update follow_ups set deputy = ?", (bo.seat.person.id,))
    if level:
        rooms.allow(db, Room("slack", "T1", "C1", level, ""), "terminal:bo", MONDAY)
    actor = asa if whose == "own" else bo
    reply = said(actor, "lämna över 1 till Bo", role, CHANNEL if level else None)
    needed = access.OTHERS["hand-over"] if whose == "others" else access.NEEDED["hand-over"]
    item = follow_ups.find(db, 1)

    assert (item.responsible == bo.seat.person.id) == holds(role, needed)
    assert level is None or reply.private == (level == "public")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("whose", ["own", "others"])
def test_everything_changes_hands_as_the_table_says(role, whose, asa, bo, db):
    asa.say(FOLLOW)
    giver, actor = asa.seat.person.id, asa if whose == "own" else bo
    said(actor, f"/hand-all {giver} {bo.seat.person.id}", role)
    needed = (access.OTHERS if whose == "others" else access.NEEDED)["hand-all"]

    assert (follow_ups.find(db, 1).responsible == bo.seat.person.id) == holds(role, needed)


def test_the_role_of_now_counts_and_not_the_one_when_a_button_was_shown(asa, db):
    reply = asa.say("risk kaffe från Brasilien")
    people.set_role(db, asa.seat.person.id, "reader", MONDAY)
    label = reply.buttons[0][0].label

    assert is_refused(asa.say("risk kakao")) is True
    assert text(asa.press(reply, label)).startswith("Den knappen")


def test_who_was_removed_is_told_so_whatever_she_says(asa, db):
    people.set_role(db, asa.seat.person.id, "removed", MONDAY)

    for words in ("hjälp", "risk kaffe", "/set 1.what kaffe", "får vi kräva Fairtrade?", "fortsätt", "/forget now"):
        assert text(asa.say(words)) == "Din åtkomst till Duly är avslutad. Behöver du den igen, fråga er administratör."


def test_nothing_that_was_refused_is_in_the_audit_trail(asa, db):
    before = db.conn.execute("select count(*) from audit").fetchone()
    said(asa, "risk kaffe", "reader")

    assert db.conn.execute("select count(*) from audit").fetchone() == before
    assert audit.first_bad(db) is None
