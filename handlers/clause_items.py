"""A clause that is chosen once the plan of a contract was accepted: its follow-up is offered for that contract.

A clause that is chosen anew in another wording asks whether what is followed up of the former one still applies.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers import plan
from handlers.context import Context
from handlers.items import line
from handlers.messages import Button
from knowledge.clause import Clause
from knowledge.plan import Offset, PlanStep
from knowledge.rules import calendar
from knowledge.rules.plan import proposed
from knowledge.text import LANGUAGES, Items, Part, Span, para
from storage import contracts, follow_ups
from storage.contracts import Contract
from storage.follow_ups import FollowUp

MOST_SHOWN = 8
LONGEST_NUMBER = 30  # of a contract on a button; Slack takes 75 characters in all
ANY = "other"  # steps of this kind have nothing in common

Rows = tuple[tuple[Button, ...], ...]


# A follow-up for a contract.


def offered(clause: Clause, procurement: int, ctx: Context) -> Rows:
    """A button for each running contract with an accepted plan under which the clause is not followed up yet."""
    under = [each for each in contracts.of_procurement(ctx.db, procurement) if each.planned]
    left = [each for each in under if each.ends_on >= ctx.today and not recorded(clause, each, ctx)]
    return tuple((_button(clause, each, ctx),) for each in left[:MOST_SHOWN])


def _button(clause: Clause, contract: Contract, ctx: Context) -> Button:
    says, day = f"/follow {clause.id} {contract.id}", _day(clause, contract, ctx)
    number = contract.number[:LONGEST_NUMBER]
    if day is None:
        return ctx.button("clause_follow_under", says, number=number)
    return ctx.button("clause_follow_under_by", says, number=number, day=calendar.short(day, ctx.lang))


def recorded(clause: Clause, contract: Contract, ctx: Context) -> list[FollowUp]:
    """The open items by which a clause is followed up under a contract."""
    under = contract.supplier, contract.number
    return [item for item in follow_ups.of_clause(ctx.db, clause.id) if (item.supplier, item.contract) == under]


def answers(clause: Clause, contract: Contract, ctx: Context) -> dict[str, Any]:
    """What is known of the follow-up of a clause under a contract; its day where a time is proposed."""
    day = _day(clause, contract, ctx)
    return {
        "supplier": contract.supplier_name,
        "subject": clause.follow_up.subject.of(ctx.lang),
        "kind": clause.follow_up.method,
        "clause": clause.id,
        "contract": contract.number,
        "responsible": contract.responsible,
        "deputy": contract.deputy,
        **({"due": day.isoformat()} if day else {}),
    }


def _day(clause: Clause, contract: Contract, ctx: Context) -> date | None:
    """The next day by the clause's own time, else by that of a step of its kind in the plan; None when neither is."""
    by_plan = [step.day for step in plan.whole(contract, ctx) if step.kind == clause.follow_up.method != ANY]
    ahead = [day for days in (_days(clause, contract), by_plan) for day in days if day >= ctx.today]
    return ahead[0] if ahead else None


def _days(clause: Clause, contract: Contract) -> list[date]:
    own = clause.follow_up
    if own.after_days is None:
        return []
    offset = Offset("start", own.after_days, 0, own.every_months or 0, 0)
    step = PlanStep(clause.id, own.subject, own.method, "always", offset, "")
    return [made.day for made in proposed((step,), contract.starts_on, contract.ends_on, None, False, ())]


# Another wording, or left out.


def asked_about(clause: Clause, procurement: int, ctx: Context) -> tuple[tuple[Part, ...], Rows]:
    """What is followed up of a clause in a procurement, with the question whether it still applies."""
    found = _of_procurement(clause, procurement, ctx)[:MOST_SHOWN]
    return _asked("clause_still", clause, found, ctx), tuple((_show(item),) for item in found)


def asked_without(clause: Clause, procurement: int, ctx: Context) -> tuple[tuple[Part, ...], Rows]:
    """The same when the clause was left out: what becomes of its open items is for a person to say."""
    found = list(dict.fromkeys([*_of_procurement(clause, procurement, ctx), *_by_plan(clause, procurement, ctx)]))
    shown = found[:MOST_SHOWN]
    return _asked("clause_left_items", clause, shown, ctx), tuple((_show(item), _strike(item, ctx)) for item in shown)


def _asked(phrase: str, clause: Clause, items: Sequence[FollowUp], ctx: Context) -> tuple[Part, ...]:
    lines = Items(tuple((Span(line(item, ctx)),) for item in items))
    return (para(ctx.phrase(phrase, title=clause.title.of(ctx.lang))), lines) if items else ()


def _strike(item: FollowUp, ctx: Context) -> Button:
    says = f"/strike {item.id} {ctx.phrase('clause_strike_reason')}"
    return ctx.button("clause_strike_item", says, number=item.id)


def _show(item: FollowUp) -> Button:
    return Button(f"#{item.id} {item.subject}"[:60], f"/show {item.id}")


def _of_procurement(clause: Clause, procurement: int, ctx: Context) -> Sequence[FollowUp]:
    """Those under its contracts, or at their suppliers where no contract was named."""
    under = contracts.of_procurement(ctx.db, procurement)
    places = {(each.supplier, number) for each in under for number in (each.number, None)}
    return [
        item
        for item in follow_ups.of_clause(ctx.db, clause.id)
        if item.procurement == procurement or (item.supplier, item.contract) in places
    ]


def _by_plan(clause: Clause, procurement: int, ctx: Context) -> list[FollowUp]:
    """Open certificates that the accepted plans of its contracts were given by the clause."""
    own = clause.follow_up
    names = {own.subject.of(lang)[: plan.LONGEST_SUBJECT] for lang in LANGUAGES}
    under = [each for each in contracts.of_procurement(ctx.db, procurement) if each.planned]
    items = [item for each in under for item in follow_ups.of_contract(ctx.db, each.supplier, each.number)]
    alike = [item for item in items if item.state == "open" and item.subject in names]
    return [item for item in alike if item.kind == own.method == "certificate"]
