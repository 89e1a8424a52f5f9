"""What public lists say about countries, goods and sectors, as they lie in content/*.csv.

A country has figures, each with its own year and source; a figure that is not published is simply not there.
Kosovo is XKX, which is in use but not part of the ISO standard.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number about a country; `source` is an id in content/sources."""

    value: float
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country as the risk method sees it. `not_ratified` is None where the ILO table has no row."""

    code: str
    iso2: str
    name: Text
    figures: Mapping[str, Figure]
    fragile: bool
    fragile_list: str
    not_ratified: tuple[str, ...] | None
    ratified_year: int | None


@dataclass(frozen=True, slots=True)
class Input:
    """What a listed good is made with, where that comes from, and which risk it carries along."""

    good: str
    country: str
    area: str


@dataclass(frozen=True, slots=True)
class Goods:
    """The list of goods made with child or forced labour, looked up by country and good."""

    areas: Mapping[tuple[str, str], tuple[str, ...]]
    inputs: Mapping[tuple[str, str], Input]
    places: Mapping[tuple[str, str], tuple[str, ...]]
    names: Mapping[str, Text]
    year: int

    def listed(self, code: str, good: str) -> tuple[str, ...]:
        """The risk areas for which the list names `good` from `code` (ISO3)."""
        return self.areas.get((code, good), ())

    def made_with(self, code: str, good: str) -> Input | None:
        """The listed input that `good` from `code` is made with, if the list says so."""
        return self.inputs.get((code, good))

    def countries(self, good: str, area: str) -> tuple[str, ...]:
        """The countries (ISO3) that the list names for `good` and `area`, inputs included."""
        return self.places.get((good, area), ())


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector that the United States gives priority in its ban on goods from forced labour in Xinjiang."""

    country: str
    name: Text
    goods: tuple[str, ...]
    since: int
    edition: int


FIGURES = {  # column in countries.csv -> (column with its year, source id)
    "voice": ("wgi_year", "wgi"),
    "rule_of_law": ("wgi_year", "wgi"),
    "corruption_control": ("wgi_year", "wgi"),
    "governance": ("wgi_year", "wgi"),
    "stability": ("wgi_year", "wgi"),
    "working_children": ("ilab_year", "ilab-findings"),
}


NONE: Mapping[str, Mapping[str, Figure]] = {}


def read_countries(path: Path, imported: Mapping[str, Mapping[str, Figure]] = NONE) -> dict[str, Country]:
    """Countries by ISO3 code; `imported`: figures by ISO3 code that an organisation may use and we may not ship."""
    return {row["iso3"]: _country(row, imported.get(row["iso3"], {})) for row in _rows(path)}


def read_figures(path: Path) -> dict[str, dict[str, Figure]]:
    """Imported figures by ISO3 code, as bot/own.py writes them: country, figure, value, year, source."""
    found: dict[str, dict[str, Figure]] = {}
    for row in _rows(path):
        figure = Figure(float(row["value"]), int(row["year"]), row["source"])
        found.setdefault(row["country"], {})[row["figure"]] = figure
    return found


def read_goods(path: Path) -> Goods:
    """The goods list. One row is one good, with the countries that are listed for it."""
    areas: dict[tuple[str, str], tuple[str, ...]] = {}
    inputs: dict[tuple[str, str], Input] = {}
    places: dict[tuple[str, str], tuple[str, ...]] = {}
    names: dict[str, Text] = {}
    year = 0
    for row in _rows(path):
        good = row["good"]
        names[good], year = Text(row["sv"], good), int(row["year"])
        for area in ("child_labour", "forced_labour"):
            places[good, area] = tuple(row[area].split())
            areas.update({(code, good): (*areas.get((code, good), ()), area) for code in row[area].split()})
        if row["made_in"]:
            made_in, source = (
                tuple(row["made_in"].split()),
                Input(row["input"], row["input_country"], row["input_area"]),
            )
            inputs.update({(code, good): source for code in made_in})
            places[good, source.area] += made_in
    return Goods(areas, inputs, places, names, year)


def read_sectors(path: Path) -> tuple[Sector, ...]:
    """The priority sectors, in the order of the file."""
    return tuple(
        Sector(
            row["iso3"], Text(row["sv"], row["en"]), _split(row["goods"], ";"), int(row["since"]), int(row["edition"])
        )
        for row in _rows(path)
    )


def read_cpv(path: Path) -> dict[str, Text]:
    """Official titles of the CPV codes that our categories name, by eight-digit code."""
    return {row["code"]: Text(row["sv"], row["en"]) for row in _rows(path)}


def _country(row: Mapping[str, str], imported: Mapping[str, Figure]) -> Country:
    figures = {
        name: Figure(float(row[name]), int(row[year]), source) for name, (year, source) in FIGURES.items() if row[name]
    }
    known = row["ilo_year"] != ""
    return Country(
        row["iso3"],
        row["iso2"],
        Text(row["sv"], row["en"]),
        {**figures, **imported},
        row["fragile"] == "yes",
        row["fcs_list"],
        tuple(row["not_ratified"].split()) if known else None,
        int(row["ilo_year"]) if known else None,
    )


def _split(words: str, mark: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(mark) if word.strip())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by column name. Lighter than DictReader, which start-up would feel."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        head = next(rows)
        yield from (dict(zip(head, row, strict=True)) for row in rows)
