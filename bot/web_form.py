"""The supplier's form at /form/<token>: pages of questions, a review, a receipt, a copy. No script, no cookie.

Here are its two doors: who may read, who may write, and what each is told when it fails. Reading counts an opening and
changes nothing else: mail scanners open addresses before people do. What the pages show is in web_form_pages.py; what
is written, in web_form_taking.py.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import pages, web_body, web_guard
from bot.limiter import Limiter
from bot.logs import fault
from bot.service import NotKept, Service
from bot.turns import Turns
from bot.web_body import BadBody, Body
from bot.web_form_pages import FormPages, Visit, form_behind, other_than
from bot.web_form_taking import Taking
from handlers import web_links
from storage import web_links as stored_links
from storage.database import Failed
from storage.web_links import WebLink

log = logging.getLogger("duly.form")

UNREAD = (400, 403, 408, 413, 415, 429)  # where the rest of what was being sent is not read

Show = Callable[[Visit, Request], Response]
Take = Callable[[Visit, Request, Body], Awaitable[Response]]


class Forms:
    """The routes of the form. `files` is where attachments lie, `between` how many seconds a client may be silent."""

    def __init__(self, service: Service, files: Path, between: float = web_body.BETWEEN) -> None:
        self.service, self.between = service, between
        self.library, self.web = service.library, service.web
        self.links = Limiter(web_guard.PER_LINK, web_guard.ALL)
        self.addresses = Limiter(web_guard.PER_ADDRESS, web_guard.ALL)
        self.openings = Limiter(web_guard.PER_LINK, web_guard.ALL)
        self.room = web_body.Room()
        self.turns = Turns(service, "form")
        self.pages = FormPages(service, files)
        self.taking = Taking(service, files, self.turns, self.pages)

    def routes(self) -> list[BaseRoute]:
        shown = {
            "/form/{token}": self.pages.start,
            "/form/{token}/review": self.pages.review,
            "/form/{token}/copy": self.pages.copy,
            "/form/{token}/copy.docx": self.pages.copy_file,
            "/form/{token}/file/{id}": self.pages.file,
            "/form/{token}/{page}": self.pages.page,
        }
        taken = {"/form/{token}/review": self.taking.submit, "/form/{token}/{page}": self.taking.draft}
        return [
            Route("/form/accessibility", self._accessibility),
            *(Route(path, partial(self._taken, take=take), methods=["POST"]) for path, take in taken.items()),
            *(Route(path, partial(self._shown, show=show)) for path, show in shown.items()),
            Route("/form", self._nowhere, methods=["GET", "POST"]),
            Route("/form/{rest:path}", self._nowhere, methods=["GET", "POST"]),
        ]

    async def _shown(self, request: Request, show: Show) -> Response:
        """A page for whoever has a good address."""
        try:
            visit = await self.turns.read(partial(self._visit, request))
            if visit is None:
                return self._nothing(request)
            if show == self.pages.start and request.method == "GET":
                await self._count(visit.link)
            return await asyncio.to_thread(show, visit, request)
        except Failed as error:
            log.error("form not read", extra={"error": type(error).__name__})
            return self._problem(request, 503, "web_not_read")
        except Exception as error:
            return self._fault(request, error)

    async def _taken(self, request: Request, take: Take) -> Response:
        """What comes of something that was sent in; nothing is read from whoever has no good address."""
        if not self.addresses.allows(web_guard.address_of(request)):
            return self._too_fast(request)
        if not web_guard.from_ourselves(request, self.web):
            return self._problem(request, 403, "web_from_elsewhere")
        try:
            visit = await self.turns.read(partial(self._visit, request))
            if visit is None:
                return self._nothing(request)
            if not self.links.allows(str(visit.link.id)):
                return self._too_fast(request)
            with self.room.share(visit.form.one.id) as room:
                return await take(visit, request, await web_body.read_body(request, room, self.between))
        except BadBody as error:
            return self._problem(request, error.status, str(error))
        except (NotKept, Failed, OSError) as error:
            log.error("form not kept", extra={"error": type(error).__name__})
            return self._problem(request, 503, "web_not_kept")
        except Exception as error:
            return self._fault(request, error)

    def _visit(self, request: Request) -> Visit | None:
        """Who comes with this address; None when it leads nowhere, for whatever reason."""
        token, chosen = request.path_params["token"], pages.chosen(request)
        link = web_links.find(token, "form", self.service.db, self.web, self.service.now())
        form = form_behind(link, self.service, chosen) if link else None
        if link is None or form is None:
            return None
        request.state.lang = form.lang
        return Visit(token, link, form, "" if chosen == form.one.lang else chosen)

    async def _count(self, link: WebLink) -> None:
        """Count that the form was opened; more than a person ever does is not counted."""
        if self.openings.allows(str(link.id)):
            with contextlib.suppress(NotKept):
                await self.turns.write(lambda: stored_links.was_opened(self.service.db, link.id, self.service.now()))

    async def _accessibility(self, request: Request) -> Response:
        lang = pages.language(request)
        other = other_than(lang)
        switch = f"/form/accessibility?lang={other}"
        return pages.page("form/accessibility.html", self.library, self.web, lang, other=other, switch=switch)

    async def _nowhere(self, request: Request) -> Response:
        return self._nothing(request)

    def _nothing(self, request: Request) -> Response:
        return pages.nowhere(self.library, self.web, pages.language(request))

    def _fault(self, request: Request, error: Exception) -> Response:
        """A slip of ours: where it happened is logged, not what was typed."""
        log.error("form failed", extra=fault(error))
        return self._problem(request, 500, "web_fault")

    def _problem(self, request: Request, status: int, phrase: str, **headers: str) -> Response:
        """A page that says what went wrong and what to do. The rest of what was being sent is not read."""
        lang = getattr(request.state, "lang", "") or pages.language(request)
        answer = pages.page("form/problem.html", self.library, self.web, lang, status, problem=phrase)
        answer.headers.update({"connection": "close", **headers} if status in UNREAD else {})
        return answer

    def _too_fast(self, request: Request) -> Response:
        return self._problem(request, 429, "web_too_fast", **{"retry-after": "60"})
