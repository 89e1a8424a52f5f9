"""What pictures are made of: words, lines, boxes and dots as SVG elements, on a sheet 400 wide.

Dark parts are `currentColor`: near black on paper, the colour of the words around it on a web page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.pictures.letters import cut, width_of, wrapped
from bot.render import printable

WIDTH, MARGIN = 400, 16
INNER = WIDTH - 2 * MARGIN
SIZE = 16  # of letters: four hundredths of the width, twelve pixels and more on a phone
SMALL = 14  # only for numbers in dots
TITLE = 20
LINE = 22  # from one line of words to the next
INK = "#1b1b1b"
GROUND = "#ffffff"
CURRENT = "currentColor"
RIM = 0.65  # how much of the dark colour an outline has: it still has a contrast of 3:1 and more


@dataclass(frozen=True, slots=True)
class Drawn:
    """Elements, and where below them the next may begin."""

    body: Sequence[str]
    bottom: float


@dataclass(frozen=True, slots=True)
class Style:
    """A fill, a pattern of lines on it, and what words on it are written in."""

    fill: str = "none"
    pattern: str = ""
    ink: str = CURRENT


def safe(text: str) -> str:
    """`text` with nothing in it that is markup, obeyed, or unprintable."""
    return escape(printable(text))


def flat(text: str) -> str:
    """`text` on one line."""
    return " ".join(printable(text).split())


def words(
    text: str, x: float, y: float, size: float = SIZE, anchor: str = "start", fill: str = CURRENT, bold: bool = False
) -> str:
    """One line of words; `y` is its baseline."""
    weight = ' font-weight="bold"' if bold else ""
    inked = f' fill="{fill}"' if fill != CURRENT else ""
    turned = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:.4g}" y="{y:.5g}" font-size="{size:g}"{turned}{inked}{weight}>{safe(text)}</text>'


def lines(text: str, x: float, y: float, width: float, size: float = SIZE, bold: bool = False) -> Drawn:
    """Words in as many lines as they take; `y` is the first baseline."""
    step = LINE * size / SIZE
    wrapped_lines = wrapped(printable(text), width, size, bold)
    body = [words(line, x, y + number * step, size, bold=bold) for number, line in enumerate(wrapped_lines)]
    return Drawn(body, y + len(body) * step)


def fitted(text: str, width: float, size: float = SIZE, bold: bool = False) -> str:
    """`text` on one line, cut to `width`."""
    return cut(flat(text), width, size, bold)


def rule(x1: float, y1: float, x2: float, y2: float, width: float = 1, faint: bool = False, dash: str = "") -> str:
    """A straight line; faint where it only guides the eye."""
    style = (' stroke-opacity="0.28"' if faint else "") + (f' stroke-dasharray="{dash}"' if dash else "")
    return (
        f'<line x1="{x1:.5g}" y1="{y1:.5g}" x2="{x2:.5g}" y2="{y2:.5g}" stroke="{CURRENT}"'
        f' stroke-width="{width:g}"{style}/>'
    )


def box(x: float, y: float, width: float, height: float, style: Style, dash: str = "", round_by: float = 3) -> str:
    """A filled box with its pattern and an outline."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    where = f'x="{x:.5g}" y="{y:.5g}" width="{max(0, width):.5g}" height="{height:.5g}"'
    outline = f'<rect {where} rx="{round_by:g}" fill="{style.fill}" stroke="{CURRENT}" stroke-opacity="{RIM}"{dashed}/>'
    return outline + "".join(_pattern(x, y, width, height, style.pattern))


def _pattern(x: float, y: float, width: float, height: float, name: str) -> Iterator[str]:
    """Written out instead of <pattern>: that needs a name, and two pictures on a page would share it."""
    strokes = {"stripes": _stripes, "dots": _dots}[name](width, height) if name else ""
    if strokes:
        cap = ' stroke-linecap="round" stroke-width="2.4"' if name == "dots" else ' stroke-width="1.6"'
        yield f'<path transform="translate({x:.5g} {y:.5g})" d="{strokes}" fill="none" stroke="{CURRENT}"{cap}/>'


def _stripes(width: float, height: float, step: int = 6) -> str:
    found = []
    for along in range(step, int(width + height), step):
        left, low = max(0.0, along - height), min(float(along), height)
        right, high = min(float(along), width), max(0.0, along - width)
        found.append(f"M{left:.4g} {low:.4g}L{right:.4g} {high:.4g}")
    return "".join(found)


def _dots(width: float, height: float, step: int = 6) -> str:
    across = range(step // 2 + 1, int(width) - 1, step)
    down = range(step // 2 + 1, int(height) - 1, step)
    return "".join(f"M{x} {y}h0.01" for x in across for y in down)


def dot(number: str, x: float, y: float, radius: float, fill: str = INK) -> str:
    """A dot with a number in it; the white rim keeps it apart from what lies below."""
    size = min(SMALL, round(radius * 1.3)) if len(number) < 3 else round(radius * 0.9)
    circle = f'<circle cx="{x:.5g}" cy="{y:.5g}" r="{radius:g}" fill="{fill}" stroke="{GROUND}" stroke-width="1.5"/>'
    return circle + words(number, x, y + size * 0.36, size, "middle", GROUND, bold=True)


def key(entries: Sequence[tuple[str, str]], y: float, fill: str = INK) -> Drawn:
    """Numbered dots explained, a line or more each: number and words; `y` is where the list begins."""
    drawn: list[str] = []
    for number, label in entries:
        drawn.append(dot(number, MARGIN + 12, y + 12, 12, fill))
        told = lines(label, MARGIN + 34, y + 17.5, INNER - 34)
        drawn += told.body
        y += 26 + LINE * (len(told.body) - 1)
    return Drawn(drawn, y)


def swatches(entries: Sequence[tuple[Style, str]], y: float) -> Drawn:
    """Styles explained, as many beside each other as fit; `y` is where they begin."""
    drawn: list[str] = []
    x: float = MARGIN
    for style, label in entries:
        wide = 28 + width_of(flat(label), SIZE)
        if x > MARGIN and x + wide > WIDTH - MARGIN:
            x, y = MARGIN, y + 26
        shown = fitted(label, WIDTH - MARGIN - x - 28)
        drawn += [box(x, y + 2, 20, 16, style), words(shown, x + 28, y + 16)]
        x += wide + 18
    return Drawn(drawn, y + 26 if entries else y)


def count(value: int, lang: str) -> str:
    """A whole number as it is written in `lang`: 12 345 or 12,345."""
    return f"{value:,}" if lang == "en" else f"{value:,}".replace(",", "\u00a0")
