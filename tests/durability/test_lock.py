"""D3: somebody else holds the database: for a moment, for long, from the start; and two of us share one."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database import open_database, sqlite3, write

from .life import Life, assert_nothing_lost_or_doubled, hang_up, not_kept, one_line, say
from .program import PATIENCE, run, start
from .script import independent, script

CONFIGURATION = 78


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another program is writing."""
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("begin immediate")
    yield
    other.execute("rollback")
    other.close()


def test_two_programs_at_once_share_one_database(tmp_path):
    life = Life(tmp_path, independent(300))
    for _ in range(3):
        life.fall_due()
    life.say(life.waiting)
    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(lambda lines: run(life.database, lines), (life.waiting[::2], life.waiting[1::2])))
    for _, heard in halves:
        life.listen(heard)
    life.end()

    assert [code for code, _ in halves] == [0, 0]
    assert not_kept(life.heard) == 0
    assert_nothing_lost_or_doubled(life)


def test_nobody_writes_between_what_is_read_and_what_is_written(tmp_path):
    db = open_database(str(tmp_path / "duly.db"))
    other = sqlite3.connect(tmp_path / "duly.db", timeout=0, isolation_level=None)

    with write(db), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("begin immediate")


def test_nobody_notices_a_lock_of_a_second(tmp_path):
    life = Life(tmp_path, script(12))
    with start(life.database) as child, ThreadPoolExecutor(1) as pool:
        with held(life.database):
            saying = pool.submit(say, child, life, life.waiting[:6])
            time.sleep(1.5)  # the start takes part of it
        saying.result(PATIENCE)
        say(child, life, life.waiting)
        hang_up(child, life)
    life.end()

    assert not_kept(life.heard) == 0
    assert_nothing_lost_or_doubled(life)


def test_a_long_lock_is_told_and_loses_nothing(tmp_path):
    life = Life(tmp_path, script(12))
    with start(life.database) as child:
        say(child, life, life.waiting[:3])
        life.fall_due()
        with held(life.database):
            say(child, life, life.waiting[:1])
        told = not_kept(life.heard)
        hang_up(child, life)
    life.end()

    assert told == 1
    assert child.returncode == 0
    assert_nothing_lost_or_doubled(life)


def test_a_lock_that_lasts_from_the_start_is_told_in_one_line(tmp_path):
    life = Life(tmp_path, script(3))
    with held(life.database):
        code, heard = run(life.database, life.waiting)

    words = one_line(life.database)
    life.next(3)
    life.end()

    assert (code, heard) == (CONFIGURATION, [])
    assert "locked" in words
    assert_nothing_lost_or_doubled(life)
