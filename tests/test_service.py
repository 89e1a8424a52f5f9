"""One message, one transaction: all of it or nothing, once however often it is delivered."""

import asyncio
import logging
import re
from collections import Counter
from contextlib import contextmanager

import pytest

from bot.intake import Intake
from bot.logs import Lines
from bot.render.plain import plain_text
from bot.service import Service
from bot.terminal import sit_down
from handlers.messages import Message
from storage import audit, follow_ups, inbox, people, talks
from storage.database import open_database

from .conftest import STOCKHOLM, Officer

CANARY = "Kanariefågeln AB"
RECORD = "följ upp licens hos {supplier} senast 15 mars"
TABLES = ("people", "talks", "suppliers", "follow_ups", "reminders", "procurements", "audit")


def rows(db, *tables):
    """Everything in `tables` (all that people's words reach, if none are named)."""
    return {table: db.conn.execute(f"select * from {table} order by 1").fetchall() for table in tables or TABLES}


def counts(db):
    return {table: len(found) for table, found in rows(db, *TABLES, "inbox", "outbox").items()}


def text_of(reply):
    return plain_text(reply, Counter())


def message(officer, id, text):
    return Message(id, officer.seat.place, officer.seat.person.id, text)


def break_records(db):
    """From now on no follow-up item can be written: a real failure in the middle of a handler."""
    db.conn.execute(
        "create trigger broken before insert on follow_ups begin select raise(abort, 'cannot be written'); end"
    )


@contextmanager
def heard_log():
    """The lines that our log would hold."""
    lines = []
    handler = logging.Handler()
    handler.setFormatter(Lines())
    handler.emit = lambda record: lines.append(handler.format(record))
    logger = logging.getLogger("duly")
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)


def test_a_failure_undoes_everything_and_keeps_the_message_for_repair(asa, db):
    asa.say("/start follow-up")
    asa.say("Nordkaffe AB")
    break_records(db)
    before = rows(db)
    reply = asa.say(RECORD.format(supplier=CANARY), id="bad")

    assert rows(db) == before
    assert inbox.find(db, "terminal", "bad").state == "dead"
    assert CANARY in inbox.find(db, "terminal", "bad").body
    assert "Något gick fel hos mig" in text_of(reply)


def test_a_table_that_is_gone_fails_only_what_needs_it(asa, db):
    db.conn.execute("drop table chosen_clauses")
    db.conn.execute("drop table risk_cases")
    for words in ("vi ska köpa kaffe från Brasilien", "vet inte", "ja"):
        asa.say(words)
    failed = asa.say("/case 1")

    assert "Något gick fel hos mig" in text_of(failed)
    assert "Noterat som #1" in text_of(asa.say(RECORD.format(supplier="Nordkaffe AB")))


def test_a_failure_at_the_end_of_a_talk_leaves_the_talk_at_its_last_question(asa, db):
    for words in ("/start follow-up", "Nordkaffe AB", "underlag", "certifikat", "hoppa över", "15 mars", "jag"):
        asa.say(words)
    break_records(db)
    before = rows(db)
    asa.say("hoppa över")
    after = rows(db)
    db.conn.execute("drop trigger broken")
    asa.say("hoppa över")

    assert after == before
    assert [item.subject for item in follow_ups.all_open(db)] == ["underlag"]


def test_a_failure_is_logged_once_without_what_was_typed(asa, db):
    break_records(db)
    with heard_log() as lines:
        asa.say(RECORD.format(supplier=CANARY))

    assert len(lines) == 1
    assert "Kanarie" not in lines[0]
    assert '"trace"' in lines[0]
    assert "apologise" not in lines[0]


def test_a_damaged_talk_is_apologised_for_and_the_next_command_works(asa, db):
    asa.say("/start follow-up")
    db.conn.execute("update talks set answers = '{'")
    apology = asa.say("Nordkaffe AB")
    db.conn.execute("update talks set state = 'cancelled'")

    assert "Något gick fel hos mig" in text_of(apology)
    assert "Det här kan jag" in text_of(asa.say("hjälp"))


TALK = (
    "/start follow-up",
    "Nordkaffe AB",
    "underlag",
    "certifikat",
    "vad är fairtrade?",
    "hoppa över",
    "15 mars",
    "jag",
    "hoppa över",
)


def test_every_message_may_be_delivered_twice(asa, db):
    for number, words in enumerate(TALK):
        first = asa.service.receive(message(asa, f"m{number}", words))
        before = rows(db, *TABLES, "inbox", "outbox")
        again = asa.service.receive(message(asa, f"m{number}", words))

        assert (again.replies, again.keys, again.again) == (first.replies, first.keys, True)
        assert rows(db, *TABLES, "inbox", "outbox") == before


def test_everything_may_be_delivered_again_after_a_restart(library, clock, tmp_path):
    path = str(tmp_path / "duly.db")
    service = Service(open_database(path), library, STOCKHOLM, clock)
    asa = Officer(service, sit_down(service, "Åsa", "sv", "sv"), clock)
    words = (*TALK, RECORD.format(supplier="Havsfisk AB"), "mitt nummer är 19811228-9874", "?")
    first = [service.receive(message(asa, f"m{number}", each)) for number, each in enumerate(words)]
    before = rows(service.db, *TABLES, "inbox", "outbox")
    service.db.conn.close()
    service = Service(open_database(path), library, STOCKHOLM, clock)
    again = [service.receive(message(asa, f"m{number}", each)) for number, each in enumerate(words)]

    assert [answer.replies for answer in again] == [answer.replies for answer in first]
    assert all(answer.again for answer in again)
    assert rows(service.db, *TABLES, "inbox", "outbox") == before
    assert len(follow_ups.all_open(service.db)) == 2
    assert audit.first_bad(service.db) is None


def test_the_same_id_from_another_platform_is_another_message(asa, db):
    from dataclasses import replace

    asa.say("hjälp", id="1")
    elsewhere = replace(asa.seat.place, platform="slack")
    answer = asa.service.receive(Message("1", elsewhere, asa.seat.person.id, "hjälp"))

    assert not answer.again


def test_a_batch_is_one_commit(asa, bo, db):
    batch = [message(asa, "a1", "hjälp"), message(bo, "b1", "help"), message(asa, "a2", "påminnelser")]
    said = []
    db.conn.set_trace_callback(said.append)
    answers = asa.service.receive_all(batch)
    db.conn.set_trace_callback(None)

    assert len(answers) == 3
    assert [each.lower() for each in said if each.lower().startswith(("begin", "commit"))] == [
        "begin immediate",
        "commit",
    ]


def test_one_that_fails_in_a_batch_undoes_only_itself(asa, bo, db):
    asa.say("/start follow-up")
    bo.say("/start follow-up")
    damaged = talks.open_in(db, bo.seat.place.key, bo.seat.person.id)
    db.conn.execute("update talks set answers = '{' where id = ?", (damaged.id,))
    batch = [message(asa, "a1", "Nordkaffe AB"), message(bo, "b1", "Havsfisk AB"), message(asa, "a2", "underlag")]
    answers = asa.service.receive_all(batch)
    talk = talks.open_in(db, asa.seat.place.key, asa.seat.person.id)

    assert talk.answers == {"supplier": "Nordkaffe AB", "subject": "underlag"}
    assert inbox.dead(db) == 1
    assert "Something went wrong" in text_of(answers[1].replies[0])
    assert [inbox.find(db, "terminal", id).state for id in ("a1", "b1", "a2")] == ["done", "dead", "done"]


def test_a_conversation_keeps_its_order_within_a_batch(asa, bo, db):
    mine = [message(asa, f"a{number}", words) for number, words in enumerate(TALK)]
    others = [
        message(bo, f"b{number}", words) for number, words in enumerate(["/start follow-up", "Havsfisk AB", "log"])
    ]
    mixed = [each for pair in zip(mine, others, strict=False) for each in pair] + mine[len(others) :]
    asa.service.receive_all(mixed)
    item = follow_ups.all_open(db)[0]

    assert (item.supplier_name, item.subject, item.kind) == ("Nordkaffe AB", "underlag", "certificate")
    assert talks.open_in(db, bo.seat.place.key, bo.seat.person.id).answers == {
        "supplier": "Havsfisk AB",
        "subject": "log",
    }


WITHHELD = {
    "a personal number": "kontaktperson 19811228-9874 Kanarie",
    "a secret": "min nyckel är xoxb-123456789012-kanarie",
    "a bid": "Kanariefågeln AB har lämnat anbud på 900 000 kr",
    "too long": "Kanarie" + "x" * 20_000,
}


@pytest.mark.parametrize("words", WITHHELD.values(), ids=WITHHELD)
@pytest.mark.parametrize("before", [(), ("/start risk",), ("/start follow-up", "Nordkaffe AB")], ids=len)
def test_what_is_withheld_leaves_no_trace_in_the_file(words, before, library, clock, tmp_path):
    service = Service(open_database(str(tmp_path / "duly.db")), library, STOCKHOLM, clock)
    asa = Officer(service, sit_down(service, "Åsa", "sv", "sv"), clock)
    for each in before:
        asa.say(each)
    with heard_log() as lines:
        reply = asa.say(words)
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    service.db.conn.close()
    held += b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert "sparat" in text_of(reply) or "sparades inte" in text_of(reply)
    assert b"anarie" not in held
    assert not re.search(rb"1228-?9874", held)  # four digits alone may stand in any hash
    assert lines == []


def test_a_withheld_answer_leaves_the_question_waiting(asa, db):
    asa.say("/start follow-up")
    asa.say("19811228-9874")
    asa.say("Nordkaffe AB")

    assert talks.open_in(db, asa.seat.place.key, asa.seat.person.id).answers == {"supplier": "Nordkaffe AB"}


def test_an_old_button_corrects_an_old_answer_and_the_talk_goes_on(asa, db):
    asa.say("/start follow-up")
    asa.say("Nordkaffe AB")
    kinds = asa.say("underlag")
    asa.press(kinds, "Startmöte")
    asa.press(kinds, "Certifikat eller licens")
    for words in ("hoppa över", "15 mars", "jag", "hoppa över"):
        asa.say(words)

    assert [item.kind for item in follow_ups.all_open(db)] == ["certificate"]


def test_an_old_button_after_the_end_changes_the_record_that_the_talk_made(asa, db):
    asa.say("/start follow-up")
    asa.say("Nordkaffe AB")
    kinds = asa.say("underlag")
    asa.press(kinds, "Startmöte")
    for words in ("hoppa över", "15 mars", "jag", "hoppa över"):
        asa.say(words)
    asa.press(kinds, "Certifikat eller licens")

    assert [(item.id, item.kind) for item in follow_ups.all_open(db)] == [(1, "certificate")]


PRESSES = (
    "/set {talk}.kind certificate",
    "/change {talk}.supplier",
    "/back {talk}",
    "/skip {talk}",
    "/explain {talk}",
    "/review {talk}",
    "/resume {talk}",
)


@pytest.mark.parametrize("words", PRESSES)
def test_a_talk_of_somebody_else_is_not_found(words, asa, bo, db):
    asa.say("/start follow-up")
    asa.say("Nordkaffe AB")
    before = rows(db)
    talk = talks.open_in(db, asa.seat.place.key, asa.seat.person.id)
    reply = bo.say(words.format(talk=talk.id))

    assert "no longer exists" in text_of(reply)
    assert "Nordkaffe" not in text_of(reply)
    assert rows(db) == before


BROKEN_PRESSES = (
    "/set", "/set 1", "/set 1.", "/set 1.nothing yes", "/set x.y z", "/set 99999999999999999999.k x", "/set ².kind x",
    "/start", "/start nothing", "/start done", "/start done 9", "/start wording 9", "/start risk 99999999999999999999",
    "/topic nothing", "/clause", "/clause 9 nothing", "/clauses 1", "/clauses 1 coffee basic x", "/choose 9 ilo-basic",
    "/document 9", "/case 9", "/cells 9", "/market nothing", "/follow nothing", "/done 9", "/snooze 9 x", "/show x",
    "/hand-over 9", "/reopen 0", "/language x", "/", "//", "/ /", "/nothing at all", "/change 1.kind", "/review 1",
)  # fmt: skip


@pytest.mark.parametrize("words", BROKEN_PRESSES)
@pytest.mark.parametrize("talking", [False, True], ids=["fresh", "in a talk"])
def test_anything_can_stand_behind_a_slash(words, talking, asa, db):
    if talking:
        asa.say("/start follow-up")
    reply = asa.say(words)

    assert inbox.dead(db) == 0
    assert text_of(reply)


def test_the_language_changes_at_once_and_stays(asa):
    asa.say("/start follow-up")
    changed = asa.say("språk engelska")
    after = asa.say("Nordkaffe AB")
    asa.seat = sit_down(asa.service, "Åsa Öberg", None, "sv")

    assert "I will answer in English" in text_of(changed)
    assert "What is to be followed up?" in text_of(after)
    assert "This is what I do" in text_of(asa.say("help"))


CONVERSATIONS = 64
SAID = (
    "/start follow-up",
    "Leverantör {n} AB",
    "punkt {n}",
    "annat",
    "hoppa över",
    "15 mars",
    "jag",
    "hoppa över",
    "vad är fairtrade?",
    "uppföljning",
)


def officers_on(db, library, clock):
    service = Service(db, library, STOCKHOLM, clock)
    return [Officer(service, sit_down(service, f"Person {n}", "sv", "sv"), clock) for n in range(CONVERSATIONS)]


def all_messages(officers):
    """What everybody says, one message each in turn."""
    for number, words in enumerate(SAID):
        for n, officer in enumerate(officers):
            yield message(officer, f"{n}.{number}", words.format(n=n))


def outcome(db):
    """Who has what on record, whatever numbers it was given."""
    names = {person.id: person.name for person in people.everybody(db)}
    items = db.conn.execute("select responsible, subject, kind, due_on from follow_ups").fetchall()
    states = db.conn.execute("select person, flow, answers, state from talks").fetchall()
    items = sorted((names[by], *rest) for by, *rest in items)
    states = sorted((names[by], flow, answers.replace(by, names[by]), state) for by, flow, answers, state in states)
    return items, states, dict(Counter(db.conn.execute("select state from outbox").fetchall())), inbox.dead(db)


async def together(service, messages):
    intake = Intake(service)
    try:
        return await asyncio.gather(*(intake.receive(each) for each in messages))
    finally:
        intake.close()


def test_many_conversations_at_once_end_as_they_would_one_by_one(library, clock, tmp_path):
    alone = officers_on(open_database(":memory:"), library, clock)
    by_turns = [alone[0].service.receive(each) for each in all_messages(alone)]
    crowd = officers_on(open_database(str(tmp_path / "duly.db")), library, clock)
    at_once = asyncio.run(together(crowd[0].service, list(all_messages(crowd))))

    assert [text_of(a.replies[0]) for a in at_once] == [text_of(a.replies[0]) for a in by_turns]
    assert outcome(crowd[0].service.db) == outcome(alone[0].service.db)
    assert len(follow_ups.all_open(crowd[0].service.db)) == CONVERSATIONS
    assert audit.first_bad(crowd[0].service.db) is None


def test_messages_that_come_one_after_the_other_are_answered_too(asa):
    async def conversation():
        intake = Intake(asa.service)
        said = [await intake.receive(message(asa, f"m{number}", words)) for number, words in enumerate(TALK)]
        intake.close()
        return said

    assert "Nordkaffe AB" in text_of(asyncio.run(conversation())[-1].replies[0])
