"""Acting on an item settles it everywhere: on every message about it, on either platform, stands who did what."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from bot.service import Service
from handlers import settling
from handlers.messages import Place, Reply, from_json, to_json
from knowledge.text import para
from storage import follow_ups, outbox, people, procurements, rooms
from storage.rooms import LEVELS, Room

from .conftest import MONDAY, STOCKHOLM, Clock
from .reminding import at
from .slack_life import Life, texts, workspace
from .slack_life import labels as slack_labels
from .telegram_life import ASA, Phone, known, telegram
from .telegram_life import labels as phone_labels

FOLLOW = "följ upp licens hos Nordkaffe AB senast 15 mars"
SETTLED = "Klar: Åsa Öberg, 12 feb 2027 09:05"
GROUP = -1001234567890


class Both:
    """Åsa has Slack and Telegram, and was told in Slack once and in Telegram once of the same item."""

    def __init__(self, desk: Life, phone: Phone, clock: Clock) -> None:
        self.desk, self.phone, self.clock = desk, phone, clock
        self.db = desk.service.db

    def in_slack(self) -> list:
        return [m for m in self.desk.slack.messages(self.desk.slack.dm("U1")) if "licens" in texts(m)]

    def in_telegram(self) -> list:
        return [m for m in self.phone.fake.sent(ASA) if "licens" in (m.get("plain") or "")]

    def told_in_slack(self) -> dict:
        return next(m for m in self.in_slack() if "Om 30 dagar" in texts(m) or "Om 31 dagar" in texts(m))

    def told_in_telegram(self) -> dict:
        return next(m for m in self.in_telegram() if "Om" in m["plain"])

    def rest(self) -> None:
        self.desk.rest()
        self.phone.rest()


@pytest.fixture
def both(db, library, clock: Clock, tmp_path) -> Iterator[Both]:
    served = Service(db, library, STOCKHOLM, clock, presents=())
    with ExitStack() as places:
        slack, fake = places.enter_context(workspace()), places.enter_context(telegram())
        known(served, ASA, "Åsa Öberg", "sv")
        with served.kept():
            people.add_address(db, f"p{ASA}", "slack", "T1", "U1", Place("slack", "T1", "@U1").key, MONDAY)
        desk = places.enter_context(Life(slack, served))
        both = Both(desk, places.enter_context(Phone(fake, served, tmp_path)), clock)
        desk.say("U1", FOLLOW)
        clock.now = at("2027-02-12 09:00")
        desk.tick()
        copy_to_telegram(both)
        clock.now = at("2027-02-12 09:05")
        yield both
        assert slack.warnings == []
        assert fake.warnings == []


def copy_to_telegram(both: Both) -> None:
    """The same reminder lies in her other pocket, too."""
    letter = one(both.db, "select body from outbox where item = 1 and platform = 'slack'")
    with both.desk.service.kept():
        outbox.add(both.db, "rem:copy", "telegram", f"telegram||{ASA}|", letter, both.clock.now, f"p{ASA}", 1)
    both.rest()


def one(db, sql, *values):
    return db.conn.execute(sql, values).fetchone()[0]


def test_done_on_the_phone_is_done_on_the_desk_without_a_new_message(both):
    before = len(both.in_slack())
    both.phone.say(ASA, "klar 1 sett licensen")
    both.rest()

    assert SETTLED in texts(both.told_in_slack())
    assert slack_labels(both.told_in_slack()) == ["Ångra", "Visa"]
    assert len(both.in_slack()) == before
    assert SETTLED in both.told_in_telegram()["plain"]
    assert phone_labels(both.told_in_telegram()) == ["Ångra", "Visa"]


def test_done_on_the_desk_is_done_on_the_phone(both):
    both.desk.say("U1", "klar 1")
    both.rest()

    assert SETTLED in both.told_in_telegram()["plain"]
    assert phone_labels(both.told_in_telegram()) == ["Ångra", "Visa"]


def test_undo_on_the_desk_brings_the_buttons_back_on_the_phone(both):
    both.phone.say(ASA, "klar 1")
    both.rest()
    said = both.desk.press("U1", "Ångra")
    both.rest()

    assert "Ångrat. #1" in "".join(map(texts, said))
    assert "Ångrat, öppen igen: Åsa Öberg" in both.told_in_telegram()["plain"]
    assert phone_labels(both.told_in_telegram()) == ["Klar", "Skjut upp", "Lämna över", "Visa"]
    assert follow_ups.find(both.db, 1).state == "open"


def test_a_put_off_reminder_shows_until_when_on_both(both):
    both.phone.say(ASA, "skjut upp 1 till 1 mars")
    both.rest()

    assert "Uppskjuten till 1 mars 2027: Åsa Öberg" in texts(both.told_in_slack())
    assert "Uppskjuten till 1 mars 2027: Åsa Öberg" in both.told_in_telegram()["plain"]


def test_a_new_day_stands_on_what_told_the_old_one_and_the_item_can_still_be_acted_on(both):
    both.desk.say("U1", "/start new-day 1")
    both.desk.say("U1", "20 april 2027")
    both.rest()

    assert "Flyttad till tisdag 20 april 2027 (v. 16): Åsa Öberg" in texts(both.told_in_slack())
    assert "Flyttad till tisdag 20 april 2027 (v. 16): Åsa Öberg" in both.told_in_telegram()["plain"]
    assert phone_labels(both.told_in_telegram()) == ["Klar", "Skjut upp", "Lämna över", "Visa"]

    both.phone.press(ASA, "Klar")
    both.phone.press(ASA, "Hoppa över")
    both.rest()

    assert SETTLED in texts(both.told_in_slack())
    assert SETTLED in both.told_in_telegram()["plain"]


def test_a_colleague_is_shown_who_took_over_and_what_one_puts_off_is_not_hers(both):
    letter = one(both.db, "select body from outbox where item = 1 and platform = 'slack'")
    with both.desk.service.kept():
        people.add(both.db, people.Person("pbo", "Bo Ek", "en", "officer"), MONDAY)
        outbox.add(both.db, "rem:bo", "slack", Place("slack", "T1", "@U2").key, letter, both.clock.now, "pbo", 1)
    both.rest()
    (bos,) = both.desk.slack.messages(both.desk.slack.dm("U2"))
    both.desk.say("U1", "skjut upp 1 till 1 mars")
    both.rest()
    put_off = both.desk.slack.messages(both.desk.slack.dm("U2"))
    both.desk.say("U1", "lämna över 1 till Bo Ek")
    both.rest()
    (after,) = both.desk.slack.messages(both.desk.slack.dm("U2"))

    assert put_off == [bos]
    assert "Handed over to Bo Ek: Åsa Öberg, 12 Feb 2027" in texts(after)
    assert slack_labels(after) == ["Undo", "Show"]


def test_a_message_that_is_gone_stays_gone_and_nobody_is_told(both):
    with both.desk.slack._lock:
        both.desk.slack.said[both.desk.slack.dm("U1")].clear()
    both.phone.fake.fault("editMessageText", "error:400:Bad Request: message to edit not found")
    both.desk.say("U1", "klar 1")
    both.rest()
    states = both.db.conn.execute("select distinct state from outbox where dedupe_key like 'settle:%'").fetchall()

    assert states == [("sent",)]
    assert one(both.db, "select count(*) from outbox where dedupe_key like 'failed:%'") == 0
    assert all("Klar: Åsa" not in texts(m) for m in both.desk.slack.messages(both.desk.slack.dm("U1")))


def test_what_waits_to_be_said_is_not_said(both):
    later = at("2027-02-13 09:00")
    with both.desk.service.kept():
        body = to_json(Reply((para("licens"),)))
        key = Place("slack", "T1", "@U1").key
        outbox.add(both.db, "rem:later", "slack", key, body, both.clock.now, f"p{ASA}", 1, not_before=later)
    both.phone.say(ASA, "klar 1")

    assert one(both.db, "select state from outbox where dedupe_key = 'rem:later'") == "cancelled"
    both.phone.say(ASA, "ångra")
    assert one(both.db, "select state from outbox where dedupe_key = 'rem:later'") == "pending"


def test_a_message_older_than_thirty_days_stays_as_it_is(both):
    both.db.conn.execute("update outbox set sent_at = '2027-01-01T09:00:00.000000+00:00' where platform = 'slack'")
    both.phone.say(ASA, "klar 1")
    both.rest()

    assert SETTLED not in texts(both.told_in_slack())
    assert SETTLED in both.told_in_telegram()["plain"]


def test_a_settled_letter_is_written_once(both):
    both.phone.say(ASA, "klar 1")
    both.rest()
    count = "select count(*) from outbox where dedupe_key like 'settle:%'"
    before = one(both.db, count)
    item = follow_ups.find(both.db, 1)
    ctx = both.desk.service.context_of(people.find(both.db, f"p{ASA}"), Place("slack", "T1", "@U1"))
    with both.desk.service.kept():
        settling.settle(item, settling.Act("done", "u1", 1), ctx)

    assert one(both.db, count) == before == 2


# In a room: level by secrecy, also when the level falls between the act and the sending.


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize("allowed", LEVELS)
@pytest.mark.parametrize("sent_at", LEVELS)
def test_a_room_is_shown_no_more_than_it_may_when_it_is_sent(secret, allowed, sent_at, db, library, clock, tmp_path):
    served = Service(db, library, STOCKHOLM, clock, presents=())
    with workspace() as slack, Life(slack, served) as desk:
        desk.say("U1", FOLLOW)
        place = Place("slack", "T1", "C1", "", shared=True)
        shown = Reply((para("#1 licens hos Nordkaffe AB"),), level=LEVELS[0])
        with served.kept():
            rooms.allow(db, Room("slack", "T1", "C1", allowed, ""), "t", MONDAY)
            outbox.add(db, "room", "slack", place.key, to_json(shown), clock.now, None, 1)
            if secret:
                asa = one(db, "select id from people")
                tender = procurements.add(db, "Kaffe", None, asa, MONDAY)
                db.conn.execute("update follow_ups set procurement = ?", (tender,))
        desk.rest()
        with served.lock:
            person = people.find(db, one(db, "select id from people"))
            with served.kept():
                settling.settle(follow_ups.find(db, 1), settling.Act("done", "u9"), served.context_of(person, place))
                rooms.allow(db, Room("slack", "T1", "C1", sent_at, ""), "t", MONDAY)
        desk.rest()
        (message,) = slack.messages("C1")

    needed = LEVELS.index("secret-ok" if secret else "internal")
    if min(LEVELS.index(allowed), LEVELS.index(sent_at)) >= needed:
        assert "Klar: Åsa Öberg" in texts(message)
    else:
        assert texts(message).strip() == "En punkt som visades här är hanterad."
        assert slack_labels(message) == []


def test_what_is_written_for_a_room_carries_the_level_it_needs(asa, db):
    asa.say(FOLLOW)
    place = Place("slack", "T1", "C1", "", shared=True)
    rooms.allow(db, Room("slack", "T1", "C1", "internal", ""), "t", MONDAY)
    outbox.add(db, "room", "slack", place.key, to_json(Reply((para("#1 licens"),))), MONDAY, None, 1)
    letter = outbox.waiting(db, "slack", None, MONDAY)
    outbox.claim(db, letter, "me", MONDAY)
    outbox.sent(db, letter, "C1:1", MONDAY)
    asa.say("klar 1")
    body = one(db, "select body from outbox where dedupe_key like 'settle:%'")

    assert from_json(body).level == "internal"


def test_pressed_to_the_end_the_card_goes_on_in_place_and_the_reminder_is_settled(both):
    both.phone.press(ASA, "Klar")
    before = len(both.phone.fake.sent(ASA))
    both.phone.press(ASA, "Hoppa över")
    both.rest()

    assert len(both.phone.fake.sent(ASA)) == before
    assert SETTLED in both.told_in_telegram()["plain"]
    assert SETTLED in texts(both.told_in_slack())


def test_a_card_from_before_a_colleague_acted_does_nothing_and_tells(both):
    with both.desk.service.kept():
        people.add(both.db, people.Person("pbo", "Bo Ek", "sv", "officer"), MONDAY)
        people.add_address(both.db, "pbo", "slack", "T1", "U2", Place("slack", "T1", "@U2").key, MONDAY)
    stale = both.told_in_slack()
    payload = both.desk.slack.press("U1", both.desk.slack.dm("U1"), stale["ts"], "Lämna över")
    both.desk.say("U2", "klar 1")
    said = both.desk.after(both.desk.slack.dm("U1"), lambda: both.desk.deliver(payload))

    assert "#1 är redan avslutad: klar, Bo Ek" in texts(said[-1])
    assert "Klar: Bo Ek" in texts(both.told_in_slack())
    assert slack_labels(both.told_in_slack()) == ["Ångra", "Visa"]
    assert follow_ups.find(both.db, 1).responsible == f"p{ASA}"
    assert both.db.conn.execute("select count(*) from talks where flow = 'hand-over'").fetchone() == (0,)
