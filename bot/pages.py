"""Web pages from templates that escape what they are given, with the organisation's name and colour."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from handlers.web_links import Web
from knowledge.library import Library

HERE = Path(__file__).parent
COLOUR = "#00566b"
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on a ground


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def page(name: str, library: Library, web: Web, lang: str, status: int = 200, **words: Any) -> Response:
    """The template `name` filled in. In it `t("phrase_id", count=3)` is a phrase in `lang`."""

    def t(id: str, **inside: object) -> str:
        return library.phrase(id, lang, **inside)

    shown = {"t": t, "lang": lang, "organisation": web.organisation, "style": style_path(web), **words}
    return HTMLResponse(_environment().get_template(name).render(shown), status, {"content-language": lang})


def nowhere(library: Library, web: Web, lang: str) -> Response:
    """What every address says that leads nowhere: one that never did, has expired, or was taken back."""
    return page("nowhere.html", library, web, lang, 404)


def style_path(web: Web) -> str:
    """Where the style sheet is; another one has another address, so that none is kept too long."""
    return f"/style-{hashlib.sha256(sheet(web).encode()).hexdigest()[:12]}.css"


def style_route(web: Web) -> Route:
    """The one style sheet of all pages."""

    async def style(_: Request) -> Response:
        kept = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(sheet(web), media_type="text/css", headers=kept)

    return Route(style_path(web), style)


@cache
def sheet(web: Web) -> str:
    """The style sheet in the organisation's colour."""
    text = (HERE / "static" / "style.css").read_text("utf-8")
    return text.replace(COLOUR, accent(web.colour))


def accent(colour: str) -> str:
    """The organisation's colour, where white text can be read on it; otherwise Duly's."""
    return colour if colour and contrast(colour, "#ffffff") >= LEAST_CONTRAST else COLOUR


def contrast(one: str, other: str) -> float:
    """How well two colours (#rrggbb) are told apart, from 1 to 21. Source: WCAG 2.2, contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
