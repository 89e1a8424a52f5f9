"""Requests that claim to come from Slack: only what is signed, fresh and readable gets further, and nothing raises."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard import MOST_AGE, is_genuine, parsed

SECRET, NOW = "8f742231b10e8888abcd99yyyzzz85a5", 1_795_000_000
BODY = b'{"type":"event_callback"}'


def signed(body: bytes = BODY, at: object = NOW, secret: str = SECRET) -> dict[str, str]:
    base = b"v0:" + str(at).encode() + b":" + body
    signature = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(at), "x-slack-signature": f"v0={signature}"}


def test_what_slack_signed_just_now_is_genuine():
    assert is_genuine(signed(), BODY, SECRET, NOW)
    assert is_genuine(signed(at=NOW - MOST_AGE), BODY, SECRET, NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(at=NOW - MOST_AGE - 1),
        signed(at=NOW + MOST_AGE + 1),
        signed(secret="another"),
        signed(body=b"{}"),
        signed(at="abc"),
        signed(at=""),
        signed(at="1e9"),
        signed(at="-1"),
        signed(at="٣"),
        signed(at=f" {NOW}"),
        signed(at="9" * 5_000),
        signed() | {"x-slack-signature": "v0=å"},
        signed() | {"x-slack-signature": "v0="},
        signed() | {"x-slack-signature": signed()["x-slack-signature"].upper()},
        signed() | {"x-slack-signature": signed()["x-slack-signature"][3:]},
    ],
)
def test_anything_else_is_not(headers):
    assert not is_genuine(headers, BODY, SECRET, NOW)


@given(st.text(), st.text(), st.binary())
def test_no_header_and_no_body_raises(stamp, signature, body):
    assert not is_genuine({"x-slack-request-timestamp": stamp, "x-slack-signature": signature}, body, SECRET, NOW)
    parsed("application/json", body)
    parsed("application/x-www-form-urlencoded", body)


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"0", b'"x"', b"{", b"\xff", b"[" * 100_000, b'{"a":' * 3_000, b'{"a":1e999999}', b"NaN"],
)
def test_what_is_no_object_says_nothing(body):
    assert parsed("application/json", body) is None
    assert parsed("application/x-www-form-urlencoded", b"payload=" + body) in (None, {})


def test_an_interaction_is_an_object_in_a_form():
    said = {"type": "block_actions", "user": {"id": "U1"}}

    assert parsed("application/x-www-form-urlencoded", f"payload={json.dumps(said)}".encode()) == said
    assert parsed("application/x-www-form-urlencoded; charset=utf-8", b"command=%2Fduly&text=risk") == {
        "command": "/duly",
        "text": "risk",
    }
