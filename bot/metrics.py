"""`GET /metrics` for Prometheus: what waits, what was done, how long it took. Numbers and a few fixed words only.

Who may read it: this machine; or whoever reaches the address in DULY_METRICS_HOST, where a server of its own answers.
"""

import ipaddress
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.service import Service
from storage import waiting
from storage.database import Database, Failed, reading

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SEND_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
WALKS_EVERY = 300.0  # seconds between questions that take a walk through all that was ever kept
HOST = re.compile(r"(?:\[([0-9a-f:]+)\]|([\w.-]+))(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
BROUGHT_BY = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics(Collector):
    """Counts what it is told (see bot/watch.py), and asks the database for the rest when somebody reads."""

    def __init__(
        self,
        service: Service,
        database: str,
        since_tick: Callable[[], float],
        platforms: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service, self.database, self.since_tick, self.clock = service, database, since_tick, clock
        self.platforms = platforms
        self.registry = CollectorRegistry(auto_describe=False)
        self._handled = Histogram(
            "duly_handled_seconds", "From a message to its kept answer.", buckets=SECONDS, registry=self.registry
        )
        self._not_kept = Counter("duly_not_kept", "The database took nothing.", registry=self.registry)
        self._sends = Counter(
            "duly_sends", "Tries to send, by what came of them.", ("platform", "outcome"), registry=self.registry
        )
        self._send_seconds = Histogram(
            "duly_send_seconds", "How long a try took.", ("platform",), buckets=SEND_SECONDS, registry=self.registry
        )
        self._walked, self._set_aside = -WALKS_EVERY + clock(), (0, 0)
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    # What it is told.

    def handled(self, count: int, seconds: float) -> None:
        for _ in range(count):
            self._handled.observe(seconds)

    def not_kept(self) -> None:
        self._not_kept.inc()

    def sent(self, platform: str, outcome: str, seconds: float) -> None:
        self._sends.labels(platform, outcome).inc()
        self._send_seconds.labels(platform).observe(seconds)

    # What it asks for.

    def collect(self) -> Iterator[Metric]:
        yield _gauge("duly_since_tick_seconds", "Since what is due was looked at.", self.since_tick())
        yield from self._sizes()
        try:
            with reading(self.database, self.service.db) as db:
                yield from self._kept(db)
        except Failed:
            yield _gauge("duly_database_readable", "Whether the database could be read.", 0)
        else:
            yield _gauge("duly_database_readable", "Whether the database could be read.", 1)

    def _kept(self, db: Database) -> Iterator[Metric]:
        now = self.service.now()
        found = waiting.count(db, now, self.platforms)
        late = (now - found.oldest).total_seconds() if found.oldest else 0.0
        dead, failed = self._walk(db)
        yield _gauge("duly_inbox_waiting", "Events that were kept and not handled.", found.events)
        yield _gauge("duly_inbox_dead", "Events that could not be handled; looked at every five minutes.", dead)
        yield _gauge("duly_outbox_failed", "Letters that could not be delivered; every five minutes.", failed)
        yield _gauge("duly_outbox_oldest_seconds", "How long the first letter waits that could be sent.", late)
        yield _gauge("duly_reminders_due", "Reminders that are due and not queued.", found.reminders)
        yield _by("duly_outbox_letters", "Letters on their way.", ("platform", "state"), found.letters)
        forms = {(state,): count for state, count in found.forms.items()}
        yield _by("duly_form_answers", "Suppliers' forms by how far they are.", ("state",), forms)

    def _walk(self, db: Database) -> tuple[int, int]:
        if self.clock() - self._walked >= WALKS_EVERY:
            self._walked, self._set_aside = self.clock(), waiting.set_aside(db)
        return self._set_aside

    def _sizes(self) -> Iterator[Metric]:
        if self.database == ":memory:":
            return
        for name, path in (("database", Path(self.database)), ("wal", Path(f"{self.database}-wal"))):
            yield _gauge(f"duly_{name}_bytes", "On disk.", path.stat().st_size if path.exists() else 0)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)


def _by(name: str, says: str, labels: tuple[str, ...], values: Mapping[Any, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for words, value in values.items():
        family.add_metric(words, value)
    return family


def route(metrics: Metrics, may_read: Callable[[Request], bool]) -> Route:
    """The one route; to others it says the same as an address that leads nowhere."""

    async def read(request: Request) -> Response:
        if not may_read(request):
            return PlainTextResponse("Not Found", 404)
        return Response(await run_in_threadpool(generate_latest, metrics.registry), media_type=TYPE)

    return Route("/metrics", read)


def is_near(request: Request) -> bool:
    """Whether a program on this machine asks, and nobody through a proxy that stands here, too."""
    return (
        request.client is not None
        and _is_loopback(request.client.host)
        and _names_loopback(request.headers.getlist("host"))
        and not any(name in request.headers for name in BROUGHT_BY)
    )


def _names_loopback(hosts: Sequence[str]) -> bool:
    """Whether the one who asks named this machine, once and in so many words."""
    found = HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return found is not None and _is_loopback(found[1] or found[2])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
