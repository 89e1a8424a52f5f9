"""Asking a supplier for its self-assessment: what begins it, the address that is given, and the words to send with it.

The address carries its key: it is for the officer alone, and written nowhere but in what she is told.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from handlers import access, follow_up, talk, web_links
from handlers import reminders as reminder_plans
from handlers import suppliers as hers
from handlers.context import Context
from handlers.form_links import DAY, about, good_for
from handlers.messages import Button, Message, Reply
from handlers.proposal import Proposal
from handlers.self_assessment import FORM
from handlers.understand import Unsure
from knowledge.flow import Question
from knowledge.letter import filled
from knowledge.rules import calendar
from knowledge.rules.dates import find_date
from knowledge.text import Heading, Items, Part, Span, para
from storage import contracts, follow_ups, judgements, suppliers, talks
from storage import self_assessments as stored
from storage import web_links as stored_links
from storage.contracts import Contract
from storage.follow_ups import FollowUp
from storage.self_assessments import SelfAssessment
from storage.talks import Talk

FLOW = "send-form"
KIND = "self_assessment"  # of follow-up items
TO = re.compile(r"^\W*(?:till|to|hos|at)\s+", re.IGNORECASE)
IN = {
    "sv": re.compile(r"(?<![\s,])[\s,]+(?:på svenska|in swedish)\b", re.IGNORECASE),
    "en": re.compile(r"(?<![\s,])[\s,]+(?:på engelska|in english)\b", re.IGNORECASE),
}
MOST_CONTRACTS = 6


# Begun.


def send(message: Message, ctx: Context) -> Reply:
    """`send self-assessment to Nordkaffe contract 2025-114 by 31 March`: asks what is not said."""
    return talk.start(FLOW, _with_contract(heard(message.text, ctx), ctx), ctx)


def to_supplier(message: Message, ctx: Context) -> Reply:
    """`/form-to 4`: the same, for a supplier that is known."""
    found = suppliers.find(ctx.db, int(message.text)) if is_id(message.text) else None
    if found is None:
        return ctx.reply("old_button")
    return talk.start(FLOW, _with_contract({"supplier": found.name}, ctx), ctx)


def is_id(words: str) -> bool:
    """Whether `words` are the number of a record."""
    return words.isdecimal() and words.isascii() and len(words) < 13


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The answers that a sentence gives."""
    found: dict[str, Any] = {}
    if dated := find_date(words, ctx.today):
        found["due"] = dated[0].isoformat()
        words = f"{words[: dated[1][0]]} {words[dated[1][1] :]}"
    for lang, said in IN.items():
        if said.search(words):
            found["lang"], words = lang, said.sub(" ", words)
    if contract := follow_up.CONTRACT.search(words):
        found["contract"] = contract[1]
        words = f"{words[: contract.start()]} {words[contract.end() :]}"
    name = " ".join(TO.sub("", words).split()).strip(" ,.;:")
    return {**found, **({"supplier": _named(name, ctx)} if name else {})}


def _named(name: str, ctx: Context) -> Any:
    """The one supplier that is so called, or the words for a question back."""
    near = hers.named_in(name, ctx)
    known = suppliers.find(ctx.db, near[0]) if len(near) == 1 else None
    return known.name if known else Unsure(name)


def _with_contract(answers: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """With the contract where there is only one, or none to choose."""
    running = _running(answers.get("supplier"), ctx)
    if "contract" in answers or running is None or len(running) > 1:
        return dict(answers)
    return {**answers, "contract": running[0].number if running else None}


def _running(name: Any, ctx: Context) -> list[Contract] | None:
    known = suppliers.named(ctx.db, name) if isinstance(name, str) else None
    return [each for each in contracts.running(ctx.db, ctx.today) if each.supplier == known.id] if known else None


def proposed(talk: Talk, question: Question, ctx: Context) -> Proposal | None:
    """The contracts to choose from, and the last day: that of the follow-up item, or one of ours."""
    if question.id == "contract":
        numbers = [each.number for each in _running(talk.answers.get("supplier"), ctx) or ()][:MOST_CONTRACTS]
        return Proposal(None, ctx.note("form_contracts", numbers=", ".join(numbers))) if numbers else None
    return _proposed_day(talk, ctx) if question.id == "due" else None


def _proposed_day(talk: Talk, ctx: Context) -> Proposal:
    known = suppliers.named(ctx.db, talk.answers.get("supplier") or "")
    item = item_of(known.id, talk.answers.get("contract"), ctx) if known else None
    if item and item.due_on >= ctx.today:
        day = calendar.words(item.due_on, ctx.lang)
        return Proposal(item.due_on, ctx.note("form_due_item", day=day, number=item.id))
    ours = ctx.library.criteria[FORM].numbers["due_days"]
    first = calendar.next_working_day(ctx.today + ours.value * DAY)
    words = {"day": calendar.words(first, ctx.lang), "origin": ours.origin.of(ctx.lang)}
    return Proposal(first, ctx.note("form_due_ours", **words))


def item_of(supplier: int, contract: str | None, ctx: Context) -> FollowUp | None:
    """The open item about a self-assessment, of that contract where one is named."""
    every = [x for x in follow_ups.of_supplier(ctx.db, supplier) if x.kind == KIND and x.state == "open"]
    return next((each for each in every if contract in (None, each.contract)), None)


# Recorded.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record that it is asked for, and give the address; a talk records one only once."""
    if talk.subject:
        return ctx.reply("form_sent_already", (ctx.button("form_list_button", f"/assess {talk.subject}"),))
    answers, supplier = talk.answers, follow_up.known_supplier(talk.answers["supplier"], ctx)
    due = date.fromisoformat(answers["due"])
    item, contract = _followed(supplier, answers.get("contract"), due, ctx)
    id = stored.add(ctx.db, supplier, contract, item, answers["lang"], due, ctx.person.id, ctx.now)
    talks.about(ctx.db, talk, id)
    ctx.did("asked for", about(id), {"supplier": supplier, "item": item, "due": due.isoformat()})
    said = given(read(id, ctx), "form_sent", ctx)
    return replace(said, parts=(*said.parts, *_beside(id, supplier, ctx)))


def _beside(id: int, supplier: int, ctx: Context) -> tuple[Part, ...]:
    """That the supplier was asked for another one, which nobody has judged or withdrawn."""
    open_ones = [x.id for x in stored.of_supplier(ctx.db, supplier) if x.state in ("sent", "returned") and x.id != id]
    return (ctx.note("form_other_open", number=open_ones[0]),) if open_ones else ()


def read(id: int, ctx: Context) -> SelfAssessment:
    """A self-assessment that is there, as it now is."""
    found = stored.find(ctx.db, id)
    assert found is not None
    return found


def _followed(supplier: int, contract: str | None, due: date, ctx: Context) -> tuple[int, str | None]:
    """The item that reminds of it, made when there is none, and the contract, which the item may know."""
    known = item_of(supplier, contract, ctx)
    if known:
        put_off(known, due, ctx)
        return known.id, contract or known.contract
    subject = ctx.phrase("form_item")
    id = follow_ups.add(ctx.db, supplier, KIND, subject, due, ctx.person.id, ctx.now, contract=contract)
    ctx.did("recorded", f"follow_ups:{id}", {"due": due.isoformat()})
    _remind(id, ctx)
    return id, contract


def put_off(item: FollowUp, due: date, ctx: Context) -> None:
    """Let an item, and its reminders, have another last day."""
    if item.due_on == due:
        return
    agreed = (item.supplier, item.kind, item.subject, due, item.responsible, item.deputy, item.contract)
    follow_ups.revise(ctx.db, item, *agreed, ctx.now)
    ctx.did("changed", f"follow_ups:{item.id}", {"before": item.due_on.isoformat(), "due": due.isoformat()})
    _remind(item.id, ctx)


def _remind(id: int, ctx: Context) -> None:
    item = follow_ups.find(ctx.db, id)
    if item and item.state == "open":
        reminder_plans.plan_again(item, ctx)


# The address, and the words to send.


def given(one: SelfAssessment, phrase: str, ctx: Context) -> Reply:
    """A new address, with the words to send; for her alone."""
    link = web_links.make("form", about(one.id), good_for(one, ctx), ctx)
    named = {"number": one.id, "supplier": one.supplier_name, "day": calendar.words(one.due_on, ctx.lang)}
    parts: list[Part] = [para(ctx.phrase(phrase, **named)), para(link), ctx.note("form_link_secret")]
    if not ctx.web.public:
        parts.append(ctx.note("form_link_here"))
    rows = (*_mailed(one, ctx), (ctx.button("form_list_button", f"/assess {one.id}"),))
    return Reply((*parts, para(ctx.phrase("form_copy")), *letter(one, link, ctx)), rows, private=ctx.place.shared)


def _mailed(one: SelfAssessment, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    return ((ctx.button("form_mail_button", f"/mail-form {one.id}"),),) if ctx.mails else ()


def letter(one: SelfAssessment, link: str, ctx: Context) -> tuple[Part, ...]:
    """What to write to the supplier, in the language of its form, after its title."""
    id = "self_assessment_back" if one.state == "returned" else "self_assessment_link"
    return worded(id, one, link, ctx)


def worded(id: str, one: SelfAssessment, link: str, ctx: Context) -> tuple[Part, ...]:
    """One of our letters to that supplier, after its title."""
    template, there = ctx.library.letters[id], replace(ctx, person=replace(ctx.person, language=one.lang))
    words = {
        "supplier": one.supplier_name,
        "due": calendar.words(one.due_on, one.lang),
        "how": ctx.library.criteria[FORM].how.of(one.lang),
        "link": link or there.phrase("form_same_link"),
    }
    asked = judgements.asked_back(ctx.db, one.id).values()
    blocks = {"questions": (Items(tuple((Span(each),) for each in asked)),)}
    return (Heading(template.title.of(one.lang)), *filled(template, one.lang, words, blocks))


def numbered(message: Message, ctx: Context) -> SelfAssessment | None:
    """The self-assessment whose number `message` begins with."""
    first = message.text.split()[0] if message.text.split() else ""
    return stored.find(ctx.db, int(first)) if is_id(first) else None


# Under way.


def new_link(message: Message, ctx: Context) -> Reply:
    """`/new-link 3`: another address; those given before lead nowhere."""
    one = numbered(message, ctx)
    if one is None or one.state not in ("sent", "returned"):
        return ctx.reply("form_not_open" if one else "old_button")
    stored_links.revoke(ctx.db, "form", about(one.id), ctx.now)
    ctx.did("revoked addresses", about(one.id))
    return given(one, "form_new_link", ctx)


def reminder(message: Message, ctx: Context) -> Reply:
    """`/self-assessment-reminder 3`: a draft to copy, in the supplier's language."""
    one = numbered(message, ctx)
    if one is None or one.state not in ("sent", "returned"):
        return ctx.reply("form_not_open" if one else "old_button")
    parts = (para(ctx.phrase("form_copy")), *worded("self_assessment_reminder", one, "", ctx))
    row = (ctx.button("form_new_link_button", f"/new-link {one.id}"),)
    return Reply(parts, (row,), private=ctx.place.shared)


def withdraw(message: Message, ctx: Context) -> Reply:
    """`/withdraw-form 3`: it is asked for no longer; its addresses lead nowhere and its item stays."""
    one = numbered(message, ctx)
    if one is None:
        return ctx.reply("old_button")
    if not stored.withdraw(ctx.db, one, ctx.now):
        return ctx.reply("form_not_open")
    stored_links.revoke(ctx.db, "form", about(one.id), ctx.now)
    ctx.did("withdrew", about(one.id))
    row = (ctx.button("form_send_button", f"/form-to {one.supplier}"),)
    return ctx.reply("form_withdrawn", row, supplier=one.supplier_name)


def may_send(ctx: Context) -> bool:
    return access.may(FLOW, ctx)
