"""What the words of a command begin: alone they mostly list, with a record they show it, with a sentence a talk starts.

Other words are a question.
"""

from collections.abc import Callable
from dataclasses import replace

from handlers import (
    access,
    cadences,
    contracts,
    follow_up,
    form_list,
    items,
    labels,
    meant,
    on_site,
    plan,
    questions,
    reuse,
    self_assessment,
    talk,
)
from handlers.context import Context
from handlers.items import Act
from handlers.messages import Message, Reply
from storage import contracts as stored_contracts
from storage.follow_ups import FollowUp
from storage.imported_results import Imported

Handler = Callable[[Message, Context], Reply]
MOST_COMPARED = 3  # labels side by side


def flow(id: str) -> Handler:
    return lambda message, ctx: talk.start_from_words(id, message.text, ctx)


def asking(command: str, act: Act) -> Handler:
    """A handler for an item and what to do with it; where that is not said, the talk asks."""

    def begun(item: FollowUp, words: str, ctx: Context) -> Reply:
        known = words or item.state != "open"
        return act(item, words, ctx) if known else talk.start(meant.ASKS[command], {}, ctx, item.id)

    return items.changing(begun, command)


def follow(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a sentence about somebody or some day records; other words are a question."""
    if not message.text:
        return follow_up.list_open(ctx)
    heard = follow_up.heard(message.text, ctx)
    if heard.keys() & {"supplier", "due"}:
        return talk.start("follow-up", heard, ctx)
    return questions.ask(message, ctx)


def record(message: Message, ctx: Context) -> Reply:
    """A sentence records; a number says when to be reminded of what there is."""
    if not message.text.strip():
        return talk.start("follow-up", {}, ctx)
    if cadences.speaks_of(message.text):
        return cadences.remind(message, ctx)
    return talk.start_from_words("follow-up", message.text, ctx)


def remind(message: Message, ctx: Context) -> Reply:
    """As `record`; "remind me what the law says" is a question, unless somebody or some day is named."""
    asks = ctx.library.sounds_asked(message.text) and not follow_up.heard(message.text, ctx).keys() & {
        "supplier",
        "due",
    }
    return questions.ask(message, ctx) if asks else record(message, ctx)


def label(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a label is shown; other words are a question about labels."""
    if not message.text:
        return labels.every(ctx)
    found = labels.named(message.text, ctx)
    return labels.cards(found, ctx) if found else questions.ask_after("label", message, ctx)


def compare(message: Message, ctx: Context) -> Reply:
    """Two labels or more side by side; other words are a question."""
    found = labels.named(message.text, ctx)
    if len(found) < 2:
        return questions.ask_after("compare", message, ctx)
    return labels.compared(found[:MOST_COMPARED], ctx)


def contract(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a known number shows one; a sentence about an award begins the talk; others are a question."""
    words = message.text.strip()
    if not words:
        return contracts.list_running(ctx)
    own = on_site.ALONE.fullmatch(words) if words.startswith("#") else None
    if known := stored_contracts.find(ctx.db, int(own[1])) if own else stored_contracts.numbered(ctx.db, words):
        return contracts.show(known, ctx)
    heard = contracts.heard(words, ctx)
    if ctx.library.sounds_asked(words) or not heard.keys() & {"number", "supplier"}:
        return questions.ask_after("contract", message, ctx)
    known = stored_contracts.numbered(ctx.db, heard.get("number", ""))
    return contracts.show_instead(known, ctx) if known else talk.start("contract", heard, ctx)


def plan_of(message: Message, ctx: Context) -> Reply:
    """Alone it lists contracts; with a contract's number, its plan; other words are a question."""
    number = plan.OF_CONTRACT.sub("", message.text.strip(" .!"))
    if not number:
        return contracts.list_running(ctx)
    known = stored_contracts.numbered(ctx.db, number)
    if known is None:
        return questions.ask_after("plan", message, ctx)
    return contracts.show(known, ctx) if known.planned else Reply(*plan.shown(known, (), ctx))


def reuse_of(message: Message, ctx: Context) -> Reply:
    """Alone it lists; with a supplier the talk begins, after what was decided before; "reuse of …" is a question."""
    if not message.text:
        return reuse.list_latest(ctx)
    if reuse.OF_THINGS.match(message.text):
        return questions.ask_after("reuse", message, ctx)
    heard = reuse.heard(message.text, ctx)
    if not heard:
        return reuse.whom(ctx)
    came = reuse.imported(message.text, ctx)
    said = judge(came[0], ctx) if len(came) == 1 else talk.start("reuse", heard, ctx)
    offered = reuse.offered(came, ctx) if len(came) > 1 else Reply(())
    parts = (*reuse.earlier(message.text, ctx), *offered.parts, *said.parts)
    return replace(said, parts=parts, buttons=(*offered.buttons, *said.buttons))


def judge(came: Imported, ctx: Context) -> Reply:
    """Begin the talk with what a file told; whether it counts is still for a person to say."""
    said = talk.start("reuse", reuse.told(came, ctx), ctx)
    return replace(said, parts=(*reuse.shown(came, ctx), *said.parts)) if access.may_talk("reuse", ctx) else said


def self_assess(message: Message, ctx: Context) -> Reply:
    """Alone: the form, and those under way; with a supplier its own."""
    if message.text:
        return form_list.of_supplier(message, ctx)
    said = self_assessment.self_assessment(message, ctx)
    under_way = form_list.parts(ctx)
    return replace(said, parts=(*under_way, *said.parts), buttons=(*form_list.buttons(ctx), *said.buttons))
