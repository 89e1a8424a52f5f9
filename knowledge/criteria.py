"""How the answers of a form are assessed: question by question, by a person, and never with points."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.load import Fields, read_yaml
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Criterion:
    """What the answer to one question must show. `own`: Duly's proposal, and no authority's criterion."""

    question: str
    routine: str
    met: Text
    not_shown: Text
    ask: Text
    evidence: Text
    weak: Text
    sources: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that do not go together; `found_by` names the rule in knowledge/rules/self_assessment.py."""

    text: Text
    found_by: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of ours, with whose it is."""

    value: int
    origin: Text


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria of one form. `routines` are its parts, in order; `contradictions` lie between answers.

    `words` are those that the pre-sorting looks for, by list and language.
    """

    form: str
    how: Text
    routines: Mapping[str, Text]
    by_question: Mapping[str, Criterion]
    contradictions: tuple[Contradiction, ...]
    numbers: Mapping[str, Number]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    reviewed: date
    review_by: date
    owner: str


def read_criteria(path: Path) -> Criteria:
    """The criteria in `path`, which is named as the flow of the form.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    fields = Fields(path, read_yaml(path))
    routines, each = fields.inner("routines"), fields.inner("criteria")
    numbers, words = fields.inner("numbers"), fields.inner("words")
    criteria = Criteria(
        path.stem,
        fields.text("how"),
        {id: routines.text(id) for id in routines.content},
        {id: _criterion(id, each.inner(id)) for id in each.content},
        tuple(_contradiction(entry) for entry in fields.each("contradictions")),
        {id: _number(numbers.inner(id)) for id in numbers.content},
        {id: words.lists(id) for id in words.content},
        fields.day("reviewed"),
        fields.day("review_by"),
        fields.words("owner"),
    )
    fields.done()
    return criteria


def _criterion(question: str, fields: Fields) -> Criterion:
    criterion = Criterion(
        question,
        fields.words("routine"),
        fields.text("met"),
        fields.text("not_shown"),
        fields.text("ask"),
        fields.text("evidence"),
        fields.text("weak"),
        fields.list("sources"),
        fields.yes("own"),
    )
    fields.done()
    return criterion


def _contradiction(fields: Fields) -> Contradiction:
    found = Contradiction(Text(fields.words("sv"), fields.words("en")), fields.words("found_by"))
    fields.done()
    return found


def _number(fields: Fields) -> Number:
    number = Number(fields.number("value"), fields.text("origin"))
    fields.done()
    return number
