"""The supplier's self-assessment: every question has its criteria, nothing is scored, and Word holds both."""

from io import BytesIO

import docx as word
import pytest

from bot.documents import docx
from knowledge.library import Library
from knowledge.text import Facts, Table

ROUTINES = ("policy", "passing_on", "responsibility", "risk", "follow_up", "deviations")


def test_the_form_asks_about_all_six_routines(library: Library) -> None:
    criteria = library.criteria["self-assessment"]
    asked = {criteria.by_question[question.id].routine for question in library.flows["self-assessment"].questions}

    assert set(ROUTINES) <= asked == set(criteria.routines)


def test_what_no_authority_has_said_is_marked_as_our_own(library: Library) -> None:
    for criterion in library.criteria["self-assessment"].by_question.values():
        read = any(source.startswith("uhm-rutinkrav") for source in criterion.sources)

        assert criterion.own or read, criterion.question


def test_a_yes_is_never_enough(library: Library) -> None:
    flow, criteria = library.flows["self-assessment"], library.criteria["self-assessment"]
    for question in flow.questions:
        if question.kind == "yes_no":
            criterion = criteria.by_question[question.id]

            assert criterion.evidence.sv
            assert criterion.not_shown.sv


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_document_holds_every_question_and_how_it_is_assessed(asa, library: Library, lang: str) -> None:
    reply = asa.say(f"/form {lang}")
    assert reply.document is not None
    file = word.Document(BytesIO(docx(reply.document)))
    words = "\n".join(cell.text for table in file.tables for row in table.rows for cell in row.cells)

    assert reply.document.lang == lang
    for question in library.flows["self-assessment"].questions:
        criterion = library.criteria["self-assessment"].by_question[question.id]
        for text in (question.ask, criterion.met, criterion.not_shown, criterion.ask, criterion.weak):
            assert text.of(lang) in words, text.of(lang)


def test_a_question_that_depends_on_another_says_so_on_paper(asa) -> None:
    reply = asa.say("/form sv")
    assert reply.document is not None

    tables = [part for part in reply.document.parts if isinstance(part, Table)]
    assert any(row[0].startswith('Om svaret på "Policy" är Ja:\n') for table in tables for row in table.rows)


def test_the_answer_tells_what_is_asked_and_leads_to_both_documents(asa) -> None:
    reply = asa.say("självskattning")
    (asked,) = (part for part in reply.parts if isinstance(part, Facts))

    assert len(asked.rows) == 8
    assert asa.press(reply, "Word på engelska").document.lang == "en"
    assert "poäng" in str(reply.parts)


def test_no_form_is_made_in_a_language_that_is_not_ours(asa, library: Library) -> None:
    assert library.phrase("old_button", "sv") in str(asa.say("/form de").parts)
