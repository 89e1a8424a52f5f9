"""Closing a deviation: with what shows that it is remedied, its actions verified, and four eyes where it is grave."""

from handlers import second
from handlers.context import Context
from handlers.deviations import buttons, closed_already, read, which
from handlers.messages import Reply
from handlers.remedies import not_verified
from knowledge.rules.deviation import may_confirm
from storage import actions, deviations, people
from storage.deviations import Deviation
from storage.talks import Talk


def close(deviation: Deviation, note: str, ctx: Context) -> Reply:
    """Close it; one that takes two waits for somebody else, and one that nobody judged is judged first."""
    if deviation.kind is None:
        return ctx.reply("classify_first", buttons(deviation, ctx))
    if left := actions.left(ctx.db, deviation.id):
        return not_verified(deviation, left, ctx)
    if deviation.state == "closing":
        return _waits(deviation, ctx)
    if deviation.two:
        return _proposed(deviation, note, ctx)
    return _closed(deviation, note, ctx)


def conclude(talk: Talk, ctx: Context) -> Reply:
    deviation = deviations.find(ctx.db, talk.subject or 0)
    return close(deviation, talk.answers["note"], ctx) if deviation else which(ctx)


def confirm(deviation: Deviation, ctx: Context) -> Reply:
    """A second officer holds, too, that it is remedied."""
    if deviation.state == "closed":
        return closed_already(deviation, ctx)
    if deviation.state != "closing":
        return ctx.reply("confirm_nothing", (buttons(deviation, ctx)), number=deviation.id)
    if not may_confirm(deviation.closing_by, ctx.person.id):
        return ctx.reply("confirm_other", number=deviation.id)
    if left := actions.left(ctx.db, deviation.id):  # agreed on since it was proposed
        return not_verified(deviation, left, ctx)
    return _closed(deviation, None, ctx)


def keep_open(deviation: Deviation, ctx: Context) -> Reply:
    """It is not remedied, or whoever proposed to close it thought again."""
    if deviation.state != "closing" or not deviations.keep_open(ctx.db, deviation, ctx.now):
        return ctx.reply("confirm_nothing", number=deviation.id)
    ctx.did("kept open", deviation.about)
    return ctx.reply("deviation_kept_open", buttons(read(deviation.id, ctx), ctx), number=deviation.id)


def _proposed(deviation: Deviation, note: str, ctx: Context) -> Reply:
    if not deviations.propose(ctx.db, deviation, note, ctx.person.id, ctx.now):
        return closed_already(deviation, ctx)
    ctx.did("proposed to close", deviation.about)
    now = read(deviation.id, ctx)
    second.tell("confirm-deviation", now.about, now, lambda hers: _waits(now, hers), ctx)
    return _waits(now, ctx)


def _waits(deviation: Deviation, ctx: Context) -> Reply:
    by = people.find(ctx.db, deviation.closing_by or "")
    phrase = "closing_waits_mine" if deviation.closing_by == ctx.person.id else "closing_waits"
    return ctx.reply(phrase, buttons(deviation, ctx), number=deviation.id, name=by.name if by else "")


def _closed(deviation: Deviation, note: str | None, ctx: Context) -> Reply:
    if not deviations.close(ctx.db, deviation, note, ctx.person.id, ctx.now):
        return closed_already(deviation, ctx)
    ctx.did("closed", deviation.about, {"proposed by": deviation.closing_by})
    row = (ctx.button("show_button", f"/deviation {deviation.id}"),)
    return ctx.reply("deviation_is_closed", row, number=deviation.id, supplier=deviation.supplier_name)
