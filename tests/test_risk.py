"""The risk method: worked examples, and what must hold whatever anybody asks about."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.category import Category
from knowledge.check_own import IMPORTED
from knowledge.country import Country, Figure
from knowledge.library import open_library
from knowledge.match import match_category
from knowledge.rules import risk_case
from knowledge.rules.exposure import Reason, exposure
from knowledge.rules.risk import (
    Cell,
    Level,
    Picture,
    assess,
    level,
    median,
    old,
    plausible,
    tell,
)
from knowledge.text import Text

LIBRARY = open_library()
EVIDENCE = LIBRARY.evidence
MISSING = {"no_data", "no_index", "no_plausible_origin", "on_no_sector_list"}  # phrases that say: we do not know
CATEGORIES = sorted(LIBRARY.categories)
CODES = sorted(LIBRARY.countries)

SWEDEN = {"raw": ["SWE"], "processing": ["SWE"], "final": ["SWE"], "service": ["SWE"]}

# category, origins, level, and the likelihood x severity of the cells that the example is about
WORKED = [
    (
        "coffee",
        {"raw": ["BRA"], "processing": ["BRA"], "final": ["SWE"]},
        "very_high",
        {("raw", "child_labour"): (5, 5), ("raw", "forced_labour"): (5, 5), ("raw", "corruption"): (4, 3)},
    ),
    (
        "ict_hardware",
        {"final": ["CHN"]},
        "very_high",
        {("raw", "child_labour"): (5, 5), ("raw", "conflict_minerals"): (5, 5)},
    ),
    (
        "textiles_workwear",
        {"final": ["BGD"], "processing": ["CHN"]},
        "very_high",
        {("raw", "child_labour"): (5, 5), ("raw", "forced_labour"): (5, 5)},
    ),
    (
        "natural_stone",
        SWEDEN,
        "medium",
        {("raw", "hs"): (2, 4), ("raw", "environment"): (2, 4), ("raw", "child_labour"): (1, 5)},
    ),
    (
        "natural_stone",
        {},
        "very_high",
        {("raw", "child_labour"): (5, 5), ("raw", "forced_labour"): (5, 5), ("raw", "conflict_minerals"): (5, 5)},
    ),
    (
        "cleaning_services",
        SWEDEN,
        "very_high",
        {("service", "forced_labour"): (4, 5), ("service", "se_labour_crime"): (5, 3)},
    ),
    (
        "solar_panels",
        {"raw": ["CHN"], "processing": ["CHN"], "final": ["CHN"]},
        "very_high",
        {("processing", "forced_labour"): (5, 5)},
    ),
    (
        "surgical_instruments",
        {"processing": ["PAK"], "final": ["DEU"]},
        "very_high",
        {("processing", "child_labour"): (5, 5), ("raw", "conflict_minerals"): (3, 5)},
    ),
    ("dairy_eggs", SWEDEN, "medium", {("raw", "environment"): (2, 4), ("raw", "animal_welfare"): (3, 2)}),
]


# What municipalities buy at low risk, with every step in Sweden: what it is called, its category, the level
CALM = [
    ("mejerivaror från Sverige", "dairy_eggs", "medium"),
    ("hyra av kontorslokaler", "premises_rent", "low"),
    ("broschyrer från ett tryckeri på orten", "books_print", "medium"),
    ("analys av dricksvatten", "laboratory_analysis", "low"),
    ("bibliotekssystem", "library_systems", "low"),
    ("pianostämning", "instrument_services", "medium"),
    ("översättning", "translation", "low"),
    ("juridisk rådgivning", "legal_services", "low"),
    ("svensk potatis och rotfrukter", "fruit_vegetables", "medium"),
    ("svensk honung", "honey", "medium"),
    ("organisationskonsulter", "consulting", "low"),
    ("kommunal revision", "audit_accounting", "low"),
    ("försäkringar", "insurance", "low"),
    ("e-lärande", "training", "low"),
    ("bröd ur svenskt mjöl", "flour_bread", "medium"),
]


def picture(category: str, origins: Mapping[str, list[str]]) -> Picture:
    return assess(LIBRARY.categories[category], origins, EVIDENCE)


def by_place(found: Picture) -> dict[tuple[str, str], Cell]:
    return {(cell.tier, cell.area): cell for cell in found.cells}


def said(reason: Reason, lang: str) -> str:
    return tell(reason, lang, LIBRARY.reasons, EVIDENCE)


def everything() -> Iterator[Cell]:
    """The cells of every category: of unknown origin, from Sweden, from Spain, and from a place without figures."""
    spain, nowhere = ({tier: [code] for tier in SWEDEN} for code in ("ESP", "ATA"))
    for category in CATEGORIES:
        for origins in ({}, SWEDEN, spain, nowhere):
            yield from picture(category, origins).cells


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Category, str]:
    category = LIBRARY.categories[draw(st.sampled_from(CATEGORIES))]
    return category, draw(st.sampled_from([tier.id for tier in category.tiers]))


@pytest.mark.parametrize(("category", "origins", "overall", "cells"), WORKED)
def test_a_worked_example_comes_out_as_told(category, origins, overall, cells):
    found = picture(category, origins)

    assert found.overall.word == overall
    assert {place: (by_place(found)[place].likelihood, by_place(found)[place].severity) for place in cells} == cells


@pytest.mark.parametrize(("words", "category", "overall"), CALM)
def test_a_calm_purchase_stays_calm_when_its_origin_is_known(words, category, overall):
    assert match_category(words, LIBRARY.bought)[0].id == category
    assert picture(category, SWEDEN).overall.word == overall


def test_the_matrix_is_the_published_one():
    rows = [" ".join(level(likely, grave).word for grave in range(1, 6)) for likely in range(5, 0, -1)]

    assert rows == [
        "low medium high very_high very_high",
        "low medium high very_high very_high",
        "low medium medium high high",
        "low low medium medium medium",
        "low low low low low",
    ]


@given(place=tiers(), data=st.data())
def test_an_unknown_origin_is_never_below_a_plausible_one(place, data):
    category, tier = place
    countries = next(plausible(step, EVIDENCE) for step in category.tiers if step.id == tier)
    country = data.draw(st.sampled_from(countries or ["SWE"]))
    known = assess(category, {tier: [country]}, EVIDENCE) if countries else assess(category, {}, EVIDENCE)
    unknown = assess(category, {}, EVIDENCE)

    assert unknown.overall >= known.overall
    assert all(by_place(unknown)[spot].score >= cell.score for spot, cell in by_place(known).items())


@given(place=tiers(), countries=st.lists(st.sampled_from(CODES), min_size=1, max_size=4), more=st.sampled_from(CODES))
def test_one_more_country_never_lowers_the_worst(place, countries, more):
    category, tier = place
    before = assess(category, {tier: countries}, EVIDENCE)
    after = assess(category, {tier: [*countries, more]}, EVIDENCE)

    assert after.overall >= before.overall
    assert all(by_place(after)[spot].score >= cell.score for spot, cell in by_place(before).items())


@given(place=tiers(), country=st.sampled_from(CODES))
def test_a_label_never_changes_a_level(place, country):
    category, tier = place
    labelled, bare = (replace(category, labels=labels) for labels in (tuple(LIBRARY.labels), ()))

    assert assess(labelled, {tier: [country]}, EVIDENCE) == assess(bare, {tier: [country]}, EVIDENCE)


@given(place=tiers(), countries=st.lists(st.sampled_from([*CODES, "ZZZ"]), max_size=5))
def test_whatever_the_countries_every_number_keeps_its_range(place, countries):
    category, tier = place
    found = assess(category, {tier: countries}, EVIDENCE)

    assert 0 <= found.priority <= 100
    assert found.typical <= found.overall
    for cell in found.cells:
        assert 1 <= cell.lowest <= cell.typical_likelihood <= cell.likelihood <= 5
        assert 1 <= cell.severity <= 5


def test_every_cell_gives_a_source_or_says_what_is_missing():
    bare = [cell for cell in everything() if not any(r.source or r.phrase in MISSING for r in cell.reasons)]

    assert bare == []


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_reason_is_a_whole_sentence(lang):
    told = {said(reason, lang) for cell in everything() for reason in cell.reasons}

    assert [words for words in told if "{" in words or "None" in words or not words.endswith((".", "?"))] == []


def test_every_source_of_a_reason_is_described():
    sources = {reason.source for cell in everything() for reason in cell.reasons if reason.source}

    assert sources - set(LIBRARY.sources) == set()


def test_every_phrase_is_used():
    used = {reason.phrase for cell in everything() for reason in cell.reasons}

    assert set(LIBRARY.reasons) - used == set(IMPORTED)  # these come with an import; see test_import


def test_a_figure_is_told_with_its_year_and_a_swedish_comma():
    found = by_place(picture("coffee", {"raw": ["GTM"]}))["raw", "corruption"]
    words = [said(reason, "sv") for reason in found.reasons]

    assert "Guatemala: WGI, kontroll av korruption: percentil 14,2 av 100 (2023)." in words


def test_a_proxy_says_that_it_is_one():
    cell = by_place(picture("coffee", {"raw": ["BRA"]}))["raw", "foa"]

    assert cell.confidence == "medium"
    assert any("ställföreträdande mått" in said(reason, "sv") for reason in cell.reasons)


def test_missing_data_gives_four_and_says_so():
    found = exposure(LIBRARY.countries["ATA"], "ATA", "corruption")

    assert found.value == 4
    assert "sätts till 4" in said(found.reasons[0], "sv")


def test_a_country_we_have_never_heard_of_is_treated_as_missing_data():
    assert exposure(None, "ZZZ", "hs").value == 4


def country(figures: Mapping[str, float], fragile: bool = False, not_ratified: tuple[str, ...] = ()) -> Country:
    shown = {name: Figure(value, 2023, "wgi") for name, value in figures.items()}
    return Country("AAA", "AA", Text("Aland", "Aland"), shown, fragile, "FY2024", not_ratified, 2026)


@pytest.mark.parametrize(
    ("area", "figures", "value"),
    [
        ("child_labour", {"working_children": 1.9}, 1),
        ("child_labour", {"working_children": 2.0}, 2),
        ("child_labour", {"working_children": 20.0, "governance": 99.0}, 5),
        ("child_labour", {"governance": 80.0}, 1),
        ("foa", {"voice": 79.9}, 2),
        ("wages", {"voice": 90.0, "rule_of_law": 70.0}, 2),
        ("land", {"rule_of_law": 10.0}, 5),
        ("corruption", {"corruption_control": 20.0}, 4),
        ("conflict_minerals", {"stability": -1.0}, 4),
        ("conflict_minerals", {"stability": 0.5}, 1),
    ],
)
def test_a_figure_falls_in_its_band(area, figures, value):
    assert exposure(country(figures), "AAA", area).value == value


def test_a_convention_not_ratified_gives_at_least_three():
    assert exposure(country({"voice": 95.0}, not_ratified=("C87",)), "AAA", "foa").value == 3


def test_health_and_safety_is_a_step_worse_only_without_both_conventions():
    one = country({"rule_of_law": 70.0}, not_ratified=("C155",))
    both = country({"rule_of_law": 70.0}, not_ratified=("C155", "C187"))

    assert exposure(one, "AAA", "hs").value == 2
    assert exposure(both, "AAA", "hs").value == 3


def test_a_fragile_country_is_the_worst_for_minerals_even_where_figures_are_calm():
    calm = country({"stability": 1.0, "governance": 90.0}, fragile=True)

    assert exposure(calm, "AAA", "conflict_minerals").value == 5
    assert exposure(calm, "AAA", "forced_labour").value == 4


@pytest.mark.parametrize(
    ("category", "tier", "country", "likelihood"),
    [
        ("cement_steel", "processing", "CHN", 3),  # smelting: the country value less 1 would be 2
        ("cement_steel", "processing", "SWE", 2),
        ("cement_steel", "final", "CHN", 2),  # rolling and cutting
        ("textiles_workwear", "processing", "TUR", 4),  # dyeing, documented in general
        ("paper", "final", "COD", 4),  # a paper mill where the country value is 5
        ("furniture", "final", "COD", 2),  # assembly in the same country
        ("rice", "raw", "ITA", 3),
    ],
)
def test_work_that_burdens_the_environment_does_so_everywhere(category, tier, country, likelihood):
    assert by_place(picture(category, {tier: [country]}))[tier, "environment"].likelihood == likelihood


@pytest.mark.parametrize(
    ("category", "country", "likelihood"),
    [
        ("fruit_vegetables", "ESP", 3),  # listed for more than five countries, and the country value is 2
        ("fruit_vegetables", "SWE", 1),
        ("timber", "ESP", 2),  # listed for two countries
    ],
)
def test_a_harm_documented_in_many_countries_belongs_to_the_work(category, country, likelihood):
    assert by_place(picture(category, {"raw": [country]}))["raw", "child_labour"].likelihood == likelihood


def test_the_typical_value_is_that_of_the_worst_material_where_it_is_mostly_made():
    furniture = LIBRARY.categories["furniture"]
    raw, *rest = furniture.tiers

    def typical(*materials: str) -> int:
        made_of = replace(furniture, tiers=(replace(raw, typical=materials), *rest))
        return by_place(assess(made_of, {}, EVIDENCE))["raw", "child_labour"].typical_likelihood

    assert (typical("timber"), typical("cotton"), typical("timber", "cotton")) == (1, 5, 5)
    told = [said(reason, "sv") for reason in by_place(picture("furniture", {}))["raw", "child_labour"].reasons]
    assert any(words.startswith("Typiskt värde: bomull antas mest komma från Brasilien, Kina") for words in told)


def test_of_two_in_the_middle_the_higher_counts():
    assert [median([3]), median([5, 1]), median([1, 4, 2]), median([1, 2, 3, 4])] == [3, 5, 2, 3]


def test_every_typical_origin_is_used_and_told_with_what_it_rests_on():
    used = {id for category in LIBRARY.categories.values() for tier in category.tiers for id in tier.typical}
    told = {said(reason, "sv") for cell in everything() for reason in cell.reasons}

    assert set(LIBRARY.typical_origins) == used
    assert "Typiskt värde: bomull antas mest komma från" in " ".join(told)
    assert "Typiskt värde: för kaffe nämner källan Brasilien, Colombia, Guatemala, Kenya." in told


def test_several_countries_show_the_worst_the_lowest_and_the_median():
    cell = by_place(picture("coffee", {"raw": ["SWE", "BRA", "GTM"]}))["raw", "corruption"]

    assert (cell.likelihood, cell.country, cell.lowest, cell.typical_likelihood) == (5, "GTM", 1, 4)


def test_a_pair_that_left_the_goods_list_is_gone():
    assert EVIDENCE.goods.listed("THA", "Shrimp") == ()
    assert EVIDENCE.goods.listed("BRA", "Coffee") == ("child_labour", "forced_labour")


def test_the_gravest_area_comes_first():
    cells = picture("natural_stone", {}).cells

    assert cells[0].score == 25
    assert [cell.score for cell in cells] == sorted((cell.score for cell in cells), reverse=True)


def test_the_origin_is_known_only_when_every_tier_is():
    assert not picture("coffee", {"raw": ["BRA"]}).origin_known
    assert picture("coffee", {"raw": ["BRA"], "processing": ["BRA"], "final": ["SWE"]}).origin_known


def test_figures_older_than_three_years_are_flagged():
    assert old(Reason("listed", year=2022), date(2026, 1, 1))
    assert not old(Reason("voice", year=2023), date(2026, 12, 31))
    assert not old(Reason("documented"), date(2026, 1, 1))


def test_levels_are_compared_as_numbers_and_shown_as_words():
    assert max(Level.HIGH, Level.VERY_HIGH).word == "very_high"


@pytest.mark.parametrize(
    ("words", "band"),
    [
        ("kaffe för 100 000 kr", "small"),
        ("kaffe för 100 001 kr", "direct"),
        ("kaffe för 699 999 kr", "direct"),
        ("kaffe för 700 000 kr", "national"),  # LOU 19a:2: below the amount
        ("1,2 mnkr", "national"),
        ("kaffe", None),
    ],
)
def test_an_amount_in_the_words_tells_the_value_band(words, band):
    assert risk_case.value_in(words, LIBRARY.limits, date(2026, 11, 23)) == band
