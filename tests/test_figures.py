"""What a picture shows is also said in a sentence and in a table, and survives the outbox."""

from dataclasses import replace
from datetime import date

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asking import reader
from handlers import risk_picture
from handlers.figures import (
    MOST_DRAWN,
    Bubble,
    Bubbles,
    BurnDown,
    Chain,
    Holding,
    Mark,
    Month,
    Months,
    RiskMatrix,
    Shown,
    TimeLine,
    parts,
    picture,
    table,
)
from handlers.messages import Reply, from_json, to_json
from knowledge import figures
from knowledge.figures import CLASSES
from knowledge.text import LANGUAGES, Para, Picture, Table, from_data

from .figures_shown import TODAY, follow_up, shown
from .figures_shown import figures as samples

SPRING = date(2026, 3, 1)


@pytest.fixture
def ctx(library):
    return reader(library, "sv")


def made(kind: type, library, lang: str = "sv") -> Shown:
    return next(figure for _, figure in samples(library, lang) if isinstance(figure, kind))


# Through the outbox.


def test_every_picture_comes_out_of_the_outbox_as_it_went_in(library):
    reply = Reply(tuple(shown(library)))

    assert from_json(to_json(reply)) == reply


@given(st.dates(), st.none() | st.dates(), st.text(), st.lists(st.integers(0, 10**9), min_size=5, max_size=5))
def test_days_words_and_numbers_survive_json(day, first, words, counts):
    for figure in (
        TimeLine(day, (Holding(words, first, day, "soon"),)),
        Months((Month(day, tuple(counts)),)),
        BurnDown(day, day, day, (day,), (day, day)),
        Bubbles((words, words), (Bubble(words, None, 1), Bubble(words, 7, 0))),
    ):
        assert figures.from_data(orjson.loads(orjson.dumps(figures.as_data(figure)))) == figure


def test_a_matrix_written_before_there_were_other_pictures_is_read():
    written = ["picture", "risk_matrix", "Kaffe", "En risk.", "Allvar", "Sannolikhet", [[5, 4, "Löner"]], ["låg"]]

    assert from_data(written) == Picture(
        "risk_matrix", "Kaffe", "En risk.", "Allvar", "Sannolikhet", (Mark(5, 4, "Löner"),), ("låg",)
    )


# In words.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_begins_with_the_title_and_no_word_is_missing(library, lang):
    for title, figure in samples(library, lang):
        alt = picture(figure, title, reader(library, lang)).alt

        assert alt.startswith(f"{title}. ")
        assert "{" not in alt
        assert alt.endswith(".")


def test_the_sentences_say_the_figures_that_matter(library, ctx):
    told = {type(figure): picture(figure, "T", ctx).alt for _, figure in samples(library, "sv")}

    assert "Bedömda: 10. Inte bedömda: 1." in told[Bubbles]
    assert "2025-9, IT-produkter Norden AB (73 av 100, Över EU:s tröskelvärde)" in told[Bubbles]
    assert "till 31 dec 2026: 31. Den 28 nov 2026 återstår 10; enligt planen skulle 2 återstå." in told[BurnDown]
    assert "57. Nolltolerans: 2, Stor avvikelse: 11, Mindre avvikelse: 26" in told[Months]
    assert "Gäller: 3. Går snart ut: 2. Har gått ut: 1. Närmast i tur: ISO 45001" in told[TimeLine]
    assert "Mycket hög risk: Barnarbete (råvara), Tvångsarbete (råvara)" in told[Chain]


# As a table.


def test_the_table_has_every_contract_with_its_numbers(library, ctx):
    rows = table(made(Bubbles, library), ctx).rows

    assert rows[0] == ("2025-9, IT-produkter Norden AB", "73", "Över EU:s tröskelvärde")
    assert rows[-1][:2] == ("2026-70, Taxi Väst", "–")
    assert len(rows) == 11


def test_the_table_of_follow_up_adds_up_to_the_picture(ctx):
    period = follow_up()
    rows = table(period, ctx).rows

    assert len(rows) == 12
    assert sum(int(due) for _, due, _ in rows) == period.total
    assert period.total - sum(int(done) for _, _, done in rows) == period.left_on(TODAY)


def test_the_table_of_deviations_has_a_column_a_class_and_a_sum(library, ctx):
    found = table(made(Months, library), ctx)

    assert found.head[1:-1] == (
        "Nolltolerans",
        "Stor avvikelse",
        "Mindre avvikelse",
        "Observation",
        "Klass inte beslutad",
    )
    assert found.rows[0] == ("december 2025", "0", "1", "3", "2", "0", "6")


def test_the_table_of_certificates_says_the_state_in_words(library, ctx):
    rows = table(made(TimeLine, library), ctx).rows

    assert rows[0] == ("SA8000, Leksaksgrossisten i Åmål", "har gått ut", "31 aug 2026")
    assert [state for _, state, _ in rows] == ["har gått ut", "går snart ut", "går snart ut", *["gäller"] * 3]


def test_the_table_of_a_matrix_has_the_worst_first(ctx):
    marks = (Mark(1, 1, "Korruption"), Mark(5, 4, "Barnarbete"))

    assert table(RiskMatrix(marks), ctx).rows == (
        ("Barnarbete", "4", "5", "mycket hög"),
        ("Korruption", "1", "1", "låg"),
    )


# Much, and nothing.


def test_a_picture_of_many_shows_the_first_and_the_table_has_all(ctx):
    many = TimeLine(TODAY, tuple(Holding(f"nr {n}", None, date(2027, 1, 1), "valid") for n in range(60)))
    drawn = picture(many, "T", ctx).figure

    assert isinstance(drawn, TimeLine)
    assert len(drawn.rows) == MOST_DRAWN
    assert len(table(many, ctx).rows) == 60
    assert "Gäller: 60." in picture(many, "T", ctx).alt


@pytest.mark.parametrize(
    "figure",
    [
        RiskMatrix(()),
        Bubbles(("Okänt",), (Bubble("Taxi", None, 0),)),
        BurnDown(SPRING, SPRING, SPRING, (date(2025, 1, 1),), ()),
        Months(()),
        TimeLine(SPRING, ()),
        Chain((), ()),
    ],
)
def test_nothing_to_show_is_said_and_not_drawn(figure, ctx):
    (said,) = parts(figure, "Uppföljning", ctx)

    assert isinstance(said, Para)
    assert said.spans[0].text == "Uppföljning: det finns inget att visa ännu."


def test_a_picture_comes_with_its_table(library, ctx):
    for title, figure in samples(library, "sv"):
        assert [type(part) for part in parts(figure, title, ctx)] == [Picture, Table]


def test_nothing_is_left_below_zero_and_what_lies_outside_the_period_is_left_out():
    period = BurnDown(SPRING, date(2026, 3, 31), date(2026, 3, 20), (SPRING,), (SPRING, SPRING, date(2025, 1, 1)))

    assert period.left_on(SPRING) == 0
    assert replace(period, due=(date(2026, 4, 1),)).total == 0
    assert replace(period, today=date(2026, 2, 1)).left_on(SPRING) == 1  # nothing is known yet


# The chain of a category.


@pytest.mark.parametrize("category", ["coffee", "textiles_workwear", "cleaning_services"])
def test_the_chain_has_the_level_of_each_area_in_each_tier_and_none_where_it_was_not_assessed(library, category):
    found = risk_picture.picture_json(library, category, {}, "sv")
    chain = risk_picture.chain(found, library, "sv")
    drawn = [
        (area["area"], tier.id, level)
        for link, area in zip(chain.rows, risk_picture.worst(found), strict=True)
        for tier, level in zip(library.categories[category].tiers, link.levels, strict=True)
    ]

    assessed = [(c["area"], c["tier"], risk_picture.LEVELS.index(c["level"])) for c in found["cells"]]
    assert sorted(each for each in drawn if each[2] is not None) == sorted(assessed)
    assert risk_picture.has_chain(found) == (category != "cleaning_services")


def test_the_classes_are_those_of_the_content(library):
    assert set(CLASSES) - set(library.deviations) == {"undecided"}
    assert set(library.deviations) <= set(CLASSES)
