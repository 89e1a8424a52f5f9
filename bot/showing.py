"""What `duly knowledge show` prints: the piece of content with an id, of whichever kind it is."""

import sys
from collections.abc import Callable, Iterator

import click

from bot.asking import labels as small_words
from bot.asking import reader
from bot.assessing import category_reply
from bot.render.plain import plain_text
from handlers import acts, glossary, labels, questions, self_assessment, wording
from handlers.context import Context
from handlers.messages import Reply
from knowledge.library import Library
from knowledge.text import Heading


def show(library: Library, id: str, lang: str) -> None:
    """Print every piece that has this id: a term and a topic may share it."""
    ctx = reader(library, lang)
    found = [shown for kind in KINDS for shown in kind(id, ctx)]
    if not found:
        click.echo(library.phrase("no_such_id", lang, wanted=id), err=True)
        sys.exit(1)
    click.echo("\n\n".join(plain_text(Reply(shown.parts, (), shown.sources), small_words(ctx)) for shown in found))


def _term(id: str, ctx: Context) -> Iterator[Reply]:
    if term := ctx.library.glossary.get(id):
        yield glossary.define(term, ctx)


def _topic(id: str, ctx: Context) -> Iterator[Reply]:
    if topic := ctx.library.topics.get(id):
        yield questions.tell(topic, ctx)


def _clause(id: str, ctx: Context) -> Iterator[Reply]:
    if clause := ctx.library.clauses.get(id):
        parts = (Heading(clause.title.of(ctx.lang)), *wording.body(clause, ctx))
        yield Reply(parts, (), ctx.cite(*clause.legal_basis, *clause.sources))


def _category(id: str, ctx: Context) -> Iterator[Reply]:
    if id in ctx.library.categories:
        yield category_reply(id, ctx)


def _label(id: str, ctx: Context) -> Iterator[Reply]:
    if label := ctx.library.labels.get(id):
        yield labels.card(label, ctx)


def _act(id: str, ctx: Context) -> Iterator[Reply]:
    if act := ctx.library.acts.get(id):
        yield acts.tell([act], ctx)


def _form(id: str, ctx: Context) -> Iterator[Reply]:
    if criteria := ctx.library.criteria.get(id):
        yield self_assessment.told(criteria, ctx)


def _source(id: str, ctx: Context) -> Iterator[Reply]:
    if id in ctx.library.sources:
        yield Reply((), (), ctx.cite(id))


KINDS: tuple[Callable[[str, Context], Iterator[Reply]], ...] = (
    _term,
    _topic,
    _clause,
    _category,
    _label,
    _act,
    _form,
    _source,
)
