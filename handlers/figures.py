"""Pictures with their words: what a figure shows, said in a sentence, and the same numbers as a table.

`parts(BurnDown(...), title, ctx)` gives the picture and its table. Whoever makes a figure reads the rows; here nothing
is read.
"""

from handlers.context import Context
from knowledge.figures import (
    Bubble,
    Bubbles,
    BurnDown,
    Chain,
    Figure,
    Holding,
    Link,
    Mark,
    Month,
    Months,
    RiskMatrix,
    TimeLine,
)
from knowledge.text import Part, Picture, Table

__all__ = [
    "Bubble",
    "Bubbles",
    "BurnDown",
    "Chain",
    "Figure",
    "Holding",
    "Link",
    "Mark",
    "Month",
    "Months",
    "RiskMatrix",
    "TimeLine",
    "parts",
    "picture",
    "table",
]


def parts(figure: Figure | RiskMatrix, title: str, ctx: Context) -> tuple[Part, ...]:
    """The picture, and the table that says the same."""
    return picture(figure, title, ctx), table(figure, ctx)


def picture(figure: Figure | RiskMatrix, title: str, ctx: Context) -> Picture:
    """The picture of `figure`, with a sentence for those who do not see it."""
    raise NotImplementedError


def table(figure: Figure | RiskMatrix, ctx: Context) -> Table:
    """The numbers of `figure`."""
    raise NotImplementedError
