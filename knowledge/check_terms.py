"""What must fit in the glossary: references, one meaning a word, and meanings short enough to read in passing."""

from collections.abc import Iterator

from knowledge.check_answers import wrong_references
from knowledge.check_law import uncited
from knowledge.check_reading import Sound, fault
from knowledge.load import ContentError
from knowledge.term import LONGEST_MEANING, Name, Term, names_of
from knowledge.text import LANGUAGES


def wrong_terms(library: Sound) -> Iterator[ContentError]:
    """Faults in terms, and words that mean two of them."""
    meant: dict[Name, str] = {}
    for term in library.glossary.values():
        path = library.shelves.holding("glossary.yaml", term.id)
        yield from wrong_references(library, path, term.sources, f"{term.id}:", "sources:")
        yield from _wrong_term(library, term)
        for word in term.words:
            first = {meant.setdefault(name, term.id) for name in names_of(word)} - {term.id}
            if first:
                yield fault(path, f"'{word}' means both '{min(first)}' and '{term.id}'", f"{term.id}:", word)


def _wrong_term(library: Sound, term: Term) -> Iterator[ContentError]:
    path, at = library.shelves.holding("glossary.yaml", term.id), f"{term.id}:"
    if term.topic and (message := library.unknown("topic", term.topic)):
        yield fault(path, message, at, "topic:")
    for lang in LANGUAGES:
        if (length := len(term.means.of(lang))) > LONGEST_MEANING:
            message = f"the meaning has {length} characters; at most {LONGEST_MEANING} fit. Put the rest in a topic"
            yield fault(path, message, at, "means:", f"{lang}:")
        for mention in uncited(term.means.of(lang), lang, term.sources):
            yield fault(path, f"'{mention}' is mentioned but does not stand in 'sources'", at, "means:", f"{lang}:")
