"""Everything that the other tests sent, held against Slack's own types and grammY's of the Bot API."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.slack_manifest import manifest

from .sent import everything

TYPES = Path(__file__).parent / "types"
MOST = 250  # of a kind; those beyond have the same shapes
ARGUMENTS = {
    "chat.postMessage": "ChatPostMessageArguments",
    "chat.update": "ChatUpdateArguments",
    "views.open": "ViewsOpenArguments",
    "views.publish": "ViewsPublishArguments",
}
CALLS = (  # of Telegram's methods, with all that may be sent with them
    *("sendMessage", "editMessageText", "editMessageReplyMarkup", "sendPhoto", "sendDocument", "answerCallbackQuery"),
    *("setMyCommands", "setMyDescription", "setMyShortDescription", "leaveChat", "getFile", "setWebhook"),
    *("deleteWebhook", "getUpdates"),
)
CONFIG = {"compilerOptions": {"strict": True, "noEmit": True, "skipLibCheck": True, "moduleResolution": "node16"}}

pytestmark = pytest.mark.skipif(
    not (TYPES / "node_modules" / "typescript").is_dir() or shutil.which("node") is None,
    reason="Slack's types are not installed; run: npm ci --prefix tests/types",
)


def tsc(tmp_path: Path, source: str) -> str:
    """What the compiler objects to in `source`; nothing when it fits."""
    (tmp_path / "sent.ts").write_text(source, "utf-8")
    (tmp_path / "package.json").write_text("{}")
    config = {**CONFIG, "files": ["sent.ts"]}
    config["compilerOptions"]["module"] = "node16"
    config["compilerOptions"]["types"] = ["node"]
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))
    (tmp_path / "node_modules").symlink_to(TYPES / "node_modules")
    compiler = TYPES / "node_modules" / "typescript" / "bin" / "tsc"
    return subprocess.run(["node", str(compiler), "-p", str(tmp_path)], capture_output=True, text=True).stdout


def sent(method: str, calls: Any) -> list[Any]:
    """Different payloads of one method."""
    distinct = {json.dumps(args, sort_keys=True): args for name, args in calls if name == method}
    every = list(distinct.values())
    return every[:: max(1, len(every) // MOST)]


def test_what_was_sent_has_slacks_own_types(tmp_path, library):
    calls = everything()["slack"]
    payloads = {method: sent(method, calls) for method in ARGUMENTS}
    if not any(payloads.values()):
        pytest.skip("no test that sends anything ran before this one")
    lines = [f"import type {{ {', '.join(ARGUMENTS.values())}, AppsManifestCreateArguments }} from '@slack/web-api';"]
    for number, (method, name) in enumerate(ARGUMENTS.items()):
        for at, payload in enumerate(payloads[method]):
            lines.append(f"export const p{number}_{at}: {name} = {json.dumps(payload)};")
    for lang in ("sv", "en"):
        lines.append(
            f"export const {lang}: AppsManifestCreateArguments['manifest'] = {json.dumps(manifest(library, lang, ''))};"
        )

    assert tsc(tmp_path, "\n".join(lines)) == ""


def test_what_was_sent_to_telegram_and_what_came_has_the_types_of_the_bot_api(tmp_path):
    calls, came = (everything()[name] for name in ("telegram", "updates"))
    if not calls:
        pytest.skip("no test that sends anything ran before this one")
    lines = ["import type { ApiMethods, Update } from '@grammyjs/types';"]
    lines.append("type P<M extends keyof ApiMethods<never>> = Parameters<ApiMethods<never>[M]>[0];")
    for method in CALLS:
        for at, payload in enumerate(sent(method, calls)):
            lines.append(f"export const {method}_{at}: P<'{method}'> = {json.dumps(payload)};")
    updates = [update for update in came if "reply_to_message" not in str(update)]  # see below
    for at, update in enumerate(updates[:: max(1, len(updates) // MOST)]):
        lines.append(f"export const u{at}: Update = {json.dumps(update)};")

    # The types want `reply_to_message: undefined` inside an answered message, which JSON cannot say.
    assert tsc(tmp_path, "\n".join(lines)) == ""
    assert len(lines) > 100


def test_the_compiler_would_object_to_a_wrong_call_of_the_bot_api(tmp_path):
    wrong = {"chat_id": 1, "text": "x", "parse_mode": "html5"}
    lines = ["import type { ApiMethods } from '@grammyjs/types';"]
    lines.append(f"export const p: Parameters<ApiMethods<never>['sendMessage']>[0] = {json.dumps(wrong)};")

    assert "error TS" in tsc(tmp_path, "\n".join(lines))


def test_the_compiler_would_object(tmp_path):
    wrong = {"channel": "C1", "text": "x", "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}
    lines = ["import type { ChatPostMessageArguments } from '@slack/web-api';"]
    lines.append(f"export const p: ChatPostMessageArguments = {json.dumps(wrong)};")

    assert "error TS" in tsc(tmp_path, "\n".join(lines))
