"""What is kept of an item before something is done with it, so that it can be undone for ten minutes."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import recurring, settling
from handlers.context import Context
from handlers.messages import Button
from handlers.settling import Act
from storage import outbox, reminders, undos
from storage.follow_ups import FollowUp

SETTLED = "settled"  # what was done with an item, which stays so
Before = Mapping[str, Any]


def before(item: FollowUp, ctx: Context, whose: Sequence[str] | None = None) -> Before:
    """How `item` is now, with its series and the reminders (to `whose`, or to anybody)."""
    kept = {"reminders": reminders.kept(ctx.db, item.id, whose), "whose": whose, "series": recurring.before(item, ctx)}
    return {"state": item.state, "note": item.note, "responsible": item.responsible, **kept}


def done(item: FollowUp, what: str, was: Before, ctx: Context, whose: str | None = None, to: str = "") -> Button:
    """After the act: nothing more is said of it, every message shows who did what; the button that undoes it.

    `was` comes from `before`; `whose`: it concerns only what she is told.
    """
    silenced = outbox.cancel_about(ctx.db, item.id, whose)
    version = item.version + (what != "snoozed")  # what one puts off changes nothing for the others
    id = undos.add(ctx.db, item.id, what, {**was, "letters": silenced}, version, ctx.person.id, ctx.now)
    settling.settle(item, Act(what.replace(" ", "_"), f"u{id}", id, whose, to), ctx)
    return settling.undo_button(id, ctx)


def settled(item: FollowUp, ctx: Context) -> None:
    """`item` was closed by what it is about, such as a verdict: every message shows it, and nothing undoes it alone."""
    outbox.cancel_about(ctx.db, item.id)
    id = undos.add(ctx.db, item.id, SETTLED, {}, item.version + 1, ctx.person.id, ctx.now)
    settling.settle(item, Act("done", f"u{id}"), ctx)
