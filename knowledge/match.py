"""From an officer's words to the category or the supplier they mean.

An index of letter triples proposes a short list, and rapidfuzz judges only that: over everything it is slow and no
better. Scores go from 0 to 100.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from operator import mul
from typing import TypeVar

from rapidfuzz import fuzz

from knowledge.category import Category
from knowledge.text import LANGUAGES
from knowledge.words import bare, fold, stem, tokens

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Match:
    """Something that the words may mean; `score` 0..100."""

    id: str
    score: float


ENOUGH = 3_000  # places to look at; what is left are triples that half of all names have
PROPOSED = 24  # phrases to judge; the right one is among them for all but hopeless spellings
MOST_WORDS = 12  # what is bought is named in the first of them
SHORTEST = 25  # of 100: below, the likeness is chance
OTHER = 0.3  # weight of a word that stands for the place or the purpose ("städ av skolor")
UNKNOWN, PARTLY = 0.35, 0.8  # weight of a word that no name uses, and of one that a name has a part of
BUYING = """
    och or and en ett den det de the of som vi jag ska skall vill behöver need want we buy buying new for to
    köpa köper köp inköp inköpa upphandla upphandlar upphandling upphandlingen handla beställa avropa avrop
    ramavtal avtal procure procurement purchase purchasing contract framework agreement
    år månader year years months st styck ny nya nytt diverse olika samt typ kr kronor tkr mkr sek
    risk risker krav leverantör leverans på med
    ekologisk ekologiskt ekologiska organic begagnad begagnade återbrukade used hållbar hållbara sustainable
    miljömärkt miljömärkta svanenmärkt svanenmärkta rättvisemärkt rättvisemärkta svensk svenskt svenska
"""
OF_ANY_KIND = """
    tjänst tjänster service services konsult konsulter konsulttjänster consultants consulting system systems
    utrustning equipment material materiel products produkter produkt varor goods artiklar tillbehör accessories
    drift avtal lokal lokaler hyra arbeten arbete works
"""
ABOUT_BUYING = frozenset(BUYING.split())  # they say that something is bought, not what
PURPOSE = frozenset(
    ("av", "till", "för", "i", "åt", "hos", "från", "vid", "inom", "of", "for", "to", "in", "at", "from")
)
VAGUE = frozenset(map(stem, OF_ANY_KIND.split()))  # what they are for has to be said by another word


class Names:
    """Phrases, each naming something; several may name the same."""

    def __init__(self, table: Mapping[str, Iterable[str]]) -> None:
        """From id -> the phrases for it."""
        self._ids: list[str] = []
        self._words: list[tuple[str, ...]] = []
        self._lengths: list[float] = []  # letters, softened: a long phrase shares more by chance
        self._triples: dict[str, list[int]] = {}
        users: dict[str, set[str]] = {}
        for id, phrases in table.items():
            for words in dict.fromkeys(_said(phrase) for phrase in phrases):
                if words:
                    self._add(id, words)
                for word in words:
                    users.setdefault(word, set()).add(id)
        self._rarity = {word: math.log(1 + len(table) / len(ids)) for word, ids in users.items()}
        self._rarest = math.log(1 + len(table))

    def _add(self, id: str, words: tuple[str, ...]) -> None:
        for triple in {triple for word in words for triple in _triples(word)}:
            self._triples.setdefault(triple, []).append(len(self._ids))
        self._ids.append(id)
        self._words.append(words)
        self._lengths.append(math.sqrt(4 + sum(map(len, words))))

    def nearest(self, words: str, limit: int = 3) -> list[Match]:
        """What `words` may mean, best first."""
        asked = self._asked(words)
        fit: dict[str, float] = {}  # how much of a phrase was said
        explained: dict[str, dict[str, set[float]]] = {}  # how its phrases together explain each word that was said
        for number in self._propose([word for word, _ in asked]):
            id = self._ids[number]
            likeness = self._compare(asked, number, explained.setdefault(id, {}))
            fit[id] = max(fit.get(id, 0.0), likeness)
        said = self._said(asked, explained)
        scores = {id: 100 * ((1 - SAID) * fit[id] + SAID * said[id]) for id in said}
        ranked = sorted(scores, key=lambda id: -scores[id])
        return [Match(id, round(scores[id], 1)) for id in ranked[:limit] if scores[id] >= SHORTEST]

    def _said(
        self, asked: Sequence[tuple[str, float]], explained: Mapping[str, Mapping[str, set[float]]]
    ) -> dict[str, float]:
        """By id, how much of what was said its phrases explain together, 0..1."""
        met = {id: [_met(words.get(word, ())) for word, _ in asked] for id, words in explained.items()}
        best = [max(column) for column in zip(*met.values(), strict=True)]
        weights = [self._weight(word, share, most) for (word, share), most in zip(asked, best, strict=False)]
        return {id: sum(map(mul, weights, row)) / sum(weights) for id, row in met.items()}

    def _asked(self, words: str) -> list[tuple[str, float]]:
        """The words and how much they count by their place: the thing first, then what it is for."""
        asked: dict[str, float] = {}
        share = 1.0
        for word in tokens(words)[: 4 * MOST_WORDS]:
            if word in PURPOSE and asked:
                share = OTHER
            elif word not in ABOUT_BUYING and word not in PURPOSE and len(asked) < MOST_WORDS:
                asked.setdefault(stem(word), share)
        return list(asked.items())

    def _weight(self, word: str, share: float, likeness: float) -> float:
        """How much a word tells; one that no name uses, the more the likelier some name has a part of it."""
        known = self._rarity.get(word)
        share = min(share, OTHER) if word in VAGUE else share
        return share * (known if known else self._rarest * max(UNKNOWN, likeness * PARTLY))

    def _propose(self, words: Sequence[str]) -> list[int]:
        shared: dict[int, float] = {}
        postings = sorted((self._triples.get(t, []) for t in {t for word in words for t in _triples(word)}), key=len)
        read = 0
        for numbers in postings:
            read += len(numbers)
            if read > ENOUGH and shared:
                break
            rarity = math.log(1 + len(self._ids) / (1 + len(numbers)))
            for number in numbers:
                shared[number] = shared.get(number, 0.0) + rarity
        return nlargest(PROPOSED, shared, key=lambda number: shared[number] / self._lengths[number])

    def _compare(self, asked: Sequence[tuple[str, float]], number: int, explained: dict[str, set[float]]) -> float:
        """How much of one phrase was said, 0..1; notes in `explained` how well each word asked was met."""
        whole = said = 0.0
        for name in self._words[number]:
            best = 0.0
            for word, _ in asked:
                likeness = _likeness(word, name)
                if likeness > best:
                    best = likeness
                if likeness:
                    explained.setdefault(word, set()).add(likeness)
            whole += self._rarity[name]
            said += self._rarity[name] * best
        return said / whole


SAID = 0.65  # what the person said counts more than what the name has besides


@lru_cache(maxsize=50_000)
def _likeness(word: str, name: str) -> float:
    """How far two stems mean the same, 0..1; in a compound the end says what it is ("skolmat" is mat)."""
    if word == name:
        return 1.0
    plain, other = bare(word), bare(name)
    if plain == other:
        return 0.95
    if not word.isalpha() or not name.isalpha():
        return 0.0
    if min(len(word), len(name)) >= 3 and (plain.endswith(other) or other.endswith(plain)):
        return HEAD if min(word, name, key=len) not in VAGUE else ANY
    if min(len(word), len(name)) >= 4 and (plain.startswith(other) or other.startswith(plain)):
        return MODIFIER
    return (fuzz.ratio(plain, other, score_cutoff=ALIKE) / 100) ** 2  # one slip in ten letters is sure, in five not


HEAD, MODIFIER, BOTH, ANY = 0.75, 0.5, 0.95, 0.3  # "espressobönor": one phrase has the beans, another the espresso
ALIKE = 75  # of 100: "arbetsklader" and a slip or two pass; "bananer" and "banor" do not


def _met(likenesses: Collection[float]) -> float:
    """How well a word is met by several phrases for the same thing."""
    best = max(likenesses, default=0.0)
    return max(best, BOTH) if HEAD in likenesses and MODIFIER in likenesses else best


@lru_cache(maxsize=50_000)
def _triples(word: str) -> tuple[str, ...]:
    plain = bare(word)
    padded = f"^{plain}$"
    return (plain[0] + plain[-1], *(padded[start : start + 3] for start in range(len(padded) - 2)))


def _said(phrase: str) -> tuple[str, ...]:
    words = [word for word in tokens(phrase) if word not in PURPOSE and word not in ABOUT_BUYING]
    return tuple(dict.fromkeys(stem(word) for word in words))


def match_category(words: str, names: Names) -> list[Match]:
    """The categories that `words` may mean, best first: by name, synonym or CPV code, forgiving about spelling."""
    return list(_nearest(words, names))


@lru_cache(maxsize=64)  # one message asks for the same words more than once: to hear, and to offer the nearest
def _nearest(words: str, names: Names) -> tuple[Match, ...]:
    return tuple(names.nearest(words))


def category_names(categories: Mapping[str, Category], titles: Iterable[tuple[str, str]]) -> Names:
    """What people call each category; `titles`: official titles too, by category, where the whole list is at hand."""
    phrases = {id: _phrases(category) for id, category in categories.items()}
    for id, title in titles:
        phrases[id].append(title)
    return Names(phrases)


def _phrases(category: Category) -> list[str]:
    names = [phrase for lang in LANGUAGES for phrase in (category.name.of(lang), *category.synonyms[lang])]
    return [*names, *category.cpv]


FORMS = """
    ab aktiebolag aktiebolaget publ hb handelsbolag kb kommanditbolag ek för ekonomisk förening as asa aps oy oyj ltd
    limited plc inc llc corp co gmbh ag kg bv nv sa sas srl spa sarl
"""
COMPANY_FORMS = frozenset(FORMS.split())
JOINED_FORMS = re.compile(r"\b(a)\s*[/.]\s*([bs])\b|\b(b)\.?v\.?(?=\s|$)")  # A/S, A.B.
LETTERS = re.compile(r"[^\W_]+")
ALIKE_NAMES = (
    80  # of 100: "Nordkafe" for "Nordkaffe" (94) and "Lindkvist" for "Lindqvist" (89) pass, "Nordtextil" does not
)
SHORTEST_BEGINNING = 4  # letters typed of a longer name: "nordk" is offered "Nordkaffe Syd AB"
BEGINNING = 90  # as alike as a name with one slip


def company(name: str) -> str:
    """`name` reduced to what tells companies apart: no company form, no case, no å ä ö, no spaces."""
    words = LETTERS.findall(JOINED_FORMS.sub(r"\1\2", fold(name)))
    telling = [word for word in words if word not in COMPANY_FORMS]
    return bare("".join(telling or words))


def nearest_names(name: str, names: Mapping[K, str], limit: int = 3) -> list[K]:
    """The ids of the names that `name` may mean, best first; to ask about, never to decide by."""
    said = company(name)
    if not said:
        return []
    judged = [(_alike(said, company(known)), id) for id, known in names.items()]
    best = sorted((found for found in judged if found[0] >= ALIKE_NAMES), key=lambda found: -found[0])
    return [id for _, id in best[:limit]]


def _alike(said: str, known: str) -> float:
    if said == known:
        return 100.0
    if _digits(said) != _digits(known):  # "Bygg 1" is not a misspelt "Bygg 2"
        return 0.0
    if len(said) >= SHORTEST_BEGINNING and known.startswith(said):
        return BEGINNING
    return fuzz.ratio(said, known, score_cutoff=ALIKE_NAMES)


def _digits(name: str) -> str:
    return "".join(filter(str.isdigit, name))
