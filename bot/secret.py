"""Secrets that are made once and kept beside the database: what signs addresses, and the organisation's own key."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot import disk
from bot.config import Misconfigured, Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
    return _once(path, lambda: secrets.token_urlsafe(BYTES), " Set DULY_SECRET instead.")


def key(settings: Settings) -> "Ed25519PrivateKey":
    """The key with which the organisation signs what it tells other authorities.

    Raises:
        Misconfigured: it can neither be read nor made, or the file holds something else.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    path = Path(settings.database).with_suffix(".key")
    try:
        found = load_pem_private_key(_once(path, _new_key).encode(), None)
    except (ValueError, TypeError):
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise Misconfigured(f"{path} is no Ed25519 key. Put a backup in its place, or move it away for a new key.")
    return found


def _new_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = Ed25519PrivateKey.generate()
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()


def _once(path: Path, make: Callable[[], str], instead: str = "") -> str:
    """What `path` holds, made where there is nothing yet."""
    try:
        return _read(path) or _made(path, make())
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read or made ({error.strerror}).{instead}") from None


def _read(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.exists() else ""


def _made(path: Path, new: str) -> str:
    """A new one, whole on the disk before anybody reads it; whoever comes second takes the first one's."""
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    with disk.ours(mine, disk.AGAIN) as file:
        file.write(new.encode())
        disk.sync(file)
    try:
        os.link(mine, path)
    except FileExistsError:
        if not _read(path):  # left empty by a full disk
            os.replace(mine, path)
    finally:
        mine.unlink(missing_ok=True)
    return _read(path)
