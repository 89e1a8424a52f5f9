"""How wide words are, read from the fonts that we ship, so that the place a label takes is known and not guessed."""

import struct
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent.parent / "static" / "fonts"
REGULAR, BOLD = FONTS / "DejaVuSansCondensed.ttf", FONTS / "DejaVuSansCondensed-Bold.ttf"
FAMILY = "DejaVu Sans"  # of which these are the condensed cut
UNKNOWN = 1.0  # of the size: a letter that the font lacks is drawn as a box, or not at all
ELLIPSIS = "…"


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide `text` is, in the unit of `size`; letters are not drawn together."""
    widths = _widths(BOLD if bold else REGULAR)
    return size * sum(widths.get(ord(letter), UNKNOWN) for letter in text)


def cut(text: str, width: float, size: float, bold: bool = False) -> str:
    """`text` if it fits, else as much of it as fits with an ellipsis; the ellipsis alone where nothing does."""
    if width_of(text, size, bold) <= width:
        return text
    kept = text
    while kept and width_of(kept + ELLIPSIS, size, bold) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def wrapped(text: str, width: float, size: float, bold: bool = False, most: int = 3) -> list[str]:
    """`text` in lines that fit, `most` at most; the last one is cut where there is more. Never empty."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size, bold) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [cut(line, width, size, bold) for line in lines]


@cache
def _widths(file: Path) -> Mapping[int, float]:
    """Each character's advance as a share of the size."""
    font = file.read_bytes()
    tables = _tables(font)
    (units,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
    (count,) = struct.unpack_from(">H", font, tables[b"hhea"] + 34)
    advances = struct.unpack_from(f">{count * 2}H", font, tables[b"hmtx"])[::2]
    glyphs = _glyphs(font, tables[b"cmap"])
    return {code: advances[min(glyph, count - 1)] / units for code, glyph in glyphs.items() if glyph}


def _tables(font: bytes) -> Mapping[bytes, int]:
    """Where each table of a TrueType file begins."""
    (count,) = struct.unpack_from(">H", font, 4)
    rows = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(count))
    return {name: offset for name, _, offset, _ in rows}


def _glyphs(font: bytes, cmap: int) -> Mapping[int, int]:
    """The glyph of each character of the Basic Multilingual Plane (format 4 of the OpenType table cmap)."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    starts = (cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)[2] for number in range(count))
    at = next(start for start in starts if struct.unpack_from(">H", font, start)[0] == 4)
    (double,) = struct.unpack_from(">H", font, at + 6)
    ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
    firsts, deltas, offsets = (
        struct.unpack_from(f">{double // 2}H", font, at + 16 + double * column) for column in (1, 2, 3)
    )
    found = {}
    for number, (first, last, delta, offset) in enumerate(zip(firsts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1 if last < 0xFFFF else 0):
            place = at + 16 + double * 3 + 2 * number + offset + 2 * (code - first)
            glyph = struct.unpack_from(">H", font, place)[0] if offset else code
            found[code] = (glyph + delta) % 0x10000 if glyph or not offset else 0
    return found
