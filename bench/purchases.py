"""What municipalities buy, to its category: how often right and how fast, beside rapidfuzz over every name.

The purchases are those of tests/purchases.txt: a line each, with the categories that are right.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rapidfuzz import fuzz, process

from bench.row import Row, at_most, percentile
from knowledge.library import Library, open_library
from knowledge.match import match_category
from knowledge.text import LANGUAGES

BOUGHT = Path(__file__).parents[1] / "tests/purchases.txt"
RIGHT = 0.9  # of the purchases


def rows(quick: bool) -> Iterator[Row]:
    """Right first, p50 and p99."""
    library = open_library()
    bought = [line.split(" -> ") for line in BOUGHT.read_text("utf-8").splitlines()][: 40 if quick else None]
    match_category("kaffe", library.bought)  # the first builds the index
    right, spent = _asked(lambda words: [match.id for match in match_category(words, library.bought)], bought)
    other, others_spent = _asked(_over_all(library), bought)
    share = f"right first, of {len(bought)} purchases"
    yield Row(share, right, "", f">= {RIGHT:g}", right >= RIGHT, "rapidfuzz over all names", other, right / other)
    yield Row("purchase to category, p50", percentile(spent, 0.5) * 1000, "ms")
    yield at_most("purchase to category, p99", percentile(spent, 0.99) * 1000, "ms", 5)
    yield Row("rapidfuzz over all names, p99", percentile(others_spent, 0.99) * 1000, "ms")


def _asked(nearest: Callable[[str], list[str]], bought: list[list[str]]) -> tuple[float, list[float]]:
    """The share whose first answer is right, and the seconds for each."""
    right, spent = 0, []
    for words, ids in bought:
        start = time.perf_counter()
        found = nearest(words)
        spent.append(time.perf_counter() - start)
        right += found[:1] != [] and found[0] in ids.split(" | ")
    return right / len(bought), spent


def _over_all(library: Library) -> Callable[[str], list[str]]:
    names = {
        phrase: category.id
        for category in library.categories.values()
        for lang in LANGUAGES
        for phrase in (category.name.of(lang), *category.synonyms[lang])
    }
    known = list(names)

    def nearest(words: str) -> list[str]:
        found = process.extractOne(words, known, scorer=fuzz.WRatio)
        return [names[found[0]]] if found else []

    return nearest
