"""A clause that was chosen for a procurement is left out again, once a person has confirmed it.

How it read and who chose it stays in the history. What is followed up of it is asked about, never closed by the way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import clause_items, questions
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.on_site import ALONE
from knowledge.clause import Clause, from_data
from knowledge.match import nearest_names
from knowledge.rules import calendar
from knowledge.text import LANGUAGES, para
from knowledge.words import fold
from storage import procurements
from storage.procurements import Chosen, Procurement

MOST_SHOWN = 20
OUT_OF = re.compile(
    r"(?:^|\s+)(?:från|ur|i|from|in)\s+(?:upphandling(?:en)?\s+|procurement\s+)?(?P<of>#?\S.*)$", re.IGNORECASE
)
BY_NUMBER = re.compile(r"#?(?P<of>\d{1,12})(?:\s+(?P<clause>.*))?", re.ASCII | re.DOTALL)
LEADING = re.compile(r"^(?:om|på|för|kring|on|about|for)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """The words that name a clause, and the procurement that was named."""

    clause: str
    procurement: Procurement | None


def remove(message: Message, ctx: Context) -> Reply:
    """`remove clause penalty from 3` asks before it removes; alone, or of several, it shows what there is to choose."""
    said = _said(message.text, ctx)
    among = [said.procurement] if said.procurement else _hers(ctx)
    if not among:
        return questions.ask_after("remove-clause", message, ctx) if said.clause else ctx.reply("no_clauses_to_remove")
    if not said.clause:
        return _listed(among[0], ctx) if len(among) == 1 else _which_procurement(among, ctx)
    found = _named(said.clause, [each for of in among for each in procurements.in_use(ctx.db, of.id)])
    if len(found) == 1:
        return _asked(found[0], ctx)
    if found:
        return ctx.reply("clause_which", *((_button(each, ctx),) for each in found[:MOST_SHOWN]))
    none = para(ctx.phrase("clause_none_chosen", words=said.clause))
    offered = _listed(among[0], ctx) if len(among) == 1 else _which_procurement(among, ctx)
    return replace(offered, parts=(none, *offered.parts))


def _said(words: str, ctx: Context) -> Said:
    """The clause and the procurement in "3", "3 penalty", "vite från 3" or "vite ur KS 2026/41"."""
    plain = words.strip(" .!")
    if (by_number := BY_NUMBER.fullmatch(plain)) and (of := _procurement(by_number["of"], ctx)):
        return Said((by_number["clause"] or "").strip(), of)
    if (out_of := OUT_OF.search(plain)) and (of := _procurement(out_of["of"], ctx)):
        return Said(LEADING.sub("", plain[: out_of.start()].strip()), of)
    return Said(LEADING.sub("", plain), None)


def _procurement(words: str, ctx: Context) -> Procurement | None:
    number = ALONE.fullmatch(words)
    return procurements.find(ctx.db, int(number[1])) if number else procurements.numbered(ctx.db, words)


def _hers(ctx: Context) -> list[Procurement]:
    """What she works with for which clauses are chosen."""
    return [each for each in procurements.of(ctx.db, ctx.person.id) if procurements.clauses(ctx.db, each.id)]


def _named(words: str, among: Sequence[Chosen]) -> list[Chosen]:
    """The one of that id or title; else those whose title holds the words, or is nearly so called."""
    said = fold(words)
    whole = [each for each in among if said in (each.clause, *_titles(each))]
    part = [each for each in among if any(said in title for title in _titles(each))]
    names = {(place, title): title for place, each in enumerate(among) for title in _titles(each)}
    near = dict.fromkeys(place for place, _ in nearest_names(words, names))
    return whole or part or [among[place] for place in near]


def _titles(chosen: Chosen) -> list[str]:
    return [fold(_clause(chosen).title.of(lang)) for lang in LANGUAGES]


def _clause(chosen: Chosen) -> Clause:
    return from_data(chosen.snapshot)


# What there is to choose from.


def _listed(of: Procurement, ctx: Context) -> Reply:
    found = procurements.in_use(ctx.db, of.id)
    if not found:
        return ctx.reply("no_clauses_chosen", (ctx.button("wording_button", f"/start wording {of.id}"),))
    return ctx.reply("clause_which", *((_button(each, ctx),) for each in found[:MOST_SHOWN]))


def _button(chosen: Chosen, ctx: Context) -> Button:
    title = _clause(chosen).title.of(ctx.lang)
    return Button(f"{title} (#{chosen.procurement})"[:75], f"/remove clause {chosen.procurement} {chosen.clause}")


def _which_procurement(among: Sequence[Procurement], ctx: Context) -> Reply:
    return ctx.reply("clause_which_procurement", *((_to_list(each),) for each in among[:MOST_SHOWN]))


def _to_list(of: Procurement) -> Button:
    return Button(f"#{of.id} {of.title}"[:60], f"/remove clause {of.id}")


# Asked and pressed.


def _asked(chosen: Chosen, ctx: Context) -> Reply:
    of = procurements.find(ctx.db, chosen.procurement)
    assert of is not None  # a foreign key
    told = {"title": _clause(chosen).title.of(ctx.lang), "number": of.id, "procurement": of.title}
    day = calendar.short(ctx.day_of(chosen.created_at), ctx.lang)
    yes = ctx.button("clause_remove_button", f"/drop-clause {chosen.id}")
    return ctx.reply("clause_remove_sure", (yes, _back(of.id, ctx)), **told, day=day)


def _back(procurement: int, ctx: Context) -> Button:
    return ctx.button("clause_keep_button", f"/procurement {procurement}")


def pressed(message: Message, ctx: Context) -> Reply:
    """`/drop-clause 17` leaves out what was chosen in row 17; not what was chosen anew since it was asked."""
    number = ALONE.fullmatch(message.text.strip())
    chosen = procurements.chosen(ctx.db, int(number[1])) if number else None
    if chosen is None:
        return ctx.reply("old_button")
    clause, of = _clause(chosen), chosen.procurement
    if chosen.removed_at:
        return ctx.reply("clause_removed_already", (ctx.button("procurement_button", f"/procurement {of}"),))
    procurements.drop_clause(ctx.db, of, chosen.clause, ctx.now)
    procurements.touch(ctx.db, of, ctx.now)
    details = {"clause": chosen.clause, "version": chosen.version, "chosen": chosen.created_at.isoformat()}
    ctx.did("removed clause", f"procurements:{of}", details)
    return _removed(clause, of, ctx)


def _removed(clause: Clause, of: int, ctx: Context) -> Reply:
    left = len(procurements.clauses(ctx.db, of))
    said = para(ctx.phrase("clause_removed", title=clause.title.of(ctx.lang), number=of, count=left))
    asked, rows = clause_items.asked_without(clause, of, ctx)
    known = (ctx.button("clause_read_again", f"/clause {of} {clause.id}"),) if clause.id in ctx.library.clauses else ()
    return Reply((said, *asked), (*rows, (*known, ctx.button("procurement_button", f"/procurement {of}"))))
