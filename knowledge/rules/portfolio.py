"""Which contract to look at first: the risk of what is bought, then the traffic light, then what is soonest.

The order is Duly's own proposal. A risk that nobody assessed stands between high and medium: it may be either, and
must not look safer than one that is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.rules.light import GREEN, RED, YELLOW
from knowledge.rules.risk import Level

ITEM, NOTICE, ENDS = "item", "notice", "ends"
HIGH, MEDIUM = Level.HIGH.word, Level.MEDIUM.word
RISKS = (Level.VERY_HIGH.word, HIGH, None, MEDIUM, Level.LOW.word)
LIGHTS = (RED, YELLOW, GREEN)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one contract stands. `risk`: a level, or None when it is not known. `next`: what comes next, and when."""

    id: int
    risk: str | None
    light: str
    next: tuple[str, date]


def next_date(due: Iterable[date], notice: date | None, ends: date, today: date) -> tuple[str, date]:
    """The first of the open items (late ones too), the last day for notice while it lies ahead, and the end."""
    known = [(day, ITEM) for day in due]
    known += [(notice, NOTICE)] if notice and notice >= today else []
    day, what = min([*known, (ends, ENDS)], key=lambda each: each[0])
    return what, day


def by_priority(standings: Iterable[Standing]) -> list[Standing]:
    """The gravest first, and of those the soonest."""
    return sorted(standings, key=_rank)


def _rank(standing: Standing) -> tuple[int, int, date, int]:
    risk = standing.risk if standing.risk in RISKS else None
    return RISKS.index(risk), LIGHTS.index(standing.light), standing.next[1], standing.id
