"""Words that begin a job do not take the questions that people ask."""

import json
from pathlib import Path

import pytest

QUESTIONS = sorted((Path(__file__).parent / "questions").glob("*.jsonl"))
ASKED = [
    json.loads(line)["text"] for path in QUESTIONS for line in path.read_text("utf-8").splitlines() if line.strip()
]
MAY_TAKE = {"risk", "wording", "need", "check", "reuse"}  # a purchase that is told of, or terms that are asked for


def taken_by(library, words):
    found = library.command_in(words)
    return found[0] if found and library.orders(found, words) else None


@pytest.mark.parametrize("mark", ["as it is", "without ?"])
def test_no_question_is_taken_for_a_word_about_reminders_teams_or_reports(mark, library):
    asked = [words if mark == "as it is" else words.rstrip("? ") for words in ASKED]
    taken = {words: id for words in asked if (id := taken_by(library, words)) and id not in MAY_TAKE}

    assert len(asked) > 250
    assert taken == {}


@pytest.mark.parametrize(
    "words",
    ["vad är ett team?", "what is a team?", "vem tar över när någon är borta?", "hur ångrar jag?", "teamarbete?"],
)
def test_to_ask_about_a_word_begins_nothing(words, library):
    assert taken_by(library, words) is None
