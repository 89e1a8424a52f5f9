"""The words an officer writes on site: `deviation …`, `note 3 …`, `class deviation 3 …`, `certificate …`."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import access, certificates, closing, deviations, questions, talk
from handlers.context import Context
from handlers.items import NUMBER
from handlers.messages import Message, Reply
from handlers.understand import LONGEST_TEXT, NotUnderstood, Unsure, names_option, understand
from knowledge.flow import Question
from storage import certificates as stored_certificates
from storage import deviations as stored
from storage.deviations import Deviation

ALONE = re.compile(r"#?(\d{1,12})")
WITH_COLON = re.compile(r"[^\W\d_]+(?:\s+[^\W\d_]+)?(?:\s+(?:hos|at)\s[^:\n]{1,120})?\s*:", re.IGNORECASE)
OF_CLASS = re.compile(  # "1 är stor", "1 has class minor", "1: nolltolerans"
    r"#?(?P<id>\d{1,12})(?:\s*[:,])?\s+(?:(?:är|blir|har|som|till|is|has|as|to)\s+)?(?:klass(?:en)?\s+|class\s+)?(?:en\s+|an?\s+)?(?P<name>.{1,40}?)[.!]*",
    re.IGNORECASE,
)
CLASS_WORDS = 4  # at most, of a class with what leads to it
GRAVE = re.compile(
    r"barnarbet|tvångsarbet|slavarbet|slaveri|människohandel|livsfar|fara för liv|dödsolyck"
    r"|child labou?r|forced labou?r|slavery|trafficking|danger to life",
    re.IGNORECASE,
)
SEEN = re.compile(
    r"\b(?:misstänk\w*|misstanke\w*|upptäck\w*|hitta(?:t|de)|sett|såg|funnit|tips|larm|suspect\w*|found|discovered|saw|seen)\b",
    re.IGNORECASE,
)
ABOUT_ONE = {"note": "deviation-note", "close-deviation": "deviation-close"}  # command -> the talk that asks for words
TALKS = ("deviation-note", "deviation-class", "deviation-close")  # about a deviation that there is


def plainly(command: str, rest: str, words: str) -> bool:
    """Whether `words` can only be a command, not an answer: "avvikelse: …", "anteckning 3 …"."""
    if command == "deviation":
        of_class = OF_CLASS.fullmatch(rest) and len(rest.split()) <= CLASS_WORDS
        return bool(WITH_COLON.match(words) or ALONE.fullmatch(rest) or of_class)
    return command in (*ABOUT_ONE, "confirm-deviation", "classify") and bool(NUMBER.fullmatch(rest))


def deviation(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a number shows one; other words begin the talk; a question is answered."""
    if not message.text:
        return deviations.list_open(ctx)
    if ALONE.fullmatch(message.text):
        return numbered(lambda found, ctx: deviations.show(found, ctx))(message, ctx)
    if ctx.library.sounds_asked(message.text):
        return questions.ask_after("deviation", message, ctx)
    if said := _of_class(message.text, ctx):
        return said
    return talk.start("deviation", deviations.with_contract(deviations.heard(message.text, ctx), ctx), ctx)


def _of_class(words: str, ctx: Context) -> Reply | None:
    """What "1 är stor" does: gives a deviation that there is a class that is named in full."""
    said = OF_CLASS.fullmatch(words)
    found = stored.find(ctx.db, int(said["id"])) if said else None
    if said is None or found is None or not names_option(_classes(ctx), said["name"], ctx.lang):
        return None
    return _give(found, said["name"], ctx)


def classify(message: Message, ctx: Context) -> Reply:
    """`class deviation 3 major`; without a class that is known the talk asks for it."""
    said = NUMBER.fullmatch(message.text)
    found = stored.find(ctx.db, int(said[1])) if said else None
    if said is None or found is None:
        return deviations.which(ctx)
    of_class = OF_CLASS.fullmatch(message.text)
    return _give(found, of_class["name"] if of_class else "", ctx)


def _give(found: Deviation, name: str, ctx: Context) -> Reply:
    """As the button does, with the answer that was said."""
    if found.state == "closed":
        return deviations.closed_already(found, ctx)
    return talk.start("deviation-class", {"class": _class(name, ctx)} if name.strip() else {}, ctx, found.id)


def _class(name: str, ctx: Context) -> Any:
    try:
        return understand(_classes(ctx), name, ctx)
    except NotUnderstood:
        return Unsure(name)


def _classes(ctx: Context) -> Question:
    return ctx.library.flows["deviation-class"].by_id["class"]


def suspects(words: str, ctx: Context) -> bool:
    """Whether `words` tell of forced or child labour or of danger to life that somebody has seen or suspects."""
    asks = words.rstrip().endswith("?") or ctx.library.sounds_asked(words)
    return not asks and bool(GRAVE.search(words) and SEEN.search(words))


def suspected(message: Message, ctx: Context) -> Reply:
    """First who is told today, then the talk that records it; the class is still for a person to say."""
    if not access.may_talk("deviation", ctx):
        return access.refused_talk(ctx, "deviation")
    asked = talk.start("deviation", deviations.with_contract(deviations.heard(message.text, ctx), ctx), ctx)
    return replace(asked, parts=(*deviations.perhaps_zero_tolerance(ctx), *asked.parts))


def another(found: Deviation, ctx: Context) -> Reply:
    """`/another 3`: one more at the same supplier."""
    known = {"supplier": found.supplier_name, **({"contract": found.contract} if found.contract else {})}
    return talk.start("deviation", known, ctx)


def note(message: Message, ctx: Context) -> Reply:
    """`note 3 …` adds to #3; without a number to the one she recorded last, while she may still be on site."""
    if NUMBER.fullmatch(message.text):
        return _with_words("note", deviations.note)(message, ctx)
    found = deviations.latest(ctx)
    return (
        _with_words("note", deviations.note)(_about(found, message), ctx)
        if found
        else deviations.which(ctx, f"start {ABOUT_ONE['note']}")
    )


def _about(found: Deviation, message: Message) -> Message:
    return replace(message, text=f"{found.id} {message.text}")


def close(message: Message, ctx: Context) -> Reply:
    """`close deviation 3 the cards were shown`; without words the talk asks for them."""
    return _with_words("close-deviation", closing.close)(message, ctx)


def _with_words(command: str, act: Callable[[Deviation, str, Context], Reply]) -> Callable[[Message, Context], Reply]:
    def handler(message: Message, ctx: Context) -> Reply:
        said = NUMBER.fullmatch(message.text)
        found = stored.find(ctx.db, int(said[1])) if said else None
        if said is None or found is None:
            return deviations.which(ctx, f"start {ABOUT_ONE[command]}")
        if found.state == "closed" and command == "close-deviation":
            return deviations.closed_already(found, ctx)
        words = said[2].strip()
        if len(words) > LONGEST_TEXT:
            return ctx.reply("too_long_answer", most=LONGEST_TEXT)
        return act(found, words, ctx) if words else talk.start(ABOUT_ONE[command], {}, ctx, found.id)

    return handler


def numbered(act: Callable[[Deviation, Context], Reply]) -> Callable[[Message, Context], Reply]:
    """A handler for a number and nothing else; refuses numbers of no deviation."""

    def handler(message: Message, ctx: Context) -> Reply:
        said = ALONE.fullmatch(message.text.strip())
        found = stored.find(ctx.db, int(said[1])) if said else None
        return act(found, ctx) if found else deviations.which(ctx)

    return handler


def start(flow: str, number: int | None, ctx: Context) -> Reply:
    """`/start deviation-class 3`: a talk about a deviation that there is."""
    if not access.may_talk(flow, ctx):
        return access.refused_talk(ctx, flow)
    found = stored.find(ctx.db, number) if number else None
    if found is None:
        return deviations.which(ctx)
    if found.state == "closed" and flow != "deviation-note":
        return deviations.closed_already(found, ctx)
    return talk.start(flow, {}, ctx, found.id)


def certificate(message: Message, ctx: Context) -> Reply:
    """Alone it lists; a number shows one; words about a scheme, a supplier or a day begin the talk."""
    if not message.text:
        return certificates.list_current(ctx)
    if said := ALONE.fullmatch(message.text):
        found = stored_certificates.find(ctx.db, int(said[1]))
        return certificates.show(found, ctx) if found else certificates.which(ctx)
    heard = certificates.heard(message.text, ctx)
    if not heard or ctx.library.sounds_asked(message.text):
        return questions.ask_after("certificate", message, ctx)
    return talk.start("certificate", heard, ctx)
