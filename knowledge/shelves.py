"""Where content lies: what ships with Duly, and over it what an organisation has written for itself.

A file in a folder replaces the one of the same name; in a file of entries each entry replaces the one of the same id.
A file of entries that grew long is a folder of files: phrases.yaml is phrases/*.yaml, and both are read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.load import ContentError, Fields, Map, read_yaml

FOLDERS = ("topics", "clauses", "categories", "flows", "criteria", "sources", "guidelines", "figures")
FILES = (  # of an organisation's own; the others are figures and words that belong to the method
    "phrases.yaml",
    "commands.yaml",
    "labels.yaml",
    "glossary.yaml",
    "limits.yaml",
    "dates.yaml",
    "reminders.yaml",
    "cadences.yaml",
    "deviations.yaml",
    "ladder.yaml",
    "letters.yaml",
    "draft.yaml",
    "plan.yaml",
    "roles.yaml",
    "groups.yaml",
    "inspection.yaml",
    "cpv.csv",
)


@dataclass(frozen=True, slots=True)
class Shelves:
    """`shipped` is whole by itself; `own` may hold any part of it, or be None."""

    shipped: Path
    own: Path | None = None

    @property
    def roots(self) -> tuple[Path, ...]:
        """Both directories, the one that counts more last."""
        return (self.shipped, self.own) if self.own else (self.shipped,)

    def files(self, folder: str, pattern: str = "*.yaml") -> Mapping[str, Path]:
        """The files of a folder by the part of their name before the first dot, in that order."""
        found = {path.name.split(".")[0]: path for root in self.roots for path in (root / folder).glob(pattern)}
        return dict(sorted(found.items()))

    def file(self, name: str) -> Path:
        """The file that counts, such as "topics/living-wage.sv.md"."""
        return next((root / name for root in reversed(self.roots) if (root / name).exists()), self.shipped / name)

    def every(self, name: str) -> tuple[Path, ...]:
        """All files of this name, ours before the organisation's own: what stands in them is added up."""
        return tuple(root / name for root in self.roots if (root / name).exists())

    def layers(self, name: str) -> tuple[Path, ...]:
        """The shipped files of this name and the organisation's own, as far as they are there."""
        roots = self.roots if name in FILES else (self.shipped,)
        return tuple(path for root in roots for path in _parts(root, name)) or (self.shipped / name,)

    def holding(self, name: str, id: str) -> Path:
        """Of the layers of a file, the one in which the entry `id` stands that counts."""
        key = re.compile(rf"^['\"]?{re.escape(id)}['\"]?:", re.MULTILINE)
        return next(
            (path for path in reversed(self.layers(name)) if path.exists() and key.search(path.read_text("utf-8"))),
            self.shipped / name,
        )

    def entries(self, name: str) -> Iterator[tuple[str, Fields]]:
        """Every entry of a file by its id; one of the organisation's own comes after the one it replaces."""
        for path in self.layers(name):
            for id, entry in (read_yaml(path) or {}).items():
                yield id, Fields(path, entry)

    def merged(self, name: str) -> Fields:
        """A file of single values, where each of the organisation's own replaces ours.

        Raises:
            ContentError: a file holds something else than keys with values.
        """
        merged = Map()
        merged.line, merged.lines, merged.paths = 1, {}, {}
        for path in self.layers(name):
            content = read_yaml(path)
            if content is None and self.own and path.is_relative_to(self.own):  # every line is a comment
                continue
            if not isinstance(content, Map):
                raise ContentError(path, 1, "expected keys with values here")
            merged.update(content)
            merged.lines |= content.lines
            merged.paths |= dict.fromkeys(content, path)
        return Fields(self.layers(name)[-1], merged)


def _parts(root: Path, name: str) -> list[Path]:
    """The files of entries that are called `name` under `root`, whole or in a folder."""
    whole = root / name
    return [*sorted((root / whole.stem).glob("*.yaml")), *([whole] if whole.exists() else [])]
