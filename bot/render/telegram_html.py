"""Words for Telegram's HTML: escaped, counted as Telegram counts, and divided where a message may end.

A block is what stays together: runs of words, in a quotation, in columns, or plain.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from bot.render import limits, printable
from bot.render.slack_mrkdwn import pieces
from knowledge.text import Span

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
TAG = re.compile(r"</?[a-z][^<>]*>")
WEB = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """`wrap` is blockquote, pre or nothing."""

    runs: tuple[Span, ...]
    wrap: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def marks(self) -> int:
        """How many entities Telegram counts."""
        return sum(run.bold + bool(run.link) for run in self.runs) + bool(self.wrap)

    @property
    def html(self) -> str:
        words = "".join(map(_run, self.runs))
        return f"<{self.wrap}>{words}</{self.wrap}>" if self.wrap else words


def escape(text: str) -> str:
    """`text` so that Telegram shows it and obeys none of it."""
    return printable(text).translate(ESCAPES)


def units(text: str) -> int:
    """How long Telegram finds `text`: characters beyond the first 65,536 count as two."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def plain(html: str) -> str:
    """The words of our own HTML."""
    return unescape(TAG.sub("", html))


def block(runs: Iterable[Span], wrap: str = "") -> Block:
    """A block of what can be shown: a link only where it leads to a web page, in columns no marks at all."""
    shown = (_shown(run) for run in runs)
    return Block(tuple(Span(run.text) if wrap == "pre" else run for run in shown if run.text), wrap)


def _shown(run: Span) -> Span:
    text, link = printable(run.text), run.link
    if link and WEB.fullmatch(link) and printable(link) == link:
        return Span(text if text.strip() else link, run.bold, link)
    return Span(f"{text} ({printable(link)})" if link not in ("", run.text) else text, run.bold)


def _run(run: Span) -> str:
    words = escape(run.text)
    words = f"<b>{words}</b>" if run.bold and words.strip() else words
    return f'<a href="{escape(run.link).replace(chr(34), "&quot;")}">{words}</a>' if run.link else words


def divided(whole: Block, most: int = limits.TELEGRAM_TEXT) -> Iterator[Block]:
    """The block, in as many pieces as it takes; none where there are no words."""
    text = whole.text
    if units(text) <= most and whole.marks <= limits.TELEGRAM_ENTITIES:
        if text.strip():
            yield whole
        return
    for piece in pieces(text, most, units):
        part = Block(tuple(_between(whole.runs, piece.start, piece.stop)), whole.wrap)
        yield from _fewer(part)


def _fewer(part: Block) -> Iterator[Block]:
    """A piece with more marks than a message may have, in several."""
    half = max(1, limits.TELEGRAM_ENTITIES // 2)
    if part.marks <= limits.TELEGRAM_ENTITIES:
        yield part
        return
    for at in range(0, len(part.runs), half):
        some = Block(part.runs[at : at + half], part.wrap)
        if some.text.strip():
            yield some


def _between(runs: Sequence[Span], start: int, stop: int) -> Iterator[Span]:
    at = 0
    for run in runs:
        text = run.text[max(0, start - at) : max(0, stop - at)]
        if text:
            yield Span(text, run.bold, run.link)
        at += len(run.text)


def packed(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Blocks in messages, each as full as it may be."""
    message: list[Block] = []
    for each in blocks:
        if message and not fits([*message, each]):
            yield message
            message = []
        message.append(each)
    if message:
        yield message


def fits(blocks: Sequence[Block]) -> bool:
    """Whether `blocks` make one message."""
    size = sum(units(each.text) for each in blocks) + 2 * (len(blocks) - 1)
    return size <= limits.TELEGRAM_TEXT and sum(each.marks for each in blocks) <= limits.TELEGRAM_ENTITIES


def joined(blocks: Iterable[Block]) -> str:
    """The HTML of a message."""
    return "\n\n".join(each.html for each in blocks)


def cut(text: str, most: int) -> str:
    """The beginning of `text`, with … where something is missing."""
    if units(text) <= most:
        return text
    first = next(pieces(text, most - 1, units), slice(0, 0))
    return text[first].rstrip() + "…"
