"""Judging a self-assessment: what a person holds of each routine, questions back to the supplier once, and the verdict.

Whoever judges saw a version; when somebody else changed it since, nothing is kept and she is told.
"""

from dataclasses import replace
from datetime import date

from handlers import form_sending, items, talk
from handlers import reminders as reminder_plans
from handlers.assessing import (
    MOST_CARD,
    answered,
    in_full,
    judge_button,
    left,
    name_of,
    reasons,
    rows_of,
    show,
    sorted_line,
    sorting_of,
)
from handlers.context import Context
from handlers.form_links import DAY, about, extended
from handlers.form_sending import numbered, read
from handlers.messages import Message, Reply
from handlers.self_assessment import FORM
from knowledge.rules import calendar
from knowledge.rules.self_assessment import MET, NOT_SHOWN, QUESTION, ROUTINES, applies
from knowledge.text import Facts, Heading, Items, Part, Span, para
from storage import follow_ups, judgements, web_links
from storage import self_assessments as stored
from storage.self_assessments import SelfAssessment
from storage.talks import Talk

ROUTINE, VERSION = "routine", "version"  # among a talk's answers: what it is about; no question has these ids


# Routine by routine.


def card(message: Message, ctx: Context) -> Reply:
    """`/judge 3 policy`: the answers of one routine in full, what is enough, and how Duly sorts it."""
    one, routine = numbered(message, ctx), message.text.split()[-1]
    if one is None or routine not in ROUTINES:
        return ctx.reply("old_button")
    return _card(one, routine, ctx) if one.state == "submitted" else show(one, ctx)


def _card(one: SelfAssessment, routine: str, ctx: Context) -> Reply:
    flow, criteria, said = ctx.library.flows[FORM], ctx.library.criteria[FORM], answered(one, ctx)
    of = [each for each in flow.questions if criteria.by_question[each.id].routine == routine]
    asked = [criteria.by_question[each.id] for each in of if applies(each, said)]
    sorting = sorting_of(one, ctx)[routine]
    parts: tuple[Part, ...] = (
        Heading(name_of(routine, ctx)),
        Facts(tuple(rows_of(of, said, judgements.files(ctx.db, one.id), ctx, MOST_CARD))),
        para(ctx.phrase("judge_enough", met=" ".join(each.met.of(ctx.lang) for each in asked))),
        para(ctx.phrase("judge_asks", ask=" ".join(each.ask.of(ctx.lang) for each in asked))),
        para(sorted_line(sorting, said, ctx)),
    )
    place = f"{one.id} {one.version} {routine}"
    so = ctx.button("judge_so_button", f"/judge-so {place}", outcome=ctx.phrase(f"outcome_{sorting.outcome}"))
    rows = ((so,), (ctx.button("judge_other_button", f"/judge-other {place}"),), *in_full(one, ctx))
    return Reply(parts, rows, ctx.cite(*(source for each in asked for source in each.sources)))


def _addressed(message: Message, ctx: Context) -> tuple[SelfAssessment | None, int, str]:
    """What "3 7 policy" names: the self-assessment, the version that was seen, the routine."""
    words = message.text.split()
    known = len(words) == 3 and form_sending.is_id(words[1]) and words[2] in ROUTINES
    return (numbered(message, ctx), int(words[1]), words[2]) if known else (None, 0, "")


def as_sorted(message: Message, ctx: Context) -> Reply:
    """`/judge-so 3 7 policy`: hold what Duly sorted. That something is met takes the person's own reasons."""
    one, version, routine = _addressed(message, ctx)
    if one is None:
        return ctx.reply("old_button")
    outcome = sorting_of(one, ctx)[routine].outcome
    if outcome == MET:
        known = {ROUTINE: routine, VERSION: version, "outcome": outcome}
        return talk.start("judgement", known, ctx, one.id)
    why = " ".join(reasons(sorting_of(one, ctx)[routine], ctx))
    words = _question(one, routine, ctx) if outcome == QUESTION else why
    return _keep(one, version, routine, outcome, words, ctx)


def _question(one: SelfAssessment, routine: str, ctx: Context) -> str:
    """What to ask the supplier, in its language: what is not clear about each answer of the routine."""
    there = replace(ctx, person=replace(ctx.person, language=one.lang))
    found = sorting_of(one, ctx)[routine]
    asked = [ctx.library.flows[FORM].by_id[each.question].ask.of(one.lang) for each in found.findings if each.why] or [
        ctx.library.flows[FORM].by_id[each.question].ask.of(one.lang) for each in found.findings[:1]
    ]
    return there.phrase("judge_question", why=" ".join(reasons(found, there)), asked=" ".join(asked))


def other(message: Message, ctx: Context) -> Reply:
    """`/judge-other 3 7 policy`: the talk asks what she holds instead, and why."""
    one, version, routine = _addressed(message, ctx)
    if one is None:
        return ctx.reply("old_button")
    return talk.start("judgement", {ROUTINE: routine, VERSION: version}, ctx, one.id)


def conclude_judgement(talk: Talk, ctx: Context) -> Reply:
    one, routine = stored.find(ctx.db, talk.subject or 0), talk.answers.get(ROUTINE)
    if one is None or routine not in ROUTINES:
        return ctx.reply("old_button")
    answers = talk.answers
    return _keep(one, answers.get(VERSION) or 0, routine, answers["outcome"], answers["reasons"], ctx)


def _keep(one: SelfAssessment, version: int, routine: str, outcome: str, words: str, ctx: Context) -> Reply:
    if one.state != "submitted":
        return show(one, ctx)
    if not judgements.judge(ctx.db, replace(one, version=version), routine, outcome, words, ctx.person.id, ctx.now):
        return _changed(one, ctx)
    ctx.did("judged", about(one.id), {"routine": routine, "outcome": outcome, "round": one.round})
    now = read(one.id, ctx)
    said = para(ctx.phrase("judge_kept", routine=name_of(routine, ctx), outcome=ctx.phrase(f"outcome_{outcome}")))
    waiting = left(now, ctx)
    after = _card(now, waiting[0], ctx) if waiting else show(now, ctx)
    return replace(after, parts=(said, *after.parts))


def _changed(one: SelfAssessment, ctx: Context) -> Reply:
    return ctx.reply("judge_changed", (ctx.button("show_button", f"/assess {one.id}"),))


# Questions back, once.


def ask_back(message: Message, ctx: Context) -> Reply:
    """`/ask-back 3`: the questions, all at once, before they go; each can be changed."""
    one = numbered(message, ctx)
    asked = _asked(one, ctx) if one else {}
    if one is None or not asked:
        return show(one, ctx) if one else ctx.reply("old_button")
    lines = Items(tuple((Span(f"{name_of(each, ctx)}: {words}"),) for each, words in asked.items()))
    day = calendar.words(_back_by(ctx), ctx.lang)
    parts = (para(ctx.phrase("ask_back_these", supplier=one.supplier_name, day=day)), lines)
    send = (ctx.button("ask_back_send_button", f"/send-back {one.id} {one.version}"),)
    place = f"/judge-other {one.id} {one.version}"
    change = tuple((ctx.button("ask_back_change", f"{place} {each}", routine=name_of(each, ctx)),) for each in asked)
    origin = ctx.library.criteria[FORM].numbers["back_days"].origin.of(ctx.lang)
    return Reply((*parts, ctx.note("ask_back_once", origin=origin)), (send, *change))


def _back_by(ctx: Context) -> date:
    """When the questions are to be answered that are sent back today."""
    return calendar.next_working_day(ctx.today + ctx.library.criteria[FORM].numbers["back_days"].value * DAY)


def _asked(one: SelfAssessment, ctx: Context) -> dict[str, str]:
    if one.state != "submitted" or one.round != 1 or left(one, ctx):
        return {}
    held = judgements.of(ctx.db, one)
    return {routine: held[routine].reasons for routine in ROUTINES if held[routine].outcome == QUESTION}


def send_back(message: Message, ctx: Context) -> Reply:
    """`/send-back 3 9`: return it with the questions, its address good for longer, and give the words to send."""
    one, words = numbered(message, ctx), message.text.split()
    if one is None or len(words) != 2 or not form_sending.is_id(words[1]) or not _asked(one, ctx):
        return show(one, ctx) if one else ctx.reply("old_button")
    due = _back_by(ctx)
    if not stored.ask_back(ctx.db, replace(one, version=int(words[1])), due, ctx.now):
        return _changed(one, ctx)
    ctx.did("asked back", about(one.id), {"due": due.isoformat()})
    now = read(one.id, ctx)
    _put_off(now, ctx)
    if not extended(now, ctx):  # nobody has an address that leads there
        return form_sending.given(now, "ask_back_sent", ctx)
    named = {"number": now.id, "supplier": now.supplier_name, "day": calendar.words(due, ctx.lang)}
    copy = (para(ctx.phrase("ask_back_sent", **named)), para(ctx.phrase("form_copy")))
    rows = ((ctx.button("form_new_link_button", f"/new-link {now.id}"),),)
    mailed = ((ctx.button("form_mail_button", f"/mail-form {now.id}"),),) if ctx.mails else ()
    return Reply((*copy, *form_sending.letter(now, "", ctx)), (*mailed, *rows), private=ctx.place.shared)


def _put_off(one: SelfAssessment, ctx: Context) -> None:
    item = follow_ups.find(ctx.db, one.item or 0)
    if item and item.state == "open":
        form_sending.put_off(item, one.due_on, ctx)


# The verdict.


def verdict(message: Message, ctx: Context) -> Reply:
    """`/verdict 3 9`: the talk asks for it, once something is held of every routine."""
    one, words = numbered(message, ctx), message.text.split()
    if one is None or len(words) != 2 or not form_sending.is_id(words[1]):
        return ctx.reply("old_button")
    if one.state != "submitted":
        return show(one, ctx)
    if waiting := left(one, ctx):
        names = ", ".join(name_of(each, ctx) for each in waiting)
        return ctx.reply("verdict_too_soon", (judge_button(one, waiting[0], ctx),), routines=names)
    return talk.start("verdict", {VERSION: int(words[1])}, ctx, one.id)


def conclude_verdict(talk: Talk, ctx: Context) -> Reply:
    """Note the verdict, end the address, and close the item that reminded of it."""
    one = stored.find(ctx.db, talk.subject or 0)
    if one is None or not isinstance(version := talk.answers.get(VERSION), int):
        return ctx.reply("old_button")
    if one.state != "submitted":
        return show(one, ctx)
    held, reasons = talk.answers["verdict"], talk.answers["reasons"]
    if left(one, ctx) or not stored.judge(ctx.db, replace(one, version=version), held, reasons, ctx.person.id, ctx.now):
        return _changed(one, ctx)
    ctx.did("gave a verdict", about(one.id), {"verdict": held})
    web_links.revoke(ctx.db, "form", about(one.id), ctx.now)
    named = {"number": one.id, "verdict": ctx.phrase(f"verdict_{held}")}
    items.settle(one.item, ctx.phrase("verdict_item_done", **named), ctx)
    return _given(read(one.id, ctx), ctx)


def _given(one: SelfAssessment, ctx: Context) -> Reply:
    """The verdict, with what may follow: a deviation for what is not met, and the next one unless it is planned."""
    missing = [each for each in judgements.of(ctx.db, one).values() if each.outcome == NOT_SHOWN]
    deviates = one.verdict != "met" or missing
    named = {"verdict": ctx.phrase(f"verdict_{one.verdict}"), "supplier": one.supplier_name}
    told, after = para(ctx.phrase("verdict_kept", **named, number=one.id)), _next_one(one, ctx)
    deviation = ((ctx.button("form_deviation_button", f"/form-deviation {one.id}"),),) if deviates else ()
    return Reply((told, *after.parts), (*deviation, *after.buttons))


def _next_one(one: SelfAssessment, ctx: Context) -> Reply:
    """When the next one is, or the button that plans it."""
    planned = form_sending.item_of(one.supplier, one.contract, ctx)
    if planned:
        day = calendar.short(planned.due_on, ctx.lang)
        show = (ctx.button("show_button", f"/show {planned.id}"),)
        return ctx.reply("form_again_planned", show, number=planned.id, day=day)
    number = ctx.library.criteria[FORM].numbers["again_months"]
    again = calendar.short(calendar.add_months(ctx.today, number.value), ctx.lang)
    button = ctx.button("form_again_button", f"/form-again {one.id}", day=again)
    return Reply((ctx.note("assess_origin", origin=number.origin.of(ctx.lang)),), ((button,),))


def deviation(message: Message, ctx: Context) -> Reply:
    """`/form-deviation 3`: the talk that records a deviation, with the supplier known."""
    one = numbered(message, ctx)
    if one is None:
        return ctx.reply("old_button")
    contract = {"contract": one.contract} if one.contract else {}
    return talk.start("deviation", {"supplier": one.supplier_name, **contract}, ctx)


def again(message: Message, ctx: Context) -> Reply:
    """`/form-again 3`: a follow-up item for the next one."""
    one = numbered(message, ctx)
    if one is None or one.state != "judged":
        return ctx.reply("old_button")
    day = _next_day(one, ctx)
    known = form_sending.item_of(one.supplier, one.contract, ctx)
    if known:
        return ctx.reply("form_again_already", (ctx.button("show_button", f"/show {known.id}"),), number=known.id)
    id = follow_ups.add(
        ctx.db,
        one.supplier,
        form_sending.KIND,
        ctx.phrase("form_item"),
        day,
        ctx.person.id,
        ctx.now,
        contract=one.contract,
    )
    ctx.did("recorded", f"follow_ups:{id}", {"due": day.isoformat()})
    item = follow_ups.find(ctx.db, id)
    assert item is not None
    reminder_plans.plan(item, ctx)
    named = {"number": id, "day": calendar.words(day, ctx.lang)}
    return ctx.reply("form_again_recorded", (ctx.button("show_button", f"/show {id}"),), **named)


def _next_day(one: SelfAssessment, ctx: Context) -> date:
    months = ctx.library.criteria[FORM].numbers["again_months"].value
    return calendar.add_months(ctx.day_of(one.judged_at) if one.judged_at else ctx.today, months)
