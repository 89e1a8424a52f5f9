"""Leaving: give one's work to a colleague, and be forgotten. What will happen is shown before it is done."""

import re
from dataclasses import replace

from handlers import absence, access, letters
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Message, Reply
from handlers.understand import NotUnderstood, understand
from knowledge.text import Items, Span, para
from storage import belongings, follow_ups, people, web_links
from storage import reminders as stored_reminders
from storage.belongings import InCharge
from storage.people import REMOVED, Person
from storage.rooms import LEVELS

COUNTED = ("items", "procurements", "reminders", "deviations", "contracts", "assessments", "deputy")
TO = re.compile(r"\s*(?:(?:från|from)\s+(?P<giver>\S.{0,120}?)\s+)?(?:till|to)\s+(?P<taker>.+)", re.IGNORECASE)


# Everything to a colleague.


def hand_over_all(message: Message, ctx: Context) -> Reply:
    """`hand over everything to Bo`; a lead also `hand over everything from Bo to Anna`. Shows, and asks."""
    said = TO.fullmatch(message.text.strip())
    if said is None:
        return ctx.reply("hand_all_how")
    try:
        giver, taker = _person(said["giver"], ctx) if said["giver"] else ctx.person, _person(said["taker"], ctx)
    except NotUnderstood as error:
        return ctx.reply(error.phrase, **error.words)
    if giver.id != ctx.person.id and not access.may("hand-over-all", ctx, others=True):
        return access.refused(ctx, "hand-over-all", others=True)
    if giver.id == taker.id:
        return ctx.reply("hand_all_same")
    if refused := access.only_reads(taker.id, ctx):
        return refused
    has = belongings.in_charge(ctx.db, giver.id)
    if has.nothing:
        return ctx.reply("hand_all_nothing", name=giver.name)
    yes = ctx.button("hand_all_yes", f"/hand-all {giver.id} {taker.id}", name=taker.name[:40])
    said_parts = (para(ctx.phrase("hand_all_asked", giver=giver.name, taker=taker.name)), _what(has, ctx))
    return Reply(said_parts, ((yes,), (ctx.button("cancel_button", "/hello"),)))


def _person(words: str, ctx: Context) -> Person:
    """The colleague of that name.

    Raises:
        NotUnderstood: nobody is called so.
    """
    found = people.find(ctx.db, understand(ctx.library.flows["hand-over"].by_id["to"], words.strip(" ."), ctx))
    assert found is not None  # understood as somebody known
    return found


def _what(has: InCharge, ctx: Context) -> Items:
    counted = {name: getattr(has, name) for name in COUNTED}
    return Items(tuple((Span(ctx.phrase(f"in_charge_{name}", count=n)),) for name, n in counted.items() if n))


def hand_all(message: Message, ctx: Context) -> Reply:
    """`/hand-all p1 p2`: do what was shown, with the roles of now."""
    giver, taker = (people.find(ctx.db, id) for id in (*message.text.split()[:2], "", "")[:2])
    if giver is None or taker is None or giver.id == taker.id or taker.role == REMOVED:
        return ctx.reply("old_button")
    if not access.may("hand-all", ctx, others=giver.id != ctx.person.id):
        return access.refused(ctx, "hand-all", others=True)
    if refused := access.only_reads(taker.id, ctx):
        return refused
    has = give_all(giver, taker, ctx)
    return ctx.reply("hand_all_nothing" if has.nothing else "hand_all_done", name=giver.name, taker=taker.name)


def give_all(giver: Person, taker: Person, ctx: Context) -> InCharge:
    """Everything that `giver` is in charge of, with its reminders, to `taker`, who is told; what it was."""
    has, moved = belongings.in_charge(ctx.db, giver.id), belongings.items(ctx.db, giver.id)
    if has.nothing:
        return has
    belongings.hand_over(ctx.db, giver.id, taker.id, ctx.now)
    for id in moved:
        stored_reminders.cancel(ctx.db, id, giver.id)
        item = follow_ups.find(ctx.db, id)
        if item:
            reminder_plans.plan_again(item, ctx)
    counts = {name: getattr(has, name) for name in COUNTED if name != "reminders"}
    ctx.did("handed everything over", f"people:{giver.id}", {"to": taker.id, **counts})

    def told(hers: Context) -> Reply:
        words = para(hers.phrase("hand_all_told", name=giver.name))
        return Reply((words, _what(has, hers)), ((hers.button("list_button", "/follow-up"),),))

    if taker.id != ctx.person.id:
        letters.write(f"hand-all:{giver.id}:{taker.id}:{ctx.now.isoformat()}", taker, told, ctx)
    return has


# To be forgotten.


def forget_me(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """`forget me`: what is erased, and what must be kept without the name. Nothing happens yet."""
    has = belongings.in_charge(ctx.db, ctx.person.id)
    if not has.nothing and len(people.everybody(ctx.db)) > 1:
        return Reply((para(ctx.phrase("forget_hand_over_first")), _what(has, ctx)))
    erased, kept = (_lines(f"forget_{which}", ctx) for which in ("erased", "kept"))
    parts = (ctx.marked("forget_erased_title"), erased, ctx.marked("forget_kept_title"), kept, ctx.note("forget_note"))
    return Reply(parts, ((ctx.button("forget_yes", "/forget now"),), (ctx.button("cancel_button", "/hello"),)))


def _lines(phrase: str, ctx: Context) -> Items:
    return Items(tuple((Span(line),) for line in ctx.phrase(phrase).strip().split("\n")))


def forget(message: Message, ctx: Context) -> Reply:
    """`/forget now`: do what was shown."""
    has = belongings.in_charge(ctx.db, ctx.person.id)
    if message.text != "now" or (not has.nothing and len(people.everybody(ctx.db)) > 1):
        return forget_me(message, ctx)
    erase(ctx.person, ctx)
    return replace(ctx.reply("forgotten"), level=LEVELS[0])  # the last word that still reaches her


def erase(person: Person, ctx: Context) -> None:
    """Erase what is only hers; records keep a number instead of her name. Noted in the audit trail."""
    absence.stand_in_leaves(person, ctx)
    instead = ctx.phrase("former_officer", number=person.id[-4:])
    belongings.forget(ctx.db, person.id, person.name, instead)
    web_links.revoke(ctx.db, "calendar", f"people:{person.id}", ctx.now)
    people.rename(ctx.db, person.id, instead, ctx.now)
    people.set_role(ctx.db, person.id, REMOVED, ctx.now)
    ctx.did("forgot", f"people:{person.id}")
