"""The supplier's self-assessment: what the form asks, how it is assessed, and both as a document to attach."""

from collections.abc import Iterator
from dataclasses import replace

from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.criteria import Criteria, Criterion
from knowledge.flow import Flow, Question
from knowledge.text import LANGUAGES, Document, Facts, Heading, Items, Part, Span, Table, note, para

FORM = "self-assessment"


def self_assessment(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`self-assessment`: what is asked by routine, how it is assessed, and the documents."""
    flow, criteria = ctx.library.flows[FORM], ctx.library.criteria[FORM]
    asked = tuple(
        (criteria.routines[routine].of(ctx.lang), " ".join(question.ask.of(ctx.lang) for question, _ in of))
        for routine, of in _by_routine(flow, criteria)
    )
    parts = (
        Heading(flow.title.of(ctx.lang)),
        para(ctx.phrase("form_what", count=len(flow.questions))),
        Facts(asked),
        Heading(ctx.phrase("form_assessed")),
        para(criteria.how.of(ctx.lang)),
        ctx.note("form_own"),
    )
    buttons = (*_documents(ctx), (Button(_topic(ctx), "/topic self-assessment-form"),))
    return Reply(parts, buttons, ctx.cite(*_sources(criteria)))


def _documents(ctx: Context) -> tuple[tuple[Button, ...], ...]:
    return (tuple(ctx.button(f"form_{lang}", f"/form {lang}") for lang in LANGUAGES),)


def _topic(ctx: Context) -> str:
    return ctx.library.topics["self-assessment-form"].title.of(ctx.lang)[:75]


def document(message: Message, ctx: Context) -> Reply:
    """`/form en`: the form and how it is assessed, in that language, as a Word document."""
    if message.text not in LANGUAGES:
        return ctx.reply("old_button")
    there = replace(ctx, person=replace(ctx.person, language=message.text))
    return Reply((para(ctx.phrase("form_ready")),), document=form_document(there))


def form_document(ctx: Context) -> Document:
    """What the supplier fills in, then how the answers are assessed."""
    flow, criteria = ctx.library.flows[FORM], ctx.library.criteria[FORM]
    parts = (*_form(flow, criteria, ctx), *assessment(flow, criteria, ctx))
    return Document(ctx.phrase("form_file"), "docx", flow.title.of(ctx.lang), ctx.lang, parts)


def _form(flow: Flow, criteria: Criteria, ctx: Context) -> Iterator[Part]:
    yield note(ctx.phrase("form_to_supplier"))
    yield Facts(tuple((ctx.phrase(f"form_{name}"), "") for name in ("supplier", "contract", "answered")))
    head = tuple(ctx.phrase(f"form_{name}") for name in ("question", "answer"))
    for routine, of in _by_routine(flow, criteria):
        yield Heading(criteria.routines[routine].of(ctx.lang))
        yield Table(head, tuple((_asked(question, flow, ctx), "") for question, _ in of))


def _asked(question: Question, flow: Flow, ctx: Context) -> str:
    """The question, when it applies, and what to attach, for one who reads it on paper."""
    lines = [question.ask.of(ctx.lang)]
    for id, value in question.ask_if.items():
        lines.insert(0, ctx.phrase("form_if", question=flow.by_id[id].name.of(ctx.lang), answer=ctx.phrase(value)))
    if question.explain:
        lines.append(question.explain.of(ctx.lang))
    return "\n".join(lines)


def assessment(flow: Flow, criteria: Criteria, ctx: Context) -> Iterator[Part]:
    """How the answers are assessed, question by question, and what does not go together."""
    yield Heading(ctx.phrase("form_assessed"))
    yield para(criteria.how.of(ctx.lang))
    yield note(ctx.phrase("form_own"))
    for routine, of in _by_routine(flow, criteria):
        yield Heading(criteria.routines[routine].of(ctx.lang))
        for question, criterion in of:
            yield Facts(_told(question, criterion, ctx))
    yield Heading(ctx.phrase("form_contradictions"))
    yield Items(tuple((Span(each.text.of(ctx.lang)),) for each in criteria.contradictions))


def _told(question: Question, criterion: Criterion, ctx: Context) -> tuple[tuple[str, str], ...]:
    own = f" {ctx.phrase('form_own_mark')}" if criterion.own else ""
    sources = ", ".join(source.ref for source in ctx.cite(*criterion.sources))
    return (
        (question.name.of(ctx.lang), question.ask.of(ctx.lang)),
        (ctx.phrase("form_met"), criterion.met.of(ctx.lang)),
        (ctx.phrase("form_not_shown"), criterion.not_shown.of(ctx.lang)),
        (ctx.phrase("form_ask"), criterion.ask.of(ctx.lang)),
        (ctx.phrase("form_evidence"), criterion.evidence.of(ctx.lang)),
        (ctx.phrase("form_weak"), criterion.weak.of(ctx.lang)),
        (ctx.phrase("form_builds_on"), f"{sources}{own}"),
    )


def _by_routine(flow: Flow, criteria: Criteria) -> Iterator[tuple[str, list[tuple[Question, Criterion]]]]:
    """The questions of each routine with their criteria, in the order of the routines."""
    for routine in criteria.routines:
        pairs = [(question, criteria.by_question[question.id]) for question in flow.questions]
        yield routine, [pair for pair in pairs if pair[1].routine == routine]


def _sources(criteria: Criteria) -> list[str]:
    return list(dict.fromkeys(source for each in criteria.by_question.values() for source in each.sources))


def told(criteria: Criteria, ctx: Context) -> Reply:
    """Everything about how a form is assessed."""
    flow = ctx.library.flows[criteria.form]
    parts = (Heading(flow.title.of(ctx.lang)), *assessment(flow, criteria, ctx))
    return Reply(parts, (), ctx.cite(*_sources(criteria)))
