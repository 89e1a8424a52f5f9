"""An organisation's own content: a directory to begin with, and publishers' files read into it."""

import csv
import io
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import knowledge
from knowledge.cpv import Titles, read_list
from knowledge.library import Library
from knowledge.publishers import COLUMNS, Imported, read_publication

START = Path(knowledge.__file__).parent / "start"


def begin(directory: Path) -> bool:
    """Write a directory that is sound and says how to go on; False when there is something in it already."""
    if directory.exists() and any(directory.iterdir()):
        return False
    shutil.copytree(START, directory, dirs_exist_ok=True)
    return True


def imported(source: str, path: Path, library: Library, own: Path) -> str:
    """Read a publisher's file into `own`; what came of it, in a line or two.

    Raises:
        NotThatFile: the file is another kind of file, or something in it cannot be right.
    """
    if source == "cpv":
        codes = import_cpv(path, own)
        return f"CPV: {codes} codes with titles in both languages.{'' if codes else ' Now import the other language.'}"
    found = import_figures(source, path, library, own)
    words = f"{found.publisher.title} {found.year}: {len(found.figures)} countries, from {path.name}."
    left_out = f"\nLeft out, as no known country: {'; '.join(found.left_out)}." if found.left_out else ""
    return words + left_out


def import_figures(source: str, path: Path, library: Library, own: Path) -> Imported:
    """Read a publisher's own file into `own`, in place of an earlier edition.

    Raises:
        NotThatFile: the file is another kind of file, or something in it cannot be right.
    """
    found = read_publication(source, path, lambda said: _country(said, library))
    rows = [
        (code, figure, f"{value:g}", found.year, source)
        for code, figures in sorted(found.figures.items())
        for figure, value in sorted(figures.items())
    ]
    _write(own / "figures" / f"{source}.csv", [COLUMNS, *rows])
    return found


def _country(said: str, library: Library) -> str | None:
    if said in library.countries:
        return said
    codes, left = library.find_countries(said)
    return codes[0] if len(codes) == 1 and not left else None


def import_cpv(path: Path, own: Path) -> int:
    """Read the official CPV list, or one language of it, into `own`; how many codes have titles now in both languages.

    Raises:
        NotThatFile: there are no CPV codes in the file.
    """
    kept, half = own / "cpv.csv", own / ".cpv-half.csv"  # until the other language has come
    titles = _kept(kept) | _kept(half)
    for code, named in read_list(path).items():
        titles[code] = {**titles.get(code, {}), **named}
    whole = [(code, named["sv"], named["en"]) for code, named in sorted(titles.items()) if named.keys() >= {"sv", "en"}]
    rest = [(code, n.get("sv", ""), n.get("en", "")) for code, n in sorted(titles.items()) if n.keys() < {"sv", "en"}]
    if whole:
        _write(kept, [("code", "sv", "en"), *whole])
    _write(half, [("code", "sv", "en"), *rest])
    return len(whole)


def _kept(path: Path) -> Titles:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: {lang: row[lang] for lang in ("sv", "en") if row[lang]} for row in rows}


def _write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """The whole file or nothing: whoever reads meanwhile sees the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text.getvalue(), "utf-8")
    os.replace(new, path)
