"""The report to the board: the figures of a period beside those of the period before, and what is late now.

`report Q3` answers briefly in the chat; the document, the page and the spreadsheet hold all of it. Where others read
along only the version for everybody is shown: no supplier, and no number so small that it points at one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers import access, figures, items, questions
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.report_records import gather
from handlers.report_words import change, name, shown
from knowledge.rules import calendar
from knowledge.rules import report as rules
from knowledge.rules.ladder import is_sanction
from knowledge.rules.report import Carrying, Month, Value
from knowledge.rules.report_categories import Category, categories
from knowledge.rules.report_for_all import categories_for_all, for_all
from knowledge.rules.report_period import before, quarter_before, understand_period
from knowledge.rules.report_records import Period, Records
from knowledge.text import Heading, Items, Part, Span, para
from storage import follow_ups
from storage.follow_ups import FollowUp

AUDIT = ("audit-right",)
TOLD = (  # in the chat
    "procurements_handled",
    "procurements_risk",
    "procurements_need",
    "procurements_terms",
    "items_due",
    "items_late",
    "deviations_open",
    "contracts_no_audit",
    "certificates_expiring",
)
MOST_OVERDUE = 3
DIGIT = re.compile(r"\d")
GOOD_FOR = timedelta(days=30)
PUBLIC, INTERNAL = "public", "internal"


@dataclass(frozen=True, slots=True)
class Report:
    """`now` and `was` are the figures of the period and of the one before; `day` is when things stood so.

    `public`: it names no supplier and hides numbers below three; then nothing is `overdue`.
    """

    period: Period
    past: Period
    day: date
    public: bool
    now: Mapping[str, Value]
    was: Mapping[str, Value]
    chosen: Sequence[tuple[str, int]]
    categories: Sequence[Category]
    months: Sequence[Month]
    to_do: Sequence[tuple[date, date | None]]
    overdue: Sequence[FollowUp]

    @property
    def goes_on(self) -> bool:
        """Whether the period has days to come."""
        return self.day < self.period.last


def made(period: Period, public: bool, ctx: Context) -> Report:
    """The report on `period` as it reads now."""
    records, past = gather(ctx), before(period)
    now, was = (rules.figures(records, each, ctx.today, carrying(ctx)) for each in (period, past))
    return Report(
        period,
        past,
        min(period.last, ctx.today),
        public,
        for_all(now) if public else now,
        for_all(was) if public else was,
        rules.chosen(records, period, ctx.today),
        _categories(records, period, public, ctx),
        rules.months(records, period, ctx.today),
        rules.to_do(records.follow_ups, period, ctx.today),
        () if public else overdue(ctx),
    )


def carrying(ctx: Context) -> Carrying:
    """The clauses that give a right to audit, and those that carry a sanction on the ladder."""
    sanctions = [clause for rung in ctx.library.ladder.values() if is_sanction(rung.id) for clause in rung.clauses]
    return Carrying(frozenset(AUDIT), frozenset(sanctions))


def _categories(records: Records, period: Period, public: bool, ctx: Context) -> list[Category]:
    found = categories(records, period, ctx.today)
    return categories_for_all(found) if public else found


def overdue(ctx: Context) -> list[FollowUp]:
    """The open follow-ups that have been late the longest."""
    return [each for each in follow_ups.all_open(ctx.db) if each.due_on < ctx.today][:MOST_OVERDUE]


# In the chat.


def report(message: Message, ctx: Context) -> Reply:
    """Alone the quarter before; with a period that one; other words are asked about."""
    words = message.text.strip()
    period = understand_period(words, ctx.today) if words else quarter_before(ctx.today)
    if period is None and not DIGIT.search(words):
        return questions.ask_after("report", message, ctx)
    if period is None or period.first > ctx.today:
        return ctx.reply("report_which" if period is None else "report_ahead", _usual(ctx))
    return said(made(period, ctx.place.shared, ctx), ctx)


def _usual(ctx: Context) -> tuple[Button, ...]:
    past = quarter_before(ctx.today)
    return tuple(Button(name(each, ctx), f"/report {_days(each)}") for each in (past, before(past)))


def _days(period: Period) -> str:
    return f"{period.first}..{period.last}"


def said(told: Report, ctx: Context) -> Reply:
    """The short report, and the ways to all of it."""
    lines = Items(tuple((Span(line(figure, told, ctx)),) for figure in TOLD))
    goes_on = (ctx.note("report_goes_on", day=calendar.short(told.day, ctx.lang)),) if told.goes_on else ()
    kept = (ctx.note("report_for_all"),) if told.public else ()
    title = Heading(ctx.phrase("report_title", period=name(told.period, ctx)))
    past = para(ctx.phrase("report_past", past=name(told.past, ctx)))
    parts = (
        title,
        *goes_on,
        past,
        lines,
        *pictures_of(told, ctx),
        *_overdue(told, ctx),
        *kept,
        ctx.note("report_note"),
    )
    return Reply(parts, _ways(told, ctx))


def line(figure: str, told: Report, ctx: Context) -> str:
    """One figure, what it was before, and which way it went."""
    words = {"name": ctx.phrase(f"figure_{figure}"), "now": shown(told.now[figure], ctx)}
    was = {"was": shown(told.was[figure], ctx), "change": change(told.now[figure], told.was[figure], ctx)}
    return ctx.phrase("report_line", **words, **was)


def pictures_of(told: Report, ctx: Context) -> tuple[Part, ...]:
    """The two pictures that say most: what is left to follow up, and deviations by month.

    How many deviations a month has is too few for everybody's eyes.
    """
    drawn = (_left(told), *(() if told.public else (_by_month(told),)))
    names = ("report_picture_left", "report_picture_months")
    shown = (figures.parts(each, ctx.phrase(id), ctx) for each, id in zip(drawn, names, strict=False))
    return tuple(part for parts in shown for part in parts)


def _left(told: Report) -> figures.BurnDown:
    done = tuple(done for _, done in told.to_do if done)
    return figures.BurnDown(told.period.first, told.period.last, told.day, tuple(due for due, _ in told.to_do), done)


def _by_month(told: Report) -> figures.Months:
    rows = tuple(figures.Month(each.first, each.classes) for each in told.months)
    return figures.Months(rows if any(each.found for each in told.months) else ())


def _overdue(told: Report, ctx: Context) -> tuple[Part, ...]:
    if not told.overdue:
        return ()
    lines = Items(tuple((Span(items.line(each, ctx)),) for each in told.overdue))
    return para(ctx.phrase("report_overdue")), lines


def _ways(told: Report, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    if not access.may("report-file", ctx):
        return ()
    files = ("word", "excel", "slides", "page")
    return (tuple(ctx.button(f"report_{each}_button", f"/report-file {each} {_days(told.period)}") for each in files),)
