"""Who may send a form in, and how often. There are no cookies: whoever has the address may write, and nobody else."""

from urllib.parse import urlsplit

from starlette.requests import Request

from handlers.web_links import Web

PER_LINK = 60  # posts in a minute: eight pages, double clicks and second tries, several colleagues at once
PER_ADDRESS = 300  # posts in a minute: many suppliers may stand behind one proxy
SITES = (None, "same-origin", "none")  # where a browser may say that a post comes from; old ones do not say


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
