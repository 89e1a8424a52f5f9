"""The calendar that an officer subscribes to: as RFC 5545 has it, hers alone, and without what others may not know."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from starlette.testclient import TestClient

from bot import officers, web, web_calendar
from bot.ics import ics
from bot.render import printable
from bot.web_guard import Reading
from handlers import calendars, leaving
from handlers.web_links import Web
from knowledge.text import Document, Table
from storage import follow_ups, people, suppliers
from storage import web_links as stored

from .conftest import MONDAY

WEB = Web("https://duly.example", "x" * 40, "Örebro kommun")
FOLLOW = "följ upp Licensen för kaffet hos Nordkaffe AB senast 15 mars"
REQUIRED = {"BEGIN", "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "END"}


@pytest.fixture
def there(asa):
    asa.service.web = WEB
    return asa


@pytest.fixture
def net(there):
    with TestClient(web.app(dict, pages=web_calendar.routes(there.service, Reading(lambda: 0.0))), WEB.url) as client:
        yield client


def text(reply):
    return "\n".join(span.text for part in reply.parts for span in getattr(part, "spans", ()))


def address(reply):
    """The path of the address in an answer."""
    return re.search(r"https://duly\.example(/calendar/\S+\.ics)", text(reply))[1]


def agreed(officer, kind="certificate", procurement=None, contract=None):
    """A follow-up of hers at Nordkaffe AB; its number."""
    db, ctx = officer.service.db, officer.ctx
    supplier = suppliers.named(db, "Nordkaffe AB")
    id = supplier.id if supplier else suppliers.add(db, "Nordkaffe AB", ctx.now)
    return follow_ups.add(
        db, id, kind, "Licensen för kaffet", date(2027, 3, 15), "asa", ctx.now, None, procurement, contract
    )


def strictly(data: bytes) -> list[str]:
    """The unfolded lines of a calendar that keeps to RFC 5545 letter by letter."""
    assert data.endswith(b"\r\n")
    raw = data.split(b"\r\n")[:-1]
    assert all(b"\r" not in line and b"\n" not in line for line in raw)
    assert all(0 < len(line) <= 75 for line in raw)
    lines = data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    assert all(re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[^:;,\"]+)*:.*", line) for line in lines)
    assert not any(re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line) for line in lines)
    for line in lines:
        if line.startswith(("SUMMARY", "DESCRIPTION")):
            assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", line.partition(":")[2]), line
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for needed in ("PRODID:", "VERSION:2.0", "METHOD:PUBLISH", "X-WR-CALNAME:", "REFRESH-INTERVAL;VALUE=DURATION:PT"):
        assert sum(line.startswith(needed) for line in lines) == 1, needed
    return lines


def events(lines: list[str]) -> list[dict[str, str]]:
    """Each event by the names of its lines, without parameters."""
    blocks = "\n".join(lines).split("BEGIN:VEVENT")[1:]
    return [
        dict(line.partition(":")[::2] for line in f"BEGIN:VEVENT{b}".split("\nEND:VCALENDAR")[0].split("\n"))
        for b in blocks
    ]


# What is served.


def test_her_calendar_shows_her_days_in_the_wording_of_the_standard(there, net):
    agreed(there)
    answer = net.get(address(there.say("kalender")))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = events(strictly(answer.content))
    names = {name.partition(";")[0] for name in event}
    assert names >= REQUIRED
    assert event["DTSTART;VALUE=DATE"] == "20270315"
    assert event["DTEND;VALUE=DATE"] == "20270316"
    assert event["SUMMARY"] == r"Uppföljning 1: Certifikat eller licens\, Nordkaffe AB"
    assert (event["TRANSP"], event["STATUS"], event["SEQUENCE"]) == ("TRANSPARENT", "CONFIRMED", "1")
    assert b"VALARM" not in answer.content
    read = Calendar.from_ical(answer.content)
    assert str(read["x-wr-calname"]) == "Uppföljning: Åsa Öberg"
    assert [str(each["uid"]) for each in read.walk("VEVENT")] == ["follow-up-1@duly.example"]


def test_a_program_that_asks_all_the_time_is_told_to_wait(there, net):
    path = address(there.say("kalender"))
    answers = [net.get(path) for _ in range(80)]

    assert {answer.status_code for answer in answers[:40]} == {200}
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "60")
    assert [net.get(f"/calendar/{at}.ics").status_code for at in range(320)][-1] == 429


def test_a_changed_item_keeps_its_uid_and_raises_its_sequence(there, net, clock):
    agreed(there)
    path = address(there.say("kalender"))
    (before,) = events(strictly(net.get(path).content))
    clock.now += timedelta(hours=1)
    there.say("klar 1 allt i ordning")
    (after,) = events(strictly(net.get(path).content))

    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTAMP"] > before["DTSTAMP"]
    assert after["STATUS"] == "CANCELLED"
    clock.now += calendars.SHOWN_AFTER + timedelta(days=1)
    assert events(strictly(net.get(path).content)) == []


def test_the_same_calendar_is_not_sent_twice_and_head_tells_as_much_as_get(there, net):
    agreed(there)
    path = address(there.say("kalender"))
    first = net.get(path)
    again = net.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    head = net.head(path)

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]
    agreed(there)
    assert net.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_only_that_it_was_opened_is_counted(there, net):
    path = address(there.say("kalender"))
    net.get(path)
    net.head(path)
    net.get(path)

    (link,) = stored.of(there.service.db, "calendar", "people:asa")
    assert link.opened == 2
    assert "hittills: 2" in text(there.say("kalender"))


def test_a_colleagues_items_are_not_in_it_unless_she_is_the_deputy(there, bo, net):
    db, number = there.service.db, agreed(there)
    path = address(bo.say("calendar"))
    assert events(strictly(net.get(path).content)) == []
    db.conn.execute("update follow_ups set deputy = 'bo' where id = ?", (number,))

    assert [event["UID"] for event in events(strictly(net.get(path).content))] == ["follow-up-1@duly.example"]


# Whose it is.


def test_a_new_link_and_a_removed_one_make_the_old_lead_nowhere(there, net):
    first = address(there.say("kalender"))
    second = address(there.say("ny kalenderlänk"))
    nowhere = net.get("/calendar/none.ics")

    assert net.get(second).status_code == 200
    assert (net.get(first).status_code, net.get(first).content) == (404, nowhere.content)
    there.say("ta bort kalenderlänk")
    assert (net.get(second).status_code, net.get(second).content) == (404, nowhere.content)
    assert "ingen kalenderadress" in text(there.say("ta bort kalenderlänk"))


def test_a_second_time_the_address_is_not_shown(there):
    path = address(there.say("kalender"))
    again = there.say("kalender")

    assert path not in text(again)
    assert {button.says for row in again.buttons for button in row} == {"/new-calendar", "/drop-calendar"}


@pytest.mark.parametrize("forget", [True, False])
def test_who_was_removed_or_forgotten_has_no_calendar(there, bo, net, forget):
    path = address(there.say("kalender"))
    with there.service.kept():
        officers.remove(there.service, there.ctx.person, None, forget, bo.ctx.person)

    assert net.get(path).status_code == 404
    assert stored.of(there.service.db, "calendar", "people:asa")[0].revoked_at is not None


def test_who_forgets_herself_has_no_calendar(there, net):
    path = address(there.say("kalender"))
    with there.service.kept():
        leaving.erase(there.ctx.person, there.ctx)

    assert net.get(path).status_code == 404


def test_one_whose_role_was_taken_away_in_another_way_has_none_either(there, net):
    path = address(there.say("kalender"))
    people.set_role(there.service.db, "asa", people.REMOVED, MONDAY)

    assert net.get(path).status_code == 404


def test_an_address_of_another_kind_leads_to_no_calendar(there, net):
    path = address(there.say("kalender"))
    there.service.db.conn.execute("update web_links set about = 'suppliers:1'")

    assert net.get(path).status_code == 404


def test_the_address_is_for_her_eyes(there):
    said = there.say("kalender")

    assert said.private
    assert said.level == "" or said.level == "secret-ok"


def test_who_has_no_public_address_is_told_that_it_only_works_here(asa):
    asa.service.web = Web("http://127.0.0.1:8080", "x" * 40)

    assert "DULY_PUBLIC_URL" in text(asa.say("kalender"))


# What it tells.


def test_words_from_a_record_and_suppliers_of_purchases_that_go_on_stay_in_duly(there, net):
    db = there.service.db
    db.conn.execute(
        """insert into procurements (id, title, title_key, phase, responsible, created_at, changed_at)
        values (5, 'Kaffe', 'kaffe', 'planning', 'asa', '', '')"""
    )
    agreed(there, procurement=5)
    path = address(there.say("kalender"))
    served = net.get(path).content.replace(b"\r\n ", b"").decode()

    assert "Uppföljning 1: Certifikat eller licens" in served
    assert "Nordkaffe" not in served
    assert "Licensen för kaffet" not in served
    db.conn.execute(
        """insert into contracts (number, number_key, supplier, procurement, starts_on, ends_on, responsible,
        created_by, created_at, changed_at)
        values ('A1', 'a1', 1, 5, '2026-01-01', '2028-01-01', 'asa', 'asa', '', '')"""
    )
    assert "Nordkaffe" in net.get(path).content.decode()


def test_an_item_about_a_deviation_does_not_name_the_supplier(there, net):
    db, number = there.service.db, agreed(there)
    db.conn.execute(
        """insert into deviations (supplier, item, what, found_on, state, responsible, created_by, created_at,
        changed_at) values (1, ?, 'Nödutgången låst', '2026-11-20', 'open', 'asa', 'asa', '', '')""",
        (number,),
    )

    served = net.get(address(there.say("kalender"))).content.decode()
    assert "Nordkaffe" not in served
    assert "Nödutgången" not in served


# One item.


def test_one_item_comes_as_a_file(there, tmp_path):
    agreed(there)
    said = there.press(there.say("/show 1"), "Till kalendern")

    assert (said.document.name, said.document.kind) == ("uppfoljning-1.ics", "ics")
    (event,) = events(strictly(ics(said.document)))
    assert event["DTSTART;VALUE=DATE"] == "20270315"


def test_the_file_survives_the_outbox(there):
    from handlers.messages import from_json, to_json

    agreed(there)
    said = there.say("/calendar-file 1")

    assert ics(from_json(to_json(said)).document) == ics(said.document)


@settings(deadline=None)  # what a busy machine takes says nothing
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.text(max_size=200))
def test_any_words_make_a_calendar_that_reads_back(title, words):
    row = ("u@duly", "2027-03-15", title, words, "3", "CONFIRMED", MONDAY.isoformat())
    document = Document("x.ics", "ics", title, "sv", (Table(calendars.COLUMNS, (row,)),))
    data = ics(document)

    strictly(data)
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert str(event["summary"]) == " ".join(printable(title).split())
    assert str(event["description"]) == printable(words).rstrip("\r")
    assert event["sequence"] == 3
