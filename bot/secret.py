"""The secret that signs addresses: from the settings, or made once and kept beside the database."""

import os
import secrets
from pathlib import Path

from bot.config import Misconfigured, Settings

BYTES = 32


def of(settings: Settings) -> str:
    """The secret; without a file of a database it is good for as long as the process lives.

    Raises:
        Misconfigured: it can neither be read nor made.
    """
    if settings.secret:
        return settings.secret
    if settings.database == ":memory:" or "://" in settings.database:
        return secrets.token_urlsafe(BYTES)
    path = Path(settings.database).with_suffix(".secret")
    try:
        return _read(path) or _made(path)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read or made ({error.strerror}). Set DULY_SECRET instead.") from None


def _read(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.exists() else ""


def _made(path: Path) -> str:
    """A new one, whole on the disk before anybody reads it; whoever comes second takes the first one's."""
    mine = path.with_suffix(f".secret.{os.getpid()}")
    with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(mine, path)
    except FileExistsError:
        if not _read(path):  # left empty by a full disk
            os.replace(mine, path)
    finally:
        mine.unlink(missing_ok=True)
    return _read(path)
