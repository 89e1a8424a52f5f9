"""Text is made safe once, at the door, and loses nothing that a person can see."""

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.clean import MOST, clean

CLEANED = {
    "  hej  ": "hej",
    "hej\r\nhopp\rigen": "hej\nhopp\nigen",
    "a\u2028b\u2029c": "a\nb\nc",
    "A\u030a": "Å",  # one form
    "åäö ÅÄÖ": "åäö ÅÄÖ",
    "tab\tstår kvar": "tab\tstår kvar",
    "\x1b[31mrött\x1b[0m": "rött",  # terminal codes
    "\x1b[2J\x1b[H": "",
    "noll\x00byte": "nollbyte",
    "pip\x07\x08": "pip",
    "c1 \x9b31m": "c1 31m",
    "\u202evänster\u202c": "vänster",  # nothing is written backwards
    "\u2066isolat\u2069": "isolat",
    "\ufeffbom": "bom",
    "\ud800ensam": "\ufffdensam",  # half a character
    "familj 👨\u200d👩\u200d👧": "familj 👨\u200d👩\u200d👧",  # a joiner that joins stays
    "\u200b\u200d\u2060": "",
    "\u3164\u2800": "",  # letters that nobody sees
    "\u00a0 \u3000": "",
    "": "",
    "\n\t ": "",
    "=SUM(A1)": "=SUM(A1)",  # not ours to change
    "<b>&amp;</b>": "<b>&amp;</b>",
}


@pytest.mark.parametrize(("words", "kept"), CLEANED.items(), ids=[ascii(words) for words in CLEANED])
def test_what_is_kept(words, kept):
    assert clean(words) == kept


ANYTHING = st.text(st.characters(), max_size=200) | st.text(
    "\x00\x1b[0m\u200b\u202ea\u030a\ud800 \n\u00ad", max_size=40
)


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(words):
    assert clean(clean(words)) == clean(words)


@given(ANYTHING)
def test_what_is_kept_can_be_stored_and_shown(words):
    kept = clean(words)
    categories = {unicodedata.category(character) for character in kept if character not in "\n\t"}

    assert kept.encode("utf-8").decode("utf-8") == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert categories.isdisjoint({"Cc", "Cs"})
    assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=100))
def test_nothing_visible_is_lost(words):
    seen = unicodedata.normalize("NFC", words)

    assert clean(words) in (seen, "")
    assert clean(f"a{words}") == unicodedata.normalize("NFC", f"a{words}")


def test_a_long_message_is_cleaned_in_no_time():
    began = process_time()
    for each in ("\x1b[" * MOST, "\u200b" * MOST, "a\u030a" * MOST, "\x1b[0;" * MOST):
        clean(each[: MOST + 1])

    assert process_time() - began < 0.5
