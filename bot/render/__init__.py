"""One document model, one renderer for each place: pure functions that escape first and lose no text."""

import re

BREAK = re.compile("\r\n?|[\u2028\u2029]")  # a lone return too, or words that end in one would lose it to the next line
# Typed words may hold what a terminal obeys, what XML forbids, or what turns the reading direction of all that follows.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """`text` with control characters made visible; line breaks and tabs stay."""
    return UNPRINTABLE.sub(_visible, BREAK.sub("\n", text))


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"  # U+241B shows an escape character
