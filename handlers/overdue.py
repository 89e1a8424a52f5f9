"""What is late: another last day, or a word to whoever leads the work."""

from dataclasses import replace
from datetime import date

from handlers import form_links, items, letters, settling
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Reply
from knowledge.rules import calendar
from knowledge.rules.dates import NotADate, understand_date
from storage import absences, follow_ups, people
from storage.follow_ups import FollowUp
from storage.people import Person
from storage.talks import Talk


def move(item: FollowUp, words: str, ctx: Context) -> Reply:
    """Another last day, as it was typed: "till 15 mars"."""
    try:
        day = understand_date(words.removeprefix("till ").removeprefix("until ").removeprefix("to "), ctx.today)
    except NotADate as error:
        return ctx.reply(error.reason)
    return new_day(item, day.isoformat(), ctx)


def new_day(item: FollowUp, words: str, ctx: Context) -> Reply:
    """Another last day, for the item and for what the supplier was asked."""
    if item.state != "open":
        return items.closed_already(item, ctx)
    due = date.fromisoformat(words)
    if due < ctx.today:
        return ctx.reply("new_day_past", (items.new_day_button(item, ctx),))
    if not follow_ups.move(ctx.db, item, item.subject, due, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/show {item.id}"),))
    ctx.did("changed", f"follow_ups:{item.id}", {"before": item.due_on.isoformat(), "due": due.isoformat()})
    reminder_plans.plan_again(replace(item, due_on=due), ctx)
    settling.moved(item, due, ctx)
    asked, now, day = form_links.follow(item.id, ctx), replace(item, due_on=due), calendar.words(due, ctx.lang)
    said = ctx.reply("new_day_set", *items.of_form(now, ctx), number=item.id, subject=item.subject, day=day)
    return replace(said, parts=(*said.parts, *form_links.supplier_due(asked, ctx)))


def escalate(item: FollowUp, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """Tell whoever leads the work now."""
    if item.state != "open":
        return items.closed_already(item, ctx)
    heads = {absences.reader(ctx.db, head, ctx.today) for head in reminder_plans.heads(ctx.db)} - {ctx.person.id}
    found = [each for id in sorted(heads) if (each := people.find(ctx.db, id))]
    told = [each for each in found if _told(item, each, ctx)]
    show = (ctx.button("show_button", f"/show {item.id}"),)
    if not told:
        return ctx.reply("escalate_nobody", show)
    ctx.did("escalated", f"follow_ups:{item.id}", {"to": [each.id for each in told]})
    return ctx.reply("escalated_now", show, number=item.id, names=", ".join(each.name for each in told))


def _told(item: FollowUp, head: Person, ctx: Context) -> bool:
    def worded(hers: Context) -> Reply:
        named = {"number": item.id, "subject": item.subject, "supplier": item.supplier_name, "name": ctx.person.name}
        show = (hers.button("show_button", f"/show {item.id}"),)
        return hers.reply("escalated_to_you", show, **named, day=calendar.words(item.due_on, hers.lang))

    return letters.write(f"escalate:{item.id}:{ctx.today}:{head.id}", head, worded, ctx)


def conclude_new_day(talk: Talk, ctx: Context) -> Reply:
    return items.on_subject(talk, ctx, new_day, talk.answers["due"])
