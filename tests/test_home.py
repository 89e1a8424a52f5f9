"""The first page: where she was, what is due for her, what she is buying; never anything of a colleague's."""

from datetime import timedelta

import pytest

from bot.render.plain import plain_text
from handlers.home import MOST_DUE, home
from storage import procurements

from .conftest import MONDAY

LABELS = {"source": "Källa", "checked": "läst"}


def text(officer):
    """The whole page, as text."""
    return "\n".join(plain_text(reply, LABELS) for reply in home(officer.ctx))


def says(officer):
    """What all its buttons say."""
    return [button.says for reply in home(officer.ctx) for row in reply.buttons for button in row]


def test_a_new_officer_sees_ways_to_begin_and_that_nothing_is_due(asa):
    hello, due, languages = home(asa.ctx)

    assert plain_text(hello, LABELS).startswith("Hej Åsa Öberg!")
    assert "Inget att följa upp de närmaste 7 dagarna" in plain_text(due, LABELS)
    assert [button.says for button in languages.buttons[0]] == ["/language sv", "/language en"]


def test_every_button_leads_somewhere(asa):
    asa.say("följ upp licens hos Nordkaffe AB senast 27 november")
    asa.say("vi ska köpa arbetskläder")
    procurements.add(asa.service.db, "Kaffe", "coffee", asa.seat.person.id, MONDAY)
    gone = plain_text(asa.say("/set 99.what x"), LABELS)

    for words in says(asa):
        assert plain_text(asa.say(words), LABELS) != gone, words


def test_what_was_begun_can_be_resumed_and_says_how_far_it_came(asa):
    asa.say("vi ska köpa arbetskläder")

    assert "Riskbedömning, arbetskläder: fråga" in text(asa)
    resume = next(words for words in says(asa) if words.startswith("/resume"))
    assert asa.say(resume).buttons


def test_what_is_late_or_due_within_a_week_is_shown_and_nothing_after(asa, clock):
    for what, day in (("licens", "24 november"), ("revision", "2 december"), ("plan", "3 december")):
        asa.say(f"följ upp {what} hos Nordkaffe AB senast {day}")
    clock.now += timedelta(days=2)

    page = text(asa)
    assert "sen, skulle varit klar 24 nov" in page
    assert "revision" in page
    assert "plan, Nordkaffe" not in page
    assert {"/start done 1", "/start snooze 1", "/show 1"} <= set(says(asa))


def test_the_most_urgent_are_shown_and_the_rest_counted(asa):
    for number in range(MOST_DUE + 2):
        asa.say(f"följ upp sak {number} hos Nordkaffe AB senast 27 november")

    assert sum(words.startswith("/start done") for words in says(asa)) == MOST_DUE
    assert "och 2 till" in text(asa)


def test_a_procurement_shows_its_risk_and_its_need_assessment(asa, db):
    id = procurements.add(db, "Skolkaffe", "coffee", asa.seat.person.id, MONDAY)
    assert f"#{id} Skolkaffe: ⚪ ingen riskbedömning, ⚪ behövlighetsbedömning saknas" in text(asa)

    picture = {"overall": "very_high", "typical": "high", "priority": 80}
    procurements.add_risk_case(db, id, {}, picture, asa.seat.person.id, MONDAY)
    procurements.add_need_assessment(db, id, {}, "unsure", [], asa.seat.person.id, MONDAY)

    assert f"#{id} Skolkaffe: 🔴 mycket hög risk, 🟡 osäkert" in text(asa)
    assert f"/procurement {id}" in says(asa)


def test_nothing_of_a_colleagues_is_shown(asa, bo):
    asa.say("vi ska köpa arbetskläder")
    asa.say("följ upp licens hos Nordkaffe AB senast 27 november")
    procurements.add(asa.service.db, "Skolkaffe", "coffee", asa.seat.person.id, MONDAY)

    assert len(home(bo.ctx)) == 3


@pytest.mark.parametrize("words", ["x" * 300, "**x** <@U1> `x`"])
def test_long_and_odd_words_fit_on_the_page(words, asa):
    asa.say(f"vi ska köpa {words}")
    procurements.add(asa.service.db, words, None, asa.seat.person.id, MONDAY)

    buttons = [button for reply in home(asa.ctx) for row in reply.buttons for button in row]
    assert all(len(button.label) <= 75 and len(button.says.encode()) <= 64 for button in buttons)
