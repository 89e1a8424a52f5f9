"""What waits while the disk writes is written together: one commit for all that came meanwhile."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from bot.service import NotKept

MOST_TOGETHER = 256

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Together(Generic[Thing, Result]):
    """`run` for many at once; it takes what waits, in order of arrival, and gives as many results."""

    def __init__(self, run: Callable[[Sequence[Thing]], list[Result]], thread: ThreadPoolExecutor) -> None:
        self.run, self.thread = run, thread
        self.waiting: list[tuple[Thing, asyncio.Future[Result]]] = []
        self.keeper: asyncio.Task[None] | None = None

    async def __call__(self, thing: Thing) -> Result:
        """The result for `thing`, once it is kept.

        Raises:
            NotKept: the database could not be written; nothing was changed.
            Exception: whatever else `run` failed with; all that was written together failed.
        """
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[Result] = loop.create_future()
        self.waiting.append((thing, kept))
        if self.keeper is None:
            self.keeper = loop.create_task(self._keep())
        return await kept

    async def _keep(self) -> None:
        while self.waiting:
            together, self.waiting = self.waiting[:MOST_TOGETHER], self.waiting[MOST_TOGETHER:]
            try:
                results = await self._run([thing for thing, _ in together])
            except Exception as error:  # of whatever kind: who waits must hear of it, and who comes later be served
                _tell(together, error)
                continue
            for (_, kept), result in zip(together, results, strict=True):
                if not kept.done():  # whoever asked may have gone away
                    kept.set_result(result)
        self.keeper = None

    async def _run(self, things: Sequence[Thing]) -> list[Result]:
        results = await asyncio.get_running_loop().run_in_executor(self.thread, self.run, things)
        if len(results) != len(things):
            raise ValueError(f"{len(results)} results for {len(things)}")
        return results


def _tell(together: Sequence[tuple[Thing, asyncio.Future[Result]]], error: Exception) -> None:
    """All of them failed; each gets an exception of her own where we know how to make one."""
    for _, kept in together:
        if not kept.done():
            kept.set_exception(NotKept(str(error)) if isinstance(error, NotKept) else error)


def one_thread(name: str) -> ThreadPoolExecutor:
    """A thread of its own for the database, so that the loop breathes while the disk writes."""
    return ThreadPoolExecutor(1, f"duly-{name}")
