"""`duly serve` at any hour and without paces, for what does not measure them."""

from bench import at_any_hour
from bot import config, variables

if __name__ == "__main__":
    config.SlackSettings.__init__.__defaults__ = ("", "", (), variables.SLACK_API, 1e6, 120.0, 5.0)  # type: ignore[misc]
    config.TelegramSettings.__init__.__defaults__ = ("", "", variables.TELEGRAM_API, 1e6, 1e6, 30)  # type: ignore[misc]
    at_any_hour.main()
