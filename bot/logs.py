"""Logs as JSON lines: events and ids, never what a person wrote, never a token."""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

FIELDS = ("inbox", "letter", "error", "reason", "trace", "kind", "count")  # what a record may carry besides its event
MOST_BYTES = 5_000_000
CHATTY = (  # they write addresses, tokens, bodies and tracebacks
    "slack_bolt",
    "slack_sdk",
    "telegram",
    "httpx",
    "httpcore",
    "aiohttp",
    "asyncio",
    "uvicorn",
)


class Lines(logging.Formatter):
    """One JSON object a line, so that nothing in a value can look like a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        return json.dumps({"at": at, "level": record.levelname, "event": record.getMessage(), **fields})


def fault(error: BaseException) -> dict[str, str]:
    """What a record may carry of `error`: its kind and where it happened, never its words, which may be typed ones."""
    return {"error": type(error).__name__, "trace": "".join(traceback.format_tb(error.__traceback__))}


def log_to(path: Path) -> None:
    """Write our own log to `path`, and let libraries speak only of trouble."""
    from logging.handlers import RotatingFileHandler

    handler = RotatingFileHandler(path, maxBytes=MOST_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(Lines())
    duly = logging.getLogger("duly")
    duly.addHandler(handler)
    duly.setLevel(logging.INFO)
    duly.propagate = False
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.raiseExceptions = False  # a log that cannot be written must not put a traceback on the screen
