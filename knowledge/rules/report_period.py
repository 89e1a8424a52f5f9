"""The period that an officer means by "Q3", "2026" or "jan-mars 2027": words in, a first and a last day out."""

import re
from datetime import date, timedelta

from knowledge.rules.calendar import add_months
from knowledge.rules.date_words import MONTH
from knowledge.rules.report_records import Period

QUARTER = re.compile(
    r"(?:q|kvartal|quarter|kv)\s?([1-4])(?:[\s,/]+(20\d\d))?|([1-4]):?\w{0,2} (?:kvartalet|quarter)(?: (20\d\d))?"
)
YEAR = re.compile(r"(?:year |the year )?(20\d\d)")
DAYS = re.compile(r"(20\d\d-\d\d-\d\d)\s*(?:-|–|till|to|\.\.)\s*(20\d\d-\d\d-\d\d)")
MONTH_NAME = r"([a-z]{3,9})\.?"
SPAN = re.compile(rf"{MONTH_NAME}(?:\s?(?:-|–|till|to|until)\s?{MONTH_NAME})?(?:\s+(20\d\d))?")
LEAD = re.compile(r"^(?:för|for|om|over|on)\s+")
LONGEST = 60  # characters


def quarter_before(today: date) -> Period:
    """The last whole quarter before `today`."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return _months(add_months(first, -3), 3)


def before(period: Period) -> Period:
    """The period just before, as many whole months long; as many days where it is not made of whole months."""
    months = 12 * (period.last.year - period.first.year) + period.last.month - period.first.month + 1
    if period == _months(period.first, months):
        return _months(add_months(period.first, -months), months)
    return Period(period.first - (period.last - period.first) - timedelta(days=1), period.first - timedelta(days=1))


def understand_period(words: str, today: date) -> Period | None:
    """The period that `words` name; without a year the latest that has begun. None: they name none."""
    said = LEAD.sub("", " ".join(words.casefold().split()).strip(" .!?")) if len(words) <= LONGEST else ""
    for pattern, read in ((QUARTER, _quarter), (YEAR, _year), (DAYS, _days), (SPAN, _span)):
        if found := pattern.fullmatch(said):
            return read(found, today)
    return None


def _quarter(found: re.Match[str], today: date) -> Period:
    first = 3 * int(found[1] or found[3]) - 2
    return _months(date(_begun(first, found[2] or found[4], today), first, 1), 3)


def _year(found: re.Match[str], today: date) -> Period:  # noqa: ARG001
    return _months(date(int(found[1]), 1, 1), 12)


def _days(found: re.Match[str], today: date) -> Period | None:  # noqa: ARG001
    try:
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError:
        return None
    return Period(first, last) if first <= last else None


def _span(found: re.Match[str], today: date) -> Period | None:
    one, other = MONTH.get(found[1]), MONTH.get(found[2] or found[1])
    if not one or not other:
        return None
    over_new_year = 12 if other < one else 0
    if over_new_year and found[3]:  # "nov-jan 2027" ends in that year
        return _months(date(int(found[3]) - 1, one, 1), other + over_new_year - one + 1)
    return _months(date(_begun(one, found[3], today), one, 1), other + over_new_year - one + 1)


def _begun(month: int, year: str | None, today: date) -> int:
    """The year that is said, or the latest in which the month has begun."""
    return int(year) if year else today.year - (month > today.month)


def _months(first: date, months: int) -> Period:
    return Period(first, add_months(first, months) - timedelta(days=1))
