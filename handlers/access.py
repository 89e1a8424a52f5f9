"""Which role may do what: one table for commands and buttons, one for talks. Asked at every act, with the role of now.

What has no row needs an administrator, so that a new command lets nobody in by accident.
"""

from dataclasses import replace

from handlers.context import Context
from handlers.messages import Reply
from storage import people
from storage.people import ROLES
from storage.rooms import LEVELS

PUBLIC = LEVELS[0]

READER, OFFICER, LEAD, ADMIN = ROLES[1:]
TALK = "talk"  # whatever the talk needs that the word is about

NEEDED: dict[str, str] = {
    # Reading, and what concerns oneself.
    "ask": READER,
    "help": READER,
    "hello": READER,
    "language": READER,
    "timezone": READER,
    "link": READER,
    "unlink": READER,
    "pair": READER,
    "forget-me": READER,
    "forget": READER,
    "label": READER,
    "compare": READER,
    "self-assessment": READER,
    "quick": READER,
    "group": READER,
    "look": READER,
    "topic": READER,
    "form": READER,
    "clause": READER,
    "market": READER,
    "policy": READER,
    "priorities": READER,
    "procurement": READER,
    "supplier": READER,
    "follow-up": READER,  # a sentence that records begins a talk, which has its own row
    "reminders": READER,
    "show": READER,
    "calendar": READER,
    "new-calendar": READER,
    "drop-calendar": READER,
    "calendar-file": READER,
    "deviation": READER,  # what is recorded begins a talk, which has its own row
    "action": READER,  # what is agreed on begins a talk, which has its own row
    "ladder": READER,
    "chosen": READER,
    "letter": READER,
    "certificate": READER,
    "contract": READER,  # what is recorded begins a talk, which has its own row
    "portfolio": READER,
    "assess": READER,
    "assess-of": READER,
    "assess-answers": READER,
    "report": READER,
    "public-report": READER,
    "week": READER,
    "team": READER,  # making one has a row among OTHERS
    "reuse": READER,
    "inspection": READER,  # what is recorded begins a talk, which has its own row
    "share": OFFICER,  # it shows the file; only who may run commands on the machine signs one
    "case": READER,
    "cells": READER,
    "chain": READER,
    "portfolio-picture": READER,
    "clauses": READER,
    "document": READER,
    # The work.
    "risk": OFFICER,
    "need": OFFICER,
    "wording": OFFICER,
    "check": OFFICER,
    "record": OFFICER,
    "follow": OFFICER,
    "choose": OFFICER,
    "remove-clause": OFFICER,
    "drop-clause": OFFICER,
    "done": OFFICER,
    "strike": OFFICER,
    "answered-by": OFFICER,
    "snooze": OFFICER,
    "move": OFFICER,
    "remind": OFFICER,
    "pause": OFFICER,
    "stop-repeating": OFFICER,
    "away": OFFICER,
    "here-again": OFFICER,
    "snooze-anyway": OFFICER,
    "escalate": OFFICER,
    "undo": OFFICER,
    "hand-over": OFFICER,
    "hand-over-all": OFFICER,
    "hand-all": OFFICER,
    "reopen": OFFICER,
    "note": OFFICER,
    "another": OFFICER,
    "plan": OFFICER,
    "replan": OFFICER,
    "close-deviation": OFFICER,
    "classify": OFFICER,
    "confirm-deviation": OFFICER,
    "keep-open": OFFICER,
    "action-done": OFFICER,
    "verify-action": OFFICER,
    "reject-action": OFFICER,
    "withdraw-action": OFFICER,
    "under-way": OFFICER,
    "confirm-decision": OFFICER,
    "withdraw": OFFICER,
    "draft-letter": OFFICER,
    "mail": OFFICER,
    "mail-in": OFFICER,
    "protocol": OFFICER,
    "protocol-of": OFFICER,
    "checklist": OFFICER,
    "point": OFFICER,
    "point-deviation": OFFICER,
    "inspection-end": OFFICER,
    "inspection-open": OFFICER,
    "maturity": OFFICER,
    "fairtrade-city": OFFICER,
    "new-link": OFFICER,
    "self-assessment-reminder": OFFICER,
    "withdraw-form": OFFICER,
    "mail-form": OFFICER,
    "judge": OFFICER,
    "judge-so": OFFICER,
    "judge-other": OFFICER,
    "ask-back": OFFICER,
    "send-back": OFFICER,
    "verdict": OFFICER,
    "form-deviation": OFFICER,
    "form-again": OFFICER,
    "form-to": OFFICER,
    "send-form": OFFICER,
    "report-file": OFFICER,
    "report-named": OFFICER,
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

# For what a colleague answers for, where that is more than for one's own. Deputies act as for their own.
OTHERS: dict[str, str] = {
    "hand-over": LEAD,
    "hand-over-all": LEAD,
    "hand-all": LEAD,
    "undo": LEAD,
    "team": LEAD,
}

TALKS: dict[str, str] = {
    "risk": OFFICER,
    "need": OFFICER,
    "wording": OFFICER,
    "follow-up": OFFICER,
    "policy": OFFICER,
    "maturity": OFFICER,
    "fairtrade-city": OFFICER,
    "done": OFFICER,
    "snooze": OFFICER,
    "hand-over": OFFICER,
    "new-day": OFFICER,
    "deviation": OFFICER,
    "deviation-note": OFFICER,
    "deviation-class": OFFICER,
    "deviation-close": OFFICER,
    "action": OFFICER,
    "action-proof": OFFICER,
    "action-reject": OFFICER,
    "action-withdraw": OFFICER,
    "decision": OFFICER,
    "certificate": OFFICER,
    "contract": OFFICER,
    "reuse": OFFICER,
    "inspection": OFFICER,
    "inspection-point": OFFICER,
    "send-form": OFFICER,
    "mail-form": OFFICER,
    "judgement": OFFICER,
    "verdict": OFFICER,
}


def may(word: str, ctx: Context, others: bool = False) -> bool:
    """Whether the person may do what `word` says; `others`: to something that a colleague answers for.

    A word about a talk is always heard; the talk is looked at when it is found (see `may_talk`).
    """
    needed = OTHERS.get(word) if others else None
    return _holds(ctx, needed or NEEDED.get(word, ADMIN))


def may_talk(flow: str, ctx: Context) -> bool:
    """Whether the person may begin this talk, and go on with it."""
    return _holds(ctx, TALKS.get(flow, ADMIN))


def _holds(ctx: Context, needed: str) -> bool:
    held = ROLES.index(ctx.person.role) if ctx.person.role in ROLES else 0
    return held >= ROLES.index(READER if needed == TALK else needed)


def only_reads(id: str, ctx: Context) -> Reply | None:
    """Why nothing can be given to somebody: what she is in charge of she could not settle. None where it can."""
    person = people.find(ctx.db, id)
    if person is None or ROLES.index(person.role) >= ROLES.index(OFFICER):
        return None
    return ctx.reply("taker_only_reads", name=person.name)


def refused(ctx: Context, word: str, others: bool = False) -> Reply:
    """What to say instead, and whom to ask."""
    if not _holds(ctx, READER):
        return _gone(ctx)
    wanted = OTHERS.get(word) if others else None
    return _ask_for(wanted or NEEDED.get(word, ADMIN), ctx)


def refused_talk(ctx: Context, flow: str) -> Reply:
    """The same for a talk."""
    return _ask_for(TALKS.get(flow, ADMIN), ctx) if _holds(ctx, READER) else _gone(ctx)


def _gone(ctx: Context) -> Reply:
    """She may be told this much, and nothing more."""
    return replace(ctx.reply("refused_removed"), level=PUBLIC)


def _ask_for(needed: str, ctx: Context) -> Reply:
    return ctx.reply("refused_role", have=ctx.phrase(f"role_{ctx.person.role}"), need=ctx.phrase(f"role_{needed}"))
