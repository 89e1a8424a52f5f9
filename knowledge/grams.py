"""How alike a question is to phrases, letter by letter, which forgives inflection, compounds and slips.

A phrase is its trigrams, "kra", "rav" and the like, each weighing more the fewer phrases have it (tf-idf, cosine).
"""

import math
import re
from collections.abc import Iterable, Mapping
from heapq import nlargest
from typing import Any, Self

from knowledge.words import fold

SIZE = 3  # letters; with four, or three to five together, it finds no better
NEAREST, EACH_LESS = 3, 0.5  # of one owner so many phrases count, each half as much as the one before
MOST_READ = 2_500  # entries for one question, the rarest trigrams first
MOST_NEAR = 100  # phrases
WORD = re.compile(r"\w+")


def grams(text: str) -> set[str]:
    """The trigrams of the words in `text`; a word begins and ends with a space."""
    padded = (f" {word} " for word in WORD.findall(fold(text)))
    return {word[at : at + SIZE] for word in padded for at in range(len(word) - SIZE + 1)}


class Grams:
    """Phrases by what they are made of, each with the number of its owner."""

    def __init__(self, phrases: Iterable[tuple[int, str]]) -> None:
        pairs = [(owner, grams(phrase)) for owner, phrase in phrases]
        self._owners = [owner for owner, _ in pairs]
        self._users: dict[str, list[int]] = {}  # trigram -> the phrases that have it
        for phrase, (_, found) in enumerate(pairs):
            for gram in found:
                self._users.setdefault(gram, []).append(phrase)
        self._rarity = self._rarities()
        self._lengths = [round(self._length(found), 4) for _, found in pairs]

    def tables(self) -> dict[str, Any]:
        """Everything it holds as plain lists and mappings, to be kept in a file."""
        return {"owners": self._owners, "users": self._users, "lengths": self._lengths}

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Self:
        """The phrases that `tables` were taken from."""
        known = cls.__new__(cls)
        known._owners, known._users, known._lengths = tables["owners"], tables["users"], tables["lengths"]
        known._rarity = known._rarities()
        return known

    def fits(self, text: str, most_read: int = MOST_READ) -> dict[int, float]:
        """How well the nearest phrases of each owner fit `text`; one that is the same gives 1 and more."""
        asked = grams(text)
        alike: dict[int, float] = {}
        for gram in sorted(asked & self._users.keys(), key=lambda gram: (len(self._users[gram]), gram)):
            users = self._users[gram]
            most_read -= len(users)
            if most_read < 0:
                break
            weight = self._rarity[gram] ** 2
            for phrase in users:
                alike[phrase] = alike.get(phrase, 0.0) + weight
        length, lengths = self._length(asked), self._lengths
        nearest = nlargest(MOST_NEAR, ((share / lengths[phrase], phrase) for phrase, share in alike.items()))
        fits: dict[int, float] = {}
        places: dict[int, int] = {}
        for share, phrase in nearest:
            owner = self._owners[phrase]
            place = places[owner] = places.get(owner, 0) + 1
            if place <= NEAREST:
                fits[owner] = fits.get(owner, 0.0) + share / length * EACH_LESS ** (place - 1)
        return fits

    def _rarities(self) -> dict[str, float]:
        """The fewer phrases have a trigram, the more it tells."""
        return {gram: math.log((len(self._owners) + 1) / len(users)) for gram, users in self._users.items()}

    def _length(self, found: Iterable[str]) -> float:
        """Of a vector; a trigram that no phrase has tells as much as one that a single phrase has."""
        unknown = math.log(len(self._owners) + 1)
        return math.hypot(*(self._rarity.get(gram, unknown) for gram in found)) or 1.0
