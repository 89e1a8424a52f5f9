"""Text as people send it, made safe to keep: one form, no control characters, visible to the eye."""

import re
import unicodedata

MOST = 20_000  # characters in one message
CONTROLS = re.compile(  # not tab and newline
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ufeff]"
)
SURROGATES = re.compile("[\ud800-\udfff]")
ANSI = re.compile("\x1b\\[[0-9;?]*[A-Za-z]")
BLANK = str.maketrans(dict.fromkeys("\u2800\u3164\u115f\u1160\uffa0\u200b\u200c\u200d\u2060\u00ad", ""))


def clean(words: str) -> str:
    """`words` in NFC without terminal codes, control characters and lone surrogates; "" when nothing is visible."""
    simple = words.isprintable() and unicodedata.is_normalized("NFC", words)  # as most messages are
    plain = (words if simple else _mended(words)).strip()
    return plain if plain.isascii() or plain.translate(BLANK).strip() else ""


def _mended(words: str) -> str:
    lines = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", SURROGATES.sub("\ufffd", CONTROLS.sub("", ANSI.sub("", lines))))
