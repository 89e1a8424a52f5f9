"""Every web page in every state, in both languages, as it is judged by axe-core, by pa11y and by use.

Machines find about half of what is wrong with a page; what they cannot find stands on the form's accessibility page.
"""

from collections.abc import Iterator, Mapping

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot import pages
from bot.pictures import inline
from knowledge.library import Library

from . import browser as looked
from .browser import needs_a_browser
from .figures_shown import shown as pictures
from .web_life import SENDER, Served, Supplier, answers, multipart
from .web_states import State, shown

pytestmark = needs_a_browser
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
PRINTED = ("receipt", "copy", "report")
PROBLEMS = {400, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503}
COLOURS = ["#ffe600", "#767676", "#707070", "#000000"]  # the grey ones are just readable on white
TOUCHING = """[...document.querySelectorAll('svg')].flatMap(svg => {
    const boxes = [...svg.querySelectorAll('text')].map(e => [e.textContent, e.getBoundingClientRect()]);
    return boxes.flatMap(([a, p], at) => boxes.slice(at + 1).filter(([b, q]) =>
        p.left < q.right && q.left < p.right && p.top + p.height / 4 < q.bottom - q.height / 4
        && q.top + q.height / 4 < p.bottom - p.height / 4).map(([b, q]) => a + ' | ' + b)) })"""
OUTSIDE = """[...document.querySelectorAll('svg')].flatMap(svg => { const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(e => { const r = e.getBoundingClientRect();
        return r.left < frame.left - 1 || r.right > frame.right + 1 }).map(e => e.textContent) })"""


CUT = """few => [...document.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth
    && (!few || e.querySelectorAll('thead th').length < 3)).map(e => e.getAttribute('aria-label'))"""


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Iterator[Mapping[str, State]]:
    """Every state by its address; made before there is a browser, which takes the loop of this thread."""
    with shown(tmp_path_factory.mktemp("states"), library) as found:
        yield found


@pytest.fixture(scope="module")
def chromium(states: Mapping[str, State]) -> Iterator[Browser]:
    with looked.opened() as found:
        yield found


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


def test_there_is_a_state_for_everything_that_can_happen(states):
    by_lang = {lang: [state.name for state in states.values() if state.lang == lang] for lang in ("sv", "en")}

    assert by_lang["sv"] == by_lang["en"]
    assert {state.answer.status_code for state in states.values()} == {200, *PROBLEMS}
    assert len(by_lang["sv"]) >= 60


def test_axe_objects_to_nothing_in_light_in_dark_or_on_paper(tab, states):
    found = {}
    for address, state in states.items():
        tab.emulate_media(color_scheme="light", media="screen")
        tab.goto(address)
        came = looked.violations(tab)
        for media in ("screen", "print") if state.name.startswith(PRINTED) else ("screen",):
            tab.emulate_media(color_scheme="dark", media=media)
            came += looked.violations(tab, "color-contrast")
        found[state.name, state.lang] = came

    assert {name: came for name, came in found.items() if came} == {}


def test_pa11y_objects_to_nothing(states):
    half = len(states) // 2
    addresses = list(states)
    chosen = [pair[number % 2] for number, pair in enumerate(zip(addresses[:half], addresses[half:], strict=True))]
    found = looked.issues(chosen)  # what it looks at is markup, which the languages share: each state in one of them

    assert found.keys() == set(chosen)
    assert {states[address].name: came for address, came in found.items() if came} == {}


def test_no_column_of_the_report_is_out_of_sight_on_a_desk_nor_a_definition_on_a_telephone(tab, states):
    found = {}
    for address, state in states.items():
        if state.name.startswith("report"):
            tab.set_viewport_size(DESK)
            tab.goto(address)
            on_a_desk = tab.evaluate(CUT, False)
            tab.set_viewport_size(PHONE)
            found[state.name, state.lang] = on_a_desk, tab.evaluate(CUT, True)

    assert len(found) > 4
    assert {name: came for name, came in found.items() if came != ([], [])} == {}


def test_each_page_fits_a_small_screen_and_large_text_and_says_what_it_is(tab, states):
    found = {}
    for address, state in states.items():
        tab.set_viewport_size(PHONE)
        tab.goto(address)
        came = {"narrow": looked.scrolls_sideways(tab), "small": looked.small_targets(tab)}
        came |= {"dangling": looked.dangling(tab), "lang": tab.locator("html").get_attribute("lang") != state.lang}
        came |= {"h1": tab.locator("h1").count() != 1, "title": not tab.title().endswith(" – Örebro kommun")}
        tab.set_viewport_size({"width": 640, "height": 900})
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        came |= {"large text": looked.scrolls_sideways(tab)}
        found[state.name, state.lang] = [name for name, wrong in came.items() if wrong]

    assert {name: came for name, came in found.items() if came} == {}


def test_tab_comes_to_everything_in_the_order_in_which_it_is_read_and_the_focus_shows(tab, states):
    for address, state in states.items():
        if state.lang == "sv":
            tab.goto(address)

            assert looked.reached(tab) == looked.to_be_reached(tab), state.name


def test_what_is_wrong_has_the_focus_stands_in_the_title_and_leads_to_its_field(tab, states, library):
    seen = 0
    for address, state in states.items():
        if state.answer.status_code not in (409, 422) and state.name != "not kept 503":
            continue
        tab.goto(address)
        alert = tab.get_by_role("alert")
        looked.until(tab, "document.activeElement !== document.body")

        assert tab.title().startswith(library.phrase("web_error", state.lang)), state.name
        assert alert.evaluate("e => e === document.activeElement && e === e.parentNode.children[1]"), state.name
        for link in alert.get_by_role("link").all():
            link.press("Enter")
            assert tab.evaluate("document.activeElement.id") == (link.get_attribute("href") or "")[1:], state.name
            seen += 1
    assert seen > 20


def test_nothing_moves_for_whoever_asks_for_stillness(chromium, states):
    context = chromium.new_context(reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(next(iter(states)))
    moving = tab.evaluate(
        """[...document.querySelectorAll('*')].map(e => getComputedStyle(e)).filter(s => s.scrollBehavior !== 'auto'
        || s.animationName !== 'none' || s.transitionDuration !== '0s').length"""
    )
    context.close()

    assert moving == 0


def step(what: Locator) -> None:
    """Press Enter, and wait for the page that follows."""
    with what.page.expect_navigation():
        what.press("Enter")


@pytest.mark.parametrize("styled", [True, False], ids=["with its style", "without style"])
def test_the_form_is_filled_in_and_sent_without_script_by_keyboard_alone(chromium, tmp_path, library, styled):
    there = Supplier(tmp_path, library)
    with Served(there) as address:
        context = chromium.new_context(java_script_enabled=False)
        tab = context.new_page()
        if not styled:
            tab.route("**/*.css", lambda route: route.abort())
        tab.goto(address + there.at())
        step(tab.get_by_role("link", name="Börja"))
        for given in answers().values():
            for name, words in given.items():
                if words in ("yes", "no"):
                    tab.get_by_label("Ja" if words == "yes" else "Nej", exact=True).press("Space")
                else:
                    tab.locator(f"#{name}").focus()
                    tab.keyboard.insert_text(words)
            step(tab.get_by_role("button", name="Spara och fortsätt", exact=True).last)
        step(tab.get_by_role("button", name="Spara och fortsätt", exact=True).last)
        for field in ("name", "function"):
            tab.locator(f"#{field}").focus()
            tab.keyboard.insert_text(SENDER[field])
        tab.get_by_role("checkbox").press("Space")
        step(tab.get_by_role("button", name="Skicka in svaren"))
        title = tab.title()
        context.close()

    assert title.startswith(library.phrase("web_thanks", "sv"))
    assert there.form.one.state == "submitted"


def test_any_colour_of_an_organisation_leaves_the_pages_readable(tab, tmp_path, library):
    found = {}
    for number, colour in enumerate(COLOURS):
        (tmp_path / str(number)).mkdir()
        there = Supplier(tmp_path / str(number), library, colour=colour)
        with Served(there) as address, httpx.Client(base_url=address) as client:
            client.post(there.at("policy"), **multipart(answers()["policy"]))
            for page in ((), ("risk",)):
                tab.goto(address + there.at(*page))
                for scheme in ("light", "dark"):
                    tab.emulate_media(color_scheme=scheme)
                    found[colour, scheme, page] = looked.violations(tab, "color-contrast")

    assert {name: came for name, came in found.items() if came} == {}


def test_no_label_of_a_picture_touches_another_in_a_browser(chromium, tmp_path, library):
    async def all_of_them(_: Request) -> Response:
        drawn = "".join(f'<figure style="width: 40rem">{inline(picture)}</figure>' for picture in pictures(library))
        return HTMLResponse(f'<link rel="stylesheet" href="{pages.style_path(there.service.web)}">{drawn}')

    there = Supplier(tmp_path, library, others=[Route("/pictures", all_of_them)])
    refused: list[str] = []
    with Served(there) as address:
        tab = chromium.new_page()
        tab.on("console", lambda message: refused.append(message.text))
        tab.goto(f"{address}/pictures")
        faces = tab.evaluate("document.fonts.ready.then(fonts => [...fonts].map(face => face.status))")
        drawn, touching, outside = (
            tab.evaluate(s) for s in ("document.querySelectorAll('svg').length", TOUCHING, OUTSIDE)
        )
        tab.close()

    assert faces == ["loaded", "loaded"]
    assert drawn >= 6
    assert touching == []
    assert outside == []
    assert not [text for text in refused if "font" in text]
