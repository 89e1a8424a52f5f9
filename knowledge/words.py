"""Words as people type them, made comparable: folded, cut, stemmed, split and forgiven their spelling.

Swedish and English share one light stemmer, because officers mix them in one line. å, ä and ö are letters of their own;
who types without them is understood too (`Vocabulary.known`), but "stad" in a text is never "städ".
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

from rapidfuzz import process
from rapidfuzz.distance import OSA

BARE = str.maketrans("åäö", "aao")
ODD = re.compile(r"[^\x00-\x7fåäö§\u2010-\u2026]")


def fold(text: str) -> str:
    """`text` in one case and one form, with å ä ö kept and every other accent taken off."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain.isascii():
        return plain
    plain = unicodedata.normalize("NFC", plain).replace("æ", "ä").replace("ø", "ö")  # neighbours ask too
    return ODD.sub(_base, plain)


def _base(found: re.Match[str]) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", found[0]) if not unicodedata.combining(c))


def bare(text: str) -> str:
    """`text` (folded) as it is typed on a keyboard without å ä ö."""
    return text if text.isascii() else text.translate(BARE)


STANDARDS = "iso|sa|fr|en|sis|ohsas"  # what comes before the number of a standard, with or without a space
NAMED = "id|abt?|co|c"  # ID06, AB 04, CO2, C87
WORD = re.compile(
    r"\d{1,2}(?: ?[a-z])? ?kap[a-z]*\.?,? ?\d{1,3}(?:[-–]\d{1,3})?"  # 17 kap. 2-5 §§
    r"|ch(?:apter|\.)? ?\d{1,2}(?: ?[a-z](?=,? s))?,? s(?:ections?|\.)? ?\d{1,3}(?:[-–]\d{1,3})?"  # ch. 17 s. 2
    r"|\d{1,2}[a-z]?:\d{1,3}(?:[-–]\d{1,3})?(?![\d:])"  # 17:2
    rf"|(?:{STANDARDS})[ -]?\d{{3,6}}(?!\d)|(?:{NAMED})[ -]?\d{{1,3}}(?!\d)"
    r"|[a-zåäö]+(?:\d[a-z](?![a-zåäö]))?|\d+"  # words, also "bf9k"
)
LONGEST_WORD = 50  # letters; the longest we use has some 40, and what is longer is a key held down
LONGEST_RANGE = 9  # paragraphs; "12-15 §§" becomes four, a slip such as "2-222" does not become hundreds


def tokens(text: str) -> list[str]:
    """The words of `text`, folded; "17 kap. 2 §" and "17:2" become "§17:2", "ISO-14001" "iso" and "iso14001"."""
    return [word for found in WORD.findall(fold(text)) for word in _words(found)]


def counted(text: str) -> dict[str, int]:
    """How often each of the `tokens` stands in a long text."""
    counts: dict[str, int] = Counter(WORD.findall(fold(text)))
    for found in [word for word in counts if not word.isalpha() or not 1 < len(word) <= LONGEST_WORD]:
        count = counts.pop(found)
        for word in _words(found):
            counts[word] = counts.get(word, 0) + count
    return counts


CHAPTER = re.compile(r"(?:ch\D*)?(\d+) ?([a-z]?)(?:\W*kap\D*|,? s\D*|:)(\d+)(?:[-–](\d+))?")
NUMBERED = re.compile(rf"({STANDARDS}|{NAMED})[ -]?(\d+)")


def _words(word: str) -> Sequence[str]:
    if not 1 < len(word) <= LONGEST_WORD:
        return ()
    if word.isalpha():
        return (word,)
    if chapter := CHAPTER.fullmatch(word):
        first, last = int(chapter[3]), int(chapter[4] or chapter[3])
        several = range(first, last + 1) if first <= last <= first + LONGEST_RANGE else (first,)
        return [f"§{chapter[1]}{chapter[2]}:{number}" for number in several]
    if standard := NUMBERED.fullmatch(word):
        return (standard[1], standard[1] + standard[2]) if len(standard[1]) > 1 else (standard[1] + standard[2],)
    return (word,)


DERIVATIONS = "ningarna ingarna ningar ningen ingar ingen andet anden ning ande ing"  # bedöm-ningarna, upphandl-ingar
INFLECTIONS = "arna erna orna ena aren are ades ade ad ats at ar er or en et an a e edly ed ly"  # städ-are, audit-ed
SHORTEST_STEM = 3  # letters: "lön" of "löner"
SHORTEST_BEFORE = dict.fromkeys(DERIVATIONS.split(), 4) | dict.fromkeys(INFLECTIONS.split(), SHORTEST_STEM)
LONGEST_ENDING = max(map(len, SHORTEST_BEFORE))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """`word` (folded) without its inflection, so that "kravet", "kraven" and "krav" are one."""
    if not word.isalpha() or len(word) <= SHORTEST_STEM:
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word[-1] == "s" and len(word) > 4 and word[-2] not in "s":
        word = word[:-1]
    for length in range(min(LONGEST_ENDING, len(word) - SHORTEST_STEM), 0, -1):
        if len(word) - length >= SHORTEST_BEFORE.get(word[-length:], len(word)):
            word = word[:-length]
            break
    return word[:-1] if word.endswith(("lt", "gt", "rkt")) and len(word) > 4 else word  # "märkt", "möjligt"


SHORTEST_PART = 3  # letters in a part of a compound: "kött", "mat"
SHORTEST_COMPOUND = 7


class Vocabulary:
    """The words some content uses, to recognise others by: without å ä ö, misspelt, or as parts of a compound."""

    def __init__(self, words: Iterable[str]) -> None:
        """From folded words as `tokens` gives them."""
        self.forms = set(words)
        self.stems = {stem(word) for word in self.forms}
        self._bare: dict[str, list[str]] = {}
        self._near: dict[tuple[str, int], list[str]] = {}
        for term in sorted(self.stems):  # of two equally near the same one every day
            plain = bare(term)
            if plain != term:
                self._bare.setdefault(plain, []).append(term)
            self._near.setdefault((plain[0], len(term)), []).append(term)

    def tables(self) -> dict[str, Any]:
        """Everything it holds as plain lists and mappings, to be kept in a file."""
        near = [(first, length, terms) for (first, length), terms in self._near.items()]
        return {"forms": sorted(self.forms), "stems": sorted(self.stems), "bare": self._bare, "near": near}

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Self:
        """The vocabulary that `tables` were taken from."""
        vocabulary = cls.__new__(cls)
        vocabulary.forms, vocabulary.stems = set(tables["forms"]), set(tables["stems"])
        vocabulary._bare = tables["bare"]
        vocabulary._near = {(first, length): terms for first, length, terms in tables["near"]}
        return vocabulary

    def known(self, word: str) -> list[str]:
        """The stems that `word` can stand for as typed: itself, and with å ä ö put back where it has none of them."""
        term = stem(word)
        found = [term] if term in self.stems else []
        if term.isascii():
            found += self._bare.get(term, ())
        elif not found and bare(term) in self.stems:
            found = [bare(term)]
        return found

    def parts(self, word: str) -> tuple[str, str]:
        """The stems of a compound, modifier and head ("skol", "mat"); what the content does not use is empty."""
        term = stem(word)
        if len(term) < SHORTEST_COMPOUND:
            return "", ""
        best = ("", "")
        for cut in range(SHORTEST_PART, len(term) - SHORTEST_PART + 1):
            head, modifier = term[cut:], self._modifier(term[:cut])
            if head in self.stems and modifier:
                return modifier, head
            if not best[1] and len(head) > SHORTEST_PART and head in self.stems:
                best = ("", head)
            elif not best[1] and len(modifier) > SHORTEST_PART:
                best = (modifier, "")
        return best

    def _modifier(self, left: str) -> str:
        for form in (left, left[:-1]) if left[-1] == "s" else (left,):
            if form in self.forms or form in self.stems:
                return stem(form)
        return ""

    def nearest(self, word: str) -> str:
        """The stem of the vocabulary that `word` misspells, or nothing: one slip, two in long words."""
        term = bare(stem(word))
        slips = 1 if len(term) < LONG else 2
        if len(term) < SHORTEST_MISSPELT or not term.isalpha():  # another paragraph is another law, no slip
            return ""
        lengths = range(len(term) - slips, len(term) + slips + 1)
        near = [known for length in lengths for known in self._near.get((term[0], length), ())]
        best = process.extractOne(term, near, processor=bare, scorer=OSA.distance, score_cutoff=slips)
        return best[0] if best else ""


LONG = 8  # letters from which two slips are forgiven: "procurment", "uppfoljnng"
SHORTEST_MISSPELT = 5  # letters; with four, one slip makes "vann" a "varn" of "varning"
