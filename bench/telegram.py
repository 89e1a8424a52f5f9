"""Telegram by polling: from an update to the reply that Telegram accepted, beside python-telegram-bot as it comes.

Three processes: `duly serve` (every message durable), a stock bot that keeps its state in a pickle once a minute, and
this one, which is a Telegram with fifty officers that never refuses.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web

from bench.row import Row, at_most, share_of
from bench.slack import free_port, megabytes
from bench.talk import RISK, lines
from knowledge.library import open_library
from storage import people
from storage.database import open_database
from storage.people import Person

ROOT = Path(__file__).parent.parent
OFFICERS = 50
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PATIENCE = 120.0
ME = {"id": 110201543, "is_bot": True, "first_name": "Duly", "username": "duly_bot"}


class Platform:
    """A Telegram that accepts everything, counts, and gives an update until a higher offset confirms it."""

    def __init__(self) -> None:
        self.queue: list[dict[str, Any]] = []
        self.number = int(time.time() * 1000)  # one that was met before is a repetition
        self.taken, self.wanted = 0, 0
        self.asked, self.all_taken, self.there = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        args = await _args(request)
        if method == "getupdates":
            return _ok(await self._updates(int(args.get("offset") or 0), float(args.get("timeout") or 0)))
        if method in ("sendmessage", "editmessagetext"):
            self.taken += 1
            if self.taken >= self.wanted:
                self.all_taken.set()
            chat = {"id": int(args["chat_id"]), "type": "private", "first_name": "O"}
            return _ok({"message_id": self.taken, "date": 1, "chat": chat, "from": ME, "text": "x"})
        return _ok(ME if method == "getme" else True)

    async def _updates(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        self.queue = [update for update in self.queue if update["update_id"] >= offset]
        self.asked.set()
        if not self.queue and timeout:
            self.there.clear()
            try:
                async with asyncio.timeout(min(timeout, 2)):
                    await self.there.wait()
            except TimeoutError:
                pass
        return self.queue[:100]

    def say(self, typed: Sequence[str], answers: int) -> None:
        """Every officer types these lines, in turn."""
        self.taken, self.wanted = 0, answers
        self.all_taken.clear()
        for words in typed:
            for officer in range(1, OFFICERS + 1):
                self.number += 1
                who = {"id": officer, "is_bot": False, "first_name": f"O{officer}", "language_code": "sv"}
                chat = {"id": officer, "type": "private", "first_name": f"O{officer}"}
                message = {"message_id": self.number, "date": 1, "chat": chat, "from": who, "text": words}
                self.queue.append({"update_id": self.number, "message": message})
        self.there.set()


async def _args(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict(await request.post())


def _ok(result: Any) -> web.Response:
    return web.Response(text=json.dumps({"ok": True, "result": result}), content_type="application/json")


def rows(quick: bool) -> Iterator[Row]:
    """Rates of both, and the memory of an idle `duly serve` with both platforms."""
    library = open_library()
    typed = lines(library, "risk", RISK)[:-1]  # the last one draws a picture, which is another measure
    yield from asyncio.run(_rows(typed, quick))


async def _rows(typed: Sequence[str], quick: bool) -> list[Row]:
    times = 1 if quick else 4
    rates: dict[str, list[float]] = {"duly": [], "ptb": []}
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        database = Path(directory) / "duly.db"
        _known(database)
        for turn in range(1 if quick else 3):
            rates["duly"].append(await _measured("bench.unhurried", typed * times, directory, database))
            rates["ptb"].append(await _measured("bench.telegram_ptb", typed * times, directory, Path(f"{turn}")))
        idle = await _idle(directory)
    name = "Telegram update to accepted reply"
    return [
        share_of(name, median(rates["duly"]), "messages/s", 1.0, "stock bot, pickle", median(rates["ptb"])),
        at_most("idle memory of duly serve with both platforms", idle, "MB", 150),
    ]


def _known(database: Path) -> None:
    """The officers, as if they had been invited."""
    db = open_database(str(database))
    now = datetime.now(UTC)
    for officer in range(1, OFFICERS + 1):
        people.add(db, Person(f"p{officer}", f"O{officer}", "sv", "officer"), now)
        people.add_address(db, f"p{officer}", "telegram", "", str(officer), f"telegram||{officer}|", now)
    db.conn.close()


async def _measured(module: str, typed: Sequence[str], directory: str, database: Path) -> float:
    """Messages a second, from the moment that they lie there until the last is answered."""
    platform, runner, url = await _platform()
    process = _started(module, url, directory, database)
    try:
        async with asyncio.timeout(PATIENCE):
            platform.say(["hej"], OFFICERS)  # imports, caches and connections
            await platform.all_taken.wait()
            await asyncio.sleep(0.3)
            begun = time.perf_counter()
            platform.say(typed, OFFICERS * len(typed))
            await platform.all_taken.wait()
            return OFFICERS * len(typed) / (time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(30)
        await runner.cleanup()


async def _idle(directory: str) -> float:
    """Memory of `duly serve` with Slack and Telegram, a moment after it began."""
    platform, runner, url = await _platform()
    slack = {"SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": "x" * 32}
    slack["SLACK_API_URL"] = f"{url.removesuffix('/bot')}/api/"
    process = _started("bench.unhurried", url, directory, Path(directory) / "idle.db", **slack)
    try:
        async with asyncio.timeout(PATIENCE):
            await platform.asked.wait()
            await asyncio.sleep(1.0)
        return megabytes(process.pid)
    finally:
        process.terminate()
        process.wait(30)
        await runner.cleanup()


async def _platform() -> tuple[Platform, web.AppRunner, str]:
    platform = Platform()
    app = web.Application()
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", platform.called)
    app.router.add_route("*", "/api/{method}", _slack)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return platform, runner, f"http://127.0.0.1:{runner.addresses[0][1]}/bot"


async def _slack(_: web.Request) -> web.Response:
    return web.json_response({"ok": True, "team_id": "T1", "user_id": "UD"})


def _started(module: str, url: str, directory: str, database: Path, **more: str) -> "subprocess.Popen[bytes]":
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DULY_", "SLACK_", "TELEGRAM_"))},
        "DULY_DATABASE": str(database),
        "DULY_PORT": str(free_port()),
        "BENCH_STORE": str(Path(directory) / f"{database.name}.pickle"),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        **more,
    }
    return subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=environment)
