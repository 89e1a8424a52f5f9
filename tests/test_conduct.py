"""What may not be typed is refused; what only resembles it is not."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.conduct import refusal


def with_check_digit(nine):
    """A personal number's ten digits: the last one makes the sum of the digits' weights a multiple of ten (Luhn)."""
    weighed = [int(digit) * (2, 1)[at % 2] for at, digit in enumerate(nine)]
    total = sum(number - 9 if number > 9 else number for number in weighed)
    return f"{nine}{-total % 10}"


BORN = "8112289874"
COORDINATION = with_check_digit("811288987")  # the day plus 60
LEAP = with_check_digit("000229987")

PERSONAL = (
    "811228-9874",
    "811228+9874",
    "8112289874",
    "19811228-9874",
    "198112289874",
    "20000229-" + LEAP[-4:],
    f"{COORDINATION[:6]}-{COORDINATION[6:]}",
    f"19{COORDINATION}",
    "811228 9874",
    "Hon heter X (811228-9874).",
    "pnr:811228-9874,",
    "anställd\n811228-9874\nslutar",
    "får vi spara 811228-9874?",  # a question is no excuse
    "556677-8899 och 811228-9874",  # the second of two
    "811228\u20139874",
    "811228\u00a09874",
    "811228\u00ad-9874",
)


@pytest.mark.parametrize("words", PERSONAL)
def test_a_personal_number_is_refused(words):
    assert refusal(words) == "refused_personal_number"


NOT_PERSONAL = (
    "556677-8899",  # an organisation number: the "month" is 20 or more
    "5566778899",
    "202100-5489",
    "16556677-8899",
    "811228-9875",  # the check digit is wrong
    "811328-9874",  # no such month
    "810229-9874",  # no such day
    "070-123 45 67",
    "0701234567",
    "+46701234567",
    "08-508 000 00",
    "2027-03-15",
    "20270315",
    "KS 2026/411",
    "900 000 kr",
    "1234567890123456",  # part of a longer number
    "81122898741",
    "CPV 18110000-3",
    "",
)


@pytest.mark.parametrize("words", NOT_PERSONAL)
def test_a_number_of_something_else_is_not_refused(words):
    assert refusal(words) is None


THEN_TO_NOW = st.dates(date(1901, 1, 1), date(2099, 12, 31))


@given(THEN_TO_NOW, st.integers(0, 999), st.sampled_from([0, 60]), st.sampled_from(["", "-", "+", " "]), st.booleans())
def test_every_personal_number_is_refused_however_it_is_written(born, serial, more_days, mark, with_century):
    ten = with_check_digit(f"{born:%y%m}{born.day + more_days:02}{serial:03}")
    century = f"{born:%Y}"[:2] if with_century else ""

    assert refusal(f"{century}{ten[:6]}{mark}{ten[6:]}") == "refused_personal_number"


@given(st.integers(16, 99), st.integers(20, 99), st.integers(0, 99_999))
def test_no_organisation_number_is_taken_for_a_person(first, month, rest):
    ten = with_check_digit(f"{first:02}{month:02}{rest:05}")

    assert refusal(f"{ten[:6]}-{ten[6:]}") is None


LONG = string.ascii_letters[:35]
SECRETS = (
    "xoxb-123456789012-abcdef",
    "min token är xoxp-1234567890-abc",
    "xapp-1-A0123456-789",
    f"123456789:{LONG}",
    f"token {12345678}:{LONG} tack",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
    "vad är xoxb-123456789012-abcdef?",
)


@pytest.mark.parametrize("words", SECRETS)
def test_a_secret_is_refused(words):
    assert refusal(words) == "refused_secret"


NO_SECRETS = (
    "xoxb",
    "xoxo-kram",
    "klockan 12345678:00",
    "-----BEGIN CERTIFICATE-----",
    "12345678:kort",
    "begin private key",
)


@pytest.mark.parametrize("words", NO_SECRETS)
def test_what_only_resembles_a_secret_is_not_refused(words):
    assert refusal(words) is None


BIDS = (
    "anbudet från Nordkaffe AB är lägst",
    "Nordkaffe lämnade anbud på 1 200 000 kr",
    "anbuden: 900 tkr och 1,2 mkr",
    "offerten kom från Havsfisk AB",
    "anbudsgivaren fick 87 poäng",
    "the tender from Acme Ltd scored best",
    "three bids, the lowest at 900 000 SEK",
    "ANBUD: NORDKAFFE AB",
)


@pytest.mark.parametrize("words", BIDS)
def test_an_account_of_a_bid_is_refused(words):
    assert refusal(words) == "refused_bid"


NO_BIDS = (
    "hur hanterar vi onormalt låga anbud?",
    "får vi avslöja priset i ett anbud före tilldelningsbeslutet?",
    "onormalt lågt anbud",
    "vad är anbudssekretess",
    "may we exclude a tender?",
    "när är sista dag för anbud?",
    "följ upp Fairtrade-licens hos Nordkaffe AB senast 15 mars",
    "avtalet med Nordkaffe AB är värt 900 000 kr",
    "vi ska köpa kaffe för 900 000 kr",
)


@pytest.mark.parametrize("words", NO_BIDS)
def test_a_question_about_bids_is_welcome(words):
    assert refusal(words) is None


@given(st.text(max_size=300))
def test_any_words_can_be_looked_at(words):
    assert refusal(words) in (None, "refused_secret", "refused_personal_number", "refused_bid")


def test_every_refusal_can_be_said(library):
    assert {"refused_secret", "refused_personal_number", "refused_bid"} <= set(library.phrases)


@pytest.mark.parametrize("words", ["ja", "Nej.", "ok", "Tack!", "yes"])
def test_an_answer_to_nothing_is_told_so_and_is_no_question(words, asa, library):
    assert library.phrase("nothing_asked", "sv") in str(asa.say(words).parts)
