"""The report as a web page: behind an address that expires, or as one file that needs no other.

Opening an address changes nothing but the count of its openings. An address that leads nowhere, for whatever reason,
says what every other such address says.
"""

import asyncio
import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import pages, pictures
from bot.render import printable
from bot.reporting import as_docx, as_xlsx
from bot.service import NotKept
from bot.web_guard import Reading, TooFast
from handlers import report, web_links
from handlers.context import Context
from handlers.messages import Place
from handlers.report import Report
from handlers.report_document import file_name, parts, title
from handlers.report_files import about_from
from knowledge.text import Facts, Heading, Items, Note, Para, Part, Picture, Table
from storage import web_links as stored
from storage.database import Failed
from storage.people import Person

if TYPE_CHECKING:
    from bot.service import Service

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: dict[type[Part], str] = {
    Heading: "heading",
    Para: "para",
    Items: "items",
    Facts: "facts",
    Table: "table",
    Note: "note",
    Picture: "picture",
}
HIDDEN = ("report_few", "report_withheld", "report_nothing")  # what a number may be hidden behind
NUMBER = re.compile(r"\d+([.,]\d+)?")
Show = Callable[["Service", Request, Reading], Response]
FILES = {"report.docx": (as_docx, DOCX), "figures.xlsx": (as_xlsx, XLSX)}


def routes(service: "Service", reading: Reading | None = None) -> list[BaseRoute]:
    """The page, and the files below it."""
    limits = reading or Reading()

    async def page(request: Request) -> Response:
        return await _answered(_page, service, request, limits)

    async def file(request: Request) -> Response:
        return await _answered(_file, service, request, limits)

    return [Route("/report/{token}", page), Route("/report/{token}/{name}", file)]


async def _answered(show: Show, service: "Service", request: Request, limits: Reading) -> Response:
    try:
        if not limits.lets_in(request):
            raise TooFast
        return await asyncio.to_thread(show, service, request, limits)
    except TooFast:
        return pages.too_fast(service.library, service.web, pages.language(request))
    except (NotKept, Failed):
        return Response(status_code=503, headers={"retry-after": "60"})


def _page(service: "Service", request: Request, limits: Reading) -> Response:
    token = request.path_params["token"]
    found = _opened(service, request, limits)
    if found is None:
        return pages.nowhere(service.library, service.web, pages.language(request))
    told, ctx = found
    return pages.page("report.html", service.library, service.web, ctx.lang, **shown(told, ctx), token=token)


def _file(service: "Service", request: Request, limits: Reading) -> Response:
    name = request.path_params["name"]
    found = _opened(service, request, limits) if name in FILES else None
    if found is None:
        return pages.nowhere(service.library, service.web, pages.language(request))
    told, ctx = found
    written, kind = FILES[name]
    called = f"{file_name(told, ctx)}.{name.rpartition('.')[2]}"
    headers = {"content-disposition": f'attachment; filename="{called}"'}
    return Response(written(told, ctx), media_type=kind, headers=headers)


def _opened(service: "Service", request: Request, limits: Reading) -> tuple[Report, Context] | None:
    """The report behind a token that is still good; that it was opened is counted, but not a look at its head.

    Raises:
        TooFast: it is opened more often than people do.
    """
    now = service.now()
    with service.lock:
        link = web_links.find(request.path_params["token"], "report", service.db, service.web, now)
    asked = about_from(link.about) if link else None
    if link is None or asked is None:  # whoever guesses does not make others wait for a turn to write
        return None
    limits.count(link)
    with service.kept():
        if request.method == "GET":
            stored.was_opened(service.db, link.id, now)
        period, lang, version = asked
        public = version != report.INTERNAL
        ctx = service.context_of(Person("", "", lang, "reader"), Place("web", shared=public))
        return report.made(period, public, ctx, naming=version == report.NAMED), ctx


def shown(told: Report, ctx: Context) -> dict[str, Any]:
    """What the template fills in."""
    numbered = [(f"s{at}", KINDS[type(part)], part) for at, part in enumerate(parts(told, ctx), start=1)]
    contents = [(id, part.text) for id, _, part in numbered if isinstance(part, Heading)]
    made = ctx.now.astimezone(ctx.home or UTC)
    return {
        "title": title(told, ctx),
        "parts": numbered,
        "contents": contents,
        "drawn": drawn,
        "printable": printable,
        "is_number": partial(is_number, [ctx.phrase(id) for id in HIDDEN]),
        "made": f"{made:%Y-%m-%d %H:%M}",
    }


def drawn(part: Picture) -> Markup:
    """The picture as an element of the page; nothing where we cannot draw it and its words must do."""
    return Markup(pictures.inline(part) if part.kind in pictures.KINDS else "")  # noqa: S704 (it escapes its words)


def is_number(hidden: Collection[str], column: int, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column holds numbers, or `hidden` words in the place of one, and so is set to the right."""
    cells = [row[column] for row in rows]
    return column > 0 and all(cell in hidden or NUMBER.fullmatch(cell) for cell in cells)


def page_alone(told: Report, ctx: Context) -> bytes:
    """The same page with its style in it and no addresses of ours."""
    words = {**shown(told, ctx), "token": "", "alone": pages.sheet(ctx.web)}
    return bytes(pages.page("report.html", ctx.library, ctx.web, ctx.lang, **words).body)
