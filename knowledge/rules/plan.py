"""Which follow-up a signed contract gives rise to, and when: a proposal that a person accepts, whole or in part."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from knowledge.plan import Offset, PlanStep
from knowledge.rules.calendar import add_months, next_working_day, previous_working_day
from knowledge.text import Text

HIGH = ("high", "very_high")  # levels of risk at which the supplier's office is audited


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to follow up on a working day. `last`: the day after which it is too late, such as that for notice."""

    day: date
    kind: str
    subject: Text
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """When a contract begins and ends, and the last day to give notice."""

    starts: date
    ends: date
    notice: date | None

    def anchor(self, name: str) -> date | None:
        """The day that an offset counts from."""
        days = {"start": self.starts, "halfway": self.starts + (self.ends - self.starts) // 2, "notice": self.notice}
        return days[name]


def proposed(
    steps: Iterable[PlanStep],
    starts: date,
    ends: date,
    notice: date | None,
    high_risk: bool,
    labels: Sequence[Text],
) -> list[Step]:
    """All steps of the contract's life, the earliest first; each on a working day between its start and its end."""
    term = Term(starts, ends, notice)
    holds = {"always": True, "high_risk": high_risk, "labels": bool(labels), "notice": notice is not None}
    found = [made for step in steps if holds[step.condition] for made in _made(step, term, labels)]
    return sorted(found, key=lambda made: made.day)


def still(step: Step, today: date) -> Step | None:
    """The step as it can be done from `today` on: None when it lies behind, at once when there is a last day ahead."""
    if step.day >= today:
        return step
    day = _up_to(today, today, step.last) if step.last else None
    return replace(step, day=day) if day else None


def _made(step: PlanStep, term: Term, labels: Sequence[Text]) -> Iterator[Step]:
    last = term.notice if step.offset.anchor == "notice" else None
    for day in _days(step.offset, term):
        for subject in labels if step.condition == "labels" else (step.name,):
            yield Step(day, step.kind, subject, last)


def _days(offset: Offset, term: Term) -> Iterator[date]:
    anchor = term.anchor(offset.anchor)
    if anchor is None:
        return
    if offset.anchor == "notice":
        day = _up_to(max(_after(anchor, offset), term.starts), term.starts, min(anchor, term.ends))
        yield from (day,) if day else ()
        return
    for meant in _times(_after(anchor, offset), offset.every_months, term.ends):
        day = _from(meant, term)
        if day and add_months(day, offset.months_left) <= term.ends:
            yield day


def _after(anchor: date, offset: Offset) -> date:
    return add_months(anchor, offset.months) + timedelta(days=offset.days)


def _times(first: date, every_months: int, ends: date) -> Iterator[date]:
    """`first` and, where it comes back, the same day so many months later, as long as the contract runs."""
    nth, day = 0, first
    while day <= ends:
        yield day
        if not every_months:
            return
        nth += 1
        day = add_months(first, nth * every_months)


def _from(day: date, term: Term) -> date | None:
    """The working day on or after `day`, before it at the end of the contract; None when none is left."""
    after = next_working_day(day)
    return after if after <= term.ends else _not_before(term.starts, previous_working_day(day))


def _up_to(day: date, first: date, last: date) -> date | None:
    """The working day on or before `day`, after it where that is before `first`; None when none is left."""
    before = previous_working_day(day)
    found = before if before >= first else next_working_day(first)
    return found if found <= last else _not_before(first, previous_working_day(last))


def _not_before(first: date, day: date) -> date | None:
    return day if day >= first else None
