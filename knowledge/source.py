"""Where a statement comes from: a law, a page, a list; with the date somebody read it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from knowledge.text import Text

if TYPE_CHECKING:  # load may then import this module without a circle
    from knowledge.load import Fields


@dataclass(frozen=True, slots=True)
class Publication:
    """One entry of content/sources: a law or a page that statements may rest on."""

    id: str
    short: str
    title: Text
    url: str
    checked: date
    law: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A publication and the place in it, in the words a reader would use; `checked` is an ISO date."""

    id: str
    title: str
    ref: str
    url: str
    checked: str


def publication_from(id: str, fields: "Fields") -> Publication:
    """One entry of a file in content/sources.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    publication = Publication(
        id,
        fields.words("short", 30),
        fields.text("title"),
        fields.words("url"),
        fields.day("checked"),
        fields.yes("law"),
    )
    fields.done()
    return publication


PARAGRAPH = re.compile(r"(\d{1,3})( ?[a-z])?:(\d{1,3}(?:-\d{1,3})?(?: ?[a-z])?(?:, \d{1,3})*)")


def cite(publication: Publication, place: str, lang: str) -> Source:
    """`publication` at `place`: for a law "17:2-5" becomes "LOU 17 kap. 2-5 §§"."""
    ref = _paragraphs(place) if publication.law and place else place
    return Source(
        publication.id,
        publication.title.of(lang),
        f"{publication.short} {ref}".strip(),
        publication.url,
        publication.checked.isoformat(),
    )


def _paragraphs(place: str) -> str:
    found = PARAGRAPH.fullmatch(place)
    if found is None:
        return f"{place} {_signs(place)}" if place[:1].isdigit() else place
    chapter, letter, paragraph = found[1], (found[2] or "").strip(), found[3]
    return f"{chapter}{' ' + letter if letter else ''} kap. {paragraph} {_signs(paragraph)}"


def _signs(paragraphs: str) -> str:
    return "§§" if "-" in paragraphs or "," in paragraphs else "§"
