"""From what Slack sends to what was said: pure, and the same for Socket Mode and HTTP.

A private talk is kept under the person ("@U1"), not under Slack's name for the channel, so that a press on the Home
tab, a command typed anywhere and a direct message belong to one conversation.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot import slack_files
from bot.card import to_json
from bot.heard import Heard
from handlers.messages import Place

NAME = "slack"
ID = re.compile(r"[A-Z0-9]{1,40}")
LINK = re.compile(r"<([@#!]?)([^<>|]{0,3000})(?:\|([^<>]{0,3000}))?>")
MENTIONED = re.compile(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>[\s,:]*")
SPOKEN = (None, "", "file_share", "thread_broadcast")  # subtypes of messages that a person wrote
SHORTCUTS = {"risk": "/risk"}  # global ones, by callback id
NAMED = ("type", "event", "user", "team", "channel", "view", "message", "container", "command")
NAMED_BY_COMMANDS = ("user_id", "team_id", "channel_id")
MOST_FOLLOWED = 300  # characters of a message that becomes a follow-up item

Body = Mapping[str, Any]


def own_room(account: str) -> str:
    """The room where only this person reads."""
    return f"@{account}"


def heard(body: Body) -> Heard | None:
    """What a person said or pressed; None for everything that asks for no answer."""
    kind = body.get("type")
    if kind == "event_callback":
        return _event(body)
    if "command" in body:
        return _command(body)
    act = INTERACTIONS.get(str(kind))
    return act(body) if act else None


def is_sound(body: Body) -> bool:
    """Whether it has the shape that Bolt relies on; it raises where an object is something else."""
    event, authorizations = body.get("event"), body.get("authorizations")
    inner = event if isinstance(event, dict) else {}
    named = [body.get(name) for name in (*NAMED, *NAMED_BY_COMMANDS)] + [
        inner.get(name) for name in ("user", "channel")
    ]
    listed = authorizations is None or (isinstance(authorizations, list) and _are_objects(authorizations))
    told = isinstance(event, dict) or body.get("type") != "event_callback"
    return listed and told and all(found is None or isinstance(found, (dict, str)) for found in named)


def _are_objects(several: Sequence[object]) -> bool:
    return all(isinstance(one, dict) for one in several)


def words(text: str) -> str:
    """Slack's mark-up as the words a person saw."""
    plain = LINK.sub(lambda found: _shown(*found.groups()), text)
    return _unescaped(plain)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _shown(sign: str, target: str, label: str | None) -> str:
    if sign in ("@", "#"):
        return f"{sign}{label or target}"
    return label or target


def _event(body: Body) -> Heard | None:
    event = body.get("event")
    if not isinstance(event, dict) or event.get("bot_id") or not _is(event.get("user")):
        return None
    if event.get("type") == "app_home_opened":
        return _first_look(event, str(body.get("team_id", "")))
    spoken = event.get("type") == "message" and event.get("channel_type") == "im" and event.get("subtype") in SPOKEN
    if not spoken and event.get("type") != "app_mention":
        return None
    channel, ts, team = str(event.get("channel", "")), str(event.get("ts", "")), str(body.get("team_id", ""))
    if not _is(channel) or not _is(team) or not ts:
        return None
    account, text = event["user"], str(event.get("text") or "")
    keys: tuple[str, ...] = (f"m:{channel}:{ts}", f"e:{body.get('event_id')}")
    if own := event.get("client_msg_id"):
        keys = (*keys, f"o:{own}")
    if _is_private(channel):
        return Heard(keys, account, _private(team, account), words(text), more=slack_files.named(event))
    thread = str(event.get("thread_ts") or ts)
    place = Place(NAME, team, channel, thread, shared=True)
    return Heard(keys, account, place, words(MENTIONED.sub("", text)))


def _first_look(event: Body, team: str) -> Heard | None:
    """She opens the conversation with Duly: it greets her, once for good."""
    if event.get("tab") != "messages" or not _is(team):
        return None
    return Heard((f"hello:{team}:{event['user']}",), event["user"], _private(team, event["user"]), "/hello")


def _command(body: Body) -> Heard | None:
    team, account = str(body.get("team_id", "")), str(body.get("user_id", ""))
    if not _is(team) or not _is(account) or not body.get("trigger_id"):
        return None
    text = words(str(body.get("text") or "")).strip() or "/hello"
    return Heard((f"c:{body['trigger_id']}",), account, _private(team, account), text)


def _pressed(body: Body) -> Heard | None:
    """A press on a button, or a choice in a list or a calendar."""
    actions = body.get("actions") or [{}]
    says, label = _said_by(actions[0])
    team, account = who(body)
    if not says or not team or not account or not body.get("trigger_id"):
        return None
    channel = str((body.get("channel") or {}).get("id", ""))
    message = body.get("message") or {}
    ts = str(message.get("ts") or (body.get("container") or {}).get("message_ts") or "")
    card = to_json(channel, ts, says, label)
    place = _private(team, account)
    if channel and not _is_private(channel):
        place = Place(NAME, team, channel, str(message.get("thread_ts") or ts), shared=True)
    return Heard((f"a:{body['trigger_id']}",), account, place, says, card)


def _said_by(action: Body) -> tuple[str, str]:
    """What a press says, and how it reads."""
    if chosen := action.get("selected_option"):
        return _unescaped(str(chosen.get("value", ""))), str((chosen.get("text") or {}).get("text", ""))
    if (day := action.get("selected_date")) and str(action.get("action_id", "")).startswith("pick:"):
        return f"{str(action['action_id']).removeprefix('pick:')} {day}", str(day)
    return _unescaped(str(action.get("value") or "")), str((action.get("text") or {}).get("text", ""))


def _shortcut(body: Body) -> Heard | None:
    team, account = who(body)
    says = SHORTCUTS.get(str(body.get("callback_id")))
    if not says or not team or not account or not body.get("trigger_id"):
        return None
    return Heard((f"s:{body['trigger_id']}",), account, _private(team, account), says)


def _followed(body: Body) -> Heard | None:
    """A message that shall become a follow-up item."""
    team, account = who(body)
    if not team or not account or not body.get("trigger_id") or body.get("callback_id") != "follow_up":
        return None
    text = " ".join(words(str((body.get("message") or {}).get("text") or "")).split())[:MOST_FOLLOWED]
    return Heard((f"s:{body['trigger_id']}",), account, _private(team, account), f"/record {text}".strip())


def who(body: Body) -> tuple[str, str]:
    """Workspace and account behind an interaction; empty when they are not Slack's."""
    user, team = body.get("user") or {}, body.get("team") or {}
    account, home = str(user.get("id", "")), str(team.get("id") or user.get("team_id") or "")
    return (home, account) if _is(home) and _is(account) else ("", "")


def _private(team: str, account: str) -> Place:
    return Place(NAME, team, own_room(account))


def _is_private(channel: str) -> bool:
    return channel.startswith("D")


def _is(id: object) -> bool:
    """Whether it looks like an id of Slack's; anything else would end up in keys and addresses."""
    return isinstance(id, str) and ID.fullmatch(id) is not None


INTERACTIONS = {"block_actions": _pressed, "shortcut": _shortcut, "message_action": _followed}
