"""Deviations: recorded on site in a few lines, judged by a person, closed when it is shown that they are remedied.

Zero tolerance stops the ordinary way of working, and is closed by two different officers.
"""

import re
from collections.abc import Callable
from typing import Any

from handlers import evidence
from handlers.context import Context
from handlers.follow_up import known_supplier, supplier_heard
from handlers.messages import Button, Message, Reply
from knowledge.rules import calendar
from knowledge.rules.deviation import ZERO, may_close, needs_two
from knowledge.text import Facts, Items, Part, Span, para
from storage import deviations, people, talks
from storage.deviations import Deviation
from storage.talks import Talk

AT = re.compile(r"^(?:hos|at)\s+(?P<supplier>[^:]{2,80}):\s*(?P<what>.+)", re.IGNORECASE | re.DOTALL)
NUMBER = re.compile(r"\s*#?(\d{1,12})(?:[\s:,]+|$)(.*)", re.DOTALL)
UNDECIDED = "undecided"
MOST_SHOWN = 8


# What can be heard, and the list.


def heard(words: str, ctx: Context) -> dict[str, Any]:
    """ "hos Nordkaffe AB: saknar ID06" tells the supplier too; other words are what was found."""
    said = AT.match(words.strip())
    if said:
        return {"supplier": supplier_heard(said["supplier"].strip(), ctx), "what": said["what"].strip()}
    return {"what": words.strip()} if words.strip() else {}


def only_number(words: str) -> bool:
    """Whether `words` are the number of one, and nothing more."""
    found = NUMBER.fullmatch(words)
    return found is not None and not found[2].strip()


def numbered(act: Callable[[Deviation, str, Context], Reply]) -> Callable[[Message, Context], Reply]:
    """A handler for "<number> <words>"; refuses numbers of no deviation."""

    def handler(message: Message, ctx: Context) -> Reply:
        found = NUMBER.fullmatch(message.text)
        known = deviations.find(ctx.db, int(found[1])) if found else None
        if found is None or known is None:
            return ctx.reply("which_deviation", (ctx.button("list_button", "/deviation"),))
        return act(known, found[2].strip(), ctx)

    return handler


def listed(ctx: Context) -> Reply:
    """Those that are not closed."""
    found = deviations.going_on(ctx.db, MOST_SHOWN)
    record = (ctx.button("deviation_button", "/start deviation"),)
    if not found:
        return ctx.reply("no_deviations", record)
    lines = tuple((Span(_line(each, ctx)),) for each in found)
    buttons = tuple((Button(f"#{each.id} {each.what}"[:60], f"/deviation {each.id}"),) for each in found)
    return Reply((ctx.marked("deviations_title"), Items(lines)), (*buttons, record))


def _line(found: Deviation, ctx: Context) -> str:
    words = {"number": found.id, "what": found.what[:80], "supplier": found.supplier_name}
    return ctx.phrase("deviation_line", kind=_kind(found, ctx), state=ctx.phrase(f"deviation_{found.state}"), **words)


def _kind(found: Deviation, ctx: Context) -> str:
    kind = ctx.library.deviations.get(found.kind or "")
    return kind.name.of(ctx.lang) if kind else ctx.phrase("deviation_undecided")


def show(found: Deviation, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """One deviation with its notes and files in order."""
    rows = [
        (ctx.phrase("deviation_what"), found.what),
        (ctx.phrase("deviation_supplier"), found.supplier_name),
        (ctx.phrase("deviation_class"), _kind(found, ctx)),
        (ctx.phrase("deviation_found"), calendar.words(found.found_on, ctx.lang)),
        (ctx.phrase("deviation_state"), ctx.phrase(f"deviation_{found.state}")),
        *(((ctx.phrase("deviation_contract"), found.contract),) if found.contract else ()),
    ]
    title = para(ctx.phrase("deviation_title", number=found.id))
    told = evidence.told(f"deviations:{found.id}", ctx)
    stop = _stop(found.kind, ctx) if found.state != "closed" else ()
    return Reply((title, Facts(tuple(rows)), *stop, *told), buttons(found, ctx))


def buttons(found: Deviation, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """What can be done with it now."""
    if found.state == "closed":
        return ()
    judge = tuple(
        Button(each.name.of(ctx.lang), f"/class {found.id} {each.id}")
        for each in ctx.library.deviations.values()
        if found.kind is None
    )
    note = ctx.button("note_button", f"/start deviation-note {found.id}")
    end = (
        ctx.button("confirm_close_button", f"/confirm-close {found.id}")
        if found.state == "closing"
        else ctx.button("close_deviation_button", f"/start deviation-close {found.id}")
    )
    return (*((each,) for each in judge), (note, end) if found.kind else (note,))


# What a person does with it.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record it, or change the one that the talk made before."""
    said = talk.answers
    supplier, kind = known_supplier(said["supplier"], ctx), None if said["class"] == UNDECIDED else said["class"]
    before = deviations.find(ctx.db, talk.subject) if talk.subject else None
    if before:
        deviations.revise(ctx.db, before, supplier, said.get("contract"), said["what"], kind, ctx.now)
        id, act = before.id, "changed"
    else:
        id = deviations.add(
            ctx.db, supplier, said.get("contract"), said["what"], kind, ctx.today, ctx.person.id, ctx.now
        )
        act = "recorded"
        talks.about(ctx.db, talk, id)
        evidence.keep(f"deviations:{id}", said, ctx)
    ctx.did(act, f"deviations:{id}", {"class": kind, "supplier": said["supplier"]})
    found = deviations.find(ctx.db, id)
    assert found is not None  # it was written just now
    parts: tuple[Part, ...] = (para(ctx.phrase("deviation_recorded", number=id)), *_stop(kind, ctx), *_times(kind, ctx))
    return Reply((*parts, para(ctx.phrase("deviation_more", number=id))), buttons(found, ctx))


def _stop(kind: str | None, ctx: Context) -> tuple[Part, ...]:
    """What zero tolerance asks for before anything else."""
    if kind != ZERO:
        return ()
    tell = ctx.library.deviations[ZERO].tell
    first = ctx.phrase("zero_first", who=tell.of(ctx.lang) if tell else "")
    lines = [first, *ctx.phrase("zero_steps").strip().split("\n")]
    return ctx.marked("zero_title"), Items(tuple((Span(line),) for line in lines), numbered=True)


def _times(kind: str | None, ctx: Context) -> tuple[Part, ...]:
    """How long the supplier gets, and whose numbers those are."""
    found = ctx.library.deviations.get(kind or "")
    if found is None or not found.plan_days:
        return ()
    unit = ctx.phrase("working_days_unit" if found.working_days else "days_unit")
    phrase = "deviation_times" if found.done_days else "deviation_time_plan"
    return (ctx.note(phrase, plan=found.plan_days, unit=unit, done=found.done_days or 0),)


def classify(found: Deviation, words: str, ctx: Context) -> Reply:
    """`/class 3 major`: a person has decided."""
    if words not in ctx.library.deviations or found.state == "closed":
        return ctx.reply("old_button")
    if not deviations.classify(ctx.db, found, words, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/deviation {found.id}"),))
    ctx.did("classified", f"deviations:{found.id}", {"before": found.kind, "after": words})
    return _shown_again(found.id, ctx)


def _shown_again(id: int, ctx: Context) -> Reply:
    found = deviations.find(ctx.db, id)
    assert found is not None  # deviations are never deleted
    return show(found, "", ctx)


def note(found: Deviation, words: str, ctx: Context) -> Reply:
    """A line more about it."""
    if not words:
        return ctx.reply("note_how", number=found.id)
    evidence.note(f"deviations:{found.id}", words, ctx)
    show_it = (ctx.button("show_button", f"/deviation {found.id}"),)
    return ctx.reply("note_added", show_it, number=found.id)


def close(found: Deviation, words: str, ctx: Context) -> Reply:
    """Say what shows that it is remedied. Zero tolerance then waits for somebody else."""
    if found.state == "closed":
        return ctx.reply("deviation_closed_already", number=found.id)
    if found.kind is None:
        return Reply((para(ctx.phrase("classify_first")),), buttons(found, ctx))
    if words:
        evidence.note(f"deviations:{found.id}", words, ctx)
    if needs_two(found.kind):
        return _proposed(found, ctx)
    return _closed(found, ctx)


def _proposed(found: Deviation, ctx: Context) -> Reply:
    if not deviations.propose_close(ctx.db, found, ctx.person.id, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/deviation {found.id}"),))
    ctx.did("proposed to close", f"deviations:{found.id}")
    return ctx.reply("needs_second", number=found.id)


def confirm(found: Deviation, words: str, ctx: Context) -> Reply:  # noqa: ARG001
    """A second officer agrees that a zero-tolerance deviation is remedied."""
    if found.state != "closing":
        return ctx.reply("nothing_to_confirm", (ctx.button("show_button", f"/deviation {found.id}"),), number=found.id)
    if not may_close(found.kind, found.closing_by, ctx.person.id):
        return ctx.reply("second_must_differ", number=found.id)
    return _closed(found, ctx)


def _closed(found: Deviation, ctx: Context) -> Reply:
    if not deviations.close(ctx.db, found, ctx.person.id, ctx.now):
        return ctx.reply("changed_meanwhile", (ctx.button("show_button", f"/deviation {found.id}"),))
    by = {"proposed_by": found.closing_by} if found.closing_by else {}
    ctx.did("closed", f"deviations:{found.id}", by)
    who = people.find(ctx.db, found.closing_by or "")
    names = ctx.person.name if who is None else f"{who.name}, {ctx.person.name}"
    return ctx.reply("deviation_is_closed", number=found.id, names=names)


# The ends of the small talks.


def conclude_note(talk: Talk, ctx: Context) -> Reply:
    return _on_subject(talk, ctx, note, talk.answers["note"])


def conclude_close(talk: Talk, ctx: Context) -> Reply:
    return _on_subject(talk, ctx, close, talk.answers["shown"])


def _on_subject(talk: Talk, ctx: Context, act: Callable[[Deviation, str, Context], Reply], words: str) -> Reply:
    found = deviations.find(ctx.db, talk.subject or 0)
    return act(found, words, ctx) if found else ctx.reply("which_deviation")
