"""The verbs of a guided talk: start, answer, press, back, skip, explain, change, cancel, resume, review."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers import access, interview
from handlers.cards import answers, fitting, heard_part, picker, preview, question_part, rows, ways_out
from handlers.context import Context
from handlers.flows import FLOWS, facts_of, next_question, path, shown_question
from handlers.messages import Button, Reply, joined
from handlers.show import summary
from handlers.understand import UNKNOWN, NotUnderstood, Unsure, understand
from knowledge.flow import Question
from knowledge.text import Heading, Part, para
from storage import talks
from storage.talks import Talk


def start(flow_id: str, answers: Mapping[str, Any], ctx: Context, subject: int | None = None) -> Reply:
    """Begin a talk with what is known already; what was heard but needs a question back is asked first."""
    if not access.may_talk(flow_id, ctx):
        return access.refused_talk(ctx, flow_id)
    sure = {id: value for id, value in answers.items() if not isinstance(value, Unsure)}
    talk = talks.begin(ctx.db, ctx.place.key, ctx.person.id, flow_id, sure, ctx.now, subject)
    question = next_question(talk, ctx)
    unsure = answers.get(question.id) if question else None
    if question is None or not isinstance(unsure, Unsure):
        return _go_on(talk, ctx, heard_part(talk, sure, ctx))
    try:
        return put(talk, question, unsure.words, ctx)
    except NotUnderstood as error:
        return not_understood(talk, question, error, ctx)


def start_from_words(flow_id: str, words: str, ctx: Context) -> Reply:
    """Begin a talk with what can be heard in `words`."""
    return start(flow_id, FLOWS[flow_id].heard(words, ctx) if words else {}, ctx)


def answer(talk: Talk, words: str, ctx: Context) -> Reply:
    """Take `words` as the answer to the question that the person was shown.

    Raises:
        NotUnderstood: the words are no answer to it.
    """
    return put(talk, shown_question(talk, ctx), words, ctx)


def put(talk: Talk, question: Question, words: str, ctx: Context) -> Reply:
    """Keep the value of `words` as the answer to `question`, with what else they say, and go on.

    Raises:
        NotUnderstood: the words are no answer to it.
    """
    telling = question.kind == "text" and not question.optional  # a diary number says nothing of the other answers
    heard = FLOWS[talk.flow].heard(words, ctx) if telling else {}
    value = _value(talk, question, words, ctx)
    sure = {key: each for key, each in heard.items() if not isinstance(each, Unsure)}  # the others are asked in turn
    new = {key: each for key, each in sure.items() if key not in talk.answers and key != question.id}
    answers = {**new, **_unsigned(talk, question, ctx), question.id: value}
    return _go_on(replace(talk, answers=answers, state="open"), ctx, heard_part(talk, new, ctx))


def _unsigned(talk: Talk, changed: Question, ctx: Context) -> Mapping[str, Any]:
    """The answers without those given on a review of them: a changed answer withdraws a signature."""
    if changed.review:
        return talk.answers
    signed = [question.id for question in ctx.library.flows[talk.flow].questions if question.review]
    return {id: value for id, value in talk.answers.items() if id not in signed}


def _value(talk: Talk, question: Question, words: str, ctx: Context) -> Any:
    """What `words` mean as an answer; "900 000 kr" also answers a choice between amounts."""
    try:
        return understand(question, words, ctx)
    except NotUnderstood:
        heard = FLOWS[talk.flow].heard(words, ctx) if question.kind == "choice" else {}
        if question.id in heard:
            return heard[question.id]
        raise


def press(talk: Talk, question_id: str, words: str, ctx: Context) -> Reply:
    """A button of this talk: answers its own question, also when the talk went on or ended since."""
    question = ctx.library.flows[talk.flow].by_id.get(question_id)
    if question is None:
        return ctx.reply("old_button")
    if talk.state != "open":
        talks.park(ctx.db, ctx.place.key, ctx.person.id, ctx.now)
    try:
        return put(replace(talk, place=ctx.place.key), question, words, ctx)
    except NotUnderstood as error:
        return not_understood(talk, question, error, ctx)


def back(talk: Talk, ctx: Context) -> Reply:
    """Forget the last answer and ask again."""
    before = interview.previous(ctx.library.flows[talk.flow], talk.answers, facts_of(talk, ctx), talk.asked)
    if before is None:
        return joined(ctx.reply("nothing_before"), _ask(talk, shown_question(talk, ctx), ctx))
    return change(talk, before.id, ctx)


def change(talk: Talk, question_id: str, ctx: Context) -> Reply:
    """Ask one question again. What was answered after it stays."""
    question = ctx.library.flows[talk.flow].by_id.get(question_id)
    if question is None:
        return ctx.reply("old_button")
    if talk.state != "open":
        talks.park(ctx.db, ctx.place.key, ctx.person.id, ctx.now)
    forgotten = replace(talk, answers=interview.forget(talk.answers, question_id), state="open", place=ctx.place.key)
    return _ask(forgotten, question, ctx)


def skip(talk: Talk, ctx: Context) -> Reply:
    """Leave a question without an answer, when it may be left."""
    question = shown_question(talk, ctx)
    if not question.optional:
        unknown = question.kind in ("countries", "category") or question.option(UNKNOWN)
        if not unknown:
            return joined(ctx.reply("cannot_skip"), _ask(talk, question, ctx))
        return put(talk, question, UNKNOWN, ctx)
    return _go_on(replace(talk, answers={**talk.answers, question.id: None}), ctx, ())


def explain(talk: Talk, ctx: Context) -> Reply:
    """Why the question is asked, and the question again."""
    question = shown_question(talk, ctx)
    why = question.explain.of(ctx.lang) if question.explain else ctx.phrase("nothing_to_explain")
    return _ask(talk, question, ctx, (para(why),))


def cancel(talk: Talk, ctx: Context) -> Reply:
    """End a talk. Nothing it would have saved is saved; it can still be resumed."""
    talks.keep(ctx.db, replace(talk, state="parked"), ctx.now)
    title = ctx.library.flows[talk.flow].title.of(ctx.lang)
    return ctx.reply("cancelled", (ctx.button("resume_button", f"/resume {talk.id}"),), title=title)


def resume(talk: Talk, ctx: Context) -> Reply:
    """Go on where the talk stopped, also when it stopped somewhere else."""
    talks.park(ctx.db, ctx.place.key, ctx.person.id, ctx.now)
    opened = replace(talk, state="open", place=ctx.place.key)
    asked = summary(path(opened, ctx), dict(opened.answers), ctx)
    return _go_on(opened, ctx, (para(ctx.phrase("resumed")), asked) if asked.rows else ())


def again(talk: Talk, ctx: Context) -> Reply:
    """The question that is waiting, once more."""
    return _ask(talk, shown_question(talk, ctx), ctx)


def review(talk: Talk, ctx: Context) -> Reply:
    """What was answered so far, each answer with a button to change it."""
    flow = ctx.library.flows[talk.flow]
    questions = [question for question in path(talk, ctx) if question.id in talk.answers]
    word = ctx.phrase("change_word")
    buttons = [Button(f"{word}: {q.name.of(ctx.lang)}", f"/change {talk.id}.{q.id}") for q in questions]
    parts = (Heading(flow.title.of(ctx.lang)), summary(questions, dict(talk.answers), ctx))
    shown = Reply(parts, rows(buttons))
    return shown if talk.state != "open" else joined(shown, _ask(talk, shown_question(talk, ctx), ctx))


def not_understood(talk: Talk, question: Question, error: NotUnderstood, ctx: Context) -> Reply:
    """What to write instead, with the nearest values as buttons; the question stays."""
    talks.keep(ctx.db, replace(talk, asked=question.id, state="open", place=ctx.place.key), ctx.now)
    buttons = [Button(label, f"/set {talk.id}.{question.id} {value}") for label, value in error.suggestions]
    words = para(ctx.phrase(error.phrase, **error.words))
    ways = (*rows(fitting(buttons)), *ways_out(talk, question, ctx))
    return Reply((words,), ways, picker=picker(talk, question))


def _go_on(talk: Talk, ctx: Context, before: tuple[Part, ...]) -> Reply:
    on_path = path(talk, ctx)
    question = interview.unanswered(on_path, talk.answers)
    return _conclude(talk, ctx) if question is None else _ask(talk, question, ctx, before, on_path)


def _conclude(talk: Talk, ctx: Context) -> Reply:
    ended = replace(talk, asked=None, state="done")
    talks.keep(ctx.db, ended, ctx.now)
    return FLOWS[talk.flow].conclude(ended, ctx)


def _ask(
    talk: Talk,
    question: Question,
    ctx: Context,
    before: tuple[Part, ...] = (),
    on_path: Sequence[Question] | None = None,
) -> Reply:
    talks.keep(ctx.db, replace(talk, asked=question.id, state="open"), ctx.now)
    shown = question_part(talk, question, on_path or path(talk, ctx), ctx)
    card = FLOWS[talk.flow].card(talk, ctx)
    parts = (*before, *card.parts, *preview(talk, question, ctx), shown)
    ways = (*card.buttons, *rows(answers(talk, question, ctx)), *ways_out(talk, question, ctx))
    return Reply(parts, ways, card.sources, picker=picker(talk, question))
