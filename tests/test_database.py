"""The file: opened only when it is ours, written all or nothing, its tables strict."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from storage import procurements, suppliers
from storage.database import APPLICATION_ID, Refused, open_database, savepoint, sqlite3, write
from storage.migrations import SCHEMA_VERSION

from .conftest import MONDAY

BUSY = (sqlite3.OperationalError,)
HOUR = timedelta(hours=1)
ROOT = Path(__file__).parents[1]


def count(db, table):
    return db.conn.execute(f"select count(*) from {table}").fetchone()[0]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "duly.db"


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


def test_two_threads_that_begin_the_same_statement_at_once_leave_the_connection_whole(tmp_path):
    conn = open_database(str(tmp_path / "duly.db")).conn
    for number in range(1_000):  # more than it keeps prepared
        conn.execute(f"select -{number}").fetchall()
    conn.set_authorizer(lambda *_: time.sleep(0.05) or 0)  # while one prepares it, the other comes
    threads = [threading.Thread(target=lambda: conn.execute("select 1 as same").fetchall()) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    conn.set_authorizer(None)

    for number in (0, 0, 0, 1, 1, 1, 2):  # what is used more often goes before what was doubled
        assert conn.execute(f"select {number}").fetchall() == [(number,)]
