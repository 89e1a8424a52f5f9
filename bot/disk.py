"""Files that only we may read, and that are on the disk when we say so."""

import os
from pathlib import Path
from typing import BinaryIO

NEW, AGAIN = os.O_EXCL, os.O_TRUNC  # a file that is there already is an error, or is written over


def ours(path: Path, how: int = NEW) -> BinaryIO:
    """A file to write, which nobody else may read.

    Raises:
        OSError: it is there already and `how` is NEW, or it cannot be made.
    """
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "wb")


def sync(file: BinaryIO) -> None:
    """What was written is on the disk now."""
    file.flush()
    os.fsync(file.fileno())


def sync_names(directory: Path) -> None:
    """A new name is on the disk only once its directory is."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
