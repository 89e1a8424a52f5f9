"""How much one person, and all together, may say in a minute: enough for quick thumbs, too little for a flood."""

import time
from collections.abc import Callable

from bot.heard import Heard
from bot.service import Service
from handlers.messages import Reply, to_json
from knowledge.text import para
from storage import inbox, outbox, people, rooms
from storage.people import Person


class Limiter:
    """A bucket of messages for each person and one for all; both fill up again within a minute."""

    def __init__(self, per_person: int = 30, overall: int = 6_000, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_person, self.overall, self.clock = per_person, overall, clock
        self.left: dict[str, tuple[float, float]] = {}  # who -> how many are left, and when that was so
        self.told: dict[str, float] = {}

    def allows(self, person: str) -> bool:
        """Whether one more message of `person` is taken in."""
        return self._take(person, self.per_person) and self._take("", self.overall)

    def may_tell(self, person: str) -> bool:
        """Whether to say that it was too fast: once a minute, or the answers would be a flood of their own."""
        now = self.clock()
        if now - self.told.get(person, float("-inf")) < 60:
            return False
        self.told[person] = now
        return True

    def _take(self, who: str, most: int) -> bool:
        now = self.clock()
        left, at = self.left.get(who, (float(most), now))
        left = min(float(most), left + (now - at) * most / 60)
        self.left[who] = (left - 1 if left >= 1 else left), now
        if len(self.left) > 10_000:
            self.left = {name: each for name, each in self.left.items() if now - each[1] < 60}
        return left >= 1


def too_fast(service: Service, limiter: Limiter, heard: Heard, person: Person) -> None:
    """Take a message in no further, and say so in private, once a minute."""
    place = heard.place.platform, heard.place.tenant
    own = people.own_place(service.db, person.id, *place) or heard.place.key
    words = Reply((para(service.library.phrase("too_fast", person.language)),), level=rooms.LEVELS[0])
    with service.kept():
        inbox.settle(service.db, heard.place.platform, heard.keys[0])
        if limiter.may_tell(person.id):
            key = f"fast:{heard.place.platform}:{heard.keys[0]}"
            outbox.add(service.db, key, heard.place.platform, own, to_json(words), service.now(), person.id)
