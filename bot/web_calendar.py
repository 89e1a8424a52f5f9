"""`GET /calendar/<token>.ics`: what one person or team is to follow up, for a program that asks again and again.

An address that was taken back, that is forged, or whose owner has left says the same as one that never was.
"""

import asyncio
import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import pages
from bot.ics import ics
from bot.service import NotKept, Service
from bot.web_guard import Reading, TooFast
from handlers import calendars, web_links
from knowledge.text import Document
from storage import web_links as stored
from storage.database import Failed

TYPE = "text/calendar; charset=utf-8"


def routes(service: Service, reading: Reading | None = None) -> list[BaseRoute]:
    """The one route."""
    limits = reading or Reading()

    async def calendar(request: Request) -> Response:
        try:
            if not limits.lets_in(request):
                raise TooFast
            found = await asyncio.to_thread(_found, service, request, limits)
        except TooFast:
            return pages.too_fast(service.library, service.web, pages.language(request))
        except (NotKept, Failed):
            return Response(status_code=503, headers={"retry-after": "60"})
        if found is None:
            return pages.nowhere(service.library, service.web, pages.language(request))
        return _answer(request, found)

    return [Route("/calendar/{token}.ics", calendar)]


def _found(service: Service, request: Request, limits: Reading) -> Document | None:
    """The calendar behind an address. That it was opened is counted, and nothing else about who did.

    Raises:
        TooFast: it is opened more often than programs need to.
        NotKept: the database cannot be written.
        Failed: it cannot be read.
    """
    now = service.now()
    with service.lock:
        link = web_links.find(request.path_params["token"], calendars.KIND, service.db, service.web, now)
    if link is None:  # whoever guesses does not make others wait for a turn to write
        return None
    limits.count(link)
    with service.kept():
        found = calendars.of(link.about, service.db, service.library, service.web, now)
        if found and request.method == "GET":
            stored.was_opened(service.db, link.id, now)
        return found


def _answer(request: Request, found: Document) -> Response:
    """The file, or that it is still the one that the program has."""
    file = ics(found)
    tag = f'"{hashlib.sha256(file).hexdigest()[:32]}"'
    headers = {"cache-control": "private, no-cache", "content-language": found.lang, "etag": tag}
    if tag in _known(request):
        return Response(status_code=304, headers=headers)
    shown = {**headers, "content-disposition": f'inline; filename="{found.name}"'}
    return Response(file, media_type=TYPE, headers=shown)


def _known(request: Request) -> list[str]:
    """The versions that the program says it has; a proxy may have marked them weak."""
    return [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "")[:1_000].split(",")]
