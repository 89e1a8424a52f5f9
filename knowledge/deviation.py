"""Classes of deviation: what each means, and how long the supplier gets. Ours to propose, the organisation's to set."""

from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class DeviationClass:
    """`plan_days` until there is a plan and `done_days` until it is remedied, from the day the supplier was told.

    None: no time is set. `working_days`: the plan's days are working days. `tell`: who hears of it the same day.
    """

    id: str
    name: Text
    means: Text
    plan_days: int | None
    working_days: bool
    done_days: int | None
    tell: Text | None


def deviation_class_from(id: str, fields: Fields) -> DeviationClass:
    """One entry of deviations.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    found = DeviationClass(
        id,
        fields.text("name"),
        fields.text("means"),
        _days(fields, "plan_days"),
        fields.yes("working_days"),
        _days(fields, "done_days"),
        fields.optional_text("tell"),
    )
    fields.get("origin")  # where the numbers come from, for whoever edits the file
    fields.done()
    return found


def _days(fields: Fields, key: str) -> int | None:
    days = fields.number(key) if fields.get(key) is not None else None
    if days is not None and days < 1:
        raise fields.fail(key, f"'{key}' should be 1 or more, or left out")
    return days
