"""Whether the paragraphs that words mention stand among their references."""

import re
from collections.abc import Iterable, Iterator

from knowledge.source import PARAGRAPH

ONE = r"\d+(?:[–-]\d+)?(?: [a-z]\b(?!\. \d))?"  # 3, 3-5, 3 a, 3-5 a; the p of "3 p. 5" is no letter of a paragraph
SEVERAL = rf"{ONE}(?:(?:, | och | and ){ONE})*"
MENTION = {
    "sv": re.compile(rf"\b(\d+(?: [a-z])?) kap\. ({SEVERAL}) §"),
    "en": re.compile(rf"\b(?:ch\.|chapter) (\d+(?: [a-z])?),? (?:s\.|sections?) ({SEVERAL})"),
}
PART = re.compile(r"(\d+)(?:[–-](\d+))?(?: ([a-z])\b)?")


def uncited(words: str, lang: str, references: Iterable[str]) -> Iterator[str]:
    """Mentions in `words`, such as "17 kap. 3 §", with a paragraph that no reference, such as "lou 17:2-5", holds."""
    cited = {place for reference in references for place in _referred(reference)}
    for mention in MENTION[lang].finditer(words):
        if not cited.issuperset(_each(mention[1], mention[2])):
            yield mention[0]


def _referred(reference: str) -> Iterator[str]:
    found = PARAGRAPH.fullmatch(reference.partition(" ")[2])
    if found:
        yield from _each(found[1] + (found[2] or ""), found[3])


def _each(chapter: str, paragraphs: str) -> Iterator[str]:
    """Each paragraph by itself: "17" and "2-3 a, 6" give 17:2, 17:3, 17:3 a and 17:6; "19 a" and "8" give 19a:8."""
    chapter = chapter.replace(" ", "")
    for first, last, letter in PART.findall(paragraphs):
        if last or not letter:
            yield from (f"{chapter}:{number}" for number in range(int(first), int(last or first) + 1))
        if letter:
            yield f"{chapter}:{last or first} {letter}"
