"""Everything under content/, read when it is first needed: a question needs topics, not countries."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from string import Formatter

from rapidfuzz import fuzz, process

from knowledge import cpv, kept
from knowledge.act import Act, act_from
from knowledge.cadence import Cadence, cadence_from, departure_from, of_kinds
from knowledge.category import Area, Category, area_from, category_from
from knowledge.clause import Clause, read_clause
from knowledge.command import Command, command_from
from knowledge.country import Country, Figure, read_countries, read_cpv, read_figures, read_goods, read_sectors
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
from knowledge.limit import Limit, limit_from
from knowledge.load import ContentError, Fields, read_yaml
from knowledge.match import Names, category_names
from knowledge.places import Places, find_countries, read_places
from knowledge.plan import PlanStep, plan_step_from
from knowledge.role import Role, role_from
from knowledge.rules.risk import Evidence
from knowledge.search import Index
from knowledge.shelves import Shelves
from knowledge.source import Publication, Source, cite, publication_from
from knowledge.term import Name, Term, name_asked, names_of, term_from
from knowledge.text import LANGUAGES, Text
from knowledge.topic import Topic, read_topic
from knowledge.typical import TypicalOrigin, typical_origin_from
from knowledge.words import fold

CONTENT = Path(__file__).parent / "content"


NO_COMMANDS = {"back", "skip", "explain", "cancel", "review", "resume", "unknown", "question", "answer"}
AS_QUESTION = ("reuse", "week")  # "has anyone already followed up Z?", "what should I do this week?"
ALONE = {"hello", "week"}  # "start" alone greets, "start meeting" does not; "week 50" is a date
TO_SEE = """
    action certificate contract deviation follow-up inspection plan policy portfolio procurement reminders
    report supplier team week ladder
"""
SHOWN = frozenset(TO_SEE.split())  # "show" before the word says no more
A_SLIP = 80  # of 100: "upföljning" (95) and "hjlp" (89) are slips, "fairtrade" is nothing's
NUMBER_WORDS = r"(?:(?:med|with)\s+)?(?:(?:punkt|nr\.?|nummer|item|number)\s+)?"
BEGINS_WITH_NUMBER = re.compile(NUMBER_WORDS + r"#?\d", re.ASCII | re.IGNORECASE)
MOST_BEGINNING = 80  # characters of a message in which a command is looked for


class Library:
    """The content that ships, and over it an organisation's own. Reading a part may raise ContentError.

    `duly knowledge check` reads all parts.
    """

    def __init__(self, root: Path = CONTENT, own: Path | None = None, cache: Path | None = None) -> None:
        """`cache` is a directory in which what answers questions is kept for the next time; without it nothing is."""
        self.root = root
        self.shelves = Shelves(root, own)
        self._cache = cache

    @cached_property
    def sources(self) -> Mapping[str, Publication]:
        found: dict[str, Publication] = {}
        for path in self.shelves.files("sources").values():
            for id, entry in read_yaml(path).items():
                fields = Fields(path, entry)
                if id in found:
                    raise ContentError(path, fields.content.line, f"the source '{id}' is described twice")
                found[id] = publication_from(id, fields)
        return found

    @cached_property
    def phrases(self) -> Mapping[str, Text]:
        whole = self.shelves.merged("phrases.yaml")
        return {id: whole.text(id) for id in whole.content}

    @cached_property
    def reasons(self) -> Mapping[str, Text]:
        path = self.root / "reasons.yaml"
        whole = Fields(path, read_yaml(path))
        return {id: whole.text(id) for id in whole.content}

    @cached_property
    def commands(self) -> Mapping[str, Command]:
        return {id: command_from(id, fields) for id, fields in self.shelves.entries("commands.yaml")}

    @cached_property
    def _kept_key(self) -> str:
        return kept.key_of(self._files_asked())

    def _files_asked(self) -> list[tuple[str, Path]]:
        """The files that an answer to a question rests on, by name."""
        folders = [(slug, path.parent) for slug, path in self.shelves.files("topics", "*.md").items()]
        texts = [
            (name, folder / name) for slug, folder in folders for name in (f"{slug}.{lang}.md" for lang in LANGUAGES)
        ]
        heard = [(path.name, path) for slug, _ in folders for path in self._heard(slug)]
        return [*texts, *heard, ("synonyms.yaml", self.root / "synonyms.yaml")]

    @cached_property
    def _kept(self) -> kept.Kept | None:
        return kept.load(self._cache, self._kept_key) if self._cache else None

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        if self._kept:
            return self._kept.topics
        return {
            slug: read_topic(path.parent, slug, self._heard(slug))
            for slug, path in self.shelves.files("topics", "*.md").items()
        }

    def _heard(self, slug: str) -> tuple[Path, ...]:
        return self.shelves.every(f"topics/{slug}.heard.txt")

    @cached_property
    def index(self) -> Index:
        if self._kept:
            return self._kept.index
        index = Index(self.topics, self.root / "synonyms.yaml")
        if self._cache and kept.key_of(self._files_asked()) == self._kept_key:  # nobody has changed them meanwhile
            kept.save(self._cache, self._kept_key, kept.Kept(self.topics, index))
        return index

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        return {id: read_clause(path) for id, path in self.shelves.files("clauses").items()}

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        return {id: read_flow(path) for id, path in self.shelves.files("flows").items()}

    @cached_property
    def criteria(self) -> Mapping[str, Criteria]:
        return {id: read_criteria(path) for id, path in self.shelves.files("criteria").items()}

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        return {id: label_from(id, fields) for id, fields in self.shelves.entries("labels.yaml")}

    @cached_property
    def glossary(self) -> Mapping[str, Term]:
        return {id: term_from(id, fields) for id, fields in self.shelves.entries("glossary.yaml")}

    @cached_property
    def _meant(self) -> Mapping[Name, Term]:
        return {name: term for term in self.glossary.values() for word in term.words for name in names_of(word)}

    def term_in(self, question: str) -> Term | None:
        """The term whose meaning `question` asks for."""
        name = name_asked(question)
        return self._meant.get(name) if name else None

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        found = {
            (limit.id, limit.starts): limit
            for path in self.shelves.layers("limits.yaml")
            for limit in (limit_from(Fields(path, entry)) for entry in read_yaml(path))
        }
        return tuple(found.values())

    @cached_property
    def acts(self) -> Mapping[str, Act]:
        return {id: act_from(id, fields) for id, fields in self.shelves.entries("dates.yaml")}

    @cached_property
    def cadence(self) -> Cadence:
        return cadence_from(self.shelves.merged("reminders.yaml"))

    @cached_property
    def cadences(self) -> Mapping[str, Cadence]:
        """The cadence of each kind of item that has one of its own."""
        departures = {kind: departure_from(kind, fields) for kind, fields in self.shelves.entries("cadences.yaml")}
        return of_kinds(self.cadence, departures)

    @cached_property
    def deviations(self) -> Mapping[str, DeviationClass]:
        return {id: deviation_class_from(id, fields) for id, fields in self.shelves.entries("deviations.yaml")}

    @cached_property
    def ladder(self) -> Mapping[str, Rung]:
        """What can be done about a breach, the lowest rung first."""
        return {id: rung_from(id, fields) for id, fields in self.shelves.entries("ladder.yaml")}

    @cached_property
    def letters(self) -> Mapping[str, Letter]:
        """Templates of letters, mails and protocols."""
        return {id: letter_from(id, fields) for id, fields in self.shelves.entries("letters.yaml")}

    @cached_property
    def draft_rules(self) -> Mapping[str, DraftRule]:
        return {id: draft_rule_from(id, fields) for id, fields in self.shelves.entries("draft.yaml")}

    @cached_property
    def plan(self) -> Mapping[str, PlanStep]:
        return {id: plan_step_from(id, fields) for id, fields in self.shelves.entries("plan.yaml")}

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        return {id: role_from(id, fields) for id, fields in self.shelves.entries("roles.yaml")}

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        return {id: group_from(id, fields) for id, fields in self.shelves.entries("groups.yaml")}

    @cached_property
    def check_points(self) -> Mapping[str, CheckPoint]:
        """What is looked at during an inspection where no clauses of the contract are known."""
        return {id: check_point_from(id, fields) for id, fields in self.shelves.entries("inspection.yaml")}

    @cached_property
    def guidelines(self) -> Mapping[str, Guideline]:
        """What the organisation has decided for itself; nothing without a directory of its own."""
        return {id: read_guideline(path) for id, path in self.shelves.files("guidelines", "*.md").items()}

    @cached_property
    def categories(self) -> Mapping[str, Category]:
        paths = self.shelves.files("categories")
        return {id: category_from(id, Fields(path, read_yaml(path))) for id, path in paths.items()}

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        return {id: area_from(id, fields) for id, fields in self.shelves.entries("risk_areas.yaml")}

    @cached_property
    def typical_origins(self) -> Mapping[str, TypicalOrigin]:
        return {id: typical_origin_from(id, fields) for id, fields in self.shelves.entries("typical_origins.yaml")}

    @cached_property
    def countries(self) -> Mapping[str, Country]:
        return read_countries(self.root / "countries.csv", self.imported)

    @cached_property
    def imported(self) -> Mapping[str, Mapping[str, Figure]]:
        """Figures by country from publishers' own files, as the organisation has read them in."""
        found: dict[str, dict[str, Figure]] = {}
        for path in self.shelves.files("figures", "*.csv").values():
            for code, figures in read_figures(path).items():
                found.setdefault(code, {}).update(figures)
        return found

    @cached_property
    def verbs(self) -> Mapping[str, str]:
        """Folded words -> the command they are, for every language."""
        return {fold(word): id for id, command in self.commands.items() for word in _all(command.words)}

    @cached_property
    def _beginnings(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Folded beginnings of a command by first letter, the longest first, so that "hand over" is not "hand"."""
        said = {fold(b): id for id, command in self.commands.items() for b in _all(command.said_as)}
        plain = {word: id for word, id in self.verbs.items() if id not in NO_COMMANDS | ALONE}
        found: dict[str, list[tuple[str, str]]] = {}
        for beginning, id in sorted({**said, **plain}.items(), key=lambda item: -len(item[0])):
            found.setdefault(beginning[0], []).append((beginning, id))
        return found

    def command_in(self, words: str) -> tuple[str, str] | None:
        """The command that `words` begin with, and what follows it in the person's own spelling."""
        whole = self._whole(words)
        if whole and whole not in NO_COMMANDS:
            return whole, ""
        said = words[:MOST_BEGINNING].casefold()
        for beginning, id in self._beginnings.get(said[:1], ()):
            if said.startswith(beginning) and not said[len(beginning) : len(beginning) + 1].isalnum():
                rest = words[len(beginning) :].lstrip(" :,-\n")
                return (self._shown(rest) if id == "show" else None) or (id, rest)
        return None

    def _whole(self, words: str) -> str | None:
        said = fold(words[:MOST_BEGINNING]).rstrip(".!")
        asked = said.rstrip("? ")
        return self.verbs.get(said) or (self.verbs.get(asked) if " " in asked else None)  # "policy?" is a question

    def _shown(self, words: str) -> tuple[str, str] | None:
        """What "show …" shows when it is no item: "show the deviation", "visa avtal 2027-114"."""
        named = words.removeprefix("the ")
        near = self.nearest_command(named)
        found = self.command_in(named) or ((self.verbs[near], "") if near else None)
        return found if found and found[0] in SHOWN else None

    def orders(self, found: tuple[str, str], words: str) -> bool:
        """Whether words that begin with a command are one: "policy för kaffe?" asks; some are always said asking."""
        return not (found[1] and words.endswith("?")) or found[0] in AS_QUESTION

    def lacks_number(self, found: tuple[str, str]) -> bool:
        """Whether words that begin as something done with an item go on with something else than its number."""
        id, rest = found
        return bool(rest) and self.commands[id].numbered and not BEGINS_WITH_NUMBER.match(rest)

    def nearest_command(self, words: str) -> str | None:
        """The command that a single word is probably a slip for."""
        if " " in words or len(words) > MOST_BEGINNING:
            return None
        known = [word for word, id in self.verbs.items() if id not in NO_COMMANDS]
        found = process.extractOne(fold(words), known, scorer=fuzz.ratio, score_cutoff=A_SLIP)
        return found[0] if found else None

    def sounds_asked(self, words: str) -> bool:
        """Whether `words` begin as a question does."""
        said = f"{words[:MOST_BEGINNING].casefold()} "
        return any(said.startswith(f"{beginning} ") for beginning in _all(self.commands["question"].words))

    def only_answers(self, words: str) -> bool:
        """Whether `words` are an answer to something and nothing else."""
        return fold(words).rstrip(".!") in _all(self.commands["answer"].words)

    def is_unknown(self, words: str) -> bool:
        """Whether `words` say that the person does not know, and nothing else."""
        return fold(words).rstrip(".!") in _all(self.commands["unknown"].words)

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(
            self.countries,
            read_goods(self.root / "goods.csv"),
            read_sectors(self.root / "uflpa.csv"),
            self.areas,
            self.typical_origins,
        )

    @cached_property
    def cpv(self) -> Mapping[str, Text]:
        """Titles of the codes that categories name; of all codes, where the organisation has imported the list."""
        return {code: title for path in self.shelves.layers("cpv.csv") for code, title in read_cpv(path).items()}

    @cached_property
    def bought(self) -> Names:
        """What people call the categories, to match by; official titles too where the whole list is at hand."""
        own = self.shelves.layers("cpv.csv")[1:]
        titles = {code: title for path in own for code, title in read_cpv(path).items()}
        beginnings = cpv.owners({id: category.cpv for id, category in self.categories.items()})
        return category_names(self.categories, cpv.under(titles, beginnings))

    @cached_property
    def places(self) -> Places:
        return read_places(self.countries, self.root / "country_words.yaml")

    def find_countries(self, words: str) -> tuple[tuple[str, ...], str]:
        """The countries (ISO3) that `words` name, and the words that are left."""
        return find_countries(words, self.places)

    def phrase(self, id: str, lang: str, **words: object) -> str:
        """The phrase `id` with `words` filled in. Braces in the words themselves are characters like any other."""
        return self.phrases[id].of(lang).format_map(words) if words else self.phrases[id].of(lang)

    def cite(self, reference: str, lang: str) -> Source:
        """The source behind a reference such as "lou 17:2"."""
        id, _, place = reference.partition(" ")
        return cite(self.sources[id], place, lang)


def _all(words: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [word for each in words.values() for word in each]


def blanks(phrase: str) -> set[str]:
    """The names to fill in in a phrase."""
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def open_library(own: Path | None = None, cache: Path | None = None) -> Library:
    """The knowledge that ships with Duly, and over it the organisation's own in `own`."""
    return Library(CONTENT, own, cache)
