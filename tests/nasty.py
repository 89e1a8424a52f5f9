"""The list of bad input, and a room where somebody types it: alone, or as the answer to a question that waits."""

import json
import re
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

from sqlite_utils import Database

from bot.service import Service
from bot.terminal import Terminal, sit_down
from knowledge.library import Library
from storage.database import open_database

from .conftest import STOCKHOLM, Clock

ROWS: list[dict[str, str]] = json.loads(Path(__file__).with_name("nasty_inputs.json").read_text("utf-8"))

TO_SUPPLIER = ("/start follow-up",)
TO_SUBJECT = (*TO_SUPPLIER, "Nordkaffe AB")
TO_KIND = (*TO_SUBJECT, "samtal om avtalet")
TO_CONTRACT = (*TO_KIND, "annat")
TO_DATE = (*TO_CONTRACT, "hoppa över")
TO_PERSON = (*TO_DATE, "om tre veckor")
TO_CHOICES = ("behov städning av skolor", "tio städare", "ja", "ja", "nej")

WHERE: dict[str, tuple[tuple[str, ...], str]] = {  # what is said before, and the kind of the question that waits then
    "fresh": ((), ""),
    "supplier": (TO_SUPPLIER, "supplier"),
    "text": (TO_SUBJECT, "text"),
    "choice": (TO_KIND, "choice"),
    "date": (TO_DATE, "date"),
    "person": (TO_PERSON, "person"),
    "category": (("risk", "saker till skolan"), "category"),
    "countries": (("risk arbetskläder",), "countries"),
    "choices": (TO_CHOICES, "choices"),
    "receiver": (("/start send-form",), "supplier"),
    "address": (("/start mail-form",), "text"),
    "reasons": (("/start judgement", "inte visat"), "text"),
    "until": (("följ upp licens hos Nordkaffe AB senast 15 mars", "/start snooze 1"), "date"),
}


def words(row: dict[str, str]) -> str:
    """What the row says, as text. The file is ours: that is why it may be evaluated."""
    value = eval(row["py"])
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


@dataclass
class Room:
    """Somebody at a terminal that answers in JSON, one line a message."""

    db: Database
    library: Library
    clock: Clock = field(default_factory=Clock)
    out: StringIO = field(default_factory=StringIO)

    def __post_init__(self) -> None:
        service = Service(self.db, self.library, STOCKHOLM, self.clock)
        self.terminal = Terminal(service, sit_down(service, "Åsa Öberg", "sv", "sv"), self.out, as_json=True)

    def say(self, text: str) -> dict[str, Any]:
        """What the terminal writes when `text` is typed."""
        self.out.seek(0)
        self.out.truncate()
        self.terminal.talk(iter([text]))
        (line,) = self.out.getvalue().splitlines()
        said: dict[str, Any] = json.loads(line)
        return said

    def row(self, sql: str) -> Any:
        return self.db.conn.execute(sql).fetchone()[0]

    def waiting(self) -> str:
        """The kind of the question that waits for an answer."""
        found = self.db.conn.execute("select flow, asked from talks where state = 'open'").fetchone()
        return self.library.flows[found[0]].by_id[found[1]].kind if found else ""

    def kept(self) -> str:
        """The text of the latest message, as the inbox keeps it."""
        return str(json.loads(self.row("select body from inbox order by id desc limit 1"))["text"])

    def answers(self) -> dict[str, Any]:
        """The answers of the latest talk."""
        return dict(json.loads(self.row("select answers from talks order by id desc limit 1")))


def room_at(library: Library, where: str) -> Room:
    """A room of its own where the question stands that `where` names."""
    room = Room(open_database(":memory:"), library)
    before, kind = WHERE[where]
    for text in before:
        room.say(text)

    assert room.waiting() == kind
    return room


def text_of(said: dict[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in said["replies"])


def visible(text: str) -> str:
    """The letters and signs of `text` in one form, without what the eye does not see."""
    bare = re.sub("\x1b\\[[0-9;]*m", "", text)
    return "".join(c for c in normalize("NFC", bare) if c.isprintable() and not c.isspace() and c != "\ufffd")
