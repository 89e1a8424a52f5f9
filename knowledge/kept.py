"""Topics and their index as an earlier run made them, kept in a file so that a question need not read all content anew.

The file is named by a hash of everything it was made from, content and code, so it cannot be out of date: a changed
text has another name. It begins with its own hash; what is not whole, or belongs to somebody else, is not used.
"""

import gc
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import orjson

from knowledge.search import Index
from knowledge.text import Text
from knowledge.topic import Topic

MOST_KEPT = 4  # files: a few installations and an own content beside ours; each has some two megabytes
CODE = Path(__file__).parent
NAMES, HASH = "topics-{}.json", 64


@dataclass(frozen=True, slots=True)
class Kept:
    """What answers questions, ready."""

    topics: Mapping[str, Topic]
    index: Index


def key_of(files: Iterable[tuple[str, Path]]) -> str:
    """A hash of named files and of the code that reads them; one that is missing counts as such."""
    whole = hashlib.sha256()
    for name, path in (*files, *((path.name, path) for path in sorted(CODE.glob("*.py")))):
        content = _content(path)
        whole.update(f"{name}\0{'-' if content is None else len(content)}\0".encode())
        whole.update(content or b"")
    return whole.hexdigest()


@contextmanager
def _no_collection() -> Iterator[None]:
    """All that is read stays, so looking for garbage among it finds nothing and takes half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _content(path: Path) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def load(directory: Path, key: str) -> Kept | None:
    """What was kept under `key`; nothing when it is not there, not whole or not ours."""
    try:
        with (directory / NAMES.format(key)).open("rb") as file:
            whole = file.read() if _ours(file.fileno()) else b""
    except OSError:
        return None
    told, body = whole[:HASH], memoryview(whole)[HASH:]
    if told != _hash(body):
        return None
    with _no_collection():
        found = orjson.loads(body)
    return Kept({slug: _topic(each) for slug, each in found["topics"].items()}, Index.of(found["index"]))


def save(directory: Path, key: str, kept: Kept) -> None:
    """Keep it, whole or not at all, and drop the oldest. A place that cannot be written is left alone."""
    topics = {slug: _told(topic) for slug, topic in kept.topics.items()}
    body = orjson.dumps({"topics": topics, "index": kept.index.tables()})
    with suppress(OSError):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(directory / NAMES.format(key), _hash(body) + body)
        _drop_old(directory)


def _replace(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
            file.close()
            os.replace(file.name, path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _drop_old(directory: Path) -> None:
    files = sorted(directory.glob(NAMES.format("*")), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST_KEPT:]:
        path.unlink(missing_ok=True)


def _ours(file: int) -> bool:
    """Whether nobody else wrote it: where users share a directory, one could plant answers for another."""
    return not hasattr(os, "getuid") or os.fstat(file).st_uid == os.getuid()


def _hash(body: bytes | memoryview) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _told(topic: Topic) -> dict[str, Any]:
    return {field.name: getattr(topic, field.name) for field in fields(topic)}


def _topic(told: dict[str, Any]) -> Topic:
    days = {name: date.fromisoformat(told[name]) for name in ("reviewed", "review_by")}
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    asked = {lang: tuple(phrases) for lang, phrases in told["asked_as"].items()}
    return Topic(**{**told, **lists, **days, "title": Text(**told["title"]), "asked_as": asked})
