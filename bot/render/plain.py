"""A reply as plain text: what JSON gives as "text", what tests read, and what is left where nothing can be styled."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.render import printable
from handlers.messages import Button, Reply
from knowledge.source import Source
from knowledge.text import Facts, Heading, Items, Note, Para, Part, Picture, Span, Table

WIDE = 130  # columns; a table that needs more is told line by line
GAP = "  "


def plain_text(reply: Reply, labels: Mapping[str, str]) -> str:
    """Everything in `reply`. `labels` holds the words for source and checked."""
    blocks = [part_text(part, labels) for part in reply.parts]
    if reply.document:
        blocks.append(printable(f"[{reply.document.name}]"))
    blocks.append("\n".join(source_text(source, labels) for source in reply.sources))
    blocks.append("\n".join(buttons_text(row) for row in reply.buttons))
    return "\n\n".join(block for block in blocks if block.strip())


def part_text(part: Part, labels: Mapping[str, str]) -> str:
    """One part as lines."""
    return printable(PARTS[type(part)](part, labels))


def source_text(source: Source, labels: Mapping[str, str]) -> str:
    """Where a statement comes from and when it was read, on one line."""
    return printable(f"{labels['source']}: {cited(source, labels)} {source.url}".rstrip())


def cited(source: Source, labels: Mapping[str, str]) -> str:
    """The reference and the day it was read, without the address."""
    return f"{source.ref or source.title} ({labels['checked']} {source.checked})"


def buttons_text(row: Sequence[Button]) -> str:
    """A row of buttons: [Ja] [Nej]."""
    return printable(" ".join(f"[{button.label}]" for button in row))


def runs_text(runs: Sequence[Span]) -> str:
    """The words of `runs`; an address follows the words that it stands behind."""
    return "".join(run.text if run.link in ("", run.text) else f"{run.text} ({run.link})" for run in runs)


def table_lines(table: Table) -> Iterator[str]:
    """A table told line by line: one row a block, each value after the name of its column."""
    head, *rows = rectangle(table)
    if not rows:
        yield GAP.join(head)
    for row in rows:
        yield "\n".join(f"{name}: {value}" if name else value for name, value in zip(head, row, strict=True))


def rectangle(table: Table) -> list[tuple[str, ...]]:
    """Head and rows, short ones filled up, so that every row has as many cells."""
    rows = [table.head, *table.rows]
    most = max(len(row) for row in rows)
    return [(*row, *[""] * (most - len(row))) for row in rows]


def _table(table: Table) -> str:
    rows = rectangle(table)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    broken = any("\n" in cell for row in rows for cell in row)
    if broken or sum(widths) + len(GAP) * len(widths) > WIDE:
        return "\n\n".join(table_lines(table))
    return "\n".join(GAP.join(map(str.ljust, row, widths)).rstrip(" ") for row in rows)


def _items(part: Items) -> str:
    marks = (f"{number}." if part.numbered else "-" for number in range(1, len(part.items) + 1))
    return "\n".join(f"{mark} {runs_text(item)}" for mark, item in zip(marks, part.items, strict=True))


PARTS: dict[type, Callable[[Any, Mapping[str, str]], str]] = {
    Heading: lambda p, _: p.text,
    Para: lambda p, _: runs_text(p.spans),
    Items: lambda p, _: _items(p),
    Facts: lambda p, _: "\n".join(f"{name}: {value}" for name, value in p.rows),
    Table: lambda p, _: _table(p),
    Note: lambda p, _: "\n".join(f"| {line}" for line in runs_text(p.spans).split("\n")),
    Picture: lambda p, _: p.alt or p.title,
}
