"""Levels of risk: which cell of a matrix has which, how each looks, and how it is called where there is little room."""

from collections.abc import Sequence

from bot.pictures.canvas import INK, Style
from knowledge.text import Picture

# Ever darker, from blue over yellow to red: told apart in greyscale and by the colour-blind. The words on them have a
# contrast of 6.6:1 or more.
PAPER = (
    Style("#dcecf5", ink=INK),
    Style("#f9d65c", ink=INK),
    Style("#e8892b", ink=INK),
    Style("#9c1127", ink="#ffffff"),
)
FROM = (1, 6, 12, 16, 26)  # likelihood times severity at which a level begins, low first; the last is beyond all


def level_of(x: int, y: int) -> int:
    """0 low, 1 medium, 2 high, 3 very high; `x` is severity, `y` likelihood, 1-5 each."""
    score = max(1, min(x, 5)) * max(1, min(y, 5))
    return sum(score >= first for first in FROM[1:4])


def short(legend: Sequence[str], level: int) -> str:
    """The initials of a level's word, "MH" for "mycket hög"; its number where there is no word."""
    said = legend[level].split() if level < len(legend) else []
    return "".join(word[0] for word in said).upper() or str(level + 1)


def places(picture: Picture) -> dict[tuple[int, int], list[str]]:
    """The labels in each cell (x, y), the worst cell first; a mark outside the matrix lies at its edge."""
    cells: dict[tuple[int, int], list[str]] = {}
    for mark in picture.marks:
        cell = max(1, min(mark.x, 5)), max(1, min(mark.y, 5))
        cells.setdefault(cell, []).append(mark.label)
    return dict(sorted(cells.items(), key=lambda item: (-item[0][0] * item[0][1], -item[0][0])))
