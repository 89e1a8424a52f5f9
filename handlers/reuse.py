"""May a follow-up that another authority made count as one's own? Judged by three criteria, decided by a person."""

import re
from datetime import date
from typing import Any

from handlers import follow_up, results
from handlers.context import Context
from handlers.messages import Button, Reply
from handlers.show import summary
from knowledge.match import nearest_names
from knowledge.rules import calendar
from knowledge.rules.reuse import SOURCES, Judgement, judged
from knowledge.text import Items, Part, Span, para
from storage import contracts, imported_results, reuses, suppliers, talks
from storage.imported_results import Imported
from storage.reuses import Reuse
from storage.talks import Talk

OF_THINGS = re.compile(r"(?:av|i|för|och|of|in|for|and)\b", re.IGNORECASE)  # "återbruk av möbler"
THINGS = "circular-reuse"  # the topic about that
MOST_SHOWN = 8
OF_ONE = 3  # earlier decisions about a supplier, before the questions
CRITERIA = ("terms", "method", "age")
FILE = "file"  # among a talk's answers: the imported result that it judges; no question has this id


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The supplier, when `words` are a name that is known or the name of a company."""
    name = words.strip(" ?.!:")
    if came := imported(words, ctx):
        return {"supplier": told(came[0], ctx)["supplier"]}
    return {"supplier": follow_up.supplier_named(name, ctx)} if name and follow_up.is_company(name, ctx) else {}


# What came from others as files.


def imported(words: str, ctx: Context) -> list[Imported]:
    """The results about the supplier that `words` name, which is known here or only from a file."""
    name = words.strip(" ?.!:")
    names = suppliers.names(ctx.db)
    known = suppliers.named(ctx.db, name) or suppliers.numbered(ctx.db, name)
    near = nearest_names(name, names) if known is None else [known.id]
    if len(near) == 1 and (found := suppliers.find(ctx.db, near[0])):
        return imported_results.of_supplier(ctx.db, found.number, found.name)[:MOST_SHOWN]
    return imported_results.of_supplier(ctx.db, None, name)[:MOST_SHOWN] if name and not near else []


def told(came: Imported, ctx: Context) -> dict[str, Any]:
    """The answers that a file gives. Terms and method are left for a person to judge."""
    supplier = came.payload["supplier"]
    known = suppliers.numbered(ctx.db, supplier["number"]) if supplier["number"] else None
    name = known.name if known else supplier["name"]
    return {"supplier": name, "authority": _report(came, ctx), "done_on": came.done_on.isoformat(), FILE: came.id}


def _report(came: Imported, ctx: Context) -> str:
    issued = calendar.short(date.fromisoformat(came.payload["issued_on"]), ctx.lang)
    return ctx.phrase("reuse_report", authority=came.authority, day=issued)


def shown(came: Imported, ctx: Context) -> tuple[Part, ...]:
    """All that a file tells, which of its terms read as ours do, and whose word it is."""
    same = ctx.note("reuse_same", titles=", ".join(titles)) if (titles := _same(came, ctx)) else None
    said = para(ctx.phrase("reuse_came", authority=came.authority))
    return (said, *results.shown(came.payload, ctx), *((same,) if same else ()), ctx.note("reuse_judge"))


def _same(came: Imported, ctx: Context) -> list[str]:
    """The titles of terms in the file whose wording is that of a contract of ours with the supplier."""
    theirs = {(term["id"], term["wording"]): term["title"] for each in came.payload["checks"] for term in each["terms"]}
    supplier = suppliers.named(ctx.db, told(came, ctx)["supplier"])
    own = [each for each in contracts.every(ctx.db) if supplier and each.supplier == supplier.id]
    ours = [(clause.id, results.wording(clause)) for clause in results.clauses(own, ctx)]
    return [theirs[key] for key in ours if key in theirs]


def offered(came: list[Imported], ctx: Context) -> Reply:
    """Several files about one supplier: which one is to be judged?"""
    rows = tuple((Button(_offer(each, ctx)[:75], f"/start reuse {each.id}"),) for each in came)
    return ctx.reply("reuse_several", *rows, count=len(came))


def _offer(came: Imported, ctx: Context) -> str:
    day = calendar.short(came.done_on, ctx.lang)
    return ctx.phrase("reuse_offer", authority=came.authority, day=day)


# Judged.


def whom(ctx: Context) -> Reply:
    """No supplier was named: which one, or is it about reusing things?"""
    start, things = ctx.button("reuse_button", "/start reuse"), ctx.library.topics[THINGS]
    return ctx.reply("reuse_whom", (start,), (Button(things.title.of(ctx.lang)[:75], f"/topic {THINGS}"),))


def earlier(words: str, ctx: Context) -> tuple[Part, ...]:
    """What was decided before about the supplier that `words` name."""
    known = suppliers.named(ctx.db, words.strip(" ?.!:"))
    found = reuses.of_supplier(ctx.db, known.id, OF_ONE) if known else []
    return (ctx.marked("reuse_before"), _list(found, ctx)) if found else ()


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Say whether it counts and why, and keep the decision. The same answers again are the same decision."""
    answers, done_on = talk.answers, date.fromisoformat(talk.answers["done_on"])
    judgement = judged(answers["terms"] == "yes", answers["method"] == "yes", done_on, ctx.today)
    outcome = "counts" if judgement.counts else "counts_not"
    before = reuses.find(ctx.db, talk.subject or 0)
    if before and before.answers == answers and before.outcome == outcome:
        return _decided(before, judgement, talk, ctx)
    supplier = follow_up.known_supplier(answers["supplier"], ctx)
    id = reuses.add(ctx.db, supplier, answers["authority"], done_on, answers, outcome, ctx.person.id, ctx.now)
    talks.about(ctx.db, talk, id)
    ctx.did("decided", f"reuses:{id}", {**answers, "outcome": outcome})
    found = reuses.find(ctx.db, id)
    assert found is not None
    return _decided(found, judgement, talk, ctx)


def _decided(reuse: Reuse, judgement: Judgement, talk: Talk, ctx: Context) -> Reply:
    questions = [q for q in ctx.library.flows["reuse"].questions if q.kind != "yes_no"]
    reasons = Items(tuple((Span(_reason(name, judgement, ctx)),) for name in CRITERIA))
    parts = (
        ctx.marked(f"reuse_{reuse.outcome}"),
        summary(questions, dict(talk.answers), ctx),
        reasons,
        ctx.note(f"reuse_then_{reuse.outcome}"),
        para(ctx.phrase("reuse_saved", number=reuse.id, name=ctx.person.name)),
    )
    record = () if judgement.counts else ((ctx.button("record_button", "/start follow-up"),),)
    return Reply(parts, (*record, (ctx.button("change_button", f"/review {talk.id}"),)), ctx.cite(*SOURCES))


def _reason(criterion: str, judgement: Judgement, ctx: Context) -> str:
    return ctx.phrase(f"reuse_{criterion}_{'yes' if getattr(judgement, criterion) else 'no'}")


def list_latest(ctx: Context) -> Reply:
    """The last decisions, and where to find what others have followed up."""
    found = reuses.latest(ctx.db, MOST_SHOWN)
    start = (ctx.button("reuse_button", "/start reuse"),)
    said = (ctx.marked("reuse_latest"), _list(found, ctx)) if found else (para(ctx.phrase("no_reuses")),)
    return Reply((*said, ctx.note("reuse_where")), (start,), ctx.cite(*SOURCES))


def _list(found: list[Reuse], ctx: Context) -> Items:
    return Items(tuple((Span(_line(each, ctx)),) for each in found))


def _line(reuse: Reuse, ctx: Context) -> str:
    named = {"number": reuse.id, "supplier": reuse.supplier_name, "authority": reuse.authority}
    return ctx.phrase(f"reuse_line_{reuse.outcome}", **named, day=calendar.short(reuse.done_on, ctx.lang))
