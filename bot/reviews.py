"""What is to be looked at again, found once a day: old risk cases, and answers past their review."""

from functools import partial

from bot.apart import apart
from bot.service import Service
from handlers import reviews
from handlers.messages import Place, to_json
from handlers.reminders import heads
from handlers.reviews import OldCase
from knowledge.rules.calendar import is_working_day
from storage import outbox, people


def look(service: Service) -> int:
    """Record reviews of risk cases, and write the month's line about the knowledge; how much was written.

    Raises:
        NotKept: the database could not be written; it is found the next time.
    """
    old = reviews.old_risk_cases(service.db, service.library, service.today())
    stale = reviews.stale_topics(service.library, service.today())
    if not old and not stale:
        return 0
    with service.kept():
        for each in old:
            apart(service, f"review {each.contract.procurement}", partial(_record, service, each), None)
        told = sum(_tell(service, head, stale) for head in heads(service.db)) if stale else 0
    return len(old) + told


def _record(service: Service, old: OldCase) -> None:
    reviews.record(old, service.context_for(old.contract.responsible))


def may_ring(service: Service) -> bool:
    """Whether it is working hours."""
    local, cadence = service.now().astimezone(service.zone), service.library.cadence
    return is_working_day(local.date()) and cadence.quiet_until <= local.time() < cadence.quiet_from


def _tell(service: Service, head: str, stale: list[str]) -> bool:
    """One line a month for each who leads."""
    person, place = people.find(service.db, head), people.place_of(service.db, head)
    if person is None or place is None:
        return False
    ctx = service.context_of(person, Place.of(place))
    key = f"knowledge:{person.id}:{ctx.today:%Y-%m}"
    reply = to_json(reviews.told(stale, ctx))
    return outbox.add(service.db, key, ctx.place.platform, place, reply, ctx.now, person.id)
