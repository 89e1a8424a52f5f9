"""The records that a report counts, read from the tables and dated by the organisation's own days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.context import Context
from knowledge.rules.report_records import (
    Action,
    Assessment,
    Certificate,
    Chosen,
    Contract,
    Deviation,
    FollowUp,
    Need,
    Procurement,
    Records,
    RiskCase,
)
from storage import contracts, deviations
from storage import report as stored
from storage.database import Database, fold
from storage.report import Item

Key = tuple[int, str]  # supplier, number of a contract


def gather(ctx: Context) -> Records:
    """All of them."""
    db, zone = ctx.db, ctx.home or ctx.zone
    numbers = {(each.supplier, fold(each.number)): each.id for each in contracts.every(db)}
    return Records(
        _procurements(db, zone),
        tuple(_item(each, numbers, zone) for each in stored.items(db)),
        tuple(_assessments(db, zone)),
        tuple(
            Certificate(_day(at, zone), what, to, _maybe(new, zone)) for at, what, to, new in stored.certificates(db)
        ),
        tuple(_deviations(db, numbers, zone)),
        _contracts(db, zone),
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _maybe(at: datetime | None, zone: ZoneInfo) -> date | None:
    return _day(at, zone) if at else None


def _procurements(db: Database, zone: ZoneInfo) -> tuple[Procurement, ...]:
    risk: dict[int, list[RiskCase]] = defaultdict(list)
    need: dict[int, list[Need]] = defaultdict(list)
    clauses: dict[int, list[Chosen]] = defaultdict(list)
    for id, at, level, value in stored.risk_cases(db):
        risk[id].append(RiskCase(_day(at, zone), level, value))
    for id, at, outcome in stored.need_assessments(db):
        need[id].append(Need(_day(at, zone), outcome))
    for id, clause, at, removed in stored.chosen(db):
        clauses[id].append(Chosen(clause, _day(at, zone), _maybe(removed, zone)))
    return tuple(
        Procurement(
            each.id,
            each.category,
            _day(each.created_at, zone),
            tuple(risk[each.id]),
            tuple(need[each.id]),
            tuple(clauses[each.id]),
        )
        for each in stored.began(db)
    )


def _item(item: Item, numbers: dict[Key, int], zone: ZoneInfo) -> FollowUp:
    return FollowUp(
        item.id,
        _contract(item.supplier, item.contract, numbers),
        _day(item.created_at, zone),
        item.due_on,
        _maybe(item.done_at, zone) if item.state == "done" else None,
        _day(item.changed_at, zone) if item.state == "closed" else None,
        item.deputy is not None,
    )


def _contract(supplier: int, number: str | None, numbers: dict[Key, int]) -> int | None:
    return numbers.get((supplier, fold(number or "")))


def _assessments(db: Database, zone: ZoneInfo) -> Iterable[Assessment]:
    for sent, due, answered, judged, verdict, state in stored.assessments(db):
        days = _maybe(answered, zone), _maybe(judged, zone)
        yield Assessment(_day(sent, zone), due, *days, verdict, state == "withdrawn")


def _certificates(db: Database, zone: ZoneInfo) -> Iterable[Certificate]:
    for at, scheme, valid_to, replaced in stored.certificates(db):
        yield Certificate(_day(at, zone), scheme, valid_to, _maybe(replaced, zone))


def _deviations(db: Database, numbers: dict[Key, int], zone: ZoneInfo) -> Iterable[Deviation]:
    agreed: dict[int, list[Action]] = defaultdict(list)
    for id, at, verified, withdrawn in stored.actions(db):
        agreed[id].append(Action(_day(at, zone), _maybe(verified, zone), _maybe(withdrawn, zone)))
    for each in deviations.every(db):
        under = _contract(each.supplier, each.contract, numbers)
        yield Deviation(each.found_on, each.kind, _maybe(each.closed_at, zone), under, tuple(agreed[each.id]))


def _contracts(db: Database, zone: ZoneInfo) -> tuple[Contract, ...]:
    kept = stored.planned(db)
    return tuple(
        Contract(
            each.id,
            each.procurement,
            _day(kept[each.id][0], zone),
            each.starts_on,
            each.ends_on,
            _maybe(kept[each.id][1], zone),
            each.deputy is not None,
        )
        for each in contracts.every(db)
    )
