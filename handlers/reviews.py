"""What is old enough to be looked at again: risk cases while a contract runs, and answers past their review."""

from dataclasses import dataclass
from datetime import date, timedelta

from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Reply
from handlers.recurring import CLOCK
from knowledge.library import Library
from knowledge.rules import calendar
from knowledge.text import para
from storage import audit, contracts, follow_ups, procurements
from storage.contracts import Contract
from storage.database import Database

KIND = "risk_review"
MOST_NAMED = 3  # topics in one line
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class OldCase:
    """The running contract of a procurement whose risk was last assessed on `assessed`, too long ago."""

    contract: Contract
    title: str
    assessed: date


def old_risk_cases(db: Database, library: Library, today: date) -> list[OldCase]:
    """Risk cases that are to be made again, the procurement once; none that somebody was lately asked to make."""
    found: dict[int, OldCase] = {}
    for contract in contracts.running(db, today):
        case = _old(contract, db, library, today)
        if case and contract.procurement not in found:
            found[contract.procurement or 0] = case
    return list(found.values())


def _old(contract: Contract, db: Database, library: Library, today: date) -> OldCase | None:
    procurement = procurements.find(db, contract.procurement or 0)
    cases = procurements.risk_cases(db, procurement.id) if procurement else []
    if procurement is None or not cases:
        return None
    assessed = date.fromisoformat(cases[-1].created_at[:10])
    asked = follow_ups.latest_made(db, procurement.id, KIND)
    latest = max(assessed, asked) if asked else assessed
    months = library.cadence.risk_review_months
    return OldCase(contract, procurement.title, assessed) if calendar.add_months(latest, months) <= today else None


def record(old: OldCase, ctx: Context) -> int:
    """The item that asks for a new risk assessment, with its reminders; its id. `ctx`: of whoever is responsible."""
    contract, due = old.contract, ctx.today + timedelta(days=ctx.library.cadence.risk_review_days)
    subject = ctx.phrase("risk_review_item", title=old.title, day=calendar.short(old.assessed, ctx.lang))
    who, where = (contract.responsible, ctx.now, contract.deputy), (contract.procurement, contract.number)
    day = calendar.next_working_day(due)
    id = follow_ups.add(ctx.db, contract.supplier, KIND, subject[:LONGEST_SUBJECT], day, *who, *where)
    audit.append(ctx.db, CLOCK, "recorded", f"follow_ups:{id}", ctx.now, {"contract": contract.id, "kind": KIND})
    item = follow_ups.find(ctx.db, id)
    assert item is not None
    reminder_plans.plan(item, ctx)
    return id


def stale_topics(library: Library, today: date) -> list[str]:
    """The topics past the day by which they should have been reviewed, the oldest first."""
    past = sorted((topic.review_by, slug) for slug, topic in library.topics.items() if topic.review_by < today)
    return [slug for _, slug in past]


def told(stale: list[str], ctx: Context) -> Reply:
    """One line to whoever sees to it that content is reviewed."""
    named = [ctx.library.topics[slug].title.of(ctx.lang) for slug in stale[:MOST_NAMED]]
    titles = ", ".join(f'"{title}"' for title in named) + (" …" if len(stale) > MOST_NAMED else "")
    return Reply((para(ctx.phrase("knowledge_stale", count=len(stale), titles=titles)),))
