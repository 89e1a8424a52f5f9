"""Slack: within its limits, nothing lost, and nothing that somebody typed is obeyed."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.render import limits, printable
from bot.render.plain import table_lines
from bot.render.slack import escape, fallback, home, messages, pictures, settled
from handlers.messages import Button, Reply
from knowledge.source import Source
from knowledge.text import Document, Facts, Heading, Items, Note, Para, Part, Picture, Span, Table, para, spans

from .nasty import ROWS
from .nasty import words as nasty
from .test_render import MATRIX, PARTS, RISK, squeezed, words_of

LABELS = {"source": "Källa", "checked": "läst", "choose": "Välj", "choose_date": "Välj datum"}
LOU = Source("lou", "Lag om offentlig upphandling", "LOU 17 kap. 2 §", "https://example.org/lou?a=1&b=2", "2026-11-22")
SAYS = st.one_of(
    st.integers(0, 9).map(lambda n: f"/set 12.kind a{n}"), st.text(max_size=60), st.just("https://example.org/x")
)
REPLIES = st.builds(
    Reply,
    st.lists(PARTS, max_size=8).map(tuple),
    st.lists(st.lists(st.builds(Button, st.text(max_size=90), SAYS), max_size=8).map(tuple), max_size=8).map(tuple),
    st.lists(
        st.builds(
            Source,
            st.just("id"),
            st.text(max_size=30),
            st.text(max_size=30),
            st.one_of(st.text(max_size=30), st.text(max_size=30).map("https://example.org/{}".format)),
            st.just("2026-11-22"),
        ),
        max_size=12,
    ).map(tuple),
    st.sampled_from((None, Document("krav.docx", "docx", "Krav", "sv", ()))),
)


def texts(node: Any) -> list[tuple[str, str]]:
    """The kind and the words of every text in `node`."""
    if isinstance(node, list):
        return [found for one in node for found in texts(one)]
    if not isinstance(node, dict):
        return []
    here = [(node["type"], node["text"])] if isinstance(node.get("text"), str) else []
    return here + [found for value in node.values() for found in texts(value)]


def unescaped(kind: str, text: str) -> str:
    if kind not in ("plain_text", "mrkdwn"):
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def visible(blocks: list[dict[str, Any]]) -> str:
    return squeezed("".join(unescaped(*found) for found in texts([b for b in blocks if b["type"] != "actions"])))


def blocks_of(reply: Reply) -> list[dict[str, Any]]:
    return [block for message in messages(reply, LABELS, "17") for block in message["blocks"]]


def elements(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def pressed(blocks: list[dict[str, Any]]) -> list[str]:
    """All that can be said by pressing or choosing, in order."""
    return [
        one.get("value", one.get("url"))
        for element in elements(blocks)
        if element["type"] != "datepicker"
        for one in element.get("options", [element])
    ]


def assert_sound(blocks: list[dict[str, Any]], most: int) -> None:
    """What Slack would refuse is not there."""
    assert 0 < len(blocks) <= most
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()
        if block["type"] == "context":
            assert len(block["elements"]) <= limits.SLACK_CONTEXT_ELEMENTS
        if block["type"] == "rich_text":
            assert sum(len(text) for _, text in texts(block)) <= limits.SLACK_TEXT
        if block["type"] == "header":
            assert len(block["text"]["text"]) <= limits.SLACK_HEADER
        if block["type"] == "actions":
            assert 0 < len(block["elements"]) <= 25
        if block["type"] == "table":
            assert len({len(row) for row in block["rows"]}) == 1
            assert len(block["rows"]) <= limits.SLACK_TABLE_ROWS
    assert all(text and len(text) <= 3000 for kind, text in texts(blocks) if kind in ("plain_text", "mrkdwn"))
    assert all(text for _, text in texts(blocks))
    assert sum(block["type"] == "table" for block in blocks) <= 1
    marked = [text for kind, text in texts(blocks) if kind in ("plain_text", "mrkdwn")]
    assert not any(re.search("<[!@#]", text) for text in marked)
    assert all(len(element["action_id"]) <= limits.SLACK_ACTION_ID for element in elements(blocks))
    ids = [element["action_id"] for element in elements(blocks)]
    assert len(ids) == len(set(ids))
    json.dumps(blocks, ensure_ascii=False).encode()


def assert_messages_sound(sent: list[dict[str, Any]]) -> None:
    for message in sent:
        assert_sound(message["blocks"], 50)
        assert 0 < len(message["text"]) <= limits.SLACK_FALLBACK
        assert not re.search("[<>]", message["text"])
        assert sum(len(text) for _, text in texts(message["blocks"])) <= limits.SLACK_MESSAGE
        message["text"].encode()
    ids = [block["block_id"] for message in sent for block in message["blocks"]]
    assert ids == [f"17.{number}" for number in range(len(ids))]


def assert_in_order(words: list[str], shown: str) -> None:
    at = 0
    for word in words:
        at = shown.find(word, at)
        assert at >= 0, word
        at += len(word)


def shown_words(part: Part, parts: list[Part]) -> list[str]:
    """The words of `part` in the order of a table or, where another came before, of lines."""
    tables = [one for one in parts if isinstance(one, Table) and words_of(one)]
    if isinstance(part, Table) and part in tables and part is not tables[0]:
        return printable("\n".join(table_lines(part))).split()
    return words_of(part)


CARD = Reply(
    (
        Para((Span("3 av 9.", bold=True), Span(" Var tillverkas varorna?"))),
        Facts((("Behov", "arbetskläder"), ("Värde", "900 000 kr"))),
    ),
    (
        (Button("Inom EU", "/set 12.origin eu"), Button("Utanför EU", "/set 12.origin world")),
        (Button("Tillbaka", "/back 12"), Button("Varför frågar du?", "/explain 12")),
    ),
)
ANSWER = Reply(
    (
        Heading("Får vi kräva kollektivavtal?"),
        Para(spans("Du får kräva **villkor**, men inte avtalet. Se [vägledningen](https://example.org/vagledning).")),
        Items((spans("lön"), spans("semester"), spans("arbetstid")), True),
        Note(spans("Detta är inte juridisk rådgivning.")),
    ),
    ((Button("Läs mer", "/topic agreement"),), (Button("Villkor om lön", "/clause wages"),)),
    (LOU, Source("guide", "Vägledning", "", "", "2026-10-01")),
)
WORDING = Reply(
    (
        Heading("Villkor: spårbarhet"),
        para("Leverantören ska kunna redovisa [antal] led < råvara & färdig vara."),
        Table(("Nivå", "Bevis", "När"), (("bas", "egen försäkran", ""), ("avancerad", "revision", "varje år"))),
    ),
    ((Button("Word-fil", "/word 4"),),),
    (LOU,),
    Document("villkor.docx", "docx", "Villkor", "sv", ()),
)
REMINDER = Reply(
    (para("Idag: följ upp licens hos Nordkaffe AB (#4)."),),
    ((Button("Klart", "/done 4"), Button("Om en vecka", "/snooze 4 om en vecka"), Button("Ta bort", "/remove 4")),),
)


@pytest.mark.parametrize(
    ("name", "reply"), [("card", CARD), ("answer", ANSWER), ("wording", WORDING), ("reminder", REMINDER)]
)
def test_a_reply_in_slack_is_as_agreed(golden, name, reply):
    sent = messages(reply, LABELS, "17")

    assert_messages_sound(sent)
    golden(f"slack_{name}.json", json.dumps(sent, ensure_ascii=False, indent=1) + "\n")


@settings(max_examples=60, deadline=None)
@given(reply=REPLIES)
@example(reply=Reply(tuple(Heading(f"Rubrik {n}") for n in range(120))))
@example(reply=Reply((), (tuple(Button("x" * 90, "a" * 60 + str(n)) for n in range(300)),)))
@example(reply=Reply((para("a"),), ((), tuple(Button("&" * 80, f"/set 1.a {n}") for n in range(100)))))
def test_every_message_is_within_the_limits(reply):
    assert_messages_sound(messages(reply, LABELS, "17"))


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(PARTS, max_size=8))
def test_no_word_is_lost_and_none_changes_place(parts):
    shown = visible(blocks_of(Reply(tuple(parts))))

    assert_in_order([word for part in parts for word in shown_words(part, parts)], shown)


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=700), max_size=30), bold=st.booleans())
def test_a_long_paragraph_is_divided_and_loses_no_character_but_blanks(words, bold):
    text = " ".join(words)

    assert visible(blocks_of(Reply((Para((Span(text, bold),)), para("slut"))))) == squeezed(printable(text)) + "slut"


@settings(max_examples=60, deadline=None)
@given(reply=REPLIES)
def test_every_button_is_there_once_and_on_the_last_message(reply):
    sent = messages(reply, LABELS, "17")
    says = [
        printable(button.says or button.label) if not button.says.startswith("https") else button.says
        for row in reply.buttons
        for button in row
    ]

    assert sorted(pressed([block for message in sent for block in message["blocks"]])) == sorted(says)
    assert not any(elements(message["blocks"]) for message in sent[:-1])


@settings(max_examples=60, deadline=None)
@given(reply=REPLIES)
def test_a_settled_card_has_no_buttons_and_keeps_the_rest(reply):
    for message in messages(reply, LABELS, "17"):
        after = settled(message["blocks"], "Ja <!channel>")

        assert elements(after) == []
        line = {"type": "plain_text", "text": "Ja &lt;!channel&gt;", "emoji": False}
        assert {"type": "context", "elements": [line]} in after
        kept = [block for block in message["blocks"] if block["type"] != "actions"]
        assert [block for block in after if "block_id" in block] == kept


@settings(max_examples=60, deadline=None)
@given(replies=st.lists(REPLIES, max_size=6))
def test_the_home_tab_is_within_the_limits(replies):
    view = home(replies, LABELS)

    assert view["type"] == "home"
    assert_sound(view["blocks"], limits.SLACK_HOME_BLOCKS)


def test_the_home_tab_keeps_whole_cards_and_divides_them():
    view = home([CARD, REMINDER] * 30, LABELS)

    kinds = [block["type"] for block in view["blocks"]]
    assert kinds[:8] == ["rich_text", "rich_text", "actions", "actions", "divider", "rich_text", "actions", "divider"]
    assert kinds[-1] == "actions"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_is_shown_and_not_obeyed(row):
    text = nasty(row)
    blank = Reply((para(text), Heading(text), Facts(((text, text),)), Table((text,), ((text,),)), Note((Span(text),))))
    sent = messages(blank, LABELS, "17")

    assert_messages_sound(sent)
    shown = visible([block for message in sent for block in message["blocks"]])
    assert squeezed(printable(text)) in shown


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_in_small_places_is_within_the_limits(row):
    text = nasty(row)[:3000]
    source = Source(text, text, text, f"https://example.org/{text}", text)
    document = Document(text, "docx", text, "sv", ())
    picture = Picture("other", text, text, text, text, ())
    sent = messages(Reply((picture,), ((Button(text, "/x"),),), (source,), document), LABELS, "17")

    assert_messages_sound(sent)
    assert len(fallback(Reply((para(text),)), LABELS)) <= limits.SLACK_FALLBACK


def test_typed_marks_stand_where_they_mean_nothing():
    (block,) = blocks_of(Reply((para("*fet* _kursiv_ `kod` <!here> <@U1> :smile:"),)))

    assert block["elements"] == [
        {
            "type": "rich_text_section",
            "elements": [{"type": "text", "text": "*fet* _kursiv_ `kod` <!here> <@U1> :smile:"}],
        }
    ]


def test_three_characters_are_escaped():
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "slack://x", "//a", "https://a b", "mailto:a@b", "https://"])
def test_what_is_no_web_address_is_shown_as_words(url):
    blocks = blocks_of(Reply((Para((Span("här", link=url),)),), sources=(Source("a", "Titel", "", url, "2026"),)))

    assert not any(kind in ("link", "mrkdwn") for kind, _ in texts(blocks))
    assert squeezed(url) in visible(blocks)


def test_a_source_is_a_link_that_cannot_be_broken():
    source = Source("a", "Titel", "A < B & C", "https://example.org/a|b>c?d=1&e", "2026-11-22")
    (_, block) = blocks_of(Reply((para("a"),), sources=(source,)))

    (line,) = block["elements"]
    assert line["text"] == "<https://example.org/a%7Cb%3Ec?d=1&amp;e|A &lt; B &amp; C> (läst 2026-11-22)"


def test_sources_stand_ten_to_a_block():
    blocks = blocks_of(Reply((para("a"),), sources=(LOU,) * 23))

    assert [len(block["elements"]) for block in blocks[1:]] == [10, 10, 3]


def test_a_long_reply_ends_with_words_sources_and_buttons_together():
    sent = messages(Reply((para("Ord i en mening. " * 2000),), CARD.buttons, (LOU,)), LABELS, "17")

    assert len(sent) > 2
    assert [block["type"] for block in sent[-1]["blocks"]][-4:] == ["rich_text", "context", "actions", "actions"]
    assert all(message["text"].startswith("Ord i en mening.") for message in sent)


def test_a_heading_is_not_parted_from_its_text():
    sent = messages(Reply((para("ord " * 2500), Heading("Rubrik"), para("text " * 500))), LABELS, "17")

    assert all(message["blocks"][-1]["type"] != "header" for message in sent)


def test_a_paragraph_is_divided_after_a_sentence():
    first, second = blocks_of(Reply((para("Ett två tre. " * 300),)))

    assert all(block["elements"][0]["elements"][0]["text"].endswith("tre.") for block in (first, second))


def test_a_long_word_is_not_cut_inside_an_emoji():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    blocks = blocks_of(Reply((para(family * 1000),)))

    assert all(len(text) % len(family) == 0 for _, text in texts(blocks))


def test_a_long_heading_is_a_bold_paragraph():
    (block,) = blocks_of(Reply((Heading("Ord " * 60),)))

    assert block["type"] == "rich_text"
    assert block["elements"][0]["elements"][0]["style"] == {"bold": True}


def test_numbers_go_on_in_the_next_list():
    lists = [b["elements"][0] for b in blocks_of(Reply((Items(((Span("ord " * 100),),) * 20, True),)))]

    assert [one.get("offset", 0) for one in lists] == [0, 7, 14]


@pytest.mark.parametrize(
    "table",
    [Table(("A",), (("b",),) * 100), Table(("A",) * 21, ()), Table(("A",), (("b" * 3000,),) * 4)],
    ids=["rows", "columns", "characters"],
)
def test_a_table_that_does_not_fit_is_told_in_lines(table):
    assert {block["type"] for block in blocks_of(Reply((table,)))} == {"rich_text"}


def test_a_table_has_no_empty_cell_and_is_alone():
    first, second = blocks_of(Reply((Table(("A", "B"), (("c",),)), Table(("D",), (("e",),)))))

    assert [[cell["text"] for cell in row] for row in first["rows"]] == [["A", "B"], ["c", " "]]
    assert second["type"] == "rich_text"


def test_many_answers_to_a_question_become_a_menu():
    answers = tuple((Button(f"Svar {n}", f"/set 12.kind a{n}"),) for n in range(6))
    menu, back = elements(blocks_of(Reply((para("a"),), (*answers, (Button("Tillbaka", "/back 12"),)))))

    assert (menu["type"], menu["action_id"], len(menu["options"])) == ("static_select", "say:0", 6)
    assert menu["options"][5]["value"] == "/set 12.kind a5"
    assert (back["value"], back["action_id"]) == ("/back 12", "say:1")


@pytest.mark.parametrize(("number", "longer"), [(5, ""), (101, ""), (6, "a" * 75)], ids=["few", "many", "long"])
def test_answers_that_make_no_menu_stay_buttons(number, longer):
    answers = tuple(Button(f"Svar {n}", f"/set 12.kind {n}{longer}") for n in range(number))
    found = elements(blocks_of(Reply((para("a"),), (answers,))))

    assert [element["type"] for element in found] == ["button"] * number


@pytest.mark.parametrize(
    "buttons", [(), ((Button("Om en vecka", "/set 12.due_on om en vecka"),),)], ids=["bare", "row"]
)
def test_a_date_can_be_picked(buttons):
    block = blocks_of(Reply((para("När?"),), buttons, picker="/set 12.due_on"))[-1]

    assert block["elements"][-1]["action_id"] == "pick:/set 12.due_on"
    assert len(block["elements"]) == len(buttons) + 1


def test_buttons_say_open_and_warn():
    rows = (
        (Button("x" * 80, "/show 1"), Button("Sidan", "https://example.org/?a=1&b"), Button("Glöm", "/forget now")),
    )
    say, page, forget = elements(blocks_of(Reply((para("a"),), rows)))

    assert say["text"]["text"] == "x" * 74 + "…"
    assert (page["url"], page["action_id"]) == ("https://example.org/?a=1&b", "open:1")
    assert "value" not in page
    assert [element.get("style") for element in (say, page, forget)] == [None, None, "danger"]


def test_many_rows_are_filled_up():
    rows = tuple((Button(f"Ämne {n}", f"/topic {n}"),) for n in range(12))
    blocks = blocks_of(Reply((para("a"),), rows))

    assert [len(block["elements"]) for block in blocks[1:]] == [5, 5, 2]


@pytest.mark.parametrize("parts", [(), (Para(()),), (Facts(()), Items(()), Table((), ()), Heading(" "))])
def test_a_reply_without_words_says_something(parts):
    assert visible(blocks_of(Reply(parts))) == "…"
    assert visible(blocks_of(Reply(parts, document=WORDING.document))) == "Villkorvillkor.docx"
    assert visible(blocks_of(Reply(parts, CARD.buttons))) == "Välj"


def test_pictures_go_up_in_order_and_are_told_in_words():
    other = Picture("pie", "Annat", "Något annat.", "", "", ())

    assert pictures(Reply((MATRIX, para("a"), other, MATRIX))) == [MATRIX, MATRIX]
    assert squeezed(MATRIX.alt) in visible(blocks_of(RISK))


def test_the_notification_is_cut_at_a_word_and_escaped():
    text = fallback(Reply((para("<ord> " * 1000),)), LABELS)

    assert len(text) <= limits.SLACK_FALLBACK
    assert text.endswith("&lt;ord&gt;…")
