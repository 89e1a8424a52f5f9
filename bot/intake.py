"""Messages that arrive while others are being kept wait for the next commit, which takes all of them at once."""

from bot.service import Answer, Service
from bot.together import Together, one_thread
from handlers.messages import Message


class Intake:
    """The service for many conversations at once. Order within a conversation is order of arrival."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.thread = one_thread("intake")
        self._receive = Together[Message, Answer](service.receive_all, self.thread)

    async def receive(self, message: Message) -> Answer:
        """The answer to `message`, once it is kept.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        return await self._receive(message)

    def close(self) -> None:
        self.thread.shutdown()
