"""What officers say, in their own words, in Slack and in Telegram: the same core, each platform's own cards."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, ClassVar, Protocol

import pytest

from bot.service import Service
from storage.people import Person

from .conftest import STOCKHOLM, Clock
from .slack_life import Life, texts, workspace
from .slack_life import labels as slack_labels
from .telegram_life import ASA, BO, Phone, known, telegram
from .telegram_life import labels as phone_labels


class Desk(Protocol):
    """A place where officers talk with Duly."""

    def say(self, words: str, who: str = "Åsa") -> str:
        """All that is said in return."""

    def press(self, label: str, who: str = "Åsa") -> str:
        """The same after pressing the button with that label."""

    def offered(self, who: str = "Åsa") -> list[str]:
        """What can be pressed on the last card."""


class InSlack:
    accounts: ClassVar = {"Åsa": "U1", "Bo": "U2"}

    def __init__(self, life: Life) -> None:
        self.life = life

    def say(self, words: str, who: str = "Åsa") -> str:
        return "\n".join(map(texts, self.life.say(self.accounts[who], words)))

    def press(self, label: str, who: str = "Åsa") -> str:
        return "\n".join(map(texts, self.life.press(self.accounts[who], label)))

    def offered(self, who: str = "Åsa") -> list[str]:
        slack = self.life.slack
        return slack_labels(slack.messages(slack.dm(self.accounts[who]))[-1])

    def files(self) -> list[str]:
        return [file["filename"] for file in self.life.slack.files]


class InTelegram:
    accounts: ClassVar = {"Åsa": ASA, "Bo": BO}

    def __init__(self, phone: Phone) -> None:
        self.phone = phone

    def say(self, words: str, who: str = "Åsa") -> str:
        return self._whole(self.phone.say(self.accounts[who], words), who)

    def press(self, label: str, who: str = "Åsa") -> str:
        return self._whole(self.phone.press(self.accounts[who], label), who)

    def offered(self, who: str = "Åsa") -> list[str]:
        return [label for label in phone_labels(self.phone.fake.sent(self.accounts[who])[-1]) if label != "Mer"]

    def files(self) -> list[str]:
        return [m["file_name"] for m in self.phone.fake.sent(ASA) if m.get("file_name")]

    def _whole(self, said: list[dict[str, Any]], who: str) -> str:
        """What was said, with what stands behind "Mer"."""
        if said and "Mer" in phone_labels(said[-1]):
            said = [*said, *self.phone.press(self.accounts[who], "Mer")]
        return "\n".join(f"{message.get('plain') or ''} {message.get('caption') or ''}" for message in said)


@pytest.fixture(params=["slack", "telegram"])
def desk(request: pytest.FixtureRequest, db, library, clock: Clock, tmp_path) -> Iterator[Any]:
    served = Service(db, library, STOCKHOLM, clock, presents=())
    with ExitStack() as open_places:
        if request.param == "slack":
            slack = open_places.enter_context(workspace())
            slack.users["U2"]["locale"] = "sv-SE"
            yield InSlack(open_places.enter_context(Life(slack, served)))
        else:
            fake = open_places.enter_context(telegram())
            for account, name in ((ASA, "Åsa Öberg"), (BO, "Bo Ek")):
                assert isinstance(known(served, account, name, "sv"), Person)
            yield InTelegram(open_places.enter_context(Phone(fake, served, tmp_path)))


def through(desk: Any, until: str, words: str = "tio", most: int = 16) -> str:
    """Press the first answer of every card until something is said."""
    said = ""
    for _ in range(most):
        ways_out = ("Tillbaka", "Varför?", "Hoppa över", "Visa svar")
        offered = [label for label in desk.offered() if label not in ways_out]
        skip = ["Hoppa över"] if "Hoppa över" in desk.offered() else []
        choice = [*skip, *offered][:1]
        said = desk.press(choice[0]) if choice else desk.say(words)
        if until in said:
            return said
    raise AssertionError(f"{until!r} was never said; the last was {said[:500]!r}")


def test_story_1_from_the_product_to_a_saved_risk_case(desk):
    assert "Textilier och arbetskläder" in desk.say("ska köpa arbetskläder, 4 år")
    said = through(desk, "Riskbild")

    assert "Att inget hittats betyder inte att risken saknas" in said
    assert any(name.endswith(".png") for name in desk.files())


def test_story_2_where_to_begin(desk):
    said = desk.say("prioritera")

    assert "Var ska vi börja?" in said
    assert "märkning" in said


def test_story_4_the_wrong_basket(desk):
    assert "17 kap. 2 §" in desk.say("ska vi ställa ILO-villkor på snöröjning i Örebro?")
    assert "Vilka arbetstagare" in desk.say("behov snöröjning")


def test_story_5_wording_to_word(desk):
    desk.say("upphandling")
    desk.say("krav kaffe")
    said = desk.press("Bas")

    assert "ILO:s kärnkonventioner, basnivå" in said
    assert "Särskilt kontraktsvillkor" in desk.press(next(one for one in desk.offered() if "ILO" in one))


def test_story_6_an_award_criterion_or_a_contract_term(desk):
    said = desk.say("kan jag ge mervärde för Fairtrade?")

    assert "tilldelningskriteri" in said.lower()
    assert "likvärdig" in said


def test_story_7_the_draft_check(desk):
    draft = "granska Leverantören ska arbeta etiskt i hela verksamheten. Kaffet ska vara Fairtrade-märkt."

    assert "likvärdig" in desk.say(draft)


def test_story_8_an_award_becomes_a_plan(desk):
    desk.say("avtal 2025-114 tilldelat Nordkaffe AB, 1 mars 2027 till 28 feb 2029")
    for answer in ("hoppa över", "hoppa över", "hoppa över", "jag", "hoppa över"):
        said = desk.say(answer)

    assert "Avtal 2025-114 är sparat" in said
    accept = next(label for label in desk.offered() if "alla" in label.lower() or "planen" in label.lower())
    said = desk.press(accept)
    assert "Startmöte" in desk.say("uppföljning")


def test_story_12_reuse_of_somebody_elses_follow_up(desk):
    desk.say("har någon redan följt upp Nordkaffe AB?")
    for answer in ("Region Skåne, revisionsrapport 2025:7", "15 mars 2025", "ja", "ja"):
        said = desk.say(answer)

    assert "Uppföljningen får räknas." in said
    assert "beslutad av Åsa Öberg" in said


def test_story_14_zero_tolerance_takes_two(desk):
    desk.say("avvikelse hos Nordtextil AB: misstänkt barnarbete hos underleverantör")
    desk.press("Hoppa över")
    said = desk.press("Nolltolerans")

    assert "Skriv inga namn" in said
    assert "två olika handläggare" in said
    desk.say("stäng avvikelse 1 revision utan anmärkning")
    assert "stängd" not in desk.say("bekräfta avvikelse 1")
    assert "stängd" in desk.say("bekräfta avvikelse 1", "Bo")


def test_story_15_reported_done_is_not_verified(desk):
    desk.say("avvikelse hos Nordtextil AB: ingen skyddsutrustning vid lastkajen")
    desk.say("hoppa över")
    desk.say("stor")
    desk.press("Lägg till åtgärd")
    for answer in ("korrigerande", "skyddsskor och hjälm till alla på lastkajen", "platschef", "15 mars 2027"):
        said = desk.say(answer)
    assert "#1" in said
    assert "Verifiera" not in desk.offered()
    desk.say("klar åtgärd 1 foton från den 1 februari")
    assert {"Verifiera", "Avvisa"} <= set(desk.offered())
    assert "åtgärd" in desk.say("stäng avvikelse 1 klart").lower()
    desk.say("verifiera åtgärd 1")

    assert "stängd" in desk.say("stäng avvikelse 1 verifierad på plats")


def test_story_16_a_sanction_takes_two(desk):
    desk.say("avvikelse hos Nordtextil AB: listan över fabriker har inte kommit")
    desk.say("hoppa över")
    desk.say("stor")
    assert "Beslutet fattas av en namngiven person" in desk.say("trappa 1")
    desk.press("Besluta om nästa steg")
    desk.say("vite")
    assert "Det är inte beslutat" in desk.say("skriftlig påminnelse gav inget svar")
    assert "beslutat av" not in desk.say("bekräfta beslut 1")

    assert "beslutat av Bo Ek" in desk.say("bekräfta beslut 1", "Bo")


def test_story_22_no_letter_without_a_record(desk):
    said = desk.say("skriv att leverantören har brutit mot avtalet")

    assert "Lägg först upp avvikelsen" in said


def test_story_17_a_question_and_an_honest_i_do_not_know(desk):
    assert "läst 20" in desk.say("måste alla avtal följas upp enligt lag?")
    assert "vet jag inte" in desk.say("får vi köpa en ubåt till sjöräddningen på Mars?")


def test_story_18_handing_over(desk):
    desk.say("följ upp licens hos Nordkaffe AB senast 15 mars")
    desk.say("hej", "Bo")
    assert "Öppna uppföljningspunkter: 1" in desk.say("lämna över allt till Bo Ek")
    desk.press("Ja, lämna över till Bo Ek")

    assert "licens" in desk.say("uppföljning", "Bo")


def test_story_21_from_the_bus_to_the_desk(db, library, clock, tmp_path):
    served = Service(db, library, STOCKHOLM, clock, presents=())
    with workspace() as slack, telegram() as fake, Life(slack, served) as life, Phone(fake, served, tmp_path) as phone:
        desk, bus = InSlack(life), InTelegram(phone)
        code = next(word.strip(".") for word in desk.say("länka").split() if word.count("-") == 1 and word.isupper())
        assert bus.say(f"/start {code}").startswith("Tack.")
        life.rest()
        assert "vill kopplas till dig" in texts(slack.messages(slack.dm("U1"))[-1])
        desk.press("Ja, det är jag")
        phone.rest()
        assert "Brasilien" in bus.say("risk kaffe från Brasilien")
        said = desk.say("fortsätt")

        assert "Då fortsätter vi" in said
        assert "Brasilien" in said
        assert db.conn.execute("select count(*) from people where role <> 'removed'").fetchone() == (1,)


def test_story_24_another_language(desk):
    swedish = desk.say("vad är levnadslön?")
    english = desk.press("English") if "English" in desk.offered() else desk.say("språk engelska")

    assert "English" in english
    assert "living wage" in desk.say("what is a living wage?").lower()
    assert "levnadslön" in swedish.lower()
