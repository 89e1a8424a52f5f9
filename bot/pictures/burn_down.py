"""Follow-up in a period: how many items should be left by each day, and how many are."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.pictures.canvas import CURRENT, INNER, LINE, MARGIN, WIDTH, Drawn, count, fitted, rule, words
from bot.pictures.letters import width_of
from bot.pictures.scale import Days, marks
from knowledge.figures import BurnDown
from knowledge.text import Picture

BLUE = "#0072b2"
NOW, PLAN = f'stroke="{BLUE}"', f'stroke="{CURRENT}" stroke-dasharray="7 5"'
HEIGHT = 220
GRID = (1, 2, 5)  # times a power of ten: how far apart lines across may lie


def drawn(picture: Picture, top: float) -> Drawn:
    """What the two lines are with where they stand, then both as steps; today is where the blue one ends."""
    period = picture.figure
    assert isinstance(period, BurnDown)
    total = period.total
    up, bottom = top + 2 * LINE + 12, top + 2 * LINE + 12 + HEIGHT
    days = Days(period.first, period.last, MARGIN + 16 + width_of(count(total, picture.lang), 16), WIDTH - MARGIN - 6)
    body = [*_told(period, picture, top), *_across(total, days, up, bottom, picture.lang)]
    body += [*_steps(left_by_plan(period), days, total, up, bottom, PLAN, 2)]
    body += [*_steps(left_now(period), days, total, up, bottom, NOW, 5)]
    return Drawn([*body, *_marks(days, bottom, picture.lang)], bottom + LINE + 8)


def left_by_plan(period: BurnDown) -> list[tuple[date, int]]:
    """The days on which fewer should be left, and how many; from the first to the last day of the period."""
    days = [period.first, *dict.fromkeys(period.due_within), period.last]
    return [(period.first, period.total), *((day, period.planned_on(day)) for day in days)]


def left_now(period: BurnDown) -> list[tuple[date, int]]:
    """The days on which fewer were left, and how many; to today."""
    days = [period.first, *dict.fromkeys(period.done_within), _end(period)]
    return [(period.first, period.total), *((day, period.left_on(day)) for day in days)]


def _end(period: BurnDown) -> date:
    return max(period.first, min(period.today, period.last))


def _told(period: BurnDown, picture: Picture, top: float) -> Iterator[str]:
    end = _end(period)
    rows = ((f'{NOW} stroke-width="5"', period.left_on(end)), (f'{PLAN} stroke-width="2"', period.planned_on(end)))
    for number, ((style, left), word) in enumerate(zip(rows, (*picture.legend, "", "")[:2], strict=True)):
        y = top + 4 + number * LINE
        yield f'<path d="M{MARGIN} {y - 5:g}h34" fill="none" {style}/>'
        figure = count(left, picture.lang)
        said = fitted(word, INNER - 54 - width_of(figure, 16, bold=True))
        yield words(said, MARGIN + 44, y)
        yield words(figure, MARGIN + 52 + width_of(said, 16), y, bold=True)


def _across(total: int, days: Days, up: float, bottom: float, lang: str) -> Iterator[str]:
    step = _step(total)
    for value in range(0, total + 1, step):
        y = _height(value, total, up, bottom)
        yield rule(days.left, y, days.right, y, faint=value > 0)
        yield words(count(value, lang), days.left - 8, y + 5.5, anchor="end")


def _step(total: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … that gives five lines at most."""
    power = 1
    while True:
        for times in GRID:
            if total <= 5 * times * power:
                return times * power
        power *= 10


def _height(value: int, total: int, up: float, bottom: float) -> float:
    return bottom - (bottom - up) * value / max(1, total)


def _steps(
    points: Sequence[tuple[date, int]], days: Days, total: int, up: float, bottom: float, stroke: str, width: int
) -> Iterator[str]:
    """A line that falls on the days it says, with a dot where it ends."""
    path = f"M{days.at(points[0][0]):.5g} {_height(points[0][1], total, up, bottom):.5g}"
    path += "".join(f"H{days.at(day):.5g}V{_height(left, total, up, bottom):.5g}" for day, left in points[1:])
    yield f'<path d="{path}" fill="none" {stroke} stroke-width="{width}" stroke-linejoin="round"/>'
    if width > 2:
        x, y = days.at(points[-1][0]), _height(points[-1][1], total, up, bottom)
        yield f'<circle cx="{x:.5g}" cy="{y:.5g}" r="7" fill="{BLUE}" stroke="{CURRENT}"/>'


def _marks(days: Days, y: float, lang: str) -> Iterator[str]:
    for at, word in marks(days, lang):
        yield rule(at, y, at, y + 5)
        yield words(word, at, y + 23, anchor="middle")
