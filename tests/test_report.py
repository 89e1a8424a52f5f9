"""The report: every figure counted in another way too, periods in words, and what the version for everybody hides."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.service import Service
from handlers import report, report_files
from handlers.messages import Message, Place
from handlers.report import carrying
from knowledge.rules import report as rules
from knowledge.rules import report_categories, report_for_all
from knowledge.rules.report import FIGURES
from knowledge.rules.report_categories import STEPS
from knowledge.rules.report_for_all import FEW, WITHHELD, for_all
from knowledge.rules.report_period import before, quarter_before, understand_period
from knowledge.rules.report_records import Action, Deviation, FollowUp, Period, Records
from storage import report as stored
from storage.database import open_database
from storage.people import Person

from . import report_counted, report_year
from .conftest import STOCKHOLM
from .web_life import Supplier, multipart

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
MESSAGE = Message("1", Place("terminal"), "asa", "")
SEEDS = st.integers(0, 2**32)
SPANS = st.tuples(st.integers(0, 360), st.integers(0, 365)).map(
    lambda pair: Period(report_year.FIRST + pair[0] * DAY, report_year.FIRST + sum(pair) * DAY)
)


def context(library, year, now=NOW, public=False):
    service = Service(year.db, library, STOCKHOLM, lambda: now)
    return service.context_of(Person("asa", "Åsa", "sv", "admin"), Place("terminal", shared=public))


# Figures.


@settings(max_examples=60, deadline=None)
@given(SEEDS, SPANS)
def test_every_figure_is_what_is_counted_one_by_one(library, seed, period):
    year = report_year.make(open_database(":memory:"), seed)
    ctx = context(library, year)

    told = report.made(period, False, ctx)

    last = min(period.last, ctx.today)
    assert dict(told.now) == report_counted.counted(year, period.first, last)
    assert dict(told.was) == report_counted.counted(year, told.past.first, told.past.last)


@settings(max_examples=40, deadline=None)
@given(SEEDS, SPANS)
def test_every_category_has_come_as_far_as_is_counted_one_by_one(library, seed, period):
    year = report_year.make(open_database(":memory:"), seed)

    told = report.made(period, False, context(library, year))

    counted = report_counted.by_category(year, min(period.last, NOW.date()))
    assert {each.id: dict(each.steps) for each in told.categories} == {
        id: {step: steps[step] for step in STEPS} for id, steps in counted.items()
    }


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_parts_of_a_whole_add_up_to_it(library, seed):
    year = report_year.make(open_database(":memory:"), seed)
    now = report.made(Period(report_year.FIRST, date(2026, 9, 30)), False, context(library, year)).now

    def total(beginning, names):
        return sum(now[f"{beginning}_{name}"] for name in names)

    assert total("procurements_risk", rules.LEVELS) == now["procurements_risk"]
    assert total("procurements_need", rules.OUTCOMES) == now["procurements_need"]
    assert now["items_in_time"] + now["items_after"] + now["items_not_done"] == now["items_due"]
    assert total("items_late", rules.BANDS) == now["items_late"]
    assert total("assessments", rules.VERDICTS) == now["assessments_judged"]
    assert total("deviations_found", rules.CLASSES) == now["deviations_found"]
    assert total("deviations_open", rules.CLASSES) == now["deviations_open"]
    assert total("deviations_open_age", rules.BANDS) == now["deviations_open"]


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_month_says_what_the_report_on_it_says(library, seed):
    year = report_year.make(open_database(":memory:"), seed)
    ctx = context(library, year)

    told = report.made(Period(date(2026, 1, 1), date(2026, 12, 31)), False, ctx)

    assert [each.first for each in told.months] == [date(2026, month, 1) for month in range(1, 13)]
    for each in told.months:
        last = (each.first + 31 * DAY).replace(day=1) - DAY
        counted = report_counted.counted(year, each.first, last)
        assert (each.found, each.closed) == (counted["deviations_found"], counted["deviations_closed"])
        assert each.late_items == counted["items_late"]


@pytest.mark.parametrize(
    ("days", "band"), [(0, None), (1, "7"), (7, "7"), (8, "30"), (30, "30"), (31, "90"), (90, "90"), (91, "over_90")]
)
def test_what_is_due_today_is_not_late_and_every_day_has_its_band(days, band):
    item = FollowUp(1, None, TODAY - 200 * DAY, TODAY - days * DAY, None, None, True)
    told = rules.figures(Records(follow_ups=(item,)), Period(TODAY, TODAY), TODAY, rules.Carrying((), ()))

    assert told["items_late"] == (band is not None)
    assert [each for each in rules.BANDS if told[f"items_late_{each}"]] == ([band] if band else [])


VERIFIED = [
    ([], None),
    ([(0, 5, None)], 5),
    ([(0, 5, None), (1, 9, None)], 9),
    ([(0, 5, None), (1, None, None)], None),
    ([(0, 5, None), (1, None, 8)], 5),
    ([(0, None, 8)], None),
    ([(0, 5, None), (40, None, None)], 5),
]


@pytest.mark.parametrize(("agreed", "days"), VERIFIED)
def test_days_run_until_the_last_action_is_verified_and_closing_alone_verifies_nothing(agreed, days):
    found = TODAY - 30 * DAY
    remedies = tuple(Action(*(None if n is None else found + n * DAY for n in each)) for each in agreed)
    closed = Deviation(found, "major", found + 20 * DAY, None, remedies)
    told = rules.figures(Records(deviations=(closed,)), Period(found, TODAY), TODAY, rules.Carrying((), ()))

    assert told["deviations_closed"] == 1
    assert told["deviations_days_median"] == told["deviations_days_longest"] == days
    assert told["deviations_verified"] == (days is not None)


def test_what_came_of_questions_back_is_not_a_later_answer(tmp_path, library):
    there = Supplier(tmp_path, library)
    with there.browser() as browser:
        there.fill(browser)
        there.submit(browser)
        there.ask_back("policy", "Vem antog policyn?")
        there.clock.now += timedelta(days=40)
        browser.post(there.at("policy"), **multipart({"policy": "Styrelsen."}))
        there.submit(browser)

    assert there.form.one.round == 2
    assert there.form.one.submitted_at.date() == date(2027, 1, 2)
    assert [answered.date() for _, _, answered, *_ in stored.assessments(there.db)] == [date(2026, 11, 23)]


def test_every_figure_has_a_name_and_a_definition_and_nothing_else_is_told(library, db):
    year = report_year.make(db, 1)
    told = report.made(quarter_before(TODAY), False, context(library, year))

    named = [figure for figures in FIGURES.values() for figure in figures]
    assert sorted(told.now) == sorted(named)
    phrases = [f"figure_{figure}" for figure in named]
    phrases += [f"defined_{each}" for figures in FIGURES.values() for each in figures.values()]
    assert [id for id in phrases if id not in library.phrases] == []


def test_the_clauses_that_carry_a_right_are_those_of_the_content(library, db):
    ctx = context(library, report_year.make(db, 1))

    assert carrying(ctx).audit == report_counted.AUDIT
    assert carrying(ctx).sanction == report_counted.SANCTION
    assert set(report_year.CLAUSES) <= set(library.clauses)


def test_a_report_says_the_same_a_year_later(library, db):
    year = report_year.make(db, 7)
    period = Period(date(2026, 4, 1), date(2026, 6, 30))
    at_once = report.made(period, False, context(library, year, datetime(2027, 3, 1, tzinfo=UTC)))
    later = report.made(period, False, context(library, year, datetime(2028, 3, 1, tzinfo=UTC)))

    assert at_once.now == later.now


# The order of categories.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("high", "eu"), ("very_high", "direct")),
        (("very_high", "small"), ("low", "national")),
        ((None, None), ("medium", "direct")),
        (("high", None), ("high", "direct")),
    ],
)
def test_what_weighs_more_comes_first_and_the_unknown_is_no_safer(one, other):
    first, second = (report_categories.Category("x", risk, worth, {}) for risk, worth in (one, other))

    assert report_categories._weight(first) > report_categories._weight(second)


# Periods.


def whole(first, last):
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("Q3", "2026-07-01", "2026-09-30"),
        ("q3 2025", "2025-07-01", "2025-09-30"),
        ("för Q3", "2026-07-01", "2026-09-30"),
        ("kvartal 4", "2026-10-01", "2026-12-31"),
        ("kvartal 1 2027", "2027-01-01", "2027-03-31"),
        ("3:e kvartalet", "2026-07-01", "2026-09-30"),
        ("3rd quarter 2026", "2026-07-01", "2026-09-30"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("jan-mars 2027", "2027-01-01", "2027-03-31"),
        ("Jan–Mar 2027", "2027-01-01", "2027-03-31"),
        ("januari till mars 2027", "2027-01-01", "2027-03-31"),
        ("nov-jan 2027", "2026-11-01", "2027-01-31"),
        ("december", "2025-12-01", "2025-12-31"),
        ("november", "2026-11-01", "2026-11-30"),
        ("okt.", "2026-10-01", "2026-10-31"),
        ("2026-07-01..2026-09-30", "2026-07-01", "2026-09-30"),
        ("2026-07-15 till 2026-08-14", "2026-07-15", "2026-08-14"),
    ],
)
def test_a_period_is_understood(words, first, last):
    assert understand_period(words, TODAY) == whole(first, last)


@pytest.mark.parametrize(
    "words", ["", "Q5", "Q7 2026", "1999", "igår", "2026-13-01..2026-12-31", "2026-09-30..2026-07-01"]
)
def test_what_is_no_period_is_none(words):
    assert understand_period(words, TODAY) is None


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_the_quarter_before_is_over_and_just_over(today):
    period = quarter_before(today)

    assert period.last < today <= period.last + 92 * DAY
    assert before(period).last + DAY == period.first


@pytest.mark.parametrize(
    ("first", "last", "past"),
    [
        ("2026-07-01", "2026-09-30", ("2026-04-01", "2026-06-30")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-03-10", "2026-03-19", ("2026-02-28", "2026-03-09")),
    ],
)
def test_the_period_before_is_as_long_and_lies_just_before(first, last, past):
    assert before(whole(first, last)) == whole(*past)


# For everybody's eyes.


def readings(shown, whole):
    """Every way to fill in what is hidden so that the parts add up to the whole."""
    ways = [range(3) if told == FEW else range(3, whole + 1) if told == WITHHELD else (told,) for told in shown]
    return [way for way in product(*ways) if sum(way) == whole]


@settings(deadline=None, max_examples=60)
@example([2, 2, 2, 2, 2])
@example([2, 2, 2, 2, 7])
@example([1, 0, 0, 0, 6])
@given(st.lists(st.integers(0, 6), min_size=5, max_size=5))
def test_no_small_number_is_shown_nor_can_be_told_from_the_whole(parts):
    names = [f"deviations_found_{kind}" for kind in rules.CLASSES]
    zeros = dict.fromkeys((figure for figures in FIGURES.values() for figure in figures), 0)
    hidden = for_all({**zeros, **dict(zip(names, parts, strict=True)), "deviations_found": sum(parts)})

    shown, whole = [hidden[name] for name in names], hidden["deviations_found"]
    assert not {1, 2} & {told for told in shown if isinstance(told, int)}
    assert all(told in (FEW, WITHHELD, part) for part, told in zip(parts, shown, strict=True))
    ways = readings(shown, whole) if isinstance(whole, int) else []
    assert [part for at, part in enumerate(parts) if part in (1, 2) and len({way[at] for way in ways}) == 1] == []


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_version_for_everybody_has_no_small_number_about_suppliers(library, seed):
    year = report_year.make(open_database(":memory:"), seed)
    period = Period(report_year.FIRST, date(2026, 9, 30))

    told = report.made(period, True, context(library, year))

    about = [name for _, parts in report_for_all.GROUPS for name in parts] + list(report_for_all.ALONE)
    assert not {1, 2} & {told.now[name] for name in about if isinstance(told.now[name], int)}
    assert not {1, 2} & {step for each in told.categories for step in each.steps.values() if isinstance(step, int)}
    assert told.now["missing_class"] == told.now["deviations_open_none"]
    assert told.overdue == ()


def test_days_of_a_single_verified_deviation_are_not_shown():
    told = dict.fromkeys((figure for figures in FIGURES.values() for figure in figures), 0)
    hidden = for_all({**told, "deviations_verified": 1, "deviations_days_median": 40, "deviations_days_longest": 40})

    assert hidden["deviations_verified"] == FEW
    assert hidden["deviations_days_median"] == hidden["deviations_days_longest"] == WITHHELD


def test_where_others_read_along_only_the_version_for_everybody_is_shown(library, db):
    year = report_year.make(db, 8, most=30)
    alone, shared = (context(library, year, public=public) for public in (False, True))
    message = replace(MESSAGE, text="2026")

    assert "Leverantör" in str(report.report(message, alone).parts)
    assert "Leverantör" not in str(report.report(message, shared).parts)
    assert "Leverantör" not in str(report_files.file(replace(MESSAGE, text="word 2026"), shared).document)
