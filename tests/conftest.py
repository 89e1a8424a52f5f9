"""What tests share: the real library, a database in memory, a clock that stands still, golden files.

`pytest --accept` rewrites golden files and talks with what comes out today; read the diff aloud.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database

from bot.service import Service
from bot.terminal import Seat, sit_down
from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.library import Library, open_library
from knowledge.words import fold
from storage import people
from storage.database import open_database
from storage.people import Person

from . import sent

GOLDEN = Path(__file__).parent / "golden"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Stockholm, week 48


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files and talks with what comes out today")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the other tests sent is looked at last."""
    items.sort(key=lambda item: item.path.name == "test_types.py")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run on several processes keeps what each of them sent; tests/test_types.py looks at it in a run of its own."""
    if hasattr(session.config, "workerinput"):
        sent.keep()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        sent.begin()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("plain/risk.txt", text)`: `text` is what the file holds."""

    def same(path: str, text: str) -> None:
        file = GOLDEN / path
        if request.config.getoption("--accept"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")

        assert file.read_text(encoding="utf-8") == text

    return same


@pytest.fixture(scope="session")
def library() -> Library:
    return open_library()


@pytest.fixture
def db() -> Database:
    return open_database(":memory:")


@dataclass
class Clock:
    """The hour, as a test sets it."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Officer:
    """Somebody who talks with Duly; every message gets an id of its own."""

    service: Service
    seat: Seat
    clock: Clock
    said: int = 0

    def say(self, text: str, id: str = "") -> Reply:
        """The answer to `text`; all that is said comes in one reply here."""
        self.said += 1
        message = Message(id or f"{self.seat.person.id}-{self.said}", self.seat.place, self.seat.person.id, text)
        return self.service.receive(message).replies[0]

    def press(self, reply: Reply, label: str) -> Reply:
        """The answer to the button with `label`."""
        return self.say(next(button.says for row in reply.buttons for button in row if button.label == label))

    @property
    def ctx(self) -> Context:
        return self.service.context_of(self.seat.person, self.seat.place)


def officer(service: Service, clock: Clock, id: str, name: str, lang: str) -> Officer:
    """Somebody at the terminal whose id is known, unlike those that are made up."""
    person = Person(id, name, lang, "admin")
    people.add(service.db, person, MONDAY)
    people.add_address(service.db, id, "terminal", "", fold(name), f"terminal||{fold(name)}|", MONDAY)
    return Officer(service, sit_down(service, name, lang, lang), clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(db: Database, library: Library, clock: Clock) -> Service:
    return Service(db, library, STOCKHOLM, clock)


@pytest.fixture
def asa(service: Service, clock: Clock) -> Officer:
    """An officer who writes Swedish."""
    return officer(service, clock, "asa", "Åsa Öberg", "sv")


@pytest.fixture
def bo(service: Service, clock: Clock) -> Officer:
    """Her colleague, who writes English."""
    return officer(service, clock, "bo", "Bo", "en")
