"""A talk as a form: the same questions, the same answers, the same end."""

import orjson
import pytest

from handlers import forms
from storage import follow_ups

from .nasty import ROWS, words

FILLED = {
    "supplier": "Nordkaffe AB",
    "subject": "Fairtrade-licens",
    "kind": "certificate",
    "contract": "",
    "due": "2027-03-15",
    "deputy": "",
}


def filled(asa, **changed: str) -> dict[str, str]:
    return {**FILLED, "responsible": asa.seat.person.id, **changed}


def fill(asa, given: dict[str, str]):
    return asa.say(f"/fill follow-up {orjson.dumps(given).decode()}")


@pytest.mark.parametrize("flow", forms.FORMS)
def test_a_form_asks_what_the_talk_asks_whatever_was_answered(asa, library, flow):
    questions = library.flows[flow].questions

    assert [field.id for field in forms.fields(flow, asa.ctx)] == [question.id for question in questions]
    assert all(not question.ask_if for question in questions)
    assert all(field.options for field in forms.fields(flow, asa.ctx) if field.kind == "choice")


def test_a_form_records_what_the_talk_records(asa):
    reply = fill(asa, filled(asa))
    (item,) = follow_ups.open_for(asa.service.db, asa.seat.person.id)

    assert (item.subject, item.supplier_name, item.kind) == ("Fairtrade-licens", "Nordkaffe AB", "certificate")
    assert item.due_on.isoformat() == "2027-03-15"
    assert reply.buttons


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"supplier": " "}, {"supplier"}),
        ({"due": "2027-02-30"}, {"due"}),
        ({"due": "", "subject": ""}, {"due", "subject"}),
        ({"kind": "perhaps"}, {"kind"}),
        ({"responsible": "nobody"}, {"responsible"}),
        ({"subject": "kontakta 811228-9874"}, {"subject"}),
        ({"contract": "", "deputy": ""}, set()),
    ],
)
def test_each_fault_stands_under_its_question(asa, changed, wrong):
    faults = forms.wrong("follow-up", filled(asa, **changed), asa.ctx)

    assert faults.keys() == wrong
    assert all(faults.values())


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"supplier": 1}', '{"supplier": "A"}', '{"x": "y"}'])
def test_a_form_that_cannot_be_kept_becomes_the_talk(asa, body):
    asa.say(f"/fill follow-up {body}")

    assert follow_ups.open_for(asa.service.db, asa.seat.person.id) == []
    assert asa.service.db.conn.execute("select count(*) from talks where state = 'open'").fetchone() == (1,)


def test_there_is_no_form_of_a_talk_that_branches(asa):
    asa.say("/fill risk {}")
    assert asa.service.db.conn.execute("select count(*) from talks").fetchone() == (0,)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_in_any_field_is_told_or_kept_and_never_raises(asa, row):
    for name in FILLED:
        faults = forms.wrong("follow-up", filled(asa, **{name: words(row)[:20_000]}), asa.ctx)
        assert faults.keys() <= {name}
