"""Procurements: a list of one's own, and one with everything that was found out about it."""

from handlers import revisions
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.show import category_name
from knowledge.text import Facts, Heading, Items, Span
from storage import procurements
from storage.procurements import Procurement

MOST_SHOWN = 8


def procurement(message: Message, ctx: Context) -> Reply:
    """`procurement` lists; `procurement 12`, `procurement KS 2026/41` or words that find only one show it."""
    words = message.text.strip().removeprefix("#")
    if words.isdecimal() and len(words) < 13 and (found := procurements.find(ctx.db, int(words))):
        return show(found, ctx)
    if words and (numbered := procurements.numbered(ctx.db, words)):
        return show(numbered, ctx)
    several = procurements.search(ctx.db, words, MOST_SHOWN)
    if not several:
        return ctx.reply("no_procurements", (ctx.button("start_risk", "/risk"),))
    if words and len(several) == 1:
        return show(several[0], ctx)
    lines = tuple((Span(_line(each, ctx)),) for each in several)
    buttons = tuple((Button(f"#{each.id} {each.title}"[:60], f"/procurement {each.id}"),) for each in several)
    return Reply((ctx.marked("procurements_title"), Items(lines)), buttons)


def _line(found: Procurement, ctx: Context) -> str:
    cases = procurements.risk_cases(ctx.db, found.id)
    risk = ctx.phrase(f"level_{cases[-1].overall}") if cases else ctx.phrase("no_risk_case")
    return ctx.phrase("procurement_line", number=found.id, title=found.title, risk=risk)


def show(found: Procurement, ctx: Context) -> Reply:
    """One procurement: what it is, its risk with history, its need assessment, its clauses."""
    cases = procurements.risk_cases(ctx.db, found.id)
    need = procurements.need_outcome(ctx.db, found.id)
    clauses = procurements.clauses(ctx.db, found.id)
    revised = [each.clause.title.of(ctx.lang) for each in revisions.revised(ctx.db, found.id, ctx.library.clauses)]
    rows = [
        (ctx.phrase("category"), category_name(found.category, ctx)),
        *(((ctx.phrase("diary_number"), found.number),) if found.number else ()),
        *(
            (ctx.phrase("risk_on", day=case.created_at[:10]), _risk(case.overall, case.typical, ctx))
            for case in cases[-5:]
        ),
        *(((ctx.phrase("need"), ctx.phrase(f"need_short_{need}")),) if need else ()),
        *(((ctx.phrase("clauses"), ", ".join(clauses)),) if clauses else ()),
        *(((ctx.phrase("revised_since"), ", ".join(revised)),) if revised else ()),
    ]
    buttons = [ctx.button("show_risk_button", f"/case {found.id}")] if cases else []
    buttons += [
        ctx.button("wording_button", f"/start wording {found.id}"),
        ctx.button("need_button", f"/start need {found.id}"),
    ]
    if clauses:
        buttons.append(ctx.button("document_button", f"/document {found.id}"))
        buttons.append(ctx.button("clause_remove_one", f"/remove clause {found.id}"))
    return Reply(
        (Heading(f"#{found.id} {found.title}"), Facts(tuple(rows))),
        (tuple(buttons[:3]), tuple(buttons[3:]))[: 1 + (len(buttons) > 3)],
    )


def _risk(overall: str, typical: str, ctx: Context) -> str:
    return ctx.phrase("risk_short", overall=ctx.phrase(f"level_{overall}"), typical=ctx.phrase(f"level_{typical}"))
