"""How far each category that is bought has come, for the report: pure counting, most risk and worth first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.rules.report import Value
from knowledge.rules.report_records import Period, Procurement, Records, count

STEPS = ("procurements", "risk", "need", "terms", "contracts", "followed", "deviations", "closed")
RISK = {"very_high": 4.0, "high": 3.0, "medium": 2.0, "low": 1.0}
WORTH = {"eu": 4.0, "national": 3.0, "direct": 2.0, "small": 1.0}
UNKNOWN = 2.5  # it may be either, and must not look safer than what is known


@dataclass(frozen=True, slots=True)
class Category:
    """How far one category has come: `steps` counts by the names of STEPS. `risk` and `worth`: the highest known."""

    id: str | None
    risk: str | None
    worth: str | None
    steps: Mapping[str, Value]


def categories(records: Records, period: Period, today: date) -> list[Category]:
    """Every category that is bought, by risk times what it is worth; the order is Duly's own proposal."""
    day = min(period.last, today)
    bought = [each for each in records.procurements if each.day <= day]
    found = [
        _category(id, [p for p in bought if p.category == id], records, day) for id in {p.category for p in bought}
    ]
    return sorted(found, key=lambda each: (-_weight(each), each.id or "~"))


def _category(id: str | None, bought: Sequence[Procurement], records: Records, day: date) -> Category:
    cases = [case for each in bought if (case := each.risk_on(day))]
    worth = _highest((case.value for case in cases), WORTH)
    return Category(id, _highest((case.level for case in cases), RISK), worth, _steps(bought, records, day))


def _highest(names: Iterable[str | None], rank: Mapping[str, float]) -> str | None:
    return max((name for name in names if name in rank), key=lambda name: rank[name or ""], default=None)


def _weight(category: Category) -> float:
    return RISK.get(category.risk or "", UNKNOWN) * WORTH.get(category.worth or "", UNKNOWN)


def _steps(bought: Sequence[Procurement], records: Records, day: date) -> dict[str, Value]:
    ids = {each.id for each in bought}
    under = {each.id for each in records.contracts if each.procurement in ids and each.day <= day}
    followed = {each.contract for each in records.follow_ups if each.day <= day and each.contract in under}
    found = [each for each in records.deviations if each.contract in under and each.found <= day]
    return {
        "procurements": len(bought),
        "risk": count(each for each in bought if each.risk_on(day)),
        "need": count(each for each in bought if each.need_on(day)),
        "terms": count(each for each in bought if each.clauses_on(day)),
        "contracts": len(under),
        "followed": len(followed),
        "deviations": len(found),
        "closed": count(each for each in found if not each.open_on(day)),
    }
