"""How often the right topic is found, how far the confidence can be believed, and how others do with the same topics.

Only figures are printed, never a question: some files are kept unread, so that nobody can tune to them.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.asked import Asked, Figures, Given, figures, is_right, read
from bench.peers import PEERS, Topics
from bench.questions import moved
from bench.row import percentile
from knowledge.library import open_library

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
BINS = 10  # classes of confidence
GROUPS = ("file", "lang", "length", "stage", "kind")
NUMBER = re.compile(r"\d+")
FEWEST = 2  # questions in a group that is shown by itself
TIMES = 3  # each question is asked so often, all of them in turn; its time is the median
MORE = 10  # times as many topics, only for the time it takes

Answered = Sequence[tuple[Asked, Given]]
Line = Mapping[str, str | float | None]


@dataclass(frozen=True, slots=True)
class Measured:
    """Three tables, a mapping a line, and the expected error of the confidence. Shares are 0..1, times milliseconds."""

    beside: Sequence[Line]
    groups: Sequence[Line]
    confidence: Sequence[Line]
    ece: float


@dataclass(frozen=True, slots=True)
class Run:
    """All questions put to one of PEERS, with what it took: milliseconds to build, and for each question."""

    answered: Answered
    built: float
    spent: Sequence[float]


def measure(files: Sequence[Path]) -> Measured:
    """Put the questions of these files, or of tests/questions, to everybody.

    Raises:
        ValueError: there are no questions.
    """
    asked = read(files or sorted(QUESTIONS.glob("*.jsonl")))
    if not asked:
        raise ValueError(f"no questions: name a file, or put one into {QUESTIONS}")
    topics = open_library().topics
    runs = {name: run(name, topics, asked) for name in PEERS}
    more = run("Duly", moved(topics, MORE * len(topics)), asked)
    beside: list[Line] = [
        {"name": name, **asdict(figures(each.answered)), **_times(each)} for name, each in runs.items()
    ]
    untold = asdict(Figures(len(asked), None, None, None, None))  # a right topic is one of many copies
    beside.append({"name": f"Duly, {MORE} x the topics", **untold, **_times(more)})
    ours = runs["Duly"].answered
    return Measured(beside, list(by_group(ours)), list(reliability(ours)), expected_error(ours))


def run(name: str, topics: Topics, asked: Sequence[Asked]) -> Run:
    """Put the questions to one of PEERS."""
    start = time.perf_counter()
    answer = PEERS[name](topics)
    built = time.perf_counter() - start
    answer("uppföljning")  # what is loaded at the first question is no part of a later one
    answered, spent = [], []
    for _ in range(TIMES):
        answered = []
        for each in asked:
            start = time.perf_counter()
            given = answer(each.text)
            spent.append((time.perf_counter() - start) * 1000)
            answered.append((each, given))
    each_spent = [median(spent[at :: len(asked)]) for at in range(len(asked))]
    return Run(answered, built * 1000, each_spent)


def _times(done: Run) -> Line:
    p50, p99 = percentile(done.spent, 0.5), percentile(done.spent, 0.99)
    return {"build_ms": done.built, "p50_ms": p50, "p99_ms": p99}


def by_group(answered: Answered) -> Iterator[Line]:
    """The figures of each file, language, length, stage and kind."""
    for group in GROUPS:
        for value in sorted({getattr(asked, group) for asked, _ in answered}, key=_by_number):
            chosen = [pair for pair in answered if getattr(pair[0], group) == value]
            if len(chosen) >= FEWEST:
                yield {"group": group, "value": value, **asdict(figures(chosen))}


def _by_number(value: str) -> str:
    return NUMBER.sub(lambda found: found[0].zfill(3), value)


def reliability(answered: Answered) -> Iterator[Line]:
    """By confidence of the first topic, what was said and whether it was right; what was not answered said nothing."""
    told = [(given.confidence, is_right(asked, given)) for asked, given in answered if given.topics]
    for place in range(BINS):
        if chosen := [pair for pair in told if min(int(pair[0] * BINS), BINS - 1) == place]:
            said, right = (sum(column) / len(chosen) for column in zip(*chosen, strict=True))
            yield {"from": place / BINS, "to": (place + 1) / BINS, "number": len(chosen), "said": said, "right": right}


def expected_error(answered: Answered) -> float:
    """The mean distance between what is said and what is right, each bin by its number (ECE)."""
    bins = [(int(line["number"]), float(line["said"]), float(line["right"])) for line in reliability(answered)]
    total = sum(number for number, _, _ in bins) or 1
    return sum(number * abs(said - right) for number, said, right in bins) / total


# The columns of each table: a heading and how the cell under it is written
SHARES = {"number": "{}", "first": "{:.1%}", "three": "{:.1%}", "refused": "{:.1%}", "held": "{:.1%}"}
BESIDE = {"name": "{}", **SHARES, "build_ms": "{:.0f}", "p50_ms": "{:.2f}", "p99_ms": "{:.2f}"}
BY_GROUP = {"group": "{}", "value": "{}", **SHARES}
RELIABILITY = {"from": "{:.1f}", "to": "{:.1f}", "number": "{}", "said": "{:.2f}", "right": "{:.2f}"}


def as_text(measured: Measured) -> str:
    """The tables as people read them."""
    tables = ((BESIDE, measured.beside), (BY_GROUP, measured.groups), (RELIABILITY, measured.confidence))
    return "\n\n".join(_table(*each) for each in tables) + f"\nECE {measured.ece:.3f}"


def _table(columns: Mapping[str, str], lines: Sequence[Line]) -> str:
    cells = [list(columns), *([_cell(how, line.get(name)) for name, how in columns.items()] for line in lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)


def _cell(how: str, value: object) -> str:
    return "-" if value is None else how.format(value)
