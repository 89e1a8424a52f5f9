"""Files that people send: looked at by how they begin, kept under a name of ours, never opened or unpacked."""

import hashlib
import re
import uuid
from collections.abc import Callable
from pathlib import Path

from bot import disk
from handlers.clean import clean
from handlers.messages import Attachment

MOST_BYTES = 5 * 2**20
BEGINNINGS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
GENERATED = re.compile(r"[\w-]{1,64}\.[a-z]{1,8}", re.ASCII)  # what we call files, and nothing that leads elsewhere
MOST_NAME = 120  # characters of the name it had, which is only a label


class NotTaken(Exception):
    """The file is not one that we keep; the message is the phrase that says why."""


def kind_of(data: bytes) -> str:
    """pdf, png or jpeg.

    Raises:
        NotTaken: it is something else, or too large.
    """
    if len(data) > MOST_BYTES:
        raise NotTaken("file_too_large")
    kind = next((kind for beginning, kind in BEGINNINGS.items() if data.startswith(beginning)), None)
    if kind is None:
        raise NotTaken("file_of_other_kind" if data else "file_empty")
    return kind


def keep(directory: Path, data: bytes, name: str, look: Callable[[bytes], str] = kind_of) -> Attachment:
    """Write `data` to `directory`, durably; `look` says what kind of file it is, or that it is none that we keep.

    Raises:
        NotTaken: `look` does not want it.
        OSError: the disk does not take it.
    """
    kind = look(data)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / f"{uuid.uuid4().hex}.{kind}"
    with disk.ours(path) as file:
        file.write(data)
        disk.sync(file)
    disk.sync_names(directory)
    return Attachment(label_of(name) or path.name, kind, path.name, hashlib.sha256(data).hexdigest(), len(data))


def kept_at(directory: Path, name: str) -> Path | None:
    """Where the file lies that a row names; None when it is gone, or when the row names something else.

    A database may have been put back or brought in from elsewhere, so what it says is not believed.
    """
    path = directory / name
    return path if GENERATED.fullmatch(name) and path.is_file() and not path.is_symlink() else None


def all_kept(directory: Path) -> list[Path]:
    """The files in `directory`, by name; no links, which lead elsewhere."""
    found = sorted(directory.iterdir()) if directory.is_dir() else []
    return [path for path in found if path.is_file() and not path.is_symlink()]


def label_of(name: str) -> str:
    """The name that a file had, as a label: it leads nowhere, and what cannot be seen is not in it."""
    return clean(name).replace("/", "_").replace("\\", "_").replace("\n", " ")[:MOST_NAME]
