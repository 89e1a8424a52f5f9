"""The manifest that is pasted into Slack: within Slack's limits, and it asks for nothing that is not used."""

import json
import re
from pathlib import Path

import pytest

from bot import slack_manifest
from bot.slack_manifest import EVENTS, SCOPES, manifest

ROOT = Path(__file__).parents[1]
USES = {  # what in our code needs a scope
    "app_mentions:read": "app_mention",
    "channels:history": "conversations_history",
    "channels:read": "conversations.info",
    "chat:write": "chat_postMessage",
    "commands": '"command" in body',
    "files:read": "url_private",
    "files:write": "files_upload_v2",
    "groups:history": "conversations_replies",
    "groups:read": "conversations.info",
    "im:history": '"im"',
    "im:write": "conversations_open",
    "users:read": "users.info",
}


@pytest.fixture(params=["sv", "en"])
def made(request, library):
    return manifest(library, request.param, "")


def test_the_words_are_within_slacks_limits(made):
    shown, features = made["display_information"], made["features"]
    command = features["slash_commands"][0]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4_000
    assert all(len(shortcut["name"]) <= 24 for shortcut in features["shortcuts"])
    assert all(len(shortcut["description"]) <= 150 for shortcut in features["shortcuts"])
    assert len(command["description"]) <= 2_000
    assert re.fullmatch(r"[a-z0-9._-]+", features["bot_user"]["display_name"])
    assert json.loads(json.dumps(made)) == made


def test_every_scope_is_used_and_has_a_reason():
    code = "\n".join(path.read_text("utf-8") for path in ROOT.glob("bot/slack*.py") if path.name != "slack_manifest.py")

    assert SCOPES.keys() == USES.keys()
    assert {scope: use in code for scope, use in USES.items()} == dict.fromkeys(USES, True)
    assert all(SCOPES.values())


def test_every_event_is_listened_to():
    code = "\n".join((ROOT / "bot" / name).read_text("utf-8") for name in ("slack_hear.py", "slack_app.py"))

    assert all(event.partition(".")[0] in code for event in EVENTS)


def test_for_http_every_address_is_ours(library):
    made = manifest(library, "sv", "https://duly.kommun.example/")
    address = "https://duly.kommun.example/slack/events"

    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address
    assert slack_manifest.PATH == "/slack/events"
