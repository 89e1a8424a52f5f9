"""The send loop of platforms that are reached over a network: many places at once, one letter at a time to each.

Claim, check again, send once, mark, as in `bot.delivery`; a platform that can be asked is asked before a second try.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from bot import delivery, digests, undelivered
from bot.delivery import Outcome
from bot.service import NotKept, Service
from bot.together import Together, one_thread
from handlers.messages import Reply, from_json
from storage import outbox
from storage.database import out_of_reach
from storage.outbox import Letter

log = logging.getLogger("duly.courier")

AT_ONCE = 64  # letters on their way
LOOKS_EVERY = 1.0  # seconds between looks for what nobody announced, such as a letter whose time has come
STOPPED = "stopped"  # the platform takes nothing at all: its token is wrong
BARRED = "barred"  # those who read along may not read it, although they might when it was written


class Post(Protocol):
    """A place where people read, reached over a network.

    `lease`: how long one attempt may take before somebody else may try. `settles`: how long after an attempt that
    nobody can tell about the platform can be asked what arrived.
    """

    name: str
    lease: timedelta
    settles: timedelta

    async def send(self, letter: Letter, reply: Reply, repeated: bool) -> Outcome:
        """Send once, without retries. `repeated`: it may have arrived before, so look first."""


Sent = tuple[Letter, Outcome]


class Courier:
    """Brings the letters of one platform. `fault` says why it stopped, when it did."""

    def __init__(self, service: Service, post: Post) -> None:
        self.service, self.post = service, post
        self.fault = ""
        self.ended = False
        self.taking = asyncio.Lock()  # held from looking for letters until they are on their way
        self.wanted = asyncio.Event()
        self.thread = one_thread("courier")
        self.on_their_way: set[asyncio.Task[None]] = set()
        self.brings: set[int] = set()  # the letters that they bring
        self._marked = Together[Sent, None](self._mark_all, self.thread)

    def wake(self) -> None:
        """Something was written."""
        self.wanted.set()

    async def run(self) -> None:
        """Bring letters until cancelled, or until the platform takes none."""
        while not self.fault and not self.ended:
            self.wanted.clear()
            if not await self._looked():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_EVERY):  # wait_for may swallow that we are cancelled
                        await self.wanted.wait()

    async def _looked(self) -> bool:
        """Whether there was anything to send off."""
        async with self.taking:
            if self.ended:
                return False
            try:
                return await self._round()
            except Exception as error:  # such as a database that is locked: the post goes on when it can
                log.error("post not looked at", extra={"error": type(error).__name__})
                return False

    async def drain(self, seconds: float) -> None:
        """Let what is on its way arrive, also what is being taken just now, and take nothing more."""
        self.ended = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self.taking:
                while self.on_their_way:
                    await asyncio.wait(self.on_their_way)
        self.thread.shutdown(wait=False)

    async def _round(self) -> bool:
        """Claim what may be sent and send it off; whether there was anything."""
        room = AT_ONCE - len(self.on_their_way)
        if room <= 0:
            await asyncio.wait(self.on_their_way, return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            letters = await asyncio.get_running_loop().run_in_executor(
                self.thread, self._claim, room, frozenset(self.brings)
            )
        except NotKept:
            return False
        for letter in letters:
            task = asyncio.create_task(self._bring(letter))
            self.brings.add(letter.id)
            self.on_their_way.add(task)
            task.add_done_callback(self.on_their_way.discard)
        return bool(letters)

    def _claim(self, limit: int, brought: frozenset[int]) -> list[Letter]:
        """What may be sent; not again what is still on its way when its lease ends, since the platform is busy."""
        service, now = self.service, self.service.now()
        if not outbox.waiting(service.db, self.post.name, None, now):
            return []
        with service.kept():
            waiting = outbox.all_waiting(service.db, self.post.name, None, now, limit + len(brought))
            found = [letter for letter in waiting if letter.id not in brought][:limit]
            return [x for x in found if outbox.claim(service.db, x, delivery.OWNER, now + self.post.lease)]

    async def _bring(self, letter: Letter) -> None:
        try:
            await self._brought(letter)
        finally:
            self.brings.discard(letter.id)

    async def _brought(self, letter: Letter) -> None:
        outcome = self._refused(letter) or await self._sent(letter)
        if outcome.state == STOPPED:
            self.fault = outcome.error
            log.error("platform stopped", extra={"reason": outcome.error})
        with contextlib.suppress(NotKept):  # its lease ends, and the platform is asked whether it arrived
            await self._marked((letter, outcome))
        self.wake()

    def _refused(self, letter: Letter) -> Outcome | None:
        """Why it is not sent: it no longer applies, or what it is about cannot be read."""
        try:
            applies = delivery.still_applies(self.service, letter)
        except Exception as error:
            if out_of_reach(error):  # its lease ends, and it is taken again
                raise
            log.error("letter not sent", extra={"letter": letter.id, "error": type(error).__name__})
            return Outcome("failed", error=type(error).__name__)
        return None if applies else Outcome("cancelled", error="settled meanwhile")

    async def _sent(self, letter: Letter) -> Outcome:
        """One try, which is counted."""
        begun = time.perf_counter()
        outcome = await self._tried(letter)
        self.service.watch.sent(self.post.name, outcome.state, time.perf_counter() - begun)
        return outcome

    async def _tried(self, letter: Letter) -> Outcome:
        """A letter that cannot even be put into words is given up, so that those behind it are not held."""
        try:
            return await self.post.send(letter, from_json(letter.body), repeated=letter.attempts > 0)
        except Exception as error:
            log.error("letter not sent", extra={"letter": letter.id, "error": type(error).__name__})
            return Outcome("failed", error=type(error).__name__)

    def _mark_all(self, several: Sequence[Sent]) -> list[None]:
        with self.service.kept():
            for letter, outcome in several:
                self._mark(letter, outcome)
        return [None] * len(several)

    def _turned_aside(self, letter: Letter, outcome: Outcome) -> Outcome:
        """What may not be said in its room is said to her alone; failed where that cannot be."""
        if letter.dedupe_key.startswith(digests.TEAM):
            gone = digests.said_less(self.service, letter)
        else:
            gone = undelivered.in_private(self.service, letter)
        return Outcome("cancelled" if gone else "failed", error=outcome.error)

    def _mark(self, letter: Letter, outcome: Outcome) -> None:
        if outcome.state == STOPPED:
            outbox.untouched(self.service.db, letter)
            return
        if outcome.state == BARRED:
            outcome = self._turned_aside(letter, outcome)
        settles = int(self.post.settles.total_seconds())
        delivery.mark(self.service, letter, outcome, at_least=settles if outcome.state == "unknown" else 0)
        if outcome.state == "failed":
            undelivered.tell(self.service, letter)
