"""A real browser that looks at our pages: what it shows, what it objects to, and whether the keyboard is enough.

Chromium is the system's own; axe-core and pa11y come from tests/pages (`npm ci --prefix tests/pages`).
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

PAGES = Path(__file__).parent / "pages"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
AXE = PAGES / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 10.0  # seconds
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]

needs_a_browser = pytest.mark.skipif(
    not CHROMIUM or not AXE.exists() or shutil.which("node") is None,
    reason="needs Chromium and node: apt-get install chromium nodejs npm; npm ci --prefix tests/pages",
)


@contextmanager
def opened() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core objects to on the page as it stands, at WCAG 2.2 AA and its best practice, or by some rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    what = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    found: dict[str, Any] = page.evaluate(
        "what => axe.run(document, {runOnly: what, resultTypes: ['violations']})", what
    )
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found["violations"]]


def issues(urls: Sequence[str]) -> dict[str, list[str]]:
    """What pa11y objects to, by address."""
    environment = {**os.environ, "CHROMIUM": CHROMIUM}
    command = ["node", str(PAGES / "pa11y.cjs"), *urls]
    done = subprocess.run(command, env=environment, cwd=PAGES, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return {url: [each for each in came if not _unsure(each)] for url, came in found.items()}


def _unsure(issue: str) -> bool:
    """Contrast within a picture, which pa11y cannot tell; tests/test_pictures.py measures it."""
    return issue.startswith("color-contrast") and "> svg" in issue


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def small_targets(page: Page) -> list[str]:
    """What can be pressed and is smaller than 24 by 24 pixels, links within text aside (WCAG 2.2, 2.5.8)."""
    script = """[...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, nav a')]
        .filter(e => e.tabIndex >= 0)
        .filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.width < 24 || r.height < 24) })
        .filter(e => !(e.labels && [...e.labels].some(l => l.getBoundingClientRect().height >= 24)))
        .map(e => e.outerHTML.slice(0, 100))"""
    found: list[str] = page.evaluate(script)
    return found


def dangling(page: Page) -> list[str]:
    """Names that several elements have, and references to what is not on the page."""
    found: list[str] = page.evaluate(
        """(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
        const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
        const named = ['aria-describedby', 'aria-labelledby', 'for'].flatMap(name =>
            [...document.querySelectorAll(`[${name}]`)].flatMap(e => e.getAttribute(name).split(' ')));
        const linked = [...document.querySelectorAll('a[href^="#"]')].map(e => e.getAttribute('href').slice(1));
        return [...twice, ...[...named, ...linked].filter(id => id && !document.getElementById(id))] })()"""
    )
    return found


def to_be_reached(page: Page) -> list[int]:
    """What Tab ought to come to, in the order in which it is read, as places among all elements."""
    found: list[int] = page.evaluate(
        """(() => { const all = [...document.querySelectorAll('*')], groups = new Set();
        const pressed = 'a[href], button, input:not([type=hidden]), textarea, summary, [tabindex="0"]';
        return all.filter(e => e.matches(pressed))
            .filter(e => e.tabIndex >= 0 && !e.closest('details:not([open]) > :not(summary)'))
            .filter(e => e.type !== 'radio' || e.checked || !e.form.querySelector(`[name="${e.name}"]:checked`))
            .filter(e => e.type !== 'radio' || (!groups.has(e.name) && groups.add(e.name)))
            .map(e => all.indexOf(e)) })()"""
    )
    return found


def until(page: Page, script: str) -> None:
    """Wait for `script` to be true. Playwright's own wait evaluates it in the page, which our policy forbids."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(script):
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {script}"
        time.sleep(0.01)


def reached(page: Page) -> list[int]:
    """What Tab comes to from the top of the page, as places among all elements; each shows that it has the focus."""
    until(page, "!document.querySelector('[autofocus]') || document.activeElement.matches('[autofocus]')")
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    found: list[int] = []
    while True:
        page.keyboard.press("Tab")
        place, outline = page.evaluate(
            """(() => { const e = document.activeElement, s = getComputedStyle(e);
            const drawn = s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth);
            return [e === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(e), drawn] })()"""
        )
        if place < 0 or place in found:
            return found
        assert outline >= 2, f"no focus is shown on element {place}"
        found.append(place)
