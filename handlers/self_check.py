"""How far the organisation has come, in its own eyes: by the six stages, or by the criteria of Fairtrade City."""

from handlers.context import Context
from handlers.messages import Button, Reply
from knowledge.rules import self_check
from knowledge.rules.calendar import short
from knowledge.text import Heading, Items, Part, Span, Table, para
from storage import self_checks
from storage.talks import Talk

SOURCES = {
    "maturity": ("upphandling24-rir-2025", "uhm-rutinkrav-ansvar"),
    "fairtrade-city": ("fairtrade-city-kriterier", "fairtrade-city-fornya"),
}
LEADS = {  # question -> the topic or command that helps with it
    "policy_decided": "/policy",
    "top_management": "/topic business-case",
    "roles": "/topic procurement-policy-goals",
    "risk_each": "/risk",
    "need_each": "/need",
    "priorities": "/priorities",
    "requirements": "/wording",
    "audit_right": "/topic audits-inspections",
    "plan": "/topic follow-up-planning",
    "followed_up": "/follow-up",
    "together": "/topic joint-monitoring-cooperation",
    "deviations": "/topic corrective-action-plan",
    "sanctions": "/topic contract-sanctions",
    "reported": "/topic follow-up-planning",
    "told": "/topic fairtrade-city",
    "steering_document": "/policy",
    "group": "/topic fairtrade-city",
    "work_plan": "/topic fairtrade-city",
    "activities": "/topic fairtrade-city",
    "fair_products": "/topic fairtrade-requirement",
}


def conclude(talk: Talk, ctx: Context) -> Reply:
    """What is in place, what to do next, and what changed since the last time. Kept for the report."""
    before = self_checks.latest(ctx.db, talk.flow, 1)
    id = self_checks.add(ctx.db, talk.flow, talk.answers, ctx.person.id, ctx.now)
    ctx.did("recorded", f"self_checks:{id}", {"kind": talk.flow})
    parts: list[Part] = [Heading(ctx.library.flows[talk.flow].title.of(ctx.lang)), _table(talk, ctx)]
    if before:
        then, now = self_check.gained(talk.flow, before[0].answers, talk.answers)
        parts.append(para(ctx.phrase("self_check_since", day=short(before[0].made_on, ctx.lang), then=then, now=now)))
    steps = self_check.steps(talk.flow, talk.answers)
    parts += _steps(steps, ctx) if steps else [para(ctx.phrase("self_check_all"))]
    parts.append(ctx.note(f"self_check_note_{talk.flow}"))
    return Reply(tuple(parts), _buttons(steps, talk, ctx), ctx.cite(*SOURCES[talk.flow]))


def _table(talk: Talk, ctx: Context) -> Table:
    head = tuple(ctx.phrase(f"column_{name}") for name in ("part", "in_place", "partly"))
    rows = tuple(
        (ctx.phrase(part.id), ctx.phrase("so_many_of", some=part.yes, all=part.questions), str(part.partly))
        for part in self_check.parts(talk.flow, talk.answers)
    )
    return Table(head, rows)


def _steps(steps: list[str], ctx: Context) -> list[Part]:
    lines = tuple((Span(ctx.phrase(f"step_{step}")),) for step in steps)
    return [Heading(ctx.phrase("self_check_next")), Items(lines, numbered=True)]


def _buttons(steps: list[str], talk: Talk, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    flow = ctx.library.flows[talk.flow]
    leads: dict[str, Button] = {}
    for step in steps:
        leads.setdefault(LEADS[step], Button(flow.by_id[step].name.of(ctx.lang), LEADS[step]))
    rows = (tuple(leads.values())[:3], (ctx.button("change_button", f"/review {talk.id}"),))
    return tuple(row for row in rows if row)
