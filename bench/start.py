"""From the command to its answer, as whole processes, and the memory a chat takes."""

import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.row import Row, at_most, rounds
from bench.talk import RISK, lines
from knowledge.library import open_library

DULY = (sys.executable, "-m", "bot")
QUESTION = "får vi kräva fairtrade"
ASKED = "import sys; from pathlib import Path; from knowledge.library import Library; {}.index.ask('kollektivavtal')"
FROM_CONTENT = ASKED.format("Library()")
FROM_KEPT = ASKED.format("Library(cache=Path(sys.argv[1]))")
PROMPT = b"> "
ROOT = Path(__file__).parent.parent


def rows(quick: bool) -> Iterator[Row]:
    """Cold starts and the memory of a chat that did the main job once."""
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        environment = {**os.environ, "DULY_DATABASE": str(Path(directory) / "duly.db")}
        run([*DULY, "chat"], environment)  # makes the database
        times = 1 if quick else 5
        ask, chat, bare = rounds(
            times,
            lambda: run([*DULY, "ask", QUESTION], environment),
            lambda: prompted([*DULY, "chat"], environment),
            lambda: run([sys.executable, "-c", "pass"], environment),
        )
        yield _beside(at_most("duly ask, cold, to the end", ask * 1000, "ms", 400), bare * 1000)
        yield _beside(at_most("duly chat, cold, to the prompt (pty)", chat * 1000, "ms", 400), bare * 1000)
        yield from _library(environment, directory, times)
        talk = "\n".join(lines(open_library(), "risk", RISK)) + "\n"
        yield at_most("peak memory of a chat with a risk case", peak([*DULY, "chat"], environment, talk), "MB", 80)


def _library(environment: Mapping[str, str], directory: str, times: int) -> Iterator[Row]:
    """A process that only reads the library and is asked once: how long, and how much memory."""
    content, kept = ([sys.executable, "-c", code, directory] for code in (FROM_CONTENT, FROM_KEPT))
    bare = [sys.executable, "-c", "pass"]
    run(kept, environment)  # keeps it
    found = rounds(times, *(partial(run, command, environment) for command in (content, kept, bare)))
    cold, warm, nothing = (seconds * 1000 for seconds in found)
    yield _beside(Row("library read, index built and asked, cold", cold, "ms"), nothing)
    yield _beside(Row("library and index as kept, asked, cold", warm, "ms"), nothing)
    least = peak(bare, environment, "")
    yield _beside(Row("memory, library read and asked", peak(content, environment, ""), "MB"), least)
    yield _beside(Row("memory, library as kept, asked", peak(kept, environment, ""), "MB"), least)


def _beside(row: Row, bare: float) -> Row:
    return Row(row.name, row.value, row.unit, row.goal, row.good, "python -c pass", bare, row.value / bare)


def run(command: list[str], environment: Mapping[str, str]) -> float:
    """Seconds that a process takes, without input."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def prompted(command: list[str], environment: Mapping[str, str]) -> float:
    """Seconds until a process on a terminal of its own shows the prompt."""
    ours, theirs = pty.openpty()
    start = time.perf_counter()
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while not shown.endswith(PROMPT):
            shown += os.read(ours, 65_536)
        spent = time.perf_counter() - start
        process.terminate()
    os.close(ours)
    return spent


def peak(command: list[str], environment: Mapping[str, str], typed: str) -> float:
    """The most memory, in MB, that a process had while it was talked to."""
    measuring = f"""
import resource, subprocess, sys
subprocess.run({command!r}, input=sys.stdin.read(), text=True, stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    found = subprocess.run(
        [sys.executable, "-c", measuring],
        env=environment,
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout) / (1024 if sys.platform != "darwin" else 1024 * 1024)
