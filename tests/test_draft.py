"""The draft check: nine rules, each found, half found and missing; any text is answered; files are read or refused."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asking import reader
from bot.drafts import LARGEST, NotReadable, text_of
from handlers import draft_check
from handlers.conduct import refusal
from knowledge.library import Library, open_library
from knowledge.rules.draft import JUDGES, check
from knowledge.text import LANGUAGES

from .machine import Machine

RULES = open_library().draft_rules
LABELS = tuple(open_library().labels.values())
MENDED = [id for id, rule in RULES.items() if rule.clause and id != "time_left"]  # the period stands in no clause
TEN = "ILO:s kärnkonventioner 29, 87, 98, 100, 105, 111, 138, 155, 182 och 187"
DRAFTS = [  # what a draft says, the rule, its level, and what the message tells
    ("Leverantören ska märka varan.", "conventions", "missing", "skriv ut vilka konventioner"),
    ("Följ ILO:s kärnkonventioner.", "conventions", "risk", "29, 87, 98, 100, 105, 111, 138, 155, 182, 187"),
    ("Följ ILO 29, 87, 98, 100, 105, 111, 138 och 182.", "conventions", "risk", ": 155, 187."),
    (f"Leverantören ska följa {TEN}.", "conventions", "ok", "Alla tio"),
    ("Vid revision gäller sekretess.", "audit_right", "missing", "Ingen rätt"),
    ("Beställaren har rätt att göra revision hos leverantören.", "audit_right", "risk", "underleverantörer"),
    ("Beställaren får göra platsbesök hos leverantören och i leveranskedjan.", "audit_right", "ok", "i kedjan"),
    ("The authority may audit the supplier and its subcontractors.", "audit_right", "ok", "i kedjan"),
    ("Varorna levereras på måndagar.", "time_left", "missing", "hur länge"),
    ("Avtalstiden är 12 månader.", "time_left", "risk", "räcker inte"),
    ("Avtalet gäller i två år.", "time_left", "risk", "senast månad 12"),
    ("Avtalstiden är 4 år.\nRevision görs inom sex månader.", "time_left", "ok", "återstår"),
    ("Avtalstiden är 2 år.\nRevision görs efter 18 månader.", "time_left", "risk", "senast månad 12"),
    ("Priset är fast.", "sanction", "missing", "Ingen påföljd"),
    ("Vid försenad leverans utgår vite.", "sanction", "risk", "framgår inte"),
    ("Beställaren får ta ut vite när de sociala villkoren inte följs.", "sanction", "ok", "hör till"),
    ("Svar lämnas per e-post.", "form", "missing", "Ingen självskattning"),
    ("Leverantören ska lämna en självskattning.", "form", "risk", "bifogade"),
    ("Självskattningen görs enligt bilaga 3 och bedöms enligt bilaga 4.", "form", "ok", "bifogade"),
    ("Priset är fast.", "documentation", "missing", "Ingen skyldighet"),
    ("Dokumentation är viktigt.", "documentation", "risk", "begär det"),
    ("Leverantören ska lämna dokumentation inom tio dagar.", "documentation", "ok", "på begäran"),
    ("Kaffet ska vara Fairtrade-märkt.", "equivalent", "risk", "Fairtrade"),
    ("Kaffet ska vara Fairtrade-märkt eller likvärdigt.", "equivalent", "ok", ""),
    ("Leverantören ska i hela verksamheten ha en policy.", "whole_business", "risk", "hela företaget"),
    ("Leverantören ska ha kollektivavtal.", "whole_business", "risk", "bunden av kollektivavtal"),
    ("Villkoren ska minst motsvara dem i ett centralt kollektivavtal.", "whole_business", "ok", ""),
    ("Det krävs inte att leverantören ska ha kollektivavtal.", "whole_business", "ok", ""),
    ("Varorna ska vara etiskt producerade.", "vague", "risk", '"etiskt"'),
    ("Med hållbar avses att punkt 1–4 är uppfyllda.\nVaran ska vara hållbar.", "vague", "ok", ""),
    ("Arbetet börjar i maj.", "vague", "ok", ""),
]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def found(text: str, rule: str, library: Library, lang: str = "sv") -> list[tuple[str, str]]:
    """Level and message of what one rule finds."""
    ctx = reader(library, lang)
    findings = draft_check.findings(text, ctx)
    return [(each.level, draft_check.message_of(each, ctx)) for each in findings if each.rule.id == rule]


@pytest.mark.parametrize(("text", "rule", "level", "says"), DRAFTS)
def test_each_rule_tells_what_is_there_from_what_is_not(
    text: str, rule: str, level: str, says: str, library: Library
) -> None:
    ((first, message), *_) = found(text, rule, library)

    assert first == level
    assert says in message


def test_the_sentence_that_is_meant_is_quoted(library: Library) -> None:
    draft = (
        "Priset är fast. ILO:s kärnkonventioner ska följas. Varan ska vara hållbar. Leverantören ska ha kollektivavtal."
    )
    quotes = {(each.rule.id, each.quote) for each in check(draft, RULES, LABELS) if each.paragraph}

    assert quotes == {
        ("conventions", "ILO:s kärnkonventioner ska följas."),
        ("vague", "Varan ska vara hållbar."),
        ("whole_business", "Leverantören ska ha kollektivavtal."),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", MENDED)
def test_the_wording_that_is_proposed_mends_what_was_missing(rule: str, lang: str, library: Library) -> None:
    clause = library.clauses[library.draft_rules[rule].clause]

    assert found(clause.text.of(lang), rule, library, lang)[0][0] == "ok"


@given(st.text(max_size=2_000))
def test_every_rule_answers_to_any_text(text: str) -> None:
    found = check(text, RULES, LABELS)

    assert list(dict.fromkeys(finding.rule.id for finding in found)) == list(JUDGES)


def test_a_draft_may_speak_of_tenders_where_an_account_of_them_is_refused() -> None:
    draft = "Anbudsgivare ska i sitt anbud visa att kaffet ger minst 10 poäng."

    assert refusal(draft) == "refused_bid"
    assert refusal(draft, draft=True) is None
    assert refusal(f"{draft} AB 04 gäller.", draft=True) is None
    assert refusal(f"{draft} 811218-9876", draft=True) == "refused_personal_number"
    assert refusal("Nordkaffe AB lämnade ett anbud på 1,2 mkr.", draft=True) == "refused_bid"


def word_file(*paragraphs: str, cell: str = "") -> bytes:
    file = docx.Document()
    for words in paragraphs:
        file.add_paragraph(words)
    if cell:
        file.add_table(1, 1).cell(0, 0).text = cell
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def test_a_word_file_is_read_with_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "krav.docx"
    path.write_bytes(word_file("Första", "Åäö", cell="I en cell"))

    assert text_of(path).split("\n") == ["Första", "Åäö", "I en cell"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_text_file_is_read_as_it_was_saved(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "krav.txt"
    path.write_bytes("Städning på skolor".encode(encoding))

    assert text_of(path) == "Städning på skolor"


def bomb() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * (LARGEST + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "phrase"),
    [
        ("krav.pdf", b"%PDF-1.7", "draft_kind"),
        ("krav", b"text", "draft_kind"),
        ("krav.docx", b"no zip at all", "draft_not_word"),
        ("krav.docx", word_file("text")[:900], "draft_not_word"),
        ("krav.docx", bomb(), "draft_too_large"),
        ("krav.txt", b"a" * (LARGEST + 1), "draft_too_large"),
    ],
    ids=("pdf", "no-ending", "no-zip", "half", "bomb", "large"),
)
def test_another_kind_of_file_is_refused_with_what_to_do(
    name: str, content: bytes, phrase: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(NotReadable) as refused:
        text_of(path)
    assert refused.value.phrase == phrase


def test_the_command_prints_findings_in_the_promised_shape(machine: Machine) -> None:
    (machine.home / "krav.md").write_text("Kaffet ska vara Fairtrade-märkt.\nVarorna ska vara etiska.\n", "utf-8")

    run = machine.run("check-draft", "krav.md", "--json")
    refused = machine.run("check-draft", "krav.pdf")
    (machine.home / "tom.txt").write_text(" \n", "utf-8")
    empty = machine.run("check-draft", "tom.txt")

    keys = {"rule", "level", "where", "message", "proposal", "sources"}
    assert {frozenset(finding) for finding in json.loads(run.out)["findings"]} == {frozenset(keys)}
    label = next(finding for finding in run.json["findings"] if finding["rule"] == "equivalent")
    assert (label["level"], label["where"]) == ("risk", 'Stycke 1: "Kaffet ska vara Fairtrade-märkt."')
    assert refused.code == 2
    assert (empty.code, empty.err.count("\n")) == (1, 1)
