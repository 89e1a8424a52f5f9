"""Slips are forgiven in words, never in numbers: another paragraph is another law."""

import pytest

from knowledge.library import open_library
from knowledge.words import Vocabulary, tokens

LIBRARY = open_library()
INDEX = LIBRARY.index

MISSPELT = [
    ("lev behovlighetsbedömming", "labour-terms-need-assessment"),
    ("behövlighetsbedömming", "labour-terms-need-assessment"),
    ("upförandekod för leverantor", "code-of-conduct"),
    ("sjalvskatning leverantör", "self-assessment-form"),
    ("konfliktmineralr i datorer", "conflict-minerals"),
]
PARAGRAPHS = [
    ("LOU 9:12", "§9:12"),
    ("9 kap. 12 §", "§9:12"),
    ("vad säger 9 kap. 14 §?", "§9:14"),
    ("15 kap. 15 §", "§15:15"),
    ("4 kap. 3 §", "§4:3"),
    ("13 kap. 3 §", "§13:3"),
    ("16 kap. 7 §", "§16:7"),
]


@pytest.mark.parametrize(("question", "topic"), MISSPELT)
def test_a_misspelt_word_finds_what_it_was_meant_for(question, topic):
    assert topic in {hit.topic for hit in INDEX.ask(question).hits}


@pytest.mark.parametrize(("question", "paragraph"), PARAGRAPHS)
def test_a_paragraph_alone_finds_what_rests_on_it(question, paragraph):
    found = [LIBRARY.topics[hit.topic] for hit in INDEX.ask(question).hits]

    assert any(paragraph in tokens("\n".join(topic.sources)) for topic in found)


@pytest.mark.parametrize("question", ["LOU 10:3", "vad innebär 10 kap. 3 §", "LOU 5:11", "20 kap. 1 §", "98 kap. 1 §"])
def test_a_paragraph_that_nothing_rests_on_is_taken_for_no_other(question):
    assert not INDEX.ask(question).in_scope


@pytest.mark.parametrize(("typed", "known"), [("§10:3", "§13:3"), ("iso14002", "iso14001"), ("10882", "10832")])
def test_a_number_is_never_taken_for_one_that_is_nearly_the_same(typed, known):
    assert Vocabulary([known]).nearest(typed) == ""
