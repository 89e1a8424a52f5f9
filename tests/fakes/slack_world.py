"""The people, channels and messages of one Slack, and the payloads it makes of what they do."""

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import web

from .delivered import BOT_USER, TEAM, Json, Payloads, filled, kind_of, pressed, signed
from .loopback import Loopback


class Workspace(Loopback):
    """One workspace with its people, channels and messages. What they do comes in."""

    team, bot_user, bot_token, app_token = TEAM, BOT_USER, "xoxb-test-1", "xapp-test-1"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.payloads = Payloads()
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Json] = {}
        self.said: dict[str, list[Json]] = defaultdict(list)
        self.ephemerals: list[Json] = []
        self.homes: dict[str, Json] = {}
        self.views: list[Json] = []
        self.triggers: set[str] = set()  # those that were used
        self.files: list[Json] = []
        self.held: dict[str, bytes] = {}  # what people uploaded
        self.lacking: set[str] = set()  # scopes that we were not granted
        self.pings: list[tuple[str, str]] = []
        self.scopes = "chat:write,commands"
        self.silent = False
        self._uploads: dict[str, Json] = {}
        self._websockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, tuple[float, Json]] = {}
        self._sent: dict[str, float] = {}
        self._lock = threading.RLock()
        self._last_ts = 0.0
        self.ahead = 0.0  # seconds that its clock goes before ours

    # What a test sets up.

    def add_user(
        self,
        id: str,
        name: str = "",
        locale: str = "sv-SE",
        tz: str = "Europe/Stockholm",
        team: str = TEAM,
        **marks: bool,
    ) -> None:
        flags = ("is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "deleted")
        profile = {"real_name": name, "display_name": name}
        self.users[id] = {
            "id": id,
            "team_id": team,
            "name": id.lower(),
            "real_name": name,
            "locale": locale,
            "tz": tz,
            "profile": profile,
            **{flag: marks.get(flag, False) for flag in flags},
        }

    def add_channel(self, id: str, name: str = "", members: tuple[str, ...] = (), **marks: bool) -> None:
        flags = ("is_ext_shared", "is_archived", "is_private")
        self.channels[id] = {
            "id": id,
            "name": name,
            "members": list(members),
            **{flag: marks.get(flag, False) for flag in flags},
        }

    def dm(self, user: str) -> str:
        """The channel of the private talk with `user`."""
        id = f"D{user}"
        self.channels.setdefault(id, {"id": id, "is_im": True, "user": user, "members": [user, BOT_USER]})
        return id

    def messages(self, channel: str) -> list[Json]:
        with self._lock:
            return [dict(message) for message in self.said[channel]]

    # What comes in.

    @property
    def sockets(self) -> int:
        return sum(not websocket.closed for websocket in self._websockets)

    def wait_for_socket(self, timeout: float = 5) -> None:
        end = time.monotonic() + timeout
        while not self.sockets:
            assert time.monotonic() < end, "no socket was opened"
            time.sleep(0.005)

    def send(self, kind: str, payload: Json, retry_attempt: int = 0) -> str:
        """Bring a payload through the latest socket; the id of its envelope."""
        id = f"env-{self.payloads.number()}"
        envelope = {
            "envelope_id": id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": retry_attempt,
            "retry_reason": "timeout" if retry_attempt else "",
        }
        self._sent[id] = time.monotonic()
        self._do(self._latest().send_json(envelope))
        return id

    def _latest(self) -> web.WebSocketResponse:
        return next(websocket for websocket in reversed(self._websockets) if not websocket.closed)

    def acked(self, id: str, timeout: float = 3) -> Json | None:
        """What the acknowledgement of an envelope says; None when there was none in time."""
        end = time.monotonic() + timeout
        while id not in self._acks:
            if time.monotonic() > end:
                return None
            time.sleep(0.002)
        return self._acks[id][1]

    def ack_seconds(self, id: str) -> float:
        return self._acks[id][0] - self._sent[id]

    def forget_sockets(self) -> None:
        """Connections of a process that is gone."""
        self._websockets = []

    def drop_sockets(self) -> None:
        """Break every connection without a word."""

        async def drop() -> None:
            for websocket in self._websockets:
                transport = websocket._req.transport if websocket._req else None
                if transport:
                    transport.abort()
            await asyncio.sleep(0.05)

        self._do(drop())
        self._websockets = []

    def refresh(self) -> None:
        """Ask for a new connection, as Slack does every few hours, and use it once it is there."""
        old = self._latest()
        self._do(old.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}))
        end = time.monotonic() + 5
        while self._websockets[-1] is old:
            assert time.monotonic() < end, "no new connection was opened"
            time.sleep(0.005)

    envelope_kind = staticmethod(kind_of)
    signed = staticmethod(signed)

    def message(self, user: str, text: str, channel: str | None = None, **more: Any) -> Json:
        """Somebody writes; in a channel nobody tells us, and only what stands there is of use."""
        where = channel or self.dm(user)
        event = {
            "type": "message",
            "channel": where,
            "channel_type": "im" if where.startswith("D") else "channel",
            "user": user,
            "text": text,
            "ts": more.pop("ts", None) or self._ts(),
            "team": TEAM,
            **{name: value for name, value in more.items() if value},
        }
        with self._lock:
            self.said[where].append({**event, "type": "message"})
        return self.payloads.event(event)

    def uploaded(self, user: str, files: Sequence[tuple[str, bytes]], text: str = "") -> Json:
        """Somebody uploads files in the private talk, with words or without."""
        told = []
        for name, data in files:
            id = f"F{self.payloads.number()}"
            self.held[id] = data
            url = f"http://127.0.0.1:{self.port}/files-pri/{id}/{quote(name, safe='')}"
            told.append({"id": id, "name": name, "mode": "hosted", "size": len(data), "url_private": url})
        return self.message(user, text, subtype="file_share", files=told, upload=True)

    async def _handed_over(self, request: web.Request) -> web.Response:
        """A file, to whoever brings the token; others are sent to a page where they can sign in, as Slack does."""
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}" or "files:read" in self.lacking:
            return web.Response(status=302, headers={"Location": "/sign-in"})
        return web.Response(body=self.held[request.match_info["id"]])

    def mention(self, user: str, text: str, channel: str = "C1", thread_ts: str | None = None) -> Json:
        event = {"type": "app_mention", "channel": channel, "user": user, "text": text, "ts": self._ts(), "team": TEAM}
        if thread_ts:
            event["thread_ts"] = thread_ts
        with self._lock:
            self.said[channel].append({**event, "type": "message"})
        return self.payloads.event(event, self.channels[channel].get("is_ext_shared", False))

    def as_message(self, mention: Json) -> Json:
        """The second event that the same words give rise to."""
        return self.payloads.event({**mention["event"], "type": "message", "channel_type": "channel"})

    def command(self, user: str, text: str, channel: str = "C1", command: str = "/duly") -> Json:
        name = "directmessage" if channel.startswith("D") else self.channels[channel].get("name", "")
        return self.payloads.command(user, text, channel, name, self.url, command)

    def press(self, user: str, channel: str, ts: str, label: str, selected: str | None = None) -> Json:
        message = next(m for m in self.messages(channel) if m["ts"] == ts)
        container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False}
        if thread := message.get("thread_ts"):
            container["thread_ts"] = thread
        return self.payloads.interaction(
            "block_actions",
            user,
            container=container,
            channel={"id": channel, "name": self.channels[channel].get("name", "directmessage")},
            message=message,
            state={"values": {}},
            response_url=f"{self.url}respond/{self.payloads.number()}",
            actions=[pressed(message.get("blocks", []), label, selected)],
        )

    def press_home(self, user: str, label: str, selected: str | None = None) -> Json:
        view = self.homes[user]
        return self.payloads.interaction(
            "block_actions",
            user,
            container={"type": "view", "view_id": view["id"]},
            view=view,
            actions=[pressed(view["blocks"], label, selected)],
        )

    def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Json:
        message = next(m for m in self.messages(channel) if m["ts"] == ts)
        return self.payloads.interaction(
            "message_action",
            user,
            callback_id=callback_id,
            action_ts=self._ts(),
            message_ts=ts,
            message=message,
            channel={"id": channel, "name": self.channels[channel].get("name", "")},
            response_url=f"{self.url}respond/{self.payloads.number()}",
        )

    def global_shortcut(self, user: str, callback_id: str) -> Json:
        return self.payloads.interaction("shortcut", user, callback_id=callback_id, action_ts=self._ts())

    def submit(self, user: str, values: dict[str, str]) -> Json:
        """Send the form that was opened last, filled in by the name of each question."""
        view = self.views[-1]
        inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
        state = {id: {e["action_id"]: filled(e, values.get(id))} for id, e in inputs.items()}
        return self.payloads.interaction("view_submission", user, view={**view, "state": {"values": state}})

    def home_opened(self, user: str, tab: str = "home") -> Json:
        event = {"type": "app_home_opened", "user": user, "channel": self.dm(user), "tab": tab, "event_ts": self._ts()}
        return self.payloads.event(event)

    def user_changed(self, user: str) -> Json:
        return self.payloads.event({"type": "user_change", "user": self.users[user], "event_ts": self._ts()})

    def uninstalled(self) -> Json:
        return self.payloads.event({"type": "app_uninstalled", "event_ts": self._ts()})

    def tokens_revoked(self) -> Json:
        return self.payloads.event({"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}, "event_ts": self._ts()})

    def _ts(self) -> str:
        with self._lock:
            self._last_ts = max(time.time() + self.ahead, self._last_ts + 0.000_01)
            return f"{self._last_ts:.6f}"
