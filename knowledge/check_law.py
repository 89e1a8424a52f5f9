"""Whether the paragraphs that words mention stand among their references."""

import re
from collections.abc import Iterable, Iterator

from knowledge.source import PARAGRAPH

ONE = r"\d+(?:[–-]\d+)?(?: [a-z]\b(?!\. \d))?"  # 3, 3-5, 3 a, 3-5 a; the p of "3 p. 5" is no letter of a paragraph
SEVERAL = rf"{ONE}(?:(?:, | och | and ){ONE})*"
ACT = r"(?:\b([A-ZÅÄÖ]{2,}) )?"  # LOU, LUF; a paragraph without an act's name may be of any act among the references
MENTION = {
    "sv": re.compile(rf"{ACT}\b(\d+(?: [a-z])?) kap\. ({SEVERAL}) §"),
    "en": re.compile(rf"{ACT}\b(?:ch\.|chapter) (\d+(?: [a-z])?),? (?:s\.|sections?) ({SEVERAL})"),
}
PART = re.compile(r"(\d+)(?:[–-](\d+))?(?: ([a-z])\b)?")


def uncited(words: str, lang: str, references: Iterable[str]) -> Iterator[str]:
    """Mentions in `words`, such as "LOU 17 kap. 3 §", that no reference holds. "lou 17:2-5" holds four paragraphs."""
    cited = {(act, place) for reference in references for act, place in _referred(reference)}
    for mention in MENTION[lang].finditer(words):
        act = (mention[1] or "").lower()
        held = {place for id, place in cited if act in ("", id)}
        if not held.issuperset(_each(mention[2], mention[3])):
            yield mention[0]


def _referred(reference: str) -> Iterator[tuple[str, str]]:
    act, _, place = reference.partition(" ")
    found = PARAGRAPH.fullmatch(place)
    if found:
        yield from ((act, each) for each in _each(found[1] + (found[2] or ""), found[3]))


def _each(chapter: str, paragraphs: str) -> Iterator[str]:
    """Each paragraph by itself: "17" and "2-3 a, 6" give 17:2, 17:3, 17:3 a and 17:6; "19 a" and "8" give 19a:8."""
    chapter = chapter.replace(" ", "")
    for first, last, letter in PART.findall(paragraphs):
        if last or not letter:
            yield from (f"{chapter}:{number}" for number in range(int(first), int(last or first) + 1))
        if letter:
            yield f"{chapter}:{last or first} {letter}"
