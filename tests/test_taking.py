"""What is taken from the outbox is brought once, also at a stop; what the inbox keeps then waits for the next start."""

import asyncio
import threading
from datetime import timedelta

from bot.courier import Courier
from bot.delivery import Outcome
from bot.heard import Heard
from bot.inbox import Inbox
from bot.service import Service
from handlers.messages import Place, Reply, to_json
from knowledge.text import para
from storage import outbox
from storage.database import open_database

from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .reminding import record


class Post:
    name = "slack"
    lease = settles = timedelta(seconds=50)

    async def send(self, letter, reply, repeated):  # noqa: ARG002
        return Outcome("sent", "D1:1")


def service(library, tmp_path):
    """The service, and what tells that somebody looked at the clock."""
    looked = threading.Event()

    def now():
        looked.set()
        return MONDAY

    return Service(open_database(str(tmp_path / "duly.db")), library, STOCKHOLM, now, presents=()), looked


def test_a_letter_that_is_being_taken_when_it_is_told_to_stop_arrives(library, tmp_path):
    served, looked = service(library, tmp_path)
    with served.kept():
        outbox.add(served.db, "a", "slack", "slack|T1|@U1|", to_json(Reply((para("hej"),))), MONDAY)

    async def stopped():
        courier = Courier(served, Post())
        with served.lock:  # whoever takes letters waits for it
            looked.clear()
            running = asyncio.create_task(courier.run())
            await asyncio.to_thread(looked.wait, 5)
            draining = asyncio.create_task(courier.drain(5))
            await asyncio.sleep(0)
        await draining
        running.cancel()

    asyncio.run(stopped())

    assert outbox.states(served.db) == {"sent": 1}


def test_a_letter_that_is_still_on_its_way_when_its_lease_ends_is_not_taken_again(library, tmp_path):
    clock, sent, let_go = Clock(), [], asyncio.Event()
    served = Service(open_database(str(tmp_path / "duly.db")), library, STOCKHOLM, clock, presents=())
    with served.kept():
        outbox.add(served.db, "a", "slack", "slack|T1|@U1|", to_json(Reply((para("hej"),))), MONDAY)

    class Slow(Post):
        async def send(self, letter, reply, repeated):
            sent.append(repeated)
            await let_go.wait()
            return await super().send(letter, reply, repeated)

    async def looked_twice():
        courier = Courier(served, Slow())
        await courier._round()
        await asyncio.sleep(0)
        clock.now += timedelta(minutes=2)
        await courier._round()
        await asyncio.sleep(0)
        let_go.set()
        await courier.drain(5)

    asyncio.run(looked_twice())

    assert sent == [False]
    assert outbox.states(served.db) == {"sent": 1}


def test_a_letter_whose_item_cannot_be_read_does_not_hold_up_the_room(library, tmp_path):
    served, _ = service(library, tmp_path)
    person = officer(served, Clock(), "asa", "Åsa", "sv")
    item = record(person, "2027-03-15")
    with served.kept():
        for key, about in (("a", item), ("b", None)):
            body = to_json(Reply((para("hej"),)))
            outbox.add(served.db, key, "slack", "slack|T1|@U1|", body, MONDAY, "asa", about)
        served.db.conn.execute("update follow_ups set due_on = 'nonsense'")

    async def brought():
        courier = Courier(served, Post())
        for _ in range(2):
            await courier._round()
            await asyncio.wait(courier.on_their_way)
        await courier.drain(5)

    asyncio.run(brought())
    states = "select dedupe_key, state from outbox where dedupe_key in ('a', 'b') order by id"

    assert served.db.conn.execute(states).fetchall() == [("a", "failed"), ("b", "sent")]


def test_an_event_that_is_being_kept_when_it_is_told_to_stop_waits_for_the_next_start(library, tmp_path):
    served, looked = service(library, tmp_path)
    heard = Heard(("m:1",), "U1", Place("slack", "T1", "@U1"), "klar 1")

    async def answer(_):
        raise RuntimeError("cannot schedule new futures after shutdown")

    async def stopped():
        inbox = Inbox(served, "slack", answer)
        looked.clear()
        with served.lock:  # whoever keeps events waits for it
            keeping = asyncio.create_task(inbox.keep(heard))
            while not inbox._kept.keeper:
                await asyncio.sleep(0)
            await asyncio.sleep(0)
            await inbox.drain(5)
        kept = await keeping
        await asyncio.sleep(0)
        return kept, inbox.tasks

    assert asyncio.run(stopped()) == (True, set())
    assert served.db.conn.execute("select event_key, state from inbox").fetchall() == [("m:1", "new")]
