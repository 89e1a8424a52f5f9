"""A topic: one question that officers ask, answered in Swedish and in English, with its sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.load import ContentError, Fields, read_markdown
from knowledge.text import LANGUAGES, Part, Text, markdown

LONGEST_TITLE = 60  # fits a button with room for a confidence mark
LONGEST_BODY = 2600  # with its sources still one Slack message
OUT_OF_SCOPE = "oos-"
LISTS = ("sources", "related", "next", "clauses", "categories")  # ids; the same in every language of a topic


@dataclass(frozen=True)
class Topic:
    """What `content/topics/<slug>.<lang>.md` says. `sources` are references such as "lou 17:2".

    It leads on to topics (`related`), commands (`next`), wording (`clauses`) and what is bought (`categories`).
    """

    slug: str
    title: Text
    asked_as: Mapping[str, tuple[str, ...]]
    heard: tuple[str, ...]  # questions as people have put them, in any language
    words: Mapping[str, str]  # the body as written: what search reads
    sources: tuple[str, ...]
    related: tuple[str, ...]
    next: tuple[str, ...]
    clauses: tuple[str, ...]
    categories: tuple[str, ...]
    reviewed: date
    review_by: date
    owner: str
    behind: tuple[str, ...]  # languages whose text was reviewed before the Swedish original

    @property
    def in_scope(self) -> bool:
        """Whether Duly answers this itself; otherwise the body says who does."""
        return not self.slug.startswith(OUT_OF_SCOPE)

    @cached_property
    def body(self) -> Mapping[str, tuple[Part, ...]]:
        """The answer in parts, per language; parsed when it is read, since a question needs one topic of many."""
        return {lang: markdown(words) for lang, words in self.words.items()}


def read_topic(folder: Path, slug: str, heard: Iterable[Path] = ()) -> Topic:
    """The topic `slug` from its files in `folder`, one per language; what is not words stands in the Swedish one.

    `heard` are files of questions, one a line; `#` begins a line that is none.

    Raises:
        ContentError: a language is missing, or a file does not follow the format.
    """
    fronts, words = {}, {}
    for lang in LANGUAGES:
        path = folder / f"{slug}.{lang}.md"
        if not path.exists():
            raise ContentError(path, 1, f"the translation is missing: every topic needs {' and '.join(LANGUAGES)}")
        fronts[lang], words[lang] = _front(path)
    questions = [line.strip() for path in heard for line in path.read_text("utf-8").splitlines()]
    return _topic(slug, fronts, words, tuple(line for line in questions if line and not line.startswith("#")))


def _front(path: Path) -> tuple[dict[str, Any], str]:
    fields, body = read_markdown(path)
    if len(body) > LONGEST_BODY:
        raise ContentError(path, 1, f"the text has {len(body)} characters; at most {LONGEST_BODY} fit")
    if not body:
        raise ContentError(path, 1, "the text is missing")
    front = {
        "title": fields.words("title", LONGEST_TITLE),
        "asked_as": _asked(fields),
        **{key: fields.list(key) for key in LISTS},
        **{key: fields.day(key) for key in ("reviewed", "review_by")},
        "owner": fields.words("owner"),
    }
    fields.done()
    return front, body


def _asked(fields: Fields) -> tuple[str, ...]:
    asked = fields.list("asked_as")
    if not asked:
        raise fields.fail("asked_as", "'asked_as' is missing: write how people ask this, eight to twelve ways")
    return asked


def _topic(
    slug: str, fronts: Mapping[str, Mapping[str, Any]], words: Mapping[str, str], heard: tuple[str, ...]
) -> Topic:
    original = fronts[LANGUAGES[0]]
    shared = {key: original[key] for key in (*LISTS, "reviewed", "review_by", "owner")}
    return Topic(
        slug=slug,
        title=Text(**{lang: front["title"] for lang, front in fronts.items()}),
        asked_as={lang: front["asked_as"] for lang, front in fronts.items()},
        heard=heard,
        words=words,
        behind=tuple(lang for lang, front in fronts.items() if front["reviewed"] < original["reviewed"]),
        **shared,
    )
