"""Rooms that others read in: what each may show is said by a person, kept, audited, and can be taken back."""

from pathlib import Path

import pytest

from bot.rooms import NotARoom, address, where
from storage import audit, rooms
from storage.rooms import Room

from .conftest import MONDAY
from .machine import Machine, assert_refused

BUYING = Room("slack", "T1", "C1", "internal", "inköp")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_room_shows_what_it_was_allowed_and_another_nothing_more(db):
    rooms.allow(db, BUYING, "terminal:bo", MONDAY)

    assert rooms.level_of(db, "slack", "T1", "C1") == "internal"
    assert rooms.level_of(db, "slack", "T1", "C2") is None
    assert rooms.level_of(db, "slack", "T2", "C1") is None


def test_a_room_allowed_again_has_the_new_level_and_stands_once(db):
    rooms.allow(db, BUYING, "terminal:bo", MONDAY)
    again = Room("slack", "T1", "C1", "secret-ok", "inköpsgruppen")
    rooms.allow(db, again, "terminal:bo", MONDAY)

    assert rooms.listed(db) == [again]


def test_a_removed_room_is_as_any_other_and_is_removed_once(db):
    rooms.allow(db, BUYING, "terminal:bo", MONDAY)

    assert rooms.remove(db, "slack", "T1", "C1", "terminal:bo", MONDAY)
    assert not rooms.remove(db, "slack", "T1", "C1", "terminal:bo", MONDAY)
    assert rooms.level_of(db, "slack", "T1", "C1") is None


def test_who_allowed_and_who_removed_is_in_the_audit_trail(db):
    rooms.allow(db, BUYING, "terminal:bo", MONDAY)
    rooms.remove(db, "slack", "T1", "C1", "terminal:asa", MONDAY)

    kept = db.conn.execute("select actor, action, object from audit order by id").fetchall()
    assert kept == [("terminal:bo", "allowed", "rooms:slack:T1/C1"), ("terminal:asa", "removed", "rooms:slack:T1/C1")]
    assert audit.first_bad(db) is None


@pytest.mark.parametrize("words", ["slack:T1/C1", "telegram:-100123"])
def test_a_room_is_written_as_it_is_read(words):
    assert address(Room(*where(words), "public", "")) == words


@pytest.mark.parametrize(
    "words", ["", "slack", "slack:", "slack:T1", "slack:T1/", "slack:t1/c1", "slack:T1/C1/2", "telegram:x", "irc:T1/C1"]
)
def test_other_words_are_no_room(words):
    with pytest.raises(NotARoom, match="slack:T1/C1"):
        where(words)


def test_a_room_is_allowed_listed_and_removed_by_command(machine):
    assert machine.run("room", "allow", "slack:T1/C1", "--level", "internal", "--name", "inköp").code == 0
    assert machine.run("room", "allow", "telegram:-100123", "--level", "public").code == 0

    listed = [line.split() for line in machine.run("room", "list").out.splitlines()]
    assert listed == [["slack:T1/C1", "internal", "inköp"], ["telegram:-100123", "public"]]

    assert machine.run("room", "remove", "slack:T1/C1").code == 0
    assert "slack" not in machine.run("room", "list").out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["allow", "T1/C1", "--level", "public"], 2, ["slack:T1/C1", "telegram:-100123", "Example: duly room allow"]),
        (["allow", "slack:T1/C1"], 2, ["--level"]),
        (["allow", "slack:T1/C1", "--level", "secret"], 2, ["'secret-ok'"]),
        (["remove", "C1"], 2, ["slack:T1/C1"]),
        (["remove", "slack:T1/C1"], 1, ["slack:T1/C1", "duly room list"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_refusal_says_what_to_do(arguments, code, says, machine):
    assert_refused(machine.run("room", *arguments), code, *says)
