"""Settings from the environment, or a `.env` file beside the database. A wrong one is named, with how to mend it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
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
    "DULY_METRICS_HOST",
    "DULY_DEBUG",
)


class Misconfigured(Exception):
    """One line per fault: the variable, what is wrong, and an example."""


@dataclass(frozen=True, slots=True)
class Settings:
    database: str
    timezone: ZoneInfo
    language: str
    content: Path | None = None  # the organisation's own, over what ships


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
    faults = [*_unknown(merged), *_wrong(merged)]
    if faults:
        raise Misconfigured("\n".join(faults))
    return Settings(
        merged.get("DULY_DATABASE") or database,
        ZoneInfo(merged.get("DULY_TIMEZONE") or "Europe/Stockholm"),
        merged.get("DULY_LANGUAGE") or "sv",
        Path(own) if (own := merged.get("DULY_CONTENT")) else None,
    )


def _env_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


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
    return faults
