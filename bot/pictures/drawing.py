"""A picture put together: its frame and title, the drawing for its kind, and the PNG of the whole."""

from collections.abc import Callable, Mapping

from bot.pictures import bubbles, burn_down, chain, matrix, months, time_line
from bot.pictures.canvas import GROUND, INK, INNER, MARGIN, TITLE, WIDTH, Drawn, lines, safe
from bot.pictures.letters import BOLD, FAMILY, REGULAR
from knowledge.text import Picture

PIXELS = 800  # the width of a PNG at scale 1: twice the sheet, so that lines are sharp; time goes with the area
DRAWN: Mapping[str, Callable[[Picture, float], Drawn]] = {
    "risk_matrix": matrix.drawn,
    "bubbles": bubbles.drawn,
    "burn_down": burn_down.drawn,
    "months": months.drawn,
    "time_line": time_line.drawn,
    "chain": chain.drawn,
}


def document(picture: Picture) -> str:
    """An SVG document with a white ground."""
    body, height = _drawn(picture)
    ground = f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>'
    size = f' width="{WIDTH}" height="{height}" color="{INK}"'
    return _element(picture, height, size, f"{ground}\n{body}") + "\n"


def element(picture: Picture) -> str:
    """An SVG element that is as wide as there is room, in the colour of the words around it."""
    body, height = _drawn(picture)
    return _element(picture, height, "", body)


def png(drawing: str, scale: float) -> bytes:
    """An SVG document as PNG."""
    import resvg_py

    return resvg_py.svg_to_bytes(
        svg_string=drawing,
        zoom=scale * PIXELS / WIDTH,
        background=GROUND,
        skip_system_fonts=True,
        font_files=[str(BOLD), str(REGULAR)],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )


def _drawn(picture: Picture) -> tuple[str, int]:
    title = lines(picture.title, MARGIN, 32, INNER, TITLE, bold=True)
    shown = DRAWN[picture.kind](picture, title.bottom)
    return "\n".join([*title.body, *shown.body]), round(shown.bottom + MARGIN)


def _element(picture: Picture, height: int, size: str, body: str) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{safe(picture.lang)}" lang="{safe(picture.lang)}"'
            f' role="img"{size} viewBox="0 0 {WIDTH} {height}" font-family="{FAMILY}, sans-serif"'
            ' font-stretch="condensed" fill="currentColor">',
            f"<title>{safe(picture.title)}</title>",
            f"<desc>{safe(picture.alt)}</desc>",
            body,
            "</svg>",
        ]
    )
