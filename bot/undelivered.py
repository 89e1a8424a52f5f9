"""A letter that could not be delivered is told to a person by another way: never silence.

One that a room may no longer read goes to the person alone, as if the room had had that level from the start.
"""

from bot.service import Service
from handlers.messages import Place, to_json
from handlers.settling import KEY
from storage import outbox, people
from storage.outbox import Letter
from storage.people import Person

ABOUT = "failed:"
# A notice of a notice would never end, a stranger is told nothing more, and an old message may stay as it is.
NOBODY_WAITS = (ABOUT, "refused:", "undelivered:", KEY)


def tell(service: Service, letter: Letter) -> bool:
    """Write to the one it was meant for, elsewhere, or else to an administrator; whether there was anybody."""
    if letter.dedupe_key.startswith(NOBODY_WAITS):
        return False
    person = people.find(service.db, letter.person) if letter.person else None
    asked = [(person, each.place) for each in people.addresses(service.db, person.id)] if person else []
    others = [(admin, people.place_of(service.db, admin.id)) for admin in people.with_role(service.db, "admin")]
    for who, key in [*asked, *others]:
        if key and key != letter.place:
            return _write(service, letter, who, Place.of(key))
    return False


def in_private(service: Service, letter: Letter) -> bool:
    """Send what `letter` says to the one who asked, on the same platform; whether she has a place of her own there."""
    place = Place.of(letter.place)
    own = people.own_place(service.db, letter.person or "", place.platform, place.tenant)
    if own is None or own == letter.place:
        return False
    key = f"private:{letter.dedupe_key}"
    return outbox.add(service.db, key, place.platform, own, letter.body, service.now(), letter.person, letter.item)


def _write(service: Service, letter: Letter, to: Person, place: Place) -> bool:
    ctx = service.context_of(to, place)
    reply = ctx.reply("not_delivered", number=letter.id)
    return outbox.add(
        service.db, f"{ABOUT}{letter.id}", place.platform, place.key, to_json(reply), service.now(), to.id
    )
