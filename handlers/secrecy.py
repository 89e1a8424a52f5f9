"""How much a shared room must be allowed to see before it is shown one item.

What belongs to a tender that has no signed contract yet, or to a deviation, is secret; other follow-up is internal.
"""

from handlers.context import Context
from storage import actions, contracts
from storage.follow_ups import FollowUp
from storage.rooms import LEVELS

PUBLIC, INTERNAL, SECRET = LEVELS


def of_item(item: FollowUp, ctx: Context) -> str:
    """The level a room needs for a line about `item`."""
    if actions.of_item(ctx.db, item.id):
        return SECRET
    return SECRET if item.procurement and not _awarded(item.procurement, ctx) else INTERNAL


def _awarded(procurement: int, ctx: Context) -> bool:
    return any(each.procurement == procurement for each in contracts.every(ctx.db))


def enough(level: str, needed: str) -> bool:
    return LEVELS.index(level) >= LEVELS.index(needed)
