"""From which day an act of the EU applies, told as it stands today."""

from handlers.context import Context
from handlers.glossary import read_more
from handlers.messages import Reply
from knowledge.act import Act, Applies, acts_asked
from knowledge.rules.calendar import short
from knowledge.text import Heading, Items, Note, Part, Span, para, spans

SOON = 90  # days before which they are counted


def asked(question: str, ctx: Context) -> list[Act]:
    """The acts whose day of application `question` asks for."""
    return acts_asked(question, ctx.library.acts.values())


def tell(acts: list[Act], ctx: Context) -> Reply:
    """Each act: whether it applies today, to whom and from when, what is not checked, and the way to what it means."""
    parts = tuple(part for act in acts for part in _one(act, ctx))
    topics = dict.fromkeys(act.topic for act in acts)
    buttons = tuple((read_more(topic, ctx),) for topic in topics)
    return Reply(parts, buttons, ctx.cite(*(source for act in acts for source in act.sources)))


def standing(topic: str, ctx: Context) -> tuple[Part, ...]:
    """Which acts of a topic apply today, and to whom; nothing for a topic about something else."""
    lines = [
        (Span(act.name.of(ctx.lang), bold=True), Span(f". {_stands(applies, ctx)}"))
        for act in ctx.library.acts.values()
        if act.topic == topic
        for applies in act.dates
    ]
    return (Heading(ctx.phrase("acts_today")), Items(tuple(lines))) if lines else ()


def _one(act: Act, ctx: Context) -> tuple[Part, ...]:
    days = tuple((Span(_stands(applies, ctx)),) for applies in act.dates)
    listed = (Items(days),) if days else (para(ctx.phrase("act_no_day")),)
    unread = ctx.phrase("act_unverified", what=act.unverified.of(ctx.lang))
    past = (ctx.note("past_review", day=act.review_by.isoformat()),) if act.review_by < ctx.today else ()
    return (Heading(act.name.of(ctx.lang)), para(act.what.of(ctx.lang)), *listed, Note(spans(unread)), *past)


def _stands(applies: Applies, ctx: Context) -> str:
    """What the day means today."""
    day, who = short(applies.starts, ctx.lang), applies.who.of(ctx.lang)
    left = (applies.starts - ctx.today).days
    if left <= 0:
        return ctx.phrase("act_applies", day=day, who=who)
    if left > SOON:
        return ctx.phrase("act_not_yet", day=day, who=who)
    return ctx.phrase("act_soon", day=day, who=who, days=left)
