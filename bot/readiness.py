"""Whether Duly can do its work now, and in words what hinders it: for a load balancer, and for whoever is on call."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from bot.delivery import OWNER
from bot.service import NotKept, Service
from storage import leases, waiting
from storage.database import Failed

LEAST_FREE = 200 * 2**20  # bytes
MOST_SINCE_TICK = 60.0  # seconds; it ticks every two
MOST_WAITING = timedelta(minutes=10)  # a letter that could be sent
WRITES_EVERY = 10.0  # seconds between tries to write, however often we are asked
NAME = "readyz"


class Platform(Protocol):
    @property
    def name(self) -> str: ...

    def wrong(self) -> str:
        """Why it does not work now; empty when it does."""


class Readiness:
    """Called, it gives each fault by what is wrong; nothing when all is well. Told when the clock has ticked."""

    def __init__(
        self,
        service: Service,
        platforms: Sequence[Platform],
        database: str,
        clock: Callable[[], float] = time.monotonic,
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        self.service, self.platforms, self.clock, self.free = service, platforms, clock, free
        self.place = None if database == ":memory:" else Path(database).parent
        self.tick = clock()
        self.wrote = -WRITES_EVERY + clock()
        self.not_written = ""

    def ticked(self) -> None:
        """What was due has been looked at."""
        self.tick = self.clock()

    def since_tick(self) -> float:
        """Seconds since what is due was looked at."""
        return self.clock() - self.tick

    def __call__(self) -> Mapping[str, str]:
        looked_at = {
            "database": self._database(),
            "disk": self._disk(),
            "clock": self._clock(),
            **{platform.name: platform.wrong() for platform in self.platforms},
        }
        waits = "" if looked_at["database"] else self._post()
        return {name: fault for name, fault in {**looked_at, "post": waits}.items() if fault}

    def _database(self) -> str:
        if self.clock() - self.wrote >= WRITES_EVERY:
            self.wrote = self.clock()
            self.not_written = self._written()
        return self.not_written

    def _written(self) -> str:
        now = self.service.now()
        try:
            with self.service.kept():
                leases.take(self.service.db, NAME, OWNER, now, now)
        except NotKept:
            return "it cannot be written"
        return ""

    def _disk(self) -> str:
        try:
            free = self.free(self.place) if self.place else LEAST_FREE
        except OSError as error:
            return f"it cannot be looked at ({error.strerror})"
        return f"{free // 2**20} MB left" if free < LEAST_FREE else ""

    def _clock(self) -> str:
        late = self.since_tick()
        return f"nobody has looked for reminders for {late:.0f} seconds" if late > MOST_SINCE_TICK else ""

    def _post(self) -> str:
        now = self.service.now()
        try:
            with self.service.lock:
                since = waiting.oldest(self.service.db, now, [platform.name for platform in self.platforms])
        except Failed:
            return "the letters that wait cannot be read"
        waits = now - since if since else timedelta()
        return f"a letter has waited for {waits // timedelta(minutes=1)} minutes" if waits > MOST_WAITING else ""
