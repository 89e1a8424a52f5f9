"""How far long work has come: told to whoever looks, in a window of any width, and to no pipe and no file."""

import os
import pty
import re
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path

import pytest

from bot import whole
from storage import copying
from storage.database import open_database

from . import report_year
from .machine import ROOT, Machine

WORK = """
import time
from bot import progress
with progress.shown("Copying the database", 0.01) as at:
    for done in range(5):
        at(done, 4)
        time.sleep(0.2)
print("the answer")
"""
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


def watched(columns: int, **settings: str) -> tuple[str, bytes]:
    """What WORK says on standard output, and what a terminal of so many columns gets on standard error."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm-256color", **settings}
    run = subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65_536):
            seen += piece
    except OSError:  # Linux: nobody has the other end open any more
        pass
    os.close(ours)
    out = run.communicate()[0].decode()
    assert run.returncode == 0
    return out, seen


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_whoever_looks_is_told_on_one_line_and_the_answer_stands_alone(columns):
    out, seen = watched(columns)

    assert out == "the answer\n"
    assert b"Copying the" in seen
    assert b"100%" in seen or columns < 40
    drawn = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in re.split(r"[\r\n]", seen.decode())]
    assert max(map(len, drawn)) <= columns
    assert seen.endswith((b"\x1b[2K", b"\x1b[?25h\x1b[1A\x1b[2K"))  # it is taken away, and the cursor is back
    assert b"\x1b[?25h" in seen


def test_no_colour_where_that_is_asked_for():
    assert COLOUR.search(watched(80)[1])
    out, seen = watched(80, NO_COLOR="1")

    assert not COLOUR.search(seen)
    assert b"100%" in seen
    assert out == "the answer\n"


def test_a_dumb_terminal_gets_nothing():
    assert watched(80, TERM="dumb") == ("the answer\n", b"")


def test_nothing_is_told_where_nobody_looks():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", WORK], capture_output=True, env=environment, check=True)

    assert (run.stdout, run.stderr) == (b"the answer\n", b"")


def test_commands_that_take_long_leave_standard_error_clean(tmp_path):
    machine = Machine(tmp_path)
    there = {"DULY_DATABASE": str(tmp_path / "there.db")}
    machine.run("verify")

    for run in (
        machine.run("backup", "copy.zip"),
        machine.run("restore", "copy.zip", "--replace"),
        machine.run("export", "out"),
        machine.run("import", "out", **there),
    ):
        assert (run.code, run.err) == (0, "")


def test_what_is_told_ends_where_all_is_done(tmp_path):
    db = open_database(str(tmp_path / "a.db"))
    report_year.make(db, 1)
    copied, written = [], []
    copying.copy(tmp_path / "a.db", tmp_path / "b.db", lambda *at: copied.append(at))
    parts = whole._tables(db, tmp_path, lambda *at: written.append(at))
    files = [Path(tmp_path / name) for name in parts]
    kept: list[tuple[int, int]] = []
    whole._files(files, tmp_path / "files", lambda *at: kept.append(at))

    assert copied[-1][0] == copied[-1][1] > 0
    assert {total for _, total in written} == {sum(part["rows"] for part in parts.values())}
    assert kept == [(done, len(files)) for done in range(1, len(files) + 1)]
