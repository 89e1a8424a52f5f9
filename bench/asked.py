"""Questions whose right topics somebody has written down, one JSON object a line, and how well they are answered.

A line has `id`, `lang`, `text`, `stage`, `kind` and `topics` (best first; none: it is about nothing we know). A variant
has `of`, the id of the question it is another way of typing, and takes from it what it does not say itself.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.topic import OUT_OF_SCOPE

LENGTHS = {6: "1-6 words", 25: "7-25 words", 70: "26-70 words"}  # at most so many


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, where it comes from and what answers it."""

    text: str
    lang: str
    stage: str
    kind: str
    file: str
    topics: frozenset[str]

    @property
    def in_scope(self) -> bool:
        """Whether Duly should answer it itself."""
        return any(not topic.startswith(OUT_OF_SCOPE) for topic in self.topics)

    @property
    def length(self) -> str:
        """In classes of words."""
        words = len(self.text.split())
        return next((name for most, name in LENGTHS.items() if words <= most), "71 words or more")


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered: topics, best first, whether they are in scope, and how sure it was of the first."""

    topics: tuple[str, ...]
    in_scope: bool
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares 0..1; of nothing they are None. `first`, `three` and `refused` of what is in scope, `held` of the rest."""

    number: int
    first: float | None
    three: float | None
    refused: float | None
    held: float | None


def read(paths: Iterable[Path]) -> list[Asked]:
    """The questions of these files."""
    lines = [(path, json.loads(line)) for path in paths for line in path.read_text("utf-8").splitlines() if line]
    by_id = {line["id"]: line for _, line in lines}
    return [_asked(by_id.get(line.get("of", ""), {}) | line, path.stem) for path, line in lines]


def _asked(line: dict[str, Any], file: str) -> Asked:
    lang, stage, kind = (str(line.get(name) or "?") for name in ("lang", "stage", "kind"))
    return Asked(line["text"], lang, stage, kind, file, frozenset(line.get("topics") or ()))


def figures(answered: Sequence[tuple[Asked, Given]]) -> Figures:
    """How many were answered rightly, and how many others were rightly not answered."""
    inside = [(asked, given) for asked, given in answered if asked.in_scope]
    outside = [given for asked, given in answered if not asked.in_scope]
    return Figures(
        len(answered),
        _share(inside, lambda pair: is_right(*pair)),
        _share(inside, lambda pair: not pair[0].topics.isdisjoint(pair[1].topics)),
        _share(inside, lambda pair: not pair[1].in_scope),
        _share(outside, lambda given: not given.in_scope),
    )


def is_right(asked: Asked, given: Given) -> bool:
    """Whether the first topic is one of the right ones."""
    return given.topics[:1] != () and given.topics[0] in asked.topics


def _share(many: Sequence[Any], holds: Callable[[Any], bool]) -> float | None:
    return sum(map(holds, many)) / len(many) if many else None
