"""Files that suppliers attach: kept by what is in them, under names of ours, served only as something to save."""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import disk, uploads, web_form_pages
from bot.attachments import NotTaken
from handlers import supplier_form
from knowledge.library import Library
from storage import form_files, people
from storage.people import Person

from . import nasty
from .conftest import MONDAY
from .web_life import PDF, Browser, Supplier


def zipped(names: dict[str, bytes], **how: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    data = bytearray(out.getvalue())
    for at in (found.start() for found in re.finditer(b"PK\x01\x02", bytes(data))):
        if "flags" in how:
            data[at + 8] |= how["flags"]
        if "claims" in how:
            data[at + 24 : at + 28] = struct.pack("<I", how["claims"])
    return bytes(data)


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0" + b"\0" * 8


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9
    return b"\xff\xd8\xff\xe0\0\x04\0\0" + frame + b"\xff\xd9"


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
GOOD = {"pdf": PDF, "docx": zipped(WORD), "png": png(800, 600), "jpeg": jpeg(800, 600)}
BAD = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "web_file_other_kind"),
    "html": (b"<!doctype html><script>alert(1)</script>", "web_file_other_kind"),
    "program called pdf": (b"MZ\x90\0", "web_file_other_kind"),
    "another zip": (zipped({"a.txt": b"a"}), "web_file_other_kind"),
    "spreadsheet": (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "web_file_other_kind"),
    "docm": (zipped({**WORD, "word/vbaProject.bin": b"x"}), "web_file_macros"),
    "docm in capitals": (zipped({**WORD, "word/VBAPROJECT.BIN": b"x"}), "web_file_macros"),
    "zip bomb": (zipped(WORD, claims=2**31), "web_file_unpacked"),
    "very many members": (zipped({**WORD, **{f"m{n}": b"" for n in range(2_100)}}), "web_file_unpacked"),
    "locked docx": (zipped(WORD, flags=1), "web_file_locked"),
    "locked docx or old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "web_file_old_word"),
    "cut docx": (zipped(WORD)[:-10], "web_file_cut"),
    "locked pdf": (PDF.replace(b"<<>>\n%%", b"<</Encrypt 5 0 R>>\n%%"), "web_file_locked"),
    "cut pdf": (b"%PDF-1.7\n1 0 obj", "web_file_cut"),
    "pixel flood png": (png(30_000, 30_000), "web_file_pixels"),
    "pixel flood jpeg": (jpeg(60_000, 60_000), "web_file_pixels"),
    "png of nothing": (png(0, 0), "web_file_pixels"),
    "cut png": (b"\x89PNG\r\n\x1a\n", "web_file_cut"),
    "cut jpeg": (b"\xff\xd8\xff\xe0", "web_file_cut"),
    "empty": (b"", "web_file_empty"),
    "too large": (PDF + b"x" * 5 * 2**20, "web_file_too_large"),
}


@pytest.fixture
def there(tmp_path: Path, library: Library) -> Supplier:
    return Supplier(tmp_path, library)


@pytest.fixture
def browser(there: Supplier) -> Iterator[Browser]:
    with there.browser() as browser:
        yield browser


def attach(there: Supplier, browser: Browser, data: bytes, name: str = "a.pdf", **fields: str):
    given = [(field, (None, value)) for field, value in fields.items()]
    return browser.post(there.at("scope"), files=[*given, ("file-scope", (name, data))])


def kept(there: Supplier) -> list[form_files.FormFile]:
    return form_files.of(there.db, there.id)


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_is_known_by_what_is_in_it(there, browser, kind):
    assert attach(there, browser, GOOD[kind], "lies.exe").status_code == 303
    (file,) = kept(there)
    assert file.kind == kind
    assert (there.files / file.path).read_bytes() == GOOD[kind]
    assert (there.files / file.path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_such_file_is_refused_and_the_answer_kept(there, browser, name):
    data, phrase = BAD[name]
    answer = attach(there, browser, data, "report.pdf", scope="Kaffe")

    assert answer.status_code == 422
    assert there.library.phrase(phrase, "sv") in answer.text
    assert 'href="#file-scope"' in answer.text
    assert kept(there) == []
    assert not there.files.exists() or list(there.files.iterdir()) == []
    assert there.form.answers == {"scope": "Kaffe"}


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_damaged_file_is_refused_in_words_wherever_it_ends(cut):
    came = {kind: looked_at(data[:cut]) for kind, data in GOOD.items()}

    assert all(said == kind or said.startswith("web_file_") for kind, said in came.items())


def looked_at(data: bytes) -> str:
    """The kind of a file, or the phrase that refuses it."""
    try:
        return uploads.look(data)
    except NotTaken as error:
        return str(error)


NAMES = [row for row in nasty.ROWS if row["id"].startswith("FILE-")]


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row["id"])
def test_a_name_is_only_a_label(there, browser, row):
    name = nasty.words(row)
    attach(there, browser, PDF, name or "-")
    file = kept(there)[0]
    answer = browser.get(there.at("file", file.id))

    (on_disk,) = there.files.iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}\.pdf", on_disk.name)
    assert len(file.name) <= 120
    assert not set(file.name) & set("/\\\0\r\n\u202e")
    if row["expect"] == "KEEP":
        assert file.name == name
        assert saved_as(answer.headers["content-disposition"]) == name
    assert saved_as(answer.headers["content-disposition"]).endswith(".pdf")
    assert not saved_as(answer.headers["content-disposition"]).startswith((".", "-"))


def saved_as(header: str) -> str:
    """The name that a browser takes from the header. Source: RFC 6266, 4.3: `filename*` comes first."""
    found = re.fullmatch(r"attachment; filename=\"[ -~]*\"; filename\*=UTF-8''([\w.~%-]+)", header, re.ASCII)
    assert found is not None
    return unquote(found[1])


def test_a_file_comes_back_only_as_something_to_save_and_only_through_its_form(there, browser):
    attach(there, browser, PDF, "räksmörgås.pdf")
    (file,) = kept(there)
    answer = browser.get(there.at("file", file.id))

    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get(there.at("file", file.id + 1)).status_code == 404
    _, there.token = there.sent("Söderte AB", "2026-115")
    assert browser.get(there.at("file", file.id)).status_code == 404
    assert browser.get(there.at("file", 10**30)).status_code == 404


def test_a_file_of_a_draft_can_be_taken_away_and_leaves_the_disk(there, browser):
    attach(there, browser, PDF, do="stay")
    (file,) = kept(there)
    gone = browser.post(there.at("scope"), files=[("scope", (None, "Kaffe")), ("do", (None, f"remove-{file.id}"))])

    assert gone.headers["location"] == there.at("scope")
    assert kept(there) == []
    assert list(there.files.iterdir()) == []
    assert there.form.answers == {"scope": "Kaffe"}
    assert browser.get(there.at("file", file.id)).status_code == 404


def test_the_file_of_another_supplier_is_not_taken_away(there, browser):
    attach(there, browser, PDF)
    (file,) = kept(there)
    _, there.token = there.sent("Söderte AB", "2026-115")
    browser.post(there.at("scope"), files=[("do", (None, f"remove-{file.id}"))])

    assert kept(there) == [file]


def test_one_form_takes_no_more_memory_than_its_share(there, browser, monkeypatch):
    monkeypatch.setattr("bot.web_body.MOST_OF_ONE", 1_000_000)
    answer = attach(there, browser, PDF + b"x" * 1_000_001)

    assert answer.status_code == 503
    assert not there.forms.room.held
    assert attach(there, browser, PDF).status_code == 303
    assert not there.forms.room.held


def test_the_same_file_sent_twice_is_kept_once(there, browser):
    attach(there, browser, PDF)
    attach(there, browser, PDF)

    assert len(kept(there)) == 1
    assert len(list(there.files.iterdir())) == 1


def test_there_is_an_end_to_how_many_files_a_form_holds(there, browser):
    several = [("file-scope", (f"{n}.pdf", PDF + str(n).encode())) for n in range(supplier_form.MOST_FILES + 1)]
    answer = browser.post(there.at("scope"), files=several)

    assert answer.status_code == 422
    assert there.library.phrase("web_file_too_many", "sv") in answer.text
    assert len(kept(there)) == supplier_form.MOST_FILES == len(list(there.files.iterdir()))


def test_a_name_with_a_personal_number_is_refused(there, browser):
    answer = attach(there, browser, PDF, "cv 850709-9805.pdf")

    assert answer.status_code == 422
    assert kept(there) == []


@pytest.mark.parametrize(("name", "kind", "saved"), [("foto.JPG", "jpeg", "foto.JPG"), ("..", "pdf", "file.pdf")])
def test_a_file_is_saved_with_an_ending_that_fits(name, kind, saved):
    file = form_files.FormFile(1, 1, 1, "scope", name, kind, "x", "", 1)

    assert web_form_pages.file_name(file) == saved


def test_a_disk_that_takes_no_file_loses_nothing_else(there, browser, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "fsync", full)
    answer = attach(there, browser, PDF, scope="Kaffe")

    assert answer.status_code == 503
    assert kept(there) == []


def test_somebody_who_may_not_be_reached_does_not_stop_a_supplier(there, browser):
    people.add(there.db, Person("bo", "Bo", "sv", "officer"), MONDAY)
    there.db.conn.execute("update self_assessments set responsible = 'bo'")
    there.fill(browser)

    assert there.submit(browser).status_code == 303
    assert there.form.one.state == "submitted"


ELSEWHERE = ("../duly.db", "/etc/passwd", "..", ".", "", "a/b.pdf", "link.pdf", "a\x00.pdf", "duly.db\n")


@pytest.mark.parametrize("path", ELSEWHERE, ids=repr)
def test_a_row_that_names_another_file_opens_and_removes_nothing(there, browser, path):
    """A database may have been put back or brought in from somebody who wishes us ill."""
    attach(there, browser, GOOD["pdf"])
    (file,) = kept(there)
    (there.files / "link.pdf").symlink_to(there.directory / "duly.db")
    there.db.conn.execute("update form_files set path = ?", (path,))
    before = sorted(there.directory.rglob("*"))

    assert browser.get(there.at("file", file.id)).status_code == 404
    browser.post(there.at("scope"), files=[("scope", (None, "Kaffe")), ("do", (None, f"remove-{file.id}"))])
    assert kept(there) == []
    assert sorted(there.directory.rglob("*")) == before


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(4, 5_000), st.integers(0, 255)), max_size=6))
def test_a_word_file_with_changed_bytes_is_taken_or_refused_in_words(changes):
    data = bytearray(GOOD["docx"])
    for at, byte in changes:
        data[4 + at % (len(data) - 4)] = byte

    assert looked_at(bytes(data)) == "docx" or looked_at(bytes(data)).startswith("web_file_")


def test_of_a_file_with_two_natures_the_one_that_it_begins_with_counts_and_a_browser_runs_neither(there, browser):
    html = b"<script>alert(1)</script>"
    for kind in ("pdf", "png", "docx"):
        attach(there, browser, GOOD[kind] + html if kind != "docx" else GOOD[kind], f"{kind}.html")
    for file in kept(there):
        answer = browser.get(there.at("file", file.id))

        assert answer.headers["content-type"] == web_form_pages.TYPES[file.kind]
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert f".html.{file.kind}" in answer.headers["content-disposition"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert len(kept(there)) == 3


def test_a_directory_of_65_536_files_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
        for number in range(65_536):
            archive.writestr(zipfile.ZipInfo(f"/{number:x}"), b"")

    with pytest.raises(NotTaken):
        uploads.look(out.getvalue())
