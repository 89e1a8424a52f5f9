"""Results of follow-up between authorities: what a file tells, whose is taken in, and what comes of it in the talk."""

import json
import shlex
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from bot import results as deeds
from bot import secret
from bot.config import Misconfigured, read_settings
from bot.opening import Refusal
from bot.render.plain import plain_text
from bot.service import Service
from handlers import result_file, results
from handlers.clean import clean
from handlers.dispatch import handle
from handlers.messages import Message, Place
from handlers.result_file import MOST_BYTES, NotAccepted, canonical, fingerprint, read, signed
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
from .nasty import ROWS, words
from .on_site import says, text

TODAY = MONDAY.date()
NUMBER = "556036-0793"
NORDKAFFE = ("Nordkaffe AB", NUMBER)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
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


def a_result(**changed):
    """A result as any authority may tell it."""
    term = {"id": "ilo-basic", "title": "ILO", "version": "1", "wording": "a" * 16}
    check = {
        "method": "site_audit",
        "subject": "besök på rosteriet",
        "done_on": "2026-10-12",
        "where": None,
        "outcome": "met",
        "verdict": "Lönelistor visades för alla.",
        "terms": [term],
    }
    return {
        "organisation": "Region Skåne",
        "issued_on": "2026-11-20",
        "reuse_months": 36,
        "supplier": {"name": "Nordkaffe AB", "number": NUMBER},
        "contract": None,
        "checks": [check],
        "deviations": [
            {"class": "minor", "state": "closed", "found_on": "2026-10-12", "closed_on": "2026-10-30", "days": 18}
        ],
        **changed,
    }


FILE = signed(a_result(), KEY)


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


# Keys.


def test_the_key_is_made_once_and_is_for_its_owner_only(tmp_path):
    settings = read_settings({"DULY_DATABASE": str(tmp_path / "duly.db")})
    first = deeds.own_key(settings)

    assert deeds.own_key(settings) == first
    assert stat.S_IMODE((tmp_path / "duly.key").stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "duly.key"]


@pytest.mark.parametrize("held", ["x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_damaged_key_is_named_and_left_alone(held, tmp_path):
    settings = read_settings({"DULY_DATABASE": str(tmp_path / "duly.db")})
    (tmp_path / "duly.key").write_text(held)

    with pytest.raises(Misconfigured, match="no Ed25519 key"):
        secret.key(settings)
    assert (tmp_path / "duly.key").read_text() == held


@given(st.binary(min_size=32, max_size=32).map(lambda seed: Ed25519PrivateKey.from_private_bytes(seed)))
def test_a_fingerprint_can_be_read_over_the_phone(key):
    said = fingerprint(result_file.key_text(key.public_key().public_bytes_raw())).split()

    assert [len(group) for group in said] == [4] * 8
    assert set("".join(said)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@given(st.text(max_size=60))
def test_what_is_no_key_is_refused(text):
    with pytest.raises(NotAccepted):
        result_file.key_bytes(text)


def doubled(y):
    """The y of twice the point at `y`. Source: RFC 8032, section 5.1, for the curve and its addition."""
    prime = result_file.PRIME
    d = -121665 * pow(121666, -1, prime)
    x_squared = (y * y - 1) * pow(d * y * y + 1, -1, prime)
    return (y * y + x_squared) * pow(1 - d * x_squared * y * y, -1, prime) % prime


@pytest.mark.parametrize("y", result_file.WEAK, ids=hex)
def test_eight_times_a_weak_key_is_nothing(y):
    assert doubled(doubled(doubled(y))) == 1


BOTH = [written for y in result_file.WEAK for written in (y, y + result_file.PRIME) if written < 2**255]


@pytest.mark.parametrize("number", [written | sign << 255 for written in BOTH for sign in (0, 1)], ids=hex)
def test_a_key_that_binds_nobody_is_refused(number):
    """One signature under such a key stands under every eighth file, whatever it says."""
    key = result_file.key_text(number.to_bytes(32, "little"))

    with pytest.raises(NotAccepted) as why:
        result_file.key_bytes(key)
    assert why.value.phrase == "result_no_key"


def test_no_file_is_taken_in_under_a_key_that_binds_nobody():
    nothing = (1).to_bytes(32, "little")
    body = {"format": "duly-result/1", "key": result_file.key_text(nothing), "result": a_result()}
    file = result_file.canonical({**body, "signature": result_file.key_text(nothing + bytes(32))})
    Ed25519PublicKey.from_public_bytes(nothing).verify(nothing + bytes(32), result_file.canonical(body))  # it fits

    with pytest.raises(NotAccepted):
        read(file, TODAY)


def test_the_second_number_of_a_signature_has_one_spelling():
    data = json.loads(FILE)
    signature = result_file._decoded(data["signature"], 64, "")
    group = 2**252 + 27742317777372353535851937790883648493  # RFC 8032, section 5.1
    other = signature[:32] + (int.from_bytes(signature[32:], "little") + group).to_bytes(32, "little")
    file = result_file.canonical({**data, "signature": result_file.key_text(other)})

    with pytest.raises(NotAccepted) as why:
        read(file, TODAY)
    assert why.value.phrase == "result_changed"


# The file.


@given(st.data())
def test_any_byte_that_changes_is_noticed(data):
    at = data.draw(st.integers(0, len(FILE) - 1))
    changed = FILE[:at] + bytes([FILE[at] ^ data.draw(st.integers(1, 255))]) + FILE[at + 1 :]

    with pytest.raises(NotAccepted):
        read(changed, TODAY)


@pytest.mark.parametrize("at", range(0, len(FILE), 7))
def test_a_file_that_is_cut_is_refused(at):
    with pytest.raises(NotAccepted):
        read(FILE[:at], TODAY)


@pytest.mark.parametrize("more", [b" ", b"\n", b"\r\n", b"\x00", b"{}"])
def test_a_file_with_something_after_it_is_refused(more):
    with pytest.raises(NotAccepted):
        read(FILE + more, TODAY)


def test_another_spelling_of_the_same_is_refused():
    with pytest.raises(NotAccepted) as why:
        read(json.dumps(json.loads(FILE)).encode(), TODAY)
    assert why.value.phrase == "result_changed"


def test_a_signature_of_somebody_else_is_refused():
    mine, other = json.loads(FILE), json.loads(signed(a_result(), OTHER_KEY))
    with pytest.raises(NotAccepted) as why:
        read(canonical({**mine, "signature": other["signature"]}), TODAY)
    assert why.value.phrase == "result_changed"


def check(**changed):
    return [{**a_result()["checks"][0], **changed}]


REFUSED = {
    "no organisation": {"organisation": ""},
    "a field too many": {"price": "12"},
    "no supplier's name": {"supplier": {"name": "", "number": NUMBER}},
    "a person's number": {"supplier": {"name": "Nordkaffe AB", "number": "811218-9876"}},
    "a number with a slip": {"supplier": {"name": "Nordkaffe AB", "number": "556036-0794"}},
    "a person's number in words": {"checks": check(verdict="811218-9876 saknade avtal")},
    "a control character": {"checks": check(verdict="a\x1b[31mb")},
    "words that turn around": {"organisation": "Region \u202eenakS"},
    "words too long": {"checks": check(verdict="x" * 2001)},
    "a name too long": {"organisation": "x" * 201},
    "another method": {"checks": check(method="guess")},
    "a method that is a list": {"checks": check(method=["site_audit"])},
    "another outcome": {"checks": check(outcome="perfect")},
    "a day that is none": {"checks": check(done_on="2026-02-30")},
    "a day spelt otherwise": {"checks": check(done_on="20261012")},
    "a week": {"checks": check(done_on="2026-W42-1")},
    "no checks": {"checks": []},
    "too many checks": {"checks": check() * 501},
    "terms that are words": {"checks": check(terms="all")},
    "a class that is words": {
        "deviations": [{"class": "Anna", "state": "open", "found_on": "2026-10-12", "closed_on": None, "days": 1}]
    },
    "days below nothing": {
        "deviations": [{"class": "minor", "state": "open", "found_on": "2026-10-12", "closed_on": None, "days": -1}]
    },
    "days that are true": {
        "deviations": [{"class": "minor", "state": "open", "found_on": "2026-10-12", "closed_on": None, "days": True}]
    },
    "another rule": {"reuse_months": 60},
    "months that are a word": {"reuse_months": "36"},
}


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_what_does_not_belong_in_a_result_is_refused_however_well_it_is_signed(changed):
    with pytest.raises(NotAccepted) as why:
        read(signed(a_result(**changed), KEY), TODAY)
    assert why.value.phrase == "result_holds_other"


@pytest.mark.parametrize("result", [None, [], "x", 1, {}, {"checks": None}])
def test_a_result_of_another_shape_is_refused(result):
    with pytest.raises(NotAccepted) as why:
        read(signed(result, KEY), TODAY)
    assert why.value.phrase == "result_holds_other"


@pytest.mark.parametrize(
    ("changed", "phrase"),
    [
        ({"checks": check(done_on="2023-11-23")}, None),
        ({"checks": check(done_on="2023-11-22")}, "result_too_old"),
        ({"checks": check(done_on="2026-11-21")}, "result_ahead"),
        ({"issued_on": "2026-11-24"}, None),
        ({"issued_on": "2026-11-25"}, "result_ahead"),
    ],
)
def test_the_days_are_looked_at(changed, phrase):
    said = None
    try:
        read(signed(a_result(**changed), KEY), TODAY)
    except NotAccepted as why:
        said = why.phrase

    assert said == phrase


BROKEN = {
    "nothing": (b"", "result_no_file"),
    "no JSON": (b"hej", "result_no_file"),
    "no UTF-8": (b"\xff\xfe{}", "result_no_file"),
    "half a character": (b'{"format": "\\ud800"}\n', "result_other_version"),
    "a word": (b'"duly-result/1"', "result_no_file"),
    "another file of JSON": (b"{}", "result_no_file"),
    "no number": (b'{"format": NaN}', "result_no_file"),
    "a fraction": (b'{"format": 1.0}', "result_no_file"),
    "a number without end": (b'{"format": ' + b"9" * 5000 + b"}", "result_no_file"),
    "a key twice": (FILE.replace(b'"format"', b'"format": "x",\n  "format"', 1), "result_no_file"),
    "deep": (b"[" * 100_000, "result_no_file"),
    "another version": (b'{"format": "duly-result/2"}', "result_other_version"),
    "no signature": (b'{"format": "duly-result/1"}', "result_no_file"),
    "a key of nothing": (b'{"format": "duly-result/1", "key": "", "result": {}, "signature": ""}', "result_no_key"),
    "too large": (b" " * (MOST_BYTES + 1), "result_too_large"),
}


@pytest.mark.parametrize(("file", "phrase"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_file_of_ours_is_refused_in_words(file, phrase):
    with pytest.raises(NotAccepted) as why:
        read(file, TODAY)
    assert why.value.phrase == phrase


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_be_refused(file):
    with pytest.raises(NotAccepted):
        read(file, TODAY)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_bad_input_in_a_signed_file_is_taken_as_words_or_refused(row):
    said = words(row)
    try:
        found = read(signed(a_result(checks=check(verdict=said)), KEY), TODAY)
        kept = found.result["checks"][0]["verdict"]
    except (NotAccepted, UnicodeEncodeError):  # half a character cannot even be signed
        kept = None

    assert kept in (None, said)
    assert kept is None or clean(kept) == kept


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
