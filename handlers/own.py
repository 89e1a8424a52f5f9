"""What is the organisation's own in an answer: guidelines and policies before it, times for deviations after it."""

from handlers import policy
from handlers.context import Context
from knowledge.deviation import DeviationClass
from knowledge.guideline import EVERYWHERE, Guideline
from knowledge.library import Library
from knowledge.rules.calendar import short
from knowledge.text import Heading, Note, Part, Span, Table, note
from knowledge.topic import Topic

DEADLINES = ("corrective-action-plan", "remedy-deadlines")  # answers that the times of deviations stand under


def before(topic: Topic, ctx: Context) -> tuple[Part, ...]:
    """What the organisation itself has decided, to stand before the answer; it prevails."""
    if not topic.in_scope:
        return ()
    recorded = policy.named_first(topic.slug, ctx) if ctx.db else ()  # `duly ask` reads without a database
    quoted = [part for guideline in about(topic.slug, ctx) for part in _quoted(guideline, ctx)]
    return (*_named(ctx), *recorded, *quoted)


def about(slug: str, ctx: Context) -> list[Guideline]:
    """The guidelines on this topic."""
    return [guideline for guideline in ctx.library.guidelines.values() if slug in guideline.about]


def _named(ctx: Context) -> tuple[Part, ...]:
    """A line that names what holds everywhere."""
    found = [guideline for guideline in ctx.library.guidelines.values() if EVERYWHERE in guideline.about]
    if not found:
        return ()
    names = [span for each in found for span in (Span(", "), Span(each.title(ctx.lang), link=each.link))]
    return (Note((Span(ctx.phrase("policy_first")), Span(" "), *names[1:])),)


def _quoted(guideline: Guideline, ctx: Context) -> tuple[Part, ...]:
    decided = ctx.phrase("guideline_decided", by=guideline.decided_by, day=short(guideline.decided, ctx.lang))
    link = (Span(" "), Span(guideline.link, link=guideline.link)) if guideline.link else ()
    late = (ctx.note("guideline_past", day=guideline.review_by.isoformat()),) if guideline.review_by < ctx.today else ()
    title = ctx.phrase("guideline_title", title=guideline.title(ctx.lang))
    return (Heading(title), *guideline.body(ctx.lang), Note((Span(decided), *link)), *late)


def after(topic: Topic, ctx: Context) -> tuple[Part, ...]:
    """The times that deviations have here, under the answers that are about them."""
    return times(ctx) if topic.slug in DEADLINES else ()


def times(ctx: Context) -> tuple[Part, ...]:
    """The classes of deviation with their times, and whose times they are."""
    library = ctx.library
    whose = "deviations_own" if has_own_times(library) else "deviations_ours"
    head = tuple(ctx.phrase(f"column_{name}") for name in ("class", "plan", "remedied"))
    rows = tuple(row(each, ctx) for each in library.deviations.values())
    tell = [each.tell.of(ctx.lang) for each in library.deviations.values() if each.tell]
    return (Heading(ctx.phrase(whose)), Table(head, rows), *(note(words) for words in tell))


def has_own_times(library: Library) -> bool:
    """Whether the organisation set times of its own."""
    return bool(library.shelves.layers("deviations.yaml")[1:])


def row(each: DeviationClass, ctx: Context) -> tuple[str, ...]:
    """A class: its name, the time until there is a plan, the time until it is remedied."""
    plan = _days(each.plan_days, "working_days" if each.working_days else "days", ctx)
    return each.name.of(ctx.lang), plan, _days(each.done_days, "days", ctx)


def _days(days: int | None, unit: str, ctx: Context) -> str:
    return ctx.phrase(f"in_{unit}", days=days) if days else "–"
