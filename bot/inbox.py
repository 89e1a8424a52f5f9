"""From an event that was kept to its answer: one queue for each conversation, so that words keep their order."""

import asyncio
import contextlib
import itertools
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial

from bot.heard import Heard, from_event, keep_all
from bot.service import NotKept, Service
from bot.together import Together, one_thread
from storage import inbox

log = logging.getLogger("duly.inbox")

AGAIN = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds before another try when the platform cannot be asked who speaks


class Later(Exception):
    """It cannot be handled now, through no fault of its own."""


class Inbox:
    """Events of one platform. `answer` handles one; it raises Later when it must be tried again."""

    def __init__(self, service: Service, source: str, answer: Callable[[Heard], Awaitable[None]]) -> None:
        self.service, self.source, self.answer = service, source, answer
        self.queues: dict[str, deque[Heard]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.ended = False
        self.thread = one_thread("inbox")
        self._kept = Together[Heard, Heard | None](partial(keep_all, service), self.thread)

    async def keep(self, heard: Heard) -> bool:
        """Keep one event, and see to it that it is handled; False when it was met before.

        Raises:
            NotKept: the database could not be written; the platform must not be told that the event arrived.
        """
        kept = await self._kept(heard)
        if kept:
            self._queue(kept)
        return kept is not None

    def take_up(self) -> int:
        """Handle what was kept by a process that is gone; how much there was."""
        left = inbox.waiting(self.service.db, self.source)
        for event in left:
            self._queue(from_event(event))
        return len(left)

    async def drain(self, seconds: float) -> None:
        """Let what was begun come to its end; what does not is taken up at the next start."""
        self.ended = True
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=seconds)
        for task in list(self.tasks):
            task.cancel()
        self.thread.shutdown(wait=False)

    def _queue(self, heard: Heard) -> None:
        if self.ended:  # it is kept, and nobody is left to answer it
            return
        place = heard.place.key
        if place in self.queues:
            self.queues[place].append(heard)
            return
        self.queues[place] = deque([heard])
        task = asyncio.get_running_loop().create_task(self._work(place))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _work(self, place: str) -> None:
        queue = self.queues[place]
        while queue and not self.ended:
            await self._handle(queue[0])
            queue.popleft()
        del self.queues[place]

    async def _handle(self, heard: Heard) -> None:
        """Until it is handled, or set aside for repair: one that cannot be handled holds up nobody."""
        for tried in itertools.count():
            try:
                return await self.answer(heard)
            except (Later, NotKept):
                await asyncio.sleep(AGAIN[min(tried, len(AGAIN) - 1)])
            except Exception as error:
                log.error("event not handled", extra={"error": type(error).__name__})
                return self._bury(heard, type(error).__name__)
        return None

    def _bury(self, heard: Heard, error: str) -> None:
        with contextlib.suppress(NotKept), self.service.kept():  # it is tried again at the next start
            event = inbox.find(self.service.db, self.source, heard.keys[0])
            if event:
                inbox.bury(self.service.db, event.id, error)
