"""The glossary: which word a question asks about, and where its meaning comes from."""

import pytest

from handlers.messages import Reply
from knowledge.library import Library
from knowledge.term import name_asked

ASKED = [
    ("vad betyder FKU", "mini-competition"),
    ("Vad är en avtalsspärr?", "standstill"),
    ("avtalsspärren", "standstill"),
    ("avtalsspärr?", "standstill"),
    ("LOU", "lou"),
    ("vad ar tillborlig aktsamhet", "due-diligence"),
    ("vad menas med ordet vite?", "penalty"),
    ("vad står UHM för?", "uhm"),
    ("What does living wage mean?", "living-wage"),
    ("what is a standstill", "standstill"),
    ("what's a CAP?", "corrective-action-plan"),
    ("förklara begreppet ILO:s kärnkonventioner", "ilo-core-conventions"),
    ("förfrågningsunderlag?", "procurement-documents"),
    ("Vad är tilldelningskriterier?", "award-criterion"),
]
NOT_ASKED = [
    "hur lång är avtalsspärren?",
    "vad är skillnaden mellan vite och skadestånd?",
    "får vi kräva vite?",
    "vad är det för väder",
    "?",
    "vad är " + "vite " * 40,
]


@pytest.mark.parametrize(("question", "id"), ASKED)
def test_a_word_is_known_by_its_names_short_forms_and_inflections(library: Library, question: str, id: str) -> None:
    term = library.term_in(question)

    assert term is not None
    assert term.id == id


@pytest.mark.parametrize("question", NOT_ASKED)
def test_a_question_about_something_else_asks_for_no_meaning(library: Library, question: str) -> None:
    assert library.term_in(question) is None


def test_every_word_of_the_glossary_leads_to_its_term_also_without_diacritics(library: Library) -> None:
    bare = str.maketrans("åäöÅÄÖ", "aaoAAO")
    words = [(word, term) for term in library.glossary.values() for word in term.words]

    assert [word for word, term in words if library.term_in(f"vad betyder {word}?") is not term] == []
    assert [word for word, term in words if library.term_in(f"vad betyder {word}?".translate(bare)) is not term] == []


def test_a_long_text_is_not_searched_for_a_word() -> None:
    assert name_asked("vad är " + "x" * 100_000) == ()


def texts(reply: Reply) -> str:
    return str(reply.parts)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_term_is_told_with_its_source_or_as_our_own_words(asa, library: Library, lang: str) -> None:
    asa.say(f"språk {lang}")
    ours = library.phrase("term_ours", lang)
    for term in library.glossary.values():
        reply = asa.say(f"vad betyder {term.term.of(lang)}?")

        assert term.means.of(lang) in texts(reply)
        assert reply.sources or ours in texts(reply)
        assert (ours in texts(reply)) == (not term.sources)


def test_a_definition_comes_before_its_topic_and_names_the_sources_of_both(asa, library: Library) -> None:
    reply = asa.say("vad är ILO:s kärnkonventioner?")

    assert "Tio konventioner" in str(reply.parts[0])
    assert library.topics["ilo-core-conventions"].body["sv"][0] in reply.parts
    assert len(set(reply.sources)) == len(reply.sources) > 2


def test_another_topic_than_that_of_the_term_is_a_button_away(asa, library: Library) -> None:
    reply = asa.say("vad är en avtalsspärr?")
    more = asa.press(reply, "Läs mer: " + library.topics["oos-appeals-standstill"].title.sv)

    assert [source.ref for source in reply.sources] == ["LOU 20 kap. 1 §"]
    assert library.topics["oos-appeals-standstill"].body["sv"][0] not in reply.parts
    assert library.topics["oos-appeals-standstill"].body["sv"][0] in more.parts


def test_a_word_without_a_topic_is_still_explained_and_nothing_is_said_to_be_unknown(asa, library: Library) -> None:
    reply = asa.say("vad betyder UHM")

    assert "kriterier, riskanalyser och en frågeportal" in texts(reply)
    assert library.phrase("not_known_at_all", "sv") not in texts(reply)
