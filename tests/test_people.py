"""Coming in by a code, one officer on two platforms, giving everything away, being forgotten."""

from datetime import timedelta

import pytest

from handlers import linking
from handlers.messages import Message, Place, from_json
from storage import audit, follow_ups, invitations, people
from storage.people import Address, Person

from .conftest import MONDAY, Officer
from .test_access import FOLLOW, text

PHONE = Address("telegram", "", "77", "telegram||77|")


@pytest.fixture
def desk(service, clock, db) -> Officer:
    """An officer at her desk in Slack."""
    from bot.terminal import Seat

    person = Person("pdesk00001", "Åsa Öberg", "sv", "officer")
    place = Place("slack", "T1", "@U1")
    people.add(db, person, MONDAY)
    people.add_address(db, person.id, "slack", "T1", "U1", place.key, MONDAY)
    return Officer(service, Seat(person, place), clock)


@pytest.fixture
def phone(service, clock, db) -> Officer:
    """Somebody who was invited in Telegram."""
    from bot.terminal import Seat

    person = Person("pphone0001", "Åsa", "en", "reader")
    people.add(db, person, MONDAY)
    people.add_address(db, person.id, *vars_of(PHONE), MONDAY)
    return Officer(service, Seat(person, Place.of(PHONE.place)), clock)


def vars_of(address):
    return address.platform, address.tenant, address.account, address.place


def code_in(reply) -> str:
    """The code that a person reads in an answer."""
    words = text(reply).replace(":", " ").split()
    return next(word.strip(".") for word in words if len(word.strip(".")) == 11 and linking.typed(word))


def letters(db, place):
    rows = db.conn.execute("select body from outbox where place = ? order by id", (place,))
    return [from_json(row[0]) for row in rows]


def everything(db) -> str:
    """Every value of every table."""
    tables = [row[0] for row in db.conn.execute("select name from sqlite_master where type = 'table'")]
    return str([db.conn.execute(f"select * from {table}").fetchall() for table in tables])


# A code from here, given there, confirmed here.


def test_two_accounts_become_one_officer(desk, phone, db):
    phone.say("language en")
    desk.say("risk kaffe från Brasilien")
    said = phone.say(f"link {code_in(desk.say('länka'))}")
    asked = letters(db, desk.seat.place.key)[-1]

    assert text(said).startswith("Thank you.")
    assert "Åsa" in text(asked)
    assert people.at_address(db, "telegram", "", "77").id == "pphone0001"
    desk.press(asked, "Ja, det är jag")
    assert people.at_address(db, "telegram", "", "77").id == "pdesk00001"
    assert people.find(db, "pphone0001").role == "removed"
    assert text(letters(db, PHONE.place)[-1]).startswith("Nu är det här kontot kopplat")


def test_a_talk_goes_on_on_the_other_platform(desk, db, service, clock):
    from bot.terminal import Seat

    desk.say("risk kaffe från Brasilien")
    people.add_address(db, desk.seat.person.id, *vars_of(PHONE), MONDAY)
    phone = Officer(service, Seat(desk.seat.person, Place.of(PHONE.place)), clock)
    resumed = phone.say("fortsätt")

    assert any("Brasilien" in str(part) for part in resumed.parts)
    phone.say("vet inte")
    assert db.conn.execute("select place, state from talks").fetchall() == [(PHONE.place, "open")]


def test_records_and_reminders_follow(desk, phone, db):
    people.set_role(db, "pphone0001", "officer", MONDAY)
    phone.say("follow up licence at Nordkaffe AB by 15 March")
    ahead = db.conn.execute("select count(*) from reminders where state = 'planned'").fetchone()
    phone.say(f"link {code_in(desk.say('länka'))}")
    desk.press(letters(db, desk.seat.place.key)[-1], "Ja, det är jag")

    assert follow_ups.find(db, 1).responsible == "pdesk00001"
    hers = "select count(*) from reminders where state = 'planned' and recipient = 'pdesk00001'"
    assert db.conn.execute(hers).fetchone() == ahead
    assert audit.first_bad(db) is None


def test_a_no_links_nothing(desk, phone, db):
    phone.say(f"link {code_in(desk.say('länka'))}")
    desk.press(letters(db, desk.seat.place.key)[-1], "Nej")

    assert people.at_address(db, "telegram", "", "77").id == "pphone0001"


def test_a_code_is_good_once(desk, phone, bo):
    code = code_in(desk.say("länka"))
    phone.say(f"link {code}")

    assert text(bo.say(f"link {code}")).startswith("That code is not good.")


def test_a_code_is_good_for_a_quarter_of_an_hour(desk, phone, clock):
    code = code_in(desk.say("länka"))
    clock.now = MONDAY + timedelta(minutes=15)

    assert text(phone.say(f"link {code}")).startswith("That code is not good.")


def test_a_new_code_ends_the_one_before(desk, phone):
    before = code_in(desk.say("länka"))
    desk.say("länka")

    assert text(phone.say(f"link {before}")).startswith("That code is not good.")


def test_a_code_is_not_kept_as_it_is(desk, db):
    code = linking.typed(code_in(desk.say("länka")))
    db.conn.execute("delete from outbox")  # where it was told

    assert code not in everything(db)


def test_codes_cannot_be_tried_out(phone, clock):
    said = [text(phone.say(f"link ABCDE-FGHJ{digit}")) for digit in "23456789"]

    assert sum("not good" in words for words in said) == linking.MOST_WRONG
    assert said[-1].startswith("Those were many wrong codes.")
    clock.now += timedelta(minutes=61)
    assert "not good" in text(phone.say("link ABCDE-FGHJK"))


def test_two_people_of_one_platform_are_not_made_one(asa, bo):
    assert text(bo.say(f"link {code_in(asa.say('länka'))}")).startswith("The two accounts cannot belong")


def test_only_who_made_the_code_confirms(desk, phone, bo, db):
    phone.say(f"link {code_in(desk.say('länka'))}")

    assert text(bo.say("/pair 1 yes")).startswith("That question is no longer open.")
    assert people.at_address(db, "telegram", "", "77").id == "pphone0001"


@pytest.mark.parametrize("says", ["/pair 1", "/pair x yes", "/pair 99999999999999 yes", "/pair 0 yes", "/pair ² yes"])
def test_a_forged_confirmation_changes_nothing(says, asa):
    assert text(asa.say(says)).startswith("Den frågan gäller inte längre.")


def test_a_code_is_said_in_private_only(desk, db):
    channel = Place("slack", "T1", "C1", "1.1", shared=True)
    desk.service.receive(Message("c1", channel, desk.seat.person.id, "länka"))

    assert "15 minuter" not in text(letters(db, channel.key)[-1])
    assert "15 minuter" in text(letters(db, desk.seat.place.key)[-1])


def test_unlinked_means_a_stranger_again(desk, db):
    people.add_address(db, desk.seat.person.id, *vars_of(PHONE), MONDAY)
    offered = desk.say("koppla bort")

    assert [button.label for row in offered.buttons for button in row] == ["Koppla bort Telegram"]
    desk.press(offered, "Koppla bort Telegram")
    assert people.at_address(db, "telegram", "", "77") is None
    assert people.at_address(db, "slack", "T1", "U1").id == desk.seat.person.id


# By invitation.


def test_an_invitation_lets_one_in_once(asa, db):
    invitations.add(db, "s3cret", "Anna Ek", "lead", "asa", MONDAY, MONDAY + timedelta(days=1))
    anna = linking.welcome("s3cret", PHONE, "anna_e", "sv", asa.ctx)

    assert (anna.name, anna.role) == ("Anna Ek", "lead")
    assert people.at_address(db, "telegram", "", "77") == anna
    assert linking.welcome("s3cret", PHONE, "x", "sv", asa.ctx) is None
    assert "s3cret" not in everything(db)


def test_an_invitation_that_came_too_late_or_was_withdrawn_lets_nobody_in(asa, db, clock):
    invitations.add(db, "late", "Anna", "officer", "asa", MONDAY, MONDAY)
    invitations.add(db, "gone", "Eva", "officer", "asa", MONDAY, MONDAY + timedelta(days=1))
    invitations.withdraw(db, "Eva", MONDAY)

    assert linking.welcome("late", PHONE, "x", "sv", asa.ctx) is None
    assert linking.welcome("gone", PHONE, "x", "sv", asa.ctx) is None


# Everything to a colleague.


def test_what_will_change_hands_is_shown_and_then_done(asa, bo, db):
    asa.say(FOLLOW)
    asked = asa.say("lämna över allt till Bo")

    assert "Öppna uppföljningspunkter: 1" in str(asked.parts)
    assert follow_ups.find(db, 1).responsible == asa.seat.person.id
    asa.press(asked, "Ja, lämna över till Bo")
    assert follow_ups.find(db, 1).responsible == bo.seat.person.id
    assert {row[0] for row in db.conn.execute("select recipient from reminders where state = 'planned'")} == {
        bo.seat.person.id
    }
    assert text(letters(db, bo.seat.place.key)[-1]).startswith("You have taken this over from Åsa Öberg")
    assert audit.count(db, asa.seat.person.id, "handed everything over", MONDAY - timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("lämna över allt", "Skriv till vem"),
        ("lämna över allt till Åsa Öberg", "Det är redan samma person."),
        ("lämna över allt till Ingen Alls", "Jag känner ingen"),
        ("lämna över allt till Bo", "Åsa Öberg ansvarar inte för något"),
        ("lämna över allt från Bo till Åsa Öberg", "Bo ansvarar inte för något"),
    ],
)
def test_what_cannot_change_hands_is_told(words, begins, asa, bo):
    assert text(asa.say(words)).startswith(begins)


# To be forgotten.


def test_whoever_is_in_charge_hands_over_first(asa, bo):
    asa.say(FOLLOW)

    assert text(asa.say("glöm mig")).startswith("Lämna först över")
    assert text(asa.say("/forget now")).startswith("Lämna först över")


def test_what_is_only_hers_is_erased_and_records_keep_a_number(asa, bo, db):
    asa.say(FOLLOW)
    asa.say("risk hemlig kaffemaskin från Brasilien")
    asa.press(asa.say("lämna över allt till Bo"), "Ja, lämna över till Bo")
    asked = asa.say("glöm mig")
    done = asa.press(asked, "Ja, glöm mig")
    left = everything(db)

    assert "ditt namn" in str(asked.parts)
    assert text(done) == "Klart. Jag vet inte längre vem du är."
    assert "Åsa Öberg" not in left
    assert "kaffemaskin" not in left
    assert follow_ups.find(db, 1) is not None
    assert people.find(db, asa.seat.person.id).name.startswith("Tidigare handläggare")
    assert audit.first_bad(db) is None


def test_asking_to_be_forgotten_changes_nothing_yet(asa, db):
    asa.say("glöm mig")

    assert people.find(db, asa.seat.person.id).name == "Åsa Öberg"


@pytest.mark.parametrize("said", ["lämna över 1 till Bo", "lämna över allt till Bo", "/hand-all asa bo"])
def test_work_is_not_given_to_somebody_who_can_only_read(said, asa, bo, db):
    asa.say(FOLLOW)
    people.set_role(db, "bo", "reader", MONDAY)
    reply = asa.say(said)

    assert "Bo kan bara läsa" in text(reply)
    assert follow_ups.find(db, 1).responsible == "asa"
