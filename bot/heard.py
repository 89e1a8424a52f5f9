"""What a platform delivered, in our words: kept as JSON before the platform is told that its event arrived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from bot.service import Service
from handlers.messages import Attachment, Message, Place
from storage import inbox
from storage.inbox import Event


@dataclass(frozen=True, slots=True)
class Heard:
    """Something said or pressed by an account of a platform.

    `keys`: the platform's own names for it; the first is its id, and any of them met before makes it a repetition.
    `card`: the posted message whose button was pressed, and what was pressed, as JSON of the platform's leaf; `more` is
    what else only that leaf reads, such as where a file lies.
    """

    keys: tuple[str, ...]
    account: str
    place: Place
    text: str
    card: str | None = None
    withheld: str = ""
    more: str = ""

    def message(self, person: str, files: tuple[Attachment, ...] = ()) -> Message:
        """It, once we know who said it and have what came with it."""
        return Message(self.keys[0], self.place, person, self.text, files, self.withheld, self.card)


def keep_all(service: Service, several: Sequence[Heard]) -> list[Heard | None]:
    """Keep what came together, in one commit; None for what was met before.

    What may not be kept is left out, with the reason, before anything is written.

    Raises:
        NotKept: the database could not be written; nothing was kept.
    """
    with service.kept():
        return [_keep(service, heard) for heard in several]


def _keep(service: Service, heard: Heard) -> Heard | None:
    withheld = heard.withheld or service.withheld(heard.text)
    kept = replace(heard, text="", withheld=withheld) if withheld else heard
    new = inbox.keep(service.db, heard.place.platform, heard.keys, heard.place.key, to_json(kept), service.now())
    return kept if new else None


def to_json(heard: Heard) -> str:
    """`heard` as the inbox keeps it; its keys stand beside it."""
    said = heard.account, heard.place.key, heard.text, heard.card, heard.withheld, heard.more
    return orjson.dumps(said).decode()


def from_event(event: Event) -> Heard:
    """What `to_json` wrote."""
    account, place, text, card, withheld, *more = orjson.loads(event.body)  # one that 0.1 kept has nothing more
    return Heard((event.event_key,), account, Place.of(place), text, card, withheld, *more)
