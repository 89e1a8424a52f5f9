"""The risk matrix: complete, readable without colour, and the same on every machine."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures import FONTS, PAPER, level_of, places, png, short, svg
from knowledge.text import Mark, Picture

LEVELS = ("låg", "medel", "hög", "mycket hög")


def matrix(*marks: Mark, title: str = "Riskbild", legend: tuple[str, ...] = LEVELS) -> Picture:
    return Picture("risk_matrix", title, "En risk.", "Allvar", "Sannolikhet", marks, legend)


def words_in(drawing: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(drawing).iter() if element.text]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 reckons it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("likelihood", "severity", "level"), [(1, 5, 0), (2, 3, 1), (3, 4, 2), (3, 5, 2), (4, 4, 3), (5, 5, 3)]
)
def test_a_cell_has_the_level_of_its_product(likelihood, severity, level):
    assert level_of(severity, likelihood) == level


def test_every_cell_says_its_level_in_words():
    words = words_in(svg(matrix()))

    assert [words.count(word) for word in LEVELS] == [10, 7, 4, 4]


def test_levels_grow_darker_and_their_words_can_be_read():
    lightness = [luminance(paper.fill) for paper in PAPER]

    assert lightness == sorted(lightness, reverse=True)
    for paper in PAPER:
        low, high = sorted((luminance(paper.fill), luminance(paper.ink)))
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_marks_are_numbered_with_the_worst_first():
    words = words_in(svg(matrix(Mark(1, 1, "Korruption"), Mark(5, 5, "Barnarbete"))))

    assert words.index("Barnarbete") < words.index("Korruption")
    assert words.count("1") == words.count("2") == 4  # both axes, the dot and the list


def test_title_and_alt_lie_in_the_drawing_for_those_who_do_not_see_it():
    root = ElementTree.fromstring(svg(matrix(title="Riskbild <arbetskläder> & lakan")))

    assert root.attrib["role"] == "img"
    assert [root[0].text, root[1].text] == ["Riskbild <arbetskläder> & lakan", "En risk."]


def test_without_words_for_levels_numbers_stand_for_them():
    assert [short((), level) for level in range(4)] == ["1", "2", "3", "4"]
    assert [short(LEVELS, level) for level in range(4)] == ["L", "M", "H", "MH"]


@given(st.lists(st.builds(Mark, st.integers(-9, 9), st.integers(-9, 9), st.text(max_size=90)), max_size=60), st.text())
def test_whatever_the_words_the_drawing_is_well_formed(marks, title):
    picture = matrix(*marks, title=title)

    assert ElementTree.fromstring(svg(picture)).tag.endswith("svg")
    assert sum(map(len, places(picture).values())) == len(marks)


def test_sixty_marks_in_one_cell_stay_within_it_and_all_stand_in_the_list():
    words = words_in(svg(matrix(*(Mark(5, 5, f"risk nummer {i}") for i in range(60)))))

    assert [f"risk nummer {i}" for i in range(60) if f"risk nummer {i}" not in words] == []
    assert "…" in words


def test_the_png_is_drawn_with_the_fonts_we_ship():
    with_words, without = png(matrix(Mark(3, 3, "Barnarbete"))), png(matrix(Mark(3, 3, "")))

    assert with_words.startswith(b"\x89PNG")
    assert int.from_bytes(with_words[16:20]) == 1000
    assert with_words != without
    assert {file.name for file in FONTS.iterdir()} >= {"DejaVuSansCondensed.ttf", "LICENSE.txt"}


def test_the_scale_makes_it_larger():
    assert int.from_bytes(png(matrix(), 1.5)[16:20]) == 1500
