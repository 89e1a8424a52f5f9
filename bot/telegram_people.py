"""Who writes from Telegram: officers who were invited or linked their account. Anybody can find a bot, so a stranger
gets one line, and nothing of what she said is kept."""

import logging
from datetime import date

import orjson
from telegram import Bot
from telegram.error import TelegramError

from bot.heard import Heard
from bot.service import Service
from bot.telegram_hear import NAME
from bot.telegram_send import NO_PREVIEW
from handlers import help, linking
from handlers.clean import clean
from handlers.context import Context
from handlers.messages import Message, Reply, to_json
from knowledge.text import para
from storage import audit, inbox, outbox, people
from storage.people import Address, Person

log = logging.getLogger("duly.telegram")

MOST_LINES = 200  # to strangers in a day
MOST_CODES = 5  # that one stranger may try in a day
SWEDISH = ("sv", "nb", "no", "nn", "da")  # languages whose readers read Swedish
MOST_NAME = 80


class TelegramPeople:
    """Knows officers by their accounts, and remembers for a day which strangers were told."""

    def __init__(self, service: Service, bot: Bot, language: str) -> None:
        self.service, self.bot, self.language = service, bot, language
        self.day = date.min
        self.told: set[int] = set()
        self.tried: dict[str, int] = {}

    def known(self, account: str) -> Person | None:
        """The officer whose account it is, unless she was removed."""
        person = people.at_address(self.service.db, NAME, "", account)
        return person if person and person.role != people.REMOVED else None

    def may_try(self, account: str) -> bool:
        """Whether somebody who is not known may try one more code today."""
        self._new_day()
        self.tried[account] = self.tried.get(account, 0) + 1
        return self.tried[account] <= MOST_CODES

    async def turn_away(self, chat: int, phrase: str = "stranger") -> None:
        """One fixed line a day, in both languages; nothing is kept but that there was somebody."""
        self._new_day()
        if chat in self.told or len(self.told) >= MOST_LINES:
            return
        if not self.told:
            with self.service.kept():
                about = f"strangers:{self.day.isoformat()}"
                audit.append(self.service.db, NAME, "turned away", about, self.service.now())
        self.told.add(chat)
        try:
            words = self.service.library.phrase(phrase, self.language)
            await self.bot.send_message(chat, words, link_preview_options=NO_PREVIEW)
        except TelegramError as error:
            log.warning("stranger not told", extra={"error": type(error).__name__})

    def come_in(self, heard: Heard) -> bool:
        """Let in whoever brings a code; False when it is none. What is said to her is written in the same commit."""
        service, code = self.service, heard.text.removeprefix("/start ").strip()
        who = orjson.loads(heard.more) if heard.more else {}
        name = " ".join(clean(str(who.get("name", ""))).replace("|", " ").split())[:MOST_NAME] or "Telegram"
        lang = self._language(str(who.get("lang", "")))
        account = Address(NAME, "", heard.account, heard.place.key)
        with service.kept():
            ctx = service.context_of(Person("", name, lang, "reader"), heard.place)
            person = linking.welcome(code, account, name, lang, ctx)
            said = self._welcome(person, heard) if person else None
            if said is None and linking.claim_unknown(code, account, name, ctx):
                said = ctx.reply("link_claimed")
            if said:
                key = f"came:{heard.keys[0]}"
                outbox.add(
                    service.db, key, NAME, heard.place.key, to_json(said), service.now(), person.id if person else None
                )
            inbox.settle(service.db, NAME, heard.keys[0])
        return said is not None

    def _welcome(self, person: Person, heard: Heard) -> Reply:
        ctx: Context = self.service.context_of(person, heard.place)
        hello = help.hello(Message("", heard.place, person.id, ""), ctx)
        words = para(ctx.phrase("invited_welcome", name=person.name, role=ctx.phrase(f"role_{person.role}")))
        return Reply((words, *hello.parts), hello.buttons)

    def _language(self, code: str) -> str:
        """Swedish for the Nordic languages that read it, English for all others; ours when Telegram does not say."""
        short = code[:2].casefold()
        return self.language if not short else "sv" if short in SWEDISH else "en"

    def _new_day(self) -> None:
        today = self.service.today()
        if today != self.day:
            self.day, self.told, self.tried = today, set(), {}


def brings_code(heard: Heard) -> bool:
    """Whether somebody comes with a code, in a conversation of her own."""
    return not heard.place.shared and heard.text.startswith("/start ") and not heard.withheld
