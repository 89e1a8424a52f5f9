"""`duly serve` killed and stopped again and again while officers write: every acknowledged message is answered once."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from storage.database import open_database
from tests.fakes.workspace import FakeSlack
from tests.slack_life import free_port, texts

from .counts import kills
from .ready import Life, Ready
from .strace import SYNC, kill_at, needs_strace

ROOT = Path(__file__).parents[2]
KILLS, OFFICERS = kills(100), 6
STOPS = KILLS // 2
CHAOS = ("429:1", "500", "reset-before", "reset-after", "502-after")
POINTS = {SYNC: range(1, 13, 2), "sendto": range(3, 33, 6)}  # before the third it has not met Slack yet
QUESTIONS = ("Får vi kräva Fairtrade?", "vad är ILO:s kärnkonventioner?", "hjälp", "märkning GOTS")


class Serving:
    """`duly serve` as a process of its own."""

    def __init__(self, slack: FakeSlack, home: Path) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = {
            **kept,
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(home / "cache"),
            "DULY_DATABASE": str(home / "duly.db"),
            "DULY_PORT": str(free_port()),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.url,
        }
        self.slack = slack
        self.process: subprocess.Popen[bytes] | Life | None = None
        self.ready: Ready | None = None

    def start(self, *under: str) -> None:
        """Start it (`under` a program such as strace) and wait until it listens, or has died before that."""
        self.slack.forget_sockets()
        if under:
            program = [*under, sys.executable, "-m", "tests.durability.slack_program"]
            self.process = subprocess.Popen(program, cwd=ROOT, env=self.environment, start_new_session=True)
        else:
            self.ready = self.ready or Ready("tests.durability.slack_program", self.environment)
            self.process = self.ready.become()
        end = time.monotonic() + 60
        while not self.slack.sockets and self.process.poll() is None:
            assert time.monotonic() < end, "it does not listen"
            time.sleep(0.01)

    def await_death(self, seconds: float) -> None:
        assert self.process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if isinstance(self.process, Life):
            self.process.send_signal(how)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
        return self.process.wait(60)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.end(signal.SIGKILL)
        if self.ready:
            self.ready.close()


@pytest.mark.parametrize("chaos", [False, True], ids=["clean", "chaos"])
def test_killed_and_stopped_while_officers_write(tmp_path, chaos):
    """`chaos`: of ten calls to post about three go wrong, in every way that there is."""
    at_random = random.Random(1)
    endings = [signal.SIGKILL] * (KILLS // 2) if chaos else [signal.SIGKILL] * KILLS + [signal.SIGTERM] * STOPS
    at_random.shuffle(endings)
    with Office(tmp_path, at_random) as office:
        for how in endings:
            office.serving.start()
            for what in at_random.choices(CHAOS, k=2) if chaos else ():
                office.slack.fault("chat.postMessage", what)
            office.write(at_random.randrange(2, 8))
            office.bring(at_random.random() * 0.2)
            time.sleep(at_random.random() * 0.1)
            assert office.serving.end(how) == (0 if how is signal.SIGTERM else -signal.SIGKILL)
        office.see_that_each_is_answered_once()


@needs_strace
@pytest.mark.parametrize("calls", [SYNC, "sendto"])
def test_it_dies_just_before_its_nth_sync_or_the_nth_time_it_sends(tmp_path, calls):
    deaths = 0
    with Office(tmp_path, random.Random(2)) as office:
        office.serving.start()  # makes the database
        assert office.serving.end(signal.SIGTERM) == 0
        for nth in POINTS[calls]:
            office.serving.start(*kill_at(calls, nth))
            office.write(3)
            office.bring(1.0)
            office.serving.await_death(3.0)
            deaths += office.serving.end(signal.SIGTERM) == -signal.SIGKILL
        office.see_that_each_is_answered_once()

    assert deaths > len(POINTS[calls]) / 2  # the last points may lie beyond what three messages need


class Office:
    """Officers who write, and the Slack that brings what they wrote until it is acknowledged."""

    def __init__(self, home: Path, at_random: random.Random) -> None:
        self.home, self.at_random = home, at_random
        self.waiting: list[dict] = []
        self.written = 0

    def __enter__(self) -> "Office":
        self.slack = FakeSlack().__enter__()
        for number in range(OFFICERS):
            self.slack.add_user(f"U{number}", name=f"Officer {number}")
        self.serving = Serving(self.slack, self.home)
        return self

    def __exit__(self, *error: object) -> None:
        self.serving.close()
        self.slack.__exit__(*error)

    def write(self, times: int) -> None:
        for _ in range(times):
            user = f"U{self.at_random.randrange(OFFICERS)}"
            self.waiting.append(self.slack.message(user, self.at_random.choice(QUESTIONS)))
            self.written += 1

    def bring(self, patience: float) -> None:
        """Bring what was not acknowledged yet, once more."""
        sent = []
        for payload in self.waiting:
            try:
                sent.append((self.slack.send("events_api", payload), payload))
            except (ConnectionError, StopIteration, RuntimeError):
                break
        end = time.monotonic() + patience
        for envelope, payload in sent:
            if self.slack.acked(envelope, max(0.0, end - time.monotonic())) is not None:
                self.waiting.remove(payload)

    def see_that_each_is_answered_once(self) -> None:
        self.slack.forgive()
        self.serving.start()
        end = time.monotonic() + 60
        while self.waiting and time.monotonic() < end:
            self.bring(2)
        wait_for_rest(self.home / "duly.db", end)
        assert self.serving.end(signal.SIGTERM) == 0
        channels = [self.slack.dm(f"U{number}") for number in range(OFFICERS)]
        keys = [key(m) for room in channels for m in self.slack.messages(room) if m["user"] == self.slack.bot_user]
        db = open_database(str(self.home / "duly.db"))
        handled = "select count(*) from inbox where state = 'done' and event_key like 'm:%'"

        assert self.waiting == []
        assert db.conn.execute(handled).fetchone() == (self.written,)
        assert dict(db.conn.execute("select state, count(*) from outbox group by state")) == {"sent": self.written}
        assert {name: times for name, times in Counter(keys).items() if times > 1} == {}
        assert len(keys) == self.written
        assert self.slack.warnings == []


def key(message: dict) -> str:
    return message["metadata"]["event_payload"]["key"] if "metadata" in message else texts(message)


def wait_for_rest(path: Path, end: float) -> None:
    db = open_database(str(path))
    left = "select (select count(*) from inbox where state='new') + (select count(*) from outbox where state <> 'sent')"
    while db.conn.execute(left).fetchone()[0] and time.monotonic() < end:
        time.sleep(0.2)
    db.conn.close()
