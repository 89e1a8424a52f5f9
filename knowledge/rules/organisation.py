"""Swedish organisation numbers: ten digits, of which the last is a check digit (Luhn)."""

import re

NUMBER = re.compile(r"(?:16)?(\d{6})[-– ]?(\d{4})")  # 16 stands before it in some registers
LEAST_MONTH = 20  # of the third and fourth digit: lower ones belong to people, Skatteverket


def organisation_number(words: str) -> str | None:
    """The number in `words` as it is written, 556036-0793; None when it is none or belongs to a person."""
    found = NUMBER.fullmatch(words.strip())
    if found is None or int(found[1][2:4]) < LEAST_MONTH or not _checked(found[1] + found[2]):
        return None
    return f"{found[1]}-{found[2]}"


def _checked(digits: str) -> bool:
    """Whether the check digit fits: every second digit doubled, the digits of all of them added up to whole tens."""
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0
