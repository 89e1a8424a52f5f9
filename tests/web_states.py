"""Every page in every state, as a supplier, a reader or a board comes upon it, and a server that shows them again.

A state is the page exactly as it was answered, so that one which follows on something that was sent in can be looked at
like any other.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import web
from bot.limiter import Limiter
from bot.service import Service
from bot.web_guard import Reading
from bot.web_report import routes as report_routes
from handlers import web_links
from handlers.messages import Place
from handlers.report_files import about_of
from knowledge.library import Library
from knowledge.rules.report_records import Period
from storage import self_assessments
from storage import web_links as stored_links
from storage.database import open_database
from storage.people import Person

from . import report_year
from .conftest import MONDAY, STOCKHOLM
from .web_life import PDF, Browser, Served, Supplier, answers, multipart

YEAR = Period(date(2026, 1, 1), date(2026, 11, 20))
LONG_NAME = "räksmörgås " + "lång" * 20 + ".pdf"
WRONG = {
    "scope": {"scope": "å" * 5_001},
    "policy": {"policy": "perhaps"},
    "policy-2": {"policy_adopted": "850709-9805", "policy_public": "850709-9805"},
    "passing_on": {"passed_on": "850709-9805"},
    "responsibility": {"responsible": "850709-9805"},
    "risk": {"chain": "850709-9805", "risk_analysis": "å" * 5_001},
    "follow_up": {"follow_up": "850709-9805"},
    "deviations": {"deviations": "perhaps"},
    "deviations-2": {"deviations_found": "850709-9805", "deviation_routine": "850709-9805"},
    "improvement": {"lacking": "850709-9805"},
}


@dataclass(frozen=True)
class State:
    """A page as it was answered. `lang` is the language it ought to be in."""

    name: str
    lang: str
    answer: httpx.Response


@contextmanager
def shown(directory: Path, library: Library) -> Iterator[dict[str, State]]:
    """Every state in both languages, by an address where it is shown."""
    found: list[State] = []

    async def again(request: Request) -> Response:
        return Response(found[request.path_params["number"]].answer.content, media_type="text/html")

    for lang in ("sv", "en"):
        (directory / lang).mkdir()
        there = Supplier(directory / lang, library, lang=lang, others=[Route("/state/{number:int}", again)])
        with there.browser() as browser:
            browser.client.headers["accept-language"] = lang
            came = [State(name, lang, answer) for name, answer in _states(there, browser)]
            found += {(state.answer.status_code, state.answer.content): state for state in came}.values()
    with Served(there) as address:
        yield {f"{address}/state/{number}": state for number, state in enumerate(found)}


def _states(there: Supplier, browser: Browser) -> Iterator[tuple[str, httpx.Response]]:
    there.forms.links = there.forms.addresses = Limiter(1_000_000, 1_000_000)
    yield from _first_pages(there.another("Sydkaffe AB"), browser)
    yield from _questions(there.another("Västkaffe AB"), browser)
    yield from _sending(there.another("Leverantören med det ovanligt långa namnet i Norden AB"), browser)
    yield from _back(there.another("Östkaffe AB"), browser)
    yield from _nowhere(there, browser)
    yield from _reports(there)
    yield "accessibility", browser.get("/form/accessibility")
    yield from _problems(there.another("Problemkaffe AB"), browser)


def _first_pages(there: Supplier, browser: Browser) -> Iterator[tuple[str, httpx.Response]]:
    yield "start", browser.get(there.at())
    for page in ("scope", "policy"):
        browser.post(there.at(page), **multipart(answers()[page]))
    yield "start, half done and saved", browser.get(there.at() + "?saved=1")
    there.clock.now = MONDAY + timedelta(days=40)
    yield "start, late", browser.get(there.at())
    there.clock.now = MONDAY
    yield "review, incomplete", browser.get(there.at("review"))


def _questions(there: Supplier, browser: Browser) -> Iterator[tuple[str, httpx.Response]]:
    for page in answers():
        yield f"{page}, empty", browser.get(there.at(page))
        yield f"{page}, with errors", browser.post(there.at(page), **multipart(WRONG[page]))
        browser.post(there.at(page), files=[*multipart(answers()[page])["files"], *_files(page, there)])
        yield f"{page}, filled and with files", browser.get(there.at(page))
    yield "improvement, empty", browser.get(there.at("improvement"))
    refused = {**multipart(WRONG["improvement"])}["files"]
    yield (
        "improvement, with errors",
        browser.post(there.at("improvement"), files=[*refused, ("file-lacking", ("a.exe", b"MZ"))]),
    )
    seen = {"seen": "of another time", "scope": "Te"}
    yield "scope, written by somebody else meanwhile", browser.post(there.at("scope"), **multipart(seen))


def _files(page: str, there: Supplier) -> list[tuple[str, Any]]:
    shown = there.form.page(page)
    assert shown is not None
    return [(f"file-{asked.id}", (LONG_NAME, PDF)) for asked in shown.asked]


def _sending(there: Supplier, browser: Browser) -> Iterator[tuple[str, httpx.Response]]:
    there.fill(browser)
    yield "start, all answered", browser.get(there.at())
    yield "review, complete", browser.get(there.at("review"))
    yield "review, with errors", there.submit(browser, name="", function="850709-9805", confirm="")
    yield "review, to be read again", there.submit(browser, nonce="old")
    there.submit(browser)
    yield "receipt", browser.get(there.at())
    yield "copy", browser.get(there.at("copy"))


def _back(there: Supplier, browser: Browser) -> Iterator[tuple[str, httpx.Response]]:
    there.fill(browser)
    there.submit(browser)
    there.ask_back("risk", "Vilket led har ni inte besökt?")
    there.ask_back("policy", "När antogs policyn?")
    yield "start, questions back", browser.get(there.at())
    yield "question back, empty", browser.get(there.at("risk"))
    yield "question back, with errors", browser.post(there.at("risk"), **multipart({"risk": "850709-9805"}))
    for page in ("risk", "policy"):
        browser.post(there.at(page), **multipart({page: "Det sista, i Etiopien."}))
    yield "review, questions back", browser.get(there.at("review"))
    there.submit(browser)
    yield "copy of two rounds", browser.get(there.at("copy"))


def _nowhere(there: Supplier, browser: Browser) -> Iterator[tuple[str, httpx.Response]]:
    expired, revoked, withdrawn = (there.another(name) for name in ("Utgånget AB", "Indraget AB", "Tillbakadraget AB"))
    stored_links.revoke(there.db, "form", f"self_assessments:{revoked.id}", MONDAY)
    assert self_assessments.withdraw(there.db, withdrawn.form.one, MONDAY)
    there.clock.now = MONDAY + timedelta(days=61)
    yield "nowhere, expired", browser.get(expired.at())
    there.clock.now = MONDAY
    yield "nowhere, revoked", browser.get(revoked.at())
    yield "nowhere, withdrawn", browser.get(withdrawn.at("scope"))
    for path in ("/form/x", "/report/x", "/calendar/x.ics"):
        yield f"nowhere, foreign {path}", browser.get(path)


def _reports(there: Supplier) -> Iterator[tuple[str, httpx.Response]]:
    for name, most in (("empty", 0), ("busy", 60)):
        service = Service(open_database(":memory:"), there.library, STOCKHOLM, there.clock)
        service.web = there.service.web
        report_year.make(service.db, 11, most=most)
        for public in (False, True):
            yield f"report, {name}, {'public' if public else 'internal'}", _report(there, service, public)
    yield "report, too often", _too_often(there)


def _too_often(there: Supplier) -> httpx.Response:
    limits = Reading()
    limits.addresses = Limiter(0, 0)
    with Browser(there, web.app(dict, pages=report_routes(there.service, limits))) as reader:
        return reader.get(f"/report/x?lang={there.lang}")


def _report(there: Supplier, service: Service, public: bool) -> httpx.Response:
    ctx = service.context_of(Person("asa", "Åsa", there.lang, "admin"), Place("terminal", shared=public))
    about = about_of(YEAR, there.lang, "public" if public else "internal")
    address = web_links.make("report", about, timedelta(days=30), ctx)
    with Browser(there, web.app(dict, pages=report_routes(service))) as reader:
        return reader.get(httpx.URL(address).path)


def _problems(there: Supplier, browser: Browser) -> Iterator[tuple[str, httpx.Response]]:
    """The last of all, for it leaves the form in a poor way."""
    plain, at = {"content-type": "application/x-www-form-urlencoded"}, there.at("scope")
    yield "problem 400", browser.post(at, data={"other": "x"})
    yield "problem 403", browser.post(at, headers={"sec-fetch-site": "cross-site"})
    yield "problem 413", browser.post(at, content=b"scope=" + b"x" * 70_000, headers=plain)
    yield "problem 415", browser.post(at, content=b"{}", headers={"content-type": "application/json"})
    there.forms.between = 0.01
    yield "problem 408", browser.post(at, content=_slowly(), headers=plain)
    there.forms.between = 10.0
    there.db.conn.execute(f"pragma max_page_count = {there.db.conn.execute('pragma page_count').fetchone()[0]}")
    yield (
        "not kept 503",
        browser.post(there.at("risk"), **multipart({"chain": "å" * 5_000, "risk_analysis": "b" * 5_000})),
    )
    there.db.conn.execute("pragma max_page_count = 100000")
    there.forms.room.held[there.id] = 10**9
    yield "problem 503", browser.post(at, data={"scope": "x"})
    there.forms.room.held.clear()
    there.db.conn.execute("alter table form_answers rename to gone")
    yield "problem 503 on reading", browser.get(there.at())
    there.db.conn.execute("alter table gone rename to form_answers")
    there.clock.now = None  # a slip of ours
    yield "problem 500", browser.get(there.at())
    there.forms.addresses = Limiter(0, 0)
    yield "problem 429", browser.post(at, data={"scope": "x"})


async def _slowly() -> AsyncIterator[bytes]:
    yield b"scope="
    await asyncio.sleep(1)
    yield b"x"
