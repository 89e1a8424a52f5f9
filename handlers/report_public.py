"""The report for everybody in the chat, and the question whether it shall name suppliers.

They are named when an officer says so, for one period, having been told what becomes visible. Who decided is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import access, report
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.report_named import Named, decide, enough, may_be_named, take_back
from handlers.report_words import name
from handlers.secrecy import INTERNAL
from knowledge.rules.report_period import quarter_before, understand_period
from knowledge.rules.report_records import Period
from knowledge.text import Items, Part, Span, para

WITH_SUPPLIERS = re.compile(r"\b(?:med (?:alla )?leverantörer(?:na)?|with (?:the )?suppliers)\b", re.IGNORECASE)
MOST_SHOWN = 20
YES, NO = "yes", "no"


def public_report(message: Message, ctx: Context) -> Reply:
    """`public report Q3` without names; `public report Q3 with suppliers` asks whether they shall be named."""
    words = WITH_SUPPLIERS.sub(" ", message.text).strip()
    period = understand_period(words, ctx.today) if words else quarter_before(ctx.today)
    if period is None or period.first > ctx.today:
        return report.which(period, ctx, "public-report")
    if WITH_SUPPLIERS.search(message.text):
        return _asked(period, ctx)
    return report.said(report.made(period, True, ctx), ctx)


def pressed(message: Message, ctx: Context) -> Reply:
    """`/report-named 2026-07-01..2026-09-30` asks; with `yes` behind it is decided, with `no` it is taken back."""
    days, _, answer = message.text.partition(" ")
    period = understand_period(days, ctx.today)
    if period is None or period.first > ctx.today or answer not in ("", YES, NO):
        return ctx.reply("old_button")
    return {"": _asked, YES: _decided, NO: _taken_back}[answer](period, ctx)


def _asked(period: Period, ctx: Context) -> Reply:
    """What becomes visible, by name, before anybody decides."""
    if not access.may("report-named", ctx):
        return access.refused(ctx, "report-named")
    found = may_be_named(period, ctx)
    if not enough(found):
        return replace(ctx.reply("report_named_few", period=name(period, ctx)), level=INTERNAL)
    days = report.days_of(period)
    row = (
        ctx.button("report_named_yes", f"/report-named {days} {YES}"),
        ctx.button("report_named_no", f"/report-named {days} {NO}"),
    )
    return Reply(question(found, period, ctx), (row,), level=INTERNAL)


def question(found: Sequence[Named], period: Period, ctx: Context, most: int = MOST_SHOWN) -> tuple[Part, ...]:
    """Which names become visible, and what to do before one answers."""
    words = ctx.phrase("report_named_question", period=name(period, ctx), count=len(found))
    return para(words), _listed(found, most, ctx), ctx.note("report_named_secrecy")


def _listed(found: Sequence[Named], most: int, ctx: Context) -> Items:
    lines = [report.named_line(each, ctx) for each in found[:most]]
    rest = len(found) - most
    more = [ctx.phrase("report_named_more", count=rest)] if rest > 0 else []
    return Items(tuple((Span(each),) for each in (*lines, *more)))


def _decided(period: Period, ctx: Context) -> Reply:
    found = may_be_named(period, ctx)
    if not enough(found):
        return _asked(period, ctx)
    decide(found, period, ctx)
    return report.said(report.made(period, True, ctx, naming=True), ctx)


def _taken_back(period: Period, ctx: Context) -> Reply:
    take_back(period, ctx)
    return report.said(report.made(period, True, ctx), ctx)
