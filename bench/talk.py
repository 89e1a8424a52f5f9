"""Officers who talk: a service on a file of its own, and the lines that lead through a whole talk."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.service import Service
from handlers.messages import Message, Place
from knowledge.library import Library, open_library
from storage import people, talks
from storage.database import open_database, write
from storage.people import Person

ZONE = ZoneInfo("Europe/Stockholm")
MOST_LINES = 40  # a talk that has not ended by then never will

RISK: Mapping[str, str] = {
    "what": "arbetskläder till hemtjänsten",
    "category": "textilier och arbetskläder",
    "type": "varor",
    "production": "Bangladesh",
    "raw_material": "Indien och Pakistan",
    "value": "Över EU:s tröskelvärde",
    "period": "1-4 år",
    "deviations": "nej",
    "labels": "Några få",
    "influence": "En del",
    "number": "hoppa över",
}
NEED: Mapping[str, str] = {
    "what": "städning av skolor",
    "category": "städtjänster",
    "workers": "lokalvårdare",
    "law": "Ja, i Sverige",
    "threshold": "Ja, över",
    "annex2": "nej",
    "indicators": "hård priskonkurrens, underleverantörer",
    "agreement": "ja",
    "sign": "ja",
}
BOUGHT = (RISK["what"], NEED["what"])
FIRST = 1_000  # a number no talk takes for a period or an amount


@contextmanager
def service(library: Library | None = None) -> Iterator[Service]:
    """A service on a new file, closed and removed at the end."""
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        db = open_database(str(Path(directory) / "duly.db"))
        try:
            yield Service(db, library or open_library(), ZONE)
        finally:
            db.conn.close()


def officer(served: Service, name: str) -> Message:
    """An empty message from a new officer, to be filled in."""
    with write(served.db):
        people.add(served.db, Person(name, name, "sv", "officer"), served.now())
    return Message("", Place("terminal", "", name), name, "")


def says(officer: Message, line: str) -> Message:
    """A new message with a key like those that platforms give."""
    return Message(uuid.uuid4().hex, officer.place, officer.person, line)


def said(officer: Message, typed: Sequence[str], talks: int) -> list[Message]:
    """All that she says in so many talks. What is bought is never the same, so that no answer is remembered."""
    numbered = [(line, number) for number in range(talks) for line in typed]
    return [says(officer, f"{line} {FIRST + number}" if line in BOUGHT else line) for line, number in numbered]


def lines(library: Library, flow: str, answers: Mapping[str, str]) -> list[str]:
    """What is typed in one whole talk, found by talking once; what has no answer here gets the first that is offered.

    Raises:
        ValueError: the talk does not end with these answers.
    """
    served = Service(open_database(":memory:"), library, ZONE)
    person = officer(served, "scout")
    typed = [flow]
    while len(typed) < MOST_LINES:
        reply = served.receive(says(person, typed[-1])).replies[-1]
        open_talk = talks.open_in(served.db, person.place.key, person.person)
        if open_talk is None:
            return typed
        offered = [button.label for row in reply.buttons for button in row]
        typed.append(answers.get(open_talk.asked or "") or offered[0])
    raise ValueError(f"the talk '{flow}' does not end with these answers: {typed}")
