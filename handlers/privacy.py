"""What may be said where others read along: knowledge to all, records only where the room was allowed to show them.

Each word that Duly acts on has a row in NEEDED. What has no row needs the most, so that a new command shows nothing
by accident. What a room may not show goes to the person alone, and her talk goes on where only she reads.
"""

from dataclasses import replace

from handlers.context import Context
from handlers.messages import Message, Place, Reply
from knowledge.library import Library
from knowledge.text import para
from storage import people, rooms, talks
from storage.database import Database
from storage.rooms import LEVELS

PUBLIC, INTERNAL, SECRET = LEVELS
TALK = "talk"  # as much as the talk needs that the word is about

NEEDED: dict[str, str] = {
    # Knowledge, the same for everybody.
    "ask": PUBLIC,
    "help": PUBLIC,
    "hello": PUBLIC,
    "language": PUBLIC,
    "timezone": PUBLIC,
    "label": PUBLIC,
    "compare": PUBLIC,
    "self-assessment": PUBLIC,
    "policy": PUBLIC,  # decided documents, which answers name anyway
    "priorities": PUBLIC,
    "quick": PUBLIC,  # what is typical for anybody's purchase
    "group": PUBLIC,
    "look": PUBLIC,
    "topic": PUBLIC,
    "form": PUBLIC,
    "clause": PUBLIC,  # alone; see _of_words
    "market": PUBLIC,
    "report": PUBLIC,  # where others read along it is the version for everybody
    "report-file": PUBLIC,
    "public-report": PUBLIC,
    # Contracts that are signed, and the people who follow them up.
    "supplier": INTERNAL,
    "follow-up": INTERNAL,
    "record": INTERNAL,
    "follow": INTERNAL,
    "reminders": INTERNAL,
    "done": INTERNAL,
    "strike": INTERNAL,
    "answered-by": INTERNAL,
    "snooze": INTERNAL,
    "move": INTERNAL,
    "remind": INTERNAL,
    "pause": INTERNAL,
    "stop-repeating": INTERNAL,
    "away": INTERNAL,
    "here-again": INTERNAL,
    "snooze-anyway": INTERNAL,
    "escalate": INTERNAL,
    "undo": INTERNAL,
    "team": INTERNAL,
    "hand-over": INTERNAL,
    "reopen": INTERNAL,
    "show": INTERNAL,
    "calendar-file": INTERNAL,
    "certificate": INTERNAL,
    "contract": INTERNAL,
    "plan": INTERNAL,
    "report-named": INTERNAL,  # it names who has a contract
    "replan": INTERNAL,
    "reuse": SECRET,  # what came from others tells of deviations
    "maturity": INTERNAL,
    "fairtrade-city": INTERNAL,
    "hand-over-all": INTERNAL,
    "hand-all": INTERNAL,
    # What is only for oneself.
    "link": SECRET,
    "unlink": SECRET,
    "pair": SECRET,
    "calendar": SECRET,
    "new-calendar": SECRET,
    "drop-calendar": SECRET,
    "forget-me": SECRET,
    "forget": SECRET,
    # Suppliers with a deviation.
    "deviation": SECRET,
    "another": SECRET,
    "note": SECRET,
    "close-deviation": SECRET,
    "classify": SECRET,
    "confirm-deviation": SECRET,
    "keep-open": SECRET,
    "action": SECRET,
    "action-done": SECRET,
    "verify-action": SECRET,
    "reject-action": SECRET,
    "withdraw-action": SECRET,
    "under-way": SECRET,
    "share": SECRET,  # it tells of deviations
    "ladder": SECRET,
    "chosen": SECRET,
    "confirm-decision": SECRET,
    "withdraw": SECRET,
    "letter": SECRET,
    "draft-letter": SECRET,
    "mail": SECRET,
    "mail-in": SECRET,
    "protocol": SECRET,
    "protocol-of": SECRET,
    "inspection": SECRET,
    "checklist": SECRET,
    "point": SECRET,
    "point-deviation": SECRET,
    "inspection-end": SECRET,
    "inspection-open": SECRET,
    "portfolio": SECRET,  # it shows the traffic light of each
    "portfolio-picture": SECRET,
    "week": SECRET,
    # What a supplier answers, and what is held of it; an address to a form is for one person.
    "assess": SECRET,
    "assess-of": SECRET,
    "assess-answers": SECRET,
    "new-link": SECRET,
    "self-assessment-reminder": SECRET,
    "withdraw-form": SECRET,
    "mail-form": SECRET,
    "judge": SECRET,
    "judge-so": SECRET,
    "judge-other": SECRET,
    "ask-back": SECRET,
    "send-back": SECRET,
    "verdict": SECRET,
    "form-deviation": SECRET,
    "form-again": SECRET,
    "form-to": SECRET,
    "send-form": SECRET,
    # What is being bought, before it is decided who delivers.
    "risk": SECRET,
    "need": SECRET,
    "wording": SECRET,
    "check": SECRET,
    "procurement": SECRET,
    "clauses": SECRET,
    "choose": SECRET,
    "remove-clause": SECRET,
    "drop-clause": SECRET,
    "document": SECRET,
    "case": SECRET,
    "cells": SECRET,
    "chain": SECRET,
    # Talks.
    "set": TALK,
    "change": TALK,
    "back": TALK,
    "skip": TALK,
    "explain": TALK,
    "review": TALK,
    "resume": TALK,
    "cancel": TALK,
    "start": TALK,
    "fill": TALK,
}

TALKS: dict[str, str] = {
    "risk": SECRET,
    "need": SECRET,
    "wording": SECRET,
    "follow-up": INTERNAL,
    "policy": INTERNAL,
    "maturity": INTERNAL,
    "fairtrade-city": INTERNAL,
    "done": INTERNAL,
    "snooze": INTERNAL,
    "hand-over": INTERNAL,
    "new-day": INTERNAL,
    "deviation": SECRET,
    "deviation-note": SECRET,
    "deviation-class": SECRET,
    "deviation-close": SECRET,
    "action": SECRET,
    "action-proof": SECRET,
    "action-reject": SECRET,
    "action-withdraw": SECRET,
    "decision": SECRET,
    "certificate": INTERNAL,
    "contract": SECRET,  # it offers procurements, of which others are still to be decided
    "reuse": SECRET,
    "inspection": SECRET,
    "inspection-point": SECRET,
    "send-form": SECRET,
    "mail-form": SECRET,
    "judgement": SECRET,
    "verdict": SECRET,
}
FILES = SECRET  # a photo may belong to a deviation


def level_needed(message: Message, ctx: Context) -> str:
    """The level a room must have for the answer to `message` to be shown to all. Ask before it is handled."""
    going_on = talks.open_in(ctx.db, ctx.place.key, ctx.person.id)
    said = FILES if message.files else _of_words(message.text, going_on is not None, ctx)
    return _higher(said, _of_flow(going_on.flow) if going_on else PUBLIC)


def _of_words(words: str, in_talk: bool, ctx: Context) -> str:
    """What the words themselves need, whatever talk they are said in."""
    pressed = words.startswith("/")
    said = words.removeprefix("/").strip()
    word, _, rest = said.partition(" ")
    if pressed and rest and word in NEEDED:
        return _of_pressed(word, rest.strip(), ctx)
    found = ctx.library.command_in(said)
    if found and (pressed or in_talk or ctx.library.orders(found, words)):  # otherwise it is a question
        return NEEDED.get(found[0], SECRET)
    return SECRET if pressed and word not in NEEDED else PUBLIC  # an answer, a verb or a question; see `guard`


def _of_pressed(word: str, rest: str, ctx: Context) -> str:
    if word in ("start", "fill"):
        return _of_flow(rest.split()[0])
    if word == "clause" and len(rest.split()) > 1:  # of a procurement, which the button to choose it names
        return SECRET
    return _of_talk(rest, ctx) if NEEDED[word] == TALK else NEEDED[word]


def _of_talk(address: str, ctx: Context) -> str:
    """What the talk in "12.category" needs; nothing is told of a talk that is not one's own."""
    number = address.split()[0].partition(".")[0]
    known = number.isdecimal() and number.isascii() and len(number) < 13
    found = talks.find(ctx.db, int(number), ctx.person.id) if known else None
    return _of_flow(found.flow) if found else PUBLIC


def _of_flow(flow: str) -> str:
    return TALKS.get(flow, SECRET)


def _higher(one: str, other: str) -> str:
    return max(one, other, key=LEVELS.index)


def guard(reply: Reply, needed: str, ctx: Context) -> Reply:
    """`reply` as it may be said in this shared place. What it names counts, and the talk it goes on with."""
    needed = _higher(needed, reply.level or needed)
    going_on = talks.open_in(ctx.db, ctx.place.key, ctx.person.id)
    needed = _higher(needed, _of_flow(going_on.flow)) if going_on else needed
    said = guarded(reply, needed, room_level(ctx.db, ctx.place))
    if said.private and going_on:
        own = people.own_place(ctx.db, ctx.person.id, ctx.place.platform, ctx.place.tenant)
        if own and not Place.of(own).shared:
            talks.move(ctx.db, going_on, own, ctx.now)
    return said


def guarded(reply: Reply, needed: str, level: str) -> Reply:
    """`reply` with what it needs; for the person alone where `level` is not enough."""
    return replace(reply, level=needed, private=reply.private or not _enough(level, needed))


def room_level(db: Database, place: Place) -> str:
    """How much may be shown in a place to all who read there."""
    return rooms.level_of(db, place.platform, place.tenant, place.room) or PUBLIC


def may_show(db: Database, place: Place, needed: str) -> bool:
    """Whether what needs this level may be shown in `place` now; ask again before it is sent.

    What nobody judged (""), such as a reminder, needs the most.
    """
    return not place.shared or _enough(room_level(db, place), needed)


def _enough(level: str, needed: str) -> bool:
    return LEVELS.index(level) >= (LEVELS.index(needed) if needed in LEVELS else len(LEVELS) - 1)


def neutral(library: Library, lang: str) -> Reply:
    """What the others in the room see instead."""
    return Reply((para(library.phrase("answered_in_private", lang)),), level=PUBLIC)


def settled(library: Library, lang: str) -> Reply:
    """What becomes of a message about an item that the room may not read of: no name, no title, nothing to press."""
    return Reply((para(library.phrase("settled_neutral", lang)),), level=PUBLIC)
