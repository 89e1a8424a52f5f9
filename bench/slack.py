"""Slack over HTTP: from a signed request to the reply that Slack accepted, beside an empty listener of Bolt's own.

Three processes: `duly serve` (every message durable), a bare AsyncApp, and this one, which sends as fifty officers and
takes every reply as a Slack would that never refuses.
"""

import asyncio
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from aiohttp import web

from bench.row import Row, at_most, percentile, share_of
from bench.talk import RISK, lines
from knowledge.library import open_library

ROOT = Path(__file__).parent.parent
OFFICERS = 50
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PATIENCE = 120.0


class Taker:
    """A Slack that accepts everything and counts."""

    def __init__(self) -> None:
        self.taken = 0
        self.all_taken = asyncio.Event()
        self.wanted = 0

    async def called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "chat.postMessage":
            self.taken += 1
            if self.taken >= self.wanted:
                self.all_taken.set()
            return web.json_response({"ok": True, "ts": f"{self.taken}.1", "channel": "D1"})
        user = request.query.get("user", "")
        known = {"id": user, "team_id": "T1", "locale": "sv-SE", "profile": {"real_name": user}}
        opened = {"id": f"D{(await request.text())[-12:]}"} if method == "conversations.open" else {"id": "D1"}
        return web.json_response({"ok": True, "team_id": "T1", "user_id": "UD", "user": known, "channel": opened})


def rows(quick: bool) -> Iterator[Row]:
    """Rate, how soon a request is acknowledged, and the memory of an idle `duly serve`."""
    typed = lines(open_library(), "risk", RISK)[:-1]  # the last one draws a picture, which is another measure
    yield from asyncio.run(_rows(typed, 1 if quick else 4))


async def _rows(typed: Sequence[str], times: int) -> list[Row]:
    taker = Taker()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", taker.called)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        duly, bare = _started("bench.unhurried", api, directory), _started("bench.slack_bare", api, directory)
        try:
            for _, port in (duly, bare):
                await _ready(port)
            idle = megabytes(duly[0].pid)
            await _sent(duly[1], taker, typed[:1], "first", answered=True)  # makes the officers known
            rates: dict[str, list[float]] = {"duly": [], "bare": []}
            flood: list[float] = []
            for turn in range(3):
                rate, spent = await _sent(duly[1], taker, typed * times, f"duly{turn}", answered=True)
                rates["duly"].append(rate)
                flood += spent
                rate, _ = await _sent(bare[1], taker, typed * times, f"bare{turn}", answered=False)
                rates["bare"].append(rate)
            acks: list[float] = []
            for turn, words in enumerate(typed * times):  # all fifty at the same moment, then all are answered
                acks += (await _sent(duly[1], taker, [words], f"burst{turn}", answered=True))[1]
        finally:
            for process, _ in (duly, bare):
                process.terminate()
                process.wait(30)
            await runner.cleanup()
    name = "Slack request to accepted reply"
    ours, bolt = median(rates["duly"]), median(rates["bare"])
    return [
        share_of(name, ours, "messages/s", 0.5, "AsyncApp, empty listener", bolt),
        Row("Slack acknowledged in a flood, p99", percentile(flood, 0.99) * 1000, "ms"),
        Row("Slack acknowledged, 50 at once, p50", percentile(acks, 0.5) * 1000, "ms"),
        at_most("Slack acknowledged, 50 at once, p99", percentile(acks, 0.99) * 1000, "ms", 100),
        at_most("idle memory of duly serve with Slack", idle, "MB", 120),
    ]


def _started(module: str, api: str, directory: str) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DULY_", "SLACK_"))},
        "DULY_DATABASE": str(Path(directory) / "duly.db"),
        "DULY_PORT": str(port),
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": api,
    }
    return subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=environment), port


async def _ready(port: int) -> None:
    end = time.monotonic() + PATIENCE
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < end:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise TimeoutError(f"nobody answers on port {port}")


async def _sent(port: int, taker: Taker, typed: Sequence[str], run: str, answered: bool) -> tuple[float, list[float]]:
    """Messages a second until the last is done with, and the seconds until each was acknowledged."""
    taker.taken, taker.wanted = 0, OFFICERS * len(typed)
    taker.all_taken.clear()
    spent: list[float] = []
    prepared = [[_signed(f"U{n}", f"{run}.{n}.{m}", w) for m, w in enumerate(typed)] for n in range(OFFICERS)]
    url = f"http://127.0.0.1:{port}/slack/events"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=OFFICERS)) as session:

        async def officer(hers: list[tuple[dict[str, str], bytes]]) -> None:
            for headers, body in hers:
                begun = time.perf_counter()
                async with session.post(url, data=body, headers=headers) as answer:
                    await answer.read()
                    assert answer.status == 200, answer.status
                spent.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*map(officer, prepared))
        if answered:
            await asyncio.wait_for(taker.all_taken.wait(), PATIENCE)
        return OFFICERS * len(typed) / (time.perf_counter() - begun), spent


def _signed(user: str, id: str, words: str) -> tuple[dict[str, str], bytes]:
    event: dict[str, Any] = {"type": "message", "channel_type": "im", "channel": f"D{user}", "user": user}
    event |= {"text": words, "ts": f"{id}.1"}
    body = json.dumps(
        {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": f"Ev{id}", "event": event}
    ).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }
    return headers, body


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def megabytes(pid: int) -> float:
    """What a process holds of the machine's memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
