"""When reminders go out: how many days before, at what time, to whom when nobody acts; and when all of it rests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from knowledge.load import Fields

MOST_STAGES = 10  # before one deadline
MOST_DAYS_BEFORE = 5 * 366
MOST_PAUSED = 120  # days a year, so that a working day is always left before a pause
PAUSE = re.compile(r"(?P<year>\d{4}-)?(?P<from>\d\d-\d\d)\.\.(?P<later>\d{4}-)?(?P<to>\d\d-\d\d)", re.ASCII)
LEAP = 2028  # a year in which every day of the calendar occurs


@dataclass(frozen=True, slots=True)
class Pause:
    """Both days belong to it. `every_year`: the years of the two days say nothing."""

    first: date
    last: date
    every_year: bool = False

    def around(self, day: date) -> tuple[date, date] | None:
        """The first and the last day of the pause that `day` lies in."""
        first, last = (self._in_year(each, day.year) for each in (self.first, self.last))
        return (first, last) if first <= day <= last else None

    def _in_year(self, day: date, year: int) -> date:
        if not self.every_year:
            return day
        return date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Cadence:
    """Days count from the deadline, times are local. Every number is ours at first and the organisation's to set.

    `head_after_days_late`: whoever leads hears of it so long after the deadline; None: never. `after`: the kind of item
    under the same contract that this kind waits for.
    """

    before_days: tuple[int, ...]
    late_every_days: int
    deputy_after_days_late: int
    at: time
    digest_at: time
    digest_over: int
    most_snooze_days: int
    quiet_until: time
    quiet_from: time
    near_days: int
    pauses: tuple[Pause, ...]
    risk_review_months: int
    risk_review_days: int
    team_digest_day: int  # 1 is Monday
    team_digest_at: time
    head_after_days_late: int | None = None
    after: str | None = None


def cadence_from(fields: Fields) -> Cadence:
    """The cadence in reminders.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    cadence = Cadence(
        _days_before(fields),
        fields.number("late_every_days"),
        fields.number("deputy_after_days_late"),
        time.fromisoformat(fields.words("at")),
        time.fromisoformat(fields.words("digest_at")),
        fields.number("digest_over"),
        fields.number("most_snooze_days"),
        time.fromisoformat(fields.words("quiet_until")),
        time.fromisoformat(fields.words("quiet_from")),
        fields.number("near_days"),
        tuple(_pause(words, fields) for words in fields.list("pauses")),
        fields.number("risk_review_months"),
        fields.number("risk_review_days"),
        fields.number("team_digest_day"),
        time.fromisoformat(fields.words("team_digest_at")),
    )
    fields.get("origin")  # where the numbers come from, for whoever edits the file
    fields.done()
    return cadence


@dataclass(frozen=True, slots=True)
class Departure:
    """What one kind of item does otherwise; None: as always. `origin` says whose numbers they are."""

    before_days: tuple[int, ...] | None
    late_every_days: int | None
    deputy_after_days_late: int | None
    head_after_days_late: int | None
    after: str | None
    origin: str

    def applied_to(self, cadence: Cadence) -> Cadence:
        """`cadence` as it is for this kind."""
        own = {name: getattr(self, name) for name in DEPARTING}
        return replace(cadence, **{name: value for name, value in own.items() if value is not None})


DEPARTING = ("before_days", "late_every_days", "deputy_after_days_late", "head_after_days_late", "after")


def departure_from(kind: str, fields: Fields) -> Departure:  # noqa: ARG001
    """One entry of cadences.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    departure = Departure(
        _days_before(fields) if fields.get("before_days") is not None else None,
        _number(fields, "late_every_days"),
        _number(fields, "deputy_after_days_late"),
        _number(fields, "head_after_days_late"),
        fields.words("after") if fields.get("after") is not None else None,
        fields.words("origin"),
    )
    fields.done()
    return departure


def of_kinds(cadence: Cadence, departures: Mapping[str, Departure]) -> Mapping[str, Cadence]:
    """The cadence of each kind that departs from `cadence`."""
    return {kind: departure.applied_to(cadence) for kind, departure in departures.items()}


def wrong_days(days: Sequence[int]) -> bool:
    """Whether such days before a deadline would remind of nothing, twice, or for ever."""
    return (
        not days
        or min(days) < 0
        or max(days) > MOST_DAYS_BEFORE
        or len(set(days)) < len(days)
        or len(days) > MOST_STAGES
    )


def _days_before(fields: Fields) -> tuple[int, ...]:
    return tuple(int(day) for day in fields.list("before_days"))


def _number(fields: Fields, key: str) -> int | None:
    return fields.number(key) if fields.get(key) is not None else None


def _pause(words: str, fields: Fields) -> Pause:
    """`07-01..07-31` every year, `2027-07-05..2027-08-01` once."""
    found = PAUSE.fullmatch(words.strip())
    if found is None or bool(found["year"]) != bool(found["later"]):
        raise fields.fail("pauses", f"{words!r} is no pause; write 07-01..07-31 or 2027-07-05..2027-08-01")
    try:
        first, last = (
            date.fromisoformat(f"{year or f'{LEAP}-'}{day}")
            for year, day in ((found["year"], found["from"]), (found["later"], found["to"]))
        )
    except ValueError:
        raise fields.fail("pauses", f"{words!r} names a day that does not exist") from None
    if last < first:
        raise fields.fail("pauses", f"{words!r} ends before it begins; write two pauses for one over New Year")
    return Pause(first, last, not found["year"])
