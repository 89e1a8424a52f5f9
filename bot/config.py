"""Settings from the environment, or a `.env` file beside the database. A wrong one is named, with how to mend it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from bot.variables import METRICS_HOST, METRICS_PORT, SLACK_API, SMTP_PORTS, TELEGRAM_API, faults


class Misconfigured(Exception):
    """One line per fault: the variable, what is wrong, and an example."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """`app_token` means Socket Mode, `signing_secret` HTTP. Tokens do not show when this is printed.

    `per_second`: letters to one channel; `silent_after`: seconds without a sign of life, and the socket is opened anew.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    teams: tuple[str, ...] = ()  # workspaces whose members may come in; by default the one Duly is installed in
    api_url: str = SLACK_API
    per_second: float = 1.0
    silent_after: float = 120.0
    ping_every: float = 5.0  # seconds; a connection that broke without a word is noticed within two


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """`webhook` is the address that Telegram is told, with `secret`; without it we ask for updates ourselves.

    `per_second`: letters to one chat; `overall`: to all together; `patience`: seconds that one question for updates
    may wait for something to tell.
    """

    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    webhook: str = ""
    api_url: str = TELEGRAM_API
    per_second: float = 1.0
    overall: float = 19.0
    patience: int = 30


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A mail server that takes letters to suppliers, from `sender`. `tls`: encrypted from the first byte.

    Who we are to the server does not show when this is printed.
    """

    host: str
    port: int
    sender: str
    tls: bool = False
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def near(self) -> bool:
        """Whether it runs on this machine, where nobody listens on the way."""
        return self.host in ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    database: str
    timezone: ZoneInfo
    language: str
    content: Path | None = None  # the organisation's own, over what ships
    host: str = "127.0.0.1"
    port: int = 8080
    slack: SlackSettings | None = None
    telegram: TelegramSettings | None = None
    organisation: str = ""
    public_url: str = ""  # where others reach our pages
    secret: str = field(default="", repr=False)
    colour: str = ""
    metrics: tuple[str, int] | None = None  # host and port where an operator reads them
    mail: MailSettings | None = None

    @property
    def url(self) -> str:
        """Where our pages are: as others reach them, or from this machine."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def files(self) -> Path:
        """Where what people send is kept: beside the database."""
        return Path(self.database).with_suffix(".files")


def data_directory(environment: Mapping[str, str]) -> Path:
    """Where a user's data lies on this system (XDG, or its like on macOS and Windows)."""
    if base := environment.get("XDG_DATA_HOME") or environment.get("LOCALAPPDATA"):
        return Path(base) / "duly"
    home = Path.home()
    library = home / "Library" / "Application Support"
    return (library if library.is_dir() else home / ".local" / "share") / "duly"


def cache_directory(environment: Mapping[str, str]) -> Path:
    """Where a user keeps what can be made again."""
    if base := environment.get("XDG_CACHE_HOME"):
        return Path(base) / "duly"
    if base := environment.get("LOCALAPPDATA"):
        return Path(base) / "duly" / "cache"
    home = Path.home()
    library = home / "Library" / "Caches"
    return (library if library.is_dir() else home / ".cache") / "duly"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force.

    Raises:
        Misconfigured: with every fault at once.
    """
    given = dict(os.environ if environment is None else environment)
    database = given.get("DULY_DATABASE") or str(data_directory(given) / "duly.db")
    beside = _env_file(Path(database).parent / ".env") if "://" not in database else {}
    merged = {**beside, **given}
    if wrong := faults(merged):
        raise Misconfigured("\n".join(wrong))
    return Settings(
        merged.get("DULY_DATABASE") or database,
        ZoneInfo(merged.get("DULY_TIMEZONE") or "Europe/Stockholm"),
        merged.get("DULY_LANGUAGE") or "sv",
        Path(own) if (own := merged.get("DULY_CONTENT")) else None,
        merged.get("DULY_HOST") or "127.0.0.1",
        int(merged.get("DULY_PORT") or 8080),
        _slack(merged),
        _telegram(merged),
        merged.get("DULY_ORGANISATION") or "",
        (merged.get("DULY_PUBLIC_URL") or "").rstrip("/"),
        merged.get("DULY_SECRET") or "",
        merged.get("DULY_COLOUR") or "",
        _metrics(merged.get("DULY_METRICS_HOST") or ""),
        _mail(merged),
    )


def _metrics(given: str) -> tuple[str, int] | None:
    found = METRICS_HOST.fullmatch(given)
    return (found[1].strip("[]"), int(found[2] or METRICS_PORT)) if found else None


def _slack(given: Mapping[str, str]) -> SlackSettings | None:
    if not given.get("SLACK_BOT_TOKEN"):
        return None
    url = given.get("SLACK_API_URL") or SLACK_API
    return SlackSettings(
        given["SLACK_BOT_TOKEN"],
        given.get("SLACK_APP_TOKEN") or "",
        given.get("SLACK_SIGNING_SECRET") or "",
        tuple(given.get("SLACK_TEAMS", "").replace(",", " ").split()),
        url if url.endswith("/") else f"{url}/",
    )


def _telegram(given: Mapping[str, str]) -> TelegramSettings | None:
    if not given.get("TELEGRAM_BOT_TOKEN"):
        return None
    secret = given.get("TELEGRAM_WEBHOOK_SECRET") or ""
    return TelegramSettings(
        given["TELEGRAM_BOT_TOKEN"],
        secret,
        f"{given['DULY_PUBLIC_URL'].rstrip('/')}/telegram/webhook" if secret else "",
        given.get("TELEGRAM_API_URL") or TELEGRAM_API,
    )


def _mail(given: Mapping[str, str]) -> MailSettings | None:
    if not given.get("DULY_SMTP"):
        return None
    said = urlsplit(given["DULY_SMTP"])
    return MailSettings(
        said.hostname or "",
        said.port or SMTP_PORTS[said.scheme],
        given["DULY_MAIL_FROM"],
        said.scheme == "smtps",
        unquote(said.username or ""),
        unquote(said.password or ""),
    )


def _env_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
