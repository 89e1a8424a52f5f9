"""D1 and D2: a full disk; a database that is not ours, damaged or out of reach."""

import os
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from storage.database import sqlite3

from .life import Life, assert_nothing_lost_or_doubled, hang_up, not_kept, one_line, say
from .program import CHAT, HERE, run, start, surroundings
from .script import HELLO, independent, script

CONFIGURATION = 78
ROOT = os.geteuid() == 0
ORDINARY = ("setpriv", "--bounding-set", "-all") if ROOT else ()  # root without the right to pass over permissions


# D1: the disk is full.


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 16 MB, which holds the database and its log."""
    if not ROOT or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    directory = tmp_path / "disk"
    directory.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", directory], check=False)
    if mounted.returncode:
        pytest.skip("mounting is not permitted here")
    yield directory
    subprocess.run(["umount", "--lazy", directory], check=True)


def test_a_full_disk_is_told_and_loses_nothing_and_work_goes_on_when_there_is_room(small_disk):
    life, filler = Life(small_disk, independent(100)), small_disk / "filler"
    with start(life.database) as child:
        for _ in range(10):
            say(child, life, life.waiting[:4])
            _fill(filler)
            say(child, life, life.waiting[:4])
            filler.unlink()
        hang_up(child, life)
    told = not_kept(life.heard)
    life.end()

    assert told >= 10
    assert child.returncode == 0
    assert_nothing_lost_or_doubled(life)


def test_a_disk_that_is_full_from_the_start_is_told_in_one_line(small_disk):
    life, filler = Life(small_disk, script(3)), small_disk / "filler"
    _fill(filler)
    code, heard = run(life.database, life.waiting)
    filler.unlink()
    words = one_line(life.database)
    life.next(3)
    life.end()

    assert (code, heard) == (CONFIGURATION, [])
    assert "full" in words
    assert_nothing_lost_or_doubled(life)


def _fill(file: Path) -> None:
    with file.open("ab", buffering=0) as filler:
        try:
            while filler.write(bytes(2**20)):
                pass
        except OSError:
            return


# D2: not ours, or out of reach.


def _with(change: Callable[[Path], object]) -> Callable[[Path], None]:
    """A good database, and then something happens to it."""

    def prepare(path: Path) -> None:
        run(path, [HELLO])
        change(path)

    return prepare


def _patch(at: int, data: bytes) -> Callable[[Path], None]:
    def patch(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(data)

    return _with(patch)


def _somebody_elses(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("create table notes (id integer primary key)")


def _in_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file")


REFUSALS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no bytes": (Path.touch, "is empty"),
    "a text": (lambda path: path.write_text("Påminnelser: " * 40), "is not a database"),
    "a short text": (lambda path: path.write_text("SQLite format 3"), "is not a database"),
    "another program's": (_somebody_elses, "belongs to another program"),
    "another program's id": (_patch(68, b"ELSE"), "belongs to another program"),
    "a newer schema": (_patch(60, struct.pack(">I", 9_999)), "newer Duly"),
    "garbage in a page": (_patch(4096, os.urandom(4096)), "is damaged"),
    "half of it": (_with(lambda path: os.truncate(path, path.stat().st_size // 2)), "is damaged"),
    "a directory": (Path.mkdir, "is a directory"),
    "a file for a directory": (_in_a_file, "cannot be opened"),
    "a file not to be read": (_with(lambda path: path.chmod(0o200)), "cannot be opened"),
    "a file not to be written": (_with(lambda path: path.chmod(0o444)), "cannot be written"),
    "a directory not to be written": (_with(lambda path: path.parent.chmod(0o555)), "cannot be opened"),
    "no place for a new one": (lambda path: path.parent.chmod(0o555), "cannot be opened"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_not_a_database_of_ours_is_refused_in_a_line_and_left_alone(case, tmp_path):
    if ROOT and not shutil.which("setpriv"):
        pytest.skip("root passes over permissions, and setpriv is not installed")
    database = tmp_path / "data" / "duly.db"
    database.parent.mkdir()
    prepare, words = REFUSALS[case]
    prepare(database)
    before = _prints(tmp_path)
    child = _refused(database)

    assert (child.returncode, child.stdout) == (CONFIGURATION, b"")
    assert child.stderr.decode().startswith(f"{database}")
    assert words in child.stderr.decode()
    assert child.stderr.count(b"\n") == 1
    assert _prints(tmp_path) == before
    _open_up(database.parent)


def test_a_server_is_refused_until_there_is_support_for_one():
    child = _refused("postgresql://localhost/duly")

    assert (child.returncode, child.stderr.count(b"\n")) == (CONFIGURATION, 1)


def _refused(database: Path | str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*ORDINARY, *CHAT], cwd=HERE, env=surroundings(database), input=b"hej\n", capture_output=True, check=False
    )


def _prints(directory: Path) -> dict[str, str]:
    """Every file and what it holds; the two that SQLite puts beside an open database do not count."""
    files = (
        path for path in directory.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal", ".stderr"))
    )
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}


def _open_up(directory: Path) -> None:
    """Let the directory be removed after the test."""
    if directory.is_dir():
        directory.chmod(0o755)
