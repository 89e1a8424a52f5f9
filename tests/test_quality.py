"""The measure of search counts what it says it counts."""

import json
from pathlib import Path

import pytest

from bench.asked import Asked, Figures, Given, figures, read
from bench.peers import PEERS
from bench.quality import expected_error, report

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

    printed = report([path])

    assert all(f"\n{name} " in f"\n{printed}" for name in PEERS)
    assert "sömmerskor" not in printed
