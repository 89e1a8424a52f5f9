"""The memory: opened only when it is ours, written all or nothing, and a trail that tells of tampering."""

import hashlib
import os
import subprocess
import sys
import threading
import unicodedata
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import audit, follow_ups, outbox, people, procurements, reminders, suppliers
from storage.database import APPLICATION_ID, Refused, fold, moment, open_database, savepoint, sqlite3, stamp, write
from storage.migrations import SCHEMA_VERSION
from storage.people import Person

from .conftest import MONDAY, STOCKHOLM

BUSY = (sqlite3.OperationalError,)
HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[1]


def count(db, table):
    return db.conn.execute(f"select count(*) from {table}").fetchone()[0]


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


# Opening.


def test_a_new_database_is_made_whole_with_its_directory(tmp_path):
    path = tmp_path / "new" / "deep" / "duly.db"
    db = open_database(str(path))

    assert db.conn.execute("pragma application_id").fetchone() == (APPLICATION_ID,)
    assert db.conn.execute("pragma user_version").fetchone() == (SCHEMA_VERSION,)
    assert [file.name for file in path.parent.iterdir() if "new" in file.name] == []


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5_000, "trusted_schema": 0}


@pytest.mark.parametrize(("pragma", "value"), PRAGMAS.items())
def test_every_connection_is_set_for_safety(pragma, value, path):
    open_database(str(path)).conn.close()

    assert open_database(str(path)).conn.execute(f"pragma {pragma}").fetchone() == (value,)


def test_what_was_written_is_there_when_it_is_opened_again(path):
    db = open_database(str(path))
    with write(db):
        suppliers.add(db, "Nordkaffe AB", MONDAY)
    db.conn.close()

    assert suppliers.names(open_database(str(path))) == {1: "Nordkaffe AB"}


def test_several_programs_may_make_it_at_the_same_time(path):
    program = (
        "import sys, storage.database as d; print(d.open_database(sys.argv[1]).conn.execute(sys.argv[2]).fetchone())"
    )
    ask = [sys.executable, "-c", program, str(path), "pragma user_version"]
    children = [subprocess.Popen(ask, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(4)]
    said = {child.communicate()[0].decode().strip() for child in children}

    assert said == {f"({SCHEMA_VERSION},)"}
    assert [file.name for file in path.parent.iterdir() if file.suffix == ".new"] == []


def of_another_program(path):
    other = sqlite3.connect(path)
    other.execute("create table notes (words)")
    other.execute("pragma application_id=7")
    other.commit()
    other.close()


def newer(path):
    db = open_database(str(path))
    db.conn.execute(f"pragma user_version={SCHEMA_VERSION + 1}")
    db.conn.execute("pragma journal_mode=delete")
    db.conn.close()


def damaged(path):
    db = open_database(str(path))
    with write(db):
        for number in range(500):
            suppliers.add(db, f"Leverantör {number} AB", MONDAY)
    db.conn.execute("pragma wal_checkpoint(truncate)")
    db.conn.close()
    whole = bytearray(path.read_bytes())
    for at in range(8_192, len(whole), 4_096):
        whole[at : at + 64] = os.urandom(64)
    path.write_bytes(whole)


UNUSABLE = {
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "text": (lambda path: path.write_text("not a database, surely" * 20), "not a database"),
    "short": (lambda path: path.write_bytes(b"SQLite"), "not a database"),
    "cut": (lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\x10" * 10), "not a database"),
    "of another program": (of_another_program, "another program"),
    "newer": (newer, "newer Duly"),
    "damaged": (damaged, "damaged"),
}


@pytest.mark.parametrize(("make", "says"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_is_not_ours_or_not_whole_is_refused_and_left_as_it_was(make, says, path):
    make(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(Refused, match=says) as refused:
        open_database(str(path))

    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(Refused, match="is a directory"):
        open_database(str(tmp_path))


def test_a_place_that_cannot_be_reached_is_refused(path):
    path.write_text("a file where a directory should be")
    with pytest.raises(Refused, match="cannot be opened"):
        open_database(str(path / "duly.db"))


def test_a_database_in_another_engine_is_refused_with_what_to_do():
    with pytest.raises(Refused, match="Set DULY_DATABASE to a path"):
        open_database("postgresql://localhost/duly")


# Writing.


class Failed(Exception):
    """What goes wrong here, on purpose."""


def add_and_fail(db, name):
    suppliers.add(db, name, MONDAY)
    raise Failed


def test_a_transaction_that_fails_leaves_nothing(db):
    with pytest.raises(Failed), write(db):
        add_and_fail(db, "Nordkaffe AB")

    assert count(db, "suppliers") == 0
    assert not db.conn.in_transaction


def test_a_part_that_fails_leaves_the_rest(db):
    with write(db):
        suppliers.add(db, "Nordkaffe AB", MONDAY)
        with pytest.raises(Failed), savepoint(db):
            add_and_fail(db, "Havsfisk AB")
        with savepoint(db):
            suppliers.add(db, "Städkraft AB", MONDAY)

    assert sorted(suppliers.names(db).values()) == ["Nordkaffe AB", "Städkraft AB"]


def test_parts_can_stand_in_parts(db):
    with write(db), savepoint(db):
        suppliers.add(db, "Nordkaffe AB", MONDAY)
        with pytest.raises(Failed), savepoint(db):
            add_and_fail(db, "Havsfisk AB")

    assert list(suppliers.names(db).values()) == ["Nordkaffe AB"]


def test_reading_and_then_writing_never_finds_that_somebody_wrote_in_between(path):
    writers = [open_database(str(path)) for _ in range(4)]
    failed, start = [], threading.Barrier(4)

    def add_one_by_one(db):
        start.wait()
        for _ in range(10):
            try:
                with write(db):
                    number = count(db, "suppliers")
                    suppliers.add(db, f"Leverantör {number}", MONDAY)
            except BUSY as error:
                failed.append(error)

    threads = [threading.Thread(target=add_one_by_one, args=[db]) for db in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert count(writers[0], "suppliers") == 40


def test_a_deferred_transaction_would_have_failed(path):
    mine, yours = open_database(str(path)), open_database(str(path))
    mine.conn.execute("begin")
    count(mine, "suppliers")
    with write(yours):
        suppliers.add(yours, "Nordkaffe AB", MONDAY)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        suppliers.add(mine, "Havsfisk AB", MONDAY)
    mine.conn.execute("rollback")


def test_while_one_writes_others_read_what_was_there_before(path):
    mine, yours = open_database(str(path)), open_database(str(path))
    with write(mine):
        suppliers.add(mine, "Nordkaffe AB", MONDAY)
        seen = suppliers.names(yours)

    assert seen == {}
    assert suppliers.names(yours) == {1: "Nordkaffe AB"}


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
    assert [entry.details for entry in audit.history(db, "follow_ups:3")] == [{"note": "Åsa 3"}]


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

    assert reminders.due(db, MONDAY - timedelta(milliseconds=1)) == []
    assert len(reminders.due(db, MONDAY)) == 1


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
    outbox.add(db, "first", "slack", "room", "{}", MONDAY, not_before=MONDAY + HOUR)
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


# The tables.

NO_BIRTHDAY = {
    "audit": "its `at` is when it was written",
    "addresses": "its `seen_at` is renewed with every message",
    "leases": "holds who works now, not what happened",
    "_sqlite_migrations": "belongs to sqlite-utils and has applied_at",
}


def tables(db):
    """Name and whether it is strict."""
    found = db.conn.execute("select name, strict from pragma_table_list where type = 'table' and schema = 'main'")
    return {name: bool(strict) for name, strict in found if not name.startswith("sqlite_")}


def test_every_table_of_ours_is_strict(db):
    assert [name for name, strict in tables(db).items() if not strict] == ["_sqlite_migrations"]


def test_every_table_knows_when_its_rows_were_made_or_says_why_not(db):
    without = {
        name
        for name in tables(db)
        if "created_at" not in {row[1] for row in db.conn.execute(f"pragma table_info({name})")}
    }

    assert without == set(NO_BIRTHDAY)


def test_rows_that_belong_to_a_person_name_one_that_exists(db):
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        procurements.add(db, "Kaffe", None, "nobody", MONDAY)


def test_two_who_change_the_same_item_do_not_overwrite_each_other(db, item):
    mine, yours = follow_ups.find(db, item), follow_ups.find(db, item)

    assert follow_ups.set_state(db, mine, "done", "klart", "asa", MONDAY)
    assert not follow_ups.set_state(db, yours, "closed", None, "bo", MONDAY)
    assert not follow_ups.hand_over(db, yours, "bo", MONDAY)
    assert follow_ups.find(db, item).state == "done"
