"""What may not be typed here: personal identity numbers, secrets, and bids before the award decision.

Such words are answered but not stored. Bids are under absolute secrecy until the award decision (OSL 19:3); a question
about bids is welcome, an account of one is not.
"""

import re
from datetime import date

from handlers.clean import BLANK

GAP = r"[^\S\n]?[-+\u2010-\u2014\u2212]?[^\S\n]?"  # hyphens and spaces as Word and web pages write them, too
PERSONAL_NUMBER = re.compile(rf"(?<!\d)(?:19|20)?(\d{{2}})(\d{{2}})(\d{{2}}){GAP}(\d{{4}})(?!\d)")
TOKEN = re.compile(
    r"xox[abeprs]-[\w-]{8,}|xapp-[\w-]{8,}|(?<!\d)\d{8,10}:[\w-]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
BID = re.compile(r"\b(?:anbud\w*|offert\w*|tender(?:er|ers|s)?|bids?|bidder\w*)\b", re.IGNORECASE)
AMOUNT = re.compile(r"\d[\d  .,]{0,40}\s?(?:kr|kronor|sek|tkr|mkr|mnkr|msek|poäng|points|%)\b", re.IGNORECASE)
COMPANY = re.compile(r"\b(?:AB(?! ?\d)|HB|KB|A/S|Oy|GmbH|Ltd)\b", re.IGNORECASE)  # AB 04 is a standard contract


def refusal(words: str, draft: bool = False) -> str | None:
    """The phrase that says why `words` are not kept, or None when they may be. A `draft` may speak of tenders."""
    if words.isalpha():  # one word, without a digit: no number, no key and no bid
        return None
    seen = words if words.isascii() else words.translate(BLANK)  # a soft hyphen inside a number hides nothing
    if TOKEN.search(seen):
        return "refused_secret"
    if _names_a_person(seen):
        return "refused_personal_number"
    return "refused_bid" if BID.search(seen) and _is_account(seen, draft or "?" in seen) else None


def has_personal_number(words: str) -> bool:
    """Whether a personal identity number stands in `words`: the one thing that a supplier may not write either."""
    return _names_a_person(words.translate(BLANK))


def _names_a_person(seen: str) -> bool:
    return any(_is_personal_number(*found) for found in PERSONAL_NUMBER.findall(seen))


def _is_account(words: str, spoken_of: bool) -> bool:
    """Whether `words` tell who offered or what was offered; a question or a draft has to tell both."""
    told = bool(AMOUNT.search(words)), bool(COMPANY.search(words))
    return all(told) if spoken_of else any(told)


def _is_personal_number(year: str, month: str, day: str, last: str) -> bool:
    """A date (or a coordination number's: day + 60) whose check digit fits (Luhn).

    Organisation numbers have a "month" of 20 or more.
    """
    try:
        date(2000 + int(year), int(month), int(day) - 60 if int(day) > 60 else int(day))
    except ValueError:
        return False
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(year + month + day + last))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
