"""The risk talk: from what is to be bought to a risk case with sources, kept with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers import figures, risk_picture
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.show import category_name, country_names
from handlers.understand import UNKNOWN, sure_category
from knowledge.category import Category
from knowledge.rules import risk_case
from knowledge.text import Heading, Items, Para, Part, Span, para
from storage import procurements, talks
from storage.procurements import RiskCase
from storage.talks import Talk

MOST_CELLS = 12  # explained in one message
NOTHING_KNOWN: dict[str, Any] = {
    "category": UNKNOWN,
    "countries": [],
    "origin_known": False,
    "overall": "unknown",
    "typical": "unknown",
    "priority": 0,
    "cells": [],
    "labels": [],
    "next": [],
}


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """What free words say of the answers: what, category, countries, period, value."""
    found: dict[str, Any] = {"what": words}
    countries, left = ctx.library.find_countries(words)
    category = sure_category(risk_case.without_amounts(left or words), ctx)
    if category:
        found["category"] = category.id
    if category and countries and category.kind == "goods":
        found[first_tier(category)] = list(countries)
    if period := risk_case.period_in(words):
        found["period"] = period
    if value := risk_case.value_in(words, ctx.library.limits, ctx.today):
        found["value"] = value
    return found


def first_tier(category: Category) -> str:
    """The question that "from Brazil" answers: where it grows for farm products (CPV 03) and food (CPV 15)."""
    grown = category.cpv[:1] != () and category.cpv[0][:2] in ("03", "15")
    return "raw_material" if grown else "production"


THRESHOLD = {"small": "below", "direct": "below", "national": "below", "eu": "above"}  # what a value says of it


def start_answers(flow: str, procurement: str, ctx: Context) -> tuple[dict[str, Any], int | None]:
    """What a talk about a procurement (its number) knows from the start."""
    found = procurements.find(ctx.db, int(procurement))
    if found is None:
        return {}, None
    cases = procurements.risk_cases(ctx.db, found.id)
    category = found.category or UNKNOWN
    if flow == "risk" and cases:
        return dict(cases[-1].answers), found.id
    if flow == "wording":
        return {"category": category}, found.id
    known = {"what": found.title, "category": category}
    value = cases[-1].answers.get("value") if flow == "need" and cases else None
    return ({**known, "threshold": THRESHOLD[value]} if value in THRESHOLD else known), found.id


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Work out the picture, keep it as a risk case of the procurement, and show it."""
    category = ctx.library.categories.get(talk.answers["category"])
    picture, kept = _pictures(talk, category, ctx)
    procurement = _procurement(talk, ctx)
    history = procurements.risk_cases(ctx.db, procurement)
    id = procurements.add_risk_case(ctx.db, procurement, dict(talk.answers), kept, ctx.person.id, ctx.now)
    ctx.did("assessed", f"procurements:{procurement}", {"risk_case": id, "overall": picture["overall"]})
    reply = _with_advice(shown(picture, procurement, talk.answers.get("what", ""), talk.id, ctx), talk, ctx)
    return _with_history(reply, history, picture, ctx)


def _pictures(talk: Talk, category: Category | None, ctx: Context) -> tuple[dict[str, Any], dict[str, Any]]:
    """The picture to show and the same to keep, in the order of work that the answers give it."""
    if category is None:
        return NOTHING_KNOWN, NOTHING_KNOWN
    asked = ctx.library, category.id, risk_case.origins(talk.answers, category), ctx.lang
    picture, kept = risk_picture.picture_json(*asked), risk_picture.kept_json(*asked)
    weighed = {"priority": risk_case.priority(picture["priority"], talk.answers)}
    return {**picture, **weighed}, {**kept, **weighed}


def _procurement(talk: Talk, ctx: Context) -> int:
    """The procurement: the one with this diary number, the talk's own, or a new one."""
    category = talk.answers["category"] if talk.answers["category"] in ctx.library.categories else None
    title, number = talk.answers["what"], talk.answers.get("number") or None
    known = procurements.numbered(ctx.db, number) if number else None
    known = known or procurements.find(ctx.db, talk.subject or 0)
    if known is None:
        id = procurements.add(ctx.db, title, category, ctx.person.id, ctx.now, number)
        ctx.did("recorded", f"procurements:{id}", {"title": title})
    else:
        id = known.id
        own = id == talk.subject
        procurements.rename(ctx.db, id, title if own else known.title, category, number, ctx.now)
    if talk.subject != id:
        talks.about(ctx.db, talk, id)
    return id


def _with_advice(reply: Reply, talk: Talk, ctx: Context) -> Reply:
    """What the answers mean for the work, before the note that ends the picture."""
    lines = tuple((Span(ctx.phrase(id)),) for id in risk_case.advice(talk.answers))
    if not lines:
        return reply
    advice = (Heading(ctx.phrase("advice_title")), Items(lines))
    return replace(reply, parts=(*reply.parts[:-1], *advice, reply.parts[-1]))


def _with_history(reply: Reply, history: list[RiskCase], picture: dict[str, Any], ctx: Context) -> Reply:
    if not history:
        return reply
    before = ctx.phrase(f"level_{history[-1].overall}"), ctx.phrase(f"level_{picture['overall']}")
    note = ctx.note("risk_before", before=before[0], now=before[1], count=len(history))
    return replace(reply, parts=(*reply.parts, note))


def shown(picture: dict[str, Any], procurement: int, what: str, talk: int | None, ctx: Context) -> Reply:
    """The picture as an officer reads it: the answer first, then the matrix, the table and the reasons."""
    if not picture["cells"]:
        return _insufficient(procurement, what, talk, ctx)
    library, lang = ctx.library, ctx.lang
    category = ctx.library.categories[picture["category"]]
    title = ctx.phrase("risk_title", what=what or category_name(category.id, ctx))
    parts, sources = risk_picture.explained(risk_picture.worst(picture)[: risk_picture.MOST_EXPLAINED], library, lang)
    return Reply(
        (
            Heading(title),
            _verdict(picture, ctx),
            para(_origin(picture, ctx)),
            risk_picture.matrix(picture, title, library, lang),
            risk_picture.table(picture, library, lang),
            *parts,
            ctx.note("risk_note"),
        ),
        _buttons(picture, procurement, talk, ctx),
        tuple(sources),
    )


def _verdict(picture: dict[str, Any], ctx: Context) -> Para:
    overall, typical = ctx.phrase(f"level_{picture['overall']}"), ctx.phrase(f"level_{picture['typical']}")
    return Para(
        (Span(ctx.phrase("risk_verdict", overall=overall, typical=typical, priority=picture["priority"]), bold=True),)
    )


def _origin(picture: dict[str, Any], ctx: Context) -> str:
    if picture["origin_known"]:
        return ctx.phrase("origin_known", countries=country_names(picture["countries"], ctx))
    if picture["countries"]:
        return ctx.phrase("origin_partly", countries=country_names(picture["countries"], ctx))
    return ctx.phrase("origin_unknown")


def show_market(message: Message, ctx: Context) -> Reply:
    """`/market coffee`: what to ask suppliers, and what labels do not show."""
    category = ctx.library.categories.get(message.text)
    if category is None:
        return ctx.reply("old_button")
    title = ctx.phrase("market_title", category=category.name.of(ctx.lang))
    sources = ctx.cite(*(source for id in category.labels for source in ctx.library.labels[id].sources))
    return Reply((Heading(title), *_asks(category, ctx)), (), sources)


def _asks(category: Category, ctx: Context) -> list[Part]:
    parts = [*_listed("ask_for", category.ask_for, ctx), *_listed("follow_up_usual", category.follow_up, ctx)]
    labels = [ctx.library.labels[id] for id in category.labels]
    if labels:
        lines = tuple((Span(label.name, bold=True), Span(f": {label.limits.of(ctx.lang)}")) for label in labels)
        parts += [Heading(ctx.phrase("labels")), Items(lines)]
    return parts


def _listed(title: str, lines: Mapping[str, tuple[str, ...]], ctx: Context) -> list[Part]:
    return [Heading(ctx.phrase(title)), Items(tuple((Span(line),) for line in lines[ctx.lang]))]


def _buttons(
    picture: dict[str, Any], procurement: int, talk: int | None, ctx: Context
) -> tuple[tuple[Button, ...], ...]:
    start = [ctx.button(f"start_{step['command']}", _step(step["command"], procurement)) for step in picture["next"]]
    see = [ctx.button("all_cells", f"/cells {procurement}")]
    if risk_picture.has_chain(picture):
        see.append(ctx.button("chain_button", f"/chain {procurement}"))
    see.append(ctx.button("market_button", f"/market {picture['category']}"))
    if talk:
        see.append(ctx.button("change_button", f"/review {talk}"))
    return tuple(tuple(row) for row in (start, see) if row)


def _step(command: str, procurement: int) -> str:
    return f"/start {command} {procurement}" if command in ("wording", "need") else f"/start {command}"


def _insufficient(procurement: int, what: str, talk: int | None, ctx: Context) -> Reply:
    """No category fits: not enough is known, which is an answer of its own and not a low risk."""
    buttons = (ctx.button("change_button", f"/review {talk}"),) if talk else ()
    parts = (
        Heading(ctx.phrase("risk_title", what=what)),
        para(ctx.phrase("insufficient", number=procurement)),
        ctx.note("risk_note"),
    )
    return Reply(parts, (buttons,) if buttons else (), ctx.cite("uhm-leveranskedjor"))


def show_case(message: Message, ctx: Context) -> Reply:
    """`/case 12`: the risk case in force of a procurement."""
    case = _case(message.text, ctx)
    if case is None:
        return ctx.reply("no_risk_case_yet", (ctx.button("start_risk", "/risk"),))
    found = procurements.find(ctx.db, case.procurement)
    return shown(risk_picture.picture_from(case.picture), case.procurement, found.title if found else "", None, ctx)


def show_cells(message: Message, ctx: Context) -> Reply:
    """`/cells 12` or `/cells 12 12`: every cell with its reasons, a page at a time."""
    words = message.text.split()
    case = _case(words[0] if words else "", ctx)
    if case is None:
        return ctx.reply("no_risk_case_yet", (ctx.button("start_risk", "/risk"),))
    start = int(words[1]) if len(words) > 1 and words[1].isdecimal() and len(words[1]) < 5 else 0
    cells = risk_picture.picture_from(case.picture)["cells"]
    parts, sources = risk_picture.explained(cells[start : start + MOST_CELLS], ctx.library, ctx.lang)
    rest = len(cells) - start - MOST_CELLS
    more = ((ctx.button("more_button", f"/cells {case.procurement} {start + MOST_CELLS}"),),) if rest > 0 else ()
    return Reply((*parts, ctx.note("risk_note")), more, tuple(sources))


def show_chain(message: Message, ctx: Context) -> Reply:
    """`/chain 12` or `/chain coffee BRA,VNM`: the chain of a procurement, or of a category from these countries."""
    first, _, codes = message.text.partition(" ")
    case = _case(first, ctx)
    if case is not None:
        found = procurements.find(ctx.db, case.procurement)
        picture = risk_picture.picture_from(case.picture)
        return _chain(picture, (found.title if found else "") or category_name(picture["category"], ctx), ctx)
    if first not in ctx.library.categories:
        return ctx.reply("no_risk_case_yet", (ctx.button("start_risk", "/risk"),))
    return _chain(typical(first, codes.split(","), ctx), category_name(first, ctx), ctx)


def _chain(picture: dict[str, Any], what: str, ctx: Context) -> Reply:
    if not picture["cells"]:
        return ctx.reply("figure_empty", title=ctx.phrase("chain_title", what=what))
    drawn = figures.parts(risk_picture.chain(picture, ctx.library, ctx.lang), ctx.phrase("chain_title", what=what), ctx)
    return Reply((*drawn, ctx.note("chain_note")), (), ctx.cite("risk-method"))


def typical(category: str, countries: Sequence[str], ctx: Context) -> dict[str, Any]:
    """The picture of a category when no more is known than where it comes from (ISO3), if that."""
    known = [code for code in countries if code in ctx.library.countries]
    heard = {first_tier(ctx.library.categories[category]): known} if known else {}
    return from_heard(category, heard, ctx)


def from_heard(category: str, heard: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """The picture of a category from what was heard of it; work that is not said to be abroad is done here."""
    origins = risk_case.origins({**heard, "place": "sweden"}, ctx.library.categories[category])
    return risk_picture.picture_json(ctx.library, category, origins, ctx.lang)


def _case(number: str, ctx: Context) -> RiskCase | None:
    cases = procurements.risk_cases(ctx.db, int(number)) if number.isdecimal() and len(number) < 13 else []
    return cases[-1] if cases else None
