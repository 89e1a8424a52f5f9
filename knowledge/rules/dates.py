"""The day an officer means by "fredag v. 48", "om två veckor" or "before 1 May": words in, a date or why not.

What can be read in two ways asks. Show `calendar.words` of what was understood: a week without a weekday is
its Friday, and "nästa fredag", which means two things to two people, is the Friday of next week.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from knowledge.rules import date_words as written
from knowledge.rules.calendar import add_months, is_working_day

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
MONTHS_AHEAD = 20 * 12
LONGEST = 80  # characters: a longer answer is a text, not a date
SENTENCE = 4_000  # characters: what is longer is a document
DAY = timedelta(days=1)

Reader = Callable[[re.Match[str], date], date]


class NotADate(Exception):
    """`reason` is the id of the phrase that tells the officer what to write instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def understand_date(words: str, today: date, past_too: bool = False) -> date:
    """The day that `words` say; without a year, the next such day, today included.

    A time after the day, and "varje månad", are allowed and left aside. `past_too` lets days gone by through: a
    contract may have begun, a certificate may have expired.

    Raises:
        NotADate: date_unknown, date_impossible (31 February, week 54), date_past, date_vague ("snarast"),
            date_ambiguous ("5/6"), date_far (over 20 years ahead) or date_weekday_mismatch.
    """
    said = _flat(unicodedata.normalize("NFC", words.strip())) if len(words) <= 4 * LONGEST else ""
    said = " ".join(said.split()).strip(" .!?,;")
    for pattern, read, _ in _rules() if len(said) <= LONGEST else ():
        if found := pattern.fullmatch(said):
            return _allowed(read(found, today), today, past_too)
    raise NotADate("date_vague" if _vague().search(said[:LONGEST]) else "date_unknown")


def find_date(words: str, today: date, past_too: bool = False) -> tuple[date, tuple[int, int]] | None:
    """The day that a sentence names and where it stands, "senast" or "before" included; None if it names no such day.

    A day after such a word goes before any other; "5.10" or "v 5" without one is not taken for a day. A text of more
    than 4,000 characters is not looked through.
    """
    flat = _flat(words) if len(words) <= SENTENCE else ""
    found = [
        (match["lead"] is None, match.start(), -match.end(), match, read)
        for pattern, read, bare in _rules()
        for match in pattern.finditer(flat)
        if bare or match["lead"]
    ]
    if not found:
        return None
    *_, match, read = min(found, key=lambda candidate: candidate[:3])
    try:
        return _allowed(read(match, today), today, past_too), match.span()
    except NotADate:
        return None


def _flat(words: str) -> str:
    """Small letters and plain spaces, as many characters as before."""
    return re.sub(r"\s", " ", words.replace("İ", "I").lower())


def _allowed(day: date, today: date, past_too: bool) -> date:
    if day < FIRST or (day < today and not past_too):
        raise NotADate("date_past")
    if day > min(LAST, add_months(today, MONTHS_AHEAD)):
        raise NotADate("date_far")
    return day


def _on(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADate("date_impossible") from None


def _next(month: int, day: int, today: date) -> date:
    for year in range(today.year, today.year + 9):  # 29 February may be eight years away
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise NotADate("date_impossible")


def _group(found: re.Match[str], name: str) -> str:
    return found.groupdict().get(name) or ""


def _calendar_day(found: re.Match[str], today: date) -> date:
    day = written.NTH.get(found["day"]) or int(found["day"])
    month = written.MONTH.get(found["month"]) or int(found["month"])
    year = _group(found, "year") or (f"20{short}" if (short := _group(found, "short_year")) else "")
    when = _on(int(year), month, day) if year else _next(month, day, today)
    weekday = _group(found, "weekday")
    if weekday and written.ANY_WEEKDAY[weekday] != when.weekday():
        raise NotADate("date_weekday_mismatch")
    return when


def _day_slash_month(found: re.Match[str], today: date) -> date:
    """1/12 is 1 December, as Swedes write; "5/6" and "3/15" may come from somebody who puts the month first."""
    day, month = int(found["day"]), int(found["month"])
    if not _group(found, "weekday") and (month > 12 >= day or (day != month and max(day, month) < 10)):
        raise NotADate("date_ambiguous")
    return _calendar_day(found, today)


def _two_figure_year(_found: re.Match[str], _today: date) -> date:
    raise NotADate("date_ambiguous")


def _weekday(found: re.Match[str], today: date) -> date:
    weekday = written.WEEKDAY[found["weekday"]]
    if found["which"] or found["later"]:
        return today + DAY * (7 - today.weekday() + weekday)
    return today + DAY * ((weekday - today.weekday() - 1) % 7 + 1)  # "på måndag", said on a Monday, is in a week


def _week(found: re.Match[str], today: date) -> date:
    week, weekday = int(found["week"]), written.WEEKDAY.get(found["weekday"], written.FRIDAY)
    year = int(found["year"] or today.isocalendar().year)
    try:
        when = date.fromisocalendar(year, week, weekday + 1)
        passed = when < today and not found["year"]
        return date.fromisocalendar(year + 1, week, weekday + 1) if passed else when
    except ValueError:
        raise NotADate("date_impossible") from None


def _in_a_while(found: re.Match[str], today: date) -> date:
    unit, said = found["unit"], found["count"]
    count = written.COUNT[said] if said in written.COUNT else int(said)
    if count > (1_000 if unit in written.UNIT_MONTHS else 10_000):
        raise NotADate("date_far")
    if _group(found, "ago"):
        count = -count
    if unit in written.UNIT_MONTHS:
        return add_months(today, count * written.UNIT_MONTHS[unit])
    return today + DAY * count * written.UNIT_DAYS[unit] if unit in written.UNIT_DAYS else _working_days(count, today)


def _working_days(count: int, today: date) -> date:
    day, step = today, DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def _near(found: re.Match[str], today: date) -> date:
    return today + DAY * (written.TODAY | written.AHEAD)[found["word"]]


def _feast(found: re.Match[str], today: date) -> date:
    month, day, weekday = written.NAMED[found["word"]]
    years = [int(found["year"])] if found["year"] else [today.year, today.year + 1]
    days = [date(year, month, day) for year in years]
    if weekday is not None:
        days = [when + DAY * ((weekday - when.weekday()) % 7) for when in days]
    return _first_from(days, today)


def _nth_of_month(found: re.Match[str], today: date) -> date:
    nth, weekday = written.NTH_OR_LAST[found["nth"]], written.WEEKDAY.get(found["weekday"])
    chosen = []
    for days in _months(found, today):
        those = [day for day in days if (is_working_day(day) if weekday is None else day.weekday() == weekday)]
        chosen.append(those[nth - 1 if nth > 0 else nth])
    return _first_from(chosen, today)


def _end_of_month(found: re.Match[str], today: date) -> date:
    return _first_from([days[-1] for days in _months(found, today)], today)


def _end_of_year(found: re.Match[str], today: date) -> date:
    return date(int(found["year"] or today.year), 12, 31)


def _months(found: re.Match[str], today: date) -> list[list[date]]:
    """The days of the month meant, and of the next that it may mean should that have passed."""
    this = today.replace(day=1)
    if found["year"]:
        starts = [date(int(found["year"]), written.MONTH[found["month"]], 1)]
    elif found["month"]:
        starts = [date(year, written.MONTH[found["month"]], 1) for year in (today.year, today.year + 1)]
    else:
        starts = [add_months(this, 1)] if found["which"] else [this, add_months(this, 1)]
    return [[start + DAY * n for n in range((add_months(start, 1) - start).days)] for start in starts]


def _first_from(days: list[date], today: date) -> date:
    return next((day for day in days if day >= today), days[-1])


# How a day is written, who reads it, and whether it is plain enough to be found in a sentence without "senast".
RULES: tuple[tuple[str, Reader, bool], ...] = (
    (written.YEAR_FIRST, _calendar_day, True),
    (written.RUN_TOGETHER, _calendar_day, False),
    (written.DAY_MONTH, _calendar_day, True),
    (written.MONTH_DAY, _calendar_day, True),
    (written.SLASHED, _day_slash_month, False),
    (written.DASHED, _day_slash_month, False),
    (written.TWO_FIGURE_YEAR, _two_figure_year, False),
    (written.ON_WEEKDAY, _weekday, True),
    (written.WEEK, _week, True),
    (written.SHORT_WEEK, _week, False),
    (written.IN_A_WHILE, _in_a_while, True),
    (written.FROM_NOW, _in_a_while, True),
    (written.AGO, _in_a_while, False),
    (written.NEAR, _near, True),
    (written.NEARER, _near, False),
    (written.FEAST, _feast, False),
    (written.NTH_OF_MONTH, _nth_of_month, True),
    (written.END_OF_MONTH, _end_of_month, True),
    (written.END_OF_YEAR, _end_of_year, True),
)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Reader, bool], ...]:
    return tuple((_pattern(day), read, bare) for day, read, bare in RULES)


def _pattern(day: str) -> re.Pattern[str]:
    whole = rf"(?<![\w/.:,-]){written.LEAD}(?:{day}){written.TAIL}(?!\w|[-/.:][0-9])"
    return re.compile(whole.replace(" ", " {1,3}"))


@cache
def _vague() -> re.Pattern[str]:
    return re.compile(written.VAGUE)
