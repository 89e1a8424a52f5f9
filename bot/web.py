"""What `duly serve` answers over HTTP: what Slack and Telegram bring, our pages, and whether it is well.

Every answer has the same headers, also one that tells of an error.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import guard
from bot.logs import fault
from bot.service import NotKept

if TYPE_CHECKING:  # each platform takes tens of megabytes, which only who uses it should pay
    from bot.slack_app import Slack
    from bot.telegram_app import Telegram

log = logging.getLogger("duly.web")

HEADERS = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self';"
        b" base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
OWN = (b"cache-control",)  # an answer may say something else; what the style sheet says is good for long
Health = Callable[[], Mapping[str, str]]


def app(
    health: Health,
    slack: "Slack | None" = None,
    telegram: "Telegram | None" = None,
    pages: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """The web application. `health` names what does not work now, and why; `pages` are our own."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_: Request) -> Response:
        faults = dict(await run_in_threadpool(health))
        return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)

    async def events(request: Request) -> Response:
        assert slack is not None  # or there is no such route
        return await _events(request, slack, slack.settings.signing_secret)

    async def updates(request: Request) -> Response:
        assert telegram is not None  # or there is no such route
        return await _updates(request, telegram)

    routes: list[BaseRoute] = [Route("/healthz", healthz), Route("/readyz", readyz), *pages]
    if slack and slack.settings.signing_secret:
        routes.append(Route("/slack/events", events, methods=["POST"]))
    if telegram and telegram.settings.secret:
        routes.append(Route("/telegram/webhook", updates, methods=["POST"]))
    inner = Starlette(routes=routes)
    inner.router.redirect_slashes = False  # it would send people to whatever Host the request names
    return with_headers(inner)


async def _updates(request: Request, telegram: "Telegram") -> Response:
    """An update that Telegram brings: kept before it is told so. One that cannot be read must not come for ever."""
    body = await _body(request)
    if body is None or not guard.has_secret(request.headers, telegram.settings.secret):
        return Response(status_code=403)
    update = guard.parsed("application/json", body)
    if update is None:
        return Response(status_code=400)
    try:
        await telegram.take([update])
    except NotKept:
        return Response(status_code=503)
    return Response(status_code=200)


async def _events(request: Request, slack: "Slack", secret: str) -> Response:
    body = await _body(request)
    if body is None or not guard.is_genuine(request.headers, body, secret, time.time()):
        return Response(status_code=401)
    said = guard.parsed(request.headers.get("content-type", ""), body)
    if said is None:
        return Response(status_code=400)
    answer = await slack.dispatch(said)
    headers = {name: values[0] for name, values in answer.headers.items() if name.lower() != "content-length"}
    return Response(answer.body, answer.status, headers)


async def _body(request: Request) -> bytes | None:
    """What was sent, unless it is more than a platform ever sends."""
    read = bytearray()
    try:
        async for piece in request.stream():
            read += piece
            if len(read) > guard.MOST_BYTES:
                return None
    except ClientDisconnect:
        return None
    return bytes(read)


def with_headers(inner: ASGIApp) -> ASGIApp:
    """`inner` with our headers on every answer, also on those that tell of an error.

    An error was answered by then. Where it happened is logged; the server would log its words, which may be typed ones.
    """

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message.get("headers", ()))
                named: list[Any] = [pair for pair in given.items() if pair[0] not in dict(HEADERS) or pair[0] in OWN]
                ours = [pair for pair in HEADERS if pair[0] not in OWN or pair[0] not in given]
                message = {**message, "headers": [*named, *ours]}
            await send(message)

        try:
            await inner(scope, receive, sent)
        except Exception as error:
            log.error("page failed", extra=fault(error))

    return outer
