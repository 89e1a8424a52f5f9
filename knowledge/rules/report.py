"""The figures of a report: pure counting over records, for a period and as things stood on its last day.

What each figure counts is told to people in content (phrases/report.yaml, `defined_…`); change both together. The
bands of days, and 90 days for a certificate that soon expires, are Duly's own proposal.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from knowledge.rules.calendar import add_months
from knowledge.rules.report_records import Contract, Deviation, FollowUp, Period, Procurement, Records, count

Value = int | float | str | None  # a text says why no number is shown

LEVELS = ("very_high", "high", "medium", "low")
OUTCOMES = ("needed", "not_needed", "unsure")
CLASSES = ("zero_tolerance", "major", "minor", "observation", "none")
VERDICTS = ("met", "partly", "not_met")
BANDS = {"7": (1, 7), "30": (8, 30), "90": (31, 90), "over_90": (91, 100_000)}  # days late
EXPIRING = timedelta(days=90)
MONTHS_SHOWN = 12

FIGURES: dict[str, dict[str, str]] = {  # section -> figure -> its definition
    "procurements": {
        "procurements_handled": "handled",
        "procurements_risk": "risk",
        **{f"procurements_risk_{level}": "risk_level" for level in LEVELS},
        "procurements_need": "need",
        **{f"procurements_need_{outcome}": "need_outcome" for outcome in OUTCOMES},
        "procurements_terms": "terms",
    },
    "follow_ups": {
        "items_due": "due",
        "items_in_time": "in_time",
        "items_after": "after",
        "items_not_done": "not_done",
        "items_late": "late",
        **{f"items_late_{band}": "late_age" for band in BANDS},
    },
    "assessments": {
        "assessments_sent": "sent",
        "assessments_answered": "answered",
        "assessments_judged": "judged",
        **{f"assessments_{verdict}": "verdict" for verdict in VERDICTS},
        "assessments_late": "unanswered",
    },
    "certificates": {
        "certificates_valid": "valid",
        "certificates_expiring": "expiring",
        "certificates_expired": "expired",
    },
    "deviations": {
        "deviations_found": "found",
        **{f"deviations_found_{kind}": "found_class" for kind in CLASSES},
        "deviations_open": "open",
        **{f"deviations_open_{kind}": "open_class" for kind in CLASSES},
        **{f"deviations_open_age_{band}": "open_age" for band in BANDS},
        "deviations_closed": "closed",
        "deviations_verified": "verified",
        "deviations_days_median": "days",
        "deviations_days_longest": "days",
    },
    "contracts": {
        "contracts_running": "running",
        "contracts_no_audit": "no_audit",
        "contracts_no_sanction": "no_sanction",
        "contracts_unknown": "terms_unknown",
    },
    "missing": {
        "missing_risk": "missing_risk",
        "missing_plan": "missing_plan",
        "missing_procurement": "missing_procurement",
        "missing_item_deputy": "missing_deputy",
        "missing_contract_deputy": "missing_deputy",
        "missing_class": "missing_class",
    },
}


@dataclass(frozen=True, slots=True)
class Carrying:
    """Which clauses give a right to audit, and which carry a sanction."""

    audit: Collection[str]
    sanction: Collection[str]


def figures(records: Records, period: Period, today: date, carrying: Carrying) -> dict[str, Value]:
    """Every figure of FIGURES; how things stand is told for the last day of the period, or for today if it goes on."""
    day = min(period.last, today)
    until = Period(period.first, day)
    return {
        **_procurements(handled(records, until), day),
        **_follow_ups(records.follow_ups, until),
        **_assessments(records, until),
        **_certificates(records, day),
        **_deviations(records.deviations, until),
        **_contracts(records, day, carrying),
        **_missing(records, until),
    }


def handled(records: Records, period: Period) -> list[Procurement]:
    """Those that something was recorded about in the period."""
    return [each for each in records.procurements if any(period.holds(day) for day in _days(each))]


def _days(procurement: Procurement) -> Iterable[date]:
    yield procurement.day
    yield from (each.day for each in procurement.risk)
    yield from (each.day for each in procurement.need)
    yield from (each.day for each in procurement.clauses)


def _procurements(found: Sequence[Procurement], day: date) -> dict[str, Value]:
    levels = Counter(case.level for each in found if (case := each.risk_on(day)))
    outcomes = Counter(need.outcome for each in found if (need := each.need_on(day)))
    return {
        "procurements_handled": len(found),
        "procurements_risk": levels.total(),
        **{f"procurements_risk_{level}": levels[level] for level in LEVELS},
        "procurements_need": outcomes.total(),
        **{f"procurements_need_{outcome}": outcomes[outcome] for outcome in OUTCOMES},
        "procurements_terms": count(each for each in found if each.clauses_on(day)),
    }


def _follow_ups(items: Sequence[FollowUp], period: Period) -> dict[str, Value]:
    day = period.last
    due = [each for each in items if period.holds(each.due) and _counts(each, day)]
    done = [each for each in due if each.done and each.done <= day]
    late = [(day - each.due).days for each in items if each.open_on(day) and each.due < day]
    return {
        "items_due": len(due),
        "items_in_time": count(each for each in done if each.done and each.done <= each.due),
        "items_after": count(each for each in done if each.done and each.done > each.due),
        "items_not_done": len(due) - len(done),
        "items_late": len(late),
        **_by_age("items_late", late),
    }


def to_do(items: Sequence[FollowUp], period: Period, today: date) -> list[tuple[date, date | None]]:
    """The last day of each item of the period, those to come too, and the day it was done."""
    day = min(period.last, today)
    return [(each.due, each.done) for each in items if period.holds(each.due) and _counts(each, day)]


def _counts(item: FollowUp, day: date) -> bool:
    """Whether it was recorded by `day`, and was not put aside by then as something that no longer applies."""
    return item.day <= day and not (item.ended and item.ended <= day)


def _by_age(name: str, days: Sequence[int]) -> dict[str, Value]:
    return {f"{name}_{band}": count(d for d in days if least <= d <= most) for band, (least, most) in BANDS.items()}


def _assessments(records: Records, period: Period) -> dict[str, Value]:
    asked = [each for each in records.assessments if not each.withdrawn]
    judged = [each for each in asked if period.holds(each.judged)]
    verdicts = Counter(each.verdict for each in judged)
    late = [each for each in asked if each.sent <= period.last and each.due < period.last]
    return {
        "assessments_sent": count(each for each in asked if period.holds(each.sent)),
        "assessments_answered": count(each for each in asked if period.holds(each.answered)),
        "assessments_judged": len(judged),
        **{f"assessments_{verdict}": verdicts[verdict] for verdict in VERDICTS},
        "assessments_late": count(each for each in late if not (each.answered and each.answered <= period.last)),
    }


def _certificates(records: Records, day: date) -> dict[str, Value]:
    last_days = [each.valid_to for each in records.certificates if each.current_on(day)]
    return {
        "certificates_valid": count(last for last in last_days if last > day + EXPIRING),
        "certificates_expiring": count(last for last in last_days if day <= last <= day + EXPIRING),
        "certificates_expired": count(last for last in last_days if last < day),
    }


def _deviations(found: Sequence[Deviation], period: Period) -> dict[str, Value]:
    new = [each for each in found if period.holds(each.found)]
    still = [each for each in found if each.open_on(period.last)]
    verified = [(day - each.found).days for each in found if period.holds(day := each.verified_on(period.last)) and day]
    return {
        "deviations_found": len(new),
        **_by_class("deviations_found", new),
        "deviations_open": len(still),
        **_by_class("deviations_open", still),
        **_by_age("deviations_open_age", [max(1, (period.last - each.found).days) for each in still]),
        "deviations_closed": count(each for each in found if period.holds(each.closed)),
        "deviations_verified": len(verified),
        "deviations_days_median": _whole(median(verified)) if verified else None,
        "deviations_days_longest": max(verified, default=None),
    }


def _by_class(name: str, found: Iterable[Deviation]) -> dict[str, Value]:
    kinds = Counter(each.kind or "none" for each in found)
    return {f"{name}_{kind}": kinds[kind] for kind in CLASSES}


def _whole(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _contracts(records: Records, day: date, carrying: Carrying) -> dict[str, Value]:
    running = [each for each in records.contracts if each.runs_on(day)]
    known = [terms for each in running if (terms := _terms(each, records, day))]
    return {
        "contracts_running": len(running),
        "contracts_no_audit": count(terms for terms in known if not terms & set(carrying.audit)),
        "contracts_no_sanction": count(terms for terms in known if not terms & set(carrying.sanction)),
        "contracts_unknown": len(running) - len(known),
    }


def _terms(contract: Contract, records: Records, day: date) -> frozenset[str]:
    bought = records.bought_under(contract)
    return bought.clauses_on(day) if bought else frozenset()


def _missing(records: Records, period: Period) -> dict[str, Value]:
    day = period.last
    running = [each for each in records.contracts if each.runs_on(day)]
    still = [each for each in records.follow_ups if each.open_on(day)]
    return {
        "missing_risk": count(each for each in handled(records, period) if not each.risk_on(day)),
        "missing_plan": count(each for each in running if not (each.planned and each.planned <= day)),
        "missing_procurement": count(each for each in running if not records.bought_under(each)),
        "missing_item_deputy": count(each for each in still if not each.deputy),
        "missing_contract_deputy": count(each for each in running if not each.deputy),
        "missing_class": count(each for each in records.deviations if each.open_on(day) and not each.kind),
    }


def chosen(records: Records, period: Period, today: date) -> list[tuple[str, int]]:
    """Each clause that procurements of the period use, and how many do; the most used first."""
    day = min(period.last, today)
    used = Counter(id for each in handled(records, Period(period.first, day)) for id in each.clauses_on(day))
    return sorted(used.items(), key=lambda pair: (-pair[1], pair[0]))


# By month.


@dataclass(frozen=True, slots=True)
class Month:
    """One month: deviations found and closed in it, and what was open and late at its end.

    `classes`: those found, by CLASSES.
    """

    first: date
    classes: tuple[int, ...]
    closed: int
    open_items: int
    late_items: int

    @property
    def found(self) -> int:
        """Deviations of every class."""
        return sum(self.classes)


def months(records: Records, period: Period, today: date) -> list[Month]:
    """The twelve months up to the end of the period, the earliest first."""
    last = min(period.last, today)
    begin = add_months(last.replace(day=1), 1 - MONTHS_SHOWN)
    return [_month(records, add_months(begin, nth), last) for nth in range(MONTHS_SHOWN)]


def _month(records: Records, first: date, last: date) -> Month:
    whole = Period(first, min(add_months(first, 1) - timedelta(days=1), last))
    still = [each for each in records.follow_ups if each.open_on(whole.last)]
    kinds = Counter(each.kind or "none" for each in records.deviations if whole.holds(each.found))
    return Month(
        first,
        tuple(kinds[kind] for kind in CLASSES),
        count(each for each in records.deviations if whole.holds(each.closed)),
        len(still),
        count(each for each in still if each.due < whole.last),
    )
