"""The glossary: what the words of procurement mean, and which word somebody asks about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import LANGUAGES, Text
from knowledge.words import bare, fold, stem, tokens

LONGEST_MEANING = 280  # characters: one or two sentences
MOST_ALONE = 40  # characters of a word or two that are asked for alone, such as "avtalsspärr?"
MOST_ASKED = 120  # characters of a question that asks what a word means

Name = tuple[str, ...]  # a word or a few as they are compared


@dataclass(frozen=True, slots=True)
class Term:
    """`short` are its short forms, `also` other and older words. `topic` says more. No `sources`: our own words."""

    id: str
    term: Text
    short: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]
    means: Text
    sources: tuple[str, ...]
    topic: str

    @property
    def words(self) -> list[str]:
        """Every way of writing it, in every language."""
        return [self.term.sv, self.term.en, *self.short, *(word for lang in LANGUAGES for word in self.also[lang])]


def term_from(id: str, fields: Fields) -> Term:
    """One entry of glossary.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    term = Term(
        id,
        fields.text("term"),
        fields.list("short"),
        fields.lists("also") if fields.get("also") else dict.fromkeys(LANGUAGES, ()),
        fields.text("means"),
        fields.list("sources"),
        str(fields.get("topic", "")),
    )
    fields.done()
    return term


def names_of(words: str) -> set[Name]:
    """`words` as they are compared: without inflection, and also as typed without å ä ö."""
    return {_name(words), _name(bare(fold(words)))}


def _name(words: str) -> Name:
    return tuple(bare(stem(word)) for word in tokens(words))


ARTICLE = r"(?:(?:an?|the|ett?|en|den|det|ordet|begreppet|forkortningen|the (?:term|word|abbreviation)) )?"
ASKING = re.compile(  # as typed without å ä ö
    r"(?:vad (?:ar|betyder|menas med|innebar|star|menar (?:man|ni|du) med)|forklara|definition av|betydelsen av"
    r"|what(?:'s| is| are| does| do)(?: meant by)?|define|definition of|meaning of|explain)"
    rf" {ARTICLE}(?P<words>.+?)(?: (?:for|nagot|mean|means|stand for))?[ ?.!]*"
)


def name_asked(question: str) -> Name:
    """The name whose meaning is asked for in "vad betyder FKU", "what is a standstill", "avtalsspärr?"; or none."""
    said = fold(question[: MOST_ASKED + 1]).strip()
    if len(said) > MOST_ASKED:
        return ()
    if asked := ASKING.fullmatch(bare(said)):
        return _name(said[asked.start("words") : asked.end("words")])
    return _name(said) if len(said) <= MOST_ALONE else ()
