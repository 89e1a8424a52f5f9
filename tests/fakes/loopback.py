"""What every platform of the tests has: a server on loopback on a thread of its own, which fails on demand."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call that was made, and what it was told."""

    method: str
    token: str
    args: Json
    answer: Json
    at: float


class Loopback:
    """`with Loopback(port) as server:`; what tests call is synchronous. Faults are used up in the order they came."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.calls: list[Call] = []
        self.warnings: list[str] = []
        self.ours = True  # what is sent here is sent by Duly
        self.revoked = False
        self._faults: dict[str, list[str]] = defaultdict(list)
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Any:
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _do(self, what: Any, timeout: float = 10) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(timeout)

    def _routes(self, app: web.Application) -> None:
        """Where it answers."""

    async def _start(self) -> None:
        app = web.Application(client_max_size=60 * 2**20)
        self._routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self._runner.cleanup()

    # What goes wrong.

    def fault(self, method: str, what: str, times: int = 1) -> None:
        """The next calls of `method` go wrong: "429:2", "500", "bad-json", "reset-before", "reset-after",
        "502-after", "slow:1.5", "error:…" in the platform's own words."""
        self._faults[method] += [what] * times

    def forgive(self) -> None:
        """Nothing that was asked for goes wrong any more."""
        self._faults.clear()

    def revoke(self) -> None:
        """The token is good no longer."""
        self.revoked = True

    async def _with_faults(
        self,
        method: str,
        request: web.Request,
        answer: Callable[[], Any],
        instead: Callable[[str], web.Response | None],
    ) -> web.StreamResponse:
        """Answer a call as it goes today: `instead` is the platform's refusal, before which nothing is done."""
        fault = self._faults[method].pop(0) if self._faults[method] else ""
        if fault.startswith("slow:"):
            await asyncio.sleep(float(fault[5:]))
        if fault == "reset-before":
            return reset(request)
        if (early := _broken(fault) or instead(fault)) is not None:
            return early
        answered: web.StreamResponse = await answer()
        if fault == "reset-after":
            return reset(request)
        if fault == "502-after":
            return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
        return answered


def _broken(fault: str) -> web.Response | None:
    if fault == "500":
        return web.Response(status=500, text="Internal error")
    if fault == "bad-json":
        return web.Response(text='{"ok": tru', content_type="application/json")
    return None


def reset(request: web.Request) -> web.Response:
    """The connection breaks."""
    if request.transport:
        request.transport.abort()
    return web.Response()
