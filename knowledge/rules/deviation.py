"""What the class of a deviation asks of those who close it.

Source: Duly's own rule, as the classes are (content/deviations.yaml): what is gravest is not
closed by one person alone.
"""

from datetime import date, timedelta

from knowledge.rules.calendar import next_working_day

TO_CLOSE: dict[str, int] = {  # class -> how many different officers it takes, the lightest first
    "observation": 1,
    "minor": 1,
    "major": 1,
    "zero_tolerance": 2,
}


def needs_two(kind: str) -> bool:
    """Whether a deviation of this class takes two different officers to close."""
    return TO_CLOSE.get(kind, 1) > 1


def may_confirm(proposed_by: str | None, person: str) -> bool:
    """Whether `person` may confirm what `proposed_by` holds to be remedied."""
    return proposed_by is not None and proposed_by != person


def last_day(start: date, plan_days: int | None, working_days: bool, done_days: int | None) -> date | None:
    """The day by which a class wants a deviation remedied, or planned for where that is all it says.

    `working_days`: the plan's days are working days.
    """
    if done_days:
        return start + timedelta(days=done_days)
    if plan_days is None:
        return None
    return _working_days_after(start, plan_days) if working_days else start + timedelta(days=plan_days)


def _working_days_after(start: date, days: int) -> date:
    for _ in range(days):
        start = next_working_day(start + timedelta(days=1))
    return start
