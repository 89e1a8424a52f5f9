"""What is followed up at a supplier, and which supplier somebody means."""

from collections.abc import Callable, Sequence

from handlers import light, secrecy
from handlers.context import Context
from handlers.items import line
from handlers.messages import Button, Message, Reply
from knowledge.match import nearest_names
from knowledge.text import Heading, Items, Span
from knowledge.words import fold
from storage import follow_ups, suppliers

MOST_SHOWN = 10


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


def which(phrase: str, ids: Sequence[int], says: Callable[[int], str], ctx: Context) -> Reply:
    """The phrase that asks which supplier, with a button for each."""
    names = suppliers.names(ctx.db)
    return ctx.reply(phrase, *((Button(names[id][:75], says(id)),) for id in ids[:MOST_SHOWN]))
