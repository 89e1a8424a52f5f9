"""Numbers and amounts as officers write them; what could be a thousand times wrong asks instead."""

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.rules.numbers import MOST, NotANumber, understand_money, understand_number, understand_yes_no

REASONS = {"number_unknown", "number_negative", "number_too_big", "number_fraction", "number_ambiguous"}
NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"

NUMBERS = {
    "5": 5,
    " 5 ": 5,
    "0": 0,
    "~5": 5,
    "ca 5": 5,
    "ca. 5": 5,
    "cirka 5": 5,
    "ungefär 5": 5,
    "about 5": 5,
    "5 st": 5,
    "5.": 5,
    "1 000 000": 1_000_000,
    f"1{NBSP}000": 1_000,
    f"1{THIN}000{NARROW}000": 1_000_000,
    "1'000": 1_000,
    "1.000.000": 1_000_000,
    "1,000,000": 1_000_000,
    "1000": 1_000,
    "1,5": 1.5,
    "1.5": 1.5,
    "1,0": 1,
    "0,125": 0.125,
    "1.000.000,50": 1_000_000.5,
    "1,000.50": 1_000.5,
    "1.000,5": 1_000.5,
    "1 000,5": 1_000.5,
    "noll": 0,
    "en": 1,
    "Två": 2,
    "twelve": 12,
    "tolv st": 12,
}
NO_NUMBERS = {
    "": "number_unknown",
    "   ": "number_unknown",
    "många": "number_unknown",
    "1e309": "number_unknown",
    "NaN": "number_unknown",
    "Infinity": "number_unknown",
    "0x1F": "number_unknown",
    "1_000": "number_unknown",
    "²": "number_unknown",
    "١٢": "number_unknown",
    "１２": "number_unknown",
    "007": "number_unknown",
    "--1": "number_unknown",
    "1/0": "number_unknown",
    "10 00": "number_unknown",
    "12 mkr": "number_unknown",
    "12 bananer": "number_unknown",
    "-1": "number_negative",
    "−1": "number_negative",
    "minus 3": "number_negative",
    "9223372036854775808": "number_too_big",
    "9" * 5_000: "number_too_big",
    "1.000": "number_ambiguous",
    "1,000": "number_ambiguous",
    "5-10": "number_ambiguous",
    "5 – 10": "number_ambiguous",
    "5 till 10": "number_ambiguous",
    "between 5 and 10": "number_ambiguous",
    "5 eller 6": "number_ambiguous",
    "minst 5": "number_ambiguous",
}
AMOUNTS = {
    "900 000 kr": 900_000,
    f"900{NBSP}000{NBSP}kronor": 900_000,
    "900000:-": 900_000,
    "900000,-": 900_000,
    "900.000 kr": 900_000,
    "1.000.000 kr": 1_000_000,
    "SEK 900 000": 900_000,
    "900000SEK": 900_000,
    "1,2 mnkr": 1_200_000,
    "1.5 MSEK": 1_500_000,
    "1,25 miljoner kronor": 1_250_000,
    "12 mkr": 12_000_000,
    "12mkr": 12_000_000,
    "ca 12 mkr": 12_000_000,
    "750 tkr": 750_000,
    "900k": 900_000,
    "3 miljoner": 3_000_000,
    "tre miljoner": 3_000_000,
    "en halv miljon": 500_000,
    "half a million": 500_000,
    "1.2 million SEK": 1_200_000,
    "2 mdkr": 2_000_000_000,
    "500 tusen": 500_000,
    "900 000 kr exkl. moms": 900_000,
    "900 000 (utan moms)": 900_000,
    "900 000 SEK excl. VAT": 900_000,
    "1.000.000,50": 1_000_001,  # öre are rounded
    "12,49 kr": 12,
    "0 kr": 0,
}
NO_AMOUNTS = {
    "": "number_unknown",
    "kr": "number_unknown",
    "mkr": "number_unknown",
    "900 000 eur": "number_unknown",
    "1 2 mkr": "number_unknown",
    "1e6 kr": "number_unknown",
    "-5 mkr": "number_negative",
    "5000 mdkr": "number_too_big",
    "9" * 5_000: "number_too_big",
    "1,5": "number_ambiguous",  # million, surely, but that is for the officer to say
    "1.200 mnkr": "number_ambiguous",
    "1-2 mkr": "number_ambiguous",
    "upp till 2 mkr": "number_ambiguous",
    "500 000 kr/år": "number_ambiguous",
    "500 000 kr per år": "number_ambiguous",
    "900 000 kr inkl. moms": "number_ambiguous",
}

YES = """
ja, Ja!, JA, japp, jo, jodå, j, yes, yep, y, ok, okej, stämmer, det stämmer, absolut, ja tack, ja det gör vi,
yes that's right
"""
NO = """
nej, Nej., nä, nix, n, no, nope, inte, inte än, nej tack, nej aldrig, stämmer inte, det stämmer inte,
nej det stämmer inte, inte ok, not correct, absolut inte, absolutely not, no thanks
"""
NEITHER = """
, kanske, vet inte, jag vet inte, ja men bara delvis, ja men nej, ja det stämmer inte, nej det stämmer, not sure, 2,
inte säker, no idea, ingen aning, yes and no, vad betyder det, om det går
"""


def outcome_of(understand: Callable[[str], int | float], words: str) -> int | float | str:
    try:
        return understand(words)
    except NotANumber as refusal:
        return refusal.reason


@pytest.mark.parametrize("said", NUMBERS)
def test_a_number_is_understood(said):
    assert understand_number(said) == NUMBERS[said]
    assert isinstance(understand_number(said), type(NUMBERS[said]))


@pytest.mark.parametrize("said", NO_NUMBERS)
def test_what_is_no_number_says_why(said):
    with pytest.raises(NotANumber) as refusal:
        understand_number(said)

    assert refusal.value.reason == NO_NUMBERS[said]


@pytest.mark.parametrize("said", ["1,5", "0.5", "1.000.000,50"])
def test_a_part_of_a_person_is_refused_where_people_are_counted(said):
    with pytest.raises(NotANumber, match="number_fraction"):
        understand_number(said, whole=True)


def test_only_the_unit_that_was_asked_for_may_follow_a_number():
    assert understand_number("30 dagar", units=("dagar", "days")) == 30
    assert understand_number("12,5 %", units=("%", "procent")) == 12.5

    with pytest.raises(NotANumber, match="number_unknown"):
        understand_number("2 år", units=("månader", "months"))


@pytest.mark.parametrize("said", AMOUNTS)
def test_an_amount_is_understood_in_whole_kronor(said):
    assert understand_money(said) == AMOUNTS[said]
    assert isinstance(understand_money(said), int)


@pytest.mark.parametrize("said", NO_AMOUNTS)
def test_what_is_no_amount_says_why(said):
    with pytest.raises(NotANumber) as refusal:
        understand_money(said)

    assert refusal.value.reason == NO_AMOUNTS[said]


@settings(max_examples=1_000, deadline=None)
@given(st.integers(0, MOST), st.sampled_from([" ", NBSP, NARROW, "'"]))
def test_a_grouped_number_is_read_as_it_was_written(number, space):
    written = f"{number:,}".replace(",", space)

    assert understand_number(written, whole=True) == understand_money(f"{written} kr") == number


@settings(max_examples=1_000, deadline=None)
@given(st.text(max_size=200) | st.text("0123456789.,-~ kmrst:'%/", max_size=40))
@example("9" * 20_000)
@example(" " * 20_000)
@example("1 000 " * 3_000)
@example("İ" * 79)
def test_any_words_get_a_number_or_a_reason(words):
    for understand in (understand_number, understand_money):
        outcome = outcome_of(understand, words)

        assert outcome in REASONS if isinstance(outcome, str) else 0 <= outcome <= MOST
    assert understand_yes_no(words) in (True, False, None)


@pytest.mark.parametrize(("said", "meant"), [(YES, True), (NO, False), (NEITHER, None)])
def test_yes_is_yes_no_is_no_and_half_an_answer_is_neither(said, meant):
    answers = [answer.strip() for answer in said.split(",")]

    assert {answer: understand_yes_no(answer) for answer in answers} == dict.fromkeys(answers, meant)


def test_a_comma_changes_nothing():
    assert understand_yes_no("ja, det gör vi") is True
    assert understand_yes_no("nej, inte än") is False
    assert understand_yes_no("ja, men inte allt") is None
