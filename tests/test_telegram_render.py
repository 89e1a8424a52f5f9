"""Telegram: balanced HTML, nothing lost, and nothing that somebody typed is obeyed."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.render import limits, printable
from bot.render.telegram import answered, caption, messages, pictures, plain, settled
from handlers.messages import Button, Reply
from knowledge.source import Source
from knowledge.text import Document, Facts, Heading, Items, Note, Para, Part, Picture, Span, Table, para, spans

from .nasty import ROWS
from .nasty import words as nasty
from .telegram_read import (
    BUTTONS,
    FAMILY,
    FOLDED,
    LABELS,
    NARROW,
    REPLIES,
    WIDE,
    assert_fits_a_phone,
    assert_html_sound,
    assert_keys_sound,
    assert_sound,
    keys_of,
    question,
    read,
    says,
    shown,
    turned,
    utf16,
)
from .test_render import MATRIX, PARTS, RISK, squeezed, words_of
from .test_slack_render import ANSWER, CARD, LOU, WORDING, assert_in_order


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
