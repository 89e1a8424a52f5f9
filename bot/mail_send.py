"""A letter by e-mail: handed to the mail server once, as plain text, under a name that a repetition shares.

Until the text was offered nothing can have left. A connection that breaks after that leaves it open whether the server
took it: the letter is handed over once more, and whoever gets it twice can tell by its Message-ID.
"""

import asyncio
import hashlib
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime

from bot.config import MailSettings
from bot.courier import STOPPED
from bot.delivery import Outcome
from bot.render.plain import plain_text
from bot.service import Service
from handlers.form_mail import PLATFORM
from handlers.messages import Place, Reply
from knowledge.text import Heading
from storage.outbox import Letter

PATIENCE = 30.0  # seconds for one answer of the server
MOST_SUBJECT = 200  # characters
LABELS = {"source": "label_source", "checked": "label_checked"}
BROKEN = (smtplib.SMTPServerDisconnected, OSError)
GO_ON, TAKEN = 354, 250  # what the server says when it wants the text, and when it has it


@dataclass
class Refused(Exception):
    """The server, or the way to it, and what that means for the letter."""

    outcome: Outcome


class MailPost:
    """The mail server as the courier sees it."""

    name = PLATFORM
    lease = timedelta(seconds=300)
    settles = timedelta(seconds=60)

    def __init__(self, service: Service, settings: MailSettings) -> None:
        self.service, self.settings = service, settings

    async def send(self, letter: Letter, reply: Reply, repeated: bool) -> Outcome:  # noqa: ARG002
        """One try, on a thread. What stayed unclear once is tried once more, and then a person is told."""
        message = composed(letter, reply, self.settings, self.service)
        to = Place.of(letter.place).room
        outcome = await asyncio.to_thread(handed_over, message, to, self.settings)
        if letter.state == "pending" or outcome.state not in ("pending", "unknown"):
            return outcome
        unclear = Outcome("failed", error="nobody can tell whether it arrived")
        return unclear if outcome.state == "unknown" else Outcome("unknown", error=outcome.error)


def composed(letter: Letter, reply: Reply, settings: MailSettings, service: Service) -> EmailMessage:
    """The letter as a mail; its first part, a heading, is the subject."""
    title, *rest = reply.parts
    assert isinstance(title, Heading)
    words = {name: service.library.phrase(id, "sv") for name, id in LABELS.items()}
    message = EmailMessage()
    message["Subject"] = " ".join(title.text.split())[:MOST_SUBJECT]
    message["From"], message["To"] = settings.sender, Place.of(letter.place).room
    message["Date"] = format_datetime(service.now())
    message["Message-ID"] = message_id(letter.dedupe_key, settings)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{plain_text(Reply(tuple(rest)), words)}\n", charset="utf-8", cte="quoted-printable")
    return message


def message_id(key: str, settings: MailSettings) -> str:
    """The same for the same letter; it tells nothing of what the letter is about."""
    named = hashlib.sha256(f"{settings.sender}:{key}".encode()).hexdigest()[:32]
    return f"<{named}@{settings.sender.rpartition('@')[2]}>"


def handed_over(message: EmailMessage, to: str, settings: MailSettings) -> Outcome:
    """What came of offering `message` to the server, once."""
    try:
        server = _reached(settings)
    except Refused as refused:
        return refused.outcome
    except (ssl.SSLError, smtplib.SMTPException) as error:
        return Outcome("pending", error=type(error).__name__)
    except OSError:
        return Outcome("pending", error="no connection")
    try:
        outcome = _offered(server, message, to, settings)
    except BROKEN:
        outcome = Outcome("pending", error="the connection broke")
    with suppress(*BROKEN):  # what breaks after the answer changes nothing
        server.quit()
    server.close()
    return outcome


def _reached(settings: MailSettings) -> smtplib.SMTP:
    """A server that has let us in.

    Raises:
        Refused: it has not.
        OSError: it cannot be reached.
    """
    safe = ssl.create_default_context()
    if settings.tls:
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=PATIENCE, context=safe)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
    try:
        server.ehlo_or_helo_if_needed()
        if not settings.tls and not settings.near and server.has_extn("starttls"):
            server.starttls(context=safe)
            server.ehlo()
        elif not settings.tls and not settings.near:
            raise Refused(Outcome(STOPPED, error="the mail server offers no encryption"))
        _let_in(server, settings)
    except BaseException:
        server.close()
        raise
    return server


def _let_in(server: smtplib.SMTP, settings: MailSettings) -> None:
    if not settings.user:
        return
    try:
        server.login(settings.user, settings.password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise Refused(_refusal(error.smtp_code)) from None
        raise Refused(Outcome(STOPPED, error="the mail server does not know the password")) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(Outcome(STOPPED, error="the mail server takes no password")) from None


def _offered(server: smtplib.SMTP, message: EmailMessage, to: str, settings: MailSettings) -> Outcome:
    for step, whom in ((server.mail, settings.sender), (server.rcpt, to)):
        code, _ = step(whom)
        if not 200 <= code < 300:
            return _refusal(code)
    code, _ = server.docmd("DATA")
    if code != GO_ON:
        return _refusal(code)
    try:
        server.send(_stuffed(message))
        code, _ = server.getreply()
    except BROKEN as error:
        return Outcome("unknown", error=type(error).__name__)
    return Outcome("sent", str(message["Message-ID"])) if code == TAKEN else _refusal(code)


def _refusal(code: int) -> Outcome:
    """A 4xx may pass later, a 5xx will not. The server's own words may name the receiver, and are left out."""
    return Outcome("failed" if code >= 500 else "pending", error=f"the mail server answered {code}")


def _stuffed(message: EmailMessage) -> bytes:
    """The text as it goes over the line, a dot at the beginning of a line doubled, and the dot that ends it."""
    text = message.as_bytes(policy=LINES)
    return re.sub(rb"(?m)^\.", b"..", text.removesuffix(b"\r\n")) + b"\r\n.\r\n"
