"""What the answers of the risk talk mean: which questions apply, where each tier lies, what comes first."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from knowledge.category import Category
from knowledge.library import Library
from knowledge.limit import Limit, NoLimit, limit_on
from knowledge.rules.numbers import NotANumber, understand_money

WORK = ("services", "works")

# How much what is bought, and for how long, weighs in the order of work. Ours to propose, the organisation's to change.
VALUE_WEIGHT = {"small": 0.6, "direct": 0.8, "national": 1.0, "eu": 1.1}
PERIOD_WEIGHT = {"once": 0.8, "year": 0.9, "years": 1.0, "long": 1.1}
DEVIATIONS_WEIGHT = {"yes": 1.2}


def facts(answers: Mapping[str, Any], library: Library) -> dict[str, str]:
    """Facts that the conditions of flows/risk.yaml name."""
    category = library.categories.get(answers.get("category", ""))
    tiers = {tier.id for tier in category.tiers} if category else {"raw", "final"}
    type = category.kind if category else answers.get("type")
    goods = type == "goods" or (category is not None and bool(tiers & {"processing", "final"}))
    return {
        "known_category": _word(category is not None),
        "has_goods": _word(goods),
        "has_processing": _word(goods and {"processing", "final"} <= tiers),
        "has_raw": _word(goods and "raw" in tiers),
        "has_work": _word(type in WORK),
        "work_abroad": _word(type in WORK and answers.get("place") in ("abroad", "both")),
        "has_labels": _word(category is not None and bool(category.labels)),
    }


def _word(fact: bool) -> str:
    return "yes" if fact else "no"


def origins(answers: Mapping[str, Any], category: Category) -> dict[str, list[str]]:
    """Where each tier lies (ISO3), as far as it is known. A tier that is left out is unknown.

    Where goods are finished says nothing of where the cloth or the components come from.
    """
    finished = {tier.id for tier in category.tiers} >= {"final"}
    known = {
        "raw": answers.get("raw_material"),
        "processing": answers.get("processing" if finished else "production"),
        "final": answers.get("production"),
        "service": _place_of_work(answers),
    }
    return {tier.id: list(codes) for tier in category.tiers if (codes := known.get(tier.id))}


def _place_of_work(answers: Mapping[str, Any]) -> list[str]:
    abroad = answers.get("work_countries") or []
    at_home = ["SWE"] if answers.get("place", "sweden") in ("sweden", "both") else []
    return [*at_home, *abroad] if abroad or answers.get("place") != "both" else []


def priority(base: int, answers: Mapping[str, Any]) -> int:
    """`base` (0-100) weighed by what is bought, for how long, and what is known of earlier contracts."""
    weight = (
        VALUE_WEIGHT.get(answers.get("value", ""), 1.0)
        * PERIOD_WEIGHT.get(answers.get("period", ""), 1.0)
        * DEVIATIONS_WEIGHT.get(answers.get("deviations", ""), 1.0)
    )
    return min(100, round(base * weight))


ADVICE = {  # (question, answer) -> phrase: what the answers mean for the work, in the order it is said
    ("value", "small"): "advice_small",
    ("value", "direct"): "advice_direct",
    ("value", "eu"): "advice_eu",
    ("period", "once"): "advice_once",
    ("period", "long"): "advice_long",
    ("workers", "subcontractors"): "advice_subcontractors",
    ("workers", "hired"): "advice_hired",
    ("workers", "unknown"): "advice_workers_unknown",
    ("deviations", "yes"): "advice_deviations",
    ("labels", "yes"): "advice_labels",
    ("labels", "few"): "advice_few_labels",
    ("influence", "small"): "advice_small_influence",
    ("influence", "large"): "advice_large_influence",
}


def advice(answers: Mapping[str, Any]) -> list[str]:
    """Phrases for what the answers mean for requirements and follow-up."""
    return [phrase for (question, answer), phrase in ADVICE.items() if answers.get(question) == answer]


PERIOD = re.compile(r"\b(\d{1,2}|ett|två|tre|fyra|fem|one|two|three|four|five)[ -]?(?:års?|years?)\b", re.IGNORECASE)
SPOKEN = {"ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
AMOUNT = re.compile(
    r"(?:ca |~)?\d[\d .,\u00a0]{0,40}(?: ?(?:kr|kronor|sek|tkr|mkr|msek|mnkr)\b| ?(?:miljon|miljoner|million)\b)",
    re.IGNORECASE,
)


def period_in(words: str) -> str | None:
    """The contract period that is mentioned in `words`, as an option of the question."""
    found = PERIOD.search(words)
    if found is None:
        return None
    years = SPOKEN.get(found[1].lower()) or int(found[1])
    return "year" if years <= 1 else "years" if years <= 4 else "long"


def without_amounts(words: str) -> str:
    """`words` without the period and the amount, which say nothing of what is bought."""
    return AMOUNT.sub(" ", PERIOD.sub(" ", words))


def value_in(words: str, limits: Sequence[Limit], day: date) -> str | None:
    """The value band of an amount that is mentioned in `words`. Kronor say nothing certain about the EU threshold.

    Source: LOU 19a:2 (direct award below the amount) and 19a:11 (documentation above it), as content/limits.yaml has
    them on `day`.
    """
    found = AMOUNT.search(words)
    said = found[0] if found else words if words[:1].isdigit() else ""
    try:
        amount = understand_money(said)
        documented = limit_on(limits, "direct-award-documentation", day).amount
        direct = limit_on(limits, "direct-award-lou", day).amount
    except (NotANumber, NoLimit):
        return None
    if amount <= documented:
        return "small"
    return "direct" if amount < direct else "national"
