"""Content read piece by piece, so that a fault in one hides none in the others; and on which line words stand."""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from knowledge.act import Act, act_from
from knowledge.cadence import Cadence, Departure, cadence_from, departure_from
from knowledge.category import Area, Category, area_from, category_from
from knowledge.clause import Clause, read_clause
from knowledge.command import Command, command_from
from knowledge.country import (
    Country,
    Figure,
    Goods,
    Sector,
    read_countries,
    read_cpv,
    read_figures,
    read_goods,
    read_sectors,
)
from knowledge.criteria import Criteria, read_criteria
from knowledge.deviation import DeviationClass, deviation_class_from
from knowledge.draft_rule import DraftRule, draft_rule_from
from knowledge.flow import Flow, read_flow
from knowledge.group import Group, group_from
from knowledge.guideline import Guideline, read_guideline
from knowledge.inspection import CheckPoint, check_point_from
from knowledge.label import Label, label_from
from knowledge.ladder import Rung, rung_from
from knowledge.letter import Letter, letter_from
from knowledge.library import Library
from knowledge.limit import Limit, limit_from
from knowledge.load import ContentError, Fields, Map, read_yaml, suggest
from knowledge.places import Places, read_places
from knowledge.plan import PlanStep, plan_step_from
from knowledge.role import Role, role_from
from knowledge.source import Publication, publication_from
from knowledge.synonyms import read_synonyms
from knowledge.term import Term, term_from
from knowledge.text import Text
from knowledge.topic import Topic, read_topic
from knowledge.typical import TypicalOrigin, typical_origin_from

Piece = TypeVar("Piece")
Reader = Callable[[], Piece]
Entry = TypeVar("Entry")
KEY = re.compile(r"[\w-]+:")
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
QUOTED = re.compile(r"'([^']+)'")
SLIPS = (ValueError, TypeError, KeyError, IndexError, AttributeError)  # what a reader meets in odd files


class Sound(Library):
    """The library as far as it can be read. `faults` tell what could not be, once everything has been asked for."""

    def __init__(self, root: Path, own: Path | None = None) -> None:
        super().__init__(root, own)
        self.faults: list[ContentError] = []
        self.seen: dict[str, set[str]] = {}  # part -> all its ids, also of what could not be read
        self.closed: set[str] = set()  # parts with a file that could not be opened at all

    def unknown(self, what: str, id: str, known: Collection[str] | None = None) -> str:
        """What is wrong with an `id` that names no source, topic, … ; nothing when it does, or when nobody can tell."""
        ids = self.seen.get(what, ()) if known is None else known
        if id in ids or what in self.closed:
            return ""
        return f"unknown {what} '{id}'.{suggest(id, sorted(ids))}"

    def _read(self, path: Path, read: Reader[Piece]) -> Piece | None:
        try:
            return read()
        except ContentError as error:
            self.faults.append(error)
        except FileNotFoundError:
            self.faults.append(ContentError(path, 1, "the file is missing"))
        except SLIPS as error:
            self.faults.append(_unreadable(path, error))
        return None

    def _pieces(self, what: str, pieces: Iterable[tuple[str, Path, Reader[Piece]]]) -> dict[str, Piece]:
        found = {}
        for id, path, read in pieces:
            self.seen.setdefault(what, set()).add(id)
            if (piece := self._read(path, read)) is not None:
                found[id] = piece
        return found

    def _files(self, what: str, folder: str, read: Callable[[Path], Piece]) -> dict[str, Piece]:
        paths = self.shelves.files(folder).items()
        return self._pieces(what, ((id, path, partial(read, path)) for id, path in paths))

    def _entries(self, what: str, name: str, read: Callable[[str, Fields], Piece]) -> dict[str, Piece]:
        """The entries of a file by id, ours and the organisation's own."""
        found: dict[str, Piece] = {}
        for path in self.shelves.layers(name):
            if path == self.shelves.shipped / name or self._read(path, partial(read_yaml, path)) is not None:
                found |= self._within(what, path, read)  # in an own file every line may be a comment
        return found

    def _within(self, what: str, path: Path, read: Callable[[str, Fields], Piece]) -> dict[str, Piece]:
        """The entries of one file by id."""
        content = self._read(path, lambda: Fields(path, read_yaml(path)).content)
        if content is None:
            self.closed.add(what)
            return {}
        return self._pieces(what, ((id, path, partial(_entry, read, id, path, content)) for id in content))

    @cached_property
    def sources(self) -> Mapping[str, Publication]:
        found: dict[str, Publication] = {}
        for path in self.shelves.files("sources").values():
            here = self._within("source", path, publication_from)
            self.faults += [
                fault(path, f"the source '{id}' is described twice", f"{id}:") for id in found if id in here
            ]
            found |= here
        return found

    @cached_property
    def phrases(self) -> Mapping[str, Text]:
        return self._texts("phrase", "phrases.yaml")

    @cached_property
    def reasons(self) -> Mapping[str, Text]:
        return self._texts("reason", "reasons.yaml")

    def _texts(self, what: str, name: str) -> dict[str, Text]:
        path = self.shelves.layers(name)[-1]
        whole = self._read(path, lambda: self.shelves.merged(name))
        return self._pieces(what, ((id, path, partial(whole.text, id)) for id in whole.content)) if whole else {}

    @cached_property
    def commands(self) -> Mapping[str, Command]:
        return self._entries("command", "commands.yaml", command_from)

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        paths = self.shelves.files("topics", "*.md").items()
        return self._pieces(
            "topic", ((s, path, partial(read_topic, path.parent, s, self._heard(s))) for s, path in paths)
        )

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        return self._files("clause", "clauses", read_clause)

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        return self._files("flow", "flows", read_flow)

    @cached_property
    def criteria(self) -> Mapping[str, Criteria]:
        return self._files("criteria", "criteria", read_criteria)

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        return self._entries("label", "labels.yaml", label_from)

    @cached_property
    def glossary(self) -> Mapping[str, Term]:
        return self._entries("term", "glossary.yaml", term_from)

    @cached_property
    def deviations(self) -> Mapping[str, DeviationClass]:
        return self._entries("deviation class", "deviations.yaml", deviation_class_from)

    @cached_property
    def ladder(self) -> Mapping[str, Rung]:
        return self._entries("rung", "ladder.yaml", rung_from)

    @cached_property
    def letters(self) -> Mapping[str, Letter]:
        return self._entries("letter", "letters.yaml", letter_from)

    @cached_property
    def draft_rules(self) -> Mapping[str, DraftRule]:
        return self._entries("draft rule", "draft.yaml", draft_rule_from)

    @cached_property
    def plan(self) -> Mapping[str, PlanStep]:
        return self._entries("plan step", "plan.yaml", plan_step_from)

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        return self._entries("role", "roles.yaml", role_from)

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        return self._entries("group", "groups.yaml", group_from)

    @cached_property
    def check_points(self) -> Mapping[str, CheckPoint]:
        return self._entries("check point", "inspection.yaml", check_point_from)

    @cached_property
    def guidelines(self) -> Mapping[str, Guideline]:
        paths = self.shelves.files("guidelines", "*.md").items()
        return self._pieces("guideline", ((id, path, partial(read_guideline, path)) for id, path in paths))

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        found: dict[tuple[str, date], Limit] = {}
        for path in self.shelves.layers("limits.yaml"):
            entries = self._read(path, partial(_list, path)) or []
            read = (self._read(path, partial(_limit, path, entry)) for entry in entries)
            found |= {(limit.id, limit.starts): limit for limit in read if limit}
        return tuple(found.values())

    @cached_property
    def acts(self) -> Mapping[str, Act]:
        return self._entries("act", "dates.yaml", act_from)

    @cached_property
    def cadence_read(self) -> Cadence | None:
        """The cadence, when it can be read."""
        path = self.shelves.file("reminders.yaml")
        return self._read(path, lambda: cadence_from(self.shelves.merged("reminders.yaml")))

    @cached_property
    def departures(self) -> Mapping[str, Departure]:
        return self._entries("cadence", "cadences.yaml", departure_from)

    @cached_property
    def categories(self) -> Mapping[str, Category]:
        return self._files(
            "category", "categories", lambda path: category_from(path.stem, Fields(path, read_yaml(path)))
        )

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        return self._entries("risk area", "risk_areas.yaml", area_from)

    @cached_property
    def typical_origins(self) -> Mapping[str, TypicalOrigin]:
        return self._entries("typical origin", "typical_origins.yaml", typical_origin_from)

    @cached_property
    def countries(self) -> Mapping[str, Country]:
        return self._table("country", "countries.csv", lambda path: read_countries(path, self.imported)) or {}

    @cached_property
    def imported(self) -> Mapping[str, Mapping[str, Figure]]:
        found: dict[str, dict[str, Figure]] = {}
        for path in self.shelves.files("figures", "*.csv").values():
            for code, figures in (self._read(path, partial(read_figures, path)) or {}).items():
                found.setdefault(code, {}).update(figures)
        return found

    @cached_property
    def goods(self) -> Goods:
        return self._table("good", "goods.csv", read_goods) or Goods({}, {}, {}, {}, 0)

    @cached_property
    def sectors(self) -> tuple[Sector, ...]:
        return self._table("sector", "uflpa.csv", read_sectors) or ()

    @cached_property
    def cpv(self) -> Mapping[str, Text]:
        found = dict(self._table("CPV code", "cpv.csv", read_cpv) or {})
        for path in self.shelves.layers("cpv.csv")[1:]:
            found |= self._read(path, partial(read_cpv, path)) or {}
        self.seen["CPV code"] |= found.keys()
        return found

    @cached_property
    def places_read(self) -> Places | None:
        """Other words for countries, when they can be read."""
        path = self.root / "country_words.yaml"
        return None if "country" in self.closed else self._read(path, lambda: read_places(self.countries, path))

    @cached_property
    def led_to(self) -> tuple[str, ...]:
        """The topics that the words for search lead to."""
        path = self.root / "synonyms.yaml"
        synonyms = self._read(path, lambda: read_synonyms(path))
        return tuple(synonyms.about) if synonyms else ()

    def _table(self, what: str, name: str, read: Callable[[Path], Piece]) -> Piece | None:
        """A CSV file; its first column holds the ids."""
        path = self.root / name
        self.seen[what] = {row[0] for _, row in self._read(path, lambda: list(rows(path))) or ()}
        table = self._read(path, lambda: read(path)) if self.seen[what] else None
        if table is None:
            self.closed.add(what)
        return table


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file under its head, each with its line.

    Raises:
        ContentError: the file is empty, or a row has more or fewer columns than the head.
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        head = next(lines, [])
        if not head:
            raise ContentError(path, 1, "the file is empty")
        for row in lines:
            if len(row) != len(head):
                raise ContentError(path, lines.line_num, f"{len(row)} columns where the head has {len(head)}")
            yield lines.line_num, row


def fault(path: Path, message: str, *marks: str) -> ContentError:
    """`message`, on the line of the last of `marks` ("key:" or words); each is looked for from the one before on."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    at = 0
    for mark in marks:
        at = next((number for number in range(at, len(lines)) if _stands(mark, lines[number])), at)
    return ContentError(path, at + 1, message)


def _stands(mark: str, line: str) -> bool:
    if KEY.fullmatch(mark):
        return line.lstrip("- \"'").replace('"', "").replace("'", "").startswith(mark)
    words = re.compile(rf"(?<![\w-]){re.escape(mark)}(?![\w-])")
    return bool(words.search(line) or words.search(line.replace('"', "").replace("'", "")))


def _entry(read: Callable[[str, Fields], Entry], id: str, path: Path, content: Map) -> Entry:
    if not isinstance(content[id], Map):
        raise ContentError(path, content.lines[id], f"'{id}' needs keys")
    return read(id, Fields(path, content[id]))


def _list(path: Path) -> list[Any]:
    return list(read_yaml(path))


def _limit(path: Path, entry: Any) -> Limit:
    return limit_from(Fields(path, entry))


def _unreadable(path: Path, error: Exception) -> ContentError:
    """A file that cannot be read for a reason of its own: an impossible day, a number that is none, foreign letters."""
    if isinstance(error, UnicodeDecodeError):
        return ContentError(path, 1, "the file is not saved as UTF-8, so å, ä and ö cannot be read")
    bad = next((day for day in DAY.findall(path.read_text("utf-8")) if not _is_day(day)), "")
    if bad:
        return fault(path, f"there is no day {bad}", bad)
    named = QUOTED.search(str(error))
    return fault(path, f"not readable: {error}", *((named[1],) if named else ()))


def _is_day(words: str) -> bool:
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True
