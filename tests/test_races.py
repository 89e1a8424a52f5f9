"""U2: two officers at one item at the same time: exactly one wins, the other is told who did what, nothing is lost."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bot.render.plain import plain_text
from bot.service import Service
from bot.terminal import Seat, sit_down
from handlers.messages import Message
from storage import audit, follow_ups, talks
from storage.database import open_database

from .conftest import STOCKHOLM, Clock, Officer
from .reminding import record

RACES = 500
NAMES = ("Åsa Öberg", "Bo Ek")
WINS = {
    "klar {id}": "klar",
    "klar {id} sett på plats": "klar",
    "lämna över {id} till Cecilia Lind": "lämnad över",
    "lämna över {id} till David Berg": "lämnad över",
}


class Office:
    """Four officers; the item is the third one's, and the first two act on it."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self.service, self.clock = service, clock
        seats = [sit_down(service, name, "sv", "sv") for name in (*NAMES, "Cecilia Lind", "David Berg", "Eva Alm")]
        self.asa, self.bo, self.cecilia, self.david, self.eva = (Officer(service, seat, clock) for seat in seats)


@pytest.fixture
def office(library, clock: Clock) -> Office:
    return Office(Service(open_database(":memory:"), library, STOCKHOLM, clock), clock)


def at_once(office: Office, words: tuple[str, str], number: int, seats: tuple[Seat, Seat]) -> list[str]:
    """What each is told who says her words at the same moment."""
    start = Barrier(2)

    def say(which: int) -> str:
        seat = seats[which]
        start.wait()
        message = Message(f"race-{number}-{which}", seat.place, seat.person.id, words[which])
        return plain_text(office.service.receive(message).replies[0], {"source": "", "checked": ""})

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(say, range(2)))


def test_of_two_at_once_exactly_one_wins_and_the_other_is_told(office):
    chance, db = random.Random(2), office.service.db
    seats = office.asa.seat, office.bo.seat
    for number in range(RACES):
        id = record(office.eva, "2027-03-15", subject=f"punkt {number}")
        words = tuple(chance.choice(list(WINS)) for _ in range(2))
        said = at_once(office, tuple(each.format(id=id) for each in words), number, seats)
        item = follow_ups.find(db, id)
        winners = [line.actor for line in audit.of(db, f"follow_ups:{id}")]

        assert item.version == 2, (words, said)
        assert len(winners) == 1
        won = 0 if winners == [seats[0].person.id] else 1
        assert f"{WINS[words[won]]}, {NAMES[won]}" in said[1 - won], (words, said)
        assert NAMES[won] not in said[won]
        assert (item.state == "done") == words[won].startswith("klar")
    assert audit.first_bad(db) is None


def test_a_reminder_put_off_and_an_item_done_at_once_lose_neither(office):
    db = office.service.db
    for number in range(50):
        id = record(office.asa, "2027-03-15", subject=f"punkt {number}")
        words = (f"skjut upp {id} till 1 mars", f"klar {id}")
        said = at_once(office, words, number, (office.asa.seat, office.bo.seat))
        planned = db.conn.execute("select count(*) from reminders where item = ? and state = 'planned'", (id,))

        assert follow_ups.find(db, id).state == "done"
        assert planned.fetchone() == (0,)
        assert "Jag påminner" in said[0] or "klar, Bo Ek" in said[0]


def test_a_talk_begun_before_a_colleague_acted_ends_without_acting(office):
    id = record(office.eva, "2027-03-15")
    office.asa.say(f"/start hand-over {id}")
    office.bo.say(f"lämna över {id} till Cecilia Lind")
    reply = office.asa.say("David Berg")

    assert follow_ups.find(office.service.db, id).responsible == office.cecilia.seat.person.id
    assert "lämnad över, Bo Ek" in plain_text(reply, {"source": "", "checked": ""})
    assert talks.open_in(office.service.db, office.asa.seat.place.key, office.asa.seat.person.id) is None


def test_a_minute_later_a_colleague_knows_and_may_act_again(office):
    id = record(office.eva, "2027-03-15")
    office.bo.say(f"lämna över {id} till Cecilia Lind")
    office.clock.now += timedelta(seconds=61)
    office.asa.say(f"lämna över {id} till David Berg")

    assert follow_ups.find(office.service.db, id).responsible == office.david.seat.person.id


def test_two_programs_on_one_database_lose_nothing(library, clock, tmp_path):
    path = str(tmp_path / "duly.db")
    one = Office(Service(open_database(path), library, STOCKHOLM, clock), clock)
    other = Service(open_database(path), library, STOCKHOLM, clock)
    seats = sit_down(one.service, NAMES[0], "sv", "sv"), sit_down(other, NAMES[1], "sv", "sv")
    services = one.service, other
    for number in range(30):
        id = record(one.eva, "2027-03-15", subject=f"punkt {number}")
        start = Barrier(2)

        def say(which: int, id: int = id, start: Barrier = start, number: int = number) -> str:
            start.wait()
            seat = seats[which]
            message = Message(f"race-{number}-{which}", seat.place, seat.person.id, f"klar {id}")
            return plain_text(services[which].receive(message).replies[0], {"source": "", "checked": ""})

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(say, range(2)))
        assert follow_ups.find(other.db, id).version == 2
        assert sum("klar, " in each for each in said) == 1, said
    assert audit.first_bad(other.db) is None
