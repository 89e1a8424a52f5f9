"""Digests: one a day to an officer, one a week to a team, and to administrators what did not arrive."""

from datetime import date, timedelta

import pytest

from bot import clock as due_clock
from bot import delivery
from bot.render.plain import plain_text
from bot.service import Service
from handlers.messages import Reply, from_json, to_json
from knowledge.text import para
from storage import certificates, contracts, follow_ups, outbox, people, procurements, rooms, suppliers, teams
from storage.database import write
from storage.rooms import LEVELS, Room

from .conftest import MONDAY, STOCKHOLM
from .reminding import at, letters, record, reminded
from .slack_life import Life, texts, workspace

LABELS = {"source": "", "checked": ""}
ROOM = ("slack", "T1", "C1")
DAY = timedelta(days=1)


def told(db):
    return [plain_text(letter, LABELS) for letter in letters(db)]


def weekly(db):
    """The digests of teams that were written: key and words."""
    sql = "select dedupe_key, body from outbox where dedupe_key like 'teamdigest:%' order by id"
    return [(key, from_json(body)) for key, body in db.conn.execute(sql).fetchall()]


def tick(officer, words):
    officer.clock.now = at(words)
    return due_clock.tick(officer.service)


def make_team(db, level="internal", members=("asa", "bo")):
    with write(db):
        if level:
            rooms.allow(db, Room(*ROOM, level, ""), "t", MONDAY)
        id = teams.add(db, "Upphandling", ROOM, "sv", "asa", MONDAY)
        teams.set_members(db, id, members, "asa", MONDAY)
    return id


# One officer.


def test_all_that_is_reminded_of_is_named_however_much_it_is(asa, db):
    for number in range(25):
        record(asa, "2027-03-15", subject=f"punkt {number}")
    reminded(asa, "2027-03-08 09:00")
    words = told(db)[-1]

    assert all(f"punkt {number}," in words for number in range(25))


def test_more_than_three_come_together_at_half_past_eight_and_no_more_at_nine(asa, db):
    for number in range(4):
        record(asa, "2027-03-15", subject=f"punkt {number}")
    reminded(asa, "2027-03-12 10:00")
    before = len(told(db))
    early = reminded(asa, "2027-03-15 08:29")

    assert early == []
    assert len(reminded(asa, "2027-03-15 08:30")) == 4
    assert reminded(asa, "2027-03-15 09:00") == []
    assert len(told(db)) == before + 1


def test_three_come_one_by_one_at_nine(asa, db):
    for number in range(3):
        record(asa, "2027-03-15", subject=f"punkt {number}")
    reminded(asa, "2027-03-12 10:00")
    before = len(told(db))

    assert reminded(asa, "2027-03-15 08:30") == []
    assert len(reminded(asa, "2027-03-15 09:00")) == 3
    assert len(told(db)) == before + 3


def test_it_lists_late_today_and_this_week_with_numbers_to_press(asa, db):
    for number, due in enumerate(("2027-03-08", "2027-03-15", "2027-03-15", "2027-03-15", "2027-03-18"), 1):
        record(asa, due, subject=f"punkt {number}")
    reminded(asa, "2027-03-12 10:00")
    reminded(asa, "2027-03-15 08:30")
    letter = letters(db)[-1]
    words = plain_text(letter, LABELS)

    sections = [words.index(title) for title in ("Sent:", "I dag:", "Den här veckan:")]
    assert sections == sorted(sections)
    assert words.index("punkt 1") < words.index("I dag:") < words.index("punkt 2") < words.index("punkt 5")
    assert [button.says for button in letter.buttons[0]] == [f"/show {n}" for n in range(1, 6)]


def test_what_is_told_in_the_digest_is_not_planned_again_for_nine(asa, db):
    """A put-off reminder and a stage of the same item fall on one morning."""
    for number in range(1, 5):
        record(asa, "2027-03-15", subject=f"punkt {number}")
        asa.say(f"skjut upp {number} till 8 mars 2027")
    reminded(asa, "2027-03-08 08:30")
    count = len(told(db))

    assert reminded(asa, "2027-03-08 09:00") == []
    assert len(told(db)) == count == 1


# A team.


def test_a_team_is_told_on_monday_at_half_past_eight_once(asa, bo, db):
    make_team(db)
    record(asa, "2026-12-02")
    before = tick(asa, "2026-11-30 08:29"), weekly(db)
    tick(asa, "2026-11-30 08:30")
    tick(asa, "2026-11-30 08:31")
    tick(asa, "2026-12-01 08:30")

    assert before[1] == []
    assert [key for key, _ in weekly(db)] == ["teamdigest:1:2026-11-30"]
    assert "#1 licens, Nordkaffe AB: senast 2 dec 2026 (Åsa Öberg)" in plain_text(weekly(db)[0][1], LABELS)


@pytest.mark.parametrize(
    ("moment", "is_told"),
    [
        ("2026-11-30 14:00", True),  # nobody was there at the hour
        ("2026-11-30 18:00", False),
        ("2026-12-01 08:00", False),
        ("2027-03-29 08:30", False),  # Easter Monday
        ("2027-03-30 08:30", True),
        ("2027-03-31 08:30", False),
    ],
)
def test_the_same_day_or_never(moment, is_told, asa, bo, db):
    make_team(db)
    tick(asa, moment)

    assert bool(weekly(db)) == is_told


def test_a_team_of_its_own_day_is_told_then(asa, bo, db):
    id = make_team(db)
    teams.set_digest(db, id, 5, at("2026-11-27 09:15").astimezone(STOCKHOLM).time(), MONDAY)
    tick(asa, "2026-11-30 12:00")
    tick(asa, "2026-11-27 09:14")
    none = weekly(db)
    tick(asa, "2026-11-27 09:15")

    assert none == []
    assert len(weekly(db)) == 1


def test_a_digest_that_waits_until_tomorrow_is_not_sent(asa, bo, db):
    make_team(db)
    tick(asa, "2026-11-30 08:30")
    letter = outbox.waiting(db, "slack", None, asa.clock.now)
    today = delivery.still_applies(asa.service, letter)
    asa.clock.now += DAY

    assert today is True
    assert delivery.still_applies(asa.service, letter) is False


def test_a_room_that_nobody_allowed_is_told_nothing(asa, bo, db):
    make_team(db, level=None)
    tick(asa, "2026-11-30 08:30")

    assert weekly(db) == []


def busy_week(asa, bo, db):
    """Late, this week, secret by tender, done, a certificate and a contract that end; and somebody else's."""
    record(asa, "2026-11-25", subject="sen licens")
    record(bo, "2026-12-02", subject="veckans revision")
    record(asa, "2026-12-03", subject="hemlig kaffe")
    done = record(bo, "2026-12-01", subject="klar skola")
    with write(db):
        tender = procurements.add(db, "Kaffe", None, "asa", MONDAY)
        db.conn.execute("update follow_ups set procurement = ? where id = 3", (tender,))
        supplier = suppliers.named(db, "Nordkaffe AB").id
        until = date(2026, 12, 20)
        cert = certificates.add(db, supplier, "Fairtrade", "F-1", "Nordkaffe AB", None, until, "asa", MONDAY)
        certificates.followed_by(db, cert, 1)
        days = (date(2025, 1, 1), date(2027, 6, 1), date(2027, 1, 15))
        contracts.add(db, "2025-114", supplier, None, days, "bo", None, "bo", MONDAY)
        follow_ups.set_state(db, follow_ups.find(db, done), "done", None, "bo", MONDAY)
        people.add(db, people.Person("eva", "Eva", "sv", "officer"), MONDAY)
        follow_ups.add(db, supplier, "other", "evas sak", date(2026, 12, 1), "eva", MONDAY)


NAMED = ("sen licens", "veckans revision", "Nordkaffe", "Fairtrade", "2025-114", "klar skola", "Åsa", "Bo")


@pytest.mark.parametrize("level", LEVELS)
def test_a_room_reads_no_more_than_it_may(level, asa, bo, db):
    make_team(db, level)
    busy_week(asa, bo, db)
    tick(asa, "2026-11-30 08:30")
    reply = weekly(db)[0][1]
    words = plain_text(reply, LABELS)

    assert "1 sen punkt" in words
    assert "Ska vara klart den här veckan: 2" in words
    assert "evas sak" not in words
    assert [name in words for name in NAMED] == [level != "public"] * len(NAMED)
    assert ("hemlig kaffe" in words) == (level == "secret-ok")
    assert ("Punkter som kanalen inte får visa: 1" in words) == (level == "internal")
    assert reply.level == level


def test_an_awarded_contract_makes_the_item_internal(asa, bo, db):
    make_team(db)
    busy_week(asa, bo, db)
    with write(db):
        db.conn.execute("update contracts set procurement = 1")
    tick(asa, "2026-11-30 08:30")

    assert "hemlig kaffe" in plain_text(weekly(db)[0][1], LABELS)


def test_with_nothing_to_tell_it_says_so_in_a_line(asa, bo, db):
    make_team(db)
    tick(asa, "2026-11-30 08:30")

    assert "Inget ska vara klart den här veckan" in plain_text(weekly(db)[0][1], LABELS)
    assert weekly(db)[0][1].level == "public"


def test_a_team_that_cannot_be_told_keeps_no_other_waiting(asa, bo, db):
    make_team(db)
    with write(db):
        rooms.allow(db, Room("slack", "T1", "C2", "internal", ""), "t", MONDAY)
        other = teams.add(db, "Annat", ("slack", "T1", "C2"), "sv", "asa", MONDAY)
        db.conn.execute("update teams set digest_at = '07:00', language = 'xx' where id = ?", (other,))
    tick(asa, "2026-11-30 08:30")

    assert "teamdigest:1:2026-11-30" in [key for key, _ in weekly(db)]


# Sent: the room's level is asked again.


@pytest.mark.parametrize("planned", LEVELS)
@pytest.mark.parametrize("sent", [None, *LEVELS])
def test_a_level_that_falls_before_it_is_sent_makes_it_say_less(planned, sent, db, library, clock):
    clock.now = at("2026-11-30 08:30")
    served = Service(db, library, STOCKHOLM, clock, presents=())
    with write(db):
        for id, name in (("asa", "Åsa Öberg"), ("bo", "Bo Ek")):
            people.add(db, people.Person(id, name, "sv", "officer"), MONDAY)
    make_team(db, planned)
    with write(db):
        supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
        follow_ups.add(db, supplier, "other", "licens", date(2026, 12, 2), "asa", MONDAY)
        tender = procurements.add(db, "Kaffe", None, "asa", MONDAY)
        follow_ups.add(db, supplier, "other", "hemlig", date(2026, 12, 2), "asa", MONDAY, procurement=tender)
    due_clock.tick(served)
    with write(db):
        if sent:
            rooms.allow(db, Room(*ROOM, sent, ""), "t", MONDAY)
        else:
            rooms.remove(db, *ROOM, "t", MONDAY)
    with workspace() as slack, Life(slack, served) as desk:
        desk.rest()
        said = slack.messages("C1")

    words = "\n".join(texts(message) for message in said)
    allowed = min(LEVELS.index(planned), LEVELS.index(sent or "public"))
    assert len(said) == (sent is not None)
    assert ("Ska vara klart den här veckan: 2" in words) == (sent is not None)
    assert ("licens" in words) == (allowed >= 1)
    assert ("hemlig" in words) == (allowed >= 2)
    assert "failed" not in outbox.states(db)


# Whoever runs Duly.


def fail(db, key, moment):
    with write(db):
        outbox.add(db, key, "slack", "slack|T1|@U9|", to_json(Reply((para("x"),))), moment)
        letter = outbox.all_waiting(db, "slack", "slack|T1|@U9|", moment, 1)[0]
        outbox.claim(db, letter, "me", moment)
        outbox.give_up(db, letter, "failed", "channel_not_found", moment)


def failures(db):
    sql = "select dedupe_key, person, body from outbox where dedupe_key like 'undelivered:%' order by id"
    return [(key, person, plain_text(from_json(body), LABELS)) for key, person, body in db.conn.execute(sql).fetchall()]


def test_administrators_are_told_once_a_day_what_did_not_arrive(asa, bo, db):
    people.set_role(db, "bo", "officer", MONDAY)
    fail(db, "one", at("2026-11-30 12:00"))
    fail(db, "two", at("2026-11-30 13:00"))
    tick(asa, "2026-12-01 08:29")
    early = failures(db)
    tick(asa, "2026-12-01 08:30")
    tick(asa, "2026-12-01 12:00")
    tick(asa, "2026-12-02 08:30")

    assert early == []
    assert [(key, person) for key, person, _ in failures(db)] == [("undelivered:asa:2026-12-01", "asa")]
    assert "Slack: 2" in failures(db)[0][2]


def test_what_failed_over_a_weekend_is_told_on_monday(asa, db):
    fail(db, "one", at("2026-11-27 17:00"))
    for moment in ("2026-11-28 09:00", "2026-11-29 09:00", "2026-11-30 09:00"):
        tick(asa, moment)

    assert [key for key, _, _ in failures(db)] == ["undelivered:asa:2026-11-30"]


def test_with_nothing_wrong_nobody_is_told(asa, db):
    tick(asa, "2026-12-01 08:30")

    assert failures(db) == []
