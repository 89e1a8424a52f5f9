"""Where a message to Telegram ends, and what of a long answer is shown first."""

import pytest

from bot.render.telegram import messages, plain
from handlers.messages import Button, Reply
from knowledge.text import Facts, Heading, Note, Part, Table, para, spans

from .telegram_read import FAMILY, FOLDED, LABELS, assert_sound, keys_of, read, says, shown
from .test_render import squeezed

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
