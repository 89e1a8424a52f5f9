"""A letter to somebody else than the one who just wrote: to a colleague, or to another place of her own."""

from collections.abc import Callable
from dataclasses import replace

from handlers.context import Context
from handlers.messages import Place, Reply, to_json
from storage import outbox, people
from storage.people import Person


def write(key: str, to: Person, worded: Callable[[Context], Reply], ctx: Context, place: str = "") -> bool:
    """Tell `to` in her own words, at `place` or where she was seen last; False when she can be reached nowhere.

    `key` is made from meaning: the same letter written twice is one, and who has it already has been told.
    """
    where = place or people.place_of(ctx.db, to.id)
    if not where:
        return False
    hers = replace(ctx, person=to, place=Place.of(where))
    outbox.add(ctx.db, key, hers.place.platform, where, to_json(worded(hers)), ctx.now, to.id)
    return True
