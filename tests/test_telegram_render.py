"""Telegram: within its limits, balanced HTML, short first, nothing lost, and nothing that somebody typed is obeyed."""

import json
import re
from datetime import date
from html import unescape
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.render import limits, printable
from bot.render.telegram import answered, caption, messages, pictures, plain, settled
from bot.render.telegram_buttons import keyboard, month
from handlers.messages import Button, Reply
from knowledge.source import Source
from knowledge.text import Document, Facts, Heading, Items, Note, Para, Part, Picture, Span, Table, para, spans

from .nasty import ROWS
from .nasty import words as nasty
from .test_render import MATRIX, PARTS, RISK, squeezed, words_of
from .test_slack_render import ANSWER, CARD, LOU, WORDING, assert_in_order

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


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("answer", ANSWER),
        ("card", CARD),
        ("wording", WORDING),
        ("risk", RISK),
        ("picture", Reply((MATRIX,), ((Button("Spara", "/save 3"),),))),
        ("question", question(20)),
        ("note", Reply((Note(spans("**Obs!** Inte juridisk rådgivning. Läs < mer & fråga.")),))),
        ("facts", Reply((Facts((("Leverantör", "A & B <AB>"), ("", "utan namn"), ("Värde", "900 000 kr"))),))),
        ("tables", Reply((NARROW, WIDE))),
        ("folded", FOLDED),
    ],
)
def test_a_reply_in_telegram_is_as_agreed(golden, name, reply):
    sent = messages(reply, LABELS, 17)

    assert_sound(sent)
    golden(f"telegram/{name}.json", json.dumps(sent, ensure_ascii=False, indent=1) + "\n")


# What holds for every reply


@settings(max_examples=80, deadline=None)
@given(reply=REPLIES, full=st.booleans(), page=st.integers(0, 9))
@example(reply=Reply(tuple(Heading(f"Rubrik {n}") for n in range(250))), full=True, page=0)
@example(reply=Reply((Para(tuple(Span(f"{n} ", bool(n % 2), "https://a.se") for n in range(400))),)), full=True, page=0)
@example(reply=Reply((Facts((("namn", "värde"),) * 300),)), full=True, page=0)
@example(reply=Reply((para("a"),), sources=(LOU,) * 150), full=False, page=0)
@example(reply=Reply((Note(tuple(Span("fet", True) for _ in range(99))),)), full=True, page=0)
def test_every_message_is_within_the_limits(reply, full, page):
    assert_sound(messages(reply, LABELS, 17, full, page))


@settings(max_examples=80, deadline=None)
@given(parts=st.lists(PARTS, max_size=8))
def test_no_word_is_lost_and_none_changes_place(parts):
    told = [part for part in parts if part not in pictures(Reply(tuple(parts)))]
    text = squeezed(shown(Reply(tuple(parts))))

    assert_in_order([word for part in told if not isinstance(part, Table) for word in words_of(part)], text)
    assert all(word in text for part in told for word in words_of(part))


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text(max_size=700), max_size=30), bold=st.booleans(), note=st.booleans())
def test_a_long_text_is_divided_and_loses_no_character_but_blanks(words, bold, note):
    text = " ".join(words)
    runs = (Span(text, bold),)
    reply = Reply((Note(runs) if note else Para(runs), para("slut")))

    assert_sound(messages(reply, LABELS, 17, full=True))
    assert squeezed(shown(reply)) == squeezed(printable(text)) + "slut"


@settings(max_examples=80, deadline=None)
@given(reply=REPLIES)
@example(reply=FOLDED)
@example(reply=Reply((para("a" * 400), para("b" * 400), para("c" * 401))))
def test_what_is_short_first_is_the_beginning_of_the_whole(reply):
    short, whole = messages(reply, LABELS, 17), messages(reply, LABELS, 17, full=True)
    is_short = "m:17" in says(keys_of(short))

    assert "m:17" not in says(keys_of(whole))
    if is_short:
        assert says(keys_of(short))[0] == "m:17"
        assert says(keys_of(short))[1:] == says(keys_of(whole))
        assert utf16(shown(reply)) - utf16(shown(reply, full=False)) >= limits.TELEGRAM_HIDDEN
        begins = shown(Reply(reply.parts), full=False)
        assert squeezed(shown(Reply(reply.parts))).startswith(squeezed(begins))
    else:
        assert short == whole


@settings(max_examples=80, deadline=None)
@given(buttons=BUTTONS, picker=st.sampled_from(("", "/set 12.due")))
def test_every_button_that_can_be_carried_is_on_some_page(buttons, picker):
    reply = Reply((para("a"),), buttons, picker=picker)
    pages = turned(reply)
    found = {one for page in pages for one in says(page)}

    for page in pages:
        assert_keys_sound(page)
        assert_fits_a_phone([row for row in page if not row[0].get("callback_data", "").startswith("p:17:")])
    for button in buttons[0]:
        carried = [
            words for words in (button.says, button.label) if words.strip() and len(printable(words).encode()) <= 64
        ]
        assert not carried or printable(carried[0]) in found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_is_shown_and_not_obeyed(row):
    text = nasty(row)[:20_000]  # so much makes several messages; a megabyte only takes longer
    reply = Reply((para(text), Heading(text), Facts(((text, text),)), Table((text,), ((text,),)), Note((Span(text),))))

    assert_sound(messages(reply, LABELS, 17, full=True))
    assert_sound(messages(reply, LABELS, 17))
    assert squeezed(printable(text)) in squeezed(shown(reply))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_in_small_places_is_within_the_limits(row):
    text = nasty(row)[:3000]
    source = Source(text, text, text, f"https://example.org/{text}", text)
    picture = Picture("other", text, text, text, text, ())
    buttons = ((Button(text, "/x"), Button("Svar", text), Button(text, text)),)

    assert_sound(messages(Reply((picture,), buttons, (source,), Document(text, "docx", text, "sv", ())), LABELS, 17))
    if printable(text).strip():
        assert_html_sound(caption(picture), 1024)
    assert_html_sound(settled("<b>Kort</b>", text))


# Words


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("&amp; &lt;b&gt;", "&amp;amp; &amp;lt;b&amp;gt;"),
        ('<a href="tg://user?id=1">x</a>', '&lt;a href="tg://user?id=1"&gt;x&lt;/a&gt;'),
        ("*fet* _kursiv_ `kod` ||dold||", "*fet* _kursiv_ `kod` ||dold||"),
        ("a\u202eb\u2066c", "a\ufffdb\ufffdc"),
        ("\u200fעברית\u200e", "\u200fעברית\u200e"),
        ("a\x00b\x1bc", "a\u2400b\u241bc"),
    ],
    ids=["channel", "script", "entity", "user", "markdown", "override", "marks", "control"],
)
def test_what_is_typed_is_shown_as_it_is(typed, html):
    (message,) = messages(Reply((para(typed),)), LABELS, 17)

    assert message["text"] == html
    assert plain(html) == printable(typed)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://user?id=1", "//a", "https://a b", "mailto:a@b", "https://", "https://a\u202eb"]
)
def test_what_is_no_web_address_is_shown_as_words(url):
    reply = Reply((Para((Span("här", link=url),)),), sources=(Source("a", "Titel", "", url, "2026"),))
    (message,) = messages(reply, LABELS, 17)

    assert not any(tag == "a" for tag, _, _ in read(message["text"]).marks)
    assert f"här ({printable(url)})" in plain(message["text"])


def test_an_address_cannot_end_its_link():
    url = "https://example.org/?a=1&b=\"><script>'"
    runs = (Span("här", link=url), Span("", link="https://example.org"))
    (message,) = messages(Reply((Para(runs),)), LABELS, 17)

    assert read(message["text"]).marks == [
        ("a", url, "här"),
        ("a", "https://example.org", "https://example.org"),
    ]


def test_a_source_is_a_link_and_stands_last():
    (message,) = messages(Reply((para("a"),), sources=(LOU,), document=WORDING.document), LABELS, 17)

    link = '<a href="https://example.org/lou?a=1&amp;b=2">LOU 17 kap. 2 §</a>'
    assert message["text"] == f"a\n\nvillkor.docx\n\nKälla: {link} (läst 2026-11-22)"


@pytest.mark.parametrize(
    ("part", "html"),
    [
        (Heading("Får vi?"), "<b>Får vi?</b>"),
        (Para(spans("Ett **fett** ord")), "Ett <b>fett</b> ord"),
        (Items((spans("a"), spans("**b**"))), "• a\n• <b>b</b>"),
        (Items((spans("a"), spans("b")), True), "1. a\n2. b"),
        (Facts((("Namn", "x"), ("", "y"))), "<b>Namn: </b>x\ny"),
        (Note(spans("a **b**")), "<blockquote>a <b>b</b></blockquote>"),
        (NARROW, "<pre>Led             Nivå\nRåvara          mycket hög\nSlutproduktion  hög</pre>"),
        (Picture("pie", "Titel", "Något annat.", "", "", ()), "Något annat."),
        (Picture("pie", "Titel", "", "", "", ()), "Titel"),
    ],
    ids=["heading", "para", "items", "numbered", "facts", "note", "narrow", "picture", "title"],
)
def test_a_part_is_told(part: Part, html: str):
    assert messages(Reply((part,)), LABELS, 17) == [{"text": html}]


@pytest.mark.parametrize(("width", "in_columns"), [(16, True), (17, False)])
def test_a_table_wider_than_a_phone_is_told_row_by_row(width, in_columns):
    text = messages(Reply((Table(("a" * 16, "b"), (("c", "d" * width),)),)), LABELS, 17)[0]["text"]

    assert text.startswith("<pre>") == in_columns
    assert in_columns or text == f"{'a' * 16}: c\nb: {'d' * width}"


@pytest.mark.parametrize("table", [Table((), ()), Table((), (("a", "b"),)), Table(("A",), (("b", "c\nd"), ()))])
def test_a_table_with_ragged_rows_is_shown(table):
    assert all(line in shown(Reply((table,))) for row in table.rows for cell in row for line in cell.split("\n"))


@pytest.mark.parametrize("parts", [(), (Para(()),), (Facts(()), Items(()), Table((), ()), Heading(" "))])
def test_a_reply_without_words_says_something(parts):
    assert shown(Reply(parts)) == "…"
    assert shown(Reply(parts, document=WORDING.document)) == "villkor.docx"
    assert shown(Reply(parts, CARD.buttons)) == "Välj"
    assert shown(Reply(parts, picker="/set 12.due")) == "Välj"
    assert shown(Reply((*parts, MATRIX))) == MATRIX.title


# Where a message ends


@pytest.mark.parametrize("letters", ["å", "\U0001f600", FAMILY, "e\u0301\u0323", "\U0001f1f8\U0001f1ea"])
def test_a_long_word_is_not_cut_inside_a_character(letters):
    sent = messages(Reply((para(letters * 4100),)), LABELS, 17, full=True)

    assert_sound(sent)
    assert len(sent) > 1
    assert all(plain(message["text"]).replace(letters, "") == "" for message in sent)
    assert "".join(plain(message["text"]) for message in sent) == letters * 4100


@pytest.mark.parametrize(
    ("typed", "ends"),
    [("Ett två tre. " * 700, "tre."), ("ett två\n" * 900, "två"), ("ord " * 2000, "ord")],
    ids=["sentence", "line", "word"],
)
def test_a_long_paragraph_is_divided_where_one_may_breathe(typed, ends):
    sent = messages(Reply((para(typed),)), LABELS, 17, full=True)

    assert len(sent) > 1
    assert all(message["text"].endswith(ends) for message in sent)


@pytest.mark.parametrize("wrap", ["pre", "blockquote", "b"])
def test_every_piece_of_what_is_divided_is_closed(wrap):
    parts: dict[str, Part] = {
        "pre": Table(("Led",), (("råvara & mer",),) * 900),
        "blockquote": Note(spans("ord & mer " * 900)),
        "b": Heading("ord & mer " * 900),
    }
    sent = messages(Reply((parts[wrap],)), LABELS, 17, full=True)

    assert len(sent) > 1
    assert_sound(sent)
    assert all([tag for tag, _, _ in read(message["text"]).marks] == [wrap] for message in sent)


def test_blocks_are_not_divided_where_a_message_can_end_between_them():
    sent = messages(Reply((para("a" * 2500), para("b" * 2500), para("c" * 1400))), LABELS, 17, full=True)

    assert [message["text"] for message in sent] == ["a" * 2500, "b" * 2500 + "\n\n" + "c" * 1400]


def test_a_heading_is_not_parted_from_its_text():
    sent = messages(Reply((para("a" * 3980), Heading("Rubrik"), para("text " * 50))), LABELS, 17, full=True)

    assert sent[1]["text"].startswith("<b>Rubrik</b>\ntext")


def test_many_marks_go_in_several_messages():
    sent = messages(Reply((Facts(tuple((f"n{n}", "v") for n in range(250))),)), LABELS, 17, full=True)

    assert len(sent) == 3
    assert [tag for message in sent for tag, _, _ in read(message["text"]).marks] == ["b"] * 250


# Short first


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ((400, 400, 400), 3),
        ((400, 400, 401), 1),
        ((600, 700), 2),
        ((340, 20, 900), 2),
        ((100, 100, 100, 100, 900), 4),
        ((349, 1, 900), 2),
        ((300, 300, 301, 300), 2),
        ((700, 300, 299), 1),
        ((1000, 150, 149), None),
        ((10, 10, 2000, 10), 2),
        ((300, 601, 500), 1),
        ((300, 600, 500), 2),
    ],
    ids=["1200", "1201", "two", "boundary", "small", "exact", "later", "600", "299", "one-long", "901", "900"],
)
def test_a_long_answer_is_short_first(sizes, kept):
    reply = Reply(tuple(para(letter * size) for letter, size in zip("abcde", sizes, strict=False)))
    text = squeezed(shown(reply, full=False))

    whole = "".join(letter * size for letter, size in zip("abcde", sizes, strict=False))
    assert text == (whole if kept is None else whole[: sum(sizes[:kept])])
    assert (text != whole) == ("m:17" in says(keys_of(messages(reply, LABELS, 17))))


def test_sizes_are_counted_as_telegram_counts():
    reply = Reply(tuple(para("\U0001f600" * 210) for _ in range(3)))

    assert "m:17" in says(keys_of(messages(reply, LABELS, 17)))


def test_sources_and_buttons_stand_below_what_is_short():
    (message,) = messages(FOLDED, LABELS, 17)
    (_,) = messages(FOLDED, LABELS, 17, full=True)

    assert "Källa: " in message["text"]
    assert "Och mer" not in message["text"]
    assert [[key["text"] for key in row] for row in keys_of([message])] == [["Mer"], ["Villkor"]]
    assert says(keys_of([message])) == ["m:17", "/clause wages"]


def test_a_question_of_a_talk_is_never_folded():
    reply = Reply(FOLDED.parts, ((Button("Ja", "/set 12.kind ja"),),))

    assert "Och mer" in shown(reply, full=False)
    assert says(keys_of(messages(reply, LABELS, 17))) == ["/set 12.kind ja"]


# Buttons


@pytest.mark.parametrize(
    ("lengths", "rows"),
    [
        ((10, 10, 10, 10), [3, 1]),
        ((16, 16, 16), [2, 1]),
        ((17, 5, 5), [1, 2]),
        ((5, 17, 5), [1, 1, 1]),
        ((10, 10, 16), [2, 1]),
        ((10, 16, 10), [2, 1]),
        ((16, 10, 10), [2, 1]),
        ((70, 1), [1, 1]),
        ((), []),
    ],
)
def test_rows_fit_a_phone(lengths, rows):
    reply = Reply((), (tuple(Button("x" * length, f"/topic {n}") for n, length in enumerate(lengths)),))

    assert [len(row) for row in keyboard(reply, LABELS, 17)] == rows


@pytest.mark.parametrize(
    ("label", "says", "key"),
    [
        ("Ja", "/set 1.a ja", {"text": "Ja", "callback_data": "/set 1.a ja"}),
        ("Sidan", "https://example.org/?a=1&b", {"text": "Sidan", "url": "https://example.org/?a=1&b"}),
        ("Ja", "å" * 32, {"text": "Ja", "callback_data": "å" * 32}),
        ("Ja", "å" * 33, {"text": "Ja", "callback_data": "Ja"}),
        ("Ja", "", {"text": "Ja", "callback_data": "Ja"}),
        ("Ja", " ", {"text": "Ja", "callback_data": "Ja"}),
        ("å" * 33, "", None),
        ("", "", None),
        ("", "/x", {"text": "…", "callback_data": "/x"}),
        ("x" * 65, "/x", {"text": "x" * 63 + "…", "callback_data": "/x"}),
        (FAMILY * 20, "/x", {"text": FAMILY * 7 + "…", "callback_data": "/x"}),
        ("a\nb\u202e", "/x", {"text": "a b\ufffd", "callback_data": "/x"}),
        ("Hej", "tg://user?id=1", {"text": "Hej", "callback_data": "tg://user?id=1"}),
    ],
)
def test_a_button_says_what_it_can_carry(label, says, key):
    rows = keyboard(Reply((), ((Button(label, says),),)), LABELS, 17)

    assert rows == ([[key]] if key else [])
    assert_keys_sound(rows)


def test_many_answers_come_in_pages_and_ways_out_stay_below():
    first, second, third = turned(question(20))
    answers, ways_out = [f"/set 12.kind a{n}" for n in range(20)], ["/back 12", "/explain 12"]

    assert says(first) == [*answers[:8], "p:17:1", *ways_out]
    assert says(second) == [*answers[8:16], "p:17:0", "p:17:2", *ways_out]
    assert says(third) == [*answers[16:], "p:17:1", *ways_out]
    assert [key["text"] for key in second[-2]] == ["‹ Förra", "Fler ›"]
    assert keyboard(question(20), LABELS, 17, 99) == third


@pytest.mark.parametrize(("answers", "pages"), [(8, 1), (12, 1), (13, 2), (16, 2), (17, 3), (100, 13)])
def test_a_few_more_make_no_second_page(answers, pages):
    assert len(turned(question(answers))) == pages


def test_many_buttons_that_answer_nothing_come_in_pages_too():
    reply = Reply((), (tuple(Button(f"Ämne {n}", f"/topic {n}") for n in range(30)), (Button("Tillbaka", "/back 1"),)))
    pages = turned(reply)

    assert len(pages) == 4
    assert all(says(page)[-1] == "/back 1" for page in pages)
    assert {one for page in pages for one in says(page)} >= {f"/topic {n}" for n in range(30)}


def test_a_day_is_chosen_above_the_ways_out():
    answers = tuple((Button(f"Svar {n}", f"/set 12.due a{n}"),) for n in range(13))
    ways_out = ((Button("Tillbaka", "/back 12"), Button("Hoppa över", "/skip 12")),)
    few, many = (
        keyboard(Reply((), (*some, *ways_out), picker="/set 12.due"), LABELS, 17) for some in (answers[:2], answers)
    )

    assert says(many)[-4:] == ["p:17:1", "c:17:0", "/back 12", "/skip 12"]
    assert [{"text": "Välj datum", "callback_data": "c:17:0"}] in many
    assert says(few) == ["/set 12.due a0", "/set 12.due a1", "c:17:0", "/back 12", "/skip 12"]
    assert says(keyboard(Reply((), picker="/set 12.due"), LABELS, 17)) == ["c:17:0"]


def test_buttons_are_never_more_than_a_message_takes():
    answers = [Button(f"Svar {n}", f"/set 12.kind a{n}") for n in range(20)]
    topics = [Button(f"Ämne {n}", f"/topic {n}") for n in range(40)]
    back = [Button(f"Tillbaka {n}", f"/back {n}") for n in range(60)]

    for buttons in ([*answers, *topics], back, [*topics, *back], [*answers, *back]):
        pages = turned(Reply((), (tuple(buttons),), picker="/set 12.due"))
        for page in pages:
            assert_keys_sound(page)
        assert {button.says for button in buttons} <= {one for page in pages for one in says(page)}


@pytest.mark.parametrize("address", ["https://x\ud800", "https://x\x00", "https://x\u202e"])
def test_a_broken_address_is_no_link_on_a_button(address):
    rows = keyboard(Reply((), ((Button("Sidan", address),),)), LABELS, 17)

    assert rows == [[{"text": "Sidan", "callback_data": printable(address)}]]
    assert_keys_sound(rows)


@pytest.mark.parametrize("page", [-1, -99])
def test_a_page_before_the_first_is_the_first(page):
    assert keyboard(question(20), LABELS, 17, page) == keyboard(question(20), LABELS, 17)


def test_the_last_month_has_no_next():
    turns = month("/set 1.a", 17, 36, TODAY, DAYS, "t")[-1]

    assert [key["text"] for key in turns] == ["‹", "×"]


# The calendar


@pytest.mark.parametrize(
    ("offset", "first", "last", "blank_before"),
    [(0, 23, 30, 22), (1, 1, 31, 1), (3, 1, 28, 0), (4, 1, 31, 0), (15, 1, 29, 1), (36, 1, 30, 3)],
    ids=["this", "december", "february", "march", "leap", "last"],
)
def test_a_month_is_shown_from_monday_and_only_days_to_come_can_be_chosen(offset, first, last, blank_before):
    rows = month("/set 12.due", 17, offset, TODAY, DAYS, "titel")
    days = [key for row in rows[2:-1] for key in row]
    open_days = [key for key in days if key["callback_data"] != "x"]

    assert_keys_sound(rows, most_a_row=7)
    assert rows[0] == [{"text": "titel", "callback_data": "x"}]
    assert [key["text"] for key in rows[1]] == list(DAYS)
    assert all(len(row) == 7 for row in rows[1:-1])
    assert [key["text"] for key in open_days] == [str(day) for day in range(first, last + 1)]
    at = next(n for n, key in enumerate(days) if key["callback_data"] != "x")
    chosen = date.fromisoformat(open_days[0]["callback_data"].removeprefix("/set 12.due "))
    assert chosen.weekday() == at % 7
    assert chosen >= TODAY


@pytest.mark.parametrize("offset", [0, 1, 35])
def test_a_month_is_turned_and_closed(offset):
    turns = {key["text"]: key["callback_data"] for key in month("/set 1.a", 17, offset, TODAY, DAYS, "t")[-1]}

    before = {"‹": f"c:17:{offset - 1}"} if offset else {}
    assert turns == {**before, "›": f"c:17:{offset + 1}", "×": "p:17:0"}


@given(offset=st.integers(0, 36), today=st.dates(date(2026, 1, 1), date(2040, 12, 31)))
def test_every_day_of_a_month_fits_its_button(offset, today):
    rows = month("/" + "s" * 49, 10**9, offset, today, DAYS, "t")

    assert_keys_sound(rows, most_a_row=7)
    assert all(
        key["callback_data"][51:] >= today.isoformat()
        for row in rows[2:-1]
        for key in row
        if len(key["callback_data"]) > 1
    )


# Pictures and cards


def test_pictures_go_out_in_order_with_a_caption_and_not_in_the_text():
    other = Picture("pie", "Annat", "Något annat.", "", "", ())

    assert pictures(Reply((MATRIX, para("a"), other, MATRIX))) == [MATRIX, MATRIX]
    assert caption(MATRIX) == f"<b>{MATRIX.title}</b>\n{MATRIX.alt}"
    assert MATRIX.alt not in shown(RISK)


@pytest.mark.parametrize(
    ("title", "alt"),
    [("t" * 2000, "a" * 2000), ("t", "&<" * 900), (FAMILY * 300, FAMILY * 300), ("", "ord " * 600), ("t", "")],
)
def test_a_caption_is_cut_where_telegram_ends(title, alt):
    html = caption(Picture("risk_matrix", title, alt, "", "", ()))

    assert_html_sound(html, limits.TELEGRAM_CAPTION)
    assert html.endswith("…") == bool(alt)


@pytest.mark.parametrize("words", ["Ja <!channel>", "Åsa Öberg: Ja & nej"])
def test_a_settled_card_tells_who_answered(words):
    line = f"<i>{words.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</i>"

    assert settled("<b>Kort</b>", words) == f"<b>Kort</b>\n\n{line}"
    assert answered("<b>Kort</b>", words) == f"{line}\n\n<b>Kort</b>"


@pytest.mark.parametrize(("size", "words"), [(3999, "Ja"), (4096, "Ja"), (10, "x" * 5000), (10, "")])
def test_a_settled_card_is_within_the_limits(size, words):
    for after in (settled("&amp;" * size, words), answered("&amp;" * size, words)):
        assert_html_sound(after)
        assert plain(after).count("&") == size


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>a</b> &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ('<a href="https://a.se/?b=1&amp;c=&quot;&gt;">här</a>', "här"),
        ("<blockquote>a\n<b>b</b></blockquote>", "a\nb"),
        ("3 &lt; 4 &gt; 2", "3 < 4 > 2"),
    ],
)
def test_the_words_of_html_are_read_back(html, words):
    assert plain(html) == words
