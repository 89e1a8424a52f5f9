"""May another authority's follow-up count as one's own? Three things that all must hold.

Source: the regions' own rule (husr-ateranvanda): terms at least as strict, a similar method, at most three years old.
"""

from dataclasses import dataclass
from datetime import date

from knowledge.rules.calendar import add_months

SOURCES = ("husr-ateranvanda", "adda-hallbarhetskollen")
MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether each criterion is met, in the order in which they are told."""

    terms: bool
    method: bool
    age: bool

    @property
    def counts(self) -> bool:
        return self.terms and self.method and self.age


def judged(terms: bool, method: bool, done_on: date, today: date) -> Judgement:
    """What the answers come to today. A follow-up on the day three years ago still counts; one to come does not."""
    return Judgement(terms, method, add_months(today, -MOST_MONTHS) <= done_on <= today)
