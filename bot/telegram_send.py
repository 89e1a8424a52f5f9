"""A letter to Telegram: sent once, or put in the place of the card that was pressed.

Telegram has no history that a bot can read, so nobody can find out whether a letter arrived. After an unclear failure
it is sent once more and says that it may be a repetition. A letter of several messages remembers which ones arrived.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import ChatMigrated, TelegramError

from bot import card, telegram_errors
from bot.card import Card
from bot.courier import BARRED
from bot.delivery import Outcome
from bot.pace import Pace
from bot.render import telegram as render
from bot.service import Service
from bot.telegram_errors import outcome_of
from bot.telegram_hear import NAME
from handlers import privacy
from handlers.messages import Place, Reply, from_json
from knowledge.text import para
from storage import outbox, people, rooms, talks
from storage.outbox import Letter

LABELS = {
    "source": "label_source",
    "checked": "label_checked",
    "choose": "choose_in_list",
    "choose_date": "choose_a_day",
    "more": "show_more",
    "next_page": "next_page",
    "previous_page": "previous_page",
}
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
Part = Callable[[], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class Paces:
    """How fast: one letter a second to a chat, twenty a minute to a group, and so many to all together."""

    chat: Pace
    group: Pace
    overall: Pace

    async def wait(self, chat: int) -> None:
        """Until one more message may go to `chat`."""
        await self.overall.wait("")
        await (self.group if chat < 0 else self.chat).wait(str(chat))

    def busy(self, seconds: float) -> None:
        """Telegram takes nothing for so long, to whomever."""
        self.overall.busy("", seconds)


class TelegramPost:
    """Telegram as the courier sees it."""

    name = NAME
    lease = timedelta(seconds=60)
    settles = timedelta(0)  # nothing to wait for: Telegram cannot be asked

    def __init__(self, service: Service, bot: Bot, paces: Paces, language: str) -> None:
        self.service, self.bot, self.paces, self.language = service, bot, paces, language

    async def send(self, letter: Letter, reply: Reply, repeated: bool) -> Outcome:
        """Send what has not surely arrived of `letter`; its ref is the last message of it."""
        place = Place.of(letter.place)
        if place.shared and (reason := self._barred(place, reply)):
            return Outcome(BARRED, error=reason)
        unclear = repeated and letter.state != "pending"
        if unclear:
            reply = replace(
                reply, parts=(para(self.service.library.phrase("perhaps_again", self._language(letter))), *reply.parts)
            )
        try:
            return await self._all(letter, reply, place, in_place=not unclear)
        except ChatMigrated as error:
            self.migrated(place.room, str(error.new_chat_id))
            return outcome_of(error)
        except Exception as error:
            outcome = outcome_of(error)
            if outcome.retry_after:
                self.paces.busy(outcome.retry_after)
            return outcome

    def migrated(self, before: str, after: str) -> None:
        """A group has a new number: what is known of it and what waits for it goes along."""
        db, now = self.service.db, self.service.now()
        with self.service.kept():
            rooms.moved(db, NAME, "", before, after, now)
            place = Place(NAME, "", before, "", shared=True)
            outbox.moved(db, NAME, place.key, replace(place, room=after).key)
            talks.moved(db, place.key, replace(place, room=after).key)

    def _barred(self, place: Place, reply: Reply) -> str:
        """Why this may not be said in a group after all: it may have changed since it was written."""
        if rooms.level_of(self.service.db, NAME, "", place.room) is None:
            return "the group is not allowed"
        return "" if privacy.may_show(self.service.db, place, reply.level) else "the group may not read this"

    # The messages of a letter.

    async def _all(self, letter: Letter, reply: Reply, place: Place, in_place: bool) -> Outcome:
        chat, thread = int(place.room), int(place.thread) if place.thread else None
        texts = render.messages(reply, self.labels(letter), letter.id)
        pressed = card.card_of(letter)
        alone = len(texts) == 1 and not reply.document and not render.pictures(reply)
        if pressed and in_place and letter.parts == 0:
            changed = await self._changed(letter, pressed, texts[0] if alone else None)
            if changed:
                return Outcome("sent", pressed.ref)
        parts = [*self._pictures(reply, chat, thread), *(self._text(each, chat, thread) for each in texts)]
        parts += self._document(reply, chat, thread)
        last, text_at = "", len(parts) - 1 - bool(reply.document)
        for number, part in enumerate(parts):
            if number < letter.parts:
                continue
            await self.paces.wait(chat)
            said = await part()
            if said and (number == text_at or not last):
                last = str(said.message_id)
            if number + 1 < len(parts):
                with self.service.kept():
                    outbox.arrived(self.service.db, letter, number + 1)
        return Outcome("sent", f"{place.room}:{last}")

    def _text(self, part: Mapping[str, Any], chat: int, thread: int | None) -> Part:
        markup = part.get("reply_markup")
        keyboard = {"reply_markup": markup} if markup else {}  # as it is: objects of the library cost as much again

        async def send() -> Message:
            words: dict[str, Any] = {"text": part["text"], "parse_mode": ParseMode.HTML}
            return await self._said(words, chat, thread, keyboard)

        return send

    async def _said(self, words: dict[str, Any], chat: int, thread: int | None, keyboard: Mapping[str, Any]) -> Message:
        """One message; where Telegram cannot read our marks, its plain words; where a topic is gone, without it."""
        try:
            return await self.bot.send_message(
                chat, message_thread_id=thread, link_preview_options=NO_PREVIEW, api_kwargs=dict(keyboard), **words
            )
        except TelegramError as error:
            if telegram_errors.says(error, telegram_errors.NOT_PARSED) and "parse_mode" in words:
                return await self._said({"text": render.plain(words["text"])}, chat, thread, keyboard)
            if telegram_errors.says(error, telegram_errors.NO_THREAD) and thread:
                return await self._said(words, chat, None, keyboard)
            raise

    def _pictures(self, reply: Reply, chat: int, thread: int | None) -> list[Part]:
        from bot.pictures import file_name, png

        def sending(number: int) -> Part:
            picture = render.pictures(reply)[number]

            async def send() -> Message:
                drawn = await asyncio.to_thread(png, picture)  # it takes tens of milliseconds; others go on
                return await self.bot.send_photo(
                    chat,
                    drawn,
                    caption=render.caption(picture),
                    parse_mode=ParseMode.HTML,
                    message_thread_id=thread,
                    filename=file_name(picture, number),
                )

            return send

        return [sending(number) for number in range(len(render.pictures(reply)))]

    def _document(self, reply: Reply, chat: int, thread: int | None) -> list[Part]:
        document = reply.document
        if document is None:
            return []

        async def send() -> Message:
            from bot.documents import docx

            written = await asyncio.to_thread(docx, document, self.service.now())
            return await self.bot.send_document(chat, written, filename=document.name, message_thread_id=thread)

        return [send]

    # The card that was pressed.

    async def _changed(self, letter: Letter, pressed: Card, text: Mapping[str, Any] | None) -> bool:
        """Make the pressed card the next one when it is the last word; else show on it who answered what."""
        words = card.answered(self.service, letter, pressed)
        if text and card.becomes_next(self.service, letter, pressed):
            return await self.edit(pressed, {**text, "text": render.answered(text["text"], words)})
        before = card.to_settle(self.service, letter, pressed)
        if before or card.becomes_next(self.service, letter, pressed):
            was = outbox.known_as(self.service.db, NAME, pressed.ref)
            if was:
                shown = render.messages(from_json(was.body), self.labels(was), was.id)[-1]
                await self.edit(pressed, {"text": render.settled(shown["text"], words)})
        return False

    async def edit(self, pressed: Card, part: Mapping[str, Any]) -> bool:
        """Whether the card now shows `part`; one that is gone or too old cannot."""
        markup = part.get("reply_markup")
        await self.paces.wait(int(pressed.room))
        try:
            await self.bot.edit_message_text(
                part["text"],
                int(pressed.room),
                int(pressed.id),
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=InlineKeyboardMarkup.de_json(markup, self.bot) if markup else None,
            )
        except TelegramError as error:
            if telegram_errors.says(error, telegram_errors.SAME):
                return True
            if telegram_errors.says(error, *telegram_errors.GONE, telegram_errors.NOT_PARSED):
                return False
            raise
        return True

    def labels(self, letter: Letter) -> dict[str, str]:
        """The words of the buttons and of the sources, in the language of whom the letter is for."""
        lang = self._language(letter)
        return {name: self.service.library.phrase(id, lang) for name, id in LABELS.items()}

    def _language(self, letter: Letter) -> str:
        person = people.find(self.service.db, letter.person or "")
        return person.language if person else self.language
