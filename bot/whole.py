"""`duly export DIR` and `duly import DIR`: everything in open formats, a line of JSON a row, and back again."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from bot import disk
from bot.attachments import all_kept
from bot.opening import Refusal
from bot.service import Service
from knowledge.library import Library
from knowledge.text import LANGUAGES
from storage import copying, whole
from storage.database import Database, Failed, open_database, write
from storage.migrations import SCHEMA_VERSION

MANIFEST, FILES = "manifest.json", "files"
NEEDED = "people.jsonl"  # without people there is nobody whose records they are


def export(service: Service, files: Path, directory: Path) -> int:
    """Write every table, every file that people sent, and what the columns mean; how many rows.

    Raises:
        Refusal: there is something in the directory already.
    """
    if directory.exists() and any(directory.iterdir()):
        raise Refusal(f"{directory} is not empty. Name a new directory.")
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with service.lock:  # so that all tables are of one moment
        parts = {f"{table}.jsonl": _table(service.db, table, directory) for table in whole.tables(service.db)}
    kept = {f"{FILES}/{path.name}": _file(path, directory / FILES / path.name) for path in all_kept(files)}
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
        _look(directory, told)
        count, held = _fill(unborn, directory, told["parts"])
        for name in (name for name in told["parts"] if name.startswith(f"{FILES}/")):
            _file(directory / name, files / Path(name).name)
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
            count = sum(whole.put(db, name, _read(directory / f"{name}.jsonl")) for name in names)
            held = copying.hold(db)
        if faults := list(copying.faults(db)):
            raise ValueError(faults[0])
        db.conn.execute("pragma journal_mode=delete")
        return count, held
    finally:
        db.conn.close()


def _table(db: Database, table: str, directory: Path) -> dict[str, Any]:
    lines = [orjson.dumps(row) + b"\n" for row in whole.rows(db, table)]
    return {**_write(directory / f"{table}.jsonl", b"".join(lines)), "rows": len(lines)}


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
