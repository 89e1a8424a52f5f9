"""Which suppliers the version of the report for everybody may name, once an officer has decided that it shall.

Only that there is a contract, for what, and whether it was followed up. Of a supplier with something secret under way
nothing is told, and where suppliers are named no figure about deviations is, so that nobody reckons whom it is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers import conduct, secrecy
from handlers.context import Context
from knowledge.rules.report_for_all import LEAST
from knowledge.rules.report_records import Period
from storage import audit, contracts, deviations, follow_ups, inspections, procurements, suppliers
from storage.contracts import Contract
from storage.database import fold
from storage.follow_ups import FollowUp

NAME, UNNAME = "named suppliers", "unnamed suppliers"


@dataclass(frozen=True, slots=True)
class Named:
    """A contract that ran in the period. `followed`: something was followed up under it in the period."""

    contract: int
    number: str
    supplier: str
    category: str | None
    followed: bool


# The decision.


def decide(named: Sequence[Named], period: Period, ctx: Context) -> None:
    """Keep who decided that these may be named, and which."""
    ctx.did(NAME, _about(period), {"contracts": sorted(each.contract for each in named)})


def take_back(period: Period, ctx: Context) -> None:
    """Nobody is named any more, also where an address already leads to the report."""
    if _decided(period, ctx):
        ctx.did(UNNAME, _about(period))


def named(period: Period, ctx: Context) -> list[Named]:
    """Those that somebody decided to name and that may still be named; none when they are fewer than three."""
    agreed = _decided(period, ctx)
    found = [each for each in may_be_named(period, ctx) if each.contract in agreed]
    return found if enough(found) else []


def _decided(period: Period, ctx: Context) -> frozenset[int]:
    acts = [act for act in audit.details(ctx.db, _about(period)) if act[0] in (NAME, UNNAME)]
    return frozenset(acts[-1][1].get("contracts", ())) if acts else frozenset()


def _about(period: Period) -> str:
    return f"reports:{period.first}:{period.last}"


def enough(found: Iterable[Named]) -> bool:
    """Whether so many are named that a figure points at none of them."""
    return len({each.supplier for each in found}) >= LEAST


# Who may be named.


def may_be_named(period: Period, ctx: Context) -> list[Named]:
    """The contracts of the period whose supplier nothing secret is under way about, by the supplier's name."""
    day = min(period.last, ctx.today)
    silent = _with_secrets(ctx)
    running = [each for each in contracts.every(ctx.db) if each.starts_on <= day and each.ends_on >= period.first]
    found = [each for each in running if each.supplier not in silent and _is_no_person(each, ctx)]
    followed = _followed(Period(period.first, day), ctx)
    return sorted(
        (_named(each, (each.supplier, fold(each.number)) in followed, ctx) for each in found),
        key=lambda each: (fold(each.supplier), each.number),
    )


def _named(contract: Contract, followed: bool, ctx: Context) -> Named:
    bought = procurements.find(ctx.db, contract.procurement) if contract.procurement else None
    return Named(contract.id, contract.number, contract.supplier_name, bought.category if bought else None, followed)


def _with_secrets(ctx: Context) -> set[int]:
    """Suppliers with an open deviation, an inspection under way, or a part in what is not decided yet."""
    items = (each.supplier for each in follow_ups.every(ctx.db) if _is_secret(each, ctx))
    visits = (each.supplier for each in inspections.every(ctx.db) if each.state == "open")
    return {each.supplier for each in deviations.all_open(ctx.db)} | set(items) | set(visits)


def _is_secret(item: FollowUp, ctx: Context) -> bool:
    return item.state == "open" and secrecy.of_item(item, ctx) == secrecy.SECRET


def _is_no_person(contract: Contract, ctx: Context) -> bool:
    """Whether the supplier is known for a company: by its organisation number, or by how its name ends."""
    known = suppliers.find(ctx.db, contract.supplier)
    company = bool(known and known.number) or bool(conduct.COMPANY.search(contract.supplier_name))
    return company and not conduct.has_personal_number(f"{contract.supplier_name} {contract.number}")


def _followed(period: Period, ctx: Context) -> set[tuple[int, str]]:
    """Under which contracts something was done in the period; what belongs to a deviation does not count."""
    done = [each for each in follow_ups.every(ctx.db) if each.state == "done" and each.contract]
    return {
        (each.supplier, fold(each.contract or ""))
        for each in done
        if period.holds(_done_on(each, ctx)) and secrecy.of_item(each, ctx) != secrecy.SECRET
    }


def _done_on(item: FollowUp, ctx: Context) -> date | None:
    done = follow_ups.done_by(ctx.db, item.id)
    return done[1].astimezone(ctx.home or ctx.zone).date() if done else None
