"""The follow-up plan that is proposed at award: each step, when it comes and on what condition."""

from dataclasses import dataclass

from knowledge.clause import METHODS
from knowledge.load import Fields
from knowledge.text import Text

KINDS = (*METHODS, "notice")  # what a step can be: a method, or the decision on notice or renewal
CONDITIONS = ("always", "high_risk", "labels", "notice")
ANCHORS = ("start", "halfway", "notice")


@dataclass(frozen=True, slots=True)
class Offset:
    """`months` and then `days` after the anchor day; negative: before it.

    `every_months`: the step comes back. `months_left`: it is left out when less remains of the contract. 0: neither.
    """

    anchor: str
    days: int
    months: int
    every_months: int
    months_left: int


@dataclass(frozen=True, slots=True)
class PlanStep:
    """`kind` is a method of follow-up, or notice; `origin` says whose number the offset is."""

    id: str
    name: Text
    kind: str
    condition: str
    offset: Offset
    origin: str


def plan_step_from(id: str, fields: Fields) -> PlanStep:
    """One entry of plan.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    step = PlanStep(
        id,
        fields.text("name"),
        fields.one_of("kind", KINDS),
        fields.one_of("condition", CONDITIONS),
        _offset(fields.inner("offset")),
        fields.words("origin"),
    )
    fields.done()
    if (step.offset.anchor == "notice") != (step.condition == "notice"):
        raise fields.fail("condition", "what counts from the last day for notice has the condition 'notice'")
    return step


def _offset(fields: Fields) -> Offset:
    offset = Offset(
        fields.one_of("from", ANCHORS),
        _number(fields, "days"),
        _number(fields, "months"),
        _number(fields, "every_months"),
        _number(fields, "months_left"),
    )
    fields.done()
    for key in ("every_months", "months_left"):
        if getattr(offset, key) < 0:
            raise fields.fail(key, f"'{key}' should be 1 or more, or left out")
    if offset.anchor != "notice" and min(offset.days, offset.months) < 0:
        raise fields.fail("from", "only what counts from the last day for notice may come before it")
    return offset


def _number(fields: Fields, key: str) -> int:
    return fields.number(key) if fields.get(key) is not None else 0
