"""Planned reminders: how fast they are kept and found among a million, and how many come when the program is killed.

Beside APScheduler with its SQLAlchemy store (SQLite, as it comes) and python-telegram-bot's JobQueue, in the same run.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web

from bench.row import Row, at_most, percentile
from bench.slack import _ready, free_port, megabytes
from bench.telegram import ROOT, _args, _ok, _started
from storage import reminders
from storage.database import Database, open_database, stamp, write

SIZES, PEERS = (10_000, 100_000, 1_000_000), (10_000, 100_000)
OFFSETS = (30, 7, 1, 0)  # days before the deadline; a reminder each
ONE_BY_ONE, ASKED, DUE = 1_000, 300, 20
KILLED, SLOW = 300, 0.02  # reminders; seconds that the receiver takes for each
QUIET = (4, 75)  # seconds without a reminder, and none is believed to come; a letter under way is leased for 60
STAGES = "insert into reminders (item, kind, offset_days, local_date, due_at, recipient, state, created_at)"


def rows(quick: bool) -> Iterator[Row]:
    """By size; then what is lost and doubled."""
    for size in (40,) if quick else SIZES:
        yield from _ours(size)
    for size in (40,) if quick else PEERS:
        yield from _apscheduler(size)
        yield from _jobqueue(size)
    yield from asyncio.run(_killed(20 if quick else KILLED))


# Ours.


def fill(db: Database, size: int, chats: int = 100, due: int = DUE) -> float:
    """`size` planned reminders, four of each item; the seconds that they took.

    Of the first `due` items the first one is due.
    """
    now = datetime.now(UTC)
    items = range(1, size // len(OFFSETS) + 1)
    with write(db):
        _people(db, chats, now)
        _items(db, items, chats, now)
        begun = time.perf_counter()
        values = "values (?, 'before', ?, ?, ?, ?, 'planned', ?)"
        db.conn.executemany(f"{STAGES} {values}", _stages(items, chats, due, now))
    return time.perf_counter() - begun


def _people(db: Database, chats: int, now: datetime) -> None:
    at, ids = stamp(now), range(1, chats + 1)
    db.conn.executemany(
        """insert into people (id, name, name_key, language, role, created_at, changed_at)
        values (?, 'O', 'o', 'sv', 'officer', ?, ?)""",
        [(f"p{id}", at, at) for id in ids],
    )
    db.conn.executemany(
        """insert into addresses (platform, tenant, account, person, place, seen_at)
        values ('telegram', '', ?, ?, ?, ?)""",
        [(str(id), f"p{id}", f"telegram||{id}|", at) for id in ids],
    )


def _items(db: Database, items: range, chats: int, now: datetime) -> None:
    at, day = stamp(now), (now + timedelta(days=20)).date().isoformat()
    db.conn.execute(
        "insert into suppliers (id, name, name_key, created_at, changed_at) values (1, 'S', 's', ?, ?)", (at, at)
    )
    db.conn.executemany(
        """insert into follow_ups (id, supplier, kind, subject, subject_key, due_on, responsible, state, created_by,
        created_at, changed_at) values (?, 1, 'other', 'Licens', 'licens', ?, ?, 'open', ?, ?, ?)""",
        ((id, day, who, who, at, at) for id in items for who in (f"p{1 + id % chats}",)),
    )


def _stages(items: range, chats: int, due: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """All that are not due lie ahead, a minute from each other."""
    made = stamp(now)
    for item in items:
        for number, offset in enumerate(OFFSETS):
            ahead = timedelta(days=1) + timedelta(minutes=1) * (item * len(OFFSETS) + number)
            when = now - timedelta(minutes=1) if item <= due and number == 0 else now + ahead
            yield item, offset, when.date().isoformat(), stamp(when), f"p{1 + item % chats}", made


def _ours(size: int) -> Iterator[Row]:
    among = f"{size:,} reminders"
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        path = Path(directory) / "duly.db"
        db = open_database(str(path))
        spent = fill(db, size)
        yield Row(f"{among}, kept in one commit", size / spent, "reminders/s")
        yield Row(f"one more among {among}, a commit each", _one_by_one(db, min(size, ONE_BY_ONE)), "reminders/s")
        found = [_asked(db) for _ in range(min(size, ASKED))]
        yield Row(f"what is due among {among}, p50", percentile(found, 0.5) * 1000, "ms")
        yield at_most(f"what is due among {among}, p99", percentile(found, 0.99) * 1000, "ms", 5)
        db.conn.execute("update reminders set state = 'cancelled' where due_at <= ?", (stamp(datetime.now(UTC)),))
        db.conn.close()
        yield from _service(path, among)


def _one_by_one(db: Database, count: int) -> float:
    now = datetime.now(UTC)
    begun = time.perf_counter()
    for number in range(count):
        day = now + timedelta(days=900 + number)
        with write(db):
            reminders.plan(db, 1, "late", -number, day.date(), day, "p1", now)
    return count / (time.perf_counter() - begun)


def _asked(db: Database) -> float:
    begun = time.perf_counter()
    assert reminders.by_recipient(db, datetime.now(UTC))
    return time.perf_counter() - begun


def _service(path: Path, among: str) -> Iterator[Row]:
    """From the command to the first answer over HTTP, and the memory it holds then."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DULY_", "SLACK_", "TELEGRAM_"))}
    own = {"DULY_DATABASE": str(path), "DULY_PORT": str(port), "DULY_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bench.at_any_hour"], cwd=ROOT, env={**kept, **own})
    try:
        asyncio.run(_ready(port))
        yield at_most(f"duly serve with {among}, to its first answer", time.perf_counter() - begun, "s", 1)
        yield Row(f"memory of duly serve with {among}", megabytes(process.pid), "MB")
    finally:
        process.terminate()
        process.wait(30)


# Others.


def _apscheduler(size: int) -> Iterator[Row]:
    """Its store filled with copies of one row, then a job each through `add_job` as a program adds them."""
    from apscheduler.schedulers.background import BackgroundScheduler

    from bench import jobs

    with TemporaryDirectory(prefix="duly-bench-") as directory:
        os.environ["BENCH_STORE"] = str(Path(directory) / "jobs.db")
        store = jobs.store()
        scheduler = BackgroundScheduler(jobstores={"default": store})
        scheduler.start(paused=True)
        now = datetime.now(UTC)
        _copied(store, scheduler, size, now)
        begun, count = time.perf_counter(), min(size, ONE_BY_ONE)
        for number in range(count):
            scheduler.add_job(jobs.send, "date", run_date=now + timedelta(days=900 + number), args=[number])
        rate = count / (time.perf_counter() - begun)
        found = []
        for _ in range(min(size, ASKED)):
            begun = time.perf_counter()
            assert store.get_due_jobs(datetime.now(UTC))
            found.append(time.perf_counter() - begun)
        store.remove_all_jobs()
        scheduler.shutdown(wait=False)
    yield Row(f"APScheduler, one more among {size:,} jobs", rate, "jobs/s")
    yield Row(f"APScheduler, what is due among {size:,} jobs, p99", percentile(found, 0.99) * 1000, "ms")


def _copied(store: Any, scheduler: Any, size: int, now: datetime) -> None:
    """One job of its own making, kept `size` times under other names and times; DUE of them are due."""
    from bench import jobs

    made = scheduler.add_job(jobs.send, "date", run_date=now - timedelta(minutes=1), args=[0], id="first")
    state = store.engine.connect().execute(store.jobs_t.select()).one().job_state
    assert made.id == "first"
    rows = [
        {
            "id": f"j{number}",
            "next_run_time": (now + timedelta(minutes=number if number >= DUE else -1)).timestamp(),
            "job_state": state,
        }
        for number in range(1, size)
    ]
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)


def _jobqueue(size: int) -> Iterator[Row]:
    """In memory, where each finds its place among the others."""
    from telegram.ext import ApplicationBuilder

    app = ApplicationBuilder().token("1:" + "x" * 35).build()
    queue = app.job_queue
    assert queue is not None

    async def nothing(context: Any) -> None: ...

    async def planned() -> float:
        queue.scheduler.start(paused=True)
        begun = time.perf_counter()
        for number in range(size):
            queue.run_once(nothing, timedelta(days=1, minutes=number))
        spent = time.perf_counter() - begun
        queue.scheduler.shutdown(wait=False)
        return spent

    yield Row(f"JobQueue, {size:,} jobs in memory", size / asyncio.run(planned()), "jobs/s")


# Killed half-way.


class Receiver:
    """Takes each reminder in its own time, and knows which came, and how often."""

    def __init__(self) -> None:
        self.came: Counter[int] = Counter()
        self.half, self.wanted, self.last = asyncio.Event(), 0, 0.0

    async def called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        args = await _args(request)
        if method == "getupdates":
            await asyncio.sleep(0.5)
            return _ok([])
        if method == "sendmessage":
            return await self._taken(args)
        me = {"id": 110201543, "is_bot": True, "first_name": "Duly", "username": "duly_bot"}
        return _ok(me if method == "getme" else True)

    async def _taken(self, args: dict[str, Any]) -> web.Response:
        for number in re.findall(r"#(\d+)", str(args["text"]))[:1]:
            self.came[int(number)] += 1
        self.last = time.monotonic()
        if len(self.came) >= self.wanted // 2:
            self.half.set()
        await asyncio.sleep(SLOW)  # it came, and the sender does not know yet
        chat = {"id": int(args["chat_id"]), "type": "private", "first_name": "O"}
        return _ok({"message_id": sum(self.came.values()), "date": 1, "chat": chat, "text": "x"})


async def _killed(count: int) -> list[Row]:
    rows = []
    for name, module in (("Duly", "bench.unpaced"), ("APScheduler", "apscheduler"), ("JobQueue", "jobqueue")):
        came = await _came(module, count)
        rows.append(Row(f"{name} killed half-way: came, of {count}", len(came), "reminders"))
        rows.append(Row(f"{name} killed half-way: came once, of {count}", list(came.values()).count(1), "reminders"))
    return rows


async def _came(module: str, count: int) -> Counter[int]:
    receiver = Receiver()
    receiver.wanted = count
    app = web.Application()
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", receiver.called)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        path = Path(directory) / "duly.db"
        if module == "bench.unpaced":
            db = open_database(str(path))
            fill(db, count * len(OFFSETS), chats=count, due=count)
            db.conn.close()
        process = _begun(module, url, directory, path, count)
        try:
            async with asyncio.timeout(120):
                await receiver.half.wait()
            process.send_signal(signal.SIGKILL)
            process.wait(30)
            process = _begun(module, url, directory, path, count)
            receiver.last = time.monotonic()
            while len(receiver.came) < count and time.monotonic() - receiver.last < QUIET[count > 20]:
                await asyncio.sleep(0.1)
            await asyncio.sleep(3)  # a second copy may be under way
        finally:
            process.kill()
            process.wait(30)
            await runner.cleanup()
    return receiver.came


def _begun(module: str, url: str, directory: str, path: Path, count: int) -> "subprocess.Popen[bytes]":
    if module.startswith("bench."):
        return _started(module, url, directory, path)
    more = {"BENCH_RECEIVER": f"{url}1:x/sendMessage", "BENCH_COUNT": str(count)}
    more["BENCH_STORE"] = str(Path(directory) / "jobs.db")
    command = [sys.executable, "-m", "bench.jobs", module]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **more}, stderr=subprocess.DEVNULL)
