"""Reminders: the nearest stage, once, to the right person, also when the clock jumps or nobody was there."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock as due_clock
from bot.render.plain import plain_text
from bot.service import Service
from bot.terminal import sit_down
from handlers import items
from handlers.messages import Place
from knowledge.library import open_library
from knowledge.rules.calendar import is_working_day
from storage import follow_ups, outbox, people, suppliers
from storage import reminders as stored
from storage.database import open_database, write

from .conftest import MONDAY, STOCKHOLM, Clock, Officer
from .reminding import DAY, SECOND, act, at, item_of, letters, queued, record, reminded

LIBRARY = open_library()
LABELS = {"source": "", "checked": ""}


ASA, BO = "asa", "bo"


# Which reminders go out.


def test_each_stage_goes_out_on_its_day(asa):
    record(asa, "2027-03-15")
    days = [
        "2027-02-11",
        "2027-02-12",
        "2027-03-08",
        "2027-03-12",
        "2027-03-15",
        "2027-03-21",
        "2027-03-22",
        "2027-03-30",
    ]

    assert [[kind for kind, _ in reminded(asa, f"{day} 09:00")] for day in days] == [
        [],
        ["before"],
        ["before"],
        ["before"],
        ["due"],
        [],
        ["late"],
        ["late"],
    ]


def test_not_a_second_before_nine(asa):
    record(asa, "2027-03-15")

    assert reminded(asa, at("2027-02-12 09:00") - SECOND) == []
    assert reminded(asa, at("2027-02-12 09:00")) == [("before", ASA)]


def test_of_several_missed_stages_only_the_nearest_is_told(asa, db):
    record(asa, "2027-03-15")

    assert reminded(asa, "2027-03-14 12:00") == [("before", ASA)]
    assert len(letters(db)) == 1
    assert "I morgon" in plain_text(letters(db)[0], LABELS)


def test_three_are_told_one_by_one_and_four_together(asa, bo, db):
    for officer, count in ((asa, 4), (bo, 3)):
        for number in range(count):
            record(officer, "2027-03-15", subject=f"punkt {number}")
    reminded(asa, "2027-03-15 09:00")
    mine = [letter for letter in letters(db) if "punkt 3" in plain_text(letter, LABELS)]

    assert len(letters(db)) == 1 + 3
    assert all(f"punkt {number}" in plain_text(mine[0], LABELS) for number in range(4))


@pytest.mark.parametrize("state", ["done", "closed"])
def test_nothing_is_said_of_what_is_settled(state, asa, bo, db):
    id = record(asa, "2027-03-15", deputy=BO)
    follow_ups.set_state(db, item_of(asa, id), state, None, ASA, MONDAY)

    assert reminded(asa, "2027-05-01 12:00") == []
    assert letters(db) == []


def test_done_ends_it_and_reopened_begins_again_without_repeating(asa):
    id = record(asa, "2027-03-15")
    first = reminded(asa, "2027-02-12 09:00")
    act(asa, items.done, id)
    silent = reminded(asa, "2027-03-08 09:00")
    act(asa, items.reopen, id)

    assert (first, silent) == ([("before", ASA)], [])
    assert reminded(asa, "2027-03-08 10:00") == []
    assert reminded(asa, "2027-03-12 09:00") == [("before", ASA)]


def test_what_is_late_is_told_every_week_on_a_working_day(asa):
    record(asa, "2026-11-30")
    start = at("2026-11-30 10:00")
    told = [day for day in range(120) if ("late", ASA) in reminded(asa, start + day * DAY)]
    days = [(start + day * DAY).date() for day in told]

    assert len(told) == 16  # the next would be Easter Monday
    assert all(is_working_day(day) for day in days)
    assert days[:4] == [date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 21), date(2026, 12, 28)]


def test_the_deputy_is_told_once_after_two_weeks(asa, bo):
    record(asa, "2027-03-15", deputy=BO)
    start = at("2027-03-15 10:00")
    told = [(day, found) for day in range(60) for found in reminded(asa, start + day * DAY) if found[1] == BO]

    assert told == [(15, ("escalated", BO))]  # the fourteenth day is Easter Monday


def test_a_deputy_who_is_responsible_too_is_told_once_a_week(asa):
    record(asa, "2027-03-15", deputy=ASA)
    start = at("2027-03-15 10:00")
    told = [day for day in range(40) if reminded(asa, start + day * DAY)]

    assert told == [0, 7, 15, 21, 28, 35]


def test_a_put_off_reminder_comes_on_its_day_and_not_before(asa):
    id = record(asa, "2027-03-15")
    reminded(asa, "2027-02-12 09:00")
    act(asa, items.snooze, id, "2027-03-10")

    assert reminded(asa, "2027-03-08 12:00") == []
    assert reminded(asa, "2027-03-10 09:00") == [("snoozed", ASA)]
    assert reminded(asa, "2027-03-12 09:00") == [("before", ASA)]


def test_nothing_is_put_off_past_its_deadline(asa):
    id = record(asa, "2027-03-15")
    act(asa, items.snooze, id, "2027-12-01")

    assert reminded(asa, "2027-03-14 12:00") == []
    assert len(reminded(asa, "2027-03-15 09:00")) == 1
    assert item_of(asa, id).due_on == date(2027, 3, 15)


def test_what_is_late_can_be_put_off_so_far_and_goes_on_weekly(asa):
    id = record(asa, "2027-03-15")
    reminded(asa, "2027-03-22 09:00")
    act(asa, items.snooze, id, "2030-01-01")
    until = at("2027-03-22 10:00") + LIBRARY.cadence.most_snooze_days * DAY
    told = [n for n in range(1, 120) if reminded(asa, at("2027-03-22 10:00") + n * DAY)]

    assert told[0] >= (until - at("2027-03-22 10:00")).days - 4
    assert len(told) >= 4


def test_one_who_puts_off_does_not_silence_the_other(asa, bo):
    id = record(asa, "2027-03-15", deputy=BO)
    reminded(asa, "2027-03-30 09:00")
    act(bo, items.snooze, id, "2027-04-20")

    assert reminded(asa, "2027-04-05 12:00") == [("late", ASA)]
    assert ("snoozed", BO) in reminded(asa, "2027-04-20 09:00")


def test_what_one_put_off_stays_off_when_the_other_is_reminded(asa, bo):
    id = record(asa, "2027-03-15", deputy=BO)
    reminded(asa, "2027-03-30 09:00")
    act(asa, items.snooze, id, "2027-05-20")
    act(bo, items.snooze, id, "2027-03-31")

    assert reminded(asa, "2027-03-31 09:00") == [("snoozed", BO)]
    assert reminded(asa, "2027-05-19 12:00") == []
    assert reminded(asa, "2027-05-20 09:00") == [("snoozed", ASA)]
    assert reminded(asa, "2027-05-24 09:00") == [("late", ASA)]


def test_an_item_handed_over_takes_its_reminders_with_it(asa, bo):
    id = record(asa, "2027-03-15")
    reminded(asa, "2027-02-12 09:00")
    act(asa, items.hand_over, id, "Bo")
    days = ("2027-03-08 09:00", "2027-03-12 09:00", "2027-03-15 09:00", "2027-03-22 09:00")

    assert {found for day in days for found in reminded(asa, day)} == {("before", BO), ("due", BO), ("late", BO)}


def test_handed_over_and_back_tells_nothing_twice(asa, bo):
    id = record(asa, "2027-03-15")
    first = reminded(asa, "2027-02-12 09:00")
    act(asa, items.hand_over, id, "Bo")
    act(bo, items.hand_over, id, "Åsa Öberg")

    assert first == [("before", ASA)]
    assert reminded(asa, "2027-02-12 09:01") == []
    assert reminded(asa, "2027-03-08 09:00") == [("before", ASA)]


def test_somebody_nobody_can_reach_is_told_when_she_can_be(asa, db):
    with write(db):
        people.add(db, people.Person("eva", "Eva", "sv", "admin"), MONDAY)
    id = record(asa, "2027-03-15")
    act(asa, items.hand_over, id, "Eva")
    before = reminded(asa, "2027-03-08 09:00")
    people.add_address(db, "eva", "terminal", "", "eva", Place("terminal", "", "eva").key, MONDAY)

    assert before == []
    assert reminded(asa, "2027-03-08 09:05") == [("before", "eva")]


# Clocks that jump.


def test_a_clock_that_goes_backwards_sends_nothing_twice(asa, bo, db):
    record(asa, "2027-03-15", deputy=BO)
    forward = ["2027-02-12 09:00", "2027-03-08 09:00", "2027-03-15 09:00", "2027-03-22 09:00"]
    told = [len(reminded(asa, day)) for day in forward]
    back = [len(reminded(asa, day)) for day in ("2026-11-23 10:00", "2027-01-01 10:00", *forward)]

    assert told == [1, 1, 1, 1]
    assert back == [0] * 6
    assert len(letters(db)) == 4


def test_a_clock_that_jumps_years_ahead_tells_each_item_once(asa, db):
    for number in range(3):
        record(asa, f"2027-0{number + 1}-15", subject=f"punkt {number}")

    assert len(reminded(asa, "2036-11-24 10:00")) == 3
    assert reminded(asa, "2036-11-24 10:05") == []


@pytest.mark.parametrize(
    ("due", "instant"),
    [
        ("2027-03-26", "2027-03-26T08:00:00+00:00"),  # the Friday before the clocks go forward
        ("2027-03-30", "2027-03-30T07:00:00+00:00"),  # the first working day after (Easter Monday lies between)
        ("2027-10-29", "2027-10-29T07:00:00+00:00"),
        ("2027-11-01", "2027-11-01T08:00:00+00:00"),  # the Monday after they went back
    ],
)
def test_nine_is_nine_on_the_wall(due, instant, asa):
    record(asa, due)
    planned = [each.due_at for each in stored.of_item(asa.service.db, 1) if each.kind == "due"]

    expected = datetime.fromisoformat(instant)
    if not is_working_day(date.fromisoformat(due)):
        expected -= DAY
    assert planned == [expected]


@pytest.mark.parametrize(
    ("now", "from_when"),
    [
        ("2027-03-08 09:00", "2027-03-08 09:00"),  # a Monday
        ("2027-03-08 07:59", "2027-03-08 08:00"),
        ("2027-03-08 18:00", "2027-03-09 08:00"),
        ("2027-03-13 12:00", "2027-03-15 08:00"),  # a Saturday
        ("2027-03-25 19:00", "2027-03-30 08:00"),  # before Easter, and the clocks go forward
    ],
)
def test_nobodys_pocket_rings_outside_working_hours(now, from_when, asa, db, clock):
    place = Place("slack", "T1", "D1")
    clock.now = MONDAY + SECOND
    people.add_address(db, ASA, "slack", "T1", "U1", place.key, clock.now)
    with write(db):
        supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
        id = follow_ups.add(db, supplier, "other", "licens", date(2027, 6, 1), ASA, MONDAY)
        stored.plan(db, id, "before", 30, date(2027, 3, 1), at("2027-03-01 09:00"), ASA, MONDAY)
    clock.now = at(now)
    due_clock.tick(asa.service)
    first = outbox.waiting(db, "slack", None, at(from_when))

    assert outbox.waiting(db, "slack", None, at(from_when) - SECOND) is None
    assert first.place == place.key


# What is foretold is what happens.

START = MONDAY.replace(hour=9)
PERSONS = ("Åsa", "Bo", "Eva")


@st.composite
def plans(draw):
    """Items of officers: whose, due when, with a deputy or not, put off until when, handed over or not."""
    return [
        (
            draw(st.integers(0, 1)),
            START.date() + draw(st.integers(0, 110)) * DAY,
            draw(st.booleans()),
            draw(st.none() | st.integers(1, 110)),
            draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]


def life_of(plan, begins_after=0):
    """A service in which `plan` is recorded; the clock then moves on by some days on which nobody looked."""
    clock = Clock(START)
    service = Service(open_database(":memory:"), LIBRARY, STOCKHOLM, clock)
    officers = [Officer(service, sit_down(service, name, "sv", "sv"), clock) for name in PERSONS]
    for who, due, deputy, snoozed, handed_over in plan:
        id = record(officers[who], due, officers[2].seat.person.id if deputy else None)
        if snoozed:
            act(officers[who], items.snooze, id, (START.date() + snoozed * DAY).isoformat())
        if handed_over:
            act(officers[who], items.hand_over, id, PERSONS[1 - who])
    clock.now += begins_after * DAY
    return service, clock


def told_day_by_day(service, clock, days):
    """What really goes out when the clock is looked at once a day: (day, item, kind, offset, recipient)."""
    told = []
    for _ in range(days + 1):
        before = {row[0] for row in queued(service.db)}
        due_clock.tick(service)
        new = [id for id, _, _ in queued(service.db) if id not in before]
        told += [(clock.now.date(), *_meaning(service.db, id)) for id in new]
        clock.now += DAY
    return sorted(told)


def _meaning(db, id):
    return db.conn.execute("select item, kind, offset_days, recipient from reminders where id = ?", (id,)).fetchone()


@settings(max_examples=40, deadline=None)
@given(plans(), st.sampled_from([0, 0, 3, 40]))
def test_what_is_foretold_is_what_goes_out(plan, away):
    service, clock = life_of(plan, away)
    cadence = LIBRARY.cadence
    until = clock.now + 120 * DAY
    foretold = due_clock.forecast(service.db, until, cadence.late_every_days, cadence.at, STOCKHOLM, clock.now, LIBRARY)
    today = clock.now.date()
    said = sorted((max(r.local_date, today), r.item, r.kind, r.offset_days, r.recipient) for r in foretold)

    assert said == told_day_by_day(service, clock, 120)


# Sending.


def test_replies_are_not_sent_again_by_the_clock(asa, db):
    answer = asa.service.receive(replace(_hello(asa), id="x"))
    asa.service.shown(answer)

    assert due_clock.tick(asa.service) == 0
    assert outbox.states(asa.service.db) == {"sent": 1}


def _hello(officer):
    from handlers.messages import Message

    return Message("hello", officer.seat.place, officer.seat.person.id, "hej")


def test_one_persons_fault_keeps_no_other_waiting(asa, bo, db):
    record(asa, "2027-03-15")
    record(bo, "2027-03-15")
    with write(db):
        db.conn.execute("update addresses set place = 'nowhere' where person = ?", (asa.seat.person.id,))

    assert [recipient for _, recipient in reminded(asa, "2027-03-15 10:00")] == [bo.seat.person.id]

    with write(db):
        key = asa.seat.place.key
        db.conn.execute("update addresses set place = ? where person = ?", (key, asa.seat.person.id))

    assert [recipient for _, recipient in reminded(asa, "2027-03-15 11:01")] == [asa.seat.person.id]


def test_a_digest_is_not_torn_apart_when_more_is_due_than_is_looked_at_in_one_go(asa, bo):
    db, mine = asa.service.db, [record(asa, "2028-03-15") for _ in range(4)]
    (hers,) = [record(bo, "2028-03-15")]
    with write(db):
        stored.plan(db, mine[0], "before", 99, date(2026, 11, 23), MONDAY - 9 * SECOND, ASA, MONDAY)
        for number in range(1_000):
            stored.plan(db, hers, "before", 1_000 + number, date(2026, 11, 23), MONDAY - 5 * SECOND, BO, MONDAY)
        for item in mine[1:]:
            stored.plan(db, item, "before", 99, date(2026, 11, 23), MONDAY - SECOND, ASA, MONDAY)
    due_clock.tick(asa.service)

    keys = [key for (key,) in db.conn.execute("select dedupe_key from outbox order by id")]
    assert sorted(key.partition(":")[0] for key in keys) == ["digest", "rem"]


def test_what_a_deputy_put_off_stays_put_off_when_the_week_comes(asa, bo, db):
    record(asa, "2027-03-15", deputy="bo")
    asa.clock.now = at("2027-03-29 08:00")
    bo.say("snooze 1 until 20 april 2027")
    heard = [each for day in ("05", "06", "12") for each in reminded(asa, f"2027-04-{day} 09:00")]

    assert ("late", "asa") in heard
    assert [each for each in heard if each[1] == "bo"] == []
