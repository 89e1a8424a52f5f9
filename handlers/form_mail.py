"""Sending a self-assessment by e-mail, where a mail server is configured: one question, and a letter to the supplier.

The supplier's address stands in the letter, not in the talk and not in the audit trail.
"""

import hashlib
import re
from dataclasses import replace

from handlers import form_sending, talk, web_links
from handlers.context import Context
from handlers.form_links import about, good_for
from handlers.form_sending import numbered
from handlers.messages import Message, Place, Reply, to_json
from storage import outbox, talks
from storage import self_assessments as stored
from storage.self_assessments import SelfAssessment
from storage.talks import Talk

PLATFORM = "mail"
ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
MOST_ADDRESS = 254  # characters; RFC 5321


def mail_form(message: Message, ctx: Context) -> Reply:
    """`/mail-form 3`: the talk asks for the supplier's address."""
    one = numbered(message, ctx)
    if one is None or not ctx.mails:
        return ctx.reply("old_button")
    if one.state not in ("sent", "returned"):
        return ctx.reply("form_not_open")
    return talk.start("mail-form", {}, ctx, one.id)


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Write the letter, with an address of its own to the form."""
    one, to = stored.find(ctx.db, talk.subject or 0), str(talk.answers["to"]).strip()
    talks.keep(ctx.db, replace(talk, answers={}), ctx.now)
    if one is None or not ctx.mails:
        return ctx.reply("old_button")
    if one.state not in ("sent", "returned"):
        return ctx.reply("form_not_open")
    if not ADDRESS.fullmatch(to) or len(to) > MOST_ADDRESS:
        return ctx.reply("form_mail_wrong", (ctx.button("form_mail_button", f"/mail-form {one.id}"),))
    if not outbox.exists(ctx.db, key := _key(talk, one, to)):
        _write(key, one, to, ctx)
    return ctx.reply("form_mailed", (ctx.button("form_list_button", f"/assess {one.id}"),), supplier=one.supplier_name)


def _key(talk: Talk, one: SelfAssessment, to: str) -> str:
    """The same for an answer that is given twice, another for one that was put right."""
    return f"mail:{talk.id}:{one.version}:{hashlib.sha256(to.encode()).hexdigest()[:16]}"


def _write(key: str, one: SelfAssessment, to: str, ctx: Context) -> None:
    link = web_links.make("form", about(one.id), good_for(one, ctx), ctx)
    body = to_json(Reply(form_sending.letter(one, link, ctx)))
    outbox.add(ctx.db, key, PLATFORM, Place(PLATFORM, "", to).key, body, ctx.now, ctx.person.id)
    ctx.did("mailed", about(one.id))
