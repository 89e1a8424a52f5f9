"""Teams: made by a lead in the room they share, seen by their members, left by whoever leaves; and `duly team`."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import officers
from bot.render.plain import plain_text
from bot.service import Service
from handlers.dispatch import handle
from handlers.messages import Message, Place
from storage import audit, belongings, people, personal, rooms, teams
from storage.database import open_database
from storage.rooms import LEVELS, Room

from .conftest import MONDAY, STOCKHOLM
from .machine import Machine, assert_refused
from .reminding import at
from .slack_life import Life, texts, workspace
from .telegram_life import ASA, Phone, known, telegram

CHANNEL = Place("slack", "T1", "C1", "17.1", shared=True)
LABELS = {"source": "", "checked": ""}
GROUP = -1001234567890
MAKE = "team Upphandling: Åsa, Bo"


def reply_to(officer, words, place=CHANNEL, role="lead"):
    ctx = replace(officer.ctx, place=place, person=replace(officer.ctx.person, role=role))
    return handle(Message("x", place, ctx.person.id, words), ctx)


def said(officer, words, place=CHANNEL, role="lead"):
    return plain_text(reply_to(officer, words, place, role), LABELS)


def allow(db, level="internal", room="C1"):
    rooms.allow(db, Room("slack", "T1", room, level, ""), "terminal:bo", MONDAY)


def names(db, name="Upphandling"):
    return [person.name for person in teams.members(db, teams.named(db, name).id)]


@pytest.fixture
def made(asa, bo, db):
    allow(db)
    return said(asa, MAKE)


def test_a_lead_makes_a_team_in_its_room(made, db):
    team = teams.named(db, "upphandling")

    assert made == "Teamet Upphandling: Bo, Åsa Öberg. Veckoöversikten kommer hit på måndag 08:30."
    assert (team.platform, team.tenant, team.room, team.language) == ("slack", "T1", "C1", "sv")
    assert [line.action for line in audit.of(db, f"teams:{team.id}")] == ["made a team", "set the members of"]


@pytest.mark.parametrize("role", ["reader", "officer"])
def test_others_do_not(role, asa, bo, db):
    allow(db)

    assert said(asa, MAKE, role=role).startswith("Du är ")
    assert teams.every(db) == []


@pytest.mark.parametrize("level", [None, *LEVELS])
def test_only_where_the_room_has_a_level(level, asa, bo, db):
    if level:
        allow(db, level)
    reply = reply_to(asa, MAKE)

    assert bool(teams.every(db)) == (level is not None)
    assert reply.private == (level in (None, "public"))  # colleagues' names are not for everybody


@pytest.mark.parametrize(
    ("words", "place", "says"),
    [
        (MAKE, Place("slack", "T1", "D1"), "Skriv samma sak där"),
        ("team Upphandling: Åsa, Eva", CHANNEL, "Ingen här heter Eva"),
        ("team Upphandling:", CHANNEL, "Skriv teamets namn"),
        ("team : Åsa", CHANNEL, "Skriv teamets namn"),
        ("team Upphandling", CHANNEL, "Skriv teamets namn"),
    ],
)
def test_a_refusal_says_what_to_do_and_makes_nothing(words, place, says, asa, bo, db):
    allow(db)

    assert says in said(asa, words, place)
    assert teams.every(db) == []


def test_said_again_it_has_other_members_and_another_name(made, asa, db):
    said(asa, "team Inköp: jag")

    assert [team.name for team in teams.every(db)] == ["Inköp"]
    assert names(db, "Inköp") == ["Åsa Öberg"]


def test_two_rooms_have_two_names(made, asa, db):
    allow(db, room="C2")

    assert "Det finns redan ett team som heter Upphandling" in said(asa, MAKE, Place("slack", "T1", "C2", shared=True))
    assert len(teams.every(db)) == 1


def test_a_name_that_is_cut_is_not_another_teams_name(asa, bo, db):
    allow(db)
    allow(db, room="C2")
    said(asa, f"team {'U' * 60}: Åsa")
    second = said(asa, f"team {'U' * 65}: Bo", Place("slack", "T1", "C2", shared=True))

    assert "Det finns redan ett team" in second


def test_members_see_their_team_and_others_do_not(made, asa, bo, db):
    people.add(db, people.Person("eva", "Eva", "sv", "officer"), MONDAY)
    own = Place("slack", "T1", "D1")

    assert "Upphandling: Bo, Åsa Öberg" in said(asa, "team", own)
    assert "Upphandling: Bo, Åsa Öberg" in said(bo, "teams", own)
    assert teams.of_person(db, "eva") == []


# Leaving.


def test_who_is_removed_is_in_no_team(made, asa, bo, db):
    with asa.service.kept():
        officers.remove(asa.service, bo.seat.person, None, forget=False, by=asa.seat.person)

    assert names(db) == ["Åsa Öberg"]
    assert teams.of_person(db, "bo") == []


def test_who_is_forgotten_is_in_no_team(made, bo, db):
    belongings.forget(db, "bo", "Bo", "x")

    assert names(db) == ["Åsa Öberg"]


@pytest.mark.parametrize("both", [True, False])
def test_two_accounts_that_become_one_are_one_member(both, made, asa, db):
    people.add(db, people.Person("asa2", "Åsa Två", "sv", "officer"), MONDAY)
    team = teams.named(db, "Upphandling").id
    teams.set_members(db, team, ["asa2", "asa"] if both else ["asa2"], "t", MONDAY)
    belongings.bring_together(db, "asa2", "asa", MONDAY)

    assert [person.id for person in teams.members(db, team)] == ["asa"]
    assert db.conn.execute("select count(*) from team_members").fetchone() == (1,)


def test_what_is_kept_about_somebody_tells_of_her_teams(made, db):
    assert [row["team"] for row in personal.rows(db, "team_members", "asa")] == [1]


def test_a_group_with_a_new_number_keeps_its_team(asa, bo, db):
    rooms.allow(db, Room("telegram", "", "-5", "internal", ""), "t", MONDAY)
    said(asa, MAKE, Place("telegram", "", "-5", shared=True))
    rooms.moved(db, "telegram", "", "-5", "-1007", MONDAY)

    assert [(team.name, team.room) for team in teams.every(db)] == [("Upphandling", "-1007")]


# By command.

ADD = ("team", "add", "slack:T1/C1", "--name", "Inköp", "--member", "Åsa Ek", "--member", "Bo Ek")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Two officers, and a room that was allowed."""
    machine = Machine(tmp_path)
    for name in ("Åsa Ek", "Bo Ek"):
        assert machine.run("chat", "--as", name, typed="hej\n").code == 0
    assert machine.run("room", "allow", "slack:T1/C1", "--level", "internal").code == 0
    return machine


def test_a_team_is_made_listed_and_removed_by_command(machine):
    assert machine.run(*ADD, "--day", "tuesday", "--at", "09:15").code == 0
    assert machine.run("team", "list").out.split() == ["Inköp", "slack:T1/C1", "2"]
    assert machine.run("team", "members", "inköp").out.splitlines() == ["Bo Ek", "Åsa Ek"]
    kept = open_database(str(machine.database)).conn.execute("select digest_day, digest_at from teams").fetchall()
    assert kept == [(2, "09:15")]

    assert machine.run("team", "remove", "Inköp").code == 0
    assert machine.run("team", "list").out == ""


def test_a_teams_days_are_set_by_command(machine):
    assert machine.run(*ADD).code == 0
    assert machine.run("team", "remind", "Inköp", "3,60,14").out.split()[-2:] == ["all:", "60,14,3"]
    certificates = machine.run("team", "remind", "inköp", "--kind", "certificate_expiry", "90,30")
    assert certificates.out.split()[-4:] == ["all:", "60,14,3", "certificate_expiry:", "90,30"]

    assert machine.run("team", "remind", "Inköp", "default").out.split()[-2:] == ["certificate_expiry:", "90,30"]
    assert "certificate_expiry: 90,30" in machine.run("team", "list").out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("remind", "Inköp", "60"), 1, "duly team list"),
        (("remind", "Inköp", "60;14"), 2, "60,14,3"),
        (("remind", "Inköp", "60", "--kind", "certifikat"), 2, "certificate_expiry"),
        (("add", "slack:T1/C2", "--name", "I", "--member", "Bo Ek"), 1, "duly room allow slack:T1/C2"),
        (("add", "slack:T1/C1", "--name", "I", "--member", "Eva"), 1, "duly officer list"),
        (("add", "slack:T1/C1", "--name", "I", "--member", "Bo Ek", "--at", "nio"), 2, "08:30"),
        (("add", "C1", "--name", "I", "--member", "Bo Ek"), 2, "slack:T1/C1"),
        (("remove", "Inköp"), 1, "duly team list"),
        (("members", "Inköp"), 1, "duly team list"),
    ],
)
def test_a_refusal_at_the_command_line_says_what_to_do(arguments, code, says, machine):
    assert_refused(machine.run("team", *arguments), code, says)


# In the room itself.


@pytest.fixture
def served(db, library, clock) -> Service:
    return Service(db, library, STOCKHOLM, clock, presents=())


def lead(served, db, account):
    with served.kept():
        people.set_role(db, people.at_address(db, *account).id, "lead", MONDAY)


def test_a_channel_in_slack_makes_its_team_and_reads_its_week(served, db, clock):
    allow(db)
    with workspace() as slack, Life(slack, served) as desk:
        desk.say("U1", "följ upp licens hos Nordkaffe AB senast 2 december 2026")
        desk.say("U2", "hej")
        lead(served, db, ("slack", "T1", "U1"))
        mention = slack.mention("U1", "<@UDULY> team Upphandling: Åsa, Bo")
        (made,) = desk.after("C1", lambda: desk.deliver(mention))
        clock.now = at("2026-11-30 08:30")
        (digest,) = desk.after("C1", desk.tick)

    assert "Teamet Upphandling: Bo Ek, Åsa Öberg." in texts(made)
    assert "Vecka 49, Upphandling" in texts(digest)
    assert "#1 licens, Nordkaffe AB: senast 2 dec 2026 (Åsa Öberg)" in texts(digest)
    assert "thread_ts" not in digest


def test_a_group_in_telegram_makes_its_team_and_reads_its_week(served, db, clock, tmp_path):
    with served.kept():
        rooms.allow(db, Room("telegram", "", str(GROUP), "internal", ""), "t", MONDAY)
    known(served, ASA, "Åsa Öberg", "sv", "lead")
    with telegram() as fake, Phone(fake, served, tmp_path) as phone:
        phone.say(ASA, "följ upp licens hos Nordkaffe AB senast 2 december 2026")
        fake.add_group(GROUP, "inköp", members=(ASA,), supergroup=True)
        (made,) = phone.say(ASA, f"/team@{fake.username} Upphandling: Åsa", chat=GROUP)
        clock.now = at("2026-11-30 08:30")
        (digest,) = phone.after(GROUP, phone.tick)

    assert "Teamet Upphandling: Åsa Öberg." in made["plain"]
    assert "Vecka 49, Upphandling" in digest["plain"]
    assert "#1 licens, Nordkaffe AB: senast 2 dec 2026 (Åsa Öberg)" in digest["plain"]
