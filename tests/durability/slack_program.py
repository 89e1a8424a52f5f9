"""`duly serve` with shorter waits, so that a killed one is taken up again within a second instead of a minute."""

import sys
import time
from datetime import timedelta

from bot import cli, delivery, limiter, pace
from bot.slack_send import SlackPost

delivery.BACKOFF = (0,) * 60
SlackPost.lease = timedelta(seconds=1)
SlackPost.settles = timedelta(seconds=0.5)
limiter.Limiter.__init__.__defaults__ = (10**9, 10**9, time.monotonic)  # type: ignore[misc]
pace.Pace.__init__.__defaults__ = (1_000.0, 1_000)  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.argv = ["duly", "serve"]
    cli.duly(prog_name="duly")
