"""The follow-up plan of a contract: proposed as a list, thinned out step by step, accepted once.

A button carries the steps that were left out, so that what it makes is what stands above it.
"""

import re
from collections.abc import Collection
from typing import Any

from handlers import reminders as reminder_plans
from handlers import settling
from handlers.context import Context
from handlers.items import lapse, line
from handlers.messages import Button, Message, Reply
from knowledge.rules import calendar
from knowledge.rules.plan import HIGH, Step, proposed, still
from knowledge.text import Items, Part, Span, Text, para
from storage import contracts, follow_ups, people, procurements
from storage.contracts import Contract
from storage.follow_ups import FollowUp

SAID = re.compile(r"(?P<id>\d{1,12}) (?:(?P<act>all|show|without)\b)?(?: ?without)?(?P<out>(?: \d{1,3})*)", re.ASCII)
OF_CONTRACT = re.compile(r"^(?:(?:för|till|for|of) )?(?:(?:avtalet|avtal|the contract|contract) )?", re.IGNORECASE)
MOST_BUTTONS = 12  # to leave out a step; later ones are left out as they come closer
A_ROW = 4
MOST_SAID = 54  # bytes of a button that leaves a step out; the one that accepts says 4 more, and Telegram takes 64
MOST_LABELS = 3  # named in one item
LONGEST_SUBJECT = 200
NOTICE = "notice"  # the kind of the step that has a last day

Rows = tuple[tuple[Button, ...], ...]


def plan(message: Message, ctx: Context) -> Reply:
    """`/plan 3 show`, `/plan 3 without 2 5` show what is proposed; `/plan 3 all without 2 5` records it."""
    said = SAID.fullmatch(message.text.strip())
    contract = contracts.find(ctx.db, int(said["id"])) if said and said["act"] else None
    if said is None or contract is None:
        return ctx.reply("old_button")
    left_out = tuple(sorted({int(number) for number in said["out"].split()}))
    if said["act"] == "all":
        return _accept(contract, left_out, ctx)
    parts, buttons = shown(contract, left_out, ctx)
    return Reply(parts, buttons)


# What is proposed.


def whole(contract: Contract, ctx: Context) -> list[Step]:
    """The plan of all the contract's life."""
    days = contract.starts_on, contract.ends_on, contract.notice_on
    return proposed(ctx.library.plan.values(), *days, _high_risk(contract, ctx), _certificates(contract, ctx))


def _ahead(whole: list[Step], ctx: Context) -> dict[int, Step]:
    """What can still be done, by its number in the whole plan: tomorrow a button means what it means today."""
    ahead = {number: still(step, ctx.today) for number, step in enumerate(whole, 1)}
    return {number: step for number, step in ahead.items() if step}


def _high_risk(contract: Contract, ctx: Context) -> bool:
    cases = procurements.risk_cases(ctx.db, contract.procurement or 0)
    return bool(cases) and cases[-1].overall in HIGH


def _certificates(contract: Contract, ctx: Context) -> list[Text]:
    """The certificates that the chosen terms are checked by; without any, the labels of what is bought."""
    found = procurements.find(ctx.db, contract.procurement or 0)
    if found is None:
        return []
    ways = [snapshot["follow_up"] for snapshot in procurements.snapshots(ctx.db, found.id)]
    named = [Text(**way["subject"]) for way in ways if way["method"] == "certificate"]
    return list(dict.fromkeys(named)) or _labels(found.category, ctx)


def _labels(category: str | None, ctx: Context) -> list[Text]:
    """One item for the labels of a category: the supplier chooses with which of them, or another, it shows it."""
    known = ctx.library.categories.get(category or "")
    names = [ctx.library.labels[id].short_name for id in known.labels[:MOST_LABELS]] if known else []
    both = {lang: ctx.library.phrase("plan_labels", lang, names=", ".join(names)) for lang in ("sv", "en")}
    return [Text(**both)] if names else []


def _subject(step: Step, ctx: Context) -> str:
    said = step.subject.of(ctx.lang)
    if step.last:
        said = ctx.phrase("plan_notice", subject=said, day=calendar.short(step.last, ctx.lang))
    return said[:LONGEST_SUBJECT]


# Shown.


def shown(contract: Contract, left_out: Collection[int], ctx: Context) -> tuple[tuple[Part, ...], Rows]:
    """The plan as a list, and the buttons that accept it or leave one more step out."""
    if contract.planned:
        return (ctx.note("plan_accepted_before"),), (to_contract(contract, ctx),)
    all_steps = whole(contract, ctx)
    steps = _ahead(all_steps, ctx)
    kept = {number: step for number, step in steps.items() if number not in left_out}
    if not kept:
        return (ctx.note("plan_empty" if steps else "plan_over"),), ()
    title = para(ctx.phrase("plan_title", people=_people(contract, ctx)))
    lines = Items(tuple((Span(_line(number, step, ctx)),) for number, step in kept.items()))
    behind = (ctx.note("plan_behind", count=len(all_steps) - len(steps)),) if len(steps) < len(all_steps) else ()
    return (title, lines, *behind, ctx.note("plan_origin")), _buttons(contract, kept, left_out, ctx)


def _line(number: int, step: Step, ctx: Context) -> str:
    day = calendar.short(step.day, ctx.lang)
    return ctx.phrase("plan_line", number=number, day=day, subject=_subject(step, ctx))


def _people(contract: Contract, ctx: Context) -> str:
    responsible, deputy = people.find(ctx.db, contract.responsible), people.find(ctx.db, contract.deputy or "")
    if deputy is None:
        return responsible.name if responsible else contract.responsible
    return ctx.phrase("plan_people", responsible=responsible.name if responsible else "", deputy=deputy.name)


def _buttons(contract: Contract, kept: dict[int, Step], left_out: Collection[int], ctx: Context) -> Rows:
    accept = ctx.button("plan_accept", f"/plan {contract.id} all{_without(left_out)}", count=len(kept))
    leave = [
        ctx.button("plan_without", f"/plan {contract.id}{_without((*left_out, number))}", number=number)
        for number in list(kept)[:MOST_BUTTONS]
    ]
    fitting = [button for button in leave if len(button.says) <= MOST_SAID] if len(kept) > 1 else []
    return (accept,), *(tuple(fitting[at : at + A_ROW]) for at in range(0, len(fitting), A_ROW))


def _without(numbers: Collection[int]) -> str:
    return f" without {' '.join(map(str, sorted(numbers)))}" if numbers else ""


def to_contract(contract: Contract, ctx: Context) -> tuple[Button, ...]:
    """The row with the button that shows the contract."""
    return (ctx.button("contract_show_button", f"/contract #{contract.id}"),)


# Moved with the contract.


def follow_notice(contract: Contract, ctx: Context) -> None:
    """The decision on notice, where it is planned, moves with its last day; without one it no longer applies."""
    planned = follow_ups.of_contract(ctx.db, contract.supplier, contract.number)
    for item in (each for each in planned if each.kind == NOTICE and each.state == "open"):
        steps = [step for step in whole(contract, ctx) if step.kind == NOTICE]
        if not steps:
            lapse(item.id, ctx)
        elif (steps[0].day, _subject(steps[0], ctx)) != (item.due_on, item.subject):
            follow_ups.move(ctx.db, item, _subject(steps[0], ctx), steps[0].day, ctx.now)
            details = {"before": item.due_on.isoformat(), "due": steps[0].day.isoformat()}
            ctx.did("changed", f"follow_ups:{item.id}", details)
            _plan_again(item.id, ctx)
            settling.moved(item, steps[0].day, ctx)


def _plan_again(id: int, ctx: Context) -> None:
    moved = follow_ups.find(ctx.db, id)
    assert moved is not None
    reminder_plans.plan_again(moved, ctx)


# Accepted.


def _accept(contract: Contract, left_out: Collection[int], ctx: Context) -> Reply:
    """Make the steps that were shown to items with reminders; once, whoever presses and how often."""
    kept = [step for number, step in _ahead(whole(contract, ctx), ctx).items() if number not in left_out]
    if not contract.planned and not kept:
        return ctx.reply("plan_empty", to_contract(contract, ctx))
    if not contracts.planned(ctx.db, contract.id, ctx.now):
        return ctx.reply("plan_accepted_before", to_contract(contract, ctx))
    made = [_made(step, contract, ctx) for step in kept]
    ctx.did("planned", f"contracts:{contract.id}", {"items": [item.id for item in made]})
    said = para(ctx.phrase("plan_accepted", count=len(made), people=_people(contract, ctx)))
    lines = Items(tuple((Span(line(item, ctx)),) for item in made))
    return Reply((said, lines), (to_contract(contract, ctx),))


def _made(step: Step, contract: Contract, ctx: Context) -> FollowUp:
    id = follow_ups.add(
        ctx.db,
        contract.supplier,
        step.kind,
        _subject(step, ctx),
        step.day,
        contract.responsible,
        ctx.now,
        contract.deputy,
        contract.procurement,
        contract.number,
    )
    item = follow_ups.find(ctx.db, id)
    assert item is not None
    reminder_plans.plan(item, ctx)
    details: dict[str, Any] = {"contract": contract.id, "subject": item.subject, "due": step.day.isoformat()}
    ctx.did("recorded", f"follow_ups:{id}", details)
    return item
