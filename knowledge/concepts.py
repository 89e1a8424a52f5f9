"""What the words of a question may stand for: themselves, a synonym, parts of a compound, what they misspell.

A concept maps terms (stems that the topics use) to weights. Its terms are alternatives: the best one counts, so that a
word with many synonyms weighs no more than one without. An empty concept is a word that no topic uses.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.synonyms import Synonyms
from knowledge.words import Vocabulary, stem, tokens

SYNONYM = 0.5
JOINED = 0.7  # "fönster puts"
PART = 0.4  # of a compound, beside the whole
ONLY_PART = 0.7  # of a compound that no topic uses whole
OTHER_LETTERS = 0.3  # "lag" may mean "låg", but there is a "lag"
SPELLING = 0.7
IDLE = 0.4  # "what", "may", "must": they tell what sort of question it is, not what about

LONGEST = 20_000  # characters of a question that are looked at
MOST_WORDS = 150  # of a question; what follows repeats the matter
MOST_MISSPELT = 12  # words of one question to look up letter by letter, which is what costs
SHORTEST_PART = 4  # letters; shorter ones turn up in any long word
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-ZÅÄÖ])|\?+|\n+")  # not after "kap."

Concept = dict[str, float]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was written, and what its words may stand for."""

    text: str
    concepts: Sequence[Concept]


def read(question: str, vocabulary: Vocabulary, synonyms: Synonyms) -> list[Sentence]:
    """The sentences of `question` that have any concepts."""
    reading = _Reading(vocabulary, synonyms)
    sentences = []
    for text in SENTENCE.split(question[:LONGEST]):
        if reading.words_left and (concepts := reading.sentence(tokens(text))):
            sentences.append(Sentence(text, concepts))
    return sentences


def tells(concept: Concept) -> bool:
    """Whether the word says what the question is about."""
    return max(concept.values(), default=0.0) > IDLE


class _Reading:
    """One question being read: what is left of its allowances."""

    def __init__(self, vocabulary: Vocabulary, synonyms: Synonyms) -> None:
        self.vocabulary, self.synonyms = vocabulary, synonyms
        self.words_left, self.misspelt_left = MOST_WORDS, MOST_MISSPELT

    def sentence(self, typed: Sequence[str]) -> list[Concept]:
        words = [word for short in typed[: self.words_left] for word in self.synonyms.short.get(short, (short,))]
        self.words_left -= min(len(typed), self.words_left)
        concepts = [self.concept(words, number) for number in range(len(words))]
        ignored = self.synonyms.ignored
        joined = [self.joined(left + right) for left, right in pairwise(words) if not {left, right} <= ignored]
        return concepts + [concept for concept in joined if concept]

    def concept(self, words: Sequence[str], number: int) -> Concept:
        word = words[number]
        if word in self.synonyms.ignored:
            return {stem(word): IDLE}
        known = self.vocabulary.known(word)
        if not known and (ours := self.synonyms.in_swedish(word)) != word:
            word, words, known = ours, [*words[:number], ours, *words[number + 1 :]], self.vocabulary.known(ours)
        concept = {term: OTHER_LETTERS if place else 1.0 for place, term in enumerate(known)}
        self.add_synonyms(concept, words, number)
        parts = self.vocabulary.parts(word)
        for part in parts:
            if len(part) >= SHORTEST_PART:
                concept.setdefault(part, PART if known else ONLY_PART)
        if not known and not all(parts) and self.misspelt_left and (near := self.misspelt(word)):
            concept[near] = max(SPELLING, concept.get(near, 0.0))
        return concept

    def misspelt(self, word: str) -> str:
        self.misspelt_left -= 1
        return self.vocabulary.nearest(word)

    def joined(self, word: str) -> Concept:
        """What two neighbours mean when they should have been one word."""
        concept = dict.fromkeys(self.vocabulary.known(word), JOINED)
        self.add_synonyms(concept, [word], 0)
        return concept

    def add_synonyms(self, concept: Concept, words: Sequence[str], number: int) -> None:
        for names in self.synonyms.starting(words, number):
            for name in names:
                for term in self.vocabulary.known(name)[:1]:
                    concept.setdefault(term, SYNONYM)
