"""A talk whose questions do not depend on each other, filled in at once: for a platform that can show a form.

The same flow, the same parsers and the same end as the talk; only the asking differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from handlers import conduct, talk
from handlers.cards import preview
from handlers.clean import clean
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.understand import NotUnderstood, understand
from knowledge.flow import Question
from knowledge.text import para
from storage import people, talks

FORMS = ("follow-up",)  # flows that ask the same questions whatever was answered
MOST_OPTIONS = 100  # Slack; whoever is not among the first is named in the talk


@dataclass(frozen=True, slots=True)
class Field:
    """A question on a form. `kind` is text, choice or date; an option is (value, label); `given` is chosen at first."""

    id: str
    label: str
    hint: str
    kind: str
    optional: bool
    options: tuple[tuple[str, str], ...] = ()
    given: str = ""


def fields(flow: str, ctx: Context) -> list[Field]:
    """The questions of `flow` as a form shows them."""
    return [_field(question, ctx) for question in ctx.library.flows[flow].questions]


def _field(question: Question, ctx: Context) -> Field:
    hint = question.explain.of(ctx.lang) if question.explain else ""
    shown = question.id, question.name.of(ctx.lang), hint
    if question.kind == "person":
        everybody = tuple((person.id, person.name) for person in people.everybody(ctx.db)[:MOST_OPTIONS])
        return Field(*shown, "choice", question.optional, everybody, "" if question.optional else ctx.person.id)
    if question.options:
        return Field(*shown, "choice", question.optional, tuple((o.id, o.label.of(ctx.lang)) for o in question.options))
    return Field(*shown, "date" if question.kind == "date" else "text", question.optional)


def wrong(flow: str, given: Mapping[str, str], ctx: Context) -> dict[str, str]:
    """What to write instead, by question; nothing when the form can be kept. Writes nothing itself."""
    faults = {}
    for question in ctx.library.flows[flow].questions:
        fault = _fault(question, clean(given.get(question.id, "")), ctx)
        if fault:
            faults[question.id] = fault
    return faults


def _fault(question: Question, words: str, ctx: Context) -> str:
    if not words:
        return "" if question.optional else ctx.phrase("form_needed")
    if refused := conduct.refusal(words):
        return ctx.phrase(refused)
    try:
        understand(question, words, ctx)
    except NotUnderstood as error:
        near = ", ".join(label for label, _ in error.suggestions)
        return f"{ctx.phrase(error.phrase, **error.words)} {near}".strip()
    return ""


def to_sign(says: str, ctx: Context) -> Reply | None:
    """What a person is about to put her name to when a button says `/set 12.sign yes`; None when it is no signature."""
    word, _, rest = says.partition(" ")
    address, _, value = rest.partition(" ")
    number, _, id = address.partition(".")
    if word != "/set" or value != "yes" or not (number.isdecimal() and number.isascii() and len(number) < 13):
        return None
    found = talks.find(ctx.db, int(number), ctx.person.id)
    question = ctx.library.flows[found.flow].by_id.get(id) if found else None
    if found is None or question is None or not question.review:
        return None
    return Reply((*preview(found, question, ctx), para(question.ask.of(ctx.lang))))


def fill(message: Message, ctx: Context) -> Reply:
    """`/fill follow-up {"supplier": …}` keeps what was filled in; without answers the talk asks for them."""
    flow, _, body = message.text.partition(" ")
    if flow not in FORMS:
        return ctx.reply("old_button")
    given = _read(body)
    if given is None or wrong(flow, given, ctx):
        return talk.start(flow, {}, ctx)
    answers = {q.id: _value(q, clean(given.get(q.id, "")), ctx) for q in ctx.library.flows[flow].questions}
    talks.park(ctx.db, ctx.place.key, ctx.person.id, ctx.now)
    return talk.start(flow, answers, ctx)


def _value(question: Question, words: str, ctx: Context) -> Any:
    return understand(question, words, ctx) if words else None


def _read(body: str) -> dict[str, str] | None:
    try:
        given = orjson.loads(body) if body else None
    except ValueError:
        return None
    fits = isinstance(given, dict) and all(isinstance(value, str) for value in given.values())
    return given if fits else None
