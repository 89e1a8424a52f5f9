"""What must fit in topics and clauses: references, the short answer, blanks, "or equivalent" beside a label."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge.category import KINDS
from knowledge.check_law import uncited
from knowledge.check_reading import Sound, fault
from knowledge.clause import Clause
from knowledge.load import ContentError, read_markdown, suggest
from knowledge.source import PARAGRAPH
from knowledge.text import LANGUAGES, Para, markdown, plain
from knowledge.topic import LISTS, Topic
from knowledge.words import fold

LONGEST_SHORT_ANSWER = 350
SECTION = re.compile(r"\d{1,3}( ?[a-z])?(-\d{1,3}( ?[a-z])?)?(, \d{1,3}( ?[a-z])?)*")  # of a law without chapters: "10"
EQUIVALENT = {
    "sv": re.compile(r"\beller\s+(?:\w+\s+)?likvärdig", re.IGNORECASE),
    "en": re.compile(r"\bor\s+(?:\w+\s+)?equivalent", re.IGNORECASE),
}
SAID = {"sv": "eller likvärdig", "en": "or equivalent"}
LEADS = {"related": "topic", "next": "command", "clauses": "clause", "categories": "category"}  # key -> what it names
ODD_MARKS = {  # what people know from elsewhere -> what to write here
    re.compile(r"#(?!# \S)"): "a heading is written '## Heading'",
    re.compile(r"[*+•] "): "an item of a list begins with '- '",
    re.compile(r"\s+(?:-|\d+\.) "): "a list cannot lie inside a list",
    re.compile(r"\s*\|"): "a table is not shown; write a list",
    re.compile(r".*`"): "code marks are not shown; take away `",
    re.compile(r".*</?[a-zA-Z][^>]*>"): "HTML is not shown",
    re.compile(r".*\]\((?!https?://[^()\s]+\))"): "a link is written [words](https://address)",
}


def wrong_references(library: Sound, path: Path, references: Iterable[str], *marks: str) -> Iterator[ContentError]:
    """References such as "lou 17:2" that name no source, or no paragraph of a law."""
    for reference in references:
        if message := _wrong(library, reference):
            yield fault(path, message, *marks, reference)


def _wrong(library: Sound, reference: str) -> str:
    id, _, place = reference.partition(" ")
    publication = library.sources.get(id)
    if publication is None:
        return library.unknown("source", id)
    if not publication.law or not place or PARAGRAPH.fullmatch(place) or SECTION.fullmatch(place):
        return ""
    return f"'{reference}' names no paragraph. Write the place in a law as 17:2, 17:2-5 or 10"


def wrong_topics(library: Sound) -> Iterator[ContentError]:
    """Faults in and between topics."""
    asked: dict[tuple[str, str], str] = {}
    for topic in library.topics.values():
        path = library.shelves.file(f"topics/{topic.slug}.sv.md")
        yield from wrong_references(library, path, topic.sources, "sources:")
        yield from _wrong_names(library, path, topic)
        for lang in LANGUAGES:
            yield from _wrong_words(path.with_name(f"{topic.slug}.{lang}.md"), topic, lang)
            yield from _asked_twice(path.with_name(f"{topic.slug}.{lang}.md"), topic, lang, asked)
        yield from _wrong_translation(path.with_name(f"{topic.slug}.en.md"), topic)
        yield from _heard_twice(library.shelves.file(f"topics/{topic.slug}.heard.txt"), topic, asked)
    yield from _heard_of_nothing(library)


def _wrong_names(library: Sound, path: Path, topic: Topic) -> Iterator[ContentError]:
    for key, what in LEADS.items():
        for id in getattr(topic, key):
            if message := library.unknown(what, id):
                yield fault(path, message, f"{key}:", id)
    if topic.slug in topic.related:
        yield fault(path, "a topic is not related to itself", "related:", topic.slug)
    if topic.review_by <= topic.reviewed:
        yield fault(path, "'review_by' should be after 'reviewed'", "review_by:")


def _wrong_words(path: Path, topic: Topic, lang: str) -> Iterator[ContentError]:
    words = topic.words[lang]
    first = markdown(words)[0]
    begins = words.splitlines()[0].strip()
    if not isinstance(first, Para):
        yield fault(path, "begin with a short answer: a paragraph before any heading, list or note", begins)
    elif len(short := plain(first.spans)) > LONGEST_SHORT_ANSWER:
        message = f"the short answer has {len(short)} characters; at most {LONGEST_SHORT_ANSWER} fit"
        yield fault(path, message, begins)
    yield from odd_marks(path, words)
    for mention in uncited(words, lang, topic.sources):
        yield fault(path, f"'{mention}' is mentioned but does not stand in 'sources'", mention)


def odd_marks(path: Path, words: str) -> Iterator[ContentError]:
    """Lines with marks that nobody would see as meant."""
    for line in words.splitlines():
        if found := next((message for pattern, message in ODD_MARKS.items() if pattern.match(line)), ""):
            yield fault(path, found, line.strip())


def _asked_twice(path: Path, topic: Topic, lang: str, asked: dict[tuple[str, str], str]) -> Iterator[ContentError]:
    """Lines under asked_as that stand twice. `asked` holds those of the topics before."""
    for line in topic.asked_as[lang]:
        if where := _stands_already(line, lang, topic, asked):
            yield fault(path, f"'{line}' stands {where}; it can lead to one answer only", "asked_as:", line)


def _heard_twice(path: Path, topic: Topic, asked: dict[tuple[str, str], str]) -> Iterator[ContentError]:
    """The same among questions as people have put them."""
    for line in topic.heard:
        if where := _stands_already(line, "", topic, asked):
            yield fault(path, f"'{line}' stands {where}; it can lead to one answer only", line)


def _stands_already(line: str, lang: str, topic: Topic, asked: dict[tuple[str, str], str]) -> str:
    """Where a line stood before, if it did; from now on it stands here."""
    key = lang, " ".join(fold(line).split()).rstrip(" ?.!")
    if key not in asked:
        asked[key] = topic.slug
        return ""
    return "twice" if asked[key] == topic.slug else f"in '{asked[key]}' too"


def _heard_of_nothing(library: Sound) -> Iterator[ContentError]:
    for slug, path in library.shelves.files("topics", "*.heard.txt").items():
        if slug not in library.seen.get("topic", ()):
            yield fault(path, f"there is no topic '{slug}'.{suggest(slug, library.topics)}")


def _wrong_translation(path: Path, topic: Topic) -> Iterator[ContentError]:
    """The Swedish file decides what is not words; a translation that says otherwise would mislead its editor."""
    fields, _ = read_markdown(path)
    for key in LISTS:
        if fields.list(key) != getattr(topic, key):
            yield fault(path, f"'{key}' should be the same as in the Swedish file", f"{key}:")


def wrong_clauses(library: Sound) -> Iterator[ContentError]:
    """Faults in clauses."""
    for clause in library.clauses.values():
        path = library.shelves.file(f"clauses/{clause.id}.yaml")
        yield from wrong_references(library, path, clause.legal_basis, "legal_basis:")
        yield from wrong_references(library, path, clause.sources, "sources:")
        yield from _wrong_scope(library, path, clause)
        yield from _wrong_blanks(path, clause)
        yield from _wrong_follow_up(path, clause)
        for lang in LANGUAGES:
            yield from odd_marks(path, clause.text.of(lang))
            yield from _alone_label(library, path, clause, lang)
            yield from _uncited_law(path, clause, lang)


def _wrong_scope(library: Sound, path: Path, clause: Clause) -> Iterator[ContentError]:
    known = {"all", *KINDS, *library.seen.get("category", ())}
    names = [("categories:", id, library.unknown("category", id, known)) for id in clause.categories]
    names += [("areas:", id, library.unknown("risk area", id)) for id in clause.areas]
    yield from (fault(path, message, key, id) for key, id, message in names if message)
    if not clause.categories:
        yield fault(path, "'categories' is empty, so nobody would be offered the clause; write [all]", "categories:")
    if clause.review_by <= clause.reviewed:
        yield fault(path, "'review_by' should be after 'reviewed'", "review_by:")


def _wrong_blanks(path: Path, clause: Clause) -> Iterator[ContentError]:
    sv, en = clause.blanks("sv"), clause.blanks("en")
    if len(sv) != len(en):
        yield fault(path, f"{len(sv)} blanks to fill in in Swedish, {len(en)} in English: {sv} and {en}", "text:")


def _wrong_follow_up(path: Path, clause: Clause) -> Iterator[ContentError]:
    for key, least in (("after_days", 0), ("every_months", 1)):
        value = getattr(clause.follow_up, key)
        if value is not None and (not isinstance(value, int) or value < least):
            yield fault(path, f"'{key}' should be a whole number from {least} up, or null", "follow_up:", f"{key}:")


def _alone_label(library: Sound, path: Path, clause: Clause, lang: str) -> Iterator[ContentError]:
    """A label in the wording is unlawful without "or equivalent". Source: LOU 9:14."""
    words = clause.text.of(lang)
    if EQUIVALENT[lang].search(words):
        return
    for label in library.labels.values():
        name = label.name.partition(" (")[0]
        if found := re.search(rf"(?<!\w){re.escape(name)}(?!\w)[\w-]*", words, re.IGNORECASE):
            yield fault(path, f"'{name}' is named without '{SAID[lang]}' (LOU 9:14)", "text:", f"{lang}:", found[0])


def _uncited_law(path: Path, clause: Clause, lang: str) -> Iterator[ContentError]:
    """A paragraph that an officer reads about is one that the sources below lead to."""
    for text in (clause.text, clause.purpose, clause.proof, clause.limits, clause.follow_up.when):
        for mention in uncited(text.of(lang), lang, (*clause.legal_basis, *clause.sources)):
            message = f"'{mention}' is mentioned but stands in neither 'legal_basis' nor 'sources'"
            yield fault(path, message, f"{lang}:", mention)
