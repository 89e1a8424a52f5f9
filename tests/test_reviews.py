"""What is old enough to be looked at again: risk cases under a running contract, and answers past their review."""

from datetime import date, timedelta

from bot import reviews
from bot.render.plain import plain_text
from handlers.reviews import stale_topics
from storage import contracts, follow_ups, procurements, suppliers
from storage.database import write

from .conftest import MONDAY
from .reminding import letters

PICTURE = {"overall": "high", "typical": "low", "priority": 1}


def signed(db, ends=date(2030, 1, 31)):
    """A running contract whose risk was assessed on the first Monday."""
    with write(db):
        supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
        bought = procurements.add(db, "kaffe", "coffee", "asa", MONDAY)
        procurements.add_risk_case(db, bought, {}, PICTURE, "asa", MONDAY)
        contracts.add(db, "A-1", supplier, bought, (date(2026, 12, 1), ends, None), "asa", None, "asa", MONDAY)
    return bought


def risk_items(db):
    return [item for item in follow_ups.all_open(db) if item.kind == "risk_review"]


def at_day(officer, day):
    officer.clock.now = MONDAY + timedelta(days=day)
    return reviews.look(officer.service)


def test_a_risk_case_a_year_old_is_asked_for_again_once(asa, db):
    signed(db)
    first = [at_day(asa, day) and len(risk_items(db)) for day in (300, 364)]
    at_day(asa, 365)
    at_day(asa, 366)
    found = risk_items(db)

    assert not any(first)
    assert len(found) == 1
    assert (found[0].responsible, found[0].contract) == ("asa", "A-1")
    assert "kaffe" in found[0].subject
    assert found[0].due_on == date(2027, 12, 23)


def test_none_is_asked_for_when_the_contract_is_over_or_the_risk_was_assessed_anew(asa, db):
    bought = signed(db, ends=date(2027, 6, 30))
    at_day(asa, 400)
    db.conn.execute("update contracts set ends_on = '2030-01-31'")
    with write(db):
        procurements.add_risk_case(db, bought, {}, PICTURE, "asa", MONDAY + timedelta(days=399))
    at_day(asa, 401)

    assert risk_items(db) == []


def test_whoever_leads_gets_one_line_a_month_about_old_answers(asa, bo, db, service):
    counts = []
    for days in (0, 1, 20, 40):
        asa.clock.now = MONDAY.replace(year=2036, month=1, day=7) + timedelta(days=days)
        reviews.look(service)
        counts.append(len(letters(db)))

    assert counts == [2, 2, 2, 4]
    assert "Svar i kunskapsbanken" in plain_text(letters(db)[0], {"source": "", "checked": ""})


def test_an_officer_who_does_not_lead_hears_nothing_of_it(asa, bo, db, service):
    db.conn.execute("update people set role = 'lead' where id = 'bo'")
    asa.clock.now = MONDAY.replace(year=2036, month=1, day=7)
    reviews.look(service)

    assert {row[0] for row in db.conn.execute("select person from outbox")} == {"bo"}


def test_what_is_within_its_review_is_not_old(library):
    assert stale_topics(library, date(2020, 1, 1)) == []
