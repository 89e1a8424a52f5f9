"""A busy day: a minute of 50 messages a second, a morning with 2,000 reminders, and a Telegram that takes its time.

One `duly serve` with Slack and Telegram, both over HTTP, so that what they wait for, an acknowledgement, is measured.
The platforms here accept everything, except that in the morning Telegram answers 429 to more than 30 in a second.
"""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from aiohttp import web

from bench.reminders import OFFSETS, fill
from bench.row import Row, at_most, percentile
from bench.slack import SECRET as SIGNING
from bench.slack import _ready, _signed, free_port, megabytes
from bench.telegram import ME, _args, _ok, _started
from storage import outbox
from storage.database import open_database

SECRET = "a-secret-of-32-letters-and-digits"
MOST_A_SECOND = 30  # what Telegram's own FAQ says a bot may send
OFFICERS = 500
ASKED = ("får vi kräva Fairtrade?", "uppföljning", "hjälp", "vad är kollektivavtal?")


class Platforms:
    """Slack and Telegram; when each message came to each chat."""

    def __init__(self, slow: float, strict: bool) -> None:
        self.slow, self.strict = slow, strict
        self.came: dict[str, list[float]] = defaultdict(list)
        self.waits: dict[str, asyncio.Future[None]] = {}
        self.recent: deque[float] = deque()
        self.refused = 0

    async def telegram(self, request: web.Request) -> web.Response:
        method, args = request.match_info["method"].lower(), await _args(request)
        if method not in ("sendmessage", "editmessagetext"):
            return _ok(ME if method == "getme" else True)
        if self.strict and self._too_many():
            self.refused += 1
            told = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
            return web.json_response({**told, "parameters": {"retry_after": 1}}, status=429)
        self._came(str(args["chat_id"]))
        await asyncio.sleep(self.slow)
        chat = {"id": int(args["chat_id"]), "type": "private", "first_name": "O"}
        return _ok({"message_id": sum(map(len, self.came.values())), "date": 1, "chat": chat, "text": "x"})

    async def slack(self, request: web.Request) -> web.Response:
        method, args = request.match_info["method"], await _args(request)
        if method == "chat.postMessage":
            self._came(str(args["channel"]))
            return web.json_response({"ok": True, "ts": f"{time.time():.6f}", "channel": args["channel"]})
        given = {**args, **request.query}
        user = str(given.get("user") or given.get("users") or "")
        known = {"id": user, "team_id": "T1", "locale": "sv-SE", "profile": {"real_name": user}}
        said = {"ok": True, "team_id": "T1", "user_id": "UD", "user": known, "channel": {"id": f"D{user}"}}
        return web.json_response(said)

    def _too_many(self) -> bool:
        now = time.monotonic()
        while self.recent and now - self.recent[0] > 1:
            self.recent.popleft()
        if len(self.recent) >= MOST_A_SECOND:
            return True
        self.recent.append(now)
        return False

    def _came(self, chat: str) -> None:
        self.came[chat].append(time.perf_counter())
        if (waits := self.waits.pop(chat, None)) and not waits.done():
            waits.set_result(None)

    @property
    def most_in_a_second(self) -> int:
        return _most(sorted(at for each in self.came.values() for at in each))

    @property
    def most_to_a_chat(self) -> int:
        return max(map(_most, self.came.values()))


def _most(moments: list[float]) -> int:
    """The most of these moments within one second."""
    first, most = 0, 0
    for last, at in enumerate(moments):
        while at - moments[first] > 1:
            first += 1
        most = max(most, last - first + 1)
    return most


class Running:
    """`duly serve` on a filled file, and the platforms around it."""

    def __init__(self, module: str, reminders: int, chats: int, due: int, slow: float = 0.0) -> None:
        self.module, self.filled = module, (reminders, chats, due)
        self.platforms = Platforms(slow, strict=module == "bench.at_any_hour")

    async def __aenter__(self) -> "Running":
        app = web.Application()
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self.platforms.telegram)
        app.router.add_route("*", "/api/{method}", self.platforms.slack)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        near = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        self.directory = TemporaryDirectory(prefix="duly-bench-")
        self.path = Path(self.directory.name) / "duly.db"
        db = open_database(str(self.path))
        fill(db, *self.filled)
        db.conn.close()
        self.port = free_port()
        web_hook = {"DULY_PUBLIC_URL": "https://duly.example", "TELEGRAM_WEBHOOK_SECRET": SECRET}
        slack = {"SLACK_BOT_TOKEN": "xoxb-b", "SLACK_SIGNING_SECRET": SIGNING, "SLACK_API_URL": f"{near}/api/"}
        own = {"DULY_PORT": str(self.port), **web_hook, **slack}
        self.begun = time.perf_counter()
        self.process = _started(self.module, f"{near}/bot", self.directory.name, self.path, **own)
        await _ready(self.port)
        self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        self.process.terminate()
        self.process.wait(30)
        await self.runner.cleanup()
        self.directory.cleanup()

    def sent(self) -> int:
        """How many letters are done with."""
        db = open_database(str(self.path))
        try:
            return outbox.states(db).get("sent", 0)
        finally:
            db.conn.close()

    async def say(self, officer: int, number: int, words: str) -> tuple[float, float | None]:
        """Seconds until it was acknowledged, and until the answer came; None for none within half a minute."""
        slack = officer % 2
        chat = f"DU{officer}" if slack else str(officer)
        answered = self.platforms.waits[chat] = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        if slack:
            headers, body = _signed(f"U{officer}", f"{number}.{officer}", words)
            path = "/slack/events"
        else:
            headers, body = _update(officer, number, words)
            path = "/telegram/webhook"
        async with self.http.post(f"http://127.0.0.1:{self.port}{path}", data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status
        acked = time.perf_counter() - begun
        try:
            await asyncio.wait_for(answered, 30)
        except TimeoutError:
            return acked, None
        return acked, time.perf_counter() - begun

    async def talk(self, rate: float, seconds: float, first: int = 1) -> list[tuple[float, float | None]]:
        """So many messages a second, from one officer after the other."""
        tasks = []
        begun = time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            officer = first + number % OFFICERS
            tasks.append(asyncio.create_task(self.say(officer, first * 10**6 + number, ASKED[number % len(ASKED)])))
        return list(await asyncio.gather(*tasks))


def _update(officer: int, number: int, words: str) -> tuple[dict[str, str], bytes]:
    who = {"id": officer, "is_bot": False, "first_name": "O", "language_code": "sv"}
    chat = {"id": officer, "type": "private", "first_name": "O"}
    at = int(datetime.now(UTC).timestamp())
    said = {"message_id": number + 1, "date": at, "chat": chat, "from": who, "text": words}
    body = json.dumps({"update_id": 10**7 + number, "message": said}).encode()
    return {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}, body


def rows(quick: bool) -> Iterator[Row]:
    """A minute's load, two mornings, and a slow platform."""
    yield from asyncio.run(_minute(5 if quick else 60, 100 if quick else 100_000))
    for each, name in ((5, "2,000 reminders to 400 chats"), (2, "800 reminders to 400 chats, each by itself")):
        yield from asyncio.run(_morning(4 if quick else 400, each, name))
    yield from asyncio.run(_slow(*((4, 0.2) if quick else (320, 5.0))))


async def _minute(seconds: float, reminders: int) -> list[Row]:
    async with Running("bench.unpaced", reminders, OFFICERS, 0) as duly:
        await duly.talk(50, 1 if seconds < 10 else 10, first=1)  # officers of Slack become known, caches are filled
        heard = await duly.talk(50, seconds, first=2)
        memory = megabytes(duly.process.pid)
    acks, done = [ack for ack, _ in heard], [spent for _, spent in heard if spent is not None]
    return [
        at_most("50 messages a second, acknowledged, p99", percentile(acks, 0.99) * 1000, "ms", 500),
        at_most("50 messages a second, answered, p99", percentile(done, 0.99) * 1000, "ms", 2_000),
        Row("50 messages a second, answered", len(done), f"of {len(heard)}", "all", len(done) == len(heard)),
        Row("50 messages a second, memory", memory, "MB"),
    ]


async def _morning(chats: int, each: int, name: str) -> list[Row]:
    """`each` reminders are due to every chat; more than three come as one letter."""
    letters = chats if each > 3 else chats * each
    async with Running("bench.at_any_hour", chats * each * len(OFFSETS), chats, chats * each) as duly:
        async with asyncio.timeout(180):
            while sum(map(len, duly.platforms.came.values())) < letters:
                await asyncio.sleep(0.1)
        spent = time.perf_counter() - duly.begun
        await asyncio.sleep(2)
        platforms = duly.platforms
        came = sum(map(len, platforms.came.values()))
    return [
        at_most(f"{name}, all accepted", spent, "s", 120),
        Row(f"{name}, accepted", came, f"of {letters} letters", "all once", came == letters),
        at_most(f"{name}, most in a second", platforms.most_in_a_second, "letters", 20),
        Row(f"{name}, most to one chat in a second", platforms.most_to_a_chat, "letters"),
        Row(f"{name}, without a 429", came / (came + platforms.refused), "", ">= 1", platforms.refused == 0),
    ]


async def _slow(due: int, seconds: float) -> list[Row]:
    """Each letter takes `seconds` to be accepted; meanwhile officers of Slack write."""
    async with Running("bench.unpaced", due * len(OFFSETS), due, due, slow=seconds) as duly:
        begun, acks = time.perf_counter(), []
        number = 0
        async with asyncio.timeout(180):
            while len([chat for chat in duly.platforms.came if chat.isdecimal()]) < due or duly.sent() < due:
                number += 1
                acks.append((await duly.say(1 + 2 * (number % 50), number, "hjälp"))[0])
                await asyncio.sleep(0.1)
        spent, memory = time.perf_counter() - begun, megabytes(duly.process.pid)
    name = f"{due} reminders, {seconds:g} s each to be accepted"
    return [
        Row(f"{name}, until none waits", spent, "s"),
        at_most(f"{name}: acknowledged meanwhile, p99", percentile(acks, 0.99) * 1000, "ms", 500),
        at_most(f"{name}: memory", memory, "MB", 256),
    ]
