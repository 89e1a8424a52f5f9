"""Reminders come on working days, at the same time by the clock all year, and never after the deadline."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.rules.calendar import (
    add_months,
    is_working_day,
    iso_week,
    late,
    next_working_day,
    plan,
    previous_working_day,
    short,
    to_utc,
    words,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NINE = time(9)
DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
MANY = settings(max_examples=1_000, deadline=None)

# The weekdays on which Swedish offices are closed, and how many working days are left.
DAYS_OFF = {
    2026: ("01-01 01-06 04-03 04-06 05-01 05-14 06-19 12-24 12-25 12-31", 251),
    2027: ("01-01 01-06 03-26 03-29 05-06 06-25 12-24 12-31", 253),
    2028: ("01-06 04-14 04-17 05-01 05-25 06-06 06-23 12-25 12-26", 251),
}
CHANGES = "2026-10-25 2027-03-28 2027-10-31 2028-03-26 2028-10-29 2030-03-31 2030-10-27 2038-03-28 2038-10-31"
PLANS = {
    "2027-01-01": "2026-12-02T08 2026-12-23T08 2026-12-30T08",
    "2027-03-29": "2027-02-26T08 2027-03-22T08 2027-03-25T08",
    "2027-06-28": "2027-05-28T07 2027-06-21T07 2027-06-24T07",
    "2028-02-29": "2028-01-28T08 2028-02-22T08 2028-02-28T08",
    "2026-11-24": "2026-10-23T07 2026-11-17T08 2026-11-23T08",
}


def every_day(year: int) -> list[date]:
    return [date(year, 1, 1) + DAY * n for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def changes_its_offset(day: date) -> bool:
    return to_utc(day, time(0), STOCKHOLM) + DAY != to_utc(day + DAY, time(0), STOCKHOLM)


def clock(instant: datetime) -> datetime:
    return instant.astimezone(STOCKHOLM).replace(tzinfo=None)


@pytest.mark.parametrize("year", DAYS_OFF)
def test_offices_are_closed_on_red_days_and_the_great_eves(year):
    off, count = DAYS_OFF[year]

    assert [day for day in every_day(year) if day.weekday() < 5 and not is_working_day(day)] == [
        date.fromisoformat(f"{year}-{day}") for day in off.split()
    ]
    assert sum(map(is_working_day, every_day(year))) == count


@pytest.mark.parametrize("eve", ["2026-01-05", "2026-04-02", "2026-04-30", "2026-05-13", "2026-05-15"])
def test_the_small_eves_and_squeezed_days_are_working_days(eve):
    assert is_working_day(date.fromisoformat(eve))


def test_the_nearest_working_day_is_found_on_either_side():
    christmas = date(2026, 12, 25)

    assert previous_working_day(christmas) == date(2026, 12, 23)
    assert next_working_day(christmas) == date(2026, 12, 28)
    assert previous_working_day(date(2026, 12, 23)) == next_working_day(date(2026, 12, 23)) == date(2026, 12, 23)


def test_the_clocks_change_when_they_should():
    known = [date.fromisoformat(day) for day in CHANGES.split()]

    assert all(changes_its_offset(day) for day in known)
    assert [day for day in every_day(2027) if changes_its_offset(day)] == known[1:3]


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        ("2027-03-28", time(2, 30), "2027-03-28T01:00"),  # does not occur: 03:00
        ("2027-03-28", time(2, 30, 15), "2027-03-28T01:00"),
        ("2027-03-28", time(2, 0), "2027-03-28T01:00"),
        ("2027-03-28", time(3, 0), "2027-03-28T01:00"),
        ("2027-03-28", time(1, 59), "2027-03-28T00:59"),
        ("2026-10-25", time(2, 30), "2026-10-25T00:30"),  # occurs twice: the first
        ("2026-10-25", time(2, 30, fold=1), "2026-10-25T00:30"),
        ("2026-10-25", time(3, 0), "2026-10-25T02:00"),
    ],
)
def test_a_missing_hour_moves_forward_and_a_double_hour_is_the_first(day, at, instant):
    assert to_utc(date.fromisoformat(day), at, STOCKHOLM) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@MANY
@given(DAYS, MINUTES)
@example(date(2027, 3, 28), time(2, 30))
@example(date(2026, 10, 25), time(2, 30))
def test_the_clock_shows_the_time_that_was_asked_for(day, at):
    shown = clock(to_utc(day, at, STOCKHOLM))

    if shown != datetime.combine(day, at):
        assert (day.month, day.weekday(), at.hour, shown.time()) == (3, 6, 2, time(3))


@MANY
@given(DAYS, DAYS, MINUTES)
def test_a_later_day_is_a_later_instant(one, other, at):
    assert (one < other) == (to_utc(one, at, STOCKHOLM) < to_utc(other, at, STOCKHOLM))


def test_another_zone_gets_its_own_nine_o_clock():
    helsinki = ZoneInfo("Europe/Helsinki")

    assert to_utc(date(2027, 3, 29), NINE, helsinki) == datetime(2027, 3, 29, 6, tzinfo=UTC)
    assert to_utc(date(2027, 3, 29), NINE, STOCKHOLM) == datetime(2027, 3, 29, 7, tzinfo=UTC)


def test_nine_o_clock_stays_nine_o_clock_the_day_the_clocks_change():
    friday, monday = plan(date(2026, 10, 27), (4, 1), NINE, STOCKHOLM)

    assert clock(friday.due_at).isoformat() == "2026-10-23T09:00:00"
    assert clock(monday.due_at).isoformat() == "2026-10-26T09:00:00"
    assert monday.due_at - friday.due_at == timedelta(hours=73)


def test_a_plan_made_again_is_the_same_plan():
    deadline = date(2026, 10, 26)

    assert plan(deadline, (1, 7, 30), NINE, STOCKHOLM) == plan(deadline, (30, 7, 1), NINE, STOCKHOLM)


@pytest.mark.parametrize("deadline", PLANS)
def test_reminders_come_30_7_and_1_days_before(deadline):
    planned = plan(date.fromisoformat(deadline), (30, 7, 1), NINE, STOCKHOLM)

    assert " ".join(f"{reminder.due_at:%Y-%m-%dT%H}" for reminder in planned) == PLANS[deadline]


def test_a_moved_reminder_tells_the_day_it_was_meant_for():
    month, week, day = plan(date(2027, 1, 1), (30, 7, 1), NINE, STOCKHOLM)

    assert (month.moved_from, month.offset) == (None, 30)
    assert (week.moved_from, week.day) == (date(2026, 12, 25), date(2026, 12, 23))
    assert (day.moved_from, day.day) == (date(2026, 12, 31), date(2026, 12, 30))


def test_of_two_reminders_on_one_day_the_nearer_to_the_deadline_stays():
    sunday = date(2026, 11, 29)

    assert [reminder.offset for reminder in plan(sunday, (2, 1, 0), NINE, STOCKHOLM)] == [0]


@MANY
@given(DAYS, st.lists(st.integers(0, 365), min_size=1, max_size=6, unique=True))
def test_a_plan_is_on_working_days_at_nine_and_never_after_the_deadline(deadline, offsets):
    planned = plan(deadline, offsets, NINE, STOCKHOLM)
    days = [reminder.day for reminder in planned]

    assert 1 <= len(planned) <= len(offsets)
    assert days == sorted(set(days))
    assert all(is_working_day(day) and day <= deadline for day in days)
    assert all(clock(reminder.due_at) == datetime.combine(reminder.day, NINE) for reminder in planned)
    assert all(reminder.day <= deadline - DAY * reminder.offset for reminder in planned)
    assert min(offsets) in {reminder.offset for reminder in planned}


def test_what_is_late_is_said_once_a_week():
    friday = date(2026, 12, 4)

    assert [late(friday, nth, NINE, STOCKHOLM).day.isoformat() for nth in (1, 2, 3, 4)] == [
        "2026-12-11",
        "2026-12-18",
        "2026-12-28",  # the 25th is Christmas Day: the next working day
        "2027-01-04",  # and 1 January
    ]
    assert late(friday, 3, NINE, STOCKHOLM).moved_from == date(2026, 12, 25)
    assert late(friday, 3, NINE, STOCKHOLM).offset == -21


@MANY
@given(DAYS, st.integers(-2, 60), st.integers(-2, 30))
def test_a_late_reminder_never_comes_before_its_deadline(deadline, nth, every_days):
    reminder = late(deadline, nth, NINE, STOCKHOLM, every_days)

    assert reminder.day > deadline
    assert is_working_day(reminder.day)
    assert clock(reminder.due_at) == datetime.combine(reminder.day, NINE)


def test_a_series_from_the_31st_keeps_to_the_end_of_the_month():
    january = date(2027, 1, 31)

    assert [add_months(january, n).isoformat() for n in range(5)] == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
    ]


def test_a_year_from_leap_day_is_28_february_until_the_next_leap_year():
    leap_day = date(2028, 2, 29)

    assert [add_months(leap_day, 12 * years).day for years in range(5)] == [29, 28, 28, 28, 29]
    assert add_months(date(2028, 3, 31), -1) == leap_day


@MANY
@given(DAYS, st.integers(-600, 600))
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


def test_weeks_are_counted_as_in_the_swedish_calendar():
    assert iso_week(date(2027, 1, 1)) == 53
    assert iso_week(date(2027, 1, 4)) == 1
    assert iso_week(date(2026, 11, 27)) == 48


def test_a_day_is_said_with_its_weekday_and_week():
    friday = date(2026, 11, 27)

    assert words(friday, "sv") == "fredag 27 november 2026 (v. 48)"
    assert words(friday, "en") == "Friday 27 November 2026 (week 48)"
    assert (short(friday, "sv"), short(friday, "en")) == ("27 nov 2026", "27 Nov 2026")
    assert (short(date(2027, 5, 3), "sv"), short(date(2027, 5, 3), "en")) == ("3 maj 2027", "3 May 2027")
