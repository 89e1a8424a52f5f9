"""What waits is written together; whatever goes wrong, whoever waits hears of it, and who comes later is served."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.service import NotKept
from bot.together import Together, one_thread


async def came_of(together: Together[str, str], *things: str) -> list[str | BaseException]:
    async with asyncio.timeout(10):
        return await asyncio.gather(*(together(thing) for thing in things), return_exceptions=True)


def failing(error: Exception) -> Together[str, str]:
    """Fails when it is to keep something bad, and keeps everything else."""

    def run(things: Sequence[str]) -> list[str]:
        if "bad" in things:
            raise error
        return [thing.upper() for thing in things]

    return Together(run, one_thread("test"))


@pytest.mark.parametrize("error", [NotKept("full"), ValueError("a slip of ours"), KeyError("x")])
def test_a_failure_is_told_to_all_who_waited_and_holds_up_nobody_after(error: Exception) -> None:
    async def both() -> tuple[list[str | BaseException], list[str | BaseException]]:
        together = failing(error)
        return await came_of(together, "bad", "good"), await came_of(together, "after")

    first, after = asyncio.run(both())

    assert [type(each) for each in first] == [type(error)] * 2
    assert after == ["AFTER"]


def test_as_many_results_as_things_or_nobody_gets_another_ones() -> None:
    async def short() -> list[str | BaseException]:
        return await came_of(Together(lambda things: list(things)[1:], one_thread("test")), "a", "b")

    assert [type(each) for each in asyncio.run(short())] == [ValueError] * 2


def test_whoever_goes_away_takes_nothing_from_the_others() -> None:
    async def left() -> list[str | BaseException]:
        together = failing(NotKept("full"))
        gone = asyncio.ensure_future(together("gone"))
        stays = asyncio.ensure_future(together("stays"))
        await asyncio.sleep(0)
        gone.cancel()
        async with asyncio.timeout(10):
            return await asyncio.gather(gone, stays, return_exceptions=True)

    gone, stays = asyncio.run(left())

    assert isinstance(gone, asyncio.CancelledError)
    assert stays == "STAYS"
