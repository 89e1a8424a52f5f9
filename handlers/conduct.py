"""What may not be typed here: personal identity numbers, secrets, and bids before the award decision.

Such words are answered but not stored. Bids are under absolute secrecy until the award decision (OSL 19:3); a question
about bids is welcome, an account of one is not.
"""

import re
from datetime import date

PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:19|20)?(\d{2})(\d{2})(\d{2})[-+ ]?(\d{4})(?!\d)")
TOKEN = re.compile(r"xox[abeprs]-[\w-]{8,}|xapp-[\w-]{8,}|(?<!\d)\d{8,10}:[\w-]{35}|-----BEGIN [A-Z ]*PRIVATE KEY-----")
BID = re.compile(r"\b(?:anbud\w*|offert\w*|tender(?:er|ers|s)?|bids?|bidder\w*)\b", re.IGNORECASE)
BID_DETAIL = re.compile(
    r"\d[\d  .,]*\s?(?:kr|kronor|sek|tkr|mkr|mnkr|msek|poäng|points|%)\b|\b(?:AB|HB|KB|A/S|Oy|GmbH|Ltd)\b",
    re.IGNORECASE,
)


def refusal(words: str) -> str | None:
    """The phrase that says why `words` are not kept, or None when they may be."""
    if TOKEN.search(words):
        return "refused_secret"
    if any(_is_personal_number(*found) for found in PERSONAL_NUMBER.findall(words)):
        return "refused_personal_number"
    if "?" not in words and BID.search(words) and BID_DETAIL.search(words):
        return "refused_bid"
    return None


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
