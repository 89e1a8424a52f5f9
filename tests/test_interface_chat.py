"""What users and programs see of the chat from outside, and of what it leaves: reminders, the log, the database."""

import json
from pathlib import Path

import pytest

from knowledge.library import Library
from storage.database import open_database

from .machine import Machine, assert_refused, chat
from .nasty import ROWS, words
from .shapes import REMINDER, REPLY, faults


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_chat_without_a_line_ends_well(machine: Machine) -> None:
    run = machine.run("chat")

    assert (run.code, run.err) == (0, "")
    assert (machine.home / ".local/share/duly/duly.db").is_file()


def test_chat_answers_a_line_with_a_line(machine: Machine) -> None:
    said = chat(
        machine, "hej", "", "risk kaffe från Brasilien", "får vi kräva Fairtrade?", "avbryt", "krav kaffe", "bas"
    )

    assert all(one["replies"][0]["text"] for one in said)
    assert said[3]["replies"][0]["sources"]


TO_DOCUMENT = ("risk kaffe från Brasilien", *["hoppa över"] * 12, "/choose 1 ilo-basic", "/document 1")


def test_a_picture_and_a_document_are_told(machine: Machine) -> None:
    replies = [reply for one in chat(machine, *TO_DOCUMENT) for reply in one["replies"]]
    pictures = [reply["picture"] for reply in replies if reply["picture"]]

    assert [picture["kind"] for picture in pictures] == ["risk_matrix"]
    assert all("kaffe" in picture["title"] and len(picture["alt"]) > 50 for picture in pictures)
    assert [reply["document"]["kind"] for reply in replies if reply["document"]] == ["docx"]


def test_a_document_on_paper_is_a_file_beside_the_program_and_never_over_another(machine: Machine) -> None:
    run = machine.run("chat", typed="\n".join([*TO_DOCUMENT, "/document 1"]) + "\n")
    written = sorted(machine.home.glob("*.docx"))

    assert len(written) == 2
    assert all(str(path) in run.out and path.read_bytes().startswith(b"PK") for path in written)


@pytest.mark.parametrize("label", ["VISA BÅDA", "[visa båda]"])
def test_a_line_that_is_a_buttons_label_presses_it(label: str, machine: Machine) -> None:
    first, typed = chat(machine, "krav kaffe", label)
    (button,) = (b for row in first["replies"][0]["buttons"] for b in row if b["label"] == "Visa båda")
    other = Machine(machine.home / "other")
    other.home.mkdir()
    pressed = chat(other, "krav kaffe", button["says"])[1]

    assert typed["replies"] == pressed["replies"] != first["replies"]


def test_how_many_it_is_about_need_not_be_typed_to_press_a_button(machine: Machine) -> None:
    award = "avtal 2027-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029"
    *_, proposed, accepted = chat(machine, award, *["hoppa över"] * 3, "jag", "hoppa över", "lägg in planen")

    assert "Lägg in planen (4)" in str(proposed)
    assert "Planen är inlagd: 4 punkter" in accepted["replies"][0]["text"]


def test_chat_speaks_the_language_that_was_asked_for(machine: Machine) -> None:
    run = machine.run("chat", "--lang", "en", typed="help\n")

    assert "This is what I do:" in run.out
    assert "Det här kan jag" not in run.out


@pytest.mark.parametrize("name", ["", "Åsa|Bo", "\udcff\x1b[31m", "A" * 5_000])
def test_whatever_she_is_called_she_is_answered(name: str, machine: Machine) -> None:
    run = machine.run("chat", f"--as={name}", typed="hej\n")

    assert (run.code, run.err) == (0, "")
    assert "Duly" in run.out


def test_whatever_bytes_are_piped_every_line_is_answered(machine: Machine) -> None:
    lines = [words(row) for row in ROWS if len(words(row)) <= 100_000]
    raw = [line.encode("utf-8", "surrogatepass").replace(b"\r", b" ").replace(b"\n", b" ") for line in lines]
    run = machine.run("chat", "--json", typed=b"\n".join([*raw, b"\xff\xfe\x80"]) + b"\n")
    said = [json.loads(line) for line in run.out.split("\n") if line]

    assert (run.code, run.err) == (0, "")
    assert faults(said, [{"replies": [REPLY]}]) == []
    assert len(said) == len(raw) + 1
    assert "Något gick fel" not in run.out


def test_a_terminal_that_knows_no_swedish_letters_still_talks(machine: Machine) -> None:
    run = machine.run("chat", typed=b"hj\xe4lp\nrisk kaffe\n", PYTHONUTF8="0", PYTHONIOENCODING="ascii")

    assert (run.code, run.err) == (0, "")
    assert "kaffe" in run.out


def test_the_log_says_what_happened_and_never_what_was_written(machine: Machine) -> None:
    chat(machine, "en hemlig talgoxe", "risk talgoxe", "avbryt")
    logs = [path.read_text("utf-8") for path in (machine.home / ".local/share/duly").glob("*.log*")]

    assert "talgoxe" not in "".join(logs)
    assert all(json.loads(line) for text in logs for line in text.splitlines())


# due, knowledge, verify


def test_due_tells_which_reminders_will_go_out(machine: Machine) -> None:
    chat(machine, "följ upp Fairtrade-licens hos Nordkaffe AB om 20 dagar")
    run = machine.run("due", "--json")
    again = machine.run("due", "--json")

    assert (run.code, run.err) == (0, "")
    assert faults(run.json, {"reminders": [REMINDER]}) == []
    assert run.json["reminders"]
    assert all("Nordkaffe AB" in one["subject"] and one["to"] == "Åsa" for one in run.json["reminders"])
    assert again.json == run.json  # it sends nothing
    assert machine.run("due", "--until", "2000-01-01", "--json").json == {"reminders": []}


def test_the_content_is_checked_listed_and_shown(machine: Machine, library: Library) -> None:
    checked, listed = machine.run("knowledge", "check"), machine.run("knowledge", "list")
    ids = {line.split()[1] for line in listed.out.splitlines()}

    assert (checked.code, listed.code) == (0, 0), checked.out
    assert {*library.topics, *library.clauses, *library.categories, *library.labels, *library.glossary} <= ids
    for id in ("coffee", "ilo-basic", "living-wage", "lou", "gots", "standstill", "eudr", "self-assessment"):
        assert machine.run("knowledge", "show", id).out.strip(), id


def test_verify_says_ok_and_finds_a_line_that_was_changed(machine: Machine) -> None:
    chat(machine, "följ upp Fairtrade-licens hos Nordkaffe AB om 20 dagar")
    path = machine.home / ".local/share/duly/duly.db"

    assert machine.run("verify").out.strip() == "OK"
    db = open_database(str(path))
    db.conn.execute("drop trigger audit_is_not_rewritten")
    db.conn.execute("update audit set details = '{}' where id = 1")
    db.close()
    run = machine.run("verify")
    assert run.code == 1
    assert "audit" in run.out


def test_a_fault_within_is_one_line_and_a_traceback_only_when_asked_for(machine: Machine) -> None:
    chat(machine, "hej")
    path = machine.home / ".local/share/duly/duly.db"
    db = open_database(str(path))
    db.conn.execute("drop table audit")
    db.close()

    assert_refused(machine.run("verify"), 1, "DULY_DEBUG=1")
    assert "Traceback" in machine.run("verify", DULY_DEBUG="1").err
