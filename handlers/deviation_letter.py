"""A draft letter to a supplier about a recorded deviation, as Word in Swedish or English. Duly sends nothing.

The letter of a zero tolerance leaves out what people typed, since it may hold the names of those affected.
"""

import re
from dataclasses import replace

from handlers import deviations as hers
from handlers import ladder, own, questions, supplier_names
from handlers.conduct import COMPANY
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.clause import Clause
from knowledge.letter import Blocks, filled
from knowledge.rules import calendar
from knowledge.text import LANGUAGES, Document, Facts, Items, Part, Span, para
from storage import actions, deviations, follow_ups
from storage.actions import Action
from storage.deviations import Deviation

BREACH = re.compile(r"brutit|bryter|avtalsbrott|breach|broke|leverant|supplier", re.IGNORECASE)
ABOUT = re.compile(r"(?:.{0,80}\b(?:avvikelse|deviation)\s*)?#?(\d{1,12})", re.IGNORECASE)


def letter(message: Message, ctx: Context) -> Reply:
    """`letter deviation 3` offers a draft; without a recorded deviation nothing is written about a breach."""
    if said := ABOUT.fullmatch(message.text.strip()):
        found = deviations.find(ctx.db, int(said[1]))
        return offer(found, ctx) if found else ctx.reply("which_letter", (ctx.button("list_button", "/deviation"),))
    named = supplier_names.spoken_of(message.text, ctx)
    of_breach = named or BREACH.search(message.text) or COMPANY.search(message.text)
    if message.text and not of_breach:
        return questions.ask_after("letter", message, ctx)
    return _of_suppliers(named, ctx)


def _of_suppliers(named: list[int], ctx: Context) -> Reply:
    found = [each for each in deviations.all_open(ctx.db) if each.supplier in named]
    if not found:
        row = (ctx.button("deviation_button", "/start deviation"), ctx.button("list_button", "/deviation"))
        return ctx.reply("letter_needs_deviation", row)
    shown = found[: hers.MOST_SHOWN]
    rows = tuple((Button(f"#{each.id} {each.what}"[:60], f"/letter {each.id}"),) for each in shown)
    return ctx.reply("letter_rests_on", *rows, supplier=found[0].supplier_name)


def offer(deviation: Deviation, ctx: Context) -> Reply:
    """The draft in either language."""
    if deviation.state == "closed":
        return hers.closed_already(deviation, ctx)
    said = para(ctx.phrase("letter_offer", number=deviation.id, supplier=deviation.supplier_name))
    languages = tuple(ctx.button(f"form_{lang}", f"/draft-letter {deviation.id} {lang}") for lang in LANGUAGES)
    back = ctx.button("action_deviation_button", f"/deviation {deviation.id}", number=deviation.id)
    return Reply((*_first(deviation, ctx), said), (languages, (back,)))


def _first(deviation: Deviation, ctx: Context) -> tuple[Part, ...]:
    """Of a zero tolerance the head is told before anybody writes to the supplier."""
    return hers.zero_tolerance(ctx) if deviation.two else ()


def draft(message: Message, ctx: Context) -> Reply:
    """`/draft-letter 3 en`: the draft in that language."""
    number, _, lang = message.text.partition(" ")
    known = number.isdecimal() and number.isascii() and len(number) < 13 and lang in LANGUAGES
    found = deviations.find(ctx.db, int(number)) if known else None
    if found is None:
        return ctx.reply("old_button")
    if found.state == "closed":
        return hers.closed_already(found, ctx)
    there = replace(ctx, person=replace(ctx.person, language=lang))
    return Reply((*_first(found, ctx), para(ctx.phrase("letter_ready"))), document=document(found, there))


def document(deviation: Deviation, ctx: Context) -> Document:
    """The letter, in the language of the context."""
    template = ctx.library.letters["zero_tolerance" if deviation.two else "deviation"]
    words = _words(deviation, ctx)
    parts = filled(template, ctx.lang, words, _blocks(deviation, ctx))
    file, title = (text.of(ctx.lang).format_map(words) for text in (template.file, template.title))
    return Document(file, "docx", title, ctx.lang, parts)


def _words(deviation: Deviation, ctx: Context) -> dict[str, str]:
    known = ctx.library.deviations.get(deviation.kind or "")
    _, plan, done = own.row(known, ctx) if known else ("", "", "")
    return {
        "number": str(deviation.id),
        "supplier": deviation.supplier_name,
        "what": deviation.what,
        "found": calendar.words(deviation.found_on, ctx.lang),
        "plan": _time(plan if known and known.plan_days else "", ctx),
        "done": _time(done if known and known.done_days else "", ctx),
    }


def _time(days: str, ctx: Context) -> str:
    return ctx.phrase("letter_time", days=days) if days else ctx.phrase("letter_time_blank")


def _blocks(deviation: Deviation, ctx: Context) -> Blocks:
    return {
        "reference": (_reference(deviation, ctx),),
        "clauses": _clauses(deviation, ctx),
        "actions": _actions(actions.standing(ctx.db, deviation.id), ctx),
        "signature": (
            Facts(
                tuple((ctx.phrase(f"letter_{row}"), ctx.phrase(f"letter_{row}_blank")) for row in ("contact", "sign"))
            ),
        ),
    }


def _reference(deviation: Deviation, ctx: Context) -> Facts:
    contract = deviation.contract or ctx.phrase("letter_contract_blank")
    return Facts(
        (
            (ctx.phrase("letter_reference"), ctx.phrase("letter_deviation", number=deviation.id)),
            (ctx.phrase("letter_contract"), contract),
            (ctx.phrase("letter_to"), deviation.supplier_name),
            (ctx.phrase("letter_date"), ctx.phrase("letter_date_blank")),
        )
    )


def _clauses(deviation: Deviation, ctx: Context) -> tuple[Part, ...]:
    """The clause that was followed up; else those that were chosen, to strike from; else a blank."""
    contract, item = ladder.contract_of(deviation, ctx), follow_ups.find(ctx.db, deviation.item or 0)
    if contract is None:
        return (para(ctx.phrase("letter_clause_blank")),)
    if item and item.clause and item.clause in contract.clauses:
        return (para(_clause(contract.clauses[item.clause], ctx)),)
    chosen = Items(tuple((Span(_clause(each, ctx)),) for each in contract.clauses.values()))
    return (para(ctx.phrase("letter_clause_choose")), chosen)


def _clause(clause: Clause, ctx: Context) -> str:
    return f"{clause.title.of(ctx.lang)} ({clause.id})"


def _actions(found: list[Action], ctx: Context) -> tuple[Part, ...]:
    if not found:
        return (para(ctx.phrase("letter_no_actions")),)
    return (Items(tuple((Span(action_line(each, ctx)),) for each in found)),)


def action_line(action: Action, ctx: Context) -> str:
    """An action as the supplier may read it: what, whose and by which day."""
    day = calendar.words(action.due_on, ctx.lang)
    return ctx.phrase("letter_action", number=action.id, what=action.what, owner=action.owner, day=day)
