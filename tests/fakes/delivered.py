"""What Slack delivers, in the shape in which it does: events, commands, presses, shortcuts, submissions."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]
TEAM, APP, BOT_USER = "T1", "A1", "UDULY"


class Payloads:
    """Makes payloads for one workspace; ids never repeat."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def number(self) -> int:
        return next(self.numbers)

    def event(self, event: Json, external: bool = False) -> Json:
        """An event in its envelope."""
        number = self.number()
        return {
            "token": "verification",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:08d}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": external,
            "event_context": f"4-{number}",
        }

    def trigger(self) -> str:
        """A trigger id, which lives three seconds."""
        return f"{self.number()}.{int(time.time() * 1_000)}.{'0' * 16}"

    def command(self, user: str, text: str, channel: str, channel_name: str, url: str, command: str) -> Json:
        return {
            "token": "verification",
            "team_id": TEAM,
            "team_domain": "kommun",
            "channel_id": channel,
            "channel_name": channel_name,
            "user_id": user,
            "user_name": user.lower(),
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": f"{url}respond/{self.number()}",
            "trigger_id": self.trigger(),
        }

    def interaction(self, kind: str, user: str, **more: Any) -> Json:
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "kommun"},
            "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.trigger(),
            **more,
        }


def pressed(blocks: list[Json], label: str, selected: str | None) -> Json:
    """The action of pressing what reads `label`: a button, an option of a list, or a calendar.

    Raises:
        LookupError: nothing reads so; the message names what there is.
    """
    shown = []
    for block in blocks:
        for element in elements_of(block):
            shown += list(labels_of(element))
            action = _action(element, label, selected)
            if action:
                return {"block_id": block["block_id"], "action_ts": f"{time.time():.6f}", **action}
    raise LookupError(f"{label!r} is not among {shown}")


def elements_of(block: Json) -> list[Json]:
    """What can be pressed in a block."""
    accessory = [block["accessory"]] if "accessory" in block else []
    return (block.get("elements") or []) + accessory if block["type"] == "actions" else accessory


def labels_of(element: Json) -> Iterator[str]:
    """What a button, the options of a list, or a calendar reads."""
    if "options" in element:
        yield from (option["text"]["text"] for option in element["options"])
    else:
        yield (element.get("text") or element.get("placeholder") or {}).get("text", "")


def _action(element: Json, label: str, selected: str | None) -> Json | None:
    named = {"action_id": element["action_id"], "type": element["type"]}
    if element["type"] == "button" and element["text"]["text"] == label:
        return {**named, "text": element["text"], **({"value": element["value"]} if "value" in element else {})}
    if element["type"] == "static_select":
        option = next((o for o in element["options"] if o["text"]["text"] == label), None)
        return {**named, "selected_option": option, "placeholder": element["placeholder"]} if option else None
    if element["type"] == "datepicker" and element["placeholder"]["text"] == label:
        return {**named, "selected_date": selected}
    return None


def filled(element: Json, value: str | None) -> Json:
    """What an input holds when a form is sent."""
    if element["type"] == "static_select":
        option = next((o for o in element["options"] if value in (o["value"], o["text"]["text"])), None)
        return {"type": "static_select", "selected_option": option or element.get("initial_option")}
    if element["type"] == "datepicker":
        return {"type": "datepicker", "selected_date": value}
    return {"type": element["type"], "value": value}


def kind_of(payload: Json) -> str:
    """The kind of the envelope in which Socket Mode brings it."""
    if "command" in payload:
        return "slash_commands"
    return "events_api" if payload.get("type") in ("event_callback", "url_verification") else "interactive"


def signed(payload: Json, secret: str, at: float | None = None) -> tuple[dict[str, str], bytes]:
    """Headers and body of the HTTP request that brings it."""
    kind = kind_of(payload)
    if kind == "events_api":
        content, body = "application/json", json.dumps(payload).encode()
    else:
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        content, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }
    return headers, body
