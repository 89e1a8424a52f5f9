"""Digests: what one officer, or a team in its room, has before it; for a room no more than all may read there.

What is secret in a room is counted, never named. A room that may read no records sees numbers only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from handlers import certificates as hers
from handlers import items, secrecy
from handlers.context import Context
from handlers.messages import Button, Reply
from handlers.reminders import addressed
from handlers.week import EXPIRING, NOTICE
from knowledge.rules import calendar
from knowledge.text import Items, Part, Span, para
from storage import certificates, contracts, follow_ups, people, teams
from storage.certificates import Certificate
from storage.contracts import Contract
from storage.follow_ups import FollowUp
from storage.reminders import Reminder
from storage.teams import Team

MOST_LINES, MOST_BUTTONS = 10, 5
SECTIONS = ("late", "today", "week", "deputy", "later")

# One officer.


def personal(due: Sequence[Reminder], ctx: Context) -> Reply:
    """What is late, due today, due this week, and what else she is reminded of now; the first items as buttons.

    What she is reminded of is named, however much it is; of the rest as much as can be read at a glance.
    """
    sunday = ctx.today + timedelta(days=6 - ctx.today.weekday())
    deputy = [each.item for each in due if each.kind == "escalated"]
    own = [item for item in follow_ups.open_for(ctx.db, ctx.person.id, 10_000) if item.due_on <= sunday]
    reminded = [found for each in due if (found := follow_ups.find(ctx.db, each.item))]
    every = {item.id: item for item in (*own, *reminded)}
    sections: dict[str, list[FollowUp]] = {f"digest_{name}": [] for name in SECTIONS}
    for item in sorted(every.values(), key=lambda item: (item.due_on, item.id)):
        sections[f"digest_{'deputy' if item.id in deputy else _when(item, sunday, ctx)}"].append(item)
    told = {title: each for title, each in sections.items() if each}
    of = {each.item: each for each in due}
    parts: list[Part] = [ctx.marked("digest_title")]
    for title, each in told.items():
        named = _named(each, of)
        parts += _section(title, [_line(item, of.get(item.id), ctx) for item in named], ctx, len(each) - len(named))
    shown = [item for each in told.values() for item in each][:MOST_BUTTONS]
    numbers = tuple(Button(f"#{item.id}", f"/show {item.id}") for item in shown)
    return Reply(tuple(parts), (numbers, (ctx.button("list_button", "/follow-up"),)))


def _named(several: Sequence[FollowUp], reminded: Mapping[int, Reminder]) -> list[FollowUp]:
    """All that is reminded of, and of the rest the first, as far as there is room."""
    room = max(MOST_LINES - sum(item.id in reminded for item in several), 0)
    rest = [item.id for item in several if item.id not in reminded][:room]
    return [item for item in several if item.id in reminded or item.id in rest]


def _line(item: FollowUp, reminder: Reminder | None, ctx: Context) -> str:
    said = items.line(item, ctx)
    return addressed(said, reminder, "digest", ctx) if reminder else said


def _when(item: FollowUp, sunday: date, ctx: Context) -> str:
    if item.due_on <= ctx.today:
        return "today" if item.due_on == ctx.today else "late"
    return "week" if item.due_on <= sunday else "later"


def _section(title: str, lines: Sequence[str], ctx: Context, left: int = 0) -> list[Part]:
    more = [ctx.note("more_items", count=left)] if left else []
    return [ctx.marked(title), Items(tuple((Span(line),) for line in lines)), *more]


# A team in its room.


@dataclass(frozen=True, slots=True)
class Standing:
    """How a team stands: what is late, due this week and done since last; what ends soon."""

    late: list[FollowUp]
    week: list[FollowUp]
    certificates: list[Certificate]
    contracts: list[Contract]
    done: list[FollowUp]


def standing(team: Team, since: datetime, ctx: Context) -> Standing:
    """How `team` stands today; done is what was done since `since`."""
    members = [each.id for each in teams.members(ctx.db, team.id)]
    sunday = ctx.today + timedelta(days=6 - ctx.today.weekday())
    mine = follow_ups.open_of(ctx.db, members)
    ids = {item.id for item in mine}
    return Standing(
        [item for item in mine if item.due_on < ctx.today],
        [item for item in mine if ctx.today <= item.due_on <= sunday],
        [c for c in certificates.current(ctx.db) if c.item in ids and ctx.today <= c.valid_to <= ctx.today + EXPIRING],
        [c for c in contracts.running(ctx.db, ctx.today) if c.responsible in members and _ends_soon(c, ctx)],
        follow_ups.done_since(ctx.db, members, since),
    )


def _ends_soon(contract: Contract, ctx: Context) -> bool:
    return contract.notice_on is not None and ctx.today <= contract.notice_on <= ctx.today + NOTICE


def of_team(team: Team, level: str, since: datetime, ctx: Context) -> Reply:
    """The digest of `team` for a room of `level`; its own level says what the room must still be when it is sent."""
    how = standing(team, since, ctx)
    title = para(ctx.phrase("team_digest_title", week=calendar.iso_week(ctx.today), name=team.name))
    counted = Reply((title, _counts(how, ctx)), level=secrecy.PUBLIC)
    return _with_lines(counted, how, level, ctx) if secrecy.enough(level, secrecy.INTERNAL) else counted


def _counts(how: Standing, ctx: Context) -> Part:
    late = "team_count_late_one" if len(how.late) == 1 else "team_count_late"
    counts = {
        "team_count_week": len(how.week),
        late: len(how.late),
        "team_count_certificates": len(how.certificates),
        "team_count_contracts": len(how.contracts),
        "team_count_done": len(how.done),
    }
    days = {"team_count_certificates": EXPIRING.days, "team_count_contracts": NOTICE.days}
    lines = [ctx.phrase(id, count=count, days=days.get(id, 0)) for id, count in counts.items() if count]
    return Items(tuple((Span(line),) for line in lines)) if lines else para(ctx.phrase("team_nothing"))


def _with_lines(counted: Reply, how: Standing, level: str, ctx: Context) -> Reply:
    """The counts, and what may be named of them; the highest level that a line needed."""
    every = [*how.late, *how.week, *how.done]
    needed = {item.id: secrecy.of_item(item, ctx) for item in every}
    shown = {id for id, its in needed.items() if secrecy.enough(level, its)}
    sections: list[tuple[str, Sequence[object], Callable[..., str]]] = [
        ("team_late_title", [i for i in how.late if i.id in shown], _item),
        ("team_week_title", [i for i in how.week if i.id in shown], _item),
        ("team_certificates_title", how.certificates, hers.line),
        ("team_contracts_title", how.contracts, _contract),
        ("team_done_title", [i for i in how.done if i.id in shown], _item),
    ]
    parts = [
        part
        for title, each, line in sections
        if each
        for part in _section(title, [line(x, ctx) for x in each[:MOST_LINES]], ctx, max(len(each) - MOST_LINES, 0))
    ]
    hidden = len(needed) - len(shown)
    note = (ctx.note("team_not_shown", count=hidden),) if hidden else ()
    secret = any(needed[id] == secrecy.SECRET for id in shown)
    said = secrecy.SECRET if secret else secrecy.INTERNAL
    return replace(counted, parts=(*counted.parts, *parts, *note), level=said if parts else counted.level)


def _item(item: FollowUp, ctx: Context) -> str:
    person = people.find(ctx.db, item.responsible)
    return ctx.phrase("team_item_line", line=items.line(item, ctx), name=person.name if person else item.responsible)


def _contract(contract: Contract, ctx: Context) -> str:
    day = calendar.short(contract.notice_on or contract.ends_on, ctx.lang)
    return ctx.phrase("contract_line_notice", number=contract.number, supplier=contract.supplier_name, day=day)
