"""How fast a room may be written in: a few at once, then one a second, as the platform asks."""

import asyncio
import time


class Pace:
    """`burst` letters at once to a room, then `per_second`. A room that said it is busy waits as long as it asked."""

    def __init__(self, per_second: float = 1.0, burst: int = 3) -> None:
        self.gap, self.burst = 1.0 / per_second, burst
        self.free_at: dict[str, float] = {}

    async def wait(self, room: str) -> None:
        """Until one more letter may go to `room`."""
        now = time.monotonic()
        begin = max(self.free_at.get(room, 0.0), now - self.gap * (self.burst - 1))
        self.free_at[room] = begin + self.gap
        if begin > now:
            await asyncio.sleep(begin - now)
        if len(self.free_at) > 10_000:
            self.free_at = {room: at for room, at in self.free_at.items() if at > now}

    def busy(self, room: str, seconds: float) -> None:
        """`room` takes nothing for so long."""
        self.free_at[room] = max(self.free_at.get(room, 0.0), time.monotonic() + seconds)
