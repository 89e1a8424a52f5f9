"""What commands that are no server ask Telegram, one call at a time."""

import json
import urllib.request
from typing import Any

from bot.config import TelegramSettings

TIMEOUT = 10  # seconds


def asked(settings: TelegramSettings, method: str) -> dict[str, Any]:
    """Telegram's answer, also a refusal; {} when there is none. The address holds the token, so no error is told."""
    try:
        with urllib.request.urlopen(f"{settings.api_url}{settings.token}/{method}", timeout=TIMEOUT) as answer:  # noqa: S310
            return dict(json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        try:
            return dict(json.loads(error.read()))
        except (OSError, ValueError, TypeError):
            return {}
    except (OSError, ValueError, TypeError):
        return {}


def username(settings: TelegramSettings) -> str:
    """The bot's name without @; empty when Telegram does not tell."""
    return str((asked(settings, "getMe").get("result") or {}).get("username", ""))
