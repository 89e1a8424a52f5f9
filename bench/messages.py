"""Messages handled with everything kept: one conversation, many at once, and in a file that already holds much."""

import asyncio
import time
from collections.abc import Iterator, Sequence

from bench import bare, fill
from bench.row import Row, at_least, at_most, percentile, rounds, share_of
from bench.talk import NEED, RISK, lines, officer, said, service
from bot.intake import Intake
from bot.service import Service
from handlers.messages import Message
from knowledge.library import Library, open_library

CONVERSATIONS = 64
GROWN = 1_000_000  # records in a file that has been in use for long
FLAT = 1.2  # what a message may cost there, against a small file


def rows(quick: bool) -> Iterator[Row]:
    """Rates, percentiles, and how they stand when the file grows."""
    library = open_library()
    risk, need = lines(library, "risk", RISK), lines(library, "need", NEED)
    talks, times = (2, 1) if quick else (40, 5)
    yield from _alone("a whole risk talk", library, risk, talks, times)
    yield from _alone("a need talk", library, need, talks, times)
    yield from _together(library, need, 1 if quick else 8, times)
    yield from _spread(library, risk + need, talks * times)
    yield from _grown(library, risk + need, (1_000,) if quick else (1_000, GROWN), talks)


def timed(served: Service, person: Message, typed: Sequence[str], talks: int) -> list[float]:
    """Seconds for each message of so many talks."""
    spent = []
    for message in said(person, typed, talks):
        start = time.perf_counter()
        served.receive(message)
        spent.append(time.perf_counter() - start)
    return spent


def _alone(name: str, library: Library, typed: list[str], talks: int, times: int) -> Iterator[Row]:
    with service(library) as served:
        person = officer(served, "officer")
        timed(served, person, typed, 1)
        bodies = bare.sizes(served.db)
        messages = len(typed) * talks
        ours, limit = rounds(
            times,
            lambda: messages / sum(timed(served, person, typed, talks)),
            lambda: bare.rate(bodies, messages),
        )
    yield share_of(f"{name}, again and again", ours, "messages/s", 0.5, "bare commits", limit)


def _together(library: Library, typed: list[str], talks: int, times: int) -> Iterator[Row]:
    with service(library) as served:
        people = [officer(served, f"officer {number}") for number in range(CONVERSATIONS)]
        asyncio.run(_crowd(served, people, typed, 1))
        bodies, messages = bare.sizes(served.db), CONVERSATIONS * len(typed) * talks
        ours, limit = rounds(
            times,
            lambda: messages / asyncio.run(_crowd(served, people, typed, talks)),
            lambda: bare.rate(bodies, messages, CONVERSATIONS),
        )
    name = f"{CONVERSATIONS} conversations at once"
    yield at_least(name, ours, "messages/s", 5_000, "bare group commits", limit)


async def _crowd(served: Service, people: Sequence[Message], typed: Sequence[str], talks: int) -> float:
    """Seconds until everybody has been through her talks."""
    intake = Intake(served)

    async def talk(hers: Sequence[Message]) -> None:
        for message in hers:
            await intake.receive(message)

    prepared = [said(person, typed, talks) for person in people]
    start = time.perf_counter()
    await asyncio.gather(*map(talk, prepared))
    spent = time.perf_counter() - start
    intake.close()
    return spent


def _spread(library: Library, typed: list[str], talks: int) -> Iterator[Row]:
    with service(library) as served:
        person = officer(served, "officer")
        timed(served, person, typed, 1)
        spent = timed(served, person, typed, talks)
    yield Row("one message, p50", percentile(spent, 0.5) * 1000, "ms")
    yield at_most("one message, p99", percentile(spent, 0.99) * 1000, "ms", 5)


def _grown(library: Library, typed: list[str], records: Sequence[int], talks: int) -> Iterator[Row]:
    with service(library) as small:
        person = officer(small, "officer")
        timed(small, person, typed, 1)
        for number in records:
            with service(library) as large:
                same = officer(large, "officer")
                fill.records(large.db, number)
                timed(large, same, typed, 1)
                yield from _beside(small, large, person, typed, talks, number)


def _beside(
    small: Service, large: Service, person: Message, typed: Sequence[str], talks: int, number: int
) -> Iterator[Row]:
    """The same talks in an empty and in a full file, by turns."""
    ours: list[float] = []
    limit: list[float] = []
    for _ in range(talks):
        limit += timed(small, person, typed, 1)
        ours += timed(large, person, typed, 1)
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        found, empty = percentile(ours, share) * 1000, percentile(limit, share) * 1000
        yield Row(
            f"one message among {number:,} records, {name}",
            found,
            "ms",
            f"<= {FLAT:g} of limit",
            found <= FLAT * empty,
            "an empty file",
            empty,
            found / empty,
        )
    rate, empty_rate = len(ours) / sum(ours), len(limit) / sum(limit)
    name = f"messages among {number:,} records"
    yield share_of(name, rate, "messages/s", round(1 / FLAT, 2), "an empty file", empty_rate)
