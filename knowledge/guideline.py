"""What the organisation has decided for itself, quoted before our answer: its policy, its guidelines, its routines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.load import ContentError, Fields, read_markdown
from knowledge.text import LANGUAGES, Part, markdown

LONGEST_TITLE = 80
LONGEST_BODY = 1200  # beside an answer of 2,600 characters still one message
EVERYWHERE = "all"


@dataclass(frozen=True)
class Guideline:
    """`about` holds slugs of topics, or "all": named in a line before every answer, and quoted nowhere.

    Words are in Swedish, and in English where somebody has translated them.
    """

    id: str
    titles: Mapping[str, str]
    words: Mapping[str, str]
    about: tuple[str, ...]
    decided: date
    decided_by: str
    link: str
    owner: str
    reviewed: date
    review_by: date

    def title(self, lang: str) -> str:
        """The title in `lang`, or as it was written."""
        return self.titles.get(lang, self.titles[LANGUAGES[0]])

    def body(self, lang: str) -> tuple[Part, ...]:
        """What it says in `lang`, or as it was written."""
        return self._parsed.get(lang, self._parsed[LANGUAGES[0]])

    @cached_property
    def _parsed(self) -> Mapping[str, tuple[Part, ...]]:
        return {lang: markdown(words) for lang, words in self.words.items()}


def read_guideline(path: Path) -> Guideline:
    """The guideline in `path`, the file of any of its languages.

    Raises:
        ContentError: the Swedish file is missing, or a file does not follow the format.
    """
    id = path.name.split(".")[0]
    original = path.with_name(f"{id}.{LANGUAGES[0]}.md")
    if not original.exists():
        raise ContentError(path, 1, f"write {original.name} first; a translation stands beside it")
    files = {lang: path.with_name(f"{id}.{lang}.md") for lang in LANGUAGES}
    read = {lang: _front(file) for lang, file in files.items() if file.exists()}
    front, _ = read[LANGUAGES[0]]
    return Guideline(
        id,
        titles={lang: found["title"] for lang, (found, _) in read.items()},
        words={lang: words for lang, (_, words) in read.items()},
        **{key: value for key, value in front.items() if key != "title"},
    )


def _front(path: Path) -> tuple[dict[str, Any], str]:
    fields, body = read_markdown(path)
    if len(body) > LONGEST_BODY:
        raise ContentError(
            path, 1, f"the text has {len(body)} characters; at most {LONGEST_BODY} fit. Link to the rest"
        )
    if not body:
        raise ContentError(path, 1, "the text is missing")
    front = _read(fields)
    fields.done()
    if not front["about"]:
        raise fields.fail("about", "'about' is missing: name topics, such as [living-wage], or [all]")
    return front, body


def _read(fields: Fields) -> dict[str, Any]:
    return {
        "title": fields.words("title", LONGEST_TITLE),
        "about": fields.list("about"),
        "decided": fields.day("decided"),
        "decided_by": fields.words("decided_by", LONGEST_TITLE),
        "link": str(fields.get("link", "") or ""),
        "owner": fields.words("owner"),
        "reviewed": fields.day("reviewed"),
        "review_by": fields.day("review_by"),
    }
