"""`duly serve` with shorter waits, so that a killed one is taken up again within a second instead of a minute."""

import sys
import time
from datetime import timedelta

from bot import cli, config, limiter, telegram_poll, variables
from bot.telegram_send import TelegramPost

TelegramPost.lease = timedelta(seconds=1)
telegram_poll.HELD = timedelta(seconds=1)
telegram_poll.LONGEST = 0.4
limiter.Limiter.__init__.__defaults__ = (10**9, 10**9, time.monotonic)  # type: ignore[misc]
config.TelegramSettings.__init__.__defaults__ = ("", "", variables.TELEGRAM_API, 1e6, 1e6, 1)  # type: ignore[misc]


if __name__ == "__main__":
    sys.argv = ["duly", "serve"]
    cli.duly(prog_name="duly")
