"""The verbs on a follow-up item: `done 4 …`, `snooze 4 till friday`, `hand over 4 to Bo`, `reopen 4`, `show 4`."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from handlers import access, form_links, meant, overtaken, recurring, remedies, secrecy, settling, undoable
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.settling import Act as Settled
from handlers.understand import NotUnderstood, understand
from knowledge.flow import Question
from knowledge.rules import calendar
from knowledge.rules.dates import NotADate, understand_date
from knowledge.text import Facts, Note, Part, para
from storage import actions, follow_ups, judgements, people, talks
from storage import reminders as stored_reminders
from storage.follow_ups import FollowUp
from storage.talks import Talk

NUMBER = re.compile(r"\s*#?(\d{1,12})(?:[\s:,]+|$)(.*)", re.DOTALL)


WITH_WORD = re.compile(
    r"(?:(?:med|with)\s+)?(?:(?:punkt|nr\.?|nummer|item|number)\s+(?=#?\d)|(?=#?\d{1,12}\s*[.!]?\s*$))", re.IGNORECASE
)  # "klar med 4", "klar med punkt 4 …"; "klar med 3 leveranser" is a sentence


Act = Callable[[FollowUp, str, Context], Reply]


def numbered(act: Act, command: str = "show") -> Callable[[Message, Context], Reply]:
    """A handler for "<number> <words>", or words that mean an item; of several it asks which. It does `command`."""

    def handler(message: Message, ctx: Context) -> Reply:
        said = WITH_WORD.sub("", message.text.strip(), count=1)
        found = NUMBER.fullmatch(said) or NUMBER.fullmatch(said.rstrip(" .!"))
        item, words = follow_ups.find(ctx.db, int(found[1])) if found else None, found[2].strip() if found else ""
        if found is None:
            about, words = meant.parted(said, command, ctx)
            item, near = meant.item(about, command, ctx)
            if item is None:
                return meant.choose(near, command, words, ctx)
        if item is None:
            return ctx.reply("which_item", (ctx.button("list_button", "/follow-up"),))
        return secrecy.told(act(item, words, ctx), (item,), ctx)

    return handler


def changing(act: Act, command: str = "show") -> Callable[[Message, Context], Reply]:
    """The same for what changes an item; first told is what a colleague did with it meanwhile."""

    def handler(message: Message, ctx: Context) -> Reply:
        since = overtaken.since(message, ctx)
        return numbered(lambda item, words, ctx: overtaken.told(item, since, ctx) or act(item, words, ctx), command)(
            message, ctx
        )

    return handler


def show_item(item: FollowUp, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """Everything about one item."""
    parts: list[Part] = [para(ctx.phrase("item_title", number=item.id, subject=item.subject)), facts(item, ctx)]
    parts += recurring.shown(item, ctx)
    last = (
        ctx.button("calendar_file_button", f"/calendar-file {item.id}"),
        ctx.button("strike_button", f"/strike {item.id}"),
    )
    rows = (buttons(item, ctx), *of_form(item, ctx), *((last,) if item.state == "open" else ()))
    return Reply((*parts, *put_off(item.id, ctx)), rows)


def of_form(item: FollowUp, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """For a self-assessment: what the supplier was asked for, or the button that asks."""
    if item.kind != "self_assessment" or item.state != "open":
        return ()
    asked = judgements.of_item(ctx.db, item.id)
    if asked is None:
        return ((ctx.button("form_send_button", f"/form-to {item.supplier}"),),)
    shown = ctx.button("form_list_button", f"/assess {asked.id}")
    remind = ctx.button("form_remind_button", f"/self-assessment-reminder {asked.id}")
    if asked.state == "submitted":
        return ((shown,),)
    late = (new_day_button(item, ctx), ctx.button("escalate_button", f"/escalate {item.id}"))
    return ((shown, remind), late) if item.due_on < ctx.today else ((shown, remind),)


def new_day_button(item: FollowUp, ctx: Context) -> Button:
    return ctx.button("new_day_button", f"/start new-day {item.id}")


def show_open(item: FollowUp, words: str, ctx: Context) -> Reply:
    """The same, before something is done with it; of a closed one only that it is."""
    return show_item(item, words, ctx) if item.state == "open" else closed_already(item, ctx)


def put_off(item: int, ctx: Context, least: int = 1) -> tuple[Note, ...]:
    """How many times the reader put the reminders of an item off, where it was `least` times or more."""
    count = stored_reminders.snoozes(ctx.db, item, ctx.person.id)
    return (ctx.note("put_off_once" if count == 1 else "put_off", count=count),) if count >= least else ()


def closed_already(item: FollowUp, ctx: Context) -> Reply:
    """That there is nothing more to do with an item, and who saw to that."""
    reopen, last = (ctx.button("reopen_button", f"/reopen {item.id}"),), overtaken.last_act(item.id, ctx)
    if last is None or last.action not in ("done", "closed"):
        return ctx.reply("done_already", reopen, number=item.id)
    return ctx.reply("done_already_by", reopen, number=item.id, did=overtaken.did(last, ctx))


def done(item: FollowUp, note: str, ctx: Context) -> Reply:
    """Close an item with what came of it."""
    if item.state != "open":
        return closed_already(item, ctx)
    if (action := actions.of_item(ctx.db, item.id)) and action.is_open:
        return ctx.reply("item_of_action", *remedies.rows(action, ctx), number=action.id)
    before = undoable.before(item, ctx)
    if not _close(item, note, ctx):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/show {item.id}"),))
    undo = undoable.done(item, "done", before, ctx)
    row = (undo, ctx.button("reopen_button", f"/reopen {item.id}"))
    said = ctx.reply("is_done", row, number=item.id, subject=item.subject, supplier=item.supplier_name)
    return replace(said, parts=(*said.parts, *recurring.after_done(item, ctx)))


def _close(item: FollowUp, note: str, ctx: Context) -> bool:
    if not follow_ups.set_state(ctx.db, item, "done", note or None, ctx.person.id, ctx.now):
        return False
    stored_reminders.cancel(ctx.db, item.id)
    ctx.did("done", f"follow_ups:{item.id}", {"before": item.state, "after": "done", "note": note})
    return True


def strike(item: FollowUp, why: str, ctx: Context) -> Reply:
    """Close an item that no longer applies, with the reason; it counts neither as done nor as late."""
    if item.state != "open":
        return closed_already(item, ctx)
    if (action := actions.of_item(ctx.db, item.id)) and action.is_open:
        return ctx.reply("item_of_action", *remedies.rows(action, ctx), number=action.id)
    if not why:
        return ctx.reply("strike_how", number=item.id, subject=item.subject, supplier=item.supplier_name)
    before = undoable.before(item, ctx)
    if not follow_ups.set_state(ctx.db, item, "closed", why, ctx.person.id, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/show {item.id}"),))
    stored_reminders.cancel(ctx.db, item.id)
    ctx.did("closed", f"follow_ups:{item.id}", {"before": item.state, "after": "closed", "note": why})
    row = (undoable.done(item, "closed", before, ctx), ctx.button("reopen_button", f"/reopen {item.id}"))
    said = ctx.reply("is_struck", row, number=item.id, subject=item.subject, supplier=item.supplier_name)
    return replace(said, parts=(*said.parts, *recurring.after_done(item, ctx)))


def settle(id: int | None, note: str, ctx: Context) -> None:
    """Close the open item of that number, as what it is about is settled; that is not undone with the item."""
    item = follow_ups.find(ctx.db, id or 0)
    if item and item.state == "open" and _close(item, note, ctx):
        undoable.settled(item, ctx)
        recurring.after_done(item, ctx)


def lapse(id: int | None, ctx: Context) -> None:
    """Close the open item of that number: what it is about no longer applies."""
    item = follow_ups.find(ctx.db, id or 0)
    if item is None or item.state != "open":
        return
    follow_ups.set_state(ctx.db, item, "closed", None, ctx.person.id, ctx.now)
    stored_reminders.cancel(ctx.db, item.id)
    ctx.did("closed", f"follow_ups:{item.id}")
    settling.settle(item, Settled("closed", f"v{item.version + 1}"), ctx)


def reopen(item: FollowUp, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """Take up an item again."""
    if item.state == "open":
        return ctx.reply("open_already", (ctx.button("show_button", f"/show {item.id}"),), number=item.id)
    follow_ups.set_state(ctx.db, item, "open", None, ctx.person.id, ctx.now)
    ctx.did("reopened", f"follow_ups:{item.id}", {"before": item.state, "after": "open"})
    settling.settle(item, Settled("reopened", f"v{item.version + 1}"), ctx)
    reminder_plans.plan_again(replace(item, state="open"), ctx)
    return ctx.reply("is_open", buttons(replace(item, state="open"), ctx), number=item.id, subject=item.subject)


def snooze(item: FollowUp, words: str, ctx: Context) -> Reply:
    """Put one's own reminders of an item off; past its deadline only when asked again. The deadline stays."""
    if item.state != "open":
        return closed_already(item, ctx)
    try:
        wanted = understand_date(words.removeprefix("till ").removeprefix("until "), ctx.today)
    except NotADate as error:
        return ctx.reply(error.reason)
    latest = item.due_on if item.due_on > ctx.today else _most(item, ctx)
    return _put_off(item, wanted, latest, ctx)


def snooze_anyway(item: FollowUp, words: str, ctx: Context) -> Reply:
    """`/snooze-anyway 4 2027-04-01`: past the deadline, as the officer confirmed."""
    if item.state != "open":
        return closed_already(item, ctx)
    try:
        wanted = understand_date(words, ctx.today)
    except NotADate as error:
        return ctx.reply(error.reason)
    return _put_off(item, wanted, _most(item, ctx), ctx)


def _most(item: FollowUp, ctx: Context) -> date:
    """The last day until which an item can be put off at all."""
    return max(item.due_on, ctx.today) + timedelta(days=ctx.library.cadence.most_snooze_days)


def _put_off(item: FollowUp, wanted: date, latest: date, ctx: Context) -> Reply:
    planned = calendar.plan(min(wanted, latest), (0,), ctx.library.cadence.at, ctx.zone)[0]
    if planned.due_at <= ctx.now:
        return ctx.reply("snooze_too_soon")
    before = undoable.before(item, ctx, sorted({ctx.person.id, *reminder_plans.heard_as(item, ctx)}))
    reminder_plans.snooze(item, planned, ctx)
    ctx.did("snoozed", f"follow_ups:{item.id}", {"until": planned.day.isoformat()})
    day, short = calendar.words(planned.day, ctx.lang), calendar.short(planned.day, ctx.lang)
    undo = undoable.done(item, "snoozed", before, ctx, ctx.person.id, short)
    count = stored_reminders.snoozes(ctx.db, item.id, ctx.person.id)
    if wanted <= latest:
        return ctx.reply("snoozed", (undo,), number=item.id, day=day, count=count)
    if latest != item.due_on:
        most = ctx.library.cadence.most_snooze_days
        return ctx.reply("snoozed_to_most", (undo,), number=item.id, day=day, days=most)
    anyway = ctx.button(
        "snooze_anyway", f"/snooze-anyway {item.id} {wanted.isoformat()}", day=calendar.short(wanted, ctx.lang)
    )
    return ctx.reply("snoozed_to_deadline", (anyway, undo), number=item.id, day=day)


def hand_over(item: FollowUp, words: str, ctx: Context) -> Reply:
    """Give an item and its reminders to somebody else; a colleague's item only with the role for it."""
    if item.state != "open":
        return closed_already(item, ctx)
    others = not reminder_plans.heard_as(item, ctx)
    if not access.may("hand-over", ctx, others):
        return access.refused(ctx, "hand-over", others)
    name = words.removeprefix("till ").removeprefix("to ").strip()
    try:
        to = understand(_person_question(ctx), name, ctx)
    except NotUnderstood as error:
        return ctx.reply(error.phrase, **error.words)
    if refused := access.only_reads(to, ctx):
        return refused
    before = undoable.before(item, ctx)
    if not follow_ups.hand_over(ctx.db, item, to, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/show {item.id}"),))
    ctx.did("handed over", f"follow_ups:{item.id}", {"before": item.responsible, "after": to})
    reminder_plans.plan_again(replace(item, responsible=to), ctx)
    form_links.follow(item.id, ctx)
    person = people.find(ctx.db, to)
    name = person.name if person else to
    undo = undoable.done(item, "handed over", before, ctx, to=name)
    return ctx.reply("handed_over", (undo,), number=item.id, subject=item.subject, name=name)


def _person_question(ctx: Context) -> Question:
    return ctx.library.flows["hand-over"].by_id["to"]


def conclude_done(talk: Talk, ctx: Context) -> Reply:
    return on_subject(talk, ctx, done, talk.answers.get("note") or "")


def conclude_snooze(talk: Talk, ctx: Context) -> Reply:
    return on_subject(talk, ctx, snooze, talk.answers["until"])


def conclude_hand_over(talk: Talk, ctx: Context) -> Reply:
    return on_subject(talk, ctx, hand_over, talk.answers["to"])


def on_subject(talk: Talk, ctx: Context, act: Act, words: str) -> Reply:
    """Do what a talk about an item was for, unless a colleague was there first."""
    item = follow_ups.find(ctx.db, talk.subject or 0)
    if item is None:
        return ctx.reply("which_item", (ctx.button("list_button", "/follow-up"),))
    said = overtaken.told(item, talks.begun(ctx.db, talk.id), ctx) or act(item, words, ctx)
    return secrecy.told(said, (item,), ctx)


def line(item: FollowUp, ctx: Context) -> str:
    """One item in one line."""
    phrase = "item_line_late" if item.state == "open" and item.due_on < ctx.today else f"item_line_{item.state}"
    day = calendar.short(item.due_on, ctx.lang)
    return ctx.phrase(phrase, number=item.id, subject=item.subject, supplier=item.supplier_name, day=day)


def facts(item: FollowUp, ctx: Context) -> Facts:
    """What is agreed about an item, name and value."""
    flow = ctx.library.flows["follow-up"]
    responsible, deputy = people.find(ctx.db, item.responsible), people.find(ctx.db, item.deputy or "")
    rows = {
        "supplier": item.supplier_name,
        "subject": item.subject,
        "kind": kind_name(item.kind, ctx),
        "contract": item.contract,
        "due": calendar.words(item.due_on, ctx.lang),
        "responsible": responsible.name if responsible else None,
        "deputy": deputy.name if deputy else None,
    }
    named = [(flow.by_id[id].name.of(ctx.lang), value) for id, value in rows.items() if value]
    if item.note:
        named.append((ctx.library.flows["done"].by_id["note"].name.of(ctx.lang), item.note))
    return Facts(tuple(named))


def kind_name(kind: str, ctx: Context) -> str:
    """What a kind of item is called."""
    option = ctx.library.flows["follow-up"].by_id["kind"].option(kind)
    return option.label.of(ctx.lang) if option else ctx.phrase(f"kind_{kind}")


def buttons(item: FollowUp, ctx: Context) -> tuple[Button, ...]:
    """What can be done with an item."""
    if item.state != "open":
        return (ctx.button("reopen_button", f"/reopen {item.id}"),)
    return (
        ctx.button("done_button", f"/start done {item.id}"),
        ctx.button("snooze_button", f"/start snooze {item.id}"),
        ctx.button("hand_over_button", f"/start hand-over {item.id}"),
    )
