"""Which follow-up item somebody means who writes no number: by what is checked, at whom, under which contract.

One that all the words fit is meant. Otherwise those that come near are shown to choose from, and nothing is done yet.
"""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from handlers import secrecy
from handlers.context import Context
from handlers.messages import Button, Reply
from knowledge.rules.dates import find_date
from knowledge.words import stem, tokens
from storage import follow_ups
from storage.follow_ups import FollowUp

AND_THEN = re.compile(r"\s*[,;:\n]\s*|[.!]\s+|\s+(?=(?:till|until|to)\s)", re.IGNORECASE)
SMALL_WORDS = (
    "med|hos|på|av|om|för|till|och|är|nu|det|den|vår|at|with|to|until|the|of|for|"
    "about|is|and|now|our|item|punkt|my|mitt|min"
)
PASSED_OVER = frozenset(SMALL_WORDS.split("|"))
SAID_DONE = re.compile(
    r"(?:vi|jag) (?:har )?(?:haft|hade|gjorde|gjort|genomfört|höll|hållit) (.+)"
    r"|(?:we|i)(?: have|'ve)? (?:had|held|did|done) (.+)"
    r"|(.+?) (?:(?:är|blev) )?(?:nu )?(?:klart?|klara|gjord|gjort|genomförd|genomfört|avklarad|avklarat)"
    r"|(.+?) (?:is|was) (?:now )?(?:done|finished)",
    re.IGNORECASE,
)
MOVES = ("snooze", "move", "pause")  # what follows them is a day
ASKS = {"done": "done", "snooze": "snooze", "hand-over": "hand-over", "move": "new-day"}  # -> the talk that asks more
ALIKE = 80  # of 100: "sjalvskatning" passes for "självskattning" (81), "startmöte" and "slutmöte" (71) stay two
SHORTEST_END = 5  # letters of "mötet", which ends "startmötet"
MOST_LOOKED_AT = 200  # of hers, and of all, so that a message costs the same among thousands
MOST_SHOWN = 8
MOST_SAID = 60  # characters that a button can carry


def parted(words: str, command: str, ctx: Context) -> tuple[str, str]:
    """The words about the item, and those about what to do with it: a note, a day, a name."""
    dated = find_date(words, ctx.today) if command in MOVES else None
    if dated:
        start, end = dated[1]
        return f"{words[:start]} {words[end:]}", words[start:end]
    what, *rest = AND_THEN.split(words, maxsplit=1)
    return what, rest[0] if rest else ""


def item(words: str, command: str, ctx: Context) -> tuple[FollowUp | None, Sequence[FollowUp]]:
    """The one that `words` mean, or those to choose from: her own before her colleagues'."""
    own = _own(command, ctx)
    said = _said(words)
    if not said:
        return None, own
    found, whole = _nearest(said, own, ctx)
    if whole and len(found) == 1:
        return found[0], ()
    if not whole and (settled := _settled(said, ctx)):
        return settled, ()
    return None, found or _nearest(said, _everybodys(ctx), ctx)[0] or own


def fits(words: str, command: str, ctx: Context) -> bool:
    """Whether something of what is said fits an item that there is: hers, open or not, or a colleague's open one."""
    said = _said(parted(words, command, ctx)[0])
    items = (_own(command, ctx), _hers_settled(ctx), _everybodys(ctx))
    return any(_nearest(said, each, ctx)[0] for each in items)


def _said(words: str) -> list[str]:
    return [stem(word) for word in tokens(words) if word not in PASSED_OVER]


def _settled(said: Sequence[str], ctx: Context) -> FollowUp | None:
    """The one of hers that all of what was `said` fits and that was settled already, which is then told."""
    found, whole = _nearest(said, _hers_settled(ctx), ctx)
    return found[0] if whole else None


def _own(command: str, ctx: Context) -> list[FollowUp]:
    if command == "reopen":
        return _hers_settled(ctx)
    return follow_ups.open_for(ctx.db, ctx.person.id, MOST_LOOKED_AT)


def _hers_settled(ctx: Context) -> list[FollowUp]:
    return follow_ups.settled_for(ctx.db, ctx.person.id, MOST_LOOKED_AT)


def _everybodys(ctx: Context) -> list[FollowUp]:
    return follow_ups.all_open(ctx.db, MOST_LOOKED_AT)


def _nearest(said: Sequence[str], items: Sequence[FollowUp], ctx: Context) -> tuple[list[FollowUp], bool]:
    """Those that most of what was `said` fits, and whether all of it does."""
    fits = {each: sum(any(_same(word, name) for name in _names(each, ctx)) for word in said) for each in items}
    most = max(fits.values(), default=0)
    return [each for each, count in fits.items() if count == most > 0], most == len(said)


def _names(item: FollowUp, ctx: Context) -> set[str]:
    option = ctx.library.flows["follow-up"].by_id["kind"].option(item.kind)
    kind = option.label.of(ctx.lang) if option else ""
    return {stem(word) for word in tokens(f"{item.subject} {item.supplier_name} {item.contract or ''} {kind}")}


def _same(word: str, name: str) -> bool:
    if word.isdecimal() or name.isdecimal():
        return word == name
    ends_it = len(word) >= SHORTEST_END and name.endswith(word)
    return ends_it or fuzz.ratio(word, name) >= ALIKE


def reported(words: str, ctx: Context) -> Reply | None:
    """The question whether the item is done that somebody says is; None where the words fit no open item."""
    said = SAID_DONE.fullmatch(words.strip(" .!"))
    if said is None:
        return None
    about, note = parted(next(filter(None, said.groups())), "done", ctx)
    found, whole = _nearest(_said(about), _own("done", ctx), ctx)
    return choose(found, "done", note, ctx, "done_meant") if found and whole else None


def choose(items: Sequence[FollowUp], command: str, rest: str, ctx: Context, phrase: str = "") -> Reply:
    """The items to choose from, each with a button that does what was asked for."""
    if not items:
        return ctx.reply("nothing_open", (ctx.button("record_button", "/start follow-up"),))
    shown = items[:MOST_SHOWN]
    rows = [
        (Button(f"#{each.id} {each.subject}, {each.supplier_name}"[:60], _says(each, command, rest, ctx)),)
        for each in shown
    ]
    every = [(ctx.button("list_button", "/follow-up"),)] if len(items) > MOST_SHOWN else []
    example = f"{ctx.library.commands[command].words[ctx.lang][0]} {shown[0].id}"
    asked = phrase or ("item_meant" if len(items) == 1 else "items_meant")
    return secrecy.told(ctx.reply(asked, *rows, *every, example=example), shown, ctx)


def _says(item: FollowUp, command: str, rest: str, ctx: Context) -> str:
    word = ctx.library.commands[command].words["en"][0]
    whole = f"/{word} {item.id} {rest}".strip()
    if command in ASKS and (not rest or len(whole.encode()) > MOST_SAID):
        return f"/start {ASKS[command]} {item.id}"
    return whole if len(whole.encode()) <= MOST_SAID else f"/show {item.id}"
