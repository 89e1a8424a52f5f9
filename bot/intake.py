"""Messages that arrive while others are being kept wait for the next commit, which takes all of them at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.service import Answer, NotKept, Service
from handlers.messages import Message

MOST_TOGETHER = 256


class Intake:
    """The service for many conversations at once. Order within a conversation is order of arrival."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.waiting: list[tuple[Message, asyncio.Future[Answer]]] = []
        self.keeper: asyncio.Task[None] | None = None
        self.thread = ThreadPoolExecutor(1, "duly-intake")  # the loop breathes while the disk writes

    async def receive(self, message: Message) -> Answer:
        """The answer to `message`, once it is kept.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[Answer] = loop.create_future()
        self.waiting.append((message, kept))
        if self.keeper is None:
            self.keeper = loop.create_task(self._keep())
        return await kept

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            together, self.waiting = self.waiting[:MOST_TOGETHER], self.waiting[MOST_TOGETHER:]
            try:
                answers = await loop.run_in_executor(self.thread, self.service.receive_all, [m for m, _ in together])
            except NotKept as error:
                for _, kept in together:
                    kept.set_exception(error)
                continue
            for (_, kept), answer in zip(together, answers, strict=True):
                kept.set_result(answer)
        self.keeper = None

    def close(self) -> None:
        self.thread.shutdown()
