"""The whole service against plain dicts: whatever people, clock, post and kills do, nothing is lost or doubled.

With DULY_EXAMPLES=2000 it looks at so many lives of 80 steps, as before a release; otherwise at 25 of 30.
"""

import os
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import backup, delivery, officers
from bot import clock as due_clock
from bot.delivery import Outcome
from bot.render.plain import plain_text
from bot.service import Service
from handlers import recurring
from handlers.messages import Message, Place
from knowledge.library import open_library
from knowledge.rules import calendar
from storage import copying, follow_ups, outbox, people
from storage import reminders as stored
from storage.database import open_database, write
from storage.people import Person

from .conftest import MONDAY, STOCKHOLM, Clock
from .reminding import DAY, item_of, record

LIBRARY = open_library()
MANY = int(os.environ.get("DULY_EXAMPLES", "0"))
LABELS = {"source": "", "checked": ""}
NAMES = {"asa": "Åsa Öberg", "bo": "Bo Ek", "eva": "Eva Lund"}
PLACES = {"asa": "slack|T1|DA|", "bo": "telegram||2|", "eva": "slack|T1|DE|"}
JUMPS = (timedelta(minutes=1), timedelta(hours=-1), timedelta(hours=3), DAY, 3 * DAY, 40 * DAY)
UNDO_LASTS = timedelta(minutes=10)
MOODS = ("sent", "pending", "unknown", "lost", "killed before", "killed after")


class Killed(BaseException):
    """The process is gone at this point."""


@dataclass
class Expected:
    """What should be recorded: by item whose it is, its state and last day; which come back; who may do anything."""

    items: dict[int, tuple[str, str, date]] = field(default_factory=dict)
    acts: dict[int, int] = field(default_factory=Counter)  # how often anybody did something with an item
    latest: dict[int, str] = field(default_factory=dict)  # who did something last with an item
    series: set[int] = field(default_factory=set)
    followed: dict[int, int] = field(default_factory=dict)  # the one that was made when another was done
    members: set[str] = field(default_factory=lambda: set(NAMES))


@dataclass
class Member:
    """One of the officers, in her own room."""

    life: "Life"
    id: str

    @property
    def service(self):
        return self.life.service

    @property
    def ctx(self):
        return self.service.context_for(self.id)

    def say(self, text):
        self.life.said += 1
        message = Message(f"m{self.life.said}", Place.of(PLACES[self.id]), self.id, text)
        return plain_text(self.service.receive(message).replies[0], LABELS)


class Post:
    """Brings letters in a mood of its own. Slack can be asked what arrived, Telegram cannot."""

    lease = timedelta(minutes=1)

    def __init__(self, life, name, moods):
        self.life, self.name, self.moods = life, name, list(moods)

    def find(self, letter):
        arrived = [key for key, _, _ in self.life.arrived]
        return "found" if self.name == "slack" and letter.dedupe_key in arrived else None

    def send(self, letter, reply, repeated):  # noqa: ARG002
        mood = self.moods.pop() if self.moods else "sent"
        if mood == "killed before":
            raise Killed
        if mood in ("sent", "unknown", "killed after"):
            self.life.arrives(letter, repeated)
        if mood == "killed after":
            raise Killed
        state = "unknown" if mood == "lost" else mood
        return Outcome(state, "ref" if state == "sent" else "")


class Life(RuleBasedStateMachine):
    """Three officers, of whom one leaves; items, absences, letters; crashes and copies."""

    @initialize()
    def begin(self):
        self.home = TemporaryDirectory(prefix="duly-test-")
        self.path, self.copy = Path(self.home.name) / "duly.db", Path(self.home.name) / "copy.zip"
        self.clock, self.expected, self.said = Clock(), Expected(), 0
        self.copied, self.undoable, self.put_off, self.arrived, self.wrong = None, {}, {}, [], []
        self.opened()
        with write(self.db):
            for id, name in NAMES.items():
                people.add(self.db, Person(id, name, "sv", "lead"), MONDAY)
                place = Place.of(PLACES[id])
                people.add_address(self.db, id, place.platform, place.tenant, place.room, place.key, MONDAY)

    def opened(self):
        self.db = open_database(str(self.path))
        self.db.conn.execute("pragma synchronous=off")  # a killed process loses nothing by it, and power stays on here
        self.service = Service(self.db, LIBRARY, STOCKHOLM, self.clock)
        due_clock.recompute(self.service)

    def teardown(self):
        if hasattr(self, "home"):
            self.db.conn.close()
            self.home.cleanup()

    # What people do

    @rule(data=st.data(), days=st.integers(0, 60), deputy=st.booleans(), months=st.sampled_from([0, 0, 1, 3]))
    def adds(self, data, days, deputy, months):
        who, other = self._two(data)
        due = self._today() + days * DAY
        id = record(Member(self, who), due, other if deputy else None)
        self.expected.items[id] = (who, "open", due)
        if months:
            with write(self.db):
                recurring.begin(item_of(Member(self, who), id), months, Member(self, who).ctx)
            self.expected.series.add(id)

    @precondition(lambda self: self._open())
    @rule(data=st.data())
    def settles(self, data):
        (who, _), id = self._two(data), self._one(data)
        latest = self._latest()
        if self._overtaken(who, id, Member(self, who).say(f"klar {id} sett")):
            return
        before = self._acts(who, id)
        self.expected.items[id] = (before[0], "done", before[2])
        if self._latest() > latest:
            self.expected.followed[id] = self._latest()

    @precondition(lambda self: self._open())
    @rule(data=st.data())
    def hands_over(self, data):
        (who, to), id = self._two(data), self._one(data)
        if self._overtaken(who, id, Member(self, who).say(f"lämna över {id} till {NAMES[to]}")):
            return
        before = self._acts(who, id)
        self.expected.items[id] = (to, "open", before[2])

    @precondition(lambda self: self._open())
    @rule(data=st.data(), days=st.integers(1, 60))
    def puts_off(self, data, days):
        (who, _), id = self._two(data), self._one(data)
        until = (self._today() + days * DAY).isoformat()
        if not self._overtaken(who, id, Member(self, who).say(f"skjut upp {id} till {until}")):
            self.undoable.pop(who, None)
            self.put_off[who] = id

    @rule(data=st.data())
    def takes_it_back(self, data):
        who, _ = self._two(data)
        done = Member(self, who).say("ångra").startswith("Ångrat.")
        if done and who not in self.undoable:
            self.expected.latest[self.put_off[who]] = who
        if done and who in self.undoable:
            id, before, acts, at = self.undoable.pop(who)
            self.expected.latest[id] = who
            self.expected.items[id] = before
            next_one = self.expected.followed.get(id)
            if next_one and not self.expected.acts[next_one]:
                who, _, due = self.expected.items[next_one]
                self.expected.items[next_one] = (who, "closed", due)

            assert self.expected.acts[id] == acts, "somebody went on from there"
            assert self.clock.now - at <= UNDO_LASTS

    @rule(data=st.data(), days=st.integers(1, 20))
    def goes_away(self, data, days):
        who, other = self._two(data)
        Member(self, who).say(f"borta till {(self._today() + days * DAY).isoformat()}, {NAMES[other]} tar över")

    @precondition(lambda self: "eva" in self.expected.members)
    @rule()
    def eva_leaves(self):
        asa, eva = (people.find(self.db, id) for id in ("asa", "eva"))
        with self.service.kept():
            people.set_role(self.db, "asa", "admin", self.clock.now)
        officers.remove(self.service, eva, asa, False, people.find(self.db, "asa"))
        self.expected.members.remove("eva")
        for id, (who, state, due) in self.expected.items.items():
            if who == "eva" and state == "open":
                self.expected.items[id] = ("asa", state, due)
                self.expected.acts[id] += 1
                self.expected.latest[id] = "asa"

    # What the clock, the post and the power do

    @rule(jump=st.sampled_from(JUMPS))
    def time_passes(self, jump):
        self.clock.now += jump

    @rule()
    def ticks(self):
        due_clock.tick(self.service)
        left = [r for r in stored.planned(self.db, self.clock.now) if self._is_open(r.item)]

        assert left == []

    @rule(days=st.sampled_from([1, 7, 30, 60]), moods=st.lists(st.sampled_from(MOODS), max_size=3))
    def a_morning_comes(self, days, moods):
        """The clock stands at half past nine on a working day: what is due is told and brought."""
        day = calendar.next_working_day(self._today() + days * DAY)
        self.clock.now = calendar.to_utc(day, time(9, 30), STOCKHOLM)
        self.ticks()
        for platform in ("slack", "telegram"):
            self.post_is_brought(platform, moods)

    @rule(platform=st.sampled_from(["slack", "telegram"]), moods=st.lists(st.sampled_from(MOODS), max_size=3))
    def post_is_brought(self, platform, moods):
        try:
            delivery.deliver(self.service, Post(self, platform, moods))
        except Killed:
            self.is_killed()

    @rule()
    def is_killed(self):
        self.db.conn.close()
        self.opened()

    @rule()
    def is_copied(self):
        backup.backup(self.path, self.path.with_suffix(".files"), self.copy, self.clock.now)
        self.copied = deepcopy((self.expected, self.undoable, self.put_off))

    @precondition(lambda self: self.copied)
    @rule()
    def is_put_back(self):
        """What was said after the copy was made is not known any longer; what waited in it is kept back."""
        self.db.conn.close()
        self.path.unlink()
        held = backup.restore(self.copy, self.path, self.path.with_suffix(".files"), True, self.clock.now)
        self.expected, self.undoable, self.put_off = deepcopy(self.copied)
        self.arrived = []
        self.opened()

        assert outbox.states(self.db).get("held", 0) >= held
        assert outbox.waiting(self.db, "slack", None, self.clock.now + 365 * DAY) is None

    def arrives(self, letter, repeated):
        """Noted here, judged by an invariant: the send loop would take an assertion for a letter it cannot send."""
        person = people.find(self.db, letter.person) if letter.person else None
        known = person is None or person.id in self.expected.members or letter.dedupe_key.startswith("left:")
        again = letter.dedupe_key in [key for key, _, _ in self.arrived] and not repeated
        if not known or again or letter.place not in PLACES.values():
            self.wrong.append((letter, known, again))
        self.arrived.append((letter.dedupe_key, letter.platform, repeated))

    # What is always so

    @invariant()
    def what_is_recorded_is_what_was_done(self):
        if not hasattr(self, "db"):
            return
        rows = self.db.conn.execute("select id, responsible, state, due_on from follow_ups order by id").fetchall()
        found = {id: (who, state, date.fromisoformat(due)) for id, who, state, due in rows}
        for id in found.keys() - self.expected.items.keys():
            self._came_back(id, found[id])

        assert found == self.expected.items

    @invariant()
    def whatever_is_open_will_be_heard_of(self):
        for id in self._open():
            assert stored.of_item(self.db, id), id

    @invariant()
    def whatever_was_due_became_a_letter(self):
        if not hasattr(self, "db"):
            return
        sql = """select r.id, r.item, r.recipient from reminders r where r.state = 'queued' and not exists (
            select 1 from outbox o where o.item = r.item or o.dedupe_key like 'digest:%')"""

        assert self.db.conn.execute(sql).fetchall() == []

    @invariant()
    def nothing_reaches_a_stranger_or_comes_again_without_saying_so(self):
        assert getattr(self, "wrong", []) == []

    @invariant()
    def a_platform_that_can_be_asked_gets_nothing_twice(self):
        count = Counter(key for key, platform, _ in getattr(self, "arrived", []) if platform == "slack")

        assert [key for key, times in count.items() if times > 1] == []

    @invariant()
    def file_references_and_trail_are_whole(self):
        if hasattr(self, "db"):
            assert list(copying.faults(self.db)) == []

    def _overtaken(self, who, id, said):
        """Whether she is told that somebody else was there first with another's item; then somebody was."""
        told = said.startswith("En kollega hann före")
        if told:
            assert self.expected.items[id][0] != who
            assert self.expected.latest.get(id, who) != who
        return told

    # Drawn and looked up

    def _today(self):
        return self.clock.now.astimezone(STOCKHOLM).date()

    def _two(self, data):
        return data.draw(st.permutations(sorted(self.expected.members)))[:2]

    def _open(self):
        items = self.expected.items if hasattr(self, "expected") else {}
        return [id for id, (_, state, _) in items.items() if state == "open"]

    def _latest(self):
        return self.db.conn.execute("select max(id) from follow_ups").fetchone()[0]

    def _one(self, data):
        return data.draw(st.sampled_from(self._open()))

    def _is_open(self, id):
        return follow_ups.find(self.db, id).state == "open"

    def _acts(self, who, id):
        """Somebody does something with an item; how it was before."""
        self.expected.acts[id] += 1
        self.expected.latest[id] = who
        before = self.expected.items[id]
        self.undoable[who] = id, before, self.expected.acts[id], self.clock.now
        return before

    def _came_back(self, id, found):
        """Another of a series: open, on a day that has not passed."""
        assert self.expected.series
        assert found[1] == "open"
        assert found[2] >= min(self._today(), MONDAY.date())
        self.expected.series.add(id)
        self.expected.items[id] = found


TestWholeService = Life.TestCase
TestWholeService.settings = settings(
    max_examples=MANY or 25,
    stateful_step_count=80 if MANY else 30,
    derandomize=not MANY,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
