"""The strict Slack of our tests refuses what Slack refuses, asked by its own client. Else our tests prove little."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from .fakes import slack_rules
from .slack_life import workspace

DIVIDER = {"type": "divider"}


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def section(length: int) -> dict:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def button(**changed: object) -> dict:
    return {"type": "button", "text": plain("x"), "action_id": "a", **changed}


def actions(*elements: dict) -> dict:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "o", value: str = "v") -> dict:
    return {"text": plain(text), "value": value}


def select(options: list[dict]) -> dict:
    return {"type": "static_select", "action_id": "s", "options": options}


def table(rows: int, columns: int, cell: str = "c") -> dict:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": cell}] * columns] * rows}


TAKEN = {
    "a section of 3,000": [section(3_000)],
    "50 blocks": [DIVIDER] * 50,
    "a header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "25 buttons": [actions(*[button(action_id=str(n)) for n in range(25)])],
    "a button at its limits": [actions(button(text=plain("x" * 75), value="x" * 2_000))],
    "100 options": [actions(select([option(value=str(n)) for n in range(100)]))],
    "a table of 100 rows": [table(100, 20)],
}
REFUSED = {
    "51 blocks": [DIVIDER] * 51,
    "a type that is none": [{"type": "nope"}],
    "an empty section": [section(0)],
    "a section of 3,001": [section(3_001)],
    "a header of 151": [{"type": "header", "text": plain("x" * 151)}],
    "a header with mark-up": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "11 in a context": [{"type": "context", "elements": [plain("x")] * 11}],
    "no buttons": [actions()],
    "26 buttons": [actions(*[button(action_id=str(n)) for n in range(26)])],
    "two actions of one name": [actions(button()), actions(button())],
    "two blocks of one name": [{**DIVIDER, "block_id": "b"}] * 2,
    "a label of 76": [actions(button(text=plain("x" * 76)))],
    "a value of 2,001": [actions(button(value="x" * 2_001))],
    "an option of 76": [actions(select([option("x" * 76)]))],
    "an option's value of 76": [actions(select([option(value="x" * 76)]))],
    "101 options": [actions(select([option(value=str(n)) for n in range(101)]))],
    "a picture without alternative text": [{"type": "image", "image_url": "https://x.example/x.png"}],
    "two tables": [table(1, 1)] * 2,
    "101 rows": [table(101, 1)],
    "21 columns": [table(1, 21)],
    "an empty cell": [table(1, 1, "")],
    "a key of our own": [{**DIVIDER, "x": 1}],
    "too much in all": [section(2_700)] * 5,
}


@pytest.fixture(scope="module")
def slack():
    with workspace() as slack:
        slack.ours = False
        slack.add_channel("C8", members=("U1",))
        slack.add_channel("C9", members=("U1", slack.bot_user), is_archived=True)
        yield slack


@pytest.fixture(scope="module")
def client(slack):
    return WebClient(token=slack.bot_token, base_url=slack.url, retry_handlers=[])


def refused(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response["error"]


@pytest.mark.parametrize("what", TAKEN)
def test_it_takes_what_slack_takes(client, what):
    assert client.chat_postMessage(channel="C1", text="x", blocks=TAKEN[what])["ok"]


@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses_what_slack_refuses(client, what):
    error = refused(lambda: client.chat_postMessage(channel="C1", text="x", blocks=REFUSED[what]))

    assert error in ("invalid_blocks", "msg_blocks_too_long")


@pytest.mark.parametrize(
    ("channel", "error"), [("C0", "channel_not_found"), ("C8", "not_in_channel"), ("C9", "is_archived")]
)
def test_it_knows_its_rooms(client, channel, error):
    assert refused(lambda: client.chat_postMessage(channel=channel, text="x")) == error


def test_it_refuses_no_words_a_lost_message_a_stranger_and_a_wrong_token(client, slack):
    assert refused(lambda: client.chat_postMessage(channel="C1", text="", attachments=[])) == "no_text"
    assert refused(lambda: client.chat_update(channel="C1", ts="1.1", text="x")) == "message_not_found"
    assert refused(lambda: client.users_info(user="U0")) == "user_not_found"
    wrong = WebClient(token="xoxb-wrong", base_url=slack.url, retry_handlers=[])
    assert refused(wrong.auth_test) == "invalid_auth"


def test_a_form_opens_once_and_only_soon_after_the_press(client, slack):
    view = {"type": "modal", "title": plain("x"), "blocks": [section(1)]}
    trigger = slack.payloads.trigger()
    client.views_open(trigger_id=trigger, view=view)

    assert refused(lambda: client.views_open(trigger_id=trigger, view=view)) == "exchanged_trigger_id"
    assert refused(lambda: client.views_open(trigger_id="1.1000.0", view=view)) == "expired_trigger_id"
    wrong = {**view, "title": plain("x" * 25)}
    assert refused(lambda: client.views_open(trigger_id=slack.payloads.trigger(), view=wrong)) == "invalid_arguments"


def test_metadata_is_shown_to_who_asks_for_it(client):
    metadata = {"event_type": "t", "event_payload": {"key": "k"}}
    ts = client.chat_postMessage(channel="C1", text="x", metadata=metadata)["ts"]
    asked = {"channel": "C1", "oldest": str(float(ts) - 1)}

    assert "metadata" not in client.conversations_history(**asked)["messages"][0]
    assert client.conversations_history(**asked, include_all_metadata=True)["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    ("text", "blocks", "pings"),
    [
        ("hej <!channel>", [], 1),
        ("hej &lt;!here&gt;", [], 0),
        ("", [{"type": "section", "text": {"type": "mrkdwn", "text": "<@U1> <!here|here>"}}], 2),
        ("", [{"type": "section", "text": plain("<!here>")}], 0),
    ],
)
def test_it_hears_who_would_be_pinged(text, blocks, pings):
    assert len(slack_rules.pinging(text, blocks)) == pings
