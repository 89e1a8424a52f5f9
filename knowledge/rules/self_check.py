"""What the answers of a self-check mean: how much of each part is in place, and what to do next.

A count of yes is no mark and no score; it shows where the holes are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PARTS: dict[str, dict[str, tuple[str, ...]]] = {  # flow -> part -> its questions
    "maturity": {
        "stage_policy": ("policy_decided", "top_management", "roles"),
        "stage_risk": ("risk_each", "need_each", "priorities"),
        "stage_requirements": ("requirements", "audit_right"),
        "stage_follow_up": ("plan", "followed_up", "together"),
        "stage_improvement": ("deviations", "sanctions"),
        "stage_communication": ("reported", "told"),
    },
    "fairtrade-city": {
        "criteria": ("steering_document", "group", "work_plan", "activities", "fair_products"),
    },
}
MOST_STEPS = 4  # what can be begun now


@dataclass(frozen=True, slots=True)
class Part:
    """How many of the questions of a part were answered yes, and partly."""

    id: str
    questions: int
    yes: int
    partly: int


def parts(flow: str, answers: Mapping[str, str]) -> list[Part]:
    """Every part with its counts."""
    return [_part(id, [answers.get(question, "no") for question in asked]) for id, asked in PARTS[flow].items()]


def _part(id: str, said: Sequence[str]) -> Part:
    return Part(id, len(said), said.count("yes"), said.count("partly"))


def steps(flow: str, answers: Mapping[str, str], most: int = MOST_STEPS) -> list[str]:
    """The questions to work on first: what is missing before what is half done, the earlier stage before the later."""
    asked = [question for questions in PARTS[flow].values() for question in questions]
    missing = [question for question in asked if answers.get(question, "no") == "no"]
    return [*missing, *(question for question in asked if answers.get(question) == "partly")][:most]


def gained(flow: str, before: Mapping[str, str], now: Mapping[str, str]) -> tuple[int, int]:
    """How many questions were answered yes then, and now."""
    asked = [question for questions in PARTS[flow].values() for question in questions]
    return sum(before.get(q) == "yes" for q in asked), sum(now.get(q) == "yes" for q in asked)
