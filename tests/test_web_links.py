"""Addresses that carry their own key: good until they expire or are taken back, however the clock goes."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import secret
from bot.config import Misconfigured, read_settings
from bot.variables import faults
from handlers import web_links
from handlers.web_links import Web
from storage import web_links as stored

from .conftest import MONDAY

WEB = Web("https://duly.example", "x" * 40, "Örebro kommun")
ABOUT = "self_assessments:1"


@pytest.fixture
def there(asa):
    asa.service.web = WEB
    return asa


def made(there, kind: str = "form", days: int = 30) -> str:
    """The token of a new address."""
    address = web_links.make(kind, ABOUT, timedelta(days=days), there.ctx)
    assert address.startswith(f"https://duly.example/{kind}/")
    return address.rpartition("/")[2].removesuffix(".ics")


def test_an_address_leads_to_its_record_until_it_expires(there):
    token = made(there)

    found = web_links.find(token, "form", there.service.db, WEB, MONDAY + timedelta(days=29))
    assert found is not None
    assert found.about == ABOUT
    assert web_links.find(token, "form", there.service.db, WEB, MONDAY + timedelta(days=30)) is None


def test_a_clock_that_was_set_back_locks_nobody_out(there):
    token = made(there)

    assert web_links.find(token, "form", there.service.db, WEB, MONDAY - timedelta(days=400))


def test_what_was_taken_back_leads_nowhere_at_once(there):
    token = made(there)

    assert stored.revoke(there.service.db, "form", ABOUT, MONDAY) == 1
    assert web_links.find(token, "form", there.service.db, WEB, MONDAY) is None


def test_the_key_stands_nowhere_in_the_database(there):
    token = made(there)
    key = web_links._opened(token, "form", WEB)[1]

    assert len(key) >= 22
    assert key not in str(
        [list(there.service.db.conn.execute(f"select * from {table}")) for table in ("web_links", "audit")]
    )


@pytest.mark.parametrize(
    "foreign", ["", "a", "a.b.c", "." * 5000, "A" * 200_000, "é", "\0", "\ud800", "xoxb-123", "1" * 5000 + ".a"]
)
def test_a_token_that_is_not_ours_leads_nowhere(there, foreign):
    made(there)

    assert web_links.read(foreign, "form", there.service.db, WEB) is None


def test_a_token_leads_only_to_its_own_kind_and_with_our_secret(there):
    token = made(there)

    assert web_links.read(token, "report", there.service.db, WEB) is None
    assert web_links.read(token, "form", there.service.db, Web(WEB.url, "y" * 40)) is None


def test_a_secret_is_made_once_and_only_we_may_read_it(tmp_path: Path):
    settings = read_settings({"DULY_DATABASE": str(tmp_path / "duly.db")})
    first = secret.of(settings)

    assert len(first) >= 32
    assert secret.of(settings) == first
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]


def test_a_secret_that_was_left_empty_is_made_again(tmp_path: Path):
    (tmp_path / "duly.secret").touch()

    assert len(secret.of(read_settings({"DULY_DATABASE": str(tmp_path / "duly.db")}))) >= 32


def test_settings_of_the_web_are_looked_at():
    wrong = {"DULY_PUBLIC_URL": "http://kommun.example", "DULY_SECRET": "short", "DULY_COLOUR": "green"}
    with pytest.raises(Misconfigured) as error:
        read_settings(wrong)

    assert [line.split(" ", 1)[0] for line in str(error.value).splitlines()] == [
        "DULY_PUBLIC_URL",
        "DULY_SECRET",
        "DULY_COLOUR",
    ]
    assert "short" not in str(error.value).replace("too short", "")


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://localhost@example.org",
        "https://[x",
    ],
)
@pytest.mark.parametrize("name", ["DULY_PUBLIC_URL", "SLACK_API_URL"])
def test_an_address_that_only_begins_as_a_safe_one_is_refused(name, url):
    assert any(fault.startswith(name) for fault in faults({name: url}))
