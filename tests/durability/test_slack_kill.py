"""`duly serve` killed and stopped again and again while officers write: every acknowledged message is answered once."""

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

ROOT = Path(__file__).parents[2]
KILLS, STOPS, OFFICERS = 15, 5, 6
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
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.slack.forget_sockets()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.slack_program"], cwd=ROOT, env=self.environment
        )
        self.slack.wait_for_socket(60)

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(60)


def write(slack: FakeSlack, at_random: random.Random, waiting: list[dict]) -> None:
    """Somebody writes; Slack brings it, and whatever was not acknowledged, once more."""
    user = f"U{at_random.randrange(OFFICERS)}"
    waiting.append(slack.message(user, at_random.choice(QUESTIONS)))


def bring(slack: FakeSlack, waiting: list[dict], patience: float) -> None:
    sent = []
    for payload in waiting:
        try:
            sent.append((slack.send("events_api", payload), payload))
        except (ConnectionError, StopIteration, RuntimeError):
            break
    end = time.monotonic() + patience
    for envelope, payload in sent:
        if slack.acked(envelope, max(0.0, end - time.monotonic())) is not None:
            waiting.remove(payload)


@pytest.mark.parametrize("seed", [1])
def test_every_acknowledged_message_is_answered_once(tmp_path, seed):
    at_random = random.Random(seed)
    with FakeSlack() as slack:
        for number in range(OFFICERS):
            slack.add_user(f"U{number}", name=f"Officer {number}")
        serving = Serving(slack, tmp_path)
        waiting: list[dict] = []
        written = 0
        endings = [signal.SIGKILL] * KILLS + [signal.SIGTERM] * STOPS
        at_random.shuffle(endings)
        for how in endings:
            serving.start()
            for _ in range(at_random.randrange(2, 8)):
                write(slack, at_random, waiting)
                written += 1
            bring(slack, waiting, at_random.random() * 0.2)
            time.sleep(at_random.random() * 0.1)
            code = serving.end(how)
            assert code == (0 if how is signal.SIGTERM else -signal.SIGKILL)
        serving.start()
        end = time.monotonic() + 60
        while waiting and time.monotonic() < end:
            bring(slack, waiting, 2)
        wait_for_rest(tmp_path / "duly.db", end)
        assert serving.end(signal.SIGTERM) == 0
        channels = [slack.dm(f"U{number}") for number in range(OFFICERS)]
        keys = [key(m) for channel in channels for m in slack.messages(channel) if m["user"] == slack.bot_user]
        db = open_database(str(tmp_path / "duly.db"))

        assert waiting == []
        assert db.conn.execute(
            "select count(*) from inbox where state = 'done' and event_key like 'm:%'"
        ).fetchone() == (written,)
        assert dict(db.conn.execute("select state, count(*) from outbox group by state")) == {"sent": written}
        assert {k: n for k, n in Counter(keys).items() if n > 1} == {}
        assert len(keys) == written
        assert slack.warnings == []


def key(message: dict) -> str:
    return message["metadata"]["event_payload"]["key"] if "metadata" in message else texts(message)


def wait_for_rest(path: Path, end: float) -> None:
    db = open_database(str(path))
    left = "select (select count(*) from inbox where state='new') + (select count(*) from outbox where state <> 'sent')"
    while db.conn.execute(left).fetchone()[0] and time.monotonic() < end:
        time.sleep(0.2)
    db.conn.close()
