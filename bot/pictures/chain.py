"""A supply chain: its tiers from left to right, and below them each risk area with its level in every tier."""

from collections.abc import Iterator, Sequence

from bot.pictures.canvas import CURRENT, INNER, MARGIN, SIZE, Drawn, Style, box, fitted, words
from bot.pictures.levels import PAPER, short
from knowledge.figures import Chain, Link
from knowledge.text import Picture

GAP, HEAD, CELL, ROW = 6, 34, 28, 62
POINT = 10  # how far the arrow of a tier sticks out


def drawn(picture: Picture, top: float) -> Drawn:
    """Arrows for the tiers; for each area its name above a row of levels."""
    chain = picture.figure
    assert isinstance(chain, Chain)
    wide = (INNER - GAP * (len(chain.tiers) - 1)) / max(1, len(chain.tiers))
    body = [*_tiers(chain.tiers, wide, top)]
    for number, row in enumerate(chain.rows):
        body += _row(row, picture.legend, wide, top + HEAD + 6 + number * ROW)
    return Drawn(body, top + HEAD + 6 + len(chain.rows) * ROW)


def _tiers(tiers: Sequence[str], wide: float, top: float) -> Iterator[str]:
    for number, tier in enumerate(tiers):
        left, notch = MARGIN + number * (wide + GAP), POINT if number else 0
        outline = (
            f"M{left - notch:.4g} {top:g}h{wide - POINT + notch:.4g}l{POINT} {HEAD / 2:g}l-{POINT} {HEAD / 2:g}"
            f"h-{wide - POINT + notch:.4g}l{notch} -{HEAD / 2:g}z"
        )
        yield f'<path d="{outline}" fill="none" stroke="{CURRENT}" stroke-width="1.5" stroke-linejoin="round"/>'
        shown = fitted(tier, wide - POINT - 4, bold=True)
        yield words(shown, left + (wide - POINT) / 2 + notch / 2, top + 22.5, anchor="middle", bold=True)


def _row(row: Link, legend: Sequence[str], wide: float, top: float) -> Iterator[str]:
    yield words(fitted(row.area, INNER), MARGIN, top + 21)
    for number, level in enumerate(row.levels):
        left, up = MARGIN + number * (wide + GAP), top + 28
        style = Style() if level is None else PAPER[level]
        yield box(left, up, wide, CELL, style, dash="3 3" if level is None else "", round_by=4)
        yield words(_word(legend, level, wide - 8), left + wide / 2, up + 19.5, SIZE, "middle", style.ink)


def _word(legend: Sequence[str], level: int | None, wide: float) -> str:
    """The level's word where it fits, else its initials; a dash where it was not assessed."""
    if level is None:
        return "–"
    word = legend[level] if level < len(legend) else ""
    return word if word and fitted(word, wide) == word else short(legend, level)
