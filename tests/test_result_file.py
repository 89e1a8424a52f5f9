"""The file between authorities: keys that bind somebody, and what is refused however well it is signed."""

import json
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from bot import results as deeds
from bot import secret
from bot.config import Misconfigured, read_settings
from handlers import result_file
from handlers.clean import clean
from handlers.result_file import MOST_BYTES, NotAccepted, canonical, fingerprint, read, signed

from .nasty import ROWS, words
from .results_told import FILE, KEY, NUMBER, OTHER_KEY, TODAY, a_result, check

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
