"""Looks at the clock itself: that it is looked at, and that it does not leap.

What is due follows from the wall clock alone. When that leaps ahead, perhaps wrongly, what is sent because of it cannot
be taken back: so nothing is sent for a minute, and the log says so.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.service import Service
from storage import clock
from storage.clock import LAST_TICK

LEAP = timedelta(hours=1)
HELD = 60.0  # seconds
NOTED_EVERY = timedelta(minutes=1)
log = logging.getLogger("duly.clock")


class WallClock:
    """Compares the wall clock with one that only goes forward, from one look to the next."""

    def __init__(self, service: Service, steady: Callable[[], float] = time.monotonic) -> None:
        self.service, self.steady = service, steady
        self.wall, self.went = service.now(), steady()
        self.held_until = self.went
        self.noted: datetime | None = None

    def may_send(self) -> bool:
        """Look; False while what became due is held back after a leap."""
        wall, went = self.service.now(), self.steady()
        leapt = (wall - self.wall) - timedelta(seconds=went - self.went)
        self.wall, self.went = wall, went
        if abs(leapt) > LEAP:
            log.warning("the clock leapt", extra={"seconds": round(leapt.total_seconds())})
        if leapt > LEAP:
            self.held_until = went + HELD
        return went >= self.held_until

    def note(self) -> None:
        """Remember that reminders were looked at, once a minute.

        Raises:
            NotKept: the database could not be written.
        """
        if self.noted and abs(self.wall - self.noted) < NOTED_EVERY:
            return
        with self.service.kept():
            clock.note(self.service.db, LAST_TICK, self.wall)
        self.noted = self.wall
