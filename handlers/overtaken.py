"""Two officers at one item: who acts on what a colleague changed meanwhile is told who did what, and looks again."""

from datetime import datetime, timedelta

import orjson

from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.rules import calendar
from storage import audit, outbox, people
from storage.audit import Line
from storage.database import moment
from storage.follow_ups import FollowUp

ACTS = ("done", "closed", "reopened", "handed over", "changed", "undid")  # a snooze is only one's own
AT_ONCE = timedelta(minutes=1)  # who types cannot have read what a colleague did in this time; Duly's own proposal


def since(message: Message, ctx: Context) -> datetime:
    """From when on the writer may not know what was changed: since her card was written, or this last minute."""
    ref = _ref(message)
    shown = outbox.known_as(ctx.db, message.place.platform, ref) if ref else None
    return moment(shown.created_at) if shown else ctx.now - AT_ONCE


def _ref(message: Message) -> str:
    return str(orjson.loads(message.card).get("ref", "")) if message.card else ""


def told(item: FollowUp, from_when: datetime, ctx: Context) -> Reply | None:
    """Who changed `item` meanwhile, and how to look at it; None where nobody else did, or it came to the writer."""
    return None if item.responsible == ctx.person.id else changed(item, from_when, ctx)


def changed(item: FollowUp, from_when: datetime, ctx: Context) -> Reply | None:
    """The same, whoever it came to: for what would write over all that was agreed."""
    last = last_act(item.id, ctx)
    if last is None or last.at < from_when or last.actor == ctx.person.id:
        return None
    show = (ctx.button("show_button", f"/show {item.id}"),)
    return ctx.reply("overtaken", show, number=item.id, did=did(last, ctx))


def last_act(item: int, ctx: Context) -> Line | None:
    """What was done last with an item, and by whom."""
    acts = [line for line in audit.of(ctx.db, f"follow_ups:{item}") if line.action in ACTS]
    return acts[-1] if acts else None


def did(line: Line, ctx: Context) -> str:
    """ "klar: Åsa, 24 nov 2026 10:32"."""
    return ctx.phrase(f"act_{line.action.replace(' ', '_')}", **by_whom(line.actor, line.at, ctx))


def by_whom(actor: str, at: datetime, ctx: Context) -> dict[str, str]:
    """Name, day and hour, as the reader's clock shows it."""
    local, person = at.astimezone(ctx.zone), people.find(ctx.db, actor)
    return {
        "name": person.name if person else actor,
        "day": calendar.short(local.date(), ctx.lang),
        "time": f"{local:%H:%M}",
    }
