"""Requirement wording: which clauses suit what is bought, the ones chosen, and the document to paste from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers import clause_items
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.selection import ORDER, Offer, offer
from handlers.show import category_name
from handlers.understand import UNKNOWN, sure_category
from knowledge.clause import LEVELS, TYPES, Clause, from_data, to_data
from knowledge.text import Document, Facts, Heading, Items, Para, Part, Span, Table, markdown, note, para
from storage import procurements, talks
from storage.talks import Talk

MOST_SHOWN = 10


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The category that free words name."""
    category = sure_category(words, ctx)
    return {"category": category.id} if category else {}


def conclude(talk: Talk, ctx: Context) -> Reply:
    """The clauses that suit the answers, to choose from."""
    procurement = talk.subject or _procurement(talk, ctx)
    return suggest(procurement, talk.answers["category"], talk.answers["level"], ctx)


def _procurement(talk: Talk, ctx: Context) -> int:
    category = talk.answers["category"]
    known = category in ctx.library.categories
    id = procurements.add(ctx.db, category_name(category, ctx), category if known else None, ctx.person.id, ctx.now)
    ctx.did("recorded", f"procurements:{id}", {"category": category})
    talks.about(ctx.db, talk, id)
    return id


def suggest(procurement: int, category: str, level: str, ctx: Context) -> Reply:
    """The clauses to begin with, each with a button to read it, and a button for the others of each type."""
    made = _offer(procurement, category, level, ctx)
    title = ctx.phrase("clauses_title", count=made.count(), category=category_name(category, ctx))
    why = (para(ctx.phrase("clauses_by_risk")),) if _grave(procurement, ctx) else ()
    groups = (*_group("clauses_terms", made.terms, ctx), *_group("clauses_support", made.support, ctx))
    more = tuple(
        Button(
            ctx.phrase("clauses_more_button", kind=ctx.phrase(type), count=len(clauses)),
            f"/clauses {procurement} {category} {level} {ORDER.index(type)}",
        )
        for type, clauses in made.more.items()
    )
    rows = (*_to_read(made.first(), procurement, ctx), *(more[at : at + 2] for at in range(0, len(more), 2)))
    return Reply((Heading(title), *why, *groups, ctx.note("clauses_warning")), rows)


def _of_type(procurement: int, category: str, level: str, type: str, page: int, ctx: Context) -> Reply:
    """A page of the clauses of one type that are not among those to begin with."""
    found = _offer(procurement, category, level, ctx).more.get(type, ())
    shown = found[page * MOST_SHOWN : (page + 1) * MOST_SHOWN]
    words = f"/clauses {procurement} {category} {level}"
    ways = [ctx.button("clauses_first_button", words)]
    if len(found) > (page + 1) * MOST_SHOWN:
        ways.insert(0, ctx.button("more_button", f"{words} {ORDER.index(type)} {page + 1}"))
    title = ctx.phrase(
        "clauses_of_type", kind=ctx.phrase(type), count=len(found), category=category_name(category, ctx)
    )
    parts = (Heading(title), _listed(shown, ctx), ctx.note("clauses_warning"))
    return Reply(parts, (*_to_read(shown, procurement, ctx), tuple(ways)))


def _offer(procurement: int, category: str, level: str, ctx: Context) -> Offer:
    return offer(ctx.library, ctx.library.categories.get(category), level, _grave(procurement, ctx))


def _group(name: str, clauses: Sequence[Clause], ctx: Context) -> tuple[Part, ...]:
    return (Para((Span(ctx.phrase(name), bold=True),)), _listed(clauses, ctx)) if clauses else ()


def _listed(clauses: Sequence[Clause], ctx: Context) -> Items:
    return Items(tuple((Span(c.title.of(ctx.lang), bold=True), Span(f" · {_kind(c, ctx)}")) for c in clauses))


def _to_read(clauses: Sequence[Clause], procurement: int, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(c.title.of(ctx.lang)[:75], f"/clause {procurement} {c.id}"),) for c in clauses)


def _grave(procurement: int, ctx: Context) -> set[str]:
    """The risk areas that the procurement's risk case calls high or very high."""
    cases = procurements.risk_cases(ctx.db, procurement)
    cells = cases[-1].picture["cells"] if cases else []
    return {cell["area"] for cell in cells if cell["level"] in ("high", "very_high")}


def _kind(clause: Clause, ctx: Context) -> str:
    return f"{ctx.phrase(clause.type)}, {ctx.phrase(f'level_{clause.level}')}"


# What buttons say: `/clauses 3 coffee basic`, `/clauses 3 coffee basic 2 1` (the second page of the third type, whose
# name has no room in 64 bytes), `/clause 3 ilo-basic`, `/choose 3 ilo-basic`, `/document 3`.


def page(message: Message, ctx: Context) -> Reply:
    """Suggestions again, or the other clauses of one type."""
    procurement, category, level, type, number = (*message.text.split(), "", "", "", "", "")[:5]
    if not procurement.isdecimal() or level not in (*LEVELS, "both"):
        return ctx.reply("old_button")
    if type not in map(str, range(len(ORDER))):
        return suggest(int(procurement), category, level, ctx)
    return _of_type(int(procurement), category, level, ORDER[int(type)], int(number) if number.isdecimal() else 0, ctx)


def read(message: Message, ctx: Context) -> Reply:
    """One clause: its wording and what goes with it."""
    procurement, clause = _named(message, ctx)
    if clause is None:
        return ctx.reply("old_button")
    buttons: tuple[Button, ...] = (
        (ctx.button("choose_button", f"/choose {procurement} {clause.id}"),) if procurement else ()
    )
    sources = ctx.cite(*clause.legal_basis, *clause.sources)
    return Reply((Heading(clause.title.of(ctx.lang)), *body(clause, ctx)), (buttons,) if buttons else (), sources)


def body(clause: Clause, ctx: Context) -> tuple[Part, ...]:
    """The wording, then purpose, proof, follow-up and limits."""
    lang = ctx.lang
    rows = [
        (ctx.phrase("purpose"), clause.purpose.of(lang)),
        (ctx.phrase("proof"), clause.proof.of(lang)),
        (ctx.phrase("follow_up"), clause.follow_up.when.of(lang)),
        (ctx.phrase("limits"), clause.limits.of(lang)),
        (ctx.phrase("version"), f"{clause.id}, {clause.version}"),
    ]
    blanks = [(ctx.phrase("blanks"), ", ".join(clause.blanks(lang)))] if clause.blanks(lang) else []
    return (para(_kind(clause, ctx)), *markdown(clause.text.of(lang)), Facts((*blanks, *rows)))


def choose(message: Message, ctx: Context) -> Reply:
    """Keep a clause, as it reads today, with the procurement; offer the follow-up it gives rise to."""
    procurement, clause = _named(message, ctx)
    if clause is None or procurement is None:
        return ctx.reply("old_button")
    before = procurements.clauses(ctx.db, procurement).get(clause.id, clause.version)
    procurements.choose_clause(
        ctx.db, procurement, clause.id, clause.version, ctx.lang, to_data(clause), ctx.person.id, ctx.now
    )
    ctx.did("chose clause", f"procurements:{procurement}", {"clause": clause.id, "version": clause.version})
    asked, shown = clause_items.asked_about(clause, procurement, ctx) if before != clause.version else ((), ())
    said = _chosen(clause, procurement, ctx)
    return replace(said, parts=(*said.parts, *asked), buttons=(*shown, *said.buttons))


def _chosen(clause: Clause, procurement: int, ctx: Context) -> Reply:
    """That a clause was chosen; its follow-up for each contract whose plan was accepted before, or without any."""
    chosen = len(procurements.clauses(ctx.db, procurement))
    offer = ctx.phrase(
        "clause_follow_up", subject=clause.follow_up.subject.of(ctx.lang), when=clause.follow_up.when.of(ctx.lang)
    )
    document = ctx.button("document_button", f"/document {procurement}")
    under = clause_items.offered(clause, procurement, ctx)
    rows = (*under, (document,)) if under else ((ctx.button("record_follow_up", f"/follow {clause.id}"), document),)
    title = clause.title.of(ctx.lang)
    return Reply((para(ctx.phrase("clause_chosen", title=title, count=chosen)), para(offer)), rows)


def _named(message: Message, ctx: Context) -> tuple[int | None, Clause | None]:
    """The procurement and the clause that a button names; a clause alone is fine to read."""
    words = message.text.split()
    clause = ctx.library.clauses.get(words[-1]) if words else None
    number = int(words[0]) if len(words) == 2 and words[0].isdecimal() and len(words[0]) < 13 else None
    return (number if number and procurements.find(ctx.db, number) else None), clause


def document(message: Message, ctx: Context) -> Reply:
    """The chosen clauses as a Word document, ending with the table of clause ids and sources."""
    number = message.text.strip()
    found = procurements.find(ctx.db, int(number)) if number.isdecimal() and len(number) < 13 else None
    if found is None:
        return ctx.reply("old_button")
    clauses = [from_data(snapshot) for snapshot in procurements.snapshots(ctx.db, found.id)]
    if not clauses:
        return ctx.reply("no_clauses_chosen", (ctx.button("wording_button", f"/start wording {found.id}"),))
    made = wording_document(clauses, found.title, ctx)
    ready = para(ctx.phrase("document_ready", count=len(clauses)))
    return Reply((ready, *_revised(clauses, ctx)), document=made)


def _revised(clauses: Sequence[Clause], ctx: Context) -> tuple[Part, ...]:
    """Which of the chosen clauses read differently today."""
    now = ctx.library.clauses
    titles = [c.title.of(ctx.lang) for c in clauses if c.id not in now or now[c.id].version != c.version]
    return (ctx.note("clauses_revised", titles=", ".join(titles)),) if titles else ()


def wording_document(clauses: Sequence[Clause], title: str, ctx: Context, more: Sequence[Clause] = ()) -> Document:
    """`clauses` as a document to paste from, then `more` to choose among, and a table of them all."""
    parts: list[Part] = [note(ctx.phrase("clauses_warning")), *_bodies(clauses, ctx)]
    if more:
        parts += [Heading(ctx.phrase("clauses_more_of", count=len(more))), para(ctx.phrase("clauses_more_how"))]
        parts += _bodies(more, ctx)
    parts += [Heading(ctx.phrase("clause_table")), _table(_in_order([*clauses, *more]), ctx)]
    return Document(
        ctx.phrase("wording_file"), "docx", f"{ctx.phrase('wording_title')}: {title}", ctx.lang, tuple(parts)
    )


def _in_order(clauses: Sequence[Clause]) -> list[Clause]:
    """In the order of procurement documents: tenderer, goods, terms."""
    return sorted(clauses, key=lambda clause: TYPES.index(clause.type))


def _bodies(clauses: Sequence[Clause], ctx: Context) -> list[Part]:
    return [part for each in _in_order(clauses) for part in (Heading(each.title.of(ctx.lang)), *body(each, ctx))]


def _table(clauses: Sequence[Clause], ctx: Context) -> Table:
    rows = []
    for clause in clauses:
        sources = ctx.cite(*clause.legal_basis, *clause.sources)
        rows.append((clause.id, clause.version, _kind(clause, ctx), "; ".join(source.ref for source in sources)))
    return Table(tuple(ctx.phrase(f"column_{name}") for name in ("id", "version", "kind", "sources")), tuple(rows))


def start_answers(words: str, ctx: Context) -> tuple[dict[str, Any], int | None]:
    """What is known when wording is asked for about procurement `words` (its number)."""
    found = procurements.find(ctx.db, int(words)) if words.isdecimal() and len(words) < 13 else None
    if found is None:
        return {}, None
    return {"category": found.category or UNKNOWN}, found.id


def follow_answers(clause: Clause, ctx: Context) -> dict[str, Any]:
    """What is known of the follow-up item that a clause gives rise to."""
    return {
        "subject": clause.follow_up.subject.of(ctx.lang),
        "kind": clause.follow_up.method,
        "clause": clause.id,
        "responsible": ctx.person.id,
    }
