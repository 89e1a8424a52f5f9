"""Letters to suppliers by e-mail, as `duly serve` runs it. Nobody writes to us this way: it only sends."""

import asyncio
import contextlib

from bot.config import MailSettings
from bot.courier import Courier
from bot.mail_send import MailPost
from bot.service import Service
from handlers.form_mail import PLATFORM


class Mail:
    """A mail server that takes our letters."""

    name = PLATFORM

    def __init__(self, service: Service, settings: MailSettings) -> None:
        self.courier = Courier(service, MailPost(service, settings))
        self.running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; returns at once."""
        self.running = asyncio.create_task(self.courier.run())

    async def stop(self, seconds: float) -> None:
        """Take nothing more, and finish what was begun."""
        await self.courier.drain(seconds)
        if self.running:
            self.running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.running

    def wrong(self) -> str:
        """Why it does not work now; empty when it does."""
        return self.courier.fault
