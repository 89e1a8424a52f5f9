"""The list of bad input through Telegram: typed, pressed and as raw updates. Telegram takes every answer."""

import json

import pytest

from bot.service import Service
from storage import outbox

from .conftest import STOCKHOLM, Clock
from .nasty import ROWS, words
from .telegram_life import ASA, BO, SECRET, Phone, known, telegram
from .test_telegram_faults import NAME, post

MOST = 4_096  # characters of one message; Telegram delivers no more


@pytest.fixture
def served(db, library, clock: Clock) -> Service:
    service = Service(db, library, STOCKHOLM, clock, presents=())
    known(service, ASA, "Åsa Öberg", "sv")
    known(service, BO, "Bo Ek", "en")
    return service


def as_typed(row) -> str:
    """What Telegram would deliver: JSON in UTF-8, and no message without a character that is seen."""
    return words(row)[:MOST].encode("utf-8", "replace").decode() or " "


def test_typed_it_is_answered_and_every_answer_is_taken(served, tmp_path):
    with telegram() as fake, Phone(fake, served, tmp_path) as duly:
        for row in ROWS:
            fake.message(ASA, as_typed(row))
        help = duly.say(BO, "help")

        assert "risk" in help[-1]["plain"]
        assert fake.warnings == []
        assert set(outbox.states(served.db)) == {"sent"}
        assert served.db.conn.execute("select count(*) from inbox where state <> 'done'").fetchone() == (0,)
        assert len(fake.sent(ASA)) >= len(ROWS)


def test_pressed_it_changes_nothing(served, tmp_path):
    with telegram() as fake, Phone(fake, served, tmp_path) as duly:
        card = duly.say(ASA, "risk kaffe från Brasilien")[-1]
        for row in ROWS:
            fake.press_data(ASA, ASA, card["message_id"], as_typed(row)[:64])
        duly.say(BO, "help")

        assert set(outbox.states(served.db)) == {"sent"}
        assert served.db.conn.execute("select count(*) from follow_ups").fetchone() == (0,)
        assert fake.queries == set()


def test_raw_it_is_no_error(served, tmp_path):
    with telegram() as fake, Phone(fake, served, tmp_path, webhook=True) as duly:
        seen = set()
        for number, row in enumerate(ROWS):
            raw = words(row)[:5_000].encode("utf-8", "surrogatepass")
            chat = {"id": ASA, "type": "private", "first_name": "Åsa"}
            odd = {"message_id": 10_000 + number, "date": 1, "chat": chat, "from": {**chat, "is_bot": False}}
            update = {"update_id": number, "message": {**odd, "text": words(row)[:100], "photo": words(row)[:20]}}
            seen.add(post(duly, raw, **{NAME: SECRET})[0])
            seen.add(post(duly, json.dumps(update).encode(), **{NAME: SECRET})[0])
        duly.rest()

        assert seen <= {200, 400}
        assert duly.say(BO, "help")
