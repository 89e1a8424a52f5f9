"""Are labour-law terms needed? What the answers of the need assessment mean, with reasons both ways.

The duty in LOU 17:2-5 holds above the EU thresholds and not for annex 2 services (LOU 1:4, 19:1). Whether terms are
needed is an overall assessment of the risk of unreasonable conditions; a person signs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.category import Category
from knowledge.library import Library

SIGNS = ("posted", "chain", "coverage", "price", "found")


@dataclass(frozen=True, slots=True)
class Assessment:
    """`outcome`: needed, not_needed or unsure. `duty`: mandatory, voluntary or unknown. Reasons are phrase ids."""

    outcome: str
    duty: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    open_points: tuple[str, ...]


def facts(answers: Mapping[str, Any], library: Library) -> dict[str, str]:  # noqa: ARG001
    """Facts that the conditions of flows/need.yaml name."""
    return {"swedish_law": "no" if answers.get("law") == "other" else "yes"}


def risk_lists(category: Category | None) -> int:
    """On how many of the authorities' lists of risk trades the category stands."""
    if category is None:
        return 0
    return len({risk.source for risk in category.risks if risk.area == "se_labour_crime"})


def assess(answers: Mapping[str, Any], category: Category | None) -> Assessment:
    """The outcome that the answers point to.

    Source: LOU 17:2-5, 1:4 and 19:1; the choice of signs is UHM's guidance.
    """
    signs = [sign for sign in answers.get("indicators") or [] if sign in SIGNS]
    listed = risk_lists(category) > 0 and answers.get("law") != "other"
    unknown = "unknown" in (answers.get("indicators") or ["unknown"])
    speaks_for = [*(("need_for_listed",) if listed else ()), *(f"need_for_{sign}" for sign in signs)]
    speaks_against = _against(answers, listed)
    outcome = "needed" if speaks_for else "unsure" if unknown or category is None else "not_needed"
    return Assessment(outcome, duty(answers), tuple(speaks_for), speaks_against, _open(answers, unknown))


def duty(answers: Mapping[str, Any]) -> str:
    """Whether the law obliges: mandatory, voluntary, or unknown until the value or the kind of service is known."""
    if answers.get("threshold") == "below" or answers.get("annex2") == "yes":
        return "voluntary"
    return "mandatory" if answers.get("threshold") == "above" and answers.get("annex2") == "no" else "unknown"


def _against(answers: Mapping[str, Any], listed: bool) -> tuple[str, ...]:
    reasons = []
    if "none" in (answers.get("indicators") or []):
        reasons.append("need_against_no_signs")
    if not listed and answers.get("law") != "other":
        reasons.append("need_against_not_listed")
    return tuple(reasons)


def _open(answers: Mapping[str, Any], unknown: bool) -> tuple[str, ...]:
    points = {
        "need_open_signs": unknown,
        "need_open_threshold": answers.get("threshold") == "unknown",
        "need_open_annex2": answers.get("annex2") == "unknown",
        "need_open_agreement": answers.get("agreement") == "unknown",
        "need_open_no_agreement": answers.get("agreement") == "no",
        "need_open_abroad": answers.get("law") in ("other", "both"),
    }
    return tuple(name for name, is_open in points.items() if is_open)
