"""What `duly officer` does: invite, list, change roles, remove. Each change is in the audit trail."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from bot.config import Settings
from bot.opening import Refusal
from bot.service import Service
from handlers import absence, leaving
from handlers.clean import clean
from handlers.context import Context
from handlers.messages import Place
from storage import audit, belongings, invitations, people, web_links
from storage.belongings import InCharge
from storage.people import REMOVED, Person

LASTS = timedelta(hours=24)
TERMINAL = Place("terminal")
MOST_NAME = 80  # characters


def known(service: Service, name: str, removed: bool = False) -> Person:
    """The officer called `name`; `removed`: also one who was.

    Raises:
        Refusal: nobody is called so, or several are.
    """
    everybody = people.all_named(service.db, clean(name))
    found = [person for person in everybody if removed or person.role != REMOVED]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refusal(f"Several are called {name}. Write the id instead: {', '.join(each.id for each in found)}")
    raise Refusal(f"Nobody is called {name}. See: duly officer list")


def is_here(service: Service, name: str) -> bool:
    """Whether somebody called `name` may use Duly."""
    return any(person.role != REMOVED for person in people.all_named(service.db, clean(name)))


def invite(service: Service, name: str, role: str, by: Person) -> str:
    """A code for `name`, good once and for a day.

    Raises:
        Refusal: somebody of that name is here already.
    """
    name = clean(name)[:MOST_NAME].strip()
    if not name:
        raise Refusal("Write the name of whoever is invited.")
    if is_here(service, name):
        raise Refusal(f"{name} is here already. Another account of hers is linked in the chat: link")
    code = secrets.token_urlsafe(16)  # 128 bits, 22 characters; Telegram passes on at most 64
    now = service.now()
    invitations.withdraw(service.db, name, now)
    id = invitations.add(service.db, code, name, role, by.id, now, now + LASTS)
    audit.append(service.db, by.id, "invited", f"invitations:{id}", now, {"role": role})
    return code


def withdrawn(service: Service, name: str, by: Person) -> bool:
    """Take back the invitations of `name` that nobody used; whether there were any."""
    name, now = clean(name)[:MOST_NAME].strip(), service.now()
    open_ones = [each.id for each in invitations.waiting(service.db, now) if each.name == name]
    for id in open_ones:
        audit.append(service.db, by.id, "withdrew an invitation", f"invitations:{id}", now)
    invitations.withdraw(service.db, name, now)
    return bool(open_ones)


def how_to_come_in(settings: Settings, code: str) -> Iterator[str]:
    """What to tell whoever is invited."""
    from bot.telegram_known import username

    bot = username(settings.telegram) if settings.telegram else ""
    if bot:
        yield f"https://t.me/{bot}?start={code}"
    yield f"{'Or send' if bot else 'Send'} this to Duly in Telegram, in a conversation of your own: /start {code}"
    yield "Good once, for 24 hours. Give it to nobody else."


def lines(service: Service) -> Iterator[str]:
    """Who may use Duly, from where, and who is invited."""
    for person in people.everybody(service.db):
        platforms = sorted({each.platform for each in people.addresses(service.db, person.id)})
        yield f"{person.name:<32} {person.role:<9} {', '.join(platforms)}".rstrip()
    for invited in invitations.waiting(service.db, service.now()):
        yield f"{invited.name:<32} {invited.role:<9} invited"


def set_role(service: Service, person: Person, role: str, by: Person) -> None:
    people.set_role(service.db, person.id, role, service.now())
    details = {"before": person.role, "after": role}
    audit.append(service.db, by.id, "changed the role of", f"people:{person.id}", service.now(), details)


def remove(service: Service, person: Person, taker: Person | None, forget: bool, by: Person) -> str:
    """End all access of `person`; what became of what she was in charge of.

    Raises:
        Refusal: she is in charge of something, and nobody was named to take it over.
    """
    ctx = _context(service, by)
    has = belongings.in_charge(service.db, person.id)
    if taker:
        leaving.give_all(person, taker, ctx)
    elif not has.nothing and len(people.everybody(service.db)) > 1:
        raise Refusal(f"{person.name} is in charge of {_told(has)}. Say who takes over: --to NAME")
    absence.stand_in_leaves(person, ctx)
    set_role(service, person, REMOVED, by)
    web_links.revoke(service.db, "calendar", f"people:{person.id}", service.now())
    invitations.withdraw(service.db, person.name, service.now())
    belongings.leave_teams(service.db, person.id)
    if forget:
        leaving.erase(person, ctx)
    return f"{person.name}: removed{f'; {_told(has)} to {taker.name}' if taker else ''}"


def _told(has: InCharge) -> str:
    counted = {
        "open items": has.items,
        "procurements": has.procurements,
        "deviations": has.deviations,
        "contracts": has.contracts,
    }
    return ", ".join(f"{count} {name}" for name, count in counted.items() if count) or "nothing"


def exported(service: Service, person: Person, by: Person) -> None:
    """Note that somebody's data were written out."""
    audit.append(service.db, by.id, "exported", f"people:{person.id}", service.now())


def _context(service: Service, by: Person) -> Context:
    return service.context_of(by, TERMINAL)
