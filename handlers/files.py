"""Photos and documents that come with a message: evidence of a deviation, or a certificate to record."""

import re
from dataclasses import replace
from datetime import timedelta

from handlers import certificates, deviations, evidence, talk
from handlers.context import Context
from handlers.evidence import KEY
from handlers.messages import Message, Reply
from knowledge.text import para
from storage import deviations as stored
from storage import talks
from storage.talks import Talk

TAKES = ("deviation", "certificate")  # talks that files belong to
NUMBERED = re.compile(r"(?:avvikelse|deviation)?\s*#?(\d{1,12})", re.IGNORECASE)
LATELY = timedelta(hours=2)


def received(message: Message, going_on: Talk | None, ctx: Context) -> Reply:
    """What to do with the files of a message, by its words and by what goes on."""
    numbered = NUMBERED.fullmatch(message.text.strip())
    if numbered and (found := stored.find(ctx.db, int(numbered[1]))):
        return _to_deviation(found.id, message, ctx)
    if message.text and (command := ctx.library.command_in(message.text)) and command[0] == "deviation":
        return talk.start("deviation", {**deviations.heard(command[1], ctx), **evidence.waiting(message.files)}, ctx)
    if going_on and going_on.flow in TAKES:
        return _to_talk(going_on, message, ctx)
    if not message.text and (latest := stored.latest_of(ctx.db, ctx.person.id, ctx.now, LATELY)):
        return _to_deviation(latest.id, message, ctx)
    heard = certificates.heard(message.text, ctx) if message.text else {}
    return talk.start("certificate", {**heard, **evidence.waiting(message.files)}, ctx)


def _to_talk(going_on: Talk, message: Message, ctx: Context) -> Reply:
    files = [*(going_on.answers.get(KEY) or ()), *evidence.waiting(message.files)[KEY]]
    whole = replace(going_on, answers={**going_on.answers, KEY: files})
    talks.keep(ctx.db, whole, ctx.now)
    asked = talk.again(whole, ctx)
    return replace(asked, parts=(para(ctx.phrase("file_kept", count=len(files))), *asked.parts))


def _to_deviation(id: int, message: Message, ctx: Context) -> Reply:
    evidence.keep(f"deviations:{id}", evidence.waiting(message.files), ctx)
    return ctx.reply("file_added", (ctx.button("show_button", f"/deviation {id}"),), number=id)
