"""What Slack's answers mean for a letter: it arrived, it surely did not, nobody can tell, or no use trying."""

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.delivery import Outcome

WRONG_TOKEN = (
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "missing_scope",
    "org_login_required",
    "app_uninstalled",
)
NOBODY_CAN_TELL = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "")
OUR_FAULT = ("invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "invalid_attachments")
BUSY = ("ratelimited", "rate_limited")
NOT_THERE = ("message_not_found", "cant_update_message", "edit_window_closed", "msg_not_found")  # a card to change


def error_of(error: Exception) -> str:
    """Slack's own word for what is wrong; empty when it gave none."""
    if not isinstance(error, SlackApiError):
        return ""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def outcome_of(error: Exception) -> Outcome:
    """What came of an attempt that raised `error`."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return Outcome("pending", error="no connection")
    if not isinstance(error, SlackApiError):
        return Outcome("unknown", error=type(error).__name__)
    word, status = error_of(error), getattr(error.response, "status_code", 0)
    if status == 429 or word in BUSY:
        return Outcome("pending", error="busy", retry_after=_seconds(error))
    if word in WRONG_TOKEN:
        return Outcome("stopped", error=word)
    if word in NOBODY_CAN_TELL or status >= 500:
        return Outcome("unknown", error=word or f"status {status}")
    return Outcome("failed", error=word)


def _seconds(error: SlackApiError) -> int:
    headers = {str(name).lower(): value for name, value in (getattr(error.response, "headers", None) or {}).items()}
    asked = headers.get("retry-after", "30")
    first = asked[0] if isinstance(asked, (list, tuple)) else asked
    return max(1, min(int(first), 3_600)) if str(first).isdecimal() else 30
