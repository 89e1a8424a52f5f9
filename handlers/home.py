"""What an officer sees before she has said anything: where she was, what is due, what she is buying, and ways to begin.

Each reply is a section. A section with nothing in it is left out, except that nothing is due, which is good to know.
"""

from dataclasses import replace
from datetime import timedelta

from handlers import interview
from handlers.context import Context
from handlers.flows import path, shown_question
from handlers.items import line
from handlers.messages import Button, Reply
from knowledge.text import LANGUAGES, Items, Span, para
from storage import follow_ups, procurements, talks
from storage.follow_ups import FollowUp
from storage.procurements import Procurement
from storage.talks import Talk

JOBS = {  # what is said on a button -> what it says
    "start_risk": "/risk",
    "start_need": "/need",
    "start_wording": "/wording",
    "start_follow-up": "/fill follow-up",
    "home_ask": "/ask",
    "start_help": "/help",
}
MOST_TALKS, MOST_DUE, MOST_PROCUREMENTS = 5, 5, 10
DAYS = 7
LABEL = 75  # characters on a button


def home(ctx: Context) -> list[Reply]:
    """The sections, in the order in which they are read."""
    return [_hello(ctx), *_waiting(ctx), *_due(ctx), *_procurements(ctx), _languages(ctx)]


def _hello(ctx: Context) -> Reply:
    buttons = [ctx.button(label, says) for label, says in JOBS.items()]
    return ctx.reply("home_hello", tuple(buttons[:3]), tuple(buttons[3:]), name=ctx.person.name)


def _waiting(ctx: Context) -> list[Reply]:
    """Talks that were begun, the latest first."""
    waiting = [talk for talk in talks.parked(ctx.db, ctx.person.id) if talk.flow in ctx.library.flows][:MOST_TALKS]
    if not waiting:
        return []
    lines = tuple((Span(_how_far(talk, ctx)),) for talk in waiting)
    buttons = tuple(
        (Button(ctx.phrase("home_resume", title=_title(talk, ctx))[:LABEL], _resume(talk)),) for talk in waiting
    )
    return [Reply((ctx.marked("home_waiting"), Items(lines)), buttons)]


def _resume(talk: Talk) -> str:
    return f"/resume {talk.id}"


def _title(talk: Talk, ctx: Context) -> str:
    """What the talk is, and about what, as far as it is known."""
    title = ctx.library.flows[talk.flow].title.of(ctx.lang)
    about = talk.answers.get("what") or talk.answers.get("subject")
    return f"{title}, {about}" if isinstance(about, str) else title


def _how_far(talk: Talk, ctx: Context) -> str:
    number, total = interview.place_on(path(talk, ctx), ctx.library.flows[talk.flow], shown_question(talk, ctx))
    return ctx.phrase("home_talk", title=_title(talk, ctx), number=number, total=total)


def _due(ctx: Context) -> list[Reply]:
    """What is late or due within a week, a reply each, so that its buttons stand under it."""
    until = ctx.today + timedelta(days=DAYS)
    items = [item for item in follow_ups.open_for(ctx.db, ctx.person.id) if item.due_on <= until]
    if not items:
        return [ctx.reply("home_nothing_due", days=DAYS)]
    shown = [_item(item, ctx) for item in items[:MOST_DUE]]
    more = len(items) - MOST_DUE
    rest = (
        [Reply((ctx.note("more_items", count=more),), ((ctx.button("list_button", "/follow-up"),),))]
        if more > 0
        else []
    )
    return [replace(shown[0], parts=(ctx.marked("home_due"), *shown[0].parts)), *shown[1:], *rest]


def _item(item: FollowUp, ctx: Context) -> Reply:
    buttons = (
        ctx.button("done_button", f"/start done {item.id}"),
        ctx.button("snooze_button", f"/start snooze {item.id}"),
        ctx.button("show_button", f"/show {item.id}"),
    )
    return Reply((para(line(item, ctx)),), (buttons,))


def _procurements(ctx: Context) -> list[Reply]:
    """Her procurements, with the risk and the need assessment of each."""
    mine = procurements.of(ctx.db, ctx.person.id, MOST_PROCUREMENTS)
    if not mine:
        return []
    lines = tuple((Span(_procurement(each, ctx)),) for each in mine)
    buttons = tuple((Button(f"#{each.id} {each.title}"[:LABEL], f"/procurement {each.id}"),) for each in mine)
    return [Reply((ctx.marked("home_procurements"), Items(lines)), buttons)]


def _procurement(found: Procurement, ctx: Context) -> str:
    cases = procurements.risk_cases(ctx.db, found.id)
    risk = f"level_{cases[-1].overall}" if cases else "no_risk_case"
    need = procurements.need_outcome(ctx.db, found.id)
    return ctx.phrase(
        "home_procurement",
        number=found.id,
        title=found.title,
        risk_light=ctx.phrase(f"light_{cases[-1].overall if cases else 'none'}"),
        risk=ctx.phrase(risk),
        need_light=ctx.phrase(f"light_{need or 'none'}"),
        need=ctx.phrase(f"need_short_{need}" if need else "home_no_need"),
    )


def _languages(ctx: Context) -> Reply:
    return ctx.reply("which_language", tuple(ctx.button(f"language_{lang}", f"/language {lang}") for lang in LANGUAGES))
