"""Pictures as SVG, and as PNG where a place cannot show SVG. The same figure gives the same bytes on every machine.

Drawn for a phone: no letter is smaller than a thirtieth of the width, and what colour tells, a word, a shape or a
pattern tells too. Nothing of this is loaded until a picture is asked for.
"""

from knowledge.text import Picture

KINDS = ("risk_matrix", "bubbles", "burn_down", "months", "time_line", "chain")


def file_name(picture: Picture, number: int) -> str:
    """What the PNG is called where it is sent: "risk-0.png", "burn-down-1.png"."""
    return f"{picture.kind.removesuffix('_matrix').replace('_', '-')}-{number}.png"


def svg(picture: Picture) -> str:
    """`picture` as a document of its own on a white ground; `alt` lies in it as its description."""
    from bot.pictures import drawing

    return drawing.document(picture)


def inline(picture: Picture) -> str:
    """`picture` as an element of a web page: no ground, and what is dark takes the colour of the words around it."""
    from bot.pictures import drawing

    return drawing.element(picture)


def png(picture: Picture, scale: float = 1.0) -> bytes:
    """`picture` as a PNG on a white ground, 1,000 pixels wide at scale 1, with the fonts that we ship and no others.

    It takes tens of milliseconds: call it in a thread of its own.
    """
    from bot.pictures import drawing

    return drawing.png(drawing.document(picture), scale)
