"""Inspections: what was agreed, the checklist made from the contract's own clauses, and how one is finished.

A checklist keeps the points as they read on the day it was made. Whatever is ticked off may be changed until the
inspection is finished.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from handlers import evidence, follow_up, results
from handlers.conduct import COMPANY
from handlers.context import Context
from handlers.messages import Button, Reply
from handlers.show import summary
from knowledge.clause import Clause
from knowledge.rules import calendar
from knowledge.rules.dates import find_date
from knowledge.text import Heading, Items, Span, para
from storage import contracts, follow_ups, inspections, talks
from storage.contracts import Contract
from storage.follow_ups import FollowUp
from storage.inspections import Inspection, NewPoint, Point
from storage.talks import Talk

TOGETHER = re.compile(
    r"(?:(?<![\s,])[\s,]+)?\b(?:tillsammans med|ihop med|together with|jointly with)\s+(?P<who>.+)$", re.IGNORECASE
)
TODAY = re.compile(r"\b(?:i\s?dag|today)\b", re.IGNORECASE)
AT = re.compile(r"(?:^|\s)(?:hos|at)\s+(?P<name>.+)$", re.IGNORECASE)
SAYS_KIND = {
    "office": re.compile(r"\b(?:på kontoret|kontorsrevision|kontor|at the office|office audit)\b", re.IGNORECASE),
    "site": re.compile(
        r"\b(?:på plats(?:en)?|platsbesök|platsrevision|on site|site visit|site audit)\b", re.IGNORECASE
    ),
}
OUTCOMES = ("yes", "no", "not_seen")
METHOD = {"office": "office_audit", "site": "site_audit"}
MOST_SHOWN = 8
ENDS = ("?", "!", ".")


# What can be heard in a sentence.


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The answers in "hos Nordkaffe AB 12 mars tillsammans med Region Örebro län"."""
    found: dict[str, Any] = {}
    if joint := TOGETHER.search(words):
        found["participants"] = joint["who"].strip(" .")
        words = words[: joint.start()]
    if now := TODAY.search(words):
        found["day"] = ctx.today.isoformat()
        words = f"{words[: now.start()]} {words[now.end() :]}"
    elif dated := find_date(words, ctx.today, past_too=True):
        found["day"] = dated[0].isoformat()
        words = f"{words[: dated[1][0]]} {words[dated[1][1] :]}"
    kinds = {kind: pattern.search(words) for kind, pattern in SAYS_KIND.items()}
    for kind, said in kinds.items():
        if said and not all(kinds.values()):
            found["kind"] = kind
            words = f"{words[: said.start()]} {words[said.end() :]}"
    name = _name(words)
    return {**found, **_whose(name, ctx)} if name else found


def _name(words: str) -> str:
    """What stands after "hos", as far as the name of a company goes."""
    at = AT.search(words)
    said = " ".join(at["name"].split()) if at else ""
    company = COMPANY.search(said)
    return (said[: company.end()] if company else said).strip(" ,.;:")


def _whose(name: str, ctx: Context) -> dict[str, Any]:
    """The supplier, and its contract when there is only one that runs."""
    supplier = follow_up.supplier_named(name, ctx)
    running = [each for each in contracts.running(ctx.db, ctx.today) if each.supplier_name == supplier]
    return {"supplier": supplier, **({"contract": running[0].number} if len(running) == 1 else {})}


# The end of the talk.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record an inspection with its checklist, or put right the one that the talk recorded before."""
    answers = talk.answers
    agreed = (
        follow_up.known_supplier(answers["supplier"], ctx),
        answers.get("contract"),
        answers["kind"],
        date.fromisoformat(answers["day"]),
        answers.get("place"),
        answers.get("participants"),
    )
    before = inspections.find(ctx.db, talk.subject or 0)
    if before and not inspections.revise(ctx.db, before, *agreed, ctx.now):
        return is_done(before, ctx)
    id = before.id if before else inspections.add(ctx.db, *agreed, ctx.person.id, ctx.now)
    talks.about(ctx.db, talk, id)
    told = {key: answers.get(key) for key in ("supplier", "contract", "kind", "day")}
    ctx.did("changed" if before else "recorded", f"inspections:{id}", told)
    found = read(id, ctx)
    inspections.set_points(ctx.db, id, _checklist(found, ctx), ctx.now)
    return _recorded(found, talk, "inspection_changed" if before else "inspection_recorded", ctx)


def read(id: int, ctx: Context) -> Inspection:
    """An inspection that is there, as it now is."""
    found = inspections.find(ctx.db, id)
    assert found is not None
    return found


def _recorded(found: Inspection, talk: Talk, phrase: str, ctx: Context) -> Reply:
    points = inspections.points(ctx.db, found.id)
    own_terms = any(point.clause for point in points)
    origin = ctx.phrase("inspection_from_clauses" if own_terms else "inspection_from_general")
    said = para(ctx.phrase(phrase, number=found.id, count=len(points), from_where=origin))
    asked = summary(list(ctx.library.flows["inspection"].questions), dict(talk.answers), ctx)
    rows = (buttons(found, ctx), (ctx.button("change_button", f"/review {talk.id}"),))
    return Reply((said, asked), rows)


def _checklist(found: Inspection, ctx: Context) -> list[NewPoint]:
    """A point for each clause of the contract, those to be checked in this way first; else the general list."""
    clauses = results.clauses(_contract(found, ctx), ctx)
    here = [each for each in clauses if each.follow_up.method == METHOD[found.kind]]
    others = [each for each in clauses if each not in here]
    made = [_of_clause(each, found, ctx) for each in (*here, *others)]
    return made or [
        NewPoint(None, each.id, each.title.of(ctx.lang), each.question.of(ctx.lang), None, each.own)
        for each in ctx.library.check_points.values()
        if found.kind in each.kinds
    ]


def _contract(found: Inspection, ctx: Context) -> list[Contract]:
    own = [each for each in contracts.every(ctx.db) if each.supplier == found.supplier]
    return [each for each in own if each.number == found.contract] if found.contract else []


def _of_clause(clause: Clause, found: Inspection, ctx: Context) -> NewPoint:
    method = clause.follow_up.method
    subject = clause.follow_up.subject.of(ctx.lang)
    question = f"{subject if subject.endswith(ENDS) else f'{subject}.'} {clause.proof.of(ctx.lang)}"
    other = None if method == METHOD[found.kind] else method
    return NewPoint(clause.id, None, clause.title.of(ctx.lang), question, other, False)


# Finished.


def under_way(ctx: Context) -> Inspection | None:
    """Her own inspection of today, as long as it is not finished."""
    return inspections.under_way(ctx.db, ctx.person.id, ctx.today)


def _counts(found: Inspection, ctx: Context) -> Mapping[str, int]:
    counted = Counter(point.outcome or "open" for point in inspections.points(ctx.db, found.id))
    return {name: counted[name] for name in (*OUTCOMES, "open")}


def all_done(found: Inspection, ctx: Context) -> Reply:
    """Every point was looked at."""
    if found.state == "done":
        return Reply(())
    return ctx.reply("points_all", buttons(found, ctx), **_counts(found, ctx))


def end(found: Inspection, ctx: Context) -> Reply:
    """Finish it, and offer the follow-up items that it answers."""
    if not inspections.set_state(ctx.db, found, "done", ctx.now):
        return is_done(found, ctx)
    ctx.did("finished", found.about, _counts(found, ctx))
    _park(found, ctx)
    said = para(ctx.phrase("inspection_left", number=found.id, **_counts(found, ctx)))
    rows = [buttons(read(found.id, ctx), ctx)]
    items = _answered(found, ctx)
    for item in items:
        label = ctx.phrase("inspection_item_button", number=item.id, subject=item.subject)[:75]
        rows.append((Button(label, f"/start done {item.id}"),))
    asked = (para(ctx.phrase("inspection_item")),) if items else ()
    return Reply((said, *asked), tuple(rows))


def _park(found: Inspection, ctx: Context) -> None:
    """The talk through its checklist is over."""
    for each in talks.parked(ctx.db, ctx.person.id):
        if each.flow == "inspection-point" and each.subject == found.id:
            talks.keep(ctx.db, replace(each, state="done", asked=None), ctx.now)


def _answered(found: Inspection, ctx: Context) -> list[FollowUp]:
    """Open items of the same supplier, contract and method."""
    items = follow_ups.of_supplier(ctx.db, found.supplier)
    return [
        each
        for each in items
        if each.state == "open"
        and each.kind == METHOD[found.kind]
        and (found.contract is None or each.contract in (None, found.contract))
    ][:MOST_SHOWN]


def reopen(found: Inspection, ctx: Context) -> Reply:
    """Open it again, to put something right."""
    if inspections.set_state(ctx.db, found, "open", ctx.now):
        ctx.did("reopened", found.about, {})
    return ctx.reply("inspection_opened", buttons(read(found.id, ctx), ctx), number=found.id)


def is_done(found: Inspection, ctx: Context) -> Reply:
    """It is finished, so nothing changes."""
    again = ctx.button("inspection_reopen_button", f"/inspection-open {found.id}")
    return ctx.reply("inspection_is_done", (again,), number=found.id)


# Shown.


def list_latest(ctx: Context) -> Reply:
    """The open ones first, and a button for each."""
    found = inspections.latest(ctx.db, MOST_SHOWN)
    new = (ctx.button("inspection_new_button", "/start inspection"),)
    if not found:
        return ctx.reply("no_inspections", new)
    lines = tuple((Span(_line(each, ctx)),) for each in found)
    rows = tuple((Button(_line(each, ctx)[:60], f"/inspection {each.id}"),) for each in found)
    return Reply((ctx.marked("inspections_title"), Items(lines)), (*rows, new))


def _line(found: Inspection, ctx: Context) -> str:
    points = inspections.points(ctx.db, found.id)
    done = sum(1 for point in points if point.outcome)
    phrase = "inspection_line_done" if found.state == "done" else "inspection_line"
    day = calendar.short(found.held_on, ctx.lang)
    return ctx.phrase(phrase, number=found.id, supplier=found.supplier_name, day=day, done=done, count=len(points))


def show(found: Inspection, ctx: Context) -> Reply:
    """One inspection with its checklist and what supports it."""
    day = calendar.words(found.held_on, ctx.lang)
    title = Heading(ctx.phrase("inspection_title", number=found.id, supplier=found.supplier_name, day=day))
    agreed = {
        "contract": found.contract,
        "kind": found.kind,
        "place": found.place,
        "participants": found.participants,
    }
    questions = list(ctx.library.flows["inspection"].questions)
    facts = summary(questions, {name: value for name, value in agreed.items() if value}, ctx)
    lines = tuple((Span(f"{each.title}: {outcome(each, ctx)}"),) for each in inspections.points(ctx.db, found.id))
    return Reply((title, facts, Items(lines), *evidence.shown(found.about, ctx)), (buttons(found, ctx),))


def outcome(point: Point, ctx: Context) -> str:
    """What was seen of a point, with the note."""
    said = ctx.phrase(f"point_{point.outcome or 'open'}")
    return ctx.phrase("protocol_outcome_note", outcome=said, note=point.note) if point.note else said


def buttons(found: Inspection, ctx: Context) -> tuple[Button, ...]:
    """What can be done with it."""
    record = ctx.button("inspection_protocol_button", f"/protocol-of {found.supplier} {found.held_on}")
    if found.state == "done":
        return record, ctx.button("inspection_reopen_button", f"/inspection-open {found.id}")
    begin = ctx.button("inspection_begin_button", f"/checklist {found.id}")
    return begin, record, ctx.button("inspection_end_button", f"/inspection-end {found.id}")


def which(ctx: Context) -> Reply:
    """There is no such inspection, or no such point."""
    return ctx.reply("which_inspection", (ctx.button("list_button", "/inspection"),))
