"""Everything goes out in open formats and comes in again: what is exported from the copy is the same, byte for byte."""

import hashlib
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from bot import personal, whole
from bot.opening import Refusal
from bot.service import Service
from handlers import web_links
from handlers.messages import to_json
from handlers.web_links import Web
from storage import outbox
from storage import whole as stored
from storage.database import open_database

from .conftest import MONDAY, STOCKHOLM, Officer
from .machine import Machine, assert_refused
from .nasty import ROWS, words


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    kept = tmp_path / "files"
    kept.mkdir()
    (kept / "0a1b.pdf").write_bytes(b"%PDF-1.7 " + bytes(range(256)))
    return kept


def talked(asa: Officer) -> None:
    """A little of most things, also what is nasty."""
    asa.say("vi ska köpa arbetskläder från Bangladesh, 4 år")
    asa.say("avbryt")
    asa.say("följ upp Fairtrade-licens hos Nordkaffe AB senast 15 mars")
    for row in ROWS:
        asa.say(words(row))
    with asa.service.kept():
        asa.service.db.conn.execute("update outbox set state = 'sent' where state <> 'sent'")


def read(directory: Path) -> dict[str, bytes]:
    """The tables and files of an export; the manifest tells when it was made."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def test_export_import_export_is_the_same(asa, files, tmp_path, library):
    talked(asa)
    whole.export(asa.service, files, tmp_path / "first")
    there = tmp_path / "there.db"
    whole.bring_in(tmp_path / "first", there, tmp_path / "there.files")
    service = Service(open_database(str(there)), library, STOCKHOLM, asa.clock)

    whole.export(service, tmp_path / "there.files", tmp_path / "second")
    assert read(tmp_path / "second") == read(tmp_path / "first")
    assert len(read(tmp_path / "first")["inbox.jsonl"].splitlines()) > 100


def test_every_table_goes_out_with_what_its_columns_are(asa, files, tmp_path):
    whole.export(asa.service, files, tmp_path / "out")
    schema = orjson.loads((tmp_path / "out" / "schema.json").read_bytes())

    assert set(schema) == set(stored.tables(asa.service.db))
    assert {f"{table}.jsonl" for table in schema} <= set(read(tmp_path / "out"))
    assert {"name": "supplier", "type": "INTEGER", "needed": True, "key": False} in schema["follow_ups"]


def test_no_address_that_opens_a_page_goes_out(asa, files, tmp_path):
    asa.service.web = Web("https://duly.example", "s" * 40)
    address = web_links.make("form", "self_assessments:1", timedelta(days=30), asa.ctx)
    with asa.service.kept():
        told = to_json(asa.ctx.reply("apology", number=address))
        outbox.add(asa.service.db, "reply:1:0", "slack", "slack|T|C|", told, MONDAY)
        asa.service.db.conn.execute("update outbox set state = 'sent'")

    whole.export(asa.service, files, tmp_path / "out")
    out = b"".join(read(tmp_path / "out").values()).decode("utf-8", "replace")
    assert address.rpartition("/")[2] not in out
    assert "https://duly.example/form/…" in out


@pytest.mark.parametrize("name", ["people.jsonl", "audit.jsonl", "files/0a1b.pdf"])
def test_what_was_changed_on_the_way_is_not_taken_in(name, asa, files, tmp_path):
    whole.export(asa.service, files, tmp_path / "out")
    (tmp_path / "out" / name).write_bytes((tmp_path / "out" / name).read_bytes() + b" ")

    with pytest.raises(Refusal, match=f"{name} is not as it was written"):
        whole.bring_in(tmp_path / "out", tmp_path / "there.db", tmp_path / "there.files")
    assert not (tmp_path / "there.db").exists()


def test_nothing_is_read_from_elsewhere(asa, files, tmp_path):
    whole.export(asa.service, files, tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"files/0a1b.pdf"', b'"files/../../x.pdf"'))

    with pytest.raises(Refusal, match="lies elsewhere"):
        whole.bring_in(tmp_path / "out", tmp_path / "there.db", tmp_path / "there.files")


def exported(directory: Path, told: object, **tables: bytes) -> Path:
    """A directory that calls itself an export."""
    directory.mkdir()
    parts = {f"{name}.jsonl": {"sha256": hashlib.sha256(data).hexdigest()} for name, data in tables.items()}
    for name, data in tables.items():
        (directory / f"{name}.jsonl").write_bytes(data)
    (directory / "manifest.json").write_bytes(orjson.dumps({"schema": 1, "parts": parts} if tables else told))
    return directory


NOT_LISTS: list[object] = [None, [], 0, {}, {"schema": 1}, {"schema": 1, "parts": []}, {"schema": 1, "parts": {}}]
NOT_LISTS += [{"schema": "x", "parts": {"people.jsonl": {}}}, {"schema": 1, "parts": {"people.jsonl": 1}}]
NOT_LISTS += [{"schema": 1, "parts": {"people.jsonl": {}, "\x00": {}}}, {"schema": 10**15, "parts": {}}]


@pytest.mark.parametrize("told", NOT_LISTS, ids=repr)
def test_a_list_that_is_none_is_refused_and_makes_no_database(told, tmp_path):
    with pytest.raises(Refusal, match="no whole export"):
        whole.bring_in(exported(tmp_path / "out", told), tmp_path / "there.db", tmp_path / "there.files")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


LINES = (b"1", b"null", b"[]", b"[1]", b'"x"', b"{}", b"{", b"\xff", b"[" * 100_000, b'{"id":18446744073709551615}')
LINES += (b'{"id":[1]}', b'{"id":{"a":1}}', b'{"id":1e400}', b'{"id":NaN}', b'{"id":"a","x) values (1); --":1}')
LINES += (b'{"__proto__":1}', b'{"id":"\\ud800"}', b'{"id":' + b"9" * 5_000 + b"}")


@pytest.mark.parametrize("line", LINES, ids=lambda line: repr(line[:30]))
def test_a_line_that_is_no_row_is_refused_and_makes_no_database(line, tmp_path):
    out = exported(tmp_path / "out", None, people=line + b"\n")

    with pytest.raises(Refusal, match="no whole export"):
        whole.bring_in(out, tmp_path / "there.db", tmp_path / "there.files")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("linked", ["files", "files/0a1b.pdf", "people.jsonl"])
def test_a_link_in_an_export_leads_nowhere(linked, asa, files, tmp_path):
    whole.export(asa.service, files, tmp_path / "out")
    (tmp_path / "out" / linked).rename(tmp_path / "moved")
    (tmp_path / "out" / linked).symlink_to(tmp_path / "moved")

    with pytest.raises(Refusal, match="lies elsewhere"):
        whole.bring_in(tmp_path / "out", tmp_path / "there.db", tmp_path / "there.files")


def test_a_link_among_the_files_leads_nothing_out(asa, files, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"not ours")
    (files / "link.pdf").symlink_to(tmp_path / "elsewhere")
    whole.export(asa.service, files, tmp_path / "out")

    assert b"not ours" not in read(tmp_path / "out").values()


def test_what_is_told_of_a_person_opens_no_page(asa, tmp_path):
    asa.service.web = Web("https://duly.example", "s" * 40)
    address = web_links.make("form", "self_assessments:1", timedelta(days=30), asa.ctx)
    with asa.service.kept():
        told = to_json(asa.ctx.reply("apology", number=address))
        outbox.add(asa.service.db, "a", "slack", "slack|T|C|", told, MONDAY, asa.ctx.person.id)
    words = personal.export(asa.service, asa.ctx.person, tmp_path / "person").read_text("utf-8")

    assert "https://duly.example/form/…" in words
    assert address not in words


def test_neither_directory_nor_database_is_written_over(machine: Machine):
    machine.run("chat", typed="hej\n")

    assert machine.run("export", "out").code == 0
    assert_refused(machine.run("export", "out"), 1, "not empty")
    assert_refused(machine.run("import", "out"), 1, "there already")
    assert machine.run("import", "out", DULY_DATABASE=str(machine.home / "new.db")).code == 0
    assert machine.run("verify", DULY_DATABASE=str(machine.home / "new.db")).out == "OK\n"
