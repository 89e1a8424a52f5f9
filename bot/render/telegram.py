"""A reply as Telegram messages: HTML that Telegram surely reads, short first, with nothing lost.

What can be drawn goes out as a photo with a caption of its own, so it stands in no text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.pictures import KINDS
from bot.render import limits, printable
from bot.render.plain import rectangle, table_lines
from bot.render.telegram_buttons import keyboard
from bot.render.telegram_html import Block, block, cut, divided, escape, fits, joined, packed, units
from bot.render.telegram_html import plain as plain
from handlers.messages import Reply
from knowledge.source import Source
from knowledge.text import Facts, Heading, Items, Note, Para, Part, Picture, Span, Table

Labels = Mapping[str, str]
QUESTION = "/set "  # what a button of a talk's question says; a question is never hidden


def messages(reply: Reply, labels: Labels, letter: int, full: bool = False, page: int = 0) -> list[dict[str, Any]]:
    """`reply` as one message or several, each {"text"} and the last with its keyboard; sources stand on the last.

    Unless `full`, a long answer is short first, with a button for the rest. `letter` is named by buttons that turn
    pages; `page` is the page of choices to show.
    """
    body = [piece for part in reply.parts for each in _told(part) for piece in divided(each)]
    ends = [piece for each in _ends(reply, labels) for piece in divided(each)]
    shown = body if full else _short(body, reply)
    everything = [*shown, *ends] or [block([Span(_instead(reply, labels))])]
    texts = [joined(each) for each in packed(_together(everything))]
    keys = keyboard(reply, labels, letter, page, more=len(shown) < len(body))
    last: dict[str, Any] = {"text": texts[-1]}
    if keys:
        last["reply_markup"] = {"inline_keyboard": keys}
    return [*({"text": text} for text in texts[:-1]), last]


def pictures(reply: Reply) -> list[Picture]:
    """What goes out as a photo, in order."""
    return [part for part in reply.parts if isinstance(part, Picture) and part.kind in KINDS]


def caption(picture: Picture) -> str:
    """The title and what the picture shows."""
    title = cut(printable(picture.title).strip(), limits.TELEGRAM_CAPTION // 2)
    alt = cut(printable(picture.alt).strip(), limits.TELEGRAM_CAPTION - units(title) - 1)
    head = f"<b>{escape(title)}</b>" if title else ""
    return "\n".join(words for words in (head, escape(alt)) if words)


def settled(text: str, words: str) -> str:
    """A posted card once a button was pressed: `words` stand below it."""
    line = cut(printable(words), 200)
    return f"{text}\n\n<i>{escape(line)}</i>" if line.strip() and _has_room(text, line) else text


def answered(text: str, words: str) -> str:
    """The card that comes next in the place of one that was pressed: `words` stand above it."""
    line = cut(printable(words), 200)
    return f"<i>{escape(line)}</i>\n\n{text}" if line.strip() and _has_room(text, line) else text


def _has_room(text: str, line: str) -> bool:
    return units(plain(text)) + units(line) + 2 <= limits.TELEGRAM_TEXT


# Short first


def _short(body: Sequence[Block], reply: Reply) -> list[Block]:
    """The first blocks of a long answer; all of a question, and of what would hide too little."""
    sizes = [units(each.text) for each in body]
    asks = any(button.says.startswith(QUESTION) for row in reply.buttons for button in row)
    if asks or sum(sizes) <= limits.TELEGRAM_LONG or len(body) < 3:
        return list(body)
    end = next(n for n in range(1, len(body) + 1) if sum(sizes[:n]) >= limits.TELEGRAM_SHORT)
    if end > 1 and sum(sizes[:end]) > limits.TELEGRAM_SHORT_MOST and not _is_heading(body[end - 2]):
        end -= 1
    return list(body[:end]) if sum(sizes[end:]) >= limits.TELEGRAM_HIDDEN else list(body)


def _together(blocks: Sequence[Block]) -> Iterator[Block]:
    """A heading is not left alone at the end of a message."""
    heading: Block | None = None
    for each in blocks:
        if heading:
            pair = Block((*heading.runs, Span("\n"), *each.runs), each.wrap)
            if each.wrap or not fits([pair]):
                yield heading
                yield each
            else:
                yield pair
            heading = None
        elif _is_heading(each):
            heading = each
        else:
            yield each
    if heading:
        yield heading


def _is_heading(each: Block) -> bool:
    return not each.wrap and len(each.runs) == 1 and each.runs[0].bold


# Parts


def _told(part: Part) -> list[Block]:
    return PARTS[type(part)](part)


def _table(part: Table) -> list[Block]:
    """Columns where a phone has room for them, else told row by row."""
    rows = [[printable(cell) for cell in row] for row in rectangle(part)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    wide = sum(widths) + 2 * (len(widths) - 1) > limits.TELEGRAM_TABLE
    if wide or any("\n" in cell for row in rows for cell in row):
        return [block([Span(lines)]) for lines in table_lines(part)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return [block([Span("\n".join(lines))], "pre")]


def _items(part: Items) -> list[Block]:
    runs: list[Span] = []
    for number, item in enumerate(part.items, 1):
        runs += [Span(f"{number}. " if part.numbered else "• "), *item, Span("\n")]
    return [block(runs[:-1])]


def _facts(part: Facts) -> list[Block]:
    runs: list[Span] = []
    for name, value in part.rows:
        runs += [Span(f"{name}: ", bold=True)] if printable(name).strip() else []
        runs += [Span(value), Span("\n")]
    return [block(runs[:-1])]


def _picture(part: Picture) -> list[Block]:
    return [] if part.kind in KINDS else [block([Span(part.alt or part.title)])]


PARTS: dict[type[Part], Callable[[Any], list[Block]]] = {
    Heading: lambda p: [block([Span(p.text, bold=True)])],
    Para: lambda p: [block(p.spans)],
    Items: _items,
    Facts: _facts,
    Table: _table,
    Note: lambda p: [block(p.spans, "blockquote")],
    Picture: _picture,
}


def _ends(reply: Reply, labels: Labels) -> list[Block]:
    """What ends a reply: the name of its file, and its sources as links."""
    named = [block([Span(reply.document.name)])] if reply.document else []
    cites: list[Span] = []
    for source in reply.sources:
        cites += [*_source(source, labels), Span("\n")]
    return [*named, *([block(cites[:-1])] if cites else [])]


def _source(source: Source, labels: Labels) -> list[Span]:
    return [
        Span(f"{labels['source']}: "),
        Span(source.ref or source.title or source.url, link=source.url),
        Span(f" ({labels['checked']} {source.checked})"),
    ]


def _instead(reply: Reply, labels: Labels) -> str:
    """What to say when a reply has no words of its own: Telegram takes no empty message."""
    if pictures(reply):
        return pictures(reply)[0].title or "…"
    return labels["choose"] if reply.buttons or reply.picker else "…"
