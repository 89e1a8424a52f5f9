"""One case for the register: everything that belongs to it, nothing that does not, and files as they came."""

import csv
import hashlib
import io
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from docx import Document as read_docx

from bot import case_file as written
from bot.cli import duly
from bot.opening import Refusal, account
from bot.portfolio import original, read_csv
from handlers import case_file, web_links
from handlers.web_links import Web
from knowledge.clause import to_data
from storage import (
    actions,
    audit,
    authorities,
    certificates,
    contracts,
    decisions,
    deviations,
    evidence,
    follow_ups,
    imported_results,
    inspections,
    judgements,
    procurements,
    reuses,
    self_assessments,
    suppliers,
)
from storage.inspections import NewPoint
from storage.people import Person

from .answered import GOOD, send_in
from .conftest import MONDAY, Officer

ROOT = Path(__file__).parents[1]
OPERATOR = Person("terminal:root", "root", "sv", "admin")
PHOTO = b"\xff\xd8\xff a photo"
DAYS = date(2027, 3, 1), date(2029, 2, 28), None
OF_A_FORMULA = '=HYPERLINK("http://evil.example","klicka")'
NASTY = ("../../etc/passwd", "a\u202efdp.exe", "CON", 'x<>:"|?*.pdf', "  . . ", "å" * 300, "rad\nbruten.pdf", "")


def case_of(asa: Officer, files: Path, number: str, name: str, mark: str) -> int:
    """A case with a record of every kind; `mark` stands in all that people wrote."""
    service, db, ctx = asa.service, asa.service.db, asa.ctx
    with service.kept():
        id = procurements.add(db, f"kaffe {mark}", "coffee", "asa", MONDAY, number)
        ctx.did("recorded", f"procurements:{id}")
        _planned(asa, id, mark)
        supplier = suppliers.add(db, name, MONDAY)
        contract = contracts.add(db, f"A-{number}", supplier, id, DAYS, "asa", "bo", "asa", MONDAY)
        ctx.did("recorded", f"contracts:{contract}")
        agreed = f"a-{number}"  # as somebody else wrote it
        item = follow_ups.add(db, supplier, "other", f"startmöte {mark}", DAYS[0], "asa", MONDAY, contract=agreed)
        ctx.did("recorded", f"follow_ups:{item}")
        _shown(asa, supplier, mark)
        _found(asa, files, supplier, f"A-{number}", mark)
        form = self_assessments.add(db, supplier, f"A-{number}", None, "sv", DAYS[0], "asa", MONDAY)
    send_in(asa, form, {**GOOD, "lacking": f"svar {mark}"}, ())
    with service.kept():
        one = self_assessments.find(db, form)
        judgements.judge(db, one, "policy", "met", f"skäl {mark}", "asa", MONDAY)
        judged = self_assessments.find(db, form)
        self_assessments.judge(db, judged, "partly", f"omdöme {mark}", "asa", MONDAY)
        audit.append(db, f"suppliers:{supplier}", "submitted", f"self_assessments:{form}", MONDAY)
    return id


def _planned(asa, id, mark):
    from handlers import risk_picture

    db, library = asa.service.db, asa.service.library
    clause = library.clauses["audit-right"]
    for origin in ({"raw": ["BRA"]}, {"raw": ["ETH"]}):
        kept = risk_picture.kept_json(library, "coffee", origin, "sv")
        answers = {"what": f"kaffe {mark}", "category": "coffee", "value": "eu"}
        procurements.add_risk_case(db, id, answers, kept, "asa", MONDAY)
    procurements.add_need_assessment(db, id, {"what": f"kaffe {mark}"}, "needed", [f"grund {mark}"], "bo", MONDAY)
    procurements.choose_clause(db, id, clause.id, clause.version, "sv", to_data(clause), "asa", MONDAY)


def _shown(asa, supplier, mark):
    db = asa.service.db
    certificates.add(db, supplier, "Fairtrade", f"FLO {mark}", "Nordkaffe", None, DAYS[1], "asa", MONDAY)
    reuses.add(db, supplier, f"Region {mark}", date(2026, 5, 1), {}, "counts", "asa", MONDAY)
    authority = authorities.add(db, f"Myndighet {mark}", f"nyckel {mark}", "asa", MONDAY)
    told = {
        "supplier": {"name": suppliers.find(db, supplier).name, "number": None},
        "organisation": f"Myndighet {mark}",
        "contract": None,
        "issued_on": "2026-05-01",
        "checks": [],
        "deviations": [],
    }
    name = suppliers.find(db, supplier).name
    imported_results.add(db, mark, authority, None, name, told, date(2026, 5, 1), "asa", MONDAY)


def _found(asa, files, supplier, contract, mark):
    db, ctx = asa.service.db, asa.ctx
    found = deviations.add(db, supplier, f"brist {mark}", date(2027, 6, 1), "asa", MONDAY, contract)
    ctx.did("recorded", f"deviations:{found}")
    files.mkdir(exist_ok=True)
    photo = PHOTO + mark.encode()
    (files / f"{mark}.jpeg").write_bytes(photo)
    sha = hashlib.sha256(photo).hexdigest()
    about = f"deviations:{found}"
    evidence.add(db, about, "photo", f"bild {mark}", "asa", MONDAY, "entré.jpg", f"{mark}.jpeg", sha, len(photo))
    todo = actions.add(db, found, "corrective", f"åtgärd {mark}", "platschef", date(2027, 7, 1), "asa", MONDAY)
    ctx.did("recorded", f"actions:{todo}")
    decisions.propose(db, found, "dialogue", f"steg {mark}", False, None, "asa", MONDAY)
    visit = inspections.add(db, supplier, contract, "site", date(2027, 6, 1), f"plats {mark}", None, "asa", MONDAY)
    inspections.set_points(db, visit, [NewPoint(None, None, f"punkt {mark}", "Finns det?", None, True)], MONDAY)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


def text_of(path: Path) -> str:
    """All words of a Word file, those of tables too."""
    file = read_docx(str(path))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def exported(asa: Officer, files: Path, where: Path, number: str = "2027-114", lang: str = "sv") -> Path:
    written.export(asa.service, files, where, number, lang, OPERATOR)
    return where


MARKED = (
    *("kaffe", "grund", "startmöte", "FLO", "svar", "skäl", "omdöme", "plats"),
    *("punkt", "brist", "bild", "åtgärd", "steg", "Region", "Myndighet"),
)


def test_every_kind_of_record_is_in_it_and_none_of_another_case(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    case_of(asa, files, "2027-200", "Sydte AB", "kvittra")
    whole = exported(asa, files, tmp_path / "out")
    text = text_of(whole / "arende.docx")

    assert [word for word in MARKED if f"{word} alfa" not in text] == []
    assert "kvittra" not in text + (whole / "logg.csv").read_text("utf-8-sig") + (whole / "metadata.json").read_text()
    assert "Rätt till revision" in text
    assert text.index("Sekretessprövning: ej gjord") < text.index("kaffe alfa\n") or "[fyll i]" in text


def test_the_folder_looks_like_this(asa, bo, files, tmp_path, golden):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    whole = exported(asa, files, tmp_path / "out")
    told = orjson.loads((whole / "metadata.json").read_bytes())
    sums = re.compile(r"[0-9a-f]{64}")
    headings = [each.text for each in read_docx(str(whole / "arende.docx")).paragraphs if "Head" in each.style.name]

    names = sorted(path.relative_to(whole).as_posix() for path in whole.rglob("*") if path.is_file())
    shown = sums.sub("…", orjson.dumps({**told, "program": "Duly"}, option=orjson.OPT_INDENT_2).decode())
    log = "\n".join(" | ".join(row) for row in read_csv((whole / "logg.csv").read_bytes()))
    readme = (whole / "README.txt").read_text("utf-8")
    golden("case_file.txt", "\n\n".join(("\n".join(names), "\n".join(headings), shown, log, readme)) + "\n")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_names_of_its_files_are_in_the_language_asked_for(asa, bo, files, tmp_path, lang):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    whole = exported(asa, files, tmp_path / "out", lang=lang)
    expected = {"sv": {"arende.docx", "logg.csv", "bilagor"}, "en": {"case.docx", "log.csv", "attachments"}}[lang]

    assert {path.name for path in whole.iterdir()} == expected | {"README.txt", "metadata.json"}


def test_attachments_come_as_they_were_and_their_sums_tell(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    whole = exported(asa, files, tmp_path / "out")
    told = {each["name"]: each["sha256"] for each in orjson.loads((whole / "metadata.json").read_bytes())["files"]}

    assert (whole / "bilagor/001 entré.jpg").read_bytes() == PHOTO + b"alfa"
    assert {name: hashlib.sha256((whole / name).read_bytes()).hexdigest() for name in told} == told
    assert hashlib.sha256(PHOTO + b"alfa").hexdigest()[:16] in text_of(whole / "arende.docx")


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"\xff\xd8\xff another")])
def test_a_file_that_is_lost_or_changed_is_told(asa, bo, files, tmp_path, harm):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    harm(files / "alfa.jpeg")
    whole = exported(asa, files, tmp_path / "out")

    assert orjson.loads((whole / "metadata.json").read_bytes())["not_as_they_came"] == ["001 entré.jpg"]
    assert "finns inte kvar som den kom" in text_of(whole / "arende.docx")
    assert "001 entré.jpg" in (whole / "README.txt").read_text("utf-8")


def test_a_zip_holds_what_the_folder_does(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    with zipfile.ZipFile(exported(asa, files, tmp_path / "out.zip")) as packed:
        names, photo = set(packed.namelist()), packed.read("bilagor/001 entré.jpg")

    assert names == {"arende.docx", "logg.csv", "README.txt", "metadata.json", "bilagor/001 entré.jpg"}
    assert photo == PHOTO + b"alfa"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".duly")] == []


def test_what_a_supplier_has_not_sent_in_is_not_in_it(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    supplier = suppliers.named(asa.service.db, "Nordkaffe AB").id
    with asa.service.kept():
        draft = self_assessments.add(asa.service.db, supplier, "A-2027-114", None, "sv", DAYS[0], "asa", MONDAY)
        at = MONDAY.isoformat()
        asa.service.db.conn.execute(
            "insert into form_answers values (?, 1, 'scope', 'halvfärdigt', ?, ?)", (draft, at, at)
        )
    text = text_of(exported(asa, files, tmp_path / "out") / "arende.docx")

    assert f"Självskattning {draft}" in text
    assert "halvfärdigt" not in text


def test_addresses_that_open_pages_are_not_in_it(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    asa.service.web = Web("https://duly.example", "s" * 40)
    with asa.service.kept():
        address = web_links.make("form", "self_assessments:1", timedelta(days=30), asa.ctx)
    whole = exported(asa, files, tmp_path / "out")

    lines = "".join(path.read_text("utf-8") for path in whole.iterdir() if path.suffix in (".csv", ".json", ".txt"))
    said = text_of(whole / "arende.docx") + lines
    assert address.rpartition("/")[2] not in said
    assert "duly.example" not in said


def test_what_begins_as_a_formula_is_text_in_the_log(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", OF_A_FORMULA, "alfa")
    whole = exported(asa, files, tmp_path / "out")
    rows = list(csv.reader(io.StringIO((whole / "logg.csv").read_text("utf-8-sig"), newline=""), delimiter=";"))
    said = [cell for row in rows for cell in row if "HYPERLINK" in cell]

    assert said
    assert all(cell.startswith("'=") for cell in said)
    assert original(said[0]) == OF_A_FORMULA


@pytest.mark.parametrize("name", NASTY)
def test_the_name_of_an_attachment_leads_nowhere(name):
    made = case_file.file_name(7, name, "0a1b.pdf")

    assert (made[:4], made[-4:]) == ("007 ", ".pdf")
    assert len(made) < 100
    assert not set(made) & set('<>:"/\\|?*\n\x00')


def test_a_deviation_that_names_no_contract_is_left_out_and_told_where_the_supplier_has_other_cases(
    asa, bo, files, tmp_path
):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    db, supplier = asa.service.db, suppliers.named(asa.service.db, "Nordkaffe AB").id
    with asa.service.kept():
        deviations.add(db, supplier, "vilket avtal", date(2027, 6, 1), "asa", MONDAY)
    alone = text_of(exported(asa, files, tmp_path / "alone") / "arende.docx")
    with asa.service.kept():
        other = procurements.add(db, "te", None, "asa", MONDAY, "2027-300")
        contracts.add(db, "T-1", supplier, other, DAYS, "asa", None, "asa", MONDAY)
    shared = text_of(exported(asa, files, tmp_path / "shared") / "arende.docx")

    assert "vilket avtal" in alone
    assert "vilket avtal" not in shared
    assert "saknar avtalsnummer: 1" in shared


@pytest.mark.parametrize("words", ["2027-114", "#1", "A-2027-114"])
def test_a_case_is_named_by_its_diary_number_its_number_or_its_contract(asa, bo, files, tmp_path, words):
    id = case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    whole = exported(asa, files, tmp_path / "out", words)

    assert orjson.loads((whole / "metadata.json").read_bytes())["id"] == id == 1


@pytest.mark.parametrize("words", ["2027-999", "#99", "#", ""])
def test_no_such_case_is_said_and_nothing_is_written(asa, tmp_path, words):
    with pytest.raises(Refusal, match="There is no case"):
        exported(asa, tmp_path, tmp_path / "out", words)

    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    whole = exported(asa, files, tmp_path / "out")

    with pytest.raises(Refusal, match="not empty"):
        exported(asa, files, whole)


def test_that_a_case_was_exported_is_in_its_log(asa, bo, files, tmp_path):
    case_of(asa, files, "2027-114", "Nordkaffe AB", "alfa")
    exported(asa, files, tmp_path / "first")
    rows = read_csv((exported(asa, files, tmp_path / "second") / "logg.csv").read_bytes())

    assert rows[-1][2:] == [account(), "", "tog ut ärendet", "Upphandling 1"]


def test_all_that_is_done_with_a_record_has_words(library):
    code = "".join(path.read_text("utf-8") for path in (ROOT / "handlers").glob("*.py"))
    did = set(
        re.findall(r'did\(\s*"([a-z ]+)", (?:about\(|\w+\.about|now\.about|f"(?:' + "|".join(TABLES) + "):)", code)
    )

    assert len(did) > 30
    assert {action for action in did if f"case_did_{action.replace(' ', '_')}" not in library.phrases} == set()


TABLES = (
    *("procurements", "need_assessments", "contracts", "follow_ups", "certificates"),
    *("inspections", "deviations", "actions", "evidence"),
)


def test_the_command_writes_a_case(tmp_path, monkeypatch):
    monkeypatch.setenv("DULY_DATABASE", str(tmp_path / "duly.db"))
    answer = CliRunner().invoke(duly, ["export", str(tmp_path / "x"), "--case", "2027-114", "--person", "Bo"])

    assert (answer.exit_code, "not both" in answer.output) == (2, True)
