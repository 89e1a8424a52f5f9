"""A supplier's form as it is met: a real database file, the real application, and one address to it.

`python -m tests.web_life` serves one on loopback and prints its address.
"""

import asyncio
import copy
import re
import socket
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.routing import BaseRoute, Route

from bot import pages, web, web_calendar, web_report
from bot.serve import Server
from bot.service import Service
from bot.terminal import sit_down
from bot.web_form import Forms
from handlers import supplier_form, web_links
from handlers.supplier_form import Form
from handlers.web_links import Web
from knowledge.library import Library, open_library
from knowledge.words import fold
from storage import people, self_assessments, suppliers
from storage.database import open_database
from storage.people import Person

from .conftest import MONDAY, STOCKHOLM, Clock
from .living import until

URL = "http://127.0.0.1:8080"
SECRET = "0123456789abcdef0123456789abcdef"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TEXT = "Vi kartlägger kedjan varje år och följer upp de tre största leverantörerna på plats."
SENDER = {"name": "Anna Berg", "function": "Hållbarhetschef", "confirm": "yes"}


async def _broken(_: Any) -> None:
    raise RuntimeError("what nobody foresaw")


BROKEN = Route("/broken", _broken)


@dataclass
class Supplier:
    """A service with one self-assessment sent out, and the pages over it. `token` opens it."""

    directory: Path
    library: Library
    clock: Any = field(default_factory=Clock)
    lang: str = "sv"
    url: str = URL
    colour: str = ""
    others: Sequence[BaseRoute] = (BROKEN,)

    def __post_init__(self) -> None:
        self.db = open_database(str(self.directory / "duly.db"))
        self.service = Service(self.db, self.library, STOCKHOLM, self.clock)
        self.service.web = Web(self.url, SECRET, "Örebro kommun", self.colour)
        self.files = self.directory / "duly.files"
        person = Person("asa", "Åsa Öberg", "sv", "admin")
        people.add(self.db, person, MONDAY)
        people.add_address(self.db, "asa", "terminal", "", fold(person.name), f"terminal||{fold(person.name)}|", MONDAY)
        seat = sit_down(self.service, person.name, "sv", "sv")
        self.ctx = self.service.context_of(seat.person, seat.place)
        self.id, self.token = self.sent("Nordkaffe AB", "2026-114 Kaffe och te")
        self.forms = Forms(self.service, self.files)
        ours = [*web_calendar.routes(self.service), *web_report.routes(self.service), *self.forms.routes()]
        self.app = web.app(dict, pages=[*pages.static_routes(self.service.web), *ours, *self.others])

    def sent(self, name: str, contract: str) -> tuple[int, str]:
        """Another self-assessment: its id and token."""
        supplier = suppliers.add(self.db, name, MONDAY)
        due = date(2026, 12, 18)
        id = self_assessments.add(self.db, supplier, contract, None, self.lang, due, "asa", MONDAY)
        address = web_links.make("form", f"self_assessments:{id}", timedelta(days=60), self.ctx)
        return id, address.rpartition("/")[2]

    def another(self, name: str) -> "Supplier":
        """Another supplier's form at the same pages."""
        other = copy.copy(self)
        other.id, other.token = self.sent(name, "2026-115 Te")
        return other

    @property
    def form(self) -> Form:
        """The form as it stands."""
        found = supplier_form.read(self.db, self.library, self.id)
        assert found is not None
        return found

    def at(self, *places: object) -> str:
        """The path of a page."""
        return "/".join(("/form", self.token, *(str(place) for place in places)))

    def browser(self) -> "Browser":
        """Somebody who reads and writes in the same process."""
        return Browser(self)

    def fill(self, browser: Any, pages: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Answer everything."""
        for page, given in (pages or answers()).items():
            assert browser.post(self.at(page), **multipart(given)).status_code == 303

    def submit(self, browser: Any, **other: str) -> Any:
        """Send the review page in, as it is just now."""
        return browser.post(self.at("review"), data={"nonce": self.nonce(browser), **SENDER, **other})

    def nonce(self, browser: Any) -> str:
        """What the review page carries now."""
        found = re.search(r'name="nonce" value="([^"]+)"', browser.get(self.at("review")).text)
        assert found is not None
        return found[1]

    def record(self) -> str:
        """Everything that is kept, but for how often addresses were opened."""
        tables = ("self_assessments", "form_answers", "form_files", "form_posts", "judgements", "outbox", "audit")
        links = "select id, kind, about, key_hash, expires_at, revoked_at from web_links"
        return str([self.db.conn.execute(sql).fetchall() for sql in (links, *(f"select * from {t}" for t in tables))])

    def ask_back(self, routine: str, words: str) -> None:
        """The officer returns the form with a question about a routine."""
        self.db["judgements"].insert(
            {
                "assessment": self.id,
                "round": 1,
                "routine": routine,
                "outcome": "question",
                "reasons": words,
                "judged_by": "asa",
                "created_at": MONDAY.isoformat(),
            }
        )
        one = self.form.one
        if one.state == "submitted":
            assert self_assessments.ask_back(self.db, one, date(2027, 1, 15), MONDAY)


class Browser:
    """Somebody at the pages, without a network between: `browser.post(path, data={…})`."""

    def __init__(self, there: Supplier, app: Any = None) -> None:
        self.loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app or there.app, raise_app_exceptions=False, client=("192.0.2.7", 1))
        self.client = httpx.AsyncClient(transport=transport, base_url=there.url)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.loop.close()

    def request(self, method: str, path: str, **what: Any) -> httpx.Response:
        return self.loop.run_until_complete(self.client.request(method, path, **what))

    def get(self, path: str, **what: Any) -> httpx.Response:
        return self.request("GET", path, **what)

    def post(self, path: str, **what: Any) -> httpx.Response:
        return self.request("POST", path, **what)


class Served:
    """`with Served(there) as address:` the pages over a real server on loopback."""

    def __init__(self, there: Supplier) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(there.app, log_level="error", access_log=False, lifespan="off", server_header=False)
        self.server = Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def __enter__(self) -> str:
        self.thread.start()
        until(lambda: self.server.started, "the server to begin")
        return f"http://127.0.0.1:{self.port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.socket.close()


def answers(policy: str = "yes", deviations: str = "no") -> dict[str, dict[str, str]]:
    """All that has to be answered, by page."""
    policies = {"policy-2": {"policy_adopted": "Styrelsen, 2026-03-01", "policy_public": "www.nordkaffe.example"}}
    found = {"deviations_found": TEXT} if deviations == "no" else {"deviations_handled": TEXT}
    return {
        "scope": {"scope": "Kaffe, rostat i Gävle av bönor från Colombia och Etiopien."},
        "policy": {"policy": policy},
        **(policies if policy == "yes" else {}),
        "passing_on": {"passed_on": TEXT},
        "responsibility": {"responsible": "Vd."},
        "risk": {"chain": TEXT, "risk_analysis": TEXT},
        "follow_up": {"follow_up": TEXT},
        "deviations": {"deviations": deviations},
        "deviations-2": {**found, "deviation_routine": TEXT},
    }


def multipart(fields: Mapping[str, str]) -> dict[str, Any]:
    """Fields as a page sends them, for httpx."""
    return {"files": [(name, (None, value.encode())) for name, value in fields.items()]}


def main() -> None:
    """Serve one form until interrupted."""
    with tempfile.TemporaryDirectory() as directory:
        there = Supplier(Path(directory), open_library(), clock=lambda: datetime.now(UTC))
        print(f"{URL}/form/{there.token}", flush=True)
        uvicorn.run(there.app, port=8080, log_level="error", access_log=False, lifespan="off", server_header=False)


if __name__ == "__main__":
    main()
