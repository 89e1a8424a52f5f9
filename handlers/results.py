"""What another authority may learn of our follow-up of a supplier: gathered from records, shown before it is shared.

Only what came after the award is in it. Deviations are told by class and days, never in words, and words in which an
officer is named are left out.
"""

import hashlib
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers import suppliers as named
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.result_file import LONGEST_NAME, LONGEST_WORDS, MOST_ROWS, NotAccepted
from knowledge.clause import Clause, from_data
from knowledge.rules import calendar
from knowledge.rules.reuse import MOST_MONTHS
from knowledge.text import Facts, Heading, Items, Part, Span, para
from storage import contracts, deviations, follow_ups, inspections, people, procurements, self_assessments, suppliers
from storage.contracts import Contract
from storage.deviations import Deviation
from storage.follow_ups import FollowUp
from storage.suppliers import Supplier

OF = re.compile(r"^(?:av|hos|för|of|at|for)\s+", re.IGNORECASE)
VERDICTS = ("met", "partly", "not_met")
FILE = "resultat.json"  # what the command in the chat calls it
LOOKED = ("yes", "no")  # outcomes of a point that somebody looked at
SHORT_HASH = 16  # characters of a SHA-256 that tell one wording from another


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the file would hold, and how many verdicts were left out because an officer is named in them."""

    result: dict[str, Any]
    left_out: int


# Gathered.


def gathered(supplier: Supplier, contract: Contract | None, with_words: bool, ctx: Context) -> Gathered:
    """Our follow-up of a supplier, or of one contract with it, as it may be told.

    Raises:
        NotAccepted: no contract with the supplier is recorded, or nothing was followed up since.
    """
    own = [each for each in contracts.every(ctx.db) if each.supplier == supplier.id]
    of = [each for each in own if contract is None or each.id == contract.id]
    if not of:
        raise NotAccepted("result_no_contract", supplier=supplier.name)
    since = min(contracts.awarded_by(ctx.db, each.id, ctx.zone) for each in of)
    said = _Words(_officers(ctx), with_words)
    number = contract.number if contract else None
    told = (_items, _assessments, _inspections)
    checks = [check for of_kind in told for check in of_kind(supplier, number, since, of, said, ctx)]
    if not checks:
        raise NotAccepted("result_nothing", supplier=supplier.name)
    latest = sorted(checks, key=lambda each: str(each["done_on"]))[-MOST_ROWS:]
    result = {
        "organisation": ctx.web.organisation[:LONGEST_NAME],
        "issued_on": ctx.today.isoformat(),
        "reuse_months": MOST_MONTHS,
        "supplier": {"name": supplier.name[:LONGEST_NAME], "number": supplier.number},
        "contract": number,
        "checks": latest,
        "deviations": [_deviation(each, ctx) for each in _found(supplier, number, since, ctx)][-MOST_ROWS:],
    }
    return Gathered(result, said.left_out)


class _Words:
    """Words that may be told; counts those that may not, because they name an officer."""

    def __init__(self, officers: re.Pattern[str] | None, told: bool) -> None:
        self.officers, self.told, self.left_out = officers, told, 0

    def of(self, words: str | None) -> str | None:
        if not words or not self.told:
            return None
        if self.officers and self.officers.search(words):
            self.left_out += 1
            return None
        return words[:LONGEST_WORDS].strip()


def _officers(ctx: Context) -> re.Pattern[str] | None:
    """The names of everybody whom Duly knows, as words of their own."""
    names = [re.escape(name) for name in people.every_name(ctx.db) if len(name) > 1]
    return re.compile(rf"\b(?:{'|'.join(names)})\b", re.IGNORECASE) if names else None


def _items(
    supplier: Supplier, number: str | None, since: date, of: Sequence[Contract], said: _Words, ctx: Context
) -> Iterator[dict[str, Any]]:
    for item, at in follow_ups.done_at(ctx.db, supplier.id):
        day = ctx.day_of(at)
        if day >= since and (number is None or item.contract == number):
            terms = [_term(each, ctx) for each in _terms(item, of, ctx)]
            subject = said.of(item.subject) or ctx.phrase(f"result_method_{item.kind}")
            yield _check(item.kind, subject, day, "done", said.of(item.note), terms)


def _assessments(
    supplier: Supplier, number: str | None, since: date, of: Sequence[Contract], said: _Words, ctx: Context
) -> Iterator[dict[str, Any]]:
    for each in self_assessments.of_supplier(ctx.db, supplier.id):
        day = ctx.day_of(each.judged_at) if each.judged_at else None
        if day and each.verdict in VERDICTS and day >= since and (number is None or each.contract == number):
            chosen = [clause for clause in clauses(of, ctx) if clause.follow_up.method == "self_assessment"]
            subject = ctx.phrase("result_method_self_assessment")
            terms = [_term(clause, ctx) for clause in chosen]
            yield _check("self_assessment", subject, day, each.verdict, said.of(each.reasons), terms)


def _inspections(
    supplier: Supplier, number: str | None, since: date, of: Sequence[Contract], said: _Words, ctx: Context
) -> Iterator[dict[str, Any]]:
    known = {clause.id: clause for clause in clauses(of, ctx)}
    for each in inspections.finished(ctx.db, supplier.id):
        if each.held_on >= since and (number is None or each.contract == number):
            points = inspections.points(ctx.db, each.id)
            looked_at = [known[point.clause] for point in points if point.clause in known and point.outcome in LOOKED]
            method = f"{each.kind}_audit"
            seen = {name: sum(1 for point in points if point.outcome == name) for name in (*LOOKED, "not_seen")}
            verdict = said.of(ctx.phrase("result_points", **seen))
            terms = [_term(clause, ctx) for clause in looked_at]
            check = _check(method, ctx.phrase("result_by_checklist"), each.held_on, "done", verdict, terms)
            yield {**check, "where": (said.of(each.place) or "")[:LONGEST_NAME].strip() or None}


def _check(
    method: str, subject: str, day: date, outcome: str, verdict: str | None, terms: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "method": method,
        "subject": subject,
        "done_on": day.isoformat(),
        "where": None,
        "outcome": outcome,
        "verdict": verdict or None,
        "terms": terms[:MOST_ROWS],
    }


def clauses(of: Sequence[Contract], ctx: Context) -> list[Clause]:
    """The clauses that the contracts were awarded with, each once, as they read then."""
    ids = dict.fromkeys(each.procurement for each in of if each.procurement)
    snapshots = [data for id in ids for data in procurements.snapshots(ctx.db, id)]
    return list({data["id"]: from_data(data) for data in snapshots}.values())


def _terms(item: FollowUp, of: Sequence[Contract], ctx: Context) -> list[Clause]:
    """The clause that an item is about, or those of its contract that are checked in that way."""
    theirs = clauses([each for each in of if item.contract in (None, each.number)], ctx)
    if item.clause:
        known = {**ctx.library.clauses, **{each.id: each for each in theirs}}
        return [known[item.clause]] if item.clause in known else []
    return [each for each in theirs if each.follow_up.method == item.kind]


def _term(clause: Clause, ctx: Context) -> dict[str, Any]:
    title = clause.title.of(ctx.lang)[:LONGEST_NAME]
    return {"id": clause.id, "title": title, "version": clause.version, "wording": wording(clause)}


def wording(clause: Clause) -> str:
    """What tells one wording of a clause from another: the same text gives the same letters anywhere."""
    return hashlib.sha256(clause.text.sv.encode()).hexdigest()[:SHORT_HASH]


def _found(supplier: Supplier, number: str | None, since: date, ctx: Context) -> list[Deviation]:
    known = deviations.of_supplier(ctx.db, supplier.id)
    return [each for each in known if each.found_on >= since and (number is None or each.contract == number)]


def _deviation(each: Deviation, ctx: Context) -> dict[str, Any]:
    closed = ctx.day_of(each.closed_at) if each.closed_at and each.state == "closed" else None
    return {
        "class": each.kind or "undecided",
        "state": "closed" if closed else "open",
        "found_on": each.found_on.isoformat(),
        "closed_on": closed.isoformat() if closed else None,
        "days": max(0, ((closed or ctx.today) - each.found_on).days),
    }


# Shown.


def shown(result: dict[str, Any], ctx: Context) -> tuple[Part, ...]:
    """Everything that a file tells, for whoever is to judge it or to share it."""
    checks = tuple((Span(_check_line(each, ctx)),) for each in result["checks"])
    terms = {term["id"]: term for each in result["checks"] for term in each["terms"]}
    found = tuple((Span(_deviation_line(each, ctx)),) for each in result["deviations"])
    return (
        Facts(tuple(_facts(result, ctx))),
        Heading(ctx.phrase("result_checks")),
        Items(checks),
        *((Heading(ctx.phrase("result_terms")), Items(tuple(_term_lines(terms, ctx)))) if terms else ()),
        Heading(ctx.phrase("result_deviations")),
        Items(found) if found else para(ctx.phrase("result_no_deviations")),
    )


def _facts(result: dict[str, Any], ctx: Context) -> Iterator[tuple[str, str]]:
    supplier = result["supplier"]
    name = f"{supplier['name']} ({supplier['number']})" if supplier["number"] else supplier["name"]
    yield ctx.phrase("result_supplier"), name
    for name in ("organisation", "contract"):
        if result[name]:
            yield ctx.phrase(f"result_{name}"), result[name]
    yield ctx.phrase("result_issued"), _in_words(result["issued_on"], ctx)


def _in_words(day: str, ctx: Context) -> str:
    return calendar.words(date.fromisoformat(day), ctx.lang)


def _check_line(each: dict[str, Any], ctx: Context) -> str:
    words = {
        "method": ctx.phrase(f"result_method_{each['method']}"),
        "day": _in_words(each["done_on"], ctx),
        "subject": each["subject"],
        "outcome": ctx.phrase(f"result_outcome_{each['outcome']}"),
    }
    where = (ctx.phrase("result_where", where=each["where"]),) if each["where"] else ()
    verdict = (ctx.phrase("result_verdict", verdict=each["verdict"]),) if each["verdict"] else ()
    return " ".join((ctx.phrase("result_check", **words), *where, *verdict))


def _term_lines(terms: dict[str, dict[str, Any]], ctx: Context) -> Iterator[tuple[Span, ...]]:
    for each in terms.values():
        told = ctx.phrase("result_term", title=each["title"], clause=each["id"], version=each["version"])
        yield (Span(told),)


def _deviation_line(each: dict[str, Any], ctx: Context) -> str:
    known = ctx.library.deviations.get(each["class"])
    kind = known.name.of(ctx.lang) if known else ctx.phrase("class_undecided")
    found = calendar.short(date.fromisoformat(each["found_on"]), ctx.lang)
    return ctx.phrase(f"result_deviation_{each['state']}", kind=kind, day=found, days=each["days"])


# Said in the chat.


def share(message: Message, ctx: Context) -> Reply:
    """`share follow-up of Nordkaffe`: what the file would hold, and the command that writes and signs it."""
    words = OF.sub("", message.text.strip(" .,!?"))
    found = named.named_in(words, ctx) if words else []
    if len(found) != 1:
        ids = found or list(suppliers.names(ctx.db))
        return named.which("share_whom" if ids else "share_nobody", ids, _says(ctx), ctx)
    supplier = suppliers.find(ctx.db, found[0])
    assert supplier is not None
    try:
        told = gathered(supplier, None, True, ctx)
    except NotAccepted as why:
        return ctx.reply(why.phrase, (ctx.button("contract_button", "/start contract"),), **why.words)
    command = f"duly results export --supplier {shlex.quote(supplier.name)} {FILE}"
    last = (*_left_out(told, ctx), ctx.note("result_review"), para(ctx.phrase("share_how", command=command)))
    return Reply((para(ctx.phrase("share_holds")), *shown(told.result, ctx), *last))


def _says(ctx: Context) -> Any:
    names = suppliers.names(ctx.db)
    word = ctx.library.commands["share"].words[ctx.lang][0]
    return lambda id: f"/{word} {names[id]}"[:60]


def _left_out(told: Gathered, ctx: Context) -> tuple[Part, ...]:
    return (ctx.note("result_left_out", count=told.left_out),) if told.left_out else ()


def review(told: Gathered, ctx: Context) -> tuple[Part, ...]:
    """What a person reads before the file is written."""
    return (*shown(told.result, ctx), *_left_out(told, ctx), ctx.note("result_review"))
