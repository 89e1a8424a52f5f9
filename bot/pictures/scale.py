"""From days to places on a line, and the days at which a line is marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bot.pictures.canvas import SIZE, WIDTH
from bot.pictures.letters import width_of
from knowledge.rules.calendar import SHORT_MONTHS, add_months

STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months between marks


@dataclass(frozen=True, slots=True)
class Days:
    """`first` lies at `left`, `last` at `right`; what lies outside is moved to the edge."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        """Where `day` lies."""
        span = max(1, (self.last - self.first).days)
        share = min(1.0, max(0.0, (day - self.first).days / span))
        return self.left + share * (self.right - self.left)


def marks(days: Days, lang: str) -> list[tuple[float, str]]:
    """Places and words of marks at the first of months, as close as the words allow, none beyond the line."""
    for step in STEPS:
        found = list(_every(days, step, lang))
        if all(_apart(*pair) for pair in pairwise(found)):
            return found
    return []


def _every(days: Days, step: int, lang: str) -> Iterator[tuple[float, str]]:
    day = date(days.first.year, 1, 1)
    year = 0
    while day <= days.last:
        if day >= days.first and (word := _word(day, step, year, lang)) and _within(days.at(day), word):
            year = day.year
            yield days.at(day), word
        day = add_months(day, step) if day.year < days.last.year + 1 else days.last + timedelta(1)


def _word(day: date, step: int, year: int, lang: str) -> str:
    """The year alone where marks are that far apart; else the month, with its year where that is new."""
    if step >= 12:
        return str(day.year)
    month = SHORT_MONTHS["en" if lang == "en" else "sv"][day.month - 1]
    return month if day.year == year else f"{month} {day.year}"


def _within(at: float, word: str) -> bool:
    half = width_of(word, SIZE) / 2
    return half + 4 <= at <= WIDTH - 4 - half


def _apart(one: tuple[float, str], other: tuple[float, str]) -> bool:
    return other[0] - one[0] >= (width_of(one[1], SIZE) + width_of(other[1], SIZE)) / 2 + 10
