"""The portfolio as a table: in the terminal, as JSON, as a spreadsheet and as CSV.

What people wrote may begin as a formula does. In the spreadsheet each such cell is typed as text. CSV has no types,
so there it gets an apostrophe first, which `original` takes away again.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.render import printable
from handlers import portfolio
from handlers.context import Context
from handlers.messages import Place
from handlers.portfolio import Row
from storage import contracts
from storage.people import Person

if TYPE_CHECKING:
    from openpyxl.cell import Cell

    from bot.service import Service

Value = str | int | float | date | None
Table = Sequence[Sequence[Value]]
COLUMNS = (
    *("contract", "supplier", "risk", "light", "next", "responsible", "procurement", "category"),
    *("starts", "ends", "notice", "items", "late", "deviations"),
)
TRIGGERS = frozenset("=+-@\t\r\n＝＋－＠")
UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me"))  # kinds of signs that take no place, or may not
BLANK = frozenset("\u2800\u3164\u115f\u1160\uffa0")  # letters that look like a space
APOSTROPHE = "'"
WIDEST = 50  # characters of a column
MOST_NAME = 31  # characters of a sheet's name
REFUSED = re.compile(r"[\[\]:*?/\\']")


def show(service: "Service", lang: str, to_xlsx: Path | None, to_csv: Path | None, as_json: bool) -> None:
    """Write the files that are asked for, or print a line a contract."""
    ctx = service.context_of(Person("", "", lang, "reader"), Place("terminal"))
    found = portfolio.rows(contracts.every(ctx.db), ctx)
    written = [(path, made) for path, made in ((to_xlsx, as_xlsx), (to_csv, as_csv)) if path]
    for path, made in written:
        path.write_bytes(made(table(found, ctx)))
    if as_json:
        click.echo(json.dumps({"contracts": [entry(each) for each in found]}, ensure_ascii=False))
        return
    for path, _ in written:
        click.echo(ctx.phrase("portfolio_written", path=path, count=len(found)))
    if not written:
        click.echo("\n".join(portfolio.line(each, ctx) for each in found) or ctx.phrase("no_contracts"))


# The columns.


def table(found: Sequence[Row], ctx: Context) -> Table:
    """The names of the columns, and a row a contract."""
    return [[ctx.phrase(f"column_{name}") for name in COLUMNS], *(_in_words(each, ctx) for each in found)]


def _in_words(row: Row, ctx: Context) -> list[Value]:
    told: dict[str, Value] = {
        **_known(row),
        "risk": portfolio.risk_name(row, ctx),
        "light": portfolio.light_name(row, ctx),
        "category": portfolio.category_name(row, ctx),
    }
    return [told[name] for name in COLUMNS]


def _known(row: Row) -> dict[str, Value]:
    contract, bought = row.contract, row.procurement
    return {
        "contract": contract.number,
        "supplier": contract.supplier_name,
        "risk": row.standing.risk,
        "light": row.standing.light,
        "next": row.standing.next[1],
        "responsible": row.responsible,
        "procurement": (f"{bought.number} {bought.title}" if bought.number else bought.title) if bought else "",
        "category": bought.category if bought else "",
        "starts": contract.starts_on,
        "ends": contract.ends_on,
        "notice": contract.notice_on,
        "items": row.items,
        "late": row.late,
        "deviations": row.deviations,
    }


def entry(row: Row) -> dict[str, Any]:
    """A row as programs read it: ids and days, no words for people."""
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in _known(row).items()}
    return {name: told[name] for name in COLUMNS} | {"next_is": row.standing.next[0]}


# CSV.


def as_csv(table: Table) -> bytes:
    """Every cell in quotation marks, semicolons between, and a mark at the beginning by which Excel knows UTF-8."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([harmless("" if value is None else str(value)) for value in row] for row in table)
    return out.getvalue().encode("utf-8-sig", "replace")


def read_csv(written: bytes) -> list[list[str]]:
    """The cells that `as_csv` was given, as text."""
    text = StringIO(written.decode("utf-8-sig"), newline="")
    return [[original(cell) for cell in row] for row in csv.reader(text, delimiter=";")]


def harmless(text: str) -> str:
    """`text` as a spreadsheet reads it as text."""
    return APOSTROPHE + text if _may_run(text) else text


def original(cell: str) -> str:
    """The text that `harmless` was given."""
    rest = cell.removeprefix(APOSTROPHE)
    return rest if rest != cell and _may_run(rest) else cell


def _may_run(text: str) -> bool:
    """Whether it begins as a formula: after apostrophes of its own, too, so that ours can be told from them."""
    for sign in text.lstrip(APOSTROPHE):
        if sign in TRIGGERS:
            return True
        if not (sign.isspace() or sign in BLANK or unicodedata.category(sign) in UNSEEN):
            return False
    return False


# The spreadsheet.


def as_xlsx(table: Table) -> bytes:
    """One sheet, its first row in bold and always in sight."""
    return workbook({"Duly": table})


def workbook(tables: Mapping[str, Table]) -> bytes:
    """A sheet a table, by its name; a name longer than 31 characters or with signs that Excel refuses is cut."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, table in tables.items():
        sheet: Any = book.create_sheet(REFUSED.sub(" ", name)[:MOST_NAME])
        for at, row in enumerate(table, start=1):
            for column, value in enumerate(row, start=1):
                _write(sheet.cell(at, column), value)
        _arrange(sheet, table)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: "Cell", value: Value) -> None:
    """Days and numbers as such; everything else as text, whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = printable(value)
    cell.data_type, cell.number_format = "s", "@"


def _arrange(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at, values in enumerate(zip(*table, strict=True), start=1):
        widest = max(len(str(value)) for value in values if value is not None)
        sheet.column_dimensions[get_column_letter(at)].width = min(widest + 3, WIDEST)
