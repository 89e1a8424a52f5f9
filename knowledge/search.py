"""Which topics answer a question: ranked by the words they share, with a confidence that decides whether to answer.

Nothing here understands a question. A word weighs more the fewer topics use it; how well one of the ways people are
known to ask (`asked_as`, `heard`) is met counts beside the text, by words and by letters. Both languages are searched
at once, because officers mix them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain
from pathlib import Path
from typing import Any, Self

from knowledge.concepts import IDLE, LONGEST, Concept, Sentence, read, tells
from knowledge.grams import MOST_READ as MOST_LETTERS
from knowledge.grams import WORD, Grams
from knowledge.sureness import FLOOR, answered, first_right
from knowledge.synonyms import Synonyms, read_synonyms
from knowledge.text import LANGUAGES
from knowledge.topic import OUT_OF_SCOPE, Topic
from knowledge.words import Vocabulary, counted, fold, stem, tokens


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that may answer, and how sure we are that it does (0..1)."""

    topic: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Found:
    """`hits`: what answers, best first, at most three. `nearest`: what to offer instead when nothing does.

    Not in scope: somebody else answers this (the first hit says who), or nothing reached the floor. `parts`: the topics
    that a sentence of its own asks for, beside the first.
    """

    hits: tuple[Hit, ...]
    in_scope: bool
    nearest: tuple[Hit, ...] = ()
    parts: tuple[str, ...] = ()


# How much a word counts by where it stands in a topic.
TITLE, ASKED, SOURCES, BODY = 4.0, 2.5, 3.0, 1.0  # with 2 a paragraph alone reached no floor
HEARD = 1.0  # a question as somebody put it: many words beside the matter
ENOUGH = 2.5  # BM25's k1: from here on, repeating a word adds little
OFF = 0.5  # a word that no title and no way of asking uses is seldom what a question is about
ABOUT = 0.5  # a word that only content/synonyms.yaml leads from
UNKNOWN = 0.5  # a word that no topic uses, as a share of the rarest
PHRASE = 0.5  # the way of asking that fits best, beside the text

ALIKE = 0.6  # the ways of asking that are nearest letter by letter, beside words

SURE = 0.7  # a sentence of a longer question that asks for something of its own
SECTOR = "sector-"
SECTOR_SHARE = 0.85  # a sector is named in passing: "may we require collective agreements of cleaning firms"

MOST = 3  # answers to show
MOST_READ = 3_000  # entries of the index for one question, the telling words first; with 2,000 it finds less

Postings = dict[str, tuple[list[int], list[float]]]  # term -> who uses it, and how much; kept in a file as it is
Terms = tuple[str, ...]
# A concept that was heard: its weight, the topics that meet it and how well, the ways of asking that meet it
Heard = tuple[float, dict[int, float], dict[int, float]]


class Index:
    """All topics, ready to be asked."""

    def __init__(self, topics: Mapping[str, Topic], synonyms: Path) -> None:
        """From slug -> topic and the file content/synonyms.yaml.

        Raises:
            ContentError: the file of synonyms does not follow the format.
        """
        self._synonyms = read_synonyms(synonyms)
        self._slugs = list(topics)
        self._share = [SECTOR_SHARE if slug.startswith(SECTOR) else 1.0 for slug in topics]
        texts = [_weights(topic) for topic in topics.values()]
        written = {word for text in texts for word in text}
        ways = [(number, phrase) for number, topic in enumerate(topics.values()) for phrase in _ways(topic)]
        self._alike = Grams((number, self._telling(phrase)) for number, phrase in ways)
        asked = [(number, tokens(phrase)) for number, phrase in ways]
        about = [(n, tokens(name)) for n, slug in enumerate(topics) for name in self._synonyms.about.get(slug, ())]
        for number, words in about:
            _add(texts[number], dict.fromkeys(words, 1), ASKED)
        self._vocabulary = Vocabulary({word for text in texts for word in text})
        self._texts = _postings(_saturated(text) for text in texts)
        self._rarity = {term: _rarity(len(users), len(texts)) for term, (users, _) in self._texts.items()}
        self._lessen(written, {word for _, words in asked + about for word in words})
        self._asked_by = [number for number, _ in asked + about]
        self._asked = _postings(self._direction(words) for _, words in asked + about)

    def tables(self) -> dict[str, Any]:
        """Everything it holds as plain lists and mappings, to be kept in a file."""
        return {
            "synonyms": self._synonyms.tables(),
            "slugs": self._slugs,
            "share": self._share,
            "vocabulary": self._vocabulary.tables(),
            "texts": self._texts,
            "rarity": self._rarity,
            "asked_by": self._asked_by,
            "asked": self._asked,
            "alike": self._alike.tables(),
        }

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Self:
        """The index that `tables` were taken from."""
        index = cls.__new__(cls)
        index._synonyms = Synonyms.of(tables["synonyms"])
        index._slugs, index._share = tables["slugs"], tables["share"]
        index._vocabulary = Vocabulary.of(tables["vocabulary"])
        index._rarity, index._asked_by = tables["rarity"], tables["asked_by"]
        index._texts, index._asked = tables["texts"], tables["asked"]
        index._alike = Grams.of(tables["alike"])
        return index

    def knows(self, word: str) -> bool:
        """Whether a folded word is one that the topics use."""
        return stem(word) in self._vocabulary.stems

    def ask(self, question: str, lang: str = "sv") -> Found:  # noqa: ARG002 (both languages are searched)
        """The topics that answer `question`, a text of any length."""
        sentences = read(question, self._vocabulary, self._synonyms)
        ranked, each = self._rank([sentence.concepts for sentence in sentences])
        scores = self._with_alike(ranked, question[:LONGEST])
        concepts = list(chain(*(sentence.concepts for sentence in sentences)))
        near = self._hits(scores, concepts)
        if not near or not (self._names_law(concepts) or self._answers(max(scores.values()), concepts)):
            return Found((), False, near)
        first, *others = near
        in_scope = not first.topic.startswith(OUT_OF_SCOPE)
        parts = self._parts(sentences, each, first) if in_scope else []
        asked = {hit.topic for hit in parts}
        rest = sorted((*parts, *(hit for hit in others if hit.topic not in asked)), key=lambda hit: -hit.confidence)
        return Found((first, *rest)[:MOST], in_scope, near, tuple(hit.topic for hit in parts))

    def _answers(self, score: float, concepts: Sequence[Concept]) -> bool:
        return answered(score, len(concepts), self._told(concepts)) >= FLOOR

    def _names_law(self, concepts: Iterable[Concept]) -> bool:
        """Whether a paragraph is named that a topic rests on: that is a matter by itself, however short."""
        return any(term.startswith("§") and term in self._texts for concept in concepts for term in concept)

    def _with_alike(self, ranked: Mapping[int, float], text: str, most_read: int = MOST_LETTERS) -> dict[int, float]:
        """Scores by words, and by the letters of `text`."""
        fits = self._alike.fits(self._telling(text), most_read)
        both = {number: ranked.get(number, 0.0) + ALIKE * fits.get(number, 0.0) for number in ranked.keys() | fits}
        return {number: score * self._share[number] for number, score in both.items()}

    def _telling(self, text: str) -> str:
        """`text` in Swedish pieces, without the words that say nothing about the matter."""
        ours = self._synonyms.in_swedish(fold(text))
        return " ".join(word for word in WORD.findall(ours) if word not in self._synonyms.ignored)

    def _hits(self, scores: Mapping[int, float], concepts: Sequence[Concept]) -> tuple[Hit, ...]:
        """The best topics, with how likely each is the right one."""
        best = nlargest(MOST, scores, key=lambda number: (scores[number], -number))
        told = self._told(concepts)
        hits = []
        for number in best:
            rival = max((scores[other] for other in best if other != number), default=0.0)
            confidence = first_right(scores[number], scores[number] - rival, len(concepts), told)
            hits.append(Hit(self._slugs[number], round(confidence, 3)))
        return tuple(hits)

    def _parts(self, sentences: Sequence[Sentence], each: Sequence[Mapping[int, float]], first: Hit) -> list[Hit]:
        """What single sentences ask beside the whole, the surest first; none is surer than the whole."""
        found: dict[str, float] = {}
        most_read = MOST_LETTERS // (len(sentences) or 1)  # together as much as the whole
        for sentence, ranked in zip(sentences, each, strict=False):
            best, *_ = (
                *self._hits(self._with_alike(ranked, sentence.text, most_read), sentence.concepts),
                Hit("", 0.0),
            )
            if best.confidence >= SURE and best.topic != first.topic and not best.topic.startswith(OUT_OF_SCOPE):
                found[best.topic] = max(best.confidence, found.get(best.topic, 0.0))
        surest = nlargest(MOST - 1, found, key=lambda slug: found[slug])
        return [Hit(slug, min(first.confidence, found[slug])) for slug in surest]

    def _told(self, concepts: Iterable[Concept]) -> float:
        """How much the words tell of what it is about."""
        return sum(self._weight(concept) for concept in concepts if tells(concept))

    def _lessen(self, written: Iterable[str], asked: Iterable[str]) -> None:
        """Some words are rare by chance and tell less than their rarity says."""
        written, asked = set(map(stem, written)), set(map(stem, asked))
        for term in self._rarity:
            if term not in asked:
                self._rarity[term] *= OFF
            elif term not in written:
                self._rarity[term] *= ABOUT

    def _direction(self, words: Sequence[str]) -> dict[str, float]:
        """A way of asking as a vector of length one."""
        weights = {stem(w): self._rarity[stem(w)] * (IDLE if w in self._synonyms.ignored else 1.0) for w in words}
        length = math.hypot(*weights.values()) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    def _rank(self, sentences: Sequence[Sequence[Concept]]) -> tuple[dict[int, float], list[dict[int, float]]]:
        """A score per topic: half for the whole, half for its sentences, lest a long one drown the question.

        Also the scores of each sentence by itself, where there are several.
        """
        heard = self._heard({tuple(concept): concept for concept in chain(*sentences)})
        whole = self._score(list(heard.values()))
        if len(sentences) < 2:
            return whole, []
        each = [self._score([heard[key] for key in dict.fromkeys(map(tuple, sentence))]) for sentence in sentences]
        both = {n: (s + sum(scores.get(n, 0.0) for scores in each) / len(each)) / 2 for n, s in whole.items()}
        return both, each

    def _heard(self, concepts: Mapping[Terms, Concept]) -> dict[Terms, Heard]:
        """What each concept meets, the telling ones first, until enough is read."""
        weights = {key: self._weight(concept) for key, concept in concepts.items()}
        left = MOST_READ
        heard: dict[Terms, Heard] = {}
        for key in sorted(weights, key=lambda key: -weights[key]):
            readable = {term: weight for term, weight in concepts[key].items() if self._entries(term) <= left}
            heard[key] = (weights[key], self._met(readable, self._texts), self._met(readable, self._asked))
            left -= sum(map(self._entries, readable))
        return heard

    def _entries(self, term: str) -> int:
        return sum(len(postings[term][0]) for postings in (self._texts, self._asked) if term in postings)

    def _weight(self, concept: Concept) -> float:
        if not concept:
            return UNKNOWN * _rarity(0, len(self._slugs))
        return max(weight * self._rarity.get(term, 0.0) for term, weight in concept.items())

    def _met(self, concept: Concept, postings: Postings) -> dict[int, float]:
        """How well each user of the concept meets it, by its best meaning."""
        best: dict[int, float] = {}
        for term, weight in concept.items():
            if found := postings.get(term):
                told = weight * self._rarity[term]
                for number, share in zip(*found, strict=True):
                    if told * share > best.get(number, 0.0):
                        best[number] = told * share
        return best

    def _score(self, heard: Sequence[Heard]) -> dict[int, float]:
        """How much of what was said each topic speaks of, and how well its best way of asking fits."""
        texts = _sum(text for _, text, _ in heard)
        fits: dict[int, float] = {}
        for phrase, share in _sum(asked for _, _, asked in heard).items():
            number = self._asked_by[phrase]
            if share > fits.get(number, 0.0):
                fits[number] = share
        said = sum(weight for weight, _, _ in heard) or 1.0
        length = math.hypot(*(weight for weight, _, _ in heard)) or 1.0
        return {n: share / said + PHRASE * fits.get(n, 0.0) / length for n, share in texts.items()}


def _sum(shares: Iterable[Mapping[int, float]]) -> dict[int, float]:
    total: dict[int, float] = {}
    for share in shares:
        for number, value in share.items():
            total[number] = total.get(number, 0.0) + value
    return total


def _rarity(users: int, total: int) -> float:
    """BM25's: the fewer topics use a word, the more it tells."""
    return math.log(1 + (total - users + 0.5) / (users + 0.5))


def _weights(topic: Topic) -> dict[str, float]:
    """The words of a topic in both languages, each weighed by where it stands."""
    weights: dict[str, float] = {}
    _add(weights, counted("\n".join(topic.title.of(lang) for lang in LANGUAGES)), TITLE - ASKED)
    _add(weights, counted("\n".join(_asked(topic))), ASKED)
    _add(weights, counted("\n".join(topic.words[lang] for lang in LANGUAGES)), BODY)
    _add(weights, counted("\n".join(topic.sources)), SOURCES)
    _add(weights, counted("\n".join(topic.heard)), HEARD)
    return weights


def _asked(topic: Topic) -> list[str]:
    """The ways of asking, the title among them."""
    return [phrase for lang in LANGUAGES for phrase in (topic.title.of(lang), *topic.asked_as[lang])]


def _ways(topic: Topic) -> list[str]:
    """The ways of asking, and questions as people have put them."""
    return [*_asked(topic), *topic.heard]


def _add(weights: dict[str, float], words: Mapping[str, int], weight: float) -> None:
    for word, count in words.items():
        weights[word] = weights.get(word, 0.0) + weight * count


def _saturated(weights: Mapping[str, float]) -> dict[str, float]:
    """By stem, how much a topic speaks of it, 0..1."""
    stems: dict[str, float] = {}
    for word, weight in weights.items():
        term = stem(word)
        stems[term] = stems.get(term, 0.0) + weight
    return {term: weight / (weight + ENOUGH) for term, weight in stems.items()}


def _postings(texts: Iterable[Mapping[str, float]]) -> Postings:
    postings: Postings = {}
    for number, terms in enumerate(texts):
        for term, weight in terms.items():
            users, weights = postings.setdefault(term, ([], []))
            users.append(number)
            weights.append(round(weight, 4))  # a third of the file, and no answer changes
    return postings
