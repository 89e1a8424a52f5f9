"""What a word means, told before any longer answer."""

from collections.abc import Callable
from dataclasses import replace

from handlers.context import Context
from handlers.messages import Button, Reply
from knowledge.search import Found
from knowledge.term import Term
from knowledge.text import Para, Part, Span, para


def define(term: Term, ctx: Context) -> Reply:
    """A term in a sentence or two, its other names, and where the meaning comes from."""
    name = term.term.of(ctx.lang)
    short = f" ({', '.join(term.short)})" if term.short else ""
    meaning = Para((Span(name[:1].upper() + name[1:], bold=True), Span(f"{short}: {term.means.of(ctx.lang)}")))
    parts: tuple[Part, ...] = (meaning, para(_names(term, ctx)))
    if not term.sources:
        parts = (*parts, ctx.note("term_ours"))
    return Reply(parts, (), ctx.cite(*term.sources))


def _names(term: Term, ctx: Context) -> str:
    other = ctx.phrase("term_other", word=term.term.sv if ctx.lang == "en" else term.term.en)
    also = term.also[ctx.lang]
    return f"{other} {ctx.phrase('term_also', words=', '.join(also))}" if also else other


def before(term: Term, found: Found, answer: Callable[[], Reply], ctx: Context) -> Reply:
    """The meaning of `term`, then `answer` if that is the topic of the term; otherwise the way to that topic."""
    told = define(term, ctx)
    if found.in_scope and found.hits[0].topic == term.topic:
        more = answer()
        sources = tuple(dict.fromkeys((*told.sources, *more.sources)))
        return Reply((*told.parts, *more.parts), more.buttons, sources)
    return replace(told, buttons=((read_more(term.topic, ctx),),) if term.topic else ())


def read_more(topic: str, ctx: Context) -> Button:
    """The button to a topic."""
    return Button(ctx.phrase("read_more", title=ctx.library.topics[topic].title.of(ctx.lang))[:75], f"/topic {topic}")
