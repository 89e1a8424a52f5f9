"""The posted message whose button was pressed, and what becomes of it, where what was posted can be changed."""

from dataclasses import dataclass

import orjson

from bot.service import Service
from handlers.settling import is_settled
from storage import outbox, people
from storage.outbox import Letter

REPLACES = ("set", "skip", "back", "change", "explain")  # words of a card that become the next card
EDITS = "edits"  # in a letter's card: the number of the older letter that it changes
SETTLES = ("start",)  # words of a reminder, which keeps what it says and shows who acted


@dataclass(frozen=True, slots=True)
class Card:
    """Where it is, what the button says and how it reads."""

    room: str
    id: str
    says: str
    label: str

    @property
    def ref(self) -> str:
        return f"{self.room}:{self.id}"

    @property
    def word(self) -> str:
        return self.says.removeprefix("/").partition(" ")[0]


def to_json(room: str, id: str, says: str, label: str) -> str | None:
    """A card as a letter keeps it; None when nobody knows which message it was."""
    return orjson.dumps({"ref": f"{room}:{id}", "says": says, "label": label}).decode() if room and id else None


def card_of(letter: Letter) -> Card | None:
    """The card that `letter` answers."""
    if not letter.card:
        return None
    known = orjson.loads(letter.card)
    if EDITS in known:
        return None
    room, _, id = known["ref"].rpartition(":")
    return Card(room, id, known["says"], known["label"])


def edits(letter: Letter) -> bool:
    """Whether `letter` only changes an older one, by our own initiative."""
    return bool(letter.card) and EDITS in orjson.loads(letter.card or "{}")


def edited_by(service: Service, letter: Letter) -> Card | None:
    """The posted message that `letter` changes; None when it never arrived."""
    ref = outbox.ref_of(service.db, int(orjson.loads(letter.card or "{}")[EDITS]))
    room, _, id = (ref or "").rpartition(":")
    return Card(room, id, "", "") if room and id else None


def becomes_next(service: Service, letter: Letter, card: Card) -> bool:
    """Whether the card becomes the next one: when it is the last word in the conversation."""
    last = outbox.last_in(service.db, letter.platform, letter.place)
    return card.word in REPLACES and last == card.ref


def to_settle(service: Service, letter: Letter, card: Card) -> Letter | None:
    """The letter that the card was, when it is to show who answered."""
    before = outbox.known_as(service.db, letter.platform, card.ref)
    if before is None or is_settled(before, service.db):
        return None
    return before if card.word in REPLACES or (card.word in SETTLES and before.item is not None) else None


def answered(service: Service, letter: Letter, card: Card) -> str:
    """Who pressed what."""
    person = people.find(service.db, letter.person or "")
    return f"{person.name if person else ''}: {card.label}"
