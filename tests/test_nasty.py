"""Bad input through the terminal's door: alone, and as the answer to every kind of question.

Whatever comes, there is an answer that says something, nothing breaks, nothing lingers, and the next command works.
"""

import json
import logging
import re
from io import StringIO
from typing import Any

import pytest

from bot.asking import verify
from bot.service import Service
from bot.terminal import Terminal, sit_down
from handlers.clean import CONTROLS
from knowledge.library import Library
from storage import inbox, people
from storage.database import open_database

from .conftest import STOCKHOLM, Clock
from .nasty import ROWS, WHERE, Room, room_at, text_of, visible, words

UNSAFE = re.compile(CONTROLS.pattern.replace("\\ufeff", ""))  # what must not reach a screen


def assert_sound(room: Room, said: dict[str, Any], apology: str) -> None:
    """What holds for any input at all."""
    shown = text_of(said)
    assert all(reply["text"].strip() for reply in said["replies"])
    assert said["replies"]
    assert apology not in shown
    assert "Traceback" not in shown
    assert not UNSAFE.search(shown)
    shown.encode("utf-8")
    buttons = [button for reply in said["replies"] for row in reply["buttons"] for button in row]
    assert all(button["label"].strip() and len(button["label"]) <= 75 for button in buttons)
    assert all(button["says"].startswith("/") and len(button["says"].encode()) <= 64 for button in buttons)
    assert inbox.dead(room.db) == 0
    assert verify(room.db) == []
    assert room.row("select count(*) from people") == 1


@pytest.fixture(scope="session")
def apology(library: Library) -> str:
    return library.phrase("apology", "sv", number=0).split(",")[0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_is_answered_wherever_it_comes(
    row: dict[str, str], library: Library, apology: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for where in WHERE:
        room = room_at(library, where)

        said = room.say(words(row))

        assert_sound(room, said, apology)
        assert "Det här kan jag" in text_of(room.say("hjälp")), where
        room.db.close()
    assert caplog.records == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_on_a_screen_says_something_or_was_nothing(row: dict[str, str], library: Library) -> None:
    service = Service(open_database(":memory:"), library, STOCKHOLM, Clock())
    out = StringIO()
    Terminal(service, sit_down(service, "Åsa", "sv", "sv"), out, as_json=False).talk(iter([words(row)]))

    assert bool(out.getvalue().strip()) == bool(words(row).strip())  # Enter alone is no message
    assert not UNSAFE.search(out.getvalue())


KEPT = [row for row in ROWS if row["expect"] in ("KEEP", "SPLIT") and len(words(row)) <= 20_000 and visible(words(row))]
REFUSED = [row for row in ROWS if len(words(row)) > 20_000]
BLANK = [row for row in ROWS if row["cat"] == "TXT" and row["expect"] == "ASK"]


@pytest.mark.parametrize("row", KEPT, ids=lambda row: row["id"])
def test_what_may_be_kept_is_kept_as_it_was_said(row: dict[str, str], library: Library) -> None:
    room = room_at(library, "fresh")

    room.say(words(row))

    assert visible(room.kept()) == visible(words(row))


def test_half_a_character_becomes_the_sign_for_one_that_is_lost(library: Library) -> None:
    room = room_at(library, "text")

    room.say("x\udfffy")

    assert room.answers()["subject"] == "x\ufffdy"


@pytest.mark.parametrize("row", [row for row in KEPT if len(words(row)) <= 2_000], ids=lambda row: row["id"])
def test_a_free_answer_is_kept_and_shown_as_it_was_said(row: dict[str, str], library: Library) -> None:
    room = room_at(library, "text")
    room.say(words(row))
    shown = text_of(room.say("visa svar"))

    assert visible(room.answers()["subject"]) == visible(words(row))
    assert visible(words(row)) in visible(shown)


@pytest.mark.parametrize("row", [row for row in KEPT if len(words(row)) > 2_000], ids=lambda row: row["id"])
def test_a_free_answer_that_is_too_long_is_asked_for_again(row: dict[str, str], library: Library) -> None:
    room = room_at(library, "text")

    said = room.say(words(row))

    assert "för långt" in text_of(said)
    assert "subject" not in room.answers()
    assert room.waiting() == "text"


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["id"])
@pytest.mark.parametrize("where", ["fresh", "text"])
def test_a_huge_message_is_answered_and_not_kept(row: dict[str, str], where: str, library: Library) -> None:
    room = room_at(library, where)

    said = room.say(words(row))

    # A file that is nothing but empty lines is an empty message.
    assert text_of(said).startswith(("Meddelandet är för långt", "Jag såg ingen text"))
    assert room.kept() == ""


@pytest.mark.parametrize("row", BLANK, ids=lambda row: row["id"])
@pytest.mark.parametrize("where", WHERE)
def test_a_message_without_a_visible_letter_is_asked_for_again(
    row: dict[str, str], where: str, library: Library
) -> None:
    room = room_at(library, where)
    before = room.row("select count(*) from talks")

    said = room.say(words(row))

    assert text_of(said).startswith("Jag såg ingen text")
    assert (room.row("select count(*) from talks"), room.waiting()) == (before, WHERE[where][1])


ALSO_ASKED = {"DATE-36"}  # the weekday contradicts the date
PAST = {"DATE-25", "DATE-35"}  # the list is older than the tests' today
DATES = [row for row in ROWS if row["cat"] == "DATE"]


@pytest.mark.parametrize("row", DATES, ids=lambda row: row["id"])
def test_a_day_is_understood_or_asked_for_again(row: dict[str, str], library: Library) -> None:
    room = room_at(library, "date")
    clear = row["expect"] == "KEEP" and row["id"] not in ALSO_ASKED | PAST

    room.say(words(row))

    assert ("due" in room.answers()) == clear
    assert room.waiting() == ("person" if clear else "date")


@pytest.mark.parametrize("row", [r for r in ROWS if r["cat"] in ("NUM", "CSV", "HTML")], ids=lambda row: row["id"])
def test_a_number_or_a_tag_is_no_day(row: dict[str, str], library: Library) -> None:
    room = room_at(library, "date")

    room.say(words(row))

    assert "due" not in room.answers()
    assert room.waiting() == "date"


@pytest.mark.parametrize("row", [r for r in ROWS if r["cat"] == "NAME"], ids=lambda row: row["id"])
def test_a_strange_name_is_a_supplier(row: dict[str, str], library: Library) -> None:
    room = room_at(library, "supplier")
    fits = len(words(row)) <= 120

    room.say(words(row))

    assert room.answers().get("supplier") == (words(row).removeprefix("=") if fits else None)
    assert room.waiting() == ("text" if fits else "supplier")


@pytest.mark.parametrize("row", [r for r in ROWS if r["cat"] == "CB"], ids=lambda row: row["id"])
@pytest.mark.parametrize(
    "verb", ["", "/", "/done ", "/set ", "/set 1.", "/set 1.due ", "/start ", "/resume ", "/case "]
)
def test_a_made_up_button_changes_nothing(row: dict[str, str], verb: str, library: Library, apology: str) -> None:
    room = room_at(library, "fresh")

    said = room.say(verb + words(row))

    assert_sound(room, said, apology)
    assert room.row("select count(*) from audit") == room.row("select count(*) from follow_ups") == 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_twice_is_answered_the_same_and_handled_once(row: dict[str, str], library: Library) -> None:
    room = room_at(library, "text")
    line = json.dumps({"id": "the same", "text": words(row)})
    first = room.say(line)
    count = room.row("select count(*) from inbox")
    again = room.say(line)

    assert again["replies"] == first["replies"]
    assert room.row("select count(*) from inbox") == count


def test_a_name_with_anything_in_it_sits_down(library: Library) -> None:
    service = Service(open_database(":memory:"), library, STOCKHOLM, Clock())
    for row in ROWS:
        name = words(row)[:5_000].encode("utf-8", "replace").decode()
        seat = sit_down(service, name, "sv", "sv")

        assert people.find(service.db, seat.person.id) is not None
    assert verify(service.db) == []
