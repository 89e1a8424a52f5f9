"""One bad row: it is put off by an hour and an administrator hears of it; nobody else waits for it."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot import clock as due_clock
from bot import serve
from bot.render.plain import plain_text
from storage import faults, people, rooms, teams
from storage.database import write
from storage.rooms import Room

from .conftest import MONDAY
from .reminding import at, letters, record

LABELS = {"source": "", "checked": ""}
HOUR = timedelta(hours=1)


def spoil(db, sql):
    with write(db):
        db.conn.execute(sql)


def tick(officer, words):
    officer.clock.now = at(words)
    return due_clock.tick(officer.service)


def told(db):
    return "\n".join(plain_text(letter, LABELS) for letter in letters(db))


def days(db):
    return [row[0] for row in db.conn.execute("select due_on from follow_ups order by id")]


def noted(db):
    return [fault.what for fault in faults.between(db, MONDAY, MONDAY + timedelta(days=9999))]


# What comes back.


def test_a_series_that_cannot_go_on_stops_no_other(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    asa.say("följ upp bönor hos Nordkaffe AB varje månad från 31 januari")
    spoil(db, "update series set anchor = 'nonsense' where id = 1")
    tick(asa, "2027-02-01 09:00")

    assert days(db) == ["2027-01-31", "2027-01-31", "2027-02-28"]
    assert noted(db) == ["series 1"]

    spoil(db, "update series set anchor = '2027-01-31' where id = 1")
    tick(asa, "2027-02-01 09:59")
    assert len(days(db)) == 3
    tick(asa, "2027-02-01 10:01")
    assert len(days(db)) == 4


# What is planned.


def test_a_reminder_that_cannot_be_read_stops_no_other_of_hers(asa, db):
    for subject in ("licens", "priser"):
        record(asa, "2027-03-15", subject=subject)
    spoil(db, "update reminders set local_date = 'nonsense' where item = 1")
    tick(asa, "2027-03-08 09:00")

    assert "priser" in told(db)
    assert "licens" not in told(db)
    assert noted(db) == ["reminder 1"]


def test_an_item_that_cannot_be_read_stops_no_other_and_is_told_when_it_can(asa, bo, db):
    for subject in ("licens", "priser"):
        record(asa, "2027-03-15", subject=subject)
    record(bo, "2027-03-15", subject="bönor")
    spoil(db, "update follow_ups set due_on = 'nonsense' where id = 1")
    tick(asa, "2027-03-08 09:00")

    assert "priser" in told(db)
    assert "bönor" in told(db)
    assert noted(db) == ["reminder 1"]

    spoil(db, "update follow_ups set due_on = '2027-03-15' where id = 1")
    tick(asa, "2027-03-08 09:59")
    assert "licens" not in told(db)
    tick(asa, "2027-03-08 10:01")
    assert "licens" in told(db)


def test_of_many_the_bad_one_is_left_out_of_the_digest(asa, db):
    for number in range(6):
        record(asa, "2027-03-15", subject=f"punkt {number}")
    spoil(db, "update reminders set local_date = 'nonsense' where item = 1")
    tick(asa, "2027-03-08 09:00")

    assert [key for (key,) in db.conn.execute("select dedupe_key from outbox where dedupe_key not like 'reply:%'")] == [
        "digest:asa:2027-03-08"
    ]
    assert "punkt 5" in told(db)


def test_what_cannot_be_told_together_is_told_one_by_one(asa, db):
    for number in range(5):
        record(asa, "2027-03-15", subject=f"punkt {number}")
    other = record(asa, "2027-03-09", subject="annat")
    spoil(db, f"delete from reminders where item = {other}")
    spoil(db, f"update follow_ups set due_on = 'nonsense' where id = {other}")
    tick(asa, "2027-03-08 09:00")

    assert all(f"punkt {number}" in told(db) for number in range(5))


# Who hears.


def test_a_zone_that_is_known_no_longer_is_home(asa, bo, db):
    record(asa, "2027-03-15", subject="licens")
    record(bo, "2027-03-15", subject="priser")
    spoil(db, "update people set zone = 'Mars/Olympus' where id = 'bo'")
    due_clock.recompute(asa.service)
    tick(asa, "2027-03-08 09:00")

    assert "licens" in told(db)
    assert "priser" in told(db)


def test_an_absence_that_cannot_be_read_stops_nobody(asa, bo, db):
    record(asa, "2027-03-15", subject="licens")
    record(bo, "2027-03-15", subject="priser")
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    spoil(db, "update absences set from_on = '!nonsense'")
    tick(asa, "2027-03-08 09:00")

    assert "licens" in told(db)
    assert "priser" in told(db)
    assert noted(db) == ["absence 1"]


# Digests.


def test_a_team_whose_digest_cannot_be_worded_waits_an_hour_and_no_other_does(asa, db, caplog):
    with write(db):
        for number in (1, 2):
            rooms.allow(db, Room("slack", "T1", f"C{number}", "internal", ""), "t", MONDAY)
            teams.add(db, f"Lag {number}", ("slack", "T1", f"C{number}"), "sv", "asa", MONDAY)
        teams.set_members(db, 1, ["asa"], "asa", MONDAY)
    record(asa, "2027-03-10")
    spoil(db, "delete from reminders")
    spoil(db, "update follow_ups set due_on = 'nonsense'")
    with caplog.at_level(logging.ERROR):
        tick(asa, "2027-03-08 08:30")
        tick(asa, "2027-03-08 08:31")

    assert "Lag 2" in told(db)
    assert noted(db) == ["team 1"]
    assert [record.getMessage() for record in caplog.records].count("put off") == 1


# The program.


def test_what_cannot_be_reckoned_at_the_start_does_not_keep_the_rest_from_going_out(asa, db):
    record(asa, "2027-03-15", subject="licens")
    record(asa, "2027-03-15", subject="priser")
    spoil(db, "update reminders set local_date = 'nonsense' where item = 1")
    asa.clock.now = at("2027-03-08 09:00")
    looked = asyncio.Event()

    class Ready:
        def ticked(self):
            looked.set()

    async def begun():
        ticking = asyncio.create_task(serve._tick(asa.service, [], Ready()))
        await asyncio.wait_for(looked.wait(), 10)
        ticking.cancel()

    asyncio.run(begun())

    assert "priser" in told(db)


# Whoever runs Duly.


def test_an_administrator_hears_once_a_day_what_could_not_be_made_and_where(asa, bo, db):
    people.set_role(db, "bo", "officer", MONDAY)
    record(bo, "2027-03-15", subject="hemlig licens")
    spoil(db, "update follow_ups set due_on = 'nonsense'")
    tick(asa, "2027-03-08 09:00")
    tick(asa, "2027-03-08 10:01")
    tick(asa, "2027-03-09 08:30")
    tick(asa, "2027-03-09 08:31")

    assert told(db).count("påminnelse om #1: ValueError i follow_ups.py") == 1
    assert "hemlig" not in told(db)


@pytest.mark.parametrize("what", ["reminder 1", "series 2", "team 3", "absence 4", "admin 5", "review 6"])
def test_every_kind_has_words(what, asa, db):
    with write(db):
        faults.note(db, what, faults.Trouble("KeyError", "x.py:1"), at("2027-03-08 10:00"), at("2027-03-08 09:00"))
    tick(asa, "2027-03-09 08:30")

    assert "KeyError i x.py:1" in told(db)
