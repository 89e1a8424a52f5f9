"""Whether questions find each topic, no two topics answer the same, and an answer fits in a message."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from knowledge.check_answers import SAID
from knowledge.check_reading import Sound, fault
from knowledge.load import ContentError
from knowledge.search import Index
from knowledge.text import LANGUAGES
from knowledge.topic import Topic
from knowledge.words import stem, tokens

ALIKE = 0.35  # of the pairs of neighbouring words in the shorter text; the nearest two that ship share 0.22
ALSO = {"sv": "likvärdig", "en": "equivalent"}
FITS = 4096  # characters of a Telegram message
A_SOURCE = 30  # characters around each source: what it is called there, and the day it was read


def wrong_together(library: Sound) -> Iterator[ContentError]:
    """Topics that no question finds, that say what another says, or that are too long with their sources."""
    topics = list(library.topics.values())
    if library.faults:  # an index of half the topics would call the others lost
        return
    yield from _lost(library, topics)
    yield from _alike(library, topics)
    for topic in topics:
        yield from _too_long(library, topic)


def _lost(library: Sound, topics: Sequence[Topic]) -> Iterator[ContentError]:
    index = Index(library.topics, library.root / "synonyms.yaml")
    for topic in topics:
        for lang in LANGUAGES:
            if not any(_finds(index, line, topic) for line in topic.asked_as[lang]):
                path = library.shelves.file(f"topics/{topic.slug}.{lang}.md")
                yield fault(path, "no question under 'asked_as' finds this topic; ask in words of its own", "asked_as:")


def _finds(index: Index, line: str, topic: Topic) -> bool:
    return topic.slug in {hit.topic for hit in index.ask(line).hits}


def _alike(library: Sound, topics: Sequence[Topic]) -> Iterator[ContentError]:
    pairs = {topic.slug: set(pairwise(map(stem, tokens(topic.words[LANGUAGES[0]])))) for topic in topics}
    for one, other in combinations([topic for topic in topics if topic.in_scope], 2):  # referrals are all alike
        shared = len(pairs[one.slug] & pairs[other.slug])
        if shared > ALIKE * min(len(pairs[one.slug]), len(pairs[other.slug])):
            path = library.shelves.file(f"topics/{other.slug}.{LANGUAGES[0]}.md")
            yield fault(path, f"this says nearly what '{one.slug}' says; make one answer of them", "title:")


def _too_long(library: Sound, topic: Topic) -> Iterator[ContentError]:
    for lang in LANGUAGES:
        shown = [library.cite(reference, lang).ref for reference in topic.sources if _known(library, reference)]
        length = len(topic.title.of(lang)) + len(topic.words[lang]) + sum(len(ref) + A_SOURCE for ref in shown)
        if length > FITS:
            path = library.shelves.file(f"topics/{topic.slug}.{lang}.md")
            yield fault(
                path, f"with its sources the answer has {length} characters; {FITS} fit in a message", "sources:"
            )


def _known(library: Sound, reference: str) -> bool:
    return reference.partition(" ")[0] in library.sources


def wrong_examples(library: Sound) -> Iterator[ContentError]:
    """Example wordings in topics that name a label without "or equivalent" (LOU 9:14)."""
    names = [label.short_name for label in library.labels.values() if label.kind == "product_label"]
    for topic in library.topics.values():
        for lang in LANGUAGES:
            for line in topic.words[lang].splitlines():
                if line.startswith("> ") and any(name in line for name in names) and ALSO[lang] not in line:
                    path = library.shelves.file(f"topics/{topic.slug}.{lang}.md")
                    yield fault(path, f"the example names a label, so it should say '{SAID[lang]}' too", line.strip())
