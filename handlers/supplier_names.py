"""Which suppliers a sentence speaks of: by a whole name, or by its first word where that is no word of the trade.

What is looked for is made ready once for the names that there are, so a question costs the same with many suppliers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from handlers.conduct import COMPANY
from handlers.context import Context
from knowledge.library import Library
from knowledge.words import fold, stem, tokens
from storage import suppliers

SAME_WORD = 88  # of 100: "nordkafe" (94) is a slip for "nordkaffe"
SHORTEST_SLIP = 5  # letters in a word that may be misspelt


@dataclass(frozen=True, slots=True)
class Known:
    """Whole names; ids by the stem of a telling first word, and by that word; the words of all other names."""

    whole: Sequence[tuple[str, int]]
    by_stem: Mapping[str, Sequence[int]]
    by_first: Mapping[str, Sequence[int]]
    firsts: Sequence[str]
    of_trade: Sequence[tuple[frozenset[str], int]]


def spoken_of(words: str, ctx: Context) -> list[int]:
    """The suppliers whose name stands in `words`, the one whose name stands there in full if it is alone."""
    names, said = suppliers.names(ctx.db), tokens(words)
    found = _found(fold(words), said, _known(tuple(names.items()), ctx.library))
    first = [id for id in names if id in found]
    whole = [id for id in first if all(any(same_word(word, part) for word in said) for part in own(names[id]))]
    return whole if len(whole) == 1 else first


def _found(folded: str, said: Sequence[str], known: Known) -> set[int]:
    found = {id for name, id in known.whole if name in folded}
    found |= {id for parts, id in known.of_trade if parts <= set(said)}
    for word in said:
        found.update(known.by_stem.get(stem(word), ()))
        if len(word) >= SHORTEST_SLIP:
            near = process.extract(word, known.firsts, scorer=fuzz.ratio, score_cutoff=SAME_WORD, limit=None)
            found.update(id for first, _, _ in near for id in known.by_first[first])
    return found


@lru_cache(maxsize=2)
def _known(names: Sequence[tuple[int, str]], library: Library) -> Known:
    by_stem: dict[str, list[int]] = {}
    by_first: dict[str, list[int]] = {}
    of_trade = []
    for id, name in names:
        first, *rest = own(name) or [""]
        if not first:
            continue
        if not library.index.knows(first):
            by_stem.setdefault(stem(first), []).append(id)
            by_first.setdefault(first, []).append(id)
        elif rest:  # "Kaffe i Norr": of coffee everybody speaks
            of_trade.append((frozenset([first, *rest]), id))
    firsts = [first for first in by_first if len(first) >= SHORTEST_SLIP]
    return Known([(fold(name), id) for id, name in names], by_stem, by_first, firsts, of_trade)


def own(name: str) -> list[str]:
    """The words of a name without "AB"."""
    return tokens(COMPANY.sub("", name))


def same_word(word: str, name: str) -> bool:
    """Whether a folded word is one of a name, inflected or with a slip."""
    return stem(word) == stem(name) or (
        min(len(word), len(name)) >= SHORTEST_SLIP and fuzz.ratio(word, name) >= SAME_WORD
    )
