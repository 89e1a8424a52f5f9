"""`duly serve` with both platforms and shorter waits; its clock goes `TEST_AHEAD` seconds before the machine's."""

import os
from datetime import timedelta

from bot import serve, service

from . import slack_program, telegram_program  # noqa: F401 (their shorter waits)

AHEAD = timedelta(seconds=float(os.environ["TEST_AHEAD"]))

serve.TICKS_EVERY = 0.05
service.Service.__init__.__defaults__ = (lambda: service.utc_now() + AHEAD, ("terminal",))  # type: ignore[misc]


if __name__ == "__main__":
    import sys

    from bot import cli

    sys.argv = ["duly", "serve"]
    cli.duly(prog_name="duly")
