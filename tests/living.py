"""A leaf of Duly on a loop of its own, so that what a test calls is synchronous."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from bot import clock
from bot.courier import Courier
from bot.inbox import Inbox
from bot.intake import Intake
from bot.service import Service

PATIENCE = 15.0  # seconds


class Leaf(Protocol):
    courier: Courier
    inbox: Inbox

    def wrong(self) -> str: ...


class Living:
    """`with Life(…) as duly:`; what starts and stops it is the platform's own."""

    platform = ""
    leaf: Leaf
    intake: Intake

    def __init__(self, service: Service) -> None:
        self.service = service
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Any:
        self.thread.start()
        self.do(self._start())
        until(self.is_up, "the platform to answer")
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _start(self) -> None: ...

    async def _stop(self) -> None: ...

    def is_up(self) -> bool:
        return self.leaf.wrong() == ""

    def do(self, what: Any) -> Any:
        """Run a coroutine where Duly lives."""
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(PATIENCE * 2)

    def tick(self) -> None:
        """The clock looks for what is due."""
        clock.tick(self.service)
        self.rest()

    def rest(self) -> None:
        """Until everything that came in is handled and everything said has arrived."""
        self.loop.call_soon_threadsafe(self.leaf.courier.wake)
        until(self._is_idle, "Duly to be done")

    def _is_idle(self) -> bool:
        db = self.service.db
        with self.service.lock:
            new = db.conn.execute("select count(*) from inbox where state = 'new'").fetchone()[0]
            going = "select count(*) from outbox where platform = ? and state in ('pending', 'sending', 'unknown')"
            waiting = db.conn.execute(going, (self.platform,)).fetchone()[0]
        return not new and not waiting and not self.leaf.inbox.queues and not self.leaf.inbox.tasks


def until(true: Callable[[], object], what: str) -> None:
    """Wait for it, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        time.sleep(0.005)
