"""A contract with an accepted plan has other days now: what was planned by the days before is offered to be moved.

The days it was planned by stand in the audit trail. The button says which version of the contract and which list it was
shown with, so that it moves just what stands above it, once.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers import form_links, plan, secrecy, settling
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.items import line
from handlers.messages import Message, Reply
from knowledge.rules import calendar
from knowledge.rules.plan import Step
from knowledge.text import Items, Note, Part, Span, Text, para
from storage import audit, contracts, follow_ups
from storage.contracts import Contract
from storage.follow_ups import FollowUp

SAID = re.compile(r"(?P<id>\d{1,12}) (?P<version>\d{1,6}) (?P<what>leave|[0-9a-f]{8})", re.ASCII)
AGREED, PLANNED = ("recorded", "changed"), ("planned", "replanned")  # acts on a contract in the audit trail

Nth = tuple[str, Text, int]  # the kind and the subject of a step, and which one of those it is
Move = tuple[FollowUp, date]


@dataclass(frozen=True, slots=True)
class Planned:
    """The items that the accepted plan made, and the contract as it was when their days were set."""

    items: Sequence[FollowUp]
    contract: Contract


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a plan by other days: `moves` are offered, all else stays as it is.

    `own`: somebody gave it another day. `behind`: its new day has passed. `gone`: the plan has it no more.
    """

    moves: Sequence[Move]
    own: Sequence[FollowUp]
    done: Sequence[FollowUp]
    behind: Sequence[FollowUp]
    gone: Sequence[FollowUp]
    more: Sequence[Step]

    @property
    def is_one(self) -> bool:
        return bool(self.moves or self.behind or self.gone or self.more)

    @property
    def mark(self) -> str:
        """Tells this list of moves from any other."""
        listed = ";".join(f"{item.id} {item.due_on} {day}" for item, day in self.moves)
        return hashlib.sha256(listed.encode()).hexdigest()[:8]


# What has changed.


def _planned(contract: Contract, ctx: Context) -> Planned | None:
    """None where no plan was accepted, or its days are those of today."""
    agreed: Mapping[str, Any] = {}
    by, made = agreed, list[int]()
    for act, details in audit.details(ctx.db, f"contracts:{contract.id}"):
        agreed = details if act in AGREED else agreed
        by = agreed if act in PLANNED else by
        made = details["items"] if act == "planned" else made
    before = _with_days(contract, by) if by else contract
    items = [item for id in made if (item := follow_ups.find(ctx.db, id)) and item.kind != plan.NOTICE]
    return Planned(items, before) if before != contract else None


def _with_days(contract: Contract, agreed: Mapping[str, Any]) -> Contract:
    notice = agreed.get("notice")
    starts, ends = (date.fromisoformat(agreed[what]) for what in ("starts", "ends"))
    return replace(contract, starts_on=starts, ends_on=ends, notice_on=date.fromisoformat(notice) if notice else None)


def _counted(steps: Iterable[Step]) -> dict[Nth, Step]:
    """The steps but the decision on notice, which moves by itself; of several alike the first, the second and so on."""
    found: dict[Nth, Step] = {}
    for step in (each for each in steps if each.kind != plan.NOTICE):
        alike = len([kind for kind, subject, _ in found if (kind, subject) == (step.kind, step.subject)])
        found[step.kind, step.subject, alike] = step
    return found


def _nth(item: FollowUp, steps: Mapping[Nth, Step]) -> Nth | None:
    """Which step an item was made of, where it still has the day of it."""
    for nth, step in steps.items():
        names = (step.subject.sv[: plan.LONGEST_SUBJECT], step.subject.en[: plan.LONGEST_SUBJECT])
        if (step.kind, step.day) == (item.kind, item.due_on) and item.subject in names:
            return nth
    return None


def change(contract: Contract, ctx: Context) -> Change | None:
    """What other days of a contract mean for what was planned by the days before; None where they mean nothing."""
    planned = _planned(contract, ctx)
    if planned is None:
        return None
    before, now = _counted(plan.whole(planned.contract, ctx)), _counted(plan.whole(contract, ctx))
    left = [item for item in planned.items if item.state == "open"]
    known = {item: nth for item in left if (nth := _nth(item, before))}
    days = {item: now[nth].day for item, nth in known.items() if nth in now}
    found = Change(
        moves=[(item, day) for item, day in days.items() if day >= ctx.today and day != item.due_on],
        own=[item for item in left if item not in known],
        done=[item for item in planned.items if item.state != "open"],
        behind=[item for item, day in days.items() if day < ctx.today and day != item.due_on],
        gone=[item for item, nth in known.items() if nth not in now],
        more=[step for nth, step in now.items() if nth not in before and step.day >= ctx.today],
    )
    return found if found.is_one else None


# Shown.


def offered(contract: Contract, ctx: Context, before: Contract | None = None) -> Reply | None:
    """The list of what would be moved from which day to which, and the button that moves it.

    `before`: as the contract was until now; what moves nothing is told when its days changed, not again.
    """
    found = change(contract, ctx)
    if found is None or (before and before.days == contract.days and not found.moves):
        return None
    address = f"/replan {contract.id} {contract.version}"
    both = (ctx.button("replan_all", f"{address} {found.mark}"), ctx.button("replan_leave", f"{address} leave"))
    rows = (both,) if found.moves else ()
    listed = Items(tuple((Span(_line(item, day, ctx)),) for item, day in found.moves))
    parts = (para(ctx.phrase("replan_title")), listed) if found.moves else (para(ctx.phrase("replan_none")),)
    reply = Reply((*parts, *_stays(found, ctx)), (*rows, plan.to_contract(contract, ctx)))
    return secrecy.told(reply, [item for item, _ in found.moves], ctx)


def _line(item: FollowUp, day: date, ctx: Context) -> str:
    days = {"before": calendar.short(item.due_on, ctx.lang), "after": calendar.short(day, ctx.lang)}
    return ctx.phrase("replan_line", number=item.id, subject=item.subject, **days)


def _stays(found: Change, ctx: Context) -> tuple[Note, ...]:
    kept = {"own": found.own, "done": found.done, "behind": found.behind, "gone": found.gone}
    notes = [
        ctx.note(f"replan_{why}", count=len(items), numbers=", ".join(f"#{item.id}" for item in items))
        for why, items in kept.items()
        if items
    ]
    more = [f"{calendar.short(step.day, ctx.lang)} {step.subject.of(ctx.lang)}" for step in found.more]
    return (*notes, *((ctx.note("replan_more", steps="; ".join(more)),) if more else ()))


# Pressed.


def pressed(message: Message, ctx: Context) -> Reply:
    """`/replan 3 5 1a2b3c4d` moves the list shown with version 5 of contract 3; `/replan 3 5 leave` does not."""
    said = SAID.fullmatch(message.text.strip())
    contract = contracts.find(ctx.db, int(said["id"])) if said else None
    if said is None or contract is None:
        return ctx.reply("old_button")
    if contract.version != int(said["version"]):
        return _old("replan_old", contract, ctx)
    if said["what"] == "leave":
        ctx.did("left the plan", f"contracts:{contract.id}")
        return ctx.reply("replan_left", plan.to_contract(contract, ctx))
    found = change(contract, ctx)
    if found is None or found.mark != said["what"]:
        return _old("replan_other_list", contract, ctx)
    return _all(contract, found, ctx)


def _old(phrase: str, contract: Contract, ctx: Context) -> Reply:
    """That nothing was moved; the list as it is now, where there is one, to be seen first."""
    found = change(contract, ctx)
    now = offered(contract, ctx) if found and found.moves else None
    if now is None:
        return ctx.reply("replan_old", plan.to_contract(contract, ctx))
    return replace(now, parts=(ctx.note(phrase), *now.parts))


def _all(contract: Contract, found: Change, ctx: Context) -> Reply:
    if not found.moves or not contracts.moved_on(ctx.db, contract, ctx.now):
        return _old("replan_old", contract, ctx)
    told = [note for item, day in found.moves for note in _moved(item, day, ctx)]
    ctx.did("replanned", f"contracts:{contract.id}", {"items": [item.id for item, _ in found.moves]})
    now = [item for each, _ in found.moves if (item := follow_ups.find(ctx.db, each.id))]
    listed = Items(tuple((Span(line(item, ctx)),) for item in now))
    parts: tuple[Part, ...] = (para(ctx.phrase("replan_moved", count=len(now))), listed, *told, *_stays(found, ctx))
    return secrecy.told(Reply(parts, (plan.to_contract(contract, ctx),)), now, ctx)


def _moved(item: FollowUp, day: date, ctx: Context) -> tuple[Note, ...]:
    """Move an item with its reminders, and what the supplier was asked; what the supplier does not know yet."""
    follow_ups.move(ctx.db, item, item.subject, day, ctx.now)
    ctx.did("changed", f"follow_ups:{item.id}", {"before": item.due_on.isoformat(), "due": day.isoformat()})
    reminder_plans.plan_again(replace(item, due_on=day), ctx)
    settling.moved(item, day, ctx)
    return form_links.supplier_due(form_links.follow(item.id, ctx), ctx)
