"""What the tests sent to Slack and Telegram, also in other processes: kept in files until it is checked."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from .fakes import bot_api, workspace

KEPT = Path(__file__).parent / "types" / "sent"
Calls = dict[str, list[Any]]


def begin() -> None:
    """Forget what earlier runs sent."""
    shutil.rmtree(KEPT, ignore_errors=True)


def keep() -> None:
    """Write what this process sent, if anything."""
    calls = here()
    if any(calls.values()):
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{os.getpid()}.json").write_text(json.dumps(calls), "utf-8")


def here() -> Calls:
    return {"slack": workspace.SENT, "telegram": bot_api.SENT, "updates": bot_api.UPDATES}


def everything() -> Calls:
    """What this process sent and what others kept."""
    every = [here(), *(json.loads(path.read_text("utf-8")) for path in sorted(KEPT.glob("*.json")))]
    return {name: [call for calls in every for call in calls[name]] for name in here()}
