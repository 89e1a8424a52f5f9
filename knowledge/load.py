"""One content file in, one checked mapping out; every mistake is a `path:line: what to mend`.

YAML here has no booleans: yes, no and NO (Norway) are words. `Fields` reads a mapping key by key, and what nobody
asked for is a mistake too, with the nearest known key as suggestion.
"""

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from knowledge.text import LANGUAGES, Text

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentError(Exception):
    """What to mend in a content file, and where."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


class Map(dict[str, Any]):
    """A YAML mapping that knows on which line each key stands."""

    line: int
    lines: dict[str, int]
    paths: dict[str, Path]  # key -> its file, where several files are merged into one mapping


class _Lines(Loader):  # type: ignore[misc]
    """The safe loader, without booleans and with line numbers."""


def _map(loader: Any, node: Any) -> Map:
    found = Map()
    found.line = node.start_mark.line + 1
    found.lines = {}
    found.paths = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in found:
            raise yaml.YAMLError(f"line {key_node.start_mark.line + 1}: '{key}' stands twice")
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = key_node.start_mark.line + 1
    return found


_Lines.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:bool"]
    for first, rules in Loader.yaml_implicit_resolvers.items()
}
_Lines.add_constructor("tag:yaml.org,2002:map", _map)


def read_yaml(path: Path, text: str | None = None, first_line: int = 0) -> Any:
    """The content of a YAML file, or of `text` that begins after `first_line` of it.

    Raises:
        ContentError: it is not YAML, or a key stands twice.
    """
    try:
        return yaml.load(path.read_text("utf-8") if text is None else "\n" * first_line + text, Loader=_Lines)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise ContentError(path, mark.line + 1 if mark else 1, f"not readable as YAML: {problem}") from None


def read_markdown(path: Path) -> tuple["Fields", str]:
    """The front matter and the body of a Markdown file.

    Raises:
        ContentError: the front matter is missing or not YAML.
    """
    text = path.read_text("utf-8")
    if not text.startswith("---\n") or "\n---\n" not in text:
        raise ContentError(path, 1, "begin with front matter between two lines of ---")
    front, _, body = text[4:].partition("\n---\n")
    return Fields(path, read_yaml(path, front, first_line=1)), body.strip()


class Fields:
    """One mapping of a content file, read key by key; `done` refuses what nobody asked for."""

    def __init__(self, path: Path, content: Any) -> None:
        if not isinstance(content, Map):
            raise ContentError(path, 1, "expected keys with values here")
        self.path, self.content, self.known = path, content, set[str]()

    def fail(self, key: str, message: str) -> ContentError:
        """The error for `key`, on its line."""
        return ContentError(self._path(key), self.content.lines.get(key, self.content.line), message)

    def _path(self, key: str) -> Path:
        return self.content.paths.get(key, self.path)

    def get(self, key: str, default: Any = None) -> Any:
        self.known.add(key)
        return self.content.get(key, default)

    def need(self, key: str) -> Any:
        value = self.get(key)
        if value is None or value == "":
            raise self.fail(key, f"'{key}' is missing")
        return value

    def words(self, key: str, longest: int = 10_000) -> str:
        value = str(self.need(key)).strip()
        if len(value) > longest:
            raise self.fail(key, f"'{key}' has {len(value)} characters; at most {longest} fit")
        return value

    def number(self, key: str) -> int:
        value = self.need(key)
        if not isinstance(value, int):
            raise self.fail(key, f"'{key}' should be a whole number")
        return value

    def day(self, key: str) -> date:
        value = self.need(key)
        if not isinstance(value, date):
            raise self.fail(key, f"'{key}' should be a date, such as 2027-05-22")
        return value

    def yes(self, key: str) -> bool:
        return self.one_of(key, ("yes", "no"), default="no") == "yes"

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.get(key, default)
        if value not in (choices := list(allowed)):
            raise self.fail(key, f"'{key}' is {value!r}; choose one of: {', '.join(choices)}{suggest(value, choices)}")
        return str(value)

    def list(self, key: str) -> tuple[str, ...]:
        value = self.get(key, [])
        if not isinstance(value, list):
            raise self.fail(key, f"'{key}' should be a list: [one, two]")
        return tuple(str(item) for item in value)

    def text(self, key: str) -> Text:
        """Words in every language. Both must be there: a missing one would be a hole in somebody's screen."""
        return self.optional_text(key) or _raise(self.fail(key, f"'{key}' is missing"))

    def optional_text(self, key: str) -> Text | None:
        value = self.get(key)
        if value is None:
            return None
        inner = Fields(self._path(key), value) if isinstance(value, Map) else _raise(self._both(key))
        words = {lang: inner.words(lang) for lang in LANGUAGES}
        inner.done()
        return Text(**words)

    def lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """A list of words in every language."""
        inner = self.inner(key)
        found = {lang: inner.list(lang) for lang in LANGUAGES}
        inner.done()
        return found

    def inner(self, key: str) -> "Fields":
        value = self.need(key)
        return (
            Fields(self._path(key), value) if isinstance(value, Map) else _raise(self.fail(key, f"'{key}' needs keys"))
        )

    def each(self, key: str) -> Iterable["Fields"]:
        value = self.get(key, [])
        if not isinstance(value, list):
            raise self.fail(key, f"'{key}' should be a list")
        return [Fields(self.path, item) for item in value]

    def done(self) -> None:
        """No key may be left that nobody read."""
        for key in self.content:
            if key not in self.known:
                raise self.fail(key, f"unknown key '{key}'.{suggest(key, self.known)}")

    def _both(self, key: str) -> ContentError:
        return self.fail(key, f"'{key}' needs both sv and en, a line each")


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` is probably meant to be."""
    return next(iter(get_close_matches(str(word), list(known), n=1)), None)


def suggest(word: object, known: Iterable[str]) -> str:
    """The nearest of `known` as a question to whoever wrote the file, or nothing."""
    near = nearest(word, known)
    return f" Did you mean '{near}'?" if near else ""


def _raise(error: ContentError) -> Any:
    raise error
