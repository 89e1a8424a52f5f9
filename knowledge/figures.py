"""What pictures show, as numbers, days and words; `bot` draws them, and only when one is sent.

Levels are 0 low, 1 medium, 2 high, 3 very high. Labels are already in the reader's language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

CLASSES = ("zero_tolerance", "major", "minor", "observation", "undecided")  # of deviations, the gravest first
STATES = ("passed", "soon", "valid")  # of what holds until a day


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in a picture; for a risk matrix x is severity 1-5, y is likelihood 1-5."""

    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class RiskMatrix:
    """Severity by likelihood, with each risk in its cell."""

    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Bubble:
    """A contract or a category: its risk `priority` 0-100, None when nobody assessed it, and its value band.

    `band` counts from 0, the smallest; it is an index into `Bubbles.bands`.
    """

    label: str
    priority: int | None
    band: int


@dataclass(frozen=True, slots=True)
class Bubbles:
    """Risk by spend. `bands` are the words for bands of value, the smallest first, "not known" last."""

    bands: tuple[str, ...]
    points: tuple[Bubble, ...]


@dataclass(frozen=True, slots=True)
class BurnDown:
    """Follow-up from `first` to `last`: the days on which items are due, and the days on which some were done.

    What is due or done outside the period is left out. Nothing is known after `today`.
    """

    first: date
    last: date
    today: date
    due: tuple[date, ...]
    done: tuple[date, ...]

    @property
    def due_within(self) -> list[date]:
        """The days in the period on which items are due, in order."""
        return sorted(day for day in self.due if self.first <= day <= self.last)

    @property
    def done_within(self) -> list[date]:
        """The days in the period, up to today, on which items were done, in order."""
        return sorted(day for day in self.done if self.first <= day <= min(self.today, self.last))

    @property
    def total(self) -> int:
        """How many items the period has."""
        return len(self.due_within)

    def planned_on(self, day: date) -> int:
        """How many items should be left at the end of `day`."""
        return self.total - sum(due <= day for due in self.due_within)

    def left_on(self, day: date) -> int:
        """How many items are left at the end of `day`."""
        return max(0, self.total - sum(done <= day for done in self.done_within))


@dataclass(frozen=True, slots=True)
class Month:
    """The first day of a month, and how many deviations of each of CLASSES were found in it."""

    first: date
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Months:
    """Deviations by month and class, the earliest month first."""

    rows: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that holds until its `last` day; `first` may be unknown. `state` is one of STATES."""

    label: str
    first: date | None
    last: date
    state: str


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Certificates and how long they hold."""

    today: date
    rows: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A risk area and its level in each tier of a chain; None where it was not assessed there."""

    area: str
    levels: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A supply chain: `tiers` in the order of the work, from raw material on; the worst area first."""

    tiers: tuple[str, ...]
    rows: tuple[Link, ...]


Figure = Bubbles | BurnDown | Months | TimeLine | Chain


# How a figure lies in a row of the outbox.


def _days(days: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _holding(label: str, first: str | None, last: str, state: str) -> Holding:
    return Holding(label, _day(first) if first else None, _day(last), state)


def _day(written: str) -> date:
    return date.fromisoformat(written)


AS_DATA: dict[type, Callable[[Any], list[Any]]] = {
    Bubbles: lambda f: ["bubbles", f.bands, [[p.label, p.priority, p.band] for p in f.points]],
    BurnDown: lambda f: ["burn_down", *_days((f.first, f.last, f.today)), _days(f.due), _days(f.done)],
    Months: lambda f: ["months", [[row.first.isoformat(), row.counts] for row in f.rows]],
    TimeLine: lambda f: [
        "time_line",
        f.today.isoformat(),
        [[r.label, r.first and r.first.isoformat(), r.last.isoformat(), r.state] for r in f.rows],
    ],
    Chain: lambda f: ["chain", f.tiers, [[row.area, row.levels] for row in f.rows]],
}

FROM_DATA: dict[str, Callable[[Sequence[Any]], Figure]] = {
    "bubbles": lambda d: Bubbles(tuple(d[0]), tuple(Bubble(*point) for point in d[1])),
    "burn_down": lambda d: BurnDown(_day(d[0]), _day(d[1]), _day(d[2]), tuple(map(_day, d[3])), tuple(map(_day, d[4]))),
    "months": lambda d: Months(tuple(Month(_day(first), tuple(counts)) for first, counts in d[0])),
    "time_line": lambda d: TimeLine(
        _day(d[0]),
        tuple(Holding(label, first and _day(first), _day(last), state) for label, first, last, state in d[1]),
    ),
    "chain": lambda d: Chain(tuple(d[0]), tuple(Link(area, tuple(levels)) for area, levels in d[1])),
}


def kind_of(figure: Figure) -> str:
    """The name of its kind, as a picture bears it."""
    return str(as_data(figure)[0])


def as_data(figure: Figure) -> list[Any]:
    """`figure` as lists, numbers and strings, for JSON."""
    return AS_DATA[type(figure)](figure)


def from_data(data: Sequence[Any]) -> Figure:
    """The figure that `as_data` wrote."""
    return FROM_DATA[data[0]](data[1:])
