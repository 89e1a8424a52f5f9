"""A real browser that looks at our pages: what it shows, what it objects to, and whether the keyboard is enough.

Chromium is the system's own; axe-core and pa11y come from tests/pages (`npm ci --prefix tests/pages`).
"""

import json
import os
import shutil
import subprocess
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


def violations(page: Page) -> list[str]:
    """What axe-core objects to on the page as it stands, at WCAG 2.2 AA and its best practice."""
    page.evaluate(AXE.read_text("utf-8"))
    script = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
    found: dict[str, Any] = page.evaluate(script, TAGS)
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found["violations"]]


def issues(urls: Sequence[str]) -> dict[str, list[str]]:
    """What pa11y objects to, by address."""
    environment = {**os.environ, "CHROMIUM": CHROMIUM}
    command = ["node", str(PAGES / "pa11y.cjs"), *urls]
    done = subprocess.run(command, env=environment, cwd=PAGES, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def small_targets(page: Page) -> list[str]:
    """What can be pressed and is smaller than 24 by 24 pixels, links within text aside (WCAG 2.2, 2.5.8)."""
    script = """[...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, nav a')]
        .filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.width < 24 || r.height < 24) })
        .filter(e => !(e.labels && [...e.labels].some(l => l.getBoundingClientRect().height >= 24)))
        .map(e => e.outerHTML.slice(0, 100))"""
    found: list[str] = page.evaluate(script)
    return found


def in_reach(page: Page) -> list[str]:
    """What Tab comes to from the top of the page, in that order; each shows that it has the focus."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    reached: list[str] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        now = page.evaluate(
            """(() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const s = getComputedStyle(e); return [e.outerHTML.slice(0, 80), s.outlineStyle !== 'none'] })()"""
        )
        if now is None or now[0] in reached:
            break
        assert now[1], f"no focus is shown on {now[0]}"
        reached.append(now[0])
    return reached
