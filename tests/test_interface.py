"""What users and programs see from outside: commands, exit codes, the shapes of JSON, files."""

import json
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.cli import duly
from knowledge.library import Library

from .machine import Machine, assert_refused
from .nasty import ROWS, words
from .shapes import ASKED, CLAUSE, RISK, faults


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# Help, and errors that say what to do.


def commands(group: Any, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command by its words."""
    found = []
    for name, command in group.commands.items():
        inner = commands(command, (*before, name)) if hasattr(command, "commands") else []
        found += inner or [(*before, name)]
    return found


@pytest.mark.parametrize("command", commands(duly), ids=" ".join)
def test_help_shows_an_example_that_begins_with_the_command(command: tuple[str, ...], machine: Machine) -> None:
    run = machine.run(*command, "--help")

    assert run.code == 0
    assert f"Example: duly {' '.join(command)}" in " ".join(run.out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["fly"], 2, ["fly", "duly --help"]),
        (["ask"], 2, ["--batch", "Example: duly ask"]),
        (["ask", "--lang", "de", "hej"], 2, ["--lang", "'sv', 'en'"]),
        (["ask", "--batch", "none.jsonl"], 2, ["none.jsonl"]),
        (["risk"], 2, ["--category", "Example: duly risk"]),
        (["risk", "--category", "cofee"], 1, ["cofee", "coffee"]),
        (["risk", "kaffe", "--country", "BRZ"], 1, ["BRZ"]),
        (["risk", "kaffe", "--png", "nowhere/risk.png"], 1, ["nowhere/risk.png"]),
        (["wording"], 2, ["--category", "Example: duly wording"]),
        (["wording", "--category", "cofee"], 1, ["cofee", "coffee"]),
        (["wording", "--category", "coffee", "--area", "joy"], 2, ["joy", "forced_labour"]),
        (["wording", "--category", "coffee", "--type", "poem"], 2, ["poem", "special_contract_term"]),
        (["wording", "--category", "coffee", "--level", "top"], 2, ["top", "advanced"]),
        (["wording", "--category", "coffee", "--docx", "nowhere/krav.docx"], 1, ["nowhere/krav.docx"]),
        (["due", "--until", "soon"], 2, ["soon", "2027-03-31"]),
        (["portfolio", "--xlsx", "nowhere/avtal.xlsx"], 1, ["nowhere/avtal.xlsx"]),
        (["portfolio", "--csv", "nowhere/avtal.csv"], 1, ["nowhere/avtal.csv"]),
        (["report", "Q7"], 2, ["Q3", "--from", "Example: duly report"]),
        (["report", "--from", "2026-07-01"], 2, ["--to"]),
        (["report", "--from", "soon", "--to", "2026-09-30"], 2, ["soon", "2027-03-31"]),
        (["report", "--from", "2099-01-01", "--to", "2099-03-31"], 2, ["2099-01-01"]),
        (["report", "2020", "--docx", "nowhere/rapport.docx"], 1, ["nowhere/rapport.docx"]),
        (["report", "2020", "--pptx", "nowhere/rapport.pptx"], 1, ["nowhere/rapport.pptx"]),
        (["knowledge", "show", "nothing-such"], 1, ["nothing-such", "duly knowledge list"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_refusal_is_one_line_that_says_what_to_do(
    arguments: Sequence[str], code: int, says: Sequence[str], machine: Machine
) -> None:
    assert_refused(machine.run(*arguments), code, *says)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"DULY_DATABSE": "x.db"}, ["DULY_DATABSE", "DULY_DATABASE"]),
        ({"DULY_LANGUAGE": "de"}, ["DULY_LANGUAGE", "sv", "en"]),
        ({"DULY_TIMEZONE": "Mars/Base"}, ["DULY_TIMEZONE", "Europe/Stockholm"]),
        ({"DULY_DATABASE": "."}, ["DULY_DATABASE"]),
        ({"DULY_DATABASE": "/proc/nothing/duly.db"}, ["/proc/nothing/duly.db"]),
    ],
    ids=str,
)
def test_a_wrong_setting_ends_with_78_and_names_itself(
    settings: dict[str, str], says: Sequence[str], machine: Machine
) -> None:
    assert_refused(machine.run("due", **settings), 78, *says)


def test_every_wrong_setting_has_a_line_of_its_own(machine: Machine) -> None:
    run = machine.run("due", DULY_LANGUAGE="de", DULY_TIMEZONE="x", DULY_COLUR="red")

    assert run.code == 78
    assert [line.split()[0] for line in run.err.splitlines()] == ["DULY_COLUR", "DULY_LANGUAGE", "DULY_TIMEZONE"]


def test_settings_are_read_from_a_file_beside_the_database_and_the_environment_wins(machine: Machine) -> None:
    beside = machine.home / ".local/share/duly"
    beside.mkdir(parents=True)
    (beside / ".env").write_text("# ours\nDULY_LANGUAGE=en\n", "utf-8")

    assert machine.run("ask", "fairtrade", "--json").json["lang"] == "en"
    assert machine.run("ask", "fairtrade", "--json", DULY_LANGUAGE="sv").json["lang"] == "sv"


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(200)])
def test_a_file_that_is_no_database_of_ours_is_refused_and_left_alone(content: bytes, machine: Machine) -> None:
    file = machine.home / "mine.db"
    file.write_bytes(content)

    assert_refused(machine.run("chat", typed="hej\n", DULY_DATABASE=str(file)), 78, "mine.db")
    assert file.read_bytes() == content


# ask


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_question_is_answered_in_the_promised_shape(lang: str, machine: Machine) -> None:
    run = machine.run("ask", "Får vi kräva Fairtrade?", "--lang", lang, "--json")

    assert (run.code, run.err) == (0, "")
    assert faults(run.json, ASKED) == []
    answers = run.json["answers"]
    assert 1 <= len(answers) <= 3
    assert [a["confidence"] for a in answers] == sorted((a["confidence"] for a in answers), reverse=True)
    assert all(0 <= answer["confidence"] <= 1 and answer["sources"] for answer in answers)
    assert (run.json["in_scope"], run.json["lang"], run.json["note"]) == (True, lang, "")


def test_a_question_out_of_scope_says_so_and_who_answers(machine: Machine) -> None:
    run = machine.run("ask", "Hur överprövar man en tilldelning?", "--json")

    assert faults(run.json, ASKED) == []
    assert run.json["in_scope"] is False
    assert run.json["note"]
    assert run.json["answers"][0]["topic"].startswith("oos-")
    assert run.json["answers"][0]["text"]


def test_what_nobody_knows_has_no_answers_and_a_note(machine: Machine) -> None:
    run = machine.run("ask", "qwxz plugh", "--json")

    assert faults(run.json, ASKED) == []
    assert run.json["answers"] == []
    assert run.json["note"]


def test_an_answer_on_paper_names_its_sources_with_the_day_they_were_read(machine: Machine) -> None:
    run = machine.run("ask", "Får vi kräva Fairtrade?")

    assert re.search(r"Källa: .+ \(läst \d{4}-\d\d-\d\d\) https://", run.out)


def test_a_batch_gives_one_line_a_question_with_its_id(machine: Machine) -> None:
    asked = [
        {"id": "a", "text": "Får vi kräva Fairtrade?", "lang": "sv"},
        {"id": 2, "text": "May we require Fairtrade?", "lang": "en"},
        {"id": None, "text": "", "lang": "sv"},
        {"id": "rows", "text": "en rad\u2028en till", "lang": "sv"},
        {"id": "strange", "text": "hej", "lang": "tlh", "more": True},
        *({"id": row["id"], "text": words(row)[:20_000], "lang": "sv"} for row in ROWS),
    ]
    file = machine.home / "questions.jsonl"
    lines = [json.dumps(one, ensure_ascii=number % 2 == 0) for number, one in enumerate(asked)]
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass") + b"\n\n")
    run = machine.run("ask", "--batch", "questions.jsonl")
    said = [json.loads(line) for line in run.out.split("\n") if line]

    assert (run.code, run.err) == (0, "")
    assert [one["id"] for one in said] == [one["id"] for one in asked]
    assert faults(said, [ASKED]) == []
    assert [one["lang"] for one in said[:2]] == ["sv", "en"]


@pytest.mark.parametrize("line", ["{", "[]", "3", '{"id": 1}', "[" * 100_000])
def test_a_line_of_a_batch_that_is_no_question_is_named(line: str, machine: Machine) -> None:
    (machine.home / "questions.jsonl").write_text(f"\n{line}\n", "utf-8")

    assert_refused(machine.run("ask", "--batch", "questions.jsonl"), 1, "questions.jsonl:2:")


# risk and wording


def test_a_risk_picture_has_the_promised_shape(machine: Machine, library: Library) -> None:
    run = machine.run("risk", "--category", "textiles_workwear", "--country", "bgd", "--json")
    picture = run.json

    assert (run.code, run.err) == (0, "")
    assert faults(picture, RISK) == []
    assert (picture["category"], picture["countries"], picture["origin_known"]) == ("textiles_workwear", ["BGD"], True)
    assert {cell["area"] for cell in picture["cells"]} <= set(library.areas)
    assert all(cell["reasons"] for cell in picture["cells"])


def test_an_unknown_origin_is_said_and_is_not_safer(machine: Machine) -> None:
    unknown = machine.run("risk", "arbetskläder", "--json").json
    known = machine.run("risk", "arbetskläder", "--country", "SWE", "--json").json
    order = ["low", "medium", "high", "very_high"]

    assert faults(unknown, RISK) == []
    assert (unknown["origin_known"], unknown["countries"]) == (False, [])
    assert order.index(unknown["overall"]) >= order.index(known["overall"])
    assert unknown["priority"] >= known["priority"]


@pytest.mark.parametrize("category", ["construction", "cleaning_services"])
def test_every_kind_of_category_has_the_shape(category: str, machine: Machine) -> None:
    run = machine.run("risk", "--category", category, "--json", "--lang", "en")

    assert run.code == 0
    assert faults(run.json, RISK) == []


def test_the_picture_is_a_png(machine: Machine) -> None:
    run = machine.run("risk", "kaffe från Brasilien", "--png", "risk.png")
    written = (machine.home / "risk.png").read_bytes()

    assert (run.code, run.err) == (0, "")
    assert written.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(written) > 5_000


def test_wording_has_the_promised_shape(machine: Machine) -> None:
    run = machine.run("wording", "--category", "coffee", "--json")

    assert (run.code, run.err) == (0, "")
    assert faults(run.json, {"clauses": [CLAUSE]}) == []
    assert {clause["level"] for clause in run.json["clauses"]} == {"basic", "advanced"}
    for clause in run.json["clauses"]:
        assert clause["legal_basis"]
        assert all(f"[{blank.strip('[]')}]" in clause["text"] for blank in clause["blanks"])


def test_wording_can_be_narrowed(machine: Machine) -> None:
    run = machine.run(
        *("wording", "--category", "coffee", "--level", "basic", "--json"),
        *("--type", "special_contract_term", "--type", "qualification", "--lang", "en"),
    )

    clauses = run.json["clauses"]
    assert {clause["level"] for clause in clauses} == {"basic"}
    assert {clause["type"] for clause in clauses} <= {"special_contract_term", "qualification"}


def test_wording_is_read_a_few_at_a_time_and_all_of_it_when_asked_for(machine: Machine) -> None:
    words = ("wording", "--category", "coffee", "--level", "basic")
    few = machine.run(*words).out
    all_of_a_type = machine.run(*words, "--type", "administrative_term").out

    assert "Leverantören ska inom [antal dagar] från beställarens begäran" in few  # ilo-basic in full
    assert "change-clause: Ändringsklausul för sociala villkor" in few
    assert "Beställaren får under kontraktstiden ändra villkoren" not in few
    assert "Beställaren får under kontraktstiden ändra villkoren" in all_of_a_type


def test_the_word_file_has_every_clause_and_a_table_of_their_ids(machine: Machine) -> None:
    import docx

    run = machine.run("wording", "--category", "coffee", "--level", "basic", "--json", "--docx", "krav.docx")
    written = (machine.home / "krav.docx").read_bytes()
    file = docx.Document(BytesIO(written))
    cells = {cell.text for table in file.tables for row in table.rows for cell in row.cells}

    assert "word/document.xml" in ZipFile(BytesIO(written)).namelist()
    assert {clause["id"] for clause in run.json["clauses"]} <= cells
    assert {clause["version"] for clause in run.json["clauses"]} <= cells


def test_the_word_file_begins_with_the_clauses_to_begin_with(machine: Machine) -> None:
    import docx

    machine.run("wording", "--category", "coffee", "--docx", "krav.docx")
    file = docx.Document(BytesIO((machine.home / "krav.docx").read_bytes()))
    headings = [paragraph.text for paragraph in file.paragraphs if paragraph.style.name == "Heading 1"]
    more = next(number for number, heading in enumerate(headings) if heading.startswith("Fler att välja bland"))

    assert headings.index("Rätt till revision hos leverantör och i kedjan") < more < headings.index("Avropsstopp")


def test_the_word_file_follows_the_order_of_procurement_documents(machine: Machine) -> None:
    import docx

    machine.run("wording", "--category", "coffee", "--docx", "krav.docx")
    table = docx.Document(BytesIO((machine.home / "krav.docx").read_bytes())).tables[-1]
    kinds = list(dict.fromkeys(row.cells[2].text.split(",")[0] for row in table.rows[1:]))

    assert kinds == [
        *("Kvalificeringskrav", "Teknisk specifikation", "Tilldelningskriterium"),
        *("Särskilt kontraktsvillkor", "Administrativt villkor"),
    ]
