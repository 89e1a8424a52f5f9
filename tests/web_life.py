"""A supplier's form as it is met: a real database file, the real application, and one address to it.

`python -m tests.web_life` serves one on loopback and prints its address.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.routing import Route

from bot import pages, web
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

URL = "http://127.0.0.1:8080"
SECRET = "0123456789abcdef0123456789abcdef"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TEXT = "Vi kartlägger kedjan varje år och följer upp de tre största leverantörerna på plats."
SENDER = {"name": "Anna Berg", "function": "Hållbarhetschef", "confirm": "yes"}


@dataclass
class Supplier:
    """A service with one self-assessment sent out, and the pages over it. `token` opens it."""

    directory: Path
    library: Library
    clock: Any = field(default_factory=Clock)
    lang: str = "sv"
    url: str = URL

    def __post_init__(self) -> None:
        self.db = open_database(str(self.directory / "duly.db"))
        self.service = Service(self.db, self.library, STOCKHOLM, self.clock)
        self.service.web = Web(self.url, SECRET, "Örebro kommun")
        self.files = self.directory / "duly.files"
        person = Person("asa", "Åsa Öberg", "sv", "admin")
        people.add(self.db, person, MONDAY)
        people.add_address(self.db, "asa", "terminal", "", fold(person.name), f"terminal||{fold(person.name)}|", MONDAY)
        seat = sit_down(self.service, person.name, "sv", "sv")
        self.ctx = self.service.context_of(seat.person, seat.place)
        self.id, self.token = self.sent("Nordkaffe AB", "2026-114 Kaffe och te")
        self.forms = Forms(self.service, self.files)
        self.app = web.app(dict, pages=[pages.style_route(self.service.web), *self.forms.routes(), BROKEN])

    def sent(self, name: str, contract: str) -> tuple[int, str]:
        """Another self-assessment: its id and token."""
        supplier = suppliers.add(self.db, name, MONDAY)
        due = date(2026, 12, 18)
        id = self_assessments.add(self.db, supplier, contract, None, self.lang, due, "asa", MONDAY)
        address = web_links.make("form", f"self_assessments:{id}", timedelta(days=60), self.ctx)
        return id, address.rpartition("/")[2]

    @property
    def form(self) -> Form:
        """The form as it stands."""
        found = supplier_form.read(self.db, self.library, self.id)
        assert found is not None
        return found

    def client(self) -> httpx.AsyncClient:
        """A browser without cookies, in the same process."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app, client=("192.0.2.7", 1)), base_url=self.url)

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


async def _broken(_: Any) -> None:
    raise RuntimeError("what nobody foresaw")


BROKEN = Route("/broken", _broken)


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
