"""The words of pictures: as wide as the shipped font makes them, cut where they do not fit, and days by their room."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.canvas import count
from bot.pictures.letters import cut, width_of, wrapped
from bot.pictures.scale import Days, marks


def test_the_width_of_words_is_that_of_the_font():
    """Advances of DejaVu Sans Condensed: 1,139 for "a" and "å", 1,822 for "W" and 569 for a space, of 2,048 a size."""
    assert width_of("å", 2048) == width_of("a", 2048)
    assert width_of("i", 16) < width_of("a", 16) < width_of("W", 16) < width_of("W", 16, bold=True)
    assert width_of("aa W", 10) == pytest.approx(sum(width_of(letter, 10) for letter in "aa W"))


@given(st.text(max_size=200), st.floats(20, 400))
def test_lines_fit_and_are_few(text, width):
    lines = wrapped(text, width, 16)

    assert 1 <= len(lines) <= 3
    assert all(width_of(line, 16) <= width for line in lines)


def test_what_does_not_fit_ends_in_an_ellipsis():
    assert cut("Överförmyndarnämnden", 60, 16).endswith("…")
    assert cut("Blå", 60, 16) == "Blå"


def test_numbers_are_written_as_the_language_has_it():
    assert [count(12345, lang) for lang in ("sv", "en")] == ["12\u00a0345", "12,345"]


def test_marks_are_as_close_as_their_words_allow():
    year = Days(date(2026, 1, 1), date(2026, 12, 31), 40, 390)
    decade = Days(date(2020, 1, 1), date(2030, 1, 1), 40, 390)

    assert [word for _, word in marks(year, "sv")] == ["jan 2026", "apr", "juli", "okt"]
    assert [word for _, word in marks(decade, "en")][:2] == ["2020", "2022"]
