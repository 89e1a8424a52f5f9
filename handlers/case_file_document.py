"""One case as a document: a first page with what a person is to review before it goes out, then every record."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from handlers import certificates as hers
from handlers import deviations as found_there
from handlers import inspections as visited
from handlers import remedies, results, risk, risk_picture, wording
from handlers.assessing import name_of
from handlers.case_file import Case, counts, phase, record, sent_in, who
from handlers.context import Context
from handlers.self_assessment import FORM
from handlers.show import category_name, show, summary
from knowledge.clause import from_data
from knowledge.rules import calendar
from knowledge.text import Document, Facts, Heading, Items, Para, Part, Span, Table, para
from storage import follow_ups as stored
from storage import form_answers, inspections, judgements, procurements
from storage.deviations import Deviation
from storage.inspections import Inspection
from storage.judgements import Judgement
from storage.procurements import Chosen, NeedAssessment
from storage.self_assessments import SelfAssessment

SECRET = ("deviations", "self_assessments", "inspections", "certificates", "results", "evidence", "attachments")
HASH_GROUP = 16  # characters of a SHA-256 before a space, so that it may break where a cell ends


def document(case: Case, missing: Iterable[str], ctx: Context) -> Document:
    """The whole case as a Word file; `missing` are names of attachments that are not there as they came."""
    told = [part for name, section in SECTIONS.items() for part in _section(name, section, case, ctx)]
    parts = (*_first_page(case, ctx), *told, *_attachments(case, set(missing), ctx))
    return Document(ctx.phrase("case_file_document"), "docx", _title(case, ctx), ctx.lang, parts)


def _section(name: str, section: Callable[[Case, Context], Iterator[Part]], case: Case, ctx: Context) -> list[Part]:
    return [Heading(ctx.phrase(f"case_part_{name}")), *(list(section(case, ctx)) or [para(ctx.phrase("case_none"))])]


def _title(case: Case, ctx: Context) -> str:
    number = case.procurement.number or f"#{case.procurement.id}"
    return ctx.phrase("case_title", number=number, title=case.procurement.title)


# The first page.


def _first_page(case: Case, ctx: Context) -> Iterator[Part]:
    yield ctx.note("case_review")
    yield Facts(tuple((ctx.phrase(f"case_review_{name}"), ctx.phrase("case_blank")) for name in ("by", "day", "held")))
    yield para(ctx.phrase("case_secret_how"))
    many = counts(case, ctx)
    head = tuple(ctx.phrase(f"case_column_{name}") for name in ("part", "count", "why"))
    rows = tuple(
        (ctx.phrase(f"case_part_{each}"), str(many[each]), ctx.phrase(f"case_secret_{each}")) for each in SECRET
    )
    yield Table(head, rows)
    yield para(ctx.phrase("case_no_bids"))
    if case.unplaced:
        yield ctx.note("case_unplaced", count=case.unplaced)
    yield Heading(ctx.phrase("case_part_case"))
    yield Facts(tuple(_facts(case, ctx)))


def _facts(case: Case, ctx: Context) -> Iterator[tuple[str, str]]:
    one = case.procurement
    yield ctx.phrase("diary_number"), one.number or ctx.phrase("case_no_number", number=one.id)
    yield ctx.phrase("case_named"), one.title
    if one.category:
        yield ctx.phrase("category"), category_name(one.category, ctx)
    yield ctx.phrase("case_phase"), phase(case, ctx)
    yield ctx.phrase("case_began"), calendar.words(ctx.day_of(case.began), ctx.lang)
    yield ctx.phrase("case_responsible"), who(one.responsible, ctx)[0]
    if one.deputy:
        yield ctx.phrase("case_deputy"), who(one.deputy, ctx)[0]
    if case.suppliers:
        yield (
            ctx.phrase("case_suppliers"),
            ", ".join(f"{s.name} ({s.number})" if s.number else s.name for s in case.suppliers),
        )
    yield ctx.phrase("case_exported"), calendar.words(ctx.today, ctx.lang)


# Before the contract.


def _risk(case: Case, ctx: Context) -> Iterator[Part]:
    known = procurements.risk_cases(ctx.db, case.procurement.id)
    if not known:
        return
    last = known[-1]
    picture = risk_picture.picture_from(last.picture) if last.picture.get("cells") else None
    yield _bold(ctx.phrase("case_in_force", day=last.created_at[:10], name=who(last.made_by, ctx)[0]))
    yield summary(list(ctx.library.flows["risk"].questions), dict(last.answers), ctx)
    if picture:
        shown = risk.shown(picture, case.procurement.id, case.procurement.title, None, ctx)
        yield from _under(shown.parts)
        yield Items(tuple((Span(f"{each.title} ({each.ref}, {each.checked})"),) for each in shown.sources))
    head = tuple(ctx.phrase(f"case_column_{name}") for name in ("day", "worst", "typical", "priority", "by"))
    yield _bold(ctx.phrase("case_history"))
    yield Table(
        head,
        tuple(
            (
                each.created_at[:10],
                ctx.phrase(f"level_{each.overall}"),
                ctx.phrase(f"level_{each.typical}"),
                str(each.priority),
                who(each.made_by, ctx)[0],
            )
            for each in known
        ),
    )


def _needs(case: Case, ctx: Context) -> Iterator[Part]:
    for each in procurements.need_assessments(ctx.db, case.procurement.id):
        yield from _need(each, ctx)


def _need(one: NeedAssessment, ctx: Context) -> Iterator[Part]:
    day, name = calendar.short(ctx.day_of(one.created_at), ctx.lang), who(one.signed_by, ctx)[0]
    yield _bold(ctx.phrase(f"need_{one.outcome}"))
    yield para(ctx.phrase("case_signed", day=day, name=name))
    yield summary([q for q in ctx.library.flows["need"].questions if q.id != "sign"], dict(one.answers), ctx)
    yield Items(tuple((Span(reason),) for reason in one.reasons))


def _clauses(case: Case, ctx: Context) -> Iterator[Part]:
    for each in procurements.ever_chosen(ctx.db, case.procurement.id):
        yield from _clause(each, ctx)


def _clause(one: Chosen, ctx: Context) -> Iterator[Part]:
    clause, there = from_data(dict(one.snapshot)), replace(ctx, person=replace(ctx.person, language=one.lang))
    yield _bold(f"{clause.title.of(one.lang)} ({one.clause}, {one.version})")
    day, name = calendar.short(ctx.day_of(one.created_at), ctx.lang), who(one.chosen_by, ctx)[0]
    removed = calendar.short(ctx.day_of(one.removed_at), ctx.lang) if one.removed_at else ""
    yield para(ctx.phrase("case_chosen_removed" if removed else "case_chosen", day=day, name=name, removed=removed))
    yield from _under(wording.body(clause, there))


# The contract and what came of it.


def _contracts(case: Case, ctx: Context) -> Iterator[Part]:
    flow = ctx.library.flows["contract"]
    for each in case.contracts:
        told = {
            "number": each.number,
            "supplier": each.supplier_name,
            "starts": calendar.words(each.starts_on, ctx.lang),
            "ends": calendar.words(each.ends_on, ctx.lang),
            "notice": calendar.words(each.notice_on, ctx.lang) if each.notice_on else "",
            "responsible": who(each.responsible, ctx)[0],
            "deputy": who(each.deputy, ctx)[0] if each.deputy else "",
        }
        rows = [(flow.by_id[id].name.of(ctx.lang), value) for id, value in told.items() if value]
        yield Facts((*rows, (ctx.phrase("case_plan"), ctx.phrase("yes" if each.planned else "no"))))


def _items(case: Case, ctx: Context) -> Iterator[Part]:
    if not case.items:
        return
    head = tuple(ctx.phrase(f"case_column_{name}") for name in ("item", "due", "responsible", "came"))
    rows = []
    for each in case.items:
        done = stored.done_by(ctx.db, each.id)
        day = calendar.short(ctx.day_of(done[1]), ctx.lang) if done else ""
        state = ctx.phrase(f"case_item_{each.state}", day=day, name=who(done[0], ctx)[0] if done else "")
        came = f"{state}: {each.note}" if each.note else state
        rows.append((f"#{each.id} {each.subject}", each.due_on.isoformat(), who(each.responsible, ctx)[0], came))
    yield Table(head, tuple(rows))


def _certificates(case: Case, ctx: Context) -> Iterator[Part]:
    for each in case.certificates:
        yield _bold(ctx.phrase("certificate_title", number=each.id))
        yield hers.facts(each, ctx)
        if each.replaced:
            yield ctx.note("certificate_is_replaced")
        yield from _shown(each.about, case, ctx)


def _assessments(case: Case, ctx: Context) -> Iterator[Part]:
    for each in case.assessments:
        yield _bold(record(f"self_assessments:{each.id}", ctx))
        yield Facts(tuple(_sent(each, ctx)))
        for number in range(1, sent_in(each) + 1):
            yield from _round(each, number, ctx)
        yield from _files_of(f"self_assessments:{each.id}", case, ctx)


def _sent(one: SelfAssessment, ctx: Context) -> Iterator[tuple[str, str]]:
    yield ctx.phrase("case_supplier"), one.supplier_name
    if one.contract:
        yield ctx.phrase("letter_contract"), one.contract
    yield ctx.phrase("case_asked"), calendar.words(ctx.day_of(one.created_at), ctx.lang)
    yield ctx.phrase("case_due"), calendar.words(one.due_on, ctx.lang)
    yield ctx.phrase("deviation_state"), ctx.phrase(f"form_state_{one.state}")
    if one.submitted_at:
        yield ctx.phrase("case_answered"), calendar.words(ctx.day_of(one.submitted_at), ctx.lang)
        yield ctx.phrase("case_answered_by"), one.answered_by or ""
        yield ctx.phrase("case_receipt"), one.receipt or ""
    if one.verdict and one.judged_at:
        day, name = calendar.short(ctx.day_of(one.judged_at), ctx.lang), who(one.judged_by or "", ctx)[0]
        verdict = ctx.phrase(f"verdict_{one.verdict}")
        yield ctx.phrase("case_verdict"), ctx.phrase("case_by", what=verdict, day=day, name=name)
        yield ctx.phrase("case_reasons"), one.reasons or ""


def _round(one: SelfAssessment, number: int, ctx: Context) -> Iterator[Part]:
    said, flow = form_answers.of(ctx.db, one.id, number), ctx.library.flows[FORM]
    known = [each for each in flow.questions if each.id in said]
    yield para(ctx.phrase("case_round", number=number))
    yield Facts(tuple((each.ask.of(ctx.lang), show(each, said[each.id], ctx)) for each in known))
    held = [each for each in judgements.every(ctx.db, one.id) if each.round == number]
    if held:
        head = tuple(ctx.phrase(f"case_column_{name}") for name in ("routine", "held", "reasons", "by"))
        yield Table(head, tuple(_held(each, ctx) for each in held))


def _held(one: Judgement, ctx: Context) -> tuple[str, ...]:
    return name_of(one.routine, ctx), ctx.phrase(f"outcome_{one.outcome}"), one.reasons, who(one.judged_by, ctx)[0]


def _inspections(case: Case, ctx: Context) -> Iterator[Part]:
    for each in case.inspections:
        yield _bold(record(each.about, ctx))
        yield Facts(tuple(_visit(each, ctx)))
        points = inspections.points(ctx.db, each.id)
        if points:
            head = tuple(ctx.phrase(f"protocol_{name}") for name in ("clause", "check", "seen"))
            yield Table(head, tuple((p.title, p.question, visited.outcome(p, ctx)) for p in points))
        yield from _shown(each.about, case, ctx)


def _visit(one: Inspection, ctx: Context) -> Iterator[tuple[str, str]]:
    flow = ctx.library.flows["inspection"]
    kind = flow.by_id["kind"]
    told = {
        "supplier": one.supplier_name,
        "contract": one.contract,
        "kind": show(kind, one.kind, ctx),
        "day": calendar.words(one.held_on, ctx.lang),
        "place": one.place,
        "participants": one.participants,
    }
    yield from ((flow.by_id[id].name.of(ctx.lang), value) for id, value in told.items() if value)
    yield ctx.phrase("deviation_state"), ctx.phrase(f"case_inspection_{one.state}")


def _deviations(case: Case, ctx: Context) -> Iterator[Part]:
    for each in case.deviations:
        yield _bold(record(each.about, ctx))
        where = ((ctx.phrase("protocol_place"), each.where_found),) if each.where_found else ()
        yield Facts(
            (
                *found_there.facts(each, ctx).rows,
                *where,
                (ctx.phrase("case_responsible"), who(each.responsible, ctx)[0]),
            )
        )
        yield from _shown(each.about, case, ctx)
        yield from _remedies(each, case, ctx)
        yield from _decided(each, case, ctx)


def _remedies(deviation: Deviation, case: Case, ctx: Context) -> Iterator[Part]:
    for each in (action for action in case.actions if action.deviation == deviation.id):
        proof = ((ctx.phrase("case_proof"), each.proof),) if each.proof else ()
        yield para(record(each.about, ctx))
        yield Facts((*remedies.facts(each, ctx).rows[1:], *proof))
        yield from _shown(each.about, case, ctx)


def _decided(deviation: Deviation, case: Case, ctx: Context) -> Iterator[Part]:
    own = [each for each in case.decisions if each.deviation == deviation.id]
    if not own:
        return
    head = tuple(ctx.phrase(f"case_column_{name}") for name in ("decision", "state", "reasons", "by"))
    rows = []
    for each in own:
        known, clause = ctx.library.ladder.get(each.rung), f" ({each.clause})" if each.clause else ""
        rung = f"{known.name.of(ctx.lang) if known else each.rung}{clause}"
        names = dict.fromkeys(who(id, ctx)[0] for id in (each.proposed_by, each.decided_by) if id)
        rows.append((rung, ctx.phrase(f"case_decision_{each.state}"), each.reasons, ", ".join(names)))
    yield Table(head, tuple(rows))


# From other authorities.


def _results(case: Case, ctx: Context) -> Iterator[Part]:
    for each in case.results:
        yield _bold(record(f"imported_results:{each.id}", ctx))
        yield para(ctx.phrase("reuse_came", authority=each.authority))
        yield from _under(results.shown(each.payload, ctx))


def _reuses(case: Case, ctx: Context) -> Iterator[Part]:
    for each in case.reuses:
        said = {**each.answers, "authority": each.authority, "done_on": each.done_on.isoformat()}
        yield _bold(record(f"reuses:{each.id}", ctx))
        yield summary(list(ctx.library.flows["reuse"].questions), said, ctx)
        by = {"day": each.created_at[:10], "name": who(each.decided_by, ctx)[0]}
        yield para(ctx.phrase(f"case_reuse_{each.outcome}", **by))


SECTIONS: dict[str, Callable[[Case, Context], Iterator[Part]]] = {
    "risk_cases": _risk,
    "need_assessments": _needs,
    "clauses": _clauses,
    "contracts": _contracts,
    "follow_ups": _items,
    "certificates": _certificates,
    "self_assessments": _assessments,
    "inspections": _inspections,
    "deviations": _deviations,
    "results": _results,
    "reuses": _reuses,
}


# Files.


def _shown(about: str, case: Case, ctx: Context) -> Iterator[Part]:
    """Notes and files of a record, in order, a file by its number among the attachments."""
    lines, numbers = [], {(piece.about, piece.path): piece.number for piece in case.files}
    for each in (piece for piece in case.evidence if piece.about == about):
        local = each.created_at.astimezone(ctx.home or ctx.zone)
        number = numbers.get((about, each.path or ""))
        file = ctx.phrase("case_attached", number=number, file=each.name or "") if number else ""
        words = ": ".join(said for said in (file, each.text) if said)
        lines.append(
            ctx.phrase("case_note", time=f"{local:%Y-%m-%d %H:%M}", name=who(each.person, ctx)[0], words=words)
        )
    if lines:
        yield Items(tuple((Span(line),) for line in lines))


def _files_of(about: str, case: Case, ctx: Context) -> Iterator[Part]:
    own = [piece for piece in case.files if piece.about == about]
    if own:
        yield Items(
            tuple((Span(ctx.phrase("case_attached", number=piece.number, file=piece.name[4:])),) for piece in own)
        )


def _attachments(case: Case, missing: set[str], ctx: Context) -> Iterator[Part]:
    yield Heading(ctx.phrase("case_part_attachments"))
    if not case.files:
        yield para(ctx.phrase("case_none"))
        return
    head = tuple(ctx.phrase(f"case_column_{name}") for name in ("file", "belongs", "hash"))
    rows = []
    for each in case.files:
        name = ctx.phrase("case_missing", file=each.name) if each.name in missing else each.name
        groups = [each.sha256[at : at + HASH_GROUP] for at in range(0, len(each.sha256), HASH_GROUP)]
        rows.append((name, record(each.about, ctx), " ".join(groups)))
    yield Table(head, tuple(rows))


def _under(parts: Iterable[Part]) -> Iterator[Part]:
    """Parts of a reply as they stand under a heading of the document: their own headings in bold."""
    for part in parts:
        yield _bold(part.text) if isinstance(part, Heading) else part


def _bold(words: str) -> Para:
    return Para((Span(words, bold=True),))
