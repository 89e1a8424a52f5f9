"""The verbs on a follow-up item: `done 4 …`, `snooze 4 till friday`, `hand over 4 to Bo`, `reopen 4`, `show 4`."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from handlers import access, recurring, remedies
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.understand import NotUnderstood, understand
from knowledge.flow import Question
from knowledge.rules import calendar
from knowledge.rules.dates import NotADate, understand_date
from knowledge.text import Facts, Part, para
from storage import actions, follow_ups, judgements, people
from storage import reminders as stored_reminders
from storage.follow_ups import FollowUp
from storage.talks import Talk

NUMBER = re.compile(r"\s*#?(\d{1,12})(?:[\s:,]+|$)(.*)", re.DOTALL)


def numbered(act: Callable[[FollowUp, str, Context], Reply]) -> Callable[[Message, Context], Reply]:
    """A handler for "<number> <words>"; refuses numbers of no item."""

    def handler(message: Message, ctx: Context) -> Reply:
        found = NUMBER.fullmatch(message.text)
        item = follow_ups.find(ctx.db, int(found[1])) if found else None
        if found is None or item is None:
            return ctx.reply("which_item", (ctx.button("list_button", "/follow-up"),))
        return act(item, found[2].strip(), ctx)

    return handler


def show_item(item: FollowUp, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """Everything about one item."""
    parts: list[Part] = [para(ctx.phrase("item_title", number=item.id, subject=item.subject)), facts(item, ctx)]
    parts += recurring.shown(item, ctx)
    to_calendar = (ctx.button("calendar_file_button", f"/calendar-file {item.id}"),)
    last = (to_calendar,) if item.state == "open" else ()
    return Reply(tuple(parts), (buttons(item, ctx), *_of_form(item, ctx), *last))


def _of_form(item: FollowUp, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """For a self-assessment: what the supplier was asked for, or the button that asks."""
    if item.kind != "self_assessment" or item.state != "open":
        return ()
    asked = judgements.of_item(ctx.db, item.id)
    if asked is None:
        return ((ctx.button("form_send_button", f"/form-to {item.supplier}"),),)
    shown = ctx.button("form_list_button", f"/assess {asked.id}")
    remind = ctx.button("form_remind_button", f"/self-assessment-reminder {asked.id}")
    return ((shown,),) if asked.state == "submitted" else ((shown, remind),)


def done(item: FollowUp, note: str, ctx: Context) -> Reply:
    """Close an item with what came of it."""
    if item.state == "done":
        return ctx.reply("done_already", (ctx.button("reopen_button", f"/reopen {item.id}"),), number=item.id)
    if (action := actions.of_item(ctx.db, item.id)) and action.state != "verified":
        return ctx.reply("item_of_action", *remedies.rows(action, ctx), number=action.id)
    if not follow_ups.set_state(ctx.db, item, "done", note or None, ctx.person.id, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/show {item.id}"),))
    stored_reminders.cancel(ctx.db, item.id)
    ctx.did("done", f"follow_ups:{item.id}", {"before": item.state, "after": "done", "note": note})
    undo = (ctx.button("reopen_button", f"/reopen {item.id}"),)
    said = ctx.reply("is_done", undo, number=item.id, subject=item.subject, supplier=item.supplier_name)
    return replace(said, parts=(*said.parts, *recurring.after_done(item, ctx)))


def reopen(item: FollowUp, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """Take up an item again."""
    if item.state == "open":
        return ctx.reply("open_already", (ctx.button("show_button", f"/show {item.id}"),), number=item.id)
    follow_ups.set_state(ctx.db, item, "open", None, ctx.person.id, ctx.now)
    ctx.did("reopened", f"follow_ups:{item.id}", {"before": item.state, "after": "open"})
    reminder_plans.plan_again(replace(item, state="open"), ctx)
    return ctx.reply("is_open", buttons(replace(item, state="open"), ctx), number=item.id, subject=item.subject)


def snooze(item: FollowUp, words: str, ctx: Context) -> Reply:
    """Put the reminders of an item off; never past its deadline, and never the deadline itself."""
    if item.state != "open":
        return ctx.reply("done_already", (ctx.button("reopen_button", f"/reopen {item.id}"),), number=item.id)
    try:
        wanted = understand_date(words.removeprefix("till ").removeprefix("until "), ctx.today)
    except NotADate as error:
        return ctx.reply(error.reason)
    cadence = ctx.library.cadence  # the same for every kind
    latest = item.due_on if item.due_on > ctx.today else ctx.today + timedelta(days=cadence.most_snooze_days)
    planned = calendar.plan(min(wanted, latest), (0,), cadence.at, ctx.zone)[0]
    if planned.due_at <= ctx.now:
        return ctx.reply("snooze_too_soon")
    reminder_plans.snooze(item, planned, ctx)
    ctx.did("snoozed", f"follow_ups:{item.id}", {"until": planned.day.isoformat()})
    count = stored_reminders.snoozes(ctx.db, item.id, ctx.person.id)
    phrase = "snoozed_to_deadline" if wanted > latest else "snoozed"
    return ctx.reply(phrase, number=item.id, day=calendar.words(planned.day, ctx.lang), count=count)


def hand_over(item: FollowUp, words: str, ctx: Context) -> Reply:
    """Give an item and its reminders to somebody else; a colleague's item only with the role for it."""
    others = ctx.person.id not in (item.responsible, item.deputy)
    if not access.may("hand-over", ctx, others):
        return access.refused(ctx, "hand-over", others)
    name = words.removeprefix("till ").removeprefix("to ").strip()
    try:
        to = understand(_person_question(ctx), name, ctx)
    except NotUnderstood as error:
        return ctx.reply(error.phrase, **error.words)
    if not follow_ups.hand_over(ctx.db, item, to, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/show {item.id}"),))
    ctx.did("handed over", f"follow_ups:{item.id}", {"before": item.responsible, "after": to})
    reminder_plans.plan_again(replace(item, responsible=to), ctx)
    person = people.find(ctx.db, to)
    return ctx.reply("handed_over", number=item.id, subject=item.subject, name=person.name if person else to)


def _person_question(ctx: Context) -> Question:
    return ctx.library.flows["hand-over"].by_id["to"]


def conclude_done(talk: Talk, ctx: Context) -> Reply:
    return _on_subject(talk, ctx, done, talk.answers.get("note") or "")


def conclude_snooze(talk: Talk, ctx: Context) -> Reply:
    return _on_subject(talk, ctx, snooze, talk.answers["until"])


def conclude_hand_over(talk: Talk, ctx: Context) -> Reply:
    return _on_subject(talk, ctx, hand_over, talk.answers["to"])


def _on_subject(talk: Talk, ctx: Context, act: Callable[[FollowUp, str, Context], Reply], words: str) -> Reply:
    item = follow_ups.find(ctx.db, talk.subject or 0)
    return act(item, words, ctx) if item else ctx.reply("which_item", (ctx.button("list_button", "/follow-up"),))


def line(item: FollowUp, ctx: Context) -> str:
    """One item in one line."""
    phrase = "item_line_late" if item.state == "open" and item.due_on < ctx.today else f"item_line_{item.state}"
    day = calendar.short(item.due_on, ctx.lang)
    return ctx.phrase(phrase, number=item.id, subject=item.subject, supplier=item.supplier_name, day=day)


def facts(item: FollowUp, ctx: Context) -> Facts:
    """What is agreed about an item, name and value."""
    flow = ctx.library.flows["follow-up"]
    responsible, deputy = people.find(ctx.db, item.responsible), people.find(ctx.db, item.deputy or "")
    kind = flow.by_id["kind"].option(item.kind)
    rows = {
        "supplier": item.supplier_name,
        "subject": item.subject,
        "kind": kind.label.of(ctx.lang) if kind else ctx.phrase(f"kind_{item.kind}"),
        "contract": item.contract,
        "due": calendar.words(item.due_on, ctx.lang),
        "responsible": responsible.name if responsible else None,
        "deputy": deputy.name if deputy else None,
    }
    named = [(flow.by_id[id].name.of(ctx.lang), value) for id, value in rows.items() if value]
    if item.note:
        named.append((ctx.library.flows["done"].by_id["note"].name.of(ctx.lang), item.note))
    return Facts(tuple(named))


def buttons(item: FollowUp, ctx: Context) -> tuple[Button, ...]:
    """What can be done with an item."""
    if item.state != "open":
        return (ctx.button("reopen_button", f"/reopen {item.id}"),)
    return (
        ctx.button("done_button", f"/start done {item.id}"),
        ctx.button("snooze_button", f"/start snooze {item.id}"),
        ctx.button("hand_over_button", f"/start hand-over {item.id}"),
    )
