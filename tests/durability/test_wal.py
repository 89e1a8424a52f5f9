"""K6: the power goes, 400 times: what was not synced is lost, cut, torn or garbage, and every answered line is there.

Killing a program cannot show this: the system keeps what a dead process wrote, synced or not.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from storage.database import open_database, write

from .disk import CALLS, SECTOR, after_power_loss, moments
from .life import assert_done_once, assert_sound
from .program import OWN, run
from .script import script
from .strace import needs_strace, write_down

LINES = script(300)
POWER_CUTS = 400


@pytest.fixture(scope="module")
def calls(tmp_path_factory) -> Iterator[Path]:
    """What one run of the program asked of the disk; about 80 MB."""
    directory = tmp_path_factory.mktemp("disk")
    written = directory / "calls"
    code, heard = run(directory / "duly.db", LINES, *write_down(written, CALLS))
    assert (code, len(heard)) == (0, len(LINES))
    yield written
    written.unlink()


@needs_strace
def test_what_was_answered_is_there_after_a_power_cut(calls, tmp_path):
    chance, tried = Random(6), 0
    spacing = calls.read_bytes().count(b"\n") / (POWER_CUTS * 1.1)  # what comes before the first answer is left out
    for disk in moments(calls):
        if disk.said and tried < POWER_CUTS and chance.random() < 1 / spacing:
            tried += 1
            files = {name: after_power_loss(file, chance) for name, file in disk.files.items()}
            _assert_all_there(tmp_path, files, disk.said)

    assert tried >= POWER_CUTS * 0.9


def _assert_all_there(directory: Path, files: dict[str, bytes], answered: int) -> None:
    """The rebuilt database holds the answered lines, perhaps the one on its way, and nothing else or in part."""
    for old in directory.iterdir():
        old.unlink()
    for name, content in files.items():
        (directory / Path(name).name).write_bytes(content)
    db = open_database(str(directory / "duly.db"))
    handled = [row[0].removeprefix(OWN) for row in db.conn.execute("select event_key from inbox order by id")]

    assert len(handled) in (answered, answered + 1)
    assert handled == [line.id for line in LINES[: len(handled)]]
    assert_done_once(db, LINES[: len(handled)], [])
    assert_sound(db)
    db.conn.close()


def test_every_commit_is_synced(tmp_path):
    db = open_database(str(tmp_path / "duly.db"))

    assert db.conn.execute("pragma synchronous").fetchone() == (2,)
    assert db.conn.execute("pragma journal_mode").fetchone() == ("wal",)


def test_a_header_torn_in_the_middle_of_a_checkpoint_is_mended_from_the_log(tmp_path):
    torn = tmp_path / "torn"
    torn.mkdir()
    db = open_database(str(tmp_path / "duly.db"))
    with write(db):
        db.conn.executemany("insert into leases values (?, 'x', '')", [(f"{n:0999}",) for n in range(9)])
    for name in ("duly.db", "duly.db-wal"):
        (torn / name).write_bytes((tmp_path / name).read_bytes())
    with (torn / "duly.db").open("r+b") as file:
        file.write(bytes(SECTOR))

    assert_sound(open_database(str(torn / "duly.db")))
