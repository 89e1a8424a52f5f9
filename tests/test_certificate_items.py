"""A certificate that was recorded may answer an open item; a person says so, and nothing is closed by the way."""

from dataclasses import replace
from datetime import date

import pytest

from bot.render.plain import plain_text
from handlers.dispatch import handle
from handlers.messages import Message
from storage import audit, certificates, follow_ups, procurements, reminders, suppliers

from .conftest import MONDAY
from .on_site import says

CONTRACT = "avtal 2025-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029, ansvarig jag"


def text(reply):
    return plain_text(reply, {"source": "", "checked": ""})


def record(asa, scheme="Fairtrade", valid="31 december 2027", supplier="Nordkaffe AB"):
    """A certificate by the talk; what is said at the end."""
    asa.say(f"certifikat hos {supplier} gäller till {valid}")
    for words in (scheme, "FLO 30123", supplier):
        asa.say(words)
    return asa.say("hoppa över")


def planned(asa, db):
    """A contract for coffee, its plan accepted; the item that asks for a certificate."""
    procurements.add(db, "kaffe", "coffee", "asa", MONDAY)
    for words in (CONTRACT, "hoppa över", "#1", "hoppa över", "hoppa över", "/plan 1 all"):
        asa.say(words)
    return next(each for each in follow_ups.of_contract(db, 1, "2025-114") if each.kind == "certificate")


def waiting(db, subject, kind="certificate", supplier="Nordkaffe AB"):
    known = suppliers.named(db, supplier)
    of = known.id if known else suppliers.add(db, supplier, MONDAY)
    return follow_ups.add(db, of, kind, subject, date(2027, 3, 1), "asa", MONDAY)


def to_close(reply):
    return {words for words in says(reply) if words.startswith("/answered-by")}


def test_the_certificate_that_the_plan_asks_for_is_closed_by_a_press_and_not_before(asa, db):
    item = planned(asa, db)
    said = record(asa)

    assert f"Avsluta #{item.id}: Certifikat: Fairtrade, Rainforest Alliance eller" in text(said)
    assert follow_ups.find(db, item.id).state == "open"
    done = asa.say(f"/answered-by {item.id} 1")
    assert follow_ups.find(db, item.id).state == "done"
    assert follow_ups.find(db, item.id).note == "Visat med certifikat #1: Fairtrade FLO 30123, gäller till 31 dec 2027."
    assert [each for each in reminders.of_item(db, item.id) if each.state == "planned"] == []
    assert audit.of(db, f"follow_ups:{item.id}")[-1].action == "done"
    asa.press(done, "Ångra")
    assert follow_ups.find(db, item.id).state == "open"


@pytest.mark.parametrize(
    ("subject", "scheme", "is_offered"),
    [
        ("Fairtrade-licens", "Fairtrade", True),
        ("Certifikat: GOTS", "Fairtrade", False),
        ("Certifikat: GOTS eller likvärdigt", "Fairtrade", True),
        ("Certificate: GOTS or equivalent", "Fairtrade", True),
        ("Intyg om ursprung", "Fairtrade", True),
        ("Certifikat: Svanens egen", "svanens egen", True),
    ],
)
def test_what_names_other_schemes_alone_is_not_answered(subject, scheme, is_offered, asa, db):
    item = waiting(db, subject)

    assert to_close(record(asa, scheme)) == ({f"/answered-by {item} 1"} if is_offered else set())


def test_what_names_the_scheme_comes_first(asa, db):
    other, named = waiting(db, "Intyg om ursprung"), waiting(db, "Fairtrade-licens")
    buttons = [button.says for row in record(asa).buttons for button in row]

    assert [each for each in buttons if "answered" in each] == [f"/answered-by {named} 1", f"/answered-by {other} 1"]


def test_only_what_waits_for_a_certificate_of_that_supplier_is_offered(asa, db):
    waiting(db, "Fairtrade-licens", kind="other")
    waiting(db, "Fairtrade-licens", supplier="Textilhuset AB")
    done = waiting(db, "Fairtrade-licens")
    asa.say(f"klar {done}")
    asa.say("hoppa över")
    record(asa, "GOTS")

    assert to_close(record(asa)) == set()  # nor the item that reminds of the other certificate


def test_one_that_has_expired_answers_nothing(asa, db):
    waiting(db, "Fairtrade-licens")

    assert to_close(record(asa, valid="1 oktober 2026")) == set()


def test_it_is_still_offered_where_the_certificate_is_shown(asa, db):
    item = waiting(db, "Fairtrade-licens")
    record(asa)

    assert to_close(asa.say("certifikat 1")) == {f"/answered-by {item} 1"}
    asa.say(f"/answered-by {item} 1")
    assert to_close(asa.say("certifikat 1")) == set()


def test_pressed_twice_by_two_it_is_closed_once(asa, bo, db):
    item = waiting(db, "Fairtrade-licens")
    record(asa)
    asa.say(f"/answered-by {item} 1")

    assert "Åsa" in text(bo.say(f"/answered-by {item} 1"))
    assert [each.action for each in audit.of(db, f"follow_ups:{item}")].count("done") == 1


@pytest.mark.parametrize("words", ["/answered-by 1 9", "/answered-by 1 x", "/answered-by 1", "/answered-by 2 1"])
def test_a_button_of_something_else_closes_nothing(words, asa, db):
    waiting(db, "Fairtrade-licens")
    waiting(db, "Fairtrade-licens", supplier="Textilhuset AB")
    record(asa)

    assert "Den knappen" in text(asa.say(words))
    assert [follow_ups.find(db, id).state for id in (1, 2)] == ["open", "open"]


def test_a_reader_closes_nothing(asa, db):
    item = waiting(db, "Fairtrade-licens")
    record(asa)
    ctx = replace(asa.ctx, person=replace(asa.ctx.person, role="reader"))

    assert text(handle(Message("x", ctx.place, "asa", f"/answered-by {item} 1"), ctx)).startswith("Du är läsare")
    assert follow_ups.find(db, item).state == "open"
    assert certificates.find(db, 1)
