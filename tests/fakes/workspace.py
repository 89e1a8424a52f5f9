"""A strict Slack on loopback: Web API, Socket Mode and files. It refuses what Slack would refuse, and fails on demand.

It runs on a thread of its own; what tests call is synchronous. `python -m tests.fakes.workspace PORT` serves one.
"""

import asyncio
import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import WSMsgType, web

from .delivered import APP, BOT_USER, TEAM, Json, Payloads, filled, kind_of, pressed, signed
from .loopback import Call, Loopback
from .slack_rules import Refused, check_message, check_view, pinging

TRIGGER_LIVES = 3.0  # seconds
SENT: list[tuple[str, Json]] = []  # what any test sent to any Slack, for tests/test_types.py


class FakeSlack(Loopback):
    """One workspace with its people, channels and messages. `faults` are used up in the order they were asked for."""

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

    # Life.

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def _routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", self._called)
        app.router.add_post("/upload/{id}", self._uploaded)
        app.router.add_get("/link", self._linked)
        app.router.add_get("/files-pri/{id}/{name}", self._handed_over)

    async def _stop(self) -> None:
        for websocket in self._websockets:
            await websocket.close()
        await super()._stop()

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

    # The Web API.

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args, token = await _args(request)

        async def answered() -> web.Response:
            with self._lock:
                answer = self._answer(method, args, token)
                if self.ours:
                    SENT.append((method, args))
                self.calls.append(Call(method, token, args, answer, time.monotonic()))
            return web.json_response(answer, headers={"x-oauth-scopes": self.scopes})

        return await self._with_faults(method, request, answered, _refusal)

    def _answer(self, method: str, args: Json, token: str) -> Json:
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        if self.revoked or token != wanted:
            return {"ok": False, "error": "invalid_auth" if token else "not_authed"}
        if method not in METHODS:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True, **METHODS[method](self, args)}
        except Refused as refused:
            return refused.answer()

    def _auth(self, _: Json) -> Json:
        return {"team_id": TEAM, "team": "Kommun", "user_id": BOT_USER, "user": "duly", "bot_id": "B1", "url": self.url}

    def _connection(self, _: Json) -> Json:
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={self.payloads.number()}&app_id={APP}"}

    def _channel(self, args: Json) -> Json:
        channel = self.channels.get(str(args.get("channel")))
        if channel is None:
            raise Refused("channel_not_found")
        return channel

    def _checked(self, args: Json, channel: Json) -> Json:
        """The message that `args` ask for, when Slack would take it."""
        text, blocks = str(args.get("text") or ""), args.get("blocks") or []
        if channel.get("is_archived"):
            raise Refused("is_archived")
        if BOT_USER not in channel["members"]:
            raise Refused("not_in_channel")
        if not text and not blocks:
            raise Refused("no_text")
        check_message(text, blocks)
        if blocks and not text:
            self.warnings.append("blocks without text")
        self.pings += [(channel["id"], ping) for ping in pinging(text, blocks)]
        return {"text": text, "blocks": self._named(blocks)}

    def _named(self, blocks: list[Json]) -> list[Json]:
        """Slack names the blocks that have no name."""
        return [{"block_id": f"b{self.payloads.number()}", **block} for block in blocks]

    def _post(self, args: Json) -> Json:
        channel = self._channel(args)
        for name in ("unfurl_links", "unfurl_media"):
            if args.get(name) is not False:
                self.warnings.append(f"{name} is {args.get(name)!r}")
        message = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": "B1",
            "ts": self._ts(),
            **self._checked(args, channel),
        }
        message |= {name: args[name] for name in ("thread_ts", "metadata") if args.get(name)}
        if "thread_ts" in message and not any(m["ts"] == message["thread_ts"] for m in self.said[channel["id"]]):
            raise Refused("thread_not_found")
        self.said[channel["id"]].append(message)
        return {"channel": channel["id"], "ts": message["ts"], "message": message}

    def _update(self, args: Json) -> Json:
        channel = self._channel(args)
        message = next((m for m in self.said[channel["id"]] if m["ts"] == args.get("ts")), None)
        if message is None:
            raise Refused("message_not_found")
        if message["user"] != BOT_USER:
            raise Refused("cant_update_message")
        message |= {**self._checked(args, channel), "edited": True}
        return {"channel": channel["id"], "ts": message["ts"], "text": message["text"]}

    def _open(self, args: Json) -> Json:
        if args.get("users") not in self.users:
            raise Refused("user_not_found")
        return {"channel": {"id": self.dm(str(args["users"]))}}

    def _info(self, args: Json) -> Json:
        return {"channel": {k: v for k, v in self._channel(args).items() if k != "members"}}

    def _history(self, args: Json) -> Json:
        """What was posted since `oldest`; the key in the metadata only for who asks for it."""
        channel, oldest = self._channel(args), float(args.get("oldest") or 0)
        if BOT_USER not in channel["members"]:
            raise Refused("not_in_channel")
        found = [m for m in self.said[channel["id"]] if float(m["ts"]) > oldest]
        if args.get("ts"):
            found = [m for m in found if args["ts"] in (m["ts"], m.get("thread_ts"))]
        else:
            found = [m for m in found if m.get("thread_ts") in (None, m["ts"])]
        every = str(args.get("include_all_metadata")).lower() in ("true", "1")
        shown = [m if every else {k: v for k, v in m.items() if k != "metadata"} for m in reversed(found)]
        at, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
        more = str(at + limit) if len(shown) > at + limit else ""
        page = shown[at : at + limit]
        return {"messages": page, "has_more": bool(more), "response_metadata": {"next_cursor": more}}

    def _user(self, args: Json) -> Json:
        if args.get("user") not in self.users:
            raise Refused("user_not_found")
        return {"user": self.users[str(args["user"])]}

    def _publish(self, args: Json) -> Json:
        view = args.get("view")
        check_view(view, ("home",))
        assert isinstance(view, dict)
        self.pings += [(str(args["user_id"]), ping) for ping in pinging("", view["blocks"])]
        number = self.payloads.number()
        blocks = self._named(view["blocks"])
        self.homes[str(args["user_id"])] = {**view, "blocks": blocks, "id": f"V{number}", "hash": f"{number}.h"}
        return {"view": self.homes[str(args["user_id"])]}

    def _open_view(self, args: Json) -> Json:
        trigger = str(args.get("trigger_id"))
        age = time.time() - int(trigger.split(".")[1]) / 1_000
        if trigger in self.triggers:
            raise Refused("exchanged_trigger_id")
        if age > TRIGGER_LIVES:
            raise Refused("expired_trigger_id")
        check_view(args.get("view"), ("modal",))
        self.triggers.add(trigger)
        number = self.payloads.number()
        view = {**args["view"], "id": f"V{number}", "hash": f"{number}.h"}
        self.views.append(view)
        return {"view": view}

    def _upload_url(self, args: Json) -> Json:
        if not args.get("filename") or int(args.get("length") or 0) <= 0:
            raise Refused("invalid_arguments")
        id = f"F{self.payloads.number()}"
        self._uploads[id] = {"id": id, "filename": args["filename"], "length": int(args["length"])}
        self._uploads[id]["alt_txt"] = str(args.get("alt_txt") or "")
        return {"upload_url": f"http://127.0.0.1:{self.port}/upload/{id}", "file_id": id}

    def _complete(self, args: Json) -> Json:
        channel = self._channel({"channel": args.get("channel_id")})
        if BOT_USER not in channel["members"]:
            raise Refused("not_in_channel")
        done = []
        for file in args.get("files") or []:
            upload = self._uploads.get(file["id"])
            if upload is None or "data" not in upload:
                raise Refused("file_not_found")
            whole = {**upload, "title": file.get("title", ""), "channel": channel["id"]}
            self.files.append(whole)
            message = {"type": "message", "user": BOT_USER, "ts": self._ts(), "text": "", "blocks": []}
            shown = {"id": whole["id"], "name": whole["filename"], "title": whole["title"]}
            message |= {"files": [shown], **({"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {})}
            self.said[channel["id"]].append(message)
            done.append(shown)
        return {"files": done}

    async def _uploaded(self, request: web.Request) -> web.Response:
        data, upload = await request.read(), self._uploads[request.match_info["id"]]
        if len(data) != upload["length"]:
            return web.Response(status=400, text="length differs")
        upload["data"] = data
        return web.Response(text=f"OK - {len(data)}")

    async def _linked(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(autoping=False)
        await websocket.prepare(request)
        self._websockets.append(websocket)
        await websocket.send_json(
            {"type": "hello", "num_connections": self.sockets, "connection_info": {"app_id": APP}}
        )
        async for message in websocket:
            if message.type == WSMsgType.PING and not self.silent:
                await websocket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                said = json.loads(message.data)
                if said.get("envelope_id"):
                    self._acks[said["envelope_id"]] = time.monotonic(), said.get("payload") or {}
        return websocket


METHODS: dict[str, Callable[[FakeSlack, Json], Json]] = {
    "auth.test": FakeSlack._auth,
    "apps.connections.open": FakeSlack._connection,
    "chat.postMessage": FakeSlack._post,
    "chat.update": FakeSlack._update,
    "conversations.open": FakeSlack._open,
    "conversations.info": FakeSlack._info,
    "conversations.history": FakeSlack._history,
    "conversations.replies": FakeSlack._history,
    "users.info": FakeSlack._user,
    "views.open": FakeSlack._open_view,
    "views.publish": FakeSlack._publish,
    "files.getUploadURLExternal": FakeSlack._upload_url,
    "files.completeUploadExternal": FakeSlack._complete,
}


async def _args(request: web.Request) -> tuple[Json, str]:
    """What was asked, however it was sent, and the token."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        args |= await request.json()
    elif request.method == "POST":
        args |= dict(await request.post())
    token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.pop("token", ""))
    return {name: _value(name, value) for name, value in args.items()}, token


def _value(name: str, value: Any) -> Any:
    structured = name in ("blocks", "view", "metadata", "files")
    return json.loads(value) if structured and isinstance(value, str) else value


def _refusal(fault: str) -> web.Response | None:
    """The answer instead of the one that was asked for; nothing was done."""
    if fault.startswith("429"):
        wait = fault.partition(":")[2] or "1"
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": wait})
    if fault.startswith("error:"):
        return web.json_response({"ok": False, "error": fault[6:]})
    return None


def main(arguments: list[str]) -> None:
    """One Slack with two people and a channel, until it is killed."""
    with FakeSlack(int(arguments[0]) if arguments else 0) as slack:
        slack.add_user("U1", name="Åsa Öberg")
        slack.add_user("U2", name="Bo Ek", locale="en-GB")
        slack.add_channel("C1", name="inkop", members=("U1", "U2", BOT_USER))
        print(slack.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
