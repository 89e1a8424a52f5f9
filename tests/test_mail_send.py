"""Letters to suppliers by e-mail: sent once, as they are worded; each failure means what it means for the letter."""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import mail_send
from bot.config import MailSettings, Misconfigured, read_settings
from bot.courier import STOPPED
from bot.mail_app import Mail
from bot.mail_send import MailPost, composed
from bot.service import Service
from handlers.messages import Reply, from_json, to_json
from knowledge.text import Heading, para
from storage import outbox
from storage.database import open_database, write
from storage.outbox import Letter

from .answered import asked
from .conftest import MONDAY, STOCKHOLM, Clock
from .fakes.smtp import Smtp

FROM = "upphandling@kommun.example"
TO = "hallbarhet@nordkaffe.example"
NOWHERE = open_database(":memory:")
REPLY = Reply((Heading("Självskattning"), para("Åsa frågar. Så här:"), para(".dold punkt")))


@pytest.fixture
def server():
    with Smtp() as fake:
        yield fake
        assert fake.wrong == []


def settings_of(server, **more):
    return MailSettings("127.0.0.1", server.port, FROM, **more)


def letter(state="pending", attempts=0, key="mail:1"):
    return Letter(1, key, "mail", f"mail||{TO}|", None, to_json(REPLY), None, state, attempts)


def sent(service, settings, one=None, reply=REPLY):
    return asyncio.run(MailPost(service, settings).send(one or letter(), reply, repeated=False))


def test_a_letter_arrives_as_it_is_worded(service, server):
    outcome = sent(service, settings_of(server))
    (mail,) = server.mails()

    assert outcome.state == "sent"
    assert (mail["Subject"], mail["From"], mail["To"]) == ("Självskattning", FROM, TO)
    assert mail.get_content().splitlines() == ["Åsa frågar. Så här:", "", ".dold punkt"]
    assert mail.get_content_type() == "text/plain"


def test_the_same_letter_has_the_same_message_id_and_another_has_another(service, server):
    for key in ("mail:1", "mail:1", "mail:2"):
        sent(service, settings_of(server), letter(key=key))
    first, second, other = (mail["Message-ID"] for mail in server.mails())

    assert first == second != other
    assert "nordkaffe" not in first


def test_a_subject_cannot_bring_a_header_of_its_own(service, server):
    sneaky = Reply((Heading("Hej\r\nBcc: alla@nordkaffe.example\r\n\r\ntext"), para("x")))

    sent(service, settings_of(server), reply=sneaky)
    (mail,) = server.mails()

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hej Bcc: alla@nordkaffe.example text"


ENDS = ("\r\n.\r\n", "\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r\n.\r")
END = st.sampled_from([*ENDS, ".", "\r", "\n", "\x00", "\u2028", "\x85", "=0D"])
MORE = "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"


@settings(max_examples=60, deadline=None)
@given(st.lists(END | st.just(MORE) | st.text(max_size=90), max_size=12).map("".join))
def test_no_words_end_a_letter_or_begin_another(library, words):
    """Servers disagree on which line ends count, so none but ours may leave (SMTP smuggling, CVE-2023-51764)."""
    reply = Reply((Heading("x"), para(words)))
    message = composed(
        letter(), reply, MailSettings("127.0.0.1", 25, FROM), Service(NOWHERE, library, STOCKHOLM, Clock())
    )
    wire = mail_send._stuffed(message)

    assert wire.endswith(b"\r\n.\r\n")
    assert wire.count(b"\r\n.\r\n") == 1
    assert re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", wire) is None
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert set(wire) <= {9, 10, 13, *range(32, 127)}


@pytest.mark.parametrize(
    ("command", "what", "state"),
    [
        ("MAIL", "451", "pending"),
        ("MAIL", "550", "failed"),
        ("RCPT", "450", "pending"),
        ("RCPT", "550", "failed"),
        ("DATA", "421", "pending"),
        ("DATA", "554", "failed"),
        ("TEXT", "452", "pending"),
        ("TEXT", "552", "failed"),
        ("MAIL", "break", "pending"),
        ("RCPT", "break", "pending"),
        ("DATA", "break", "pending"),
        ("TEXT", "break", "unknown"),
        ("QUIT", "break", "sent"),
        ("QUIT", "500", "sent"),
    ],
)
def test_what_goes_wrong_means_what_it_means(command, what, state, service, server):
    server.faults.append((command, what))

    outcome = sent(service, settings_of(server))

    assert outcome.state == state
    assert TO not in outcome.error


def test_a_server_that_is_not_there_has_taken_nothing(service):
    with Smtp() as gone:
        settings = settings_of(gone)

    assert sent(service, settings).state == "pending"
    assert sent(service, replace(settings, host="mail.invalid")).state == "pending"


def test_what_stayed_unclear_is_tried_once_more_and_no_more(service, server):
    server.faults += [("TEXT", "break")] * 3
    first = sent(service, settings_of(server))
    second = sent(service, settings_of(server), letter("unknown", 1))

    assert (first.state, second.state) == ("unknown", "failed")
    assert len(server.taken) == 2


def test_what_stayed_unclear_stays_so_while_the_server_is_away(service, server):
    server.faults.append(("MAIL", "451"))

    assert sent(service, settings_of(server), letter("unknown", 1)).state == "unknown"


def test_a_wrong_password_stops_the_post(service):
    with Smtp("rätt") as server:
        assert sent(service, settings_of(server, user="duly", password="wrong")).state == STOPPED
        assert server.taken == []


def test_a_right_password_lets_in(service):
    with Smtp("right") as server:
        assert sent(service, settings_of(server, user="duly", password="right")).state == "sent"


def test_no_password_goes_to_a_server_far_away_that_offers_no_encryption(service, server):
    far = replace(settings_of(server, user="duly", password="x"), host="127.1")

    assert sent(service, far).state == STOPPED
    assert "AUTH" not in server.commands


def test_a_mail_holds_no_line_that_is_too_long(service, server):
    long = Reply((Heading("Å" * 500), para("ord " * 5_000)))

    assert sent(service, settings_of(server), reply=long).state == "sent"
    assert len(composed(letter(), long, settings_of(server), service)["Subject"]) == 200


# From the button to the server.


def mailed(asa, to=TO):
    asa.service.mails = True
    id = asked(asa)
    asa.say(f"/mail-form {id}")
    return asa.say(to)


def row(db):
    return db.conn.execute("select id, place, body, state from outbox where platform = 'mail'").fetchone()


async def delivered(service, settings, until):
    mail = Mail(service, settings)
    await mail.start()
    for _ in range(600):
        if until():
            break
        await asyncio.sleep(0.02)
    await mail.stop(5)


def test_the_officer_sends_by_a_button_and_the_supplier_gets_a_link(asa, db, server):
    mailed(asa)
    asyncio.run(delivered(asa.service, settings_of(server), lambda: row(db)[3] == "sent"))
    (mail,) = server.mails()

    assert row(db)[3] == "sent"
    assert "/form/" in mail.get_content()
    assert "Att svara ja på allt är inte målet" in mail.get_content()


def test_the_officer_is_told_that_a_letter_could_not_be_delivered(asa, db, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.faults.append(("RCPT", "550"))
    mailed(asa)
    asyncio.run(delivered(asa.service, settings_of(server), lambda: row(db)[3] == "failed"))

    told = [row[0] for row in db.conn.execute("select place from outbox where dedupe_key like 'failed:%'")]
    assert told == [asa.seat.place.key]
    assert TO not in caplog.text


def test_the_suppliers_address_is_kept_in_the_letter_alone(asa, db):
    mailed(asa)
    (answers,) = db.conn.execute("select answers from talks order by id desc limit 1").fetchone()
    trail = str(db.conn.execute("select * from audit").fetchall())

    assert TO not in answers
    assert TO not in trail
    assert "/form/" not in trail
    assert TO in row(db)[1]


@pytest.mark.parametrize(
    "words", ["nordkaffe", "a@b", "a@b.se, c@d.se", "a@b.se|x", "<a@b.se>", "å@b.se", "a@b.se\nBcc: c@d.se", "@b.se"]
)
def test_what_is_no_address_is_told_and_nothing_is_sent(words, asa, db):
    reply = mailed(asa, words)

    assert "e-postadress" in str(reply.parts)
    assert row(db) is None


def test_without_a_mail_server_nothing_of_it_is_shown(asa, db):
    id = asked(asa)
    shown = asa.say(f"/new-link {id}")

    assert "e-post" not in str(shown.buttons)
    assert "Den knappen" in str(asa.say(f"/mail-form {id}").parts)
    assert row(db) is None


def test_a_letter_that_is_pressed_for_twice_is_one(asa, db):
    mailed(asa)
    talk = db.conn.execute("select max(id) from talks").fetchone()[0]
    asa.say(f"/set {talk}.to {TO}")

    assert db.conn.execute("select count(*) from outbox where platform = 'mail'").fetchone()[0] == 1


# Settings.


def read(tmp_path, **given):
    return read_settings({"DULY_DATABASE": str(tmp_path / "duly.db"), **given})


def test_the_settings_are_read_and_hide_what_is_secret(tmp_path):
    mail = read(tmp_path, DULY_SMTP="smtp://duly:h%40mligt@mail.kommun.example", DULY_MAIL_FROM=FROM).mail

    assert mail == MailSettings("mail.kommun.example", 587, FROM, False, "duly", "h@mligt")
    assert "mligt" not in repr(mail)
    assert read(tmp_path, DULY_SMTP="smtps://mail.kommun.example", DULY_MAIL_FROM=FROM).mail.port == 465
    assert read(tmp_path).mail is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"DULY_SMTP": "http://u:secret@x", "DULY_MAIL_FROM": FROM}, "DULY_SMTP"),
        ({"DULY_SMTP": "smtp://u:secret@x:99999", "DULY_MAIL_FROM": FROM}, "DULY_SMTP"),
        ({"DULY_SMTP": "smtp://", "DULY_MAIL_FROM": FROM}, "DULY_SMTP"),
        ({"DULY_SMTP": "smtp://u:secret@x"}, "DULY_MAIL_FROM"),
        ({"DULY_SMTP": "smtp://u:secret@x", "DULY_MAIL_FROM": "Åsa"}, "DULY_MAIL_FROM"),
        ({"DULY_MAIL_FROM": FROM}, "DULY_SMTP"),
    ],
)
def test_a_wrong_setting_is_one_line_without_the_secret(given, named, tmp_path):
    with pytest.raises(Misconfigured) as told:
        read(tmp_path, **given)

    assert str(told.value).startswith(named)
    assert "\n" not in str(told.value)
    assert "secret" not in str(told.value)


def test_a_letter_whose_server_is_away_waits(asa, db, clock):
    mailed(asa)
    with Smtp() as gone:
        settings = settings_of(gone)
    asyncio.run(delivered(asa.service, settings, lambda: row(db)[3] == "pending" and waits(db)))

    assert row(db)[3] == "pending"
    with write(db):
        found = outbox.all_waiting(db, "mail", None, clock.now + timedelta(days=1), 5)
    assert [from_json(each.body).parts[0] for each in found] == [Heading("Självskattning av sociala villkor")]
    assert MONDAY.tzinfo is not None


def waits(db):
    return db.conn.execute("select attempts from outbox where platform = 'mail'").fetchone()[0] >= 2


def test_a_letter_to_another_address_is_another_letter(asa, db):
    mailed(asa, "fel@nordkaffe.example")
    (talk,) = db.conn.execute("select id from talks where flow = 'mail-form' order by id desc limit 1").fetchone()
    asa.say(f"/set {talk}.to {TO}")
    places = [row[0] for row in db.conn.execute("select place from outbox where platform = 'mail' order by id")]

    assert len(places) == 2
    assert TO in places[1]
