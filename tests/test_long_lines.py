"""Lines that somebody pastes or writes to make Duly think for ever: each is answered.

What fails here does not fail with an assertion, it never ends: a pattern that tries every way to part a line takes days
for fifteen thousand characters, and nobody else is answered meanwhile.
"""

import pytest

from .on_site import text

LONG = 15_000  # characters; what is longer is refused before it is read


@pytest.mark.parametrize(
    ("begins", "again", "ends"),
    [
        ("borta från a ", "till ", ""),
        ("borta till ", "a ", ""),
        ("lämna över allt från", " ", "x"),
        ("lämna över allt från a ", "till ", ""),
        ("avvikelse hos ", " ", "x"),
        ("avvikelse: ", "a hos ", ""),
        ("inspektion hos ", " ", "x"),
        ("certifikat ", "giltigt ", ""),
        ("certifikat hos ", " ", "x 2027-03-12"),
        ("avtal 1 tilldelat ", ", ", ""),
        ("följ upp ", ", ", "x"),
        ("skicka självskattning till ", " ", "x"),
        ("risk ", "1 ", ""),
        ("anbudet från Nordkaffe AB är ", "1 ", "öre"),
        ("påminn om ", "1 ", ""),
        ("vad gäller ", " ", "x"),
    ],
)
def test_a_line_without_end_is_answered(begins, again, ends, asa):
    line = f"{begins}{again * (LONG // len(again))}{ends}"

    assert text(asa.say(line))
