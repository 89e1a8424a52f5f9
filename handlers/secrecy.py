"""How much a shared room must be allowed to see before it is shown one item.

What belongs to a tender that has no signed contract yet, or to a deviation, is secret; other follow-up is internal.
"""

from collections.abc import Iterable
from dataclasses import replace

from handlers.context import Context
from handlers.messages import Reply
from storage import actions, contracts
from storage.follow_ups import FollowUp
from storage.rooms import LEVELS

PUBLIC, INTERNAL, SECRET = LEVELS


def of_item(item: FollowUp, ctx: Context) -> str:
    """The level a room needs for a line about `item`."""
    if actions.of_item(ctx.db, item.id):
        return SECRET
    return SECRET if item.procurement and not _awarded(item.procurement, ctx) else INTERNAL


def told(reply: Reply, items: Iterable[FollowUp], ctx: Context) -> Reply:
    """`reply`, which names `items`, with the level that a shared room needs for all of them."""
    needed = [of_item(each, ctx) for each in items] if ctx.place.shared else []
    return replace(reply, level=max(needed, key=LEVELS.index)) if needed else reply


def _awarded(procurement: int, ctx: Context) -> bool:
    return any(each.procurement == procurement for each in contracts.every(ctx.db))


def enough(level: str, needed: str) -> bool:
    return LEVELS.index(level) >= LEVELS.index(needed)
