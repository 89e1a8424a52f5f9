"""Pictures with their words: what a figure shows, said in a sentence, and the same numbers as a table.

`parts(BurnDown(...), title, ctx)` gives both. Whoever makes a figure reads the rows; here nothing is read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.context import Context
from knowledge.figures import (
    CLASSES,
    STATES,
    Bubble,
    Bubbles,
    BurnDown,
    Chain,
    Figure,
    Holding,
    Link,
    Mark,
    Month,
    Months,
    RiskMatrix,
    TimeLine,
    kind_of,
)
from knowledge.rules import calendar
from knowledge.rules.risk import Level, level
from knowledge.text import Part, Picture, Table, para

__all__ = [
    "Bubble",
    "Bubbles",
    "BurnDown",
    "Chain",
    "Figure",
    "Holding",
    "Link",
    "Mark",
    "Month",
    "Months",
    "RiskMatrix",
    "TimeLine",
    "parts",
    "picture",
    "table",
]

MOST_DRAWN = 20  # bubbles, bars or rows: a picture of more is taller than two screens of a phone; the table has all
MOST_NAMED = 3  # in the sentence
NOT_KNOWN = "–"
LEVELS = ("low", "medium", "high", "very_high")

CONTENT = {RiskMatrix: "marks", Bubbles: "points", BurnDown: "due_within"}  # what holds it; for the others "rows"

Shown = Figure | RiskMatrix


def parts(figure: Shown, title: str, ctx: Context) -> tuple[Part, ...]:
    """The picture and the table that says the same; where there is nothing to show a sentence that says so."""
    if _is_empty(figure):
        return (para(ctx.phrase("figure_empty", title=title)),)
    return picture(figure, title, ctx), table(figure, ctx)


def picture(figure: Shown, title: str, ctx: Context) -> Picture:
    """The picture of `figure`, with a sentence for those who do not see it."""
    alt = ALTS[type(figure)](figure, title, ctx)
    x, y, legend = _words(figure, ctx)
    if isinstance(figure, RiskMatrix):
        return Picture("risk_matrix", title, alt, x, y, figure.marks, legend, ctx.lang)
    return Picture(kind_of(figure), title, alt, x, y, (), legend, ctx.lang, _drawn(figure))


def table(figure: Shown, ctx: Context) -> Table:
    """The numbers of `figure`, all of them."""
    head, rows = TABLES[type(figure)](figure, ctx)
    return Table(tuple(head), tuple(tuple(row) for row in rows))


def _is_empty(figure: Shown) -> bool:
    return not getattr(figure, CONTENT.get(type(figure), "rows"))


def _drawn(figure: Figure) -> Figure:
    """As much of it as one picture holds: the gravest, the latest, the first to expire."""
    if isinstance(figure, Bubbles):
        known = [point for point in _ordered(figure) if point.priority is not None][:MOST_DRAWN]
        return replace(figure, points=(*known, *(point for point in figure.points if point.priority is None)))
    if isinstance(figure, Months):
        return replace(figure, rows=figure.rows[-MOST_DRAWN:])
    if isinstance(figure, TimeLine):
        return replace(figure, rows=tuple(sorted(figure.rows, key=lambda row: row.last)[:MOST_DRAWN]))
    return replace(figure, rows=figure.rows[:MOST_DRAWN]) if isinstance(figure, Chain) else figure


def _ordered(figure: Bubbles) -> list[Bubble]:
    """The highest priority first, those without one last."""
    return sorted(figure.points, key=lambda point: (point.priority is None, -(point.priority or 0), -point.band))


# Words at the axes, and of what is told apart.


def _words(figure: Shown, ctx: Context) -> tuple[str, str, tuple[str, ...]]:
    return WORDS[type(figure)](ctx)


def _levels(ctx: Context) -> tuple[str, ...]:
    return tuple(ctx.phrase(f"matrix_{name}") for name in LEVELS)


def _classes(ctx: Context) -> tuple[str, ...]:
    kinds = ctx.library.deviations
    return tuple(kinds[id].name.of(ctx.lang) if id in kinds else ctx.phrase("figure_undecided") for id in CLASSES)


WORDS: dict[type, Callable[[Context], tuple[str, str, tuple[str, ...]]]] = {
    RiskMatrix: lambda ctx: (ctx.phrase("severity"), ctx.phrase("likelihood"), _levels(ctx)),
    Bubbles: lambda ctx: (ctx.phrase("figure_priority"), ctx.phrase("figure_missing"), ()),
    BurnDown: lambda ctx: ("", "", (ctx.phrase("figure_left"), ctx.phrase("figure_planned"))),
    Months: lambda ctx: ("", "", _classes(ctx)),
    TimeLine: lambda ctx: (ctx.phrase("figure_today"), "", tuple(ctx.phrase(f"figure_{state}") for state in STATES)),
    Chain: lambda ctx: ("", "", _levels(ctx)),
}


# The sentence.


def _matrix_alt(figure: RiskMatrix, title: str, ctx: Context) -> str:
    grave = [mark.label for mark in figure.marks if _level(mark) >= Level.HIGH]
    return ctx.phrase("figure_matrix_alt", title=title, count=len(figure.marks), grave=_list(grave, ctx))


def _level(mark: Mark) -> Level:
    return level(max(1, min(5, mark.y)), max(1, min(5, mark.x)))


def _list(names: Sequence[str], ctx: Context) -> str:
    return ", ".join(names) or ctx.phrase("figure_none")


def _bubbles_alt(figure: Bubbles, title: str, ctx: Context) -> str:
    known = sorted(
        (each for each in figure.points if each.priority is not None), key=lambda each: -(each.priority or 0)
    )
    first = [
        ctx.phrase("figure_bubble", label=each.label, priority=each.priority, band=figure.bands[each.band])
        for each in known[:MOST_NAMED]
    ]
    missing = len(figure.points) - len(known)
    return ctx.phrase("figure_bubbles_alt", title=title, known=len(known), missing=missing, first=_list(first, ctx))


def _burn_down_alt(figure: BurnDown, title: str, ctx: Context) -> str:
    end = max(figure.first, min(figure.today, figure.last))
    return ctx.phrase(
        "figure_burn_down_alt",
        title=title,
        first=calendar.short(figure.first, ctx.lang),
        last=calendar.short(figure.last, ctx.lang),
        today=calendar.short(end, ctx.lang),
        total=figure.total,
        left=figure.left_on(end),
        planned=figure.planned_on(end),
    )


def _months_alt(figure: Months, title: str, ctx: Context) -> str:
    sums = [sum(row.counts[number] for row in figure.rows) for number in range(len(CLASSES))]
    worst = max(figure.rows, key=lambda row: sum(row.counts))
    told = ", ".join(f"{name}: {number}" for name, number in zip(_classes(ctx), sums, strict=True) if number)
    return ctx.phrase(
        "figure_months_alt",
        title=title,
        first=_month(figure.rows[0].first, ctx),
        last=_month(figure.rows[-1].first, ctx),
        total=sum(sums),
        classes=told or ctx.phrase("figure_none"),
        most=sum(worst.counts),
        month=_month(worst.first, ctx),
    )


def _month(day: date, ctx: Context) -> str:
    return calendar.month_title(day, 0, ctx.lang)


def _time_line_alt(figure: TimeLine, title: str, ctx: Context) -> str:
    counts = {state: sum(row.state == state for row in figure.rows) for state in STATES}
    ahead = sorted((row for row in figure.rows if row.last >= figure.today), key=lambda row: row.last)[:MOST_NAMED]
    told = _list([f"{row.label} ({calendar.short(row.last, ctx.lang)})" for row in ahead], ctx)
    return ctx.phrase("figure_time_line_alt", title=title, next=told, **counts)


def _chain_alt(figure: Chain, title: str, ctx: Context) -> str:
    worst = len(LEVELS) - 1
    worst_in = {
        row.area: [tier for tier, found in zip(figure.tiers, row.levels, strict=True) if found == worst]
        for row in figure.rows
    }
    grave = [f"{area} ({', '.join(tiers)})" for area, tiers in worst_in.items() if tiers]
    return ctx.phrase("figure_chain_alt", title=title, tiers=", ".join(figure.tiers), grave=_list(grave, ctx))


ALTS: dict[type, Callable[[Any, str, Context], str]] = {
    RiskMatrix: _matrix_alt,
    Bubbles: _bubbles_alt,
    BurnDown: _burn_down_alt,
    Months: _months_alt,
    TimeLine: _time_line_alt,
    Chain: _chain_alt,
}


# The table.

Rows = tuple[Sequence[str], Sequence[Sequence[str]]]


def _head(ctx: Context, *ids: str) -> tuple[str, ...]:
    return tuple(ctx.phrase(id) for id in ids)


def _matrix_table(figure: RiskMatrix, ctx: Context) -> Rows:
    worst_first = sorted(figure.marks, key=lambda mark: -mark.x * mark.y)
    head = _head(ctx, "figure_risk", "likelihood", "severity", "figure_level")
    return head, [(each.label, str(each.y), str(each.x), _levels(ctx)[_level(each) - 1]) for each in worst_first]


def _bubbles_table(figure: Bubbles, ctx: Context) -> Rows:
    head = _head(ctx, "figure_what", "figure_priority", "figure_value")
    return head, [(each.label, _priority(each), figure.bands[each.band]) for each in _ordered(figure)]


def _priority(point: Bubble) -> str:
    return NOT_KNOWN if point.priority is None else str(point.priority)


def _burn_down_table(figure: BurnDown, ctx: Context) -> Rows:
    head = _head(ctx, "figure_month", "figure_due", "figure_done")
    return head, [(_month(month, ctx), str(due), str(done)) for month, due, done in _by_month(figure)]


def _by_month(figure: BurnDown) -> Iterator[tuple[date, int, int]]:
    month = figure.first.replace(day=1)
    due, done = ([day.replace(day=1) for day in days] for days in (figure.due_within, figure.done_within))
    while month <= figure.last:
        yield month, due.count(month), done.count(month)
        month = calendar.add_months(month, 1)


def _months_table(figure: Months, ctx: Context) -> Rows:
    head = (ctx.phrase("figure_month"), *_classes(ctx), ctx.phrase("figure_total"))
    return head, [(_month(row.first, ctx), *map(str, row.counts), str(sum(row.counts))) for row in figure.rows]


def _time_line_table(figure: TimeLine, ctx: Context) -> Rows:
    head = _head(ctx, "figure_certificate", "figure_state", "figure_last_day")
    ordered = sorted(figure.rows, key=lambda row: row.last)
    return head, [
        (row.label, ctx.phrase(f"figure_state_{row.state}"), calendar.short(row.last, ctx.lang)) for row in ordered
    ]


def _chain_table(figure: Chain, ctx: Context) -> Rows:
    words = _levels(ctx)
    told = [(row.area, *(NOT_KNOWN if found is None else words[found] for found in row.levels)) for row in figure.rows]
    return (ctx.phrase("figure_area"), *figure.tiers), told


TABLES: dict[type, Callable[[Any, Context], Rows]] = {
    RiskMatrix: _matrix_table,
    Bubbles: _bubbles_table,
    BurnDown: _burn_down_table,
    Months: _months_table,
    TimeLine: _time_line_table,
    Chain: _chain_table,
}
