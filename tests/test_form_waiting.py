"""What a supplier sent in reaches somebody, and stands in her list until a person has judged it."""

from datetime import date
from pathlib import Path

import pytest

from bot.render.plain import plain_text
from handlers.messages import from_json
from knowledge.library import Library
from storage import absences, contracts, follow_ups, people, self_assessments
from storage.database import write
from storage.people import Person

from .answered import asked, judge_all, send_in
from .conftest import MONDAY
from .on_site import says
from .web_life import Supplier

LATE, SOON = date(2026, 11, 20), date(2026, 11, 25)


def text(reply):
    return plain_text(reply, {"source": "", "checked": ""})


@pytest.fixture
def there(tmp_path: Path, library: Library) -> Supplier:
    return Supplier(tmp_path, library)


def to_bo(there, role="officer"):
    people.add(there.db, Person("bo", "Bo Ek", "sv", role), MONDAY)
    people.add_address(there.db, "bo", "slack", "T1", "U2", "slack|T1|D2|", MONDAY)


def unreachable(there):
    there.db.conn.execute("delete from addresses where person = 'asa'")


def followed(db, id, due, deputy=None):
    """The item that reminds of it."""
    with write(db):
        one = self_assessments.find(db, id)
        item = follow_ups.add(db, one.supplier, "self_assessment", "svar", due, "asa", MONDAY, deputy)
        db.conn.execute("update self_assessments set item = ? where id = ?", (item, id))
    return item


def deputy_of(there, where):
    """Bo is the deputy of the item or of the contract."""
    supplier = there.form.one.supplier
    if where == "contract":
        days = date(2026, 1, 1), date(2028, 1, 1), None
        contracts.add(there.db, there.form.one.contract, supplier, None, days, "asa", "bo", "asa", MONDAY)
    else:
        followed(there.db, there.id, SOON, "bo")


def written(there):
    """To whom, and what."""
    with there.browser() as browser:
        there.fill(browser)
        there.submit(browser)
    rows = there.db.conn.execute("select person, place, body from outbox")
    return [(row[0], row[1], from_json(row[2])) for row in rows]


@pytest.mark.parametrize("where", ["item", "contract"])
def test_the_deputy_is_told_where_the_responsible_officer_cannot_be_reached(where, there):
    to_bo(there)
    deputy_of(there, where)
    unreachable(there)
    ((to, place, letter),) = written(there)

    assert (to, place) == ("bo", "slack|T1|D2|")
    assert "Du får det som ersättare. Åsa Öberg är ansvarig" in text(letter)
    assert says(letter) == {f"/assess {there.id}"}


def test_the_responsible_officer_alone_is_told_where_she_can_be_reached(there):
    to_bo(there)
    deputy_of(there, "item")
    ((to, _, letter),) = written(there)

    assert to == "asa"
    assert "ersättare" not in text(letter)


@pytest.mark.parametrize("left", ["nobody", "removed"])
def test_where_nobody_can_be_reached_it_is_sent_in_all_the_same(left, there):
    if left == "removed":
        to_bo(there, "removed")
        deputy_of(there, "item")
    unreachable(there)

    assert written(there) == []
    assert there.form.one.state == "submitted"


# In the list.


def test_an_answer_that_waits_is_in_the_week_until_it_is_judged(asa, db):
    id = asked(asa)
    assert "/assess" not in str(says(asa.say("vecka")))
    send_in(asa, id)
    week = asa.say("vad ska jag göra den här veckan?")

    assert text(week).startswith("Svar från leverantörer som väntar på din bedömning:")
    assert f"#{id} Nordkaffe AB: inskickad, väntar på bedömning" in text(week)
    assert says(week) == {f"/assess {id}"}
    judge_all(asa, id)
    asa.say(f"/verdict {id} {self_assessments.find(db, id).version}")
    asa.say("uppfyllt")
    asa.say("allt visades")

    assert self_assessments.find(db, id).state == "judged"
    assert says(asa.say("vecka")) == set()


def test_its_follow_up_is_not_shown_twice(asa, db):
    id = asked(asa)
    item = followed(db, id, LATE)
    assert says(asa.say("vecka")) == {f"/show {item}"}
    send_in(asa, id)

    assert says(asa.say("vecka")) == {f"/assess {id}"}


def test_it_is_in_nobody_elses_week_but_of_whoever_stands_in(asa, bo, db):
    id = asked(asa)
    send_in(asa, id)
    assert says(bo.say("week")) == set()
    with write(db):
        absences.begin(db, "asa", "bo", date(2026, 11, 23), date(2026, 12, 1), MONDAY)

    assert says(bo.say("week")) == {f"/assess {id}"}
    assert says(asa.say("vecka")) == {f"/assess {id}"}


def test_it_is_in_the_week_of_the_deputy_of_one_who_cannot_be_reached(asa, bo, db):
    id = asked(asa)
    followed(db, id, SOON, "bo")
    send_in(asa, id)
    assert says(bo.say("week")) == set()
    db.conn.execute("delete from addresses where person = 'asa'")

    assert says(bo.say("week")) == {f"/assess {id}"}
