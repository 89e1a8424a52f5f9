"""What comes as a file: evidence of a deviation, proof of an action, or a certificate.

It is kept as it came; Duly does not read it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import (
    access,
    acting,
    actions,
    certificates,
    deviations,
    evidence,
    inspecting,
    inspection_points,
    inspections,
    on_site,
    talk,
)
from handlers.context import Context
from handlers.items import NUMBER
from handlers.messages import Message, Reply
from knowledge.text import para
from storage import actions as stored_actions
from storage import deviations as stored
from storage import talks
from storage.actions import Action
from storage.deviations import Deviation
from storage.talks import Talk

TAKE_FILES = ("deviation", "certificate")  # talks that keep them until they have made their record


def received(message: Message, going_on: Talk | None, ctx: Context) -> Reply | None:
    """Keep the files where they belong; None when they are kept and the words are still to be answered."""
    command, rest = ctx.library.command_in(message.text.removeprefix("/")) or ("", message.text)
    if named := _named(command, rest, ctx):
        return _add(*named, message, ctx)
    if proves := _action(command, rest, ctx):
        return _prove(*proves, command, message, ctx)
    if command == "deviation":
        return _begin("deviation", deviations.heard(rest, ctx) if rest else {}, message, ctx)
    if command == "certificate":
        return _begin("certificate", certificates.heard(rest, ctx), message, ctx)
    if going_on and going_on.flow in (*TAKE_FILES, *on_site.TALKS, *acting.ABOUT_ACTION):
        return _into(going_on, message, ctx)
    if going_on and going_on.flow == inspecting.FLOW:
        return inspecting.photographed(going_on, message, ctx)
    if (recent := deviations.latest(ctx)) and _is_of_site(message, ctx):
        return _add(recent, message.text, message, ctx)
    if (visit := inspections.under_way(ctx)) and _is_of_site(message, ctx):
        return inspection_points.add_files(visit, None, message.files, message.text, ctx)
    return _begin("certificate", certificates.heard(message.text, ctx), message, ctx)


def _named(command: str, rest: str, ctx: Context) -> tuple[Deviation, str] | None:
    """The deviation in "3", "#3", "avvikelse 3" or "anteckning 3 vid lastkajen", and the words about the files."""
    if command not in ("", "deviation", "note"):
        return None
    said = NUMBER.fullmatch(rest)
    if said is None or (said[2].strip() and command != "note"):
        return None
    found = stored.find(ctx.db, int(said[1]))
    return (found, said[2].strip()) if found else None


def _add(found: Deviation, words: str, message: Message, ctx: Context) -> Reply:
    if not access.may("note", ctx):
        return access.refused(ctx, "note")
    return deviations.add_files(found, message.files, words, ctx)


def _action(command: str, rest: str, ctx: Context) -> tuple[Action, str] | None:
    """The action in "åtgärd 2 vid insläppet" or "klar åtgärd 2 …", and the words about the files."""
    said = NUMBER.fullmatch(rest) if command in ("action", "action-done") else None
    found = stored_actions.find(ctx.db, int(said[1])) if said else None
    return (found, said[2].strip()) if said and found else None


def _prove(found: Action, words: str, command: str, message: Message, ctx: Context) -> Reply | None:
    """Keep files with an action. What the supplier says with them is still to be answered."""
    if not access.may("action-done", ctx):
        return access.refused(ctx, "action-done")
    if command == "action-done":
        actions.keep_files(found, message.files, "", ctx)
        return None
    return actions.add_files(found, message.files, words, ctx)


def _begin(flow: str, heard: Mapping[str, Any], message: Message, ctx: Context) -> Reply:
    """A talk that the files began, and that keeps them."""
    if not access.may_talk(flow, ctx):
        return access.refused_talk(ctx, flow)
    said = talk.start(flow, {**heard, evidence.WAITING: evidence.waiting(message.files)}, ctx)
    parts = (para(ctx.phrase(f"file_for_{flow}")), *said.parts)
    return replace(said, parts=parts)


def _into(going_on: Talk, message: Message, ctx: Context) -> Reply | None:
    """Files that come in the middle of a talk are part of what it is about."""
    if going_on.flow in TAKE_FILES:
        going_on = evidence.joined(going_on, message.files)
        talks.keep(ctx.db, going_on, ctx.now)
    elif going_on.flow in acting.ABOUT_ACTION:
        if action := stored_actions.find(ctx.db, going_on.subject or 0):
            actions.keep_files(action, message.files, "", ctx)
    elif found := stored.find(ctx.db, going_on.subject or 0):
        evidence.add_files(found.about, message.files, "", ctx)
    if message.text:
        return None
    again = talk.again(going_on, ctx)
    return replace(again, parts=(para(ctx.phrase("file_kept", count=len(message.files))), *again.parts))


def _is_of_site(message: Message, ctx: Context) -> bool:
    """Whether what was sent after a deviation goes with it: photos, and no words about a certificate."""
    photos = all(evidence.KINDS[file.kind] == "photo" for file in message.files)
    return photos and not certificates.heard(message.text, ctx)
