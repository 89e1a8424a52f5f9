"""When reminders go out: how many days before, at what time, to whom when nobody acts."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path

from knowledge.load import Fields, read_yaml


@dataclass(frozen=True, slots=True)
class Cadence:
    """Days count from the deadline, times are local. Every number is ours at first and the organisation's to set."""

    before_days: tuple[int, ...]
    late_every_days: int
    deputy_after_days_late: int
    at: time
    digest_at: time
    digest_over: int
    most_snooze_days: int


def read_cadence(path: Path) -> Cadence:
    """The cadence in `path`.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    fields = Fields(path, read_yaml(path))
    cadence = Cadence(
        tuple(int(day) for day in fields.list("before_days")),
        fields.number("late_every_days"),
        fields.number("deputy_after_days_late"),
        time.fromisoformat(fields.words("at")),
        time.fromisoformat(fields.words("digest_at")),
        fields.number("digest_over"),
        fields.number("most_snooze_days"),
    )
    fields.get("origin")  # where the numbers come from, for whoever edits the file
    fields.done()
    return cadence
