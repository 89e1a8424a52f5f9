"""The contracts by priority: what is bought at which risk, how it stands, what comes next and who looks after it.

The order is in knowledge/rules/portfolio.py. What is shown here is also what `duly portfolio` writes to a file.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers import figures, light, questions
from handlers.context import Context
from handlers.contracts import short
from handlers.messages import Button, Message, Reply
from handlers.understand import UNKNOWN
from knowledge.category import Category
from knowledge.figures import Bubble, Bubbles
from knowledge.rules import calendar
from knowledge.rules.portfolio import Standing, by_priority, next_date
from knowledge.text import LANGUAGES, Items, Span
from knowledge.words import fold
from storage import contracts, deviations, follow_ups, people, procurements
from storage.contracts import Contract
from storage.deviations import Deviation
from storage.follow_ups import FollowUp
from storage.procurements import Procurement, RiskCase

OF = re.compile(r"^(?:för|hos|med|for|at|with|of)\s+", re.IGNORECASE)
MOST_SHOWN = 10
MOST_SAID = 50  # letters on a button, some of them two bytes
Key = tuple[int, str]  # supplier, folded number of the contract


@dataclass(frozen=True, slots=True)
class Row:
    """A contract with what is known about it. `items` are open, and so are the `deviations` that are counted."""

    contract: Contract
    standing: Standing
    procurement: Procurement | None
    responsible: str
    items: int
    late: int
    deviations: int


def portfolio(message: Message, ctx: Context) -> Reply:
    """Alone all that run; with words those of a supplier, a category or a responsible person; or it is a question."""
    found = rows(contracts.running(ctx.db, ctx.today), ctx)
    if not found:
        return ctx.reply("no_contracts", (ctx.button("contract_button", "/start contract"),))
    words = OF.sub("", message.text.strip())
    chosen = about(words, found, ctx) if words else found
    if not chosen and ctx.library.sounds_asked(words):
        return questions.ask_after("portfolio", message, ctx)
    if not chosen:
        return ctx.reply("portfolio_none", (ctx.button("portfolio_all_button", "/portfolio"),), words=words)
    return _shown(chosen, words, ctx)


def _shown(found: Sequence[Row], words: str, ctx: Context) -> Reply:
    first = found[:MOST_SHOWN]
    lines = Items(tuple((Span(line(each, ctx)),) for each in first))
    buttons = tuple((button(each.contract),) for each in first)
    more = (ctx.note("more_items", count=len(found) - MOST_SHOWN),) if len(found) > MOST_SHOWN else ()
    picture = ctx.button("portfolio_picture_button", f"/portfolio-picture {words}".rstrip()[:MOST_SAID])
    return Reply((ctx.marked("portfolio_title"), lines, *more, ctx.note("portfolio_how")), (*buttons, (picture,)))


def pictured(message: Message, ctx: Context) -> Reply:
    """`/portfolio-picture`, or with words: the same contracts by risk and value."""
    found = rows(contracts.running(ctx.db, ctx.today), ctx)
    chosen = about(message.text, found, ctx) if message.text else found
    drawn = figures.parts(bubbles(chosen, ctx), ctx.phrase("portfolio_picture_title"), ctx)
    return Reply((*drawn, ctx.note("portfolio_picture_note")))


def bubbles(found: Iterable[Row], ctx: Context) -> Bubbles:
    """Each contract by the priority and the value band of its procurement's latest risk case."""
    options = [option for option in ctx.library.flows["risk"].by_id["value"].options if option.id != UNKNOWN]
    bands = (*(option.label.of(ctx.lang) for option in options), ctx.phrase("figure_band_unknown"))
    at = {option.id: number for number, option in enumerate(options)}
    return Bubbles(bands, tuple(_bubble(row, at, ctx) for row in found))


def _bubble(row: Row, bands: Mapping[str, int], ctx: Context) -> Bubble:
    case = _case(row.procurement, ctx)
    if case is None:
        return Bubble(short(row.contract), None, len(bands))
    assessed = case.priority if case.picture["cells"] else None  # no category, no priority
    return Bubble(short(row.contract), assessed, bands.get(str(case.answers.get("value")), len(bands)))


def button(contract: Contract) -> Button:
    """To one contract."""
    return Button(short(contract), f"/contract #{contract.id}")


def line(row: Row, ctx: Context) -> str:
    """One contract in one line."""
    named = {"number": row.contract.number, "supplier": row.contract.supplier_name, "name": row.responsible}
    stands = {"risk": risk_name(row, ctx), "light": light_name(row, ctx), "next": _next(row, ctx)}
    return ctx.phrase("portfolio_line", **named, **stands)


def risk_name(row: Row, ctx: Context) -> str:
    """The level in words, or that nobody assessed it."""
    return ctx.phrase(f"level_{row.standing.risk}" if row.standing.risk else "no_risk_case")


def light_name(row: Row, ctx: Context) -> str:
    """The colour in a word."""
    return ctx.phrase(f"portfolio_{row.standing.light}")


def _next(row: Row, ctx: Context) -> str:
    what, day = row.standing.next
    when = "past" if day < ctx.today else "next"
    return ctx.phrase(f"portfolio_{when}_{what}", day=calendar.short(day, ctx.lang))


# What is looked at.


def rows(found: Iterable[Contract], ctx: Context) -> list[Row]:
    """`found` with what is known about each, the gravest and soonest first."""
    items, breaches = _items(ctx), _deviations(ctx)
    made = {each.id: _row(each, items[_key(each)], breaches[_key(each)], ctx) for each in found}
    return [made[standing.id] for standing in by_priority(row.standing for row in made.values())]


def _row(contract: Contract, items: Sequence[FollowUp], breaches: Sequence[Deviation], ctx: Context) -> Row:
    procurement = procurements.find(ctx.db, contract.procurement or 0)
    person = people.find(ctx.db, contract.responsible)
    next_one = next_date((each.due_on for each in items), contract.notice_on, contract.ends_on, ctx.today)
    return Row(
        contract,
        Standing(contract.id, _risk(procurement, ctx), light.colour(breaches, ctx), next_one),
        procurement,
        person.name if person else "",
        len(items),
        sum(each.due_on < ctx.today for each in items),
        sum(each.state != "closed" for each in breaches),
    )


def _risk(procurement: Procurement | None, ctx: Context) -> str | None:
    case = _case(procurement, ctx)
    return case.overall if case else None


def _case(procurement: Procurement | None, ctx: Context) -> RiskCase | None:
    cases = procurements.risk_cases(ctx.db, procurement.id) if procurement else []
    return cases[-1] if cases else None


def _key(contract: Contract) -> Key:
    return contract.supplier, fold(contract.number)


def _items(ctx: Context) -> Mapping[Key, list[FollowUp]]:
    found: dict[Key, list[FollowUp]] = defaultdict(list)
    for each in follow_ups.all_open(ctx.db):
        found[each.supplier, fold(each.contract or "")].append(each)
    return found


def _deviations(ctx: Context) -> Mapping[Key, list[Deviation]]:
    found: dict[Key, list[Deviation]] = defaultdict(list)
    for each in deviations.every(ctx.db):
        found[each.supplier, fold(each.contract or "")].append(each)
    return found


# Filtered.


def about(words: str, found: Sequence[Row], ctx: Context) -> list[Row]:
    """Those whose supplier, category or responsible has `words` in it; where none has, those with a word so begun."""
    said = f" {_plain(words)}"
    named = [(row, f" {_plain(' '.join(_names(row, ctx)))} ") for row in found]
    whole = [row for row, names in named if f"{said} " in names]
    return whole or [row for row, names in named if said in names]


def _plain(words: str) -> str:
    return " ".join(fold(words).split())


def _names(row: Row, ctx: Context) -> tuple[str, ...]:
    category = _category(row, ctx)
    kinds = tuple(category.name.of(lang) for lang in LANGUAGES) if category else ()
    return row.contract.supplier_name, row.responsible, *kinds


def category_name(row: Row, ctx: Context) -> str:
    """What kind of purchase it is, as far as that is known."""
    category = _category(row, ctx)
    return category.name.of(ctx.lang) if category else ""


def _category(row: Row, ctx: Context) -> Category | None:
    return ctx.library.categories.get(row.procurement.category or "") if row.procurement else None
