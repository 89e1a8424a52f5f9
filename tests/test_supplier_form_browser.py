"""The supplier's form in a real browser: the story from the first page to the receipt, and markup typed into it."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page

from bot.limiter import Limiter
from storage import web_links as stored_links

from . import nasty
from .browser import needs_a_browser, opened
from .conftest import MONDAY
from .web_life import PDF, SENDER, Served, Supplier, answers, multipart

pytestmark = needs_a_browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened() as browser:
        yield browser


def step(what: Locator) -> None:
    """Click, and wait for the page that follows."""
    with what.page.expect_navigation():
        what.click()


def button(tab: Page, name: str) -> Locator:
    return tab.get_by_role("button", name=name, exact=True).last


def sign(tab: Page) -> Locator:
    """Say who sends it in; the button that does."""
    tab.get_by_label("Namn").fill(SENDER["name"])
    tab.get_by_label("Funktion").fill(SENDER["function"])
    tab.get_by_role("checkbox").check()
    return button(tab, "Skicka in svaren")


def test_a_draft_is_taken_up_on_another_device_with_its_files(chromium, tmp_path, library):
    there = Supplier(tmp_path, library)
    with Served(there) as address:
        office, train = (chromium.new_context().new_page() for _ in range(2))
        office.goto(address + there.at("scope"))
        office.locator("#scope").fill("Kaffe från Gävle")
        office.locator("#file-scope").set_input_files({"name": "kedja.pdf", "mimeType": "x/y", "buffer": PDF})
        step(button(office, "Spara och fortsätt senare"))
        train.goto(address + there.at("scope"))
        words, files = train.locator("#scope").input_value(), train.get_by_role("link", name="kedja.pdf").count()
        train.context.close()
        office.context.close()

    assert (words, files) == ("Kaffe från Gävle", 1)


def test_a_double_click_hands_in_once_and_back_and_reload_show_the_receipt(chromium, tmp_path, library):
    there = Supplier(tmp_path, library)
    thanks = library.phrase("web_thanks", "sv")
    with Served(there) as address, httpx.Client(base_url=address) as client:
        there.fill(client)
        tab = chromium.new_context().new_page()
        tab.goto(address + there.at("review"))
        sign(tab).dblclick()
        tab.wait_for_url(address + there.at())
        number = tab.locator(".receipt .number").inner_text()
        tab.go_back()
        tab.reload()
        headings = [tab.locator("h1").inner_text()]
        tab.goto(address + there.at("risk"))
        headings.append(tab.locator("h1").inner_text())
        tab.context.close()

    assert headings == [thanks, thanks]
    assert number == there.form.one.receipt
    assert there.db["outbox"].count == 1


def test_questions_back_are_answered_at_the_same_address(chromium, tmp_path, library):
    there = Supplier(tmp_path, library)
    with Served(there) as address, httpx.Client(base_url=address) as client:
        there.fill(client)
        there.submit(client)
        there.ask_back("risk", "Vilket led har ni inte besökt?")
        tab = chromium.new_context().new_page()
        tab.goto(address + there.at())
        step(tab.get_by_role("link", name="Börja"))
        earlier = tab.locator(".earlier").inner_text()
        tab.locator("#risk").fill("Det sista, i Etiopien.")
        step(button(tab, "Spara och fortsätt"))
        step(sign(tab))
        tab.context.close()

    assert answers()["risk"]["chain"] in earlier
    assert (there.form.one.state, there.form.one.round) == ("submitted", 2)
    assert there.form.answers == {"risk": "Det sista, i Etiopien."}


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_page_that_lost_its_address_saves_nothing_and_says_so(chromium, tmp_path, library, how):
    there = Supplier(tmp_path, library)
    with Served(there) as address:
        tab = chromium.new_context(locale="sv-SE").new_page()
        tab.goto(address + there.at("scope"))
        tab.locator("#scope").fill("För sent")
        if how == "expired":
            there.clock.now = MONDAY + timedelta(days=61)
        else:
            stored_links.revoke(there.db, "form", f"self_assessments:{there.id}", MONDAY)
        step(button(tab, "Spara och fortsätt"))
        heading = tab.locator("h1").inner_text()
        tab.context.close()

    assert heading == library.phrase("page_nowhere_title", "sv")
    assert there.form.answers == {}


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


def test_a_copy_can_be_printed(chromium, tmp_path, library):
    there = Supplier(tmp_path, library)
    with Served(there) as address, httpx.Client(base_url=address) as client:
        there.fill(client)
        there.submit(client)
        tab = chromium.new_page()
        tab.goto(address + there.at("copy"))
        pdf = tab.pdf()
        tab.close()

    assert pdf.startswith(b"%PDF-")
