"""The risk matrix, five by five: each risk a numbered dot in its cell, the worst first in the list below."""

from collections.abc import Iterator, Mapping, Sequence

from bot.pictures.canvas import INNER, MARGIN, SIZE, WIDTH, Drawn, Style, box, dot, fitted, key, words
from bot.pictures.levels import FROM, PAPER, level_of, places, short
from knowledge.text import Picture

LEFT, CELL, HEIGHT = 52, 66, 76  # where the cells begin, and how wide and high each is
RADII = (12, 10)  # of dots, to try until all of a cell fit
HEAD = 22  # the height at the top of a cell that its level takes

Numbered = Mapping[tuple[int, int], Sequence[tuple[int, str]]]


def drawn(picture: Picture, top: float) -> Drawn:
    """The cells with their dots, what the levels are called, and what the numbers stand for."""
    numbered = _numbered(picture)
    levels = _legend(picture, top + 5 * HEIGHT + 64)
    told = key([(str(number), label) for marks in numbered.values() for number, label in marks], levels.bottom + 10)
    return Drawn(
        [*_cells(picture, top), *_dots(numbered, top), *_axes(picture, top), *levels.body, *told.body], told.bottom
    )


def _numbered(picture: Picture) -> Numbered:
    number = 0
    cells: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for cell, labels in places(picture).items():
        cells[cell] = [(number + i, label) for i, label in enumerate(labels, start=1)]
        number += len(labels)
    return cells


def _cells(picture: Picture, top: float) -> Iterator[str]:
    for y in range(5, 0, -1):
        for x in range(1, 6):
            paper = PAPER[level_of(x, y)]
            left, up = _corner(x, y, top)
            yield _paper(left, up, CELL - 2, HEIGHT - 2, paper)
            yield words(short(picture.legend, level_of(x, y)), left + 6, up + 18, SIZE, fill=paper.ink)


def _paper(x: float, y: float, width: float, height: float, style: Style) -> str:
    return box(x, y, width, height, style, round_by=4)


def _corner(x: int, y: int, top: float) -> tuple[float, float]:
    return LEFT + (x - 1) * CELL, top + (5 - y) * HEIGHT


def _dots(numbered: Numbered, top: float) -> Iterator[str]:
    for (x, y), marks in numbered.items():
        left, up = _corner(x, y, top)
        for number, (along, below, radius) in _spread([str(number) for number, _ in marks]):
            yield dot(number, left + along, up + below, radius)


def _spread(numbers: Sequence[str]) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Each number with its place in a cell and its radius; where not all fit an ellipsis, since the list has them."""
    for radius in RADII:
        step = 2 * radius + 2
        spots = [(column, row) for row in range((HEIGHT - HEAD - 2) // step) for column in range((CELL - 6) // step)]
        if len(spots) >= len(numbers):
            break
    if len(numbers) > len(spots):
        numbers = [*numbers[: len(spots) - 1], "…"]
    for number, (column, row) in zip(numbers, spots, strict=False):
        yield number, (4 + (column + 0.5) * step, HEAD + (row + 0.5) * step, radius)


def _axes(picture: Picture, top: float) -> Iterator[str]:
    middle, below = top + 5 * HEIGHT / 2, top + 5 * HEIGHT
    for step in range(1, 6):
        yield words(str(step), LEFT - 8, top + (5.5 - step) * HEIGHT + 5, anchor="end")
        yield words(str(step), LEFT + (step - 0.5) * CELL, below + 20, anchor="middle")
    yield words(fitted(f"{picture.x} →", 5 * CELL), LEFT + 5 * CELL / 2, below + 44, anchor="middle")
    turned = words(fitted(f"{picture.y} →", 5 * HEIGHT), 0, 0, anchor="middle")
    yield f'<g transform="translate({MARGIN + 12} {middle:g}) rotate(-90)">{turned}</g>'


def _legend(picture: Picture, top: float) -> Drawn:
    """For each level its letters as in the cells, its word, and the products that it stands for; two in a row."""
    body: list[str] = []
    for level, paper in enumerate(PAPER):
        left, up = MARGIN + (level % 2) * INNER / 2, top + (level // 2) * 32
        word = picture.legend[level] if level < len(picture.legend) else ""
        body.append(_paper(left, up, 36, 26, paper))
        body.append(words(short(picture.legend, level), left + 18, up + 19, SIZE, "middle", paper.ink))
        said = fitted(f"{word} {FROM[level]}–{FROM[level + 1] - 1}".strip(), WIDTH / 2 - MARGIN - 48)
        body.append(words(said, left + 44, up + 19))
    return Drawn(body, top + 64)
