"""Corrective actions: what the supplier says is never taken for what an officer has checked; and the traffic light."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.service import Service
from handlers import light as lights
from handlers.dispatch import handle
from handlers.messages import Message, Place
from knowledge.library import open_library
from knowledge.rules.deviation import last_day
from knowledge.rules.light import GREEN, NO_MARK, RED, YELLOW, Remedy, is_late, light
from storage import actions, audit, deviations, follow_ups, people, reminders
from storage.database import open_database, sqlite3, write

from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .on_site import kept, says, send, sent_in, text

CHANNEL = Place("slack", "T1", "C1", "", shared=True)
LIBRARY = open_library()
TODAY = date(2026, 11, 23)


def record(asa, kind="mindre"):
    asa.say("avvikelse hos Nordkaffe AB: saknar ID06 på 2 personer")
    asa.say("2026-14")
    return asa.say(kind)


def agree(asa, due="15 januari", deviation=1):
    """An action by the talk; what is said at the end."""
    asa.say(f"åtgärd avvikelse {deviation}")
    for words in ("rättande", "alla bär ID06", "platschef"):
        asa.say(words)
    return asa.say(due)


SAID = "ID06 kontrolleras vid varje insläpp"


@pytest.mark.parametrize(
    "words",
    [
        f"åtgärd avvikelse 1: {SAID} senast 15 januari",
        f"åtgärd för avvikelse #1 {SAID}, klart senast 15 januari",
        f"åtgärd: {SAID} senast 15 januari",
        f"action deviation 1: {SAID} by 15 January",
    ],
)
def test_a_sentence_says_what_and_by_when(words, asa, db):
    record(asa)
    asa.say(words)
    asa.say("rättande")
    asa.say("platschef")

    assert (the_one(db).what, the_one(db).due_on, the_one(db).deviation) == (SAID, date(2027, 1, 15), 1)


def test_among_several_deviations_it_is_asked_which_one_the_action_is_for(asa, db):
    record(asa)
    record(asa)

    assert "Vilken avvikelse?" in text(asa.say(f"åtgärd: {SAID} senast 15 januari"))
    assert actions.find(db, 1) is None


@pytest.fixture
def agreed(asa):
    record(asa)
    return agree(asa)


def the_one(db):
    return actions.find(db, 1)


def trail(db, about):
    return [each.action for each in audit.of(db, about)]


# Agreed on.


def test_an_action_is_recorded_with_an_item_that_reminds(agreed, db):
    found, item = the_one(db), follow_ups.find(db, 1)

    assert (found.deviation, found.kind, found.owner, found.state) == (1, "corrective", "platschef", "planned")
    assert (found.item, item.kind, item.contract, item.due_on) == (1, "other", "2026-14", date(2027, 1, 15))
    assert "Jag påminner 16 dec 2026" in text(agreed)
    assert trail(db, "actions:1") == ["recorded"]
    assert audit.first_bad(db) is None


def test_a_changed_answer_changes_the_action_and_its_item(agreed, asa, db):
    asa.say("/set 2.due 2027-02-01")
    asa.say("/set 2.what alla visar ID06 vid insläpp")

    assert [each.what for each in actions.of(db, 1)] == ["alla visar ID06 vid insläpp"]
    assert (follow_ups.find(db, 1).due_on, follow_ups.find(db, 2)) == (date(2027, 2, 1), None)
    assert "insläpp" in follow_ups.find(db, 1).subject


@pytest.mark.parametrize(
    ("kind", "day"), [("mindre", "22 maj 2027"), ("stor", "21 feb 2027"), ("nolltolerans", "30 nov 2026")]
)
def test_the_times_of_the_class_are_proposed_as_dulys_own(kind, day, asa):
    record(asa, kind)
    asa.say("åtgärd avvikelse 1")
    for words in ("rättande", "alla bär ID06"):
        asa.say(words)
    reply = asa.say("platschef")

    assert f"Föreslaget: {day}" in [button.label for row in reply.buttons for button in row]
    assert "Tiderna är Dulys förslag" in text(reply)


@pytest.mark.parametrize("kind", ["observation", "avgörs senare"])
def test_without_times_no_day_is_proposed(kind, asa):
    record(asa, kind)
    asa.say("åtgärd avvikelse 1")
    for words in ("rättande", "alla bär ID06"):
        asa.say(words)

    assert "Förslag" not in text(asa.say("platschef"))


def test_five_working_days_skip_the_weekend():
    assert last_day(date(2026, 12, 22), 5, True, None) == date(2027, 1, 4)
    assert last_day(TODAY, None, False, None) is None


@pytest.mark.parametrize(
    "words", ["åtgärd 9", "klar åtgärd 9 x", "verifiera åtgärd 9", "/start action-reject 9", "/under-way x"]
)
def test_a_number_of_no_action_does_nothing(words, agreed, asa, db):
    assert "Vilken åtgärd?" in text(asa.say(words))
    assert the_one(db).state == "planned"


def test_a_question_about_actions_is_answered(agreed, asa):
    assert "Vilken åtgärd?" not in text(asa.say("åtgärder när leverantören inte svarar?"))


# Reported done, verified, rejected.


def test_what_the_supplier_says_is_not_verified(agreed, asa, db):
    reply = asa.say("klar åtgärd 1 foton från insläppet")

    found = the_one(db)
    assert (found.state, found.proof, found.verified_by) == ("reported_done", "foton från insläppet", None)
    assert {"/verify action 1", "/start action-reject 1"} <= says(reply)
    assert follow_ups.find(db, 1).state == "open"


def test_without_words_the_proof_is_asked_for(agreed, asa, db):
    assert "Vad visar leverantören?" in text(asa.press(agreed, "Leverantören säger klart"))
    assert the_one(db).state == "reported_done"
    assert "Det finns inget som visar" in text(asa.say("verifiera åtgärd 1"))
    asa.say("fortsätt")
    asa.say("intyg om utbildning")

    assert kept(db, "actions:1") == [("note", None, "intyg om utbildning")]


def test_nothing_is_verified_that_nobody_reported(agreed, asa, db):
    assert "har inte sagt" in text(asa.say("verifiera åtgärd 1"))
    assert "har inte sagt" in text(asa.say("avvisa åtgärd 1"))
    assert the_one(db).state == "planned"


def test_verified_says_who_and_when_and_ends_the_reminders(agreed, asa, bo, db):
    asa.say("klar åtgärd 1 foton")
    reply = bo.say("verify action 1")

    assert (the_one(db).state, the_one(db).verified_by, the_one(db).verified_at) == ("verified", "bo", MONDAY)
    assert follow_ups.find(db, 1).state == "done"
    assert reminders.planned(db, MONDAY + timedelta(days=400)) == []
    assert trail(db, "actions:1") == ["recorded", "reported done", "verified"]
    assert "/start deviation-close 1" in says(reply)
    assert "verifierad av Bo 23 nov 2026" in text(asa.say("åtgärd 1"))


@pytest.mark.parametrize(
    "words", ["klar åtgärd 1 igen", "verifiera åtgärd 1", "/start action-reject 1", "/under-way 1", "/set 2.what annat"]
)
def test_a_verified_action_stays_as_it_is(words, agreed, asa, db):
    asa.say("klar åtgärd 1 foton")
    asa.say("verifiera åtgärd 1")
    before = the_one(db)
    asa.say(words)

    assert the_one(db) == before


def test_a_rejected_action_goes_on_with_a_new_day(agreed, asa, db):
    asa.say("klar åtgärd 1 foton")
    asa.say("avvisa åtgärd 1")
    asa.say("fotona visar inte alla")
    reply = asa.say("29 januari")
    found = the_one(db)

    assert (found.state, found.rejected_why) == ("in_progress", "fotona visar inte alla")
    assert found.due_on == date(2027, 1, 29)
    assert follow_ups.find(db, 1).due_on == date(2027, 1, 29)
    assert "29 jan 2027" in text(reply)
    days = [each.local_date for each in reminders.planned(db, MONDAY + timedelta(days=68))]
    assert days[-1] == date(2027, 1, 29)
    assert date(2027, 1, 15) not in days
    assert trail(db, "actions:1")[-1] == "rejected"
    assert "fotona" not in str(db.conn.execute("select details from audit where action = 'rejected'").fetchall())


def test_what_was_rejected_is_no_proof_the_next_time(agreed, asa, db):
    asa.say("klar åtgärd 1 foton")
    for words in ("avvisa åtgärd 1", "fotona visar inte alla", "29 januari", "klar åtgärd 1", "verifiera åtgärd 1"):
        reply = asa.say(words)
    assert "Det finns inget som visar" in text(reply)

    send(asa, "alla.jpg", text="åtgärd 1")
    asa.say("verifiera åtgärd 1")
    assert the_one(db).state == "verified"


def test_a_rejection_that_is_not_finished_changes_nothing(agreed, asa, db):
    asa.say("klar åtgärd 1 foton")
    asa.say("avvisa åtgärd 1")
    asa.say("fotona visar inte alla")
    asa.say("avbryt")

    assert the_one(db).state == "reported_done"


def test_the_item_is_not_done_before_the_action_is_verified(agreed, asa, db):
    assert "Punkten påminner om åtgärd #1" in text(asa.say("klar 1 ser bra ut"))
    assert follow_ups.find(db, 1).state == "open"


def test_the_database_refuses_an_action_that_nobody_verified(agreed, db):
    with pytest.raises(sqlite3.IntegrityError), write(db):
        db.conn.execute("update actions set state = 'verified'")


ACTS = st.sampled_from(
    [
        "klar åtgärd 1",
        "klar åtgärd 1 klart",
        "klart",
        "/start action-proof 1",
        "avvisa åtgärd 1",
        "för tunt",
        "om två veckor",
        "/under-way 1",
        "klar 1 allt klart",
        "/start done 1",
        "stäng avvikelse 1 klart",
        "/set 2.what något annat",
        "hoppa över",
        "fortsätt",
        "tillbaka",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=10))
def test_only_a_person_who_verifies_makes_it_verified_and_lets_the_deviation_close(acts):
    db, clock = open_database(":memory:"), Clock()
    asa = officer(Service(db, LIBRARY, STOCKHOLM, clock), clock, "asa", "Åsa Öberg", "sv")
    record(asa)
    agree(asa)
    for words in acts:
        asa.say(words)

    assert the_one(db).state != "verified"
    assert deviations.find(db, 1).state == "open"
    assert follow_ups.find(db, 1).state == "open"
    assert follow_ups.find(db, 1).due_on == the_one(db).due_on


# Closing.


def test_a_deviation_is_not_closed_while_an_action_is_left(agreed, asa, db):
    agree(asa)
    asa.say("klar åtgärd 1 foton")
    asa.say("verifiera åtgärd 1")
    reply = asa.say("stäng avvikelse 1 klart")

    assert "#2 alla bär ID06" in text(reply)
    assert "#1 alla bär" not in text(reply)
    assert deviations.find(db, 1).state == "open"


def test_an_action_agreed_on_after_the_proposal_stops_the_confirmation(asa, bo, db):
    record(asa, "nolltolerans")
    asa.say("stäng avvikelse 1 ny fabrik")
    agree(asa)

    assert "cannot be closed yet" in text(bo.say("confirm deviation 1"))
    assert deviations.find(db, 1).state == "closing"


def test_a_closed_deviation_gets_no_more_actions(asa, db):
    record(asa)
    asa.say("åtgärd avvikelse 1")
    asa.say("stäng avvikelse 1 klart")
    for words in ("rättande", "alla bär ID06", "platschef", "15 januari"):
        asa.say(words)

    assert "redan stängd" in text(asa.say("åtgärd avvikelse 1"))
    assert actions.of(db, 1) == []


# Files.


@pytest.mark.parametrize("caption", ["åtgärd 1", "Åtgärd #1", "/åtgärd 1", "action 1"])
def test_a_file_with_the_number_is_proof_of_that_action(caption, agreed, asa, db):
    send(asa, "insläpp.pdf", text=caption, kind="pdf")

    assert kept(db, "actions:1") == [("document", "insläpp.pdf", None)]
    assert the_one(db).state == "planned"


def test_words_about_a_file_are_kept_with_it(agreed, asa, db):
    send(asa, "grind.jpg", text="åtgärd 1 vid insläppet")

    assert kept(db, "actions:1") == [("photo", "grind.jpg", "vid insläppet")]


def test_a_file_that_says_done_is_kept_and_answered(agreed, asa, db):
    send(asa, "grind.jpg", text="klar åtgärd 1 alla bär ID06")

    assert [each[:2] for each in kept(db, "actions:1")] == [("photo", "grind.jpg"), ("note", None)]
    assert the_one(db).state == "reported_done"


def test_a_file_in_the_talk_about_the_proof_is_proof(agreed, asa, db):
    asa.say("klar åtgärd 1")
    assert "Vad visar leverantören?" in text(send(asa, "grind.jpg"))
    asa.say("hoppa över")
    asa.say("verifiera åtgärd 1")

    assert kept(db, "actions:1") == [("photo", "grind.jpg", None)]
    assert the_one(db).state == "verified"


# Who may, and where others read.


@pytest.mark.parametrize(
    "words", ["klar åtgärd 1 x", "verifiera åtgärd 1", "avvisa åtgärd 1", "åtgärd avvikelse 1", "/under-way 1"]
)
def test_a_reader_changes_nothing(words, agreed, asa, db):
    people.set_role(db, "asa", "reader", MONDAY)

    assert "Du är läsare" in text(asa.say(words))
    assert "Du är läsare" in text(send(asa, "a.jpg", text="åtgärd 1"))
    assert "alla bär ID06" in text(asa.say("åtgärd 1"))
    assert (the_one(db).state, kept(db, "actions:1")) == ("planned", [])


@pytest.mark.parametrize("words", ["åtgärd", "åtgärd 1", "klar åtgärd 1 x", "trappa 1", "brev Nordkaffe AB"])
def test_in_a_channel_nothing_is_told(words, agreed, asa):
    reply = sent_in(CHANNEL, asa, words)

    assert (reply.private, reply.level) == (True, "secret-ok")


def test_in_a_channel_a_supplier_has_no_light(agreed, asa):
    ctx = asa.ctx

    assert "Trafikljus" in text(handle(Message("x", ctx.place, "asa", "leverantör Nordkaffe AB"), ctx))
    assert "Trafikljus" not in text(sent_in(CHANNEL, asa, "leverantör Nordkaffe AB"))


# The list and the light.


def test_late_actions_stand_first_and_say_so(agreed, asa, clock):
    agree(asa, "10 januari")
    clock.now = MONDAY + timedelta(days=50)  # 12 January
    said = text(asa.say("åtgärd"))

    assert said.index("#2 alla") < said.index("#1 alla")
    assert said.count("försenad") == 1


def test_the_light_follows_the_actions(agreed, asa, db, clock):
    def colour():
        return lights.colour(deviations.of_supplier(db, 1), asa.ctx)

    assert colour() == YELLOW
    asa.say("klar åtgärd 1 foton")
    asa.say("verifiera åtgärd 1")
    assert colour() == YELLOW
    asa.say("stäng avvikelse 1 klart")
    assert colour() == GREEN
    record(asa)
    agree(asa, "1 december", deviation=2)
    clock.now = MONDAY + timedelta(days=9)
    assert colour() == RED


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
REMEDIES = st.lists(st.builds(Remedy, st.sampled_from([None, NO_MARK, "minor", "major", "zero_tolerance"]), DAYS, DAYS))


@given(REMEDIES)
def test_a_light_is_what_the_words_say(remedies):
    marked = [each for each in remedies if each.kind != NO_MARK]
    shown = light(remedies, TODAY)

    assert (shown == RED) == any(is_late(each, TODAY) for each in marked)
    assert (shown == GREEN) == all(each.remedied_on and not is_late(each, TODAY) for each in marked)
    assert shown in (GREEN, YELLOW, RED)


@given(REMEDIES, REMEDIES)
def test_more_to_remedy_never_makes_a_light_greener(some, more):
    order = (GREEN, YELLOW, RED)

    assert order.index(light([*some, *more], TODAY)) == max(order.index(light(each, TODAY)) for each in (some, more))


@given(REMEDIES, st.integers(0, 400))
def test_without_acting_a_light_only_gets_worse(remedies, days):
    order = (GREEN, YELLOW, RED)

    later = light(remedies, TODAY + timedelta(days=days))
    assert order.index(later) >= order.index(light(remedies, TODAY))


# Withdrawn.


def withdraw(asa, words="dra tillbaka åtgärd 1"):
    asa.say(words)
    return asa.say("den gällde en annan leverantör")


@pytest.mark.parametrize("words", ["dra tillbaka åtgärd 1", "ta bort åtgärd 1", "/start action-withdraw 1"])
def test_a_mistaken_action_is_withdrawn_with_its_reason_and_reminds_nobody(words, agreed, asa, db):
    withdraw(asa, words)
    found = the_one(db)

    assert (found.state, found.withdrawn_why) == ("withdrawn", "den gällde en annan leverantör")
    assert (follow_ups.find(db, 1).state, reminders.of_item(db, 1)) == ("closed", [])
    assert (actions.left(db, 1), actions.all_open(db), actions.standing(db, 1)) == ([], [], [])
    assert "den gällde en annan leverantör" in text(asa.say("åtgärd 1"))
    assert trail(db, "actions:1")[-1] == "withdrew"
    assert not [line for line in audit.of(db, "actions:1") if "annan leverantör" in str(line)]


@pytest.mark.parametrize("words", ["klar åtgärd 1 ID06 visat", "verifiera åtgärd 1", "dra tillbaka åtgärd 1"])
def test_what_is_withdrawn_stays_so(words, agreed, asa, db):
    withdraw(asa)
    reply = asa.say(words)

    assert "Åtgärd 1 är tillbakadragen." in text(reply)
    assert the_one(db).state == "withdrawn"


def test_what_is_verified_is_not_withdrawn(agreed, asa, db):
    asa.say("klar åtgärd 1 ID06 visat vid insläpp")
    asa.say("verifiera åtgärd 1")
    withdraw(asa)

    assert (the_one(db).state, the_one(db).withdrawn_why) == ("verified", None)


def test_a_deviation_closes_when_its_actions_are_withdrawn(agreed, asa, db):
    withdraw(asa)
    asa.say("stäng avvikelse 1 den var ett misstag")

    assert deviations.find(db, 1).state == "closed"
