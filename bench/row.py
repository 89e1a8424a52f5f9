"""One line of the table: what was measured, beside its limit and its goal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """`limit` is the bare work measured in the same run; `share` how much of it we reach; `good` None: no goal."""

    name: str
    value: float
    unit: str
    goal: str = ""
    good: bool | None = None
    limit_name: str = ""
    limit: float | None = None
    share: float | None = None


def at_most(name: str, value: float, unit: str, most: float) -> Row:
    """A row that should stay low."""
    return Row(name, value, unit, f"<= {most:g}", value <= most)


def at_least(name: str, value: float, unit: str, least: float, limit_name: str, limit: float) -> Row:
    """A rate that should be high, beside the rate of the bare work."""
    return Row(name, value, unit, f">= {least:g}", value >= least, limit_name, limit, value / limit)


def share_of(name: str, value: float, unit: str, least: float, limit_name: str, limit: float) -> Row:
    """A rate that should be a certain share of the bare work's."""
    share = value / limit
    return Row(name, value, unit, f">= {least:g} of limit", share >= least, limit_name, limit, share)


def rounds(times: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure. They take turns, so that a busy moment of the machine hits all alike."""
    found = [[measure() for measure in measures] for _ in range(times)]
    return [median(column) for column in zip(*found, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0..1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
