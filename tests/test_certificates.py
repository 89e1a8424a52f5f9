"""Certificates: what a sentence says, what is kept with them, who is warned of what, and when she is reminded."""

from datetime import timedelta

import pytest

from handlers import certificates as hers
from storage import audit, certificates, follow_ups, reminders, suppliers, talks

from .conftest import MONDAY
from .on_site import kept, says, send, text

FAIRTRADE = "certifikat Fairtrade hos Nordkaffe AB giltigt till 15 mars 2027"


def record(asa, words=FAIRTRADE, number="FLO 30123", holder="Nordkaffe AB", scope="hoppa över"):
    """A certificate by the talk; what is said at the end."""
    asa.say(words)
    asa.say(number)
    asa.say(holder)
    return asa.say(scope)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "Fairtrade hos Nordkaffe AB giltigt till 15 mars 2028",
            {"scheme": "Fairtrade", "supplier": "Nordkaffe AB", "valid_to": "2028-03-15"},
        ),
        (
            "Fairtrade hos Nordkaffe AB, gäller till 2028-03-15",
            {"scheme": "Fairtrade", "supplier": "Nordkaffe AB", "valid_to": "2028-03-15"},
        ),
        ("GOTS för Textilhuset AB", {"scheme": "GOTS", "supplier": "Textilhuset AB"}),
        ("GOTS för arbetskläder", {"scheme": "GOTS"}),
        ("SA8000 at Nordkaffe AB", {"scheme": "SA8000", "supplier": "Nordkaffe AB"}),
        ("gick ut 1 oktober 2026", {"valid_to": "2026-10-01"}),
        ("miljöledning", {}),
        ("Fairtrade och GOTS", {}),
    ],
)
def test_a_sentence_gives_scheme_supplier_and_day(words, found, asa):
    assert hers.heard(words, asa.ctx) == found


def test_words_that_tell_nothing_of_a_certificate_are_a_question(asa, db):
    asa.say("certifikat miljöledning")

    assert talks.parked(db, "asa") == []


@pytest.mark.parametrize(("said", "scheme"), [("gots", "GOTS"), ("Svanens egen", "Svanens egen")])
def test_a_label_is_understood_and_another_scheme_kept_as_written(said, scheme, asa, db):
    asa.say("certifikat hos Nordkaffe AB gäller till 15 mars 2027")
    asa.say(said)
    asa.say("17")
    asa.say("Nordkaffe AB")
    asa.say("hoppa över")

    assert certificates.find(db, 1).scheme == scheme


def test_the_file_that_began_the_talk_is_kept_and_said_to_be_unread(asa, db):
    assert "läser det inte" in text(send(asa, "licens.pdf", text=FAIRTRADE.removeprefix("certifikat "), kind="pdf"))
    asa.say("FLO 30123")
    send(asa, "sida2.jpg", text="Nordkaffe AB")
    reply = asa.say("hoppa över")

    assert kept(db, "certificates:1") == [("document", "licens.pdf", None), ("photo", "sida2.jpg", None)]
    assert "Jag har inte läst filen" in text(reply)
    assert "licens.pdf" in text(asa.say("certifikat 1"))


def test_she_is_reminded_two_months_before_and_then_ever_nearer(asa, db):
    record(asa)
    item = follow_ups.find(db, 1)

    assert (item.kind, item.due_on.isoformat(), item.responsible) == ("certificate", "2027-03-15", "asa")
    assert [r.offset_days for r in reminders.of_item(db, 1) if r.kind in ("before", "due")] == [60, 30, 7, 1, 0]
    assert certificates.find(db, 1).item == 1
    assert audit.first_bad(db) is None


@pytest.mark.parametrize(
    ("holder", "warned"),
    [("Nordkaffe AB", False), ("nordkaffe  ab.", False), ("NORDKAFFE AB", False), ("Nordkaffe Import AB", True)],
)
def test_another_holder_is_warned_of(holder, warned, asa):
    reply = record(asa, holder=holder)

    assert ("utfärdat till" in text(reply)) == warned
    assert ("utfärdat till" in text(asa.say("certifikat 1"))) == warned


def test_one_that_expired_is_warned_of_and_not_reminded_of(asa, db):
    reply = record(asa, "certifikat Fairtrade hos Nordkaffe AB gäller till 2026-10-01")

    assert "har gått ut" in text(reply)
    assert follow_ups.all_open(db) == []
    assert "gick ut" in text(asa.say("certifikat"))


def test_the_last_day_counts(asa):
    reply = record(asa, "certifikat Fairtrade hos Nordkaffe AB gäller till 2026-11-23")

    assert "har gått ut" not in text(reply)


def test_a_changed_day_moves_the_reminders(asa, db):
    record(asa)
    asa.say("/set 1.valid_to 2027-06-15")

    assert follow_ups.find(db, 1).due_on.isoformat() == "2027-06-15"
    assert {r.local_date.isoformat() for r in reminders.of_item(db, 1) if r.kind == "due"} == {"2027-06-15"}
    assert len(certificates.current(db)) == 1


def test_a_renewed_one_replaces_the_one_before_and_its_reminders(asa, db):
    record(asa)
    reply = record(asa, FAIRTRADE.replace("2027", "2030"), number="flo-30123")

    assert "ersätter certifikat #1" in text(reply)
    assert [each.id for each in certificates.current(db)] == [2]
    assert follow_ups.find(db, 1).state == "done"
    assert reminders.of_item(db, 1) == []
    assert "ersatt av ett nyare" in text(asa.say("certifikat 1"))


@pytest.mark.parametrize(
    ("words", "number"), [(FAIRTRADE, "FLO 9"), (FAIRTRADE.replace("Fairtrade", "FSC"), "FLO 30123")]
)
def test_another_certificate_replaces_nothing(words, number, asa, db):
    record(asa)
    record(asa, words, number)

    assert [each.id for each in certificates.current(db)] == [1, 2]


def test_an_older_paper_replaces_nothing(asa, db):
    record(asa)
    record(asa, FAIRTRADE.replace("2027", "2026"))

    assert {each.id for each in certificates.current(db)} == {1, 2}


def test_the_list_tells_what_expires_soon(asa, clock):
    record(asa)
    assert "gäller till 15 mars 2027" in text(asa.say("certifikat"))
    clock.now = MONDAY + timedelta(days=60)

    assert "går snart ut, 15 mars 2027" in text(asa.say("certifikat"))


def test_the_card_of_the_label_and_the_item_are_a_button_away(asa):
    assert {"/label fairtrade", "/show 1"} <= says(record(asa))


def test_a_known_supplier_is_recorded_once(asa, db):
    suppliers.add(db, "Nordkaffe AB", MONDAY)
    record(asa)

    assert list(suppliers.names(db).values()) == ["Nordkaffe AB"]


@pytest.mark.parametrize("words", ["certifikat 99", "/certificate 99"])
def test_a_number_of_no_certificate_says_so(words, asa):
    assert "Vilket certifikat?" in text(asa.say(words))
