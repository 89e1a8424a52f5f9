"""The names of the settings, how each has to look, and what is wrong with those that were given: a line per fault.

What is secret is not repeated in a line.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

LANGUAGES = ("sv", "en")
KNOWN = (
    "DULY_DATABASE",
    "DULY_CONTENT",
    "DULY_ORGANISATION",
    "DULY_TIMEZONE",
    "DULY_LANGUAGE",
    "DULY_HOST",
    "DULY_PORT",
    "DULY_PUBLIC_URL",
    "DULY_SECRET",
    "DULY_COLOUR",
    "DULY_SMTP",
    "DULY_MAIL_FROM",
    "DULY_METRICS_HOST",
    "DULY_DEBUG",
)
SLACK = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_TEAMS", "SLACK_API_URL")
TELEGRAM = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_API_URL")
TELEGRAM_API = "https://api.telegram.org/bot"
TELEGRAM_TOKEN = re.compile(r"\d{1,20}:[\w-]{20,64}", re.ASCII)
COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
METRICS_HOST = re.compile(r"([\w.-]{1,253}|\[[0-9a-fA-F:]{2,45}\])(?::(\d{1,5}))?", re.ASCII)
METRICS_PORT = 9464
LEAST_SECRET = 32  # characters
SMTP_PORTS = {"smtp": 587, "smtps": 465}
MAIL_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
WEBHOOK_SECRET = re.compile(r"[\w-]{16,256}", re.ASCII)
NEAR = (("http", "127.0.0.1"), ("http", "localhost"))  # scheme and host
SLACK_API = "https://slack.com/api/"
TEAM = re.compile(r"[TE][A-Z0-9]{1,40}")


def faults(given: Mapping[str, str]) -> list[str]:
    """Every fault at once: unknown names, wrong values, half a set."""
    looks = (_unknown, _wrong, _wrong_web, _wrong_mail, _wrong_slack, _wrong_telegram)
    return [fault for look in looks for fault in look(given)]


def _unknown(given: Mapping[str, str]) -> list[str]:
    faults = []
    for name in sorted(given):
        if name.startswith("DULY_") and name not in KNOWN:
            near = get_close_matches(name, KNOWN, n=1)
            faults.append(f"{name} is no setting of Duly.{f' Did you mean {near[0]}?' if near else ''}")
    return faults


def _wrong(given: Mapping[str, str]) -> list[str]:
    faults = []
    own = given.get("DULY_CONTENT")
    if own and not Path(own).is_dir():
        faults.append(f"DULY_CONTENT is {own!r}, which is no directory. Make one with: duly knowledge init {own}")
    if given.get("DULY_LANGUAGE") and given["DULY_LANGUAGE"] not in LANGUAGES:
        faults.append(f"DULY_LANGUAGE is {given['DULY_LANGUAGE']!r}. Set it to one of: {', '.join(LANGUAGES)}.")
    if zone := given.get("DULY_TIMEZONE"):
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            faults.append(f"DULY_TIMEZONE is {zone!r}, which is no time zone. Set it to one such as Europe/Stockholm.")
    port = given.get("DULY_PORT")
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65_536):
        faults.append(f"DULY_PORT is {port!r}. Set it to a number from 1 to 65535, such as 8080.")
    return faults


def _wrong_web(given: Mapping[str, str]) -> list[str]:
    url, secret, colour = (given.get(name, "") for name in ("DULY_PUBLIC_URL", "DULY_SECRET", "DULY_COLOUR"))
    faults = []
    if url and not _is_near_or_safe(url):
        faults.append(f"DULY_PUBLIC_URL is {url!r}. Set it to an https address such as https://duly.kommun.example.")
    if secret and len(secret) < LEAST_SECRET:
        faults.append(f"DULY_SECRET is too short. Set it to at least {LEAST_SECRET} characters, or leave it out.")
    if (metrics := given.get("DULY_METRICS_HOST")) and not _is_host(metrics):
        faults.append(f"DULY_METRICS_HOST is {metrics!r}. Write an address of this machine, such as 10.0.0.5:9464.")
    if colour and not COLOUR.fullmatch(colour):
        faults.append(f"DULY_COLOUR is {colour!r}. Write a colour as #rrggbb, such as #00664f.")
    return faults


def _is_host(given: str) -> bool:
    found = METRICS_HOST.fullmatch(given)
    return found is not None and 0 < int(found[2] or METRICS_PORT) < 65_536


def _wrong_mail(given: Mapping[str, str]) -> list[str]:
    """What is wrong with the mail server. Its address holds a password, so it is not repeated."""
    server, sender = given.get("DULY_SMTP", ""), given.get("DULY_MAIL_FROM", "")
    faults = []
    if server and not _is_mail_server(server):
        faults.append("DULY_SMTP is no mail server. Write it as smtp://user:password@mail.kommun.example:587.")
    if server and not sender:
        faults.append("DULY_MAIL_FROM is not set. It is whom letters come from, such as upphandling@kommun.example.")
    if sender and not MAIL_ADDRESS.fullmatch(sender):
        faults.append(f"DULY_MAIL_FROM is {sender!r}. Write an address such as upphandling@kommun.example.")
    if sender and not server:
        faults.append(
            "DULY_SMTP is not set. It is the mail server, such as smtp://user:password@mail.kommun.example:587."
        )
    return faults


def _is_mail_server(words: str) -> bool:
    try:
        said: SplitResult = urlsplit(words)
        return said.scheme in SMTP_PORTS and bool(said.hostname) and said.port != 0 and said.path in ("", "/")
    except ValueError:  # a port that is none
        return False


def _wrong_telegram(given: Mapping[str, str]) -> list[str]:
    token, secret, url = (given.get(name, "") for name in TELEGRAM)
    faults = []
    if secret and not token:
        faults.append("TELEGRAM_BOT_TOKEN is not set. BotFather gives it when the bot is made.")
    if token and not TELEGRAM_TOKEN.fullmatch(token):
        faults.append("TELEGRAM_BOT_TOKEN is no token of a bot. BotFather gives it, such as 123456789:AA… in one line.")
    if secret and not WEBHOOK_SECRET.fullmatch(secret):
        faults.append("TELEGRAM_WEBHOOK_SECRET has to be 16 to 256 letters A-Z, a-z, digits, _ or -.")
    if secret and not given.get("DULY_PUBLIC_URL", "").startswith("https://"):
        faults.append(
            "DULY_PUBLIC_URL is not set. Telegram needs an https address, such as https://duly.kommun.example."
        )
    if url and not (_is_near_or_safe(url) and url.endswith("/bot")):
        faults.append(f"TELEGRAM_API_URL is {url!r}. Leave it out, or set it to an https address that ends in /bot.")
    return faults


def _is_near_or_safe(url: str) -> bool:
    """Whether what goes there is encrypted or stays on this machine."""
    try:
        said = urlsplit(url)
    except ValueError:
        return False
    return bool(said.hostname) and (said.scheme == "https" or (said.scheme, said.hostname) in NEAR)


def _wrong_slack(given: Mapping[str, str]) -> list[str]:
    """Half a set of settings, or one in another's place. What is secret is not repeated."""
    bot, app, secret = (given.get(name, "") for name in SLACK[:3])
    faults = []
    if (app or secret) and not bot:
        faults.append("SLACK_BOT_TOKEN is not set. It begins with xoxb- and stands under OAuth & Permissions.")
    if bot and not bot.startswith("xoxb-"):
        faults.append("SLACK_BOT_TOKEN is no bot token. It begins with xoxb- and stands under OAuth & Permissions.")
    if bot and not app and not secret:
        faults.append(
            "SLACK_APP_TOKEN is not set. It begins with xapp- and is made under Basic Information, App-Level Tokens,"
            " with the scope connections:write. For HTTP set SLACK_SIGNING_SECRET instead."
        )
    if app and secret:
        faults.append(
            "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set. Keep the first (Socket Mode) or the other."
        )
    if app and not app.startswith("xapp-"):
        faults.append("SLACK_APP_TOKEN is no app-level token. It begins with xapp-; see Basic Information.")
    for team in given.get("SLACK_TEAMS", "").replace(",", " ").split():
        if not TEAM.fullmatch(team):
            faults.append(f"SLACK_TEAMS names {team!r}, which is no workspace id. Write ids such as T012AB3CD.")
    if (url := given.get("SLACK_API_URL")) and not _is_near_or_safe(url):
        faults.append(f"SLACK_API_URL is {url!r}. Leave it out, or set it to an https address.")
    return faults
