"""Reminders: the nearest stage, once, to the right person; letters: sent, tried again or given up, never lost."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock as due_clock
from bot.delivery import BACKOFF, GIVE_UP_AFTER, HOUR, Outcome, backoff, deliver
from bot.render.plain import plain_text
from bot.service import Service
from bot.terminal import sit_down
from handlers import items, reminders
from handlers.messages import Place, Reply, from_json, to_json
from knowledge.library import open_library
from knowledge.rules.calendar import is_working_day
from knowledge.text import para
from storage import follow_ups, outbox, people, suppliers
from storage import reminders as stored
from storage.database import open_database, write

from .conftest import MONDAY, STOCKHOLM, Clock, Officer

LIBRARY = open_library()
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LABELS = {"source": "", "checked": "", "note": "", "warning": ""}


def at(words):
    """A local moment, in UTC."""
    return datetime.fromisoformat(words).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def record(officer, due, deputy=None, subject="licens"):
    """An open item with its reminders; its id."""
    ctx = officer.ctx
    with write(ctx.db):
        known = suppliers.named(ctx.db, "Nordkaffe AB")
        supplier = known.id if known else suppliers.add(ctx.db, "Nordkaffe AB", ctx.now)
        due_on = date.fromisoformat(due) if isinstance(due, str) else due
        id = follow_ups.add(ctx.db, supplier, "other", subject, due_on, ctx.person.id, ctx.now, deputy)
        reminders.plan(item_of(officer, id), ctx)
    return id


def item_of(officer, id):
    return follow_ups.find(officer.service.db, id)


def act(officer, handler, id, words=""):
    """Let `officer` do something with an item."""
    with write(officer.service.db):
        return handler(item_of(officer, id), words, officer.ctx)


def reminded(officer, words):
    """Set the clock; what became due then: (kind, recipient), the oldest first."""
    officer.clock.now = at(words) if isinstance(words, str) else words
    before = queued(officer.service.db)
    due_clock.tick(officer.service)
    return [
        (kind, recipient) for id, kind, recipient in queued(officer.service.db) if (id, kind, recipient) not in before
    ]


def queued(db):
    return db.conn.execute("select id, kind, recipient from reminders where state = 'queued' order by id").fetchall()


def letters(db):
    """What lies in the outbox for people to read, without answers to messages."""
    bodies = db.conn.execute("select body from outbox where dedupe_key not like 'reply:%' order by id").fetchall()
    return [from_json(body) for (body,) in bodies]


ASA, BO = "terminal:åsa öberg", "terminal:bo"


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
    foretold = due_clock.forecast(service.db, until, cadence.late_every_days, cadence.at, STOCKHOLM, clock.now)
    today = clock.now.date()
    said = sorted((max(r.local_date, today), r.item, r.kind, r.offset_days, r.recipient) for r in foretold)

    assert said == told_day_by_day(service, clock, 120)


# Sending.


@dataclass
class Post:
    """A platform that answers as it is told, and remembers what reached it."""

    outcomes: list[Outcome] = field(default_factory=list)
    arrived: dict[int, str] = field(default_factory=dict)  # letters that can be found again
    calls: list[tuple[str, bool]] = field(default_factory=list)
    name: str = "slack"
    lease: timedelta = timedelta(minutes=1)

    def find(self, letter):
        return self.arrived.get(letter.id)

    def send(self, letter, reply, repeated):  # noqa: ARG002
        self.calls.append((plain_text(reply, LABELS), repeated))
        return self.outcomes.pop(0) if self.outcomes else Outcome("sent", "ref")


def write_letter(service, words="hej", place="slack|T|C|", item=None):
    outbox.add(service.db, f"{place}:{words}", "slack", place, to_json(Reply((para(words),))), service.now(), item=item)


def states(service):
    return [row[0] for row in service.db.conn.execute("select state from outbox order by id")]


def test_a_letter_is_sent_once_and_keeps_the_platforms_name_for_it(service):
    write_letter(service)
    post = Post()

    assert deliver(service, post) == 1
    assert deliver(service, post) == 0
    assert post.calls == [("hej", False)]
    assert service.db.conn.execute("select state, platform_ref from outbox").fetchone() == ("sent", "ref")


def test_what_surely_was_not_sent_is_tried_again_and_later_each_time(service, clock):
    write_letter(service)
    post = Post([Outcome("pending", error="busy")] * 6)
    tries = []
    for _ in range(2 * HOUR):
        deliver(service, post)
        tries.append(len(post.calls))
        if states(service) == ["sent"]:
            break
        clock.now += timedelta(seconds=10)
    waits = [tries.count(number) * 10 for number in range(2, 7)]

    assert tries[0] == 2  # the second try comes at once
    assert waits == [30, 120, 600, 1_800, HOUR]
    assert all(repeated is False for _, repeated in post.calls)


def test_the_platform_may_say_when_to_come_back(service, clock):
    write_letter(service)
    post = Post([Outcome("pending", retry_after=90)])
    deliver(service, post)
    clock.now += timedelta(seconds=89)
    early = deliver(service, post)
    clock.now += SECOND

    assert early == 0
    assert deliver(service, post) == 1


def test_when_nobody_can_tell_the_platform_is_asked_before_a_second_try(service, clock):
    write_letter(service)
    post = Post([Outcome("unknown", error="reset")], arrived={1: "found"})

    assert deliver(service, post) == 1
    assert len(post.calls) == 1
    assert service.db.conn.execute("select state, platform_ref from outbox").fetchone() == ("sent", "found")


def test_when_it_is_not_found_the_copy_says_that_it_may_be_one(service):
    write_letter(service)
    post = Post([Outcome("unknown", error="reset")])
    deliver(service, post)

    assert post.calls == [("hej", False), ("hej", True)]


def test_what_can_never_arrive_is_given_up_and_does_not_hold_up_the_room(service):
    write_letter(service, "first")
    write_letter(service, "second")
    post = Post([Outcome("failed", error="channel is gone")])

    assert deliver(service, post) == 1
    assert states(service) == ["failed", "sent"]
    assert service.db.conn.execute("select last_error from outbox").fetchone() == ("channel is gone",)


def test_it_is_given_up_after_two_days_and_not_before(service, clock):
    write_letter(service)
    post, began = Post([Outcome("pending", error="down")] * 1_000), clock.now
    while states(service) != ["failed"] and len(post.calls) < 1_000:
        deliver(service, post)
        clock.now += timedelta(minutes=30)

    assert len(post.calls) == GIVE_UP_AFTER
    assert timedelta(days=2) <= clock.now - began <= timedelta(days=3)


def test_a_reminder_of_what_was_done_meanwhile_is_not_sent(asa, db):
    id = record(asa, "2027-03-15")
    write_letter(asa.service, "påminnelse", item=id)
    write_letter(asa.service, "annat")
    act(asa, items.done, id)
    post = Post()

    assert deliver(asa.service, post) == 1
    assert post.calls == [("annat", False)]
    assert states(asa.service) == ["cancelled", "sent"]


def test_somebody_elses_letter_is_taken_over_only_when_the_lease_has_ended(service, clock):
    write_letter(service)
    letter = outbox.waiting(service.db, "slack", None, clock.now)
    outbox.claim(service.db, letter, "somebody else", clock.now + timedelta(minutes=1))
    post = Post()
    clock.now += timedelta(seconds=59)
    early = deliver(service, post)
    clock.now += SECOND

    assert early == 0
    assert deliver(service, post) == 1
    assert post.calls == [("hej", True)]


class Crash(BaseException):
    """The program dies."""


def test_a_program_that_dies_while_sending_leaves_the_letter_to_be_looked_for(service, clock):
    class Dying(Post):
        def send(self, letter, reply, repeated):  # noqa: ARG002
            self.arrived[letter.id] = "arrived"
            raise Crash

    write_letter(service)
    dying = Dying()
    with pytest.raises(Crash):
        deliver(service, dying)
    clock.now += dying.lease
    post = Post(arrived=dying.arrived)
    deliver(service, post)

    assert post.calls == []
    assert states(service) == ["sent"]


def test_only_the_asked_for_room_is_served(service):
    write_letter(service, "mine", "slack|T|mine|")
    write_letter(service, "yours", "slack|T|yours|")
    post = Post()
    deliver(service, post, "slack|T|yours|")

    assert post.calls == [("yours", False)]


def test_a_late_answer_of_the_platform_does_not_undo_what_another_did(service, clock):
    """Two senders: the first is slow beyond its lease, the second sends and marks; nothing is sent a third time."""
    write_letter(service)

    class Slow(Post):
        def send(self, letter, reply, repeated):  # noqa: ARG002
            clock.now += self.lease
            deliver(service, second)
            return Outcome("unknown", error="timeout")

    second = Post()
    deliver(service, Slow(calls=[]))
    clock.now += timedelta(hours=2)
    third = Post()
    deliver(service, third)

    assert third.calls == []
    assert states(service) == ["sent"]


@given(st.integers(0, 500))
def test_the_wait_never_shrinks(attempts):
    assert backoff(attempts) <= backoff(attempts + 1) <= HOUR
    assert backoff(len(BACKOFF)) == HOUR


def test_replies_are_not_sent_again_by_the_clock(asa, db):
    answer = asa.service.receive(replace(_hello(asa), id="x"))
    asa.service.shown(answer)

    assert due_clock.tick(asa.service) == 0
    assert states(asa.service) == ["sent"]


def _hello(officer):
    from handlers.messages import Message

    return Message("hello", officer.seat.place, officer.seat.person.id, "hej")


def test_one_letter_that_cannot_be_put_into_words_does_not_hold_up_the_room(service):
    with write(service.db):
        outbox.add(service.db, "bad", "slack", "slack|T|C|", '{"parts":[["no such part",""]]}', service.now())
        outbox.add(service.db, "good", "slack", "slack|T|C|", to_json(Reply((para("god morgon"),))), service.now())
    post = Post()
    deliver(service, post)

    assert outbox.states(service.db) == {"failed": 1, "sent": 1}


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
