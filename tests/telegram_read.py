"""What Telegram reads, as strictly as it does, and replies of every kind to render for it."""

import json
import re
from datetime import date
from html import unescape
from typing import Any, NamedTuple

from hypothesis import strategies as st

from bot.render import limits, printable
from bot.render.telegram import messages, plain
from bot.render.telegram_buttons import keyboard
from handlers.messages import Button, Reply
from knowledge.source import Source
from knowledge.text import Document, Heading, Table, para

from .test_render import PARTS
from .test_slack_render import LOU

LABELS = {
    "source": "Källa",
    "checked": "läst",
    "choose": "Välj",
    "more": "Mer",
    "next_page": "Fler",
    "previous_page": "Förra",
    "choose_date": "Välj datum",
}
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
DAYS = ("må", "ti", "on", "to", "fr", "lö", "sö")
TODAY = date(2026, 11, 23)
SAYS = st.one_of(
    st.integers(0, 99).map(lambda n: f"/set 12.kind a{n}"),
    st.sampled_from(("/back 12", "/skip 12", "/explain 12", "https://example.org/x?a=1&b=2", "")),
    st.text(max_size=90),
)
BUTTONS = st.lists(st.builds(Button, st.text(max_size=90), SAYS), max_size=20).map(lambda row: (tuple(row),))
SOURCES = st.builds(
    Source,
    st.just("id"),
    st.text(max_size=30),
    st.text(max_size=30),
    st.one_of(st.text(max_size=30), st.text(max_size=30).map("https://example.org/{}".format)),
    st.just("2026-11-22"),
)
REPLIES = st.builds(
    Reply,
    st.lists(PARTS, max_size=8).map(tuple),
    BUTTONS,
    st.lists(SOURCES, max_size=12).map(tuple),
    st.sampled_from((None, Document("krav.docx", "docx", "Krav", "sv", ()))),
    picker=st.sampled_from(("", "/set 12.due")),
)

# What Telegram reads, as strictly as it does

TOKEN = re.compile(r'<(/?)(b|i|u|s|a|code|pre|blockquote)( href="([^"<>]+)")?>|&(amp|lt|gt|quot);|[^<>&]')


class Read(NamedTuple):
    """What Telegram shows of some HTML, and the marks in it: a tag, its address and the words it is around."""

    text: str
    marks: list[tuple[str, str, str]]


def read(html: str) -> Read:
    """`html` as Telegram reads it; what Telegram would refuse fails."""
    text, marks, at = "", [], 0
    opened: list[tuple[str, str, int]] = []
    while at < len(html):
        token = TOKEN.match(html, at)
        assert token, f"refused: {html[at : at + 40]!r}"
        closing, tag, has_address, address, entity = token.groups()
        assert bool(has_address) == (tag == "a" and not closing)
        if closing:
            began, url, start = opened.pop()
            assert began == tag
            marks.append((tag, url, text[start:]))
        elif tag:
            assert not any(outer == "pre" for outer, _, _ in opened)
            assert tag not in [outer for outer, _, _ in opened]
            opened.append((tag, unescape(address or ""), len(text)))
        else:
            text += unescape(token[0]) if entity else token[0]
        at = token.end()
    assert not opened
    return Read(text, marks)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def assert_html_sound(html: str, most: int = 4096) -> None:
    shown = read(html)
    assert shown.text.strip()
    assert 0 < utf16(shown.text) <= most
    assert len(shown.marks) <= 100
    assert shown.text == plain(html)
    html.encode()


def assert_keys_sound(rows: list[list[dict[str, str]]], most_a_row: int = 3) -> None:
    keys = [key for row in rows for key in row]
    assert len(keys) <= limits.TELEGRAM_BUTTONS or most_a_row == 7
    assert all(0 < len(row) <= most_a_row for row in rows)
    for key in keys:
        assert key["text"]
        assert utf16(key["text"]) <= 64
        assert printable(key["text"]) == key["text"]
        assert ("url" in key) != ("callback_data" in key)
        if "url" in key:
            assert re.fullmatch(r"https?://\S+", key["url"])
        else:
            assert 1 <= len(key["callback_data"].encode()) <= 64
    json.dumps(rows, ensure_ascii=False).encode()


def assert_fits_a_phone(rows: list[list[dict[str, str]]]) -> None:
    for row in rows:
        longest = max(len(key["text"]) for key in row)
        assert len(row) <= (1 if longest > 16 else 2 if longest > 10 else 3)


def keys_of(sent: list[dict[str, Any]]) -> list[list[dict[str, str]]]:
    return sent[-1].get("reply_markup", {}).get("inline_keyboard", [])


def assert_sound(sent: list[dict[str, Any]]) -> None:
    for message in sent:
        assert_html_sound(message["text"])
    assert all(set(message) == {"text"} for message in sent[:-1])
    assert "reply_markup" not in sent[-1] or keys_of(sent)
    assert_keys_sound(keys_of(sent))


def shown(reply: Reply, full: bool = True) -> str:
    return "\n\n".join(plain(message["text"]) for message in messages(reply, LABELS, 17, full=full))


def says(rows: list[list[dict[str, str]]]) -> list[str]:
    return [key.get("url", key.get("callback_data", "")) for row in rows for key in row]


def turned(reply: Reply) -> list[list[list[dict[str, str]]]]:
    """The keyboard on every page, by pressing next until it is gone."""
    pages, page = [keyboard(reply, LABELS, 17)], 0
    while f"p:17:{page + 1}" in says(pages[-1]):
        page += 1
        pages.append(keyboard(reply, LABELS, 17, page))
    return pages


def question(answers: int) -> Reply:
    given = tuple((Button(f"Svar {n}", f"/set 12.kind a{n}"),) for n in range(answers))
    return Reply(
        (para("Vad ska ni köpa?"),), (*given, (Button("Tillbaka", "/back 12"), Button("Varför?", "/explain 12")))
    )


NARROW = Table(("Led", "Nivå"), (("Råvara", "mycket hög"), ("Slutproduktion", "hög")))
WIDE = Table(("Krav", "Uppföljning"), (("Kvalitetsledningssystem", "Självskattning"), ("Spårbarhet", "Revision <2 år")))
FOLDED = Reply(
    (Heading("Rubrik"), para("Svaret. " * 50), para("Mer om det. " * 60), para("Och mer. " * 60)),
    ((Button("Villkor", "/clause wages"),),),
    (LOU,),
)
