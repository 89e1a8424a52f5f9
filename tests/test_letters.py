"""Drafts that a person sends: letters about deviations, the mail about self-assessment, the record of an inspection."""

import re
from datetime import timedelta
from io import BytesIO

import docx as word
import pytest
from docx.enum.text import WD_COLOR_INDEX

from bot.documents import docx
from bot.render import printable
from handlers import deviation_letter, protocol
from knowledge.check import check
from knowledge.clause import to_data
from knowledge.letter import BLOCKS, WORDS, filled
from knowledge.library import CONTENT, open_library
from knowledge.text import LANGUAGES, Document
from storage import actions, contracts, deviations, evidence, follow_ups, procurements, suppliers

from .conftest import MONDAY
from .nasty import ROWS, words
from .on_site import says, send, text

LIBRARY = open_library()
TODAY = MONDAY.date()
UNFILLED = re.compile(r"\{\w+\}")
TYPED = sorted({printable(words(row)).strip() for row in ROWS} - {""}, key=len)
TYPED = [each for each in TYPED if len(each) < 2_000]


def record(db, what="saknar ID06 på 2 personer", kind="major", contract="KS 2026/411", item=None):
    """A deviation as the talk would record it; its id."""
    supplier = suppliers.named(db, "Nordkaffe AB")
    number = supplier.id if supplier else suppliers.add(db, "Nordkaffe AB", MONDAY)
    id = deviations.add(db, number, what, TODAY, "asa", MONDAY, contract, item)
    if kind:
        deviations.classify(db, deviations.find(db, id), kind, kind == "zero_tolerance", MONDAY)
    return id


def choose(db, *clauses):
    """A procurement of that diary number with these clauses."""
    id = procurements.add(db, "Kaffe", "coffee", "asa", MONDAY, "KS 2026/411")
    for each in clauses:
        clause = LIBRARY.clauses[each]
        procurements.choose_clause(db, id, each, clause.version, "sv", to_data(clause), "asa", MONDAY)
    return id


def drafted(officer, says) -> Document:
    """The document that a button brings."""
    return officer.say(says).document


def opened(document: Document):
    return word.Document(BytesIO(docx(document)))


def lines(file) -> list[str]:
    """Every line of a file, tables after the rest."""
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in file.paragraphs), *cells]


def headings(file) -> list[str]:
    return [paragraph.text for paragraph in file.paragraphs if paragraph.style.name == "Heading 1"]


def yellow(file) -> list[str]:
    """The blanks that are marked."""
    cells = [cell for table in file.tables for row in table.rows for cell in row.cells]
    paragraphs = [*file.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]
    return [r.text for p in paragraphs for r in p.runs if r.font.highlight_color == WD_COLOR_INDEX.YELLOW]


# The letter.


@pytest.mark.parametrize(
    ("lang", "title", "first", "last", "blank"),
    [
        ("sv", "Avvikelse vid uppföljning av avtal", "Vad vi har iakttagit", "Kontakt och underskrift", "[datum]"),
        ("en", "Deviation found when following up the contract", "What we observed", "Contact and signature", "[date]"),
    ],
)
def test_a_letter_has_its_headings_and_marked_blanks_and_nothing_unfilled(lang, title, first, last, blank, asa, db):
    id = record(db)
    actions.add(db, id, "corrective", "nya ID06-kort", "platschefen", TODAY + timedelta(days=14), "asa", MONDAY)
    file = opened(drafted(asa, f"/draft-letter {id} {lang}"))
    said = lines(file)

    assert said[0] == title
    assert (headings(file)[0], headings(file)[-1], len(headings(file))) == (first, last, 6)
    assert UNFILLED.findall("\n".join(said)) == []
    assert blank in yellow(file)
    assert len(yellow(file)) == 6
    assert "saknar ID06 på 2 personer" in said
    assert "KS 2026/411" in said
    assert any("nya ID06-kort" in line and "platschefen" in line for line in said)


def test_a_letter_says_that_it_is_a_draft_and_how_the_answer_is_assessed(asa, db):
    said = "\n".join(lines(opened(drafted(asa, f"/draft-letter {record(db)} sv"))))

    assert "Utkast. En person läser igenom, rättar och skickar brevet; Duly skickar inget." in said
    assert "verifierar varje åtgärd mot det ni visar" in said
    for asked in ("Orsak:", "Rättelse:", "Förebyggande åtgärd:", "Bevis:"):
        assert asked in said


@pytest.mark.parametrize(
    ("kind", "plan", "done"),
    [
        ("major", "inom 14 dagar [kontrollera mot avtalet]", "inom 90 dagar [kontrollera mot avtalet]"),
        ("minor", "inom 30 dagar [kontrollera mot avtalet]", "inom 180 dagar [kontrollera mot avtalet]"),
        ("zero_tolerance", "inom 5 arbetsdagar [kontrollera mot avtalet]", "senast [dag enligt avtalet]"),
        ("observation", "senast [dag enligt avtalet]", "senast [dag enligt avtalet]"),
        (None, "senast [dag enligt avtalet]", "senast [dag enligt avtalet]"),
    ],
)
def test_the_times_are_those_of_the_class_to_be_checked(kind, plan, done, asa, db):
    said = lines(opened(drafted(asa, f"/draft-letter {record(db, kind=kind)} sv")))

    assert f"Åtgärdsplan: {plan}" in said
    assert f"Åtgärdat, med bevis: {done}" in said


def test_a_clause_is_named_where_it_is_known_and_never_guessed(asa, db):
    blank = lines(opened(drafted(asa, f"/draft-letter {record(db)} sv")))
    choose(db, "ilo-basic", "penalty")
    several = lines(opened(drafted(asa, "/draft-letter 1 sv")))
    supplier = suppliers.named(db, "Nordkaffe AB").id
    item = follow_ups.add(db, supplier, "other", "ILO", TODAY, "asa", MONDAY, clause="ilo-basic")
    known = lines(opened(drafted(asa, f"/draft-letter {record(db, item=item)} sv")))
    named = [f"{LIBRARY.clauses[id].title.sv} ({id})" for id in ("ilo-basic", "penalty")]

    assert "[villkorets rubrik och punkt i avtalet]" in blank
    assert "[ange vilket av villkoren nedan det gäller och stryk de andra]" in several
    assert {*named} <= {*several}
    assert named[0] in known
    assert named[1] not in known


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_zero_tolerance_leaves_out_what_was_typed_and_tells_of_the_head_first(lang, asa, db):
    id = record(db, "Anna Svensson hotades av chefen Bo Ek", "zero_tolerance")
    actions.add(db, id, "corrective", "Bo Ek flyttas", "Bo Ek", TODAY, "asa", MONDAY)
    reply = asa.say(f"/draft-letter {id} {lang}")
    said = "\n".join(lines(opened(reply.document)))

    assert "Berätta för ansvarig chef i dag." in text(reply)
    assert "Berätta för ansvarig chef i dag." in text(asa.say(f"brev avvikelse {id}"))
    assert [name for name in ("Anna", "Svensson", "Bo Ek", "hotades") if name in said] == []


def test_a_class_that_was_lowered_still_leaves_names_out(asa, db):
    id = record(db, "Anna Svensson hotades", "zero_tolerance")
    deviations.classify(db, deviations.find(db, id), "minor", False, MONDAY)

    assert "Anna" not in "\n".join(lines(opened(drafted(asa, f"/draft-letter {id} sv"))))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["major", "zero_tolerance"])
def test_no_letter_says_that_the_law_was_broken(kind, lang, asa, db):
    said = "\n".join(lines(opened(drafted(asa, f"/draft-letter {record(db, kind=kind)} {lang}"))))

    assert re.findall(r"brutit|bryter|avtalsbrott|olaglig|lagbrott|breach|illegal|broken|unlawful|\blaw\b", said) == []


def test_no_letter_without_a_recorded_deviation(asa, db):
    for said in ("brev till Okänt AB", "skriv att leverantören har brutit mot avtalet", "brev avvikelse 1"):
        reply = asa.say(said)
        assert reply.document is None
        assert not any("draft-letter" in each for each in says(reply))
    for pressed in ("/draft-letter 1 sv", "/draft-letter x sv", "/draft-letter ² sv", "/draft-letter 1 fi"):
        assert asa.say(pressed).document is None


def test_a_closed_deviation_gets_no_letter(asa, db):
    id = record(db)
    deviations.close(db, deviations.find(db, id), "klart", "asa", MONDAY)

    assert "redan stängd" in text(asa.say(f"brev avvikelse {id}"))
    assert asa.say(f"/draft-letter {id} sv").document is None


@pytest.mark.parametrize(
    "said", ["brev avvikelse 1", "brev 1", "brev till leverantören om avvikelse 1", "letter deviation 1", "/letter 1"]
)
def test_a_letter_is_asked_for_in_many_words(said, asa, db):
    record(db)

    assert {"/draft-letter 1 sv", "/draft-letter 1 en"} <= says(asa.say(said))


def test_a_letter_can_be_asked_for_in_the_middle_of_a_talk(asa, db):
    record(db)
    asa.say("/start follow-up")

    assert "/draft-letter 1 sv" in says(asa.say("brev avvikelse 1"))


def test_what_people_typed_stands_in_a_letter_as_they_typed_it(asa, db):
    """A name in braces, a mark of bold or a heading in their words is nothing of ours."""
    id = record(db)
    for typed in (*TYPED, "{supplier}", "{actions}", "**fet**", "## Rubrik", "> ruta", "- punkt", "[blank]"):
        db.conn.execute("update deviations set what = ?, contract = ? where id = ?", (typed, typed, id))
        file = opened(deviation_letter.document(deviations.find(db, id), asa.ctx))
        said = lines(file)

        assert said.count(printable(typed)) == 2, typed
        assert len(headings(file)) == 6


# The mail.


@pytest.mark.parametrize("said", ["mejl till Nordkaffe om självskattningen", "mejl Nordkaffe AB", "mail to Nordkaffe"])
def test_a_mail_says_how_the_answers_are_assessed_and_is_not_sent(said, asa, db):
    record(db)
    reply = asa.say(said)

    assert "Att svara ja på allt är inte målet" in text(reply)
    assert LIBRARY.criteria["self-assessment"].how.sv in text(reply)
    assert "Jag skickar inget" in text(reply)
    assert "[dag]" in text(reply)
    assert "/mail-in 1 en" in says(reply)
    assert UNFILLED.findall(text(reply)) == []
    assert db.conn.execute("select count(*) from outbox where place not like 'terminal%'").fetchone()[0] == 0


def test_a_mail_tells_the_day_of_the_open_self_assessment(asa, db):
    record(db)
    supplier = suppliers.named(db, "Nordkaffe AB").id
    for days, kind in ((5, "other"), (20, "self_assessment"), (40, "self_assessment")):
        follow_ups.add(db, supplier, kind, "svar", TODAY + timedelta(days=days), "asa", MONDAY)

    assert "senast söndag 13 december 2026" in text(asa.say("mejl Nordkaffe AB"))
    assert "no later than Sunday 13 December 2026" in text(asa.say("/mail-in 1 en"))


def test_a_mail_to_nobody_asks_to_whom(asa, db):
    record(db)

    assert says(asa.say("mejl")) == {"/mail-in 1 sv"}
    assert says(asa.say("mejl till Okänt AB om självskattningen")) == {"/mail-in 1 sv"}
    for pressed in ("/mail-in 9 sv", "/mail-in x sv", "/mail-in 1 fi"):
        assert text(asa.say(pressed)).count("knappen") == 1


# The record of an inspection.


def visited(asa, db):
    """A day at a supplier: a deviation, a note, two files and an action, under a contract with clauses."""
    choose(db, "ilo-basic", "audit-right")
    asa.say("avvikelse hos Nordkaffe AB: saknar ID06 på 2 personer")
    asa.say("KS 2026/411")
    asa.say("stor")
    asa.clock.now += timedelta(minutes=7)
    asa.say("anteckning 1 platschefen visade listan")
    asa.clock.now += timedelta(minutes=3)
    send(asa, "insläpp.jpg", "lista.jpg", text="foton från insläppet")
    actions.add(db, 1, "corrective", "nya kort", "platschefen", TODAY + timedelta(days=14), "asa", MONDAY)


@pytest.mark.parametrize(
    ("lang", "title", "heads"),
    [
        (
            "sv", "Protokoll från kontroll hos Nordkaffe AB",
            "Deltagare, Checklista, Iakttagelser, Avvikelser, Överenskomna åtgärder, Filer, Underskrifter",
        ),
        (
            "en", "Record of an inspection at Nordkaffe AB",
            "Participants, Checklist, Observations, Deviations, Agreed actions, Files, Signatures",
        ),
    ],
)  # fmt: skip
def test_a_protocol_holds_the_day_in_order(lang, title, heads, asa, db):
    visited(asa, db)
    file = opened(drafted(asa, f"/protocol-of 1 {TODAY} {lang}"))
    said = lines(file)
    hours = [re.search(r"\d\d:\d\d", line)[0] for line in said if "Åsa Öberg:" in line]

    assert said[0] == title
    assert ", ".join(headings(file)) == heads
    assert UNFILLED.findall("\n".join(said)) == []
    assert hours == ["10:00", "10:07", "10:10", "10:10"]
    assert "KS 2026/411" in said
    assert f"{LIBRARY.clauses['ilo-basic'].title.of(lang)} (ilo-basic)" in said
    assert {"insläpp.jpg", "sha-insläpp."} <= {*said}
    assert any("#1 saknar ID06 på 2 personer (" in line for line in said)
    assert any("nya kort" in line and "platschefen" in line for line in said)
    assert len(yellow(file)) == 1 + 4 * 2 + 2 + 2


def test_a_protocol_is_of_its_day(asa, db):
    visited(asa, db)
    asa.clock.now += timedelta(days=3)
    asa.say("anteckning 1 återbesök")
    later = "\n".join(lines(opened(drafted(asa, "/protocol-of 1 2026-11-26 sv"))))
    first = "\n".join(lines(opened(drafted(asa, "/protocol-of 1 2026-11-23 sv"))))

    assert "återbesök" in later
    assert "platschefen visade" not in later
    assert "återbesök" not in first
    assert "Inget är upplagt" in text(asa.say("protokoll Nordkaffe AB 20 november"))


def test_a_protocol_with_a_zero_tolerance_tells_of_the_head_first(asa, db):
    visited(asa, db)
    assert "Berätta för ansvarig chef" not in text(asa.say(f"/protocol-of 1 {TODAY} sv"))
    record(db, "misstänkt barnarbete", "zero_tolerance")

    said = text(asa.say(f"/protocol-of 1 {TODAY} sv"))
    assert "Berätta för ansvarig chef i dag." in said
    assert "Stryk namn" in said


def test_an_empty_protocol_has_the_checklist_of_the_running_contract(asa, db):
    supplier = suppliers.add(db, "Nordkaffe AB", MONDAY)
    id = choose(db, "ilo-basic")
    days = TODAY, TODAY + timedelta(days=700), None
    contracts.add(db, "2026-17", supplier, id, days, "asa", None, "asa", MONDAY)
    said = lines(opened(drafted(asa, f"/protocol-of {supplier} {TODAY} sv")))

    assert "2026-17" in said
    assert f"{LIBRARY.clauses['ilo-basic'].title.sv} (ilo-basic)" in said
    assert "[iakttagelser, med klockslag och vem som gjorde dem]" in said


def test_what_people_typed_stands_in_a_protocol_as_they_typed_it(asa, db):
    id = record(db)
    evidence.add(db, f"deviations:{id}", "note", "x", "asa", MONDAY)
    supplier = suppliers.named(db, "Nordkaffe AB")
    for typed in (*TYPED, "{files}", "**fet**", "## Rubrik"):
        db.conn.execute("update deviations set what = ?", (typed,))
        db.conn.execute("update evidence set text = ?", (typed,))
        found = protocol.gathered(supplier, TODAY, asa.ctx)
        file = opened(protocol.document(found, asa.ctx))
        said = lines(file)

        assert f"kl. 10:00, Åsa Öberg: {printable(typed)}" in said, typed
        assert f"#{id} {printable(typed)} (Stor avvikelse)" in said
        assert len(headings(file)) == 7


@pytest.mark.parametrize("pressed", ["9 2026-11-23 sv", "x 2026-11-23", "1 2026-13-45 sv", "1", "² 2026-11-23 sv"])
def test_an_old_button_for_a_protocol_breaks_nothing(pressed, asa, db):
    record(db)

    assert asa.say(f"/protocol-of {pressed}").document is None


# The templates.


def test_every_name_that_is_filled_in_is_used(library):
    for letter in library.letters.values():
        for lang in LANGUAGES:
            said = f"{letter.file.of(lang)}{letter.title.of(lang)}{letter.body.of(lang)}"
            assert [name for name in (*WORDS[letter.id], *BLOCKS[letter.id]) if f"{{{name}}}" not in said] == []


def test_an_organisation_words_its_own_letter(tmp_path, asa, db):
    (tmp_path / "letters.yaml").write_text(
        "self_assessment:\n  file: {sv: a.docx, en: b.docx}\n  title: {sv: Frågor, en: Questions}\n"
        '  body: {sv: "Hej {supplier}, svara senast {due}.", en: "Dear {supplier}, answer by {due}."}\n',
        "utf-8",
    )
    library = open_library(tmp_path)
    words = {"supplier": "Nordkaffe AB", "due": "fredag", "how": ""}

    assert check(library) == []
    assert [part.spans[0].text for part in filled(library.letters["self_assessment"], "sv", words, {})] == [
        "Hej Nordkaffe AB, svara senast fredag."
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("svara senast {due}", "svara senast {du}", "nothing fills in {du} here. Did you mean 'due'?"),
        ("svara senast {due}", "svara", "{due} is missing in sv"),
        (
            "self_assessment:",
            "self_assesment:",
            "no letter is called 'self_assesment'. Did you mean 'self_assessment'?",
        ),
    ],
)
def test_a_mistake_in_a_template_is_told(old, new, says, tmp_path):
    template = (
        "self_assessment:\n  file: {sv: a.docx, en: b.docx}\n  title: {sv: Frågor, en: Questions}\n"
        '  body: {sv: "Hej, svara senast {due}.", en: "Answer by {due}."}\n'
    )
    changed = template.replace(old, new)
    changed = changed.replace("Answer by {due}", "Answer by {du}") if "{du}" in new else changed
    (tmp_path / "letters.yaml").write_text(changed, "utf-8")

    (told,) = check(open_library(tmp_path))
    assert says in told


def test_a_list_in_the_middle_of_a_line_is_told(tmp_path):
    shipped = (CONTENT / "letters.yaml").read_text("utf-8")
    (tmp_path / "letters.yaml").write_text(shipped.replace("      {files}\n", "      Filer: {files}\n", 1), "utf-8")

    (told,) = check(open_library(tmp_path))
    assert "{files} is a list or a table: give it a paragraph of its own (sv)" in told
