"""Pictures: the first in a fresh process, then each kind again and again beside resvg alone on the same drawing."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.row import Row, at_most, rounds
from bot.asking import reader
from bot.pictures import drawing, png, svg
from handlers import risk_picture
from handlers.figures import Bubble, Bubbles, BurnDown, Holding, Month, Months, Shown, TimeLine, picture
from knowledge.figures import CLASSES, STATES
from knowledge.library import Library, open_library
from knowledge.text import Picture, as_data

FIRST, THEN, MEMORY = 300, 120, 30  # milliseconds, milliseconds, megabytes
DAY = date(2026, 11, 28)
SUPPLIER = "Leverantörsnamn i Örnsköldsvik AB"
ROOT = Path(__file__).parent.parent
COLD = """
import json, sys, time
from pathlib import Path
from knowledge.text import from_data
from bot.pictures import png
picture = from_data(json.loads(sys.stdin.read()))
def most():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
before, start = most(), time.perf_counter()
png(picture)
print(json.dumps([(time.perf_counter() - start) * 1000, (most() - before) / 1024]))
"""


def rows(quick: bool) -> Iterator[Row]:
    """Each of the six, as large as it gets."""
    pictures = list(samples(open_library()))
    times = 1 if quick else 5
    found = [cold(pictures[0]) for _ in range(times)]
    yield at_most("first picture of a process", sorted(took for took, _ in found)[times // 2], "ms", FIRST)
    yield at_most("memory that pictures add", max(added for _, added in found), "MB", MEMORY)
    for each in pictures:
        yield _again(each, times)


def cold(shown: Picture) -> tuple[float, float]:
    """Milliseconds and megabytes (of peak memory) that the first picture takes, with all that it loads."""
    said = json.dumps(as_data(shown))
    run = subprocess.run([sys.executable, "-c", COLD], input=said, cwd=ROOT, capture_output=True, text=True, check=True)
    took, added = json.loads(run.stdout)
    return took, added


def _again(shown: Picture, times: int) -> Row:
    drawn = svg(shown)
    ours, bare = rounds(times, lambda: _spent(lambda: png(shown)), lambda: _spent(lambda: drawing.png(drawn, 1.0)))
    row = at_most(f"picture, {shown.kind}", ours, "ms", THEN)
    return Row(row.name, row.value, row.unit, row.goal, row.good, "resvg alone", bare, bare / ours)


def _spent(work: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def samples(library: Library) -> Iterator[Picture]:
    """One of each kind."""
    ctx = reader(library, "sv")
    coffee = risk_picture.picture_json(library, "coffee", {}, "sv")
    yield risk_picture.matrix(coffee, "Riskbild", library, "sv")
    for figure in (risk_picture.chain(coffee, library, "sv"), *_made()):
        yield picture(figure, "Bild", ctx)


def _made() -> Iterator[Shown]:
    days = tuple(DAY + timedelta(days=7 * number) for number in range(-40, 20))
    yield Bubbles(("a", "b", "c", "d", "e"), tuple(Bubble(f"{n} {SUPPLIER}", n * 37 % 100, n % 5) for n in range(12)))
    yield BurnDown(days[0], days[-1], DAY, days, days[5:30])
    yield Months(tuple(Month(date(2026, month, 1), tuple(range(len(CLASSES)))) for month in range(1, 13)))
    yield TimeLine(DAY, tuple(Holding(f"{n} {SUPPLIER}", None, days[-n], STATES[n % 3]) for n in range(1, 13)))
