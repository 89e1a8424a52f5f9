"""Help: the words by stage of the work, short enough for a phone, and each of them explained."""

import pytest

from handlers.cards import MOST_BUTTON_BYTES
from handlers.messages import Reply
from knowledge.command import STAGES
from knowledge.text import Facts

MOST_LINES = 12  # a stage a line, and two sentences: less than a phone's screen


def explained(reply: Reply) -> dict[str, str]:
    return {name: value for part in reply.parts if isinstance(part, Facts) for name, value in part.rows}


def test_help_names_every_command_under_its_stage_and_stays_short(asa, library):
    listed = explained(asa.say("hjälp"))
    named = [word for words in listed.values() for word in words.split(", ")]

    assert sorted(named) == sorted(each.words["sv"][0] for each in library.commands.values() if each.help)
    assert len(listed) == len(STAGES) <= MOST_LINES


def test_every_stage_explains_its_words_at_a_press(asa):
    overview = asa.say("hjälp")
    buttons = [button for row in overview.buttons for button in row]
    told = [explained(asa.say(button.says)) for button in buttons]

    assert [", ".join(each) for each in told] == list(explained(overview).values())
    assert all(len(button.says.encode()) <= MOST_BUTTON_BYTES and len(button.label) <= 20 for button in buttons)


@pytest.mark.parametrize(
    ("words", "first"),
    [("hjälp avtal", "upphandling"), ("hjälp Brister", "avvikelse"), ("help contracts", "upphandling")],
)
def test_a_stage_is_found_by_its_name_in_either_language(asa, words, first):
    assert next(iter(explained(asa.say(words)))) == first


def test_help_on_one_word_explains_that_word_alone(asa):
    assert list(explained(asa.say("hjälp borta"))) == ["borta"]


def test_help_on_what_is_no_word_of_ours_shows_the_stages(asa):
    assert explained(asa.say("hjälp mig")) == explained(asa.say("hjälp"))
