"""From which day acts of the EU apply: told as it stands on the day somebody asks, and only as read."""

import re
from datetime import UTC, date, datetime

import pytest

from knowledge.act import acts_asked
from knowledge.library import Library
from knowledge.rules.calendar import MONTHS
from knowledge.text import Items, plain

ASKED = [
    ("när gäller EUDR", ["eudr"]),
    ("När börjar avskogningsförordningen gälla?", ["eudr"]),
    ("nar trader csddd i kraft", ["csddd"]),
    ("gäller tvångsarbetsförordningen redan nu?", ["forced-labour-regulation"]),
    ("when does the batteries regulation apply", ["batteries-regulation"]),
    ("from what date do EUDR and CSDDD apply", ["eudr", "csddd"]),
    ("gäller csddd våra leverantörer", []),
    ("får vi kräva att leverantören följer EUDR", []),
    ("när ska vi följa upp avtalet", []),
    ("när " + "EUDR " * 100, []),
]


@pytest.mark.parametrize(("question", "ids"), ASKED)
def test_a_question_about_a_day_is_told_from_a_question_about_the_act(
    library: Library, question: str, ids: list[str]
) -> None:
    assert [act.id for act in acts_asked(question, library.acts.values())] == ids


STANDING = [
    (date(2026, 9, 1), "Gäller inte än. Från den 30 dec 2026: stora", "Gäller inte än. Från den 30 juni 2027: mikro"),
    (date(2026, 12, 29), "Gäller inte än. Från den 30 dec 2026 (dagar kvar: 1): stora", "Gäller inte än."),
    (date(2026, 12, 30), "Gäller sedan den 30 dec 2026: stora", "Gäller inte än."),
    (date(2027, 6, 30), "Gäller sedan den 30 dec 2026: stora", "Gäller sedan den 30 juni 2027: mikro"),
]


@pytest.mark.parametrize(("today", "large", "small"), STANDING)
def test_what_a_day_means_follows_from_today(asa, clock, today: date, large: str, small: str) -> None:
    clock.now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    (days,) = (part for part in asa.say("när gäller EUDR?").parts if isinstance(part, Items))

    assert [plain(runs).startswith(said) for runs, said in zip(days.items, (large, small), strict=True)] == [True, True]


def test_a_day_that_nobody_has_read_is_not_told(asa) -> None:
    reply = asa.say("när började konfliktmineralförordningen gälla?")

    assert "Duly har inte kontrollerat från vilken dag" in str(reply.parts)
    assert re.search(r"\b\d{1,2} \w+ 20\d\d\b", str(reply.parts)) is None


def test_an_act_past_its_review_says_so(asa, clock) -> None:
    clock.now = datetime(2027, 2, 1, 12, tzinfo=UTC)

    assert "2027-01-31" in str(asa.say("när gäller EUDR?").parts)


def test_topics_about_an_act_name_no_other_days_than_the_data(library: Library) -> None:
    known = {applies.starts for act in library.acts.values() for applies in act.dates}
    sources = {source for act in library.acts.values() for source in act.sources}
    for topic in library.topics.values():
        if sources & set(topic.sources):
            for lang in ("sv", "en"):
                assert days_in(topic.words[lang], lang) <= known, (topic.slug, lang)


def days_in(text: str, lang: str) -> set[date]:
    """The days to come that `text` names in full."""
    months = [month.casefold() for month in MONTHS[lang]]
    found = re.findall(rf"\b(\d{{1,2}}) ({'|'.join(months)}) (20\d\d)\b", text.casefold())
    days = {date(int(year), months.index(month) + 1, int(day)) for day, month, year in found}
    return {day for day in days if day > date(2026, 11, 22)}
