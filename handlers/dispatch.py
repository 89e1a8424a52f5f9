"""From a message to what it means: a button, a verb of the talk, a command, an answer, or a question.

A button is typed words that begin with a slash. In a talk, words answer the question that was shown; a real question is
answered and the talk goes on; a command starts something else and the talk waits.
"""

from collections.abc import Callable
from dataclasses import replace

from handlers import (
    access,
    closing,
    draft_check,
    files,
    follow_up,
    forms,
    help,
    items,
    labels,
    leaving,
    linking,
    on_site,
    people,
    policy,
    priorities,
    privacy,
    procurements,
    questions,
    quick,
    reminders,
    risk,
    self_assessment,
    suppliers,
    talk,
    wording,
)
from handlers.context import Context
from handlers.flows import FLOWS
from handlers.messages import Button, Message, Reply
from handlers.understand import NotUnderstood, names_option
from knowledge.words import fold
from storage import talks
from storage.talks import Talk

Handler = Callable[[Message, Context], Reply]
MOST_COMPARED = 3  # labels side by side
OF_PURCHASES = ("risk", "need", "wording")  # talks that may be about a procurement


def _flow(id: str) -> Handler:
    return lambda message, ctx: talk.start_from_words(id, message.text, ctx)


def _follow_up(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a sentence about somebody or some day records; other words are a question."""
    if not message.text:
        return follow_up.list_open(ctx)
    heard = follow_up.heard(message.text, ctx)
    if heard.keys() & {"supplier", "due"}:
        return talk.start("follow-up", heard, ctx)
    return questions.ask(message, ctx)


def _label(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a label is shown; other words are a question about labels."""
    if not message.text:
        return labels.every(ctx)
    found = labels.named(message.text, ctx)
    return labels.cards(found, ctx) if found else questions.ask_after("label", message, ctx)


def _compare(message: Message, ctx: Context) -> Reply:
    """Two labels or more side by side; other words are a question."""
    found = labels.named(message.text, ctx)
    if len(found) < 2:
        return questions.ask_after("compare", message, ctx)
    return labels.compared(found[:MOST_COMPARED], ctx)


COMMANDS: dict[str, Handler] = {
    "risk": _flow("risk"),
    "quick": quick.quick,
    "need": _flow("need"),
    "wording": _flow("wording"),
    "check": draft_check.draft_check,
    "procurement": procurements.procurement,
    "supplier": suppliers.supplier,
    "follow-up": _follow_up,
    "record": _flow("follow-up"),
    "reminders": reminders.coming,
    "done": items.numbered(items.done),
    "snooze": items.numbered(items.snooze),
    "hand-over": items.numbered(items.hand_over),
    "reopen": items.numbered(items.reopen),
    "show": items.numbered(items.show_item),
    "deviation": on_site.deviation,
    "note": on_site.note,
    "close-deviation": on_site.close,
    "confirm-deviation": on_site.numbered(closing.confirm),
    "certificate": on_site.certificate,
    "label": _label,
    "self-assessment": self_assessment.self_assessment,
    "compare": _compare,
    "policy": policy.policy,
    "priorities": priorities.priorities,
    "maturity": _flow("maturity"),
    "fairtrade-city": _flow("fairtrade-city"),
    "ask": questions.ask,
    "link": linking.link,
    "unlink": linking.unlink,
    "hand-over-all": leaving.hand_over_all,
    "forget-me": leaving.forget_me,
    "language": people.language,
    "timezone": people.timezone,
    "help": help.help,
    "hello": help.hello,
}


# What only buttons say.


def _set(message: Message, ctx: Context) -> Reply:
    address, _, words = message.text.partition(" ")
    found, question = _address(address, ctx)
    return talk.press(found, question, words.strip(), ctx) if found else ctx.reply("old_button")


def _change(message: Message, ctx: Context) -> Reply:
    found, question = _address(message.text, ctx)
    return talk.change(found, question, ctx) if found else ctx.reply("old_button")


def _on_talk(act: Callable[[Talk, Context], Reply]) -> Handler:
    def handler(message: Message, ctx: Context) -> Reply:
        found, _ = _address(message.text, ctx)
        return act(found, ctx) if found else ctx.reply("old_button")

    return handler


def _address(words: str, ctx: Context) -> tuple[Talk | None, str]:
    """The talk and the question in "12.category"; only one's own talks are found."""
    number, _, question = words.strip().partition(".")
    known = number.isdecimal() and number.isascii() and len(number) < 13
    found = talks.find(ctx.db, int(number), ctx.person.id) if known else None
    return (found if found and access.may_talk(found.flow, ctx) else None), question


def _start(message: Message, ctx: Context) -> Reply:
    """`/start risk`, `/start done 4`, `/start wording 12`: a talk about a record. A link may carry a code instead."""
    id, _, subject = message.text.partition(" ")
    if linking.typed(id) and id not in FLOWS:
        return linking.give(id, ctx)
    number = int(subject) if subject.isdecimal() and subject.isascii() and len(subject) < 13 else None
    if id not in FLOWS:
        return ctx.reply("old_button")
    if id in ("done", "snooze", "hand-over"):
        checked = items.numbered(items.show_item)(replace(message, text=subject), ctx)
        return talk.start(id, {}, ctx, number) if number and len(checked.parts) > 1 else checked
    if id in on_site.TALKS:
        return on_site.start(id, number, ctx)
    answers, about = risk.start_answers(id, subject, ctx) if number and id in OF_PURCHASES else ({}, None)
    return talk.start(id, answers, ctx, about)


def _follow(message: Message, ctx: Context) -> Reply:
    """`/follow ilo-basic`: record the follow-up that a clause gives rise to."""
    clause = ctx.library.clauses.get(message.text)
    return talk.start("follow-up", wording.follow_answers(clause, ctx), ctx) if clause else ctx.reply("old_button")


PRESSED: dict[str, Handler] = {
    "set": _set,
    "change": _change,
    "back": _on_talk(talk.back),
    "skip": _on_talk(talk.skip),
    "explain": _on_talk(talk.explain),
    "review": _on_talk(talk.review),
    "resume": _on_talk(talk.resume),
    "start": _start,
    "follow": _follow,
    "record": _flow("follow-up"),
    "fill": forms.fill,
    "another": on_site.numbered(on_site.another),
    "keep-open": on_site.numbered(closing.keep_open),
    "topic": questions.show_topic,
    "label": labels.show,
    "form": self_assessment.document,
    "pair": linking.pair,
    "hand-all": leaving.hand_all,
    "forget": leaving.forget,
    "compare": labels.show_compared,
    "clause": wording.read,
    "clauses": wording.page,
    "choose": wording.choose,
    "document": wording.document,
    "group": quick.group,
    "look": quick.look,
    "case": risk.show_case,
    "cells": risk.show_cells,
    "market": risk.show_market,
}

VERBS: dict[str, Callable[[Talk, Context], Reply]] = {
    "back": talk.back,
    "skip": talk.skip,
    "explain": talk.explain,
    "cancel": talk.cancel,
    "review": talk.review,
    "resume": talk.again,
}
BESIDE = ("language", "timezone", "link")  # heard with more words also where any words would be an answer
ONLY_SHOW = (
    "help",
    "hello",
    "language",
    "timezone",
    "link",
    "unlink",
    "reminders",
    "label",
    "compare",
    "self-assessment",
    "quick",
)  # and start no talk
FREE = ("text", "supplier")  # kinds that take almost any words; a question must be told apart first


def handle(message: Message, ctx: Context) -> Reply:
    """What to say to `message`; where others read along, what is not for all of them is for the person alone."""
    if not ctx.place.shared:
        return _handled(message, ctx)
    needed = privacy.level_needed(message, ctx)  # before it is handled: an answer may end the talk it belongs to
    return privacy.guard(_handled(message, ctx), needed, ctx)


def _handled(message: Message, ctx: Context) -> Reply:
    if not access.may("ask", ctx):  # whatever else is said needs at least as much
        return access.refused(ctx, "ask")
    if message.files and (said := files.received(message, _open_talk(ctx), ctx)):
        return said
    if not message.text:
        return ctx.reply("empty", (ctx.button("help_button", "/help"),))
    if message.text.startswith("/"):
        return _pressed(message, ctx)
    going_on = _open_talk(ctx)
    return _in_talk(message, going_on, ctx) if going_on else _fresh(message, ctx)


def _open_talk(ctx: Context) -> Talk | None:
    """The talk that goes on here, as long as the person may go on with it."""
    found = talks.open_in(ctx.db, ctx.place.key, ctx.person.id)
    return found if found and access.may_talk(found.flow, ctx) else None


def _obey(command: str, words: str, message: Message, ctx: Context) -> Reply:
    """Do what a command says, for who may."""
    if not access.may(command, ctx):
        return access.refused(ctx, command)
    return COMMANDS[command](replace(message, text=words), ctx)


def _pressed(message: Message, ctx: Context) -> Reply:
    word, _, rest = message.text[1:].partition(" ")
    act = PRESSED.get(word) if rest else None
    if act:
        heard = replace(message, text=rest.strip())
        return act(heard, ctx) if access.may(word, ctx) else access.refused(ctx, word)
    plain = replace(message, text=message.text[1:].strip())
    found = _command(plain.text, ctx)
    if found:
        return _obey(*found, message, ctx)
    going_on = _open_talk(ctx)
    verb = _verb(plain.text, ctx)
    return VERBS[verb](going_on, ctx) if going_on and verb else ctx.reply("old_button")


def _in_talk(message: Message, going_on: Talk, ctx: Context) -> Reply:
    verb = _verb(message.text, ctx)
    if verb:
        return VERBS[verb](going_on, ctx)
    flow = ctx.library.flows[going_on.flow]
    question = flow.by_id.get(going_on.asked or "", flow.questions[0])
    command = None if names_option(question, message.text, ctx.lang) else _command(message.text, ctx)
    if command and (not command[1] or command[0] in BESIDE or on_site.plainly(*command, message.text)):
        return _beside(_obey(*command, message, ctx), command[0], going_on, ctx)
    if question.kind in FREE and _is_question(message.text, ctx):
        return _aside(message, going_on, ctx)
    try:
        return talk.answer(going_on, message.text, ctx)
    except NotUnderstood as error:
        if command:
            return _beside(_obey(*command, message, ctx), command[0], going_on, ctx)
        if _is_question(message.text, ctx):
            return _aside(message, going_on, ctx)
        return talk.not_understood(going_on, question, error, ctx)


def _beside(said: Reply, command: str, going_on: Talk, ctx: Context) -> Reply:
    """After something that only shows, the talk goes on; after something that starts a talk, it waits."""
    return _then_again(said, going_on, ctx) if command in ONLY_SHOW else said


def _aside(message: Message, going_on: Talk, ctx: Context) -> Reply:
    """Answer a question that was asked in the middle of a talk, and go on."""
    return _then_again(questions.ask(message, ctx), going_on, ctx)


def _then_again(said: Reply, going_on: Talk, ctx: Context) -> Reply:
    question = talk.again(going_on, ctx)
    parts, buttons = (*said.parts, *question.parts), (*said.buttons[:3], *question.buttons)
    return replace(said, parts=parts, buttons=buttons, picker=question.picker)


def _fresh(message: Message, ctx: Context) -> Reply:
    verb = _verb(message.text, ctx)
    if verb:
        waiting = [each for each in talks.parked(ctx.db, ctx.person.id) if access.may_talk(each.flow, ctx)]
        return (
            talk.resume(waiting[0], ctx) if waiting and verb in ("resume", "back", "review") else ctx.reply("no_talk")
        )
    command = _command(message.text, ctx)
    if command and not (command[1] and message.text.endswith("?")):
        return _obey(*command, message, ctx)
    meant = ctx.library.nearest_command(message.text)
    if meant:
        return ctx.reply("meant_command", (Button(meant, f"/{meant}"),), word=meant)
    return questions.ask(message, ctx)


def _verb(words: str, ctx: Context) -> str | None:
    found = ctx.library.verbs.get(fold(words).rstrip(".!"))
    return found if found in VERBS else None


def _command(words: str, ctx: Context) -> tuple[str, str] | None:
    """The command that `words` begin with, and what follows it."""
    return ctx.library.command_in(words)


def _is_question(words: str, ctx: Context) -> bool:
    return words.rstrip().endswith("?") or ctx.library.sounds_asked(words)
