"""Where to begin: what is bought in the order of its risk, first where a credible label makes it quick."""

from collections.abc import Sequence

from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.rules.priorities import Start, starts
from knowledge.text import Heading, Items, Part, Span, para

MOST_SHOWN = 6  # in each list
SOURCES = ("risk-method", "uhm-riskmatris", "husr-prioriterade")


def priorities(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`priorities`: the purchases to take first, those that follow, and a schedule to fill in."""
    library = ctx.library
    found = starts(tuple(library.categories.values()), tuple(library.labels.items()), library.evidence)
    labelled = [start for start in found if start.labels][:MOST_SHOWN]
    rest = [start for start in found if not start.labels][:MOST_SHOWN]
    parts: list[Part] = [Heading(ctx.phrase("priorities_title")), para(ctx.phrase("priorities_how"))]
    parts += _listed("priorities_labelled", labelled, ctx) + _listed("priorities_rest", rest, ctx)
    parts += [ctx.marked("priorities_schedule"), ctx.note("priorities_note")]
    return Reply(tuple(parts), _buttons(labelled + rest, ctx), ctx.cite(*SOURCES))


def _listed(title: str, found: Sequence[Start], ctx: Context) -> list[Part]:
    if not found:
        return []
    return [Heading(ctx.phrase(title)), Items(tuple(_line(start, ctx) for start in found), numbered=True)]


def _line(start: Start, ctx: Context) -> tuple[Span, ...]:
    name = ctx.library.categories[start.category].name.of(ctx.lang)
    labels = ", ".join(ctx.library.labels[id].name for id in start.labels)
    words = ctx.phrase(
        "priorities_line" if labels else "priorities_line_bare",
        priority=start.picture.priority,
        level=ctx.phrase(f"level_{start.picture.typical.word}"),
        labels=labels,
    )
    return Span(name, bold=True), Span(words)


def _buttons(found: Sequence[Start], ctx: Context) -> tuple[tuple[Button, ...], ...]:
    names = [ctx.library.categories[start.category].name.of(ctx.lang) for start in found[:3]]
    first = tuple(Button(ctx.phrase("priorities_button", what=name)[:75], f"/risk {name}") for name in names)
    return (*((button,) for button in first), (ctx.button("start_maturity", "/maturity"),))
