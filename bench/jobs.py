"""Programs that others would write for the same reminders: APScheduler with its own database, and a bot's JobQueue.

`python -m bench.jobs apscheduler|jobqueue`; where to send is BENCH_RECEIVER, how many BENCH_COUNT, where to keep
BENCH_STORE. Started again it finds what its own way of keeping has kept, and plans nothing anew.
"""

import asyncio
import os
import sys
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SOON = timedelta(seconds=1)


def send(number: int) -> None:
    """One reminder to the loopback receiver."""
    body = urllib.parse.urlencode({"chat_id": number, "text": f"#{number} "}).encode()
    urllib.request.urlopen(os.environ["BENCH_RECEIVER"], body, timeout=30).read()


def store() -> Any:
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore

    return SQLAlchemyJobStore(f"sqlite:///{os.environ['BENCH_STORE']}")


def apscheduler() -> None:
    """Late is better than never: no grace time; ten at once, as it comes."""
    from apscheduler.schedulers.background import BackgroundScheduler

    first = not Path(os.environ["BENCH_STORE"]).exists()
    scheduler = BackgroundScheduler(jobstores={"default": store()}, job_defaults={"misfire_grace_time": None})
    scheduler.start(paused=True)
    for number in range(1, int(os.environ["BENCH_COUNT"]) + 1) if first else ():
        scheduler.add_job(send, "date", run_date=datetime.now(UTC) + SOON, args=[number])
    scheduler.resume()
    while True:
        time.sleep(1)


async def jobqueue() -> None:
    """As its guide shows it: jobs are in memory, so a second start has none."""
    from telegram.ext import ApplicationBuilder

    app = ApplicationBuilder().token("1:" + "x" * 35).build()
    queue = app.job_queue
    assert queue is not None

    async def remind(context: Any) -> None:
        await asyncio.to_thread(send, context.job.data)

    mark = Path(os.environ["BENCH_STORE"])
    for number in range(1, int(os.environ["BENCH_COUNT"]) + 1) if not mark.exists() else ():
        queue.run_once(remind, SOON, data=number, job_kwargs={"misfire_grace_time": None})
    mark.touch()
    await queue.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "apscheduler":
        apscheduler()
    else:
        asyncio.run(jobqueue())
