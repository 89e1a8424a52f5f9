"""`duly officer` and `duly export`: who comes in, what they may do, how they leave, what is kept about them."""

import json
import stat
from pathlib import Path

import pytest

from bot import officers
from handlers import linking
from storage import invitations, people
from storage.belongings import NAMED
from storage.database import open_database
from storage.people import Address
from storage.personal import ABOUT

from .conftest import MONDAY
from .machine import Machine, assert_refused

FOLLOW = "följ upp licens hos Nordkaffe AB senast 15 mars"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def code_of(out: str) -> str:
    return next(line.rpartition("/start ")[2] for line in out.splitlines() if "/start " in line)


def listed(machine: Machine) -> dict[str, list[str]]:
    lines = machine.run("officer", "list").out.splitlines()
    return {line[:32].strip(): line[32:].split() for line in lines}


def test_an_invited_officer_is_listed_until_she_comes(machine):
    out = machine.run("officer", "invite", "Anna Ek", "--role", "lead").out

    assert len(code_of(out)) == 22
    assert listed(machine)["Anna Ek"] == ["lead", "invited"]


def test_an_invitation_that_went_astray_is_taken_back(machine):
    machine.run("officer", "invite", "Anna Ek")
    out = machine.run("officer", "remove", "Anna Ek").out

    assert "Anna Ek" in out
    assert "Anna Ek" not in listed(machine)
    assert_refused(machine.run("officer", "remove", "Anna Ek"), 1, "Anna Ek")


def test_an_invitation_lets_in_whoever_brings_its_code(service, asa, db):
    code = officers.invite(service, "Anna Ek", "officer", asa.seat.person)
    anna = linking.welcome(code, Address("telegram", "", "7", "telegram||7|"), "anna", "sv", asa.ctx)

    assert anna.name == "Anna Ek"
    assert [line.split()[-1] for line in officers.lines(service) if line.startswith("Anna")] == ["telegram"]


def test_a_second_invitation_ends_the_first(service, asa, db):
    first = officers.invite(service, "Anna Ek", "officer", asa.seat.person)
    second = officers.invite(service, "Anna Ek", "admin", asa.seat.person)

    assert invitations.good(db, first, MONDAY) is None
    assert invitations.good(db, second, MONDAY).role == "admin"


def test_a_role_is_changed_by_name(machine):
    machine.run("chat", "--as", "Bo Ek", typed="hej\n")

    assert listed(machine)["Bo Ek"] == ["admin", "terminal"]
    assert machine.run("officer", "role", "bo ek", "reader").code == 0
    assert listed(machine)["Bo Ek"] == ["reader", "terminal"]
    assert "handläggare" in machine.run("chat", "--as", "Bo Ek", typed="risk kaffe\n").out


def test_whoever_is_removed_is_let_in_no_more_and_her_work_goes_to_a_colleague(machine):
    machine.run("chat", "--as", "Bo Ek", typed=f"{FOLLOW}\n")
    machine.run("chat", "--as", "Anna", typed="hej\n")

    assert_refused(machine.run("officer", "remove", "Bo Ek"), 1, "Bo Ek", "1 open items", "--to NAME")
    assert machine.run("officer", "remove", "Bo Ek", "--to", "Anna").code == 0
    assert "Bo Ek" not in listed(machine)
    assert "Nordkaffe" in machine.run("chat", "--as", "Anna", typed="uppföljning\n").out
    assert_refused(machine.run("chat", "--as", "Bo Ek", typed="hej\n"), 78, "Bo Ek", "duly officer role")
    assert machine.run("verify").out == "OK\n"


def test_whoever_is_forgotten_is_a_number(machine):
    machine.run("chat", "--as", "Bo Ek", typed="vad är levnadslön?\n")
    machine.run("officer", "remove", "Bo Ek", "--forget")
    db = open_database(str(machine.database))
    kept = [person.name for person in people.all_named(db, "Bo Ek")]
    words = db.conn.execute("select group_concat(body) from inbox").fetchone()[0]

    assert kept == []
    assert "levnadslön" not in words


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["invite", "  "], 1, ["name"]),
        (["invite", "Anna", "--role", "king"], 2, ["king", "'lead'"]),
        (["role", "Nobody", "lead"], 1, ["Nobody", "duly officer list"]),
        (["remove", "Nobody"], 1, ["Nobody", "duly officer list"]),
        (["invite"], 2, ["NAME", "Example: duly officer invite"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_refusal_says_what_to_do(arguments, code, says, machine):
    assert_refused(machine.run("officer", *arguments), code, *says)


def test_somebody_who_is_here_is_not_invited_again(machine):
    machine.run("chat", "--as", "Bo Ek", typed="hej\n")

    assert_refused(machine.run("officer", "invite", "Bo Ek"), 1, "Bo Ek", "link")


# What is kept about one person.


def test_everything_about_somebody_and_nobody_else_is_written_out(machine, tmp_path):
    machine.run("chat", "--as", "Bo Ek", typed=f"{FOLLOW}\nvad är levnadslön?\n")
    machine.run("chat", "--as", "Anna", typed="vad är en hemlig ubåt?\n")
    machine.run("officer", "invite", "Eva")
    directory = tmp_path / "bo"

    assert machine.run("export", str(directory), "--person", "Bo Ek").code == 0
    told = (directory / "person.json").read_text("utf-8")
    data = json.loads(told)
    assert data["people"][0]["name"] == "Bo Ek"
    assert data["follow_ups"][0]["subject"] == "licens"
    assert "levnadslön" in told
    assert "ubåt" not in told
    assert "code_hash" not in told
    assert "Bo Ek" in (directory / "README.txt").read_text("utf-8")
    assert stat.S_IMODE((directory / "person.json").stat().st_mode) == 0o600
    assert "exported" in str(open_database(str(machine.database)).conn.execute("select action from audit").fetchall())


def referring(db) -> set[tuple[str, str]]:
    """Every column that names a person."""
    tables = [row[0] for row in db.conn.execute("select name from sqlite_master where type = 'table'").fetchall()]
    keys = [(table, row) for table in tables for row in db.conn.execute(f"pragma foreign_key_list({table})")]
    return {(table, row[3]) for table, row in keys if row[2] == "people"}


def test_every_table_with_a_person_in_it_is_looked_through(db):
    assert {table for table, _ in referring(db)} <= set(ABOUT)


def test_every_column_that_names_a_person_goes_along_when_two_become_one(db):
    otherwise = {("addresses", "person"), ("links", "person"), ("invitations", "person"), ("reminders", "recipient")}
    otherwise |= {("team_members", "person")}  # she may be in the team twice

    assert referring(db) - otherwise == set(NAMED)
