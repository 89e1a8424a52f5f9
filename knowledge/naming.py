"""Which of some known things a text names, by any of their names."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from knowledge.words import bare, tokens

Thing = TypeVar("Thing")


def named_in(words: str, things: Iterable[tuple[Thing, Sequence[str]]]) -> list[Thing]:
    """The things, each with its names, that `words` name, in that order.

    A longer name hides the shorter ones within it: of "OEKO-TEX STeP" the one so called, and not every OEKO-TEX.
    """
    said = tuple(bare(word) for word in tokens(words))
    found = [(*place, thing) for thing, names in things if (place := _place(names, said))]
    inner = [a for a in found if any(b[0] <= a[0] and a[1] <= b[1] and b[1] - b[0] > a[1] - a[0] for b in found)]
    return [each[2] for each in sorted(found, key=lambda each: each[0]) if each not in inner]


def _place(names: Sequence[str], said: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the longest of `names` stands in what was said: from word to word."""
    found = [
        (at, at + len(name))
        for name in map(_name, names)
        if name and name[0] in said
        for at in range(len(said))
        if said[at : at + len(name)] == name
    ]
    return max(found, key=lambda place: place[1] - place[0], default=None)


@lru_cache(maxsize=4_096)  # the names of all we know, once
def _name(text: str) -> tuple[str, ...]:
    return tuple(bare(word) for word in tokens(text))
