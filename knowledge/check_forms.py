"""What must fit between a form and how its answers are assessed, and between the rules for drafts and their words."""

from collections.abc import Iterator
from pathlib import Path

from knowledge.check_answers import wrong_references
from knowledge.check_reading import Sound, fault
from knowledge.criteria import Criteria
from knowledge.draft_rule import DraftRule
from knowledge.inspection import KINDS
from knowledge.load import ContentError, suggest
from knowledge.rules.draft import JUDGES, WORDS
from knowledge.rules.ladder import RUNGS
from knowledge.rules.self_assessment import CONTRADICTIONS, NUMBERS
from knowledge.rules.self_assessment import WORDS as SORTING_WORDS


def wrong_criteria(library: Sound) -> Iterator[ContentError]:
    """Faults in criteria, and between them and the form they belong to."""
    for criteria in library.criteria.values():
        path = library.shelves.file(f"criteria/{criteria.form}.yaml")
        yield from _wrong_questions(library, path, criteria)
        yield from _wrong_criteria(library, path, criteria)
        yield from _wrong_sorting(path, criteria)
        if criteria.review_by <= criteria.reviewed:
            yield fault(path, "'review_by' should be after 'reviewed'", "review_by:")


def _wrong_questions(library: Sound, path: Path, criteria: Criteria) -> Iterator[ContentError]:
    flow = library.flows.get(criteria.form)
    if flow is None:
        if message := library.unknown("flow", criteria.form):
            yield fault(path, f"{message} The file is named as the flow whose answers it assesses")
        return
    for question in flow.questions:
        if question.id not in criteria.by_question:
            yield fault(path, f"the question '{question.id}' has no criteria", "criteria:")
    for id in criteria.by_question:
        if id not in flow.by_id:
            message = f"'{id}' is no question of '{flow.id}'.{suggest(id, flow.by_id)}"
            yield fault(path, message, "criteria:", f"{id}:")


def _wrong_criteria(library: Sound, path: Path, criteria: Criteria) -> Iterator[ContentError]:
    for id, criterion in criteria.by_question.items():
        at = ("criteria:", f"{id}:")
        yield from wrong_references(library, path, criterion.sources, *at, "sources:")
        if criterion.routine not in criteria.routines:
            message = f"no routine '{criterion.routine}' here.{suggest(criterion.routine, criteria.routines)}"
            yield fault(path, message, *at, "routine:")
        if not criterion.sources:
            yield fault(path, "'sources' is empty: name what the criterion builds on", *at)


def _wrong_sorting(path: Path, criteria: Criteria) -> Iterator[ContentError]:
    """What the pre-sorting needs, and contradictions that no rule finds."""
    for name in NUMBERS:
        if name not in criteria.numbers or criteria.numbers[name].value <= 0:
            yield fault(path, f"the number '{name}' is missing, or not above zero", "numbers:")
    for name in SORTING_WORDS:
        if name not in criteria.words:
            yield fault(path, f"the list '{name}' is missing", "words:")
    for each in criteria.contradictions:
        if each.found_by not in CONTRADICTIONS:
            message = f"no rule is called '{each.found_by}'.{suggest(each.found_by, CONTRADICTIONS)}"
            yield fault(path, message, f"found_by: {each.found_by}")


def wrong_draft_rules(library: Sound) -> Iterator[ContentError]:
    """Faults in what is looked for in drafts: sources and clauses that are not there, rules that nobody applies."""
    path = library.shelves.file("draft.yaml")
    strange = [id for id in library.draft_rules if id not in JUDGES]
    for id in strange:
        yield fault(path, f"no rule is called '{id}'.{suggest(id, JUDGES)}", f"{id}:")
    for id in JUDGES:
        if not strange and library.unknown("draft rule", id):
            yield fault(path, f"the rule '{id}' is missing")
    for rule in library.draft_rules.values():
        yield from _wrong_draft_rule(library, path, rule)


def _wrong_draft_rule(library: Sound, path: Path, rule: DraftRule) -> Iterator[ContentError]:
    at = f"{rule.id}:"
    for name in WORDS.get(rule.id, ()):
        if name not in rule.words:
            yield fault(path, f"the list '{name}' is missing", at, "words:")
    if rule.clause and (message := library.unknown("clause", rule.clause)):
        yield fault(path, message, at, "clause:")
    yield from wrong_references(library, path, rule.sources, at, "sources:")


def wrong_ladder(library: Sound) -> Iterator[ContentError]:
    """Rungs that nobody decides on or that are missing, and clauses that are not there."""
    strange = [id for id in library.ladder if id not in RUNGS]
    for id in strange:
        path = library.shelves.holding("ladder.yaml", id)
        yield fault(path, f"no rung is called '{id}'.{suggest(id, RUNGS)}", f"{id}:")
    for id in RUNGS:
        if not strange and library.unknown("rung", id):
            yield fault(library.shelves.file("ladder.yaml"), f"the rung '{id}' is missing")
    for rung in library.ladder.values():
        for id in rung.clauses:
            if message := library.unknown("clause", id):
                yield fault(library.shelves.holding("ladder.yaml", rung.id), message, f"{rung.id}:", "clauses:")


def wrong_check_points(library: Sound) -> Iterator[ContentError]:
    """Faults in the points of an inspection: a kind that is none, a source that is none, or no origin at all."""
    for point in library.check_points.values():
        path = library.shelves.holding("inspection.yaml", point.id)
        at = f"{point.id}:"
        yield from wrong_references(library, path, point.sources, at, "sources:")
        for kind in point.kinds:
            if kind not in KINDS:
                yield fault(path, f"no kind '{kind}'. Choose from: {', '.join(KINDS)}", at, "kind:")
        if not point.kinds:
            yield fault(path, f"say at which inspections it is asked: {', '.join(KINDS)}", at, "kind:")
        if not point.sources and not point.own:
            yield fault(path, "name a source, or write own: yes", at, "sources:")
