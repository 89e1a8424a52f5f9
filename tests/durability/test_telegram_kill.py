"""`duly serve` killed and stopped again and again while a backlog waits at Telegram.

No update is lost, and each has its effect once. An answer may come twice where nobody could tell whether it arrived,
and then the copy says so.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from bot.service import Service
from storage.database import open_database
from tests.conftest import STOCKHOLM
from tests.fakes.bot_api import FakeTelegram
from tests.slack_life import free_port
from tests.telegram_life import SECRET, known

from .counts import kills
from .ready import Life, Ready
from .strace import SYNC, kill_at, needs_strace
from .test_slack_kill import wait_for_rest

ROOT = Path(__file__).parents[2]
KILLS, HOOKED, OFFICERS = kills(40), kills(10), 5
STOPS = KILLS // 4
POINTS = {SYNC: range(1, 13, 2), "sendto": range(3, 33, 6)}
AGAIN = "(kan vara en upprepning)"


class Backlog:
    """Officers who write while Duly comes and goes, and what became of each thing they wrote."""

    def __init__(self, home: Path, library, at_random: random.Random, webhook: bool = False) -> None:
        self.home, self.library, self.at_random, self.webhook = home, library, at_random, webhook
        self.written, self.kills = 0, 0
        self.process: subprocess.Popen[bytes] | Life | None = None
        self.ready: Ready | None = None
        self.port = free_port()

    def __enter__(self) -> "Backlog":
        self.fake = FakeTelegram().__enter__()
        service = Service(open_database(str(self.home / "duly.db")), self.library, STOCKHOLM, presents=())
        for number in range(1, OFFICERS + 1):
            self.fake.add_user(number, f"Officer {number}")
            known(service, number, f"Officer {number}", "sv")
        service.db.conn.close()
        return self

    def __exit__(self, *error: object) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.ready:
            self.ready.close()
        self.fake.__exit__(*error)

    def write(self, times: int) -> None:
        """As many sentences that each record one thing, from whomever."""
        for _ in range(times):
            self.written += 1
            words = f"följ upp punkt {self.written} hos Bolag AB senast 15 mars"
            self.fake.message(self.at_random.randrange(1, OFFICERS + 1), words)

    def start(self, *under: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        hook = {"TELEGRAM_WEBHOOK_SECRET": SECRET, "DULY_PUBLIC_URL": "https://duly.example"} if self.webhook else {}
        environment = {
            **kept,
            **hook,
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "DULY_DATABASE": str(self.home / "duly.db"),
            "DULY_PORT": str(self.port),
            "TELEGRAM_BOT_TOKEN": self.fake.token,
            "TELEGRAM_API_URL": self.fake.url,
        }
        before = len(self.fake.calls)
        if under:
            program = [*under, sys.executable, "-m", "tests.durability.telegram_program"]
            self.process = subprocess.Popen(program, cwd=ROOT, env=environment, start_new_session=True)
        else:
            self.ready = self.ready or Ready("tests.durability.telegram_program", environment)
            self.process = self.ready.become()
        end = time.monotonic() + 60
        while self.process.poll() is None and not self._arranged(before):
            assert time.monotonic() < end, "it does not ask for updates"
            time.sleep(0.01)
        self.fake.webhook_at = f"http://127.0.0.1:{self.port}/telegram/webhook"

    def _arranged(self, before: int) -> bool:
        """Whether it has told Telegram everything that comes before the first update."""
        return sum(call.method == "setMyShortDescription" for call in self.fake.calls[before:]) == 3

    def bring(self) -> None:
        """What Telegram pushes to the webhook, once more for what was not taken."""
        for update in self.fake.waiting:
            self.fake.push(update)

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how) if self.process.poll() is None else None
        code = self.process.wait(60)
        self.kills += code == -signal.SIGKILL
        return code

    def see_that_nothing_is_lost(self) -> None:
        self.start()
        end = time.monotonic() + 60
        while self.fake.waiting and time.monotonic() < end:
            if self.webhook:
                self.bring()
            time.sleep(0.05)
        db = open_database(str(self.home / "duly.db"))
        wait_for_rest(self.home / "duly.db", end)
        assert self.end(signal.SIGTERM) == 0
        subjects = Counter(row[0] for row in db.conn.execute("select subject from follow_ups"))
        answers: dict[str, list[str]] = {}
        for chat in range(1, OFFICERS + 1):
            for message in self.fake.sent(chat):
                subject = message["plain"].partition("punkt ")[2].split()[0]
                answers.setdefault(f"punkt {subject}", []).append(message["plain"])
        unmarked = {key: [AGAIN in words for words in told].count(False) for key, told in answers.items()}

        assert self.fake.waiting == []
        assert subjects == Counter(f"punkt {number}" for number in range(1, self.written + 1))
        assert set(answers) == set(subjects)
        assert {key: times for key, times in unmarked.items() if times > 1} == {}
        assert sum(len(told) - 1 for told in answers.values()) <= self.kills * OFFICERS  # one on its way to each
        assert {key: told for key, told in answers.items() if len(told) > 1 and not _labelled(told)} == {}


def _labelled(told: list[str]) -> bool:
    """Whether every copy but the first says that it may be one."""
    return all(AGAIN in words for words in told[1:])


def test_killed_and_stopped_with_a_backlog(tmp_path, library):
    at_random = random.Random(5)
    endings = [signal.SIGKILL] * KILLS + [signal.SIGTERM] * STOPS
    at_random.shuffle(endings)
    with Backlog(tmp_path, library, at_random) as backlog:
        for how in endings:
            backlog.write(at_random.randrange(3, 12))
            backlog.start()
            time.sleep(at_random.random() * 0.15)
            backlog.write(at_random.randrange(0, 4))
            time.sleep(at_random.random() * 0.05)
            assert backlog.end(how) == (0 if how is signal.SIGTERM else -signal.SIGKILL)
        backlog.see_that_nothing_is_lost()


def test_killed_behind_a_webhook(tmp_path, library):
    at_random = random.Random(6)
    with Backlog(tmp_path, library, at_random, webhook=True) as backlog:
        for _ in range(HOOKED):
            backlog.write(at_random.randrange(3, 8))
            backlog.start()
            for update in backlog.fake.waiting[: at_random.randrange(1, 8)]:
                backlog.fake.push(update)
            assert backlog.end(signal.SIGKILL) == -signal.SIGKILL
        backlog.see_that_nothing_is_lost()


@needs_strace
@pytest.mark.parametrize("calls", [SYNC, "sendto"])
def test_it_dies_just_before_its_nth_sync_or_the_nth_time_it_sends(tmp_path, library, calls):
    with Backlog(tmp_path, library, random.Random(7)) as backlog:
        for nth in POINTS[calls]:
            backlog.write(3)
            backlog.start(*kill_at(calls, nth))
            end = time.monotonic() + 3
            while backlog.process.poll() is None and time.monotonic() < end:
                time.sleep(0.02)
            backlog.end(signal.SIGTERM)
        backlog.see_that_nothing_is_lost()

        assert backlog.kills > len(POINTS[calls]) / 2
