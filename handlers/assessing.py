"""A supplier's answers before whoever judges them: routine by routine, pre-sorted, with the line that supports it.

The sorting is Duly's and looks at form. What is held of a routine, and the verdict, are a person's.
"""

from collections.abc import Iterator, Mapping, Sequence

from handlers import access, form_list, form_sending, questions
from handlers import suppliers as hers
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.self_assessment import FORM
from knowledge.flow import Question
from knowledge.rules import calendar
from knowledge.rules import self_assessment as rules
from knowledge.rules.self_assessment import ROUTINES, Answered, Finding, Sorted
from knowledge.text import Document, Facts, Heading, Items, Part, Span, para
from storage import judgements, people
from storage import self_assessments as stored
from storage.judgements import Judgement, Sent
from storage.self_assessments import SelfAssessment

MOST_LINE = 160  # characters of an answer beside its sorting
MOST_SHOWN = 3_000  # characters of answers in chat; more comes as a document
MOST_CARD = 1_200  # characters of one answer on the card of its routine
WHOLE = 1_000_000  # characters; no answer is longer
KB = 1_024


# Found.


def assess(message: Message, ctx: Context) -> Reply:
    """`assess Nordkaffe`, `/assess 3`; alone it lists; other words are a question."""
    words = message.text.strip()
    if not words:
        return _list(ctx)
    if form_sending.is_id(words):
        one = stored.find(ctx.db, int(words))
        return show(one, ctx) if one else ctx.reply("assess_none")
    found = hers.named_in(words, ctx)
    if not found:
        return questions.ask_after("assess", message, ctx)
    if len(found) > 1:
        return hers.which("assess_whom", found, lambda id: f"/assess-of {id}", ctx)
    return _of_supplier(found[0], ctx)


def of_supplier(message: Message, ctx: Context) -> Reply:
    """`/assess-of 4`: the latest of that supplier."""
    return _of_supplier(int(message.text), ctx) if form_sending.is_id(message.text) else ctx.reply("old_button")


def _of_supplier(id: int, ctx: Context) -> Reply:
    """The one that waits to be judged, or else the latest."""
    every = stored.of_supplier(ctx.db, id)
    one = next((each for each in every if each.state == "submitted"), every[0] if every else None)
    if one:
        return show(one, ctx)
    row = ((ctx.button("form_send_button", f"/form-to {id}"),),) if form_sending.may_send(ctx) else ()
    return ctx.reply("form_none", *row)


def _list(ctx: Context) -> Reply:
    listed = form_list.parts(ctx)
    return Reply(listed, form_list.buttons(ctx)) if listed else ctx.reply("assess_nothing", *form_list.buttons(ctx))


# Shown.


def show(one: SelfAssessment, ctx: Context) -> Reply:
    """One self-assessment as far as it has come."""
    head = (Heading(_title(one, ctx)), para(form_list.line(one, ctx)))
    if one.state in ("sent", "returned", "withdrawn"):
        ways = form_list.ways(one, ctx) if one.state != "withdrawn" else ()
        return Reply((*head, *_judged_before(one, ctx)), (*ways, *in_full(one, ctx)))
    verdict = (_verdict(one, ctx),) if one.state == "judged" else (ctx.note("assess_how"),)
    rows = Facts(tuple(_rows(one, ctx)))
    shown = (*head, *verdict, rows, *_against(one, ctx))
    return Reply(shown, (*_next(one, ctx), *in_full(one, ctx)), ctx.cite(*_sources(one, ctx)))


def _sources(one: SelfAssessment, ctx: Context) -> list[str]:
    """What the ages build on, where an answer was too old for them."""
    by_question = ctx.library.criteria[FORM].by_question
    every = [each for found in sorting_of(one, ctx).values() for each in found.findings]
    old = [each.question for each in every if any(why.startswith("old_") for why in each.why)]
    return [source for question in old for source in by_question[question].sources]


def _title(one: SelfAssessment, ctx: Context) -> str:
    phrase = "assess_title_contract" if one.contract else "assess_title"
    return ctx.phrase(phrase, supplier=one.supplier_name, contract=one.contract or "")


def _verdict(one: SelfAssessment, ctx: Context) -> Part:
    by = people.find(ctx.db, one.judged_by or "")
    named = {"verdict": ctx.phrase(f"verdict_{one.verdict}"), "reasons": one.reasons or ""}
    return para(ctx.phrase("assess_verdict", **named, name=by.name if by else ""))


def _judged_before(one: SelfAssessment, ctx: Context) -> tuple[Part, ...]:
    asked = judgements.asked_back(ctx.db, one.id) if one.state == "returned" else {}
    items = Items(tuple((Span(f"{name_of(routine, ctx)}: {words}"),) for routine, words in asked.items()))
    return (para(ctx.phrase("assess_asked_back")), items) if asked else ()


def _rows(one: SelfAssessment, ctx: Context) -> Iterator[tuple[str, str]]:
    """Each routine with what was held of it, or how it is sorted; then what is only to be read."""
    sorting, held, said = sorting_of(one, ctx), judgements.of(ctx.db, one), answered(one, ctx)
    for routine in ROUTINES:
        judged = held.get(routine)
        yield name_of(routine, ctx), _held(judged, ctx) if judged else sorted_line(sorting[routine], said, ctx)
    flow, criteria = ctx.library.flows[FORM], ctx.library.criteria[FORM]
    for question in flow.questions:
        if criteria.by_question[question.id].routine not in ROUTINES:
            yield question.name.of(ctx.lang), quoted(question, said, ctx)


def _held(judged: Judgement, ctx: Context) -> str:
    by = people.find(ctx.db, judged.judged_by)
    outcome = ctx.phrase(f"outcome_{judged.outcome}")
    return ctx.phrase("assess_held", outcome=outcome, reasons=judged.reasons, name=by.name if by else "")


def sorted_line(found: Sorted, said: Answered, ctx: Context) -> str:
    """How Duly sorts a routine, with the answers that led there and why."""
    outcome = ctx.phrase("assess_sorted", outcome=ctx.phrase(f"outcome_{found.outcome}"))
    lines = [_line(each, said, ctx) for each in found.findings if each.why] or _supporting(found, said, ctx)
    return " ".join((outcome, *lines, *_contradicted(found, ctx)))


def _line(finding: Finding, said: Answered, ctx: Context) -> str:
    question = ctx.library.flows[FORM].by_id[finding.question]
    named = {"question": question.name.of(ctx.lang), "answer": quoted(question, said, ctx)}
    return ctx.phrase("assess_why_line", **named, why=_why(finding, ctx))


def _supporting(found: Sorted, said: Answered, ctx: Context) -> list[str]:
    """The fullest answer, where nothing is lacking."""
    best = max(found.findings, key=lambda each: len(said.of(each.question)), default=None)
    if best is None:
        return []
    question = ctx.library.flows[FORM].by_id[best.question]
    line = ctx.phrase("assess_line", question=question.name.of(ctx.lang), answer=quoted(question, said, ctx))
    return [ctx.phrase("why_complete"), line]


def quoted(question: Question, said: Answered, ctx: Context, most: int = MOST_LINE) -> str:
    """An answer in one line, cut where it is long."""
    words = " ".join(said.of(question.id).split())
    if question.kind == "yes_no" and words in ("yes", "no"):
        words = ctx.phrase(words)
    if not words:
        return ctx.phrase("assess_no_answer")
    return f'"{words}"' if len(words) <= most else f'"{words[:most].rstrip()} …"'


def reasons(found: Sorted, ctx: Context) -> list[str]:
    """Why a routine is sorted as it is."""
    flow = ctx.library.flows[FORM]
    said = [
        ctx.phrase("assess_why", question=flow.by_id[each.question].name.of(ctx.lang), why=_why(each, ctx))
        for each in found.findings
        if each.why
    ]
    return [*said, *_contradicted(found, ctx)] or [ctx.phrase("why_complete")]


def _contradicted(found: Sorted, ctx: Context) -> list[str]:
    """What does not go together; what concerns every routine is told once for all, unless nothing else tells why."""
    told = any(each.why for each in found.findings)
    rules_here = [rule for rule in found.against if not (told and rules.CONTRADICTIONS[rule].routines == ROUTINES)]
    return [text for rule, text in _texts(ctx).items() if rule in rules_here]


def _why(finding: Finding, ctx: Context) -> str:
    day = calendar.short(finding.dated, ctx.lang) if finding.dated else ""
    year = finding.dated.year if finding.dated else ""
    return ", ".join(ctx.phrase(f"why_{why}", day=day, year=year) for why in finding.why)


def _texts(ctx: Context) -> Mapping[str, str]:
    return {each.found_by: each.text.of(ctx.lang) for each in ctx.library.criteria[FORM].contradictions}


def _against(one: SelfAssessment, ctx: Context) -> tuple[Part, ...]:
    """What does not go together, and whose the ages are."""
    criteria, flags = ctx.library.criteria[FORM], list(_flags(one, ctx))
    found = rules.contradictions(criteria, answered(one, ctx))
    lines = tuple((Span(text),) for rule, text in _texts(ctx).items() if rule in found)
    shown = (Heading(ctx.phrase("form_contradictions")), Items(lines)) if lines else ()
    return (*shown, *(ctx.note("assess_origin", origin=each) for each in flags))


def _flags(one: SelfAssessment, ctx: Context) -> Iterator[str]:
    """The origin of each number that an answer was held against."""
    said = {why for found in sorting_of(one, ctx).values() for each in found.findings for why in each.why}
    for name, number in ctx.library.criteria[FORM].numbers.items():
        if f"old_{name}" in said or (name == "least_words" and said & {"too_short", "only_yes"}):
            yield number.origin.of(ctx.lang)
    other = {rules.language_of(words, ctx.library.criteria[FORM]) for words in _long(one, ctx)} - {one.lang, ""}
    if other:
        yield ctx.phrase("assess_other_language")


def _long(one: SelfAssessment, ctx: Context) -> list[str]:
    every = judgements.answers(ctx.db, one.id).values()
    return [words for words in every if len(words.split()) >= rules.ENOUGH_TO_TELL]


def name_of(routine: str, ctx: Context) -> str:
    return ctx.library.criteria[FORM].routines[routine].of(ctx.lang)


def answered(one: SelfAssessment, ctx: Context) -> Answered:
    """What the supplier sent, with the countries that its answers name."""
    said, files = judgements.answers(ctx.db, one.id), judgements.files(ctx.db, one.id)
    counts = {question: sum(file.question == question for file in files) for question in said}
    counts |= {file.question: sum(x.question == file.question for x in files) for file in files}
    named = {id: frozenset(ctx.library.find_countries(words)[0]) for id, words in said.items() if words}
    return Answered(said, counts, named, one.lang)


def sorting_of(one: SelfAssessment, ctx: Context) -> dict[str, Sorted]:
    return rules.sort_answers(ctx.library.flows[FORM], ctx.library.criteria[FORM], answered(one, ctx), ctx.today)


# What comes next.


def left(one: SelfAssessment, ctx: Context) -> list[str]:
    """The routines of which nothing is held yet, in order."""
    held = judgements.of(ctx.db, one)
    return [routine for routine in ROUTINES if routine not in held]


def _next(one: SelfAssessment, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    if one.state != "submitted" or not access.may("judge", ctx):
        return ()
    waiting, held = left(one, ctx), judgements.of(ctx.db, one)
    if waiting:
        return ((judge_button(one, waiting[0], ctx),),)
    again = tuple((judge_button(one, each, ctx),) for each in ROUTINES)
    asked = any(each.outcome == rules.QUESTION for each in held.values()) and one.round == 1
    back = ((ctx.button("ask_back_button", f"/ask-back {one.id}"),),) if asked else ()
    return (*back, (ctx.button("verdict_button", f"/verdict {one.id} {one.version}"),), *again)


def judge_button(one: SelfAssessment, routine: str, ctx: Context) -> Button:
    """The button to the card of one routine."""
    return ctx.button("judge_button", f"/judge {one.id} {routine}", routine=name_of(routine, ctx))


def in_full(one: SelfAssessment, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    known = judgements.answers(ctx.db, one.id)
    return ((ctx.button("answers_button", f"/assess-answers {one.id}"),),) if known else ()


# In full.


def answers_in_full(message: Message, ctx: Context) -> Reply:
    """`/assess-answers 3`: every answer and file; as a document when it is long."""
    one = form_sending.numbered(message, ctx)
    if one is None:
        return ctx.reply("old_button")
    parts = tuple(_answers(one, ctx))
    if sum(len(each) for each in judgements.answers(ctx.db, one.id).values()) <= MOST_SHOWN:
        return Reply((Heading(_title(one, ctx)), *parts))
    file = Document(ctx.phrase("answers_file"), "docx", _title(one, ctx), ctx.lang, parts)
    return Reply((para(ctx.phrase("answers_ready")),), document=file)


def _answers(one: SelfAssessment, ctx: Context) -> Iterator[Part]:
    flow, criteria, said = ctx.library.flows[FORM], ctx.library.criteria[FORM], answered(one, ctx)
    files = judgements.files(ctx.db, one.id)
    for routine in criteria.routines:
        of = [each for each in flow.questions if criteria.by_question[each.id].routine == routine]
        yield Heading(name_of(routine, ctx))
        yield Facts(tuple(rows_of(of, said, files, ctx)))


def rows_of(
    asked: Sequence[Question], said: Answered, files: Sequence[Sent], ctx: Context, most: int = WHOLE
) -> Iterator[tuple[str, str]]:
    """Each question that applies with its answer and the files that came with it."""
    for question in asked:
        if rules.applies(question, said):
            yield question.ask.of(ctx.lang), quoted(question, said, ctx, most)
        named = "\n".join(_file(file, ctx) for file in files if file.question == question.id)
        if named:
            yield ctx.phrase("answers_files"), named


def _file(file: Sent, ctx: Context) -> str:
    size = max(1, round(file.size / KB))
    return ctx.phrase("answers_one_file", name=file.name, kind=file.kind, size=size, path=file.path)
