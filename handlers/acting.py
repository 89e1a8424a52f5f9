"""The words about what follows a deviation: `action …`, `action done 2 …`, `ladder 3`, `confirm decision 4`."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from handlers import access, actions, deviation_letter, deviations, ladder, questions, remedies, talk
from handlers.context import Context
from handlers.items import NUMBER
from handlers.messages import Message, Reply
from handlers.on_site import ALONE
from handlers.understand import LONGEST_TEXT
from knowledge.rules.dates import find_date
from knowledge.text import para
from storage import actions as stored
from storage import decisions
from storage import deviations as stored_deviations
from storage.actions import Action
from storage.decisions import Decision

OF_DEVIATION = re.compile(r"(?:för\s+|på\s+|for\s+|on\s+)?(?:avvikelse|deviation)\s*#?(\d{1,12})", re.IGNORECASE)
BY = re.compile(r"[\s,]*\b(?:klart?|ska vara klart|done|senast|by|before|innan)$", re.IGNORECASE)  # what led to the day
NOTHING: Mapping[str, Any] = MappingProxyType({})
ABOUT_DEVIATION = ("action", "decision")  # talks that begin from a deviation
ABOUT_ACTION = ("action-proof", "action-reject", "action-withdraw")  # talks about an action that there is
BESIDE = (
    "action-done",
    "verify-action",
    "reject-action",
    "withdraw-action",
    "confirm-decision",
    "ladder",
)  # with a number no answer


def plainly(command: str, rest: str) -> bool:
    """Whether the words can only be a command, not an answer: "åtgärd 2", "klar åtgärd 2 …", "trappa 3"."""
    if command == "action":
        return bool(ALONE.fullmatch(rest) or OF_DEVIATION.match(rest))
    if command == "letter":
        return bool(deviation_letter.ABOUT.fullmatch(rest))
    return command in BESIDE and bool(NUMBER.fullmatch(rest))


# Actions.


def action(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a number shows one; a deviation, or what is to be done by a day, begins the talk.

    Other words are a question.
    """
    if not message.text:
        return remedies.list_open(ctx)
    if ALONE.fullmatch(message.text):
        return on_action(remedies.show)(message, ctx)
    deviation, what = _spoken_of(message.text)
    heard = _heard(what, ctx)
    if deviation is None and (ctx.library.sounds_asked(message.text) or "due" not in heard):
        return questions.ask_after("action", message, ctx)
    only = [each.id for each in stored_deviations.all_open(ctx.db)][:2] if deviation is None else [deviation]
    return start("action", only[0] if len(only) == 1 else None, ctx, heard)


def _spoken_of(words: str) -> tuple[int | None, str]:
    """The deviation that is named, and the words about what is to be done."""
    said = OF_DEVIATION.match(words)
    return (int(said[1]), words[said.end() :]) if said else (None, words)


def _heard(words: str, ctx: Context) -> dict[str, Any]:
    """The answers in "new cards by 15 January"."""
    dated = find_date(words, ctx.today)
    if dated:
        words = f"{words[: dated[1][0]]} {words[dated[1][1] :]}"
    what = BY.sub("", " ".join(words.split()).strip(" .,:;-"))
    due = {"due": dated[0].isoformat()} if dated else {}
    return due | ({"what": what} if 0 < len(what) <= LONGEST_TEXT else {})


def on_action(act: Callable[[Action, Context], Reply]) -> Callable[[Message, Context], Reply]:
    """A handler for the number of an action and nothing else."""

    def handler(message: Message, ctx: Context) -> Reply:
        said = ALONE.fullmatch(message.text.strip())
        found = stored.find(ctx.db, int(said[1])) if said else None
        return act(found, ctx) if found else remedies.which(ctx)

    return handler


def done(message: Message, ctx: Context) -> Reply:
    """`action done 2 new cards, see the photo`: what the supplier says; without words the talk asks for the proof."""
    said = NUMBER.fullmatch(message.text)
    found = stored.find(ctx.db, int(said[1])) if said else None
    if said is None or found is None:
        return remedies.which(ctx, "action done")
    words = said[2].strip()
    if len(words) > LONGEST_TEXT:
        return ctx.reply("too_long_answer", most=LONGEST_TEXT)
    reply = actions.report(found, words, ctx)
    now = actions.read(found.id, ctx)
    if words or now.state != "reported_done":
        return reply
    asked = talk.start("action-proof", {}, ctx, now.id)
    kept = para(ctx.phrase("action_reported_short", number=now.id, what=now.what))
    return Reply((kept, *asked.parts), asked.buttons, picker=asked.picker)


def reject(found: Action, ctx: Context) -> Reply:
    """`reject action 2`: the talk asks why and until when."""
    return start("action-reject", found.id, ctx)


def withdraw(found: Action, ctx: Context) -> Reply:
    """`withdraw action 2`: the talk asks why."""
    return start("action-withdraw", found.id, ctx)


def start(flow: str, number: int | None, ctx: Context, heard: Mapping[str, Any] = NOTHING) -> Reply:
    """`/start action 3` (a deviation), `/start action-reject 2` (an action): a talk about a record that there is."""
    if not access.may_talk(flow, ctx):
        return access.refused_talk(ctx, flow)
    return _about_deviation(flow, number, ctx, heard) if flow in ABOUT_DEVIATION else _about_action(flow, number, ctx)


def _about_deviation(flow: str, number: int | None, ctx: Context, heard: Mapping[str, Any]) -> Reply:
    found = stored_deviations.find(ctx.db, number) if number else None
    if found is None:
        return deviations.which(ctx, f"start {flow}")
    if found.state == "closed":
        return deviations.closed_already(found, ctx)
    known: Mapping[str, Any] = {actions.DEVIATION: found.id, **heard}
    return talk.start(flow, known, ctx)


def _about_action(flow: str, number: int | None, ctx: Context) -> Reply:
    found = stored.find(ctx.db, number) if number else None
    if found is None:
        return remedies.which(ctx)
    if flow == "action-withdraw" and not found.is_open:
        return actions.settled_already(found, ctx)
    if flow != "action-withdraw" and found.state != "reported_done":
        return actions.not_reported(found, ctx)
    return talk.start(flow, {}, ctx, found.id)


# Decisions.


def on_decision(act: Callable[[Decision, Context], Reply]) -> Callable[[Message, Context], Reply]:
    """A handler for the number of a decision and nothing else."""

    def handler(message: Message, ctx: Context) -> Reply:
        said = ALONE.fullmatch(message.text.strip())
        found = decisions.find(ctx.db, int(said[1])) if said else None
        return act(found, ctx) if found else ctx.reply("which_decision", (ctx.button("list_button", "/deviation"),))

    return handler


def show_ladder(message: Message, ctx: Context) -> Reply:
    """`ladder 3`: the ladder for a deviation; other words are a question."""
    if message.text and not ALONE.fullmatch(message.text.strip()):
        return questions.ask_after("ladder", message, ctx)
    said = ALONE.fullmatch(message.text.strip())
    found = stored_deviations.find(ctx.db, int(said[1])) if said else None
    return ladder.show(found, ctx) if found else deviations.which(ctx, "ladder")
