"""Whoever attacks the pages gets what everybody gets: no record changes, nothing leaks, and the next visitor is served.

All pages stand on one real server on loopback, as `duly serve` has them.
"""

import contextlib
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.requests import Request
from starlette.routing import Route

from bot import backup, metrics, pages, personal, web, web_calendar, web_report, whole
from bot.logs import log_to
from bot.readiness import Readiness
from handlers import web_links
from handlers.messages import to_json
from handlers.report_files import about_of
from knowledge.library import Library
from knowledge.rules.report_records import Period
from storage import outbox
from storage import web_links as stored
from storage.database import bare

from .conftest import MONDAY
from .web_life import Browser, Served, Supplier, multipart

KINDS = ("form", "report", "calendar")
PERIOD = Period(MONDAY.date(), MONDAY.date())


@pytest.fixture
def there(tmp_path: Path, library: Library) -> Supplier:
    """Every page of ours, and a short patience."""
    there = Supplier(tmp_path, library)
    there.forms.between = 0.2
    service, path = there.service, str(tmp_path / "duly.db")
    counted = metrics.Metrics(service, path, lambda: 0.0, [])
    there.app = web.app(
        Readiness(service, [], path),
        pages=[
            *pages.static_routes(service.web),
            *web_calendar.routes(service),
            *web_report.routes(service),
            *there.forms.routes(),
            metrics.route(counted, metrics.is_near),
            Route("/slip", slip),
        ],
    )
    return there


@pytest.fixture
def browser(there: Supplier) -> Iterator[Browser]:
    with there.browser() as browser:
        yield browser


async def slip(request: Request) -> None:
    raise RuntimeError(request.query_params["q"])


def opened(there: Supplier, kind: str, good_for: timedelta = timedelta(days=30)) -> str:
    """The token of a new address of a kind."""
    a_report = about_of(PERIOD, "sv", "public")
    about = {"form": f"self_assessments:{there.id}", "report": a_report, "calendar": "people:asa"}
    address = web_links.make(kind, about[kind], good_for, there.ctx)
    return address.rpartition("/")[2].removesuffix(".ics")


def path_of(kind: str, token: str) -> str:
    return web_links.PATHS[kind].format(quote(token, safe=""))


# What comes over the wire

FIRST = "Host: 127.0.0.1\r\nConnection: close\r\n"
MANY = "X: a\r\n" * 20_000
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
POST = f"POST {{at}}/scope HTTP/1.1\r\n{FIRST}{FORM}"
LIES: dict[str, str] = {
    "two lengths": f"{POST}Content-Length: 7\r\nContent-Length: 9\r\n\r\nscope=xxx",
    "two lengths in one": f"{POST}Content-Length: 7, 9\r\n\r\nscope=xxx",
    "a chunk that lies": f"{POST}Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\nscope=x",
    "a chunk beyond numbers": f"{POST}Transfer-Encoding: chunked\r\n\r\n{'F' * 40}\r\nx",
    "a chunk that is none": f"{POST}Transfer-Encoding: chunked\r\n\r\n-1\r\nscope=x",
    "another encoding": f"{POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "two hosts": "GET {at} HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
    "no host": "GET {at} HTTP/1.1\r\nConnection: close\r\n\r\n",
    "the old protocol": "GET {at}/review HTTP/1.0\r\n\r\n",
    "a new protocol": f"GET {{at}} HTTP/9.9\r\n{FIRST}\r\n",
    "a whole address": f"GET http://evil.example{{at}} HTTP/1.1\r\n{FIRST}\r\n",
    "a path above": f"GET /form/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{FIRST}\r\n",
    "a path above in the open": f"GET /form/../../../etc/passwd HTTP/1.1\r\n{FIRST}\r\n",
    "a slash in disguise": f"GET {{at}}%2ffile%2f1 HTTP/1.1\r\n{FIRST}\r\n",
    "letters that are none": f"GET /form/\xff\xfe HTTP/1.1\r\n{FIRST}\r\n",
    "a number without end": f"GET {{at}}/file/{'9' * 5_000} HTTP/1.1\r\n{FIRST}\r\n",
    "a header without end": f"GET {{at}} HTTP/1.1\r\nX: {'a' * 200_000}\r\n{FIRST}\r\n",
    "headers without number": f"GET {{at}} HTTP/1.1\r\n{MANY}{FIRST}\r\n",
    "a folded header": f"GET {{at}} HTTP/1.1\r\nX: a\r\n b\r\n{FIRST}\r\n",
    "a second request in the first": f"GET {{at}} HTTP/1.1\r\n{FIRST}Content-Length: 5\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "ranges": f"GET {{at}} HTTP/1.1\r\n{FIRST}Range: bytes={'0-,' * 5_000}0-\r\n\r\n",
    "trace": f"TRACE {{at}} HTTP/1.1\r\n{FIRST}\r\n",
    "connect": f"CONNECT evil.example:443 HTTP/1.1\r\n{FIRST}\r\n",
    "options for all": f"OPTIONS * HTTP/1.1\r\n{FIRST}\r\n",
    "a method beyond words": f"{'A' * 5_000} {{at}} HTTP/1.1\r\n{FIRST}\r\n",
    "no request": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


def said_to(port: int, request: bytes) -> bytes:
    """What is answered to these bytes until the server hangs up, or waits for more."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=1.5) as wire, contextlib.suppress(OSError):
        wire.sendall(request)
        while piece := wire.recv(65_536):
            said += piece
    return said


@pytest.mark.parametrize("name", LIES)
def test_a_lie_in_a_request_changes_nothing_and_the_next_visitor_is_served(there, name, capfd):
    before = there.record()
    with Served(there) as address:
        said = said_to(int(address.rpartition(":")[2]), LIES[name].replace("{at}", there.at()).encode("latin-1"))
        still = httpx.get(address + there.at()).status_code

    assert not said.startswith(b"HTTP/1.1 5")
    assert b"root:" not in said
    assert said.count(b"HTTP/1.1 ") <= 1
    assert there.record() == before
    assert still == 200
    assert "Traceback" not in "".join(capfd.readouterr())


def test_many_who_never_end_their_headers_keep_nobody_out(there):
    with Served(there) as address:
        port = int(address.rpartition(":")[2])
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
        for each in slow:
            each.sendall(f"GET {there.at()} HTTP/1.1\r\nX: ".encode())
        still = httpx.get(address + there.at()).status_code
        for each in slow:
            each.close()

    assert still == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_only_read_and_sent_in(there, browser, kind, method):
    before = there.record()
    answer = browser.request(method, path_of(kind, opened(there, kind)))

    assert answer.status_code == 405
    assert len(there.record()) >= len(before)


@pytest.mark.parametrize("kind", KINDS)
def test_head_tells_of_a_page_what_get_does_and_no_body(there, browser, kind):
    path = path_of(kind, opened(there, kind))
    head, got = browser.request("HEAD", path), browser.get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert got.content


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example;proto=http"},
        {"X-Original-URL": "/evil.example"},
        {"Host": "["},
        {"X-Forwarded-Prefix": "//evil.example"},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_repeats_where_a_request_says_that_it_goes(there, browser, kind, headers):
    answer = browser.get(path_of(kind, opened(there, kind)), headers=headers)

    assert answer.status_code == 200
    assert "evil" not in answer.text + str(answer.headers)


# Tokens

JUNK = ("=", "=\r\nSet-Cookie: a", '="><script>', "= ", "==", "\x00", "~", "%", "=\u202e", "å", "=" + "A" * 300)


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("kind", KINDS)
def test_a_token_with_something_after_it_leads_nowhere(there, browser, kind, junk):
    token = opened(there, kind)
    answer = browser.get(path_of(kind, token + junk))

    assert browser.get(path_of(kind, token)).status_code == 200
    assert answer.status_code == 404
    assert answer.content == browser.get("/form/x").content


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_was_encoded_twice_leads_nowhere(there, browser, kind):
    token = "".join(f"%{ord(letter):02X}" for letter in opened(there, kind))

    assert browser.get(path_of(kind, token)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_wrong_with_a_token_the_same_is_asked_of_the_database(there, browser, kind):
    """What takes as many steps takes as long, and nobody learns from the clock which of them were ours once."""
    good, other = opened(there, kind), opened(there, KINDS[KINDS.index(kind) - 1])
    expired = opened(there, kind, timedelta(seconds=-1))
    (about,) = there.db.conn.execute("select about from web_links where kind = ? order by id desc", (kind,)).fetchone()
    stored.revoke(there.db, kind, about, MONDAY)
    asked: dict[str, list[str]] = {}
    for name, token in {"revoked": good, "of another kind": other, "expired": expired, "forged": "a.b"}.items():
        asked[name] = []
        there.db.conn.set_trace_callback(lambda sql, name=name: asked[name].append(sql.partition("where")[0]))
        assert browser.get(path_of(kind, token)).status_code == 404
        there.db.conn.set_trace_callback(None)

    assert len(set(map(str, asked.values()))) == 1
    assert len(asked["forged"]) == 1


@contextlib.contextmanager
def busy(there: Supplier) -> Iterator[None]:
    """Somebody else writes, and we do not wait for it."""
    there.db.conn.execute("pragma busy_timeout = 0")
    other = bare(there.directory / "duly.db")
    other.execute("begin immediate")
    yield
    other.close()


@pytest.mark.parametrize("path", ["/form/x", "/report/x", "/report/x/report.docx", "/calendar/x.ics"])
def test_whoever_guesses_does_not_wait_for_a_turn_to_write(there, browser, path):
    with busy(there):
        answer = browser.get(path)

    assert answer.status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_is_told_to_come_back_when_the_database_is_busy(there, browser, kind):
    path = path_of(kind, opened(there, kind))
    with busy(there):
        answer = browser.get(path)

    assert answer.status_code == (200 if kind == "form" else 503)  # of a form only the count of openings is lost
    assert browser.get(path).status_code == 200


# Files

LONG = ("0", "-1", "1" * 25, "9" * 5_000, "1.0", "0x1", "\u0661", "1e3", " 1", "+1", "1%00")


@pytest.mark.parametrize("number", LONG, ids=lambda number: repr(number[:30]))
def test_a_file_has_one_number(there, browser, number):
    answer = browser.get(f"{there.at('file')}/{quote(number, safe='')}")

    assert answer.status_code == 404
    assert answer.content == browser.get("/form/x/file/1").content


# Numbers for this machine


def near(host: list[bytes], client: str = "127.0.0.1") -> bool:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/metrics",
        "query_string": b"",
        "scheme": "http",
        "server": ("127.0.0.1", 8080),
        "client": (client, 5),
        "headers": [(b"host", each) for each in host],
    }
    return metrics.is_near(Request(scope))


@pytest.mark.parametrize("host", [b"127.0.0.1:8080", b"localhost", b"127.8.9.1", b"[::1]:8080"])
def test_who_names_this_machine_is_near(host):
    assert near([host])


HOSTS = [
    *([b"["], [b"[::1"], [b"a b"], [b"\xff"], [b"127.0.0.1:9x"], [b"evil@127.0.0.1"], [b"127.0.0.1#evil"], [b""], []),
    *([b"127.0.0.1", b"duly.example"], [b"2130706433"], [b"127.1"], [b"localhost.evil.example"], [b"0.0.0.0"]),
]


@pytest.mark.parametrize("host", HOSTS, ids=str)
def test_who_names_no_machine_or_several_is_not_near(host):
    assert not near(host)


# What leaks

CANARIES = {
    "secret": "0123456789abcdef0123456789abcdef",
    "answer": "kanariefågel-svar",
    "chat": "kanariefågel-chatt",
}


def everything_written(there: Supplier, out: Path) -> dict[str, bytes]:
    """What leaves us: an export, what is kept about a person, a copy."""
    whole.export(there.service, there.files, out / "export")
    personal.export(there.service, there.ctx.person, out / "person")
    backup.backup(there.directory / "duly.db", there.files, out / "copy.zip", MONDAY)
    backup.restore(out / "copy.zip", out / "there" / "duly.db", out / "there" / "files", False, MONDAY)
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_no_secret_and_no_address_leaves_us_and_nothing_typed_is_logged(there, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    log_to(tmp_path / "duly.log")
    told = to_json(there.ctx.reply("apology", number=f"{there.service.web.url}/form/{there.token}"))
    with there.service.kept():
        outbox.add(there.db, "reply:1:0", "slack", "slack|T|C|", told, MONDAY, "asa")
        there.db.conn.execute("update outbox set state = 'sent'")
    shown = ""
    with Served(there) as address, httpx.Client(base_url=address) as visitor:
        visitor.post(there.at("scope"), **multipart({"scope": CANARIES["answer"]}))
        for path in ("/slip", "/readyz", "/metrics", f"/form/{there.token}x", "/report/x", f"{there.at()}/file/x"):
            answer = visitor.get(path, params={"q": CANARIES["chat"]})
            shown += answer.text + str(answer.headers)
        there.db.conn.execute("pragma query_only = on")
        shown += visitor.post(there.at("policy-3"), **multipart({"x": CANARIES["answer"]})).text
        there.db.conn.execute("pragma query_only = off")
    logged = (tmp_path / "duly.log").read_text("utf-8") + caplog.text + "".join(capfd.readouterr())
    written = everything_written(there, tmp_path / "out")

    for name, canary in {**CANARIES, "token": there.token, "key": there.token.partition(".")[0]}.items():
        assert canary not in shown, name
        assert canary not in logged, name
    assert "page failed" in logged
    for name, data in written.items():
        assert there.token.encode() not in data, name
        assert CANARIES["secret"].encode() not in data, name
    assert b"/form/" in written["there/duly.db"]
