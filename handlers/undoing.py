"""`undo`: take back what was done with an item, for ten minutes and as long as nobody went on from there."""

from dataclasses import replace
from datetime import timedelta

from handlers import access, form_links, items, overtaken, questions, recurring, secrecy, settling
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.settling import Act
from handlers.undoable import SETTLED
from storage import follow_ups, outbox, reminders, undos
from storage.follow_ups import FollowUp
from storage.undos import Undo

LASTS = timedelta(minutes=10)  # Duly's own proposal


def undo(message: Message, ctx: Context) -> Reply:
    """Alone what one did last; with a number, as buttons say it, that act; other words are a question."""
    words = message.text.strip(" .!")
    if not words:
        last = undos.latest(ctx.db, ctx.person.id)
        return _undone(last, ctx) if last else ctx.reply("undo_nothing")
    if not (words.isdecimal() and words.isascii() and len(words) < 13):
        return questions.ask_after("undo", message, ctx)
    found = undos.find(ctx.db, int(words))
    return _undone(found, ctx) if found else ctx.reply("old_button")


def _undone(undo: Undo, ctx: Context) -> Reply:
    item = follow_ups.find(ctx.db, undo.item)
    assert item is not None  # a foreign key
    hers = ctx.person.id in (undo.by, undo.before.get("responsible")) or reminder_plans.heard_as(item, ctx)
    others = not hers
    if not access.may("undo", ctx, others):
        return access.refused(ctx, "undo", others)
    return secrecy.told(_refused(undo, item, ctx) or _put_back(undo, item, ctx), (item,), ctx)


def _refused(undo: Undo, item: FollowUp, ctx: Context) -> Reply | None:
    """Why it cannot be undone any longer."""
    show = (ctx.button("show_button", f"/show {item.id}"),)
    if undo.what == SETTLED:
        return ctx.reply("undo_settled", show, number=item.id, subject=item.subject)
    if undo.used:
        return ctx.reply("undone_already", show, number=item.id)
    if item.version != undo.version or undos.overtaken(ctx.db, undo):
        last = overtaken.last_act(item.id, ctx)
        did = overtaken.did(last, ctx) if last else ""
        return ctx.reply("undo_overtaken", show, number=item.id, did=did)
    if ctx.now - undo.at > LASTS:
        return ctx.reply("undo_too_late", items.buttons(item, ctx), number=item.id, minutes=LASTS.seconds // 60)
    return None


def _put_back(undo: Undo, item: FollowUp, ctx: Context) -> Reply:
    was, own = undo.before, undo.by if undo.what == "snoozed" else None
    undos.use(ctx.db, undo, ctx.now)
    if own is None:
        follow_ups.restore(ctx.db, item.id, item.version, was["state"], was["note"], was["responsible"], ctx.now)
    reminders.restore(ctx.db, item.id, was["reminders"], was["whose"])
    if was["series"] and own is None:
        recurring.take_back(was["series"], item, ctx)
    outbox.restore(ctx.db, was["letters"])
    form_links.follow(item.id, ctx)
    details = {"what": undo.what, "before": item.responsible, "after": was["responsible"]}
    ctx.did("undid", f"follow_ups:{item.id}", details)
    settling.settle(item, Act("undid", f"n{undo.id}", whose=own), ctx)
    now = replace(item, state=was["state"], responsible=was["responsible"], note=was["note"])
    return ctx.reply("undone", items.buttons(now, ctx), number=item.id, subject=item.subject)
