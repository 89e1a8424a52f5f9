"""Working days, wall-clock times, and the days on which an officer is reminded.

Days are added to dates, never to instants: 24 hours after 09:00 is 10:00 when the clocks have gone forward in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def zone_named(name: str, home: ZoneInfo) -> ZoneInfo:
    """The zone of that name; `home` for the empty name, and for one that this machine does not know (any longer)."""
    try:
        return ZoneInfo(name) if name else home
    except (ZoneInfoNotFoundError, ValueError):
        return home


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


WEEKDAYS = {
    "sv": _names("måndag tisdag onsdag torsdag fredag lördag söndag"),
    "en": _names("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
}
MONTHS = {
    "sv": _names("januari februari mars april maj juni juli augusti september oktober november december"),
    "en": _names("January February March April May June July August September October November December"),
}
SHORT_MONTHS = {
    "sv": _names("jan feb mars apr maj juni juli aug sep okt nov dec"),
    "en": _names("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
}

SHORT_DAYS = {
    "sv": _names("må ti on to fr lö sö"),
    "en": _names("Mo Tu We Th Fr Sa Su"),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder: `offset` days before the deadline (negative: after it), on the local `day`.

    `moved_from` is the day it would have been, had that been a working day.
    """

    offset: int
    day: date
    due_at: datetime
    moved_from: date | None


@cache
def _days_off(year: int) -> frozenset[date]:
    from holidays import country_holidays  # a fifth of a second to load: only when a working day is asked for

    # Without "de_facto", Midsummer, Christmas and New Year's Eve would pass for working days.
    return frozenset(country_holidays("SE", years=year, categories=("public", "de_facto")))


def is_working_day(day: date) -> bool:
    """Whether Swedish offices are open: not a weekend, a public holiday or one of the three great eves."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def previous_working_day(day: date) -> date:
    """`day` itself if it is a working day, otherwise the nearest one before it."""
    while not is_working_day(day):
        day -= DAY
    return day


def next_working_day(day: date) -> date:
    """`day` itself if it is a working day, otherwise the nearest one after it."""
    while not is_working_day(day):
        day += DAY
    return day


def to_utc(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant when clocks in `zone` show `at` on `day`, in UTC.

    A time that occurs twice (autumn) is the first of the two; one that never occurs (spring), the first minute after.
    """
    shown = datetime.combine(day, at).replace(fold=0)
    if not _occurs(shown, zone):
        shown = shown.replace(second=0, microsecond=0)
    while not _occurs(shown, zone):
        shown += MINUTE
    return shown.replace(tzinfo=zone).astimezone(UTC)


def _occurs(shown: datetime, zone: tzinfo) -> bool:
    instant = shown.replace(tzinfo=zone).astimezone(UTC)
    return instant.astimezone(zone).replace(tzinfo=None) == shown


def add_months(anchor: date, months: int) -> date:
    """The same day `months` later (or earlier), or the last of that month where there is no such day.

    Always count from the first day of a series: 31 January, 28 February, 31 March. A chain would stay on the 28th.
    """
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    return 31 if month == 12 else (date(year, month + 1, 1) - DAY).day


class Rest(Protocol):
    """A time when the organisation rests."""

    def around(self, day: date) -> tuple[date, date] | None:
        """Its first and its last day, when `day` lies in it."""


Pauses = Sequence[Rest]


def resting(day: date, pauses: Pauses) -> tuple[date, date] | None:
    """The first and the last day of a pause that `day` lies in."""
    return next((found for pause in pauses if (found := pause.around(day))), None)


def before_rest(day: date, pauses: Pauses) -> date:
    """`day`, or the nearest working day before it that lies in no pause."""
    day = previous_working_day(day)
    while found := resting(day, pauses):
        day = previous_working_day(found[0] - DAY)
    return day


def after_rest(day: date, pauses: Pauses) -> date:
    """`day`, or the nearest working day after it that lies in no pause."""
    day = next_working_day(day)
    while found := resting(day, pauses):
        day = next_working_day(found[1] + DAY)
    return day


def plan(deadline: date, offsets: Sequence[int], at: time, zone: tzinfo, pauses: Pauses = ()) -> tuple[Planned, ...]:
    """A reminder for each number of days before `deadline`, the earliest first.

    What falls on a day off, or in a pause, comes the working day before, never later. Of two on one day, the one with
    the smaller offset stays.
    """
    by_day: dict[date, Planned] = {}
    for offset in sorted(offsets, reverse=True):
        meant = deadline - timedelta(days=offset)
        day = before_rest(meant, pauses)
        by_day[day] = _planned(offset, meant, day, at, zone)
    return tuple(by_day[day] for day in sorted(by_day))


def late(deadline: date, nth: int, at: time, zone: tzinfo, every_days: int = 7, pauses: Pauses = ()) -> Planned:
    """The `nth` reminder (1 is the first) that the deadline has passed: on a working day, never earlier than meant."""
    after = max(nth, 1) * max(every_days, 1)
    meant = deadline + timedelta(days=after)
    return _planned(-after, meant, after_rest(meant, pauses), at, zone)


def after_days(deadline: date, days: int, at: time, zone: tzinfo, pauses: Pauses = ()) -> Planned:
    """The reminder so many days after the deadline; 0: on it, or on the first working day after."""
    meant = deadline + timedelta(days=days)
    return _planned(-days, meant, after_rest(meant, pauses), at, zone)


def _planned(offset: int, meant: date, day: date, at: time, zone: tzinfo) -> Planned:
    return Planned(offset, day, to_utc(day, at, zone), None if day == meant else meant)


def iso_week(day: date) -> int:
    """The number of the week in the Swedish calendar, 1 to 53; 1 January may lie in week 53 of the year before."""
    return day.isocalendar().week


def words(day: date, lang: str) -> str:
    """The day as it is said to people: "fredag 27 november 2026 (v. 48)"."""
    week = "week" if lang == "en" else "v."
    lang = lang if lang in MONTHS else "sv"
    name, month = WEEKDAYS[lang][day.weekday()], MONTHS[lang][day.month - 1]
    return f"{name} {day.day} {month} {day.year} ({week} {iso_week(day)})"


def short(day: date, lang: str) -> str:
    """The day where there is little room: "27 nov 2026"."""
    months = SHORT_MONTHS["en" if lang == "en" else "sv"]
    return f"{day.day} {months[day.month - 1]} {day.year}"


def month_title(today: date, ahead: int, lang: str) -> str:
    """The month so many months after today's: "mars 2027"."""
    year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
    return f"{MONTHS[lang][month]} {year}"
