"""A reply as Slack messages and as the Home tab.

Blocks are plain dicts: slack_sdk's models cost an import and a dict each, know no limit on a whole message, and check
in the tests. What may have been typed stands in rich text or plain text, where no character is formatting or a ping.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeVar

from bot.pictures import KINDS
from bot.render import limits, printable
from bot.render.plain import cited, plain_text, rectangle, table_lines
from bot.render.slack_buttons import actions
from bot.render.slack_mrkdwn import address, link, pieces, plain, short, weight
from bot.render.slack_mrkdwn import escape as escape
from handlers.messages import Reply
from knowledge.source import Source
from knowledge.text import Facts, Heading, Items, Note, Para, Part, Picture, Span, Table

Block = dict[str, Any]
Labels = Mapping[str, str]
Thing = TypeVar("Thing")

UNESCAPED = ("text", "link", "raw_text")  # elements whose words Slack escapes itself, for which we leave room


def messages(reply: Reply, labels: Labels, stamp: str) -> list[dict[str, Any]]:
    """`reply` as one message or several, each {"text", "blocks"}; sources and buttons stand on the last.

    `labels` holds the words for source, checked, choose and choose_date. `stamp` begins every block's id.
    """
    letters = list(_letters(_units(reply, labels)))
    texts = (
        [fallback(reply, labels)]
        if len(letters) == 1
        else [short(_said(blocks), limits.SLACK_FALLBACK) for blocks in letters]
    )
    number = count()
    return [
        {"text": text, "blocks": [{**block, "block_id": f"{stamp}.{next(number)}"} for block in blocks]}
        for text, blocks in zip(texts, letters, strict=True)
    ]


def home(replies: Sequence[Reply], labels: Labels) -> dict[str, Any]:
    """The Home tab: the replies in order with a line between them, as many as it holds."""
    blocks: list[Block] = []
    number = count()
    for reply in replies:
        between: list[Block] = [{"type": "divider"}] if blocks else []
        body, tail = _body(reply, labels, _tabled(blocks)), _tail(reply, labels, number)
        room = limits.SLACK_HOME_BLOCKS - len(blocks) - len(between) - len(tail)
        if room < len(body) and (blocks or room < 1):
            break
        blocks += [*between, *body[:room], *tail]
    return {"type": "home", "blocks": blocks or [_section("…")]}


def settled(blocks: Sequence[Block], words: str) -> list[Block]:
    """A posted card once a button was pressed: `words` stand where the last buttons stood."""
    line = {"type": "context", "elements": [plain(words)]}
    last = max((at for at, block in enumerate(blocks) if block["type"] == "actions"), default=None)
    kept = [
        line if at == last else block for at, block in enumerate(blocks) if at == last or block["type"] != "actions"
    ]
    return kept if last is not None else [*kept, line]


def pictures(reply: Reply) -> list[Picture]:
    """What can be drawn and goes up as a file of its own, in order."""
    return [part for part in reply.parts if isinstance(part, Picture) and part.kind in KINDS]


def fallback(reply: Reply, labels: Labels) -> str:
    """The words of `reply` for a notification and for who listens; never empty."""
    return short(plain_text(reply, labels), limits.SLACK_FALLBACK)


def body(reply: Reply) -> list[Block]:
    """The parts of `reply` for a form, where no table may stand: each is told line by line."""
    return _body(reply, {}, tabled=True)


# How blocks come together in messages


def _units(reply: Reply, labels: Labels) -> list[list[Block]]:
    """Blocks that stay together: a heading with what it heads, and what ends a reply with its last words."""
    body = _body(reply, labels)
    units: list[list[Block]] = []
    for block in body:
        if units and units[-1][-1]["type"] == "header" and _fits([*units[-1], block]):
            units[-1].append(block)
        else:
            units.append([block])
    tail = _tail(reply, labels, count())
    if _fits([*units[-1], *tail]):
        return [*units[:-1], [*units[-1], *tail]]
    return [*units, tail] if _fits(tail) else [*units, *([block] for block in tail)]


def _fits(blocks: Sequence[Block]) -> bool:
    """Whether `blocks` make one message."""
    return _load(blocks).fits


class Load(NamedTuple):
    """What blocks take of a message."""

    blocks: int
    tables: int
    size: int

    @property
    def fits(self) -> bool:
        return (
            self.blocks <= limits.SLACK_BLOCKS
            and self.tables <= limits.SLACK_TABLES
            and self.size <= limits.SLACK_MESSAGE
        )

    def with_(self, other: "Load") -> "Load":
        return Load(self.blocks + other.blocks, self.tables + other.tables, self.size + other.size)


def _load(blocks: Sequence[Block]) -> Load:
    return Load(len(blocks), sum(block["type"] == "table" for block in blocks), sum(map(_size, blocks)))


def _letters(units: Iterable[list[Block]]) -> Iterator[list[Block]]:
    """Units in messages, each as full as it may be; one alone always passes. Each is weighed once."""
    letter: list[Block] = []
    total = Load(0, 0, 0)
    for unit in units:
        load = _load(unit)
        if letter and not total.with_(load).fits:
            yield letter
            letter, total = [], Load(0, 0, 0)
        letter, total = [*letter, *unit], total.with_(load)
    if letter:
        yield letter


def _gathered(things: Iterable[Thing], fits: Callable[[list[Thing]], bool]) -> Iterator[list[Thing]]:
    """`things` in groups, each as large as `fits` lets it be; one alone always passes."""
    group: list[Thing] = []
    for thing in things:
        if group and not fits([*group, thing]):
            yield group
            group = []
        group.append(thing)
    if group:
        yield group


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    """The kind and the words of every text in `node`, in reading order."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["type"], node["text"]
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for one in node:
            yield from _texts(one)


def _size(node: Any) -> int:
    return sum(weight(text) if kind in UNESCAPED else len(text) for kind, text in _texts(node))


def _said(blocks: Iterable[Block]) -> str:
    """What `blocks` say, before escaping, a line each."""
    return "\n".join("".join(_unescaped(kind, text) for kind, text in _texts(block)) for block in blocks)


def _unescaped(kind: str, text: str) -> str:
    if kind in UNESCAPED:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") + " "


# Parts


def _body(reply: Reply, labels: Labels, tabled: bool = False) -> list[Block]:
    """The parts as blocks; where there are none, one that says what the rest is. `tabled`: there is a table already."""
    blocks: list[Block] = []
    for part in reply.parts:
        second = tabled or _tabled(blocks)
        blocks += _told(part) if second and isinstance(part, Table) else PARTS[type(part)](part)
    return blocks or [_section(_instead(reply, labels))]


def _tabled(blocks: Iterable[Block]) -> bool:
    return any(block["type"] == "table" for block in blocks)


def _instead(reply: Reply, labels: Labels) -> str:
    if reply.document:
        return reply.document.title or reply.document.name
    if reply.buttons or reply.picker:
        return labels["choose"]
    return labels["source"] if reply.sources else "…"


def _section(words: str) -> Block:
    return {"type": "section", "text": plain(words)}


def _rich(element: Block) -> Block:
    return {"type": "rich_text", "elements": [element]}


def _runs(runs: Iterable[Span]) -> list[Span]:
    """`runs` as they can be shown: printable, a link only where it leads to a web page."""
    shown = []
    for run in runs:
        url, text = address(run.link), printable(run.text)
        if url:
            shown.append(Span(text if text.strip() else url, run.bold, url))
        else:
            shown.append(Span(f"{text} ({printable(run.link)})" if run.link not in ("", run.text) else text, run.bold))
    return shown


def _divided(runs: Iterable[Span]) -> Iterator[list[Block]]:
    """The elements of `runs`, in as many pieces as it takes."""
    shown = _runs(runs)
    for piece in pieces("".join(run.text for run in shown)):
        yield list(_between(shown, piece.start, piece.stop))


def _between(runs: Sequence[Span], start: int, stop: int) -> Iterator[Block]:
    """The elements for the characters from `start` to `stop`."""
    at = 0
    for run in runs:
        text = run.text[max(0, start - at) : max(0, stop - at)]
        if text:
            yield _element(text, run)
        at += len(run.text)


def _element(text: str, run: Span) -> Block:
    style = {"style": {"bold": True}} if run.bold else {}
    return (
        {"type": "link", "url": run.link, "text": text, **style}
        if run.link
        else {"type": "text", "text": text, **style}
    )


def _flow(runs: Iterable[Span], kind: str = "rich_text_section") -> list[Block]:
    return [_rich({"type": kind, "elements": elements}) for elements in _divided(runs)]


def _heading(part: Heading) -> list[Block]:
    words = printable(part.text).strip()
    if not words or "\n" in words or weight(words) > limits.SLACK_HEADER:
        return _flow([Span(words, bold=True)])
    return [{"type": "header", "text": plain(words, limits.SLACK_HEADER)}]


def _items(part: Items) -> list[Block]:
    """A list; where it is too long it goes on in the next block, and numbers go on too."""
    items = [list(_divided(item)) or [[{"type": "text", "text": " "}]] for item in part.items]
    blocks: list[Block] = []
    for group in _gathered(enumerate(items), lambda group: _listable([item for _, item in group])):
        first = [_section_of(item[0]) for _, item in group]
        blocks.append(_rich(_list(first, part.numbered, group[0][0])))
        blocks += [_rich(_section_of(more)) for _, item in group for more in item[1:]]
    return blocks if any(text.strip() for _, text in _texts(blocks)) else []


def _listable(items: Sequence[Sequence[list[Block]]]) -> bool:
    """Whether the items can stand in one list: an item in several pieces ends it."""
    whole = all(len(item) == 1 for item in items[:-1])
    small = sum(_size(item[0]) for item in items) <= limits.SLACK_TEXT
    return whole and small and len(items) <= limits.SLACK_LIST_ITEMS


def _section_of(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": elements}


def _list(elements: list[Block], numbered: bool, before: int) -> Block:
    offset = {"offset": before} if numbered and before else {}
    return {"type": "rich_text_list", "style": "ordered" if numbered else "bullet", "elements": elements, **offset}


def _facts(part: Facts) -> list[Block]:
    runs: list[Span] = []
    for name, value in part.rows:
        runs += [Span(f"{name}: ", bold=True)] if printable(name).strip() else []
        runs += [Span(f"{value}\n")]
    return _flow(runs)


def _table(part: Table) -> list[Block]:
    rows = [[printable(cell) for cell in row] for row in rectangle(part)]
    if not any(cell.strip() for row in rows for cell in row):
        return []
    small = sum(weight(cell) for row in rows for cell in row) <= limits.SLACK_TABLE
    if not small or len(rows) > limits.SLACK_TABLE_ROWS or len(rows[0]) > limits.SLACK_TABLE_COLUMNS:
        return _told(part)
    cells = [[{"type": "raw_text", "text": cell if cell.strip() else " "} for cell in row] for row in rows]
    return [{"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True}] * len(rows[0])}]


def _told(part: Table) -> list[Block]:
    return _flow([Span("\n\n".join(table_lines(part)))])


def _picture(part: Picture) -> list[Block]:
    """What the picture shows, in words; the picture itself goes up as a file."""
    words = printable(part.alt).strip() or printable(part.title).strip()
    if not words or weight(words) > limits.SLACK_CONTEXT_ALT:
        return _flow([Span(words)])
    return [{"type": "context", "elements": [plain(words)]}]


PARTS: dict[type[Part], Callable[[Any], list[Block]]] = {
    Heading: _heading,
    Para: lambda p: _flow(p.spans),
    Items: _items,
    Facts: _facts,
    Table: _table,
    Note: lambda p: _flow(p.spans, "rich_text_quote"),
    Picture: _picture,
}


# What ends a reply: its file's name and its sources; its buttons are made elsewhere


def _tail(reply: Reply, labels: Labels, number: Iterator[int]) -> list[Block]:
    named = _lines([*_words(reply.document.name)] if reply.document else [])
    cites = _lines([line for source in reply.sources for line in _source(source, labels)])
    return [*named, *cites, *actions(reply, labels, number)]


def _lines(elements: Iterable[Block]) -> list[Block]:
    """Small print, in as many blocks as it takes."""
    return [{"type": "context", "elements": group} for group in _gathered(elements, _line_fits)]


def _line_fits(elements: list[Block]) -> bool:
    return len(elements) <= limits.SLACK_CONTEXT_ELEMENTS and _size(elements) <= limits.SLACK_TEXT


def _words(text: str) -> Iterator[Block]:
    shown = printable(text)
    return (plain(shown[piece]) for piece in pieces(shown))


def _source(source: Source, labels: Labels) -> list[Block]:
    linked = link(source.url, source.ref or source.title, f" ({labels['checked']} {source.checked})")
    return [linked] if linked else list(_words(f"{cited(source, labels)} {source.url}"))
