"""Clauses that were revised since somebody chose them: which procurements used an older wording, and who should know.

A procurement keeps the wording it chose; nothing changes by itself. Versions are compared, not texts: whoever changes
a wording also changes its version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.context import Context
from handlers.messages import Button, Reply
from knowledge.clause import Clause
from knowledge.text import Items, Span, para
from storage import procurements
from storage.database import Database
from storage.procurements import Procurement


@dataclass(frozen=True, slots=True)
class Revised:
    """A clause in use, as `version`, which reads differently in `clause` today."""

    clause: Clause
    version: str


def revised(db: Database, procurement: int, clauses: Mapping[str, Clause]) -> list[Revised]:
    """The clauses of one procurement that were revised since they were chosen."""
    chosen = procurements.clauses(db, procurement)
    return [
        Revised(clauses[id], version)
        for id, version in chosen.items()
        if id in clauses and clauses[id].version != version
    ]


def all_revised(db: Database, clauses: Mapping[str, Clause]) -> list[tuple[Procurement, list[Revised]]]:
    """Every procurement with such a clause, the oldest first."""
    using = [procurements.find(db, id) for id in procurements.with_clauses(db)]
    pairs = [(each, revised(db, each.id, clauses)) for each in using if each]
    return [(procurement, found) for procurement, found in pairs if found]


def told(procurement: Procurement, found: Sequence[Revised], ctx: Context) -> Reply:
    """What whoever is responsible hears: what was revised, and that her wording stands until she chooses anew."""
    lines = tuple((Span(each.clause.title.of(ctx.lang), bold=True), Span(_versions(each, ctx))) for each in found)
    buttons = tuple(
        (Button(ctx.phrase("read_new", title=each.clause.title.of(ctx.lang))[:75], f"/clause {each.clause.id}"),)
        for each in found[:3]
    )
    words = para(ctx.phrase("revised_in", number=procurement.id, title=procurement.title))
    after = para(ctx.phrase("revised_what_now"))
    return Reply(
        (words, Items(lines), after), (*buttons, (ctx.button("procurement_button", f"/procurement {procurement.id}"),))
    )


def _versions(each: Revised, ctx: Context) -> str:
    return ctx.phrase("clause_versions", chosen=each.version, now=each.clause.version)


def key(procurement: Procurement, found: Sequence[Revised]) -> str:
    """The same revisions have the same key, so that nobody is told twice."""
    return f"revised:{procurement.id}:" + ",".join(f"{each.clause.id}@{each.clause.version}" for each in found)
