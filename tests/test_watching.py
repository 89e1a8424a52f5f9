"""What an operator sees: whether Duly is well and why not, and numbers that name nobody. Others see none of it."""

import asyncio
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bot import metrics, serve, web
from bot.config import Misconfigured, read_settings
from bot.courier import Courier
from bot.delivery import Outcome
from bot.doctor import _sqlite, findings
from bot.metrics import Metrics
from bot.readiness import LEAST_FREE, MOST_SINCE_TICK, WRITES_EVERY, Readiness
from bot.service import NotKept, Service
from storage import outbox, reminders
from storage.database import open_database

from .conftest import MONDAY, STOCKHOLM, officer

ROOM = "telegram||7|"


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Leaf:
    """A platform that works, until it is told why it does not."""

    name = "telegram"

    def __init__(self) -> None:
        self.fault = ""

    def wrong(self) -> str:
        return self.fault


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def kept(tmp_path, library, clock):
    """A service on a file."""
    path = tmp_path / "duly.db"
    return Service(open_database(str(path)), library, STOCKHOLM, clock), str(path)


@pytest.fixture
def leaf():
    return Leaf()


@pytest.fixture
def ready(kept, seconds, leaf):
    return Readiness(kept[0], [leaf], kept[1], seconds)


@pytest.fixture
def counted(kept, seconds, ready):
    service, path = kept
    service.watch = Metrics(service, path, ready.since_tick, ["telegram"], seconds)
    return service.watch


def values(counted) -> dict[str, float]:
    """Each number by its name and labels."""
    from prometheus_client import generate_latest

    families = text_string_to_metric_families(generate_latest(counted.registry).decode())
    samples = (sample for family in families for sample in family.samples)
    return {
        " ".join((sample.name, *(word for _, word in sorted(sample.labels.items())))): sample.value
        for sample in samples
    }


# Whether it is well.


def test_all_is_well(ready):
    assert ready() == {}


def test_what_a_platform_says_is_passed_on(ready, leaf):
    leaf.fault = "token revoked"

    assert ready() == {"telegram": "token revoked"}


def test_a_clock_that_stands_is_told_until_it_ticks(ready, seconds):
    seconds.now += MOST_SINCE_TICK + 1
    assert list(ready()) == ["clock"]
    ready.ticked()

    assert ready() == {}


def test_a_full_disk_is_told(kept, seconds):
    ready = Readiness(kept[0], [], kept[1], seconds, lambda _: LEAST_FREE - 1)

    assert ready() == {"disk": "199 MB left"}


def test_a_disk_that_cannot_be_looked_at_is_told(kept, seconds):
    def gone(_):
        raise OSError(5, "Input/output error")

    assert Readiness(kept[0], [], kept[1], seconds, gone)() == {"disk": "it cannot be looked at (Input/output error)"}


def test_letters_that_cannot_be_read_are_told(kept, ready):
    kept[0].db.conn.execute("alter table outbox rename to elsewhere")

    assert ready() == {"post": "the letters that wait cannot be read"}


def test_a_database_that_cannot_be_written_is_told_until_it_can(kept, ready, seconds):
    other = open_database(kept[1])
    kept[0].db.conn.execute("pragma busy_timeout=10")
    other.conn.execute("begin immediate")
    seconds.now += WRITES_EVERY
    assert ready() == {"database": "it cannot be written"}
    other.conn.execute("rollback")
    assert ready() == {"database": "it cannot be written"}  # not tried again at once
    seconds.now += WRITES_EVERY
    ready.ticked()

    assert ready() == {}


def letter(service, key, at, platform="telegram", place=ROOM):
    outbox.add(service.db, key, platform, place, '{"parts":[]}', at)


def test_a_letter_that_nobody_sends_is_told_but_not_one_behind_another(kept, ready, clock):
    service = kept[0]
    letter(service, "a", MONDAY)
    assert ready() == {}
    clock.now = MONDAY.replace(minute=11)
    assert ready() == {"post": "a letter has waited for 11 minutes"}
    service.db.conn.execute("update outbox set not_before = '2026-11-23T12:00:00.000+00:00'")
    letter(service, "b", MONDAY)

    assert ready() == {}


def test_what_waits_in_a_terminal_waits_for_a_person(kept, ready, clock):
    letter(kept[0], "a", MONDAY, "terminal", "terminal||asa|")
    clock.now = MONDAY.replace(hour=20)

    assert ready() == {}


def test_readyz_tells_what_is_wrong_and_healthz_that_it_lives(ready, leaf):
    leaf.fault = "token revoked"
    with TestClient(web.app(ready)) as client:
        answer, alive = client.get("/readyz"), client.get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "faults": {"telegram": "token revoked"}})
    assert (alive.status_code, alive.json()) == (200, {"alive": True})


# Numbers.


def test_messages_are_counted_with_how_long_they_took(kept, clock, counted):
    asa = officer(kept[0], clock, "asa", "Åsa Öberg", "sv")
    asa.say("hej")
    asa.say("hjälp")

    found = values(counted)
    assert found["duly_handled_seconds_count"] == 2
    assert 0 < found["duly_handled_seconds_sum"] < 60


def test_what_waits_is_counted(kept, clock, counted, seconds):
    asa = officer(kept[0], clock, "asa", "Åsa Öberg", "sv")
    asa.say("följ upp licens hos Nordkaffe AB senast 15 mars")
    letter(kept[0], "a", MONDAY)
    letter(kept[0], "b", MONDAY, "slack", "slack|T1|C1|")
    seconds.now += 7
    clock.now = MONDAY.replace(year=2027, month=3, day=9)

    found = values(counted)
    assert found["duly_outbox_letters telegram pending"] == 1
    assert found["duly_outbox_letters slack pending"] == 1
    assert found["duly_outbox_oldest_seconds"] == (clock.now - MONDAY).total_seconds()
    assert found["duly_reminders_due"] == len(reminders.planned(kept[0].db, clock.now)) == 2
    assert found["duly_inbox_waiting"] == 0
    assert found["duly_since_tick_seconds"] == 7
    assert found["duly_database_bytes"] == Path(kept[1]).stat().st_size
    assert found["duly_wal_bytes"] > 0


def test_what_was_set_aside_is_looked_for_every_five_minutes(kept, counted, seconds):
    letter(kept[0], "a", MONDAY)
    assert values(counted)["duly_outbox_failed"] == 0
    kept[0].db.conn.execute("update outbox set state = 'failed'")
    assert values(counted)["duly_outbox_failed"] == 0
    seconds.now += metrics.WALKS_EVERY

    assert values(counted)["duly_outbox_failed"] == 1


def test_what_the_database_does_not_take_is_counted(kept, counted):
    kept[0].db.conn.execute("pragma busy_timeout=10")
    other = open_database(kept[1])
    other.conn.execute("begin immediate")
    with pytest.raises(NotKept), kept[0].kept():
        pass

    assert values(counted)["duly_not_kept_total"] == 1


def test_each_try_to_send_is_counted_by_what_came_of_it(kept, counted):
    class Post:
        name = "telegram"

        async def send(self, letter, reply, repeated):  # noqa: ARG002
            return Outcome("sent", "1:1") if letter.id == 1 else Outcome("failed", error="chat not found")

    async def bring() -> None:
        courier = Courier(kept[0], Post())
        await courier._sent(outbox.find(kept[0].db, 1))
        await courier._sent(outbox.find(kept[0].db, 2))
        await courier.drain(1)

    letter(kept[0], "a", MONDAY)
    letter(kept[0], "b", MONDAY)
    asyncio.run(bring())

    found = values(counted)
    assert (found["duly_sends_total sent telegram"], found["duly_sends_total failed telegram"]) == (1, 1)
    assert found["duly_send_seconds_count telegram"] == 2


def test_a_database_that_is_gone_is_a_number_too(kept, counted):
    shutil.move(kept[1], f"{kept[1]}.gone")

    assert values(counted)["duly_database_readable"] == 0


def test_numbers_name_nobody(kept, clock, counted):
    from prometheus_client import generate_latest

    asa = officer(kept[0], clock, "asa", "Åsa Öberg", "sv")
    asa.say("följ upp licens hos Nordkaffe AB senast 15 mars")
    letter(kept[0], "a", MONDAY, place="telegram||4711|")
    told = generate_latest(counted.registry).decode()

    assert set(re.findall(r"\{[^}]*\}", told)) - {m for m in re.findall(r"\{[^}]*\}", told) if "le=" in m} <= {
        '{platform="telegram",state="pending"}',
        '{platform="terminal",state="sending"}',
    }
    for word in ("asa", "Åsa", "Nordkaffe", "4711"):
        assert word not in told


# Who may see them.


def asking(counted, host, url="http://127.0.0.1:8080", **headers):
    app = web.app(dict, pages=[metrics.route(counted, metrics.is_near)])
    with TestClient(app, url, client=(host, 5000)) as client:
        return client.get("/metrics", headers=headers)


def test_this_machine_may_read_them(counted):
    answer = asking(counted, "127.0.0.1")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert asking(counted, "::1", "http://[::1]:8080").status_code == 200


@pytest.mark.parametrize(
    ("host", "url", "headers"),
    [
        ("192.0.2.7", "http://127.0.0.1:8080", {}),
        ("127.0.0.1", "https://duly.example", {}),
        *[("127.0.0.1", "http://127.0.0.1:8080", {name: "192.0.2.7"}) for name in metrics.BROUGHT_BY],
    ],
)
def test_others_are_told_the_same_as_of_an_address_that_is_not_there(counted, host, url, headers):
    answer = asking(counted, host, url, **headers)
    with TestClient(web.app(dict), url) as client:
        nowhere = client.get("/metrics")

    assert (answer.status_code, answer.content, answer.headers) == (404, nowhere.content, nowhere.headers)


@pytest.mark.parametrize("path", ["/metrics", "/docs", "/openapi.json", "/redoc", "/server-status"])
def test_the_public_side_shows_no_tools(kept, seconds, path):
    service, database = kept
    settings = read_settings({"DULY_DATABASE": database, "DULY_METRICS_HOST": "127.0.0.1:9999"})
    public, own = serve._servers(service, settings, Readiness(service, [], database, seconds), None, None)
    with TestClient(public.config.app, "http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        assert client.get(path).status_code == 404
        assert client.request("TRACE", "/healthz").status_code == 405
    with TestClient(own.config.app, "http://10.0.0.5", client=("10.0.0.9", 1)) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert client.get(service.web.url).status_code == 404


@pytest.mark.parametrize(
    ("given", "found"),
    [("10.0.0.5", ("10.0.0.5", 9464)), ("metrics.internal:9100", ("metrics.internal", 9100)), ("[::1]:1", ("::1", 1))],
)
def test_where_numbers_are_read_is_a_setting(tmp_path, given, found):
    assert read_settings({"DULY_DATABASE": str(tmp_path / "duly.db"), "DULY_METRICS_HOST": given}).metrics == found


@pytest.mark.parametrize("given", ["http://10.0.0.5", "10.0.0.5:0", "10.0.0.5:99999", "a b", "10.0.0.5:x"])
def test_a_setting_that_is_no_address_is_named(tmp_path, given):
    with pytest.raises(Misconfigured, match="DULY_METRICS_HOST"):
        read_settings({"DULY_DATABASE": str(tmp_path / "duly.db"), "DULY_METRICS_HOST": given})


# What `duly doctor` adds.


@pytest.mark.parametrize(
    ("version", "well"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False), ((3, 50, 7), True),
     ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)],
)  # fmt: skip
def test_an_sqlite_that_can_damage_the_database_is_told(version, well):
    assert _sqlite(version).ok == well


def test_the_doctor_looks_at_the_web_the_secret_and_time_zones(tmp_path, library):
    settings = read_settings({"DULY_DATABASE": str(tmp_path / "duly.db")})
    found = {each.what: each for each in findings(settings, library)}
    assert "DULY_PUBLIC_URL" in found["web"].line
    assert found["secret"].ok
    assert "tzdata 20" in found["time zones"].line
    (tmp_path / "duly.secret").write_text("x" * 40)
    (tmp_path / "duly.secret").chmod(0o644)
    found = {each.what: each for each in findings(replace(settings, public_url="https://d.example"), library)}

    assert "chmod 600" in found["secret"].fault
    assert found["web"].line == "web: OK (https://d.example)"
