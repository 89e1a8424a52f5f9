"""Need assessment for labour-law terms (LOU 17:2): Duly asks and gives reasons both ways, a person signs."""

from typing import Any

from handlers.context import Context
from handlers.messages import Reply
from handlers.show import category_name
from handlers.understand import sure_category
from knowledge.rules.need import Assessment, assess
from knowledge.text import Heading, Items, Para, Part, Span, para
from storage import procurements, talks
from storage.talks import Talk

SOURCES = {
    "mandatory": ("lou 17:2", "lou 17:3", "lou 1:4", "uhm-behovlighet"),
    "voluntary": ("lou 17:2", "lou 1:4", "lou 19:1", "uhm-behovlighet"),
    "unknown": ("lou 17:2", "lou 1:4", "uhm-behovlighet"),
}


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The answers that free words give."""
    found: dict[str, Any] = {"what": words}
    if category := sure_category(words, ctx):
        found["category"] = category.id
    return found


def preview(talk: Talk, ctx: Context) -> tuple[Part, ...]:
    """What the answers point to, before anybody signs."""
    found = _assessed(talk, ctx)
    listed = ctx.library.categories.get(talk.answers.get("category", ""))
    parts: list[Part] = [Heading(ctx.phrase(f"need_{found.outcome}")), para(ctx.phrase(f"need_duty_{found.duty}"))]
    parts += _reasons("need_for", found.speaks_for, ctx)
    if "need_for_listed" in found.speaks_for and listed:
        risks = [risk for risk in listed.risks if risk.area == "se_labour_crime"]
        parts.append(Items(tuple((Span(_statement(risk, ctx)),) for risk in risks)))
    parts += _reasons("need_against", found.speaks_against, ctx)
    parts += _reasons("need_open", found.open_points, ctx)
    return tuple(parts)


def _statement(risk: Any, ctx: Context) -> str:
    source = ctx.library.cite(risk.source, ctx.lang)
    return f"{risk.statement.of(ctx.lang)} ({source.ref})"


def _reasons(title: str, reasons: tuple[str, ...], ctx: Context) -> list[Part]:
    if not reasons:
        return []
    return [Para((Span(ctx.phrase(title), bold=True),)), Items(tuple((Span(ctx.phrase(id)),) for id in reasons))]


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Save the assessment with the name of the person who signed it; unsigned, nothing is saved."""
    if talk.answers.get("sign") != "yes":
        return ctx.reply("need_not_signed", (ctx.button("change_button", f"/review {talk.id}"),))
    found = _assessed(talk, ctx)
    procurement = _procurement(talk, ctx)
    reasons = [ctx.phrase(id) for id in (*found.speaks_for, *found.speaks_against, *found.open_points)]
    id = procurements.add_need_assessment(
        ctx.db, procurement, dict(talk.answers), found.outcome, reasons, ctx.person.id, ctx.now
    )
    ctx.did("signed", f"need_assessments:{id}", {"outcome": found.outcome})
    return _signed(found, procurement, talk, ctx)


def _signed(found: Assessment, procurement: int, talk: Talk, ctx: Context) -> Reply:
    parts = [
        para(ctx.phrase("need_signed", name=ctx.person.name, number=procurement)),
        ctx.marked(f"need_next_{found.outcome}"),
    ]
    listed = ctx.library.categories.get(talk.answers.get("category", ""))
    lists = [risk.source for risk in listed.risks if risk.area == "se_labour_crime"] if listed else []
    wording = (ctx.button("wording_button", f"/start wording {procurement}"),) if found.outcome != "not_needed" else ()
    buttons = (*wording, ctx.button("change_button", f"/review {talk.id}"))
    return Reply(tuple(parts), (buttons,), ctx.cite(*SOURCES[found.duty], *lists))


def _assessed(talk: Talk, ctx: Context) -> Assessment:
    return assess(talk.answers, ctx.library.categories.get(talk.answers.get("category", "")))


def _procurement(talk: Talk, ctx: Context) -> int:
    """The procurement the talk is about, made now if there is none."""
    if talk.subject:
        return talk.subject
    category = talk.answers.get("category")
    title = talk.answers.get("what") or category_name(category, ctx)
    id = procurements.add(
        ctx.db, title, category if category in ctx.library.categories else None, ctx.person.id, ctx.now
    )
    ctx.did("recorded", f"procurements:{id}", {"title": title})
    talks.about(ctx.db, talk, id)
    return id
