"""Risk by spend: a lane for each band of value, the largest on top; every contract is a numbered bubble at its risk."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.canvas import INNER, LINE, MARGIN, WIDTH, Drawn, dot, fitted, key, rule, words
from knowledge.figures import Bubble, Bubbles
from knowledge.text import Picture

BLUE = "#0072b2"
LEFT, RIGHT = MARGIN + 18, WIDTH - MARGIN - 20  # where a priority of 0 and of 100 lie
TICKS = tuple((value, LEFT + value / 100 * (RIGHT - LEFT)) for value in (0, 25, 50, 75, 100))
LEAST, MORE = 11, 3  # radius of the smallest band's bubbles, and how much each larger band adds
APART = 2
HEAD = 26  # the height of a lane's words


@dataclass(frozen=True, slots=True)
class Placed:
    """A bubble with its number, where its middle lies in its lane (0 is the lane's top), and its radius."""

    number: int
    point: Bubble
    x: float
    y: float
    radius: float


def drawn(picture: Picture, top: float) -> Drawn:
    """The lanes, what the numbers stand for, and how many nobody assessed."""
    figure = picture.figure
    assert isinstance(figure, Bubbles)
    numbered = _numbered(figure)
    body: list[str] = []
    y = top - 8
    unknown = len(figure.bands) - 1
    for band in (*range(unknown - 1, -1, -1), unknown):
        placed = lane([(n, p) for n, p in numbered if p.band == band], 0 if band == unknown else band)
        if placed:
            shown = _lane(placed, figure.bands[band], y)
            body, y = [*body, *shown.body], shown.bottom
    axis = _axis(picture, y)
    told = key(
        [(str(number), f"{point.label} · {point.priority}") for number, point in numbered], axis.bottom + 4, BLUE
    )
    rest = _unassessed(figure, picture, told.bottom)
    return Drawn([*body, *axis.body, *told.body, *rest.body], rest.bottom)


def _numbered(figure: Bubbles) -> list[tuple[int, Bubble]]:
    known = [point for point in figure.points if point.priority is not None]
    ordered = sorted(known, key=lambda point: (-(point.priority or 0), -point.band, point.label))
    return list(enumerate(ordered, start=1))


def lane(numbered: Sequence[tuple[int, Bubble]], size: int) -> list[Placed]:
    """The bubbles of one lane, none over another: each as high as it can lie where it belongs."""
    radius = LEAST + MORE * size
    placed: list[Placed] = []
    for number, point in numbered:
        x = LEFT + max(0, min(100, point.priority or 0)) / 100 * (RIGHT - LEFT)
        y: float = radius
        while any(_meet(x, y, radius, other) for other in placed):
            y += radius / 2
        placed.append(Placed(number, point, x, y, radius))
    return placed


def _meet(x: float, y: float, radius: float, other: Placed) -> bool:
    least = radius + other.radius + APART
    return (x - other.x) ** 2 + (y - other.y) ** 2 < least**2


def _lane(placed: Sequence[Placed], band: str, y: float) -> Drawn:
    floor = y + HEAD + max(each.y + each.radius for each in placed) + 6
    body = [words(fitted(band, INNER), MARGIN, y + 16), rule(MARGIN, floor, WIDTH - MARGIN, floor, faint=True)]
    body += [rule(at, y + HEAD, at, floor, faint=True) for _, at in TICKS]
    body += [dot(str(each.number), each.x, y + HEAD + each.y, each.radius, BLUE) for each in placed]
    return Drawn(body, floor + 2)


def _axis(picture: Picture, y: float) -> Drawn:
    body = [rule(MARGIN, y, WIDTH - MARGIN, y)]
    for value, at in TICKS:
        body += [rule(at, y, at, y + 5), words(str(value), at, y + 22, anchor="middle")]
    body.append(words(fitted(f"{picture.x} →", INNER), WIDTH / 2, y + 24 + LINE, anchor="middle"))
    return Drawn(body, y + 34 + LINE)


def _unassessed(figure: Bubbles, picture: Picture, y: float) -> Drawn:
    """How many have no priority, in the words of the picture."""
    missing = sum(point.priority is None for point in figure.points)
    if not missing:
        return Drawn([], y)
    return Drawn([words(fitted(f"{picture.y}: {missing}", INNER), MARGIN, y + LINE)], y + LINE + 6)
