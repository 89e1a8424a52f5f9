"""What comes back: "follow up the licence at Nordkaffe AB every quarter from 31 January".

The next one is made when the one before it is done, or when its day has passed: one at a time. Days are counted from
the first one, so a series that began on the 31st stays at the end of the month.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from handlers import reminders as reminder_plans
from handlers.context import Context
from knowledge.rules import calendar
from knowledge.text import Part
from storage import audit, cadences, contracts, follow_ups, reminders, series
from storage.database import Database
from storage.follow_ups import FollowUp
from storage.series import Series

EVERY = "every"  # among a talk's answers: months between two; no question has this id
UNITS = {
    "månad": 1,
    "month": 1,
    "kvartal": 3,
    "quarter": 3,
    "halvår": 6,
    "half-year": 6,
    "half year": 6,
    "år": 12,
    "year": 12,
}
SAID = re.compile(
    rf"(?:(?<![\s,])[\s,]+)?\b(?:varje|vart|var|each|every)\s+"
    rf"(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})\b"
    r"(?:\s+(?:från och med|från|with start on|from|starting)\b)?",
    re.IGNORECASE,
)
CLOCK = "clock"  # who did it, in the audit trail
SHOWN = 4  # days that are named when it is said how often


def heard(words: str) -> tuple[int | None, str]:
    """How many months lie between two, and the words without it."""
    said = SAID.search(words)
    if said is None:
        return None, words
    return UNITS[said["unit"].casefold()], f"{words[: said.start()]} {words[said.end() :]}"


def begin(item: FollowUp, months: int, ctx: Context) -> list[Part]:
    """From now on `item` comes back; the rule in words."""
    series.begin(ctx.db, item.id, item.due_on, months, ctx.person.id, ctx.now)
    ctx.did("comes back", f"follow_ups:{item.id}", {"months": months, "from": item.due_on.isoformat()})
    return [ctx.note("comes_back", **_rule(Series(0, item.id, item.due_on, months, 0), item.id, ctx))]


def _rule(found: Series, number: int, ctx: Context) -> dict[str, object]:
    days = [calendar.short(day_of(found, found.nth + n), ctx.lang) for n in range(SHOWN)]
    return {"every": ctx.phrase(f"every_{found.months}"), "days": ", ".join(days), "number": number}


def shown(item: FollowUp, ctx: Context) -> list[Part]:
    """The rule by which an item comes back, if it does."""
    found = series.of(ctx.db, item.id)
    return [ctx.note("comes_back", **_rule(found, item.id, ctx))] if found else []


def day_of(found: Series, nth: int) -> date:
    """The day of the nth after the first: so many months later, or the last of that month."""
    return calendar.add_months(found.anchor, nth * found.months)


def after_done(item: FollowUp, ctx: Context) -> list[Part]:
    """The next one, as `item` is done; in words."""
    found = series.of(ctx.db, item.id)
    made = make_next(found, item, ctx, ctx.person.id) if found else None
    if made is None:
        return []
    return [ctx.note("next_one", number=made.id, day=calendar.words(made.due_on, ctx.lang))]


def before(item: FollowUp, ctx: Context) -> dict[str, int] | None:
    """Where the series of `item` stands, for an undo."""
    found = series.of(ctx.db, item.id)
    return {"id": found.id, "nth": found.nth} if found else None


def take_back(kept: Mapping[str, int], item: FollowUp, ctx: Context) -> None:
    """The next one goes as `item` is open again; where somebody has changed it both stay."""
    made = follow_ups.find(ctx.db, series.latest(ctx.db, kept["id"]))
    if made and made.id != item.id:
        if (
            made.version > 1
            or not _followed(made.id, item, ctx)
            or not follow_ups.set_state(ctx.db, made, "closed", None, ctx.person.id, ctx.now)
        ):
            return
        reminders.cancel(ctx.db, made.id)
        ctx.did("closed", f"follow_ups:{made.id}", {"undone": item.id})
    series.back(ctx.db, kept["id"], kept["nth"], item.id, ctx.now)


def _followed(made: int, item: FollowUp, ctx: Context) -> bool:
    """Whether one was made because `item` was done, and not because one between them was."""
    acts = audit.details(ctx.db, f"follow_ups:{made}")
    return any(act == "recorded" and details.get("after") == item.id for act, details in acts)


def make_next(found: Series, item: FollowUp, ctx: Context, by: str) -> FollowUp | None:
    """The next occurrence, with its reminders: the first whose day has not passed. None after the contract's end."""
    nth = found.nth + 1
    while day_of(found, nth) < ctx.today:
        nth += 1
    if _contract_is_over(item, day_of(found, nth), ctx):
        series.stop(ctx.db, item.id, ctx.now)
        return None
    id = _copied(item, day_of(found, nth), ctx)
    if not series.go_on(ctx.db, found, nth, id, ctx.now):
        return None
    made = follow_ups.find(ctx.db, id)
    assert made is not None
    if days := cadences.of_item(ctx.db, item.id).before_days:
        cadences.set_days(ctx.db, id, days, ctx.person.id, ctx.now)
    details = {"after": item.id, "due": made.due_on.isoformat()}
    audit.append(ctx.db, by, "recorded", f"follow_ups:{id}", ctx.now, details)
    reminder_plans.plan(made, ctx)
    return made


def _copied(item: FollowUp, day: date, ctx: Context) -> int:
    responsible, deputy, where = item.responsible, item.deputy, (item.procurement, item.contract, item.clause)
    return follow_ups.add(ctx.db, item.supplier, item.kind, item.subject, day, responsible, ctx.now, deputy, *where)


def _contract_is_over(item: FollowUp, day: date, ctx: Context) -> bool:
    contract = contracts.numbered(ctx.db, item.contract) if item.contract else None
    return contract is not None and contract.ends_on < day


# Made by the clock.


def go_on(id: int, db: Database, today: date, ctx_of: Callable[[str], Context]) -> FollowUp | None:
    """Make what is to follow on an item that is settled or whose day has passed, if nobody has."""
    found = series.if_behind(db, id, today)
    item = follow_ups.find(db, found.item) if found else None
    return make_next(found, item, ctx_of(item.responsible), CLOCK) if found and item else None
