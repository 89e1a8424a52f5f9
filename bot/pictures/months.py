"""Deviations by month: a bar a month, its parts the classes from the gravest on, with the sum at its end."""

from collections.abc import Iterator, Sequence

from bot.pictures.canvas import CURRENT, MARGIN, SIZE, WIDTH, Drawn, Style, box, count, swatches, words
from bot.pictures.letters import width_of
from knowledge.figures import Month, Months
from knowledge.rules.calendar import SHORT_MONTHS
from knowledge.text import Picture

# In the order of CLASSES; vermillion and sky blue are Okabe and Ito's. In grey: full, striped, grey, empty, dotted.
CLASS = (Style(CURRENT), Style("#d55e00", "stripes"), Style("#56b4e9"), Style(), Style("none", "dots"))
BAR, ROW = 20, 28
LONGEST = 24.0  # of one deviation: a single one shall not fill the width


def drawn(picture: Picture, top: float) -> Drawn:
    """What the parts mean, then the bars."""
    months = picture.figure
    assert isinstance(months, Months)
    used = {number for row in months.rows for number, found in enumerate(row.counts) if found}
    named = enumerate(zip(CLASS, picture.legend, strict=False))
    told = swatches([each for number, each in named if number in used], top - 8)
    names = [_name(months.rows, number, picture.lang) for number in range(len(months.rows))]
    left = MARGIN + 10 + max((width_of(name, SIZE) for name in names), default=0)
    first, unit = told.bottom + 10, _unit(months.rows, left, picture.lang)
    body = list(told.body)
    for number, (name, row) in enumerate(zip(names, months.rows, strict=True)):
        y = first + number * ROW
        body += [words(name, left - 10, y + 15.5, anchor="end"), *_bar(row, left, unit, y, picture.lang)]
    return Drawn(body, first + len(months.rows) * ROW)


def _unit(rows: Sequence[Month], left: float, lang: str) -> float:
    """How long one deviation is: the longest bar ends where its sum still fits."""
    most = max((sum(row.counts) for row in rows), default=0)
    room = WIDTH - MARGIN - left - 10 - width_of(count(most, lang), SIZE, bold=True)
    return min(LONGEST, room / max(1, most))


def _name(rows: Sequence[Month], number: int, lang: str) -> str:
    """The month, with its year where that is new."""
    first = rows[number].first
    month = SHORT_MONTHS["en" if lang == "en" else "sv"][first.month - 1]
    new = number == 0 or rows[number - 1].first.year != first.year
    return f"{month} {first.year}" if new else month


def _bar(row: Month, left: float, unit: float, y: float, lang: str) -> Iterator[str]:
    x = left
    for style, number in zip(CLASS, row.counts, strict=False):
        if number:
            yield box(x, y, number * unit, BAR, style, round_by=0)
            x += number * unit
    yield words(count(sum(row.counts), lang), x + (8 if x > left else 0), y + 15.5, bold=x > left)
