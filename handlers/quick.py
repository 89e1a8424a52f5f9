"""A quick check: what is typical for what you buy, from a sentence or in three presses. Nothing is saved."""

from dataclasses import replace
from typing import Any

from handlers import risk, risk_picture
from handlers.cards import fitting, rows
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.show import category_name
from knowledge.text import Heading, Part, Picture, Table, para

MOST_EXPLAINED = 2
MOST_SAID = 60  # bytes of a button


def quick(message: Message, ctx: Context) -> Reply:
    """`quick` shows groups; `quick coffee from Brazil` the picture at once; other words are asked about."""
    if not message.text:
        groups = [Button(each.name.of(ctx.lang), f"/group {each.id}") for each in ctx.library.groups.values()]
        return Reply((para(ctx.phrase("quick_which")),), rows(groups))
    heard = risk.heard(message.text, ctx)
    if "category" not in heard:
        return replace(
            quick(replace(message, text=""), ctx), parts=(para(ctx.phrase("quick_not_found", words=message.text[:60])),)
        )
    return _picture(heard["category"], heard, message.text, ctx)


def group(message: Message, ctx: Context) -> Reply:
    """`/group food`: the categories of a group."""
    found = ctx.library.groups.get(message.text)
    if found is None:
        return ctx.reply("old_button")
    buttons = [Button(category_name(id, ctx), f"/look {id}") for id in found.categories]
    return Reply((para(ctx.phrase("quick_what", group=found.name.of(ctx.lang))),), rows(fitting(buttons)))


def look(message: Message, ctx: Context) -> Reply:
    """`/look coffee`: the picture when nothing but the category is known."""
    if message.text not in ctx.library.categories:
        return ctx.reply("old_button")
    return _picture(message.text, {}, category_name(message.text, ctx), ctx)


def _picture(category: str, heard: dict[str, object], what: str, ctx: Context) -> Reply:
    """The answer first: the verdict, the gravest areas with their reasons, the matrix; what to do next."""
    picture = risk.from_heard(category, heard, ctx)
    whole = risk.shown(picture, 0, what, None, ctx)
    gravest = risk_picture.worst(picture)[:MOST_EXPLAINED]
    reasons, sources = risk_picture.explained(gravest, ctx.library, ctx.lang)
    head, verdict, origin, *_ = whole.parts
    drawn = tuple(part for part in whole.parts if isinstance(part, Picture))
    table = tuple(part for part in whole.parts if isinstance(part, Table))
    parts: tuple[Part, ...] = (head, verdict, origin, *drawn, *reasons, *table, whole.parts[-1])
    buttons = (
        (ctx.button("quick_whole", f"/risk {what}"[:60]), *_chain(picture, ctx)),
        (ctx.button("start_wording", f"/wording {category_name(category, ctx)}"[:60]),),
    )
    return Reply(parts if isinstance(head, Heading) else whole.parts, buttons, tuple(sources))


def _chain(picture: dict[str, Any], ctx: Context) -> tuple[Button, ...]:
    """To the picture of the chain, where there is one; it says as many of the countries as it has room for."""
    says = f"/chain {picture['category']} {','.join(picture['countries'])}"[:MOST_SAID].rstrip(" ,")
    return (ctx.button("chain_button", says),) if risk_picture.has_chain(picture) else ()
