"""Whether a request truly comes from Slack or Telegram, before anything in it is read.

Sources: Slack, "Verifying requests from Slack"; Telegram, "setWebhook". A malformed header or body is a refusal like
any other, never an error, and nothing of it reaches a log.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson

MOST_BYTES = 1_000_000
MOST_AGE = 300  # seconds
TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def is_genuine(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    """Whether `body` was signed with `secret` no longer than five minutes ago."""
    stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not TIMESTAMP.fullmatch(stamp) or not SIGNATURE.fullmatch(signature) or abs(now - int(stamp)) > MOST_AGE:
        return False
    signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={signed}", signature)


def has_secret(headers: Mapping[str, str], secret: str) -> bool:
    """Whether Telegram sent the secret that only it was told."""
    given = headers.get("x-telegram-bot-api-secret-token", "")
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def parsed(kind: str, body: bytes) -> dict[str, Any] | None:
    """What a genuine request says; None when it says nothing that we can read."""
    try:
        words = body.decode("utf-8")
        if kind.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            return _object(words)
        fields = {name: values[0] for name, values in parse_qs(words, max_num_fields=100).items()}
    except ValueError:  # also UnicodeDecodeError and orjson's
        return None
    return _object(fields["payload"]) if "payload" in fields else dict(fields)


def _object(words: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(words)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
