"""The record of an inspection as Word: one day at a supplier, what was seen and agreed, with blanks to sign.

Only what was recorded that day is in it; what was agreed about the day's deviations is there whenever it was agreed.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers import deviation_letter, questions
from handlers import deviations as hers
from handlers import suppliers as named
from handlers.conduct import COMPANY
from handlers.context import Context
from handlers.inspections import outcome
from handlers.ladder import contract_of
from handlers.messages import Message, Reply
from handlers.show import show
from knowledge.clause import Clause, from_data
from knowledge.letter import Blocks, filled
from knowledge.rules import calendar
from knowledge.rules.dates import find_date
from knowledge.text import LANGUAGES, Document, Facts, Items, Part, Span, Table, para
from storage import actions, audit, contracts, deviations, evidence, inspections, people, procurements, suppliers
from storage.contracts import Contract
from storage.deviations import Deviation
from storage.evidence import Evidence
from storage.inspections import Inspection, Point
from storage.suppliers import Supplier

AT = re.compile(r"^(?:hos|för|från|at|for|from)\s+", re.IGNORECASE)
MONTHS_BACK = 12
SHORT_HASH = 12  # characters of a SHA-256 that tell one file from another


@dataclass(frozen=True, slots=True)
class Day:
    """What there is of one day at a supplier: inspections, deviations, and what came about them, in order."""

    supplier: Supplier
    day: date
    deviations: tuple[Deviation, ...]
    evidence: tuple[Evidence, ...]
    inspections: tuple[Inspection, ...] = ()


def protocol(message: Message, ctx: Context) -> Reply:
    """`protocol Nordkaffe AB`, `protocol Nordkaffe AB 2026-11-20`: today's record, or that day's."""
    day, words = _dated(message.text, ctx)
    at = AT.sub("", words.strip(" ,."))
    found = named.named_in(at, ctx)
    if len(found) == 1:
        return _offered(found[0], day, ctx)
    if message.text and not found and not COMPANY.search(at):
        return questions.ask_after("protocol", message, ctx)
    ids = found or list(suppliers.names(ctx.db))
    return named.which("protocol_whom", ids, lambda id: f"/protocol-of {id} {day}", ctx)


def _dated(words: str, ctx: Context) -> tuple[date, str]:
    """The day that is named, and the words without it. A day and month without a year have been, not are to come."""
    found = find_date(words, ctx.today, past_too=True)
    if found is None:
        return ctx.today, words
    day, (start, end) = found
    day = day if day <= ctx.today else calendar.add_months(day, -MONTHS_BACK)
    return day, f"{words[:start]} {words[end:]}"


def of(message: Message, ctx: Context) -> Reply:
    """`/protocol-of 4 2026-11-20` offers it, `/protocol-of 4 2026-11-20 en` writes it."""
    number, day, lang = (*message.text.split(), "", "")[:3]
    known = number.isdecimal() and number.isascii() and len(number) < 13
    supplier, on = suppliers.find(ctx.db, int(number)) if known else None, _day(day)
    if supplier is None or on is None:
        return ctx.reply("old_button")
    if lang not in LANGUAGES:
        return _offered(supplier.id, on, ctx)
    there, found = replace(ctx, person=replace(ctx.person, language=lang)), gathered(supplier, on, ctx)
    return Reply((*_first(found, ctx), para(ctx.phrase("protocol_ready"))), document=document(found, there))


def _first(found: Day, ctx: Context) -> tuple[Part, ...]:
    """Of a zero tolerance the head is told before the supplier reads of it in the record."""
    if not any(each.two for each in found.deviations):
        return ()
    return (*hers.zero_tolerance(ctx), ctx.note("protocol_zero"))


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _offered(id: int, day: date, ctx: Context) -> Reply:
    supplier = suppliers.find(ctx.db, id)
    assert supplier is not None
    found, on = gathered(supplier, day, ctx), calendar.words(day, ctx.lang)
    languages = tuple(ctx.button(f"form_{lang}", f"/protocol-of {id} {day} {lang}") for lang in LANGUAGES)
    if not found.deviations and not found.inspections:
        record = ctx.button("deviation_button", "/start deviation")
        return ctx.reply("protocol_nothing", languages, (record,), supplier=supplier.name, day=on)
    files = sum(1 for each in found.evidence if each.sha256)
    counts = {"deviations": len(found.deviations), "notes": len(found.evidence) - files, "files": files}
    offer = ctx.reply("protocol_offer", languages, supplier=supplier.name, day=on, **counts)
    points = _points(found, ctx)
    seen = ctx.phrase("protocol_points", done=sum(1 for each in points if each.outcome), count=len(points))
    return replace(offer, parts=(*offer.parts, para(seen))) if points else offer


# What there is.


def gathered(supplier: Supplier, day: date, ctx: Context) -> Day:
    """The deviations found that day, or to which something came that day, and what came."""
    known = deviations.of_supplier(ctx.db, supplier.id)
    came = {each.id: [piece for piece in _about(each, ctx) if ctx.day_of(piece.created_at) == day] for each in known}
    of_day = tuple(each for each in known if each.found_on == day or came[each.id])
    visits = tuple(inspections.of_day(ctx.db, supplier.id, day))
    shown = [piece for each in visits for piece in evidence.of(ctx.db, each.about)]
    pieces = sorted((*(piece for each in of_day for piece in came[each.id]), *shown), key=lambda piece: piece.id)
    return Day(supplier, day, of_day, tuple(pieces), visits)


def _about(deviation: Deviation, ctx: Context) -> list[Evidence]:
    """What came about a deviation or its actions."""
    about = (deviation.about, *(each.about for each in actions.of(ctx.db, deviation.id)))
    return [piece for each in about for piece in evidence.of(ctx.db, each)]


# The document.


def document(found: Day, ctx: Context) -> Document:
    """The record, in the language of the context."""
    template = ctx.library.letters["protocol"]
    words = {"supplier": found.supplier.name, "day": found.day.isoformat()}
    file, title = (text.of(ctx.lang).format_map(words) for text in (template.file, template.title))
    return Document(file, "docx", title, ctx.lang, filled(template, ctx.lang, words, _blocks(found, ctx)))


def _blocks(found: Day, ctx: Context) -> Blocks:
    return {
        "facts": (_facts(found, ctx),),
        "participants": (_participants(found, ctx),),
        "checklist": _checklist(found, ctx),
        "observed": _listed(_observed(found, ctx), "protocol_no_observations", ctx),
        "deviations": _listed(_deviations(found, ctx), "protocol_no_deviations", ctx),
        "actions": _listed(_actions(found, ctx), "letter_no_actions", ctx),
        "files": _files(found, ctx),
        "signatures": (_signatures(found, ctx),),
    }


def _listed(lines: list[str], nothing: str, ctx: Context) -> tuple[Part, ...]:
    return (Items(tuple((Span(line),) for line in lines)),) if lines else (para(ctx.phrase(nothing)),)


def _facts(found: Day, ctx: Context) -> Facts:
    of_visits = [each.contract for each in found.inspections]
    numbers = [number for number in (*of_visits, *(each.contract for each in found.deviations)) if number]
    numbers = numbers or [each.number for each in _contracts(found.supplier, ctx)]
    contract = ", ".join(dict.fromkeys(numbers)) or ctx.phrase("letter_contract_blank")
    places = ", ".join(dict.fromkeys(each.place for each in found.inspections if each.place))
    return Facts(
        (
            (ctx.phrase("letter_date"), calendar.words(found.day, ctx.lang)),
            (ctx.phrase("protocol_place"), places or ctx.phrase("protocol_place_blank")),
            *_kinds(found, ctx),
            (ctx.phrase("protocol_supplier"), found.supplier.name),
            (ctx.phrase("letter_contract"), contract),
        )
    )


def _kinds(found: Day, ctx: Context) -> tuple[tuple[str, str], ...]:
    """Whether it was at the office or on site, where that was recorded."""
    question = ctx.library.flows["inspection"].by_id["kind"]
    kinds = dict.fromkeys(show(question, each.kind, ctx) for each in found.inspections)
    return ((question.name.of(ctx.lang), ", ".join(kinds)),) if kinds else ()


def _contracts(supplier: Supplier, ctx: Context) -> list[Contract]:
    return [each for each in contracts.running(ctx.db, ctx.today) if each.supplier == supplier.id]


def _participants(found: Day, ctx: Context) -> Table:
    """Who took part: other authorities as they were typed, the rest to be filled in."""
    head = tuple(ctx.phrase(f"protocol_{name}") for name in ("from", "name", "function"))
    blanks = tuple(ctx.phrase(f"protocol_{name}_blank") for name in ("name", "function"))
    typed = [each.participants for each in found.inspections if each.participants]
    sides = ("ours", "theirs", *(() if typed else ("others", "others")))
    rows = [(ctx.phrase(f"protocol_{side}"), *blanks) for side in sides]
    return Table(head, (*rows, *((ctx.phrase("protocol_others"), blanks[0], words) for words in typed)))


def _checklist(found: Day, ctx: Context) -> tuple[Part, ...]:
    """What was seen of each point of an inspection; without one the chosen clauses, with room for what was seen."""
    if points := _points(found, ctx):
        head = tuple(ctx.phrase(f"protocol_{name}") for name in ("clause", "check", "seen"))
        return (Table(head, tuple((_name(each), each.question, _seen(each, ctx)) for each in points)),)
    clauses = _clauses(found, ctx)
    if not clauses:
        return (para(ctx.phrase("protocol_no_clauses")),)
    head = tuple(ctx.phrase(f"protocol_{name}") for name in ("clause", "check", "seen"))
    rows = tuple(
        (
            f"{each.title.of(ctx.lang)} ({each.id})",
            f"{each.follow_up.subject.of(ctx.lang)}. {each.follow_up.when.of(ctx.lang)}",
            ctx.phrase("protocol_seen_blank"),
        )
        for each in clauses
    )
    return (Table(head, rows),)


def _points(found: Day, ctx: Context) -> list[Point]:
    return [point for each in found.inspections for point in inspections.points(ctx.db, each.id)]


def _name(point: Point) -> str:
    return f"{point.title} ({point.clause})" if point.clause else point.title


def _seen(point: Point, ctx: Context) -> str:
    """What was seen of a point; a blank where nobody looked."""
    return outcome(point, ctx) if point.outcome or point.note else ctx.phrase("protocol_seen_blank")


def _clauses(found: Day, ctx: Context) -> list[Clause]:
    """The clauses of the contracts that the deviations belong to, and of those that run with the supplier."""
    of_deviations = [contract_of(each, ctx) for each in found.deviations]
    ids = [each.procurement for each in (*of_deviations, *_contracts(found.supplier, ctx)) if each]
    snapshots = [data for id in dict.fromkeys(ids) if id for data in procurements.snapshots(ctx.db, id)]
    return list({data["id"]: from_data(data) for data in snapshots}.values())


def _observed(found: Day, ctx: Context) -> list[str]:
    """What was recorded and noted that day, in order, with the hour and whose words it is."""
    told = [(each.created_at, each.person, _piece(each, ctx)) for each in found.evidence]
    for deviation in found.deviations:
        recorded = next((line for line in audit.of(ctx.db, deviation.about) if line.action == "recorded"), None)
        if recorded and ctx.day_of(recorded.at) == found.day:
            told.append((recorded.at, recorded.actor, f"#{deviation.id} {deviation.what}"))
    return [_line(*each, ctx) for each in sorted(told, key=lambda each: each[0])]


def _piece(each: Evidence, ctx: Context) -> str:
    file = ctx.phrase("protocol_file", file=each.name) if each.name else ""
    return ": ".join(words for words in (file, each.text) if words)


def _line(at: datetime, person: str, words: str, ctx: Context) -> str:
    local, known = at.astimezone(ctx.zone), people.find(ctx.db, person)
    return ctx.phrase("protocol_line", time=f"{local:%H:%M}", name=known.name if known else person, words=words)


def _deviations(found: Day, ctx: Context) -> list[str]:
    return [f"#{each.id} {each.what} ({hers.kind_name(each, ctx)})" for each in found.deviations]


def _actions(found: Day, ctx: Context) -> list[str]:
    agreed = [each for deviation in found.deviations for each in actions.standing(ctx.db, deviation.id)]
    return [deviation_letter.action_line(each, ctx) for each in agreed]


def _files(found: Day, ctx: Context) -> tuple[Part, ...]:
    rows = tuple((each.name or "", each.sha256[:SHORT_HASH]) for each in found.evidence if each.sha256)
    if not rows:
        return (para(ctx.phrase("protocol_no_files")),)
    return (Table((ctx.phrase("protocol_file_name"), ctx.phrase("protocol_hash")), rows),)


def _signatures(found: Day, ctx: Context) -> Facts:
    joint = any(each.participants for each in found.inspections)
    sides = ("ours", "theirs", *(("others",) if joint else ()))
    return Facts(tuple((ctx.phrase(f"protocol_{side}"), ctx.phrase("protocol_sign_blank")) for side in sides))
