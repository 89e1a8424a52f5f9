"""Duly in Slack as its users meet it: the real leaf on a loop of its own, against a strict Slack on loopback."""

import asyncio
import socket
import tempfile
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn

from bot import web
from bot.config import SlackSettings
from bot.intake import Intake
from bot.limiter import Limiter
from bot.serve import Server
from bot.service import Service
from bot.slack_app import Slack

from .fakes.delivered import labels_of
from .fakes.workspace import FakeSlack
from .living import PATIENCE, Living

OFFICERS = {"U1": ("Åsa Öberg", "sv-SE"), "U2": ("Bo Ek", "en-GB")}
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def workspace() -> FakeSlack:
    """A Slack with two officers and the channel they share."""
    slack = FakeSlack()
    for id, (name, locale) in OFFICERS.items():
        slack.add_user(id, name=name, locale=locale)
    slack.add_channel("C1", name="inkop", members=(*OFFICERS, slack.bot_user))
    return slack


class Life(Living):
    """`with Life(slack, service) as duly:` Socket Mode, or HTTP with `http=True`."""

    platform = "slack"

    def __init__(
        self, slack: FakeSlack, service: Service, http: bool = False, limiter: Limiter | None = None, **settings: Any
    ) -> None:
        super().__init__(service)
        self.files = Path(tempfile.mkdtemp())
        self.slack, self.http = slack, http
        self.limiter = limiter or Limiter(10_000, 10_000)
        token = {"signing_secret": SECRET} if http else {"app_token": slack.app_token}
        self.settings = replace(
            SlackSettings(slack.bot_token, api_url=slack.url, per_second=1_000.0, **token), **settings
        )
        self.port = free_port()

    def is_up(self) -> bool:
        return bool(self.slack.sockets) if not self.http else self.leaf.wrong() == ""

    async def _start(self) -> None:
        self.intake = Intake(self.service)
        self.leaf = Slack(self.service, self.settings, self.intake, "sv", self.limiter, self.files)
        self.server = None
        if self.http:
            app = web.app(dict, self.leaf)
            self.server = Server(
                uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="critical", lifespan="off")
            )
            self.serving = asyncio.create_task(self.server.serve())
            while not self.server.started:
                await asyncio.sleep(0.01)
        await self.leaf.start()

    async def _stop(self) -> None:
        await self.leaf.stop(5)
        self.intake.close()
        if self.server:
            self.server.should_exit = True
            await self.serving

    # What people do.

    def deliver(self, payload: dict[str, Any]) -> Any:
        """Deliver one payload, and see that it is acknowledged; what the acknowledgement says."""
        if self.http:
            status, body = self.post(*self.slack.signed(payload, SECRET))
            assert status == 200, body
            return body
        acked = self.slack.acked(self.slack.send(self.slack.envelope_kind(payload), payload), PATIENCE)
        assert acked is not None, "not acknowledged"
        return acked

    def post(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/slack/events", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def say(self, user: str, text: str) -> list[dict[str, Any]]:
        """A direct message; what is said in return."""
        return self.after(self.slack.dm(user), lambda: self.deliver(self.slack.message(user, text)))

    def upload(self, user: str, *files: tuple[str, bytes], text: str = "") -> list[dict[str, Any]]:
        """Files in a direct message, with words or without; what is said in return."""
        return self.after(self.slack.dm(user), lambda: self.deliver(self.slack.uploaded(user, files, text)))

    def press(self, user: str, label: str, channel: str = "", selected: str | None = None) -> list[dict[str, Any]]:
        """Press the button on the latest message that has it."""
        channel = channel or self.slack.dm(user)
        for message in reversed(self.slack.messages(channel)):
            try:
                payload = self.slack.press(user, channel, message["ts"], label, selected=selected)
            except LookupError:
                continue
            return self.after(channel, lambda: self.deliver(payload))  # noqa: B023
        raise LookupError(f"nobody shows {label!r}: {[texts(m) for m in self.slack.messages(channel)[-2:]]}")

    def after(self, channel: str, act: Any) -> list[dict[str, Any]]:
        """What `channel` shows after `act` that it did not show before: new messages, and changed ones."""
        before = {message["ts"]: str(message) for message in self.slack.messages(channel)}
        act()
        self.rest()
        said = [m for m in self.slack.messages(channel) if before.get(m["ts"]) != str(m)]
        return [m for m in said if m.get("user") == self.slack.bot_user]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def texts(thing: object) -> str:
    """All words in a message, as a person reads them."""
    return " ".join(_words(thing if not isinstance(thing, dict) else thing.get("blocks", thing)))


def _words(thing: object) -> list[str]:
    if isinstance(thing, dict):
        return [w for name, v in thing.items() for w in ([v] if name == "text" and isinstance(v, str) else _words(v))]
    return [word for value in thing for word in _words(value)] if isinstance(thing, list) else []


def labels(message: dict[str, Any]) -> list[str]:
    """What can be pressed or chosen on a message."""
    rows = [block["elements"] for block in message.get("blocks", []) if block["type"] == "actions"]
    return [label for row in rows for element in row for label in labels_of(element)]
