"""Telegram: what it delivers, by polling or webhook, is kept before it is confirmed, then handled, then answered.

python-telegram-bot is the client that calls the Bot API; reading updates and keeping state is ours.
"""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot import attachments, brought, telegram_hear, telegram_menu
from bot.config import TelegramSettings
from bot.courier import Courier
from bot.heard import Heard
from bot.inbox import Inbox, Later
from bot.intake import Intake
from bot.limiter import Limiter, too_fast
from bot.pace import Pace
from bot.service import Service
from bot.telegram_hear import NAME, Moved, Nobody, Standing, Turn
from bot.telegram_http import Request
from bot.telegram_people import TelegramPeople, brings_code
from bot.telegram_poll import Poll
from bot.telegram_send import NO_PREVIEW, Paces, TelegramPost
from bot.telegram_turns import Turns, quietly
from handlers.messages import Message, Place
from knowledge.text import LANGUAGES
from storage import audit, inbox, people, rooms
from storage.people import Person

log = logging.getLogger("duly.telegram")


class Telegram:
    """Telegram as `duly serve` runs it. `files`: where what people send is kept."""

    name = NAME

    def __init__(
        self,
        service: Service,
        settings: TelegramSettings,
        intake: Intake,
        language: str,
        files: Path,
        limiter: Limiter,
    ) -> None:
        self.service, self.settings, self.intake, self.language = service, settings, intake, language
        self.files, self.limiter = files, limiter
        self.bot = Bot(
            settings.token,
            base_url=settings.api_url,
            base_file_url=f"{settings.api_url.removesuffix('/bot')}/file/bot",
            request=Request(),
            get_updates_request=Request(),
        )
        self.me = telegram_hear.Bot(0, "", telegram_menu.names(service.library))
        self.people = TelegramPeople(service, self.bot, language)
        self.inbox = Inbox(service, NAME, self._answer)
        paces = Paces(Pace(settings.per_second), Pace(settings.per_second / 3, 5), Pace(settings.overall, 1))
        self.post = TelegramPost(service, self.bot, paces, language)
        self.courier = Courier(service, self.post)
        self.poll = Poll(service, settings, self.take)
        self.turns = Turns(service, self.bot, self.post)
        self.tasks: list[asyncio.Task[Any]] = []
        self.polling: asyncio.Task[None] | None = None
        self.fault = "not started"

    # Life.

    async def start(self) -> None:
        """Begin; returns at once, also when Telegram is out of reach."""
        self.tasks.append(asyncio.create_task(self._begin()))

    async def _begin(self) -> None:
        if not await self._known():
            return
        self.inbox.take_up()
        self.tasks.append(asyncio.create_task(self.courier.run()))
        if not self.settings.webhook:
            self.polling = asyncio.create_task(self.poll.run())
            self.tasks.append(self.polling)

    async def _known(self) -> bool:
        """Ask Telegram who we are, until it answers, and tell it how to bring updates."""
        wait = 1.0
        while True:
            try:
                await self.bot.initialize()
                await self._arranged()
            except InvalidToken:
                self.fault = "Telegram does not know the token"
                log.error("platform stopped", extra={"reason": self.fault})
                return False
            except Exception as error:
                self.fault = "Telegram is out of reach"
                log.warning("not begun", extra={"error": type(error).__name__})
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
                continue
            self.me = telegram_hear.Bot(self.bot.id, self.bot.username, self.me.names)
            self.service.telegram = self.me.username
            self.fault = ""
            return True

    async def _arranged(self) -> None:
        """Webhook or none (what waits there is never dropped), and the menu, without which it works too."""
        if self.settings.webhook:
            await self.bot.set_webhook(
                self.settings.webhook, secret_token=self.settings.secret, allowed_updates=list(telegram_hear.KINDS)
            )
        else:
            await self.bot.delete_webhook(drop_pending_updates=False)
        try:
            await self._described()
        except BadRequest as error:
            log.warning("menu not set", extra={"error": type(error).__name__})

    async def _described(self) -> None:
        """The commands and what the bot is, in each language; the first is for all others."""
        library = self.service.library
        for lang, code in ((self.language, None), *((each, each) for each in LANGUAGES)):
            told = telegram_menu.descriptions(library, lang)
            await self.bot.set_my_commands(
                [(each["command"], each["description"]) for each in telegram_menu.menu(library, lang)],
                language_code=code,
            )
            await self.bot.set_my_description(told["description"], language_code=code)
            await self.bot.set_my_short_description(told["short_description"], language_code=code)

    async def stop(self, seconds: float) -> None:
        """Take nothing more, and finish what was begun."""
        if self.polling:
            self.polling.cancel()
        await self.inbox.drain(seconds)
        await self.courier.drain(seconds)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.poll.release()
        with contextlib.suppress(Exception):
            await self.bot.shutdown()

    def wrong(self) -> str:
        """Why Telegram does not work now; empty when it does."""
        return self.fault or self.courier.fault or self.poll.fault

    # What comes in.

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Keep what updates tell, in one commit; the rest is seen to.

        Raises:
            NotKept: the database could not be written; they must not be confirmed.
        """
        told = [(update, self._read(update)) for update in updates]
        said = [each for _, each in told if isinstance(each, Heard)]
        await asyncio.gather(*(self.inbox.keep(each) for each in said if self._is_heard(each)))
        for update, each in told:
            if isinstance(each, Turn):
                self._later(self.turns.show(each))
            elif isinstance(each, Moved):
                self.post.migrated(each.before, each.after)
            elif isinstance(each, Standing):
                self._later(self._stands(each))
            elif isinstance(each, Nobody):
                self._later(self.people.turn_away(each.chat, "anonymous"))
            elif isinstance(each, Exception):
                self._set_aside(update, each)

    def _read(self, update: Mapping[str, Any]) -> Any:
        """What an update tells; the error where its shape is not one that Telegram sends."""
        try:
            return telegram_hear.happened(update, self.me)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            return error

    def _is_heard(self, heard: Heard) -> bool:
        """Whether anything of it is kept. A stranger is told so once a day."""
        if heard.more and heard.keys[0].startswith("cb:"):
            self._later(quietly(self.bot.answer_callback_query(heard.more)))
        if self.people.known(heard.account):
            return True
        if brings_code(heard) and self.people.may_try(heard.account):
            return True
        if not heard.place.shared:
            person = people.at_address(self.service.db, NAME, "", heard.account)
            self._later(self.people.turn_away(int(heard.place.room), "refused_removed" if person else "stranger"))
        return False

    def _set_aside(self, update: Mapping[str, Any], error: Exception) -> None:
        """Keep that there was something we could not read, by the names of its fields; the rest goes on."""
        key = f"poison:{str(update.get('update_id'))[:20]}"
        log.error("update not read", extra={"error": type(error).__name__})
        body = orjson.dumps(sorted(str(name)[:40] for name in update)[:20]).decode()
        with self.service.kept():
            if inbox.keep(self.service.db, NAME, (key,), "", body, self.service.now()):
                event = inbox.find(self.service.db, NAME, key)
                assert event is not None  # it was kept just now
                inbox.bury(self.service.db, event.id, type(error).__name__)

    def _later(self, what: Coroutine[Any, Any, None]) -> None:
        """Do it beside; it is waited for when we stop."""
        task = asyncio.create_task(what)
        self.inbox.tasks.add(task)
        task.add_done_callback(self.inbox.tasks.discard)

    # What is answered.

    async def _answer(self, heard: Heard) -> None:
        person = self.people.known(heard.account)
        if person is None:
            return await self._newcomer(heard)
        if heard.place.shared and not self._is_allowed(heard.place):
            self._settle(heard)
            return await self._leave(int(heard.place.room))
        if not self.limiter.allows(person.id):
            return self._too_fast(heard, person)
        message = await self._with_file(heard, person)
        self._seen(heard, person)
        await self.intake.receive(message)
        self.courier.wake()
        return None

    async def _newcomer(self, heard: Heard) -> None:
        if not brings_code(heard) or not self.people.come_in(heard):
            self._settle(heard)
            await self.people.turn_away(int(heard.place.room))
        self.courier.wake()

    def _settle(self, heard: Heard) -> None:
        with self.service.kept():
            inbox.settle(self.service.db, NAME, heard.keys[0])

    def _too_fast(self, heard: Heard, person: Person) -> None:
        too_fast(self.service, self.limiter, heard, person)
        self.courier.wake()

    def _seen(self, heard: Heard, person: Person) -> None:
        """She is reached first where she wrote last."""
        own = Place(NAME, "", heard.account).key
        if people.place_of(self.service.db, person.id) != own:
            with self.service.kept():
                people.seen(self.service.db, NAME, "", heard.account, self.service.now())

    async def _with_file(self, heard: Heard, person: Person) -> Message:
        """What was said, with what came with it.

        Raises:
            Later: Telegram cannot be asked for it now, or the disk does not take it.
        """
        file = orjson.loads(heard.more).get("file") if heard.more.startswith("{") else None
        if heard.withheld or not file:
            return heard.message(person.id)
        if file["size"] > attachments.MOST_BYTES:
            return brought.refused_for(heard, person.id, "file_too_large")
        try:
            found = await self.bot.get_file(file["id"])
            data = await found.download_as_bytearray()
        except TelegramError as error:
            raise Later(type(error).__name__) from error
        files = [(bytes(data), file["name"])]
        return await asyncio.to_thread(brought.message, heard, person.id, files, self.files, self.service.library)

    # Groups.

    def _is_allowed(self, place: Place) -> bool:
        return rooms.level_of(self.service.db, NAME, "", place.room) is not None

    async def _stands(self, change: Standing) -> None:
        """A group that nobody allowed is left at once; somebody who blocked us is reached elsewhere first."""
        if change.private:
            if not change.inside:
                with self.service.kept():
                    people.seen(self.service.db, NAME, "", str(change.chat), datetime.min.replace(tzinfo=UTC))
        elif change.inside and not self._is_allowed(Place(NAME, "", str(change.chat), shared=True)):
            await self._leave(change.chat)

    async def _leave(self, chat: int) -> None:
        with self.service.kept():
            audit.append(self.service.db, NAME, "left", f"rooms:{NAME}:/{chat}", self.service.now())
        words = self.service.library.phrase("group_not_allowed", self.language, room=f"telegram:{chat}")
        await quietly(self.bot.send_message(chat, words, link_preview_options=NO_PREVIEW))
        await quietly(self.bot.leave_chat(chat))
