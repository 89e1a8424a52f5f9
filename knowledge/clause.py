"""Requirement wording: a clause with its purpose, proof, follow-up and limits, in both languages and with a version."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.category import Category
from knowledge.load import Fields, read_yaml
from knowledge.text import Text

TYPES = (
    "qualification",
    "technical_specification",
    "award_criterion",
    "special_contract_term",
    "administrative_term",
)
LEVELS = ("basic", "advanced")
ESSENTIAL = ("no", "at_its_level", "always")
METHODS = ("start_meeting", "certificate", "self_assessment", "office_audit", "site_audit", "other")
BLANK = re.compile(r"\[[^\[\]\n]{1,120}\]")


@dataclass(frozen=True, slots=True)
class ClauseFollowUp:
    """How a clause is checked. `after_days` counts from contract start; None: not tied to it, or once."""

    method: str
    when: Text
    after_days: int | None
    every_months: int | None
    subject: Text


@dataclass(frozen=True, slots=True)
class Clause:
    """`categories` holds category ids, kinds (goods, services, works) or "all"; essential ones come first."""

    id: str
    version: str
    type: str
    level: str
    areas: tuple[str, ...]
    categories: tuple[str, ...]
    title: Text
    text: Text
    purpose: Text
    proof: Text
    follow_up: ClauseFollowUp
    limits: Text
    legal_basis: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed: date
    review_by: date
    owner: str
    essential: str = "no"  # clauses that were chosen before there was such a mark say nothing of it

    def blanks(self, lang: str) -> tuple[str, ...]:
        """The places to fill in, as they stand in the text."""
        return tuple(dict.fromkeys(BLANK.findall(self.text.of(lang))))

    def suits(self, category: Category | None) -> bool:
        """Whether the clause is written for this category; without one, only those for everything."""
        names = {"all", category.id, category.kind} if category else {"all"}
        return not names.isdisjoint(self.categories)

    def touches(self, areas: Collection[str]) -> bool:
        """Whether the clause bears on one of these risk areas; a clause without areas carries the others."""
        return not self.areas or not set(areas).isdisjoint(self.areas)


def to_data(clause: Clause) -> dict[str, Any]:
    """`clause` as it reads today, for JSON."""
    data = asdict(clause)
    return {**data, "reviewed": clause.reviewed.isoformat(), "review_by": clause.review_by.isoformat()}


def from_data(data: Mapping[str, Any]) -> Clause:
    """The clause that `to_data` wrote."""
    texts = {name: Text(**data[name]) for name in ("title", "text", "purpose", "proof", "limits")}
    lists = {name: tuple(data[name]) for name in ("areas", "categories", "legal_basis", "sources")}
    days = {name: date.fromisoformat(data[name]) for name in ("reviewed", "review_by")}
    follow_up = {**data["follow_up"], **{name: Text(**data["follow_up"][name]) for name in ("when", "subject")}}
    return Clause(**{**data, **texts, **lists, **days, "follow_up": ClauseFollowUp(**follow_up)})


def read_clause(path: Path) -> Clause:
    """The clause in `path`; its id is the file's name.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    fields = Fields(path, read_yaml(path))
    clause = Clause(
        path.stem,
        fields.words("version"),
        fields.one_of("type", TYPES),
        fields.one_of("level", LEVELS),
        fields.list("areas"),
        fields.list("categories"),
        fields.text("title"),
        fields.text("text"),
        fields.text("purpose"),
        fields.text("proof"),
        _follow_up(fields.inner("follow_up")),
        fields.text("limits"),
        fields.list("legal_basis"),
        fields.list("sources"),
        fields.day("reviewed"),
        fields.day("review_by"),
        fields.words("owner"),
        fields.one_of("essential", ESSENTIAL, default="no"),
    )
    fields.done()
    return clause


def _follow_up(fields: Fields) -> ClauseFollowUp:
    follow_up = ClauseFollowUp(
        fields.one_of("method", METHODS),
        fields.text("when"),
        fields.get("after_days"),
        fields.get("every_months"),
        fields.text("subject"),
    )
    fields.done()
    return follow_up
