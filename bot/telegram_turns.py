"""More of a card in Telegram: the whole answer, the next choices, a month. Such a press is not kept."""

import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.render import telegram as render
from bot.render import telegram_buttons
from bot.service import Service
from bot.telegram_hear import NAME, Turn
from bot.telegram_send import NO_PREVIEW, TelegramPost
from handlers.messages import Place, Reply, from_json
from knowledge.rules import calendar
from storage import outbox, people

log = logging.getLogger("duly.telegram")


class Turns:
    """Turns the pages of what was posted."""

    def __init__(self, service: Service, bot: Bot, post: TelegramPost) -> None:
        self.service, self.bot, self.post = service, bot, post

    async def show(self, turn: Turn) -> None:
        """Show more of a card; one of another place shows nothing, since a press can be forged."""
        await quietly(self.bot.answer_callback_query(turn.query))
        letter = outbox.find(self.service.db, turn.letter)
        place = Place(NAME, "", str(turn.chat), turn.thread, turn.shared)
        if letter is None or letter.place != place.key:
            return
        reply, labels = from_json(letter.body), self.post.labels(letter)
        if turn.kind == "c":
            await quietly(self._month(turn, reply, letter.person))
        elif turn.kind == "p":
            shown = render.messages(reply, labels, letter.id, page=turn.to)[-1]
            await quietly(self._keys(turn, shown.get("reply_markup")))
        elif turn.kind == "m":
            await quietly(self._whole(turn, render.messages(reply, labels, letter.id, full=True)))

    async def _whole(self, turn: Turn, parts: Sequence[Mapping[str, Any]]) -> None:
        """The whole of a card in its place; what does not fit there follows."""
        thread = int(turn.thread) if turn.thread else None
        for number, part in enumerate(parts):
            shown: dict[str, Any] = {
                "parse_mode": ParseMode.HTML,
                "link_preview_options": NO_PREVIEW,
                "reply_markup": _markup(part.get("reply_markup"), self.bot),
            }
            if number == 0:
                await self.bot.edit_message_text(part["text"], turn.chat, turn.message, **shown)
            else:
                await self.bot.send_message(turn.chat, part["text"], message_thread_id=thread, **shown)

    async def _month(self, turn: Turn, reply: Reply, person: str | None) -> None:
        officer = people.find(self.service.db, person or "")
        lang, today = officer.language if officer else self.post.language, self.service.today()
        ahead = min(turn.to, telegram_buttons.MOST_MONTHS)
        title = calendar.month_title(today, ahead, lang)
        days = telegram_buttons.month(reply.picker, turn.letter, ahead, today, calendar.SHORT_DAYS[lang], title)
        await self._keys(turn, {"inline_keyboard": days})

    async def _keys(self, turn: Turn, markup: Mapping[str, Any] | None) -> None:
        await self.bot.edit_message_reply_markup(turn.chat, turn.message, reply_markup=_markup(markup, self.bot))


def _markup(markup: Mapping[str, Any] | None, bot: Bot) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup.de_json(dict(markup), bot) if markup else None


async def quietly(what: Coroutine[Any, Any, Any]) -> None:
    """A word to Telegram that changes nothing of ours, such as that a press was seen."""
    try:
        await what
    except TelegramError as error:
        log.warning("not told", extra={"error": type(error).__name__})
