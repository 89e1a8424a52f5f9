"""Publishers' own files are read as they come, checked, and take the place of the proxies in their area."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot import own as directory
from knowledge.check import check
from knowledge.country import Country, Figure
from knowledge.cpv import owner, owners, read_list
from knowledge.library import open_library
from knowledge.match import match_category
from knowledge.publishers import NotThatFile
from knowledge.rules.exposure import exposure
from knowledge.rules.risk import assess

SHIPPED = open_library()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def text(path: Path, words: str, encoding: str = "utf-8") -> Path:
    path.write_text(words, encoding)
    return path


def book(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def imported(own: Path, source: str, path: Path) -> dict[str, Figure]:
    """The figures about Bangladesh after an import, the whole checked."""
    directory.import_figures(source, path, SHIPPED, own)
    library = open_library(own)
    assert check(library) == []
    return dict(library.countries["BGD"].figures)


def test_cpi_as_excel_with_a_heading_above_the_table(own, tmp_path):
    rows = [
        ["Corruption Perceptions Index 2025"],
        [],
        ["Country / Territory", "ISO3", "Region", "CPI score 2025", "Rank", "Standard error"],
        ["Denmark", "DNK", "WE/EU", 89, 1, 1.9],
        ["Bangladesh", "BGD", "AP", 24, 150, 1.2],
    ]

    figures = imported(own, "cpi", book(tmp_path / "CPI2025_Results.xlsx", {"CPI2025": rows}))

    assert figures["cpi"] == Figure(24, 2025, "cpi")


def test_of_two_years_in_one_file_the_later_counts(own, tmp_path):
    path = text(
        tmp_path / "cpi.csv", "iso3,name_source,year,cpi_score\nBGD,Bangladesh,2024,23\nBGD,Bangladesh,2025,24\n"
    )

    assert imported(own, "cpi", path)["cpi"] == Figure(24, 2025, "cpi")


def test_ituc_by_names_with_semicolons_and_the_worst_rating(own, tmp_path):
    path = text(
        tmp_path / "ituc-2026.csv", "Country;Rating\nBangladesh;5\nMyanmar;5+\nSweden;1\nSpain;no data\n", "cp1252"
    )

    assert imported(own, "ituc", path)["ituc"] == Figure(5, 2026, "ituc")
    countries = open_library(own).countries
    assert countries["MMR"].figures["ituc"].value == 5
    assert "ituc" not in countries["ESP"].figures


def test_freedom_house_takes_the_latest_edition_of_its_sheet(own, tmp_path):
    rows = [
        ["Freedom in the World"],
        ["Country/Territory", "Region", "C/T", "Edition", "Status", "PR", "CL", "Total"],
        ["Bangladesh", "Asia", "c", 2025, "PF", 15, 30, 45],
        ["Bangladesh", "Asia", "c", 2024, "PF", 15, 25, 40],
        ["Western Sahara*", "MENA", "t", 2025, "NF", -3, 7, 4],
    ]
    path = book(tmp_path / "All_data_FIW.xlsx", {"Index": [["about"]], "FIW13-25": rows})

    assert imported(own, "freedom-house", path)["freedom"] == Figure(45, 2025, "freedom-house")


def test_epi_by_its_own_names_of_columns(own, tmp_path):
    path = text(tmp_path / "epi2024results.csv", "code,iso,country,EPI.new,EPI.old\n50,BGD,Bangladesh,28.1,26\n")

    assert imported(own, "epi", path)["epi"] == Figure(28.1, 2024, "epi")


def test_gsi_with_vulnerability_and_prevalence(own, tmp_path):
    head = [
        *("Country", "Region", "Population", "Estimated prevalence of modern slavery per 1,000 population"),
        *("Governance issues", "Total Vulnerability score (%)"),
    ]
    rows = [
        ["Global Slavery Index 2023"],
        [],
        head,
        ["Bangladesh", "Asia", 1, 7.1, 50, 58],
        ["Brazil", "A", 1, None, 1, 46],
    ]

    figures = imported(own, "gsi", book(tmp_path / "2023-Global-Slavery-Index-Data.xlsx", {"Summary": rows}))

    assert (figures["vulnerability"].value, figures["prevalence"].value) == (58, 7.1)


def test_unicef_stands_beside_the_other_count_and_the_higher_one_decides(own, tmp_path):
    path = text(tmp_path / "child-labour-2022.csv", "Countries and areas,Total,Male,Female\nBangladesh,25,30,20\n")

    figures = imported(own, "unicef", path)

    assert figures.keys() >= {"unicef", "working_children"}
    assert exposure(open_library(own).countries["BGD"], "BGD", "child_labour").value == 5


WRONG = [
    ("cpi", "cpi-2025.csv", "iso3,cpi_score\nBGD,124\n", "line 2: 124 is outside 0 to 100"),
    ("cpi", "cpi-2025.csv", "iso3,cpi_score\nBGD,många\n", "line 2: 'många' is no figure for cpi"),
    ("cpi", "cpi-2025.csv", "iso3,cpi_score\nBGD,24\nBGD,25\n", "BGD stands twice with different figures"),
    ("cpi", "cpi-2025.csv", "iso3,cpi_score\nAtlantis,24\n", "names no country that is known"),
    ("cpi", "cpi.csv", "iso3,cpi_score\nBGD,24\n", "does not say its year"),
    ("cpi", "cpi-2025.csv", "iso3,rating\nBGD,5\n", "has no table with countries and cpi"),
    ("cpi", "cpi-2025.csv", "", "has no table with countries and cpi"),
    ("cpi", "cpi-2025.csv", "\0\1\2", "is no text"),
    ("cpi", "cpi-2025.xlsx", "not a workbook", "cannot be read as an Excel file"),
    (
        "gsi",
        "gsi-2023.csv",
        "Country,Prevalence per 1,000\nBangladesh,7\n",
        "has no table with countries and vulnerability",
    ),
]


@pytest.mark.parametrize(("source", "name", "words", "message"), WRONG, ids=[f"{row[1]}: {row[3]}" for row in WRONG])
def test_a_file_that_cannot_be_right_says_why_and_changes_nothing(own, tmp_path, source, name, words, message):
    good = text(tmp_path / "good-2020.csv", "iso3,cpi_score\nBGD,30\n")
    directory.import_figures("cpi", good, SHIPPED, own)

    with pytest.raises(NotThatFile) as error:
        directory.import_figures(source, text(tmp_path / name, words), SHIPPED, own)

    assert message in str(error.value)
    assert open_library(own).countries["BGD"].figures["cpi"].value == 30


def test_what_nobody_knows_is_named_and_the_rest_is_kept(own, tmp_path):
    path = text(tmp_path / "cpi-2025.csv", "Country,CPI score 2025\nBangladesh,24\nAtlantis,50\n")

    assert directory.imported("cpi", path, SHIPPED, own).endswith("Left out, as no known country: Atlantis.")


AREAS = {  # figure -> the areas whose proxy it replaces
    "cpi": ("corruption",),
    "ituc": ("foa", "wages", "hours"),
    "freedom": ("discrimination", "land"),
    "epi": ("environment",),
    "vulnerability": ("forced_labour",),
}


@pytest.mark.parametrize("figure", AREAS)
def test_an_imported_figure_replaces_the_proxy_and_says_its_edition(figure):
    brazil = SHIPPED.countries["BRA"]
    better = Country(**{**_fields(brazil), "figures": {**brazil.figures, figure: Figure(3, 2026, "cpi")}})

    for area in AREAS[figure]:
        reasons = exposure(better, "BRA", area).reasons
        assert (figure, 2026) in [(reason.phrase, reason.year) for reason in reasons]
        assert "voice" not in [reason.phrase for reason in reasons]


def _fields(country: Country) -> dict[str, object]:
    return {name: getattr(country, name) for name in Country.__slots__}


def test_much_slavery_in_a_country_is_a_floor_for_forced_labour():
    brazil = SHIPPED.countries["BRA"]
    calm = {**brazil.figures, "vulnerability": Figure(10, 2023, "gsi")}
    values = [
        exposure(
            Country(**{**_fields(brazil), "figures": {**calm, "prevalence": Figure(share, 2023, "gsi")}}), "BRA", area
        )
        for share, area in ((2, "forced_labour"), (10, "forced_labour"), (20, "forced_labour"))
    ]

    assert [found.value for found in values] == [1, 4, 5]


FIGURES = {"cpi": 100, "ituc": 5, "freedom": 100, "epi": 100, "vulnerability": 100, "prevalence": 60, "unicef": 60}


@given(
    st.dictionaries(st.sampled_from(sorted(FIGURES)), st.floats(0, 1), min_size=1),
    st.sampled_from(["BGD", "SWE", "PRK"]),
)
def test_any_imported_figures_give_a_value_with_reasons(shares, code):
    country = SHIPPED.countries[code]
    figures = {name: Figure(share * FIGURES[name], 2025, "cpi") for name, share in shares.items()}
    changed = Country(**{**_fields(country), "figures": {**country.figures, **figures}})

    for area in ("child_labour", "forced_labour", "foa", "wages", "corruption", "land", "environment"):
        found = exposure(changed, code, area)
        assert 1 <= found.value <= 5
        assert found.reasons


def test_an_unknown_origin_is_no_safer_with_imported_figures(own, tmp_path):
    rows = "".join(f"{code},{(7 * at) % 100}\n" for at, code in enumerate(SHIPPED.countries))
    directory.import_figures("cpi", text(tmp_path / "cpi-2025.csv", f"iso3,cpi_score\n{rows}"), SHIPPED, own)
    library = open_library(own)
    for id in ("coffee", "textiles_workwear", "ict_hardware"):
        category = library.categories[id]
        unknown = assess(category, {}, library.evidence).overall
        for code in {code for tier in category.tiers for code in tier.origins}:
            known = assess(
                category, {tier.id: [code] for tier in category.tiers if code in tier.origins}, library.evidence
            )
            assert unknown >= known.overall


CPV_XML = """<?xml version="1.0" encoding="UTF-8"?>
<properties><comment>code list</comment>
<entry key="code|name|cpv.18110000">{first}</entry>
<entry key="code|name|cpv.18113000">{second}</entry>
<entry key="code|name|nuts.SE">Sverige</entry></properties>
"""


def test_the_official_list_comes_in_one_language_at_a_time(own, tmp_path):
    swedish = text(tmp_path / "code_sv.xml", CPV_XML.format(first="Arbetskläder för män", second="Industrikläder"))
    english = text(
        tmp_path / "code_en.xml", CPV_XML.format(first="Occupational clothing", second="Industrial clothing")
    )

    assert directory.imported("cpv", swedish, SHIPPED, own) == (
        "CPV: 0 codes with titles in both languages. Now import the other language."
    )
    assert directory.imported("cpv", english, SHIPPED, own) == "CPV: 2 codes with titles in both languages."
    library = open_library(own)
    assert check(library) == []
    assert library.cpv["18113000"].sv == "Industrikläder"
    assert match_category("industrikläder", library.bought)[0].id == "textiles_workwear"


def test_a_table_of_codes_in_both_languages_is_the_list_too(tmp_path):
    path = text(
        tmp_path / "cpv.csv", "code,check_digit,label_en,label_sv\n18110000,7,Occupational clothing,Arbetskläder\n"
    )

    assert read_list(path) == {"18110000": {"en": "Occupational clothing", "sv": "Arbetskläder"}}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("code_sv.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("code_sv.xml", "<x>"),
        ("codes.xml", "<x/>"),
        ("code_sv.xml", "<x/>"),
        ("cpv.csv", "a,b\n1,2\n"),
    ],
)
def test_what_is_no_code_list_is_refused(tmp_path, name, words):
    with pytest.raises(NotThatFile):
        read_list(text(tmp_path / name, words))


def test_a_code_belongs_to_the_category_with_the_longest_beginning():
    by_beginning = owners({"construction": ("45000000",), "road_works": ("45230000",)})

    assert owner("45233140", by_beginning) == "road_works"
    assert owner("45442100", by_beginning) == "construction"
    assert owner("90000000", by_beginning) is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("BGX,cpi,24,2025,cpi", "unknown country 'BGX'"),
        ("BGD,cpii,24,2025,cpi", "unknown figure 'cpii'. Did you mean 'cpi'?"),
        ("BGD,cpi,24,2025,cppi", "unknown source 'cppi'"),
        ("BGD,cpi,mycket,2025,cpi", "not readable"),
    ],
)
def test_a_row_that_somebody_broke_is_told(own, row, message):
    (own / "figures").mkdir()
    text(own / "figures" / "cpi.csv", f"country,figure,value,year,source\n{row}\n")

    assert any(line.startswith("own/figures/cpi.csv:") and message in line for line in check(open_library(own)))
