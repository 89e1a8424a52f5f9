"""Supplier follow-up: what is to be checked, by when, by whom, and what came of it.

An item is recorded by a sentence ("följ upp Fairtrade-licens hos Nordkaffe AB senast 15 mars") or by the talk.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers import form_links, overtaken, recurring, secrecy
from handlers import reminders as reminder_plans
from handlers.conduct import COMPANY
from handlers.context import Context
from handlers.items import buttons, facts, line
from handlers.messages import Button, Reply
from handlers.understand import NotUnderstood, Unsure, understand
from knowledge.match import nearest_names
from knowledge.rules import calendar
from knowledge.rules.dates import find_date
from knowledge.text import Items, Part, Span, para
from knowledge.words import fold
from storage import follow_ups, suppliers, talks
from storage.follow_ups import FollowUp
from storage.talks import Talk

AT = re.compile(r"\s(?:hos|at|från leverantören)\s", re.IGNORECASE)
CONTRACT = re.compile(
    r"(?:(?<![\s,(])[\s,(]+)?\b(?:avtal|avtalet|kontrakt|contract)\s+(?=\S*\d)([\w./-]{2,40})\)?", re.IGNORECASE
)
MOST_SHOWN = 8


# What can be heard in a sentence.


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The answers that a sentence gives; a complete one needs no more questions."""
    found: dict[str, Any] = {}
    months, words = recurring.heard(words)
    if months:
        found[recurring.EVERY] = months
    if dated := find_date(words, ctx.today):
        found["due"] = dated[0].isoformat()
        words = f"{words[: dated[1][0]]} {words[dated[1][1] :]}"
    if contract := CONTRACT.search(words):
        found["contract"] = contract[1]
        words = f"{words[: contract.start()]} {words[contract.end() :]}"
    subject, supplier = _split(words)
    if supplier:
        found["supplier"] = supplier_named(supplier, ctx)
    if subject:
        found |= {"subject": subject, **_kind(subject, ctx)}
    complete = {"supplier", "subject", "due"} <= found.keys()
    return (
        {"kind": "other", "contract": None, "deputy": None, "responsible": ctx.person.id, **found}
        if complete
        else found
    )


def _split(words: str) -> tuple[str, str]:
    """What is to be checked, and at whom."""
    parts = AT.split(f" {words} ")
    clean = [" ".join(part.split()).strip(" ,.;:") for part in parts]
    return (" ".join(clean[:-1]), clean[-1]) if len(clean) > 1 else (clean[0], "")


def supplier_named(name: str, ctx: Context) -> Any:
    """A supplier as an answer: a known one's name, a new name, or one that needs a question back."""
    question = ctx.library.flows["follow-up"].by_id["supplier"]
    try:
        return understand(question, name, ctx)
    except NotUnderstood:
        return Unsure(name)


def is_company(name: str, ctx: Context) -> bool:
    """Whether `name` is a supplier's that is known, nearly so, or ends as the name of a company does."""
    return bool(COMPANY.search(name) or nearest_names(name, suppliers.names(ctx.db)))


def _kind(subject: str, ctx: Context) -> dict[str, str]:
    """The method that the subject names: "Fairtrade-licens" is a certificate or licence."""
    said = fold(subject)
    for option in ctx.library.flows["follow-up"].by_id["kind"].options:
        names = (option.label.of(ctx.lang), *(alias for aliases in option.aliases.values() for alias in aliases))
        if any(fold(name) in said for name in names):
            return {"kind": option.id}
    return {}


# The end of a talk.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record the item, or change the one that the talk made before."""
    supplier, answers = known_supplier(talk.answers["supplier"], ctx), talk.answers
    agreed = (supplier, answers["kind"], answers["subject"], date.fromisoformat(answers["due"]))
    people_in_charge = answers["responsible"], answers.get("deputy")
    if talk.subject and (item := follow_ups.find(ctx.db, talk.subject)):
        if said := overtaken.changed(item, ctx.now - overtaken.AT_ONCE, ctx):
            return said
        follow_ups.revise(ctx.db, item, *agreed, *people_in_charge, answers.get("contract"), ctx.now)
        id, act = item.id, "changed"
        before = {"before": {"supplier": item.supplier_name, "subject": item.subject, "due": item.due_on.isoformat()}}
    else:
        before = {}
        id = follow_ups.add(
            ctx.db,
            *agreed,
            people_in_charge[0],
            ctx.now,
            people_in_charge[1],
            None,
            answers.get("contract"),
            answers.get("clause"),
        )
        act = "recorded"
        talks.about(ctx.db, talk, id)
    ctx.did(act, f"follow_ups:{id}", {**before, **_audited(answers)})
    return _recorded(id, talk, act, ctx)


def _audited(answers: Any) -> dict[str, Any]:
    return {
        key: answers.get(key) for key in ("supplier", "subject", "kind", "due", "responsible", "deputy", "contract")
    }


def known_supplier(name: str, ctx: Context) -> int:
    """The id of the supplier of that name, which is recorded when it is new."""
    if known := suppliers.named(ctx.db, name):
        return known.id
    id = suppliers.add(ctx.db, name, ctx.now)
    ctx.did("recorded", f"suppliers:{id}", {"name": name})
    return id


def _recorded(id: int, talk: Talk, act: str, ctx: Context) -> Reply:
    item = follow_ups.find(ctx.db, id)
    assert item is not None
    ahead = reminder_plans.plan_again(item, ctx)
    asked = form_links.follow(id, ctx)
    lines: list[Part] = [
        para(ctx.phrase("follow_up_changed" if act == "changed" else "follow_up_recorded", number=id)),
        facts(item, ctx),
    ]
    if ahead:
        days = ", ".join(calendar.short(planned.day, ctx.lang) for planned in ahead)
        lines.append(para(ctx.phrase("will_remind", days=days)))
    lines += form_links.supplier_due(asked, ctx)
    if months := talk.answers.get(recurring.EVERY):
        lines += recurring.begin(item, months, ctx)
    if item.due_on < ctx.today or not calendar.is_working_day(item.due_on):
        lines.append(ctx.note("due_not_working_day" if item.due_on >= ctx.today else "due_passed"))
    return Reply(tuple(lines), (buttons(item, ctx), (ctx.button("change_button", f"/review {talk.id}"),)))


def list_open(ctx: Context) -> Reply:
    """Your open items, the most urgent first."""
    items = follow_ups.open_for(ctx.db, ctx.person.id)
    if not items:
        return ctx.reply("nothing_open", (ctx.button("record_button", "/start follow-up"),))
    return _listed(items, ctx)


def list_late(ctx: Context) -> Reply:
    """Those of your open items whose last day has gone by."""
    late = [each for each in follow_ups.open_for(ctx.db, ctx.person.id) if each.due_on < ctx.today]
    return _listed(late, ctx) if late else ctx.reply("nothing_late", (ctx.button("list_button", "/follow-up"),))


def _listed(items: Sequence[FollowUp], ctx: Context) -> Reply:
    lines = tuple((Span(line(item, ctx)),) for item in items[:MOST_SHOWN])
    buttons = tuple((Button(f"#{item.id} {item.subject}"[:60], f"/show {item.id}"),) for item in items[:MOST_SHOWN])
    more = (ctx.note("more_items", count=len(items) - MOST_SHOWN),) if len(items) > MOST_SHOWN else ()
    return secrecy.told(Reply((ctx.marked("open_title"), Items(lines), *more), buttons), items[:MOST_SHOWN], ctx)
