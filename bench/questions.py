"""Questions to a knowledge of 10,000 topics, far more than officers will ever write.

They are the real topics, again and again, each time in a trade of its own: half of the long words are that trade's. So
the vocabulary grows with the topics, as it does in life, while common words stay common.
"""

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from zlib import crc32

from bench.row import Row, at_most, percentile
from knowledge.library import CONTENT, Library, open_library
from knowledge.search import Index
from knowledge.text import LANGUAGES, Text
from knowledge.topic import Topic

TOPICS, QUESTIONS = 10_000, 2_000
SEED = 17  # the same questions at every run
LONG_WORD = re.compile(r"[a-zåäö]{7,}")
SYLLABLES = [f"{first}{vowel}{last}" for first in "bdfgkp" for vowel in "aiou" for last in "bgkmp"]


def rows(quick: bool) -> Iterator[Row]:
    """How long it takes to read the topics into an index, and to answer from it."""
    topics = _topics(open_library(), 200 if quick else TOPICS)
    start = time.perf_counter()
    index = Index(topics, CONTENT / "synonyms.yaml")
    built = time.perf_counter() - start
    spent = [_timed(index, question) for question in _questions(list(topics.values()), 50 if quick else QUESTIONS)]
    name = f"ask among {len(topics):,} topics"
    yield Row(f"{name}, to build", built * 1000, "ms")
    yield Row(f"{name}, p50", percentile(spent, 0.5) * 1000, "ms")
    yield at_most(f"{name}, p99", percentile(spent, 0.99) * 1000, "ms", 5)


def _timed(index: Index, question: str) -> float:
    start = time.perf_counter()
    index.ask(question)
    return time.perf_counter() - start


def _topics(library: Library, number: int) -> dict[str, Topic]:
    """So many topics; each round through the real ones is a trade."""
    real = list(library.topics.values())
    made = enumerate(islice(cycle(real), number))
    return {f"{topic.slug}-{at}": _moved(topic, f"{topic.slug}-{at}", at // len(real)) for at, topic in made}


def _moved(topic: Topic, slug: str, trade: int) -> Topic:
    ending = SYLLABLES[trade % len(SYLLABLES)] * (1 + trade // len(SYLLABLES))

    def said(words: str) -> str:
        return LONG_WORD.sub(lambda word: word[0] + ending if crc32(word[0].encode()) % 2 else word[0], words)

    return replace(
        topic,
        slug=slug,
        title=Text(**{lang: said(topic.title.of(lang)) for lang in LANGUAGES}),
        asked_as={lang: tuple(map(said, topic.asked_as[lang])) for lang in LANGUAGES},
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
