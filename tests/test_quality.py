"""The measure of search counts what it says it counts."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.asked import Asked, Figures, Given, figures, read
from bench.peers import PEERS
from bench.quality import QUESTIONS, as_text, by_group, expected_error, measure, reliability, run
from knowledge.library import open_library

ROOT = Path(__file__).parents[1]
LIBRARY = open_library()
ANY = {"lang": "sv", "stage": "risk", "kind": "made", "file": "x"}
INSIDE = Asked("får vi", topics=frozenset({"living-wage", "proportionality"}), **ANY)
OUTSIDE = Asked("hur får vi", topics=frozenset({"oos-e-invoicing"}), **ANY)
NOTHING = Asked("hej", topics=frozenset(), **ANY)


@pytest.mark.parametrize(
    ("asked", "given", "counted"),
    [
        (INSIDE, Given(("living-wage",), True), (1, 1, 0, None)),
        (INSIDE, Given(("organic-food", "proportionality"), True), (0, 1, 0, None)),
        (INSIDE, Given(("organic-food",), True), (0, 0, 0, None)),
        (INSIDE, Given((), False), (0, 0, 1, None)),
        (INSIDE, Given(("oos-e-invoicing",), False), (0, 0, 1, None)),
        (OUTSIDE, Given(("oos-state-aid",), False), (None, None, None, 1)),
        (OUTSIDE, Given(("living-wage",), True), (None, None, None, 0)),
        (NOTHING, Given((), False), (None, None, None, 1)),
        (NOTHING, Given(("living-wage",), True), (None, None, None, 0)),
    ],
)
def test_an_answer_counts_for_what_it_is(asked, given, counted):
    assert figures([(asked, given)]) == Figures(1, *counted)


def test_shares_are_of_those_they_concern():
    right = (INSIDE, Given(("living-wage",), True))
    wrong = (INSIDE, Given(("organic-food",), True))

    assert figures([right, right, right, wrong, (NOTHING, Given((), False))]) == Figures(5, 0.75, 0.75, 0.0, 1.0)


def test_confidence_that_says_what_is_right_has_no_error():
    answered = [(INSIDE, Given((topic,), True, 0.75)) for topic in ("living-wage",) * 3 + ("organic-food",)]

    assert expected_error(answered) == 0
    assert expected_error([(INSIDE, Given(("organic-food",), True, 0.75))]) == 0.75
    assert expected_error([(NOTHING, Given((), False))]) == 0


def test_confidence_is_shown_in_tenths_and_what_was_not_answered_in_none():
    said = (0.75, 0.79, 0.8, 1.0)
    answered = [
        (INSIDE, Given((topic,), True, sure)) for topic, sure in zip(("living-wage", "x") * 2, said, strict=True)
    ]

    lines = [tuple(line.values()) for line in reliability([*answered, (INSIDE, Given((), False))])]

    assert lines == [(0.7, 0.8, 2, 0.77, 0.5), (0.8, 0.9, 1, 0.8, 1.0), (0.9, 1.0, 1, 1.0, 0.0)]


@pytest.mark.parametrize(
    ("words", "length"),
    [
        (1, "1-6 words"),
        (6, "1-6 words"),
        (7, "7-25 words"),
        (25, "7-25 words"),
        (26, "26-70 words"),
        (70, "26-70 words"),
        (71, "71 words or more"),
    ],
)
def test_a_question_is_counted_by_its_length(words, length):
    asked = replace(INSIDE, text="ord " * words)

    (by_length,) = [line for line in by_group([(asked, Given((), False))] * 2) if line["group"] == "length"]

    assert by_length["value"] == length
    assert by_length["number"] == 2


def test_to_ask_nothing_is_a_mistake(tmp_path):
    with pytest.raises(ValueError, match="no questions"):
        measure([write(tmp_path / "x.jsonl")])


@pytest.mark.parametrize("name", PEERS)
def test_everybody_finds_a_topic_by_its_title(name):
    title = LIBRARY.topics["living-wage"].title.sv
    asked = replace(INSIDE, text=title, topics=frozenset({"living-wage"}))

    assert figures(run(name, LIBRARY.topics, [asked]).answered).first == 1


def write(path: Path, *lines: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_a_variant_is_answered_by_what_answers_its_original(tmp_path):
    original = {"id": "1", "lang": "en", "text": "a", "stage": "risk", "kind": "real", "topics": ["living-wage"]}
    path = write(tmp_path / "x.jsonl", original, {"id": "1-v1", "of": "1", "text": "b", "kind": "typo"})

    assert read([path])[1] == Asked("b", "en", "risk", "typo", "x", frozenset({"living-wage"}))


def test_everybody_is_asked_and_no_question_is_shown(tmp_path):
    path = write(
        tmp_path / "x.jsonl",
        {"id": "1", "lang": "sv", "text": "levnadslön åt sömmerskor?", "topics": ["living-wage"]},
        {"id": "2", "lang": "sv", "text": '"" OR 15:14 (', "topics": []},
        {"id": "3", "lang": "sv", "text": "?!", "topics": []},
    )

    measured = measure([path])
    printed = as_text(measured)

    assert [line["name"] for line in measured.beside] == [*PEERS, "Duly, 10 x the topics"]
    assert measured.beside[0]["first"] == 1
    assert all(f"\n{name} " in f"\n{printed}" for name in PEERS)
    assert "sömmerskor" not in printed


def test_programs_read_the_same_tables(tmp_path):
    path = write(tmp_path / "x.jsonl", {"id": "1", "lang": "sv", "text": "levnadslön", "topics": ["living-wage"]})
    command = [sys.executable, "-m", "bench", "quality", "--json", str(path)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    measured = json.loads(done.stdout)
    assert set(measured) == {"beside", "groups", "confidence", "ece"}
    assert [line["first"] for line in measured["beside"] if line["name"] == "Duly"] == [1]


def test_search_is_as_good_as_it_was():
    """Questions that the topics were not written from. The shares are a few questions below those of docs/search.md."""
    asked = read(sorted(QUESTIONS.glob("*.jsonl")))

    found = figures(run("Duly", LIBRARY.topics, asked).answered)

    assert found.number > 350
    assert found.first >= 0.68
    assert found.three >= 0.80
    assert found.refused <= 0.09
    assert found.held >= 0.72
