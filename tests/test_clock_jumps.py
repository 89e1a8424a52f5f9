"""Whatever the clock does: no reminder twice, none lost, one digest a day. And what others got wrong, one test each."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot import clock as due_clock
from bot import doctor
from bot.service import Service
from bot.terminal import sit_down
from bot.wall_clock import HELD, WallClock
from handlers import items, reminders
from handlers.messages import Place
from knowledge.library import open_library
from knowledge.rules import calendar
from storage import clock as stored_clock
from storage import follow_ups, outbox, people, suppliers
from storage import reminders as stored
from storage.database import open_database, write

from .conftest import MONDAY, STOCKHOLM, Clock, Officer
from .reminding import DAY, SECOND, act, at, item_of, letters, queued, record, reminded

LIBRARY = open_library()
HOUR = timedelta(hours=1)
JUMPS = (-HOUR, HOUR, DAY, -DAY, 3650 * DAY, timedelta(minutes=1), 3 * DAY, 40 * DAY)
MOMENTS = ("2027-03-28 01:59", "2027-03-28 03:01", "2027-10-31 02:30", "2028-02-29 09:00", "2026-12-31 23:59")


class Life(RuleBasedStateMachine):
    """Two officers and their items, and a clock that goes as it likes."""

    @initialize()
    def begin(self):
        self.clock = Clock()
        self.service = Service(open_database(":memory:"), LIBRARY, STOCKHOLM, self.clock)
        self.db = self.service.db
        self.officers = [Officer(self.service, sit_down(self.service, name, "sv", "sv"), self.clock) for name in "AB"]

    @rule(who=st.integers(0, 1), days=st.integers(0, 90), deputy=st.booleans())
    def records(self, who, days, deputy):
        due = self.clock.now.astimezone(STOCKHOLM).date() + days * DAY
        record(self.officers[who], due, self.officers[1 - who].seat.person.id if deputy else None)

    @rule(jump=st.sampled_from(JUMPS))
    def jumps(self, jump):
        if date(2026, 1, 1) < (self.clock.now + jump).date() < date(2060, 1, 1):
            self.clock.now += jump

    @rule(moment=st.sampled_from(MOMENTS))
    def is_set(self, moment):
        self.clock.now = at(moment)

    @rule(data=st.data())
    def settles(self, data):
        open_ones = [item.id for item in follow_ups.all_open(self.db)]
        if open_ones:
            act(self.officers[0], items.done, data.draw(st.sampled_from(open_ones)))

    @rule(data=st.data(), days=st.integers(1, 60))
    def puts_off(self, data, days):
        open_ones = [item.id for item in follow_ups.all_open(self.db)]
        if open_ones:
            until = (self.clock.now.astimezone(STOCKHOLM).date() + days * DAY).isoformat()
            act(self.officers[0], items.snooze, data.draw(st.sampled_from(open_ones)), until)

    @rule(days=st.integers(1, 20))
    def goes_away(self, days):
        until = (self.clock.now.astimezone(STOCKHOLM).date() + days * DAY).isoformat()
        self.officers[0].say(f"borta till {until}, B tar över")

    @rule()
    def ticks(self):
        due_clock.tick(self.service)
        left = [r for r in stored.planned(self.db, self.clock.now) if self._open(r.item)]

        assert left == []  # all that was due is told, or waits for a morning to come

    @rule()
    def starts_again(self):
        due_clock.recompute(self.service)

    def _open(self, item):
        return follow_ups.find(self.db, item).state == "open"

    @invariant()
    def no_letter_is_written_twice(self):
        keys = [key for (key,) in self.db.conn.execute("select dedupe_key from outbox")]

        assert len(keys) == len(set(keys))

    @invariant()
    def nobody_gets_two_digests_a_day(self):
        sql = "select person, date(created_at) from outbox where dedupe_key like 'digest:%'"
        digests = self.db.conn.execute(sql).fetchall()

        assert len({key for (key,) in self._digests()}) == len(digests)

    def _digests(self):
        return self.db.conn.execute("select dedupe_key from outbox where dedupe_key like 'digest:%'").fetchall()

    @invariant()
    def whatever_is_open_will_be_heard_of(self):
        for item in follow_ups.all_open(self.db):
            assert stored.of_item(self.db, item.id), item

    @invariant()
    def what_was_told_once_is_not_planned(self):
        sql = """select count(*) from reminders a join reminders b on a.item = b.item and a.kind = b.kind
            and a.offset_days = b.offset_days and a.local_date = b.local_date and a.recipient = b.recipient
            and a.id < b.id"""

        assert self.db.conn.execute(sql).fetchone()[0] == 0


Life.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestWhateverTheClockDoes = Life.TestCase


# C3: nobody was there for a while.


@pytest.mark.parametrize("away", [timedelta(minutes=1), 3 * HOUR, 3 * DAY, 40 * DAY])
def test_after_a_while_without_us_there_is_one_digest_a_person(away, asa, bo, db):
    with write(db):
        supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
        for number in range(250):
            officer = (asa, bo)[number % 2]
            due = date(2027, 3, 1) + (number % 40) * DAY
            id = follow_ups.add(db, supplier, "other", f"p{number}", due, officer.seat.person.id, MONDAY)
            reminders.plan(item_of(officer, id), officer.ctx)
    assert db.conn.execute("select count(*) from reminders").fetchone()[0] >= 1_000
    asa.clock.now = at("2027-02-26 10:00")
    due_clock.tick(asa.service)
    before = len(letters(db))
    asa.clock.now += away
    due_clock.tick(asa.service)
    again = due_clock.tick(asa.service)

    assert len(letters(db)) - before <= 2
    assert again == 0
    assert stored.planned(db, asa.clock.now) == []


def test_a_second_batch_on_the_day_of_a_digest_waits_but_for_what_is_urgent(asa, db):
    with write(db):
        people.add_address(db, "asa", "slack", "T1", "U1", "slack|T1|@U1|", MONDAY + DAY)
    for number in range(4):
        record(asa, "2027-03-15", subject=f"a{number}")
    reminded(asa, "2027-03-08 09:00")
    with write(db):
        for number in range(5):
            record_planned(asa, db, "2027-03-09" if number == 0 else "2027-04-09")
    told = reminded(asa, "2027-03-08 11:00")
    digests = db.conn.execute("select count(*) from outbox where dedupe_key like 'digest:%'").fetchone()[0]

    assert (len(told), digests) == (1, 1)
    assert len(reminded(asa, "2027-03-09 09:00")) >= 4


def test_whoever_sits_at_a_terminal_is_shown_all_of_it_also_after_a_digest(asa, db):
    for number in range(4):
        record(asa, "2027-03-15", subject=f"a{number}")
    reminded(asa, "2027-03-08 09:00")
    with write(db):
        for _ in range(5):
            record_planned(asa, db, "2027-04-09")

    assert len(reminded(asa, "2027-03-08 11:00")) == 5
    assert db.conn.execute("select count(*) from outbox where dedupe_key like 'digest:%'").fetchone() == (1,)


def record_planned(officer, db, due):
    """An item with a reminder that is due at ten on 8 March."""
    supplier = suppliers.named(db, "Nordkaffe AB").id
    id = follow_ups.add(db, supplier, "other", "b", date.fromisoformat(due), "asa", officer.clock.now)
    stored.plan(db, id, "before", 99, date(2027, 3, 8), at("2027-03-08 10:00"), "asa", officer.clock.now)
    return id


def test_what_was_missed_says_when_it_should_have_come(asa, db):
    record(asa, "2027-03-15")
    reminded(asa, "2027-03-10 09:00")

    assert "Påminnelsen skulle ha kommit 8 mars 2027." in str(letters(db)[-1])


# Quiet hours.


@pytest.mark.parametrize(
    ("now", "due", "from_when"),
    [
        ("2027-03-12 19:00", "2027-04-01", "2027-03-15 08:00"),  # a Friday evening
        ("2027-03-12 19:00", "2027-03-14", "2027-03-12 19:00"),  # its last day is Sunday: Monday is too late
        ("2027-03-12 19:00", "2027-03-15", "2027-03-15 08:00"),
        ("2027-03-12 06:00", "2027-03-12", "2027-03-12 08:00"),
        ("2027-03-12 19:00", "2027-03-01", "2027-03-15 08:00"),  # late already: no need to ring in the evening
    ],
)
def test_quiet_hours_do_not_let_a_deadline_pass(now, due, from_when, asa, db, clock):
    people.add_address(db, "asa", "slack", "T1", "U1", Place("slack", "T1", "D1").key, MONDAY + SECOND)
    with write(db):
        supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
        id = follow_ups.add(db, supplier, "other", "licens", date.fromisoformat(due), "asa", MONDAY)
        stored.plan(db, id, "before", 30, date(2027, 2, 1), at("2027-02-01 09:00"), "asa", MONDAY)
    clock.now = at(now)
    due_clock.tick(asa.service)

    assert outbox.waiting(db, "slack", None, at(from_when) - SECOND) is None
    assert outbox.waiting(db, "slack", None, at(from_when)) is not None


# The clock itself.


class Steady:
    """A clock that only goes forward."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.mark.parametrize(
    ("leap", "sends"), [(2 * SECOND, True), (59 * timedelta(minutes=1), True), (2 * HOUR, False), (-2 * HOUR, True)]
)
def test_after_a_leap_ahead_nothing_is_sent_for_a_minute(leap, sends, service, clock, caplog):
    steady = Steady()
    wall = WallClock(service, steady)
    clock.now += leap
    steady.seconds += 2.0

    assert wall.may_send() == sends
    steady.seconds += HELD
    clock.now += timedelta(seconds=HELD)
    assert wall.may_send()
    assert bool(caplog.records) == (abs(leap) > HOUR)


def test_hours_asleep_are_no_leap(service, clock):
    steady = Steady()
    wall = WallClock(service, steady)
    clock.now += 5 * HOUR
    steady.seconds += 5 * 3600

    assert wall.may_send()


def test_what_is_due_after_a_leap_goes_out_when_the_minute_is_over(asa, service, clock):
    from bot.serve import _look

    record(asa, "2027-03-15")
    steady = Steady()
    wall = WallClock(service, steady)
    clock.now = at("2027-03-15 09:00")

    assert _look(service, wall) == 0
    steady.seconds += HELD
    assert _look(service, wall) == 1


def test_the_doctor_says_when_reminders_were_looked_at_and_what_is_stuck(asa, db, service, clock):
    steady = Steady()
    WallClock(service, steady).note()
    well = doctor._reminders(db)
    people.add_address(db, "asa", "slack", "T1", "U1", "slack|T1|D1|", MONDAY)
    clock.now = datetime.now(UTC)
    id = record(asa, clock.now.date() + 30 * DAY)
    db.conn.execute("update reminders set due_at = '2020-01-01T09:00:00.000+00:00' where item = ?", (id,))
    ill = doctor._reminders(db)

    assert (well.ok, "looked at 2026-11-23T09:00" in well.line) == (True, True)
    assert (ill.ok, "were due over an hour ago" in ill.line) == (False, True)
    assert stored_clock.noted(db, "nothing") is None


def test_the_moment_is_noted_once_a_minute(service, clock, db):
    wall = WallClock(service, Steady())
    for _ in range(50):
        wall.may_send()
        wall.note()
        clock.now += 2 * SECOND

    assert db.conn.execute("select value from clock").fetchall() == [("2026-11-23T09:01:00.000+00:00",)]


# What others got wrong.


def test_nine_stays_nine_when_summer_time_was_reckoned_otherwise(asa, db, service):
    """An hour off after a change of summer time; a restart mends what an older table said."""
    record(asa, "2027-03-30")
    db.conn.execute("update reminders set due_at = '2027-03-30T08:00:00.000+00:00' where kind = 'due'")

    assert due_clock.recompute(service) == 1
    assert [r.due_at for r in stored.of_item(db, 1) if r.kind == "due"] == [at("2027-03-30 09:00")]
    assert due_clock.recompute(service) == 0


def test_what_is_planned_is_reckoned_anew_only_by_other_rules(asa, db, service):
    """Every start wrote every reminder; among many that held up everybody."""
    record(asa, "2027-03-30")
    due_clock.recompute(service)
    db.conn.execute("update reminders set due_at = '2027-03-30T08:00:00.000+00:00' where kind = 'due'")

    assert due_clock.recompute(service) == 0
    service.zone = ZoneInfo("Europe/Helsinki")
    assert due_clock.recompute(service) > 0
    assert due_clock.recompute(service) == 0


def test_more_than_a_part_is_reckoned_anew_each_once(asa, db, service):
    id = record(asa, "2027-03-30")
    days = [date(2027, 6, 1) + number * DAY for number in range(2 * due_clock.RECKONED + 1)]
    with write(db):
        for number, day in enumerate(days):
            late = datetime.combine(day, time(9, 30), STOCKHOLM).astimezone(UTC)
            stored.plan(db, id, "late", -number, day, late, asa.seat.person.id, MONDAY)

    assert due_clock.recompute(service) == len(days)
    assert {r.due_at.astimezone(STOCKHOLM).time() for r in stored.of_item(db, id)} == {time(9)}


def test_after_a_long_downtime_each_still_gets_one_digest(asa, bo, db):
    """More is due to one officer than is told in one transaction."""
    for officer, count in ((asa, due_clock.TOGETHER + 1), (bo, 5)):
        with write(db):
            for number in range(count):
                supplier = suppliers.add(db, f"{officer.seat.person.name} {number} AB", MONDAY)
                mine = officer.seat.person.id
                id = follow_ups.add(db, supplier, "other", "licens", date(2027, 3, 15), mine, MONDAY)
                stored.plan(db, id, "due", 0, date(2027, 3, 15), at("2027-03-15 09:00"), mine, MONDAY)
    reminded(asa, "2027-03-15 10:00")

    keys = [key for (key,) in db.conn.execute("select dedupe_key from outbox where dedupe_key like 'digest:%'")]
    assert sorted(keys) == [f"digest:{who.seat.person.id}:2027-03-15" for who in (asa, bo)]
    assert stored.planned(db, asa.clock.now) == []


def test_whoever_moves_to_another_zone_is_reminded_by_its_clock(asa, db):
    """A zone that changed, and reminders that stayed in the old one."""
    record(asa, "2027-03-15")
    asa.say("tidszon Helsinki")
    hours = {r.due_at.astimezone(ZoneInfo("Europe/Helsinki")).time() for r in stored.of_item(db, 1)}

    assert hours == {time(9)}


def test_planning_on_the_day_the_clocks_change_comes_to_an_end(asa):
    """Endless planning anew on that day."""
    told = [len(reminded(asa, f"2027-03-28 {hour:02}:30")) for hour in range(24)]
    record(asa, "2027-03-28")

    assert sum(told) == 0
    assert reminded(asa, "2027-03-28 12:00") == []
    assert len(reminded(asa, "2027-04-05 09:00")) == 1


def test_three_hundred_days_late_is_told_once_and_not_once_for_each_week(asa, db):
    """Inboxes flooded at a restart, and reminders of months ago."""
    record(asa, "2026-12-01")

    assert len(reminded(asa, "2027-10-01 10:00")) == 1
    assert len(letters(db)) == 1


def test_a_missed_minute_is_not_a_lost_reminder(asa):
    """A scheduler that drops what is a second late."""
    record(asa, "2027-03-15")

    assert reminded(asa, "2027-03-15 17:59") == [("due", "asa")]


def test_two_clocks_tell_it_once(asa, service, db):
    """Two pollers of one database."""
    record(asa, "2027-03-15")
    asa.clock.now = at("2027-03-15 09:00")
    other = Service(db, service.library, STOCKHOLM, asa.clock)

    assert (due_clock.tick(service), due_clock.tick(other)) == (1, 0)


def test_an_item_that_was_done_meanwhile_is_not_spoken_of(asa, db):
    """Marked as sent before it was, or sent though it was settled."""
    id = record(asa, "2027-03-15")
    asa.clock.now = at("2027-03-15 09:00")
    act(asa, items.done, id)

    assert due_clock.tick(asa.service) == 0
    assert letters(db) == []


def test_changing_an_item_while_it_is_told_says_nothing_twice(asa, db):
    """An edit that overwrote "delivered"."""
    id = record(asa, "2027-03-15")
    reminded(asa, "2027-03-15 09:00")
    with write(db):
        reminders.plan_again(replace(item_of(asa, id)), asa.ctx)

    assert reminded(asa, "2027-03-15 09:01") == []
    assert len(queued(db)) == 1


def test_the_end_of_the_month_is_not_lost(asa):
    """31 January, 28 February, and then the 28th for ever."""
    days = [calendar.add_months(date(2027, 1, 31), n).day for n in range(4)]

    assert days == [31, 28, 31, 30]
