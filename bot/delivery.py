"""The send loop: claim, check again, reconcile, send, mark. Only this retries; a platform sends once.

pending → sending → sent; unknown when nobody can tell, and then the platform is asked before a second try.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot import digests
from bot.service import Service
from handlers.messages import Reply, from_json
from storage import follow_ups, outbox, people, rooms
from storage.outbox import Letter

log = logging.getLogger("duly.delivery")

BACKOFF = (0, 30, 120, 600, 1_800)  # seconds after the first, second … try; then hourly
HOUR = 3_600
GIVE_UP_AFTER = 48 + len(BACKOFF)  # tries: two days of hours


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state`: sent, pending (surely not sent), unknown (nobody can tell) or failed (no use trying again)."""

    state: str
    ref: str = ""
    error: str = ""
    retry_after: int | None = None


class Platform(Protocol):
    """A place where people read. `lease`: how long one attempt may take before somebody else may try."""

    name: str
    lease: timedelta

    def find(self, letter: Letter) -> str | None:
        """The platform's name for `letter` if it arrived earlier; None when it did not, or when it cannot be asked."""

    def send(self, letter: Letter, reply: Reply, repeated: bool) -> Outcome:
        """Send once, without retries. `repeated`: it may have arrived before; say so to the reader."""


OWNER = uuid.uuid4().hex


def deliver(service: Service, platform: Platform, place: str | None = None) -> int:
    """Send what may be sent now (to `place`, or anywhere); how many letters arrived.

    Raises:
        NotKept: the database could not be written; a letter that arrived may arrive once more.
    """
    arrived = 0
    while letter := _claimed(service, platform, place):
        arrived += _attempt(service, platform, letter).state == "sent"
    return arrived


def _claimed(service: Service, platform: Platform, place: str | None) -> Letter | None:
    """The next letter, taken for this attempt."""
    now = service.now()
    if outbox.waiting(service.db, platform.name, place, now) is None:
        return None
    with service.kept():
        letter = outbox.waiting(service.db, platform.name, place, now)
        if letter is None or not outbox.claim(service.db, letter, OWNER, now + platform.lease):
            return None
        return letter


def _attempt(service: Service, platform: Platform, letter: Letter) -> Outcome:
    if not still_applies(service, letter):
        outcome = Outcome("cancelled", error="settled meanwhile")
    elif letter.attempts and (ref := platform.find(letter)):
        outcome = Outcome("sent", ref)
    else:
        outcome = _sent(platform, letter)
    with service.kept():
        mark(service, letter, outcome)
    return outcome


def _sent(platform: Platform, letter: Letter) -> Outcome:
    """One try. A letter that cannot even be put into words is given up, so that those behind it are not held."""
    try:
        return platform.send(letter, from_json(letter.body), repeated=letter.state != "pending")
    except OSError:
        raise  # nobody is there to read
    except Exception as error:
        log.error("letter not sent", extra={"letter": letter.id, "error": type(error).__name__})
        return Outcome("failed", error=type(error).__name__)


def still_applies(service: Service, letter: Letter) -> bool:
    """A reminder of something that was done since is not sent.

    Somebody who was removed since is sent nothing but what everybody may read, such as that she was.
    """
    person = people.find(service.db, letter.person) if letter.person else None
    if person and person.role == people.REMOVED:
        return from_json(letter.body).level == rooms.LEVELS[0]
    if not digests.applies(service, letter):
        return False
    if letter.item is None:
        return True
    item = follow_ups.find(service.db, letter.item)
    return item is not None and item.state == "open"


def mark(service: Service, letter: Letter, outcome: Outcome, at_least: int = 0) -> None:
    """Note what came of an attempt; `at_least` seconds pass before the next one."""
    now = service.now()
    if outcome.state == "sent":
        outbox.sent(service.db, letter, outcome.ref, now)
    elif outcome.state in ("cancelled", "failed") or letter.attempts + 1 >= GIVE_UP_AFTER:
        state = outcome.state if outcome.state == "cancelled" else "failed"
        outbox.give_up(service.db, letter, state, outcome.error, now)
        log.warning("letter given up", extra={"letter": letter.id, "reason": outcome.error})
    else:
        wait = outcome.retry_after if outcome.retry_after is not None else backoff(letter.attempts)
        outbox.later(service.db, letter, outcome.state, now + timedelta(seconds=max(wait, at_least)), outcome.error)


def backoff(attempts: int) -> int:
    """Seconds to wait after that many earlier tries."""
    return BACKOFF[attempts] if attempts < len(BACKOFF) else HOUR
