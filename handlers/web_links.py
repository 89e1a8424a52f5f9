"""Addresses that carry their own key, for whoever has no account with us: made, read, revoked.

A token is an id and a key, signed. The signature says that we made it; the row says whether it is still good. So a
clock that was set back locks nobody out, and a token is never compared as a string, since several strings can carry
the same signature.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from storage import web_links
from storage.database import Database
from storage.web_links import WebLink

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer  # which only who makes or reads an address should wait for

    from handlers.context import Context  # which knows us

KEY_BYTES = 16  # 128 bits
SPELT = re.compile(r"[\w.-]{1,300}", re.ASCII)  # whoever decodes base64 would pass over all else; ours are under 90
PATHS = {"form": "/form/{}", "report": "/report/{}", "calendar": "/calendar/{}.ics"}
NOBODY = "nobody"  # what is looked up for a token that is not ours, so that all take the same way


@dataclass(frozen=True, slots=True)
class Web:
    """Where our pages are reached and how they present themselves. `secret` signs the addresses.

    `colour` is the organisation's own, as #rrggbb.
    """

    url: str = "http://127.0.0.1:8080"
    secret: str = field(default="", repr=False)
    organisation: str = ""
    colour: str = ""

    @property
    def public(self) -> bool:
        """Whether others than this machine can reach the pages."""
        return self.url.startswith("https://")


HERE_ONLY = Web()  # nobody else can reach it


def make(kind: str, about: str, good_for: timedelta | None, ctx: "Context") -> str:
    """A new address to "table:id"; what carries it is written nowhere but in what is returned."""
    key = secrets.token_urlsafe(KEY_BYTES)
    until = ctx.now + good_for if good_for else None
    id = web_links.add(ctx.db, kind, about, _hash(key), ctx.person.id, ctx.now, until)
    ctx.did("made", f"web_links:{id}", {"kind": kind, "about": about})
    return ctx.web.url.rstrip("/") + PATHS[kind].format(_signer(ctx.web, kind).dumps([id, key]))


def read(token: str, kind: str, db: Database, web: Web) -> WebLink | None:
    """The row behind a token of ours, good or not; None for a token that is foreign, forged or of another kind."""
    id, key = _opened(token, kind, web)
    return web_links.with_key(db, kind, id, _hash(key))


def find(token: str, kind: str, db: Database, web: Web, now: datetime) -> WebLink | None:
    """The row behind a token that is still good."""
    found = read(token, kind, db, web)
    return found if found and found.good(now) else None


def _opened(token: str, kind: str, web: Web) -> tuple[int, str]:
    from itsdangerous import BadData

    try:
        said = _signer(web, kind).loads(token if SPELT.fullmatch(token) else "")
    except (BadData, ValueError):  # an over-long number is a ValueError
        return 0, NOBODY
    id, key = said if isinstance(said, list) and len(said) == 2 else (0, NOBODY)
    return (id, key) if isinstance(id, int) and 0 < id < 2**62 and isinstance(key, str) else (0, NOBODY)


def _signer(web: Web, kind: str) -> "URLSafeSerializer":
    from itsdangerous import URLSafeSerializer

    return URLSafeSerializer(web.secret, salt=f"duly.{kind}", signer_kwargs={"digest_method": hashlib.sha256})


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
