"""What is kept: a trail that tells of tampering, reminders and letters once, words found however they are typed."""

import json
import threading
import unicodedata
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import audit, follow_ups, outbox, people, procurements, reminders, suppliers
from storage.database import fold, moment, open_database, sqlite3, stamp, write
from storage.people import Person

from .conftest import MONDAY, STOCKHOLM

BUSY = (sqlite3.OperationalError,)
HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "duly.db"


@pytest.fixture
def item(db):
    """One follow-up item of Åsa's at Nordkaffe; its id."""
    with write(db):
        people.add(db, Person("asa", "Åsa Öberg", "sv", "admin"), MONDAY)
        people.add(db, Person("bo", "Bo", "sv", "admin"), MONDAY)
        supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
        return follow_ups.add(db, supplier, "other", "licens", date(2027, 3, 15), "asa", MONDAY)


def kept_about(db, about):
    """The details of what was done to one record."""
    return [json.loads(row[0]) for row in db.conn.execute("select details from audit where object = ?", (about,))]


# The audit trail.


def trail(db, length=5):
    with write(db):
        for number in range(length):
            audit.append(db, "asa", "noted", f"follow_ups:{number}", MONDAY, {"note": f"Åsa {number}"})


def without_triggers(db):
    """As somebody with the file in hand could."""
    for name in ("audit_is_kept", "audit_is_not_rewritten"):
        db.conn.execute(f"drop trigger {name}")


def test_a_whole_chain_has_nothing_bad(db):
    trail(db)

    assert audit.first_bad(db) is None
    assert kept_about(db, "follow_ups:3") == [{"note": "Åsa 3"}]


@pytest.mark.parametrize("column", ["at", "actor", "action", "object", "details", "previous", "hash"])
def test_a_changed_line_is_named(column, db):
    trail(db)
    without_triggers(db)
    db.conn.execute(f"update audit set {column} = 'x' || {column} where id = 3")

    assert audit.first_bad(db) == 3


def test_the_line_after_a_removed_one_is_named(db):
    trail(db)
    without_triggers(db)
    db.conn.execute("delete from audit where id = 3")

    assert audit.first_bad(db) == 4


def test_an_inserted_line_is_named(db):
    trail(db)
    columns = "at, actor, action, object, details, previous, hash"
    db.conn.execute("drop trigger audit_is_not_rewritten")
    db.conn.execute("update audit set id = id + 1 where id = 5")
    db.conn.execute(f"insert into audit (id, {columns}) select 5, {columns} from audit where id = 4")

    assert audit.first_bad(db) == 5


def test_two_lines_in_each_others_place_are_named(db):
    trail(db)
    without_triggers(db)
    for was, becomes in ((2, 99), (3, 2), (99, 3)):
        db.conn.execute("update audit set id = ? where id = ?", (becomes, was))

    assert audit.first_bad(db) == 2


@pytest.mark.parametrize(
    "sql", ["delete from audit", "update audit set actor = 'bo'", "delete from audit where id = 1"]
)
def test_the_trail_cannot_be_changed_by_the_way(sql, db):
    trail(db)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.conn.execute(sql)

    assert audit.first_bad(db) is None


# Reminders.


def test_the_same_reminder_is_planned_once(db, item):
    for _ in range(3):
        reminders.plan(db, item, "before", 7, date(2027, 3, 8), MONDAY + HOUR, "asa", MONDAY)

    assert len(reminders.of_item(db, item)) == 1


def test_what_was_queued_is_not_planned_again_and_what_was_cancelled_is(db, item):
    for kind in ("before", "due"):
        reminders.plan(db, item, kind, 7, date(2027, 3, 8), MONDAY + HOUR, "asa", MONDAY)
    first, second = reminders.of_item(db, item)
    reminders.settle(db, [first.id], "queued")
    reminders.settle(db, [second.id], "cancelled")
    for kind in ("before", "due"):
        reminders.plan(db, item, kind, 7, date(2027, 3, 8), MONDAY + 2 * HOUR, "asa", MONDAY)

    assert [(found.id, found.due_at) for found in reminders.of_item(db, item)] == [(second.id, MONDAY + 2 * HOUR)]


def test_a_reminder_is_due_at_its_minute_and_not_before(db, item):
    reminders.plan(db, item, "due", 0, date(2026, 11, 23), MONDAY, "asa", MONDAY)

    assert reminders.planned(db, MONDAY - timedelta(milliseconds=1)) == []
    assert len(reminders.planned(db, MONDAY)) == 1


def test_cancelling_for_one_person_leaves_the_others(db, item):
    for person in ("asa", "bo"):
        reminders.plan(db, item, "due", 0, date(2027, 3, 15), MONDAY, person, MONDAY)
    reminders.cancel(db, item, "asa")

    assert [found.recipient for found in reminders.of_item(db, item)] == ["bo"]


# The outbox.


def letters(db, platform="slack", place=None, now=MONDAY):
    """What could be sent now, one after the other."""
    found = []
    while letter := outbox.waiting(db, platform, place, now):
        assert outbox.claim(db, letter, "me", now + HOUR)
        outbox.sent(db, letter, "ref", now)
        found.append(letter.dedupe_key)
    return found


def test_letters_to_one_place_keep_their_order(db):
    for number in range(5):
        outbox.add(db, f"k{number}", "slack", "room", "{}", MONDAY)

    assert letters(db) == [f"k{number}" for number in range(5)]


def test_nothing_overtakes_a_letter_that_waits_and_other_rooms_do_not_wait_for_it(db):
    outbox.add(db, "first", "slack", "room", "{}", MONDAY)
    tried = outbox.waiting(db, "slack", None, MONDAY)
    outbox.claim(db, tried, "me", MONDAY + HOUR)
    outbox.later(db, tried, "pending", MONDAY + HOUR, "busy")
    outbox.add(db, "second", "slack", "room", "{}", MONDAY)
    outbox.add(db, "elsewhere", "slack", "other room", "{}", MONDAY)

    assert letters(db) == ["elsewhere"]
    assert letters(db, now=MONDAY + HOUR) == ["first", "second"]


def test_the_same_meaning_is_written_once(db):
    assert outbox.add(db, "rem:1", "slack", "room", "first", MONDAY)
    assert not outbox.add(db, "rem:1", "slack", "room", "again", MONDAY)
    assert outbox.written(db, "rem:1") == ["first"]


def test_a_letter_belongs_to_whoever_claimed_it_until_the_lease_ends(db):
    outbox.add(db, "k", "slack", "room", "{}", MONDAY)
    letter = outbox.waiting(db, "slack", None, MONDAY)
    outbox.claim(db, letter, "me", MONDAY + HOUR)

    assert outbox.waiting(db, "slack", None, MONDAY + HOUR - timedelta(milliseconds=1)) is None
    assert outbox.waiting(db, "slack", None, MONDAY + HOUR).attempts == 1


def test_one_letter_is_claimed_by_one_of_many(path):
    workers = [open_database(str(path)) for _ in range(4)]
    for number in range(20):
        outbox.add(workers[0], f"k{number}", "slack", f"room {number}", "{}", MONDAY)
    seen = {number: [_letter(db, number) for db in workers] for number in range(20)}
    claims, start = [], threading.Barrier(4)

    def claim_all(db, name):
        start.wait()
        for number in range(20):
            letter = seen[number][name]
            with write(db):
                claims.append((number, outbox.claim(db, letter, str(name), MONDAY + HOUR)))

    threads = [threading.Thread(target=claim_all, args=[db, name]) for name, db in enumerate(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(number for number, got_it in claims if got_it) == list(range(20))


def _letter(db, number):
    return outbox.waiting(db, "slack", f"room {number}", MONDAY)


def test_the_letters_of_one_answer_are_found_by_its_beginning_and_no_others(db):
    for key in ("reply:1:0", "reply:1:1", "reply:10:0", "reply:2:0"):
        outbox.add(db, key, "slack", "room", key, MONDAY)

    assert outbox.written(db, "reply:1:") == ["reply:1:0", "reply:1:1"]


# Words and moments.

SAME = [
    ("Åsa", "ÅSA"),
    ("Åsa", "A\u030asa"),  # å in two characters
    ("Åsa", "åsa"),
    ("Ｎｏｒｄ", "nord"),  # full width
    ("Straße", "STRASSE"),
    ("  Nord   Kaffe ", "nord kaffe"),
    ("Nord\u00a0Kaffe", "nord kaffe"),
    ("ﬁsk", "fisk"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_names_are_the_same_however_they_are_typed(a, b):
    assert fold(a) == fold(b)


@pytest.mark.parametrize(("a", "b"), [("Åsa", "Asa"), ("Bärgning", "Bargning"), ("Öst", "Ost")])
def test_letters_with_rings_and_dots_are_letters_of_their_own(a, b):
    assert fold(a) != fold(b)


@given(st.text(max_size=50))
def test_form_and_case_never_matter(words):
    decomposed = unicodedata.normalize("NFD", words)

    assert fold(fold(words)) == fold(words)
    assert fold(decomposed) == fold(words)


def test_a_supplier_is_found_in_any_case(db):
    id = suppliers.add(db, "Åkeri Öst AB", MONDAY)

    assert suppliers.named(db, "åkeri öst ab").id == suppliers.named(db, "A\u030aKERI O\u0308ST AB").id == id


TITLES = ("100 % ekologiskt kaffe", "100 ekologiska äpplen", "a_b", "axb", "C:\\avtal", "ÅTERBRUK")
SEARCHES = {
    "100 %": ["100 % ekologiskt kaffe"],
    "%": ["100 % ekologiskt kaffe"],
    "a_b": ["a_b"],
    "_": ["a_b"],
    "\\": ["C:\\avtal"],
    "återbruk": ["ÅTERBRUK"],
    "EKOLOGISK": ["100 ekologiska äpplen", "100 % ekologiskt kaffe"],
    "'; drop table procurements; --": [],
    "": list(reversed(TITLES)),
}


@pytest.mark.parametrize(("words", "titles"), SEARCHES.items())
def test_a_search_takes_every_character_as_itself(words, titles, db, item):
    for title in TITLES:
        procurements.add(db, title, None, "asa", MONDAY)

    assert [found.title for found in procurements.search(db, words)] == titles


INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, STOCKHOLM]), allow_imaginary=False)


@given(INSTANTS, INSTANTS)
def test_the_order_of_kept_moments_is_the_order_of_time(a, b):
    one, other = sorted([a.astimezone(UTC), b.astimezone(UTC)])

    assert stamp(one) <= stamp(other)
    assert timedelta(0) <= one - moment(stamp(one)) < timedelta(milliseconds=1)


# Two at once.


def test_two_who_change_the_same_item_do_not_overwrite_each_other(db, item):
    mine, yours = follow_ups.find(db, item), follow_ups.find(db, item)

    assert follow_ups.set_state(db, mine, "done", "klart", "asa", MONDAY)
    assert not follow_ups.set_state(db, yours, "closed", None, "bo", MONDAY)
    assert not follow_ups.hand_over(db, yours, "bo", MONDAY)
    assert follow_ups.find(db, item).state == "done"


def test_a_reminder_that_waits_for_the_morning_holds_no_answer_up(db):
    morning = MONDAY + timedelta(hours=12)
    outbox.add(db, "rem:1", "slack", "slack|T1|@U1|", "{}", MONDAY, not_before=morning)
    outbox.add(db, "reply:1", "slack", "slack|T1|@U1|", "{}", MONDAY)

    assert outbox.waiting(db, "slack", None, MONDAY).dedupe_key == "reply:1"
    assert outbox.waiting(db, "slack", None, morning).dedupe_key == "rem:1"
