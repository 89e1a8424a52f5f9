"""From words to a value: each kind of question takes what people write, or says what to write instead."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.understand import KINDS, LONGEST_NAME, LONGEST_TEXT, UNKNOWN, NotUnderstood, understand
from knowledge.flow import Option, Question
from knowledge.rules.numbers import MOST
from knowledge.text import Text
from storage import suppliers
from storage.database import write

from .conftest import MONDAY

WORDS = Text("Ord", "Words")


def question_of(kind, options=(), optional=False):
    return Question("it", kind, WORDS, WORDS, None, optional, False, tuple(options), {})


def option(id, sv, en, *aliases):
    return Option(id, Text(sv, en), {"sv": aliases, "en": ()})


SIGNS = (
    option("posted", "Utstationerad arbetskraft", "Posted labour", "utstationering"),
    option("chain", "Flera led av underleverantörer", "Several tiers", "underleverantörer"),
    option("price", "Hård priskonkurrens", "Hard price competition", "pris"),
    option("both", "Vinst och förlust", "Profit and loss"),
    option("none", "Inget av detta", "None of these", "inget"),
)


@pytest.fixture
def ctx(asa):
    return asa.ctx


def refused(question, words, ctx):
    """What is said when `words` are no answer."""
    with pytest.raises(NotUnderstood) as error:
        understand(question, words, ctx)
    return error.value


CHOSEN = {
    "posted": "posted",  # as a button says it
    "Utstationerad arbetskraft": "posted",
    "UTSTATIONERAD ARBETSKRAFT!": "posted",
    "Utstationerad arbetskraft.": "posted",
    "utstationering": "posted",  # another word for it
    "Posted labour": "posted",  # the other language
    "utstat": "posted",  # the beginning
    "underlev": "chain",  # the beginning of a later word
    "priskonk": "price",
    "hård": "price",
    "ha\u030ard": "price",  # å in two characters
    "inget": "none",
}


@pytest.mark.parametrize(("words", "id"), CHOSEN.items())
def test_a_choice_is_understood_by_what_people_call_it(words, id, ctx):
    assert understand(question_of("choice", SIGNS), words, ctx) == id


@pytest.mark.parametrize("words", ["priss", "vad som helst", "??", "", "posted chain"])
def test_a_choice_that_is_not_one_offers_all_of_them(words, ctx):
    error = refused(question_of("choice", SIGNS), words, ctx)

    assert error.phrase == "choose_one"
    assert [value for _, value in error.suggestions] == [each.id for each in SIGNS]


def test_a_beginning_of_several_offers_only_those(ctx):
    few = (option("audit", "Kontorsrevision", "x"), option("visit", "Kontor på plats", "y"), SIGNS[0])
    error = refused(question_of("choice", few), "kontor", ctx)

    assert error.suggestions == (("Kontorsrevision", "audit"), ("Kontor på plats", "visit"))


def test_suggestions_are_in_the_persons_language(bo):
    error = refused(question_of("choice", SIGNS), "anything", bo.ctx)

    assert error.suggestions[0] == ("Posted labour", "posted")


SEVERAL = {
    "pris": ["price"],
    "pris, utstationering": ["price", "posted"],
    "utstationering och pris": ["posted", "price"],
    "posted labour and hard price competition": ["posted", "price"],
    "pris; underleverantörer,": ["price", "chain"],
    "pris, pris och priskonkurrens": ["price"],
    "Vinst och förlust": ["both"],  # "och" within a label divides nothing
    "pris och vinst och förlust": ["price", "both"],
}


@pytest.mark.parametrize(("words", "ids"), SEVERAL.items())
def test_choices_are_divided_by_commas_and_the_word_and(words, ids, ctx):
    assert understand(question_of("choices", SIGNS), words, ctx) == ids


@pytest.mark.parametrize("words", ["pris, bananer", "", ",", "pris eller utstationering"])
def test_choices_of_which_one_is_unknown_are_asked_again(words, ctx):
    assert refused(question_of("choices", SIGNS), words, ctx).phrase == "choose_some"


YES_NO = {"ja": "yes", "Japp!": "yes", "yes": "yes", "Nej": "no", "nope": "no", "inte": "no", "det stämmer": "yes"}


@pytest.mark.parametrize(("words", "value"), YES_NO.items())
def test_yes_and_no_are_understood(words, value, ctx):
    assert understand(question_of("yes_no"), words, ctx) == value


@pytest.mark.parametrize("words", ["kanske", "vet inte", "ja men nej", "", "jag"])
def test_neither_yes_nor_no_is_asked_again(words, ctx):
    assert refused(question_of("yes_no"), words, ctx).phrase == "yes_or_no"


AMOUNTS = {"900 000 kr": 900_000, "1,2 mnkr": 1_200_000, "ca 750 tkr": 750_000, "3 miljoner": 3_000_000, "0": 0}


@pytest.mark.parametrize(("words", "kronor"), AMOUNTS.items())
def test_money_is_understood(words, kronor, ctx):
    assert understand(question_of("money"), words, ctx) == kronor


NO_NUMBERS = {
    "mycket": "number_unknown",
    "-5": "number_negative",
    str(MOST * 10): "number_too_big",
    "5-10": "number_ambiguous",
}


@pytest.mark.parametrize("kind", ["number", "money"])
@pytest.mark.parametrize(("words", "phrase"), NO_NUMBERS.items())
def test_what_is_no_number_says_why(words, phrase, kind, ctx):
    assert refused(question_of(kind), words, ctx).phrase == phrase


def test_a_number_may_have_decimals(ctx):
    assert understand(question_of("number"), "2,5", ctx) == 2.5


DATES = {"2027-03-15": "2027-03-15", "15 mars": "2027-03-15", "på fredag": "2026-11-27", "om två veckor": "2026-12-07"}


@pytest.mark.parametrize(("words", "day"), DATES.items())
def test_a_date_is_understood_from_today(words, day, ctx):
    assert understand(question_of("date"), words, ctx) == day


NO_DATES = {"snart": "date_vague", "31 april 2027": "date_impossible", "2020-01-01": "date_past", "hej": "date_unknown"}


@pytest.mark.parametrize(("words", "phrase"), NO_DATES.items())
def test_what_is_no_date_says_why(words, phrase, ctx):
    assert refused(question_of("date"), words, ctx).phrase == phrase


CATEGORIES = {
    "coffee": "coffee",  # as a button says it
    "bryggkaffe": "coffee",
    "arbetskläder till hemtjänsten": "textiles_workwear",
    "handdukar till äldreboenden": "textiles_workwear",
    "lakan": "textiles_workwear",
    "vet inte": UNKNOWN,
    "Vet ej.": UNKNOWN,
}


@pytest.mark.parametrize(("words", "id"), CATEGORIES.items())
def test_a_category_is_understood_by_what_is_bought(words, id, ctx):
    assert understand(question_of("category"), words, ctx) == id


def test_an_unsure_category_offers_the_nearest_and_other(ctx):
    error = refused(question_of("category"), "konsulttjänster", ctx)

    assert error.phrase == "category_unknown"
    assert error.suggestions[-1] == ("Annat", UNKNOWN)
    assert 1 <= len(error.suggestions) <= 4


def test_a_slip_of_the_finger_offers_the_category_first(ctx):
    assert refused(question_of("category"), "kaffee", ctx).suggestions[0] == ("Kaffe", "coffee")


COUNTRIES = {
    "Bangladesh": ["BGD"],
    "bangladesh och kina": ["BGD", "CHN"],
    "Sverige, Kosovo": ["SWE", "XKX"],
    "China and Vietnam": ["CHN", "VNM"],
    "vet inte": [],
    "unknown": [],
}


@pytest.mark.parametrize(("words", "codes"), COUNTRIES.items())
def test_countries_are_understood_in_both_languages(words, codes, ctx):
    assert understand(question_of("countries"), words, ctx) == codes


def test_an_unknown_country_is_named_and_may_be_left_unknown(ctx):
    error = refused(question_of("countries"), "Långtbortistan", ctx)

    assert error.phrase == "country_unknown"
    assert error.words == {"words": "Långtbortistan"}
    assert error.suggestions == (("Vet inte", UNKNOWN),)


@pytest.fixture
def known(db, ctx):
    """Two suppliers on record; the id of the first."""
    with write(db):
        first = suppliers.add(db, "Nordkaffe AB", MONDAY)
        suppliers.add(db, "Städkraft i Öst AB", MONDAY)
    return first


NAMES = {
    "Nordkaffe AB": "Nordkaffe AB",
    "NORDKAFFE ab": "Nordkaffe AB",
    "städkraft i öst ab": "Städkraft i Öst AB",
    "Havsfisk AB": "Havsfisk AB",
    "=Nordkaffee AB": "Nordkaffee AB",  # exactly so: it is new
    "=  Nordkaffe   Syd ": "Nordkaffe Syd",
    "#99": "#99",  # no such id, so a name
}


@pytest.mark.parametrize(("words", "name"), NAMES.items())
def test_a_supplier_is_known_by_its_name_or_new(words, name, known, ctx):
    assert understand(question_of("supplier"), words, ctx) == name


def test_a_supplier_is_known_by_its_id(known, ctx):
    assert understand(question_of("supplier"), f"#{known}", ctx) == "Nordkaffe AB"


def test_a_number_beyond_every_id_is_a_name(known, ctx):
    assert understand(question_of("supplier"), f"#{10**20}", ctx) == f"#{10**20}"


def test_a_label_with_a_double_space_is_still_that_label(ctx):
    assert understand(question_of("choice", SIGNS), "Utstationerad  arbetskraft", ctx) == "posted"


def test_choices_may_stand_on_lines_of_their_own(ctx):
    assert understand(question_of("choices", SIGNS), "pris\nutstationering", ctx) == ["price", "posted"]


@pytest.mark.parametrize("words", ["Nordkafe AB", "Nordkaffe", "nord kaffe", "Nordkaffee AB"])
def test_a_name_that_is_nearly_known_is_asked_about(words, known, ctx):
    error = refused(question_of("supplier"), words, ctx)

    assert error.phrase == "did_you_mean"
    assert error.suggestions == (("Nordkaffe AB", f"#{known}"), (f"Ny: {words}", f"={words}"))


@pytest.mark.parametrize("words", ["", "=", "=  ", "x" * (LONGEST_NAME + 1)])
def test_a_supplier_needs_a_name_of_reasonable_length(words, known, ctx):
    assert refused(question_of("supplier"), words, ctx).phrase == "supplier_name"


def test_a_person_is_oneself_or_a_colleague(asa, bo):
    person = question_of("person")

    assert understand(person, "jag", asa.ctx) == "asa"
    assert understand(person, "me", asa.ctx) == "asa"
    assert understand(person, "Me", bo.ctx) == "bo"
    assert understand(person, "åsa ÖBERG", bo.ctx) == "asa"
    assert understand(person, "bo", asa.ctx) == "bo"


def test_a_misspelt_colleague_is_offered(asa, bo):
    error = refused(question_of("person"), "Åsa Oberg-", bo.ctx)

    assert error.phrase == "person_unknown"
    assert error.suggestions == (("Åsa Öberg", "asa"),)


def test_a_text_is_kept_as_it_is_up_to_its_length(ctx):
    assert understand(question_of("text"), "Två\nrader", ctx) == "Två\nrader"
    assert refused(question_of("text"), "x" * (LONGEST_TEXT + 1), ctx).phrase == "too_long_answer"


CHARACTERS = st.characters(exclude_categories=["Cs"])
LIKELY = st.sampled_from(
    ["", "ja", "pris", "och", ",", "15 mars", "1e400", "٣", "²", "½", "10000000000000000000000", "99999-01-01", "-",
     "#1", "#", "=", "=a", "Kina", "kaffe", "nord", "vet inte", "i morgon", "0x1f", "NaN", "∞", "v. 54", "'", "%", "_"]
)  # fmt: skip
ANYTHING = st.text(CHARACTERS, max_size=60) | st.lists(LIKELY, max_size=5).map(" ".join)
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", KINDS)
@PATIENT
@given(words=ANYTHING, times=st.sampled_from([1, 1, 1, 50]))
def test_any_words_give_a_value_or_a_phrase_and_what_is_suggested_is_understood(kind, words, times, known, ctx):
    question, words = question_of(kind, SIGNS), (words * times)[:3_000]
    value, error = _tried(question, words, ctx)

    assert value is not None or ctx.phrase(error.phrase, **error.words)
    assert all(_tried(question, suggested, ctx)[1] is None for _, suggested in (error.suggestions if error else ()))


def _tried(question, words, ctx):
    """The value of `words`, or what is said instead."""
    try:
        return understand(question, words, ctx), None
    except NotUnderstood as error:
        return None, error


def test_every_kind_of_our_questions_is_tried_here(library):
    kinds = {question.kind for flow in library.flows.values() for question in flow.questions}

    assert kinds <= set(KINDS)


def test_every_label_and_other_word_of_our_options_means_that_option(library, asa, bo):
    for ctx in (asa.ctx, bo.ctx):
        for question in (question for flow in library.flows.values() for question in flow.questions):
            one = replace(question, kind="choice")
            for each in question.options:
                names = [
                    each.id,
                    each.label.sv,
                    each.label.en,
                    *each.aliases.get("sv", ()),
                    *each.aliases.get("en", ()),
                ]
                assert {understand(one, name, ctx) for name in names} == {each.id}, (question.id, each.id)
