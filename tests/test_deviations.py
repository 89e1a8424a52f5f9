"""Deviations: heard in a line, supported in order, classified by a person, closed by four eyes where it is grave."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.service import Service
from handlers import deviations as hers
from handlers.dispatch import handle
from handlers.messages import Message, Place
from handlers.understand import Unsure
from knowledge.library import open_library
from knowledge.rules.deviation import TO_CLOSE, may_confirm, needs_two
from storage import audit, deviations, people, suppliers, talks
from storage.database import open_database, sqlite3, write

from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .on_site import kept, says, send, sent_in, text

CHANNEL = Place("slack", "T1", "C1", "", shared=True)
LIBRARY = open_library()
WHAT = "saknar ID06 på 2 personer"


def record(asa, what=WHAT, kind="mindre", supplier="Nordkaffe AB"):
    """A deviation by the talk; what is said at the end."""
    asa.say(f"avvikelse hos {supplier}: {what}")
    asa.say("hoppa över")
    return asa.say(kind)


# What is heard.


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (WHAT, {"what": WHAT}),
        (f"hos Nordkaffe AB: {WHAT}", {"supplier": "Nordkaffe AB", "what": WHAT}),
        (f"Hos nordkaffe ab:\n{WHAT}", {"supplier": "Nordkaffe AB", "what": WHAT}),
        (f"hos Nordkaffe AB {WHAT}", {"supplier": "Nordkaffe AB", "what": WHAT}),
        (f"{WHAT} hos Nordkaffe AB.", {"supplier": "Nordkaffe AB", "what": WHAT}),
        ("hos Nordkaffe AB", {"supplier": "Nordkaffe AB"}),
        ("hos Textilhuset AB", {"supplier": "Textilhuset AB"}),
        ("misstänkt barnarbete hos underleverantör", {"what": "misstänkt barnarbete hos underleverantör"}),
        ("hos städbolaget saknas ID06", {"what": "hos städbolaget saknas ID06"}),
        ("at Textilhuset AB: no cards", {"supplier": "Textilhuset AB", "what": "no cards"}),
    ],
)
def test_a_line_gives_the_supplier_and_what_was_found(words, found, asa, db):
    suppliers.add(db, "Nordkaffe AB", MONDAY)

    assert hers.heard(words, asa.ctx) == found


def test_a_name_that_is_nearly_known_is_asked_about(asa, db):
    suppliers.add(db, "Nordkaffe AB", MONDAY)

    assert hers.heard(f"hos Nordkafe AB: {WHAT}", asa.ctx)["supplier"] == Unsure("Nordkafe AB")


def test_the_first_question_reminds_of_what_is_not_written(asa):
    assert "Skriv inga personnummer eller namn på arbetstagare" in text(asa.say(f"avvikelse: {WHAT}"))


def test_a_personal_number_is_refused_before_anything_is_kept(asa, db):
    assert "personnummer" in text(asa.say("avvikelse: 850709-9805 saknar ID06"))
    assert talks.parked(db, asa.seat.person.id) == []


@pytest.mark.parametrize("before", ["följ upp", "risk", "avvikelse: första"])
def test_a_line_in_the_middle_of_another_talk_is_a_deviation_and_no_answer(before, asa, db):
    asa.say(before)
    asa.say("avvikelse: andra")

    assert talks.open_in(db, asa.seat.place.key, asa.seat.person.id).answers["what"] == "andra"
    assert len(talks.parked(db, asa.seat.person.id)) == 2


def test_what_was_begun_before_is_offered_afterwards(asa):
    asa.say("avvikelse: första")

    assert "/resume 1" in says(record(asa))


def test_a_word_that_names_an_option_is_an_answer_and_no_command(asa):
    for words in ("följ upp", "Nordkaffe AB", "intyget"):
        asa.say(words)
    asa.say("/change 1.kind")

    assert "Vilket avtal?" in text(asa.say("certifikat"))


# What is kept.


def test_a_deviation_is_recorded_with_everything_in_the_audit_trail(asa, db):
    record(asa)
    found = deviations.find(db, 1)

    assert (found.supplier_name, found.what, found.kind, found.state) == ("Nordkaffe AB", WHAT, "minor", "open")
    assert (found.found_on.isoformat(), found.responsible, found.two) == ("2026-11-23", "asa", False)
    actions = [row[0] for row in db.conn.execute("select action from audit where object = 'deviations:1'")]
    assert actions == ["recorded", "classified"]
    assert audit.first_bad(db) is None


def test_a_changed_answer_changes_the_same_deviation(asa, db):
    record(asa)
    asa.say("/set 1.what saknar ID06 på 3 personer")

    assert [each.what for each in deviations.all_open(db)] == ["saknar ID06 på 3 personer"]


def test_a_changed_answer_does_not_undo_a_class_that_somebody_else_decided(asa, bo, db):
    record(asa)
    bo.say("/start deviation-class 1")
    bo.say("major")
    asa.say("/set 1.contract 2026-14")
    assert deviations.find(db, 1).kind == "major"

    asa.say("/set 1.class observation")
    assert deviations.find(db, 1).kind == "observation"


def test_notes_are_kept_in_order(asa, db, clock):
    record(asa)
    for words in ("anteckning 1 första", "anteckning andra", "/start deviation-note 1", "tredje", "note #1: fjärde"):
        clock.now += timedelta(minutes=10)
        asa.say(words)

    assert [each[2] for each in kept(db, "deviations:1")] == ["första", "andra", "tredje", "fjärde"]
    assert text(asa.say("avvikelse 1")).index("första") < text(asa.say("avvikelse 1")).index("fjärde")
    assert "tredje" not in str(db.conn.execute("select details from audit").fetchall())


def test_after_the_inspection_a_note_needs_a_number(asa, db, clock):
    record(asa)
    clock.now += timedelta(hours=2, minutes=1)

    assert "Vilken avvikelse?" in text(asa.say("anteckning kylen är varm"))
    assert kept(db, "deviations:1") == []


def test_a_note_belongs_to_ones_own_latest_deviation(asa, bo, db):
    record(asa)

    assert "Which deviation?" in text(bo.say("note the fridge is warm"))


def test_a_number_of_people_is_no_number_of_a_deviation(asa, db):
    record(asa)
    asa.say("avvikelse: 1 person saknar hjälm")

    assert talks.open_in(db, asa.seat.place.key, "asa").answers == {"what": "1 person saknar hjälm"}


@pytest.mark.parametrize("words", ["avvikelse 99", "anteckning 99 x", "stäng avvikelse 99 x", "bekräfta avvikelse 99"])
@pytest.mark.parametrize("also", ["/start deviation-close 99", "/start deviation-note", "/start deviation-class x"])
def test_a_number_of_no_deviation_does_nothing(words, also, asa, db):
    assert "Vilken avvikelse?" in text(asa.say(words))
    assert "Vilken avvikelse?" in text(asa.say(also))
    assert talks.parked(db, "asa") == []


def test_the_record_of_a_purchase_is_no_deviation(asa, db):
    record(asa)
    asa.say("risk kaffe från Brasilien")
    asa.say("/start deviation 1")

    assert talks.open_in(db, asa.seat.place.key, "asa").subject is None


def test_one_more_at_the_same_supplier_asks_what_was_seen(asa):
    reply = asa.press(record(asa), "En till hos Nordkaffe AB")

    assert "Vad har du sett?" in text(reply)


# Photos.


def test_a_photo_with_the_word_begins_a_deviation_and_is_kept_with_it(asa, db):
    send(asa, "kok.jpg", text=f"avvikelse hos Nordkaffe AB: {WHAT}")
    assert kept(db, "deviations:1") == []
    asa.say("hoppa över")
    asa.say("mindre")

    assert kept(db, "deviations:1") == [("photo", "kok.jpg", None)]


def test_photos_within_the_talk_are_kept_once_however_often_an_answer_changes(asa, db):
    asa.say(f"avvikelse hos Nordkaffe AB: {WHAT}")
    assert "Vilket avtal?" in text(send(asa, "1.jpg", "2.jpg"))
    assert "Hur allvarlig" in text(send(asa, "3.jpg", text="2026-14"))
    asa.say("mindre")
    asa.say("/set 1.class stor")

    assert [name for _, name, _ in kept(db, "deviations:1")] == ["1.jpg", "2.jpg", "3.jpg"]
    assert deviations.find(db, 1).contract == "2026-14"


@pytest.mark.parametrize("caption", ["1", "#1", "avvikelse 1", "Deviation #1", "/avvikelse 1"])
def test_a_photo_with_a_number_is_added_to_that_one(caption, asa, db):
    record(asa)
    record(asa, "nödutgången är blockerad")
    send(asa, "dorr.png", text=caption, kind="png")

    assert kept(db, "deviations:1") == [("photo", "dorr.png", None)]


def test_words_about_a_photo_are_kept_with_it(asa, db):
    record(asa)
    send(asa, "dorr.png", text="anteckning 1 vid lastkajen", kind="png")

    assert kept(db, "deviations:1") == [("photo", "dorr.png", "vid lastkajen")]
    assert "vid lastkajen" in text(asa.say("avvikelse 1"))


@pytest.mark.parametrize("caption", ["", "trasig brandsläckare"])
def test_a_photo_while_still_on_site_is_added_to_the_latest(caption, asa, db):
    record(asa)
    record(asa, "nödutgången är blockerad")

    assert "#2 nödutgången är blockerad" in text(send(asa, "dorr.jpg", text=caption))
    assert kept(db, "deviations:2") == [("photo", "dorr.jpg", caption or None)]


@pytest.mark.parametrize(("name", "kind", "caption"), [("a.pdf", "pdf", ""), ("a.jpg", "jpeg", "GOTS")])
def test_what_is_no_photo_of_the_site_is_a_certificate(name, kind, caption, asa, db):
    record(asa)
    send(asa, name, text=caption, kind=kind)

    assert talks.open_in(db, asa.seat.place.key, "asa").flow == "certificate"


def test_a_photo_later_is_a_certificate(asa, db, clock):
    record(asa)
    clock.now += timedelta(hours=3)
    send(asa, "dorr.jpg")

    assert talks.open_in(db, asa.seat.place.key, "asa").flow == "certificate"
    assert kept(db, "deviations:1") == []


def test_a_photo_in_the_talk_that_closes_is_proof_at_once(asa, db):
    record(asa)
    asa.say("stäng avvikelse 1")
    assert "Vad visar" in text(send(asa, "efter.jpg"))
    send(asa, "kort.jpg", text="alla visade ID06")

    assert [name for _, name, _ in kept(db, "deviations:1")] == ["efter.jpg", "kort.jpg"]
    assert deviations.find(db, 1).state == "closed"


def test_a_reader_adds_nothing(asa, db):
    record(asa)
    people.set_role(db, "asa", "reader", MONDAY)
    for caption in ("1", "avvikelse: x", ""):
        assert text(send(asa, "dorr.jpg", text=caption)).count("Du är läsare")

    assert kept(db, "deviations:1") == []


# Where others read.


@pytest.mark.parametrize(
    ("words", "names"), [("avvikelse", ()), ("avvikelse 1", ()), ("", ("a.jpg",)), ("1", ("b.jpg",))]
)
def test_in_a_channel_nothing_is_told_of_a_deviation(words, names, asa):
    record(asa)
    reply = sent_in(CHANNEL, asa, words, *names)

    assert (reply.private, reply.level) == (True, "secret-ok")


# Classes.


def test_every_class_of_the_content_is_known_to_the_rules(library):
    assert set(TO_CLOSE) == set(library.deviations)
    assert {option.id for option in library.flows["deviation-class"].by_id["class"].options} == set(TO_CLOSE)


@pytest.mark.parametrize(("kind", "two"), [(kind, kind == "zero_tolerance") for kind in (*TO_CLOSE, "", "other")])
def test_only_a_zero_tolerance_takes_two(kind, two):
    assert needs_two(kind) == two


def test_nobody_confirms_her_own_proposal():
    assert [may_confirm(*pair) for pair in (("a", "a"), ("a", "b"), (None, "a"))] == [False, True, False]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_zero_tolerance_says_first_what_to_do_today(lang, asa, bo):
    who = asa if lang == "sv" else bo
    reply = record(asa, kind="nolltolerans") if who is asa else None
    if reply is None:
        bo.say("deviation at Nordkaffe AB: suspected child labour")
        bo.say("skip")
        reply = bo.say("zero tolerance")
    first = {"sv": "Nolltolerans.", "en": "Zero tolerance."}[lang]

    assert first in str(reply.parts[0])
    assert {"sv": "ansvarig chef i dag", "en": "responsible head today"}[lang] in text(reply)
    assert {"sv": "Dulys förslag", "en": "Duly's proposal"}[lang] in text(reply)


def test_the_times_are_said_to_be_ours(asa):
    assert "inom 30 dagar" in text(record(asa))
    assert "Tiderna är Dulys förslag" in text(asa.say("avvikelse 1"))


# Closing.


def test_what_is_not_grave_is_closed_at_once(asa, db):
    record(asa)
    asa.say("stäng avvikelse 1 alla visade ID06")
    found = deviations.find(db, 1)

    assert (found.state, found.closed_by, found.closing_note) == ("closed", "asa", "alla visade ID06")
    assert "redan stängd" in text(asa.say("stäng avvikelse 1 igen"))
    assert "redan stängd" in text(asa.say("/set 1.what något annat"))


def test_a_zero_tolerance_is_closed_by_two(asa, bo, db):
    record(asa, kind="nolltolerans")
    waits = asa.say("stäng avvikelse 1 ny fabrik")
    assert "bekräfta avvikelse 1" in text(waits)
    assert "/confirm deviation 1" not in says(waits)
    assert "Du har själv" in text(asa.say("bekräfta avvikelse 1"))
    assert deviations.find(db, 1).state == "closing"

    assert "is closed" in text(bo.press(bo.say("deviation 1"), "Confirm"))
    found = deviations.find(db, 1)
    assert (found.state, found.closing_by, found.closed_by, found.closing_note) == ("closed", "asa", "bo", "ny fabrik")
    assert audit.first_bad(db) is None


def test_whoever_does_not_agree_keeps_it_open_and_may_propose_herself(asa, bo, db):
    record(asa, kind="nolltolerans")
    asa.say("stäng avvikelse 1 ny fabrik")
    bo.say("/keep-open 1")
    assert deviations.find(db, 1).state == "open"
    bo.say("close deviation 1 new audit")
    bo.say("confirm deviation 1")
    assert deviations.find(db, 1).state == "closing"

    asa.say("bekräfta avvikelse 1")
    assert deviations.find(db, 1).state == "closed"


def test_nothing_is_confirmed_that_nobody_proposed(asa, bo, db):
    record(asa, kind="nolltolerans")

    assert "Nobody has proposed" in text(bo.say("confirm deviation 1"))
    assert "Nobody has proposed" in text(bo.say("/keep-open 1"))
    assert deviations.find(db, 1).state == "open"


def test_the_database_refuses_a_zero_tolerance_that_takes_one(asa, db):
    record(asa)
    with pytest.raises(sqlite3.IntegrityError), write(db):
        db.conn.execute("update deviations set class = 'zero_tolerance'")


ACTS = st.sampled_from(
    [
        "stäng avvikelse 1 klart",
        "/start deviation-close 1",
        "bekräfta avvikelse 1",
        "/confirm deviation 1",
        "/keep-open 1",
        "/start deviation-class 1",
        "mindre",
        "nolltolerans",
        "avgörs senare",
        "/set 1.class minor",
        "/set 1.class undecided",
        "/set 1.class zero_tolerance",
        "/set 1.what något annat",
        "/set 1.supplier Annat AB",
        "/start deviation-note 1",
        "fortsätt",
        "tillbaka",
        "stäng avvikelsen 1: igen",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=12))
def test_no_acts_of_one_person_close_a_zero_tolerance(acts):
    db, clock = open_database(":memory:"), Clock()
    asa = officer(Service(db, LIBRARY, STOCKHOLM, clock), clock, "asa", "Åsa Öberg", "sv")
    record(asa, kind="nolltolerans")
    for words in acts:
        asa.say(words)

    assert deviations.find(db, 1).state in ("open", "closing")


# Who leaves.


def test_open_deviations_go_over_with_the_work(asa, bo, db):
    record(asa)
    record(asa, "nödutgången är blockerad")
    asa.say("stäng avvikelse 2 åtgärdad")
    reply = asa.say("lämna över allt till Bo")
    assert "Öppna avvikelser: 1" in text(reply)
    asa.say("/hand-all asa bo")

    assert [deviations.find(db, id).responsible for id in (1, 2)] == ["bo", "asa"]


def test_two_accounts_of_one_person_that_closed_it_together_become_one(asa, bo, db):
    from storage import belongings

    record(asa, kind="nolltolerans")
    asa.say("stäng avvikelse 1 klart")
    bo.say("confirm deviation 1")
    with write(db):
        belongings.bring_together(db, "bo", "asa", MONDAY)

    assert deviations.find(db, 1).closed_by == "asa"


def test_a_word_said_to_a_reader_shows_and_does_not_change(asa, db):
    record(asa)
    ctx = replace(asa.ctx, person=replace(asa.ctx.person, role="reader"))
    assert WHAT in text(handle(Message("x", ctx.place, "asa", "avvikelse 1"), ctx))
    for words in ("anteckning 1 x", "stäng avvikelse 1 x", "bekräfta avvikelse 1", "/another 1", "/keep-open 1"):
        assert "Du är läsare" in text(handle(Message("x", ctx.place, "asa", words), ctx))
