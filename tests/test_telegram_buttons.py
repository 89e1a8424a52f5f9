"""Telegram's buttons: rows that fit a phone, pages of many answers, and the calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import printable
from bot.render.telegram_buttons import keyboard, month
from handlers.messages import Button, Reply

from .telegram_read import DAYS, FAMILY, LABELS, TODAY, assert_keys_sound, question, says, turned

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
