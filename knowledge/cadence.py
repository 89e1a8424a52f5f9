"""When reminders go out: how many days before, at what time, to whom when nobody acts."""

from dataclasses import dataclass
from datetime import time

from knowledge.load import Fields


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
    team_digest_day: int  # 1 is Monday
    team_digest_at: time


def cadence_from(fields: Fields) -> Cadence:
    """The cadence in reminders.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    cadence = Cadence(
        tuple(int(day) for day in fields.list("before_days")),
        fields.number("late_every_days"),
        fields.number("deputy_after_days_late"),
        time.fromisoformat(fields.words("at")),
        time.fromisoformat(fields.words("digest_at")),
        fields.number("digest_over"),
        fields.number("most_snooze_days"),
        fields.number("team_digest_day"),
        time.fromisoformat(fields.words("team_digest_at")),
    )
    fields.get("origin")  # where the numbers come from, for whoever edits the file
    fields.done()
    return cadence
