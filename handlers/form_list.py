"""The self-assessments that are under way: how far each has come, whether it was opened, and what can be done."""

from handlers import form_links, form_sending
from handlers import suppliers as hers
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.rules import calendar
from knowledge.text import Heading, Items, Part, Span
from storage import judgements, web_links
from storage import self_assessments as stored
from storage.self_assessments import SelfAssessment

MOST_SHOWN = 8
MOST_LABEL = 40  # characters of a name on a button


def parts(ctx: Context) -> tuple[Part, ...]:
    """Those under way, where no others read along; nothing when there are none."""
    found = () if ctx.place.shared else judgements.under_way(ctx.db)
    more = (ctx.note("form_more", count=len(found) - MOST_SHOWN),) if len(found) > MOST_SHOWN else ()
    return (Heading(ctx.phrase("form_under_way")), _lines(found[:MOST_SHOWN], ctx), *more) if found else ()


def buttons(ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """A button to each, and one that begins another."""
    found = () if ctx.place.shared else judgements.under_way(ctx.db)[:MOST_SHOWN]
    send = ((ctx.button("form_send_button", f"/start {form_sending.FLOW}"),),) if form_sending.may_send(ctx) else ()
    return (*((_to(each, ctx),) for each in found), *send)


def _to(one: SelfAssessment, ctx: Context) -> Button:
    return ctx.button("form_one_button", f"/assess {one.id}", number=one.id, supplier=one.supplier_name[:MOST_LABEL])


def _lines(found: "list[SelfAssessment] | tuple[SelfAssessment, ...]", ctx: Context) -> Items:
    return Items(tuple((Span(line(each, ctx)),) for each in found))


def line(one: SelfAssessment, ctx: Context) -> str:
    """One of them in one line: its state, its last day and, until it is answered, how often its page was opened."""
    late = one.state in ("sent", "returned") and one.due_on < ctx.today
    state = ctx.phrase("form_state_late" if late else f"form_state_{one.state}")
    named = {"number": one.id, "supplier": one.supplier_name, "day": calendar.short(one.due_on, ctx.lang)}
    opened = _opened(one, ctx) if one.state in ("sent", "returned") else ""
    return f"{ctx.phrase('form_line', **named, state=state)} {opened}".strip()


def _opened(one: SelfAssessment, ctx: Context) -> str:
    """How often its addresses were opened; a mail scanner opens them, too."""
    links = web_links.of(ctx.db, "form", form_links.about(one.id))
    last = max((each.opened_at for each in links if each.opened_at), default=None)
    if last is None:
        return ctx.phrase("form_unopened")
    count = sum(each.opened for each in links)
    return ctx.phrase("form_opened", count=count, day=calendar.short(ctx.day_of(last), ctx.lang))


def ways(one: SelfAssessment, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """What can be done with one that is not answered."""
    if not form_sending.may_send(ctx):
        return ()
    return (
        (
            ctx.button("form_remind_button", f"/self-assessment-reminder {one.id}"),
            ctx.button("form_new_link_button", f"/new-link {one.id}"),
        ),
        (ctx.button("form_withdraw_button", f"/withdraw-form {one.id}"),),
    )


def of_supplier(message: Message, ctx: Context) -> Reply:
    """`self-assessment Nordkaffe`: those of that supplier, and a button that asks for another."""
    found = hers.named_in(message.text, ctx)
    if len(found) != 1:
        return hers.which("form_whom", found, lambda id: f"/form-to {id}", ctx)
    sent = stored.of_supplier(ctx.db, found[0], MOST_SHOWN)
    rows = ((ctx.button("form_send_button", f"/form-to {found[0]}"),),) if form_sending.may_send(ctx) else ()
    if not sent:
        return Reply(ctx.reply("form_none").parts, rows, private=ctx.place.shared)
    return Reply((_lines(sent, ctx),), (*((_to(each, ctx),) for each in sent), *rows), private=ctx.place.shared)
