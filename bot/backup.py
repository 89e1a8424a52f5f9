"""`duly backup` and `duly restore`: one file with the database and what people sent, checked on the way out and in.

The secret that signs addresses is not in it, nor is any address that was sent: a copy is carried about, and whoever has
it must open no page with it.
"""

import hashlib
import lzma
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import orjson

from bot import disk, progress
from bot.attachments import all_kept
from bot.opening import Refusal
from storage import copying
from storage.database import Failed, Refused, open_database, write
from storage.migrations import SCHEMA_VERSION

DATABASE, FILES, MANIFEST = "duly.db", "files/", "manifest.json"
PIECE = 2**20  # bytes read at a time
MOST_LIST = 64 * 2**20  # bytes of the list, which has room for 400 000 files
NOT_WHOLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError),
    *(KeyError, TypeError, ValueError, RuntimeError),  # the last for a password
)


def backup(database: Path, files: Path, target: Path, now: datetime) -> str:
    """Write a copy to `target`, which replaces an older one only when it is whole; its SHA-256.

    Raises:
        Refusal: the database is damaged, or the copy cannot be written.
    """
    if not database.is_file():
        raise Refusal(f"{database} does not exist, so there is nothing to copy. Set DULY_DATABASE.")
    try:
        with _beside(target) as directory:
            copy = directory / DATABASE
            with progress.shown("Copying the database") as at:
                copying.copy(database, copy, at)
            if faults := _faults_in(copy):
                raise Refusal(f"{database} is damaged ({faults[0]}). Nothing was copied; keep the copy you have.")
            copying.close_addresses(copy)
            whole = directory / "whole"
            _pack(whole, [(DATABASE, copy), *_named(files)], now)
            os.replace(whole, target)
            disk.sync_names(target.parent)
    except (OSError, Failed) as error:
        raise Refusal(f"{target} cannot be written ({error}). Make room, or name another place.") from None
    return _sha256(target)


def restore(source: Path, database: Path, files: Path, replace: bool, now: datetime) -> int:
    """Put a copy in place; how many letters are held back, since they may have gone out after it was made.

    A database that is there is moved aside, never overwritten.

    Raises:
        Refusal: the copy is not whole, or the database is there and `replace` was not said, or it is in use.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _beside(database) as directory:
            _unpack(source, directory)
            if faults := _faults_in(directory / DATABASE):
                raise Refusal(f"{source} is damaged ({faults[0]}). Try an older copy.")
            held = _hold(directory / DATABASE)
            if database.exists():
                _move_aside(database, files, replace, now)
            os.replace(directory / DATABASE, database)
            if (directory / FILES).is_dir():
                os.replace(directory / FILES, files)
            disk.sync_names(database.parent)
            return held
    except Refused as error:
        raise Refusal(f"{source}: {str(error).partition(': ')[2] or error}") from None
    except (OSError, Failed) as error:
        raise Refusal(f"{database} cannot be put back ({error}). Make room, and try again.") from None


def _faults_in(path: Path) -> list[str]:
    with progress.shown("Checking the copy"):
        return copying.faults_in(path)


def _hold(path: Path) -> int:
    db = open_database(str(path))
    try:
        with write(db):
            held = copying.hold(db)
        db.conn.execute("pragma journal_mode=delete")
        return held
    finally:
        db.conn.close()


def _move_aside(database: Path, files: Path, replace: bool, now: datetime) -> None:
    if not replace:
        raise Refusal(f"{database} is there already. To put the copy in its place, add --replace; it is moved aside.")
    if copying.in_use(database):
        raise Refusal(f"{database} is in use. Stop duly serve and every duly chat, and try again.")
    for path in (database, files):
        if path.exists():
            os.replace(path, path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}"))


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A directory on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=f".{target.name}.") as name:
        yield Path(name)


def _named(files: Path) -> list[tuple[str, Path]]:
    return [(f"{FILES}{path.name}", path) for path in all_kept(files)]


def _pack(target: Path, named: list[tuple[str, Path]], now: datetime) -> None:
    """All of it in one file, with a list of what each part has to be."""
    parts = {name: {"sha256": _sha256(path), "size": path.stat().st_size} for name, path in named}
    told = {"made_at": now.isoformat(), "schema": SCHEMA_VERSION, "parts": parts}
    with disk.ours(target) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, orjson.dumps(told, option=orjson.OPT_INDENT_2))
            done, whole = 0, sum(path.stat().st_size for _, path in named)
            with progress.shown("Packing the copy") as at:
                for size in (size for name, path in named for size in _put(archive, name, path)):
                    at(done := done + size, whole)
        disk.sync(file)


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> Iterator[int]:
    """One part, piece by piece: how many bytes each."""
    about = zipfile.ZipInfo.from_file(path, name)
    about.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as file, archive.open(about, "w") as part:
        while piece := file.read(PIECE):
            part.write(piece)
            yield len(piece)


def _unpack(source: Path, directory: Path) -> None:
    """Write what the list names, and nothing else, as it has to be."""
    try:
        with zipfile.ZipFile(source) as archive:
            parts = _parts(archive)
            done, whole = 0, sum(int(str(told["size"])) for told in parts.values())
            with progress.shown("Unpacking the copy") as at:
                for size in (size for name, told in parts.items() for size in _take(archive, name, told, directory)):
                    at(done := done + size, whole)
            if DATABASE not in parts:
                raise ValueError(f"there is no {DATABASE} in it")
    except NOT_WHOLE as error:
        raise Refusal(f"{source} is no whole copy made by duly backup ({error}). Try an older one.") from None


def _parts(archive: zipfile.ZipFile) -> dict[str, dict[str, object]]:
    """What the list names.

    Raises:
        ValueError: it is no such list.
    """
    with archive.open(MANIFEST) as file:
        told = file.read(MOST_LIST + 1)
    parts = orjson.loads(told)["parts"] if len(told) <= MOST_LIST else None
    if not isinstance(parts, dict):
        raise ValueError(f"{MANIFEST} is no list of parts")
    return parts


def _take(archive: zipfile.ZipFile, name: str, told: dict[str, object], directory: Path) -> Iterator[int]:
    """One part, if it is what the list says, piece by piece: how many bytes each.

    Raises:
        ValueError: it is not, or it would lie somewhere else.
    """
    if name != DATABASE and not (name.startswith(FILES) and "/" not in name.removeprefix(FILES) and ".." not in name):
        raise ValueError(f"{name!r} does not belong in it")
    path = directory / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    left = int(str(told["size"]))
    with archive.open(name) as part, disk.ours(path) as file:
        while piece := part.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise ValueError(f"{name} is larger than it was")
            file.write(piece)
            yield len(piece)
        disk.sync(file)
    if left or _sha256(path) != told["sha256"]:
        raise ValueError(f"{name} is not as it was")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
