"""What officers do in Telegram, against a strict Telegram on loopback, by polling and by webhook."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import officers, personal
from bot.limiter import Limiter
from bot.service import Service
from storage import follow_ups, people, rooms
from storage.people import Person
from storage.rooms import Room

from .conftest import MONDAY, STOCKHOLM, Clock
from .fakes.bot_api import FakeTelegram
from .telegram_life import ASA, BO, STRANGER, Phone, known, labels, telegram

GROUP = -1001234567890
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
FOLLOW = "följ upp licens hos Nordkaffe AB senast 15 mars"


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with telegram() as fake:
        yield fake
        assert fake.warnings == []
        assert fake.queries == set()  # every press was answered


@pytest.fixture
def served(db, library, clock: Clock) -> Service:
    service = Service(db, library, STOCKHOLM, clock, presents=())
    known(service, ASA, "Åsa Öberg", "sv")
    return service


@pytest.fixture(params=["polling", "webhook"])
def duly(request: pytest.FixtureRequest, fake: FakeTelegram, served: Service, tmp_path: Path) -> Iterator[Phone]:
    with Phone(fake, served, tmp_path / "files", webhook=request.param == "webhook") as life:
        yield life


@pytest.fixture
def polling(fake: FakeTelegram, served: Service, tmp_path: Path) -> Iterator[Phone]:
    with Phone(fake, served, tmp_path / "files") as life:
        yield life


def admin() -> Person:
    return Person("padmin", "Admin", "sv", "admin")


def allow(duly: Phone, room: int = GROUP, level: str = "public") -> None:
    with duly.service.kept():
        rooms.allow(duly.service.db, Room("telegram", "", str(room), level, "inköp"), "padmin", MONDAY)


def remove(duly: Phone) -> None:
    with duly.service.kept():
        people.set_role(duly.service.db, f"p{ASA}", "removed", MONDAY)


def shown(fake: FakeTelegram, card: dict) -> dict:
    """What a message of Åsa's shows now."""
    return next(message for message in fake.sent(ASA) if message["message_id"] == card["message_id"])


# The phone.


def test_a_quick_risk_check_takes_three_taps_from_the_greeting(duly, fake):
    duly.say(ASA, "/start")
    duly.press(ASA, "Snabbkoll")
    duly.press(ASA, "Mat och dryck")
    said = duly.press(ASA, "Kaffe")

    assert any("photo" in message for message in said)
    assert "mycket hög risk" in "".join(message.get("plain") or "" for message in said)


def test_a_quick_risk_check_takes_one_sentence(duly):
    said = duly.say(ASA, "snabbkoll kaffe från Brasilien")

    assert any(message.get("caption") for message in said)
    assert "Källa" in said[-1]["plain"]


def test_a_risk_talk_from_a_sentence_to_a_picture(duly, fake):
    said = duly.say(ASA, "vi ska köpa arbetskläder från Bangladesh, 4 år")

    assert "Bangladesh" in said[-1]["plain"]
    for _ in range(14):
        if any("photo" in message for message in fake.sent(ASA)):
            break
        offered = [label for label in labels(fake.sent(ASA)[-1]) if label not in ("Tillbaka", "Varför?")]
        duly.press(ASA, offered[0]) if offered else duly.say(ASA, "hoppa över")
    (picture,) = [message for message in fake.sent(ASA) if "photo" in message]

    assert picture["photo"].startswith(b"\x89PNG")
    assert "Bangladesh" in picture["caption"]


def test_a_pressed_card_becomes_the_next_and_shows_who_answered(duly, fake):
    duly.say(ASA, "risk kaffe från Brasilien")
    before = len(fake.sent(ASA))
    label = labels(fake.sent(ASA)[-1])[0]
    duly.press(ASA, label)

    assert len(fake.sent(ASA)) == before
    assert fake.sent(ASA)[-1]["edited"]
    assert f"Åsa Öberg: {label}" in fake.sent(ASA)[-1]["plain"]


def test_an_older_card_shows_who_answered_and_the_talk_goes_on_below(duly, fake):
    duly.say(ASA, "risk kaffe från Brasilien")
    card = fake.sent(ASA)[-1]
    duly.say(ASA, "Får vi kräva Fairtrade?")
    duly.brought(fake.press(ASA, ASA, card["message_id"], labels(card)[0]))
    old = shown(fake, card)

    assert "Åsa Öberg:" in old["plain"]
    assert labels(old) == []
    assert labels(fake.sent(ASA)[-1])


def test_an_answer_is_short_first_and_more_shows_the_rest(duly, fake):
    (short,) = duly.say(ASA, "vad är ILO:s kärnkonventioner?")
    (whole,) = duly.press(ASA, "Mer")

    assert whole["message_id"] == short["message_id"]
    assert len(whole["plain"]) > len(short["plain"])
    assert "Källa" in short["plain"]
    assert "Mer" not in labels(whole)


def test_long_choices_are_turned_in_pages_on_the_same_card(duly, fake):
    duly.say(ASA, "snabbkoll")
    duly.press(ASA, "Mat och dryck")
    card = fake.sent(ASA)[-1]
    many = [label for label in labels(card) if "Fler" in label]

    assert all(len(row) <= 3 for row in card["reply_markup"]["inline_keyboard"])
    if many:
        (turned,) = duly.press(ASA, many[0])
        assert turned["message_id"] == card["message_id"]
        assert labels(turned) != labels(card)


def test_a_day_is_chosen_from_a_calendar_on_the_card(duly, fake, db):
    duly.say(ASA, FOLLOW)
    duly.press(ASA, "Skjut upp")
    (month,) = duly.press(ASA, "Välj dag")

    assert "november 2026" in labels(month)
    duly.press(ASA, "›")
    duly.press(ASA, "15")
    assert "15 december" in fake.sent(ASA)[-1]["plain"] or "15 dec" in fake.sent(ASA)[-1]["plain"]


def test_wording_comes_as_a_document(duly, fake):
    duly.say(ASA, "självskattning")
    duly.press(ASA, "Word på svenska")

    assert any("document" in message for message in fake.sent(ASA))


def test_the_figures_come_as_files_that_can_be_opened(duly, fake):
    for label in ("Excel", "Bildspel", "Word"):
        duly.say(ASA, "rapport Q3")
        duly.press(ASA, label)

    files = [message for message in fake.sent(ASA) if "document" in message]
    assert [file["document"][:2] for file in files] == [b"PK"] * 3


def test_nothing_is_previewed_and_everything_typed_is_only_words(duly, fake):
    duly.say(ASA, "följ upp <b>fet</b> & <script> hos A <B> AB senast 15 mars")

    assert "<b>fet</b> & <script>" in fake.sent(ASA)[-1]["plain"]


def test_commands_stand_in_the_menu_in_each_language(polling, fake):
    swedish, english = fake.commands["default", "sv"], fake.commands["default", "en"]

    assert {"risk", "snabbkoll", "lanka"} <= {each["command"] for each in swedish}
    assert {"risk", "quick_check", "link"} <= {each["command"] for each in english}
    assert fake.commands["default", ""] == swedish


def test_a_command_in_plain_letters_is_the_word_it_stands_for(duly):
    assert "Din kod är" in duly.say(ASA, "/lanka")[-1]["plain"]


def test_a_link_starts_a_job(duly):
    (card,) = duly.say(ASA, "/start risk")

    assert card["plain"].startswith("1 av ")
    assert "Kaffe" in duly.say(ASA, "kaffe")[-1]["plain"]


def test_an_item_that_is_late_comes_with_what_can_be_done(duly, fake, served, db, clock):
    known(served, BO, "Bo Ek", "sv")
    duly.say(ASA, "följ upp självskattning hos Nordkaffe AB senast 15 mars")
    clock.now = MONDAY.replace(year=2027, month=3, day=30)
    duly.tick()
    late = fake.sent(ASA)[-1]

    assert "självskattning hos Nordkaffe AB" in late["plain"]
    assert labels(late) == ["Klar", "Skjut upp", "Lämna över", "Skicka självskattning", "Visa"]
    duly.press(ASA, "Skjut upp")
    duly.press(ASA, "på fredag")
    assert db.conn.execute("select count(*) from reminders where kind = 'snoozed'").fetchone() == (1,)
    assert fake.sent(BO) == []


def test_what_waits_at_telegram_is_never_dropped(polling, fake):
    asked = [call.args for call in fake.calls if call.method in ("deleteWebhook", "setWebhook")]

    assert asked
    assert not any(args.get("drop_pending_updates") for args in asked)


def test_a_reminder_has_buttons_and_shows_who_acted(duly, fake, clock):
    duly.say(ASA, FOLLOW)
    clock.now = MONDAY.replace(year=2027, month=3, day=8)
    duly.tick()
    reminder = fake.sent(ASA)[-1]

    assert "Om 7 dagar" in reminder["plain"]
    duly.press(ASA, "Klar")
    assert "Åsa Öberg: Klar" in shown(fake, reminder)["plain"]


# Coming in.


def test_a_stranger_gets_one_line_a_day_and_nothing_is_kept(duly, fake, db, clock):
    for number in range(40):
        duly.brought(fake.message(STRANGER, f"/risk {number} hemligt"))
    tables = {name: list(db.conn.execute(f"select * from {name}")) for name in ("inbox", "outbox", "talks", "people")}

    assert len(fake.sent(STRANGER)) == 1
    assert "hemligt" not in str(tables)
    assert str(STRANGER) not in str(tables)
    turned = db.conn.execute("select count(*) from audit where action = 'turned away'").fetchone()
    assert turned == (1,)
    clock.now += timedelta(days=1)
    duly.brought(fake.message(STRANGER, "hej"))
    assert len(fake.sent(STRANGER)) == 2


def test_an_invited_officer_comes_in_by_her_link_once(duly, fake, served, db):
    with served.kept():
        code = officers.invite(served, "Eva Lind", "reader", admin())
    said = duly.say(STRANGER, f"/start {code}")

    assert "Välkommen, Eva Lind! Du är inbjuden som läsare." in said[-1]["plain"]
    assert people.at_address(db, "telegram", "", str(STRANGER)).role == "reader"
    assert "Prova att skriva" in said[-1]["plain"]
    fake.add_user(100, "Mallory")
    duly.say(100, f"/start {code}")
    assert people.at_address(db, "telegram", "", "100") is None


def test_codes_cannot_be_tried_out_by_strangers(duly, fake, served, db):
    with served.kept():
        code = officers.invite(served, "Eva Lind", "reader", admin())
    for number in range(8):
        duly.brought(fake.message(STRANGER, f"/start wrong-code-{number}"))
    duly.brought(fake.message(STRANGER, f"/start {code}"))

    assert people.at_address(db, "telegram", "", str(STRANGER)) is None


def test_a_removed_officer_is_out_at_once_also_by_old_buttons(duly, fake, db):
    duly.say(ASA, "risk kaffe från Brasilien")
    card = fake.sent(ASA)[-1]
    remove(duly)
    before = db.conn.execute("select answers from talks").fetchall()
    duly.brought(fake.press(ASA, ASA, card["message_id"], labels(card)[0]))

    assert db.conn.execute("select answers from talks").fetchall() == before
    assert fake.sent(ASA)[-1]["plain"].startswith("Din åtkomst till Duly är avslutad")


def test_slack_and_telegram_become_one_officer(duly, fake, served, db):
    person = Person("pdesk", "Bo Ek", "sv", "officer")
    with served.kept():
        people.add(db, person, MONDAY)
        people.add_address(db, "pdesk", "slack", "T1", "U2", "slack|T1|@U2|", MONDAY)
    from handlers.messages import Message, Place, from_json

    served.receive(Message("s1", Place("slack", "T1", "@U2"), "pdesk", "risk kaffe från Brasilien"))
    told = served.receive(Message("s2", Place("slack", "T1", "@U2"), "pdesk", "länka")).replies[0]
    address = next(word for word in str(told.parts).split() if "t.me/" in word)
    assert fake.username in address
    said = duly.say(BO, f"/start {address.partition('start=')[2][:10]}")

    assert said[-1]["plain"].startswith("Thank you.")
    asked = db.conn.execute("select body from outbox where platform = 'slack' order by id desc limit 1").fetchone()
    button = from_json(asked[0]).buttons[0][0]
    served.receive(Message("s3", Place("slack", "T1", "@U2"), "pdesk", button.says))
    duly.rest()
    assert "Nu är det här kontot kopplat" in fake.sent(BO)[-1]["plain"]
    assert "Brasilien" in duly.say(BO, "fortsätt")[-1]["plain"]


# Groups.


def test_a_group_that_nobody_allowed_is_left(duly, fake, db):
    fake.add_group(GROUP, "Inköp", members=(ASA,), supergroup=True)
    duly.brought(fake.joined(GROUP, ASA))

    assert fake.left == [GROUP]
    assert "duly room allow telegram:-1001234567890" in fake.sent(GROUP)[-1]["plain"]
    assert db.conn.execute("select count(*) from audit where action = 'left'").fetchone() == (1,)


def test_in_an_allowed_group_knowledge_is_for_all_and_the_rest_in_private(duly, fake, db):
    allow(duly)
    fake.add_group(GROUP, "Inköp", members=(ASA,), supergroup=True)
    duly.say(ASA, "/fraga Får vi kräva Fairtrade?", chat=GROUP)
    duly.say(ASA, "/risk kaffe från Brasilien", chat=GROUP)

    assert "Fairtrade" in fake.sent(GROUP)[0]["plain"]
    assert fake.sent(GROUP)[1]["plain"] == "Svaret kommer privat till dig."
    assert "Brasilien" in fake.sent(ASA)[-1]["plain"]


def test_a_topic_is_answered_in_the_topic(duly, fake, db):
    allow(duly)
    fake.add_group(GROUP, "Inköp", members=(ASA,), topics=(5,))
    duly.say(ASA, "/fraga Får vi kräva Fairtrade?", chat=GROUP, thread=5)

    assert fake.sent(GROUP)[-1]["thread"] == 5


def test_in_a_group_it_listens_only_when_spoken_to(duly, fake, db):
    allow(duly)
    fake.add_group(GROUP, "Inköp", members=(ASA,), supergroup=True, privacy=False)
    duly.say(ASA, "får vi kräva Fairtrade?", chat=GROUP)
    duly.say(ASA, "/risk@another_bot kaffe", chat=GROUP)

    assert fake.sent(GROUP) == []
    duly.say(ASA, f"@{fake.username} får vi kräva Fairtrade?", chat=GROUP)
    assert len(fake.sent(GROUP)) == 1
    duly.say(ASA, "vad är levnadslön?", chat=GROUP, reply_to=fake.sent(GROUP)[0]["message_id"])
    assert len(fake.sent(GROUP)) == 2


def test_a_group_that_becomes_a_supergroup_keeps_its_level(duly, fake, db):
    allow(duly, -55)
    fake.add_group(-55, "Inköp", members=(ASA,))
    for update in fake.migrate(-55, GROUP):
        duly.brought(update)

    assert rooms.level_of(db, "telegram", "", str(GROUP)) == "public"
    assert rooms.level_of(db, "telegram", "", "-55") is None


def test_an_anonymous_administrator_is_asked_to_write_as_herself(duly, fake, db):
    allow(duly)
    fake.add_group(GROUP, "Inköp", members=(ASA,), supergroup=True)
    before = db.conn.execute("select count(*) from inbox").fetchone()
    duly.brought(fake.anonymous(GROUP, "/risk kaffe"))

    assert fake.sent(GROUP)[-1]["plain"].startswith("Skriv som dig själv")
    assert db.conn.execute("select count(*) from inbox").fetchone() == before


def test_edits_and_posts_in_channels_change_nothing_and_a_forward_is_only_words(duly, fake, db):
    fake.add_channel(-1009, "Nyheter")
    duly.say(ASA, "hej")
    before = db.conn.execute("select count(*) from talks").fetchone()
    for update in (fake.edited(ASA, "risk kaffe"), fake.channel_post(-1009, "/risk kaffe")):
        duly.brought(update)
    said = duly.after(ASA, lambda: duly.brought(fake.forwarded(ASA, "/risk kaffe")))

    assert db.conn.execute("select count(*) from talks").fetchone() == before
    assert said[-1]["plain"].startswith("Det där är vidarebefordrat")


# What may be pressed is no more than what may be typed.


@pytest.mark.parametrize(
    "data",
    [
        "/set 1.what hemligt",
        "/show 999",
        "/fly",
        "m:999999",
        "m:1",
        "p:1:99",
        "c:1:-1",
        "c:x",
        "x",
        "/pair 1 yes",
        "å" * 32,
    ],
)
def test_forged_buttons_show_and_change_nothing(data, duly, fake, served, db):
    known(served, BO, "Bo Ek", "en")
    duly.say(ASA, "risk kaffe från Brasilien")
    duly.say(BO, "hello")
    answers = db.conn.execute("select answers from talks").fetchall()
    duly.brought(fake.press_data(BO, BO, fake.sent(BO)[-1]["message_id"], data))

    assert db.conn.execute("select answers from talks").fetchall() == answers
    assert "Brasilien" not in str(fake.sent(BO))


def test_what_may_not_be_kept_is_not(duly, fake, db):
    said = duly.say(ASA, "Anna Svensson 19900101-0017 saknar ID06")

    assert "personnummer" in said[-1]["plain"]
    assert "0017" not in str(db.conn.execute("select body from inbox").fetchall())
    said = duly.say(ASA, "min nyckel är 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX")
    assert "hemlig nyckel" in said[-1]["plain"]
    assert "AAHdq" not in str(db.conn.execute("select body from inbox").fetchall())


def test_an_officer_who_leaves_hands_everything_over(duly, fake, served, db):
    known(served, BO, "Bo Ek", "sv")
    duly.say(ASA, FOLLOW)
    asked = duly.say(ASA, "/lamna_over_allt till Bo Ek")

    assert "Öppna uppföljningspunkter: 1" in asked[-1]["plain"]
    duly.press(ASA, "Ja, lämna över till Bo Ek")
    assert follow_ups.find(db, 1).responsible == f"p{BO}"
    assert fake.sent(BO)[-1]["plain"].startswith("Du har tagit över det här från Åsa Öberg")
    remove(duly)
    assert "Din åtkomst" in duly.say(ASA, "uppföljning")[-1]["plain"]


def test_the_same_facts_and_sources_in_either_language(duly, fake, served):
    known(served, BO, "Mary", "en")
    swedish = duly.say(ASA, "måste alla avtal följas upp enligt lag?")[-1]
    english = duly.say(BO, "must all contracts be followed up by law?")[-1]
    links = [sorted(part.partition('"')[0] for part in m["text"].split('href="')[1:]) for m in (swedish, english)]

    assert links[0] == links[1] != []
    assert "läst" in swedish["plain"]
    assert "read" in english["plain"]


def test_what_is_written_out_about_somebody_holds_no_token(duly, fake, served, db, tmp_path):
    duly.say(ASA, FOLLOW)
    duly.say(ASA, "länka")
    duly.say(ASA, f"min nyckel är {fake.token}")
    with served.kept():
        code = officers.invite(served, "Eva Lind", "reader", admin())
    written = personal.export(served, people.find(db, f"p{ASA}"), tmp_path / "out").read_text("utf-8")
    tables = [row[0] for row in db.conn.execute("select name from sqlite_master where type = 'table'")]
    kept = str([db.conn.execute(f"select * from {table}").fetchall() for table in tables])

    assert "licens" in written
    assert fake.token not in written + kept
    assert code not in written + kept


# Files.


def test_a_draft_on_the_phone_is_checked_as_if_it_had_been_pasted(duly, fake, tmp_path):
    draft = "Leverantören ska följa ILO:s kärnkonventioner om barnarbete och tvångsarbete vid produktionen av kaffet."
    said = duly.after(ASA, lambda: duly.brought(fake.document(ASA, draft.encode(), "krav.txt", "text/plain")))

    assert "Granskning av utkastet" in said[-1]["plain"]


def test_a_file_of_another_kind_or_too_large_is_told_so(duly, fake, tmp_path):
    for data, name in ((b"PK\x03\x04zip", "x.zip"), (b"<svg/>", "x.svg"), (b"MZ", "x.pdf")):
        said = duly.after(ASA, lambda: duly.brought(fake.document(ASA, data, name, "application/pdf")))  # noqa: B023
        assert "Den filtypen tar jag inte emot" in said[-1]["plain"]
    big = duly.after(ASA, lambda: duly.brought(fake.document(ASA, b"%PDF-" + b"x" * 6_000_000, "x.pdf", "a/b")))

    assert "för stor" in big[-1]["plain"]
    assert list((tmp_path / "files").glob("*")) == []


def test_a_photo_starts_the_certificate_talk_and_is_its_evidence(duly, fake, db, tmp_path):
    said = duly.after(ASA, lambda: duly.brought(fake.photo(ASA, PNG)))

    assert "Filen" in said[-1]["plain"] or "Vilken leverantör" in said[-1]["plain"]
    for words in ("Nordtextil AB", "GOTS", "CU 1", "Nordtextil AB", "hoppa över", "2027-05-31"):
        said = duly.say(ASA, words)
    (file,) = (tmp_path / "files").glob("*.png")
    row = db.conn.execute("select about, kind, path, size from evidence").fetchone()

    assert "Certifikat #1 är sparat" in said[-1]["plain"]
    assert "läst filen" in said[-1]["plain"]
    assert row == ("certificates:1", "photo", file.name, len(PNG))
    assert file.read_bytes() == PNG
    assert file.stat().st_mode & 0o077 == 0


def test_on_site_short_lines_and_photos_are_kept_in_order(duly, fake, db):
    duly.say(ASA, "avvikelse: saknar ID06 på 2 personer")
    duly.after(ASA, lambda: duly.brought(fake.photo(ASA, PNG)))
    for words in ("Nordkaffe AB", "hoppa över", "avgörs senare"):
        duly.say(ASA, words)
    duly.say(ASA, "anteckning 1 utgången spärrad")
    duly.after(ASA, lambda: duly.brought(fake.photo(ASA, PNG + b"2")))
    duly.after(
        ASA, lambda: duly.brought(fake.document(ASA, b"%PDF-1.7 x", "protokoll.pdf", "a/b", caption="avvikelse 1"))
    )
    duly.say(ASA, "anteckning 1 Anna 19900101-0017")
    kept = db.conn.execute("select kind, text, name from evidence where about = 'deviations:1' order by id").fetchall()

    assert [kind for kind, _, _ in kept] == ["photo", "note", "photo", "document"]
    assert kept[1][1] == "utgången spärrad"
    assert kept[3][2] == "protokoll.pdf"
    assert "0017" not in str(kept)


def test_a_supplier_is_chosen_among_the_recent_ones(duly, fake):
    duly.say(ASA, FOLLOW)
    duly.say(ASA, "avvikelse: saknar ID06")

    assert "Nordkaffe AB" in labels(fake.sent(ASA)[-1])


# Too fast.


def test_a_flood_is_answered_once_and_the_next_minute_is_heard(fake, served, tmp_path):
    now = [0.0]
    with Phone(fake, served, tmp_path, limiter=Limiter(3, 1_000, lambda: now[0])) as duly:
        for _ in range(6):
            duly.brought(fake.message(ASA, "hjälp"))
        told = [message for message in fake.sent(ASA) if "många meddelanden" in message["plain"]]
        assert len(told) == 1
        assert len(fake.sent(ASA)) == 4
        now[0] = 60.0
        assert "många meddelanden" not in duly.say(ASA, "hjälp")[-1]["plain"]


def test_what_a_follow_up_keeps_is_what_was_said(duly, db):
    duly.say(ASA, FOLLOW)

    assert follow_ups.find(db, 1).responsible == f"p{ASA}"


def test_an_item_comes_as_a_file_for_the_calendar(duly, fake):
    duly.say(ASA, "följ upp licens hos Nordkaffe AB senast 15 mars")
    duly.say(ASA, "visa 1")
    (_, file) = duly.press(ASA, "Till kalendern")

    assert file["document"].startswith(b"BEGIN:VCALENDAR\r\n")
