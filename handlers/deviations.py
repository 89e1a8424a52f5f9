"""Deviations: what was found at a supplier, what supports it, and which class a person gives it.

A zero tolerance stops everything else: who is told today and who decides comes first.
"""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers import evidence, follow_up, light, own, remedies
from handlers.conduct import COMPANY
from handlers.context import Context
from handlers.glossary import read_more
from handlers.messages import Attachment, Button, Reply
from handlers.understand import NotUnderstood, Unsure, understand
from knowledge.match import nearest_names
from knowledge.rules import calendar
from knowledge.rules.deviation import may_confirm, needs_two
from knowledge.text import Facts, Heading, Items, Part, Span, para
from knowledge.words import fold
from storage import actions, contracts, deviations, people, suppliers, talks
from storage.deviations import Deviation
from storage.talks import Talk

AT_FIRST = re.compile(
    r"(?:hos|at)\s+(?P<supplier>[^\s:][^:\n]{0,119}?)\s*[:\n]\s*(?P<what>.+)", re.IGNORECASE | re.DOTALL
)
AT = re.compile(r"(?:hos|at)\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
AT_LAST = re.compile(r"(?P<what>.+)\s(?:hos|at)\s+(?P<supplier>[^:\n]{1,120})", re.IGNORECASE | re.DOTALL)
AN_INSPECTION = timedelta(hours=2)  # what comes within this belongs to what was recorded last
UNDECIDED = "undecided"
DECIDED = "decided"  # among a talk's answers: the class that it last gave; no question has this id
MOST_SHOWN = 8
MOST_LABEL = 40  # characters of a name on a button
NEXT = "corrective-action-plan"  # the topic about what follows


# What can be heard in a sentence.


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """The answers in "hos Nordkaffe AB: saknar ID06", "saknar ID06 hos Nordkaffe AB" or only "saknar ID06"."""
    if at := AT_FIRST.fullmatch(words):
        return {"supplier": follow_up.supplier_named(at["supplier"], ctx), **_what(at["what"], ctx)}
    if at := AT.fullmatch(words):
        return _after_at(at["rest"], words, ctx)
    at = AT_LAST.fullmatch(words)
    name = at["supplier"].strip(" .,!") if at else ""
    if at and nearest_names(name, suppliers.names(ctx.db)):  # "hos en underleverantör" is nobody that we know
        return {"supplier": follow_up.supplier_named(name, ctx), **_what(at["what"], ctx)}
    return _what(words, ctx)


def with_contract(answers: dict[str, Any], ctx: Context) -> dict[str, Any]:
    """With the contract, where the supplier has only one that runs."""
    name = answers.get("supplier")
    known = suppliers.named(ctx.db, name) if isinstance(name, str) else None
    running = [each for each in contracts.running(ctx.db, ctx.today) if known and each.supplier == known.id]
    return {**answers, "contract": running[0].number} if len(running) == 1 else answers


def _after_at(rest: str, words: str, ctx: Context) -> dict[str, Any]:
    """Without a colon, what begins with a name that is known, or ends as the name of a company does."""
    for name in sorted(suppliers.names(ctx.db).values(), key=len, reverse=True):
        if fold(rest).startswith(fold(name)):
            return {"supplier": name, **_what(rest[len(name) :], ctx)}
    last = rest.split()[-1].rstrip(".")
    return {"supplier": follow_up.supplier_named(rest, ctx)} if COMPANY.fullmatch(last) else _what(words, ctx)


def _what(words: str, ctx: Context) -> dict[str, Any]:
    said = words.strip(" ,:;\n")
    if not said:
        return {}
    try:
        return {"what": understand(ctx.library.flows["deviation"].by_id["what"], said, ctx)}
    except NotUnderstood:
        return {"what": Unsure(said)}


# The end of the talk.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record what was found, or change what the talk recorded before."""
    answers = talk.answers
    found = follow_up.known_supplier(answers["supplier"], ctx), answers["what"]
    before = deviations.find(ctx.db, talk.subject or 0)
    if before and not deviations.revise(ctx.db, before, *found, answers.get("contract"), ctx.now):
        return closed_already(before, ctx)
    if before:
        id = before.id
    else:
        id = deviations.add(ctx.db, *found, ctx.today, ctx.person.id, ctx.now, answers.get("contract"))
    told = {key: answers.get(key) for key in ("supplier", "what", "contract")}
    ctx.did("changed" if before else "recorded", f"deviations:{id}", told)
    decided = answers["class"]
    if decided != answers.get(DECIDED, UNDECIDED):  # whoever gave it another class since is not overruled by the way
        _classify(read(id, ctx), None if decided == UNDECIDED else decided, ctx)
    talks.keep(ctx.db, replace(talk, subject=id, answers={**answers, DECIDED: decided}), ctx.now)
    evidence.take_over(talk, f"deviations:{id}", ctx)
    return _recorded(read(id, ctx), talk, "deviation_changed" if before else "deviation_recorded", ctx)


def read(id: int, ctx: Context) -> Deviation:
    """A deviation that is there, as it now is."""
    found = deviations.find(ctx.db, id)
    assert found is not None
    return found


def _recorded(deviation: Deviation, talk: Talk, phrase: str, ctx: Context) -> Reply:
    more = ctx.button("another_button", f"/another {deviation.id}", name=deviation.supplier_name[:MOST_LABEL])
    last = (more, ctx.button("change_button", f"/review {talk.id}"))
    rows = (buttons(deviation, ctx), next_steps(deviation, ctx), last, *_waiting(talk, ctx))
    parts = (para(ctx.phrase(phrase, number=deviation.id)), facts(deviation, ctx))
    if deviation.kind and needs_two(deviation.kind):
        return Reply((*zero_tolerance(ctx), *parts), rows)
    how = para(ctx.phrase("deviation_more", number=deviation.id))
    return Reply((*parts, *times(deviation, ctx), how), rows)


def _waiting(talk: Talk, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """The deviations that were begun before this one and not finished."""
    begun = [each for each in talks.parked(ctx.db, ctx.person.id) if each.flow == talk.flow and each.id != talk.id]
    return tuple(
        (ctx.button("deviation_waits", f"/resume {each.id}", what=str(each.answers["what"])[:MOST_LABEL]),)
        for each in begun
        if each.answers.get("what")
    )


# The class.


def conclude_class(talk: Talk, ctx: Context) -> Reply:
    """Give a deviation the class that a person decided on."""
    deviation = deviations.find(ctx.db, talk.subject or 0)
    if deviation is None:
        return which(ctx)
    if not _classify(deviation, talk.answers["class"], ctx):
        return closed_already(deviation, ctx)
    now = read(deviation.id, ctx)
    said = para(ctx.phrase("deviation_classified", number=now.id, kind=kind_name(now, ctx)))
    first = zero_tolerance(ctx) if now.kind and needs_two(now.kind) else ()
    return Reply(
        (*first, said, facts(now, ctx), *times(now, ctx), *_still_two(now, ctx)),
        (buttons(now, ctx), next_steps(now, ctx)),
    )


def _still_two(deviation: Deviation, ctx: Context) -> tuple[Part, ...]:
    """A class that was lowered does not let one person close it alone."""
    lowered = deviation.two and deviation.state != "closed" and not needs_two(deviation.kind or "")
    return (ctx.note("deviation_still_two"),) if lowered else ()


def _classify(deviation: Deviation, kind: str | None, ctx: Context) -> bool:
    if not deviations.classify(ctx.db, deviation, kind, needs_two(kind or ""), ctx.now):
        return False
    ctx.did("classified", deviation.about, {"class": kind, "before": deviation.kind})
    return True


def zero_tolerance(ctx: Context) -> tuple[Part, ...]:
    """Stop: who is told today, who decides, and what is not written where."""
    steps = ("zero_tell", "zero_decide", "zero_names", "zero_crime", "zero_two")
    lines = tuple((Span(ctx.phrase(step)),) for step in steps)
    return (ctx.marked("zero_title"), Items(lines), ctx.note("zero_ours"))


def perhaps_zero_tolerance(ctx: Context) -> tuple[Part, ...]:
    """The same, before a person has said which class it is."""
    lines = tuple((Span(ctx.phrase(step)),) for step in ("zero_tell", "zero_decide", "zero_names", "zero_crime"))
    return (ctx.marked("zero_perhaps"), Items(lines))


def times(deviation: Deviation, ctx: Context) -> tuple[Part, ...]:
    """How long the supplier has, and whose times they are."""
    known = ctx.library.deviations.get(deviation.kind or "")
    if known is None or known.plan_days is None or deviation.state == "closed":
        return ()
    _, plan, done = own.row(known, ctx)
    whose = ctx.phrase("times_own" if own.has_own_times(ctx.library) else "times_ours")
    phrase = "deviation_times" if known.done_days else "deviation_plan"
    return (ctx.note(phrase, plan=plan, done=done, whose=whose),)


# Notes and files.


def note(deviation: Deviation, words: str, ctx: Context) -> Reply:
    """Keep a note about it."""
    evidence.add_note(deviation.about, words, ctx)
    return _added("note_added", deviation, ctx)


def conclude_note(talk: Talk, ctx: Context) -> Reply:
    deviation = deviations.find(ctx.db, talk.subject or 0)
    return note(deviation, talk.answers["note"], ctx) if deviation else which(ctx)


def add_files(deviation: Deviation, files: tuple[Attachment, ...], words: str, ctx: Context) -> Reply:
    """Keep what was photographed, and say with what."""
    evidence.add_files(deviation.about, files, words, ctx)
    return _added("files_added", deviation, ctx, count=len(files))


def _added(phrase: str, deviation: Deviation, ctx: Context, **words: object) -> Reply:
    row = (
        ctx.button("more_notes_button", f"/start deviation-note {deviation.id}"),
        ctx.button("show_button", f"/deviation {deviation.id}"),
    )
    named = {"number": deviation.id, "what": deviation.what, "supplier": deviation.supplier_name}
    return ctx.reply(phrase, row, **named, **words)


def latest(ctx: Context) -> Deviation | None:
    """The one that she recorded last, while she may still be on site."""
    return deviations.latest(ctx.db, ctx.person.id, ctx.now - AN_INSPECTION)


# Shown.


def list_open(ctx: Context) -> Reply:
    """Those that are not closed, the gravest first."""
    found = deviations.all_open(ctx.db)
    record = (ctx.button("deviation_button", "/start deviation"),)
    if not found:
        return ctx.reply("no_deviations", record, (read_more(NEXT, ctx),))
    lines = tuple((Span(_line(each, ctx)),) for each in found[:MOST_SHOWN])
    rows = tuple((Button(f"#{each.id} {each.what}"[:60], f"/deviation {each.id}"),) for each in found[:MOST_SHOWN])
    more = (ctx.note("more_items", count=len(found) - MOST_SHOWN),) if len(found) > MOST_SHOWN else ()
    lights = (light.of_open(found[:MOST_SHOWN], ctx), ctx.note("light_how"))
    return Reply((ctx.marked("deviations_title"), Items(lines), *more, *lights), (*rows, record))


def _line(deviation: Deviation, ctx: Context) -> str:
    day = calendar.short(deviation.found_on, ctx.lang)
    phrase = "deviation_line" if deviation.kind else "deviation_line_undecided"
    named = {"number": deviation.id, "supplier": deviation.supplier_name, "what": deviation.what}
    return ctx.phrase(phrase, **named, kind=kind_name(deviation, ctx), day=day)


def show(deviation: Deviation, ctx: Context) -> Reply:
    """One deviation, with what supports it in order."""
    title = Heading(ctx.phrase("deviation_title", number=deviation.id))
    known = (*times(deviation, ctx), *_still_two(deviation, ctx))
    about = (*known, *remedies.of_deviation(deviation, ctx), *evidence.shown(deviation.about, ctx))
    to_do = remedies.to_show(actions.left(ctx.db, deviation.id)[:MOST_SHOWN])
    rows = (buttons(deviation, ctx), next_steps(deviation, ctx), *to_do) if deviation.state != "closed" else ()
    return Reply((title, facts(deviation, ctx), *about), rows)


def facts(deviation: Deviation, ctx: Context) -> Facts:
    """What is known of it, name and value."""
    flow = ctx.library.flows["deviation"]
    asked = {"supplier": deviation.supplier_name, "what": deviation.what, "contract": deviation.contract}
    rows = [(flow.by_id[id].name.of(ctx.lang), value) for id, value in asked.items() if value]
    rows.append((flow.by_id["class"].name.of(ctx.lang), kind_name(deviation, ctx)))
    rows.append((ctx.phrase("deviation_found"), calendar.words(deviation.found_on, ctx.lang)))
    rows.append((ctx.phrase("deviation_state"), _state(deviation, ctx)))
    if deviation.closing_note:
        rows.append((ctx.library.flows["deviation-close"].by_id["note"].name.of(ctx.lang), deviation.closing_note))
    return Facts(tuple(rows))


def _state(deviation: Deviation, ctx: Context) -> str:
    proposer, closer = (people.find(ctx.db, id or "") for id in (deviation.closing_by, deviation.closed_by))
    phrase = "deviation_closed_by_two" if proposer and closer else f"deviation_{deviation.state}"
    by = closer or proposer
    return ctx.phrase(phrase, name=by.name if by else "", proposer=proposer.name if proposer else "")


def kind_name(deviation: Deviation, ctx: Context) -> str:
    """The class as the organisation calls it."""
    known = ctx.library.deviations.get(deviation.kind or "")
    return known.name.of(ctx.lang) if known else ctx.phrase("class_undecided")


def buttons(deviation: Deviation, ctx: Context) -> tuple[Button, ...]:
    """What can be done with one that is not closed."""
    first = ctx.button("note_button", f"/start deviation-note {deviation.id}")
    if deviation.state == "closing":
        confirm = ctx.button("confirm_button", f"/confirm deviation {deviation.id}")
        hers = (confirm,) if may_confirm(deviation.closing_by, ctx.person.id) else ()
        return first, *hers, ctx.button("keep_open_button", f"/keep-open {deviation.id}")
    return (
        first,
        ctx.button("class_button", f"/start deviation-class {deviation.id}"),
        ctx.button("close_button", f"/start deviation-close {deviation.id}"),
    )


def next_steps(deviation: Deviation, ctx: Context) -> tuple[Button, ...]:
    """What the supplier is to do, what can be done about the breach, and a letter about it."""
    return (
        ctx.button("action_button", f"/start action {deviation.id}"),
        ctx.button("ladder_button", f"/ladder {deviation.id}"),
        ctx.button("letter_button", f"/letter {deviation.id}"),
    )


def which(ctx: Context, does: str = "deviation") -> Reply:
    """No deviation has that number: those that there are, each with a button that `does` what was asked for."""
    found = deviations.all_open(ctx.db)
    if not found:
        return ctx.reply("which_deviation_none", (ctx.button("deviation_button", "/start deviation"),))
    rows = [(Button(f"#{each.id} {each.what}"[:60], f"/{does} {each.id}"),) for each in found[:MOST_SHOWN]]
    more = [(ctx.button("list_button", "/deviation"),)] if len(found) > MOST_SHOWN else []
    return ctx.reply("which_deviation", *rows, *more)


def closed_already(deviation: Deviation, ctx: Context) -> Reply:
    """It is closed, or was changed by somebody else at the same time."""
    return ctx.reply(
        "deviation_closed_already", (ctx.button("show_button", f"/deviation {deviation.id}"),), number=deviation.id
    )
