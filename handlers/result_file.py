"""A follow-up result as a signed file: what it may hold, how it is written, and how a stranger's is read.

A file has one spelling only: JSON with sorted keys, two spaces, UTF-8 and no fractions. The signature (Ed25519) stands
over every byte but itself, so that whoever opens the file reads what was signed.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from handlers.clean import clean
from handlers.conduct import refusal
from knowledge.clause import METHODS
from knowledge.rules.calendar import add_months
from knowledge.rules.organisation import organisation_number
from knowledge.rules.reuse import MOST_MONTHS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "duly-result/1"
MOST_BYTES = 256 * 1024
MOST_ROWS = 500  # of any list
LONGEST_NAME, LONGEST_WORDS = 200, 2_000  # characters
OUTCOMES = ("met", "partly", "not_met", "done")  # done: closed without a verdict
CLASSES = ("observation", "minor", "major", "zero_tolerance", "undecided")
STATES = ("open", "closed")
GROUPS, GROUP = 8, 4  # of a fingerprint: 32 letters and digits, 160 bits
KEY_BYTES, SIGNATURE_BYTES = 32, 64
PRIME = 2**255 - 19
EIGHTH = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
# The y of keys under which one signature stands under many files, so that it binds nobody. Source: libsodium,
# ge25519_has_small_order; RFC 8032, section 5.1, for the curve.
WEAK = (0, 1, PRIME - 1, EIGHTH, PRIME - EIGHTH)


class NotAccepted(Exception):
    """The file is not taken in; `phrase` says why and what to do."""

    def __init__(self, phrase: str, **words: object) -> None:
        super().__init__(phrase)
        self.phrase, self.words = phrase, words


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a file tells, whose key signed it, and the hash of the file."""

    key: str
    result: dict[str, Any]
    hash: str

    @property
    def done_on(self) -> date:
        """The day of the latest follow-up in it."""
        return max(date.fromisoformat(each["done_on"]) for each in self.result["checks"])


# Keys.


def key_text(public: bytes) -> str:
    """A public key as people send it."""
    return base64.urlsafe_b64encode(public).decode().rstrip("=")


def key_bytes(text: str) -> bytes:
    """The public key that `key_text` wrote.

    Raises:
        NotAccepted: it is none, or one that binds nobody to what it signs.
    """
    found = _decoded(text, KEY_BYTES, "result_no_key")
    if int.from_bytes(found, "little") % 2**255 % PRIME in WEAK:
        raise NotAccepted("result_no_key")
    return found


def _decoded(text: str, length: int, phrase: str) -> bytes:
    try:
        found = base64.b64decode(f"{text}{'=' * (-len(text) % 4)}", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotAccepted(phrase) from None
    if len(found) != length or key_text(found) != text:  # one key has one spelling
        raise NotAccepted(phrase)
    return found


def fingerprint(key: str) -> str:
    """A key as two people can compare it over the phone: 8 groups of 4, letters and the digits 2 to 7."""
    letters = base64.b32encode(hashlib.sha256(key_bytes(key)).digest()).decode()
    return " ".join(letters[at : at + GROUP] for at in range(0, GROUPS * GROUP, GROUP))


# Written.


def canonical(data: Mapping[str, Any]) -> bytes:
    """The one spelling of `data`."""
    return f"{json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)}\n".encode()


def signed(result: Mapping[str, Any], private: "Ed25519PrivateKey") -> bytes:
    """The file that holds `result`."""
    body = {"format": FORMAT, "key": key_text(private.public_key().public_bytes_raw()), "result": result}
    return canonical({**body, "signature": key_text(private.sign(canonical(body)))})


# Read.


def read(file: bytes, today: date) -> Envelope:
    """What a file tells, once its signature is found to be that of the key in it. Whose key it is is asked elsewhere.

    Raises:
        NotAccepted: it is too large, no such file, of another version, changed, too old, or holds what it may not.
    """
    data = _parsed(file)
    if not isinstance(data, dict) or "format" not in data:
        raise NotAccepted("result_no_file")
    if data["format"] != FORMAT:
        raise NotAccepted("result_other_version")
    if set(data) != {"format", "key", "result", "signature"} or not all(
        isinstance(data[name], str) for name in ("key", "signature")
    ):
        raise NotAccepted("result_no_file")
    _verify(data, file)
    result: dict[str, Any] = data["result"]
    _check(result, today)
    return Envelope(data["key"], result, hashlib.sha256(file).hexdigest())


def _parsed(file: bytes) -> Any:
    """The JSON in `file`; nothing that is spelt twice, and no numbers that are not whole."""
    if len(file) > MOST_BYTES:
        raise NotAccepted("result_too_large", most=MOST_BYTES // 1024)
    try:
        return json.loads(file.decode("utf-8"), object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise NotAccepted("result_no_file") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _refused(words: str) -> Any:
    raise ValueError(words)


def _verify(data: Mapping[str, Any], file: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public, signature = key_bytes(data["key"]), _decoded(data["signature"], SIGNATURE_BYTES, "result_changed")
    body = {name: value for name, value in data.items() if name != "signature"}
    try:
        if canonical(data) != file:
            raise NotAccepted("result_changed")
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(body))
    except (InvalidSignature, UnicodeEncodeError, RecursionError):
        raise NotAccepted("result_changed") from None


# What a file may hold: every field, and what its value must be.

Test = Callable[[Any], bool]


def _words(most: int, least: int = 1) -> Test:
    return lambda value: (
        isinstance(value, str) and least <= len(value) <= most and clean(value) == value and not refusal(value, True)
    )


def _one_of(*known: str) -> Test:
    return lambda value: isinstance(value, str) and value in known


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _maybe(test: Test) -> Test:
    return lambda value: value is None or test(value)


def _number(value: Any) -> bool:
    return isinstance(value, str) and organisation_number(value) == value


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 100_000


def _rows(fields: Mapping[str, Test], least: int = 0) -> Test:
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= MOST_ROWS and all(_fits(each, fields) for each in value)
    )


def _row(fields: Mapping[str, Test]) -> Test:
    return lambda value: _fits(value, fields)


def _fits(value: Any, fields: Mapping[str, Test]) -> bool:
    return isinstance(value, dict) and set(value) == set(fields) and all(fields[key](value[key]) for key in fields)


NAME, WORDS = _words(LONGEST_NAME), _words(LONGEST_WORDS)
TERM: Mapping[str, Test] = {"id": NAME, "title": NAME, "version": NAME, "wording": _maybe(_words(64))}
CHECK: Mapping[str, Test] = {
    "method": _one_of(*METHODS),
    "subject": WORDS,
    "done_on": _day,
    "where": _maybe(NAME),
    "outcome": _one_of(*OUTCOMES),
    "verdict": _maybe(WORDS),
    "terms": _rows(TERM),
}
DEVIATION: Mapping[str, Test] = {
    "class": _one_of(*CLASSES),
    "state": _one_of(*STATES),
    "found_on": _day,
    "closed_on": _maybe(_day),
    "days": _count,
}
RESULT: Mapping[str, Test] = {
    "organisation": NAME,
    "issued_on": _day,
    "reuse_months": lambda value: type(value) is int and value == MOST_MONTHS,
    "supplier": _row({"name": NAME, "number": _maybe(_number)}),
    "contract": _maybe(NAME),
    "checks": _rows(CHECK, least=1),
    "deviations": _rows(DEVIATION),
}


def _check(result: Any, today: date) -> None:
    if not _fits(result, RESULT):
        raise NotAccepted("result_holds_other")
    days = [date.fromisoformat(each["done_on"]) for each in result["checks"]]
    issued = date.fromisoformat(result["issued_on"])
    if issued > today + timedelta(days=1) or max(days) > issued:  # a day, for who lives further east
        raise NotAccepted("result_ahead")
    if max(days) < add_months(today, -MOST_MONTHS):
        raise NotAccepted("result_too_old", day=max(days).isoformat())
