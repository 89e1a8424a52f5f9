"""What our bot is called in Telegram, asked once by commands that are no server."""

from bot.config import TelegramSettings


def username(settings: TelegramSettings) -> str:
    """The bot's name without @; empty when Telegram does not tell. Errors name the address, and with it the token."""
    import httpx

    try:
        answer = httpx.get(f"{settings.api_url}{settings.token}/getMe", timeout=10).json()
        return str(answer["result"]["username"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return ""
