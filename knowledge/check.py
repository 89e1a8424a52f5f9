"""Whether all content fits together: every fault as `path:line: what to mend`, and what is due for review.

The loader refuses a file that is wrong in itself; here it is the files beside each other that are looked at.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

from knowledge import (
    check_answers,
    check_chains,
    check_dates,
    check_forms,
    check_found,
    check_labels,
    check_letters,
    check_own,
    check_talks,
    check_terms,
)
from knowledge.check_reading import Sound, fault
from knowledge.library import Library
from knowledge.load import ContentError, suggest
from knowledge.shelves import FILES, FOLDERS, Shelves

CHECKS: tuple[Callable[[Sound], Iterator[ContentError]], ...] = (
    check_answers.wrong_topics,
    check_answers.wrong_clauses,
    check_chains.wrong_categories,
    check_chains.wrong_groups,
    check_chains.wrong_typical_origins,
    check_chains.wrong_lists,
    check_chains.wrong_limits,
    check_chains.wrong_reminders,
    check_chains.wrong_cadences,
    check_chains.wrong_words,
    check_dates.wrong_dates,
    check_forms.wrong_criteria,
    check_forms.wrong_draft_rules,
    check_forms.wrong_ladder,
    check_forms.wrong_check_points,
    check_labels.wrong_labels,
    check_letters.wrong_letters,
    check_terms.wrong_terms,
    check_own.wrong_guidelines,
    check_own.wrong_figures,
    check_own.wrong_owners,
    check_talks.wrong_flows,
    check_talks.wrong_commands,
    check_talks.wrong_phrases,
    check_found.wrong_examples,
    check_found.wrong_together,
)
NAMES = {  # folder -> what its files are called; 40 characters, since names stand in buttons of 64 bytes
    "topics": (re.compile(r"[a-z0-9-]{1,40}\.(?:(?:sv|en)\.md|heard\.txt)"), "some-name.sv.md, .en.md or .heard.txt"),
    "clauses": (re.compile(r"[a-z0-9-]{1,40}\.yaml"), "some-name.yaml"),
    "categories": (re.compile(r"[a-z0-9_]{1,40}\.yaml"), "some_name.yaml"),
    "flows": (re.compile(r"[a-z0-9-]{1,40}\.yaml"), "some-name.yaml"),
    "criteria": (re.compile(r"[a-z0-9-]{1,40}\.yaml"), "some-name.yaml"),
    "sources": (re.compile(r"[a-z0-9-]{1,40}\.yaml"), "some-name.yaml"),
    "guidelines": (re.compile(r"[a-z0-9-]{1,40}\.(?:sv|en)\.md"), "some-name.sv.md or some-name.en.md"),
}


def check(library: Library) -> list[str]:
    """Every fault in the content of `library`, in the order of files and lines; none when all is well."""
    sound = read_all(library.shelves)
    found = [*_misnamed(library.shelves), *(wrong for check in CHECKS for wrong in check(sound)), *sound.faults]
    return _told(library.shelves, found)


def stale(library: Library, today: date) -> list[str]:
    """What works but is past its review, or translated from an older text, as `path:line: message`."""
    return _told(library.shelves, _stale(read_all(library.shelves), today))


def catalogue(library: Library) -> Iterator[tuple[str, str, str]]:
    """Kind, id and Swedish title of every topic, clause, category, label, act, form and term."""
    for topic in library.topics.values():
        yield "topic", topic.slug, topic.title.sv
    for clause in library.clauses.values():
        yield "clause", clause.id, clause.title.sv
    for category in library.categories.values():
        yield "category", category.id, category.name.sv
    for label in library.labels.values():
        yield "label", label.id, label.name
    for act in library.acts.values():
        yield "act", act.id, act.name.sv
    for form in library.criteria:
        yield "form", form, library.flows[form].title.sv
    for term in library.glossary.values():
        yield "term", term.id, term.term.sv


def read_all(shelves: Shelves) -> Sound:
    """The library with every part read, so that it knows all ids and all that cannot be read."""
    sound = Sound(shelves.shipped, shelves.own)
    for part in PARTS:
        getattr(sound, part)
    return sound


PARTS = (
    *("sources", "phrases", "reasons", "commands", "topics", "clauses", "flows", "criteria", "labels", "glossary"),
    *(
        "limits",
        "acts",
        "cadence_read",
        "departures",
        "categories",
        "areas",
        "typical_origins",
        "countries",
        "goods",
        "sectors",
        "cpv",
    ),
    *("led_to", "places_read", "deviations", "ladder", "letters", "plan"),
    *("draft_rules", "roles", "groups", "check_points", "guidelines"),
)


def _misnamed(shelves: Shelves) -> Iterator[ContentError]:
    """Files that nobody would read, for what they are called or where they lie."""
    for root in shelves.roots:
        for folder, (name, example) in NAMES.items():
            for path in sorted((root / folder).glob("[!.]*")):
                if not name.fullmatch(path.name):
                    yield ContentError(path, 1, f"a file here is called {example}: a to z, at most 40 characters")
    for path in sorted(shelves.own.glob("[!.]*")) if shelves.own else ():
        if path.name not in (*FOLDERS, *FILES, "README.md"):
            near = suggest(path.name, (*FOLDERS, *FILES))
            yield ContentError(path, 1, f"nothing of this name is read from here.{near} See README.md")


def _stale(library: Sound, today: date) -> Iterator[ContentError]:
    for topic in library.topics.values():
        path = library.shelves.file(f"topics/{topic.slug}.sv.md")
        yield from _past(library, path, topic, today)
        for lang in topic.behind:
            older = path.with_name(f"{topic.slug}.{lang}.md")
            yield fault(older, f"reviewed before the Swedish text, which is of {topic.reviewed}", "reviewed:")
    for clause in library.clauses.values():
        yield from _past(library, library.shelves.file(f"clauses/{clause.id}.yaml"), clause, today)
    for category in library.categories.values():
        yield from _past(library, library.shelves.file(f"categories/{category.id}.yaml"), category, today)
    for criteria in library.criteria.values():
        yield from _past(library, library.shelves.file(f"criteria/{criteria.form}.yaml"), criteria, today)
    for act in library.acts.values():
        yield from _past(library, library.shelves.holding("dates.yaml", act.id), act, today, f"{act.id}:")
    for label in library.labels.values():
        yield from _past(library, library.shelves.holding("labels.yaml", label.id), label, today, f"{label.id}:")
    for guideline in library.guidelines.values():
        yield from _past(library, library.shelves.file(f"guidelines/{guideline.id}.sv.md"), guideline, today)


class Reviewed(Protocol):
    """Content that somebody reads through again."""

    @property
    def review_by(self) -> date: ...

    @property
    def owner(self) -> str: ...


def _past(library: Sound, path: Path, piece: Reviewed, today: date, *at: str) -> Iterator[ContentError]:
    if piece.review_by < today:
        role = library.roles.get(piece.owner)
        who = f"{role.name.sv}{f', {role.contact}' if role.contact else ''}" if role else piece.owner
        yield fault(path, f"should have been reviewed by {piece.review_by} ({who})", *at, "review_by:")


def _told(shelves: Shelves, faults: Iterator[ContentError] | list[ContentError]) -> list[str]:
    """Faults as lines, each once, with paths as seen from beside the content."""
    in_order = sorted({(_shown(shelves, error.path), error.line, error.message) for error in faults})
    return [f"{path}:{line}: {message}" for path, line, message in in_order]


def _shown(shelves: Shelves, path: Path) -> str:
    beside = next((root.parent for root in reversed(shelves.roots) if path.is_relative_to(root)), None)
    return (path.relative_to(beside) if beside else path).as_posix()
