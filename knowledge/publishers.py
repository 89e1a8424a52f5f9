"""Publishers' own files, as an organisation downloads them: checked, and turned into figures by country.

We may not ship these figures; whoever has the file may use it. A table is found by its headings, whatever sheet or line
it begins on, since editions move their columns.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.words import fold

Row = Sequence[object]
COUNTRY = (r"iso ?3?(?: code)?", r"country code", r"code")  # of three letters
NAME = (r"countr(?:y|ies)\b.*", r"name source", r"name", r"land")
YEAR = (r"edition", r"year", r"survey year")
NO_FIGURE = ("", "-", "–", "..", "n/a", "na", "nan", "no data", "no rating")
MOST_HEADING = 15  # lines of a sheet before the table begins
A_YEAR = re.compile(r"\b(?:19|20)\d\d\b|(?<=[a-z_])20\d\d")


COLUMNS = ("country", "figure", "value", "year", "source")  # of a file in figures/, which bot/own.py writes


class NotThatFile(Exception):
    """The file cannot be taken for what it should be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Column:
    """A figure we keep: its headings, and the least and the most it can be."""

    figure: str
    headings: tuple[str, ...]
    least: float
    most: float
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Publisher:
    """`id` is also the source's id in content/sources."""

    id: str
    title: str
    columns: tuple[Column, ...]
    page: str


PUBLISHERS = {
    publisher.id: publisher
    for publisher in (
        Publisher(
            "cpi",
            "Corruption Perceptions Index",
            (Column("cpi", (r"cpi score(?: \d{4})?", r"score", r"cpi \d{4} score"), 0, 100),),
            "https://www.transparency.org/en/cpi",
        ),
        Publisher(
            "ituc",
            "ITUC Global Rights Index",
            (Column("ituc", (r"rating(?: \d{4})?", r"ituc rating", r"score"), 1, 5),),
            "https://www.ituc-csi.org/global-rights-index",
        ),
        Publisher(
            "freedom-house",
            "Freedom in the World",
            (Column("freedom", (r"total score", r"total"), 0, 100),),
            "https://freedomhouse.org/report/freedom-world",
        ),
        Publisher(
            "epi",
            "Environmental Performance Index",
            (Column("epi", (r"epi score", r"epi new", r"epi"), 0, 100),),
            "https://epi.yale.edu/",
        ),
        Publisher(
            "gsi",
            "Global Slavery Index",
            (
                Column(
                    "vulnerability",
                    (r"(?:total )?vulnerability.*(?:score|pct|total).*", r"total vulnerability"),
                    0,
                    100,
                ),
                Column("prevalence", (r".*prevalence.*(?:1000|1 000).*",), 0, 1000, needed=False),
            ),
            "https://www.walkfree.org/global-slavery-index/",
        ),
        Publisher(
            "unicef",
            "UNICEF, child labour",
            (Column("unicef", (r"child labou?r pct", r"total", r"child labou?r.*total.*"), 0, 100),),
            "https://data.unicef.org/topic/child-protection/child-labour/",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Imported:
    """`figures` by ISO3 and figure; `left_out`: rows whose country nobody knows, as they were named."""

    publisher: Publisher
    year: int
    figures: Mapping[str, Mapping[str, float]]
    left_out: tuple[str, ...]


def read_publication(source: str, path: Path, country: Callable[[str], str | None]) -> Imported:
    """The figures in a publisher's own file, CSV or Excel; `country` gives the ISO3 code of a code or a name.

    Raises:
        NotThatFile: the file is another kind of file, or something in it cannot be right.
    """
    publisher = PUBLISHERS[source]
    for sheet, rows in tables(path):
        if found := _headings(rows, publisher):
            return _read(publisher, _Table(path, sheet, rows, *found), country)
    wanted = " and ".join(column.figure for column in publisher.columns if column.needed)
    raise NotThatFile(
        f"{path.name} has no table with countries and {wanted}. Download the data file from {publisher.page}"
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that was found: the line of its headings, and the columns of country, year and figures."""

    path: Path
    sheet: str
    rows: Sequence[Row]
    line: int
    country: int
    year: int | None
    columns: Mapping[Column, int]

    def lines(self) -> Iterator[tuple[int, Row]]:
        """Every line under the headings that names a country, with its number in the file."""
        for number, row in enumerate(self.rows[self.line + 1 :], start=self.line + 2):
            if len(row) > self.country and str(row[self.country] or "").strip():
                yield number, row

    def edition(self) -> int:
        """The latest year of the column of years; without one, the latest in headings and names."""
        years = [self.year_of(row) for _, row in self.lines()]
        return max(years, default=0) or _named_year(self.rows[: self.line + 1], self.sheet, self.path)

    def year_of(self, row: Row) -> int:
        found = A_YEAR.search(str(row[self.year])) if self.year is not None and len(row) > self.year else None
        return int(found[0]) if found else 0


def tables(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """Every table of a file, by the name of its sheet.

    Raises:
        NotThatFile: the file is neither CSV nor Excel.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        yield from _sheets(path)
    else:
        yield "", _lines(path)


def _sheets(path: Path) -> Iterator[tuple[str, list[Row]]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise NotThatFile(f"{path.name} cannot be read as an Excel file. Save it again, or save it as CSV") from error
    for sheet in book.worksheets:
        yield sheet.title, [tuple(row) for row in sheet.iter_rows(values_only=True)]


def _lines(path: Path) -> list[Row]:
    data = path.read_bytes()
    if b"\0" in data:
        raise NotThatFile(f"{path.name} is no text. Give the publisher's CSV or Excel (.xlsx) file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    head = text[:2_000]
    mark = max(",;\t", key=head.count)
    return [tuple(row) for row in csv.reader(io.StringIO(text), delimiter=mark)]


Found = tuple[int, int, int | None, dict[Column, int]]  # as in _Table


def _headings(rows: Sequence[Row], publisher: Publisher) -> Found | None:
    for line, row in enumerate(rows[:MOST_HEADING]):
        names = [_plain(cell) for cell in row]
        code = _column(names, COUNTRY)
        place = code if code is not None else _column(names, NAME)
        columns = {column: at for column in publisher.columns if (at := _column(names, column.headings)) is not None}
        if place is not None and all(column in columns for column in publisher.columns if column.needed):
            return line, place, _column(names, YEAR), columns
    return None


def _column(names: Sequence[str], headings: Sequence[str]) -> int | None:
    return next((at for heading in headings for at, name in enumerate(names) if re.fullmatch(heading, name)), None)


def _plain(cell: object) -> str:
    return " ".join(re.sub(r"[^\w]|_", " ", fold(str(cell or "")).replace(",", "")).split())


def _read(publisher: Publisher, table: _Table, country: Callable[[str], str | None]) -> Imported:
    edition = table.edition()
    figures: dict[str, dict[str, float]] = {}
    left_out = []
    for number, row in table.lines():
        said = str(row[table.country]).strip()
        values = {
            column.figure: value
            for column, at in table.columns.items()
            if (value := _value(row, at, column, f"{table.path.name}, line {number}")) is not None
        }
        if not values or table.year_of(row) not in (0, edition):
            continue
        code = country(said)
        if code is None:
            left_out.append(said)
        elif figures.setdefault(code, values) != values:
            raise NotThatFile(f"{table.path.name}, line {number}: {said} stands twice with different figures")
    if not figures:
        raise NotThatFile(f"{table.path.name} names no country that is known. Is it the file from {publisher.page}?")
    return Imported(publisher, edition, figures, tuple(left_out))


def _named_year(head: Sequence[Row], sheet: str, path: Path) -> int:
    """The year in the headings, the sheet's name or the file's name, the latest."""
    words = " ".join([*(str(cell) for row in head for cell in row if cell), sheet, path.stem])
    years = [int(found) for found in A_YEAR.findall(fold(words))]
    if not years:
        raise NotThatFile(f"{path.name} does not say its year. Put it into the file's name, such as cpi-2025.csv")
    return max(years)


def _value(row: Row, at: int, column: Column, where: str) -> float | None:
    """The figure in a cell; None where the publisher gives none ("", "-", "n/a", "no data")."""
    said = row[at] if len(row) > at else None
    words = str("" if said is None else said).strip().removesuffix("%").removesuffix("+").strip().replace(",", ".")
    if words.casefold() in NO_FIGURE:
        return None
    try:
        value = float(words)
    except ValueError:
        raise NotThatFile(f"{where}: '{words[:40]}' is no figure for {column.figure}") from None
    if not column.least <= value <= column.most:
        raise NotThatFile(f"{where}: {value:g} is outside {column.least:g} to {column.most:g} for {column.figure}")
    return value
