"""A guided talk: an ordered list of questions. A question may only look back, with `ask_if`, at answers and facts.

Conditions know equality and nothing else; anything more is a fact that `knowledge/rules/<flow>.py` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.load import Fields, read_yaml
from knowledge.text import Text

KINDS = (
    "choice",
    "choices",
    "yes_no",
    "text",
    "contract",
    "observation",
    "number",
    "money",
    "date",
    "category",
    "countries",
    "supplier",
    "person",
    "procurement",
    "organisation",
)
LONGEST_LABEL = 60  # a button holds 75 characters on Slack; some stay for a mark


@dataclass(frozen=True, slots=True, eq=False)  # the same object or not: a key of caches
class Option:
    """One thing to choose; `aliases` are other words for it, per language."""

    id: str
    label: Text
    aliases: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)  # the same object or not: comparing every word of it would cost
class Question:
    """`name` is for the summary, `ask` for the person. `review`: the answers so far are shown before it.

    `past`: a date may have gone by, as that of a decision has.
    """

    id: str
    kind: str
    name: Text
    ask: Text
    explain: Text | None
    optional: bool
    review: bool
    options: tuple[Option, ...]
    ask_if: Mapping[str, str]
    past: bool = False

    def option(self, id: object) -> Option | None:
        """The option with this id."""
        return next((option for option in self.options if option.id == id), None)


@dataclass(frozen=True)
class Flow:
    id: str
    title: Text
    questions: tuple[Question, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}


def read_flow(path: Path) -> Flow:
    """The flow in `path`; its id is the file's name.

    Raises:
        ContentError: something is missing, misspelt, or looks forward.
    """
    fields = Fields(path, read_yaml(path))
    title = fields.text("title")
    questions: list[Question] = []
    for each in fields.each("questions"):
        questions.append(_question(each, {question.id for question in questions}))
    fields.done()
    return Flow(path.stem, title, tuple(questions))


def _question(fields: Fields, before: set[str]) -> Question:
    id = fields.words("id")
    if id in before:
        raise fields.fail("id", f"'{id}' is asked twice")
    question = Question(
        id,
        fields.one_of("kind", KINDS),
        fields.text("name"),
        fields.text("ask"),
        fields.optional_text("explain"),
        fields.yes("optional"),
        fields.yes("review"),
        tuple(_option(option) for option in fields.each("options")),
        _conditions(fields),
        fields.yes("past"),
    )
    if question.kind in ("choice", "choices") and not question.options:
        raise fields.fail("kind", f"'{id}' lets people choose, so it needs options")
    fields.done()
    return question


def _option(fields: Fields) -> Option:
    option = Option(
        fields.words("id", 20),
        fields.text("label"),
        fields.lists("aliases") if fields.get("aliases") else {},
    )
    if max(len(option.label.sv), len(option.label.en)) > LONGEST_LABEL:
        raise fields.fail("label", f"a label holds at most {LONGEST_LABEL} characters")
    fields.done()
    return option


def _conditions(fields: Fields) -> Mapping[str, str]:
    conditions: Any = fields.get("ask_if", {})
    if not isinstance(conditions, dict):
        raise fields.fail("ask_if", "'ask_if' is written { question: answer }")
    return {str(key): str(value) for key, value in conditions.items()}
