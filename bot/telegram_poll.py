"""Asking Telegram for updates: what comes is kept before the next question confirms it, and one program asks at a time.

python-telegram-bot's own loop confirms updates that lie in memory only; a crash then loses them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
import orjson

from bot.config import TelegramSettings
from bot.delivery import OWNER
from bot.service import NotKept, Service
from bot.telegram_hear import KINDS
from storage import leases

log = logging.getLogger("duly.telegram")

LEASE = "telegram"
HELD = timedelta(seconds=90)  # longer than a question may wait
SLACK = 15  # seconds that an answer may come late
SHORTEST, LONGEST = 1.0, 30.0  # seconds between tries when Telegram is out of reach
CONFLICT = 30.0
OTHER = "another program asks Telegram for updates with this token"

Take = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]


class Poll:
    """The loop. `fault` says why nothing comes; `stopped` that nothing ever will."""

    def __init__(self, service: Service, settings: TelegramSettings, take: Take) -> None:
        self.service, self.settings, self.take = service, settings, take
        self.fault, self.stopped = "", False
        self.offset: int | None = None  # nothing is confirmed by the first question, so what a crash left comes again

    async def run(self) -> None:
        """Ask until cancelled, or until Telegram says that there is no such bot."""
        wait = SHORTEST
        timeout = aiohttp.ClientTimeout(total=self.settings.patience + SLACK)
        async with aiohttp.ClientSession(timeout=timeout) as client:
            while not self.stopped:
                pause = await self._round(client)
                wait = SHORTEST if pause is None else min(max(pause, wait * 2), LONGEST) if pause == 0 else pause
                if pause is not None:
                    await asyncio.sleep(wait)

    async def release(self) -> None:
        """Somebody else may ask at once."""
        try:
            with self.service.kept():
                leases.give_back(self.service.db, LEASE, OWNER)
        except NotKept:
            pass  # it ends by itself

    async def _round(self, client: aiohttp.ClientSession) -> float | None:
        """One question; seconds to wait before the next, 0 for longer each time, None for not at all."""
        try:
            if not self._mine():
                self.fault = OTHER
                return LONGEST / 2
            answer = await self._asked(client)
        except NotKept:
            return 0
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self.fault = "Telegram is out of reach"
            log.warning("no updates", extra={"error": type(error).__name__})
            return 0
        if not answer.get("ok"):
            return self._refused(answer)
        self.fault = ""
        updates = [update for update in answer.get("result") or () if isinstance(update, dict)]
        if updates:
            return await self._taken(updates)
        return None

    async def _taken(self, updates: Sequence[Mapping[str, Any]]) -> float | None:
        try:
            await self.take(updates)
        except NotKept:
            return 0  # not confirmed, so they come again
        self.offset = max(int(update["update_id"]) for update in updates) + 1
        return None

    def _mine(self) -> bool:
        now = self.service.now()
        with self.service.kept():
            return leases.take(self.service.db, LEASE, OWNER, now, now + HELD)

    async def _asked(self, client: aiohttp.ClientSession) -> dict[str, Any]:
        asked: dict[str, Any] = {"timeout": self.settings.patience, "allowed_updates": list(KINDS)}
        if self.offset is not None:
            asked["offset"] = self.offset
        async with client.post(f"{self.settings.api_url}{self.settings.token}/getUpdates", json=asked) as answer:
            said = orjson.loads(await answer.read())
        return said if isinstance(said, dict) else {}

    def _refused(self, answer: Mapping[str, Any]) -> float:
        code = answer.get("error_code")
        if code in (401, 404):
            self.fault, self.stopped = "Telegram does not know the token", True
            log.error("platform stopped", extra={"reason": self.fault})
            return SHORTEST
        if code == 409:
            self.fault = OTHER
            log.error("two programs ask for updates", extra={"reason": "409"})
            return CONFLICT
        self.fault = f"Telegram answers {code}"
        asked = (answer.get("parameters") or {}).get("retry_after")
        return float(min(asked, 3_600)) if isinstance(asked, int) and asked > 0 else 0
