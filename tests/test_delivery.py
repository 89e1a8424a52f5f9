"""Letters: sent once, tried again when they surely were not, looked for when nobody can tell, never lost."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import BACKOFF, GIVE_UP_AFTER, HOUR, Outcome, backoff, deliver
from bot.render.plain import plain_text
from handlers import items
from handlers.messages import Reply, to_json
from knowledge.text import para
from storage import outbox
from storage.database import write

from .reminding import SECOND, act, record

LABELS = {"source": "", "checked": ""}


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


@pytest.mark.parametrize("refusals", [1, 3])
def test_what_may_have_arrived_says_so_also_after_tries_that_surely_did_not(refusals, service, clock):
    write_letter(service)
    post = Post([Outcome("unknown"), *[Outcome("pending", error="busy")] * refusals])
    while states(service) != ["sent"]:
        deliver(service, post)
        clock.now += timedelta(minutes=5)

    assert [repeated for _, repeated in post.calls] == [False, *[True] * (refusals + 1)]


def test_what_may_have_arrived_says_so_also_after_the_platform_took_nothing_at_all(service, clock):
    write_letter(service)
    deliver(service, Post([Outcome("unknown"), Outcome("unknown")]))
    clock.now += timedelta(minutes=5)
    letter = outbox.waiting(service.db, "slack", None, service.now())
    with write(service.db):
        outbox.claim(service.db, letter, "me", service.now() + timedelta(minutes=1))
        outbox.untouched(service.db, letter)
    deliver(service, post := Post())

    assert post.calls == [("hej", True)]


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


def test_one_letter_that_cannot_be_put_into_words_does_not_hold_up_the_room(service):
    with write(service.db):
        outbox.add(service.db, "bad", "slack", "slack|T|C|", '{"parts":[["no such part",""]]}', service.now())
        outbox.add(service.db, "good", "slack", "slack|T|C|", to_json(Reply((para("god morgon"),))), service.now())
    post = Post()
    deliver(service, post)

    assert outbox.states(service.db) == {"failed": 1, "sent": 1}
