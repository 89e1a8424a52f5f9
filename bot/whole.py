"""`duly export DIR` and `duly import DIR`: everything in open formats, a line of JSON a row, and back again."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from bot import disk, progress
from bot.attachments import all_kept
from bot.opening import Refusal
from bot.progress import At
from bot.service import Service
from knowledge.library import Library
from knowledge.text import LANGUAGES
from storage import copying, whole
from storage.database import Database, Failed, open_database, write
from storage.migrations import SCHEMA_VERSION

MANIFEST, FILES = "manifest.json", "files"
SELDOM = 1_000  # rows
NEEDED = "people.jsonl"  # without people there is nobody whose records they are


def export(service: Service, files: Path, directory: Path) -> int:
    """Write every table, every file that people sent, and what the columns mean; how many rows.

    Raises:
        Refusal: there is something in the directory already.
    """
    if directory.exists() and any(directory.iterdir()):
        raise Refusal(f"{directory} is not empty. Name a new directory.")
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with service.lock, progress.shown("Writing the tables") as at:  # the lock, so that all are of one moment
        parts = _tables(service.db, directory, at)
    with progress.shown("Copying files") as at:
        kept = _files(all_kept(files), directory / FILES, at)
    _write(directory / "schema.json", _pretty(_schema(service.db)))
    told = {"schema": SCHEMA_VERSION, "made_at": service.now().isoformat(), "parts": parts | kept}
    _write(directory / MANIFEST, _pretty(told))
    _write(directory / "README.txt", _readme(service.library, sum(part["rows"] for part in parts.values())).encode())
    return sum(part["rows"] for part in parts.values())


def bring_in(directory: Path, database: Path, files: Path) -> tuple[int, int]:
    """Make a database of what `export` wrote; how many rows, and how many letters are held back.

    Raises:
        Refusal: the database is there already, or something is missing or not as it was written.
    """
    if database.exists():
        raise Refusal(f"{database} is there already. Set DULY_DATABASE to a new path.")
    unborn = database.with_name(f"{database.name}.{os.getpid()}.new")
    unborn.unlink(missing_ok=True)
    try:
        told = orjson.loads((directory / MANIFEST).read_bytes())
        with progress.shown("Checking the export"):
            _look(directory, told)
        count, held = _fill(unborn, directory, told["parts"])
        with progress.shown("Copying files") as at:
            _files([directory / name for name in told["parts"] if name.startswith(f"{FILES}/")], files, at)
        os.replace(unborn, database)
        return count, held
    except (OSError, ValueError, KeyError, TypeError, OverflowError, Failed) as error:
        raise Refusal(f"{directory} is no whole export ({error}). Export again, or take another one.") from None
    finally:
        unborn.unlink(missing_ok=True)


def _look(directory: Path, told: dict[str, Any]) -> None:
    """Whether every part is there as it was written.

    Raises:
        ValueError: one is not, there are none, or all of it was written by a newer version.
    """
    if told["schema"] > SCHEMA_VERSION:
        raise ValueError(f"it was written by a newer Duly, with schema {told['schema']}; upgrade Duly")
    if not isinstance(told["parts"], dict) or NEEDED not in told["parts"]:
        raise ValueError(f"{MANIFEST} does not name {NEEDED}")
    for name, part in told["parts"].items():
        path = directory / name
        if path.resolve().parent not in (directory.resolve(), directory.resolve() / FILES):
            raise ValueError(f"{name!r} lies elsewhere")
        if _sha256(path) != part["sha256"]:
            raise ValueError(f"{name} is not as it was written")


def _fill(unborn: Path, directory: Path, parts: dict[str, Any]) -> tuple[int, int]:
    db = open_database(str(unborn))
    try:
        with write(db):
            db.conn.execute("pragma defer_foreign_keys=on")
            names = [table for table in whole.tables(db) if f"{table}.jsonl" in parts]
            if strange := {name for name in parts if name.endswith(".jsonl")} - {f"{name}.jsonl" for name in names}:
                raise ValueError(f"{sorted(strange)[0]} is no table of this version")
            with progress.shown("Reading the tables") as at:
                count = _rows(db, names, directory, sum(parts[f"{name}.jsonl"].get("rows", 0) for name in names), at)
            held = copying.hold(db)
        with progress.shown("Checking the database"):
            faults = list(copying.faults(db))
        if faults:
            raise ValueError(faults[0])
        db.conn.execute("pragma journal_mode=delete")
        return count, held
    finally:
        db.conn.close()


def _rows(db: Database, names: Sequence[str], directory: Path, all_rows: int, at: At) -> int:
    """Put the rows of every table in; how many."""
    done = 0
    for name in names:
        done += whole.put(db, name, _counted(_read(directory / f"{name}.jsonl"), done, all_rows, at))
    return done


def _counted(rows: Iterator[dict[str, Any]], before: int, all_rows: int, at: At) -> Iterator[dict[str, Any]]:
    """`rows`, telling now and then how many there were."""
    for number, row in enumerate(rows, start=before):
        if number % SELDOM == 0:
            at(number, all_rows)
        yield row


def _tables(db: Database, directory: Path, at: At) -> dict[str, Any]:
    rows = {table: whole.count(db, table) for table in whole.tables(db)}
    parts, done = {}, 0
    for table, many in rows.items():
        found = _counted(whole.rows(db, table), done, sum(rows.values()), at)
        parts[f"{table}.jsonl"] = _table(found, directory / f"{table}.jsonl")
        done += many
    return parts


def _files(found: Sequence[Path], directory: Path, at: At) -> dict[str, Any]:
    parts = {}
    for done, path in enumerate(found, start=1):
        parts[f"{FILES}/{path.name}"] = _file(path, directory / path.name)
        at(done, len(found))
    return parts


def _table(rows: Iterator[dict[str, Any]], path: Path) -> dict[str, Any]:
    lines = [orjson.dumps(row) + b"\n" for row in rows]
    return {**_write(path, b"".join(lines)), "rows": len(lines)}


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            row = orjson.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"{path.name} holds a line that is no row")
            yield row


def _file(source: Path, target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _write(target, source.read_bytes())


def _schema(db: Database) -> dict[str, Any]:
    return {table: whole.columns(db, table) for table in whole.tables(db)}


def _readme(library: Library, rows: int) -> str:
    return "\n".join(library.phrase("whole_readme", lang, rows=rows) for lang in LANGUAGES)


def _pretty(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2)


def _write(path: Path, data: bytes) -> dict[str, Any]:
    with disk.ours(path, disk.AGAIN) as file:
        file.write(data)
        disk.sync(file)
    return {"sha256": hashlib.sha256(data).hexdigest()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
