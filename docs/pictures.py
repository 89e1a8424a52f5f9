"""The pictures of the README, made from the running product: `python docs/pictures.py`, into docs/pictures.

Nothing is drawn by hand: a talk as the terminal shows it, a risk picture as it is sent to chats, a supplier's form and
the report as a browser shows them. It needs chromium: on the path, or where CHROMIUM says.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot import pictures  # noqa: E402  the path above comes first, so that it runs from anywhere
from bot.asking import labels  # noqa: E402
from bot.render.terminal import terminal  # noqa: E402
from bot.reporting import as_html  # noqa: E402
from bot.service import Service  # noqa: E402
from handlers import report, risk_picture  # noqa: E402
from handlers.context import Context  # noqa: E402
from handlers.messages import Place  # noqa: E402
from knowledge.library import Library, open_library  # noqa: E402
from knowledge.rules.report_records import Period  # noqa: E402
from storage.database import open_database  # noqa: E402
from storage.people import Person  # noqa: E402
from tests.conftest import STOCKHOLM, Clock, officer  # noqa: E402
from tests.report_year import make  # noqa: E402
from tests.web_life import Served, Supplier  # noqa: E402

HERE = ROOT / "docs" / "pictures"
SAID = "snabbkoll kaffe från Brasilien"
SCREEN_HEIGHT = 516  # of the talk, in the pixels of a page; the rest of the answer is below
COLUMNS = 96
SEED = 7  # of a year's work made by chance
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
PHONE = {"width": 390, "height": 630}
DESK = {"width": 900, "height": 900}
SCREEN = """<meta charset="utf-8"><style>
body {{ margin: 0; background: #14181f; }}
pre {{ display: inline-block; margin: 0; padding: 20px 24px; color: #e6e6e6; }}
pre {{ font: 14px/1.35 "DejaVu Sans Mono", monospace; }}
</style><pre>{code}</pre>"""

Shot = Callable[[Any, Library, Path], bytes]


def talk(chromium: Any, library: Library, folder: Path) -> bytes:  # noqa: ARG001
    """A line that an officer writes, and the first screen of what she is answered, as the terminal shows it."""
    clock = Clock()
    service = Service(open_database(":memory:"), library, STOCKHOLM, clock)
    asa = officer(service, clock, "asa", "Åsa", "sv")
    told = f"> {SAID}\n\n{terminal(asa.say(SAID), COLUMNS, True, labels(asa.ctx))}"
    page = chromium.new_page(viewport={"width": 1000, "height": 600}, device_scale_factor=1.5)
    page.set_content(SCREEN.format(code=_in_colour(told)))
    box = page.locator("pre").bounding_box()
    return bytes(page.screenshot(type="png", clip={**box, "height": SCREEN_HEIGHT}))


def _in_colour(shown: str) -> str:
    """What the terminal obeys, as HTML."""
    from rich.console import Console
    from rich.text import Text

    screen = Console(record=True, file=StringIO(), width=COLUMNS, force_terminal=True, color_system="truecolor")
    screen.print(Text.from_ansi(shown))
    return screen.export_html(inline_styles=True, code_format="{code}")


def risk(chromium: Any, library: Library, folder: Path) -> bytes:  # noqa: ARG001
    """The risk matrix of coffee from Brazil, as it is sent to chats."""
    picture = risk_picture.picture_json(library, "coffee", {"raw": ["BRA"]}, "sv")
    return pictures.png(risk_picture.matrix(picture, "Riskbild: kaffe från Brasilien", library, "sv"), 1.5)


def form(chromium: Any, library: Library, folder: Path) -> bytes:
    """One page of a supplier's self-assessment on a telephone."""
    there = Supplier(folder, library)
    with Served(there) as address:
        page = chromium.new_page(viewport=PHONE, device_scale_factor=1.5)
        page.goto(address + there.at("risk"))
        return bytes(page.screenshot(type="png"))


def board(chromium: Any, library: Library, folder: Path) -> bytes:
    """The first screen of the report on a year, as one page that needs no other file."""
    clock = Clock(datetime(2027, 1, 11, 9, 0, tzinfo=UTC))
    service = Service(open_database(":memory:"), library, STOCKHOLM, clock)
    db: Any = service.db
    with service.kept():
        make(db, SEED)
    ctx: Context = service.context_of(Person("asa", "Åsa", "sv", "admin"), Place("terminal"))
    path = folder / "report.html"
    path.write_bytes(as_html(report.made(YEAR, False, ctx), ctx))
    page = chromium.new_page(viewport=DESK, device_scale_factor=1.5)
    page.goto(path.as_uri())
    return bytes(page.screenshot(type="png"))


PICTURES: Mapping[str, Shot] = {"talk.png": talk, "risk.png": risk, "form.png": form, "report.png": board}


def main() -> None:
    """Make them all."""
    from playwright.sync_api import sync_playwright

    HERE.mkdir(exist_ok=True)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with ExitStack() as stack:
        play = stack.enter_context(sync_playwright())
        chromium = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, shot in PICTURES.items():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            (HERE / name).write_bytes(shot(chromium, open_library(), folder))
            print(name, (HERE / name).stat().st_size)
        chromium.close()


if __name__ == "__main__":
    main()
