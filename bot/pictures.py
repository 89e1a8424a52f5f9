"""Pictures as SVG, and as PNG where a place cannot show SVG. So far one: the risk matrix, five by five.

Drawn for a phone: every cell says its level in words, so nothing hangs on colour; dots carry numbers that the list
below explains, the worst first, so that labels may be long and many may share a cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap

from bot.render import printable
from knowledge.text import Picture

KINDS = ("risk_matrix",)
FONTS = Path(__file__).parent / "static" / "fonts"
FAMILY = "DejaVu Sans"  # its condensed cut, see the document element
AVERAGE = 0.5  # of the font size: how wide a character is on average; Swedish words measure 0.45


@dataclass(frozen=True, slots=True)
class Paper:
    """The colour of a level and of words on it."""

    fill: str
    ink: str


# Ever darker, from blue over yellow to red: told apart in greyscale and by the colour-blind. The words on them have a
# contrast of 6.6:1 or more.
PAPER = (
    Paper("#dcecf5", "#1b1b1b"),
    Paper("#f9d65c", "#1b1b1b"),
    Paper("#e8892b", "#1b1b1b"),
    Paper("#9c1127", "#ffffff"),
)
FROM = (1, 6, 12, 16, 26)  # likelihood times severity at which a level begins, low first; the last is beyond all
INK = "#1b1b1b"

WIDTH, MARGIN = 1000, 30
LEFT, CELL, HEIGHT = 130, 166, 132  # where the cells begin, and how wide and high each is
DOTS = (42, 36, 30, 25, 20, 16)  # diameters to try until all the dots of a cell fit
GAP = 6
LEVEL_LINE = 34  # the height at the top of a cell that the level's word takes


def level_of(x: int, y: int) -> int:
    """0 low, 1 medium, 2 high, 3 very high; `x` is severity, `y` likelihood, 1-5 each."""
    score = max(1, min(x, 5)) * max(1, min(y, 5))
    return sum(score >= first for first in FROM[1:4])


def short(legend: Sequence[str], level: int) -> str:
    """The initials of a level's word, "MH" for "mycket hög"; its number where there is no word."""
    words = legend[level].split() if level < len(legend) else []
    return "".join(word[0] for word in words).upper() or str(level + 1)


def places(picture: Picture) -> dict[tuple[int, int], list[str]]:
    """The labels in each cell (x, y), the worst cell first; a mark outside the matrix lies at its edge."""
    cells: dict[tuple[int, int], list[str]] = {}
    for mark in picture.marks:
        cell = max(1, min(mark.x, 5)), max(1, min(mark.y, 5))
        cells.setdefault(cell, []).append(mark.label)
    return dict(sorted(cells.items(), key=lambda item: (-item[0][0] * item[0][1], -item[0][0])))


def svg(picture: Picture, lang: str = "sv") -> str:
    """`picture` as one SVG document; `alt` lies in it as its description."""
    title = _lines(picture.title, WIDTH - 2 * MARGIN, 40)
    top = 36 + 50 * len(title) + 20
    numbered = _numbered(picture)
    below = top + 5 * HEIGHT
    legend_top = below + 112
    body = [
        *(_words(line, MARGIN, 66 + 50 * i, 40, bold=True) for i, line in enumerate(title)),
        *_cells(picture, top),
        *_dots(numbered, top),
        *_axes(picture, top),
        *_legend(picture, legend_top),
    ]
    key, bottom = _key(numbered, legend_top + 84)
    return _document(picture, lang, bottom + 24, [*body, *key])


def png(picture: Picture, scale: float = 1.0) -> bytes:
    """`picture` as a PNG, 1,000 pixels wide at scale 1, with the fonts that we ship and no others."""
    import resvg_py

    return resvg_py.svg_to_bytes(
        svg_string=svg(picture),
        zoom=scale,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(file) for file in sorted(FONTS.glob("*.ttf"))],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )


def _document(picture: Picture, lang: str, height: int, body: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{_safe(lang)}" role="img" width="{WIDTH}"'
            f' height="{height}" viewBox="0 0 {WIDTH} {height}" font-family="{FAMILY}, sans-serif"'
            f' font-stretch="condensed" fill="{INK}">',
            f"<title>{_safe(picture.title)}</title>",
            f"<desc>{_safe(picture.alt)}</desc>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *body,
            "</svg>\n",
        ]
    )


def _safe(text: str) -> str:
    return escape(printable(text))


def _words(text: str, x: float, y: float, size: int, anchor: str = "start", fill: str = INK, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{weight}>'
        f"{_safe(text)}</text>"
    )


def _box(x: float, y: float, width: float, height: float, paper: Paper) -> str:
    where = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect {where} rx="8" fill="{paper.fill}" stroke="#5f5f5f"/>'


def _lines(text: str, width: float, size: int) -> list[str]:
    return wrap(printable(text), max(1, int(width / (size * AVERAGE)))) or [""]


def _cells(picture: Picture, top: int) -> Iterator[str]:
    for y in range(5, 0, -1):
        for x in range(1, 6):
            paper = PAPER[level_of(x, y)]
            left, up = _corner(x, y, top)
            yield _box(left, up, CELL - 4, HEIGHT - 4, paper)
            yield _words(_level_word(picture, level_of(x, y)), left + 10, up + 26, 21, fill=paper.ink)


def _corner(x: int, y: int, top: int) -> tuple[int, int]:
    return LEFT + (x - 1) * CELL, top + (5 - y) * HEIGHT


def _level_word(picture: Picture, level: int) -> str:
    """The word if it fits in a cell, else its initials."""
    word = picture.legend[level] if level < len(picture.legend) else ""
    return word if word and len(word) * 21 * AVERAGE < CELL - 20 else short(picture.legend, level)


Numbered = Mapping[tuple[int, int], Sequence[tuple[int, str]]]


def _numbered(picture: Picture) -> Numbered:
    number = 0
    cells: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for cell, labels in places(picture).items():
        cells[cell] = [(number + i, label) for i, label in enumerate(labels, start=1)]
        number += len(labels)
    return cells


def _dots(numbered: Numbered, top: int) -> Iterator[str]:
    for (x, y), marks in numbered.items():
        left, up = _corner(x, y, top)
        numbers = [str(number) for number, _ in marks]
        size, across, down = _fit(len(numbers))
        if len(numbers) > across * down:  # the list below names them all
            numbers = [*numbers[: across * down - 1], "…"]
        for i, number in enumerate(numbers):
            centre = left + 10 + (i % across + 0.5) * (size + GAP), up + LEVEL_LINE + (i // across + 0.5) * (size + GAP)
            yield from _dot(number, centre[0], centre[1], size)


def _fit(count: int) -> tuple[int, int, int]:
    """The largest dot with which `count` dots fit in a cell, and how many fit across and down."""
    for size in DOTS:
        across, down = (CELL - 20) // (size + GAP), (HEIGHT - LEVEL_LINE - 6) // (size + GAP)
        if across * down >= count:
            break
    return size, across, down


def _dot(number: str, x: float, y: float, size: int) -> Iterator[str]:
    letters = round(size * (0.62 if len(number) < 3 else 0.46))
    yield f'<circle cx="{x:g}" cy="{y:g}" r="{size / 2:g}" fill="{INK}" stroke="#ffffff" stroke-width="2"/>'
    yield _words(number, x, y + letters * 0.36, letters, "middle", "#ffffff", bold=True)


def _axes(picture: Picture, top: int) -> Iterator[str]:
    middle, below = top + 5 * HEIGHT / 2, top + 5 * HEIGHT
    for step in range(1, 6):
        yield _words(str(step), LEFT - 18, top + (5.5 - step) * HEIGHT + 8, 28, "end", bold=True)
        yield _words(str(step), LEFT + (step - 0.5) * CELL, below + 32, 28, "middle", bold=True)
    yield _words(f"{picture.x} →", LEFT + 5 * CELL / 2, below + 74, 30, "middle")
    yield f'<g transform="translate(62 {middle:g}) rotate(-90)">{_words(f"{picture.y} →", 0, 0, 30, "middle")}</g>'


def _legend(picture: Picture, top: int) -> Iterator[str]:
    """A swatch a level, its word and the products of likelihood and severity that it stands for."""
    step = (WIDTH - 2 * MARGIN) / 4
    for level, paper in enumerate(PAPER):
        left = MARGIN + level * step
        yield _box(left, top, step - 8, 48, paper)
        word = picture.legend[level] if level < len(picture.legend) else ""
        words = f"{word} {FROM[level]}–{FROM[level + 1] - 1}".strip()
        yield _words(words, left + (step - 8) / 2, top + 33, 24 if len(words) < 17 else 19, "middle", paper.ink)


def _key(numbered: Numbered, top: int) -> tuple[list[str], int]:
    """The numbers explained, in two columns where the labels are short; and where the list ends."""
    marks = [mark for cell in numbered.values() for mark in cell]
    wide = WIDTH - 2 * MARGIN
    columns = 2 if len(marks) > 5 and all(len(_lines(label, wide / 2 - 70, 26)) == 1 for _, label in marks) else 1
    drawn: list[str] = []
    column_height, bottom = -(-len(marks) // columns), top
    for first in range(0, len(marks), column_height or 1):
        left, y = MARGIN + (first // column_height) * wide / columns, top
        for number, label in marks[first : first + column_height]:
            drawn += _dot(str(number), left + 22, y, 40)
            for line in _lines(label, wide / columns - 70, 26):
                drawn.append(_words(line, left + 56, y + 9, 26))
                y += 34
            y += 14
        bottom = max(bottom, y - 20)
    return drawn, bottom
