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
from handlers.report_named import Named, named
from handlers.report_records import gather
from handlers.report_words import category_name, change, name, shown
from handlers.secrecy import INTERNAL as INTERNAL_ROOM
from knowledge.rules import calendar
from knowledge.rules import report as rules
from knowledge.rules.ladder import is_sanction
from knowledge.rules.report import Carrying, Month, Value
from knowledge.rules.report_categories import Category, categories
from knowledge.rules.report_for_all import (
    OF_DEVIATIONS,
    Figures,
    beside_names,
    categories_beside_names,
    categories_for_all,
    for_all,
)
from knowledge.rules.report_period import before, quarter_before, understand_period
from knowledge.rules.report_records import Period, Records
from knowledge.text import Heading, Items, Note, Part, Span, para
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
PUBLIC, INTERNAL, NAMED = "public", "internal", "named"
FILES = ("word", "excel", "slides", "page")


@dataclass(frozen=True, slots=True)
class Report:
    """`now` and `was` are the figures of the period and of the one before; `day` is when things stood so.

    `public`: it hides numbers below three and nothing is `overdue`. It names no supplier but those in `named`, and
    where there are any it tells nothing of deviations.
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
    named: Sequence[Named] = ()

    @property
    def goes_on(self) -> bool:
        """Whether the period has days to come."""
        return self.day < self.period.last

    def tells(self, figure: str) -> bool:
        """Whether a figure of this kind is in it."""
        return not self.named or figure not in OF_DEVIATIONS


def made(period: Period, public: bool, ctx: Context, naming: bool = False) -> Report:
    """The report on `period` as it reads now. `naming`: with the suppliers that somebody decided to name."""
    records, past = gather(ctx), before(period)
    names = named(period, ctx) if public and naming else []
    now, was = (rules.figures(records, each, ctx.today, carrying(ctx)) for each in (period, past))
    return Report(
        period,
        past,
        min(period.last, ctx.today),
        public,
        _for(now, public, bool(names)),
        _for(was, public, bool(names)),
        rules.chosen(records, period, ctx.today),
        _categories(records, period, public, bool(names), ctx),
        rules.months(records, period, ctx.today),
        rules.to_do(records.follow_ups, period, ctx.today),
        () if public else overdue(ctx),
        names,
    )


def _for(told: Figures, public: bool, names: bool) -> Figures:
    hidden = for_all(told) if public else told
    return beside_names(hidden) if names else hidden


def carrying(ctx: Context) -> Carrying:
    """The clauses that give a right to audit, and those that carry a sanction on the ladder."""
    sanctions = [clause for rung in ctx.library.ladder.values() if is_sanction(rung.id) for clause in rung.clauses]
    return Carrying(frozenset(AUDIT), frozenset(sanctions))


def _categories(records: Records, period: Period, public: bool, names: bool, ctx: Context) -> list[Category]:
    found = categories(records, period, ctx.today)
    hidden = categories_for_all(found) if public else found
    return categories_beside_names(hidden) if names else hidden


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
        return which(period, ctx)
    return said(made(period, ctx.place.shared, ctx), ctx)


def which(period: Period | None, ctx: Context, command: str = "report") -> Reply:
    """That it is no period or one to come, and two that have been."""
    past = quarter_before(ctx.today)
    usual = tuple(Button(name(each, ctx), f"/{command} {days_of(each)}") for each in (past, before(past)))
    return ctx.reply("report_which" if period is None else "report_ahead", usual)


def days_of(period: Period) -> str:
    """The days of a period, as a button says them."""
    return f"{period.first}..{period.last}"


def said(told: Report, ctx: Context) -> Reply:
    """The short report, and the ways to all of it."""
    lines = Items(tuple((Span(line(figure, told, ctx)),) for figure in TOLD if told.tells(figure)))
    goes_on = (ctx.note("report_goes_on", day=calendar.short(told.day, ctx.lang)),) if told.goes_on else ()
    kept = (for_whom(told, ctx),) if told.public else ()
    title = Heading(ctx.phrase("report_title", period=name(told.period, ctx)))
    past = para(ctx.phrase("report_past", past=name(told.past, ctx)))
    parts = (
        title,
        *goes_on,
        past,
        lines,
        *pictures_of(told, ctx),
        *_overdue(told, ctx),
        *_named(told, ctx),
        *kept,
        ctx.note("report_note"),
    )
    return Reply(parts, _ways(told, ctx), level=INTERNAL_ROOM if told.named else "")


def for_whom(told: Report, ctx: Context) -> Note:
    """Who may read it, and what to do before it is released."""
    public = "report_for_all_named" if told.named else "report_for_all"
    return ctx.note(public if told.public else "report_internal")


def named_line(each: Named, ctx: Context) -> str:
    """A supplier that is named, with its contract and what is bought under it."""
    followed = ctx.phrase("report_followed_yes" if each.followed else "report_followed_no")
    words = {"category": category_name(each.category, ctx), "followed": followed}
    return ctx.phrase("report_named_line", supplier=each.supplier, number=each.number, **words)


def _named(told: Report, ctx: Context) -> tuple[Part, ...]:
    if not told.named:
        return ()
    return (para(ctx.phrase("report_named_told", count=len(told.named))),)


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
    days, version = days_of(told.period), version_of(told)
    said = f"{days} {version}".removesuffix(f" {INTERNAL}")
    files = tuple(ctx.button(f"report_{each}_button", f"/report-file {each} {said}") for each in FILES)
    other = {
        INTERNAL: ctx.button("report_public_button", f"/public-report {days}"),
        PUBLIC: ctx.button("report_named_button", f"/report-named {days}"),
        NAMED: ctx.button("report_unnamed_button", f"/report-named {days} no"),
    }
    return files, (other[version],)


def version_of(told: Report) -> str:
    """For whose eyes it is."""
    return NAMED if told.named else PUBLIC if told.public else INTERNAL
