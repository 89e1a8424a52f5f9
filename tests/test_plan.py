"""The follow-up plan of a contract: what is proposed when, and that accepting it makes everything once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.plan import CONDITIONS, Offset, PlanStep
from knowledge.rules.calendar import add_months, is_working_day
from knowledge.rules.plan import proposed, still
from knowledge.text import Text
from storage import audit, contracts, follow_ups, people, procurements, reminders
from storage.people import Person

from .conftest import MONDAY
from .on_site import says, text
from .planning import LIBRARY, SENTENCE, made, record

STEPS = tuple(LIBRARY.plan.values())
FAIR = Text(sv="Certifikat", en="Certificate")
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))
LENGTHS = st.integers(0, 6 * 366)
OFFSETS = st.builds(
    Offset,
    st.sampled_from(["start", "halfway"]),
    st.integers(0, 800),
    st.integers(0, 30),
    st.sampled_from([0, 1, 12]),
    st.integers(0, 24),
)
ANY_STEPS = st.lists(
    st.builds(
        PlanStep, st.just("x"), st.just(FAIR), st.just("other"), st.sampled_from(CONDITIONS[:3]), OFFSETS, st.just("us")
    ),
    max_size=4,
)


@st.composite
def terms(draw):
    """A contract's first and last day, and perhaps the last one for notice."""
    starts = draw(DAYS)
    ends = starts + timedelta(days=draw(LENGTHS))
    return starts, ends, draw(st.none() | st.dates(starts, ends))


@given(terms(), ANY_STEPS, st.booleans(), st.sampled_from([(), (FAIR,)]))
def test_every_step_is_on_a_working_day_of_the_contract(term, steps, high, labels):
    found = proposed((*STEPS, *steps), *term, high, labels)

    assert all(term[0] <= step.day <= term[1] and is_working_day(step.day) for step in found)
    assert found == sorted(found, key=lambda step: step.day)


@given(terms(), st.booleans(), DAYS)
def test_what_is_still_to_do_lies_ahead_and_in_the_contract(term, high, today):
    found = [kept for step in proposed(STEPS, *term, high, (FAIR,)) if (kept := still(step, today))]

    assert all(max(today, term[0]) <= step.day <= term[1] and is_working_day(step.day) for step in found)


@given(terms(), st.booleans())
def test_nothing_is_left_when_the_contract_is_over(term, high):
    after = term[1] + timedelta(days=1)

    assert [step for step in proposed(STEPS, *term, high, (FAIR,)) if still(step, after)] == []


@given(terms(), DAYS)
def test_the_last_day_for_notice_is_not_missed_while_a_working_day_is_left(term, today):
    starts, _, notice = term
    steps = [step for step in proposed(STEPS, *term, False, ()) if step.last]
    left = notice and any(
        is_working_day(max(today, starts) + timedelta(days=n)) for n in range((notice - max(today, starts)).days + 1)
    )

    assert bool([step for step in steps if still(step, today)]) == bool(left)
    assert all(step.day <= step.last == notice for step in steps)


@given(terms())
def test_an_audit_leaves_a_year_to_remedy_what_it_finds(term):
    audits = [step for step in proposed(STEPS, *term, True, ()) if step.kind == "office_audit"]

    assert all(add_months(step.day, 12) <= term[1] for step in audits)


@given(terms())
def test_without_a_high_risk_there_is_no_audit_and_without_a_label_no_certificate(term):
    kinds = {step.kind for step in proposed(STEPS, *term, False, ())}

    assert kinds.isdisjoint({"office_audit", "certificate"})


def test_a_two_year_contract_with_a_high_risk():
    found = proposed(STEPS, date(2027, 3, 1), date(2029, 2, 28), date(2028, 10, 31), True, (FAIR,))

    assert [(step.day.isoformat(), step.kind) for step in found] == [
        ("2027-03-15", "start_meeting"),
        ("2027-04-30", "certificate"),
        ("2027-05-31", "self_assessment"),
        ("2028-02-29", "office_audit"),
        ("2028-03-01", "other"),
        ("2028-05-30", "self_assessment"),
        ("2028-10-31", "notice"),
    ]


# Accepted.


def test_accepting_makes_the_items_with_their_reminders(asa, db):
    assert "/plan 1 all" in says(record(asa))
    reply = asa.say("/plan 1 all")
    items = follow_ups.all_open(db)

    assert "4 punkter" in text(reply)
    assert len(items) == 4
    assert {(item.contract, item.responsible, item.supplier_name) for item in items} == {
        ("2025-114", "asa", "Nordkaffe AB")
    }
    assert all(reminders.of_item(db, item.id) for item in items)
    assert audit.first_bad(db) is None


@pytest.mark.parametrize("again", ["/plan 1 all", "/plan 1 all without 2", "/plan 1 without 2"])
def test_accepting_twice_makes_nothing_twice(again, asa, bo, db):
    record(asa)
    asa.say("/plan 1 all")
    before = made(db), db.conn.execute("select count(*) from reminders").fetchone()

    assert "redan" in text(asa.say(again))
    assert "already" in text(bo.say(again))
    assert (made(db), db.conn.execute("select count(*) from reminders").fetchone()) == before


def test_what_is_left_out_stays_out_also_when_the_first_list_is_pressed_again(asa, db):
    first = record(asa)
    second = asa.press(first, "Utan 2")
    third = asa.press(second, "Utan 3")

    assert {"/plan 1 all without 2 3", "/plan 1 without 2 3 4"} <= says(third)
    asa.press(second, "Lägg in planen (3)")
    assert [day.isoformat() for _, day in made(db)] == ["2027-03-15", "2028-03-01", "2028-05-30"]


def test_a_button_means_the_same_step_on_another_day(asa, db, clock):
    record(asa)
    clock.now = MONDAY + timedelta(days=150)
    asa.say("/plan 1 all without 3")

    assert [day.isoformat() for _, day in made(db)] == ["2027-05-31", "2028-05-30"]


def test_nothing_is_planned_for_a_contract_that_is_over(asa, db):
    reply = record(asa, "avtal 17-3 tilldelat Nordkaffe AB, 1 mars 2024 till 28 feb 2026, ansvarig jag")

    assert "ingen plan" in text(reply)
    asa.say("/plan 1 all")
    assert made(db) == []


def test_when_all_is_left_out_nothing_is_recorded_and_it_can_be_proposed_again(asa, db):
    record(asa)

    assert "inget är inlagt" in text(asa.say("/plan 1 all without 1 2 3 4"))
    assert not contracts.find(db, 1).planned
    assert "/plan 1 all" in says(asa.say("/plan 1 show"))


@pytest.mark.parametrize("words", ["/plan 99 all", "/plan 1", "/plan x", "/plan 1 everything", "/plan 1 all without x"])
def test_a_plan_of_nothing_is_an_old_button(words, asa, db):
    record(asa)

    assert "Den knappen" in text(asa.say(words))
    assert made(db) == []


def test_a_deputy_is_told_when_an_item_gets_late(asa, bo, db):
    record(asa, f"{SENTENCE}, ersättare Bo", 3)
    asa.say("/plan 1 all")

    assert {item.deputy for item in follow_ups.all_open(db)} == {"bo"}
    assert "bo" in {each.recipient for each in reminders.of_item(db, 1)}


def test_a_reader_may_not_accept(asa, db):
    record(asa)
    people.set_role(db, "asa", "reader", MONDAY)

    assert "handläggare" in text(asa.say("/plan 1 all"))
    assert made(db) == []


@pytest.mark.parametrize(
    ("level", "audited"), [("medium", False), ("high", True), ("very_high", True), ("unknown", False)]
)
def test_a_high_risk_in_the_procurement_brings_an_audit(level, audited, asa, db):
    id = procurements.add(db, "kaffe", "coffee", "asa", MONDAY)
    picture = {"overall": level, "typical": "low", "priority": 1}
    procurements.add_risk_case(db, id, {}, picture, "asa", MONDAY)
    asa.say(SENTENCE)
    asa.say("hoppa över")
    asa.say("#1")
    asa.say("hoppa över")
    reply = asa.say("hoppa över")

    assert ("Kontorsrevision" in text(reply)) == audited
    assert "Fairtrade" in text(reply)  # the labels of coffee
    assert "/case 1" in says(reply)


def test_somebody_who_leaves_hands_her_contracts_over(asa, bo, db):
    people.add(db, Person("eva", "Eva", "sv", "officer"), MONDAY)
    record(asa)
    asa.say("lämna över allt till Eva")
    asa.say("/hand-all asa eva")

    assert contracts.find(db, 1).responsible == "eva"


# A clause that is chosen when the plan was accepted.


@pytest.fixture
def bought(asa, db):
    """A contract from a procurement, its plan accepted."""
    procurements.add(db, "kaffe", "coffee", "asa", MONDAY)
    asa.say(SENTENCE)
    for words in ("hoppa över", "#1", "hoppa över", "hoppa över"):
        asa.say(words)
    asa.say("/plan 1 all")
    assert contracts.find(db, 1).planned


def of_clause(db):
    return [(each.contract, each.due_on.isoformat()) for each in follow_ups.of_clause(db, "ilo-basic")]


@pytest.mark.usefixtures("bought")
def test_a_clause_chosen_after_the_plan_offers_its_follow_up_for_the_contract(asa, bo, db):
    said = asa.say("/choose 1 ilo-basic")
    asa.press(said, "Lägg upp för avtal 2025-114, senast 31 maj 2027")
    item = follow_ups.of_clause(db, "ilo-basic")[0]

    assert of_clause(db) == [("2025-114", "2027-05-31")]  # 90 days from the start is a Sunday
    assert (item.supplier_name, item.responsible, item.kind) == ("Nordkaffe AB", "asa", "self_assessment")
    assert reminders.of_item(db, item.id)
    assert "already" in text(bo.say("/follow ilo-basic 1"))
    assert len(of_clause(db)) == 1
    assert "/follow ilo-basic 1" not in says(asa.say("/choose 1 ilo-basic"))


@pytest.mark.usefixtures("bought")
def test_the_day_that_is_proposed_lies_ahead_and_in_the_contract(asa, db, clock):
    clock.now = MONDAY + timedelta(days=300)
    asa.say("/follow ilo-basic 1")

    assert of_clause(db) == [("2025-114", "2028-05-30")]


@pytest.mark.usefixtures("bought")
def test_a_clause_without_a_time_asks_for_the_day(asa, db):
    said = asa.say("/choose 1 penalty")

    assert "Lägg upp för avtal 2025-114" in [button.label for row in said.buttons for button in row]
    assert "När ska det vara klart?" in text(asa.say("/follow penalty 1"))


def test_before_the_plan_is_accepted_no_contract_is_offered(asa, db):
    procurements.add(db, "kaffe", "coffee", "asa", MONDAY)

    assert "/follow ilo-basic" in says(asa.say("/choose 1 ilo-basic"))


@pytest.mark.usefixtures("bought")
def test_a_clause_in_another_wording_asks_about_what_names_it(asa, db):
    asa.say("/choose 1 ilo-basic")
    asa.say("/follow ilo-basic 1")
    other = follow_ups.add(
        db, 1, "other", "annat", date(2027, 5, 31), "asa", MONDAY, contract="X-1", clause="ilo-basic"
    )
    same = asa.say("/choose 1 ilo-basic")
    procurements.choose_clause(db, 1, "ilo-basic", "0", "sv", procurements.snapshots(db, 1)[0], "asa", MONDAY)
    again = asa.say("/choose 1 ilo-basic")
    number = next(item.id for item in follow_ups.of_clause(db, "ilo-basic") if item.contract == "2025-114")

    assert "fortfarande" not in text(same)
    assert "fortfarande" in text(again)
    assert f"/show {number}" in says(again)
    assert f"/show {other}" not in says(again)


@pytest.mark.parametrize("words", ["/follow ilo-basic 9", "/follow ilo-basic x", "/follow ilo-basic ²", "/follow no 1"])
@pytest.mark.usefixtures("bought")
def test_a_follow_up_under_no_contract_is_an_old_button(words, asa, db):
    assert "Den knappen" in text(asa.say(words))
    assert of_clause(db) == []
