"""How a supplier's self-assessment goes along with the item that reminds of it: who answers for it, and until when."""

from datetime import timedelta

from handlers.context import Context
from handlers.self_assessment import FORM
from knowledge.rules import calendar
from knowledge.text import Note
from storage import judgements, web_links
from storage import self_assessments as stored
from storage.self_assessments import SelfAssessment

DAY = timedelta(days=1)


def about(id: int) -> str:
    return f"self_assessments:{id}"


def good_for(one: SelfAssessment, ctx: Context) -> timedelta:
    """How long an address leads to the form: from now until some days after the last day."""
    return max(one.due_on - ctx.today, 0 * DAY) + (ctx.library.criteria[FORM].numbers["link_days"].value + 1) * DAY


def extended(one: SelfAssessment, ctx: Context) -> bool:
    """Let the addresses that still lead there do so for longer; whether there were any."""
    good = [each for each in web_links.of(ctx.db, "form", about(one.id)) if each.good(ctx.now)]
    for each in good:
        web_links.extend(ctx.db, each.id, ctx.now + good_for(one, ctx))
    return bool(good)


def follow(item: int, ctx: Context) -> SelfAssessment | None:
    """The self-assessment under way goes where its item went; it, when the supplier has another last day now."""
    one = judgements.of_item(ctx.db, item)
    if one is None or not stored.follow(ctx.db, one, item, ctx.now):
        return None
    now = stored.find(ctx.db, one.id)
    assert now is not None
    details = {"due": now.due_on.isoformat(), "responsible": now.responsible}
    ctx.did("changed", about(one.id), details)
    if now.due_on == one.due_on:
        return None
    extended(now, ctx)
    return now


def supplier_due(asked: SelfAssessment | None, ctx: Context) -> tuple[Note, ...]:
    """That the form says another last day, which nobody has told the supplier."""
    return (ctx.note("form_due_follows", day=calendar.words(asked.due_on, ctx.lang)),) if asked else ()
