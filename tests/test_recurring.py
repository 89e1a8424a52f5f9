"""What comes back each month, quarter or year: counted from its first day, one at a time, until it is stopped."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock as due_clock
from bot.service import Service
from bot.terminal import sit_down
from handlers import items, recurring
from knowledge.library import open_library
from storage import series
from storage.database import open_database
from storage.series import Series

from .conftest import STOCKHOLM, Clock, Officer
from .reminding import DAY, act, item_of, reminded

LIBRARY = open_library()


def days(db):
    """The day of each occurrence, in the order in which they were made."""
    return [row[0] for row in db.conn.execute("select due_on from follow_ups order by id")]


def test_each_is_made_when_the_one_before_is_done(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    for id in (1, 2, 3):
        act(asa, items.done, id)

    assert days(db) == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]
    assert [item_of(asa, id).state for id in (1, 2, 3, 4)] == ["done", "done", "done", "open"]


def test_done_twice_makes_one(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    act(asa, items.done, 1)
    act(asa, items.reopen, 1)
    act(asa, items.done, 1)

    assert len(days(db)) == 2


def test_the_next_is_made_when_a_day_has_passed_and_the_late_one_stays(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje kvartal från 31 mars")
    reminded(asa, "2027-03-31 12:00")
    same_day = len(days(db))
    reminded(asa, "2027-04-01 00:05")

    assert same_day == 1
    assert days(db) == ["2027-03-31", "2027-06-30"]
    assert item_of(asa, 1).state == "open"
    assert reminded(asa, "2027-04-01 00:06") == []
    assert len(days(db)) == 2


def test_after_years_without_anybody_there_is_one_more_and_not_forty(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    reminded(asa, "2030-06-15 10:00")

    assert days(db) == ["2027-01-31", "2030-06-30"]


def test_leap_day_comes_back_on_the_last_of_february(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje år från 29 februari 2028")
    for id in range(1, 5):
        act(asa, items.done, id)

    assert days(db) == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_a_series_ends_with_its_contract(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje år från 31 mars")
    db.conn.execute(
        """insert into contracts (number, number_key, supplier, starts_on, ends_on, responsible, created_by, created_at,
        changed_at) values ('A1', 'a1', 1, '2026-01-01', '2028-01-31', 'asa', 'asa', '', '')"""
    )
    db.conn.execute("update follow_ups set contract = 'A1'")
    act(asa, items.done, 1)

    assert days(db) == ["2027-03-31"]
    assert series.of(db, 1) is None


def test_it_is_stopped_and_says_so(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    asa.say("sluta upprepa 1")
    act(asa, items.done, 1)
    reminded(asa, "2027-06-01 10:00")

    assert days(db) == ["2027-01-31"]


def test_undoing_takes_back_no_more_than_the_one_that_followed(asa, bo, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    asa.say("klar 1")
    asa.clock.now += timedelta(minutes=2)
    bo.say("done 2")
    asa.say("ångra")

    assert [item_of(asa, id).state for id in (1, 2, 3)] == ["open", "done", "open"]
    assert series.of(db, 3) is not None


def test_each_has_its_reminders_and_the_days_that_were_set(asa, db):
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    asa.say("påminn om 1: 5 dagar före")
    act(asa, items.done, 1)
    planned = db.conn.execute("select offset_days from reminders where item = 2 and kind = 'before'").fetchall()

    assert planned == [(5,)]


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("varje månad", 1),
        ("varje kvartal från 31 jan", 3),
        ("varje halvår", 6),
        ("vart år", 12),
        ("every month", 1),
        ("every quarter from 31 Jan", 3),
        ("each year", 12),
        ("varje dag", None),
        ("varje vecka", None),
        ("kvartal", None),
    ],
)
def test_how_often_is_heard(words, months):
    assert recurring.heard(f"priser hos Nordkaffe AB {words}")[0] == months


ANCHORS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


@settings(max_examples=1000, deadline=None)
@given(ANCHORS, st.sampled_from([1, 3, 6, 12]), st.integers(0, 60))
def test_the_nth_is_counted_from_the_first(anchor, months, nth):
    day = recurring.day_of(Series(1, 1, anchor, months, 0), nth)
    apart = (day.year * 12 + day.month) - (anchor.year * 12 + anchor.month)

    assert apart == nth * months
    assert day.day == anchor.day or (day.day < anchor.day and (day + DAY).day == 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=8))
def test_never_two_of_the_same_day_whatever_happens(steps):
    clock = Clock()
    service = Service(open_database(":memory:"), LIBRARY, STOCKHOLM, clock)
    asa = Officer(service, sit_down(service, "Åsa", "sv", "sv"), clock)
    asa.say("följ upp priser hos Nordkaffe AB varje månad från 31 januari")
    for forward, done in steps:
        clock.now += timedelta(days=forward)
        due_clock.tick(service)
        latest = max(row[0] for row in service.db.conn.execute("select id from follow_ups"))
        if done:
            act(asa, items.done, latest)
    made = days(service.db)

    assert len(made) == len(set(made))
    assert made == sorted(made)
    assert service.db.conn.execute("select count(*) from series where stopped_at is null").fetchone()[0] == 1
