"""What must fit in an organisation's own guidelines, and that whoever looks after content is a known role."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.check_answers import odd_marks
from knowledge.check_reading import Sound, fault, rows
from knowledge.guideline import EVERYWHERE
from knowledge.load import ContentError, suggest
from knowledge.publishers import COLUMNS, PUBLISHERS

IMPORTED = tuple(column.figure for publisher in PUBLISHERS.values() for column in publisher.columns)


def wrong_guidelines(library: Sound) -> Iterator[ContentError]:
    """Guidelines about topics that are not there, with an address that is none, or with marks nobody would see."""
    for guideline in library.guidelines.values():
        path = library.shelves.file(f"guidelines/{guideline.id}.sv.md")
        for slug in guideline.about:
            if slug != EVERYWHERE and (message := library.unknown("topic", slug)):
                yield fault(path, message, "about:", slug)
        if guideline.link and urlsplit(guideline.link).scheme not in ("http", "https"):
            yield fault(path, "'link' should be an address that begins with https://", "link:")
        if guideline.review_by <= guideline.reviewed:
            yield fault(path, "'review_by' should be after 'reviewed'", "review_by:")
        for lang, words in guideline.words.items():
            yield from odd_marks(path.with_name(f"{guideline.id}.{lang}.md"), words)


def wrong_figures(library: Sound) -> Iterator[ContentError]:
    """Imported figures of countries that are not there, or that the method does not know."""
    for path in library.shelves.files("figures", "*.csv").values():
        for line, row in rows(path):
            if len(row) != len(COLUMNS):
                yield ContentError(path, line, f"the columns should be: {', '.join(COLUMNS)}")
                continue
            code, figure, *_, source = row
            for what, id in (("country", code), ("source", source)):
                if message := library.unknown(what, id):
                    yield ContentError(path, line, message)
            if figure not in IMPORTED:
                yield ContentError(path, line, f"unknown figure '{figure}'.{suggest(figure, IMPORTED)}")


def wrong_owners(library: Sound) -> Iterator[ContentError]:
    """Owners that are no role of roles.yaml: a name of a person, or a slip."""
    for path, owner, at in _owners(library):
        if message := library.unknown("role", owner):
            yield fault(path, message, *at, "owner:")


def _owners(library: Sound) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Each file that has an owner, the owner, and where in it to look."""
    file = library.shelves.file
    for topic in library.topics.values():
        yield file(f"topics/{topic.slug}.sv.md"), topic.owner, ()
    for clause in library.clauses.values():
        yield file(f"clauses/{clause.id}.yaml"), clause.owner, ()
    for category in library.categories.values():
        yield file(f"categories/{category.id}.yaml"), category.owner, ()
    for guideline in library.guidelines.values():
        yield file(f"guidelines/{guideline.id}.sv.md"), guideline.owner, ()
    for criteria in library.criteria.values():
        yield file(f"criteria/{criteria.form}.yaml"), criteria.owner, ()
    for act in library.acts.values():
        yield library.shelves.holding("dates.yaml", act.id), act.owner, (f"{act.id}:",)
    for label in library.labels.values():
        yield library.shelves.holding("labels.yaml", label.id), label.owner, (f"{label.id}:",)
