"""What each command and each button does: two tables, and the small handlers that only start something."""

from collections.abc import Callable
from dataclasses import replace

from handlers import (
    absence,
    access,
    acting,
    actions,
    assessing,
    cadences,
    calendars,
    certificate_items,
    clause_items,
    clause_removal,
    closing,
    deviation_letter,
    draft_check,
    form_mail,
    form_sending,
    forms,
    help,
    inspecting,
    inspections,
    items,
    judging,
    labels,
    ladder,
    leaving,
    linking,
    mail,
    on_site,
    overdue,
    people,
    plan,
    policy,
    portfolio,
    priorities,
    procurements,
    protocol,
    questions,
    quick,
    reminders,
    replan,
    report,
    report_files,
    report_public,
    results,
    risk,
    self_assessment,
    suppliers,
    talk,
    teams,
    typed,
    undoing,
    week,
    wording,
)
from handlers.context import Context
from handlers.flows import FLOWS
from handlers.messages import Message, Reply
from handlers.typed import Handler
from knowledge.clause import Clause
from storage import contracts as stored_contracts
from storage import imported_results, talks
from storage.talks import Talk

OF_PURCHASES = ("risk", "need", "wording")  # talks that may be about a procurement


COMMANDS: dict[str, Handler] = {
    "risk": typed.flow("risk"),
    "quick": quick.quick,
    "need": typed.flow("need"),
    "wording": typed.flow("wording"),
    "check": draft_check.draft_check,
    "remove-clause": clause_removal.remove,
    "procurement": procurements.procurement,
    "contract": typed.contract,
    "portfolio": portfolio.portfolio,
    "report": report.report,
    "public-report": report_public.public_report,
    "week": week.week,
    "team": teams.team,
    "supplier": suppliers.supplier,
    "reuse": typed.reuse_of,
    "share": results.share,
    "follow-up": typed.follow,
    "record": typed.record,
    "reminders": reminders.coming,
    "remind": typed.remind,
    "pause": cadences.pause,
    "stop-repeating": items.numbered(cadences.stop_repeating, "stop-repeating"),
    "away": absence.away,
    "here-again": absence.here_again,
    "done": items.changing(items.done, "done"),
    "strike": items.changing(items.strike, "strike"),
    "snooze": typed.asking("snooze", items.snooze),
    "move": typed.asking("move", overdue.move),
    "hand-over": typed.asking("hand-over", items.hand_over),
    "reopen": items.numbered(items.reopen, "reopen"),
    "undo": undoing.undo,
    "show": items.numbered(items.show_item),
    "deviation": on_site.deviation,
    "note": on_site.note,
    "classify": on_site.classify,
    "close-deviation": on_site.close,
    "confirm-deviation": on_site.numbered(closing.confirm),
    "action": acting.action,
    "action-done": acting.done,
    "verify-action": acting.on_action(actions.verify),
    "reject-action": acting.on_action(acting.reject),
    "withdraw-action": acting.on_action(acting.withdraw),
    "ladder": acting.show_ladder,
    "confirm-decision": acting.on_decision(ladder.confirm),
    "letter": deviation_letter.letter,
    "mail": mail.mail,
    "protocol": protocol.protocol,
    "inspection": inspecting.inspection,
    "certificate": on_site.certificate,
    "label": typed.label,
    "self-assessment": typed.self_assess,
    "send-form": form_sending.send,
    "assess": assessing.assess,
    "compare": typed.compare,
    "policy": policy.policy,
    "priorities": priorities.priorities,
    "maturity": typed.flow("maturity"),
    "fairtrade-city": typed.flow("fairtrade-city"),
    "plan": typed.plan_of,
    "ask": questions.ask,
    "link": linking.link,
    "unlink": linking.unlink,
    "hand-over-all": leaving.hand_over_all,
    "forget-me": leaving.forget_me,
    "calendar": calendars.calendar,
    "new-calendar": calendars.new_address,
    "drop-calendar": calendars.drop,
    "language": people.language,
    "timezone": people.timezone,
    "help": help.help,
    "hello": help.hello,
}


# What only buttons say.


def _set(message: Message, ctx: Context) -> Reply:
    address, _, words = message.text.partition(" ")
    found, question = address_of(address, ctx)
    return talk.press(found, question, words.strip(), ctx) if found else ctx.reply("old_button")


def _change(message: Message, ctx: Context) -> Reply:
    found, question = address_of(message.text, ctx)
    return talk.change(found, question, ctx) if found else ctx.reply("old_button")


def _on_talk(act: Callable[[Talk, Context], Reply]) -> Handler:
    def handler(message: Message, ctx: Context) -> Reply:
        found, _ = address_of(message.text, ctx)
        return act(found, ctx) if found else ctx.reply("old_button")

    return handler


def address_of(words: str, ctx: Context) -> tuple[Talk | None, str]:
    """The talk and the question in "12.category"; only one's own talks are found."""
    number, _, question = words.strip().partition(".")
    known = number.isdecimal() and number.isascii() and len(number) < 13
    found = talks.find(ctx.db, int(number), ctx.person.id) if known else None
    return (found if found and access.may_talk(found.flow, ctx) else None), question


def _start(message: Message, ctx: Context) -> Reply:
    """`/start risk`, `/start done 4`, `/start wording 12`: a talk about a record. A link may carry a code instead."""
    id, _, subject = message.text.partition(" ")
    if linking.typed(id) and id not in FLOWS:
        return linking.give(id, ctx)
    number = int(subject) if subject.isdecimal() and subject.isascii() and len(subject) < 13 else None
    if id not in FLOWS:
        return ctx.reply("old_button")
    if not access.may_talk(id, ctx):
        return access.refused_talk(ctx, id)
    if id in ("done", "snooze", "hand-over", "new-day"):
        checked = items.changing(items.show_open)(replace(message, text=subject), ctx)
        return talk.start(id, {}, ctx, number) if number and len(checked.parts) > 1 else checked
    if id in on_site.TALKS:
        return on_site.start(id, number, ctx)
    if id == "reuse" and number:
        came = imported_results.find(ctx.db, number)
        return typed.judge(came, ctx) if came else ctx.reply("old_button")
    if id in (*acting.ABOUT_DEVIATION, *acting.ABOUT_ACTION):
        return acting.start(id, number, ctx)
    answers, about = risk.start_answers(id, subject, ctx) if number and id in OF_PURCHASES else ({}, None)
    return talk.start(id, answers, ctx, about)


def _follow(message: Message, ctx: Context) -> Reply:
    """`/follow ilo-basic`: record the follow-up that a clause gives rise to; `/follow ilo-basic 3`: of contract 3."""
    id, _, number = message.text.partition(" ")
    clause = ctx.library.clauses.get(id)
    if clause is None:
        return ctx.reply("old_button")
    if number:
        return _follow_under(number, clause, ctx)
    return talk.start("follow-up", wording.follow_answers(clause, ctx), ctx)


def _follow_under(number: str, clause: Clause, ctx: Context) -> Reply:
    """The same under one contract, once."""
    contract = stored_contracts.find(ctx.db, int(number)) if number.isdecimal() and len(number) < 13 else None
    if contract is None:
        return ctx.reply("old_button")
    if there := clause_items.recorded(clause, contract, ctx):
        show = (ctx.button("show_button", f"/show {there[0].id}"),)
        return ctx.reply("clause_followed", show, number=there[0].id, contract=contract.number)
    return talk.start("follow-up", clause_items.answers(clause, contract, ctx), ctx)


PRESSED: dict[str, Handler] = {
    "set": _set,
    "change": _change,
    "back": _on_talk(talk.back),
    "skip": _on_talk(talk.skip),
    "explain": _on_talk(talk.explain),
    "review": _on_talk(talk.review),
    "resume": _on_talk(talk.resume),
    "start": _start,
    "follow": _follow,
    "record": typed.flow("follow-up"),
    "fill": forms.fill,
    "snooze-anyway": items.changing(items.snooze_anyway),
    "escalate": items.numbered(overdue.escalate),
    "topic": questions.show_topic,
    "label": labels.show,
    "form": self_assessment.document,
    "form-to": form_sending.to_supplier,
    "new-link": form_sending.new_link,
    "self-assessment-reminder": form_sending.reminder,
    "withdraw-form": form_sending.withdraw,
    "mail-form": form_mail.mail_form,
    "assess-of": assessing.of_supplier,
    "assess-answers": assessing.answers_in_full,
    "judge": judging.card,
    "judge-so": judging.as_sorted,
    "judge-other": judging.other,
    "ask-back": judging.ask_back,
    "send-back": judging.send_back,
    "verdict": judging.verdict,
    "form-deviation": judging.deviation,
    "form-again": judging.again,
    "another": on_site.numbered(on_site.another),
    "answered-by": items.changing(certificate_items.close),
    "keep-open": on_site.numbered(closing.keep_open),
    "under-way": acting.on_action(actions.under_way),
    "chosen": ladder.chosen,
    "draft-letter": deviation_letter.draft,
    "mail-in": mail.shown,
    "protocol-of": protocol.of,
    "checklist": inspecting.numbered(inspecting.checklist),
    "point": inspecting.point,
    "point-deviation": inspecting.deviation,
    "inspection-end": inspecting.numbered(inspections.end),
    "inspection-open": inspecting.numbered(inspections.reopen),
    "withdraw": acting.on_decision(ladder.withdraw),
    "pair": linking.pair,
    "hand-all": leaving.hand_all,
    "forget": leaving.forget,
    "compare": labels.show_compared,
    "clause": wording.read,
    "clauses": wording.page,
    "choose": wording.choose,
    "drop-clause": clause_removal.pressed,
    "document": wording.document,
    "group": quick.group,
    "look": quick.look,
    "plan": plan.plan,
    "replan": replan.pressed,
    "calendar-file": items.numbered(calendars.file),
    "case": risk.show_case,
    "cells": risk.show_cells,
    "chain": risk.show_chain,
    "portfolio-picture": portfolio.pictured,
    "market": risk.show_market,
    "report-file": report_files.file,
    "report-named": report_public.pressed,
}
