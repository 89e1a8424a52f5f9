"""Questions to the real topics, and to a knowledge of 10,000, far more than officers will ever write.

The 10,000 are the real topics, again and again, each time in a trade of its own: half of the long words are that
trade's. So the vocabulary grows with the topics, as it does in life, while common words stay common.
"""

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from bench.row import Row, at_most, percentile, rounds
from knowledge.library import CONTENT, Library, open_library
from knowledge.search import Index
from knowledge.text import LANGUAGES, Text
from knowledge.topic import Topic

TOPICS, QUESTIONS = 10_000, 2_000
SEED = 17  # the same questions at every run
LONG_WORD = re.compile(r"[a-zåäö]{7,}")
SYLLABLES = [f"{first}{vowel}{last}" for first in "bdfgkp" for vowel in "aiou" for last in "bgkmp"]


def rows(quick: bool) -> Iterator[Row]:
    """How long it takes to read topics into an index, and to answer from it."""
    real = open_library().topics
    yield at_most("ask, to load what was kept", _loaded(), "ms", 60)
    built, spent = _asked(real, quick)
    yield Row("ask, to build the index", built, "ms")
    yield Row("ask, p50", percentile(spent, 0.5), "ms")
    yield at_most("ask, p99", percentile(spent, 0.99), "ms", 5)
    _, spent = _asked(moved(real, 10 * len(real)), quick)
    yield at_most("ask among ten times as many, p99", percentile(spent, 0.99), "ms", 20)
    topics = moved(real, 200 if quick else TOPICS)
    built, spent = _asked(topics, quick)
    name = f"ask among {len(topics):,} topics"
    yield Row(f"{name}, to build", built, "ms")
    yield Row(f"{name}, p50", percentile(spent, 0.5), "ms")
    yield Row(f"{name}, p99", percentile(spent, 0.99), "ms")


def _loaded() -> float:
    """Milliseconds until a new run can be asked, after an earlier one has kept topics and index; a median of five."""
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        cache = Path(directory)
        Library(cache=cache).index.ask("")  # keeps it
        (spent,) = rounds(5, lambda: _seconds(lambda: Library(cache=cache).index))
    return spent * 1000


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _asked(topics: Mapping[str, Topic], quick: bool) -> tuple[float, list[float]]:
    """Milliseconds to build the index, and for each question."""
    start = time.perf_counter()
    index = Index(topics, CONTENT / "synonyms.yaml")
    built = time.perf_counter() - start
    questions = _questions(list(topics.values()), 50 if quick else QUESTIONS)
    return built * 1000, [_timed(index, question) * 1000 for question in questions]


def _timed(index: Index, question: str) -> float:
    return _seconds(lambda: index.ask(question))


def moved(topics: Mapping[str, Topic], number: int) -> dict[str, Topic]:
    """So many topics; each round through the real ones is a trade."""
    real = list(topics.values())
    made = enumerate(islice(cycle(real), number))
    return {f"{topic.slug}-{at}": _in_trade(topic, f"{topic.slug}-{at}", at // len(real)) for at, topic in made}


def _in_trade(topic: Topic, slug: str, trade: int) -> Topic:
    ending = SYLLABLES[trade % len(SYLLABLES)] * (1 + trade // len(SYLLABLES))

    def said(words: str) -> str:
        return LONG_WORD.sub(lambda word: word[0] + ending if crc32(word[0].encode()) % 2 else word[0], words)

    return replace(
        topic,
        slug=slug,
        title=Text(**{lang: said(topic.title.of(lang)) for lang in LANGUAGES}),
        asked_as={lang: tuple(map(said, topic.asked_as[lang])) for lang in LANGUAGES},
        heard=tuple(map(said, topic.heard)),
        words={lang: said(topic.words[lang]) for lang in LANGUAGES},
    )


def _questions(topics: Sequence[Topic], number: int) -> list[str]:
    """Ways of asking, half of them with a slip in the longest word."""
    chance = random.Random(SEED)
    asked = [chance.choice(chance.choice(topics).asked_as[chance.choice(LANGUAGES)]) for _ in range(number)]
    return [_misspelt(question) if at % 2 else question for at, question in enumerate(asked)]


def _misspelt(question: str) -> str:
    longest = max(question.split(), key=len)
    middle = len(longest) // 2
    return question.replace(longest, longest[:middle] + longest[middle + 1 :])
