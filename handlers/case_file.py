"""One case whole, for the register: which records belong to a procurement, their files, and what was done with them.

A record belongs by the number of its contract, by the follow-up it hangs on, or, where it names no contract, when every
contract of its supplier belongs to this case. Certificates, results of others and decisions about them are kept on the
supplier, so they are in each case in which it has a contract. What a supplier has not sent in is in none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.context import Context
from handlers.show import category_name
from storage import (
    actions,
    audit,
    certificates,
    contracts,
    decisions,
    deviations,
    evidence,
    follow_ups,
    form_files,
    imported_results,
    inspections,
    people,
    procurements,
    reuses,
    self_assessments,
    suppliers,
)
from storage.actions import Action
from storage.audit import Line
from storage.certificates import Certificate
from storage.contracts import Contract
from storage.database import fold
from storage.decisions import Decision
from storage.deviations import Deviation
from storage.evidence import Evidence
from storage.follow_ups import FollowUp
from storage.imported_results import Imported
from storage.inspections import Inspection
from storage.procurements import Procurement
from storage.reuses import Reuse
from storage.self_assessments import SelfAssessment
from storage.suppliers import Supplier

ALL = -1  # no limit, to SQLite
LOG = ("day", "time", "who", "role", "what", "record")
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')  # no file name on some machine
SAME = {"jpg": "jpeg"}  # two endings of one kind
MOST_NAME = 80  # characters of an attachment's own name


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that belongs to the case: `name` as it lies in the export, `path` as we keep it, `about` the record."""

    number: int
    name: str
    path: str
    sha256: str
    about: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that belongs to one procurement. `unplaced`: records of its suppliers that may belong elsewhere."""

    procurement: Procurement
    began: datetime
    suppliers: tuple[Supplier, ...]
    contracts: tuple[Contract, ...]
    items: tuple[FollowUp, ...]
    certificates: tuple[Certificate, ...]
    assessments: tuple[SelfAssessment, ...]
    inspections: tuple[Inspection, ...]
    deviations: tuple[Deviation, ...]
    actions: tuple[Action, ...]
    decisions: tuple[Decision, ...]
    results: tuple[Imported, ...]
    reuses: tuple[Reuse, ...]
    evidence: tuple[Evidence, ...]
    files: tuple[Piece, ...]
    unplaced: int


def wanted(words: str, ctx: Context) -> Procurement | None:
    """The procurement that "2027-114" (its diary number, or a contract's) or "#12" names."""
    number = words.strip()
    if number.startswith("#") and number[1:].isdecimal() and len(number) < 14:
        return procurements.find(ctx.db, int(number[1:]))
    contract = contracts.numbered(ctx.db, number)
    by_contract = procurements.find(ctx.db, contract.procurement or 0) if contract else None
    return procurements.numbered(ctx.db, number) or by_contract


# Which records belong.


@dataclass(frozen=True, slots=True)
class Bounds:
    """`alone` are suppliers whose contracts all belong to the case, `items` the follow-ups that do."""

    procurement: Procurement
    ctx: Context
    alone: frozenset[int]
    items: frozenset[int] = frozenset()

    def hold(self, supplier: int, contract: str | None, item: int | None = None) -> bool:
        """Whether a record about a supplier belongs."""
        if not contract:
            return item in self.items or (supplier in self.alone and not item)
        known = contracts.numbered(self.ctx.db, contract)
        if known and known.supplier == supplier and known.procurement:
            return known.procurement == self.procurement.id
        return fold(contract) == fold(self.procurement.number or "") or item in self.items


def gathered(found: Procurement, ctx: Context) -> Case:
    """All records of a case, as they lie."""
    agreed = contracts.of_procurement(ctx.db, found.id)
    bounds = _bounds(found, agreed, ctx)
    own = [each for each in follow_ups.every(ctx.db) if each.id in bounds.items]
    held = [each for each in deviations.every(ctx.db) if bounds.hold(each.supplier, each.contract, each.item)]
    asked = [each for each in self_assessments.every(ctx.db) if bounds.hold(each.supplier, each.contract, each.item)]
    seen = [each for each in inspections.every(ctx.db) if bounds.hold(each.supplier, each.contract)]
    about: list[Any] = [*agreed, *own, *held, *asked, *seen]
    sellers = [known for id in sorted({each.supplier for each in about}) if (known := suppliers.find(ctx.db, id))]
    todo = [action for each in held for action in actions.of(ctx.db, each.id)]
    shown = [each for seller in sellers for each in certificates.ever_of(ctx.db, seller.id)]
    supported: list[Any] = [*held, *todo, *shown, *seen]
    pieces = [piece for each in supported for piece in evidence.of(ctx.db, each.about)]
    return Case(
        procurement=found,
        began=procurements.began_at(ctx.db, found.id),
        suppliers=tuple(sellers),
        contracts=tuple(agreed),
        items=tuple(_with_items_of((*todo, *shown), own, ctx)),
        certificates=tuple(shown),
        assessments=tuple(asked),
        inspections=tuple(seen),
        deviations=tuple(held),
        actions=tuple(todo),
        decisions=tuple(decision for each in held for decision in decisions.of(ctx.db, each.id)),
        results=tuple(_results(sellers, ctx)),
        reuses=tuple(_reuses(sellers, ctx)),
        evidence=tuple(sorted(pieces, key=lambda piece: piece.id)),
        files=tuple(_files(pieces, asked, ctx)),
        unplaced=_unplaced(sellers, bounds),
    )


def _bounds(found: Procurement, agreed: Iterable[Contract], ctx: Context) -> Bounds:
    alone = frozenset(each.supplier for each in agreed) - _elsewhere(found, ctx)
    bounds = Bounds(found, ctx, alone)
    return replace(bounds, items=frozenset(each.id for each in follow_ups.every(ctx.db) if _is_item(each, bounds)))


def _results(sellers: Iterable[Supplier], ctx: Context) -> Iterator[Imported]:
    for each in sellers:
        yield from imported_results.of_supplier(ctx.db, each.number, each.name)


def _reuses(sellers: Iterable[Supplier], ctx: Context) -> Iterator[Reuse]:
    for each in sellers:
        yield from reversed(reuses.of_supplier(ctx.db, each.id, ALL))


def _elsewhere(found: Procurement, ctx: Context) -> set[int]:
    """Suppliers that have a contract of another case, or of none."""
    return {each.supplier for each in contracts.every(ctx.db) if each.procurement != found.id}


def _is_item(item: FollowUp, bounds: Bounds) -> bool:
    if item.procurement:
        return item.procurement == bounds.procurement.id
    return bounds.hold(item.supplier, item.contract)


def _with_items_of(owners: Iterable[Action | Certificate], own: list[FollowUp], ctx: Context) -> list[FollowUp]:
    """The follow-ups and those that remind of actions and certificates, in order."""
    reminded = [item for each in owners if (item := follow_ups.find(ctx.db, each.item or 0))]
    return sorted({each.id: each for each in (*own, *reminded)}.values(), key=lambda each: each.id)


def _unplaced(sellers: Iterable[Supplier], bounds: Bounds) -> int:
    """How many records of these suppliers name no contract, and so may belong to another case."""
    others, db = {each.id for each in sellers} - bounds.alone, bounds.ctx.db
    records: list[Any] = [*deviations.every(db), *self_assessments.every(db), *inspections.every(db)]
    loose = [each for each in records if each.supplier in others and not each.contract]
    return sum(1 for each in loose if not bounds.hold(each.supplier, None, getattr(each, "item", None)))


def sent_in(one: SelfAssessment) -> int:
    """How many rounds the supplier has sent in; what it is still writing is nobody else's."""
    return one.round if one.state in ("submitted", "judged") else one.round - 1


# Files.


def _files(pieces: Iterable[Evidence], asked: Iterable[SelfAssessment], ctx: Context) -> Iterator[Piece]:
    kept = [(each.name, each.path, each.sha256, each.about) for each in pieces if each.path and each.sha256]
    for one in asked:
        sent = [each for each in form_files.of(ctx.db, one.id) if each.round <= sent_in(one)]
        kept += [(each.name, each.path, each.sha256, f"self_assessments:{one.id}") for each in sent]
    for number, (name, path, sha256, about) in enumerate(kept, start=1):
        yield Piece(number, file_name(number, name or "", path or ""), path or "", sha256 or "", about)


def file_name(number: int, name: str, path: str) -> str:
    """A name that every machine takes: numbered, with the label it had and the ending of what it is."""
    ending = path.rpartition(".")[2] if "." in path else ""
    stem, dot, own = UNSAFE.sub("_", name).rpartition(".")
    if not dot or SAME.get(own.casefold(), own.casefold()) != ending:
        stem, own = UNSAFE.sub("_", name), ending
    stem = stem.strip(" .")[:MOST_NAME].strip(" .")
    return f"{number:03} {stem or 'fil'}{'.' if own else ''}{own}"


# What was done.


def about(case: Case, ctx: Context) -> list[str]:
    """Every record of the case, as the audit trail names it."""
    tables: dict[str, Iterable[Any]] = {
        "need_assessments": procurements.need_assessments(ctx.db, case.procurement.id),
        "contracts": case.contracts,
        "follow_ups": case.items,
        "certificates": case.certificates,
        "self_assessments": case.assessments,
        "inspections": case.inspections,
        "deviations": case.deviations,
        "actions": case.actions,
        "decisions": case.decisions,
        "imported_results": case.results,
        "reuses": case.reuses,
        "evidence": case.evidence,
    }
    own = [f"procurements:{case.procurement.id}"]
    return [*own, *(f"{table}:{each.id}" for table, records in tables.items() for each in records)]


def log(case: Case, ctx: Context) -> list[list[str]]:
    """The names of the columns, and a row an act, in order, in local time."""
    lines = audit.of(ctx.db, *about(case, ctx))
    return [[ctx.phrase(f"case_log_{name}") for name in LOG], *(_row(line, ctx) for line in lines)]


def _row(line: Line, ctx: Context) -> list[str]:
    local = line.at.astimezone(ctx.home or ctx.zone)
    name, role = who(line.actor, ctx)
    return [f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}", name, role, did(line.action, ctx), record(line.about, ctx)]


def who(actor: str, ctx: Context) -> tuple[str, str]:
    """Name and role of whoever did something: an officer, a supplier, the clock."""
    if actor.startswith("suppliers:"):
        supplier = suppliers.find(ctx.db, int(actor.removeprefix("suppliers:")))
        return supplier.name if supplier else actor, ctx.phrase("case_role_supplier")
    if person := people.find(ctx.db, actor):
        return person.name, ctx.phrase(f"role_{person.role}")
    return ("Duly", ctx.phrase("case_role_clock")) if actor == "clock" else (actor.removeprefix("terminal:"), "")


def did(action: str, ctx: Context) -> str:
    """What was done, in words."""
    known = f"case_did_{action.replace(' ', '_')}"
    return ctx.phrase(known) if known in ctx.library.phrases else action


def record(about: str, ctx: Context) -> str:
    """A record as people call it, such as "Avvikelse 3"."""
    table, _, id = about.partition(":")
    return ctx.phrase(f"case_record_{table}", number=id)


# For programs.


def metadata(case: Case, ctx: Context) -> dict[str, Any]:
    """What a register asks about a case; words for people in the language of the context."""
    one = case.procurement
    return {
        "number": one.number,
        "id": one.id,
        "title": one.title,
        "category": category_name(one.category, ctx) if one.category else None,
        "phase": phase(case, ctx),
        "began": case.began.isoformat(),
        "exported": ctx.now.isoformat(),
        "contracts": [
            {
                "number": each.number,
                "supplier": each.supplier_name,
                "starts": str(each.starts_on),
                "ends": str(each.ends_on),
            }
            for each in case.contracts
        ],
        "suppliers": [{"name": each.name, "number": each.number} for each in case.suppliers],
        "persons": [{"name": name, "role": role} for name, role in persons(case, ctx)],
        "counts": counts(case, ctx),
        "secrecy_review": None,
    }


def persons(case: Case, ctx: Context) -> list[tuple[str, str]]:
    """Name and role of everybody who is in charge of something of the case or did something with it."""
    lines = audit.of(ctx.db, *about(case, ctx))
    charged: list[Any] = [
        case.procurement,
        *case.contracts,
        *case.items,
        *case.deviations,
        *case.assessments,
        *case.inspections,
    ]
    ids = [each.responsible for each in charged] + [getattr(each, "deputy", None) or "" for each in charged]
    every = dict.fromkeys((*ids, *(line.actor for line in lines if not line.actor.startswith("suppliers:"))))
    return sorted({who(id, ctx) for id in every if id and id != "clock"})


def counts(case: Case, ctx: Context) -> dict[str, int]:
    """How many records there are of each kind."""
    of = case.procurement.id
    return {
        "risk_cases": len(procurements.risk_cases(ctx.db, of)),
        "need_assessments": len(procurements.need_assessments(ctx.db, of)),
        "clauses": len(procurements.clauses(ctx.db, of)),
        "contracts": len(case.contracts),
        "follow_ups": len(case.items),
        "certificates": len(case.certificates),
        "self_assessments": len(case.assessments),
        "inspections": len(case.inspections),
        "deviations": len(case.deviations),
        "actions": len(case.actions),
        "decisions": len(case.decisions),
        "results": len(case.results),
        "reuses": len(case.reuses),
        "evidence": len(case.evidence),
        "attachments": len(case.files),
    }


def phase(case: Case, ctx: Context) -> str:
    """Where the case is: no contract yet, one that has not begun or that runs, or all over."""
    if not case.contracts:
        return ctx.phrase("case_phase_planning")
    if all(each.starts_on > ctx.today for each in case.contracts):
        return ctx.phrase("case_phase_awarded")
    running = any(each.ends_on >= ctx.today for each in case.contracts)
    return ctx.phrase("case_phase_contract" if running else "case_phase_ended")
