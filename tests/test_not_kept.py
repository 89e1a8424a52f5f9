"""What may not be kept is kept nowhere: not in the database, not in its journal, not in the log."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.asking import verify
from bot.logs import log_to
from knowledge.library import Library
from storage.database import open_database

from .nasty import WHERE, Room, room_at, text_of

# Secrets. They are put together here so that no scanner takes this file for a leak.
SLACK_TOKEN = "-".join(["xoxb", "123456789012", "1234567890123", "CanaryCanaryCanary"])
TELEGRAM_TOKEN = "123456789:" + "AAcanary" * 5
NUMBERS = ("811218-9876", "19811218-9876", "198112189876", "8112189876", "811218+9876", "811218 9876", "811278-9873")
PASTED = ("811218\u20119876", "811218\u20139876", "811218\u22129876", "811218 - 9876", "811218\u00ad-9876")
PASTED += ("811218\u00a09876", "811218-\u200b9876")  # as Word and web pages write hyphens and spaces
BIDS = (
    "Kanariebolaget AB lämnade anbud på 1 200 000 kr",
    "anbudet från Kanariebolaget fick 87 poäng",
    "offert kom från Kanariebolaget AB",
    "the tender from Kanariebolaget Ltd scored 87 points",
    "får vi förkasta anbudet från Kanariebolaget AB på 1,2 mkr?",
)
SECRETS = (SLACK_TOKEN, TELEGRAM_TOKEN, *NUMBERS, *PASTED, *BIDS)
AS_SAID = ("{}", "anställd {} ska kontrolleras", "följ upp {} hos Nordkaffe AB senast 15 mars", "/set 1.subject {}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A directory where the log is written while the test runs."""
    log_to(tmp_path / "duly.log")
    yield tmp_path
    duly = logging.getLogger("duly")
    for handler in list(duly.handlers):
        handler.close()
        duly.removeHandler(handler)
    duly.propagate = True


def on(disk: Path, words: str) -> bool:
    """Whether `words` stand in any file, as they are or as JSON escapes them."""
    found = b"".join(path.read_bytes() for path in disk.iterdir())
    return words.encode() in found or json.dumps(words).strip('"').encode() in found


@pytest.mark.parametrize("secret", SECRETS)
def test_what_may_not_be_kept_is_nowhere_on_disk(secret: str, library: Library, disk: Path) -> None:
    db = open_database(str(disk / "duly.db"))
    room = Room(db, library)
    for where in ("fresh", "supplier", "text", "choice", "date", "person"):
        for text in WHERE[where][0]:
            room.say(text)
        for sentence in AS_SAID:
            said = room.say(sentence.format(secret))

            assert "inte sparat" in text_of(said), sentence
            assert secret not in json.dumps(said, ensure_ascii=False)
        room.say("avbryt")
    room.say("en synlig talgoxe")

    assert on(disk, "talgoxe")  # the search finds what is there
    assert not on(disk, "Kanariebolaget" if secret in BIDS else secret)
    assert verify(db) == []


HARMLESS = ("556677-8899", "2026-11-22", "+46701234567", "KS 2026/411", "811318-9876", "811218-9875", "202612-0001")
QUESTIONS = ("vad gäller för anbud?", "får vi fråga om ett anbud under 500 000 kr?", "måste Nordkaffe AB visa anbudet?")


@pytest.mark.parametrize("words", HARMLESS + QUESTIONS)
def test_what_only_looks_like_a_secret_is_kept(words: str, library: Library) -> None:
    room = room_at(library, "text")

    room.say(words)

    assert room.kept() == words
