"""`duly serve`: everything that is configured, in one process, until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import uvicorn
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot import clock, reviews, revisions, web
from bot.config import Misconfigured, Settings
from bot.courier import Courier
from bot.intake import Intake
from bot.limiter import Limiter
from bot.readiness import Readiness
from bot.service import NotKept, Service
from bot.wall_clock import WallClock

if TYPE_CHECKING:  # each platform takes tens of megabytes, which only who uses it should pay
    from bot.mail_app import Mail
    from bot.slack_app import Slack
    from bot.telegram_app import Telegram

log = logging.getLogger("duly.serve")

TICKS_EVERY = 2.0  # seconds between looks for reminders that are due
PATIENCE = 10.0  # seconds for what was begun to come to its end


class Platform(Protocol):
    """A leaf that talks with people over a network."""

    name: str
    courier: Courier

    async def start(self) -> None:
        """Begin; returns at once."""

    async def stop(self, seconds: float) -> None:
        """Take nothing more, and finish what was begun."""

    def wrong(self) -> str:
        """Why it does not work now; empty when it does."""


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
    if settings.slack is None and settings.telegram is None and not settings.public_url:
        raise Misconfigured(
            "Nothing is configured to serve. For Slack set SLACK_BOT_TOKEN with SLACK_APP_TOKEN or"
            " SLACK_SIGNING_SECRET, for Telegram TELEGRAM_BOT_TOKEN, for suppliers' forms alone DULY_PUBLIC_URL;"
            " README.md tells where they are found."
            " Without an account: duly chat"
        )
    asyncio.run(_serve(service, settings))


async def _serve(service: Service, settings: Settings) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    intake, limiter = Intake(service), Limiter()
    slack = _slack(service, settings, intake, limiter)
    telegram = _telegram(service, settings, intake, limiter)
    platforms: list[Platform] = [each for each in (slack, telegram, _mail(service, settings)) if each]
    ready = Readiness(service, platforms, settings.database)
    servers = _servers(service, settings, ready, slack, telegram)
    serving = [asyncio.create_task(server.serve()) for server in servers]
    ticking = asyncio.create_task(_tick(service, platforms, ready))
    for platform in platforms:
        await platform.start()
    log.info("serving")
    await _until(stop, serving)
    ticking.cancel()
    await asyncio.gather(*(platform.stop(PATIENCE) for platform in platforms))
    intake.close()
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*serving, ticking, return_exceptions=True)
    log.info("stopped")


def _servers(
    service: Service, settings: Settings, ready: Readiness, slack: "Slack | None", telegram: "Telegram | None"
) -> list[Server]:
    """The one that everybody reaches, and where it was asked for one that only an operator does."""
    pages, counted = _pages(service, settings), _metrics(service, settings, ready)
    if settings.metrics is None:
        return [_server(web.app(ready, slack, telegram, [*pages, counted]), settings.host, settings.port)]
    return [
        _server(web.app(ready, slack, telegram, pages), settings.host, settings.port),
        _server(web.app(ready, pages=[counted]), *settings.metrics),
    ]


def _server(app: ASGIApp, host: str, port: int) -> Server:
    return Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="error",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=30,
        )
    )


def _slack(service: Service, settings: Settings, intake: Intake, limiter: Limiter) -> "Slack | None":
    if settings.slack is None:
        return None
    from bot.slack_app import Slack

    return Slack(service, settings.slack, intake, settings.language, limiter, settings.files)


def _telegram(service: Service, settings: Settings, intake: Intake, limiter: Limiter) -> "Telegram | None":
    if settings.telegram is None:
        return None
    from bot.telegram_app import Telegram

    return Telegram(service, settings.telegram, intake, settings.language, settings.files, limiter)


def _mail(service: Service, settings: Settings) -> "Mail | None":
    if settings.mail is None:
        return None
    from bot.mail_app import Mail

    return Mail(service, settings.mail)


def _pages(service: Service, settings: Settings) -> list[BaseRoute]:
    """Our own pages, which need no account anywhere."""
    from bot import pages, web_calendar, web_report
    from bot.web_form import Forms

    return [
        *pages.static_routes(service.web),
        *web_calendar.routes(service),
        *web_report.routes(service),
        *Forms(service, settings.files).routes(),
    ]


def _metrics(service: Service, settings: Settings, ready: Readiness) -> BaseRoute:
    """What is counted: for this machine alone, or for whoever reaches the server of its own."""
    from bot import metrics

    counted = metrics.Metrics(service, settings.database, ready.since_tick, [each.name for each in ready.platforms])
    service.watch = counted
    return metrics.route(counted, (lambda _: True) if settings.metrics else metrics.is_near)


async def _until(stop: asyncio.Event, serving: Sequence["asyncio.Task[None]"]) -> None:
    """Until we are told to stop, or nobody can reach us because the port is taken."""
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({told, *serving}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()


async def _tick(service: Service, platforms: Sequence[Platform], ready: Readiness) -> None:
    """Write what is due, every few seconds."""
    await _reckoned(service)
    wall, looked = WallClock(service), None
    while True:
        try:
            if await asyncio.to_thread(_look, service, wall):
                for platform in platforms:
                    platform.courier.wake()
            ready.ticked()
            if looked != service.today() and reviews.may_ring(service):
                await _reviewed(service)
                looked = service.today()
        except Exception as error:  # what is due stays due, whatever was in the way
            log.error("reminders not looked at", extra={"error": type(error).__name__})
        await asyncio.sleep(TICKS_EVERY)


async def _reckoned(service: Service) -> None:
    """What is done once at the start. Reminders go out all the same when it cannot be done."""
    try:
        await asyncio.to_thread(revisions.announce, service)
        parts = clock.reckoned(service)
        while await asyncio.to_thread(next, parts, None) is not None:
            continue  # between two parts we may be told to stop
    except Exception as error:
        log.error("reminders not reckoned anew", extra={"error": type(error).__name__})


async def _reviewed(service: Service) -> None:
    """What is looked for once a day; what cannot be found today is looked for tomorrow.

    Raises:
        NotKept: the database could not be written; it is looked for at the next tick.
    """
    try:
        await asyncio.to_thread(reviews.look, service)
    except NotKept:
        raise
    except Exception as error:
        log.error("reviews not looked for", extra={"error": type(error).__name__})


def _look(service: Service, wall: WallClock) -> int:
    """Queue what is due, unless the clock has just leapt; how many letters were written."""
    written = clock.tick(service) if wall.may_send() else 0
    wall.note()
    return written
