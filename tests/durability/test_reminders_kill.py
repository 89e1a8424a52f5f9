"""Reminders that fall due while `duly serve` is dead, and kills and stops while they are sent: none lost, none twice.

Telegram cannot be asked what arrived: there a kill may cost one copy of a letter that was under way, and the copy says
that it may be one. With DULY_KILLS=1000 it is killed that often, as before a release.
"""

import signal

import pytest

from .counts import kills
from .strace import SYNC, kill_at, needs_strace
from .town import Counted, Town

KILLS, CHAOTIC, STOPS = kills(25), kills(8), kills(8)
CHAOS = ("429:1", "500", "reset-before", "reset-after", "502-after")
POINTS = {SYNC: range(2, 10, 2), "sendto": range(4, 64, 15)}


@pytest.mark.parametrize("chaos", [False, True], ids=["clean", "chaos"])
def test_killed_while_reminders_are_sent(tmp_path, chaos):
    """`chaos`: calls to post go wrong, too; in Telegram, which cannot be asked, only before a message is taken."""
    with Town(tmp_path, 11 + chaos) as town:
        for _ in range(CHAOTIC if chaos else KILLS):
            if chaos:
                town.goes_wrong("slack", CHAOS)
                town.goes_wrong("telegram", CHAOS[:3])
            one_life(town, signal.SIGKILL)

        assert_all_told(town)


def test_stopped_while_reminders_are_sent(tmp_path):
    with Town(tmp_path, 13) as town:
        for _ in range(STOPS):
            one_life(town, signal.SIGTERM)

        counted = assert_all_told(town)
        assert counted.left_behind == counted.telegram_copies == 0


@needs_strace
@pytest.mark.parametrize("calls", [SYNC, "sendto"])
def test_it_dies_just_before_its_nth_sync_or_the_nth_time_it_sends(tmp_path, calls):
    with Town(tmp_path, 17) as town:
        for nth in POINTS[calls]:
            town.fall_due()
            town.act()
            town.start(*kill_at(calls, nth))
            town.until(lambda: town.listens() and not town.left(), 6.0)
            town.end(signal.SIGTERM)

        assert_all_told(town)
        assert town.counted.kills > len(POINTS[calls]) / 2  # the last points may lie beyond what a round needs


def one_life(town: Town, how: signal.Signals) -> None:
    """Reminders fall due, somebody acts, the program starts and ends: at once, or while it sends."""
    town.fall_due()
    town.act()
    town.start()
    if how is signal.SIGTERM:
        town.until(town.listens, 20.0)
    if town.at_random.random() < 0.8:
        town.until_posted(town.at_random.randrange(1, 12))
        town.bring(0.0)
    town.until(lambda: False, town.at_random.choice((0.0, 0.0, 0.003, 0.1)))
    assert town.end(how) == (0 if how is signal.SIGTERM else -signal.SIGKILL)


def assert_all_told(town: Town) -> Counted:
    counted = town.see()
    print(counted)

    assert counted.lost == counted.slack_copies == counted.unlabelled == counted.unexplained == counted.unsettled == 0
    assert town.wrong() == {}
    return counted
