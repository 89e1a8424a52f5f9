"""The second pair of eyes: those who may confirm are told that something waits for them."""

from collections.abc import Callable
from dataclasses import replace

from handlers import access, letters
from handlers.context import Context
from handlers.messages import Reply
from storage import contracts, people
from storage.deviations import Deviation
from storage.people import Person


def tell(word: str, about: str, deviation: Deviation, worded: Callable[[Context], Reply], ctx: Context) -> None:
    """Write once to those who may do `word` to the record `about` and did not propose it themselves.

    Whoever answers for the deviation or its contract is asked first; where that is only the one who proposed it, those
    who lead are.
    """
    for person in _near(word, deviation, ctx) or _leading(word, ctx):
        letters.write(f"second:{about}:{ctx.now.isoformat()}:{person.id}", person, worded, ctx)


def _near(word: str, deviation: Deviation, ctx: Context) -> list[Person]:
    contract = contracts.numbered(ctx.db, deviation.contract or "")
    named = [deviation.responsible, *((contract.responsible, contract.deputy) if contract else ())]
    found = (people.find(ctx.db, id) for id in dict.fromkeys(named) if id)
    return [person for person in found if person and _may(word, person, ctx)]


def _leading(word: str, ctx: Context) -> list[Person]:
    return [p for p in people.everybody(ctx.db) if p.role in (access.LEAD, access.ADMIN) and _may(word, p, ctx)]


def _may(word: str, person: Person, ctx: Context) -> bool:
    return person.id != ctx.person.id and access.may(word, replace(ctx, person=person))
