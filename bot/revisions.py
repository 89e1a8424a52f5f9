"""Tell whoever is responsible, once, that a clause in her procurement was revised since it was chosen."""

from bot.service import Service
from handlers import revisions
from handlers.messages import Place, to_json
from storage import outbox, people
from storage.procurements import Procurement


def announce(service: Service) -> int:
    """Write a letter for each procurement with revised clauses that nobody was told of; how many.

    Raises:
        NotKept: the database could not be written; it is told the next time.
    """
    found = revisions.all_revised(service.db, service.library.clauses)
    if not found:
        return 0
    with service.kept():
        return sum(_tell(service, procurement, several) for procurement, several in found)


def _tell(service: Service, procurement: Procurement, found: list[revisions.Revised]) -> bool:
    person = people.find(service.db, procurement.responsible)
    place = people.place_of(service.db, procurement.responsible)
    if person is None or place is None:  # nowhere to reach her yet
        return False
    ctx = service.context_of(person, Place.of(place))
    reply = to_json(revisions.told(procurement, found, ctx))
    return outbox.add(
        service.db, revisions.key(procurement, found), ctx.place.platform, place, reply, ctx.now, person.id
    )
