"""Short forms and words that mean the same, as content/synonyms.yaml lists them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from knowledge.load import Fields, read_yaml
from knowledge.words import bare, fold, stem, tokens

Stems = tuple[str, ...]
LONGEST_NAME = 3  # words in one synonym, such as "personal protective equipment"


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What the file says, by stems; a word counts in every inflection."""

    short: Mapping[str, tuple[str, ...]]  # a short form as typed -> the words it stands for
    same: Mapping[Stems, tuple[str, ...]]  # a word or a few -> words that mean the same
    about: Mapping[str, tuple[str, ...]]  # topic -> names that lead to it
    ignored: frozenset[str]  # words as typed that say nothing about the matter
    neighbours: Mapping[str, str]  # a piece of a Norwegian or Danish word -> the Swedish piece

    def in_swedish(self, word: str) -> str:
        """A Norwegian or Danish word as it would be in Swedish, piece by piece; another word as it is."""
        return _pieces(tuple(self.neighbours)).sub(lambda found: self.neighbours[found[0]], word)

    def starting(self, words: Sequence[str], start: int) -> Iterator[tuple[str, ...]]:
        """The synonyms of the word at `start` and of the names of several words that begin there."""
        stems = [stem(word) for word in words[start : start + LONGEST_NAME]]
        for length in range(1, len(stems) + 1):
            if found := self.same.get(tuple(stems[:length])):
                yield found

    def tables(self) -> dict[str, Any]:
        """Everything it holds as plain lists and mappings, to be kept in a file."""
        same = [(list(name), words) for name, words in self.same.items()]
        return {
            "short": self.short,
            "same": same,
            "about": self.about,
            "ignored": sorted(self.ignored),
            "neighbours": self.neighbours,
        }

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Self:
        """The synonyms that `tables` were taken from."""
        short, about = ({key: tuple(words) for key, words in tables[name].items()} for name in ("short", "about"))
        same = {tuple(name): tuple(words) for name, words in tables["same"]}
        return cls(short, same, about, frozenset(tables["ignored"]), tables["neighbours"])


def read_synonyms(path: Path) -> Synonyms:
    """The short forms, the synonyms and the words to ignore.

    Raises:
        ContentError: the file does not follow the format.
    """
    fields = Fields(path, read_yaml(path))
    short = {key: tuple(tokens(str(words))) for key, words in fields.inner("short").content.items()}
    same: dict[Stems, list[str]] = {}
    for names in fields.need("same"):
        if not isinstance(names, list):
            raise fields.fail("same", f"'{names}' should be a list: [one, two]")
        for name in names:
            same.setdefault(_stems(name), []).extend(word for other in names if other != name for word in tokens(other))
    about = {slug: tuple(map(str, names)) for slug, names in fields.inner("about").content.items()}
    ignored = frozenset(form for line in fields.list("ignored") for word in tokens(line) for form in (word, bare(word)))
    neighbours = {fold(str(theirs)): fold(str(ours)) for theirs, ours in fields.inner("neighbours").content.items()}
    fields.done()
    whole = {name: tuple(dict.fromkeys(words)) for name, words in same.items()}
    return Synonyms(short, whole, about, ignored, neighbours)


@lru_cache(maxsize=4)
def _pieces(theirs: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(theirs, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")


def _stems(name: object) -> Stems:
    return tuple(stem(word) for word in tokens(str(name)))
