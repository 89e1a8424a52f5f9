"""The supplier's form in a real browser: on a small screen, in the dark, by keyboard, and with markup typed into it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.limiter import Limiter
from knowledge.library import open_library

from . import nasty
from .web_life import PDF, SENDER, Served, Supplier, answers, multipart

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")

LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 320, "height": 640}},
    "dark phone": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
LEAST_TARGET = 24  # pixels; WCAG 2.2, 2.5.8

NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), textarea')]
    .filter(field => !field.labels.length).map(field => field.outerHTML)"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at) }"""
LOST = """() => [...document.querySelectorAll('[aria-describedby], [aria-labelledby]')].flatMap(e =>
    ((e.getAttribute('aria-describedby') || '') + ' ' + (e.getAttribute('aria-labelledby') || '')).split(' '))
    .filter(id => id && !document.getElementById(id))"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TARGETS = "button:not(.first), a.button, label.choice, summary, input[type=text]"
SMALL = f"""() => [...document.querySelectorAll('{TARGETS}')]
    .filter(e => e.getBoundingClientRect().height < {LEAST_TARGET}).map(e => e.outerHTML)"""
PALE = f"""() => {{
  const light = c => {{ const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }};
  const rgb = s => s.match(/[\\d.]+/g).map(Number);
  const shine = c => 0.2126 * light(c[0]) + 0.7152 * light(c[1]) + 0.0722 * light(c[2]);
  const ground = e => {{ for (; e; e = e.parentElement) {{ const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c }} return [255, 255, 255] }};
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {{ const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !e.offsetParent) continue;
    const [a, b] = [shine(rgb(getComputedStyle(e).color)), shine(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < {LEAST_CONTRAST}) found.push(ratio.toFixed(2) + ' ' + walk.currentNode.textContent.trim()) }}
  return found }}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of the form in each of its states: new, begun, whole, sent in, with questions back."""
    with several(tmp_path_factory.mktemp("form"), 4) as (address, forms):
        new, begun, sent, back = forms
        with httpx.Client(base_url=address) as client:
            for each in (begun, sent, back):
                each.fill(client)
            files = [("lacking", (None, "Inget.")), ("file-lacking", ("räksmörgås " + "lång" * 20 + ".pdf", PDF))]
            client.post(begun.at("improvement"), files=files)
            sent.submit(client)
            back.submit(client)
            back.ask_back("risk", "Vilket led har ni inte besökt?")
        yield {
            **{f"new {page.id}": address + new.at(page.id) for page in new.form.pages},
            "new": address + new.at(),
            "english": address + new.at("policy") + "?lang=en",
            "begun": address + begun.at() + "?saved=1",
            "with a file": address + begun.at("improvement"),
            "review": address + begun.at("review"),
            "review of nothing": address + new.at("review"),
            "receipt": address + sent.at(),
            "copy": address + sent.at("copy"),
            "back": address + back.at(),
            "back page": address + back.at("risk"),
            "accessibility": f"{address}/form/accessibility",
            "nowhere": f"{address}/form/x",
        }


@contextmanager
def several(directory: Path, count: int) -> Iterator[tuple[str, list[Supplier]]]:
    """A server with several forms: its address, and each of them."""
    there = Supplier(directory, open_library())
    there.forms.links = there.forms.addresses = Limiter(1_000_000, 1_000_000)
    with Served(there) as address:
        yield address, [there, *(there.another(f"Leverantör {number} AB") for number in range(1, count))]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_can_be_read_and_used_by_everybody(chromium, states, look):
    tab = chromium.new_context(**LOOKS[look]).new_page()
    for name, address in states.items():
        tab.goto(address)
        for question in (NAMELESS, TWICE, LOST, SMALL, PALE):
            assert tab.evaluate(question) == [], (name, question)

        assert tab.evaluate(WIDE) <= 0, name
        assert tab.locator("h1").count() == 1, name
        assert tab.locator("html").get_attribute("lang") == ("en" if name == "english" else "sv")
    tab.context.close()


def test_text_of_twice_the_size_stays_within_a_small_window(chromium, states):
    tab = chromium.new_context(viewport={"width": 640, "height": 900}).new_page()
    for name, address in states.items():
        tab.goto(address)
        tab.evaluate("() => { document.documentElement.style.fontSize = '200%' }")

        assert tab.evaluate(WIDE) <= 0, name
    tab.context.close()


def test_the_form_is_filled_in_and_sent_without_script_by_keyboard_alone(chromium, tmp_path, library):
    there = Supplier(tmp_path, library)
    with Served(there) as address:
        tab = chromium.new_context(java_script_enabled=False).new_page()
        tab.goto(address + there.at())
        tab.get_by_role("link", name="Börja").press("Enter")
        for given in answers().values():
            for name, words in given.items():
                if words in ("yes", "no"):
                    tab.get_by_label("Ja" if words == "yes" else "Nej", exact=True).press("Space")
                else:
                    tab.locator(f"#{name}").focus()
                    tab.keyboard.insert_text(words)
            tab.get_by_role("button", name="Spara och fortsätt", exact=True).last.press("Enter")
        tab.get_by_role("button", name="Spara och fortsätt", exact=True).last.press("Enter")
        tab.get_by_label("Namn").fill(SENDER["name"])
        tab.get_by_label("Funktion").fill(SENDER["function"])
        tab.get_by_role("checkbox").press("Space")
        tab.get_by_role("button", name="Skicka in svaren").press("Enter")
        title = tab.title()
        tab.go_back()
        tab.reload()
        again = tab.title()
        tab.context.close()

    assert title.startswith(library.phrase("web_thanks", "sv"))
    assert again == title
    assert there.form.one.state == "submitted"


def test_enter_in_a_form_saves_it_and_takes_no_file_away(chromium, tmp_path, library):
    there = Supplier(tmp_path, library)
    with Served(there) as address, httpx.Client(base_url=address) as client:
        client.post(there.at("policy"), files=[("file-policy", ("a.pdf", PDF))])
        tab = chromium.new_page()
        tab.goto(address + there.at("policy"))
        tab.get_by_label("Nej", exact=True).press("Space")
        tab.get_by_label("Nej", exact=True).press("Enter")
        tab.wait_for_url("**/passing_on")
        tab.close()

    assert there.form.answers == {"policy": "no"}
    assert len(there.form.files) == 1


def test_focus_can_be_seen(chromium, states):
    tab = chromium.new_page()
    tab.goto(states["new scope"])
    seen = []
    for _ in range(8):
        tab.keyboard.press("Tab")
        seen.append(tab.evaluate("() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)"))
    tab.close()

    assert min(seen) >= 2


def test_markup_that_was_typed_neither_runs_nor_fetches_anything(chromium, tmp_path, library):
    there = Supplier(tmp_path, library)
    there.forms.links = there.forms.addresses = Limiter(1_000_000, 1_000_000)
    dialogs: list[str] = []
    asked: list[str] = []
    with Served(there) as address, httpx.Client(base_url=address) as client:
        tab = chromium.new_page()
        tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda request: asked.append(request.url))
        for row in [row for row in nasty.ROWS if row["cat"] == "HTML"]:
            client.post(there.at("improvement"), **multipart({"lacking": nasty.words(row)}))
            for page in ("improvement", "review"):
                tab.goto(address + there.at(page))
        tab.close()

    assert dialogs == []
    assert all(url.startswith((address, "data:")) for url in asked)
    assert len(asked) > 20


def test_a_copy_can_be_printed(chromium, states, tmp_path: Path):
    tab = chromium.new_page()
    tab.goto(states["copy"])
    pdf = tab.pdf(path=str(tmp_path / "copy.pdf"))
    tab.close()

    assert pdf.startswith(b"%PDF-")
