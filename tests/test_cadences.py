"""When an item reminds: by its kind, as was said of it, out of pauses, after what it waits for; and why on that day."""

import json
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import asking
from bot.render.plain import plain_text
from handlers import items, reminders, teams
from handlers.items import kind_name
from handlers.reminders import cadence_for, kind_of
from handlers.teams import make
from knowledge.cadence import MOST_PAUSED, Pause, wrong_days
from knowledge.check import check
from knowledge.check_chains import KINDS
from knowledge.library import open_library
from knowledge.rules import calendar
from knowledge.rules.calendar import is_working_day
from storage import audit, cadences, follow_ups
from storage import reminders as stored
from storage.cadences import EVERY_KIND
from storage.database import write

from .conftest import STOCKHOLM
from .reminding import act, item_of, record, reminded

JULY = Pause(date(2028, 7, 1), date(2028, 7, 31), every_year=True)
LABELS = {"source": "", "checked": ""}
DAYS = st.dates(date(2026, 11, 24), date(2036, 12, 31))


def planned(officer, id):
    return [(r.kind, r.offset_days, r.local_date.isoformat()) for r in stored.of_item(officer.service.db, id)]


def set_pauses(service, *pauses):
    """The same organisation, which rests then."""
    library = open_library()
    library.__dict__["cadence"] = replace(library.cadence, pauses=pauses)
    service.library = library


def reasons(officer, id, lang="sv"):
    db, library = officer.service.db, officer.service.library
    item = item_of(officer, id)
    return [reminders.why(r, item, db, library, lang) for r in stored.of_item(db, id)]


# By kind, by team, by item.


def test_what_one_kind_does_otherwise_is_content(library):
    notice = library.cadences["notice"]

    assert notice.before_days == (122, 30, 7, 1, 0)
    assert notice.late_every_days == library.cadence.late_every_days
    assert library.cadences["action_zero_tolerance"].head_after_days_late == 0


def team_of(officer, *members, name="Upphandling", room="C1"):
    with write(officer.service.db):
        return make(name, ("slack", "T1", room), "sv", members, officer.ctx)


def set_days(officer, team, days, kind=EVERY_KIND):
    with write(officer.service.db):
        teams.remind(team, kind, days, officer.ctx)


def test_its_own_days_go_before_the_teams_and_those_before_the_organisations(asa, bo, db, library):
    id = record(asa, "2027-03-15")
    usual = cadence_for(item_of(asa, id), db, library).before_days
    set_days(asa, team_of(asa, "asa"), (60, 14))
    of_team = cadence_for(item_of(asa, id), db, library).before_days
    with write(db):
        cadences.set_days(db, id, (5,), "asa", asa.clock.now)
    own = cadence_for(item_of(asa, id), db, library).before_days

    assert (usual, of_team, own) == ((30, 7, 1, 0), (60, 14), (5,))


@pytest.mark.parametrize(
    ("set_for", "days"), [(EVERY_KIND, (122, 30, 7, 1, 0)), ("notice", (90,)), ("site_audit", (122, 30, 7, 1, 0))]
)
def test_what_a_team_sets_for_every_kind_leaves_kinds_with_days_of_their_own_alone(set_for, days, asa, db, library):
    id = record(asa, "2027-09-15")
    with write(db):
        db.conn.execute("update follow_ups set kind = 'notice'")
    set_days(asa, team_of(asa, "asa"), (90,), set_for)

    assert cadence_for(item_of(asa, id), db, library).before_days == days


def test_a_team_has_no_say_on_items_of_others(asa, bo, db, library):
    id = record(asa, "2027-03-15")
    set_days(asa, team_of(asa, "bo"), (60,))

    assert cadence_for(item_of(asa, id), db, library).before_days == (30, 7, 1, 0)


def test_of_two_teams_the_first_by_name_that_has_set_something(asa, db, library):
    id = record(asa, "2027-03-15")
    _silent, first, second = (team_of(asa, "asa", name=name, room=name) for name in "ABC")
    set_days(asa, second, (60,))
    set_days(asa, first, (50,))

    assert cadence_for(item_of(asa, id), db, library).before_days == (50,)


def test_a_team_that_changes_its_mind_changes_what_is_planned_and_says_why(asa, db):
    id = record(asa, "2027-03-15")
    team = team_of(asa, "asa")
    set_days(asa, team, (60, 0))
    between = [offset for kind, offset, _ in planned(asa, id) if kind in ("before", "due")]
    said = reasons(asa, id)[0]
    set_days(asa, team, None)

    assert between == [60, 0]
    assert said == "60 dagar före, teamets takt, Upphandling"
    assert [offset for kind, offset, _ in planned(asa, id) if kind in ("before", "due")] == [30, 7, 1, 0]
    assert [line.action for line in audit.of(db, f"teams:{team.id}")][-2:] == ["set reminders", "set reminders"]


def test_what_was_put_off_stays_put_off_when_the_team_changes_its_days(asa, db):
    id = record(asa, "2027-03-15")
    asa.say(f"skjut upp {id} till 1 mars 2027")
    before = [each for each in planned(asa, id) if each[0] != "late"]
    set_days(asa, team_of(asa, "asa"), (60, 40, 1, 0))

    assert ("snoozed", 0) in [(kind, offset) for kind, offset, _ in before]
    assert [(kind, offset) for kind, offset, _ in planned(asa, id) if kind != "late"] == [
        ("snoozed", 0),
        ("before", 1),
        ("due", 0),
    ]


@pytest.mark.parametrize("ends", ["left", "ended"])
def test_whoever_left_a_team_is_reminded_as_others_are(ends, asa, bo, db):
    id = record(asa, "2027-03-15")
    team = team_of(asa, "asa")
    set_days(asa, team, (60,))
    with write(db):
        make(team.name, ("slack", "T1", "C1"), "sv", ["bo"], asa.ctx) if ends == "left" else teams.end(team, asa.ctx)
    again = team_of(asa, "asa", name="Annat", room="C2")

    assert [offset for kind, offset, _ in planned(asa, id) if kind in ("before", "due")] == [30, 7, 1, 0]
    assert cadences.of_team(db, again.id) == []  # a new team never begins with what an old one wanted


def test_a_team_shows_its_days(asa, db):
    team = team_of(asa, "asa")
    set_days(asa, team, (60, 14, 3))
    set_days(asa, team, (90, 30), "certificate_expiry")
    shown = plain_text(asa.say("team"), LABELS)

    assert "Påminns 60, 14, 3 dagar före; 90, 30 dagar före (Certifikat som går ut)." in shown


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_kind_has_a_name(kind, lang, asa, bo):
    assert kind_name(kind, (asa if lang == "sv" else bo).ctx)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("60, 14, 3 dagar före", (60, 14, 3)),
        ("60 14 och 3", (60, 14, 3)),
        ("3 days before", (3,)),
        ("1, 1, 2", (2, 1)),
        ("0", (0,)),
    ],
)
def test_days_are_understood_as_people_write_them(words, days, asa, db):
    id = record(asa, "2027-06-15")
    asa.say(f"påminn om {id}: {words}")

    assert cadences.of_item(db, id).before_days == days


@pytest.mark.parametrize(
    "words",
    [
        "påminn om 1: " + ", ".join(map(str, range(1000))),
        "påminn om 1 varje minut",
        "påminn om 1: varje minut",
        "påminn om 1: 99999999999999999999999 dagar före",
        "påminn om 1: -3",
        "påminn om 1: ²",
        "pausa 1 till 9999999",
        "pausa 1 till 2099-01-01 och sedan",
        "skjut upp 1 till 9999999",
        "påminn om 1 efter 1",
        "påminn om 1 efter 999",
    ],
)
def test_what_would_never_end_is_refused_in_words(words, asa, db):
    id = record(asa, "2027-06-15")
    before = planned(asa, id)
    reply = asa.say(words)

    assert planned(asa, id) == before
    assert plain_text(reply, LABELS)
    assert "Något gick fel" not in plain_text(reply, LABELS)


@given(st.lists(st.integers(-5, 3000), max_size=14))
def test_wrong_days_are_those_that_remind_of_nothing_twice_or_for_ever(days):
    wrong = not days or min(days) < 0 or max(days) > 1830 or len(set(days)) < len(days) or len(days) > 10

    assert wrong_days(days) == wrong


def test_a_sentence_with_a_number_still_records(asa, db):
    asa.say("påminn om 7 licenser hos Nordkaffe AB senast 15 mars")

    assert follow_ups.find(db, 1).subject == "7 licenser"


def test_whoever_leads_hears_of_what_nobody_tolerates_on_its_day(asa, bo, db):
    asa.say("avvikelse Nordkaffe AB: misstänkt barnarbete")
    db.conn.execute("update deviations set class = 'zero_tolerance', two = 1")
    db.conn.execute("update people set role = 'lead' where id = 'bo'")
    with write(db):
        id = record_action(asa, 1, "2027-03-15")

    assert kind_of(item_of(asa, id), db) == "action_zero_tolerance"
    assert ("head", 0, "2027-03-15") in planned(asa, id)
    assert ("head", "bo") in reminded(asa, "2027-03-15 09:00")


def record_action(officer, deviation, due):
    """An action of a deviation, with the item that reminds of it."""
    from storage import actions, suppliers

    db, now = officer.service.db, officer.clock.now
    supplier = db.conn.execute("select id from suppliers limit 1").fetchone()
    supplier = supplier[0] if supplier else suppliers.add(db, "Nordkaffe AB", now)
    if db.conn.execute("select count(*) from deviations").fetchone()[0] == 0:
        db.conn.execute(
            """insert into deviations (supplier, what, class, two, found_on, state, responsible, created_by, created_at,
            changed_at) values (?, 'x', 'zero_tolerance', 1, '2026-11-23', 'open', 'asa', 'asa', '2026', '2026')""",
            (supplier,),
        )
    action = actions.add(db, deviation, "corrective", "x", "vd", date.fromisoformat(due), "asa", now)
    id = follow_ups.add(db, supplier, "other", "x", date.fromisoformat(due), "asa", now)
    actions.followed_by(db, action, id)
    reminders.plan(item_of(officer, id), officer.ctx)
    return id


# Pauses.


def test_what_falls_in_a_pause_comes_the_working_day_before_it(asa, service):
    set_pauses(service, JULY)
    id = record(asa, "2027-07-20")
    days = [day for kind, _, day in planned(asa, id) if kind in ("before", "due")]

    assert days == ["2027-06-18", "2027-06-30"]
    assert [day for kind, _, day in planned(asa, id) if kind == "late"] == ["2027-08-02"]
    assert "sista dagen, flyttad från tisdag 20 juli 2027 (v. 29), som ligger i en paus" in reasons(asa, id)


def test_what_is_recorded_in_a_pause_is_still_told_before_its_day(asa, service):
    set_pauses(service, JULY)
    reminded(asa, "2027-07-05 10:00")
    id = record(asa, "2027-07-20")

    assert reminded(asa, "2027-07-13 09:00") == [("before", "asa")]
    assert reminded(asa, "2027-07-20 09:00") == [("due", "asa")]
    assert planned(asa, id)


def test_what_was_told_before_a_pause_is_not_told_again_in_it(asa, bo, service):
    set_pauses(service, JULY)
    id = record(asa, "2027-07-20")
    told = [reminded(asa, f"2027-{day} 09:00") for day in ("06-18", "06-30")]
    with write(service.db):
        asa.clock.now += timedelta(days=5)
        reminders.plan_again(item_of(asa, id), asa.ctx)

    assert told == [[("before", "asa")], [("due", "asa")]]
    assert [reminded(asa, f"2027-07-{day} 12:00") for day in ("13", "19", "20", "31")] == [[], [], [], []]


@settings(max_examples=500, deadline=None)
@given(DAYS, st.lists(st.integers(0, 400), min_size=1, max_size=6, unique=True), st.integers(1, 11), st.integers(1, 60))
def test_a_plan_with_a_pause_is_on_working_days_outside_it_and_never_late(deadline, offsets, month, length):
    first = date(2028, month, 1)
    pause = Pause(first, min(first + timedelta(days=length), date(2028, 12, 31)), every_year=True)
    found = calendar.plan(deadline, offsets, time(9), STOCKHOLM, (pause,))

    assert 1 <= len(found) <= len(offsets)
    assert all(is_working_day(each.day) and not pause.around(each.day) for each in found)
    assert all(each.day <= deadline - timedelta(days=each.offset) for each in found)
    assert len({each.day for each in found}) == len(found)


@settings(max_examples=300, deadline=None)
@given(DAYS, st.integers(1, 40))
def test_what_is_late_waits_for_the_end_of_a_pause(deadline, nth):
    found = calendar.late(deadline, nth, time(9), STOCKHOLM, 7, (JULY,))

    assert is_working_day(found.day)
    assert not JULY.around(found.day)
    assert found.day > deadline


@pytest.mark.parametrize(
    ("pauses", "says"),
    [
        ('["juli"]', "is no pause"),
        ('["07-31..07-01"]', "ends before it begins"),
        ('["02-30..03-01"]', "does not exist"),
        ('["2027-07-01..07-31"]', "is no pause"),
        ('["01-01..12-31"]', f"at most {MOST_PAUSED}"),
    ],
)
def test_a_pause_that_cannot_be_is_told(pauses, says, tmp_path):
    (tmp_path / "reminders.yaml").write_text(f"pauses: {pauses}\n", "utf-8")
    faults = check(open_library(tmp_path))

    assert len(faults) == 1
    assert says in faults[0]


def test_an_item_that_rests_is_told_of_once_when_it_has_rested(asa, db):
    id = record(asa, "2027-03-15")
    asa.say(f"pausa {id} till 2027-03-10")

    assert [reminded(asa, f"2027-{day} 09:00") for day in ("02-12", "03-08")] == [[], []]
    assert "7 dagar före, pausad från måndag 8 mars 2027 (v. 10)" in reasons(asa, id)
    assert reminded(asa, "2027-03-10 09:00") == [("before", "asa")]
    assert reminded(asa, "2027-03-12 09:00") == [("before", "asa")]


def test_no_pause_outlasts_the_deadline(asa, db):
    id = record(asa, "2027-03-15")
    asa.say(f"pausa {id} till 2028-03-10")

    assert reminded(asa, "2027-03-14 12:00") == []
    assert reminded(asa, "2027-03-15 09:00") == [("due", "asa")]


# Waiting for something else.


def test_what_waits_is_told_when_the_other_is_done_or_its_own_day_is_near(asa):
    first, second, third = (record(asa, day) for day in ("2027-06-01", "2027-03-15", "2027-03-16"))
    asa.say(f"påminn om {second} efter {first}")
    asa.say(f"påminn om {third} efter {first}")

    assert reminded(asa, "2027-02-12 09:00") == []
    assert len(reminded(asa, "2027-03-08 09:00")) == 1
    act(asa, items.done, first)
    assert len(reminded(asa, "2027-03-09 09:00")) == 1


def test_a_self_assessment_waits_for_the_start_meeting_of_its_contract(asa, db, library):
    record(asa, "2026-12-15")
    record(asa, "2027-03-15")
    db.conn.execute("update follow_ups set contract = 'A1', kind = 'start_meeting' where id = 1")
    db.conn.execute("update follow_ups set contract = 'A1', kind = 'self_assessment' where id = 2")
    waiting = reminders.waits(item_of(asa, 2), db, library, date(2027, 2, 12))
    act(asa, items.done, 1)

    assert waiting.id == 1
    assert reminders.waits(item_of(asa, 2), db, library, date(2027, 2, 12)) is None


# Why.


def test_duly_due_says_why_in_words_and_as_json(asa, bo, db, service, capsys):
    record(asa, "2027-03-14", deputy="bo")
    asking.due(service, date(2027, 4, 10), "sv", as_json=True)
    found = json.loads(capsys.readouterr().out)["reminders"]
    asking.due(service, date(2027, 4, 10), "en", as_json=False)

    assert [row["why"] for row in found] == [
        "30 dagar före",
        "7 dagar före, flyttad från söndag 7 mars 2027 (v. 9)",
        "sista dagen, flyttad från söndag 14 mars 2027 (v. 10)",
        "försenad, med 7 dagars mellanrum, flyttad från söndag 21 mars 2027 (v. 11)",
        "försenad, med 7 dagars mellanrum, flyttad från söndag 28 mars 2027 (v. 12)",
        "till ersättaren efter 14 dagar, flyttad från söndag 28 mars 2027 (v. 12)",
        "försenad, med 7 dagars mellanrum, flyttad från söndag 4 april 2027 (v. 13)",
    ]
    assert set(found[0]) == {"at", "to", "kind", "subject", "why"}
    assert "moved from Sunday 7 March 2027 (week 9)" in capsys.readouterr().out


# The last day for notice.


def test_notice_is_reminded_of_four_months_and_one_month_before(asa, db):
    id = notice_item(asa, db)
    days = [day for kind, _, day in planned(asa, id) if kind in ("before", "due")]

    assert days == ["2028-06-30", "2028-09-29", "2028-10-24", "2028-10-30", "2028-10-31"]


def notice_item(officer, db):
    with write(db):
        return record_kind(officer, "2028-10-31", "notice")


def record_kind(officer, due, kind):
    from storage import suppliers

    db = officer.service.db
    supplier = suppliers.add(db, "Nordkaffe AB", officer.clock.now)
    id = follow_ups.add(db, supplier, kind, "x", date.fromisoformat(due), "asa", officer.clock.now)
    reminders.plan(item_of(officer, id), officer.ctx)
    return id


def test_notice_moves_with_the_contracts_dates_and_goes_when_there_is_none(asa, db):
    said = "1 mars 2027 till 28 feb 2029, uppsägning senast 31 okt 2028, ansvarig jag"
    asa.say(f"avtal 2025-114 tilldelat Nordkaffe AB, {said}")
    for _ in range(3):  # number, procurement, deputy
        asa.say("hoppa över")
    asa.say("/plan 1 all")
    talk = db.conn.execute("select id from talks where flow = 'contract'").fetchone()[0]
    notice = next(item for item in follow_ups.all_open(db) if item.kind == "notice")
    asa.say(f"/set {talk}.notice 2028-08-31")
    moved = item_of(asa, notice.id)
    days = [day for kind, _, day in planned(asa, notice.id) if kind in ("before", "due")]

    assert (notice.due_on, moved.due_on) == (date(2028, 10, 31), date(2028, 8, 31))
    assert "31 aug 2028" in moved.subject
    assert days == ["2028-04-28", "2028-08-01", "2028-08-24", "2028-08-30", "2028-08-31"]


@pytest.mark.parametrize(
    ("kind", "days", "told"),
    [
        ("escalated", 1, "till ersättaren dagen efter"),
        ("escalated", 3, "till ersättaren efter 3 dagar"),
        ("head", 1, "till den som leder arbetet dagen efter"),
        ("head", 7, "till den som leder arbetet efter 7 dagar"),
    ],
)
def test_one_day_is_never_told_as_many(asa, db, library, kind, days, told):
    with write(db):
        item = item_of(asa, record_kind(asa, "2028-10-31", "notice"))
    planned_first = stored.of_item(db, item.id)[0]
    late = replace(planned_first, kind=kind, offset_days=-days, local_date=item.due_on + timedelta(days=days))

    assert reminders.why(late, item, db, library, "sv") == told
