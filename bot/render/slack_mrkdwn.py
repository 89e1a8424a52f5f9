"""Words for Slack: escaped, cut to length where they must be, divided where they may not be.

Slack may count `&` as the five characters of `&amp;`; so do we, everywhere, and nothing gets too long by escaping.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from unicodedata import category

from bot.render import printable
from bot.render.limits import SLACK_LINK, SLACK_TEXT

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
UNSAFE_IN_URL = str.maketrans({"|": "%7C", ">": "%3E", "<": "%3C", '"': "%22"})
URL = re.compile(r"https?://\S+", re.IGNORECASE)
MARKS = re.compile(r"[|*_~`]")  # what a label in a link cannot hold and still be shown as it is
BREAKS = (re.compile(r"\n"), re.compile(r"[.!?…:;][ \t\n]"), re.compile(r"[ \t\n]"))  # the best place to divide first
JOINERS = "\u200d\ufe0e\ufe0f\u20e3"
LONGEST_GRAPHEME = 40  # characters; piles of accents that are higher are taken apart

Words = dict[str, Any]


def escape(text: str) -> str:
    """`text` so that Slack shows it and obeys none of it: no mention, no link, no command."""
    return printable(text).translate(ESCAPES)


def weight(text: str) -> int:
    """How long `text` is once it is escaped."""
    return len(text) + 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")


def short(text: str, most: int) -> str:
    """`text` escaped, in at most `most` characters; what is cut ends at a word and in "…"."""
    shown = printable(text).strip()
    if weight(shown) <= most:
        return escape(shown) or "…"
    kept = shown[: _reach(shown, 0, most - 1)]
    at_word = re.sub(r"\s+\S*$", "", kept) if len(kept) < len(shown) and not shown[len(kept)].isspace() else kept
    return (
        escape((at_word if len(at_word) > len(kept) // 2 else kept[: _cluster(kept + shown[len(kept)])]).rstrip()) + "…"
    )


def plain(text: str, most: int = SLACK_TEXT) -> Words:
    """A text object in which no mark means anything."""
    return {"type": "plain_text", "text": short(text, most), "emoji": False}


def link(url: str, label: str, after: str) -> Words | None:
    """`label` as a link and then `after`, or None where no link can show them as they are."""
    safe, words = address(url), " ".join(printable(label).split())
    text = f"<{escape(safe)}|{escape(words)}>{escape(after)}"
    if not safe or not words or MARKS.search(label + after) or len(text) > SLACK_TEXT:
        return None
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def address(url: str) -> str:
    """`url` as Slack may link it; empty if it is no web address."""
    safe = url.translate(UNSAFE_IN_URL)
    return safe if URL.fullmatch(url) and printable(url) == url and weight(safe) <= SLACK_LINK else ""


def pieces(text: str, most: int = SLACK_TEXT, weigh: Callable[[str], int] = weight) -> Iterator[slice]:
    """Where to divide `text` so that each piece has words and weighs at most `most`, as `weigh` tells.

    A line end is the best place, then a sentence end, then a blank; only a word that is too long is broken.
    """
    start = 0
    while start < len(text):
        end = _reach(text, start, most, weigh)
        if end < len(text):
            end = start + _break(text[start : end + 1])
        words = text[start:end]
        lead, trail = len(words) - len(words.lstrip()), len(words.rstrip())
        if trail:
            yield slice(start + lead, start + trail)
        start = end


def _reach(text: str, start: int, most: int, weigh: Callable[[str], int] = weight) -> int:
    """How far one may read from `start` until `most` is reached. No character weighs more than five."""
    end = min(len(text), start + most)
    while (over := weigh(text[start:end]) - most) > 0:
        end -= -(-over // 5)
    return end


def _break(window: str) -> int:
    """Where to divide `window`, whose last character is one too many."""
    for mark in BREAKS:
        last = max((found.end() for found in mark.finditer(window)), default=0)
        if last > len(window) // 2:
            return last
    return last or _cluster(window)  # the last mark is a blank: a late one, an early one, or none


def _cluster(window: str) -> int:
    """Where the last whole grapheme before the last character of `window` ends."""
    last = len(window) - 1
    for end in range(last, max(0, last - LONGEST_GRAPHEME), -1):
        if not _joined(window[end - 1], window[end]):
            return end
    return last


def _joined(before: str, after: str) -> bool:
    """Whether the two are shown as one: accents, joined emoji, skin tones, flags."""
    flag = all("\U0001f1e6" <= one <= "\U0001f1ff" for one in (before, after))
    tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return flag or tone or before == "\u200d" or after in JOINERS or category(after).startswith("M")
