"""A strict Slack on loopback: Web API, Socket Mode and files. It refuses what Slack would refuse, and fails on demand.

It runs on a thread of its own; what tests call is synchronous. `python -m tests.fakes.workspace PORT` serves one.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from .delivered import APP, BOT_USER, TEAM, Json
from .loopback import Call
from .slack_rules import Refused, check_message, check_view, pinging
from .slack_world import Workspace

TRIGGER_LIVES = 3.0  # seconds
SENT: list[tuple[str, Json]] = []  # what any test sent to any Slack, for tests/test_types.py


class FakeSlack(Workspace):
    """The workspace with its Web API. `faults` are used up in the order they were asked for."""

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
