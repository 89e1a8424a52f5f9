"""Deviations and certificates: what is found on site, what shows it, and who may say that it is over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.certificates import warnings
from handlers.messages import Attachment, Message
from knowledge.rules.deviation import ZERO, may_close, needs_two
from storage import audit, certificates, deviations, evidence, follow_ups, reminders
from storage.certificates import Certificate

from .conftest import MONDAY
from .test_access import text

PHOTO = Attachment("bild.jpg", "jpeg", "abc.jpeg", "0" * 64, 1234)
PAPER = Attachment("licens.pdf", "pdf", "def.pdf", "1" * 64, 999)


def send(officer, words, *files):
    """What is said to a message with files."""
    officer.said += 1
    message = Message(f"f{officer.said}", officer.seat.place, officer.seat.person.id, words, tuple(files))
    return officer.service.receive(message).replies[0]


def record(officer, kind="nolltolerans"):
    officer.say("avvikelse hos Nordkaffe AB: barn i fabriken")
    officer.say("hoppa över")
    return officer.say(kind)


# Four eyes.


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["propose", "close"])), max_size=12))
def test_nobody_closes_a_zero_tolerance_deviation_alone(acts):
    proposed_by, closed_by = None, None
    for who, act in acts:
        if act == "propose":
            proposed_by = who
        elif may_close(ZERO, proposed_by, who):
            closed_by = who
            break

    assert closed_by is None or closed_by != proposed_by


@pytest.mark.parametrize("kind", [None, "observation", "minor", "major", ZERO])
def test_only_zero_tolerance_needs_two_and_no_class_closes_nothing(kind):
    assert needs_two(kind) == (kind == ZERO)
    assert may_close(kind, None, "a") == (kind not in (None, ZERO))


def test_one_person_cannot_close_by_any_words(asa, db):
    record(asa)
    for words in (
        "stäng avvikelse 1 klart",
        "bekräfta avvikelse 1",
        "/confirm-close 1",
        "/confirm-close 1 yes",
        "/start deviation-close 1",
        "klart nu",
        "/confirm-close 1",
    ):
        asa.say(words)

    assert deviations.find(db, 1).state == "closing"


def test_two_officers_close_it_and_the_trail_names_both(asa, bo, db):
    record(asa)
    asa.say("stäng avvikelse 1 revision utan anmärkning")
    said = bo.say("confirm deviation 1")

    assert text(said) == "Deviation #1 is closed. Judged by: Åsa Öberg, Bo."
    assert deviations.find(db, 1).closed_by == "bo"
    assert ("bo", "closed") in db.conn.execute("select actor, action from audit").fetchall()
    assert audit.first_bad(db) is None


def test_a_new_class_takes_a_proposal_back(asa, bo, db):
    record(asa)
    asa.say("stäng avvikelse 1 klart")
    bo.say("/class 1 zero_tolerance")

    assert text(bo.say("confirm deviation 1")) == "Deviation #1 waits for no confirmation."
    assert deviations.find(db, 1).state == "open"


def test_zero_tolerance_stops_the_ordinary_way(asa):
    said = str(record(asa).parts)

    assert "Nolltolerans: stanna upp här." in said
    assert "Skriv inga namn i en delad kanal" in said


def test_a_class_is_a_persons_to_decide(asa, db):
    record(asa, "bedöms senare")

    assert deviations.find(db, 1).kind is None
    assert text(asa.say("stäng avvikelse 1 klart")) == "Bestäm klassen först. Det gör en person, inte Duly."
    asa.say("/class 1 major")
    assert deviations.find(db, 1).kind == "major"
    asa.say("stäng avvikelse 1 åtgärdat enligt protokoll")
    assert deviations.find(db, 1).state == "closed"


@pytest.mark.parametrize(
    "says", ["/class 1 huge", "/class 9 major", "/class x major", "/class 1", "/note 9 x", "/note x"]
)
def test_forged_words_change_nothing(says, asa, db):
    record(asa, "bedöms senare")
    before = (
        db.conn.execute("select * from deviations").fetchall(),
        db.conn.execute("select * from evidence").fetchall(),
    )
    asa.say(says)

    assert (
        db.conn.execute("select * from deviations").fetchall(),
        db.conn.execute("select * from evidence").fetchall(),
    ) == before


def test_a_stale_version_changes_nothing(db, asa):
    record(asa, "stor")
    old = deviations.find(db, 1)
    assert deviations.classify(db, old, "minor", MONDAY)
    assert not deviations.close(db, old, "asa", MONDAY)
    assert deviations.find(db, 1).state == "open"


# Files.


def test_a_file_that_starts_a_deviation_is_its_evidence_once(asa, db):
    send(asa, "avvikelse hos Nordkaffe AB: ingen skyddsutrustning", PHOTO)
    asa.say("hoppa över")
    done = asa.say("stor")
    asa.press(done, "Anteckna")
    kept = evidence.of(db, "deviations:1")

    assert [(each.kind, each.path) for each in kept] == [("photo", "abc.jpeg")]


def test_a_file_after_two_hours_is_no_longer_the_deviations(asa, db, clock):
    record(asa, "stor")
    clock.now += timedelta(hours=2, minutes=1)
    said = send(asa, "", PAPER)

    assert evidence.of(db, "deviations:1") == []
    assert "Vilken leverantör" in str(said.parts)


def test_a_file_in_another_talk_starts_the_certificate_talk_and_the_other_waits(asa):
    asa.say("risk kaffe från Brasilien")
    said = send(asa, "", PAPER)

    assert "Vilken leverantör har visat det?" in str(said.parts)


def test_a_reader_starts_nothing_with_a_file(asa, db):
    from storage import people

    people.set_role(db, "asa", "reader", MONDAY)

    assert text(send(asa, "", PAPER)).startswith("Du är läsare")


# Certificates.


def certificate(asa, holder="Nordtextil AB", valid="2027-05-31"):
    asa.say("certifikat GOTS hos Nordtextil AB")
    for words in ("CU 1", holder, "hoppa över"):
        asa.say(words)
    return asa.say(valid)


def test_a_certificate_has_a_reminder_before_it_expires(asa, db):
    certificate(asa)
    item = follow_ups.find(db, certificates.find(db, 1).item)

    assert item.due_on.isoformat() == "2027-05-31"
    assert [r.offset_days for r in reminders.of_item(db, item.id)][:4] == [30, 7, 1, 0]


def test_one_that_is_changed_is_one_certificate_and_one_item(asa, db):
    done = certificate(asa)
    assert "Innehavaren är inte" not in str(done.parts)
    asa.say("/change 1.holder")
    asa.say("Bengal Weaving Ltd")

    assert [each.holder for each in certificates.in_force(db, 9)] == ["Bengal Weaving Ltd"]
    assert len(follow_ups.all_open(db)) == 1


FOUND = Certificate(1, 1, "Nordtextil AB", "GOTS", "1", "Nordtextil AB", None, MONDAY.date(), None)


@pytest.mark.parametrize(
    ("holder", "days", "said"),
    [
        ("Nordtextil AB", 1, []),
        ("NORDTEXTIL ab", 0, []),
        ("Nordtextil", 1, []),
        ("Bengal Weaving Ltd", 1, ["holder_differs"]),
        ("Nordtextil AB", -1, ["certificate_has_expired"]),
        ("X", -1, ["holder_differs", "certificate_has_expired"]),
    ],
)
def test_what_a_person_should_look_at(holder, days, said):
    today = MONDAY.date()

    assert warnings(replace(FOUND, holder=holder, valid_to=today + timedelta(days=days)), today) == said


def test_those_that_expire_first_stand_first(asa):
    certificate(asa, valid="2028-01-31")
    asa.say("certifikat Fairtrade hos Nordkaffe AB")
    for words in ("FLO 2", "Nordkaffe AB", "hoppa över", "2026-12-15"):
        asa.say(words)
    lines = str(asa.say("certifikat").parts)

    assert lines.index("Fairtrade") < lines.index("GOTS")
    assert "om 22 dagar" in lines
