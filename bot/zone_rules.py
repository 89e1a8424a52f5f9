"""Which rules of time zones are in force: they come with the machine or with Duly, and change some times a year."""

import hashlib
from collections.abc import Iterable
from datetime import time
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo


def in_force(home: ZoneInfo, others: Iterable[ZoneInfo], at: time) -> str:
    """The same words as long as `at` o'clock in these zones is the same instant on every day."""
    found = hashlib.sha256(f"{at} {home.key}".encode())
    for name in sorted({home.key, *(zone.key for zone in others)}):
        found.update(name.encode() + b"\0" + _file(name))
    return found.hexdigest()


def _file(name: str) -> bytes:
    """What zoneinfo reads: the machine's own goes before what came with Duly. Source: PEP 615."""
    for folder in TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
