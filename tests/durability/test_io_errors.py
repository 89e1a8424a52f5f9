"""K7: writes and syncs fail, with an I/O error or as on a full disk: once at each of 90 places, or from a place on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .life import Life, assert_nothing_lost_or_doubled, not_kept
from .program import Heard, complaints_of, run
from .script import independent
from .strace import SYNC, fail_at, needs_strace

CONFIGURATION = 78
ERRORS = ("EIO", "ENOSPC")
PLACES = {SYNC: range(1, 31), "pwrite64": range(1, 61)}  # a message takes 2 syncs and some 12 writes
AT_ONCE = 16


@dataclass(slots=True)
class Suffered:
    """A life with faults, how each run ended and what was heard in it."""

    life: Life
    runs: list[tuple[int, list[Heard]]] = field(default_factory=list)


def _suffer(suffered: Suffered, calls: str, error: str, when: str) -> None:
    """One run in which a call fails."""
    life = suffered.life
    life.fall_due()
    code, heard = run(life.database, life.next(AT_ONCE), *fail_at(calls, error, when))
    life.listen(heard)
    suffered.runs.append((code, heard))


def _once_at_each(directory: Path, calls: str) -> Suffered:
    suffered = Suffered(Life(directory, independent(1_000)))
    for nth in PLACES[calls]:
        _suffer(suffered, calls, ERRORS[nth % 2], str(nth))
    suffered.life.end()
    return suffered


def _from_then_on(directory: Path, calls: str, error: str) -> Suffered:
    suffered = Suffered(Life(directory, independent(60)))
    _suffer(suffered, calls, error, "30+")
    suffered.life.end()
    return suffered


def _assert_told_and_whole(suffered: Suffered) -> None:
    """Refusals at the start in one line each; otherwise the program lived on, and lost and doubled nothing."""
    refused = [code for code, _ in suffered.runs if code]
    complaints = complaints_of(suffered.life.database)
    assert set(refused) <= {CONFIGURATION}
    assert complaints.read_text().count("\n") == len(refused)
    complaints.write_text("")
    assert_nothing_lost_or_doubled(suffered.life)


@needs_strace
def test_one_failed_call_costs_one_message_at_most_and_nothing_that_was_answered(tmp_path_factory):
    with ThreadPoolExecutor(2) as pool:
        lives = list(pool.map(_once_at_each, [tmp_path_factory.mktemp("life") for _ in PLACES], PLACES))
    told = [not_kept(heard) for suffered in lives for _, heard in suffered.runs]

    assert max(told) == 1
    assert sum(told) >= 20
    for suffered in lives:
        _assert_told_and_whole(suffered)


@needs_strace
def test_a_disk_that_fails_for_good_is_told_each_time_and_loses_nothing(tmp_path_factory):
    kinds = [(calls, error) for calls in PLACES for error in ERRORS]
    with ThreadPoolExecutor(len(kinds)) as pool:
        directories = [tmp_path_factory.mktemp("life") for _ in kinds]
        lives = list(pool.map(_from_then_on, directories, *zip(*kinds, strict=True)))

    for suffered in lives:
        assert not_kept(suffered.runs[0][1]) >= 2
        _assert_told_and_whole(suffered)
