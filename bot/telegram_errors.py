"""What Telegram's answers mean for a letter: it arrived, it surely did not, nobody can tell, or no use trying."""

import aiohttp
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.courier import STOPPED
from bot.delivery import Outcome

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
NOT_PARSED = "can't parse entities"
SAME = "message is not modified"
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
NO_THREAD = "message thread not found"


def outcome_of(error: Exception) -> Outcome:
    """What came of an attempt that raised `error`. PTB counts a refusal among network errors, so it is asked first."""
    if isinstance(error, RetryAfter):
        return Outcome("pending", error="busy", retry_after=_seconds(error))
    if isinstance(error, InvalidToken):
        return Outcome(STOPPED, error="Telegram does not know the token")
    if isinstance(error, ChatMigrated):
        return Outcome("pending", error="the group has a new number", retry_after=0)
    if isinstance(error, Forbidden):
        return Outcome("failed", error=_word(error))
    if isinstance(error, BadRequest):
        return Outcome("failed", error=_word(error))
    if isinstance(error, NetworkError) and isinstance(error.__cause__, NEVER_LEFT):
        return Outcome("pending", error="no connection")
    return Outcome("unknown", error=type(error.__cause__ or error).__name__)


def says(error: Exception, *words: str) -> bool:
    """Whether Telegram refused with one of these words."""
    told = str(error).casefold() if isinstance(error, TelegramError) else ""
    return any(word in told for word in words)


def _word(error: TelegramError) -> str:
    """Telegram's own words, which never hold what we sent."""
    return str(error)[:100]


def _seconds(error: RetryAfter) -> int:
    asked = error.retry_after
    seconds = asked.total_seconds() if hasattr(asked, "total_seconds") else float(asked)
    return max(1, min(int(seconds), 3_600))
