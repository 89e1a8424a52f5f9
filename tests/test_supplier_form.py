"""The supplier's form on the web: what was written is kept, what was sent in stands, and nobody else gets in."""

import html
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import docx as word
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.limiter import Limiter
from bot.service import Service
from handlers import supplier_form, web_links
from handlers.clean import clean
from handlers.messages import from_json
from knowledge.library import Library
from storage import form_answers, self_assessments
from storage import web_links as stored_links
from storage.database import open_database

from . import nasty
from .conftest import MONDAY, STOCKHOLM
from .web_life import PDF, SECRET, SENDER, TEXT, URL, Browser, Served, Supplier, answers, multipart

PAGES = ("", "scope", "policy", "risk", "deviations-2", "review")


@pytest.fixture
def there(tmp_path: Path, library: Library) -> Supplier:
    return Supplier(tmp_path, library)


@pytest.fixture
def browser(there: Supplier) -> Iterator[Browser]:
    with there.browser() as browser:
        yield browser


def unhurried(there: Supplier) -> None:
    there.forms.links = there.forms.addresses = Limiter(1_000_000, 1_000_000)


# Filling in


def test_what_was_saved_is_there_for_a_colleague_with_the_same_link(there, browser):
    kept = browser.post(there.at("scope"), **multipart({"scope": "Kaffe från Gävle", "do": "later"}))

    assert kept.status_code == 303
    assert kept.headers["location"] == there.at() + "?saved=1"
    with there.browser() as colleague:
        assert "Kaffe från Gävle" in colleague.get(there.at("scope")).text
        assert there.library.phrase("web_saved", "sv") in colleague.get(kept.headers["location"]).text


def test_every_question_of_the_flow_is_reached_and_explained(there, browser, library):
    seen = ""
    for policy, deviations in (("yes", "yes"), ("no", "no")):
        there.fill(browser, answers(policy, deviations))
        seen += "".join(browser.get(there.at(page.id)).text for page in there.form.pages)
    seen = html.unescape(seen)

    for question in library.flows["self-assessment"].questions:
        assert question.ask.sv in seen
        assert question.explain is None or question.explain.sv in seen
        assert library.criteria["self-assessment"].by_question[question.id].met.sv in seen


def test_what_does_not_apply_is_not_asked(there, browser):
    to = browser.post(there.at("policy"), **multipart({"policy": "no"})).headers["location"]

    assert to == there.at("passing_on")
    assert browser.get(there.at("policy-2")).status_code == 404
    assert browser.post(there.at("policy"), **multipart({"policy": "yes"})).headers["location"] == there.at("policy-2")


def test_an_answer_that_no_longer_applies_is_not_submitted(there, browser):
    there.fill(browser)
    browser.post(there.at("policy"), **multipart({"policy": "no"}))
    there.submit(browser)

    kept = form_answers.of(there.db, there.id, 1)
    assert "policy_adopted" not in kept
    assert kept.keys() == {asked.id for asked in there.form.questions} - {"lacking"}


@pytest.mark.parametrize(("lang", "other"), [("sv", "en"), ("en", "sv")])
def test_every_page_is_whole_in_both_languages_whichever_it_was_sent_in(tmp_path, library, lang, other):
    there = Supplier(tmp_path, library, lang=lang)
    with there.browser() as browser:
        there.fill(browser)
        for page in (*PAGES, *(page.id for page in there.form.pages)):
            for query, shown in (("", lang), (f"?lang={other}", other)):
                text = html.unescape(browser.get(there.at(page).rstrip("/") + query).text)

                assert f'<html lang="{shown}">' in text
                assert library.phrase("web_accessibility", shown) in text
                assert library.flows["self-assessment"].title.of(shown) in text
        after = browser.post(there.at("scope") + f"?lang={other}", **multipart({"scope": "x"}))
        assert after.headers["location"].endswith(f"policy?lang={other}")


def test_the_first_page_says_who_asks_about_which_contract_until_when_and_what_is_left(there, browser):
    browser.post(there.at("scope"), **multipart({"scope": "Kaffe"}))
    text = browser.get(there.at()).text

    for words in ("Örebro kommun", "Nordkaffe AB", "2026-114 Kaffe och te", "fredag 18 december 2026", "8 frågor är"):
        assert words in text


def test_pages_are_counted_in_one_way(there, browser):
    text = browser.get(there.at("risk")).text

    assert "Del 5 av 8" in text
    assert "<h1>Riskanalys</h1>" in text


def test_a_late_answer_is_welcome_as_long_as_the_link_is_good(there, browser):
    there.clock.now = MONDAY + timedelta(days=40)
    there.fill(browser)

    assert there.library.phrase("web_late", "sv") in browser.get(there.at()).text
    assert there.submit(browser).status_code == 303
    assert there.form.one.state == "submitted"


# What is wrong is told kindly, and what was typed stays

WRONG = [
    ("risk", {"chain": "Kontakta 850709-9805."}, "web_personal_number", "chain"),
    ("risk", {"chain": "å" * 5_001}, "web_too_long", "chain"),
    ("policy", {"policy": "maybe"}, "web_wrong_choice", "policy"),
]


@pytest.mark.parametrize(("page", "given", "phrase", "field"), WRONG, ids=[row[2] for row in WRONG])
def test_an_error_keeps_what_was_typed_and_leads_to_the_field(there, browser, page, given, phrase, field):
    answer = browser.post(there.at(page), **multipart(given))
    text = html.unescape(answer.text)

    assert answer.status_code == 422
    assert there.library.phrase(phrase, "sv") in text
    assert f'href="#{field}"' in text
    assert f'id="{field}"' in text
    assert "<title>Fel: " in text
    assert field not in form_answers.of(there.db, there.id, 1)
    assert given[field] in text or phrase == "web_wrong_choice"


def test_the_rest_of_a_page_with_an_error_is_kept(there, browser):
    browser.post(there.at("risk"), **multipart({"chain": "850709-9805", "risk_analysis": TEXT}))

    assert form_answers.of(there.db, there.id, 1) == {"risk_analysis": TEXT}


def test_suppliers_may_write_of_tenders_and_prices(there, browser):
    words = "Vårt anbud är 250 000 kr lägre än Kaffe AB:s"
    browser.post(there.at("scope"), **multipart({"scope": words}))

    assert form_answers.of(there.db, there.id, 1) == {"scope": words}


def test_what_a_colleague_wrote_meanwhile_is_not_lost_unseen(there, browser):
    seen = there.form.fingerprint(there.form.page("scope"))
    browser.post(there.at("scope"), **multipart({"scope": "Kaffe", "seen": seen}))
    late = browser.post(there.at("scope"), **multipart({"scope": "Te", "seen": seen}))

    assert late.status_code == 422
    assert "<q>Kaffe</q>" in late.text
    assert "Te</textarea>" in late.text
    assert form_answers.of(there.db, there.id, 1) == {"scope": "Kaffe"}
    again = re.search(r'name="seen" value="(\w+)"', late.text)
    assert again is not None
    browser.post(there.at("scope"), **multipart({"scope": "Te", "seen": again[1]}))
    assert form_answers.of(there.db, there.id, 1) == {"scope": "Te"}


@pytest.mark.parametrize("field", ["name", "function", "confirm"])
def test_nothing_is_sent_in_without_a_sender(there, browser, field):
    there.fill(browser)
    answer = there.submit(browser, **{field: ""})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert there.form.one.state == "sent"


def test_nothing_is_sent_in_while_a_question_is_left(there, browser):
    there.fill(browser)
    nonce = there.nonce(browser)
    browser.post(there.at("scope"), **multipart({"scope": ""}))
    answer = browser.post(there.at("review"), data={"nonce": nonce, **SENDER})

    assert answer.status_code == 409
    assert there.form.one.state == "sent"
    assert f'href="{there.at("scope")}#scope"' in answer.text


# Sending in


def test_what_is_sent_in_gets_a_number_and_a_copy_and_the_officer_is_told(there, browser):
    there.fill(browser)
    to = there.submit(browser).headers["location"]
    receipt = browser.get(to).text
    one = there.form.one

    assert one.receipt is not None
    assert re.fullmatch(r"S-[2-9A-HJ-NP-Z]{6}", one.receipt)
    assert one.receipt in receipt
    assert "måndag 23 november 2026" in receipt
    assert one.answered_by == "Anna Berg, Hållbarhetschef"
    assert TEXT in browser.get(there.at("copy")).text
    file = word.Document(BytesIO(browser.get(there.at("copy.docx")).content))
    assert TEXT in [paragraph.text for paragraph in file.paragraphs]
    ((key, body),) = there.db.conn.execute("select dedupe_key, body from outbox").fetchall()
    assert key == f"form:{there.id}:1"
    letter = from_json(body)
    assert "Nordkaffe AB har svarat" in str(letter.parts)
    assert [button.says for row in letter.buttons for button in row] == [f"/assess {there.id}"]


def test_a_double_click_stores_one_and_both_see_the_receipt(there):
    with Served(there) as address, httpx.Client(base_url=address) as first:
        there.fill(first)
        nonce, came = there.nonce(first), []
        gate = threading.Barrier(8)

        def press() -> None:
            with httpx.Client(base_url=address) as hand:
                gate.wait()
                came.append(hand.post(there.at("review"), data={"nonce": nonce, **SENDER}))

        hands = [threading.Thread(target=press) for _ in range(8)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()

    assert [(each.status_code, each.headers["location"]) for each in came] == [(303, there.at())] * 8
    assert there.db.conn.execute("select count(*) from outbox").fetchone()[0] == 1
    assert there.db.conn.execute("select count(*) from form_posts").fetchone()[0] == 1
    assert there.db.conn.execute("select count(*) from audit where action = 'submitted'").fetchone()[0] == 1


def test_after_it_was_sent_in_every_page_leads_to_the_receipt_and_nothing_changes(there, browser):
    there.fill(browser)
    nonce = there.nonce(browser)
    there.submit(browser)
    stands = there.record()
    for page in PAGES[1:]:
        assert browser.get(there.at(page)).headers["location"] == there.at()
    browser.post(there.at("scope"), **multipart({"scope": "ändrat"}))
    browser.post(there.at("review"), data={"nonce": nonce, **SENDER})

    assert there.record() == stands


@pytest.mark.parametrize("nonce", ["", "x", "x.y", "é", "." * 4000])
def test_a_page_that_is_not_ours_sends_nothing_in(there, browser, nonce):
    there.fill(browser)
    answer = browser.post(there.at("review"), data={**SENDER, "nonce": nonce})

    assert answer.status_code == 409
    assert 'value="Anna Berg"' in answer.text
    assert there.form.one.state == "sent"


def test_a_nonce_of_another_form_sends_nothing_in(there, browser):
    mine, (there.id, there.token) = (there.id, there.token), there.sent("Söderte AB", "2026-115")
    there.fill(browser)
    other = there.nonce(browser)
    there.id, there.token = mine
    there.fill(browser)

    assert browser.post(there.at("review"), data={**SENDER, "nonce": other}).status_code == 409


def test_questions_back_are_answered_in_the_same_place(there, browser):
    there.fill(browser)
    there.submit(browser)
    old = there.form.one.receipt
    there.ask_back("risk", "Vilket led har ni inte besökt?")
    asked = html.unescape(browser.get(there.at("risk")).text)

    assert "Vilket led har ni inte besökt?" in asked
    assert TEXT in asked
    assert [page.id for page in there.form.pages] == ["risk"]
    assert there.form.left()
    browser.post(there.at("risk"), files=[("risk", (None, "Odlingarna.")), ("file-risk", ("plan.pdf", PDF))])
    assert there.submit(browser).status_code == 303
    assert form_answers.of(there.db, there.id, 2) == {"risk": "Odlingarna."}
    assert (there.form.one.state, there.form.one.receipt) == ("submitted", old)
    copy = browser.get(there.at("copy")).text
    assert "Odlingarna." in copy
    assert TEXT in copy
    assert "plan.pdf" in copy
    keys = [row[0] for row in there.db.conn.execute("select dedupe_key from outbox order by id")]
    assert keys == [f"form:{there.id}:1", f"form:{there.id}:2"]


def test_what_was_answered_before_cannot_be_changed_in_the_second_round(there, browser):
    there.fill(browser)
    there.submit(browser)
    there.ask_back("risk", "Vilket led?")
    before = form_answers.of(there.db, there.id, 1)

    assert browser.post(there.at("scope"), **multipart({"scope": "x"})).status_code == 404
    assert browser.post(there.at("risk"), **multipart({"chain": "x"})).status_code == 400
    assert form_answers.of(there.db, there.id, 1) == before


# Who gets in


def test_reading_changes_nothing_but_the_number_of_openings(there, browser):
    there.fill(browser)
    stands = there.record()
    for _ in range(25):
        for page in PAGES[:4]:
            assert browser.get(there.at(page).rstrip("/")).status_code == 200
    for _ in range(5):
        browser.request("HEAD", there.at())

    (link,) = stored_links.of(there.db, "form", f"self_assessments:{there.id}")
    assert there.record() == stands
    assert link.opened == 25


def nowhere(there: Supplier) -> dict[str, str]:
    """Tokens that lead nowhere, each for its own reason."""
    made = {}
    for name in ("expired", "revoked", "withdrawn"):
        id, made[name] = there.sent(name, "2026-9")
        about = f"self_assessments:{id}"
        (link,) = stored_links.of(there.db, "form", about)
        if name == "expired":
            stored_links.extend(there.db, link.id, MONDAY - timedelta(days=1))
        elif name == "revoked":
            stored_links.revoke(there.db, "form", about, MONDAY)
        else:
            one = self_assessments.find(there.db, id)
            assert one is not None
            assert self_assessments.withdraw(there.db, one, MONDAY)
    salt = web_links._signer(there.service.web, "report").dumps([1, "x"])
    tokens = {row["id"]: nasty.words(row) for row in nasty.ROWS if row["id"] in [f"TOK-0{n}" for n in range(2, 8)]}
    return {**made, "other salt": salt, "forged": there.token[:-3] + "xyz", "empty": "", **tokens}


def test_what_leads_nowhere_looks_the_same_whatever_the_reason(there, browser):
    came = {}
    for name, token in nowhere(there).items():
        path = "/form/" + quote(token[:60_000], safe=".-_")  # httpx takes no longer address
        for method in ("GET", "POST"):
            for rest in ("", "/scope", "/file/1", "/copy.docx"):
                if method == "GET" or rest == "/scope":
                    answer = browser.request(method, path + rest)
                    came[name, method, rest] = (answer.status_code, answer.content, sorted(answer.headers.items()))

    assert len(set(map(str, came.values()))) == 1
    assert next(iter(came.values()))[0] == 404


@pytest.mark.parametrize(
    ("said", "lang"), [("en-GB,en;q=0.9,sv;q=0.8", "en"), ("de, sv;q=0.5", "sv"), ("de", "sv"), ("", "sv")]
)
def test_who_is_not_known_is_answered_in_the_language_of_her_browser(there, browser, said, lang):
    title = there.library.phrase("page_nowhere_title", lang)
    for path in ("/form/x", "/report/x", "/report/x/report.docx", "/calendar/x.ics"):
        assert title in browser.get(path, headers={"accept-language": said}).text


def test_a_problem_is_told_in_the_language_of_the_form(tmp_path, library):
    there = Supplier(tmp_path, library, lang="en")
    with there.browser() as browser:
        answer = browser.post(there.at("scope"), **multipart({"other": "x"}))

    assert answer.status_code == 400
    assert library.phrase("web_bad_form", "en") in html.unescape(answer.text)


def test_a_token_with_another_last_letter_is_never_another_form(there, browser):
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        answer = browser.get(f"/form/{there.token[:-1]}{letter}")

        assert answer.status_code == 404 or "Nordkaffe AB" in answer.text


def test_a_link_is_good_when_the_clock_was_set_back_and_not_when_it_has_expired(there, browser):
    there.clock.now = MONDAY - timedelta(hours=1)
    assert browser.get(there.at()).status_code == 200

    there.clock.now = MONDAY + timedelta(days=365)
    assert browser.get(there.at()).status_code == 404


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": URL + ".evil.example"},
]
OURS = [{}, {"Origin": URL}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_on_another_site_writes_nothing(there, browser, headers):
    answer = browser.post(there.at("scope"), **multipart({"scope": "x"}), headers=headers)

    assert answer.status_code == 403
    assert form_answers.of(there.db, there.id, 1) == {}


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_a_form_of_ours_is_taken_as_browsers_send_it(there, browser, headers):
    assert browser.post(there.at("scope"), **multipart({"scope": "x"}), headers=headers).status_code == 303


def test_every_answer_has_all_headers_also_those_that_tell_of_an_error(there, browser):
    unhurried(there)
    there.fill(browser)
    answers = [
        browser.get(there.at()),
        browser.get(there.at("review")),
        browser.get("/form/x"),
        browser.get("/form/accessibility"),
        browser.request("PUT", there.at("scope")),
        browser.request("TRACE", there.at()),
        browser.post(there.at("scope"), content=b"x"),
        browser.post(there.at("scope"), **multipart({"x": "y"})),
        browser.post(there.at("scope"), **multipart({"scope": "x"})),
        browser.get("/broken"),
        browser.get("/nowhere/at/all"),
    ]

    assert {answer.status_code for answer in answers} >= {200, 303, 400, 404, 405, 415, 500}
    for answer in answers:
        for name in ("content-security-policy", "referrer-policy", "x-content-type-options", "x-frame-options"):
            assert name in answer.headers, (answer.status_code, name)
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


HEADERS = [row for row in nasty.ROWS if row["id"] in ("HDR-19", "HDR-20", "HDR-21", "HDR-25", "HDR-26")]


@pytest.mark.parametrize("row", HEADERS, ids=lambda row: row["id"])
def test_no_header_leads_a_supplier_astray(there, browser, row):
    name, _, value = nasty.words(row).partition(": ")
    answer = browser.post(there.at("scope"), **multipart({"scope": "x"}), headers={name: value})

    assert answer.status_code == 303
    assert answer.headers["location"] == there.at("policy")
    assert "evil" not in str(answer.headers)


def test_a_token_in_the_query_opens_nothing(there, browser):
    assert browser.get(f"/form/x?token={there.token}").status_code == 404
    assert "Nordkaffe AB" in browser.get(there.at() + "?token=x").text


RAW = {
    "HDR-16": ("Content-Length: -1", b"scope=x"),
    "HDR-17": ("Content-Length: 10", b"scope=x"),
    "HDR-18": ("Transfer-Encoding: chunked\r\nContent-Length: 7", b"scope=x"),
    "HDR-24": ("X-Request-Id: a\r\nb", b""),
}


@pytest.mark.parametrize("row", RAW)
def test_a_request_that_is_no_request_changes_nothing_and_hurts_nobody(tmp_path, library, row):
    there = Supplier(tmp_path, library)
    there.forms.between = 0.2
    head, body = RAW[row]
    with Served(there) as address:
        port = int(address.rpartition(":")[2])
        said = sent_raw(port, there.at("scope"), head, body)
        still = httpx.get(address + there.at()).status_code

    assert not said.startswith(b"HTTP/1.1 5")
    assert not said.startswith(b"HTTP/1.1 303")
    assert still == 200
    assert form_answers.of(there.db, there.id, 1) == {}


# What is not taken

FORMS = [row for row in nasty.ROWS if row["id"].startswith("FORM-")]


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row["id"])
@pytest.mark.parametrize("page", ["scope", "review"])
def test_what_the_form_did_not_ask_for_is_refused_and_nothing_changes(there, browser, row, page):
    stands = there.record()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser.post(there.at(page), content=nasty.words(row).encode(), headers=headers)

    assert answer.status_code in ((400, 413, 422) if row["id"] == "FORM-15" else (400, 413))
    assert there.record() == stands


@pytest.mark.parametrize("field", ["is_admin", "organisation_id", "state", "verdict", "file-scope", "policy", "nonce"])
def test_a_field_of_another_page_or_of_the_database_is_refused(there, browser, field):
    answer = browser.post(there.at("scope"), **multipart({"scope": "Kaffe", field: "1"}))

    assert answer.status_code == 400
    assert form_answers.of(there.db, there.id, 1) == {}


TYPES = ["", "text/plain", "application/json", "application/json; charset=utf-7", "multipart/form-data"]


@pytest.mark.parametrize("kind", TYPES)
def test_another_type_of_content_is_refused(there, browser, kind):
    answer = browser.post(there.at("scope"), content=b"scope=x", headers={"content-type": kind})

    assert answer.status_code in (400, 415)
    assert form_answers.of(there.db, there.id, 1) == {}


@pytest.mark.parametrize("do", ["", "remove", "remove-", "remove-x", "remove-99999999999999999999", "drop", "next;"])
def test_a_button_that_is_not_ours_is_refused(there, browser, do):
    assert browser.post(there.at("scope"), **multipart({"scope": "x", "do": do})).status_code == 400
    assert form_answers.of(there.db, there.id, 1) == {}


def test_more_than_a_page_holds_is_answered_with_a_page(there):
    with Served(there) as address, httpx.Client(base_url=address, timeout=60) as browser:
        huge = browser.post(there.at("scope"), files=[("scope", (None, "x" * 100_000))])
        pieces = (b"x" * 2**20 for _ in range(120))
        try:
            more = browser.post(
                there.at("scope"), content=pieces, headers={"content-type": "multipart/form-data; boundary=x"}
            ).status_code
        except httpx.WriteError:  # we hung up
            more = 413
        still = browser.get(there.at()).status_code

    assert (huge.status_code, more, still) == (413, 400, 200) or (huge.status_code, more, still) == (413, 413, 200)
    assert there.library.phrase("web_too_much", "sv") in html.unescape(huge.text)


def test_a_client_that_stops_in_the_middle_is_sent_away(tmp_path, library):
    there = Supplier(tmp_path, library)
    there.forms.between = 0.2
    with Served(there) as address:
        port = int(address.rpartition(":")[2])
        said = sent_raw(port, there.at("scope"), "Content-Length: 50", b"scope=")

    assert said.startswith(b"HTTP/1.1 408 ")
    assert form_answers.of(there.db, there.id, 1) == {}


def sent_raw(port: int, path: str, head: str, body: bytes) -> bytes:
    """What is answered to a request with this head and body, until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=15) as wire:
        kind = "Content-Type: application/x-www-form-urlencoded"
        wire.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{kind}\r\n{head}\r\n\r\n".encode() + body)
        wire.shutdown(socket.SHUT_WR) if not body else None
        said = b""
        while piece := wire.recv(65_536):
            said += piece
    return said


def test_a_hasty_supplier_is_never_refused_and_a_flood_is(there, browser):
    hasty = [browser.post(there.at("scope"), **multipart({"scope": "x"})).status_code for _ in range(40)]
    flood = [browser.post(there.at("scope"), **multipart({"scope": "x"})) for _ in range(40)]

    assert set(hasty) == {303}
    assert flood[-1].status_code == 429
    assert flood[-1].headers["retry-after"] == "60"
    assert browser.get(there.at()).status_code == 200


# What is shown is text

SHOWN = [row for row in nasty.ROWS if row["cat"] in ("HTML", "CSV", "NAME", "TXT")]


def test_there_are_rows_with_markup():
    assert any("<script" in nasty.words(row) for row in SHOWN)


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row["id"])
def test_what_suppliers_write_is_shown_as_text(there, browser, row):
    words = nasty.words(row)
    plain = browser.get(there.at("improvement")).text
    browser.post(there.at("improvement"), files=[("lacking", (None, words.encode("utf-8", "surrogatepass")))])
    kept = form_answers.of(there.db, there.id, 1).get("lacking", "")
    for page in ("improvement", "review"):
        text = browser.get(there.at(page)).text

        assert kept in html.unescape(text)
        assert not re.search(r"<(script|img|svg|iframe|body|style|input onfocus)\b", text.replace("<body>", ""))
    shown = browser.get(there.at("improvement")).text
    assert sorted(re.findall(r"<[a-z]+", shown)) == sorted(re.findall(r"<[a-z]+", plain)) or "<q>" in shown


# Whatever is sent

FIELDS = ["scope", "policy", "chain", "lacking", "do", "seen", "name", "state", "is_admin", "file-scope", ""]
WORDS = st.one_of(
    st.sampled_from([nasty.words(row)[:6_000] for row in nasty.ROWS if row["cat"] in ("TXT", "HTML", "NAME", "CSV")]),
    st.sampled_from(["", "yes", "no", "next", "later", "stay", "remove-1", "850709-9805", "å" * 5_001]),
    st.text(max_size=40),
)
POSTS = st.tuples(
    st.sampled_from(["scope", "policy", "policy-2", "risk", "improvement", "review", "nowhere"]),
    st.dictionaries(st.sampled_from(FIELDS), WORDS, max_size=3),
    st.booleans(),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(POSTS, max_size=6))
def test_whatever_is_sent_the_record_is_what_was_said_and_nothing_breaks(library, tmp_path_factory, posts):
    there = Supplier(tmp_path_factory.mktemp("form"), library)
    unhurried(there)
    model: dict[str, str] = {}
    with there.browser() as browser:
        for page, said_by_name, whole in posts:
            fields = {name: words.encode("utf-8", "replace").decode() for name, words in said_by_name.items()}
            said = multipart(fields) if whole else {"data": fields}
            answer = browser.post(there.at(page), **said)
            shown = there.form.page(page)
            allowed = {"do", "seen", *(asked.id for asked in shown.asked)} if shown else set()

            assert answer.status_code < 500
            if shown and answer.status_code in (303, 422):
                assert fields.keys() <= allowed
                for asked in shown.asked:
                    words = clean(fields.get(asked.id, ""))
                    meanwhile = fields.get("seen") and model.get(asked.id, "") not in ("", words)
                    if asked.id in fields and not supplier_form.wrong(asked, words) and not meanwhile:
                        model[asked.id] = words
            assert form_answers.of(there.db, there.id, 1) == {name: words for name, words in model.items() if words}
    assert there.form.one.state == "sent"
    there.db.conn.close()


# Durable


def test_a_full_disk_loses_nothing_that_was_saved_and_keeps_what_was_typed(there, browser):
    browser.post(there.at("risk"), **multipart({"chain": "sparat"}))
    there.db.conn.execute("pragma max_page_count = 1")
    there.db.conn.execute(f"pragma max_page_count = {there.db.conn.execute('pragma page_count').fetchone()[0]}")
    full = browser.post(there.at("risk"), **multipart({"chain": "å" * 5_000, "risk_analysis": "b" * 5_000}))
    there.db.conn.execute("pragma max_page_count = 100000")

    assert full.status_code == 503
    assert "å" * 5_000 in full.text
    assert there.library.phrase("web_not_kept_typed", "sv") in html.unescape(full.text)
    assert form_answers.of(there.db, there.id, 1) == {"chain": "sparat"}


def test_a_file_of_a_draft_that_was_not_kept_leaves_the_disk(there, browser):
    other = open_database(str(there.directory / "duly.db"))
    there.db.conn.execute("pragma busy_timeout = 50")
    other.conn.execute("begin immediate")
    answer = browser.post(there.at("scope"), files=[("file-scope", ("a.pdf", PDF))])
    other.conn.execute("rollback")

    assert answer.status_code == 503
    assert list(there.files.iterdir()) == []


def test_what_was_saved_is_there_after_a_restart(there, browser):
    browser.post(there.at("scope"), files=[("scope", (None, "Kaffe")), ("file-scope", ("a.pdf", PDF))])
    db = open_database(str(there.directory / "duly.db"))
    again = supplier_form.read(Service(db, there.library, STOCKHOLM).db, there.library, there.id)

    assert again is not None
    assert again.answers == {"scope": "Kaffe"}
    assert [(there.files / file.path).read_bytes() for file in again.files] == [PDF]


def test_neither_the_token_nor_what_was_typed_is_logged(there, browser, caplog):
    there.fill(browser)
    there.db.conn.execute("drop table form_posts")
    answer = there.submit(browser)

    assert answer.status_code in (500, 503)
    assert caplog.records
    logged = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("duly"))
    assert there.token not in logged
    assert "Anna" not in logged
    assert SECRET not in logged
