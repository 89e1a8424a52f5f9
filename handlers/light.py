"""The traffic light of each contract with a supplier, as officers see it."""

from collections.abc import Iterable, Iterator

from handlers.context import Context
from knowledge.rules.deviation import last_day
from knowledge.rules.light import Remedy, light
from knowledge.text import Facts
from storage import actions, deviations
from storage.deviations import Deviation

Contract = tuple[int, str, str | None]  # supplier, its name, contract


def of_open(found: Iterable[Deviation], ctx: Context) -> Facts:
    """The light of every contract that `found` is about."""
    contracts = dict.fromkeys(_contract(each) for each in found)
    return Facts(tuple((_name(each, ctx), _light(each, ctx)) for each in contracts))


def of_supplier(supplier: int, ctx: Context) -> Facts:
    """The light of each contract on which something was found, or of the supplier where nothing was."""
    found = deviations.of_supplier(ctx.db, supplier)
    if not found:
        return Facts(((ctx.phrase("light"), ctx.phrase("light_nothing")),))
    contracts = dict.fromkeys(_contract(each) for each in found)
    return Facts(tuple((_title(each[2], ctx), _light(each, ctx)) for each in contracts))


def _contract(deviation: Deviation) -> Contract:
    return deviation.supplier, deviation.supplier_name, deviation.contract


def _name(contract: Contract, ctx: Context) -> str:
    _, name, number = contract
    return ctx.phrase("light_contract", supplier=name, contract=number) if number else name


def _title(number: str | None, ctx: Context) -> str:
    return ctx.phrase("light_of", contract=number) if number else ctx.phrase("light")


def _light(contract: Contract, ctx: Context) -> str:
    here = [each for each in deviations.of_supplier(ctx.db, contract[0]) if _contract(each) == contract]
    return ctx.phrase(f"light_{colour(here, ctx)}")


def colour(found: Iterable[Deviation], ctx: Context) -> str:
    """green, yellow or red today."""
    return light((remedy for each in found for remedy in _remedies(each, ctx)), ctx.today)


def _remedies(deviation: Deviation, ctx: Context) -> Iterator[Remedy]:
    """What is to be remedied by when: its actions, or the deviation itself by the times of its class."""
    agreed = actions.standing(ctx.db, deviation.id)
    known = ctx.library.deviations.get(deviation.kind or "")
    times = (known.plan_days, known.working_days, known.done_days) if known else (None, False, None)
    due = None if agreed else last_day(deviation.found_on, *times)
    yield Remedy(deviation.kind, due, ctx.day_of(deviation.closed_at) if deviation.closed_at else None)
    for each in agreed:
        yield Remedy(deviation.kind, each.due_on, ctx.day_of(each.verified_at) if each.verified_at else None)
