"""Which clauses are offered for a purchase: a few to begin with, and the others by type.

Nobody reads sixty clauses. First come those that the law or the follow-up leans on and those written for just this.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from knowledge.category import Category
from knowledge.clause import Clause
from knowledge.library import Library

ORDER = ("special_contract_term", "technical_specification", "qualification", "award_criterion", "administrative_term")
WANTED = ("special_contract_term", "technical_specification", "award_criterion")  # of what is bought or how it is done
CLOSEST = 3  # beside the essential ones: what a person can take in, and what a message has room for


@dataclass(frozen=True, slots=True)
class Offer:
    """`terms`: what shall hold; `support`: what lets it be followed up; `more`: the others, by type."""

    terms: tuple[Clause, ...]
    support: tuple[Clause, ...]
    more: Mapping[str, tuple[Clause, ...]]

    def first(self) -> tuple[Clause, ...]:
        """Those to begin with."""
        return (*self.terms, *self.support)

    def count(self) -> int:
        """How many there are in all."""
        return len(self.first()) + sum(len(clauses) for clauses in self.more.values())


def suitable(
    library: Library, category: Category | None, level: str, areas: Sequence[str] = (), types: Sequence[str] = ()
) -> list[Clause]:
    """Clauses for `category` at `level` (basic, advanced or both), of these types and areas; all of them when empty."""
    found = [
        clause
        for clause in library.clauses.values()
        if clause.suits(category)
        and level in (clause.level, "both")
        and (not types or clause.type in types)
        and (not areas or clause.touches(areas))
    ]
    return sorted(found, key=lambda clause: (not clause.areas, ORDER.index(clause.type), "all" in clause.categories))


def offer(library: Library, category: Category | None, level: str, grave: Collection[str] = ()) -> Offer:
    """What to offer for `category`; clauses that bear on the `grave` risk areas first."""

    def mild(clause: Clause) -> bool:
        return set(clause.areas).isdisjoint(grave)

    essential = [clause for clause in suitable(library, category, "both") if _essential(clause, level)]
    others = [clause for clause in suitable(library, category, level) if clause not in essential]
    near = sorted(
        (c for c in others if c.areas and c.type in WANTED),
        key=lambda c: (mild(c), _distance(c, category), -len(c.areas)),
    )[:CLOSEST]
    more = {type: tuple(c for c in others if c.type == type and c not in near) for type in ORDER}
    return Offer(
        tuple(sorted((*(c for c in essential if c.areas), *near), key=mild)),
        tuple(c for c in essential if not c.areas),
        {type: tuple(sorted(clauses, key=mild)) for type, clauses in more.items() if clauses},
    )


def _essential(clause: Clause, level: str) -> bool:
    """The law asks for labour-law terms, and follow-up for a right to audit, whatever the level."""
    return clause.essential == "always" or (clause.essential == "at_its_level" and level in (clause.level, "both"))


def _distance(clause: Clause, category: Category | None) -> int:
    """0 for a clause written for the very category, 1 for its kind, 2 for everything."""
    names = (category.id, category.kind) if category else ()
    return next((at for at, name in enumerate(names) if name in clause.categories), 2)
