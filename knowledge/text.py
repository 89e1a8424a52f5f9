"""The document model: what is said to people, as data. Renderers in `bot` make it Slack, Telegram, terminal or Word.

Content files use a small Markdown subset (paragraphs, `## heading`, `- item`, `1. item`, `> note`, **bold**,
[text](https://…)); `markdown` parses it once, at load.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge import figures
from knowledge.figures import Figure
from knowledge.figures import Mark as Mark

LANGUAGES = ("sv", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in every language we speak."""

    sv: str
    en: str

    def of(self, lang: str) -> str:
        """The words in `lang`; Swedish, the original, for a language we do not have."""
        return self.en if lang == "en" else self.sv


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters in one style; `link` is an address or empty."""

    text: str
    bold: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Para:
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[tuple[Span, ...], ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Name and value, a pair a row."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to keep apart from the answer: a caution, a date, how to read it."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows, not how: `alt` says the same in words.

    `x` and `y` name the axes, `legend` the levels from the lowest up or whatever else is told apart. A risk matrix
    has `marks`, every other kind a `figure`.
    """

    kind: str
    title: str
    alt: str
    x: str
    y: str
    marks: tuple[Mark, ...] = ()
    legend: tuple[str, ...] = ()
    lang: str = "sv"
    figure: Figure | None = None


Part = Heading | Para | Items | Facts | Table | Note | Picture


Value = int | float | str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a spreadsheet under its title, with numbers as numbers; a row has as many cells as `head`."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file to hand over, as parts or as sheets; the renderer for `kind` writes it when it is sent.

    docx takes any parts, ics one table, xlsx sheets. In pptx each heading begins a slide: items or a picture follow,
    and a note that only whoever speaks sees.
    """

    name: str
    kind: str
    title: str
    lang: str
    parts: tuple[Part, ...]
    sheets: tuple[Sheet, ...] = ()


def para(text: str) -> Para:
    """One plain paragraph; marks in `text` are characters like any other."""
    return Para((Span(text),))


def note(text: str) -> Note:
    """One plain note."""
    return Note((Span(text),))


INLINE = re.compile(
    r"\*\*(?P<bold>[^*\n]{1,300})\*\*|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<link>https?://[^()\s]{1,500})\)"
)


def spans(line: str) -> tuple[Span, ...]:
    """`line` cut into plain, bold and linked runs."""
    runs: list[Span] = []
    end = 0
    for found in INLINE.finditer(line):
        if found.start() > end:
            runs.append(Span(line[end : found.start()]))
        bold = found["bold"]
        runs.append(Span(bold, bold=True) if bold else Span(found["label"], link=found["link"]))
        end = found.end()
    if end < len(line):
        runs.append(Span(line[end:]))
    return tuple(runs)


def markdown(source: str) -> tuple[Part, ...]:
    """The parts of a text in our Markdown subset."""
    return tuple(_part(block) for block in _blocks(source))


def _blocks(source: str) -> Iterator[list[str]]:
    """Lines that belong together: separated by blank lines, or by a change of kind."""
    block: list[str] = []
    for line in [*source.splitlines(), ""]:
        begins = line.startswith("## ") or (block and _kind(line) != _kind(block[0]) and not line.startswith("  "))
        if block and (not line.strip() or begins):
            yield block
            block = []
        if line.strip():
            block.append(line)


NUMBERED = re.compile(r"\d{1,2}\. ")


def _kind(line: str) -> str:
    if line.startswith("## "):
        return "heading"
    if line.startswith("- "):
        return "items"
    if line.startswith("> "):
        return "note"
    return "numbered" if NUMBERED.match(line) else "para"


def _part(block: list[str]) -> Part:
    kind = _kind(block[0])
    if kind == "heading":
        return Heading(block[0][3:].strip())
    if kind in ("items", "numbered"):
        return Items(tuple(spans(item) for item in _items(block)), numbered=kind == "numbered")
    if kind == "note":
        return Note(spans(" ".join(line.removeprefix("> ").strip() for line in block)))
    return Para(spans(" ".join(line.strip() for line in block)))


def _items(block: list[str]) -> list[str]:
    items: list[str] = []
    for line in block:
        if line.startswith("  ") and items:
            items[-1] += " " + line.strip()
        else:
            items.append(NUMBERED.sub("", line, count=1) if NUMBERED.match(line) else line[2:])
    return items


def plain(runs: Sequence[Span]) -> str:
    """The characters of `runs` without style."""
    return "".join(run.text for run in runs)


# How parts lie in a row of the outbox: one short list each, so that a message costs microseconds to store.


def _spans_data(runs: Sequence[Span]) -> list[Any]:
    return [run.text if not run.bold and not run.link else [run.text, run.bold, run.link] for run in runs]


def _spans_from(data: Sequence[Any]) -> tuple[Span, ...]:
    return tuple(Span(run) if isinstance(run, str) else Span(*run) for run in data)


def _picture_data(part: Picture) -> list[Any]:
    marks = [[mark.x, mark.y, mark.label] for mark in part.marks]
    figure = figures.as_data(part.figure) if part.figure else None
    return [part.kind, part.title, part.alt, part.x, part.y, marks, part.legend, part.lang, figure]


def _picture_from(kind: str, title: str, alt: str, x: str, y: str, marks: Any, legend: Any, *rest: Any) -> Picture:
    lang, figure = rest or ("sv", None)  # rows written before there were figures end with the legend
    known = figures.from_data(figure) if figure else None
    return Picture(kind, title, alt, x, y, tuple(Mark(*mark) for mark in marks), tuple(legend), lang, known)


AS_DATA: dict[type, Callable[[Any], list[Any]]] = {
    Heading: lambda p: ["heading", p.text],
    Para: lambda p: ["para", _spans_data(p.spans)],
    Items: lambda p: ["items", [_spans_data(item) for item in p.items], p.numbered],
    Facts: lambda p: ["facts", p.rows],
    Table: lambda p: ["table", p.head, p.rows],
    Note: lambda p: ["note", _spans_data(p.spans)],
    Picture: lambda p: ["picture", *_picture_data(p)],
    Document: lambda p: [
        *("document", p.name, p.kind, p.title, p.lang, [as_data(part) for part in p.parts]),
        [[sheet.title, sheet.head, sheet.rows] for sheet in p.sheets],
    ],
}

FROM_DATA: dict[str, Callable[[Sequence[Any]], Part]] = {
    "heading": lambda d: Heading(d[0]),
    "para": lambda d: Para(_spans_from(d[0])),
    "items": lambda d: Items(tuple(_spans_from(item) for item in d[0]), d[1]),
    "facts": lambda d: Facts(tuple((row[0], row[1]) for row in d[0])),
    "table": lambda d: Table(tuple(d[0]), tuple(tuple(row) for row in d[1])),
    "note": lambda d: Note(_spans_from(d[0])),
    "picture": lambda d: _picture_from(*d),
}


def as_data(part: Part | Document) -> list[Any]:
    """`part` as lists and strings, for JSON."""
    return AS_DATA[type(part)](part)


def from_data(data: Sequence[Any]) -> Part:
    """The part that `as_data` wrote."""
    return FROM_DATA[data[0]](data[1:])


def document_from(data: Sequence[Any]) -> Document:
    """The document that `as_data` wrote."""
    _, name, kind, title, lang, parts, *rest = data  # rows written before there were sheets end with the parts
    sheets = tuple(_sheet_from(*sheet) for sheet in next(iter(rest), ()))
    return Document(name, kind, title, lang, tuple(from_data(part) for part in parts), sheets)


def _sheet_from(title: str, head: Any, rows: Any) -> Sheet:
    return Sheet(title, tuple(head), tuple(tuple(row) for row in rows))
