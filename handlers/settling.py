"""Acting on an item settles it everywhere: on each message about it, on whatever platform, stands who did what.

Each message that is to change is a letter of its own, so that a restart forgets none; the courier changes it in place.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import orjson

from handlers import overtaken, privacy, secrecy
from handlers.context import Context
from handlers.messages import Button, Place, Reply, from_json, to_json
from knowledge.rules import calendar
from knowledge.text import Note, para
from storage import outbox, people
from storage.database import Database
from storage.follow_ups import FollowUp
from storage.outbox import Letter

PLATFORMS = ("slack", "telegram")  # where what was posted can be changed
REACHES = timedelta(days=30)  # an older message stays as it is; Duly's own proposal
KEY = "settle:"
OPENS = ("reopened", "undid", "moved")  # after these it can be acted on


@dataclass(frozen=True, slots=True)
class Act:
    """`what` names the phrase, `mark` tells this act from others with the item, `to` is who or when it was put off to.

    `undo`: the number that undoes it, or 0. `whose`: it concerns only what she is told; None is everybody. `day`: to
    which it was moved.
    """

    what: str
    mark: str
    undo: int = 0
    whose: str | None = None
    to: str = ""
    day: date | None = None


def settle(item: FollowUp, act: Act, ctx: Context) -> None:
    """Show on each message about `item` who did what; what could be pressed goes, or comes back with the item."""
    for letter in outbox.about(ctx.db, item.id, PLATFORMS, ctx.now - REACHES):
        if act.whose is None or letter.person == act.whose:
            _write(letter, item, act, ctx)


def moved(item: FollowUp, day: date, ctx: Context) -> None:
    """Show on each message about `item`, which told of another day, that it was moved to `day`."""
    settle(item, Act("moved", f"m{item.version + 1}", day=day), ctx)


def _write(letter: Letter, item: FollowUp, act: Act, ctx: Context) -> None:
    person = people.find(ctx.db, letter.person or "")
    hers = replace(ctx, person=person or ctx.person, place=Place.of(letter.place))
    hers = replace(hers, zone=ctx.zone_of(hers.person.id))
    reply = _reply(from_json(letter.body), item, act, ctx.person.id, hers)
    if not privacy.may_show(ctx.db, hers.place, reply.level):
        reply = privacy.settled(hers.library, hers.lang)
    key = f"{KEY}{item.id}:{act.mark}:{letter.id}"
    outbox.add(ctx.db, key, letter.platform, letter.place, to_json(reply), ctx.now, letter.person, card=_card(letter))


def _card(letter: Letter) -> str:
    """As a letter names the older one that it changes; bot/card.py reads it."""
    return orjson.dumps({"edits": letter.id}).decode()


def is_settled(letter: Letter, db: Database) -> bool:
    """Whether the message shows, or soon will, who did what; then nothing else is written on it."""
    return letter.item is not None and outbox.edited(db, f"{KEY}{letter.item}:", _card(letter))


def _reply(was: Reply, item: FollowUp, act: Act, by: str, hers: Context) -> Reply:
    to = calendar.words(act.day, hers.lang) if act.day else act.to
    words = hers.phrase(f"settled_{act.what}", **overtaken.by_whom(by, hers.now, hers), to=to)
    parts = (*was.parts, Note(para(words).spans))
    return replace(was, parts=parts, buttons=_rows(was, item, act, hers), level=secrecy.of_item(item, hers))


def _rows(was: Reply, item: FollowUp, act: Act, hers: Context) -> tuple[tuple[Button, ...], ...]:
    if act.what in OPENS:
        return was.buttons
    show = hers.button("show_button", f"/show {item.id}")
    return ((undo_button(act.undo, hers), show),) if act.undo else ((show,),)


def undo_button(undo: int, ctx: Context) -> Button:
    return ctx.button("undo_button", f"/undo {undo}")
