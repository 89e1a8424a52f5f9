"""Pictures: readable on a phone, in grey and to every eye, nothing over anything, the same on every machine."""

import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise
from subprocess import run
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures import KINDS, file_name, inline, png, svg
from bot.pictures import bubbles as bubbles_drawn
from bot.pictures.bubbles import lane
from bot.pictures.burn_down import left_by_plan, left_now
from bot.pictures.canvas import CURRENT, GROUND, INK, MARGIN, RIM, SMALL, WIDTH, Style
from bot.pictures.letters import FONTS, width_of
from bot.pictures.levels import PAPER, level_of, places, short
from bot.pictures.months import CLASS
from bot.pictures.time_line import LOOKS
from knowledge.figures import (
    CLASSES,
    STATES,
    Bubble,
    Bubbles,
    BurnDown,
    Chain,
    Figure,
    Holding,
    Link,
    Mark,
    Month,
    Months,
    TimeLine,
    kind_of,
)
from knowledge.text import Picture

from .colours import apart, contrast, linear, luminance, mixed
from .figures_shown import shown

LEVELS = ("låg", "medelhög", "hög", "mycket hög")
NIGHT, NIGHT_INK = "#14191b", "#eceff0"  # of the web pages in the dark, see style.css
APART = 20  # in CIE Lab: nine times what can just be told apart


def matrix(*found: Mark, title: str = "Riskbild", legend: tuple[str, ...] = LEVELS) -> Picture:
    return Picture("risk_matrix", title, "En risk.", "Allvar", "Sannolikhet", found, legend)


def of(figure: Figure, title: str = "Titel") -> Picture:
    legend = {Months: CLASSES, TimeLine: STATES, BurnDown: ("Återstår", "Ska återstå")}.get(type(figure), LEVELS)
    return Picture(kind_of(figure), title, "Något.", "Prioritet", "Inte bedömda", (), legend, "sv", figure)


def words_in(drawing: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(drawing).iter() if element.text]


# The same for all.


def test_what_is_drawn_is_what_was_accepted(library, golden):
    drawn = {f"{picture.kind}-{picture.lang}": svg(picture) for picture in shown(library)}

    assert {name.partition("-")[0] for name in drawn} == set(KINDS)
    for name, drawing in drawn.items():
        golden(f"pictures/{name}.svg", drawing)


def test_the_same_figure_gives_the_same_bytes(library):
    assert [png(picture) for picture in shown(library)] == [png(picture) for picture in shown(library)]


def test_title_and_alt_lie_in_the_drawing_for_those_who_do_not_see_it(library):
    for picture in shown(library):
        root = ElementTree.fromstring(svg(picture))

        assert root.attrib["role"] == "img"
        assert [root[0].text, root[1].text] == [picture.title, picture.alt]


def test_words_are_text_and_none_is_small(library):
    for picture in shown(library):
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg(picture))]

        assert min(sizes) >= SMALL - 1
        assert sum(size >= 0.04 * WIDTH for size in sizes) > len(sizes) / 2


def test_on_a_web_page_there_is_no_ground_and_the_dark_is_that_of_the_words_around(library):
    for picture in shown(library):
        drawing = inline(picture)

        assert " color=" not in drawing
        assert f'<rect width="{WIDTH}"' not in drawing
        assert f'fill="{CURRENT}"' in drawing
        assert not re.search(r"\bid=|<style|style=", drawing)  # two on a page would share it; pages allow no styles


def test_typed_markup_is_shown_and_not_obeyed():
    hostile = '</text><script>alert(1)</script> & "\x1b[31m\u202e'
    for picture in (matrix(Mark(5, 5, hostile), title=hostile), of(TimeLine(date(2026, 1, 1), (holding(hostile),)))):
        root = ElementTree.fromstring(svg(picture))

        assert [each for each in root.iter() if each.tag.endswith("script")] == []
        assert {"\x1b", "\u202e"} & set(svg(picture)) == set()


def holding(label: str) -> Holding:
    return Holding(label, None, date(2027, 1, 1), "valid")


def test_nothing_that_draws_is_loaded_before_a_picture_is_asked_for():
    code = (
        "import sys, bot.pictures, bot.render.slack, bot.render.telegram;"
        "print([name for name in sys.modules if name == 'resvg_py' or name.startswith('bot.pictures.')])"
    )

    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_picture_is_called_what_it_is():
    assert file_name(matrix(), 0) == "risk-0.png"  # as before there were others: a letter under way is found by it
    assert file_name(of(Months(())), 2) == "months-2.png"


# Nothing over anything.

NAMES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(("Överförmyndarförvaltningens städentreprenör i Åsljunga AB", "Blå", "Ä" * 90, "<b>&amp;</b>", "")),
)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def few(each: st.SearchStrategy, most: int) -> st.SearchStrategy:
    return st.lists(each, max_size=most).map(tuple)


BANDS = tuple(f"Värde {number}" for number in range(5))
BUBBLES = st.builds(
    Bubbles, st.just(BANDS), few(st.builds(Bubble, NAMES, st.none() | st.integers(0, 100), st.integers(0, 4)), 60)
)
MONTHS = st.builds(
    lambda first, counts: Months(
        tuple(
            Month(date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1), each)
            for n, each in enumerate(counts)
        )
    ),
    DAYS,
    few(st.tuples(*[st.integers(0, 40)] * len(CLASSES)), 24),
)
TIME_LINES = st.builds(
    TimeLine, DAYS, few(st.builds(Holding, NAMES, st.none() | DAYS, DAYS, st.sampled_from(STATES)), 60)
)
BURN_DOWNS = st.builds(
    lambda first, length, today, due, done: BurnDown(first, first + timedelta(days=length), today, due, done),
    DAYS,
    st.integers(0, 2000),
    DAYS,
    few(DAYS, 60),
    few(DAYS, 60),
)
CHAINS = st.integers(1, 4).flatmap(
    lambda tiers: st.builds(
        Chain,
        st.tuples(*[NAMES] * tiers),
        few(st.builds(Link, NAMES, st.tuples(*[st.none() | st.integers(0, 3)] * tiers)), 20),
    )
)
MARKS = few(st.builds(Mark, st.integers(1, 5), st.integers(1, 5), NAMES), 60)
FIGURES = st.one_of(BUBBLES, MONTHS, TIME_LINES, BURN_DOWNS, CHAINS)
PICTURES = st.one_of(MARKS.map(lambda marked: matrix(*marked)), st.builds(of, FIGURES, NAMES))

Room = tuple[float, float, float, float]  # left, top, right, bottom


def rooms(drawing: str) -> Iterator[tuple[str, Room]]:
    """The words of a drawing with the room that each takes; turned ones are left out."""
    root = ElementTree.fromstring(drawing)
    for element in root:
        if element.tag.endswith("text") and element.text:
            size, bold = float(element.attrib["font-size"]), "font-weight" in element.attrib
            wide = width_of(element.text, size, bold)
            x = float(element.attrib["x"]) - wide * {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
            y = float(element.attrib["y"])
            yield element.text, (x, y - 0.7 * size, x + wide, y + 0.05 * size)


def meet(one: Room, other: Room) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(PICTURES)
def test_no_words_lie_over_others_and_all_lie_on_the_sheet(picture):
    drawing = svg(picture)
    height = float(ElementTree.fromstring(drawing).attrib["height"])
    placed = list(rooms(drawing))

    assert [(a, b) for (a, one), (b, other) in combinations(placed, 2) if meet(one, other)] == []
    assert [word for word, room in placed if room[0] < 2 or room[2] > WIDTH - 2 or room[3] > height] == []


@given(few(st.builds(Bubble, NAMES, st.integers(0, 100), st.just(3)), 60), st.integers(0, 3))
def test_no_bubble_lies_over_another(points, size):
    placed = lane(list(enumerate(points, start=1)), size)

    assert len(placed) == len(points)
    for one, other in combinations(placed, 2):
        assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (one.radius + other.radius) ** 2
    assert all(each.x - each.radius >= MARGIN / 2 and each.x + each.radius <= WIDTH - MARGIN / 2 for each in placed)


# Every eye.


def looks() -> Iterator[tuple[str, list[Style]]]:
    yield "levels", list(PAPER)
    yield "classes", list(CLASS)
    yield "states", list(LOOKS.values())


@pytest.mark.parametrize(("ground", "ink"), [(GROUND, INK), (NIGHT, NIGHT_INK)])
def test_what_is_told_apart_stands_out_from_the_ground(ground, ink):
    """By its fill, or by the rim that every box has."""
    assert contrast(mixed(ink, ground, RIM), ground) >= 3
    for blue in (bubbles_drawn.BLUE, LOOKS["valid"].fill):
        assert contrast(blue, ground) >= 3


def test_words_can_be_read_on_what_they_stand_on():
    assert contrast(INK, GROUND) >= 4.5
    assert contrast(GROUND, INK) >= 4.5
    assert contrast(GROUND, bubbles_drawn.BLUE) >= 4.5  # the number in a bubble
    for paper in PAPER:
        assert contrast(paper.ink, paper.fill) >= 4.5


@pytest.mark.parametrize("eyes", ["all", "protanopia", "deuteranopia", "greyscale"])
@pytest.mark.parametrize(("ground", "ink"), [(GROUND, INK), (NIGHT, NIGHT_INK)])
def test_any_two_are_told_apart_by_colour_or_by_pattern(eyes, ground, ink):
    """Levels have their word or letters too, so theirs need only be apart from their neighbours."""
    on = {"none": ground, CURRENT: ink}
    for name, styles in looks():
        pairs = pairwise(styles) if name == "levels" else combinations(styles, 2)
        for one, other in pairs:
            far = apart(on.get(one.fill, one.fill), on.get(other.fill, other.fill), eyes)
            least = APART / 2 if name == "levels" else APART
            assert one.pattern != other.pattern or far >= least, (name, one, other, far)


def test_levels_grow_darker():
    lightness = [luminance(linear(paper.fill)) for paper in PAPER]

    assert lightness == sorted(lightness, reverse=True)


# The risk matrix.


@pytest.mark.parametrize(
    ("likelihood", "severity", "level"), [(1, 5, 0), (2, 3, 1), (3, 4, 2), (3, 5, 2), (4, 4, 3), (5, 5, 3)]
)
def test_a_cell_has_the_level_of_its_product(likelihood, severity, level):
    assert level_of(severity, likelihood) == level


def test_every_cell_says_its_level_in_letters_and_below_stands_what_they_mean():
    words = words_in(svg(matrix()))

    assert [words.count(letters) for letters in ("L", "M", "H", "MH")] == [11, 8, 5, 5]
    assert {"låg 1–5", "medelhög 6–11", "hög 12–15", "mycket hög 16–25"} <= set(words)


def test_marks_are_numbered_with_the_worst_first():
    words = words_in(svg(matrix(Mark(1, 1, "Korruption"), Mark(5, 5, "Barnarbete"))))

    assert words.index("Barnarbete") < words.index("Korruption")
    assert words.count("1") == words.count("2") == 4  # both axes, the dot and the list


def test_without_words_for_levels_numbers_stand_for_them():
    assert [short((), level) for level in range(4)] == ["1", "2", "3", "4"]
    assert [short(LEVELS, level) for level in range(4)] == ["L", "M", "H", "MH"]


@given(st.lists(st.builds(Mark, st.integers(-9, 9), st.integers(-9, 9), st.text(max_size=90)), max_size=60), st.text())
def test_whatever_the_words_the_drawing_is_well_formed(found, title):
    picture = matrix(*found, title=title)

    assert ElementTree.fromstring(svg(picture)).tag.endswith("svg")
    assert sum(map(len, places(picture).values())) == len(found)


def test_sixty_marks_in_one_cell_stay_within_it_and_all_stand_in_the_list():
    words = words_in(svg(matrix(*(Mark(5, 5, f"risk nummer {i}") for i in range(60)))))

    assert [f"risk nummer {i}" for i in range(60) if f"risk nummer {i}" not in words] == []
    assert "…" in words


# The others.


def test_bubbles_are_numbered_by_priority_and_the_unassessed_are_counted():
    points = (Bubble("Kaffe", 54, 3), Bubble("Kläder", 71, 0), Bubble("Taxi", None, 1))
    words = words_in(svg(of(Bubbles(BANDS, points))))

    assert words.index("Kläder") < words.index("Kaffe")
    assert [words[words.index(name) + 1] for name in ("Kläder", "Kaffe")] == ["71", "54"]
    assert words.index("Värde 3") < words.index("Värde 0")
    assert "Inte bedömda: 1" in words
    assert "Värde 1" not in words  # nobody lies there


def test_what_is_left_falls_with_what_is_done_and_ends_today():
    day = date(2026, 3, 1)
    due, done = (day + timedelta(days=10), day + timedelta(days=20)), (day + timedelta(days=12),)
    period = BurnDown(day, day + timedelta(days=30), day + timedelta(days=15), due, done)

    assert [left for _, left in left_by_plan(period)] == [2, 2, 1, 0, 0]
    assert left_now(period)[-1] == (day + timedelta(days=15), 1)


def test_a_bar_ends_with_the_sum_of_its_month():
    words = words_in(svg(of(Months((Month(date(2026, 1, 1), (1, 2, 3, 0, 0)), Month(date(2026, 2, 1), (0,) * 5))))))

    assert words[words.index("jan 2026") + 1] == "6"
    assert words[words.index("feb") + 1] == "0"
    assert "observation" not in words  # none was found


def test_a_certificate_says_until_when_and_one_from_long_ago_stays_on_the_sheet():
    old = Holding("Gammalt", None, date(1999, 1, 1), "passed")
    words = words_in(svg(of(TimeLine(date(2026, 11, 28), (old, holding("Nytt"))))))

    assert "passed 1 jan 1999" in words
    assert "valid 1 jan 2027" in words


def test_a_tier_where_nothing_was_assessed_has_a_dash():
    words = words_in(svg(of(Chain(("råvara", "tillverkning"), (Link("Barnarbete", (3, None)),)))))

    assert words[words.index("Barnarbete") :] == ["Barnarbete", "mycket hög", "–"]


# The PNG.


def test_the_png_is_drawn_with_the_fonts_we_ship():
    with_words, without = png(matrix(Mark(3, 3, "Barnarbete"))), png(matrix(Mark(3, 3, "")))

    assert with_words.startswith(b"\x89PNG")
    assert int.from_bytes(with_words[16:20]) == 800
    assert with_words != without
    assert {file.name for file in FONTS.iterdir()} >= {"DejaVuSansCondensed.ttf", "LICENSE.txt"}


def test_the_scale_makes_it_larger():
    assert int.from_bytes(png(matrix(), 1.5)[16:20]) == 1200
