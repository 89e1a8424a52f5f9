"""Labels: recognised by name, shown with what is not checked, and never taken for something they are not."""

import re

import pytest

from knowledge.label import labels_in
from knowledge.library import Library
from knowledge.text import Facts, Table

NAMED = [
    ("vad visar GOTS", ["gots"]),
    ("är BSCI en certifiering?", ["amfori-bsci"]),
    ("vad är skillnaden mellan SMETA och SA 8000", ["smeta", "sa8000"]),
    ("SA8000 eller Smeta", ["sa8000", "smeta"]),
    ("OEKO-TEX STANDARD 100", ["oeko-tex-100"]),
    ("oeko-tex", ["oeko-tex-100", "oeko-tex-step", "oeko-tex-made-in-green"]),
    ("får vi kräva bra miljoval", ["bra-miljoval"]),
    ("svanenmärkta dukar och Svanen", ["nordic-swan-textile"]),
    ("KRAV-märkt mjölk", ["krav"]),
    ("UTZ", ["rainforest-alliance"]),
    ("iso45001", ["iso-45001"]),
    ("vi har ett krav på kaffet", []),
    ("step by step", []),
]


@pytest.mark.parametrize(("words", "ids"), NAMED)
def test_labels_are_known_by_the_names_people_use(library: Library, words: str, ids: list[str]) -> None:
    assert [label.id for label in labels_in(words, library.labels.values())] == ids


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_label_is_shown_by_its_name_with_what_is_not_checked(asa, library: Library, lang: str) -> None:
    asa.say(f"språk {lang}")
    unread = library.phrase("label_unverified", lang, names="").rstrip(" .")
    command = library.commands["label"].words[lang][0]
    for label in library.labels.values():
        reply = asa.say(f"{command} {label.id}")
        (facts,) = (part for part in reply.parts if isinstance(part, Facts))
        told = dict(facts.rows)

        assert told[library.phrase("label_proves", lang)] == label.proves.of(lang)
        assert (library.phrase("label_lasts", lang) in told) == (label.kind != "guidance")
        assert (unread in str(reply.parts)) == bool(label.unverified)
        assert reply.sources


def test_what_is_no_label_says_so(library: Library) -> None:
    kinds = {id: label.kind for id, label in library.labels.items()}

    assert {id for id, kind in kinds.items() if kind == "audit_report"} == {"amfori-bsci", "smeta"}
    assert {id for id, kind in kinds.items() if kind == "guidance"} == {"iso-20400", "iso-26000"}
    assert kinds["fair-wear"] == kinds["electronics-watch"] == "membership"


def test_no_length_of_time_stands_where_it_is_listed_as_unread(library: Library) -> None:
    for label in library.labels.values():
        if "lasts" in label.unverified:
            words = " ".join(text.sv for text in (label.limits, label.ask_for))

            assert not re.search(r"giltigt? i|gäller i \w+ (år|månader)", words), label.id


def test_a_question_that_names_labels_leads_to_their_cards_and_to_a_comparison(asa) -> None:
    reply = asa.say("vad är skillnaden mellan SMETA och BSCI?")
    card, table = asa.press(reply, "SMETA"), asa.press(reply, "Jämför")

    assert "SMETA" in str(card.parts[0])
    assert [part.head for part in table.parts if isinstance(part, Table)] == [("", "SMETA", "amfori BSCI")]


def test_other_words_after_label_are_a_question(asa) -> None:
    reply = asa.say("märkning eller likvärdig, hur skriver vi")

    assert any(source.ref.startswith("LOU 9 kap.") for source in reply.sources)


def test_a_label_that_is_gone_is_not_shown(asa, library: Library) -> None:
    gone = library.phrase("old_button", "sv")

    assert [gone in str(asa.say(says).parts) for says in ("/label nothing", "/compare gots nothing")] == [True, True]


def test_a_label_looked_up_in_the_middle_of_a_talk_does_not_end_it(asa, library: Library) -> None:
    asa.say("krav kaffe")
    reply = asa.say("märkning GOTS")

    assert library.labels["gots"].proves.sv in str(reply.parts)
    assert "Vilken nivå?" in str(reply.parts)
