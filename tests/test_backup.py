"""A copy is whole or it is not there; what is put back is what was kept, and nothing goes out twice because of it."""

import random
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from bot import backup
from bot.opening import Refusal
from bot.service import Service
from handlers import web_links
from handlers.messages import Message, to_json
from handlers.web_links import Web
from storage import copying, outbox
from storage.database import open_database, write

from .conftest import MONDAY, STOCKHOLM, Clock, Officer, officer
from .machine import Machine, assert_refused

RECORDED = "följ upp Fairtrade-licens hos Nordkaffe AB senast 15 mars"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "home" / "duly.db"


@pytest.fixture
def files(database: Path) -> Path:
    kept = database.with_suffix(".files")
    kept.mkdir(parents=True)
    (kept / "0a1b.pdf").write_bytes(b"%PDF-1.7 " + bytes(range(256)))
    return kept


@pytest.fixture
def asa(database: Path, files: Path, library) -> Officer:
    clock = Clock()
    service = Service(open_database(str(database)), library, STOCKHOLM, clock)
    return officer(service, clock, "asa", "Åsa Öberg", "sv")


def dump(path: Path) -> list[object]:
    """Every row of every table but the post, which a restore holds back."""
    db = open_database(str(path))
    names = [row[0] for row in db.conn.execute("select name from sqlite_master where type = 'table' order by name")]
    rows = [(name, list(db.conn.execute(f"select * from {name}"))) for name in names if name != "outbox"]
    db.conn.close()
    return rows


def test_what_is_put_back_is_what_was_kept(asa, database, files, tmp_path):
    asa.say(RECORDED)
    before = dump(database)
    backup.backup(database, files, tmp_path / "copy.zip", MONDAY)
    there = tmp_path / "elsewhere" / "duly.db"

    backup.restore(tmp_path / "copy.zip", there, there.with_suffix(".files"), False, MONDAY)
    assert dump(there) == before
    assert (there.with_suffix(".files") / "0a1b.pdf").read_bytes() == (files / "0a1b.pdf").read_bytes()


def test_a_copy_is_whole_while_officers_write(asa, database, files, tmp_path):
    """B1: four writers, five copies; each holds everything that was answered before it was begun."""
    stop, answered = threading.Event(), []

    def write_on(number: int) -> None:
        said = 0
        while not stop.is_set():
            said += 1
            message = Message(f"{number}-{said}", asa.seat.place, "asa", f"följ upp sak {said} hos Bolag {number} AB")
            asa.service.receive(message)
            answered.append(message.id)

    writers = [threading.Thread(target=write_on, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    copies = []
    for number in range(5):
        known = list(answered)
        copies.append((known, tmp_path / f"{number}.zip"))
        backup.backup(database, files, copies[-1][1], MONDAY)
    stop.set()
    for writer in writers:
        writer.join()

    for number, (known, copy) in enumerate(copies):
        there = tmp_path / f"there-{number}" / "duly.db"
        backup.restore(copy, there, there.with_suffix(".files"), False, MONDAY)
        db = open_database(str(there))
        kept = {row[0] for row in db.conn.execute("select event_key from inbox")}
        assert list(copying.faults(db)) == []
        assert set(known) <= kept
    assert answered


def test_what_waited_is_held_back_until_somebody_says_so(asa, database, files, tmp_path):
    with asa.service.kept():
        outbox.add(asa.service.db, "rem:1", "slack", "slack|T|C|", '{"parts":[]}', MONDAY, "asa")
    backup.backup(database, files, tmp_path / "copy.zip", MONDAY)
    there = tmp_path / "elsewhere" / "duly.db"

    assert backup.restore(tmp_path / "copy.zip", there, there.with_suffix(".files"), False, MONDAY) == 1
    db = open_database(str(there))
    assert outbox.waiting(db, "slack", None, MONDAY + timedelta(days=9)) is None
    with write(db):
        assert copying.release(db) == 1
    assert outbox.waiting(db, "slack", None, MONDAY + timedelta(days=9)) is not None


def test_a_copy_that_was_changed_is_refused_and_nothing_is_touched(asa, database, files, tmp_path):
    """D4, for copies: sixteen bytes anywhere in the file."""
    asa.say(RECORDED)
    whole = tmp_path / "copy.zip"
    backup.backup(database, files, whole, MONDAY)
    good, dice, taken = whole.read_bytes(), random.Random(4), 0
    for number in range(40):
        broken = bytearray(good)
        at = dice.randrange(len(broken) - 16)
        broken[at : at + 16] = dice.randbytes(16)
        (tmp_path / "broken.zip").write_bytes(bytes(broken))
        there = tmp_path / f"there-{number}" / "duly.db"
        try:
            backup.restore(tmp_path / "broken.zip", there, there.with_suffix(".files"), False, MONDAY)
        except Refusal:
            assert not there.exists()
        else:  # the bytes lay where zip keeps nothing that counts, such as a time
            taken += 1
            assert dump(there) == dump(database)

    assert taken < 20


def test_a_damaged_database_is_not_copied_over_a_good_copy(asa, database, files, tmp_path):
    backup.backup(database, files, tmp_path / "copy.zip", MONDAY)
    good = (tmp_path / "copy.zip").read_bytes()
    with asa.service.kept():
        asa.service.db.conn.execute("drop trigger audit_is_not_rewritten")
        asa.service.db.conn.execute("insert into audit values (99, 'x', 'x', 'x', 'x', '{}', 'x', 'x')")

    with pytest.raises(Refusal, match="audit"):
        backup.backup(database, files, tmp_path / "copy.zip", MONDAY)
    assert (tmp_path / "copy.zip").read_bytes() == good


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "files/../x", "files/a/b", "other.db"])
def test_nothing_is_written_where_it_does_not_belong(name, tmp_path):
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as archive:
        archive.writestr("manifest.json", f'{{"parts": {{"{name}": {{"sha256": "", "size": 1}}}}}}')
        archive.writestr(name, "x")
    home = tmp_path / "a" / "b"

    with pytest.raises(Refusal, match="does not belong"):
        backup.restore(tmp_path / "copy.zip", home / "duly.db", home / "duly.files", False, MONDAY)
    assert list(home.iterdir()) == []


def packed(path: Path, told: str, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A file that calls itself a copy."""
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("manifest.json", told)
        archive.writestr("duly.db", b"a" * 5_000)
    return path


ONE = '{"parts": {"duly.db": {"sha256": "", "size": 5000}}}'
LISTS = ("null", "[]", "0", "{", '{"parts": []}', '{"parts": null}', '{"parts": {}}', '{"parts": {"duly.db": 1}}')
LISTS += ('{"parts": {"duly.db": {"size": "x"}}}', '{"parts": {"files/": {"sha256": "", "size": 1}}}', "[" * 100_000)
LISTS += ('{"parts": {"duly.db": {"sha256": "", "size": 99999999999999999999999}}}',)


@pytest.mark.parametrize("told", LISTS, ids=lambda told: told[:40])
def test_a_list_that_is_none_is_refused_and_puts_nothing_there(told, tmp_path):
    there = tmp_path / "there" / "duly.db"
    copy = packed(tmp_path / "copy.zip", told)

    with pytest.raises(Refusal, match="no whole copy"):
        backup.restore(copy, there, there.with_suffix(".files"), False, MONDAY)
    assert list(there.parent.iterdir()) == []


def test_a_list_that_grows_without_end_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "MOST_LIST", 1_000)
    copy = packed(tmp_path / "copy.zip", ONE + " " * 1_000)

    with pytest.raises(Refusal, match="no list"):
        backup.restore(copy, tmp_path / "there.db", tmp_path / "there.files", False, MONDAY)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_copy_packed_in_another_way_and_damaged_is_refused(method, tmp_path):
    data = bytearray(packed(tmp_path / "copy.zip", ONE, method).read_bytes())
    begins = data.rfind(b"PK\x03\x04") + 45
    data[begins : begins + 12] = bytes(byte ^ 255 for byte in data[begins : begins + 12])
    (tmp_path / "copy.zip").write_bytes(data)

    with pytest.raises(Refusal):
        backup.restore(tmp_path / "copy.zip", tmp_path / "there.db", tmp_path / "there.files", False, MONDAY)


def test_a_copy_with_a_password_is_refused(tmp_path):
    data = bytearray(packed(tmp_path / "copy.zip", ONE).read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    data[data.rfind(b"PK\x03\x04") + 6] |= 1
    (tmp_path / "copy.zip").write_bytes(data)

    with pytest.raises(Refusal, match="no whole copy"):
        backup.restore(tmp_path / "copy.zip", tmp_path / "there.db", tmp_path / "there.files", False, MONDAY)


def test_a_link_among_the_files_leads_nothing_into_a_copy(asa, database, files, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"not ours")
    (files / "link.pdf").symlink_to(tmp_path / "elsewhere")
    backup.backup(database, files, tmp_path / "copy.zip", MONDAY)

    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert archive.namelist() == ["manifest.json", "duly.db", "files/0a1b.pdf"]


def test_a_copy_opens_no_page_and_what_waits_can_still_be_sent(asa, database, files, tmp_path):
    asa.service.web = Web("https://duly.example", "s" * 40)
    over, waits = (web_links.make("form", "self_assessments:1", timedelta(days=30), asa.ctx) for _ in range(2))
    with asa.service.kept():
        outbox.add(asa.service.db, "a", "mail", "mail||a|", to_json(asa.ctx.reply("apology", number=over)), MONDAY)
        asa.service.db.conn.execute("update outbox set state = 'sent'")
        outbox.add(asa.service.db, "b", "mail", "mail||a|", to_json(asa.ctx.reply("apology", number=waits)), MONDAY)
    backup.backup(database, files, tmp_path / "copy.zip", MONDAY)
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        copied = archive.read("duly.db")

    assert over.rpartition("/")[2].encode() not in copied
    assert waits.rpartition("/")[2].encode() in copied
    assert outbox.written(asa.service.db, "a") == [to_json(asa.ctx.reply("apology", number=over))]


def test_a_database_that_is_there_is_moved_aside_and_only_when_that_was_said(machine: Machine):
    machine.run("chat", typed=f"{RECORDED}\n", DULY_LANGUAGE="sv")
    copied = machine.run("backup", "copy.zip")
    machine.run("chat", typed="hej\n")
    here = machine.database

    assert copied.code == 0
    assert "sha256" in copied.out
    assert_refused(machine.run("restore", "copy.zip"), 1, "--replace")
    assert machine.run("restore", "copy.zip", "--replace").code == 0
    assert [path.name.split("-")[0] for path in here.parent.glob("duly.db.before-*")] == ["duly.db.before"]
    assert machine.run("verify").out == "OK\n"


def test_a_database_in_use_is_not_replaced(asa, database, files, tmp_path):
    backup.backup(database, files, tmp_path / "copy.zip", MONDAY)

    with pytest.raises(Refusal, match="in use"):
        backup.restore(tmp_path / "copy.zip", database, files, True, MONDAY)
    assert asa.say("hej").parts


def test_what_is_no_copy_is_told_in_one_line(machine: Machine):
    (machine.home / "x.zip").write_bytes(b"PK\x03\x04 no")

    assert_refused(machine.run("restore", "x.zip"), 1, "x.zip", "older")
    assert_refused(machine.run("backup", "y.zip"), 1, "nothing to copy")
