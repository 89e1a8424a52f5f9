"""Questions about the organisation's own records: who is in charge, when a contract ends, how it goes with a supplier.

Only a contract or a supplier that is on record and named in the words makes such a question. All others go to topics.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import access, contracts, deviations, follow_up, ladder, remedies, secrecy, supplier_names, suppliers
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.rules import calendar
from knowledge.text import Para, para
from knowledge.words import fold, tokens
from storage import actions, people
from storage import contracts as stored_contracts
from storage import deviations as stored_deviations
from storage import suppliers as stored_suppliers
from storage.actions import Action
from storage.contracts import Contract
from storage.deviations import Deviation

WHO = r"\bvem\b.*\b(?:ansvar|ersättare|har hand)|\bansvarig\b|\bwho\b.*\b(?:charge|responsible|deputy|handles)\b"
WHEN = (
    r"\b(?:när|hur länge)\b.*\b(?:ut|slut|slutar|upphör|gäller|löper|börjar|startar|säga|sägas|uppsägning)\b"
    r"|\b(?:when|how long)\b.*\b(?:ends?|expires?|out|run|starts?|begins?|valid|notice)\b|\bgäller\b.*\b(?:än|ännu)\b"
)
HOW = (
    r"\bhur (?:ligger|går|ser|står|är läget)\b|\bläget\b|\bstatus\b|\bnästa\b|\bkvar\b|\bförsena"
    r"|\bhow (?:are|is|do)\b|\bnext\b|\bleft\b|\boverdue\b"
)
WHAT = (
    r"\b(?:vad|har) (?:har )?(?:vi|jag)\b.*\b(?:på|hos|med|mot|om)\b"
    r"|\bvad (?:är|finns|händer|gäller|återstår)\b.*\b(?:hos|på|med|för|öppet|kvar|gång)\b"
    r"|\b(?:what|do|have) (?:do |have )?(?:we|i)\b.*\b(?:on|at|with|about)\b"
    r"|\bwhat(?:'s| is)\b.*\b(?:at|with|on|open|left|late)\b"
)
ABOUT = re.compile("|".join((WHO, WHEN, HOW, WHAT)))
LATE = re.compile(
    r"(?:vad|vilka punkter|något|har (?:vi|jag) något) (?:(?:som )?är )?(?:försenat|försenade|sent|sena)"
    r"|(?:what|which items|is anything) (?:(?:is|are) )?(?:overdue|late)"
)
PENALTY = re.compile(r"\bvite|\bhäva\b|\bsäga upp\b|\bpåföljd|\bsanktion|\bpenalt|\bterminat|\bsanction")
DEVIATIONS = re.compile(
    r"\b(?:har|finns|vilka|vad|några|has|have|are|any|which|what)\b.*\b(?:avvikelse|brist|deviation|shortcoming)"
)
ENDING = re.compile(
    r"^(?:vilka|vilket|några|har vi) .*\b(?:avtal|kontrakt)\b.*\b(?:går|löper|slutar|upphör|gå|löpa)\b(?:.*\but\b)?"
    r"|^(?:which|what) contracts? .*\b(?:end|ends|expire|expires|run out)\b"
)
SAYS_DONE = re.compile(
    r"\b(?:säger|meddelar|skriver|rapporterar|says?|reports?)\b.*\b(?:klart?|klara|åtgärda[dt]?|done|finished)\b"
)
NUMBER = re.compile(r"(?<![\w-])(?:19|20)\d\d[-/:]\d{1,6}(?![\w-])")
CONTRACT_WITH = re.compile(
    r"(?:när|hur länge|when|how long)\b.*\b(?:avtalet|kontraktet|contract)\s+(?:med|with)\s+(?P<name>[\w&. -]{2,60}?)"
    r"(?:\s+(?:ut|slut|till|end|expire|run out|valid))?\s*\?*$",
    re.IGNORECASE,
)
NO_MORE = (
    "hos|på|med|om|av|till|at|on|with|about|of|avtal|avtalet|avtalen|contract|contracts|"
    "plan|planen|leverantör|supplier|uppföljning|uppföljningen|uppföljningsplan|follow|up"
)
BESIDE = frozenset(NO_MORE.split("|"))  # a name and such words say no more than the name
MOST_SHOWN = 8
MOST_ALONE = 6  # words of a name or a number, with what stands beside it
MOST_WORDS, MOST_IN_NUMBER = 60, 3  # in which a number is looked for, such as "KS 2026/114"


def asked(message: Message, ctx: Context) -> Reply | None:
    """The answer from the records, or None when the words do not ask about one."""
    if not access.may("contract", ctx):
        return None
    words = fold(message.text).strip(" ?!.")
    if LATE.fullmatch(words):
        return replace(follow_up.list_late(ctx), level=secrecy.INTERNAL)
    if not _may_be_one(words):
        return None
    if contract := _contract(words, ctx):
        alone = words.replace(fold(contract.number), "").strip() in BESIDE | {""}
        return _of_contract(contract, ctx) if alone or ABOUT.search(words) else None
    named = supplier_names.spoken_of(words, ctx)
    if len(named) == 1:
        return _of_supplier(named[0], words, ctx)
    if not named and ENDING.search(words) and (running := stored_contracts.running(ctx.db, ctx.today)):
        return _ending(running, ctx)
    return _unknown(message.text, words, ctx) if not named else None


def _may_be_one(words: str) -> bool:
    """Whether the words ask as one asks about a record, or are so few that they may be a name or a number."""
    patterns = (ABOUT, PENALTY, DEVIATIONS, SAYS_DONE, ENDING)
    return len(words.split()) <= MOST_ALONE or any(pattern.search(words) for pattern in patterns)


def _contract(words: str, ctx: Context) -> Contract | None:
    """The one whose number stands in the words."""
    said = words.replace(",", " ").split()[:MOST_WORDS]
    runs = {" ".join(said[at : at + size]) for size in range(1, MOST_IN_NUMBER + 1) for at in range(len(said))}
    numbers = [run for run in runs if any(map(str.isdigit, run))]
    found = {each.id: each for run in numbers if (each := stored_contracts.numbered(ctx.db, run))}
    return next(iter(found.values())) if len(found) == 1 else None


def _of_supplier(id: int, words: str, ctx: Context) -> Reply | None:
    found = [each for each in stored_deviations.of_supplier(ctx.db, id) if each.state != "closed"]
    if PENALTY.search(words) and found:
        return replace(_ladders(found, ctx), level=secrecy.SECRET)
    if DEVIATIONS.search(words) and found:
        return replace(_listed(found, ctx), level=secrecy.SECRET)
    if SAYS_DONE.search(words) and (waiting := _waiting(found, ctx)):
        said = ctx.reply("own_actions", *remedies.to_show(waiting, "action done"), supplier=found[0].supplier_name)
        return replace(said, level=secrecy.SECRET)
    if not (ABOUT.search(words) or DEVIATIONS.search(words)) and _more(words, id, ctx):
        return None
    agreed = sorted(
        (each for each in stored_contracts.every(ctx.db) if each.supplier == id), key=lambda each: each.ends_on
    )
    said = suppliers.show(id, ctx)
    heading, *rest = said.parts
    rows = tuple((Button(contracts.short(each), f"/contract #{each.id}"),) for each in agreed[-MOST_SHOWN:])
    rows += () if ctx.place.shared else _rows(found, "deviation")
    mine = (heading, *(_agreed(each, ctx) for each in agreed[-MOST_SHOWN:]), *rest)
    return replace(said, parts=mine, buttons=(*rows, *said.buttons), level=said.level or secrecy.INTERNAL)


def _more(words: str, id: int, ctx: Context) -> bool:
    """Whether the words say more than the name."""
    name = [*tokens(stored_suppliers.names(ctx.db)[id]), *BESIDE]
    return any(not any(supplier_names.same_word(word, part) for part in name) for word in tokens(words))


def _ending(running: Sequence[Contract], ctx: Context) -> Reply:
    """The contracts that run, the one that ends first on top."""
    shown = sorted(running, key=lambda each: each.ends_on)[:MOST_SHOWN]
    rows = [(Button(contracts.short(each), f"/contract #{each.id}"),) for each in shown]
    return Reply(tuple(_agreed(each, ctx) for each in shown), tuple(rows), level=secrecy.INTERNAL)


def _of_contract(contract: Contract, ctx: Context) -> Reply:
    said = contracts.show(contract, ctx)
    return replace(said, parts=(_agreed(contract, ctx), *said.parts), level=secrecy.INTERNAL)


def _agreed(contract: Contract, ctx: Context) -> Para:
    """In one sentence until when a contract runs and who is in charge."""
    responsible = people.find(ctx.db, contract.responsible)
    days = {"starts": contract.starts_on, "ends": contract.ends_on}
    named = {what: calendar.short(day, ctx.lang) for what, day in days.items()}
    phrase = "own_contract" if contract.ends_on >= ctx.today else "own_contract_ended"
    who = responsible.name if responsible else contract.responsible
    return para(ctx.phrase(phrase, number=contract.number, supplier=contract.supplier_name, responsible=who, **named))


def _waiting(found: Sequence[Deviation], ctx: Context) -> list[Action]:
    """What the supplier is still to do, a screenful at most."""
    return [each for deviation in found for each in actions.left(ctx.db, deviation.id)][:MOST_SHOWN]


def _ladders(found: Sequence[Deviation], ctx: Context) -> Reply:
    """The ladder of the only deviation, or which one it is about."""
    if len(found) == 1:
        return ladder.show(found[0], ctx)
    return ctx.reply("own_ladders", *_rows(found, "ladder"), supplier=found[0].supplier_name)


def _listed(found: Sequence[Deviation], ctx: Context) -> Reply:
    if len(found) == 1:
        return deviations.show(found[0], ctx)
    return ctx.reply("own_deviations", *_rows(found, "deviation"), supplier=found[0].supplier_name, count=len(found))


def _rows(found: Sequence[Deviation], word: str) -> tuple[tuple[Button], ...]:
    return tuple((Button(f"#{each.id} {each.what}"[:60], f"/{word} {each.id}"),) for each in found[:MOST_SHOWN])


def _unknown(said: str, words: str, ctx: Context) -> Reply | None:
    """That there is no such contract or supplier, rather than something else about its name."""
    number = NUMBER.search(said) if ABOUT.search(words) else None
    named = CONTRACT_WITH.search(said)
    if not (number or named):
        return None
    listed = (ctx.button("own_contracts_button", "/contract"),)
    phrase = "own_no_contract" if number else "own_no_contract_with"
    name = number[0] if number else named["name"].strip() if named else ""
    return replace(ctx.reply(phrase, listed, name=name), level=secrecy.INTERNAL)
