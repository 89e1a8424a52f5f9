"""The same topics in what others would take to find text, asked the same questions; none of them knows a floor."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.asked import Given
from knowledge.library import CONTENT
from knowledge.search import MOST, Index
from knowledge.text import LANGUAGES
from knowledge.topic import OUT_OF_SCOPE, Topic
from knowledge.words import fold

Answer = Callable[[str], Given]
Topics = Mapping[str, Topic]


def duly(topics: Topics) -> Answer:
    """Ours."""
    index = Index(topics, CONTENT / "synonyms.yaml")

    def answer(question: str) -> Given:
        found = index.ask(question)
        confidence = found.hits[0].confidence if found.hits else 0.0
        return Given(tuple(hit.topic for hit in found.hits), found.in_scope, confidence)

    return answer


def rapidfuzz(topics: Topics) -> Answer:
    """Its token_set_ratio, which forgives order and repetition, over every title and way of asking."""
    from rapidfuzz import fuzz, process

    pairs = [(slug, fold(phrase)) for slug, topic in topics.items() for phrase in _phrases(topic)]
    phrases = [phrase for _, phrase in pairs]

    def answer(question: str) -> Given:
        near = process.extract(fold(question), phrases, scorer=fuzz.token_set_ratio, limit=50)
        return _given(pairs[number][0] for _, _, number in near)

    return answer


def fts5(topics: Topics) -> Answer:
    """SQLite's full-text search over words, where å, ä and ö are letters of their own."""
    return _fts5(topics, "unicode61 remove_diacritics 0", _words)


def fts5_trigram(topics: Topics) -> Answer:
    """SQLite's full-text search over all runs of three letters, which forgives spelling."""
    return _fts5(topics, "trigram", _trigrams)


def _fts5(topics: Topics, tokenizer: str, parts: Callable[[str], Iterable[str]]) -> Answer:
    """By bm25, with our weights of title, ways of asking and text."""
    db = sqlite3.connect(":memory:")
    db.execute(f"create virtual table t using fts5(slug unindexed, title, asked, body, tokenize='{tokenizer}')")
    db.executemany("insert into t values (?, ?, ?, ?)", [(slug, *_fields(topic)) for slug, topic in topics.items()])
    sql = "select slug from t where t match ? order by bm25(t, 0, 4, 2.5, 1) limit ?"

    def answer(question: str) -> Given:
        wanted = " OR ".join(f'"{part}"' for part in parts(question)) or '""'
        return _given(row[0] for row in db.execute(sql, (wanted, MOST)))

    return answer


def bm25s(topics: Topics) -> Answer:
    """bm25s with its own defaults, over everything a topic says."""
    import bm25s as library

    slugs = list(topics)
    corpus = [_words(" ".join(_fields(topic))) for topic in topics.values()]
    retriever = library.BM25()
    retriever.index(corpus, show_progress=False)

    def answer(question: str) -> Given:
        numbers, scores = retriever.retrieve([_words(question)], k=MOST, show_progress=False)
        return _given(slugs[number] for number, score in zip(numbers[0], scores[0], strict=True) if score > 0)

    return answer


def tantivy(topics: Topics) -> Answer:
    """tantivy with its own defaults, and our weights of title, ways of asking and text."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_text_field("slug", stored=True, tokenizer_name="raw")
    for name in FIELDS:
        builder.add_text_field(name)
    index = library.Index(builder.build())
    writer = index.writer()
    for slug, topic in topics.items():
        writer.add_document(library.Document(slug=slug, **dict(zip(FIELDS, _fields(topic), strict=True))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def answer(question: str) -> Given:
        query = index.parse_query(" ".join(_words(question)), list(FIELDS), field_boosts=FIELDS)
        return _given(searcher.doc(place)["slug"][0] for _, place in searcher.search(query, MOST).hits)

    return answer


FIELDS = {"title": 4.0, "asked": 2.5, "body": 1.0}
PEERS: dict[str, Callable[[Topics], Answer]] = {
    "Duly": duly,
    "rapidfuzz token_set": rapidfuzz,
    "SQLite FTS5, words": fts5,
    "SQLite FTS5, trigrams": fts5_trigram,
    "bm25s": bm25s,
    "tantivy": tantivy,
}


def _given(slugs: Iterable[Any]) -> Given:
    first = tuple(dict.fromkeys(map(str, slugs)))[:MOST]
    return Given(first, bool(first) and not first[0].startswith(OUT_OF_SCOPE))


def _phrases(topic: Topic) -> list[str]:
    titles = [topic.title.of(lang) for lang in LANGUAGES]
    return [*titles, *(phrase for lang in LANGUAGES for phrase in topic.asked_as[lang]), *topic.heard]


def _fields(topic: Topic) -> tuple[str, str, str]:
    """Title, ways of asking with the questions that were heard, and text, in both languages."""
    each = ([topic.title.of(lang), "\n".join(topic.asked_as[lang]), topic.words[lang]] for lang in LANGUAGES)
    title, asked, body = ("\n".join(both) for both in zip(*each, strict=True))
    return title, "\n".join((asked, *topic.heard)), body


def _words(text: str) -> list[str]:
    """Words and numbers only: "15:14" and quotes mean something in a query."""
    return re.findall(r"\w+", fold(text))


def _trigrams(text: str) -> list[str]:
    every = (word[at : at + 3] for word in _words(text) for at in range(len(word) - 2))
    return list(dict.fromkeys(every))
