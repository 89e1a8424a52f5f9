"""Web pages from templates that escape what they are given, with the organisation's name and colour."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.pictures.letters import BOLD, FAMILY, REGULAR
from handlers.web_links import Web
from knowledge.library import Library
from knowledge.text import LANGUAGES

HERE = Path(__file__).parent
COLOUR = "#00566b"
DARKEST = "#e3f0f3"  # of the light grounds that a link stands on, see style.css
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on a ground
WEIGHTS = {"normal": REGULAR, "bold": BOLD}  # the letters of pictures, which are set by the widths of these very fonts
KEPT = {"cache-control": "public, max-age=31536000, immutable"}
MOST_LANGUAGES = 500  # characters of what a browser says of its languages


@cache
def _environment() -> Environment:
    """Templates are read once: asking the disk at every page whether they changed took a tenth of the time."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def page(name: str, library: Library, web: Web, lang: str, status: int = 200, **words: Any) -> Response:
    """The template `name` filled in. In it `t("phrase_id", count=3)` is a phrase in `lang`."""

    def t(id: str, **inside: object) -> str:
        return library.phrase(id, lang, **inside)

    shown = {"t": t, "lang": lang, "organisation": web.organisation, "style": style_path(web), **words}
    return HTMLResponse(_environment().get_template(name).render(shown), status, {"content-language": lang})


def nowhere(library: Library, web: Web, lang: str) -> Response:
    """What every address says that leads nowhere: one that never did, has expired, or was taken back."""
    return page("nowhere.html", library, web, lang, 404)


def too_fast(library: Library, web: Web, lang: str) -> Response:
    """What is said to whoever asks more often than people do."""
    answer = page("too_fast.html", library, web, lang, 429)
    answer.headers["retry-after"] = "60"
    return answer


def chosen(request: Request) -> str:
    """The language that the address asks for, if we have it."""
    lang = request.query_params.get("lang", "")
    return lang if lang in LANGUAGES else ""


def language(request: Request) -> str:
    """For somebody of whom nothing else is known: what the address asks for, or what her browser prefers."""
    said = request.headers.get("accept-language", "")[:MOST_LANGUAGES].split(",")
    preferred = (each.strip()[:2].lower() for each in said)
    return chosen(request) or next((lang for lang in preferred if lang in LANGUAGES), LANGUAGES[0])


def style_path(web: Web) -> str:
    """Where the style sheet is; another one has another address, so that none is kept too long."""
    return f"/style-{_named_by(served_sheet(web).encode())}.css"


def static_routes(web: Web) -> list[BaseRoute]:
    """The one style sheet of all pages, and the fonts that it names."""

    async def style(_: Request) -> Response:
        return Response(served_sheet(web), media_type="text/css", headers=KEPT)

    return [Route(style_path(web), style), *(_font_route(file) for file in WEIGHTS.values())]


def _font_route(file: Path) -> Route:
    async def font(_: Request) -> Response:
        return FileResponse(file, media_type="font/ttf", headers=KEPT)

    return Route(_font_path(file), font)


@cache
def _font_path(file: Path) -> str:
    return f"/font-{_named_by(file.read_bytes())}.ttf"


def _named_by(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def served_sheet(web: Web) -> str:
    """The style sheet with the fonts, which are fetched by pages with pictures alone."""
    return "".join(_face(weight, file) for weight, file in WEIGHTS.items()) + sheet(web)


def _face(weight: str, file: Path) -> str:
    named = f'font-family: "{FAMILY}"; font-stretch: condensed; font-weight: {weight}; font-display: block'
    return f'@font-face {{ {named}; src: url("{_font_path(file)}") format("truetype"); }}\n'


@cache
def sheet(web: Web) -> str:
    """The style sheet in the organisation's colour, for a page that can fetch nothing."""
    text = (HERE / "static" / "style.css").read_text("utf-8")
    return text.replace(COLOUR, accent(web.colour))


def accent(colour: str) -> str:
    """The organisation's colour, where it can be read on every light ground, and white on it; otherwise Duly's."""
    return colour if colour and contrast(colour, DARKEST) >= LEAST_CONTRAST else COLOUR


def contrast(one: str, other: str) -> float:
    """How well two colours (#rrggbb) are told apart, from 1 to 21. Source: WCAG 2.2, contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
