"""Certificates on a time line: a bar from today to the last day, or back to it where that has passed."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.pictures.canvas import INNER, LINE, MARGIN, SIZE, WIDTH, Drawn, Style, box, fitted, flat, rule, words
from bot.pictures.letters import width_of
from bot.pictures.scale import Days, marks
from knowledge.figures import STATES, Holding, TimeLine
from knowledge.rules.calendar import short
from knowledge.text import Picture

# By state. Without colour: empty with a broken rim, striped, full.
LOOKS = {"passed": Style(), "soon": Style("#e69f00", "stripes"), "valid": Style("#0072b2")}
BAR = 14
BACK, AHEAD = timedelta(days=365), timedelta(days=4 * 365)  # beyond these a bar ends at the edge; its day is written


def drawn(picture: Picture, top: float) -> Drawn:
    """Today above all and as a line through every bar; above each bar what it is and until when."""
    line = picture.figure
    assert isinstance(line, TimeLine)
    days = _days(line)
    body, y = [_today(line.today, days, picture, top)], top + 14
    for row in line.rows:
        shown = _row(row, line.today, days, picture, y)
        body, y = [*body, *shown.body], shown.bottom
    return Drawn([*body, *_marks(days, y + 4, picture.lang)], y + 4 + LINE + 6)


def _days(line: TimeLine) -> Days:
    ends = [line.today, *(row.last for row in line.rows), *(row.first for row in line.rows if row.first)]
    first, last = max(min(ends), line.today - BACK), min(max(ends), line.today + AHEAD)
    return Days(first, max(last, line.today + timedelta(days=90)), MARGIN + 2, WIDTH - MARGIN - 2)


def _today(today: date, days: Days, picture: Picture, top: float) -> str:
    said = fitted(f"{picture.x} {short(today, picture.lang)}", INNER)
    half = width_of(said, SIZE) / 2
    return words(said, min(max(days.at(today), MARGIN + half), WIDTH - MARGIN - half), top + 6, anchor="middle")


def _row(row: Holding, today: date, days: Days, picture: Picture, y: float) -> Drawn:
    told = _told(row, picture, y + 20)
    left, right = sorted((days.at(row.first or today), days.at(row.last)))
    now, dash = days.at(today), "4 3" if row.state == "passed" else ""
    bar = box(left, told.bottom, max(3.0, right - left), BAR, LOOKS.get(row.state, Style()), dash, round_by=2)
    return Drawn([*told.body, bar, rule(now, told.bottom - 4, now, told.bottom + BAR + 4, 2)], told.bottom + BAR + 9)


def _told(row: Holding, picture: Picture, y: float) -> Drawn:
    """What it is and until when; below each other where one line has not the room."""
    until = f"{_said(row.state, picture.legend)} {short(row.last, picture.lang)}".strip()
    label = words(fitted(row.label, INNER), MARGIN, y)
    if width_of(flat(row.label), SIZE) + width_of(until, SIZE) + 12 <= INNER:
        return Drawn([label, words(until, WIDTH - MARGIN, y, anchor="end")], y + 10)
    return Drawn([label, words(until, MARGIN, y + LINE)], y + LINE + 10)


def _said(state: str, legend: Sequence[str]) -> str:
    at = STATES.index(state) if state in STATES else len(legend)
    return legend[at] if at < len(legend) else ""


def _marks(days: Days, y: float, lang: str) -> Iterator[str]:
    yield rule(MARGIN, y, WIDTH - MARGIN, y)
    for at, word in marks(days, lang):
        yield rule(at, y, at, y + 5)
        yield words(word, at, y + 22, anchor="middle")
