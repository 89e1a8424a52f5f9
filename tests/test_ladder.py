"""The ladder: what carries each rung in that contract, what was done, and that no sanction is one person's."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.service import Service
from handlers.ladder import TRAIL
from knowledge.clause import to_data
from knowledge.library import open_library
from knowledge.rules.ladder import RUNGS, carried_by, is_sanction, needs_clause
from storage import audit, belongings, contracts, decisions, people, procurements, suppliers
from storage.database import open_database, sqlite3, write

from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .on_site import says, text

LIBRARY = open_library()


def record(asa, contract="2026-14", supplier="Nordkaffe AB"):
    asa.say(f"avvikelse hos {supplier}: rapporten har inte kommit")
    asa.say(contract)
    return asa.say("stor")


def choose(db, *clauses, number="2026-14"):
    """A procurement of that number with these clauses."""
    id = procurements.add(db, "Kaffe", "coffee", "asa", MONDAY, number)
    for clause in (LIBRARY.clauses[each] for each in clauses):
        procurements.choose_clause(db, id, clause.id, clause.version, "sv", to_data(clause), "asa", MONDAY)
    return id


def decide(asa, rung="vite", reasons="påminnelsen gav inget svar"):
    asa.say("/start decision 1")
    asa.say(rung)
    return asa.say(reasons)


# What carries it.


def test_the_content_has_every_rung_in_order(library):
    assert tuple(library.ladder) == RUNGS
    assert tuple(option.id for option in library.flows["decision"].by_id["rung"].options) == RUNGS


def test_every_line_of_the_trail_has_words(library):
    assert set(TRAIL.values()) <= set(library.phrases)


@pytest.mark.parametrize("contract", ["hoppa över", "2026-99"])
def test_of_an_unknown_contract_duly_says_that_it_knows_nothing(contract, asa, db):
    choose(db, "penalty")
    record(asa, contract)
    reply = asa.say("trappa 1")

    assert "Jag vet inte vilka villkor som står i avtalet" in text(reply)
    assert "Stöd i avtalet" not in text(reply)


@pytest.mark.parametrize(("supplier", "known"), [("Nordkaffe AB", True), ("Textilhuset AB", False)])
def test_a_recorded_contract_leads_to_its_procurement(supplier, known, asa, db):
    id = choose(db, "penalty", number="KS 2026/41")
    theirs = suppliers.add(db, supplier, MONDAY)
    days = (date(2026, 1, 1), date(2028, 1, 1), None)
    contracts.add(db, "2026-14", theirs, id, days, "asa", None, "asa", MONDAY)
    record(asa)

    assert (f"/chosen {id} penalty" in says(asa.say("trappa 1"))) == known


def test_a_procurement_without_chosen_clauses_is_unknown_too(asa, db):
    choose(db)
    record(asa)

    assert "Jag vet inte vilka villkor" in text(asa.say("trappa 1"))


def test_a_rung_without_a_clause_says_so_and_what_remains(asa, db):
    id = choose(db, "penalty", "corrective-action")
    record(asa)
    reply = asa.say("trappa 1")

    assert 'Stöd i avtalet: "Vite när uppföljning hindras"' in text(reply)
    assert "Utan villkor kan ett stopp bli ert eget avtalsbrott" in text(reply)
    assert {f"/chosen {id} penalty", f"/chosen {id} corrective-action", "/start decision 1"} <= says(reply)
    assert f"/chosen {id} call-off-stop" not in says(reply)


def test_a_clause_is_read_as_it_was_chosen(asa, db):
    id = choose(db, "penalty")

    assert "för varje påbörjad vecka" in text(asa.say(f"/chosen {id} penalty"))
    for words in (f"/chosen {id} audit-right", "/chosen 99 penalty", "/chosen x penalty"):
        assert "Den knappen" in text(asa.say(words))


def test_a_dropped_clause_carries_nothing(asa, db):
    id = choose(db, "penalty", "audit-right")
    procurements.drop_clause(db, id, "penalty", MONDAY)
    record(asa)

    assert f"/chosen {id} penalty" not in says(asa.say("trappa 1"))


def test_the_first_clause_that_the_contract_has_carries():
    assert carried_by(("a", "b"), {"b", "a"}) == "a"
    assert carried_by(("a", "b"), {"c"}) is None


def test_what_was_done_is_told_from_the_trail(asa):
    record(asa)
    asa.say("åtgärd avvikelse 1")
    for words in ("rättande", "rapporten skickas", "platschef", "15 januari", "klar åtgärd 1 skickad"):
        asa.say(words)
    said = text(asa.say("trappa 1"))

    assert "avgjorde klassen för #1" in said
    assert "noterade att leverantören säger klart om åtgärd #1" in said


def test_the_ladder_says_that_a_person_decides(asa, bo):
    record(asa)

    assert "Jag beslutar inget" in text(asa.say("trappa 1"))
    assert "I decide nothing" in text(bo.say("ladder 1"))
    assert "/ladder 1" in says(asa.say("trappa"))


# Who decides.


@pytest.mark.parametrize("rung", [*RUNGS, "unheard of"])
def test_a_penalty_and_what_is_above_it_takes_two(rung):
    assert is_sanction(rung) == (rung not in ("dialogue", "follow_up"))
    assert needs_clause(rung) == (rung != "dialogue")


def test_a_notice_is_decided_by_one(asa, db):
    record(asa)
    decide(asa, "dialog")
    found = decisions.find(db, 1)

    assert (found.state, found.proposed_by, found.decided_by, found.two) == ("decided", "asa", "asa", False)


def test_a_sanction_is_decided_by_two(asa, bo, db):
    choose(db, "penalty")
    record(asa)
    waits = decide(asa)
    assert "/confirm decision 1" not in says(waits)
    assert "Du har själv" in text(asa.say("bekräfta beslut 1"))
    assert decisions.find(db, 1).state == "proposed"

    assert "decided by Bo as Åsa Öberg proposed" in text(bo.press(bo.say("ladder 1"), "Confirm decision #1"))
    found = decisions.find(db, 1)
    assert (found.state, found.decided_by, found.clause) == ("decided", "bo", "penalty")
    assert [each.action for each in audit.of(db, "decisions:1")] == ["proposed", "decided"]
    assert audit.first_bad(db) is None


def test_a_step_without_a_clause_is_said_to_be_so(asa, db):
    choose(db, "audit-right")
    record(asa)

    assert "Jag känner inte till något villkor" in text(decide(asa))
    assert "Jag känner inte till något villkor" not in text(decide(asa, "ny uppföljning"))
    assert "Jag känner inte till något villkor" not in text(decide(asa, "dialog"))


def test_a_changed_proposal_is_a_new_one_and_the_old_is_not_confirmed(asa, bo, db):
    record(asa)
    decide(asa)
    asa.say("/set 2.rung termination_now")
    reply = bo.say("confirm decision 1")

    assert "no longer waiting" in text(reply)
    assert [(each.rung, each.state) for each in decisions.of(db, 1)] == [
        ("penalty", "withdrawn"),
        ("termination_now", "proposed"),
    ]


def test_what_is_decided_is_not_changed_afterwards(asa, bo, db):
    record(asa)
    decide(asa)
    bo.say("confirm decision 1")
    for words in ("/set 2.rung termination_now", "/set 2.reasons något annat", "/withdraw 1"):
        assert "väntar inte längre" in text(asa.say(words))

    assert [(each.rung, each.state) for each in decisions.of(db, 1)] == [("penalty", "decided")]


def test_a_notice_does_not_become_a_sanction(asa, db):
    record(asa)
    decide(asa, "dialog")
    asa.say("/set 2.rung penalty")

    assert [each.rung for each in decisions.of(db, 1)] == ["dialogue"]


def test_whoever_does_not_agree_withdraws_it(asa, bo, db):
    record(asa)
    decide(asa)
    bo.say("/withdraw 1")

    assert decisions.find(db, 1).state == "withdrawn"
    assert "no longer waiting" in text(bo.say("confirm decision 1"))


def test_nothing_is_decided_about_a_closed_deviation(asa, bo, db):
    record(asa)
    decide(asa)
    asa.say("stäng avvikelse 1 rapporten kom")

    assert "is closed already" in text(bo.say("confirm decision 1"))
    assert "redan stängd" in text(asa.say("/start decision 1"))
    assert decisions.find(db, 1).state == "proposed"


def test_a_reader_decides_nothing(asa, bo, db):
    record(asa)
    decide(asa)
    people.set_role(db, "bo", "reader", MONDAY)
    for words in ("confirm decision 1", "/withdraw 1", "/start decision 1"):
        assert "You are" in text(bo.say(words))

    assert decisions.find(db, 1).state == "proposed"
    assert "Vite" in str(LIBRARY.ladder["penalty"].name)
    assert "proposed by Åsa" in text(bo.say("ladder 1"))


def test_two_accounts_that_decided_together_become_one(asa, bo, db):
    record(asa)
    decide(asa)
    bo.say("confirm decision 1")
    with write(db):
        belongings.bring_together(db, "bo", "asa", MONDAY)

    assert decisions.find(db, 1).decided_by == "asa"


def test_the_storage_refuses_one_person_alone(asa, db):
    record(asa)
    decide(asa)

    assert decisions.decide(db, decisions.find(db, 1), "asa", MONDAY) is False
    with pytest.raises(sqlite3.IntegrityError), write(db):
        db.conn.execute("update decisions set state = 'decided'")


ACTS = st.sampled_from(
    [
        "/start decision 1",
        "vite",
        "dialog",
        "häva",
        "avropsstopp",
        "inget svar",
        "bekräfta beslut 1",
        "bekräfta beslut 2",
        "bekräfta beslut 3",
        "/confirm decision 1",
        "/withdraw 1",
        "/set 2.rung penalty",
        "/set 2.rung dialogue",
        "/set 2.rung termination_now",
        "/set 3.rung penalty",
        "/set 2.reasons andra skäl",
        "fortsätt",
        "tillbaka",
    ]
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=12))
def test_no_acts_of_one_person_take_a_sanction_step(acts):
    db, clock = open_database(":memory:"), Clock()
    asa = officer(Service(db, LIBRARY, STOCKHOLM, clock), clock, "asa", "Åsa Öberg", "sv")
    record(asa)
    for words in acts:
        asa.say(words)

    assert [each for each in decisions.of(db, 1) if each.state == "decided" and is_sanction(each.rung)] == []


# A letter about a breach.


@pytest.mark.parametrize(
    "words",
    [
        "skriv att leverantören har brutit mot avtalet",
        "skriv att Nordkaffe AB har brutit mot avtalet",
        "brev",
        "brev Nordkaffe AB",
        "skriv ett brev till leverantören",
    ],
)
def test_without_a_deviation_nothing_is_written_about_a_breach(words, asa):
    asa.say("följ upp licens hos Nordkaffe AB senast 15 mars")
    reply = asa.say(words)

    assert "ingen avvikelse finns upplagd" in text(reply)
    assert "/start deviation" in says(reply)


def test_with_a_deviation_the_letter_rests_on_it(asa):
    record(asa)
    reply = asa.say("skriv att Nordkaffe AB har brutit mot avtalet")

    assert "/letter 1" in says(reply)
    asa.say("stäng avvikelse 1 klart")
    assert "ingen avvikelse finns upplagd" in text(asa.say("brev Nordkaffe AB"))
