"""`duly serve` without limits: the benchmark measures Duly, not what a platform or a person may do in a minute."""

import sys
import time

from bot import cli, config, limiter, variables


def main() -> None:
    limiter.Limiter.__init__.__defaults__ = (10**9, 10**9, time.monotonic)  # type: ignore[misc]
    config.SlackSettings.__init__.__defaults__ = ("", "", (), variables.SLACK_API, 1e6, 120.0, 5.0)  # type: ignore[misc]
    config.TelegramSettings.__init__.__defaults__ = ("", "", variables.TELEGRAM_API, 1e6, 1e6, 30)  # type: ignore[misc]
    sys.argv = ["duly", "serve"]
    cli.duly(prog_name="duly")


if __name__ == "__main__":
    main()
