"""What one officer has to do this week: what is due by Sunday, and the last days that come soon after.

A follow-up that only reminds of an answer, an action or a certificate that is shown here is not shown twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers import certificates as hers
from handlers import form_list, form_waiting, items, portfolio, questions, remedies
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.rules import calendar
from knowledge.text import Items, Para, Part, Span
from storage import actions, certificates, contracts, deviations, follow_ups
from storage.actions import Action
from storage.certificates import Certificate
from storage.contracts import Contract
from storage.follow_ups import FollowUp
from storage.self_assessments import SelfAssessment

EXPIRING, NOTICE = timedelta(days=30), timedelta(days=60)  # Duly's own proposal
ALL = 10_000  # more than one officer has
MOST_LINES, MOST_BUTTONS = 10, 5
MOST_LABEL = 60  # characters on a button
MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class Due:
    """One line, and the button to what it is about."""

    line: str
    button: Button


def week(message: Message, ctx: Context) -> Reply:
    """Alone her week; with more words it is a question."""
    if message.text.strip(" ?!."):
        return questions.ask_after("week", message, ctx)
    sunday = ctx.today + timedelta(days=6 - ctx.today.weekday())
    days = {"day": calendar.short(sunday, ctx.lang), "expiring": EXPIRING.days, "notice": NOTICE.days}
    sections = {title: found for title, found in _sections(sunday, ctx).items() if found}
    if not sections:
        return ctx.reply("week_nothing", **days)
    parts = tuple(part for title, found in sections.items() for part in _section(title, days, found, ctx))
    buttons = [each.button for found in sections.values() for each in found]
    return Reply(parts, tuple((each,) for each in buttons[:MOST_BUTTONS]))


def _section(title: str, days: Mapping[str, object], found: Sequence[Due], ctx: Context) -> tuple[Part, ...]:
    lines = Items(tuple((Span(each.line),) for each in found[:MOST_LINES]))
    more = (ctx.note("more_items", count=len(found) - MOST_LINES),) if len(found) > MOST_LINES else ()
    return Para((Span(ctx.phrase(title, **days), bold=True),)), lines, *more


def _sections(sunday: date, ctx: Context) -> dict[str, list[Due]]:
    """What there is under each title, the soonest first."""
    answered, to_remedy, expiring = form_waiting.mine(ctx), _actions(sunday, ctx), _certificates(ctx)
    shown = {one.item for one in answered} | {each.item for each in to_remedy} | {each.item for each in expiring}
    return {
        "week_answers": [_answer(each, ctx) for each in answered],
        "week_items": [_item(each, ctx) for each in _items(sunday, ctx) if each.id not in shown],
        "week_actions": [_action(each, ctx) for each in to_remedy],
        "week_certificates": [_certificate(each, ctx) for each in expiring],
        "week_notice": [_notice(each, ctx) for each in _notices(ctx)],
    }


# What is hers.


def _items(sunday: date, ctx: Context) -> list[FollowUp]:
    return [each for each in follow_ups.open_for(ctx.db, ctx.person.id, ALL) if each.due_on <= sunday]


def _actions(sunday: date, ctx: Context) -> list[Action]:
    """What suppliers are to have done by Sunday about the deviations that she is responsible for."""
    mine = {each.id for each in deviations.all_open(ctx.db) if each.responsible == ctx.person.id}
    return [each for each in actions.all_open(ctx.db) if each.deviation in mine and each.due_on <= sunday]


def _certificates(ctx: Context) -> list[Certificate]:
    """Those about to expire whose follow-up is open and hers."""
    mine = {each.id for each in follow_ups.open_for(ctx.db, ctx.person.id, ALL)}
    until = ctx.today + EXPIRING
    return [each for each in certificates.current(ctx.db) if each.item in mine and ctx.today <= each.valid_to <= until]


def _notices(ctx: Context) -> list[Contract]:
    """Her contracts whose last day for notice is near."""
    until = ctx.today + NOTICE
    mine = [each for each in contracts.running(ctx.db, ctx.today) if each.responsible == ctx.person.id]
    soon = [(each.notice_on, each) for each in mine if each.notice_on and ctx.today <= each.notice_on <= until]
    return [each for _, each in sorted(soon, key=lambda pair: (pair[0], pair[1].id))]


# In a line each.


def _item(item: FollowUp, ctx: Context) -> Due:
    return Due(items.line(item, ctx), Button(f"#{item.id} {item.subject}"[:MOST_LABEL], f"/show {item.id}"))


def _answer(one: SelfAssessment, ctx: Context) -> Due:
    named = {"number": one.id, "supplier": one.supplier_name[:MOST_NAME]}
    return Due(form_list.line(one, ctx), ctx.button("week_answer_button", f"/assess {one.id}", **named))


def _action(action: Action, ctx: Context) -> Due:
    return Due(remedies.with_supplier(action, ctx), *remedies.to_show([action])[0])


def _certificate(certificate: Certificate, ctx: Context) -> Due:
    return Due(hers.line(certificate, ctx), Button(hers.short(certificate), f"/certificate {certificate.id}"))


def _notice(contract: Contract, ctx: Context) -> Due:
    day = calendar.short(contract.notice_on or contract.ends_on, ctx.lang)
    named = {"number": contract.number, "supplier": contract.supplier_name}
    return Due(ctx.phrase("contract_line_notice", **named, day=day), portfolio.button(contract))
