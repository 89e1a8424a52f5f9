"""What tests of inspections share: a contract with clauses, and an inspection that has begun."""

from datetime import date

from knowledge.clause import to_data
from storage import (
    contracts,
    inspections,
    procurements,
    suppliers,
)

from .conftest import MONDAY

TODAY = MONDAY.date()
JOINT = "inspektion hos Nordkaffe AB i dag på plats tillsammans med Region Örebro län, hållbarhetsstrateg"
CLAUSES = ("ilo-basic", "attendance-identification", "pay-evidence")


def agreed(db, library, chosen=CLAUSES):
    """A contract whose procurement chose clauses; the supplier's id."""
    supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
    bought = procurements.add(db, "kaffe", "coffee", "asa", MONDAY)
    for id in chosen:
        clause = library.clauses[id]
        procurements.choose_clause(db, bought, id, clause.version, "sv", to_data(clause), "asa", MONDAY)
    days = (date(2026, 1, 1), date(2028, 12, 31), None)
    contracts.add(db, "2025-114", supplier, bought, days, "asa", None, "asa", MONDAY)
    return supplier


def begun(asa, db, library, chosen=CLAUSES):
    """An inspection of today whose first point is shown."""
    agreed(db, library, chosen)
    asa.say(JOINT)
    asa.say("Rosterivägen 2")
    return asa.say("/checklist 1")


def outcomes(db, inspection=1):
    return [(each.outcome, each.note) for each in inspections.points(db, inspection)]
