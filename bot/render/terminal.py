"""A reply for a terminal window, from 40 columns up, in colour or without.

A word that is wider than the window (an address, mostly) sticks out whole: the terminal folds it, and it can still
be copied and clicked. Nothing says anything by colour alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from bot.pictures.levels import PAPER, level_of, places, short
from bot.render import printable
from bot.render.plain import cited, rectangle, table_lines
from handlers.messages import Button, Reply
from knowledge.source import Source
from knowledge.text import Facts, Heading, Items, Note, Para, Part, Picture, Span, Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

NARROWEST = 20  # columns; below this the text is wrapped as if it had them
WORD = re.compile(r"\S+\s*")
CELL_NARROWEST = 6  # columns of a matrix cell: "MH ×12"
Labels = Mapping[str, str]
Lines = Iterator["Text"]


def terminal(reply: Reply, width: int, colour: bool, labels: Labels) -> str:
    """Everything in `reply` for a window of `width` columns; `labels` as for `plain_text`."""
    console = _console(max(width, NARROWEST), colour)
    between = ""
    for block, after in _blocks(reply, console, labels):
        lines = list(block)
        if any(line.plain.strip() for line in lines):
            console.print(between, end="")
            between = after
            for line in lines:
                console.print(line, overflow="ignore", no_wrap=True, crop=False)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]  # the StringIO that we gave it


def _console(width: int, colour: bool) -> "Console":
    from rich.console import Console

    return Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="256" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},  # the caller has read the environment; the same reply gives the same text everywhere
    )


def _blocks(reply: Reply, console: "Console", labels: Labels) -> Iterator[tuple[Lines, str]]:
    """The lines of each block, and what stands between it and the next: a heading keeps to its text."""
    for part in reply.parts:
        yield PARTS[type(part)](part, console, labels), "" if isinstance(part, Heading) else "\n"
    if reply.document:
        yield _wrapped(_text(f"[{reply.document.name}]", "bold"), console), "\n"
    yield (line for source in reply.sources for line in _source(source, console, labels)), "\n"
    yield (line for row in reply.buttons for line in _buttons(row, console)), ""


def _text(words: str = "", style: str = "") -> "Text":
    from rich.text import Text

    return Text(end="").append(printable(words), style)


def _runs(runs: Sequence[Span]) -> "Text":
    text = _text()
    for run in runs:
        text.append(printable(run.text), "bold" if run.bold else "underline" if run.link else "")
        if run.link not in ("", run.text):
            text.append(printable(f" <{run.link}>"), "dim")
    return text


def _wrapped(text: "Text", console: "Console", first: "Text | str" = "", rest: str | None = None) -> Lines:
    """`text` in lines that begin with `first`, then with `rest` (as many blanks if not given)."""
    from rich.cells import cell_len

    first = _text(first) if isinstance(first, str) else first
    rest = " " * first.cell_len if rest is None else rest
    room = console.width - max(first.cell_len, cell_len(rest))
    for number, line in enumerate(_folded(text, room)):
        yield (_text(rest) if number else first.copy()).append_text(line)


def _folded(text: "Text", room: int) -> Lines:
    """`text` in lines of `room` columns; a word that is wider stays whole."""
    for line in text.split("\n", allow_blank=True):
        line.expand_tabs(4)
        for piece in line.divide(_breaks(line.plain, room)):
            piece.rstrip()
            yield piece


def _breaks(line: str, room: int) -> Iterator[int]:
    """Where the words begin that have no room left."""
    from rich.cells import cell_len

    used = 0
    for word in WORD.finditer(line):
        if used and used + cell_len(word[0].rstrip()) > room:
            yield word.start()
            used = 0
        used += cell_len(word[0])


def _heading(part: Heading, console: "Console", _: Labels) -> Lines:
    lines = list(_wrapped(_text(part.text, "bold underline"), console))
    return iter(lines if console.color_system else [*lines, _text("-" * max(line.cell_len for line in lines))])


def _items(part: Items, console: "Console", _: Labels) -> Lines:
    digits = len(str(len(part.items)))
    for number, item in enumerate(part.items, start=1):
        yield from _wrapped(_runs(item), console, f"{number:>{digits}}. " if part.numbered else "- ")


def _note(part: Note, console: "Console", _: Labels) -> Lines:
    return _wrapped(_runs(part.spans), console, "| ", "| ")


def _facts(part: Facts, console: "Console", _: Labels) -> Lines:
    """Names in a column of their own where there is room, else before their values."""
    from rich.cells import cell_len

    column = max((cell_len(printable(name)) for name, _ in part.rows), default=0) + 2
    beside = column * 5 <= console.width * 2 and not any("\n" in name for name, _ in part.rows)
    for name, value in part.rows:
        label = _text(f"{name}: ", "bold")
        if beside:
            label.pad_right(column - label.cell_len)
            yield from _wrapped(_text(value), console, label)
        else:
            yield from _wrapped(label.append_text(_text(value)), console, rest="  ")


def _table(part: Table, console: "Console", _: Labels) -> Lines:
    rows = [tuple(printable(cell) for cell in row) for row in rectangle(part)]
    widths = _widths(rows, console.width)
    if widths is None:
        return _table_lines(part, console)
    return _grid(rows, widths)


def _table_lines(part: Table, console: "Console") -> Lines:
    for number, row in enumerate(table_lines(part)):
        if number:
            yield _text()
        for line in row.split("\n"):
            yield from _wrapped(_text(line), console, rest="  ")


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How wide each column may be so that no word breaks, or None when they do not fit side by side."""
    from rich.cells import cell_len

    columns = list(zip(*rows, strict=True))
    least = [max((cell_len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    most = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in columns]
    spare = room - sum(least) - 2 * (len(columns) - 1)
    if spare < 0:
        return None
    wanted = sum(most) - sum(least)
    share = min(1.0, spare / wanted) if wanted else 0.0
    return [low + int((high - low) * share) for low, high in zip(least, most, strict=True)]


def _grid(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Lines:
    for number, row in enumerate(rows):
        style = "" if number else "bold"
        cells = [list(_folded(_text(cell, style), width)) for cell, width in zip(row, widths, strict=True)]
        for height in range(max(map(len, cells), default=0)):
            yield _side_by_side([cell[height] if height < len(cell) else _text() for cell in cells], widths)
        if not number:
            yield _text("  ".join("-" * width for width in widths), "dim")


def _side_by_side(cells: Iterable["Text"], widths: Sequence[int]) -> "Text":
    line = _text()
    for cell, width in zip(cells, widths, strict=True):
        cell.rstrip()
        cell.pad_right(width + 2 - cell.cell_len)
        line.append_text(cell)
    line.rstrip()
    return line


def _picture(part: Picture, console: "Console", _: Labels) -> Lines:
    """The title, unless the words say it, the drawing if we can draw it, and what it says in words."""
    if part.title not in part.alt:
        yield from _wrapped(_text(part.title, "bold"), console)
    if part.kind == "risk_matrix":
        yield from _risk_matrix(part, console)
    yield from _wrapped(_text(part.alt), console)


def _risk_matrix(part: Picture, console: "Console") -> Lines:
    yield from _wrapped(_text(f"{part.y} ↑"), console)
    cell = max(CELL_NARROWEST, min(12, (console.width - 2) // 5))
    cells = places(part)
    for y in range(5, 0, -1):
        line = _text(f"{y} ")
        for x in range(1, 6):
            level = level_of(x, y)
            count = len(cells.get((x, y), ()))
            words = short(part.legend, level) + (f"×{count}" if count else "")
            line.append(words.center(cell - 1), f"{PAPER[level].ink} on {PAPER[level].fill}").append(" ")
        if not console.color_system:
            line.rstrip()
        yield line
    yield _text("  " + " ".join(str(x).center(cell - 1) for x in range(1, 6)).rstrip())
    yield from _wrapped(_text(f"{part.x} →"), console, "  ")
    yield from _wrapped(
        _text(", ".join(f"{short(part.legend, n)} = {word}" for n, word in enumerate(part.legend))), console
    )
    yield from _marks(part, console)


def _marks(part: Picture, console: "Console") -> Lines:
    """What lies in each cell, the worst first, as likelihood × severity; the words of `alt` are not said twice."""
    for (x, y), labels in places(part).items():
        unsaid = [label for label in labels if label not in part.alt]
        if unsaid:
            yield from _wrapped(_text("; ".join(unsaid)), console, f"{y}×{x} {short(part.legend, level_of(x, y)):<2} ")


def _source(source: Source, console: "Console", labels: Labels) -> Lines:
    yield from _wrapped(_text(f"{labels['source']}: {cited(source, labels)} {source.url}", "dim"), console)


def _buttons(row: Sequence[Button], console: "Console") -> Lines:
    """[Ja]  [Nej], on as many lines as it takes; no button is broken while it fits."""
    from rich.cells import cell_len

    line = ""
    for button in row:
        label = f"[{printable(button.label)}]"
        if line and cell_len(line) + 2 + cell_len(label) > console.width:
            yield from _wrapped(_text(line, "bold"), console)
            line = ""
        line += f"  {label}" if line else label
    yield from _wrapped(_text(line, "bold"), console)


PARTS: dict[type[Part], Callable[[Any, "Console", Labels], Lines]] = {
    Heading: _heading,
    Para: lambda p, console, _: _wrapped(_runs(p.spans), console),
    Items: _items,
    Facts: _facts,
    Table: _table,
    Note: _note,
    Picture: _picture,
}
