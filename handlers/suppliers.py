"""What is followed up at a supplier, and which supplier somebody means."""

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from handlers import light, secrecy
from handlers.conduct import COMPANY
from handlers.context import Context
from handlers.items import line
from handlers.messages import Button, Message, Reply
from knowledge.match import nearest_names
from knowledge.text import Heading, Items, Span
from knowledge.words import fold, stem, tokens
from storage import follow_ups, suppliers

MOST_SHOWN = 10
SAME_WORD = 88  # of 100: "nordkafe" (94) is a slip for "nordkaffe"
SHORTEST_SLIP = 5  # letters in a word that may be misspelt


def supplier(message: Message, ctx: Context) -> Reply:
    """`supplier` lists them; `supplier Nordkaffe` shows what is followed up there."""
    names = suppliers.names(ctx.db)
    if not names:
        return ctx.reply("no_suppliers", (ctx.button("record_button", "/start follow-up"),))
    if not message.text:
        return _choose(list(names), names, "which_supplier", ctx)
    known = suppliers.named(ctx.db, message.text)
    near = [known.id] if known else nearest_names(message.text, names)
    if len(near) != 1:
        return _choose(near or list(names), names, "which_supplier" if near else "no_such_supplier", ctx)
    return show(near[0], ctx)


def show(id: int, ctx: Context) -> Reply:
    """One supplier and its items."""
    found = suppliers.find(ctx.db, id)
    if found is None:
        return ctx.reply("old_button")
    items = follow_ups.of_supplier(ctx.db, id)
    lines = tuple((Span(line(item, ctx)),) for item in items)
    lights = () if ctx.place.shared else (light.of_supplier(id, ctx),)  # a name beside a deviation
    record = ((ctx.button("record_button", "/start follow-up"),),)
    return secrecy.told(Reply((Heading(found.name), *lights, Items(lines)), record), items, ctx)


def _choose(ids: list[int], names: dict[int, str], phrase: str, ctx: Context) -> Reply:
    rows = tuple((Button(names[id][:75], f"/supplier {names[id]}"[:60]),) for id in ids[:MOST_SHOWN])
    return ctx.reply(phrase, *rows)


def named_in(words: str, ctx: Context) -> list[int]:
    """The suppliers that `words` may name: the one whose whole name stands there, or those nearly so called."""
    names, said = suppliers.names(ctx.db), fold(words)
    whole = [id for id, name in names.items() if fold(name) in said]
    return [max(whole, key=lambda id: len(names[id]))] if whole else nearest_names(words, names)


def spoken_of(words: str, ctx: Context) -> list[int]:
    """The suppliers whose name stands in a sentence; its first word is enough where that is no word of the trade."""
    said = tokens(words)
    names = suppliers.names(ctx.db)
    first = [id for id, name in names.items() if _is_named(name, words, said, ctx)]
    whole = [id for id in first if all(any(same_word(word, part) for word in said) for part in _own(names[id]))]
    return whole if len(whole) == 1 else first


def _own(name: str) -> list[str]:
    """The words of a name without "AB"."""
    return tokens(COMPANY.sub("", name))


def _is_named(name: str, words: str, said: Sequence[str], ctx: Context) -> bool:
    if fold(name) in fold(words):
        return True
    own = _own(name)
    if not own or not ctx.library.index.knows(own[0]):
        return bool(own) and any(same_word(word, own[0]) for word in said)
    return len(own) > 1 and all(part in said for part in own)  # "Kaffe i Norr": of coffee everybody speaks


def same_word(word: str, name: str) -> bool:
    """Whether a folded word is one of a name, inflected or with a slip."""
    return stem(word) == stem(name) or (
        min(len(word), len(name)) >= SHORTEST_SLIP and fuzz.ratio(word, name) >= SAME_WORD
    )


def which(phrase: str, ids: Sequence[int], says: Callable[[int], str], ctx: Context) -> Reply:
    """The phrase that asks which supplier, with a button for each."""
    names = suppliers.names(ctx.db)
    return ctx.reply(phrase, *((Button(names[id][:75], says(id)),) for id in ids[:MOST_SHOWN]))
