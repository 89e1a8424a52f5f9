"""What `duly risk` and `duly wording` do: a risk picture or wording at once, without a talk and without a database."""

import json
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.asking import labels, reader
from bot.render.plain import plain_text
from handlers import risk as risk_talk
from handlers import risk_picture
from handlers import wording as words
from handlers.clean import clean
from handlers.context import Context
from handlers.messages import Reply
from handlers.questions import source_json
from handlers.selection import Offer, offer, suitable
from knowledge.clause import TYPES, Clause
from knowledge.library import Library
from knowledge.load import nearest
from knowledge.rules import risk_case
from knowledge.text import Heading, Items, Span, para


def risk(
    library: Library,
    text: str,
    category: str | None,
    countries: Sequence[str],
    lang: str,
    as_json: bool,
    png: str | None,
) -> None:
    """Print the risk picture of a category, named by id or in words."""
    ctx, text = reader(library, lang), clean(text)
    heard = risk_talk.heard(text, ctx) if text else {}
    id = category or heard.get("category")
    if id not in library.categories:
        _refuse(library, lang, "no_such_category", words=id or text, near=nearest(id or text, library.categories))
    origins = _origins(library, str(id), countries, heard, lang)
    picture = risk_picture.picture_json(library, str(id), origins, lang)
    title = text or library.categories[str(id)].name.of(lang)
    if png:
        from bot import pictures

        Path(png).write_bytes(pictures.png(risk_picture.matrix(picture, title, library, lang)))
    if as_json:
        click.echo(json.dumps(picture, ensure_ascii=False))
    else:
        reply = risk_talk.shown(picture, 0, title, None, ctx)
        click.echo(plain_text(Reply(reply.parts, (), reply.sources), labels(ctx)))


def _origins(
    library: Library, category: str, countries: Sequence[str], heard: dict[str, Any], lang: str
) -> dict[str, list[str]]:
    """Countries given as codes hold for every step; countries in the words, for the step they are usually said of."""
    codes = [code.upper() for code in countries]
    for code in codes:
        if code not in library.countries:
            _refuse(library, lang, "no_such_country", words=code, near=nearest(code, library.countries))
    if codes:
        return {tier.id: codes for tier in library.categories[category].tiers}
    return risk_case.origins({**heard, "place": "sweden"}, library.categories[category])


def wording(
    library: Library,
    category: str,
    areas: Sequence[str],
    types: Sequence[str],
    level: str,
    lang: str,
    as_json: bool,
    docx: str | None,
) -> None:
    """Print clauses that suit a category."""
    if category not in library.categories:
        _refuse(library, lang, "no_such_category", words=category, near=nearest(category, library.categories))
    _one_of("--area", areas, library.areas)
    _one_of("--type", types, TYPES)
    ctx = reader(library, lang)
    made = offer(library, library.categories[category], level)
    found = suitable(library, library.categories[category], level, areas, types)
    first = [clause for clause in found if clause in made.first()]
    others = [clause for clause in found if clause not in first]
    clauses = [*first, *others]
    if docx:
        from bot.documents import docx as written

        document = words.wording_document(
            first or others, library.categories[category].name.of(lang), ctx, others if first else ()
        )
        Path(docx).write_bytes(written(document, datetime.now(UTC)))
    if as_json:
        click.echo(json.dumps({"clauses": [_clause_json(clause, ctx) for clause in clauses]}, ensure_ascii=False))
        return
    if areas or types:  # asked for by name: everything is read
        _print_clauses(clauses, ctx)
    else:
        _print_offer(made, ctx)


def _print_clauses(clauses: Sequence[Clause], ctx: Context) -> None:
    for clause in clauses:
        sources = ctx.cite(*clause.legal_basis, *clause.sources)
        reply = Reply((Heading(clause.title.of(ctx.lang)), *words.body(clause, ctx)), (), sources)
        click.echo(plain_text(reply, labels(ctx)) + "\n")


def _print_offer(made: Offer, ctx: Context) -> None:
    """The clauses to begin with in full, the others by name."""
    _print_clauses(made.first(), ctx)
    parts = [part for type, clauses in made.more.items() for part in (Heading(ctx.phrase(type)), _names(clauses, ctx))]
    others = ctx.phrase("clauses_others", shown=len(made.first()), count=made.count())
    click.echo(plain_text(Reply((para(others), *parts, ctx.note("clauses_warning"))), labels(ctx)))


def _names(clauses: Sequence[Clause], ctx: Context) -> Items:
    return Items(tuple((Span(clause.id, bold=True), Span(f": {clause.title.of(ctx.lang)}")) for clause in clauses))


def _clause_json(clause: Clause, ctx: Context) -> dict[str, Any]:
    lang = ctx.lang
    return {
        "id": clause.id,
        "version": clause.version,
        "type": clause.type,
        "level": clause.level,
        "area": list(clause.areas),
        "title": clause.title.of(lang),
        "text": clause.text.of(lang),
        "blanks": list(clause.blanks(lang)),
        "legal_basis": [source_json(source) for source in ctx.cite(*clause.legal_basis)],
        "purpose": clause.purpose.of(lang),
        "proof": clause.proof.of(lang),
        "follow_up": {"method": clause.follow_up.method, "when": clause.follow_up.when.of(lang)},
        "limits": clause.limits.of(lang),
    }


def category_reply(id: str, ctx: Context) -> Reply:
    """A category: the steps of its chain, and the documented risks with their sources."""
    category = ctx.library.categories[id]
    steps = tuple(
        (Span(ctx.phrase(f"tier_{t.id}"), bold=True), Span(f": {t.steps.of(ctx.lang)}")) for t in category.tiers
    )
    risks = tuple((Span(risk.statement.of(ctx.lang)),) for risk in category.risks)
    sources = ctx.cite(*(risk.source for risk in category.risks))
    return Reply((Heading(category.name.of(ctx.lang)), Items(steps), Items(risks)), (), sources)


def _one_of(option: str, given: Sequence[str], known: Collection[str]) -> None:
    for word in given:
        if word not in known:
            raise click.BadParameter(f"{word!r} is none of {', '.join(known)}.", param_hint=option)


def _refuse(library: Library, lang: str, phrase: str, words: object, near: str | None) -> None:
    meant = library.phrase("meant", lang, word=near) if near else ""
    click.echo(library.phrase(phrase, lang, words=words, near=meant), err=True)
    sys.exit(1)
