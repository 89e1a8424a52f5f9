"""What an officer means by "ca 5", "900 000 kr", "1,2 mnkr" or "japp": words in, a value or the reason why not.

Nothing is guessed where a wrong guess would be a thousand times too much: "1.000" asks, "1.000.000" does not.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

MOST = 10**12  # more than any contract is worth, and well inside 64 bits
LONGEST = 80  # characters: a longer answer is a text, not a number

COUNTED = {
    "noll": 0, "zero": 0, "en": 1, "ett": 1, "one": 1, "två": 2, "two": 2, "tre": 3, "three": 3, "fyra": 4, "four": 4,
    "fem": 5, "five": 5, "sex": 6, "six": 6, "sju": 7, "seven": 7, "åtta": 8, "eight": 8, "nio": 9, "nine": 9,
    "tio": 10, "ten": 10, "elva": 11, "eleven": 11, "tolv": 12, "twelve": 12,
}  # fmt: skip
HALF = ("en halv", "half a")
POWER = {
    "": 1,
    **dict.fromkeys(("tkr", "tsek", "kkr", "k", "tusen", "thousand"), 10**3),
    **dict.fromkeys(("mkr", "mnkr", "msek", "mn", "m", "milj", "miljon", "miljoner", "million", "millions"), 10**6),
    **dict.fromkeys(("mdkr", "mdr", "mdsek", "miljard", "miljarder", "billion", "billions"), 10**9),
}

ROUGHLY = re.compile(
    r"(?:[~≈]|(?:ca|c:a|cirka|circa|ungefär|runt|omkring|about|around|approx|approximately)(?![a-zåäö])\.?) ?"
)
# Two numbers, a limit instead of a number, an amount a year, an amount with VAT: each is not the number it looks like.
UNCLEAR = re.compile(
    r"\b(?:minst|högst|max|maximalt|över|under|mellan|upp till|mer än|mindre än|between|at least|at most|up to|over"
    r"|eller|or|per|inkl|inklusive|incl|including|årligen|yearly|annually|a year|om året)\b"
    r"|/ ?(?:år|mån|year|month)|[0-9a-zåäö] ?[-–—] ?[0-9]|[0-9] (?:till|to|och|and) [0-9]"
)
BELOW_ZERO = re.compile(r"(?:[-−–] ?|minus )[0-9]")
WITHOUT_VAT = re.compile(r",? ?\(?\b(?:exkl|ex|excl|exklusive|utan|excluding|without)\b\.? ?(?:moms|vat)\)?$")
CURRENCY = re.compile(r"^(?:sek|kr)\b ?| ?(?:[:,]-|(?<![a-zåäö])(?:svenska )?(?:kr|kronor|sek|skr))$")
AMOUNT = re.compile(rf"([0-9][0-9.,' ]*(?<! )|{'|'.join((*HALF, *COUNTED))}) ?((?<![a-zåäö])[a-zåäö]+)?")

PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:[.,][0-9]+)?")
GROUPED = {  # what stands between the groups of three: how such a number is written
    group: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+(?:[{mark}][0-9]+)?")
    for group, mark in {" ": ".,", "'": ".,", ".": ",", ",": "."}.items()
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FIRM_YES = _set("ja japp jepp jadå jajamän javisst jo jodå jovisst j yes yep yeah y sure")
MILD_YES = _set("stämmer korrekt sant absolut självklart visst ok okej okey okay correct right true absolutely")
NEGATION = _set("inte icke ej not")
NO = NEGATION | _set("nej nejdå nä näe nää nix nope aldrig falskt fel n no nah never false wrong incorrect")
UNSURE = _set("men fast kanske delvis vet säker osäker aning om but maybe perhaps partly know certain unsure idea if")
FILLER = _set("det den that it s is")


class NotANumber(Exception):
    """`reason` is the id of the phrase that tells the officer what to write instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def understand_number(words: str, whole: bool = False, units: Iterable[str] = ()) -> int | float:
    """The number that `words` say, "ca" or not; `units` are the words that may follow it ("dagar", "%").

    Raises:
        NotANumber: number_unknown, number_negative, number_too_big, number_ambiguous (also for "5-10" and "minst 5"),
            or number_fraction where a `whole` number is asked for.
    """
    said = _plain(words)
    for unit in (*units, "st", "stycken", "pcs"):
        said = said.removesuffix(unit.lower()).rstrip()
    number = _in_bounds(_only(_spoken(said)))
    if number == int(number):
        return int(number)
    if whole:
        raise NotANumber("number_fraction")
    return float(number)


def understand_money(words: str) -> int:
    """The amount in whole kronor that `words` say: "900 000 kr", "1,2 mnkr", "750 tkr", "3 miljoner".

    Raises:
        NotANumber: number_unknown, number_negative, number_too_big or number_ambiguous; the last also for an amount
            with VAT or a year, and for "1,5" alone, which is hardly one krona and fifty öre.
    """
    said = CURRENCY.sub("", WITHOUT_VAT.sub("", _plain(words)).rstrip()).strip()
    found = AMOUNT.fullmatch(said)
    power = POWER.get((found[2] or "") if found else "?")
    if found is None or power is None:
        raise NotANumber("number_unknown")
    amount = _kronor(found[1]) if power == 1 else _only(_spoken(found[1]))
    return int(_in_bounds(amount * power).quantize(Decimal(1), ROUND_HALF_UP))


def understand_yes_no(words: str) -> bool | None:
    """True for a yes, False for a no, None for anything else, also "ja, men" and "vet inte"."""
    said = [word for word in re.findall(r"\w+", words.lower()) if word not in FILLER] if len(words) <= LONGEST else []
    if not said or len(said) > 6 or said[0] not in FIRM_YES | MILD_YES | NO or not UNSURE.isdisjoint(said):
        return None
    if NO.isdisjoint(said):
        return True
    if (FIRM_YES | MILD_YES).isdisjoint(said):
        return False
    # "stämmer inte" and "inte ok" are a no; "ja, inte" and "nej, det stämmer" are no answer
    return None if NEGATION.isdisjoint(said) or not FIRM_YES.isdisjoint(said) else False


def _plain(words: str) -> str:
    said = words.strip()
    if len(said) > LONGEST:
        raise NotANumber("number_too_big" if re.fullmatch(r"[0-9 .,]+", said) else "number_unknown")
    said = " ".join(unicodedata.normalize("NFC", said).lower().split()).rstrip("!. ")
    said = ROUGHLY.sub("", said, count=1) if ROUGHLY.match(said) else said
    if BELOW_ZERO.match(said):
        raise NotANumber("number_negative")
    if UNCLEAR.search(said):
        raise NotANumber("number_ambiguous")
    return said


def _readings(said: str) -> list[Decimal]:
    """Everything that the figures can mean: "1.000" is one and a thousand, "1.000,5" only the latter."""
    plain = [said] if PLAIN.fullmatch(said) else []
    grouped = [said.replace(group, "") for group, pattern in GROUPED.items() if pattern.fullmatch(said)]
    return [Decimal(figures.replace(",", ".")) for figures in plain + grouped]


def _spoken(said: str) -> list[Decimal]:
    if said in HALF:
        return [Decimal("0.5")]
    return [Decimal(COUNTED[said])] if said in COUNTED else _readings(said)


def _kronor(said: str) -> Decimal:
    """Kronor have two decimals or none, so "900.000" is a thousand times 900; "1,5" is a slip of the pen."""
    readings = _spoken(said)
    amount = max(readings) if len(readings) > 1 else _only(readings)
    if amount.as_tuple().exponent not in (0, -2):
        raise NotANumber("number_ambiguous")
    return amount


def _only(readings: list[Decimal]) -> Decimal:
    if len(readings) > 1:
        raise NotANumber("number_ambiguous")
    if not readings:
        raise NotANumber("number_unknown")
    return readings[0]


def _in_bounds(number: Decimal) -> Decimal:
    if number > MOST:
        raise NotANumber("number_too_big")
    return number
