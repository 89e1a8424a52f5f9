"""How a report says its periods and its numbers."""

from handlers.context import Context
from knowledge.rules import calendar
from knowledge.rules.calendar import add_months
from knowledge.rules.report import Value
from knowledge.rules.report_for_all import FEW, WITHHELD
from knowledge.rules.report_records import Period

COMMA = {"sv": ","}


def name(period: Period, ctx: Context) -> str:
    """A quarter or a year by its name, anything else by its days."""
    year = period.first.year
    if (period.first.month, period.first.day, period.last.month, period.last.day) == (1, 1, 12, 31):
        return str(year) if year == period.last.year else days(period, ctx)
    if _is_quarter(period):
        return ctx.phrase("report_quarter", number=(period.first.month + 2) // 3, year=year)
    return days(period, ctx)


def _is_quarter(period: Period) -> bool:
    begins = period.first.day == 1 and period.first.month % 3 == 1
    return begins and (period.last - period.first).days + 1 == (add_months(period.first, 3) - period.first).days


def days(period: Period, ctx: Context) -> str:
    """The first and the last day."""
    first, last = (calendar.short(day, ctx.lang) for day in (period.first, period.last))
    return ctx.phrase("report_days", first=first, last=last)


def shown(value: Value, ctx: Context) -> str:
    """A number, or why there is none."""
    if value is None:
        return ctx.phrase("report_nothing")
    if value in (FEW, WITHHELD):
        return ctx.phrase(f"report_{value}")
    return str(value).replace(".", COMMA.get(ctx.lang, ".")) if isinstance(value, float) else str(value)


def direction(now: Value, was: Value) -> str:
    """more, fewer, same, or unknown where one of them is no number."""
    if not isinstance(now, int | float) or not isinstance(was, int | float):
        return "unknown"
    return "same" if now == was else "more" if now > was else "fewer"


def change(now: Value, was: Value, ctx: Context) -> str:
    """Which way it went, in words."""
    way = direction(now, was)
    by = abs(now - was) if isinstance(now, int | float) and isinstance(was, int | float) else None
    return ctx.phrase(f"report_{way}", by=shown(by, ctx))


def category_name(id: str | None, ctx: Context) -> str:
    """What kind of purchase it is, or that nobody said."""
    known = ctx.library.categories.get(id or "")
    return known.name.of(ctx.lang) if known else ctx.phrase("report_no_category")
