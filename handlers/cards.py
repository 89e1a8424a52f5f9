"""A question as it is shown: progress, words, the answers that can be pressed, and the ways out."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import interview
from handlers.context import Context
from handlers.flows import FLOWS, path
from handlers.messages import Button
from handlers.show import show, summary
from handlers.understand import UNKNOWN, nearest_categories
from knowledge.flow import Question
from knowledge.rules.calendar import short
from knowledge.text import Facts, Para, Part, Span, para
from storage import procurements, suppliers
from storage.talks import Talk

MOST_BUTTON_BYTES = 64  # Telegram
MOST_LABEL = 75  # characters on Slack
BUTTONS_A_ROW = 3
MOST_RECENT = 4  # suppliers, or procurements, that are offered
DAYS = ("tomorrow", "on_friday", "in_two_weeks", "in_a_month", "in_three_months")  # a day in one press


def question_part(talk: Talk, question: Question, on_path: Sequence[Question], ctx: Context) -> Para:
    """The question, after how far it is on the path: "3 of 9."."""
    number, total = interview.place_on(on_path, ctx.library.flows[talk.flow], question)
    runs = Span(ctx.phrase("progress", number=number, total=total), bold=True), Span(f" {question.ask.of(ctx.lang)}")
    return Para(runs if total > 1 else (Span(question.ask.of(ctx.lang)),))


def preview(talk: Talk, question: Question, ctx: Context) -> tuple[Part, ...]:
    """Before a question that reviews: the answers so far and what they point to. Elsewhere what Duly proposes."""
    if proposed := FLOWS[talk.flow].proposed(talk, question, ctx):
        return (proposed.why,)
    if not question.review:
        return ()
    return (summary(path(talk, ctx), dict(talk.answers), ctx), *FLOWS[talk.flow].preview(talk, ctx))


def answers(talk: Talk, question: Question, ctx: Context) -> list[Button]:
    """The answers that can be pressed."""
    says = f"/set {talk.id}.{question.id}"
    if question.kind == "yes_no":
        return [ctx.button("yes", f"{says} yes"), ctx.button("no", f"{says} no")]
    if question.kind == "category":
        near = nearest_categories(str(talk.answers.get("what", "")), ctx)
        return [Button(label, f"{says} {id}") for label, id in near]
    if question.kind == "countries":
        return [ctx.button("dont_know", f"{says} {UNKNOWN}")]
    if question.kind == "supplier":
        used = suppliers.recent(ctx.db, ctx.person.id, MOST_RECENT)
        return fitting([Button(each.name, f"{says} #{each.id}") for each in used])
    if question.kind == "procurement":
        mine = procurements.of(ctx.db, ctx.person.id, MOST_RECENT)
        return fitting([Button(f"#{each.id} {each.title}"[:60], f"{says} #{each.id}") for each in mine])
    if question.kind == "person":
        return [] if question.optional else [ctx.button("me", f"{says} {ctx.person.id}")]
    if question.kind == "date" and not question.past:
        return [*_proposed(talk, question, ctx), *(ctx.button(name, f"{says} {ctx.phrase(name)}") for name in DAYS)]
    return [Button(option.label.of(ctx.lang), f"{says} {option.id}") for option in question.options]


def _proposed(talk: Talk, question: Question, ctx: Context) -> list[Button]:
    """The day that Duly proposes."""
    found = FLOWS[talk.flow].proposed(talk, question, ctx)
    if found is None or found.day is None:
        return []
    day = short(found.day, ctx.lang)
    return [ctx.button("proposed_day", f"/set {talk.id}.{question.id} {found.day.isoformat()}", day=day)]


def picker(talk: Talk, question: Question) -> str:
    """What a day from a calendar says, before the day; nothing where no day is asked for."""
    return f"/set {talk.id}.{question.id}" if question.kind == "date" else ""


def ways_out(talk: Talk, question: Question, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """Back, skip and why, where they help."""
    row = []
    if interview.begun(ctx.library.flows[talk.flow], talk.answers, question.id):
        row.append(ctx.button("back_button", f"/back {talk.id}"))
    if question.optional:
        row.append(ctx.button("skip_button", f"/skip {talk.id}"))
    if question.explain:
        row.append(ctx.button("explain_button", f"/explain {talk.id}"))
    return (tuple(row),) if row else ()


def heard_part(talk: Talk, heard: Mapping[str, Any], ctx: Context) -> tuple[Part, ...]:
    """What was taken from the person's words, so that she can object."""
    flow = ctx.library.flows[talk.flow]
    known = [(q.name.of(ctx.lang), show(q, heard[q.id], ctx)) for q in flow.questions if heard.get(q.id) is not None]
    return (para(ctx.phrase("understood_as")), Facts(tuple(known))) if known else ()


def rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows that a thumb can hit."""
    return tuple(tuple(buttons[at : at + BUTTONS_A_ROW]) for at in range(0, len(buttons), BUTTONS_A_ROW))


def fitting(buttons: list[Button]) -> list[Button]:
    """The buttons that every platform can carry."""
    return [
        button
        for button in buttons
        if len(button.says.encode()) <= MOST_BUTTON_BYTES and len(button.label) <= MOST_LABEL
    ]
