"""receive(message): everything that follows from a message, in one transaction; a redelivery, answered from it.

Messages that wait together share one commit: each has a savepoint, and one that fails undoes only itself. Nothing is
answered before it is kept.
"""

import contextlib
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from bot.watch import Unwatched, Watch
from handlers import conduct, dispatch, privacy
from handlers.clean import MOST, clean
from handlers.context import Context
from handlers.messages import Message, Place, Reply, from_json, to_json
from handlers.web_links import HERE_ONLY, Web
from knowledge.library import Library
from knowledge.rules import calendar
from storage import inbox, outbox, people
from storage.database import Database, Failed, out_of_reach, savepoint, write
from storage.people import Person

log = logging.getLogger("duly.service")

Now = Callable[[], datetime]
ANSWERING = timedelta(seconds=5)  # a terminal shows an answer in milliseconds; after this it surely died


def utc_now() -> datetime:
    return datetime.now(UTC)


class NotKept(Exception):
    """The message could not be stored, so nothing happened. Try again."""


class Fault(Exception):
    """A handler failed; the cause says how. What it had changed is undone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say to one message; `keys` name the letters in the outbox that carry it. `again`: it was said before."""

    replies: tuple[Reply, ...]
    keys: tuple[str, ...]
    again: bool = False


class Service:
    """The one door to the core. `presents`: platforms whose caller shows the answer itself, at once."""

    def __init__(
        self,
        db: Database,
        library: Library,
        zone: ZoneInfo,
        now: Now = utc_now,
        presents: Sequence[str] = ("terminal",),
    ) -> None:
        self.db, self.library, self.zone, self.now, self.presents = db, library, zone, now, presents
        self.lock = threading.RLock()
        self.telegram = ""  # what our bot is called there; its leaf asks
        self.web: Web = HERE_ONLY
        self.watch: Watch = Unwatched()
        self.mails = False  # whether letters to suppliers can be sent by e-mail

    def receive(self, message: Message) -> Answer:
        """Handle one message.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        return self.receive_all([message])[0]

    def receive_all(self, messages: Sequence[Message]) -> list[Answer]:
        """Handle messages that waited together, in one commit.

        A fault is rare, so it pays to go without savepoints at first (they cost a seventh of a message). When there is
        one, all of it is undone and done again with a savepoint each, and the fault undoes only its own message.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        begun = time.perf_counter()
        try:
            with self.kept():
                answers = [self._one(message, contextlib.nullcontext()) for message in messages]
        except Fault:
            with self.kept():
                answers = [self._guarded(message) for message in messages]
        self.watch.handled(len(messages), time.perf_counter() - begun)
        return answers

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """One transaction, one at a time.

        Raises:
            NotKept: the database could not be written; nothing was changed.
        """
        with self.lock:
            try:
                with write(self.db):
                    yield
            except Failed as error:
                log.error("not kept", extra={"reason": str(error)})
                self.watch.not_kept()
                raise NotKept(str(error)) from None

    def _guarded(self, message: Message) -> Answer:
        """Handle one message so that a fault in it undoes nothing else."""
        try:
            return self._one(message, savepoint(self.db))
        except Fault as fault:
            return self._apologise(message, fault)

    def _one(self, message: Message, apart: contextlib.AbstractContextManager[None]) -> Answer:
        """Keep, handle and answer one message; what it does is done within `apart`.

        Raises:
            Fault: a handler failed, in a way nobody foresaw.
        """
        now = self.now()
        text = clean(message.text[: MOST + 1])
        withheld = message.withheld or self.withheld(message.text)
        heard = message if text == message.text else replace(message, text=text)
        body = orjson.dumps({"text": "" if withheld else text}).decode()
        id = inbox.add(self.db, message.place.platform, message.id, message.place.key, message.person, body, now)
        if id is None:
            return self._said_before(message)
        try:
            with apart:
                ctx = self._context(message, now)
                said = _for_all(ctx.reply(withheld)) if withheld else dispatch.handle(heard, ctx)
                return self._keep(id, message.place, ctx, said, message.card)
        except Exception as error:
            if out_of_reach(error):
                raise
            raise Fault from error

    def withheld(self, words: str) -> str | None:
        """The phrase that says why `words` may not be kept, or None when they may."""
        if len(words) > MOST:
            return "too_long_message"
        text = clean(words)
        return conduct.refusal(text, self._is_draft(text))

    def _is_draft(self, text: str) -> bool:
        """A draft of one's own speaks of tenders and percentages, and tells nothing of anybody's bid."""
        command = self.library.command_in(text.removeprefix("/"))
        return command is not None and command[0] == "check"

    def _keep(self, id: int, place: Place, ctx: Context, said: Reply, card: str | None = None) -> Answer:
        """Write what is said as letters: to the place where it was asked, or to the person alone."""
        lease = ctx.now + ANSWERING if place.platform in self.presents else None
        letters = self._letters(place, ctx, said)
        keys = tuple(f"reply:{id}:{number}" for number in range(len(letters)))
        for key, (where, reply) in zip(keys, letters, strict=True):
            outbox.add(
                self.db,
                key,
                where.platform,
                where.key,
                to_json(reply),
                ctx.now,
                ctx.person.id,
                leased_until=lease,
                card=card if where == place else None,
            )
        return Answer(tuple(reply for _, reply in letters), keys)

    def _letters(self, place: Place, ctx: Context, said: Reply) -> list[tuple[Place, Reply]]:
        """What is for her eyes goes to her own room; those who read along learn only that it did."""
        if not (said.private and place.shared):
            return [(place, said)]
        own = people.own_place(self.db, ctx.person.id, place.platform, place.tenant)
        told = (place, privacy.neutral(self.library, ctx.lang))
        return [told, (Place.of(own), said)] if own else [told]

    def _said_before(self, message: Message) -> Answer:
        """What was answered the first time; nothing is changed."""
        event = inbox.find(self.db, message.place.platform, message.id)
        assert event is not None  # its key is taken
        bodies = outbox.written(self.db, f"reply:{event.id}:")
        keys = tuple(f"reply:{event.id}:{number}" for number in range(len(bodies)))
        return Answer(tuple(from_json(body) for body in bodies), keys, again=True)

    def _apologise(self, message: Message, fault: Fault) -> Answer:
        """Log once without what was typed, keep the message for repair, and say what to do."""
        event = inbox.find(self.db, message.place.platform, message.id)
        assert event is not None  # it was kept before it was handled
        error = fault.__cause__
        trace = "".join(traceback.format_tb(error.__traceback__ if error else None))
        log.error("not handled", extra={"inbox": event.id, "error": type(error).__name__, "trace": trace})
        inbox.bury(self.db, event.id, type(error).__name__)
        ctx = self._context(message, self.now())
        return self._keep(event.id, message.place, ctx, _for_all(ctx.reply("apology", number=event.id)))

    def _context(self, message: Message, now: datetime) -> Context:
        person = people.find(self.db, message.person)
        assert person is not None  # the platform leaf lets only known people in
        return self._context_at(now, person, message.place)

    def today(self) -> date:
        """The local day."""
        return self.now().astimezone(self.zone).date()

    def context_of(self, person: Person, place: Place) -> Context:
        """A context outside a message: for reminders, and for commands that only read."""
        return self._context_at(self.now(), person, place)

    def context_for(self, id: str) -> Context:
        """The same for somebody by her id, wherever she was seen last."""
        person = people.find(self.db, id)
        assert person is not None  # a foreign key
        key = people.place_of(self.db, id)
        return self.context_of(person, Place.of(key) if key else Place("terminal"))

    def _context_at(self, now: datetime, person: Person, place: Place) -> Context:
        zone = self.zone_for(person)
        return Context(self.db, self.library, now, zone, person, place, self.zone, self.telegram, self.web, self.mails)

    def zone_for(self, person: Person) -> ZoneInfo:
        """Where her days begin."""
        return calendar.zone_named(person.zone, self.zone)

    def shown(self, answer: Answer) -> None:
        """The caller has shown `answer`: it is not sent again.

        Raises:
            NotKept: the database could not be written; the answer will be shown once more.
        """
        with self.kept():
            outbox.shown(self.db, answer.keys, self.now())


def _for_all(reply: Reply) -> Reply:
    """`reply`, which repeats nothing of what was said and names no record, so that everybody may read it."""
    return replace(reply, level=privacy.PUBLIC)
