"""The supplier's form over HTTP: 200 suppliers at once, each with three drafts, a submission and a double click.

The server is a process of its own, with a database file. What a supplier waits for is measured from her side, from the
first byte sent to the last one read, while the others do the same.
"""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import aiohttp

from bench.row import Row, at_most, percentile
from bench.slack import free_port
from bot.service import Service
from handlers import web_links
from handlers.context import Context
from handlers.messages import Place
from handlers.web_links import Web
from knowledge.library import open_library
from storage import form_answers, people, self_assessments, suppliers
from storage.database import open_database
from storage.people import Person

ROOT = Path(__file__).parent.parent
SECRET = "0123456789abcdef0123456789abcdef"
TEXT = "Vi kartlägger kedjan varje år och följer upp de största leverantörerna på plats. " * 10
DRAFTED = ("scope", "passing_on", "follow_up")
LEFT = {"policy": "no", "deviations": "no"}  # what stands already, so that the form can be handed in
LEFT_TEXT = ("responsible", "chain", "risk_analysis", "deviations_found", "deviation_routine")
FIELD = {"scope": "scope", "passing_on": "passed_on", "follow_up": "follow_up"}
SENDER = {"name": "Anna Berg", "function": "Hållbarhetschef", "confirm": "yes"}
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@dataclass
class Taken:
    """How long what was sent in took, and reading the review page, in milliseconds."""

    sent: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)


def rows(quick: bool) -> Iterator[Row]:
    """What a supplier waits for; and how many submissions came of each form, which has to be one."""
    count = 20 if quick else 200
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        database, port = Path(directory) / "duly.db", free_port()
        tokens = _seeded(database, count)
        process = _started(database, port)
        try:
            taken = asyncio.run(_all(f"http://127.0.0.1:{port}", tokens))
        finally:
            process.terminate()
            process.wait(30)
        most = _submissions(database, count)
    yield at_most("form: draft or submission of 200 suppliers at once, p50", percentile(taken.sent, 0.5), "ms", 300)
    yield at_most("form: draft or submission of 200 suppliers at once, p99", percentile(taken.sent, 0.99), "ms", 300)
    yield at_most("form: reading the review page meanwhile, p99", percentile(taken.read, 0.99), "ms", 300)
    yield at_most("form: submissions of a form, most", most, "", 1)


def _seeded(database: Path, count: int) -> list[str]:
    """Forms that lack three answers; the token of each."""
    db, now = open_database(str(database)), datetime.now(UTC)
    service = Service(db, open_library(), ZoneInfo("Europe/Stockholm"))
    service.web = Web(secret=SECRET)
    person = Person("p1", "O1", "sv", "officer")
    with service.kept():
        people.add(db, person, now)
        people.add_address(db, "p1", "terminal", "", "o1", "terminal||o1|", now)
        ctx = service.context_of(person, Place.of("terminal||o1|"))
        tokens = [_form(service, number, ctx) for number in range(count)]
    db.conn.close()
    return tokens


def _form(service: Service, number: int, ctx: Context) -> str:
    db, now = service.db, service.now()
    supplier = suppliers.add(db, f"Leverantör {number} AB", now)
    id = self_assessments.add(db, supplier, f"2026-{number}", None, "sv", date(2099, 1, 1), "p1", now)
    form_answers.keep(db, id, 1, {**LEFT, **dict.fromkeys(LEFT_TEXT, TEXT)}, now)
    return web_links.make("form", f"self_assessments:{id}", timedelta(days=30), ctx).rpartition("/")[2]


async def _all(url: str, tokens: Sequence[str]) -> Taken:
    taken = Taken()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        await _until_up(session, f"{url}/form/{tokens[0]}/review")
        await asyncio.gather(*(_supplier(session, f"{url}/form/{token}", taken) for token in tokens))
    return taken


async def _until_up(session: aiohttp.ClientSession, page: str) -> None:
    """Until a page is shown: whatever reads content and templates once has done so."""
    async with asyncio.timeout(60):
        while True:
            try:
                async with session.get(page):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def _supplier(session: aiohttp.ClientSession, form: str, taken: Taken) -> None:
    """Three drafts, then the same page sent in twice at once."""
    for page in DRAFTED:
        body = aiohttp.FormData({FIELD[page]: TEXT, "do": "next"}, default_to_multipart=True)
        taken.sent.append(await _send(session, f"{form}/{page}", body))
    began = time.perf_counter()
    async with session.get(f"{form}/review") as answer:
        found = NONCE.search(await answer.text())
    taken.read.append((time.perf_counter() - began) * 1000)
    assert found is not None
    body = {"nonce": found[1], **SENDER}
    taken.sent.extend(await asyncio.gather(*(_send(session, f"{form}/review", body) for _ in range(2))))


async def _send(session: aiohttp.ClientSession, url: str, body: object) -> float:
    began = time.perf_counter()
    async with session.post(url, data=body, allow_redirects=False) as answer:
        await answer.read()
        assert answer.status == 303, answer.status
    return (time.perf_counter() - began) * 1000


def _submissions(database: Path, count: int) -> float:
    """The most submissions that any form got; every one has at least one."""
    db = open_database(str(database))
    sql = "select object, count(*) from audit where action = 'submitted' group by object"
    found = dict(db.conn.execute(sql).fetchall())
    letters = db.conn.execute("select count(*) from outbox where dedupe_key like 'form:%'").fetchone()[0]
    db.conn.close()
    assert len(found) == letters == count
    return float(max(found.values()))


def _started(database: Path, port: int) -> "subprocess.Popen[bytes]":
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DULY_", "SLACK_", "TELEGRAM_"))},
        "DULY_DATABASE": str(database),
        "DULY_PORT": str(port),
        "DULY_SECRET": SECRET,
    }
    return subprocess.Popen([sys.executable, "-m", "bench.form_served"], cwd=ROOT, env=environment)
