"""Which topics answer a question: ranked by the words they share, with a confidence that decides whether to answer.

Nothing here understands a question. A word weighs more the fewer topics use it, and how well one of the ways people are
known to ask (`asked_as`) is met counts beside the text. Both languages are searched at once, because officers mix them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain
from pathlib import Path

from knowledge.concepts import IDLE, Concept, read, tells
from knowledge.synonyms import read_synonyms
from knowledge.text import LANGUAGES
from knowledge.topic import OUT_OF_SCOPE, Topic
from knowledge.words import Vocabulary, counted, stem, tokens


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that may answer, and how sure we are that it does (0..1)."""

    topic: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Found:
    """`hits`: what answers, best first, at most three. `nearest`: what to offer instead when nothing does.

    Not in scope: somebody else answers this (the first hit says who), or nothing reached the floor.
    """

    hits: tuple[Hit, ...]
    in_scope: bool
    nearest: tuple[Hit, ...] = ()


# How much a word counts by where it stands in a topic.
TITLE, ASKED, SOURCES, BODY = 4.0, 2.5, 2.0, 1.0
ENOUGH = 2.5  # BM25's k1: from here on, repeating a word adds little
OFF = 0.5  # a word that no title and no way of asking uses is seldom what a question is about
ABOUT = 0.5  # a word that only content/synonyms.yaml leads from
UNKNOWN = 0.5  # a word that no topic uses, as a share of the rarest
PHRASE = 0.5  # the way of asking that fits best, beside the text

# Logistic regression over 150 real questions, 80 made up and 30 about other things: is the first topic the right one?
BASE, PER_SCORE, PER_LENGTH = -6.4, 7.5, 1.0
FLOOR = 0.3  # holds back one right answer in thirty of those questions, and four in five about other things
LEAST = 1.2  # weight of the words that say what it is about: "what time is it" has 0.8, "uppföljning" alone 1.3
SECTOR = "sector-"
SECTOR_SHARE = 0.85  # a sector is named in passing: "may we require collective agreements of cleaning firms"

MOST = 3  # answers to show
MOST_READ = 30_000  # entries of the index for one question; the words left unread are in most topics

Postings = dict[str, dict[int, float]]  # term -> who uses it, and how much
Terms = tuple[str, ...]
# A concept that was heard: its weight, the topics that meet it and how well, the ways of asking that meet it
Heard = tuple[float, dict[int, float], dict[int, float]]
