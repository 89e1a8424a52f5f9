"""Corrective actions as they are shown: in one line, one at a time, under their deviation."""

from collections.abc import Sequence

from handlers import evidence
from handlers.context import Context
from handlers.messages import Button, Reply
from knowledge.rules import calendar
from knowledge.text import Facts, Heading, Items, Part, Span, para
from storage import actions, deviations, people
from storage.actions import Action
from storage.deviations import Deviation

MOST_SHOWN = 8
MOST_LABEL = 60


def line(action: Action, ctx: Context) -> str:
    """One action in one line; late ones say so."""
    phrase = "action_line_late" if is_late(action, ctx) else "action_line"
    named = {"number": action.id, "what": action.what, "state": state(action, ctx)}
    return ctx.phrase(phrase, **named, owner=action.owner, day=calendar.short(action.due_on, ctx.lang))


def is_late(action: Action, ctx: Context) -> bool:
    """Whether its last day went by and nobody has verified it."""
    return action.is_open and action.due_on < ctx.today


def state(action: Action, ctx: Context) -> str:
    by = people.find(ctx.db, action.verified_by or "")
    day = calendar.short(ctx.day_of(action.verified_at), ctx.lang) if action.verified_at else ""
    return ctx.phrase(f"action_{action.state}", name=by.name if by else "", day=day)


def list_open(ctx: Context) -> Reply:
    """Those that nobody has verified, the most urgent first."""
    found = actions.all_open(ctx.db)
    if not found:
        return ctx.reply("no_actions", (ctx.button("list_button", "/deviation"),))
    lines = tuple((Span(with_supplier(each, ctx)),) for each in found[:MOST_SHOWN])
    more = (ctx.note("more_items", count=len(found) - MOST_SHOWN),) if len(found) > MOST_SHOWN else ()
    return Reply((ctx.marked("actions_title"), Items(lines), *more), to_show(found[:MOST_SHOWN]))


def with_supplier(action: Action, ctx: Context) -> str:
    """One action in one line, and whose it is."""
    found = deviations.find(ctx.db, action.deviation)
    return f"{line(action, ctx)} · {found.supplier_name}" if found else line(action, ctx)


def to_show(found: Sequence[Action], does: str = "action") -> tuple[tuple[Button, ...], ...]:
    """A button to each."""
    return tuple((Button(f"#{each.id} {each.what}"[:MOST_LABEL], f"/{does} {each.id}"),) for each in found)


def show(action: Action, ctx: Context) -> Reply:
    """One action, with what the supplier has shown."""
    title = Heading(ctx.phrase("action_title", number=action.id, deviation=action.deviation))
    return Reply((title, facts(action, ctx), *evidence.shown(action.about, ctx)), rows(action, ctx))


def facts(action: Action, ctx: Context) -> Facts:
    """What is agreed, name and value."""
    flow = ctx.library.flows["action"]
    kind = flow.by_id["kind"].option(action.kind)
    due = calendar.words(action.due_on, ctx.lang)
    told = {"kind": kind.label.of(ctx.lang) if kind else action.kind, "what": action.what, "owner": action.owner}
    told["due"] = ctx.phrase("action_due_late", day=due) if is_late(action, ctx) else due
    named = [(flow.by_id[id].name.of(ctx.lang), value) for id, value in told.items()]
    found = deviations.find(ctx.db, action.deviation)
    about = [(ctx.phrase("action_about"), f"#{found.id} {found.what}, {found.supplier_name}")] if found else []
    reason = action.withdrawn_why or action.rejected_why
    why = [(ctx.phrase("action_why"), reason)] if reason else []
    return Facts((*about, *named, (ctx.phrase("deviation_state"), state(action, ctx)), *why))


def rows(action: Action, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """What can be done with one, in the state it is in."""
    above = (ctx.button("action_deviation_button", f"/deviation {action.deviation}", number=action.deviation),)
    return (hers, above) if (hers := _buttons(action, ctx)) else (above,)


def _buttons(action: Action, ctx: Context) -> tuple[Button, ...]:
    if not action.is_open:
        return ()
    withdraw = ctx.button("withdraw_action_button", f"/start action-withdraw {action.id}")
    if action.state == "reported_done":
        proof = ctx.button("proof_button", f"/start action-proof {action.id}")
        return ctx.button("verify_button", f"/verify action {action.id}"), reject_button(action, ctx), proof, withdraw
    begun = () if action.state == "in_progress" else (ctx.button("under_way_button", f"/under-way {action.id}"),)
    return (*begun, ctx.button("reported_button", f"/action done {action.id}"), withdraw)


def reject_button(action: Action, ctx: Context) -> Button:
    return ctx.button("reject_button", f"/start action-reject {action.id}")


def of_deviation(deviation: Deviation, ctx: Context) -> tuple[Part, ...]:
    """The actions about a deviation; nothing where there is none."""
    found = actions.of(ctx.db, deviation.id)
    if not found:
        return ()
    return (Heading(ctx.phrase("actions_of")), Items(tuple((Span(line(each, ctx)),) for each in found)))


def not_verified(deviation: Deviation, left: Sequence[Action], ctx: Context) -> Reply:
    """Why a deviation cannot be closed yet, and what is left."""
    lines = Items(tuple((Span(line(each, ctx)),) for each in left[:MOST_SHOWN]))
    more = (ctx.note("more_items", count=len(left) - MOST_SHOWN),) if len(left) > MOST_SHOWN else ()
    said = para(ctx.phrase("closing_actions_left", number=deviation.id))
    return Reply((said, lines, *more), to_show(left[:MOST_SHOWN]))


def which(ctx: Context, does: str = "action") -> Reply:
    """No action has that number: those that wait, each with a button that `does` what was asked for."""
    found = actions.all_open(ctx.db)
    if not found:
        return ctx.reply("which_action_none", (ctx.button("list_button", "/deviation"),))
    return ctx.reply("which_action", *to_show(found[:MOST_SHOWN], does))
