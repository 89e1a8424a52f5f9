"""K3: 120 crash points: the program dies just before its n-th sync, its n-th write to the database, its n-th answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from storage.database import open_database

from .life import Life, assert_nothing_lost_or_doubled, assert_sound
from .program import run
from .script import HELLO, script
from .strace import SYNC, kill_at, needs_strace

CALLS, POINTS, STEP, AT_ONCE = (SYNC, "pwrite64", "write"), 34, 2, 45
BIRTHS = {SYNC: (1, 2, 3, 4, 6, 8, 10), "pwrite64": (1, 3, 6, 10, 20, 40, 60), "link": (1,), "unlink": (1, 2, 3)}
KILLED = -9


@dataclass(frozen=True, slots=True)
class Fate:
    """A life with one death at each of `points`, counted in `calls`."""

    life: Life
    calls: str
    points: range


def _deaths(fate: Fate) -> int:
    """Live through a fate; how many of the deaths really came."""
    life, deaths = fate.life, 0
    for nth in fate.points:
        life.fall_due()
        code, heard = run(life.database, life.next(AT_ONCE), *kill_at(fate.calls, nth))
        deaths += code == KILLED
        life.listen(heard)
    return deaths


@needs_strace
def test_whatever_call_it_dies_at_nothing_is_lost_or_doubled(tmp_path_factory):
    fates = [
        Fate(Life(tmp_path_factory.mktemp("life"), script(1_500)), calls, range(first, POINTS + 1, STEP))
        for calls in CALLS
        for first in range(1, STEP + 1)
    ]
    with ThreadPoolExecutor(2) as pool:
        deaths = sum(pool.map(_deaths, fates))
    with ThreadPoolExecutor(len(fates)) as pool:  # each waits a while for leases to run out
        list(pool.map(lambda fate: fate.life.end(), fates))

    assert deaths == len(CALLS) * POINTS
    for fate in fates:
        assert_nothing_lost_or_doubled(fate.life)


@needs_strace
def test_a_program_that_dies_while_it_makes_the_database_makes_it_next_time(tmp_path):
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(_born_twice, _births(tmp_path)))

    assert len(codes) == 18
    assert set(codes) == {KILLED}


def _births(directory: Path) -> Iterator[tuple[Path, str, int]]:
    for calls, points in BIRTHS.items():
        for nth in points:
            yield directory / f"{calls}-{nth}.db", calls, nth


def _born_twice(birth: tuple[Path, str, int]) -> int:
    """How the first start ended; the second one finds nothing or a whole database."""
    database, calls, nth = birth
    code, _ = run(database, [HELLO], *kill_at(calls, nth))
    again, heard = run(database, [HELLO])
    assert (again, len(heard)) == (0, 1)
    assert_sound(open_database(str(database)))
    return code
