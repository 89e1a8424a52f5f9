"""Turns at the record for the web's many readers and writers: who waits together is served together."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.service import Service
from bot.together import Together, one_thread
from storage.database import out_of_reach, savepoint

Work = Callable[[], Any]


class Turns:
    """Reading while nobody writes, and writing in a commit that many share. One slip undoes nobody else's work."""

    def __init__(self, service: Service, name: str) -> None:
        self.service = service
        self.writing = Together[Work, Any](self._write_all, one_thread(name))
        self.reading = Together[Work, Any](self._read_all, one_thread(f"{name}-reading"))

    async def read(self, work: Work) -> Any:
        """What `work` reads while nobody writes."""
        return _given(await self.reading(work))

    def _read_all(self, works: Sequence[Work]) -> list[Any]:
        with self.service.lock:
            return [_tried(work) for work in works]

    async def write(self, work: Work) -> Any:
        """What `work` gives, once what it wrote is kept.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        return _given(await self.writing(work))

    def _write_all(self, works: Sequence[Work]) -> list[Any]:
        """What waited together, in one commit.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        with self.service.kept():
            return [self._apart(work) for work in works]

    def _apart(self, work: Work) -> Any:
        """What `work` gives, or how it failed, which undoes nothing else."""
        try:
            with savepoint(self.service.db):
                return work()
        except Exception as error:
            if out_of_reach(error):
                raise
            return error


def _tried(work: Work) -> Any:
    """What `work` gives, or how it failed."""
    try:
        return work()
    except Exception as error:
        return error


def _given(came: Any) -> Any:
    if isinstance(came, Exception):
        raise came
    return came
