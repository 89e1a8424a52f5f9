"""Days as officers write them; what can be read in two ways, or is no day at all, asks instead of guessing."""

from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.rules.calendar import short, words
from knowledge.rules.dates import NotADate, find_date, understand_date

TODAY = date(2026, 11, 22)  # a Sunday, in week 47
DAY = timedelta(days=1)
NBSP = "\u00a0"
REASONS = {
    "date_unknown",
    "date_impossible",
    "date_past",
    "date_vague",
    "date_ambiguous",
    "date_far",
    "date_weekday_mismatch",
}
SOME_DAY = st.dates(date(2026, 11, 22), date(2046, 11, 22))
MANY = settings(max_examples=1_000, deadline=None)

UNDERSTOOD = {
    # the year first, the day first, the month first
    "2027-03-15": "2027-03-15",
    "2027-3-5": "2027-03-05",
    "2027/03/15": "2027-03-15",
    "20270315": "2027-03-15",
    "15/3": "2027-03-15",
    "15.3": "2027-03-15",
    "15.3.": "2027-03-15",
    "15/3 2027": "2027-03-15",
    "15/3-27": "2027-03-15",
    "15/3/2027": "2027-03-15",
    "15.3.2027": "2027-03-15",
    "15-03-2027": "2027-03-15",
    "1/12": "2026-12-01",
    "31/12": "2026-12-31",
    "4/4": "2027-04-04",
    "fre 27/11": "2026-11-27",
    "lördag 5/6": "2027-06-05",  # the weekday says which is the month
    # the month by name
    "30 nov": "2026-11-30",
    "30 november 2027": "2027-11-30",
    "nov 30": "2026-11-30",
    "November 30th, 2027": "2027-11-30",
    "den 3:e mars": "2027-03-03",
    "3e mars": "2027-03-03",
    "the 3rd of March": "2027-03-03",
    "15mars": "2027-03-15",
    f"15{NBSP}mars{NBSP}2027": "2027-03-15",
    "15 mars -27": "2027-03-15",
    "15 mars '27": "2027-03-15",
    "första maj": "2027-05-01",
    "22 november": "2026-11-22",  # today counts
    "21 november": "2027-11-21",
    "29 feb": "2028-02-29",
    "29 februari 2028": "2028-02-29",
    "15 MARS 2027!": "2027-03-15",
    "fredag den 27 november": "2026-11-27",
    "måndagen den 15 mars 2027": "2027-03-15",
    "Fri 27 Nov": "2026-11-27",
    # a time is left aside; the day is what was asked for
    "28 mars 2027 02:30": "2027-03-28",
    "15 mars kl. 9": "2027-03-15",
    "15 March at 9:30": "2027-03-15",
    "31 jan varje månad": "2027-01-31",
    # weekdays and weeks
    "fredag": "2026-11-27",
    "på fredag": "2026-11-27",
    "nu på fredag": "2026-11-27",
    "on Friday": "2026-11-27",
    "nästa fredag": "2026-11-27",
    "fredag nästa vecka": "2026-11-27",
    "på söndag": "2026-11-29",  # not today
    "fredag v. 48": "2026-11-27",
    "onsdagen i vecka 48": "2026-11-25",
    "Friday week 48": "2026-11-27",
    "v. 48": "2026-11-27",
    "vecka 48": "2026-11-27",
    "v48": "2026-11-27",
    "  V.   48 ": "2026-11-27",
    "v 3": "2027-01-22",
    "v 53 2026": "2027-01-01",
    "v 53": "2027-01-01",
    # so long from today
    "idag": "2026-11-22",
    "i dag": "2026-11-22",
    "i morgon": "2026-11-23",
    "imorgon": "2026-11-23",
    "tomorrow": "2026-11-23",
    "i övermorgon": "2026-11-24",
    "the day after tomorrow": "2026-11-24",
    "om en vecka": "2026-11-29",
    "om två veckor": "2026-12-06",
    "om 10 dagar": "2026-12-02",
    "om 0 dagar": "2026-11-22",
    "inom 30 dagar": "2026-12-22",
    "in 10 days": "2026-12-02",
    "two weeks from now": "2026-12-06",
    "om en månad": "2026-12-22",
    "in a month": "2026-12-22",
    "om 3 mån": "2027-02-22",
    "om ett kvartal": "2027-02-22",
    "om ett halvår": "2027-05-22",
    "om fyra år": "2030-11-22",
    "om 25 arbetsdagar": "2026-12-29",  # Christmas Eve and Christmas Day are no working days
    "in 5 working days": "2026-11-27",
    # a place in the month or the year
    "slutet av mars": "2027-03-31",
    "i slutet av månaden": "2026-11-30",
    "sista februari": "2027-02-28",
    "utgången av maj": "2027-05-31",
    "by the end of March 2028": "2028-03-31",
    "end of next month": "2026-12-31",
    "i slutet av året": "2026-12-31",
    "sista fredagen i mars": "2027-03-26",
    "sista fredagen i månaden": "2026-11-27",
    "första måndagen i månaden": "2026-12-07",  # this month's has passed
    "last Friday of March": "2027-03-26",
    "andra tisdagen i maj 2027": "2027-05-11",
    "sista arbetsdagen i december": "2026-12-30",
    "midsommarafton": "2027-06-25",
    "midsommarafton 2028": "2028-06-23",
    "julafton": "2026-12-24",
    # with the word that makes it a deadline
    "senast 15 mars": "2027-03-15",
    "senast den 15 mars 2027": "2027-03-15",
    "senast om två veckor": "2026-12-06",
    "till fredag": "2026-11-27",
    "före 1 maj": "2027-05-01",
    "before 1 May": "2027-05-01",
    "by Friday": "2026-11-27",
}
REFUSED = {
    "": "date_unknown",
    "   ": "date_unknown",
    "NaN": "date_unknown",
    "12": "date_unknown",
    "24:00": "date_unknown",
    "25:61": "date_unknown",
    "15 mars kl. 24:00": "date_unknown",
    "kl 2.30 28 mars 2027": "date_unknown",
    "2026\u201111\u201122": "date_unknown",  # non-breaking hyphens
    "٢٠٢٦-١١-٢٢": "date_unknown",
    "２０２７-０３-１５": "date_unknown",
    "2026-11-22T10:00:00+99:00": "date_unknown",
    "10000-01-01": "date_unknown",
    "-1 dagar": "date_unknown",
    "auguſti 3": "date_unknown",
    "ja": "date_unknown",
    "31 februari": "date_impossible",
    "2026-02-30": "date_impossible",
    "2027-02-29": "date_impossible",
    "29 feb 2027": "date_impossible",
    "2026-13-01": "date_impossible",
    "0000-01-01": "date_impossible",
    "31/13": "date_impossible",
    "v 54": "date_impossible",
    "v 0": "date_impossible",
    "v 53 2027": "date_impossible",
    "i går": "date_past",
    "yesterday": "date_past",
    "för två veckor sedan": "date_past",
    "2026-11-21": "date_past",
    "1 maj 2025": "date_past",
    "1899-12-31": "date_past",
    "v. 47 2026": "date_past",
    "snarast": "date_vague",
    "så snart som möjligt": "date_vague",
    "asap": "date_vague",
    "när det passar": "date_vague",
    "mitten av april": "date_vague",
    "Q3": "date_vague",
    "i mars": "date_vague",
    "mars 2027": "date_vague",
    "2027": "date_vague",
    "nästa vecka": "date_vague",
    "före sommaren": "date_vague",
    "om ett par veckor": "date_vague",
    "5/6": "date_ambiguous",
    "5.6": "date_ambiguous",
    "05/06/2027": "date_ambiguous",
    "3/15": "date_ambiguous",
    "03/04/05": "date_ambiguous",
    "27-03-15": "date_ambiguous",
    "9999-12-31": "date_far",
    "2046-11-23": "date_far",
    "om 21 år": "date_far",
    "om 999999999999 dagar": "date_far",
    "om 999999999999 år": "date_far",
    "om 999999999999 arbetsdagar": "date_far",
    "torsdag 27 november 2026": "date_weekday_mismatch",
    "fredag 2026-11-26": "date_weekday_mismatch",
    "måndag 27/11": "date_weekday_mismatch",
}
FOUND = {
    "följ upp Fairtrade-licens hos Nordkaffe AB senast 15 mars": ("2027-03-15", "senast 15 mars"),
    "Följ upp  Städ i Syd AB  senast den 1/12, ring först": ("2026-12-01", "senast den 1/12"),
    "follow up Acme before 1 May": ("2027-05-01", "before 1 May"),
    "skicka självskattningen till fredag": ("2026-11-27", "till fredag"),
    "ISO 14001 hos Acme AB 2027-03-15": ("2027-03-15", "2027-03-15"),
    "stäm av om två veckor med KS 2026/123": ("2026-12-06", "om två veckor"),
    "avtal om fyra år, startmöte v. 48": ("2026-11-27", "v. 48"),
    "avtalet från 2027-01-01 följs upp senast 15 mars 2028": ("2028-03-15", "senast 15 mars 2028"),
    "SA8000 report by the end of March, please": ("2027-03-31", "by the end of March"),
    "svara (senast 2027-01-15)": ("2027-01-15", "senast 2027-01-15"),
    "platsbesök fredag den 27 november 2026 (v. 48) kl. 10": (
        "2026-11-27",
        "fredag den 27 november 2026 (v. 48) kl. 10",
    ),
    "İİİ senast 15 mars": ("2027-03-15", "senast 15 mars"),
}
NOT_FOUND = [
    "",
    "följ upp Nordkaffe AB",
    "följ upp HP v5",
    "punkt 5.10 i avtalet",
    "LOU 17 kap. 2 §",
    "dnr UPP-2027-03-15",
    "org.nr 556012-5790",
    "Lucia Städ AB",
    "avtal om fyra år",
    "klart senast 31 februari",
    "klart senast torsdag 27 november 2026",  # a contradiction is not read as the half of it that makes sense
    "klart senast 5/6",
    "löpte ut 2025-01-01",
]


def outcome_of(said: str, today: date = TODAY) -> date | str:
    try:
        return understand_date(said, today)
    except NotADate as refusal:
        return refusal.reason


@pytest.mark.parametrize("said", UNDERSTOOD)
def test_a_day_is_understood(said):
    assert understand_date(said, TODAY) == date.fromisoformat(UNDERSTOOD[said])


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_no_day_says_why(said):
    assert outcome_of(said) == REFUSED[said]


@pytest.mark.parametrize(
    ("said", "today", "meant"),
    [
        ("på måndag", "2026-11-23", "2026-11-30"),  # said on a Monday
        ("nästa fredag", "2026-11-24", "2026-12-04"),  # said on a Tuesday: not the Friday of this week
        ("på fredag", "2026-11-24", "2026-11-27"),
        ("25 oktober 2026 02:30", "2026-10-01", "2026-10-25"),
        ("fredag 13 november 2026", "2026-11-01", "2026-11-13"),
        ("om en månad", "2027-01-31", "2027-02-28"),
        ("om ett år", "2028-02-29", "2029-02-28"),
        ("v. 1", "2026-12-28", "2027-01-08"),
        ("v. 53", "2027-01-01", "2027-01-01"),  # still the year 2026 by weeks
        ("sista fredagen i månaden", "2026-11-28", "2026-12-25"),
    ],
)
def test_the_day_depends_on_the_day_it_is_said(said, today, meant):
    assert outcome_of(said, date.fromisoformat(today)) == date.fromisoformat(meant)


def test_a_day_gone_by_is_fine_where_one_may_be_meant():
    assert understand_date("2025-05-01", TODAY, past_too=True) == date(2025, 5, 1)
    assert understand_date("igår", TODAY, past_too=True) == TODAY - DAY
    assert understand_date("för två veckor sedan", TODAY, past_too=True) == date(2026, 11, 8)
    assert find_date("gäller till 2026-01-31", TODAY, past_too=True) == (date(2026, 1, 31), (7, 22))

    with pytest.raises(NotADate, match="date_past"):
        understand_date("1999-12-31", TODAY, past_too=True)


@pytest.mark.parametrize("sentence", FOUND)
def test_a_day_is_found_in_a_sentence_with_the_words_that_belong_to_it(sentence):
    day, (start, end) = find_date(sentence, TODAY) or (None, (0, 0))

    assert (str(day), sentence[start:end]) == FOUND[sentence]


@pytest.mark.parametrize("sentence", NOT_FOUND)
def test_a_number_in_a_sentence_is_not_taken_for_a_day(sentence):
    assert find_date(sentence, TODAY) is None


@MANY
@given(SOME_DAY, st.sampled_from(["sv", "en"]))
def test_what_duly_says_it_also_understands(day, lang):
    assert understand_date(words(day, lang), TODAY) == day
    assert understand_date(short(day, lang), TODAY) == day
    assert understand_date(day.isoformat(), TODAY) == day
    assert (find_date(f"Acme AB senast {words(day, lang)}", TODAY) or [None])[0] == day


@MANY
@given(SOME_DAY, st.sampled_from(list(UNDERSTOOD)))
def test_whatever_the_day_is_nothing_is_planned_in_the_past(today, said):
    outcome = outcome_of(said, today)

    assert outcome in REASONS if isinstance(outcome, str) else outcome >= today


PIECES = "senast v. 48 2027 mars fredag om två veckor 5/6 31 sista i slutet av - : kl den 9999 år 15"


@MANY
@given(st.text(max_size=120) | st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join))
@example("\ud800")
@example("15 mars\0")
def test_any_words_get_a_day_or_a_reason(said):
    outcome = outcome_of(said)
    found = find_date(said, TODAY)

    assert outcome in REASONS if isinstance(outcome, str) else outcome >= TODAY
    assert found is None or (found[0] >= TODAY and 0 <= found[1][0] < found[1][1] <= len(said))


@pytest.mark.parametrize(
    "piece", ["senast ", "senast den på ", " ", "1 ", "mars 1 ", "om 10 ", "12/", "v. 4 ", "a", "9", "İ"]
)
@pytest.mark.parametrize("length", [79, 4_000, 20_000])
def test_no_text_keeps_an_officer_waiting(piece, length):
    text = (piece * length)[:length]
    times = []
    for _ in range(3):  # the first use makes the patterns, and the machine may have been busy
        before = process_time()
        outcome_of(text)
        find_date(text, TODAY)
        times.append(process_time() - before)

    assert min(times) < 0.05
