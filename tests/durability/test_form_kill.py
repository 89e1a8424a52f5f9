"""`duly serve` killed again and again while suppliers fill in their forms, attach files and hand in.

What was answered stands: the words, the file on the disk, the one submission with its number and the one letter to the
officer. With DULY_KILLS=300 it is killed so often, as before a release.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx

from bot.service import Service
from handlers import web_links
from handlers.messages import Place
from handlers.web_links import Web
from storage import audit, people, self_assessments, suppliers
from storage.database import open_database
from storage.people import Person
from tests.conftest import STOCKHOLM
from tests.slack_life import free_port
from tests.web_life import PDF, SECRET, SENDER, answers, multipart

from .counts import kills
from .ready import Life, Ready
from .strace import SYNC, kill_at, needs_strace

ROOT = Path(__file__).parents[2]
KILLS = kills(20)
FORMS_A_LIFE, AT_ONCE = 10, 4
PAGES = list(answers().items())
LIKE_A_FILE = "passing_on"  # the page to which a file is attached
QUESTION = "passed_on"
POINTS = range(1, 40, 6)


@dataclass
class Sheet:
    """One supplier's form: what was answered to her, and how far she has come."""

    id: int
    token: str
    stood: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    page: int = 0
    handed_in: bool = False


class Suppliers:
    """Forms that are filled in while Duly comes and goes."""

    def __init__(self, home: Path, library, at_random: random.Random, lives: int) -> None:
        self.home, self.at_random = home, at_random
        self.database, self.port, self.kills = home / "duly.db", free_port(), 0
        self.ready: Ready | None = None
        self.process: subprocess.Popen[bytes] | Life | None = None
        self.sheets = list(self._sent_out(library, lives * FORMS_A_LIFE))
        self.waiting = list(self.sheets)
        self.ended = threading.Event()
        self.wrong: list[str] = []

    def _sent_out(self, library, count: int) -> Iterator[Sheet]:
        service = Service(open_database(str(self.database)), library, STOCKHOLM)
        service.web = Web(secret=SECRET)
        person, now = Person("asa", "Åsa", "sv", "officer"), datetime.now(UTC)
        with service.kept():
            people.add(service.db, person, now)
            people.add_address(service.db, "asa", "terminal", "", "åsa", "terminal||åsa|", now)
            ctx = service.context_of(person, Place.of("terminal||åsa|"))
            for number in range(count):
                supplier = suppliers.add(service.db, f"Bolag {number} AB", now)
                id = self_assessments.add(service.db, supplier, "A-1", None, "sv", date(2099, 1, 1), "asa", now)
                address = web_links.make("form", f"self_assessments:{id}", timedelta(days=60), ctx)
                yield Sheet(id, address.rpartition("/")[2])
        service.db.conn.close()

    def __enter__(self) -> "Suppliers":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.ready:
            self.ready.close()

    def start(self, *under: str) -> None:
        """Begin, under a program that kills it or as a fork of one that has read everything."""
        self.ended.clear()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {
            **kept,
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "DULY_DATABASE": str(self.database),
            "DULY_PORT": str(self.port),
            "DULY_SECRET": SECRET,
            "DULY_PUBLIC_URL": "https://duly.example",
        }
        if under:
            program = [*under, sys.executable, "-m", "bot", "serve"]
            self.process = subprocess.Popen(program, cwd=ROOT, env=environment, start_new_session=True)
        else:
            self.ready = self.ready or Ready("bot.web_form", environment)
            self.process = self.ready.become()

    def fill_in(self) -> list[threading.Thread]:
        """A few suppliers at once, each with one form after another, until nobody answers."""
        threads = [threading.Thread(target=self._fill_in, args=(self.at_random.random(),)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        return threads

    def _fill_in(self, seed: float) -> None:
        at_random = random.Random(seed)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{self.port}") as browser:
                self._wait_for_answer(browser)
                while self.waiting:
                    sheet = self.waiting.pop()
                    browser.headers["x-forwarded-for"] = f"192.0.2.{sheet.id % 250}"  # suppliers are many, not one
                    try:
                        self._go_on(browser, sheet, at_random)
                    finally:
                        if not sheet.handed_in:
                            self.waiting.append(sheet)
        except httpx.TransportError:
            pass  # it was killed
        except AssertionError as error:
            self.wrong.append(str(error))

    def _wait_for_answer(self, browser: httpx.Client) -> None:
        while not self.ended.is_set():
            try:
                browser.get("/healthz")
                return
            except httpx.TransportError:
                time.sleep(0.01)

    def _go_on(self, browser: httpx.Client, sheet: Sheet, at_random: random.Random) -> None:
        """From where she was: every page in her own words, then the review page twice."""
        while sheet.page < len(PAGES):
            page, given = PAGES[sheet.page]
            words = {name: self._own(name, said, at_random) for name, said in given.items()}
            data = PDF + at_random.randbytes(40) if page == LIKE_A_FILE else b""
            sent = multipart({**words, "do": "next"})
            if data:
                sent["files"].append((f"file-{QUESTION}", ("intyg.pdf", data)))
            came = browser.post(f"/form/{sheet.token}/{page}", **sent)
            assert came.status_code == 303, f"{page}: {came.status_code}"
            sheet.stood |= words
            sheet.files |= {hashlib.sha256(data).hexdigest()} if data else set()
            sheet.page += 1
        self._hand_in(browser, sheet)

    @staticmethod
    def _own(question: str, said: str, at_random: random.Random) -> str:
        return said if question in ("policy", "deviations") else f"{said} {at_random.randrange(10**9)}"

    @staticmethod
    def _hand_in(browser: httpx.Client, sheet: Sheet) -> None:
        """Press twice; who was cut off reads the page again first, and may find the receipt."""
        review = browser.get(f"/form/{sheet.token}/review")
        if review.status_code == 200:
            nonce = review.text.partition('name="nonce" value="')[2].partition('"')[0]
            for _ in range(2):
                came = browser.post(f"/form/{sheet.token}/review", data={"nonce": nonce, **SENDER})
                assert came.status_code == 303, f"review: {came.status_code}"
        sheet.handed_in = True

    def end(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(how) if self.process.poll() is None else None
        code = self.process.wait(60)
        self.ended.set()
        self.kills += code == -signal.SIGKILL
        return code

    def see_that_nothing_is_lost(self) -> None:
        """Everybody comes to an end; then look at what is kept."""
        self.start()
        for thread in self.fill_in():
            thread.join(120)
        assert self.end(signal.SIGTERM) == 0
        assert self.wrong == []
        assert self.waiting == []
        db = open_database(str(self.database))
        for sheet in self.sheets:
            self._see(db, sheet)
        assert audit.first_bad(db) is None
        db.conn.close()

    def _see(self, db, sheet: Sheet) -> None:
        kept = dict(db.conn.execute("select question, answer from form_answers where assessment = ?", (sheet.id,)))
        files = db.conn.execute("select path, sha256 from form_files where assessment = ?", (sheet.id,)).fetchall()
        on_disk = {hashlib.sha256((self.home / "duly.files" / path).read_bytes()).hexdigest() for path, _ in files}
        one = self_assessments.find(db, sheet.id)
        submitted = "select count(*) from audit where action = 'submitted' and object = ?"
        letters = "select count(*) from outbox where dedupe_key = ?"

        assert kept == sheet.stood
        assert {sha for _, sha in files} == on_disk
        assert sheet.files <= on_disk
        assert one is not None
        assert one.state == "submitted"
        assert one.receipt
        assert db.conn.execute(submitted, (f"self_assessments:{sheet.id}",)).fetchone()[0] == 1
        assert db.conn.execute(letters, (f"form:{sheet.id}:1",)).fetchone()[0] == 1


def test_killed_while_suppliers_write(tmp_path, library):
    at_random = random.Random(8)
    with Suppliers(tmp_path, library, at_random, KILLS) as there:
        for _ in range(KILLS):
            there.start()
            threads = there.fill_in()
            time.sleep(0.05 + at_random.random() * 0.25)
            assert there.end() == -signal.SIGKILL
            for thread in threads:
                thread.join(60)
        there.see_that_nothing_is_lost()


@needs_strace
def test_it_dies_just_before_its_nth_sync(tmp_path, library):
    with Suppliers(tmp_path, library, random.Random(9), len(POINTS)) as there:
        for nth in POINTS:
            there.start(*kill_at(SYNC, nth))
            threads = there.fill_in()
            while there.process.poll() is None and any(thread.is_alive() for thread in threads):
                time.sleep(0.02)
            there.end(signal.SIGTERM)
            for thread in threads:
                thread.join(60)
        there.see_that_nothing_is_lost()

        assert there.kills > len(POINTS) / 2
