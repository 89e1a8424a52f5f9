"""Every row of the benchmarks, and how they are printed."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from bench import form, load, messages, pictures, purchases, questions, reminders, slack, start, telegram
from bench.row import Row

PARTS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "messages": messages.rows,
    "start": start.rows,
    "questions": questions.rows,
    "purchases": purchases.rows,
    "pictures": pictures.rows,
    "slack": slack.rows,
    "telegram": telegram.rows,
    "reminders": reminders.rows,
    "load": load.rows,
    "form": form.rows,
}


def run(quick: bool, only: Sequence[str] = ()) -> list[Row]:
    """Measure everything, or some of PARTS. `quick`: tiny counts, to see that it works."""
    return [row for name, rows in PARTS.items() if not only or name in only for row in rows(quick)]


HEAD = ("", "value", "unit", "limit in the same run", "", "share", "goal", "met")


def table(rows: Sequence[Row]) -> str:
    """The rows as text, one a line."""
    cells = [HEAD, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(row, widths) for row in cells)


def as_json(rows: Sequence[Row]) -> str:
    """The rows as programs read them."""
    return json.dumps({"rows": [asdict(row) for row in rows]}, ensure_ascii=False)


def _cells(row: Row) -> tuple[str, ...]:
    limit = _number(row.limit) if row.limit is not None else ""
    share = f"{row.share:.2f}" if row.share is not None else ""
    met = "" if row.good is None else "yes" if row.good else "NO"
    return row.name, _number(row.value), row.unit, row.limit_name, limit, share, row.goal, met


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


NUMBERS = (1, 4, 5)  # columns that are read from the right


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    shown = [
        cell.rjust(width) if at in NUMBERS else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(shown).rstrip()
