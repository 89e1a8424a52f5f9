"""Slack at its worst: broken connections, busy, wrong tokens, forged and repeated requests. Nothing lost or twice."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.limiter import Limiter
from bot.service import Service
from bot.slack_errors import outcome_of
from bot.slack_send import SlackPost
from storage import outbox, rooms
from storage.rooms import Room

from .conftest import STOCKHOLM
from .fakes.workspace import FakeSlack
from .living import until
from .slack_life import SECRET, Life, labels, texts, workspace


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """This Slack's history is never late, so that an unclear attempt can be looked into at once."""
    monkeypatch.setattr(SlackPost, "settles", timedelta(seconds=0.2))


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with workspace() as slack:
        yield slack


@pytest.fixture
def served(db, library) -> Service:
    return Service(db, library, STOCKHOLM, presents=())


def said(slack: FakeSlack, channel: str) -> list[str]:
    return [texts(m) for m in slack.messages(channel) if m["user"] == slack.bot_user]


QUESTION = "Får vi kräva Fairtrade?"


@pytest.mark.parametrize(
    "fault", ["reset-before", "reset-after", "502-after", "500", "bad-json", "429:2", "error:fatal_error"]
)
def test_a_letter_arrives_once_whatever_happened_to_the_call(slack, served, fault):
    with Life(slack, served) as duly:
        slack.fault("chat.postMessage", fault)
        duly.say("U1", QUESTION)
        duly.say("U1", "hjälp")

        assert len(said(slack, slack.dm("U1"))) == 2
        assert "Fairtrade" in said(slack, slack.dm("U1"))[0]


def test_a_file_is_uploaded_once_when_its_call_broke_off(slack, served):
    with Life(slack, served) as duly:
        duly.say("U1", "självskattning")
        slack.fault("files.completeUploadExternal", "reset-after")
        card = slack.messages(slack.dm("U1"))[-1]
        duly.press("U1", next(label for label in labels(card) if "Word" in label))

        assert len(slack.files) == 1
        assert outbox.states(served.db) == {"sent": 2}


def test_a_letter_that_cannot_be_delivered_is_told_to_a_person(slack, served):
    with Life(slack, served) as duly:
        duly.say("U1", "hjälp")
        slack.fault("chat.postMessage", "error:not_in_channel")
        duly.deliver(slack.mention("U1", f"<@UDULY> {QUESTION}"))
        duly.rest()

        assert "kunde inte levereras" in said(slack, slack.dm("U1"))[-1]
        assert outbox.states(served.db)["failed"] == 1


def test_what_a_channel_may_no_longer_read_goes_to_the_person_alone(slack, served):
    rooms.allow(served.db, Room("slack", slack.team, "C1", "internal", ""), "x", served.now())
    with Life(slack, served) as duly:
        duly.say("U1", "hjälp")
        slack.fault("chat.postMessage", "429:1")
        duly.deliver(slack.mention("U1", "<@UDULY> följ upp licens hos Nordkaffe AB senast 15 mars"))
        waits = "select count(*) from outbox where last_error = 'busy'"
        until(lambda: served.db.conn.execute(waits).fetchone() == (1,), "the letter to wait")
        rooms.allow(served.db, Room("slack", slack.team, "C1", "public", ""), "x", served.now())
        duly.rest()

        assert said(slack, "C1") == []
        assert "Noterat som #1" in said(slack, slack.dm("U1"))[-1]


def test_a_flood_is_told_so_and_the_rest_goes_on(slack, served):
    with Life(slack, served, limiter=Limiter(3, 1_000, lambda: 0.0)) as duly:
        for _ in range(6):
            duly.deliver(slack.message("U1", "hjälp"))
        duly.rest()
        duly.say("U2", "help")

        assert len(said(slack, slack.dm("U1"))) == 4
        assert "många meddelanden" in said(slack, slack.dm("U1"))[-1]
        assert len(said(slack, slack.dm("U2"))) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("1", 1), ("30", 30), ("0", 1), ("99999", 3_600), (None, 30), ("-5", 30), ("soon", 30), ("1.5", 30), ("", 30)],
)
def test_how_long_slack_is_busy_is_read_from_whatever_it_says(said, seconds):
    headers = {} if said is None else {"Retry-After": said}
    answer = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="x",
        req_args={},
        data={"error": "ratelimited"},
        headers=headers,
        status_code=429,
    )
    busy = SlackApiError("x", answer)

    assert outcome_of(busy).retry_after == seconds


def test_while_every_room_is_busy_it_asks_once_in_a_while_and_then_says_all(slack, served):
    officers = [f"U{n}" for n in range(10, 16)]
    for id in officers:
        slack.add_user(id, name=id)
    with Life(slack, served) as duly:
        slack.fault("chat.postMessage", "429:1", 2 * len(officers))
        for id in officers:
            duly.deliver(slack.message(id, "hjälp"))
            duly.deliver(slack.message(id, QUESTION))
        duly.rest()

        assert {id: len(said(slack, slack.dm(id))) for id in officers} == dict.fromkeys(officers, 2)
        assert all("Fairtrade" in said(slack, slack.dm(id))[-1] for id in officers)


def test_a_slow_slack_holds_up_no_acknowledgement_and_everything_arrives(slack, served):
    officers = [f"U{n}" for n in range(100, 300)]
    for id in officers:
        slack.add_user(id, name=id)
    with Life(slack, served) as duly:
        slack.fault("chat.postMessage", "slow:0.5", len(officers))
        envelopes = [slack.send("events_api", slack.message(id, "hjälp")) for id in officers]
        assert all(slack.acked(envelope, 15) is not None for envelope in envelopes)
        going = "select count(*) from outbox where state in ('pending', 'sending')"
        assert served.db.conn.execute(going).fetchone()[0] > 0  # acknowledged long before they arrived
        duly.rest()

        assert {len(said(slack, slack.dm(id))) for id in officers} == {1}


@pytest.mark.parametrize("fault", ["500", "error:too_many_websockets", "reset-before"])
def test_a_socket_that_is_refused_ten_times_comes_back_and_nothing_is_heard_twice(slack, served, fault):
    with Life(slack, served, ping_every=0.1) as duly:
        duly.say("U1", "hjälp")
        slack.fault("apps.connections.open", fault, 10)
        slack.drop_sockets()
        until(lambda: slack.sockets, "a new socket")
        payload = slack.message("U1", QUESTION)
        for _ in range(3):
            duly.deliver(payload)
        duly.rest()

        assert len(said(slack, slack.dm("U1"))) == 2


def test_a_wrong_token_stops_the_platform_and_loses_no_letter(slack, served):
    with Life(slack, served) as duly:
        duly.say("U1", "hjälp")
        slack.revoke()
        duly.deliver(slack.message("U1", QUESTION))
        until(duly.leaf.wrong, "the platform to stop")
        row = "select state, attempts from outbox order by id desc limit 1"
        until(lambda: served.db.conn.execute(row).fetchone() == ("pending", 0), "the letter to be given back")

        assert duly.leaf.wrong() == "invalid_auth"


def test_blocks_that_slack_refuses_go_as_plain_words(slack, served):
    with Life(slack, served) as duly:
        slack.fault("chat.postMessage", "error:invalid_blocks")
        duly.say("U1", QUESTION)
        (message,) = [m for m in slack.messages(slack.dm("U1")) if m["user"] == slack.bot_user]

        assert "Fairtrade" in message["text"]


def test_a_dropped_socket_is_opened_again(slack, served):
    with Life(slack, served, ping_every=0.3) as duly:
        duly.say("U1", "hjälp")
        slack.drop_sockets()
        slack.wait_for_socket()
        slack.refresh()
        slack.wait_for_socket()
        duly.say("U1", QUESTION)

        assert len(said(slack, slack.dm("U1"))) == 2


def test_a_silent_socket_is_opened_anew(slack, served):
    with Life(slack, served, silent_after=0.5):
        before = sum(call.method == "apps.connections.open" for call in slack.calls)
        slack.silent = True
        end = time.monotonic() + 10
        while sum(call.method == "apps.connections.open" for call in slack.calls) == before:
            assert time.monotonic() < end
            time.sleep(0.05)
        slack.silent = False


def test_the_same_event_over_and_over_is_answered_once(slack, served):
    with Life(slack, served) as duly:
        payload = slack.message("U1", QUESTION)
        for _ in range(4):
            duly.deliver(payload)
        duly.deliver({**payload, "event_id": "EvOther"})
        duly.rest()

        assert len(said(slack, slack.dm("U1"))) == 1


def test_an_event_that_nobody_listens_to_is_acknowledged(slack, served):
    with Life(slack, served) as duly:
        for event in ({"type": "team_rename", "name": "x"}, {"type": "message", "subtype": "channel_join"}, {}):
            duly.deliver({"type": "event_callback", "team_id": "T1", "event_id": f"Ev{event}", "event": event})
        duly.rest()
        assert said(slack, slack.dm("U1")) == []


def test_a_replayed_request_changes_nothing_and_a_forged_one_gets_nowhere(slack, served):
    with Life(slack, served, http=True) as duly:
        headers, body = slack.signed(slack.message("U1", QUESTION), SECRET)
        assert [duly.post(headers, body)[0] for _ in range(3)] == [200, 200, 200]
        duly.rest()
        assert len(said(slack, slack.dm("U1"))) == 1

        for forged in (
            {},
            {**headers, "X-Slack-Signature": "v0=0"},
            {**headers, "X-Slack-Request-Timestamp": "abc"},
            slack.signed(slack.message("U1", "x"), "another secret")[0],
            slack.signed(slack.message("U1", "x"), SECRET, at=time.time() - 400)[0],
        ):
            assert duly.post(forged, body)[0] == 401
        assert duly.post(headers, b"x" * 1_100_000)[0] in (401, 413)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b'{"type": 1}', b'{"event": []}'])
def test_a_genuine_request_that_makes_no_sense_is_no_error(slack, served, body):
    import hashlib
    import hmac

    with Life(slack, served, http=True) as duly:
        now = str(int(time.time()))
        sign = hmac.new(SECRET.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={sign}",
        }
        assert duly.post(headers, body)[0] in (200, 400)


def test_slack_may_ask_whether_the_address_is_ours(slack, served):
    with Life(slack, served, http=True) as duly:
        status, body = duly.post(*slack.signed({"type": "url_verification", "challenge": "abc", "token": "x"}, SECRET))
        assert status == 200
        assert json.loads(body)["challenge"] == "abc"
