"""Officers on two platforms whose reminders fall due while `duly serve` is dead, and what became of each of them.

Each round has people and rooms of its own: some are told of one item or two, some get a digest, one item is told to two
people on different platforms, a team has a room on one of them. What was told in both places is acted on later, on one.
"""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

from handlers.messages import Place
from knowledge.rules import calendar
from storage import copying, follow_ups, people, reminders, rooms, suppliers, teams
from storage.database import Database, open_database, write
from storage.people import Person
from storage.rooms import Room
from tests.conftest import STOCKHOLM
from tests.fakes.bot_api import FakeTelegram
from tests.fakes.workspace import FakeSlack
from tests.slack_life import free_port, texts

from .ready import Life, Ready

ROOT = Path(__file__).parents[2]
AGAIN = "(kan vara en upprepning)"
SENDS = {"slack": "chat.postMessage", "telegram": "sendMessage"}
REMINDS = re.compile(r"Om \d+ dagar: |Du är ersättare för|Att följa upp|Vecka \d+, ")
DONE = "Klar: Officer"
PROGRAM = "tests.durability.both_program"
Chat = tuple[str, str]  # platform and its name of the room


@dataclass
class Counted:
    """What came of it, for whoever publishes figures."""

    kills: int = 0
    stops: int = 0
    reminders: int = 0
    lost: int = 0
    left_behind: int = 0  # letters that were taken and not marked when it ended
    hits: int = 0  # a letter that had arrived in Telegram when the kill came, and was not known to have
    slack_copies: int = 0
    telegram_copies: int = 0
    unlabelled: int = 0
    unexplained: int = 0  # copies in Telegram that no kill accounts for
    acted: int = 0
    unsettled: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in vars(self).items())


@dataclass
class Told:
    """What one person should hear of, by the words that name it; `items` are those told to somebody on each side."""

    expected: dict[Chat, list[str]] = field(default_factory=lambda: defaultdict(list))
    shared: dict[int, tuple[Chat, Chat, str]] = field(default_factory=dict)
    acted: dict[int, tuple[Chat, Chat, str]] = field(default_factory=dict)
    hits: Counter[tuple[Chat, str]] = field(default_factory=Counter)


def monday_morning() -> datetime:
    """Twenty-five to nine on the next Monday that is a working day: digests are due, and phones may ring."""
    day = datetime.now(STOCKHOLM).date() + calendar.DAY
    while day.weekday() or not calendar.is_working_day(day):
        day += calendar.DAY
    return calendar.to_utc(day, hour(8, 35), STOCKHOLM)


class Town:
    """`with Town(tmp_path, seed) as town:` the two platforms, the database, and the program that comes and goes."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.at_random = home, random.Random(seed)
        self.path = home / "duly.db"
        self.ahead = (monday_morning() - datetime.now(UTC)).total_seconds()
        self.port, self.round = free_port(), 0
        self.told, self.counted = Told(), Counted()
        self.sent: dict[int, list[str]] = defaultdict(list)  # what came in each chat of Telegram
        self.read = 0  # calls of Telegram that were looked at
        self.waiting: list[dict] = []  # what officers wrote in Slack and nobody acknowledged
        self.process: subprocess.Popen[bytes] | Life | None = None
        self.ready: Ready | None = None

    def __enter__(self) -> "Town":
        self.slack, self.telegram = FakeSlack().__enter__(), FakeTelegram().__enter__()
        self.slack.ahead = self.ahead
        db = open_database(str(self.path))
        with write(db):
            suppliers.add(db, "Nordkaffe AB", self.now())
        db.conn.close()
        return self

    def __exit__(self, *error: object) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.ready:
            self.ready.close()
        self.slack.__exit__(*error)
        self.telegram.__exit__(*error)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    # What falls due.

    def fall_due(self) -> None:
        """One more round of people, and reminders of theirs that were due a moment ago."""
        self.round += 1
        db = open_database(str(self.path))
        with write(db):
            slack, telegram = self._person(db, "slack", 1), self._person(db, "telegram", 1)
            self._to_both(db, slack, telegram)
            for platform in SENDS:
                self._items(db, self._person(db, platform, 2), self.at_random.randrange(1, 3))
                self._items(db, self._person(db, platform, 3), self.at_random.randrange(4, 7))
            self._team(db, "slack" if self.round % 2 else "telegram", (slack, telegram))
        db.conn.close()

    def _person(self, db: Database, platform: str, nth: int) -> tuple[str, Chat]:
        number = 10 * self.round + nth
        id, room = (f"s{number}", f"U{number}") if platform == "slack" else (f"t{number}", str(number))
        people.add(db, Person(id, f"Officer {id}", "sv", "officer"), self.now())
        if platform == "slack":
            self.slack.add_user(room, name=f"Officer {id}")
            place, chat = Place("slack", self.slack.team, f"@{room}"), (platform, self.slack.dm(room))
        else:
            self.telegram.add_user(number, f"Officer {id}")
            place, chat = Place("telegram", "", room), (platform, room)
        people.add_address(db, id, platform, place.tenant, room, place.key, self.now())
        return id, chat

    def _items(self, db: Database, who: tuple[str, Chat], count: int) -> None:
        for _ in range(count):
            self._remind(db, self._item(db, who[0]), who, "before")

    def _to_both(self, db: Database, one: tuple[str, Chat], other: tuple[str, Chat]) -> None:
        item = self._item(db, one[0])
        subject = self._remind(db, item, one, "before")
        self._remind(db, item, other, "escalated")
        self.told.shared[item] = (one[1], other[1], subject)

    def _item(self, db: Database, responsible: str) -> int:
        due_on = self.now().date() + timedelta(days=200)
        subject = f"punkt {self.counted.reminders}."
        return follow_ups.add(db, 1, "other", subject, due_on, responsible, self.now())

    def _remind(self, db: Database, item: int, who: tuple[str, Chat], kind: str) -> str:
        now = self.now()
        reminders.plan(db, item, kind, 30, now.date(), now - timedelta(seconds=1), who[0], now)
        found = follow_ups.find(db, item)
        assert found is not None
        self.told.expected[who[1]].append(found.subject)
        self.counted.reminders += 1
        return found.subject

    def _team(self, db: Database, platform: str, members: tuple[tuple[str, Chat], ...]) -> None:
        name, number = f"Lag {self.round}.", -5_000_000 - self.round
        where = ("slack", self.slack.team, f"C{self.round}") if platform == "slack" else ("telegram", "", str(number))
        if platform == "slack":
            self.slack.add_channel(where[2], members=(self.slack.bot_user,))
        else:
            self.telegram.add_group(number, name)
        rooms.allow(db, Room(*where, "internal", ""), "t", self.now())
        teams.set_members(
            db, teams.add(db, name, where, "sv", "t", self.now()), [id for id, _ in members], "t", self.now()
        )
        self.told.expected[platform, where[2]].append(name)
        self.counted.reminders += 1

    def goes_wrong(self, platform: str, how: Sequence[str]) -> None:
        """The next two messages to a platform meet with some of this."""
        for what in self.at_random.choices(how, k=2):
            (self.slack if platform == "slack" else self.telegram).fault(SENDS[platform], what)

    # What officers do.

    def act(self) -> None:
        """Somebody settles, on one platform, what was told on both."""
        if not (item := self._told_on_both()):
            return
        one, other, _ = self.told.acted[item] = self.told.shared.pop(item)
        if self.at_random.random() < 0.5:
            self.waiting.append(self.slack.message(one[1][1:], f"klar {item} sett"))
        else:
            self.telegram.message(int(other[1]), f"klar {item} sett")
        self.counted.acted += 1

    def _told_on_both(self) -> int | None:
        db = open_database(str(self.path))
        sql = "select item from outbox where item is not null group by item having sum(state = 'sent') = 2"
        told = {row[0] for row in db.conn.execute(sql)}
        db.conn.close()
        return next((item for item in self.told.shared if item in told), None)

    def bring(self, patience: float) -> None:
        """What was written in Slack, once more for what was not acknowledged."""
        for payload in list(self.waiting):
            with contextlib.suppress(ConnectionError, StopIteration, RuntimeError):
                if self.slack.acked(self.slack.send("events_api", payload), patience) is not None:
                    self.waiting.remove(payload)

    # The program.

    def start(self, *under: str) -> None:
        """Start it, `under` a program such as strace; returns at once."""
        self.slack.forget_sockets()
        self._note_hits()
        self.before = len(self.slack.calls), len(self.telegram.calls)
        if under:
            program = [*under, sys.executable, "-m", PROGRAM]
            self.process = subprocess.Popen(program, cwd=ROOT, env=self._environment(), start_new_session=True)
        else:
            self.ready = self.ready or Ready(PROGRAM, self._environment())
            self.process = self.ready.become()

    def _environment(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "TEST_AHEAD": str(self.ahead),
            "DULY_DATABASE": str(self.path),
            "DULY_PORT": str(self.port),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.url,
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
        }

    def _arrived(self) -> int:
        """How many messages arrived since the start."""
        slack = sum(call.method == SENDS["slack"] for call in self.slack.calls[self.before[0] :])
        return slack + sum(call.method == SENDS["telegram"] for call in self.telegram.calls[self.before[1] :])

    def listens(self) -> bool:
        return bool(self.slack.sockets)

    def _over(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None

    def until(self, true: Callable[[], bool], seconds: float) -> None:
        """Until it is so, or it has died; at the most so long."""
        end = time.monotonic() + seconds
        while not self._over() and not true() and time.monotonic() < end:
            time.sleep(0.001)

    def until_posted(self, count: int) -> None:
        self.until(lambda: self._arrived() >= count, 2.0)

    def end(self, how: signal.Signals) -> int:
        """End it; how it ended."""
        assert self.process is not None
        if isinstance(self.process, Life):
            self.process.send_signal(how)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
        code = self.process.wait(60)
        self.counted.kills += code == -signal.SIGKILL
        self.counted.stops += code == 0
        return code

    def _note_hits(self) -> None:
        """Letters that stand in a chat of Telegram although the database does not know that they do.

        Looked for just before the next start: what the dead had sent may still be on its way when they end.
        """
        rows = self._rows("select place, body, platform, card from outbox where state = 'sending'")
        self.counted.left_behind += len(rows)
        for place, body in [row[:2] for row in rows if row[2] == "telegram" and row[3] is None]:
            chat = "telegram", place.split("|")[2]
            under_way = [words for words in self.told.expected[chat] if words in body]
            if any(len(self.heard(chat, words)) > self.told.hits[chat, words] for words in under_way):
                self.told.hits.update((chat, words) for words in under_way)
                self.counted.hits += 1

    def _rows(self, sql: str) -> list[Any]:
        db = open_database(str(self.path))
        rows = db.conn.execute(sql).fetchall()
        db.conn.close()
        return rows

    # What became of it.

    def heard(self, chat: Chat, words: str) -> list[str]:
        """The messages in a chat that remind of what `words` name: in Slack as they stand, in Telegram as they came."""
        said = self._came(int(chat[1])) if chat[0] == "telegram" else self._stands(chat)
        return [each for each in said if words in each and REMINDS.search(each)]

    def _came(self, chat: int) -> list[str]:
        """What was sent to a chat of Telegram and accepted, in order; edits of it do not count."""
        for call in self.telegram.calls[self.read :]:
            if call.method == SENDS["telegram"] and call.answer["ok"]:
                self.sent[int(call.args["chat_id"])].append(str(call.args["text"]))
            self.read += 1
        return self.sent[chat]

    def _stands(self, chat: Chat) -> list[str]:
        """What Duly wrote in a chat, as it stands there now."""
        platform, room = chat
        if platform == "slack":
            return [texts(m) for m in self.slack.messages(room) if m["user"] == self.slack.bot_user]
        return [str(m["plain"]) for m in self.telegram.sent(int(room))]

    def see(self) -> Counted:
        """Let all that waits be done, and count."""
        self.slack.forgive()
        self.telegram.forgive()
        self.start()
        self.until(lambda: self.listens() and not self.left(), 120.0)
        assert self.end(signal.SIGTERM) == 0
        self._note_hits()
        for chat, expected in self.told.expected.items():
            for words in expected:
                self._count(chat, words)
        for item in self.told.acted.values():
            self._count_settled(*item)
        return self.counted

    def left(self) -> int:
        """What nobody has taken or sent yet."""
        self.bring(0.5)
        time.sleep(0.1)
        left = """select (select count(*) from inbox where state = 'new')
            + (select count(*) from outbox where state in ('pending', 'sending', 'unknown'))
            + (select count(*) from reminders where state = 'planned')"""
        return len(self.waiting) + len(self.telegram.waiting) + int(self._rows(left)[0][0])

    def _count(self, chat: Chat, words: str) -> None:
        heard = self.heard(chat, words)
        self.counted.lost += not heard
        copies = max(len(heard) - 1, 0)
        if chat[0] == "slack":
            self.counted.slack_copies += copies
        else:
            self.counted.telegram_copies += copies
            self.counted.unlabelled += sum(AGAIN not in each for each in heard[1:])
            self.counted.unexplained += copies > self.told.hits[chat, words]

    def _count_settled(self, one: Chat, other: Chat, words: str) -> None:
        """Who did it stands on each message; of copies in Telegram that nobody knows of, on the last."""
        stand = [
            [each for each in self._stands(chat) if words in each and REMINDS.search(each)] for chat in (one, other)
        ]
        self.counted.unsettled += [bool(said) and DONE in said[-1] for said in stand].count(False)

    def wrong(self) -> dict[str, Any]:
        """What is wrong with the file and its trail, letters that were not sent, what Slack has twice; warnings."""
        db = open_database(str(self.path))
        faults = list(copying.faults(db))
        db.conn.close()
        unsent = self._rows("select dedupe_key, state, last_error from outbox where state <> 'sent'")
        keys = Counter(key(m) for said in self.slack.said.values() for m in said if "metadata" in m)
        twice = [each for each, times in keys.items() if times > 1]
        warnings = [*self.slack.warnings, *self.telegram.warnings]
        found = {"faults": faults, "unsent": unsent, "twice": twice, "warnings": warnings}
        return {name: what for name, what in found.items() if what}


def key(message: dict[str, Any]) -> str:
    return str(message["metadata"]["event_payload"]["key"])
