"""An answer leads on: to wording that can be read, to the risk in what is bought, to what is asked next."""

import pytest

from knowledge.library import Library

from .conftest import Officer


def test_an_answer_leads_to_wording_and_to_the_risk_in_what_is_bought(asa: Officer, library: Library) -> None:
    topic = library.topics["living-wage"]
    answer = asa.say("/topic living-wage")
    labels = [button.label for row in answer.buttons for button in row]

    for id in topic.clauses[:2]:
        assert f"Visa kravtext: {library.clauses[id].title.sv}" in labels
    for id in topic.categories[:2]:
        assert f"Bedöm risk: {library.categories[id].name.sv}" in labels
    assert "Bedöm risk" not in labels  # the named ones say more
    assert library.topics[topic.related[0]].title.sv in labels


def test_the_buttons_do_what_they_say(asa: Officer) -> None:
    answer = asa.say("/topic living-wage")

    wording = asa.press(answer, "Visa kravtext: ILO:s kärnkonventioner, basnivå")
    assert wording.parts[0] == asa.say("/clause ilo-basic").parts[0]
    risk = asa.press(answer, "Bedöm risk: Kaffe")
    assert "Kaffe" in str(risk.parts)


def test_what_is_outside_is_no_lead(asa: Officer, library: Library) -> None:
    for slug in library.topics:
        others = [button.says for row in asa.say(f"/topic {slug}").buttons for button in row]

        assert not [says for says in others if says.startswith("/topic oos-")], slug


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_answer_has_buttons_that_every_platform_carries(
    lang: str, asa: Officer, bo: Officer, library: Library
) -> None:
    officer = {"sv": asa, "en": bo}[lang]
    for slug in library.topics:
        rows = officer.say(f"/topic {slug}").buttons
        labels = [button.label for row in rows for button in row]

        assert len(rows) <= 7, slug
        assert len(set(labels)) == len(labels), slug
        assert all(len(button.label) <= 75 and len(button.says.encode()) <= 64 for row in rows for button in row), slug


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("lou 17:2", "LOU 17 kap. 2 §"),
        ("lou 17:2-5", "LOU 17 kap. 2-5 §§"),
        ("lou 19a:8", "LOU 19 a kap. 8 §"),
        ("arkivlagen 10", "arkivlagen 10 §"),
        ("lag-2011-846 5-6", "lag (2011:846) 5-6 §§"),
        ("uhm-kriterier", "UHM, kriterietjänsten"),
    ],
)
def test_a_reference_is_cited_as_the_field_writes_it(library: Library, reference: str, told: str) -> None:
    assert library.cite(reference, "sv").ref == told
