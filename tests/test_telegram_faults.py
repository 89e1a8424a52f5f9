"""Telegram at its worst: broken connections, busy, blocked, moved, forged and repeated updates. Nothing lost."""

import contextlib
import json
import logging
import random
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import telegram_poll
from bot.logs import log_to
from bot.service import Service
from storage import outbox, people, rooms
from storage.database import open_database
from storage.people import Person
from storage.rooms import Room

from .conftest import MONDAY, STOCKHOLM
from .fakes.bot_api import FakeTelegram
from .living import until
from .telegram_life import ASA, SECRET, Phone, known, telegram

QUESTION = "Får vi kräva Fairtrade?"
AGAIN = "(kan vara en upprepning)"
GROUP = -1001234567890


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for half a minute elsewhere waits for a moment here."""
    monkeypatch.setattr(telegram_poll, "CONFLICT", 0.2)
    monkeypatch.setattr(telegram_poll, "SHORTEST", 0.1)
    monkeypatch.setattr(telegram_poll, "LONGEST", 0.4)


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with telegram() as fake:
        yield fake


@pytest.fixture
def served(db, library) -> Service:
    service = Service(db, library, STOCKHOLM, presents=())
    known(service, ASA, "Åsa Öberg", "sv")
    return service


@pytest.fixture
def duly(fake: FakeTelegram, served: Service, tmp_path: Path) -> Iterator[Phone]:
    with Phone(fake, served, tmp_path / "files") as life:
        yield life


def said(fake: FakeTelegram, chat: int = ASA) -> list[str]:
    return [message.get("plain") or message.get("caption") or "" for message in fake.sent(chat)]


# Letters.


@pytest.mark.parametrize(
    ("fault", "copies", "labelled"),
    [
        ("429:1", 1, 0),
        ("reset-before", 1, 1),
        ("reset-after", 2, 1),
        ("502-after", 2, 1),
        ("500", 1, 1),
        ("bad-json", 1, 1),
    ],
)
def test_a_letter_arrives_and_its_copy_says_that_it_may_be_one(duly, fake, fault, copies, labelled):
    fake.fault("sendMessage", fault)
    duly.say(ASA, QUESTION)
    duly.say(ASA, "hjälp")
    answers = [words for words in said(fake) if "Fairtrade" in words]

    assert len(answers) == copies
    assert sum(AGAIN in words for words in answers) == labelled
    assert AGAIN not in said(fake)[-1]


def test_of_a_letter_of_several_messages_only_the_one_under_way_comes_again(duly, fake):
    fake.fault("sendMessage", "reset-after")
    duly.say(ASA, "snabbkoll kaffe")

    assert sum("photo" in message for message in fake.sent(ASA)) == 1
    assert [AGAIN in message["plain"] for message in fake.sent(ASA) if message.get("text")] == [False, True]


def test_what_telegram_cannot_read_is_sent_as_plain_words(duly, fake):
    fake.fault("sendMessage", "error:400:Bad Request: can't parse entities: no")
    duly.say(ASA, QUESTION)

    assert len(fake.sent(ASA)) == 1
    assert "Fairtrade" in said(fake)[0]


def test_a_topic_that_is_gone_is_answered_outside_it(duly, fake, db):
    with duly.service.kept():
        rooms.allow(db, Room("telegram", "", str(GROUP), "public", ""), "x", MONDAY)
    fake.add_group(GROUP, "Inköp", members=(ASA,), topics=(5,))
    fake.fault("sendMessage", "error:400:Bad Request: message thread not found")
    duly.say(ASA, f"/fraga {QUESTION}", chat=GROUP, thread=5)

    assert len(fake.sent(GROUP)) == 1


def test_a_card_that_is_gone_or_unchanged_is_no_fault(duly, fake):
    for words in ("message to edit not found", "message is not modified: x", "message can't be edited"):
        duly.say(ASA, "risk kaffe från Brasilien")
        fake.fault("editMessageText", f"error:400:Bad Request: {words}")
        duly.press(ASA, "Vet inte")

    assert outbox.states(duly.service.db) == {"sent": 6}


def test_a_press_that_is_too_old_is_answered_all_the_same(duly, fake):
    duly.say(ASA, "risk kaffe från Brasilien")
    fake.fault("answerCallbackQuery", "error:400:Bad Request: query is too old and response timeout expired")
    duly.press(ASA, "Vet inte")

    assert outbox.states(duly.service.db) == {"sent": 2}


def test_whoever_blocked_us_is_told_elsewhere(duly, fake, served, db):
    with served.kept():
        people.add(db, Person("pboss", "Eva Chef", "sv", "admin"), MONDAY)
        people.add_address(db, "pboss", "telegram", "", "8", "telegram||8|", MONDAY)
    fake.block(ASA)
    duly.brought(fake.message(ASA, QUESTION))

    assert outbox.states(db)["failed"] == 1
    assert "kunde inte levereras" in said(fake, 8)[-1]


def test_whoever_blocked_us_is_reached_on_the_other_platform_first(duly, fake, db):
    with duly.service.kept():
        people.add_address(db, f"p{ASA}", "slack", "T1", "U1", "slack|T1|@U1|", MONDAY)
    duly.say(ASA, "hjälp")
    assert people.place_of(db, f"p{ASA}") == f"telegram||{ASA}|"
    duly.brought(fake.blocked_by(ASA))

    assert people.place_of(db, f"p{ASA}") == "slack|T1|@U1|"


def test_a_letter_to_a_group_that_moved_follows_it(duly, fake, db):
    with duly.service.kept():
        rooms.allow(db, Room("telegram", "", "-55", "public", ""), "x", MONDAY)
    fake.add_group(-55, "Inköp", members=(ASA,))
    update = fake.message(ASA, f"/fraga {QUESTION}", chat=-55, queue=False)
    fake.migrate(-55, GROUP, queue=False)
    duly.do(duly.leaf.take([update]))
    duly.rest()

    assert "Fairtrade" in said(fake, GROUP)[-1]
    assert rooms.level_of(db, "telegram", "", str(GROUP)) == "public"


def test_a_wrong_token_stops_the_platform_and_loses_no_letter(duly, fake, served):
    duly.say(ASA, "hjälp")
    fake.fault("sendMessage", "error:401:Unauthorized", 5)
    fake.message(ASA, QUESTION)
    until(lambda: duly.leaf.courier.fault, "the platform to stop")
    row = "select state, attempts from outbox order by id desc limit 1"
    until(lambda: served.db.conn.execute(row).fetchone() == ("pending", 0), "the letter to be given back")

    assert "token" in duly.leaf.wrong()


def test_what_a_group_may_no_longer_read_goes_to_the_person_alone(duly, fake, served, db):
    with duly.service.kept():
        rooms.allow(db, Room("telegram", "", str(GROUP), "internal", ""), "x", MONDAY)
    fake.add_group(GROUP, "Inköp", members=(ASA,), supergroup=True)
    fake.fault("sendMessage", "429:1")
    fake.message(ASA, "/uppfoljning licens hos Nordkaffe AB senast 15 mars", chat=GROUP)
    waits = "select count(*) from outbox where last_error = 'busy'"
    until(lambda: served.db.conn.execute(waits).fetchone() == (1,), "the letter to wait")
    with duly.service.kept():
        rooms.allow(db, Room("telegram", "", str(GROUP), "public", ""), "x", MONDAY)
    duly.rest()

    assert fake.sent(GROUP) == []
    assert "Noterat som #1" in said(fake)[-1]
    assert outbox.states(db) == {"cancelled": 1, "sent": 1}


# Updates.


def test_a_poisoned_update_is_set_aside_and_the_rest_goes_on(duly, fake, db):
    poison = {"update_id": 999_999_999, "message": {"chat": "hemligt", "text": ["hemligt"]}}
    fake.message(ASA, "hjälp")
    duly.do(duly.leaf.take([poison]))
    fake.poison()
    duly.say(ASA, QUESTION)
    rows = db.conn.execute("select state, body from inbox where event_key like 'poison:%'").fetchall()

    assert "Fairtrade" in said(fake)[-1]
    assert rows == [("dead", '["message","update_id"]')]


def test_updates_that_are_repeated_and_out_of_order_have_their_effects_once(fake, served, tmp_path, db):
    at_random = random.Random(4)
    with Phone(fake, served, tmp_path, webhook=True) as duly:
        updates = [fake.message(ASA, f"följ upp punkt {n} hos Bolag AB senast 15 mars") for n in range(12)]
        sequence = [update for update in updates for _ in range(at_random.randrange(1, 6))]
        at_random.shuffle(sequence)
        assert {status for update in sequence for status in fake.push(update)} == {200}
        duly.rest()
        subjects = [row[0] for row in db.conn.execute("select subject from follow_ups order by id")]

        assert sorted(subjects) == sorted(f"punkt {n}" for n in range(12))
        assert len(fake.sent(ASA)) == 12


def test_two_programs_with_one_token_are_noticed(duly, fake):
    fake.wait_for_poll()
    body = json.dumps({"timeout": 1}).encode()
    request = urllib.request.Request(f"{fake.url}{fake.token}/getUpdates", body, {"Content-Type": "application/json"})
    with contextlib.suppress(urllib.error.HTTPError):  # ours may end theirs in turn
        urllib.request.urlopen(request, timeout=10).read()
    until(lambda: duly.leaf.wrong() == telegram_poll.OTHER, "the conflict to be seen")
    until(lambda: duly.leaf.wrong() == "", "it to pass")
    assert duly.say(ASA, QUESTION)


def test_one_program_asks_at_a_time_and_the_next_takes_over(fake, library, tmp_path):
    path = str(tmp_path / "duly.db")
    services = [Service(open_database(path), library, STOCKHOLM, presents=()) for _ in range(2)]
    known(services[0], ASA, "Åsa Öberg", "sv")
    with Phone(fake, services[0], tmp_path) as first:
        until(lambda: first.service.db.conn.execute("select count(*) from leases").fetchone() == (1,), "a lease")
        with first.service.kept():
            first.service.db.conn.execute("update leases set owner = 'another program'")
        until(lambda: first.leaf.wrong() == telegram_poll.OTHER, "the other to be seen")
        with first.service.kept():
            first.service.db.conn.execute("delete from leases")
        until(lambda: first.leaf.wrong() == "", "it to take over")
        assert first.say(ASA, QUESTION)
    assert services[1].db.conn.execute("select count(*) from leases").fetchone() == (0,)


def test_while_the_database_is_locked_nothing_is_confirmed_and_nothing_lost(fake, library, tmp_path):
    path = tmp_path / "duly.db"
    service = Service(open_database(str(path)), library, STOCKHOLM, presents=())
    service.db.conn.execute("pragma busy_timeout = 100")
    known(service, ASA, "Åsa Öberg", "sv")
    with Phone(fake, service, tmp_path) as duly:
        other = open_database(str(path)).conn
        other.execute("begin immediate")
        fake.message(ASA, QUESTION)
        time.sleep(0.8)
        assert len(fake.waiting) == 1
        other.execute("rollback")
        until(lambda: not fake.waiting, "the update to be confirmed")
        duly.rest()

        assert len(fake.sent(ASA)) == 1


def test_telegram_out_of_reach_is_told_and_passes(duly, fake):
    fake.fault("getUpdates", "500", 3)
    until(lambda: duly.leaf.wrong() != "", "the fault to be seen")
    until(lambda: duly.leaf.wrong() == "", "it to pass")
    assert duly.say(ASA, QUESTION)


# The webhook.


def post(duly: Phone, body: bytes, **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{duly.port}/telegram/webhook", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


NAME = "X-Telegram-Bot-Api-Secret-Token"


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "x" * 300, "Bearer " + SECRET, "å"])
def test_without_the_secret_nothing_is_taken(secret, fake, served, tmp_path, db):
    with Phone(fake, served, tmp_path, webhook=True) as duly:
        update = fake.message(ASA, "hemligt", queue=False)
        headers = {} if secret is None else {NAME: secret.encode().decode("latin-1")}

        assert post(duly, json.dumps(update).encode(), **headers) == (403, b"")
        assert db.conn.execute("select count(*) from inbox").fetchone() == (0,)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_update_is_refused_and_no_error(body, fake, served, tmp_path):
    with Phone(fake, served, tmp_path, webhook=True) as duly:
        assert post(duly, body, **{NAME: SECRET})[0] == 400
        assert post(duly, b"x" * 1_100_000, **{NAME: SECRET})[0] == 403


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "x"},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {}},
        {"update_id": 1, "message": {"chat": {"id": "x", "type": "private"}, "text": "x", "message_id": 1}},
        {"update_id": -1, "callback_query": {"id": [], "from": {}, "data": 5}},
        {"update_id": 2**70, "my_chat_member": {"chat": {"id": 1}}},
        {"update_id": 1, "edited_message": {"text": "x"}},
    ],
    ids=str,
)
def test_an_odd_update_is_taken_and_comes_no_more(update, fake, served, tmp_path):
    with Phone(fake, served, tmp_path, webhook=True) as duly:
        assert post(duly, json.dumps(update).encode(), **{NAME: SECRET})[0] == 200
        duly.rest()
        assert duly.say(ASA, QUESTION)


# Nothing leaks.


def test_neither_the_token_nor_what_was_said_is_in_a_log(fake, served, tmp_path, caplog):
    log_to(tmp_path / "duly.log")
    caplog.set_level(logging.DEBUG)
    with Phone(fake, served, tmp_path) as duly:
        duly.say(ASA, "hemligt ärende om kanariefåglar")
        for fault in ("500", "reset-after", "bad-json", "error:400:Bad Request: chat not found"):
            fake.fault("sendMessage", fault)
            duly.say(ASA, "hemligt ärende om kanariefåglar")
        fake.fault("getUpdates", "500")
        duly.say(ASA, "hemligt ärende om kanariefåglar")
    told = (tmp_path / "duly.log").read_text("utf-8") if (tmp_path / "duly.log").exists() else ""
    everything = told + "\n".join(record.getMessage() + str(record.exc_info) for record in caplog.records)

    assert fake.token not in everything
    assert fake.token.partition(":")[2] not in everything
    assert "kanarie" not in everything
