"""Duly in Telegram as its users meet it: the real leaf on a loop of its own, against a strict Telegram on loopback."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn

from bot import web
from bot.config import TelegramSettings
from bot.intake import Intake
from bot.limiter import Limiter
from bot.serve import Server
from bot.service import Service
from bot.telegram_app import Telegram
from storage import people
from storage.people import Person

from .conftest import MONDAY
from .fakes.bot_api import FakeTelegram
from .living import Living, until
from .slack_life import free_port

ASA, BO, STRANGER = 7, 8, 99
SECRET = "a-secret-of-32-letters-and-digits"


def telegram() -> FakeTelegram:
    """A Telegram with two people who will be officers, and one who is nobody."""
    fake = FakeTelegram()
    fake.add_user(ASA, "Åsa Öberg")
    fake.add_user(BO, "Bo Ek", language_code="en")
    fake.add_user(STRANGER, "Eve")
    return fake


def known(service: Service, account: int, name: str, lang: str, role: str = "officer") -> Person:
    """An officer who was invited in Telegram."""
    person = Person(f"p{account}", name, lang, role)
    with service.kept():  # the leaf writes, too
        people.add(service.db, person, MONDAY)
        people.add_address(service.db, person.id, "telegram", "", str(account), f"telegram||{account}|", MONDAY)
    return person


class Phone(Living):
    """`with Phone(telegram, service, tmp_path) as duly:` by polling, or by webhook with `webhook=True`."""

    platform = "telegram"

    def __init__(
        self,
        fake: FakeTelegram,
        service: Service,
        files: Path,
        webhook: bool = False,
        limiter: Limiter | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(service)
        self.fake, self.files, self.webhook = fake, files, webhook
        self.limiter = limiter or Limiter(10_000, 10_000)
        self.port = free_port()
        hook = {"secret": SECRET, "webhook": f"http://127.0.0.1:{self.port}/telegram/webhook"} if webhook else {}
        self.settings = replace(
            TelegramSettings(fake.token, api_url=fake.url, per_second=1e6, overall=1e6, patience=1, **hook), **settings
        )

    async def _start(self) -> None:
        self.intake = Intake(self.service)
        self.leaf = Telegram(self.service, self.settings, self.intake, "sv", self.files, self.limiter)
        app = web.app(dict, telegram=self.leaf)
        self.server = Server(
            uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="critical", lifespan="off")
        )
        self.serving = asyncio.create_task(self.server.serve())
        while not self.server.started:
            await asyncio.sleep(0.01)
        await self.leaf.start()

    async def _stop(self) -> None:
        await self.leaf.stop(5)
        self.intake.close()
        self.server.should_exit = True
        await self.serving

    # What people do. With a webhook the fake brings each update itself.

    def brought(self, update: dict[str, Any]) -> None:
        """Until an update was confirmed, and everything said has arrived. With a webhook some are never brought."""
        if not self.webhook or self.fake.push(update) == [200]:
            until(lambda: update not in self.fake.waiting, "the update to be confirmed")
        self.rest()

    def say(self, user: int, text: str, **more: Any) -> list[dict[str, Any]]:
        """Somebody writes; what is said in return, or changed."""
        chat = more.get("chat") or user
        return self.after(chat, lambda: self.brought(self.fake.message(user, text, **more)))

    def press(self, user: int, label: str, chat: int | None = None) -> list[dict[str, Any]]:
        """Press the button on the latest message that has it."""
        chat = chat or user
        for message in reversed(self.fake.sent(chat)):
            if label in labels(message):
                number = message["message_id"]
                return self.after(chat, lambda: self.brought(self.fake.press(user, chat, number, label)))  # noqa: B023
        raise LookupError(f"nobody shows {label!r}: {[labels(m) for m in self.fake.sent(chat)[-2:]]}")

    def after(self, chat: int, act: Any) -> list[dict[str, Any]]:
        """What `chat` shows after `act` that it did not show before."""
        before = {message["message_id"]: shape(message) for message in self.fake.sent(chat)}
        act()
        return [m for m in self.fake.sent(chat) if before.get(m["message_id"]) != shape(m)]


def shape(message: dict[str, Any]) -> str:
    return f"{message.get('text')}{message.get('caption')}{message.get('reply_markup')}"


def labels(message: dict[str, Any]) -> list[str]:
    """What can be pressed on a message."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return [button["text"] for row in rows for button in row]
