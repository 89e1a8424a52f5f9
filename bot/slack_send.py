"""A letter to Slack: posted once, or put in the place of the card that was pressed; looked for before a second try."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import card
from bot.card import Card
from bot.courier import BARRED
from bot.delivery import Outcome
from bot.inbox import Later
from bot.pace import Pace
from bot.render import slack as render
from bot.service import Service
from bot.slack_errors import NOT_THERE, OUR_FAULT, error_of, outcome_of
from bot.slack_hear import NAME
from bot.slack_people import SlackPeople
from handlers import privacy
from handlers.messages import Place, Reply, from_json
from storage import people
from storage.database import moment
from storage.outbox import Letter

PAGES, PAGE = 5, 100  # of a channel's history, when a letter is looked for
BEFORE = timedelta(seconds=5)  # clocks differ
MOST_ALT = 1_000  # characters
MOST_ANSWERED = 2_000
PLAIN = 3_500  # characters of a message without blocks
EVENT = "duly_letter"
LABELS = {
    "source": "label_source",
    "checked": "label_checked",
    "choose": "choose_in_list",
    "choose_date": "choose_a_day",
}
Part = Mapping[str, Any]


class SlackPost:
    """Slack as the courier sees it."""

    name = NAME
    lease = timedelta(seconds=50)
    settles = timedelta(seconds=45)  # the longest an attempt takes, and 30 seconds for Slack's history to catch up

    def __init__(self, service: Service, client: AsyncWebClient, people: SlackPeople, pace: Pace) -> None:
        self.service, self.client, self.people, self.pace = service, client, people, pace
        self.private: dict[str, str] = {}  # Slack's channel of each private room

    async def send(self, letter: Letter, reply: Reply, repeated: bool) -> Outcome:
        """Send what has not arrived of `letter`; its ref is the last message of it."""
        place = Place.of(letter.place)
        try:
            channel = await self._channel(place)
            if place.shared and (reason := await self._barred(place, channel, reply)):
                return Outcome(BARRED, error=reason)
            arrived = await self._arrived(letter, channel, place.thread) if repeated else {}
            return await self._all(letter, reply, channel, place.thread, arrived)
        except Later:
            return Outcome("pending", error="Slack cannot be asked about the room")
        except Exception as error:
            outcome = outcome_of(error)
            if outcome.retry_after:
                self.pace.busy(place.room, outcome.retry_after)
            return outcome

    async def _barred(self, place: Place, channel: str, reply: Reply) -> str:
        """Why this may not be said in a shared room after all: it may have changed since it was written."""
        if await self.people.read_along_elsewhere(channel):
            return "people of other organisations read here"
        return "" if privacy.may_show(self.service.db, place, reply.level) else "the room may not read this"

    async def _channel(self, place: Place) -> str:
        """Slack's name of the room."""
        if not place.room.startswith("@"):
            return place.room
        if place.room not in self.private:
            opened = await self.client.conversations_open(users=place.room[1:])
            self.private[place.room] = str(opened["channel"]["id"])
        return self.private[place.room]

    async def _all(
        self, letter: Letter, reply: Reply, channel: str, thread: str, arrived: Mapping[str, str]
    ) -> Outcome:
        parts = render.messages(reply, self._labels(letter), str(letter.id))
        pressed = card.card_of(letter)
        ref = ""
        for number, part in enumerate(parts):
            key = _key(letter, number)
            if key in arrived:
                ref = arrived[key]
            elif number == 0 and pressed and await self._put_in_place(letter, pressed, part):
                ref = pressed.id
            else:
                ref = await self._posted(channel, thread, part, key)
        await self._files(letter, reply, channel, thread, arrived)
        return Outcome("sent", f"{channel}:{ref}")

    async def _posted(self, channel: str, thread: str, part: Part, key: str) -> str:
        await self.pace.wait(channel)
        metadata = {"event_type": EVENT, "event_payload": {"key": key}}
        quiet: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "metadata": metadata}
        try:
            said = await self.client.chat_postMessage(channel=channel, thread_ts=thread or None, **part, **quiet)
        except Exception as error:
            if error_of(error) not in OUR_FAULT:
                raise
            words = str(part["text"])[:PLAIN]
            said = await self.client.chat_postMessage(channel=channel, thread_ts=thread or None, text=words, **quiet)
        return str(said["ts"])

    # The card that was pressed.

    async def _put_in_place(self, letter: Letter, pressed: Card, part: Part) -> bool:
        """Make the pressed card the next one when it is the last word; else show on it who answered what."""
        words = card.answered(self.service, letter, pressed)[:MOST_ANSWERED]
        if card.becomes_next(self.service, letter, pressed):
            answered = {"type": "context", "elements": [{"type": "plain_text", "text": words}]}
            return await self._changed(pressed, str(part["text"]), [answered, *part["blocks"]])
        before = card.to_settle(self.service, letter, pressed)
        if before:
            was = render.messages(from_json(before.body), self._labels(before), str(before.id))[-1]
            await self._changed(pressed, str(was["text"]), render.settled(was["blocks"], words))
        return False

    async def _changed(self, pressed: Card, text: str, blocks: list[Any]) -> bool:
        """Whether the card could be changed; one that is gone cannot."""
        try:
            await self.client.chat_update(channel=pressed.room, ts=pressed.id, text=text, blocks=blocks)
        except Exception as error:
            if error_of(error) in (*NOT_THERE, *OUR_FAULT):
                return False
            raise
        return True

    # Pictures and documents.

    async def _files(self, letter: Letter, reply: Reply, channel: str, thread: str, arrived: Mapping[str, str]) -> None:
        from bot.documents import docx
        from bot.pictures import file_name, png

        for number, picture in enumerate(render.pictures(reply)):
            name = _named(letter, file_name(picture, number))
            if name not in arrived:
                drawn = await asyncio.to_thread(png, picture)  # it takes tens of milliseconds; others go on
                await self._upload(channel, thread, name, drawn, picture.title, picture.alt)
        if reply.document and (name := _named(letter, reply.document.name)) not in arrived:
            written = await asyncio.to_thread(docx, reply.document, self.service.now())
            await self._upload(channel, thread, name, written, reply.document.title)

    async def _upload(self, channel: str, thread: str, name: str, data: bytes, title: str, alt: str = "") -> None:
        await self.pace.wait(channel)
        await self.client.files_upload_v2(
            channel=channel,
            thread_ts=thread or None,
            file=data,
            filename=name,
            title=title,
            alt_txt=alt[:MOST_ALT] or None,
        )

    # Looking for what arrived.

    async def _arrived(self, letter: Letter, channel: str, thread: str) -> dict[str, str]:
        """What of `letter` stands in the channel: keys and file names, each with the time of its message."""
        found: dict[str, str] = {}
        since, cursor = f"{(moment(letter.created_at) - BEFORE).timestamp():.6f}", ""
        for _ in range(PAGES):
            page = await self._history(channel, thread, since, cursor)
            for message in page.get("messages") or ():
                key = ((message.get("metadata") or {}).get("event_payload") or {}).get("key")
                if key:
                    found[str(key)] = str(message["ts"])
                found |= {str(file.get("name")): str(message["ts"]) for file in message.get("files") or ()}
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return found

    async def _history(self, channel: str, thread: str, since: str, cursor: str) -> dict[str, Any]:
        asked: dict[str, Any] = {"oldest": since, "limit": PAGE, "include_all_metadata": True}
        if cursor:
            asked["cursor"] = cursor
        if thread:
            answer = await self.client.conversations_replies(channel=channel, ts=thread, **asked)
        else:
            answer = await self.client.conversations_history(channel=channel, **asked)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def _labels(self, letter: Letter) -> dict[str, str]:
        person = people.find(self.service.db, letter.person or "")
        language = person.language if person else self.people.language
        return {name: self.service.library.phrase(id, language) for name, id in LABELS.items()}


def _key(letter: Letter, number: int) -> str:
    """An opaque name for one message of a letter, the same at every try, different in every installation."""
    return hashlib.sha256(f"{letter.dedupe_key}|{letter.created_at}|{number}".encode()).hexdigest()[:24]


def _named(letter: Letter, name: str) -> str:
    """The name of a file with a mark of its letter in it, so that it can be found again."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem or name}-{_key(letter, -1)[:6]}{dot}{ending if stem else ''}"
