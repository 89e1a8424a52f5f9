"""K1: 60 kills while lines are answered and reminders shown; half at a random moment, half right after a line."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from .life import Life, assert_nothing_lost_or_doubled
from .program import run_and_kill
from .script import script

LIVES, KILLS = 2, 30
IN_FLIGHT, EACH = 90, 45  # lines said at once, and on average answered before the kill


def _lived(directory: Path, seed: int) -> Life:
    chance = Random(seed)
    life = Life(directory, script(KILLS * EACH))
    for number in range(KILLS):
        if chance.random() < 0.7:
            life.fall_due()
        lines, seconds = (1, chance.uniform(0.06, 0.18)) if number % 2 else (chance.randint(1, 60), 0.0)
        life.listen(run_and_kill(life.database, life.next(IN_FLIGHT), lines, seconds))
    life.end()
    return life


def test_a_killed_program_loses_nothing_and_does_nothing_twice(tmp_path_factory):
    directories = [tmp_path_factory.mktemp("life") for _ in range(LIVES)]
    with ThreadPoolExecutor(LIVES) as pool:
        lives = list(pool.map(_lived, directories, range(LIVES)))

    for life in lives:
        assert_nothing_lost_or_doubled(life)
