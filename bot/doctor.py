"""`duly doctor`: what an operator wants to know before the officers do. Each line says OK, or what to do."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Settings, SlackSettings, TelegramSettings
from bot.readiness import LEAST_FREE
from knowledge.check import check
from knowledge.library import Library
from storage import audit, clock, inbox, outbox, reminders
from storage.database import SQLITE_VERSION, Database, Refused, open_database

MOST_LATE = timedelta(hours=1)
MOST_OFF = 60.0  # seconds that our clock may differ from Slack's; a signature is valid for 300


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    fault: str = ""  # what to do; empty when all is well
    found: str = ""

    @property
    def ok(self) -> bool:
        return not self.fault

    @property
    def line(self) -> str:
        return f"{self.what}: {self.fault or 'OK'}{f' ({self.found})' if self.found and self.ok else ''}"


def findings(settings: Settings, library: Library) -> list[Finding]:
    """Everything that can be looked at from here."""
    return [
        Finding("settings", found=f"language {settings.language}, time zone {settings.timezone}"),
        _content(library),
        *_database(settings),
        _sqlite(),
        _zones(),
        *_web(settings),
        *(_slack(settings.slack) if settings.slack else [Finding("Slack", found="not configured")]),
        *(_telegram(settings.telegram) if settings.telegram else [Finding("Telegram", found="not configured")]),
    ]


def _content(library: Library) -> Finding:
    faults = check(library)
    return Finding("content", f"{len(faults)} faults; see duly knowledge check" if faults else "")


def _database(settings: Settings) -> Iterator[Finding]:
    path = Path(settings.database)
    if settings.database != ":memory:" and not path.exists():
        yield Finding("database", found=f"{path} is made at the first start")
        return
    try:
        db = open_database(settings.database)
    except Refused as error:
        yield Finding("database", str(error))
        return
    broken = audit.first_bad(db)
    yield Finding("database", f"{path}: see duly verify" if broken else "", str(path))
    failed, dead = outbox.states(db).get("failed", 0), inbox.dead(db)
    yield Finding(
        "post", f"{failed} letters were not delivered, {dead} messages wait for repair" if failed + dead else ""
    )
    yield _reminders(db)
    if settings.database != ":memory:":
        yield from _disk(path)


def _reminders(db: Database) -> Finding:
    """When the clock was looked at last, and what should have gone out and did not."""
    now = datetime.now(UTC)
    stuck, looked = reminders.stuck(db, now - MOST_LATE), clock.noted(db, clock.LAST_TICK)
    when = f"looked at {looked.isoformat(timespec='minutes')}" if looked else "duly serve has not run yet"
    lacking = f"{stuck} were due over an hour ago and were not sent; is duly serve running? ({when})"
    return Finding("reminders", lacking if stuck else "", when)


def _disk(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(path.parent).free
    yield Finding(
        "disk", f"{free // 2**20} MB left; make room" if free < LEAST_FREE else "", f"{free // 2**20} MB left"
    )
    others = path.stat().st_mode & 0o077 and os.name == "posix"
    yield Finding("access", f"others on this machine may read {path}; run: chmod 600 {path}" if others else "")


def _sqlite(version: tuple[int, ...] = SQLITE_VERSION) -> Finding:
    """Source: sqlite.org/wal.html, the WAL-reset bug: mended in 3.51.3, and in 3.50.7 and 3.44.6 of older lines."""
    mended = version >= (3, 51, 3) or any(line <= version < (*line[:2], 999) for line in ((3, 50, 7), (3, 44, 6)))
    shown = ".".join(map(str, version))
    fault = f"{shown} can damage the database; install pysqlite3 or a newer SQLite"
    return Finding("SQLite", "" if mended else fault, shown)


def _zones() -> Finding:
    """Which rules of time zones are in force: the machine's own go before those that came with Duly."""
    from importlib.metadata import version
    from zoneinfo import TZPATH

    lists = (Path(folder) / "tzdata.zi" for folder in TZPATH)
    own = next((path.read_text("utf-8").partition("\n")[0].strip("# ") for path in lists if path.is_file()), "none")
    return Finding("time zones", found=f"this machine's: {own}; with Duly: tzdata {version('tzdata')}")


def _web(settings: Settings) -> Iterator[Finding]:
    here = f"{settings.url}, on this machine only; for others set DULY_PUBLIC_URL"
    yield Finding("web", found=settings.public_url or here)
    path = Path(settings.database).with_suffix(".secret")
    if settings.secret or settings.database == ":memory:" or not path.exists():
        yield Finding("secret", found="from DULY_SECRET" if settings.secret else "made at the first start")
        return
    others = path.stat().st_mode & 0o077 and os.name == "posix"
    yield Finding("secret", f"others on this machine may read {path}; run: chmod 600 {path}" if others else "")


def _slack(settings: SlackSettings) -> Iterator[Finding]:
    from slack_sdk import WebClient

    from bot.slack_errors import error_of
    from bot.slack_manifest import SCOPES

    client = WebClient(token=settings.bot_token, base_url=settings.api_url, timeout=10, retry_handlers=[])
    try:
        who = client.auth_test()
    except Exception as error:
        yield Finding(
            "Slack token", f"Slack says {error_of(error) or 'nothing: it is out of reach'}; see SLACK_BOT_TOKEN"
        )
        return
    yield Finding("Slack token", found=f"workspace {who['team_id']}")
    headers = {name.lower(): value for name, value in who.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    lacking = sorted(set(SCOPES) - granted)
    yield Finding("Slack scopes", f"add {', '.join(lacking)} and install the app again" if lacking else "")
    yield from _clock(headers.get("date", ""))
    if settings.app_token:
        yield _socket(settings)


def _telegram(settings: TelegramSettings) -> Iterator[Finding]:
    from bot.telegram_known import asked

    me = asked(settings, "getMe")
    if not me.get("ok"):
        says = me.get("description", "nothing: it is out of reach")
        yield Finding("Telegram token", f"Telegram says {says}; see TELEGRAM_BOT_TOKEN")
        return
    yield Finding("Telegram token", found=f"@{me['result']['username']}")
    hook = (asked(settings, "getWebhookInfo").get("result") or {}).get("url", "")
    wrong = bool(hook) and hook != settings.webhook
    yield Finding("Telegram updates", "another address is set as webhook; duly serve removes it" if wrong else "")


def _clock(date: str) -> Iterator[Finding]:
    from email.utils import parsedate_to_datetime

    if date:
        off = abs(parsedate_to_datetime(date).timestamp() - time.time())
        yield Finding("clock", f"it differs from Slack's by {off:.0f} seconds; set it" if off > MOST_OFF else "")


def _socket(settings: SlackSettings) -> Finding:
    from slack_sdk import WebClient

    from bot.slack_errors import error_of

    client = WebClient(base_url=settings.api_url, timeout=10, retry_handlers=[])
    try:
        client.apps_connections_open(app_token=settings.app_token)
    except Exception as error:
        return Finding("Slack socket", f"Slack says {error_of(error) or 'nothing'}; see SLACK_APP_TOKEN")
    return Finding("Slack socket")
