"""What a certificate may answer: an open item that asks for one. A person closes it, never the certificate.

An item that names other schemes, and leaves no room for an equivalent one, is not answered by it.
"""

import re

from handlers import items, labels
from handlers.context import Context
from handlers.messages import Button, Reply
from knowledge.rules import calendar
from knowledge.text import Items, Part, Span, para
from knowledge.words import fold
from storage import certificates, follow_ups
from storage.certificates import Certificate
from storage.follow_ups import FollowUp

NUMBER = re.compile(r"\d{1,12}", re.ASCII)
MOST_SHOWN = 4
MOST_ITEMS = 200  # looked at of one supplier
MOST_LABEL = 75  # characters on a button, of which Slack takes no more
ALIKE = ("likvärdig", "equivalent")

Rows = tuple[tuple[Button, ...], ...]


def answered(certificate: Certificate, ctx: Context) -> list[FollowUp]:
    """The open items that the certificate may answer, those that name its scheme first; none once it is void."""
    if certificate.replaced or certificate.valid_to < ctx.today:
        return []
    open_here = [each for each in follow_ups.of_supplier(ctx.db, certificate.supplier, MOST_ITEMS) if _asks(each, ctx)]
    fitting = [each for each in open_here if _fits(each, certificate, ctx)]
    return sorted(fitting, key=lambda item: not _names(item, certificate, ctx))[:MOST_SHOWN]


def _asks(item: FollowUp, ctx: Context) -> bool:
    """Whether it asks for a certificate, and is not there to remind of one that was shown."""
    return item.state == "open" and item.kind == "certificate" and not certificates.is_followed_by(ctx.db, item.id)


def _fits(item: FollowUp, certificate: Certificate, ctx: Context) -> bool:
    room = any(fold(word) in fold(item.subject) for word in ALIKE)
    return room or _names(item, certificate, ctx) or not labels.named(item.subject, ctx)


def _names(item: FollowUp, certificate: Certificate, ctx: Context) -> bool:
    schemes = {label.id for label in labels.named(certificate.scheme, ctx)}
    named = {label.id for label in labels.named(item.subject, ctx)}
    return fold(certificate.scheme) in fold(item.subject) or bool(schemes & named)


def offered(certificate: Certificate, ctx: Context) -> tuple[tuple[Part, ...], Rows]:
    """The items that it may answer, with the question whether it does, and a button for each."""
    found = answered(certificate, ctx)
    if not found:
        return (), ()
    lines = Items(tuple((Span(items.line(item, ctx)),) for item in found))
    rows = tuple((_button(item, certificate, ctx),) for item in found)
    return (para(ctx.phrase("certificate_answers")), lines), rows


def _button(item: FollowUp, certificate: Certificate, ctx: Context) -> Button:
    label = ctx.phrase("certificate_answers_button", number=item.id, subject=item.subject)
    return Button(label[:MOST_LABEL], f"/answered-by {item.id} {certificate.id}")


def close(item: FollowUp, words: str, ctx: Context) -> Reply:
    """`/answered-by 5 3`: item 5 is done, with certificate 3 as what came of it."""
    certificate = certificates.find(ctx.db, int(words)) if NUMBER.fullmatch(words) else None
    if certificate is None or certificate.supplier != item.supplier or item.kind != "certificate":
        return ctx.reply("old_button")
    day = calendar.short(certificate.valid_to, ctx.lang)
    told = {"number": certificate.id, "scheme": certificate.scheme, "its": certificate.number, "day": day}
    return items.done(item, ctx.phrase("certificate_answers_note", **told), ctx)
