"""Results of follow-up between authorities: what is told, whose is taken in, and what comes of it in the talk."""

import shlex
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import results as deeds
from bot.config import read_settings
from bot.opening import Refusal
from bot.render.plain import plain_text
from bot.service import Service
from handlers import result_file, results
from handlers.dispatch import handle
from handlers.messages import Message, Place
from handlers.result_file import canonical, fingerprint, read, signed
from handlers.web_links import Web
from knowledge.clause import to_data
from knowledge.library import open_library
from storage import (
    audit,
    authorities,
    contracts,
    deviations,
    follow_ups,
    imported_results,
    people,
    procurements,
    reuses,
    self_assessments,
    suppliers,
    talks,
)
from storage.database import open_database
from storage.people import Person

from .conftest import MONDAY, STOCKHOLM, Clock, officer
from .machine import Machine, assert_refused
from .on_site import says, text
from .results_told import FILE, KEY, NORDKAFFE, NUMBER, TODAY, a_result, check

EXPORT = ("duly", "results", "export", "--supplier")
CHANNEL = Place("slack", "T1", "C1", "", shared=True)


def followed_up(db, library, person="asa", at=MONDAY):
    """A contract with its clauses, one follow-up that is done, and two deviations; the supplier's id."""
    supplier = suppliers.add(db, *NORDKAFFE[:1], at, NUMBER)
    bought = procurements.add(db, "kaffe", "coffee", person, at)
    clause = library.clauses["ilo-basic"]
    procurements.choose_clause(db, bought, clause.id, clause.version, "sv", to_data(clause), person, at)
    days = (date(2026, 1, 1), date(2028, 12, 31), None)
    contracts.add(db, "2025-114", supplier, bought, days, person, None, person, at)
    item = follow_ups.add(
        db, supplier, "site_audit", "besök på rosteriet", TODAY, person, at, contract="2025-114", clause="ilo-basic"
    )
    found = follow_ups.find(db, item)
    assert found is not None
    follow_ups.set_state(db, found, "done", "Lönelistor visades för alla.", person, at)
    for what, kind in (("två saknar ID06", "minor"), ("fri text", None)):
        id = deviations.add(db, supplier, what, date(2026, 11, 1), person, at, "2025-114")
        one = deviations.find(db, id)
        assert one is not None
        deviations.classify(db, one, kind, False, at)
    return supplier


@pytest.fixture
def there(asa):
    asa.service.web = Web("https://duly.example", "x" * 40, "Örebro kommun")
    return asa


def said(reply):
    """What a reader sees."""
    return plain_text(reply, {"source": "Källa"})


def known(db, key=KEY, name="Region Skåne"):
    return authorities.add(db, name, result_file.key_text(key.public_key().public_bytes_raw()), "asa", MONDAY)


def came(there, file=FILE):
    """The file taken in."""
    found = read(file, TODAY)
    signer = authorities.with_key(there.service.db, found.key)
    with there.service.kept():
        return deeds.keep(there.service, found, signer, there.seat.person)


# What is told.


def told(there, contract=None, with_words=True):
    with there.service.kept():
        followed_up(there.service.db, there.service.library)
    return deeds.gathered(there.service, "Nordkaffe AB", contract, with_words, there.ctx)


def test_a_file_tells_what_was_followed_up_and_no_words_about_deviations(there):
    result = told(there).result
    (one,) = result["checks"]

    assert (one["method"], one["done_on"], one["verdict"]) == (
        "site_audit",
        "2026-11-23",
        "Lönelistor visades för alla.",
    )
    assert [term["id"] for term in one["terms"]] == ["ilo-basic"]
    assert [(each["class"], each["state"], each["days"]) for each in result["deviations"]] == [
        ("minor", "open", 22),
        ("undecided", "open", 22),
    ]
    assert "ID06" not in canonical(result).decode()
    assert "fri text" not in canonical(result).decode()


def test_without_words_nothing_is_told_that_people_wrote(there):
    written = canonical(told(there, with_words=False).result).decode()

    assert "rosteriet" not in written
    assert "Lönelistor" not in written


@pytest.mark.parametrize("said", ["Sammanställt av Åsa Öberg", "ÅSA ÖBERG ringde", "enligt Bo"])
def test_words_in_which_an_officer_is_named_are_left_out(said, there, bo):
    with there.service.kept():
        supplier = followed_up(there.service.db, there.service.library)
        item = follow_ups.add(there.service.db, supplier, "other", "samtal", TODAY, "asa", MONDAY)
        follow_ups.set_state(there.service.db, follow_ups.find(there.service.db, item), "done", said, "asa", MONDAY)
    found = deeds.gathered(there.service, "Nordkaffe AB", None, True, there.ctx)

    assert found.left_out == 1
    assert said not in canonical(found.result).decode()
    assert "rosteriet" in canonical(found.result).decode()


def test_nothing_from_before_the_award_is_told(there):
    db = there.service.db
    with there.service.kept():
        supplier = followed_up(db, there.service.library)
        item = follow_ups.add(db, supplier, "other", "kontroll av anbudet", TODAY, "asa", MONDAY)
        early = MONDAY - timedelta(days=400)
        follow_ups.set_state(db, follow_ups.find(db, item), "done", None, "asa", early)
        deviations.add(db, supplier, "tidig", date(2025, 12, 31), "asa", MONDAY)
    result = deeds.gathered(there.service, "Nordkaffe AB", None, True, there.ctx).result

    assert [each["subject"] for each in result["checks"]] == ["besök på rosteriet"]
    assert {each["found_on"] for each in result["deviations"]} == {"2026-11-01"}


def test_a_judged_self_assessment_is_told_with_its_verdict(there):
    db = there.service.db
    with there.service.kept():
        supplier = followed_up(db, there.service.library)
        self_assessments.add(db, supplier, "2025-114", None, "sv", TODAY, "asa", MONDAY)
        db.conn.execute(
            "update self_assessments set state = 'judged', verdict = 'partly', reasons = 'Rutin 4 saknas.',"
            " judged_by = 'asa', judged_at = '2026-11-20T09:00:00.000+00:00'"
        )
    result = deeds.gathered(there.service, NUMBER, "2025-114", True, there.ctx).result

    assert [(each["method"], each["outcome"], each["verdict"]) for each in result["checks"]] == [
        ("self_assessment", "partly", "Rutin 4 saknas."),
        ("site_audit", "done", "Lönelistor visades för alla."),
    ]


@pytest.mark.parametrize(
    ("supplier", "contract", "says"),
    [("Kaffe HB", None, "Kaffe HB"), ("Nordkaffe AB", "2025-999", "2025-999"), ("Nordkaffe AB", None, "avtal")],
)
def test_what_cannot_be_told_is_refused_in_words(supplier, contract, says, there):
    suppliers.add(there.service.db, "Nordkaffe AB", MONDAY)

    with pytest.raises(Refusal, match=says):
        deeds.gathered(there.service, supplier, contract, True, there.ctx)


def test_without_a_name_of_our_own_nothing_is_told(asa):
    with pytest.raises(Refusal, match="DULY_ORGANISATION"):
        deeds.gathered(asa.service, "Nordkaffe AB", None, True, asa.ctx)


# From one authority to another.


def elsewhere(library, tmp_path):
    """Another authority's Duly, with an officer of its own."""
    clock = Clock()
    service = Service(open_database(str(tmp_path / "theirs.db")), library, STOCKHOLM, clock)
    service.web = Web("https://duly.other", "y" * 40, "Region Örebro län")
    return officer(service, clock, "cai", "Cai", "sv")


def test_what_one_authority_tells_is_what_the_other_reads(there, library, tmp_path):
    settings = read_settings({"DULY_DATABASE": str(tmp_path / "ours.db"), "DULY_ORGANISATION": "Örebro kommun"})
    file, gave = tmp_path / "nordkaffe.json", told(there)
    with there.service.kept():
        deeds.write(there.service, settings, gave, file, there.seat.person, there.ctx)
    cai = elsewhere(library, tmp_path)
    deeds.trust(cai.service, deeds.own_key(settings), "Örebro kommun", cai.seat.person, cai.ctx)
    found, signer = deeds.read(cai.service, file, cai.ctx)
    deeds.keep(cai.service, found, signer, cai.seat.person)
    (kept,) = imported_results.of_supplier(cai.service.db, NUMBER, "Ett annat namn")

    assert kept.payload == gave.result
    assert kept.authority == "Örebro kommun"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert audit.first_bad(there.service.db) is None
    assert audit.first_bad(cai.service.db) is None


def test_a_file_with_an_unknown_key_is_refused_with_how_to_trust_it(there, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(FILE)

    with pytest.raises(Refusal) as why:
        deeds.read(there.service, path, there.ctx)
    assert fingerprint(read(FILE, TODAY).key) in str(why.value)
    assert "duly results trust" in str(why.value)


def test_a_key_in_a_file_is_that_of_the_file(there, tmp_path):
    (tmp_path / "x.json").write_bytes(FILE)
    key = read(FILE, TODAY).key
    (tmp_path / "x.txt").write_text(f"ABCD EFGH\n{key}\n")

    given = (key, str(tmp_path / "x.json"), str(tmp_path / "x.txt"))

    assert {deeds.key_in(each, there.ctx) for each in given} == {key}


@pytest.mark.parametrize("given_", ["", "x", "/nowhere", "../../etc/passwd", "å" * 5000, "{}", "{" * 2000])
def test_what_is_no_key_is_refused_in_words(given_, there):
    with pytest.raises(Refusal):
        deeds.key_in(given_, there.ctx)


def test_the_same_file_again_changes_nothing(there):
    known(there.service.db)

    assert came(there)
    before = there.service.db.conn.execute("select count(*) from audit").fetchone()
    assert not came(there)
    assert there.service.db.conn.execute("select count(*) from audit").fetchone() == before


def test_who_is_trusted_no_more_is_read_and_shown_no_more(there, tmp_path):
    known(there.service.db)
    came(there)
    path = tmp_path / "x.json"
    path.write_bytes(FILE)
    deeds.distrust(there.service, deeds.named(there.service, "region skåne", there.ctx), there.seat.person)

    assert imported_results.of_supplier(there.service.db, *reversed(NORDKAFFE)) == []
    said = text(there.say("återbruk Nordkaffe AB")) + text(there.say("/start reuse 1"))
    assert "signerad" not in said
    with pytest.raises(Refusal):
        deeds.read(there.service, path, there.ctx)


def test_one_key_is_one_authority(there):
    known(there.service.db)

    with pytest.raises(Refusal, match="Region Skåne"):
        deeds.trust(there.service, read(FILE, TODAY).key, "Någon annan", there.seat.person, there.ctx)


@pytest.mark.parametrize(
    ("number", "name", "found"),
    [(NUMBER, "Ett annat namn", 1), (None, "nordkaffe ab", 1), ("556703-7485", "Nordkaffe AB", 0), (None, "Kaffe", 0)],
)
def test_the_organisation_number_decides_where_both_know_one(number, name, found, there):
    known(there.service.db)
    came(there)

    assert len(imported_results.of_supplier(there.service.db, number, name)) == found


# In the talk.


def test_a_file_fills_in_the_talk_and_a_person_judges(there):
    known(there.service.db)
    came(there)
    reply = there.say("återbruk Nordkaffe AB")

    assert "Region Skåne har delat sin uppföljning" in text(reply)
    assert "4 av 5" in text(reply)
    there.say("ja")
    assert "får räknas" in text(there.say("ja"))
    (decided,) = reuses.latest(there.service.db, 9)
    assert (decided.authority, decided.done_on) == ("Region Skåne, signerat resultat 20 nov 2026", date(2026, 10, 12))


def test_a_file_does_not_count_by_itself(there):
    known(there.service.db)
    came(there)
    there.say("återbruk Nordkaffe AB")

    assert reuses.latest(there.service.db, 9) == []
    there.say("nej")
    assert "får inte räknas" in text(there.say("ja"))


def test_of_several_files_a_person_chooses_one(there):
    known(there.service.db)
    came(there)
    came(there, signed(a_result(checks=check(done_on="2025-02-03")), KEY))
    reply = there.say("återbruk Nordkaffe AB")

    assert {each for each in says(reply) if each.startswith("/start reuse")} == {"/start reuse 1", "/start reuse 2"}
    assert "4 av 5" in text(there.say("/start reuse 2"))
    assert talks.open_in(there.service.db, there.seat.place.key, "asa").answers["done_on"] == "2025-02-03"


def test_the_name_that_we_know_is_used_for_the_number(there):
    suppliers.add(there.service.db, "Nordkaffe i Sverige AB", MONDAY, NUMBER)
    known(there.service.db)
    came(there)
    there.say("återbruk Nordkaffe i Sverige AB")
    there.say("ja")
    there.say("ja")

    assert suppliers.names(there.service.db) == {1: "Nordkaffe i Sverige AB"}


def test_a_term_that_reads_as_ours_is_told(there, library):
    followed_up(there.service.db, library)
    known(there.service.db)
    clause = library.clauses["ilo-basic"]
    term = {"id": clause.id, "title": "Grundvillkor", "version": clause.version, "wording": results.wording(clause)}
    came(there, signed(a_result(checks=check(terms=[term, {**term, "id": "labour-terms", "title": "Annat"}])), KEY))

    assert "Samma ordalydelse som i ert avtal: Grundvillkor" in text(there.say("återbruk Nordkaffe AB"))


@pytest.mark.parametrize("pressed", ["/start reuse 9", "/start reuse 0", "/start reuse 999999999999"])
def test_a_button_for_a_file_that_is_not_there_breaks_nothing(pressed, there):
    there.say(pressed)

    assert reuses.latest(there.service.db, 1) == []


def test_the_chat_shows_what_a_file_would_tell_and_sends_nothing(there):
    told(there)
    reply = there.say("dela uppföljning av Nordkaffe AB")

    assert "Inget är skickat" in text(reply)
    assert "duly results export --supplier 'Nordkaffe AB' resultat.json" in said(reply)
    assert "ID06" not in text(reply)
    assert reply.document is None


@pytest.mark.parametrize("name", ['Kaffe "$(id)" AB', "Kaffe `id` AB", "Kaffe; rm -rf ~ AB", "Kaffe's AB"])
def test_a_command_to_copy_runs_nothing_else(name, there):
    db = there.service.db
    with there.service.kept():
        followed_up(db, there.service.library)
        db.conn.execute("update suppliers set name = ?, name_key = ?", (name, name.casefold()))
    line = next(each for each in said(there.say(f"dela uppföljning av {name}")).splitlines() if "duly results" in each)

    assert shlex.split(line[line.index("duly results") :]) == [*EXPORT, name, "resultat.json"]


@pytest.mark.parametrize("said", ["", " av Sydte AB", f" av {'x' * 900}"])
def test_a_supplier_that_is_not_known_is_asked_for(said, there):
    suppliers.add(there.service.db, "Nordkaffe AB", MONDAY)

    assert "Vilken leverantör" in text(there.say(f"dela uppföljning{said}"))


def test_a_reader_and_a_shared_room_see_nothing_of_it(there, db):
    told(there)
    known(db)
    came(there)
    people.add(db, Person("rut", "Rut", "sv", "reader"), MONDAY)
    reader = replace(there.ctx, person=people.find(db, "rut"))

    shared = replace(there.ctx, place=CHANNEL)
    both = ("dela uppföljning av Nordkaffe AB", "återbruk Nordkaffe AB")

    assert not any("Lönelistor" in text(handle(Message(said, reader.place, "rut", said), reader)) for said in both)
    assert all(handle(Message(said, CHANNEL, "asa", said), shared).private for said in (*both, "/start reuse 1"))


# The commands.


def test_the_commands_do_it_from_one_machine_to_another(tmp_path: Path):
    ours, theirs = (Machine(tmp_path / name) for name in ("ours", "theirs"))
    for each in (ours, theirs):
        each.home.mkdir()
        each.run("results", "key")
    db = open_database(str(ours.database))
    people.add(db, Person("asa", "Åsa Öberg", "sv", "admin"), MONDAY)
    followed_up(db, open_library())
    db.conn.close()
    file = ours.home / "nordkaffe.json"
    export = ("results", "export", "--supplier", "Nordkaffe AB", str(file))

    assert ours.run(*export, typed="n\n", DULY_ORGANISATION="Örebro kommun").code == 1
    assert not file.exists()
    said = ours.run(*export, typed="y\n", DULY_ORGANISATION="Örebro kommun")
    assert said.code == 0, said.err
    print_of_key, key = ours.run("results", "key").out.splitlines()
    assert print_of_key in said.out
    assert_refused(theirs.run("results", "import", str(file)), 1, print_of_key, "results trust")
    trusted = theirs.run("results", "trust", key, "--name", "Örebro kommun", "--yes")
    assert trusted.code == 0, trusted.err
    assert theirs.run("results", "trusted").out == f"{print_of_key}  Örebro kommun\n"
    assert "är sparat" in theirs.run("results", "import", str(file)).out
    assert "finns redan" in theirs.run("results", "import", str(file)).out
    file.write_bytes(file.read_bytes().replace(b'"minor"', b'"major"'))
    assert_refused(theirs.run("results", "import", str(file)), 1, "ändrad")
    assert "läses inte in" in theirs.run("results", "distrust", "Örebro kommun").out
    assert theirs.run("results", "trusted").out == ""
