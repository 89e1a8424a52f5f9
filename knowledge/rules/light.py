"""The traffic light of a contract: whether what was found there is remedied, and in time.

Source: the domain's own practice (Adda's, read 2026-11-22): remedied in time is green, otherwise red.
Which days count as in time is what was agreed, or the organisation's own times; see content/deviations.yaml.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

GREEN, YELLOW, RED = "green", "yellow", "red"
NO_MARK = "observation"  # the term is met


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to remedy: the class of its deviation, its last day and the day somebody held it to be done."""

    kind: str | None
    due_on: date | None
    remedied_on: date | None


def is_late(remedy: Remedy, today: date) -> bool:
    """Whether it was not remedied in time; without a last day nothing is late."""
    return remedy.due_on is not None and (remedy.remedied_on or today) > remedy.due_on


def light(remedies: Iterable[Remedy], today: date) -> str:
    """Red when anything was not remedied in time, yellow while anything is handled, otherwise green."""
    counted = [each for each in remedies if each.kind != NO_MARK]
    if any(is_late(each, today) for each in counted):
        return RED
    return YELLOW if any(each.remedied_on is None for each in counted) else GREEN
