"""What officers do in Slack, against a strict Slack on loopback, by Socket Mode and by signed HTTP."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.service import Service
from storage import people
from storage import rooms as stored_rooms
from storage.rooms import Room

from .conftest import STOCKHOLM, Clock
from .fakes.workspace import FakeSlack
from .slack_life import Life, labels, texts, workspace

WAYS_OUT = ("Tillbaka", "Varför?", "Hoppa över")


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with workspace() as slack:
        yield slack
        assert slack.pings == []
        assert slack.warnings == []


@pytest.fixture
def served(db, library, clock: Clock) -> Service:
    return Service(db, library, STOCKHOLM, clock, presents=())


@pytest.fixture(params=["socket", "http"])
def duly(request: pytest.FixtureRequest, slack: FakeSlack, served: Service) -> Iterator[Life]:
    with Life(slack, served, http=request.param == "http") as life:
        yield life


@pytest.fixture
def by_socket(slack: FakeSlack, served: Service) -> Iterator[Life]:
    with Life(slack, served) as life:
        yield life


def answer(duly: Life, card: dict) -> None:
    """The first answer that a card offers; where it offers none, skip or write something."""
    offered = [label for label in labels(card) if label not in WAYS_OUT]
    if offered or "Hoppa över" in labels(card):
        duly.press("U1", [*offered, "Hoppa över"][0])
    else:
        duly.say("U1", "tio städare")


def test_a_risk_talk_from_a_sentence_to_a_picture(duly, slack):
    first = duly.say("U1", "vi ska köpa arbetskläder från Bangladesh, 4 år")[-1]

    assert "Bangladesh" in texts(first)
    for _ in range(12):
        card = slack.messages(slack.dm("U1"))[-1]
        if slack.files:
            break
        answer(duly, card)

    (picture,) = slack.files
    assert picture["data"].startswith(b"\x89PNG")
    assert picture["alt_txt"]
    assert "Bangladesh" in " ".join(texts(m) for m in slack.messages(slack.dm("U1")))


def test_a_pressed_card_becomes_the_next_and_shows_who_answered(duly, slack):
    duly.say("U1", "risk kaffe från Brasilien")
    before = len(slack.messages(slack.dm("U1")))
    label = labels(slack.messages(slack.dm("U1"))[-1])[0]
    duly.press("U1", label)
    after = slack.messages(slack.dm("U1"))

    assert len(after) == before
    assert f"Åsa Öberg: {label}" in texts(after[-1])


def test_an_older_card_shows_who_answered_and_the_talk_goes_on_below(duly, slack):
    duly.say("U1", "risk kaffe från Brasilien")
    card = slack.messages(slack.dm("U1"))[-1]
    label = labels(card)[0]
    duly.say("U1", "Får vi kräva Fairtrade?")
    payload = slack.press("U1", slack.dm("U1"), card["ts"], label)
    duly.after(slack.dm("U1"), lambda: duly.deliver(payload))
    old = next(m for m in slack.messages(slack.dm("U1")) if m["ts"] == card["ts"])

    assert f"Åsa Öberg: {label}" in texts(old)
    assert labels(old) == []
    assert labels(slack.messages(slack.dm("U1"))[-1])


def test_a_question_is_answered_with_its_sources_as_links(duly):
    (answer,) = duly.say("U1", "Får vi kräva Fairtrade?")

    assert "https://" in str(answer["blocks"])
    assert answer["text"]


def test_a_mention_is_answered_once_in_its_thread_although_slack_tells_it_twice(duly, slack):
    mention = slack.mention("U1", "<@UDULY> får vi kräva Fairtrade?")
    said = duly.after("C1", lambda: (duly.deliver(mention), duly.deliver(slack.as_message(mention))))

    assert len(said) == 1
    assert said[0]["thread_ts"] == mention["event"]["ts"]


def test_what_is_not_for_the_channel_comes_in_private(duly, slack):
    mention = slack.mention("U1", "<@UDULY> vi ska köpa kaffe från Brasilien")
    (told,) = duly.after("C1", lambda: duly.deliver(mention))
    private = slack.messages(slack.dm("U1"))

    assert texts(told).strip() == "Svaret kommer privat till dig."
    assert "Brasilien" in texts(private[-1])
    duly.press("U1", labels(private[-1])[0])
    assert len(slack.messages("C1")) == 2


def test_a_room_may_show_what_an_administrator_allowed(duly, slack, served):
    with served.kept():
        stored_rooms.allow(served.db, Room("slack", "T1", "C1", "secret-ok", "inkop"), "admin", served.now())
    mention = slack.mention("U1", "<@UDULY> vi ska köpa kaffe från Brasilien")
    (said,) = duly.after("C1", lambda: duly.deliver(mention))

    assert "Brasilien" in texts(said)


def test_a_command_answers_in_private_wherever_it_is_typed(duly, slack):
    channel = slack.dm("U1")
    said = duly.after(channel, lambda: duly.deliver(slack.command("U1", "risk kaffe", channel="C1")))

    assert "kaffe" in texts(said[-1])
    assert slack.messages("C1") == []


def test_a_message_becomes_a_follow_up_item_and_a_shortcut_begins_a_risk_talk(duly, slack):
    slack.message("U2", "Nordkaffe AB should send their Fairtrade licence", channel="C1")
    ts = slack.messages("C1")[-1]["ts"]
    said = duly.after(
        slack.dm("U1"), lambda: duly.deliver(slack.message_shortcut("U1", "C1", ts, callback_id="follow_up"))
    )
    assert "Fairtrade licence" in texts(said[-1])

    said = duly.after(slack.dm("U1"), lambda: duly.deliver(slack.global_shortcut("U1", callback_id="risk")))
    assert labels(said[-1]) or "köpa" in texts(said[-1])


def test_a_reminder_is_done_with_a_note_and_shows_who_did_it(duly, slack, served, clock):
    duly.say("U1", "följ upp Fairtrade-licens hos Nordkaffe AB senast 27 november")
    clock.now += timedelta(days=3)
    reminders = duly.after(slack.dm("U1"), duly.tick)
    assert "Fairtrade-licens" in texts(reminders[-1])
    assert {"Klar", "Skjut upp"} <= set(labels(reminders[-1]))
    duly.press("U1", "Klar")
    done = duly.say("U1", "licensen gäller till 2028")

    assert "Fairtrade-licens" in texts(done[-1])
    reminder = next(m for m in slack.messages(slack.dm("U1")) if m["ts"] == reminders[-1]["ts"])
    assert "Klar: Åsa Öberg, 26 nov 2026 10:00" in texts(reminder)
    assert "Fairtrade-licens" in texts(reminder)


def test_a_day_is_chosen_from_a_calendar(duly, slack, served):
    duly.say("U1", "följ upp Fairtrade-licens hos Nordkaffe AB")
    for _ in range(6):
        card = slack.messages(slack.dm("U1"))[-1]
        if "Välj dag" in labels(card):
            break
        answer(duly, card)
    duly.press("U1", "Välj dag", selected="2027-03-15")
    (kept,) = served.db.conn.execute("select answers from talks where flow = 'follow-up'").fetchone()

    assert '"due":"2027-03-15"' in kept


def test_wording_comes_as_a_word_file(duly, slack):
    duly.say("U1", "krav kaffe")
    for _ in range(6):
        shown = [label for m in slack.messages(slack.dm("U1"))[-1:] for label in labels(m)]
        word = next((label for label in shown if "Word" in label), None)
        if word:
            duly.press("U1", word)
            break
        duly.press("U1", shown[0])
    assert [file for file in slack.files if file["filename"].endswith(".docx")]


def test_the_figures_come_as_files_that_can_be_opened(duly, slack):
    duly.say("U1", "rapport Q3")
    for label in ("Excel", "Bildspel", "Word"):
        duly.press("U1", label)

    names = [file["filename"].rpartition(".")[2] for file in slack.files if "rapport-" in file["filename"]]
    assert names == ["xlsx", "pptx", "docx"]


def test_home_shows_what_waits_and_is_shown_anew_when_something_changes(by_socket, slack):
    by_socket.deliver(slack.home_opened("U1"))
    wait_for(lambda: "U1" in slack.homes)
    assert "Åsa Öberg" in texts(slack.homes["U1"])
    by_socket.deliver(slack.press_home("U1", "Bedöm risk"))
    by_socket.rest()
    assert slack.messages(slack.dm("U1"))
    wait_for(lambda: "Påbörjat" in texts(slack.homes["U1"]))


def test_a_follow_up_item_is_recorded_by_a_form(duly, slack, served):
    duly.say("U1", "hjälp")
    duly.deliver(slack.home_opened("U1"))
    wait_for(lambda: "U1" in slack.homes)
    duly.deliver(slack.press_home("U1", "Lägg upp uppföljning"))
    wait_for(lambda: slack.views)
    form = {"supplier": "Nordkaffe AB", "subject": "kontakta 811228-9874", "kind": "Certifikat eller licens"}
    wrong = duly.deliver(slack.submit("U1", {**form, "due": "2027-03-15"}))
    assert "personnummer" in str(wrong).lower()
    sent = slack.submit("U1", {**form, "subject": "Fairtrade-licens", "due": "2027-03-15"})
    said = duly.after(slack.dm("U1"), lambda: (duly.deliver(sent), duly.deliver(sent)))

    assert len(said) == 1
    assert "15 mars 2027" in texts(said[0])
    assert served.db.conn.execute("select count(*), min(subject) from follow_ups").fetchone() == (1, "Fairtrade-licens")


def test_a_form_that_cannot_be_opened_in_time_becomes_a_talk(by_socket, slack):
    by_socket.say("U1", "hjälp")
    by_socket.deliver(slack.home_opened("U1"))
    wait_for(lambda: "U1" in slack.homes)
    slack.fault("views.open", "error:expired_trigger_id")
    by_socket.deliver(slack.press_home("U1", "Lägg upp uppföljning"))
    wait_for(lambda: "leverantör gäller" in texts(slack.messages(slack.dm("U1"))[-1]))


def test_duly_greets_once_and_says_what_to_do(duly, slack):
    for _ in range(3):
        duly.deliver(slack.home_opened("U1", tab="messages"))
    duly.rest()
    (hello,) = [m for m in slack.messages(slack.dm("U1")) if m["user"] == slack.bot_user]

    assert len(labels(hello)) == 4


def test_language_comes_from_slack_and_can_be_changed(duly, slack, served):
    (answer,) = duly.say("U2", "help")
    assert "risk" in texts(answer)
    duly.say("U2", "språk svenska")
    person = people.at_address(served.db, "slack", "T1", "U2")
    assert person is not None
    assert person.language == "sv"


def test_the_time_zone_comes_from_slack_and_can_be_changed(by_socket, slack, served):
    slack.add_user("U3", name="Eeva", tz="Europe/Helsinki")
    by_socket.say("U3", "följ upp licens hos Nordkaffe AB senast 15 mars")
    at = "select max(due_at) from reminders where kind = 'due'"
    assert served.db.conn.execute(at).fetchone()[0][11:16] == "07:00"
    (said,) = by_socket.say("U3", "tidszon Stockholm")
    assert "Europe/Stockholm" in texts(said)
    by_socket.say("U3", "följ upp licens hos Sydkaffe AB senast 16 mars")
    assert served.db.conn.execute(at).fetchone()[0][11:16] == "08:00"


@pytest.mark.parametrize(
    "who",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"team": "T2"},
        {"is_bot": True},
    ],
    ids=str,
)
def test_strangers_get_one_line_a_day_and_leave_nothing(by_socket, slack, served, who):
    slack.add_user("U9", name="Gäst", **who)
    for number in range(3):
        by_socket.say("U9", f"vi ska köpa kaffe nummer {number}")

    assert len(by_socket_said(slack, "U9")) == 1
    assert people.at_address(served.db, "slack", "T1", "U9") is None
    assert served.db.conn.execute("select count(*) from talks").fetchone() == (0,)
    assert [row[0] for row in served.db.conn.execute("select body from inbox where body <> ''")] == []


def by_socket_said(slack: FakeSlack, user: str) -> list:
    return [m for m in slack.messages(slack.dm(user)) if m["user"] == slack.bot_user]


def test_nobody_is_answered_in_a_channel_shared_with_others(by_socket, slack):
    slack.add_channel("C2", name="delad", members=("U1", "UDULY"), is_ext_shared=True)
    by_socket.deliver(slack.mention("U1", "<@UDULY> får vi kräva Fairtrade?", channel="C2"))
    by_socket.rest()

    assert [m for m in slack.messages("C2") if m["user"] == slack.bot_user] == []
    assert len(by_socket_said(slack, "U1")) == 1


def test_a_personal_identity_number_is_refused_before_it_is_kept(by_socket, slack, served):
    (said,) = by_socket.say("U1", "kontakta 811228-9874 om avtalet")

    assert "personnummer" in texts(said).lower()
    kept = served.db.conn.execute("select group_concat(body) from inbox").fetchone()[0]
    assert "811228" not in kept


def test_what_a_person_typed_pings_nobody(by_socket, slack):
    for words in (
        "<!channel> kaffe",
        "<!here|here>",
        "följ upp <@U2> & *fet* <https://evil.example|https://kommun.se>",
    ):
        by_socket.say("U1", words)
    assert slack.pings == []


def test_a_need_assessment_is_read_once_more_and_signed(duly, slack, served):
    duly.say("U1", "behov städning av skolor")
    for _ in range(14):
        card = slack.messages(slack.dm("U1"))[-1]
        if "Står du för bedömningen?" in texts(card):
            break
        answer(duly, card)
    duly.press("U1", "Ja")
    wait_for(lambda: slack.views)
    assert "Står du för bedömningen?" in texts(slack.views[-1])
    assert served.db.conn.execute("select count(*) from need_assessments").fetchone() == (0,)
    sent = slack.submit("U1", {})
    duly.deliver(sent)
    duly.deliver(sent)
    duly.rest()

    assert served.db.conn.execute("select count(*) from need_assessments").fetchone() == (1,)
    assert "Åsa Öberg: Ja" in texts(slack.messages(slack.dm("U1"))[-1])


def wait_for(true) -> None:
    import time

    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_an_item_comes_as_a_file_for_the_calendar(by_socket: Life, slack: FakeSlack) -> None:
    by_socket.say("U1", "följ upp licens hos Nordkaffe AB senast 15 mars")
    by_socket.say("U1", "visa 1")
    by_socket.press("U1", "Till kalendern")

    (name,) = [file["filename"] for file in slack.files]
    assert name.startswith("uppfoljning-1")
    assert name.endswith(".ics")
