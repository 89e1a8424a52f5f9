"""How often the right topic is found, how far the confidence can be believed, and how others do with the same topics.

Only figures are printed, never a question: some files are kept unread, so that nobody can tune to them.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.asked import Asked, Figures, Given, figures, is_right, read
from bench.peers import PEERS
from bench.row import percentile
from knowledge.library import open_library

QUESTIONS = Path(__file__).parent.parent / "tests" / "questions"
BINS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)  # of confidence, the last with its upper end
GROUPS = ("file", "lang", "length", "stage", "kind")
FEWEST = 2  # questions in a group that is shown by itself

Answered = list[tuple[Asked, Given]]
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """All questions put to one of PEERS, with what it took: milliseconds to build, and for each question."""

    answered: Answered
    built: float
    spent: Sequence[float]


def report(files: Sequence[Path]) -> str:
    """Every table as text."""
    asked = read(files or sorted(QUESTIONS.glob("*.jsonl")))
    runs = {name: _run(name, asked) for name in PEERS}
    ours = runs["Duly"].answered
    return "\n\n".join(
        (
            _table(PEERS_HEAD, (_beside(name, run) for name, run in runs.items())),
            _table(GROUPS_HEAD, _groups(ours)),
            f"{_table(BINS_HEAD, _bins(ours))}\nECE {expected_error(ours):.3f}",
        )
    )


def _run(name: str, asked: Sequence[Asked]) -> Run:
    topics = open_library().topics
    start = time.perf_counter()
    answer = PEERS[name](topics)
    built = time.perf_counter() - start
    answer("uppföljning")  # what is loaded at the first question is no part of a later one
    answered, spent = [], []
    for each in asked:
        start = time.perf_counter()
        given = answer(each.text)
        spent.append((time.perf_counter() - start) * 1000)
        answered.append((each, given))
    return Run(answered, built * 1000, spent)


SHARES = ("number", "first", "of three", "refused", "held back")
PEERS_HEAD = ("", *SHARES, "build ms", "p50 ms", "p99 ms")
GROUPS_HEAD = ("", "", *SHARES)
BINS_HEAD = ("confidence", "number", "said", "right")


def _beside(name: str, run: Run) -> Cells:
    spent = (percentile(run.spent, 0.5), percentile(run.spent, 0.99))
    return name, *_cells(figures(run.answered)), f"{run.built:.0f}", *(f"{each:.2f}" for each in spent)


def _groups(answered: Answered) -> Iterator[Cells]:
    for group in GROUPS:
        for value in sorted({getattr(asked, group) for asked, _ in answered}):
            chosen = [pair for pair in answered if getattr(pair[0], group) == value]
            if len(chosen) >= FEWEST:
                yield group, value, *_cells(figures(chosen))


def _cells(found: Figures) -> Cells:
    shares = (found.first, found.three, found.refused, found.held)
    return str(found.number), *("-" if share is None else f"{100 * share:.1f} %" for share in shares)


def _in_bins(answered: Answered) -> Iterator[tuple[float, float, list[tuple[float, bool]]]]:
    """By confidence, what was said and whether it was right; what was not answered said nothing."""
    told = [(given.confidence, is_right(asked, given)) for asked, given in answered if given.topics]
    for low, high in pairwise(BINS):
        if chosen := [pair for pair in told if low <= pair[0] < high]:
            yield low, high, chosen


def _bins(answered: Answered) -> Iterator[Cells]:
    for low, high, chosen in _in_bins(answered):
        said, right = _means(chosen)
        yield f"{low:.1f}-{min(high, 1):.1f}", str(len(chosen)), f"{said:.2f}", f"{right:.2f}"


def expected_error(answered: Answered) -> float:
    """The mean distance between what is said and what is right, each bin by its number (ECE)."""
    bins = [chosen for _, _, chosen in _in_bins(answered)]
    total = sum(map(len, bins)) or 1
    return sum(len(chosen) * abs(said - right) for chosen in bins for said, right in (_means(chosen),)) / total


def _means(chosen: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    said, right = (sum(column) / len(chosen) for column in zip(*chosen, strict=True))
    return said, right


def _table(head: Cells, rows: Iterator[Cells]) -> str:
    cells = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)
