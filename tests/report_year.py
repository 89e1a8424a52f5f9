"""A year of an authority's work, made by chance through the ordinary functions, with a diary of what was done.

The diary is plain dictionaries in local days; what a report ought to say is counted from it, in another way than the
report counts.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlite_utils import Database

from storage import (
    actions,
    certificates,
    contracts,
    deviations,
    follow_ups,
    people,
    procurements,
    self_assessments,
    suppliers,
)
from storage.people import Person

from .conftest import STOCKHOLM

FIRST = date(2026, 1, 1)
CLAUSES = ("audit-right", "penalty", "ilo-basic", "call-off-stop", "label-fairtrade-term")
CATEGORIES = ("coffee", "textiles_workwear", "ict_hardware", None)
LEVELS = ("very_high", "high", "medium", "low")
VALUES = ("small", "direct", "national", "eu", "unknown", None)
CLASSES = ("zero_tolerance", "major", "minor", "observation", None)


@dataclass
class Year:
    """What was done, by kind; `names` are the suppliers."""

    db: Database
    random: Random
    bought: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    breaches: list[dict[str, Any]] = field(default_factory=list)
    signed: list[dict[str, Any]] = field(default_factory=list)
    names: list[int] = field(default_factory=list)

    def day(self) -> date:
        return FIRST + timedelta(days=self.random.randrange(365))

    def later(self, day: date, most: int = 150) -> date:
        return day + timedelta(days=self.random.randrange(most))

    def perhaps(self, value: Any, chance: float = 0.6) -> Any:
        return value if self.random.random() < chance else None


def at(day: date) -> datetime:
    """Half past midnight in Stockholm, which is still the day before in UTC."""
    return datetime.combine(day, time(0, 30), STOCKHOLM).astimezone(UTC)


def make(db: Database, seed: int, most: int = 12, supplied_by: int = 3) -> Year:
    """A year with up to `most` records of each kind, at so many suppliers."""
    year = Year(db, Random(seed))
    people.add(db, Person("asa", "Åsa", "sv", "admin"), at(FIRST))
    people.add(db, Person("bo", "Bo", "sv", "admin"), at(FIRST))
    year.names = [suppliers.add(db, f"Leverantör {n} AB", at(FIRST)) for n in range(supplied_by)]
    for step in (_buy, _sign, _follow, _ask, _show, _find):
        for number in range(year.random.randrange(most + 1)):
            step(year, number)
    return year


def _buy(year: Year, number: int) -> None:
    random, day = year.random, year.day()
    category = random.choice(CATEGORIES)
    id = procurements.add(year.db, f"inköp {number}", category, "asa", at(day))
    told: dict[str, Any] = {"id": id, "day": day, "category": category, "risk": [], "need": [], "clauses": {}}
    for when in sorted(year.later(day) for _ in range(random.randrange(3))):
        level, value = random.choice(LEVELS), random.choice(VALUES)
        picture = {"overall": level, "typical": level, "priority": 1}
        procurements.add_risk_case(year.db, id, {"value": value} if value else {}, picture, "asa", at(when))
        told["risk"].append((when, level, value))
    for when in sorted(year.later(day) for _ in range(random.randrange(3))):
        outcome = random.choice(("needed", "not_needed", "unsure"))
        procurements.add_need_assessment(year.db, id, {}, outcome, [], "asa", at(when))
        told["need"].append((when, outcome))
    for clause in random.sample(CLAUSES, random.randrange(4)):
        begun, ended = (when := year.later(day)), year.perhaps(year.later(when + timedelta(days=1)), 0.2)
        procurements.choose_clause(year.db, id, clause, "1", "sv", {}, "asa", at(begun))
        if ended:
            procurements.drop_clause(year.db, id, clause, at(ended))
        told["clauses"][clause] = (begun, ended)
    year.bought.append(told)


def _sign(year: Year, number: int) -> None:
    random, day = year.random, year.day()
    bought = year.perhaps(random.choice(year.bought)["id"] if year.bought else None)
    days = (begins := year.later(day, 60) - timedelta(days=30)), begins + timedelta(days=random.randrange(1, 500)), None
    supplier, deputy = random.choice(year.names), year.perhaps("bo", 0.5)
    id = contracts.add(year.db, f"Å-{number}", supplier, bought, days, "asa", deputy, "asa", at(day))
    planned = year.perhaps(year.later(day), 0.5)
    if planned:
        contracts.planned(year.db, id, at(planned))
    told = {"id": id, "number": f"Å-{number}", "supplier": supplier, "bought": bought, "day": day}
    year.signed.append({**told, "starts": days[0], "ends": days[1], "planned": planned, "deputy": deputy})


def _under(year: Year) -> tuple[int, str | None, int | None]:
    """A supplier and perhaps one of its contracts, in whatever letters somebody wrote its number."""
    chosen = year.perhaps(year.random.choice(year.signed) if year.signed else None, 0.7)
    if chosen is None:
        return year.random.choice(year.names), None, None
    return chosen["supplier"], year.random.choice((chosen["number"], chosen["number"].lower())), chosen["id"]


def _follow(year: Year, number: int) -> None:
    random, day = year.random, year.day()
    supplier, contract, id = _under(year)
    due, deputy = year.later(day, 200) - timedelta(days=20), year.perhaps("bo", 0.5)
    item = follow_ups.add(
        year.db, supplier, "other", f"kontroll {number}", due, "asa", at(day), deputy, contract=contract
    )
    state, over = random.choice(("open", "done", "done", "closed")), year.later(day, 250)
    if state != "open":
        found = follow_ups.find(year.db, item)
        assert found is not None
        follow_ups.set_state(year.db, found, state, None, "asa", at(over))
    ends = {"done": over if state == "done" else None, "ended": over if state == "closed" else None}
    year.items.append({"day": day, "due": due, "deputy": deputy, "contract": id, **ends})


def _ask(year: Year, number: int) -> None:
    random, day = year.random, year.day()
    due = year.later(day, 60)
    id = self_assessments.add(year.db, random.choice(year.names), None, None, "sv", due, "asa", at(day))
    told: dict[str, Any] = {"sent": day, "due": due, "answered": None, "judged": None, "verdict": None, "gone": False}
    sent = self_assessments.find(year.db, id)
    assert sent is not None
    if random.random() < 0.15:
        told["gone"] = self_assessments.withdraw(year.db, sent, at(day))
    elif random.random() < 0.7:
        told["answered"] = year.later(day, 90)
        self_assessments.submit(year.db, sent, f"R{number}", "Eva", at(told["answered"]))
        answered = self_assessments.find(year.db, id)
        assert answered is not None
        if random.random() < 0.7:
            told["judged"] = year.later(told["answered"], 60)
            told["verdict"] = random.choice(("met", "partly", "not_met"))
            self_assessments.judge(year.db, answered, told["verdict"], "", "asa", at(told["judged"]))
    year.asked.append(told)


def _show(year: Year, number: int) -> None:
    day = year.day()
    valid, replaced = year.later(day, 300) - timedelta(days=60), year.perhaps(year.later(day), 0.3)
    supplier = year.random.choice(year.names)
    id = certificates.add(year.db, supplier, "Fairtrade", str(number), "X", None, valid, "asa", at(day))
    if replaced:
        certificates.replace(year.db, id, at(replaced))
    year.shown.append({"day": day, "valid": valid, "replaced": replaced})


def _find(year: Year, number: int) -> None:
    found, kind = year.day(), year.random.choice(CLASSES)
    supplier, contract, under = _under(year)
    id = deviations.add(year.db, supplier, f"brist {number}", found, "asa", at(found), contract)
    if kind:
        deviations.classify(year.db, _deviation(year, id), kind, kind == "zero_tolerance", at(found))
    asked = [_demand(year, id, found) for _ in range(year.random.randrange(3))]
    closed = year.perhaps(year.later(found, 200))
    if closed:
        deviations.close(year.db, _deviation(year, id), None, "bo", at(closed))
    year.breaches.append({"found": found, "kind": kind, "closed": closed, "contract": under, "asked": asked})


def _demand(year: Year, deviation: int, found: date) -> dict[str, Any]:
    """What the supplier is to do: it stands, or it was checked, or it was taken back."""
    day = year.later(found, 40)
    over = year.later(day, 120)
    id = actions.add(year.db, deviation, "corrective", "ordna", "vd", over, "asa", at(day))
    agreed = actions.find(year.db, id)
    assert agreed is not None
    how = year.random.choice(("stands", "checked", "checked", "checked", "taken back"))
    if how == "checked":
        actions.verify(year.db, agreed, "asa", at(over))
    if how == "taken back":
        actions.withdraw(year.db, agreed, "fel avtal", at(over))
    return {"day": day, "checked": over if how == "checked" else None, "back": over if how == "taken back" else None}


def _deviation(year: Year, id: int) -> deviations.Deviation:
    found = deviations.find(year.db, id)
    assert found is not None
    return found
