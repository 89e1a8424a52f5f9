"""The list of bad input through Slack: typed, pressed and delivered raw. Slack takes every answer, and life goes on."""

import hashlib
import hmac
import time

import pytest

from bot.service import Service
from storage import outbox

from .conftest import STOCKHOLM, Clock
from .nasty import ROWS, words
from .slack_life import SECRET, Life, texts, workspace

MOST = 40_000  # characters of one message; Slack delivers no more


@pytest.fixture
def served(db, library, clock: Clock) -> Service:
    return Service(db, library, STOCKHOLM, clock, presents=())


def states(served: Service) -> set[str]:
    return set(outbox.states(served.db))


def test_typed_it_is_answered_and_nobody_is_pinged(served):
    with workspace() as slack, Life(slack, served) as duly:
        for row in ROWS:
            typed = words(row)[:MOST].encode("utf-8", "replace").decode()  # Slack delivers JSON in UTF-8
            assert duly.say("U1", typed), row["id"]
        (help,) = duly.say("U2", "help")

        assert "risk" in texts(help)
        assert slack.pings == []
        assert states(served) == {"sent"}
        assert served.db.conn.execute("select count(*) from inbox where state <> 'done'").fetchone() == (0,)


def test_pressed_it_changes_nothing(served):
    with workspace() as slack, Life(slack, served) as duly:
        (card,) = duly.say("U1", "risk kaffe från Brasilien")
        label = next(e for b in card["blocks"] if b["type"] == "actions" for e in b["elements"])["text"]["text"]
        for row in ROWS:
            payload = slack.press("U1", slack.dm("U1"), card["ts"], label)
            value = words(row)[:2_000].encode("utf-8", "replace").decode()
            payload["actions"] = [{**payload["actions"][0], "value": value}]
            duly.deliver(payload)
        duly.rest()

        assert slack.pings == []
        assert states(served) == {"sent"}
        assert served.db.conn.execute("select count(*) from follow_ups").fetchone() == (0,)


def test_raw_and_genuinely_signed_it_is_no_error(served):
    with workspace() as slack, Life(slack, served, http=True) as duly:
        seen = set()
        for row in ROWS:
            body = words(row)[:MOST].encode("utf-8", "surrogatepass")
            for content in ("application/json", "application/x-www-form-urlencoded"):
                seen.add(duly.post(*signed(body, content))[0])
                seen.add(duly.post(*signed(b"payload=" + body, content))[0])
        duly.rest()

        assert seen <= {200, 400}
        assert texts(duly.say("U1", "hjälp")[0])


FIELDS = ["user", "channel", "ts", "text", "team_id", "event_id", "files", "thread_ts", "event", "authorizations"]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_another_kind_is_no_error(served, field, http):
    with workspace() as slack, Life(slack, served, http=http) as duly:
        for value in (None, 0, [], {}, "", "|", "x" * 5_000, "../..", True, 1e300, {"id": "U1"}, ["U1"]):
            payload = slack.message("U1", "hjälp")
            inner = payload if field in payload else payload["event"]
            inner[field] = value
            if http:
                assert duly.post(*slack.signed(payload, SECRET))[0] in (200, 400)
            else:
                assert slack.acked(slack.send("events_api", payload), 5) is not None
        duly.rest()
        assert texts(duly.say("U2", "help")[-1])


def signed(body: bytes, content: str) -> tuple[dict[str, str], bytes]:
    now = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": content, "X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={signature}"}
    return headers, body
