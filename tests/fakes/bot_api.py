"""A strict Telegram Bot API on loopback: long polling, webhooks and files. It refuses what Telegram would refuse.

It runs on a thread of its own; what tests call is synchronous. `python -m tests.fakes.bot_api PORT` serves one.
"""

import asyncio
import copy
import http.client
import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from . import bot_api_rules as rules
from .bot_api_messages import Messages
from .bot_api_rules import Refused, Upload, bad
from .loopback import Call, Loopback
from .updates import BOT, BOT_ID, BOT_USERNAME, UPDATES, File, Json, member

__all__ = ["SENT", "UPDATES", "Call", "FakeTelegram"]

POLL = 1.0  # seconds; a long poll is cut to this
DOWNLOAD = 20 * 2**20  # bytes
ASKED_FOR = ("chat_member", "message_reaction", "message_reaction_count")  # come only to who names them
KINDS = {"message", "edited_message", "channel_post", "callback_query", "my_chat_member", *ASKED_FOR}
SENT: list[tuple[str, Json]] = []  # what any test sent to any Telegram, for a check of types


class FakeTelegram(Loopback, Messages):
    """One bot and its chats. `faults` are used up in the order they were asked for."""

    token, bot_id, username = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", BOT_ID, BOT_USERNAME

    def __init__(self, port: int = 0) -> None:
        Loopback.__init__(self, port)
        Messages.__init__(self)
        self.commands: dict[tuple[str, str], list[Json]] = {}  # by type of scope and language
        self.descriptions: dict[tuple[str, str], str] = {}  # by parameter and language
        self.left: list[int] = []
        self.answered: dict[str, str] = {}
        self.webhook: Json = {}
        self.webhook_at = ""  # where `push` goes instead, when the webhook's address is one of the world outside
        self.allowed: list[str] = []
        self._paths: dict[str, File] = {}
        self._polls = 0
        self._open_polls = 0

    # Life.

    @property
    def url(self) -> str:
        """What comes before the token."""
        return f"http://127.0.0.1:{self.port}/bot"

    def _routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._called)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._downloaded)

    def wait_for_poll(self, timeout: float = 5) -> None:
        """Wait until somebody waits for updates."""
        end = time.monotonic() + timeout
        while not self._open_polls:
            assert time.monotonic() < end, "nobody asked for updates"
            time.sleep(0.005)

    # The webhook.

    def push(self, update: Json, times: int = 1) -> list[int]:
        """Bring an update to the webhook; the status of each answer, 0 where nobody answers.

        A kind of update that the webhook was not set for is not brought. What was taken waits no longer.
        """
        assert self.webhook, "no webhook was set"
        return [self._pushed(update) for _ in range(times)] if self._wanted(update) else []

    def push_all(self, updates: list[Json]) -> list[int]:
        return [status for update in updates for status in self.push(update)]

    def _pushed(self, update: Json) -> int:
        where = urlsplit(self.webhook_at or self.webhook["url"])
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook["secret_token"]
        connection = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=10)
        try:
            connection.request("POST", where.path or "/", json.dumps(update), headers)
            status = connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()
        if 200 <= status < 300:
            with self._lock:
                self.queue = [u for u in self.queue if u["update_id"] != update["update_id"]]
        return status

    def _wanted(self, update: Json) -> bool:
        """Whether this kind was asked for; poison comes in any case."""
        kind = next(name for name in update if name != "update_id")
        return kind not in KINDS or (kind in self.allowed if self.allowed else kind not in ASKED_FOR)

    # What is called.

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method, token = request.match_info["method"], request.match_info["token"]
        try:
            args = await _args(request)
        except (ValueError, TypeError):
            return _told(bad("can't parse the request").answer())

        async def answered() -> web.Response:
            return _told(await self._answer(method, args, token))

        return await self._with_faults(method, request, answered, _refusal)

    async def _answer(self, method: str, args: Json, token: str) -> Json:
        try:
            self._check_caller(method, token)
            args = self._read(method, args)
            result = await self._poll(args) if method == "getUpdates" else self._result(method, args)
            answer = {"ok": True, "result": copy.deepcopy(result)}
        except Refused as refused:
            answer = refused.answer()
        shown = {name: "attach://file" if isinstance(value, Upload) else value for name, value in args.items()}
        if self.ours:
            SENT.append((method, shown))
        self.calls.append(Call(method, token, shown, answer, time.monotonic()))
        return answer

    def _check_caller(self, method: str, token: str) -> None:
        if self.revoked or token != self.token:
            raise Refused("Unauthorized", 401)
        if method not in rules.PARAMETERS:
            raise Refused("Not Found", 404)

    def _read(self, method: str, args: Json) -> Json:
        """The parameters in their types, files in their places."""
        args = _attached(args)
        self.warnings += [
            f"{method}: unknown parameter {name}" for name in args if name not in rules.PARAMETERS[method]
        ]
        return rules.typed(args)

    def _result(self, method: str, args: Json) -> Any:
        with self._lock:
            return METHODS[method](self, args)

    def _me(self, _: Json) -> Json:
        no = "can_read_all_group_messages supports_inline_queries can_connect_to_business has_main_web_app"
        more = "has_topics_enabled allows_users_to_create_topics can_manage_bots supports_join_request_queries"
        return {**BOT, "can_join_groups": True, **dict.fromkeys(f"{no} {more}".split(), False)}

    # Updates.

    async def _poll(self, args: Json) -> list[Json]:
        """Wait for updates; whoever waited before is sent away."""
        if not args.get("allowed_updates"):
            self.warnings.append("getUpdates: no allowed_updates")
        self.allowed = args.get("allowed_updates", self.allowed)
        self._polls += 1
        mine, end = self._polls, time.monotonic() + min(args.get("timeout", 0), POLL)
        self._open_polls += 1
        try:
            while True:
                self._check_poll(mine)
                found = self._pending(args.get("offset", 0), min(max(args.get("limit", 100), 1), 100))
                if found or time.monotonic() >= end:
                    return found
                await asyncio.sleep(0.01)
        finally:
            self._open_polls -= 1

    def _check_poll(self, mine: int) -> None:
        if self.webhook:
            why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refused(f"Conflict: {why}", 409)
        if mine != self._polls:
            why = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refused(f"Conflict: {why}", 409)

    def _pending(self, offset: int, limit: int) -> list[Json]:
        """What waits; what is below the offset, or of a kind nobody asked for, is forgotten."""
        with self._lock:
            kept = self.queue[offset:] if offset < 0 else [u for u in self.queue if u["update_id"] >= offset]
            self.queue = [update for update in kept if self._wanted(update)]
            return self.queue[:limit]

    def _set_webhook(self, args: Json) -> bool:
        rules.check_webhook(args)
        self.webhook = {name: args[name] for name in ("url", "secret_token") if args.get("url") and args.get(name)}
        self.allowed = args.get("allowed_updates", self.allowed)
        if args.get("drop_pending_updates"):
            self.queue = []
        return True

    def _delete_webhook(self, args: Json) -> bool:
        return self._set_webhook({name: value for name, value in args.items() if name == "drop_pending_updates"})

    def _webhook_info(self, _: Json) -> Json:
        info = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        info |= {"pending_update_count": len(self.queue)}
        return {**info, **({"allowed_updates": self.allowed} if self.allowed else {})}

    # Files.

    def _get_file(self, args: Json) -> Json:
        file = self.files.get(args.get("file_id", ""))
        if file is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(file.data) > DOWNLOAD:
            raise bad("file is too big")
        self._paths[file.path] = file
        return {**file.shown(), "file_path": file.path}

    async def _downloaded(self, request: web.Request) -> web.StreamResponse:
        """A file; only after getFile told its path."""

        async def answered() -> web.Response:
            if self.revoked or request.match_info["token"] != self.token:
                return _told(Refused("Unauthorized", 401).answer())
            file = self._paths.get(request.match_info["path"])
            return web.Response(body=file.data) if file else _told(Refused("Not Found", 404).answer())

        return await self._with_faults("file", request, answered, _refusal)

    # The bot itself, and its chats.

    def _set_commands(self, args: Json) -> bool:
        commands = args.get("commands")
        if commands is None:
            raise bad("can't parse commands JSON object")
        rules.check_commands(commands)
        self.commands[rules.scope_of(args)] = commands
        return True

    def _get_commands(self, args: Json) -> list[Json]:
        return self.commands.get(rules.scope_of(args), [])

    def _delete_commands(self, args: Json) -> bool:
        self.commands.pop(rules.scope_of(args), None)
        return True

    def _describe(self, name: str, args: Json) -> bool:
        if rules.units(args.get(name, "")) > {"description": 512, "short_description": 120}[name]:
            raise bad(f"{name.replace('_', ' ')} is too long")
        self.descriptions[name, rules.scope_of(args)[1]] = args.get(name, "")
        return True

    def _leave(self, args: Json) -> bool:
        chat = self._room(args)
        if chat not in self.groups:
            raise bad("chat member status can't be changed in private chats")
        self.groups[chat].standing = "left"
        self.left.append(chat)
        return True

    def _chat(self, args: Json) -> Json:
        gifts = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels"
        full = {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts.split(), True),
        }
        return {**self.shown(self._room(args)), **full}

    def _member(self, args: Json) -> Json:
        group, user = self.groups.get(self._room(args)), args.get("user_id")
        if user == BOT_ID:
            return member(BOT, group.standing if group else "member")
        if user not in self.users:
            raise bad("user not found" if user else "invalid user_id specified")
        if group is None:
            return member(self.users[user], "member" if user == args["chat_id"] else "left")
        status = "administrator" if user in group.admins else "member" if user in group.members else "left"
        return member(self.users[user], status)

    def _action(self, args: Json) -> bool:
        self._room(args)
        if args.get("action") not in rules.ACTIONS:
            raise bad("wrong parameter action in request")
        return True


METHODS: dict[str, Callable[[FakeTelegram, Json], Any]] = {  # and getUpdates, which waits
    "getMe": FakeTelegram._me,
    "setWebhook": FakeTelegram._set_webhook,
    "deleteWebhook": FakeTelegram._delete_webhook,
    "getWebhookInfo": FakeTelegram._webhook_info,
    "sendMessage": FakeTelegram._send_message,
    "sendPhoto": FakeTelegram._send_photo,
    "sendDocument": FakeTelegram._send_document,
    "editMessageText": FakeTelegram._edit_text,
    "editMessageCaption": FakeTelegram._edit_caption,
    "editMessageReplyMarkup": FakeTelegram._edit_markup,
    "deleteMessage": FakeTelegram._delete,
    "answerCallbackQuery": FakeTelegram._answer_press,
    "getFile": FakeTelegram._get_file,
    "setMyCommands": FakeTelegram._set_commands,
    "getMyCommands": FakeTelegram._get_commands,
    "deleteMyCommands": FakeTelegram._delete_commands,
    "setMyDescription": lambda telegram, args: telegram._describe("description", args),
    "setMyShortDescription": lambda telegram, args: telegram._describe("short_description", args),
    "leaveChat": FakeTelegram._leave,
    "getChat": FakeTelegram._chat,
    "getChatMember": FakeTelegram._member,
    "sendChatAction": FakeTelegram._action,
}


async def _args(request: web.Request) -> Json:
    """What was asked, however it was sent."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        args |= dict(await request.json())
    elif request.method == "POST":
        args |= dict(await request.post())
    return {name: _uploaded(value) for name, value in args.items()}


def _uploaded(value: Any) -> Any:
    if not isinstance(value, web.FileField):
        return value
    return Upload(value.filename, value.content_type, value.file.read())


def _attached(args: Json) -> Json:
    """The parameters, with the parts that `attach://` names in the places where it names them."""
    given = {name: args[name] for name in rules.FILES & set(args) if isinstance(args[name], str)}
    parts = {name: value[9:] for name, value in given.items() if value.startswith("attach://")}
    rest = {name: value for name, value in args.items() if name not in parts.values()}
    return {**rest, **{name: args.get(part) for name, part in parts.items()}}


def _told(answer: Json) -> web.Response:
    return web.json_response(answer, status=answer.get("error_code", 200))


def _refusal(fault: str) -> web.Response | None:
    """The answer instead of the one that was asked for; nothing was done."""
    if fault.startswith("429"):
        wait = int(fault.partition(":")[2] or 1)
        return _told(Refused(f"Too Many Requests: retry after {wait}", 429, retry_after=wait).answer())
    if fault.startswith("error:"):
        _, code, description = fault.split(":", 2)
        return _told(Refused(description, int(code)).answer())
    return None


def main(arguments: list[str]) -> None:
    """One Telegram with two people, until it is killed."""
    with FakeTelegram(int(arguments[0]) if arguments else 0) as telegram:
        telegram.add_user(7, "Åsa Öberg")
        telegram.add_user(8, "Bo Ek", language_code="en")
        print(telegram.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
