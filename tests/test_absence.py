"""Somebody is away: her reminders go to whoever stands in, nothing is handed over, and it ends by itself."""

from datetime import date

import pytest

from bot import officers
from bot.render.plain import plain_text
from bot.terminal import sit_down
from storage import absences, people
from storage.database import write

from .conftest import MONDAY, Officer
from .conftest import officer as somebody
from .reminding import at, item_of, letters, record, reminded

LABELS = {"source": "", "checked": ""}


def told(db):
    """Who was written to, and what."""
    rows = db.conn.execute("select person, body from outbox where dedupe_key not like 'reply:%' order by id")
    return [person for person, _ in rows]


def text(reply):
    return plain_text(reply, LABELS)


def test_until_she_is_back_reminders_go_to_whoever_stands_in(asa, bo, db):
    record(asa, "2027-03-15")
    asa.say("borta från 1 mars till 12 mars, Bo tar över")
    for day in ("02-12", "03-01", "03-08", "03-12", "03-15"):
        reminded(asa, f"2027-{day} 09:00")

    assert told(db) == ["asa", "bo", "bo", "bo", "asa"]  # the first to Bo says that he stands in
    assert item_of(asa, 1).responsible == "asa"


def test_it_is_said_for_whom_in_the_language_of_whoever_hears(asa, bo, db):
    record(asa, "2027-03-15")
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    reminded(asa, "2027-03-08 09:00")

    assert "For Åsa Öberg, who is away until 12 Mar 2027" in text(letters(db)[-1])


def test_what_was_told_to_whoever_stood_in_is_not_told_again(asa, bo, db):
    record(asa, "2027-03-15")
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    reminded(asa, "2027-03-08 09:00")
    asa.say("jag är tillbaka")

    assert reminded(asa, "2027-03-08 09:30") == []
    assert reminded(asa, "2027-03-12 09:00") == [("before", "asa")]
    assert told(db)[-1] == "asa"


def test_an_item_of_both_is_told_once(asa, bo, db):
    record(asa, "2027-03-15", deputy="bo")
    asa.say("borta från 16 mars till 12 april, Bo tar över")
    reminded(asa, "2027-03-15 09:00")
    before = len(told(db))
    reminded(asa, "2027-03-30 09:00")
    reminders_told = [key for (key,) in db.conn.execute("select dedupe_key from outbox where dedupe_key like 'rem:%'")]

    assert told(db)[before:] == ["bo", "bo"]
    assert len(reminders_told) == 2
    assert ("late", "asa") in reminded(asa, "2027-04-05 09:00")  # the weekly ones go on


def test_whoever_stands_in_gets_one_digest_of_hers_and_his(asa, bo, db):
    for officer in (asa, asa, bo, bo):
        record(officer, "2027-03-15")
    asa.say("borta från 15 mars till 19 mars, Bo tar över")
    reminded(asa, "2027-02-12 09:00")
    before = len(letters(db))
    reminded(asa, "2027-03-15 09:00")
    digests = [key for (key,) in db.conn.execute("select dedupe_key from outbox where dedupe_key like 'digest:%'")]

    assert digests == ["digest:bo:2027-03-15"]
    assert len(letters(db)) == before + 2


def test_who_stands_in_for_each_other_hear_their_own(asa, bo, db):
    record(asa, "2027-03-15")
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    bo.say("away from 8 March until 12 March, Åsa Öberg takes over")
    reminded(asa, "2027-03-08 09:00")

    assert absences.reader(db, "asa", date(2027, 3, 8)) == "asa"
    assert told(db)[-1] == "asa"


def test_a_stand_in_who_is_away_has_one_of_her_own(asa, bo, db, service, clock):
    eva = Officer(service, sit_down(service, "Eva", "sv", "sv"), clock)
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    bo.say("away from 8 March until 12 March, Eva takes over")

    assert absences.reader(db, "asa", date(2027, 3, 8)) == eva.seat.person.id
    assert absences.reader(db, "asa", date(2027, 3, 13)) == "asa"


def test_nobody_who_cannot_be_reached_or_was_removed_stands_in(asa, db):
    with write(db):
        people.add(db, people.Person("eva", "Eva", "sv", "officer"), MONDAY)
    record(asa, "2027-03-15")
    asa.say("borta från 8 mars till 12 mars, Eva tar över")
    reminded(asa, "2027-03-08 09:00")
    people.set_role(db, "eva", people.REMOVED, MONDAY)

    assert told(db)[-1] == "asa"
    assert absences.reader(db, "asa", date(2027, 3, 8)) == "asa"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("borta till 12 mars, Åsa Öberg tar över", "ta över för dig själv"),
        ("borta till 12 mars, Rut tar över", "känner ingen"),
        ("borta från 12 mars till 1 mars, Bo tar över", "ligger före"),
        ("borta till 12 mars 2030, Bo tar över", "Högst ett år"),
        ("borta till 31 februari, Bo tar över", "finns inte"),
        ("borta till vidare", "Skriv till vilken dag"),
        ("borta till " + "x" * 5000 + ", Bo tar över", ""),
    ],
)
def test_what_cannot_be_is_refused_in_words(words, says, asa, bo, db):
    said = text(asa.say(words))

    assert says in said
    assert absences.of(db, "asa") is None


def test_only_an_officer_stands_in(asa, bo, db):
    people.set_role(db, "bo", "reader", MONDAY)

    assert "kan bara läsa" in text(asa.say("borta till 12 mars, Bo tar över"))
    assert absences.of(db, "asa") is None


def test_nobodys_phone_rings_at_night_because_somebody_goes_away(asa, bo, db):
    asa.say("borta från 1 mars till 12 mars, Bo tar över")
    night, early, day = (len(reminded_letters(asa, db, f"2027-03-01 {at}")) for at in ("00:01", "07:59", "08:00"))

    assert (night, early, day) == (0, 0, 1)
    assert len(reminded_letters(asa, db, "2027-03-02 09:00")) == 1


def reminded_letters(officer, db, words):
    reminded(officer, words)
    return letters(db)


def test_it_is_in_the_audit_trail_and_gone_when_she_is_forgotten(asa, bo, db):
    asa.say("borta från 1 mars till 12 mars, Bo tar över")
    actions = [row[0] for row in db.conn.execute("select action from audit where object = 'people:asa'")]
    asa.say("glöm mig")
    asa.say("/forget now")

    assert "away" in actions
    assert db.conn.execute("select count(*) from absences").fetchone()[0] == 0


def test_hers_and_his_together_come_as_one_digest_in_the_morning(asa, bo, db):
    for officer in (asa, asa, bo, bo):
        record(officer, "2027-03-15")
    asa.say("borta från 15 mars till 19 mars, Bo tar över")
    reminded(asa, "2027-02-12 09:00")
    before = len(letters(db))
    reminded(asa, "2027-03-15 08:30")
    reminded(asa, "2027-03-15 09:00")

    assert len(letters(db)) == before + 2  # one says that he stands in
    assert text(letters(db)[-1]).startswith("To follow up:")


def test_the_digest_says_for_whom_and_what_should_have_come_before(asa, bo, db):
    for _ in range(4):
        record(asa, "2027-03-15")
    asa.say("borta från 12 mars till 16 mars, Bo tar över")
    reminded(asa, "2027-03-05 09:00")
    reminded(asa, "2027-03-13 09:00")
    reminded(asa, "2027-03-16 09:00")
    digest = text(letters(db)[-1])

    assert digest.count("(for Åsa Öberg, who is away until 16 Mar 2027)") == 4
    assert digest.count("(the reminder should have come 15 Mar 2027)") == 4


def test_what_the_deputy_would_hear_goes_to_whoever_stands_in_for_her(asa, bo, service, clock, db):
    eva = somebody(service, clock, "eva", "Eva", "sv")
    record(asa, "2027-03-15", deputy="bo")
    clock.now = at("2027-03-28 12:00")
    bo.say("away until 2 april, Eva takes over")
    heard = reminded(eva, "2027-03-30 09:00")

    assert ("escalated", "bo") in heard
    assert "Du är ersättare" in next(text(each) for each in letters(db) if "För Bo" in text(each))


@pytest.mark.parametrize("way", ["removed", "forgotten"])
def test_who_named_a_stand_in_that_is_gone_hears_herself(way, asa, bo, service, db):
    record(asa, "2027-03-15")
    asa.say("borta från 8 mars till 12 mars, Bo tar över")
    with write(db):
        officers.remove(service, people.find(db, "bo"), None, way == "forgotten", asa.seat.person)
    reminded(asa, "2027-03-08 09:00")

    first = text(letters(db)[0])

    assert told(db) == ["asa", "asa"]
    assert "har slutat och kan inte ta över för dig" in first
