"""Countries in what people write: by name in both languages, by "kinesiska", by older names, forgiving of a slip."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.country import Country
from knowledge.load import Fields, read_yaml
from knowledge.text import LANGUAGES
from knowledge.words import bare, fold

Name = tuple[str, ...]
WORD = re.compile(r"[^\W\d_]+")
LONGEST_NAME = 5  # words: "Democratic Republic of the Congo"
MOST_WORDS = 200  # of a message; countries stand at its beginning
SHORTEST_MISSPELT = 5  # letters; with fewer, another word is as likely
SHORTEST_UNLIKELY = 7  # letters, where neither a capital nor "från" nor a short message speaks for a country
SHORTEST_JOINED = 8  # letters: "saudi arabien" is one, "mål i" is not Mali
FEW = 3  # words: an answer to "from which countries?"
LONG = 9  # letters from which two slips are forgiven: "Filipinnerna"
BETWEEN = frozenset(("och", "and", "samt", "eller", "or"))
BEFORE = frozenset(("från", "fran", "ur", "from"))


@dataclass(frozen=True, slots=True)
class Places:
    """Every name of every country, in small letters and without å ä ö."""

    names: Mapping[Name, str]  # -> ISO3
    codes: frozenset[str]
    single: Mapping[str, Sequence[str]]  # first letter -> names of one word that may be misspelt
    careful: frozenset[str]
    ordinary: frozenset[str]


def read_places(countries: Mapping[str, Country], path: Path) -> Places:
    """The names in `countries` and those in content/country_words.yaml.

    Raises:
        ContentError: the file does not follow the format, or names a country that is not there.
    """
    fields = Fields(path, read_yaml(path))
    names = {name: code for code, country in countries.items() for name in _official(country)}
    names |= _others(fields.inner("words"), countries)
    cities = _others(fields.inner("cities"), countries)
    careful, ordinary = (frozenset(bare(fold(word)) for word in fields.list(key)) for key in ("careful", "ordinary"))
    fields.done()
    single: dict[str, list[str]] = {}
    for name in names:
        if len(name) == 1 and len(name[0]) >= SHORTEST_MISSPELT:
            single.setdefault(name[0][0], []).append(name[0])
    return Places(cities | names, frozenset(countries), single, careful, ordinary)


def _others(words: Fields, countries: Mapping[str, Country]) -> dict[Name, str]:
    for code in words.content:
        if code not in countries:
            raise words.fail(code, f"no country has the code '{code}'")
    return {_name(str(other)): code for code, others in words.content.items() for other in others}


def _official(country: Country) -> Iterator[Name]:
    for lang in LANGUAGES:
        yield _name(country.name.of(lang))


def _name(words: str) -> Name:
    return tuple(_plain(word) for word in WORD.findall(words))


def _plain(word: str) -> str:
    return bare(fold(word))


def find_countries(words: str, places: Places) -> tuple[tuple[str, ...], str]:
    """The countries in `words` (ISO3, in their order, each once) and the words that are left."""
    whole = unicodedata.normalize("NFC", words)
    said = list(WORD.finditer(whole))[:MOST_WORDS]
    plain = [_plain(word[0]) for word in said]
    if said and all(word[0].isupper() and word[0] in places.codes for word in said):
        return tuple(dict.fromkeys(word[0] for word in said)), ""
    only = all((word,) in places.names or word in BETWEEN for word in plain)
    found: dict[str, None] = {}
    taken: list[tuple[int, int]] = []
    start = 0
    while start < len(said):
        sure = only or said[start][0][0].isupper() or (start > 0 and plain[start - 1] in BEFORE)
        code, length = _at(plain[start : start + LONGEST_NAME], places, sure, len(said) <= FEW)
        if code:
            found[code] = None
            taken.append((said[start].start(), said[start + length - 1].end()))
        start += length
    return tuple(found), _left(whole, taken)


def _at(words: Sequence[str], places: Places, sure: bool, few: bool) -> tuple[str, int]:
    """The country that begins here and how many words it takes; `sure`: capital letter or "från" says it is one."""
    for length in range(len(words), 0, -1):
        for last in _forms(words[length - 1]):
            name = (*words[: length - 1], last)
            joined = "".join(name)
            code = places.names.get(name) or (len(joined) >= SHORTEST_JOINED and places.names.get((joined,)))
            if code and (sure or length > 1 or last not in places.careful):
                return code, length
    return places.names.get((_misspelt(words[0], places, sure or few),), ""), 1


def _forms(word: str) -> Iterator[str]:
    """`word`, without a genitive s, and an adjective without its ending."""
    yield word
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith(("ska", "skt")):
        yield word[:-1]


def _misspelt(word: str, places: Places, likely: bool) -> str:
    shortest = SHORTEST_MISSPELT if likely else SHORTEST_UNLIKELY
    if len(word) < shortest or word in places.ordinary or word in places.careful:
        return ""
    slips = 1 if len(word) < LONG else 2
    best = process.extractOne(word, places.single.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
    return best[0] if best else ""


TIED = re.compile(rf"(?:\b(?:{'|'.join(sorted(BETWEEN | BEFORE))})\s+)?\n(?:\s*[,&])?", re.IGNORECASE)


def _left(words: str, taken: Sequence[tuple[int, int]]) -> str:
    """`words` without the countries, and without the small words that only tied them."""
    for start, end in reversed(taken):
        words = words[:start] + "\n" + words[end:]
    return " ".join(TIED.sub(" ", words).split()).strip(" ,;.&")
