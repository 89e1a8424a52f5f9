"""Who may send a form in, and how often; and how often what lies behind an address may be fetched.

There are no cookies: whoever has the address may read or write, and nobody else.
"""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.limiter import Limiter
from handlers.web_links import Web
from storage.web_links import WebLink

PER_LINK = 60  # in a minute: eight pages, double clicks and second tries, several colleagues at once
PER_ADDRESS = 300  # in a minute: many suppliers may stand behind one proxy
ALL = 100_000  # in a minute, by everybody
SITES = (None, "same-origin", "none")  # where a browser may say that a post comes from; old ones do not say


class TooFast(Exception):
    """More is asked of one link than people ask."""


class Reading:
    """How often a page or a file is fetched: what it takes to make it is spent on whoever has the address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.links = Limiter(PER_LINK, ALL, clock)
        self.addresses = Limiter(PER_ADDRESS, ALL, clock)

    def lets_in(self, request: Request) -> bool:
        """Whether whoever asks is heard at all. Ask before the link is looked up, so that nobody guesses fast."""
        return self.addresses.allows(address_of(request))

    def count(self, link: WebLink) -> None:
        """Note that a link is followed.

        Raises:
            TooFast: once too often in this minute.
        """
        if not self.links.allows(str(link.id)):
            raise TooFast


def from_ourselves(request: Request, web: Web) -> bool:
    """Whether the form stood on one of our pages, as far as the browser tells.

    Our pages let no address out (`Referrer-Policy: no-referrer`), so browsers send `Origin: null` even to ourselves.
    Source: Fetch standard, "serializing a request origin".
    """
    origin = request.headers.get("origin")
    return request.headers.get("sec-fetch-site") in SITES and origin in (None, "null", _origin(web.url))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def address_of(request: Request) -> str:
    """Where a request comes from. uvicorn believes X-Forwarded-For from this machine alone (FORWARDED_ALLOW_IPS)."""
    return request.client.host if request.client else ""
