"""Contracts that were awarded: recorded with what the procurement found out, listed by what happens next.

A contract is known by its number. What follows from it is proposed in handlers/plan.py.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from handlers import follow_up, plan, replan
from handlers.context import Context
from handlers.items import line
from handlers.messages import Button, Reply
from handlers.show import summary
from handlers.understand import LONGEST_CONTRACT, NotUnderstood, Unsure, understand
from knowledge.rules import calendar
from knowledge.rules.dates import find_date
from knowledge.rules.organisation import organisation_number
from knowledge.text import Heading, Items, Part, Span, para
from storage import contracts, follow_ups, procurements, suppliers, talks
from storage.contracts import Contract
from storage.procurements import Procurement
from storage.talks import Talk

GIVEN = r"(?:(?:är|har|blev|is|was|has been)\s+)?(?:tilldela(?:t|ts|d|des|s)|awarded)(?:\s+(?:till|to))?"
WITH = r"hos|med|at|with|to"  # "avtal med underleverantörer" names nobody
NUMBER = re.compile(
    rf"(?:(?:nr|nummer|number|no)\b\.?\s*)?"
    rf"(?P<number>(?-i:[A-ZÅÄÖ]{{1,6}}\s)?(?=\S*\d)[\w./-]{{2,30}})(?=\s*(?:$|,|\b(?:{GIVEN}|{WITH})\s))",
    re.IGNORECASE,
)
WITHOUT_WORD = re.compile(r"^(?:avtalet|avtal|kontrakt|contract)\s+", re.IGNORECASE)
SUPPLIER = re.compile(rf"\b(?:(?P<given>{GIVEN})|{WITH})\s+(?P<name>[^,;\n]+)", re.IGNORECASE)
ORGANISATION = re.compile(
    r"(?:(?<![\s,(])[\s,(]+)?(?:org\.?\s?(?:nr|no)\.?\s*)?\b(?P<number>\d{6}-?\d{4})\b\)?", re.IGNORECASE
)
PERSONS = {
    "responsible": re.compile(
        r"(?:(?<![,;\s])[,;\s]+)?\b(?:ansvarig|responsible)\b[:\s]+(?P<name>[^,;\n]+)", re.IGNORECASE
    ),
    "deputy": re.compile(r"(?:(?<![,;\s])[,;\s]+)?\b(?:ersättare|deputy)\b[:\s]+(?P<name>[^,;\n]+)", re.IGNORECASE),
}
NOTICE = re.compile(r"\b(?:uppsägning\w*|sägs? upp|notice)\b", re.IGNORECASE)
UNTIL = re.compile(r"(?:till|t\.?o\.?m\.?|until|to)\W*$", re.IGNORECASE)
SAYS_UNTIL = re.compile(r"till|until|to\b", re.IGNORECASE)
MOST_DAYS = 4  # in one sentence
MOST_SHOWN = 10


# What can be heard in a sentence.


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The answers in "2025-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029"."""
    found: dict[str, Any] = {}
    if number := NUMBER.match(words.strip()):
        found["number"] = number["number"]
        words = words.strip()[number.end() :]
    if (organisation := ORGANISATION.search(words)) and (written := organisation_number(organisation["number"])):
        found["organisation"] = written
        words = _without(words, organisation)
    for role, pattern in PERSONS.items():
        if named := pattern.search(words):
            found[role] = _person(role, named["name"], ctx)
            words = _without(words, named)
    days, words = _days(words, ctx)
    return {**found, **days, **_supplier(words, found, ctx)}


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}"


def _person(role: str, name: str, ctx: Context) -> Any:
    try:
        return understand(ctx.library.flows["contract"].by_id[role], name.strip(" .,"), ctx)
    except NotUnderstood:
        return Unsure(name.strip(" .,"))


def _days(words: str, ctx: Context) -> tuple[dict[str, str], str]:
    """The days that `words` name, and the words with ; where they stood."""
    spans: list[tuple[int, int, date]] = []
    left = words
    while len(spans) < MOST_DAYS and (dated := find_date(left, ctx.today, past_too=True)):
        day, (start, end) = dated
        spans.append((start, end, day))
        left = f"{left[:start]}{';' * (end - start)}{left[end:]}"
    found: dict[str, str] = {}
    before = 0
    for start, end, day in sorted(spans):
        found.setdefault(_meant(left[before:start], words[start:end], found), day.isoformat())
        before = end
    return found, left


def _meant(before: str, said: str, found: dict[str, str]) -> str:
    """Which day it is, by the words since the one before."""
    if NOTICE.search(before):
        return "notice"
    return "ends" if "starts" in found or UNTIL.search(before) or SAYS_UNTIL.match(said) else "starts"


def _supplier(words: str, found: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """The supplier after "tilldelat", with the organisation number that is known of it."""
    named = SUPPLIER.search(words)
    if named is None:
        return {}
    name = named["name"].strip(" .:")
    if not name or not (named["given"] or "number" in found or follow_up.is_company(name, ctx)):
        return {}
    answer = follow_up.supplier_named(name, ctx)
    known = suppliers.named(ctx.db, answer) if isinstance(answer, str) else None
    number = {"organisation": known.number} if known and known.number and "organisation" not in found else {}
    return {"supplier": answer, **number}


# The end of the talk.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record the contract, or put it right, and propose how to follow it up."""
    if refused := _refusal(talk, ctx):
        return refused
    answers, before = talk.answers, contracts.find(ctx.db, talk.subject or 0)
    supplier = follow_up.known_supplier(answers["supplier"], ctx)
    _number_supplier(supplier, answers.get("organisation"), ctx)
    deputy = answers.get("deputy") if answers.get("deputy") != answers["responsible"] else None
    agreed = _number(talk), supplier, answers.get("procurement"), _agreed_days(talk), answers["responsible"], deputy
    if before:
        id = before.id
        contracts.revise(ctx.db, id, *agreed, ctx.now)
        follow_ups.renumber_contract(ctx.db, before.supplier, before.number, _number(talk), ctx.now)
        plan.follow_notice(_read(id, ctx), ctx)
    else:
        id = contracts.add(ctx.db, *agreed, ctx.person.id, ctx.now)
        talks.about(ctx.db, talk, id)
    ctx.did("changed" if before else "recorded", f"contracts:{id}", dict(answers))
    return _recorded(_read(id, ctx), before, talk, ctx)


def _number(talk: Talk) -> str:
    """The number without what was said around it; longer than one may be when there is none to be found."""
    said = " ".join(talk.answers["number"].split())
    alone = WITHOUT_WORD.sub("", said)
    within = NUMBER.match(alone)
    return within["number"] if within else alone[: LONGEST_CONTRACT + 1]


def _agreed_days(talk: Talk) -> tuple[date, date, date | None]:
    starts, ends = (date.fromisoformat(talk.answers[id]) for id in ("starts", "ends"))
    notice = talk.answers.get("notice")
    return starts, ends, date.fromisoformat(notice) if notice else None


def _refusal(talk: Talk, ctx: Context) -> Reply | None:
    """What does not fit together, with the answers to change; nothing is saved then."""
    starts, ends, notice = _agreed_days(talk)
    if ends <= starts:
        return _change(talk, ("starts", "ends"), "contract_ends_first", ctx)
    if notice and notice > ends:
        return _change(talk, ("notice", "ends"), "contract_notice_late", ctx)
    if len(_number(talk)) > LONGEST_CONTRACT:
        return _change(talk, ("number",), "contract_number_long", ctx)
    same = contracts.numbered(ctx.db, _number(talk))
    if same and same.id != talk.subject:
        return _change(talk, ("number",), "contract_known", ctx, number=same.number, supplier=same.supplier_name)
    number = talk.answers.get("organisation")
    owner = suppliers.numbered(ctx.db, number) if number else None
    named = suppliers.named(ctx.db, talk.answers["supplier"])
    if owner and owner.id != (named.id if named else None):
        return _change(talk, ("supplier", "organisation"), "organisation_taken", ctx, number=number, name=owner.name)
    return None


def _change(talk: Talk, questions: tuple[str, ...], phrase: str, ctx: Context, **words: object) -> Reply:
    flow, word = ctx.library.flows["contract"], ctx.phrase("change_word")
    row = [Button(f"{word}: {flow.by_id[id].name.of(ctx.lang)}", f"/change {talk.id}.{id}") for id in questions]
    return ctx.reply(phrase, tuple(row), **words)


def _number_supplier(id: int, number: str | None, ctx: Context) -> None:
    """Keep the organisation number; a correction is noted with what stood before."""
    known = suppliers.find(ctx.db, id)
    if number and known and known.number != number:
        suppliers.set_number(ctx.db, id, number, ctx.now)
        ctx.did("changed", f"suppliers:{id}", {"before": known.number, "number": number})


def _read(id: int, ctx: Context) -> Contract:
    found = contracts.find(ctx.db, id)
    assert found is not None
    return found


def _recorded(contract: Contract, before: Contract | None, talk: Talk, ctx: Context) -> Reply:
    flow = ctx.library.flows["contract"]
    said: list[Part] = [
        para(ctx.phrase("contract_changed" if before else "contract_recorded", number=contract.number)),
        summary(list(flow.questions), _told(contract, ctx), ctx),
    ]
    moved = replan.offered(contract, ctx, before)
    plan_parts, plan_rows = (moved.parts, moved.buttons) if moved else plan.shown(contract, (), ctx)
    change = (ctx.button("change_button", f"/review {talk.id}"),)
    return Reply((*said, *brought_back(contract, ctx), *plan_parts), (*_case_row(contract, ctx), *plan_rows, change))


# Shown.


def _told(contract: Contract, ctx: Context) -> dict[str, Any]:
    """The contract as answers, without what was left out."""
    supplier = suppliers.find(ctx.db, contract.supplier)
    answers = {
        "number": contract.number,
        "supplier": contract.supplier_name,
        "organisation": supplier.number if supplier else None,
        "procurement": contract.procurement,
        **{what: day.isoformat() for what, day in contract.days},
        "responsible": contract.responsible,
        "deputy": contract.deputy,
    }
    return {id: value for id, value in answers.items() if value is not None}


def _procurement(contract: Contract, ctx: Context) -> Procurement | None:
    return procurements.find(ctx.db, contract.procurement or 0)


def brought_back(contract: Contract, ctx: Context) -> list[Part]:
    """What the procurement found out: its risk in one line, and the terms that were chosen."""
    found = _procurement(contract, ctx)
    if found is None:
        return [ctx.note("contract_alone")]
    cases = procurements.risk_cases(ctx.db, found.id)
    if cases:
        overall, typical = (ctx.phrase(f"level_{level}") for level in (cases[-1].overall, cases[-1].typical))
        risk: Part = para(ctx.phrase("contract_risk", overall=overall, typical=typical, day=cases[-1].created_at[:10]))
    else:
        risk = ctx.note("contract_no_risk")
    names = [title[ctx.lang] for title in (each["title"] for each in procurements.snapshots(ctx.db, found.id))]
    clauses = para(ctx.phrase("contract_clauses", names="; ".join(names))) if names else ctx.note("contract_no_clauses")
    return [risk, clauses]


def _case_row(contract: Contract, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    found = _procurement(contract, ctx)
    has = found and procurements.risk_cases(ctx.db, found.id)
    return ((ctx.button("show_risk_button", f"/case {found.id}"),),) if found and has else ()


def show(contract: Contract, ctx: Context) -> Reply:
    """One contract with what is followed up under it."""
    flow = ctx.library.flows["contract"]
    items = follow_ups.of_contract(ctx.db, contract.supplier, contract.number)
    listed = (Items(tuple((Span(line(item, ctx)),) for item in items)),) if items else ()
    proposal = () if contract.planned else ((ctx.button("plan_button", f"/plan {contract.id} show"),),)
    title = Heading(ctx.phrase("contract_title", number=contract.number))
    parts = (title, summary(list(flow.questions), _told(contract, ctx), ctx), *brought_back(contract, ctx), *listed)
    return Reply(parts, (*_case_row(contract, ctx), *proposal))


def show_instead(contract: Contract, ctx: Context) -> Reply:
    """The contract that there is, to whoever was about to record it."""
    said = show(contract, ctx)
    return replace(said, parts=(ctx.note("contract_exists", number=contract.number), *said.parts))


def list_running(ctx: Context) -> Reply:
    """The contracts that have not ended, what happens next first."""
    found = contracts.running(ctx.db, ctx.today)
    record = (ctx.button("contract_button", "/start contract"),)
    if not found:
        return ctx.reply("no_contracts", record)
    lines = tuple((Span(_line(each, ctx)),) for each in found[:MOST_SHOWN])
    rows = tuple((Button(short(each), f"/contract #{each.id}"),) for each in found[:MOST_SHOWN])
    more = (ctx.note("more_items", count=len(found) - MOST_SHOWN),) if len(found) > MOST_SHOWN else ()
    return Reply((ctx.marked("contracts_title"), Items(lines), *more), (*rows, record))


def _line(contract: Contract, ctx: Context) -> str:
    what, day = contract.next_after(ctx.today) or ("ends", contract.ends_on)
    named = {"number": contract.number, "supplier": contract.supplier_name, "day": calendar.short(day, ctx.lang)}
    return ctx.phrase(f"contract_line_{what}", **named)


def short(contract: Contract) -> str:
    """As a button calls it."""
    return f"{contract.number}, {contract.supplier_name}"[:60]
