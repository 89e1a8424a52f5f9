"""`duly serve`: everything that is configured, in one process, until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator, Mapping

import uvicorn

from bot import clock, revisions, web
from bot.config import Misconfigured, Settings
from bot.intake import Intake
from bot.service import NotKept, Service
from bot.slack_app import Slack

log = logging.getLogger("duly.serve")

TICKS_EVERY = 2.0  # seconds between looks for reminders that are due
PATIENCE = 10.0  # seconds for what was begun to come to its end


class Server(uvicorn.Server):
    """uvicorn, which leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(service: Service, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        Misconfigured: nothing is configured that could be served.
    """
    if settings.slack is None:
        raise Misconfigured(
            "Nothing is configured to serve. For Slack set SLACK_BOT_TOKEN with SLACK_APP_TOKEN or"
            " SLACK_SIGNING_SECRET; README.md tells where they are found. Without an account: duly chat"
        )
    asyncio.run(_serve(service, settings))


async def _serve(service: Service, settings: Settings) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    assert settings.slack is not None  # run has looked
    intake = Intake(service)
    slack = Slack(service, settings.slack, intake, settings.language)
    server = Server(
        uvicorn.Config(
            web.app(lambda: _faults(slack), slack),
            host=settings.host,
            port=settings.port,
            log_level="error",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=30,
        )
    )
    serving = asyncio.create_task(server.serve())
    ticking = asyncio.create_task(_tick(service, slack))
    await slack.start()
    log.info("serving")
    await _until(stop, serving)
    ticking.cancel()
    await slack.stop(PATIENCE)
    intake.close()
    server.should_exit = True
    await asyncio.gather(serving, ticking, return_exceptions=True)
    log.info("stopped")


async def _until(stop: asyncio.Event, serving: "asyncio.Task[None]") -> None:
    """Until we are told to stop, or nobody can reach us because the port is taken."""
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({told, serving}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()


def _faults(slack: Slack) -> Mapping[str, str]:
    return {slack.name: slack.wrong()} if slack.wrong() else {}


async def _tick(service: Service, slack: Slack) -> None:
    """Write what is due, every few seconds."""
    with contextlib.suppress(NotKept):
        await asyncio.to_thread(revisions.announce, service)
    while True:
        try:
            if await asyncio.to_thread(clock.tick, service):
                slack.courier.wake()
        except Exception as error:  # what is due stays due, whatever was in the way
            log.error("reminders not looked at", extra={"error": type(error).__name__})
        await asyncio.sleep(TICKS_EVERY)
