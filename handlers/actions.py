"""Corrective actions: agreed on with the supplier, reported done by the supplier, verified or rejected by an officer.

What the supplier says is never taken for what an officer has checked. A follow-up item reminds of the last day.
"""

from datetime import date

from handlers import deviations as hers
from handlers import evidence, items, own, remedies
from handlers import reminders as reminder_plans
from handlers.context import Context
from handlers.messages import Attachment, Reply
from handlers.proposal import Proposal
from handlers.remedies import which
from knowledge.flow import Question
from knowledge.rules import calendar
from knowledge.rules.deviation import last_day
from knowledge.text import Part, para
from storage import actions, deviations, follow_ups, talks
from storage.actions import Action
from storage.deviations import Deviation
from storage.talks import Talk

DEVIATION = "deviation"  # among a talk's answers: what it is about; no question has this id
MOST_SUBJECT = 80  # characters of an action that a reminder repeats


# Agreed on.


def proposed(talk: Talk, question: Question, ctx: Context) -> Proposal | None:
    """The last day that the times of the class lead to, counted from today."""
    found = deviations.find(ctx.db, talk.answers.get(DEVIATION) or 0)
    known = ctx.library.deviations.get((found.kind if found else None) or "")
    if question.kind != "date" or known is None:
        return None
    day = last_day(ctx.today, known.plan_days, known.working_days, known.done_days)
    whose = ctx.phrase("times_own" if own.has_own_times(ctx.library) else "times_ours")
    named = {"kind": known.name.of(ctx.lang), "whose": whose}
    return Proposal(day, ctx.note("action_proposed", day=calendar.words(day, ctx.lang), **named)) if day else None


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record what the supplier is to do, or change what the talk recorded before."""
    deviation = deviations.find(ctx.db, talk.answers.get(DEVIATION) or 0)
    if deviation is None:
        return hers.which(ctx)
    before = actions.find(ctx.db, talk.subject or 0)
    if deviation.state == "closed":
        return hers.closed_already(deviation, ctx)
    if before and not _revised(before, talk, ctx):
        return settled_already(before, ctx)
    id = before.id if before else _added(deviation, talk, ctx)
    now = read(id, ctx)
    ahead, now = _followed(now, deviation, ctx), read(id, ctx)
    ctx.did("changed" if before else "recorded", now.about, _audited(now))
    return _recorded(now, talk, ahead, "action_changed" if before else "action_recorded", ctx)


def _added(deviation: Deviation, talk: Talk, ctx: Context) -> int:
    id = actions.add(ctx.db, deviation.id, *_agreed(talk), ctx.person.id, ctx.now)
    talks.about(ctx.db, talk, id)
    return id


def _revised(before: Action, talk: Talk, ctx: Context) -> bool:
    return actions.revise(ctx.db, before, *_agreed(talk), ctx.now)


def _agreed(talk: Talk) -> tuple[str, str, str, date]:
    answers = talk.answers
    return answers["kind"], answers["what"], answers["owner"], date.fromisoformat(answers["due"])


def _audited(action: Action) -> dict[str, object]:
    return {"deviation": action.deviation, "kind": action.kind, "due": action.due_on.isoformat(), "item": action.item}


def read(id: int, ctx: Context) -> Action:
    """An action that is there, as it now is."""
    found = actions.find(ctx.db, id)
    assert found is not None
    return found


def _recorded(action: Action, talk: Talk, ahead: str, phrase: str, ctx: Context) -> Reply:
    parts: list[Part] = [para(ctx.phrase(phrase, number=action.id)), remedies.facts(action, ctx)]
    if ahead:
        parts.append(para(ctx.phrase("will_remind", days=ahead)))
    parts.append(ctx.note("action_how", number=action.id))
    more = ctx.button("action_more_button", f"/start action {action.deviation}")
    return Reply(tuple(parts), (*remedies.rows(action, ctx), (more, ctx.button("change_button", f"/review {talk.id}"))))


# The follow-up that reminds of it.


def _followed(action: Action, deviation: Deviation, ctx: Context) -> str:
    """The item that is due on the action's last day, made or changed; the days on which it reminds."""
    subject = ctx.phrase("action_item", number=action.id, what=action.what[:MOST_SUBJECT])
    agreed = deviation.supplier, "other", subject, action.due_on
    known = follow_ups.find(ctx.db, action.item or 0)
    if known:
        follow_ups.revise(ctx.db, known, *agreed, known.responsible, known.deputy, deviation.contract, ctx.now)
        ctx.did("changed", f"follow_ups:{known.id}", {"due": action.due_on.isoformat()})
        return _reminded(known.id, ctx)
    id = follow_ups.add(ctx.db, *agreed, ctx.person.id, ctx.now, contract=deviation.contract)
    actions.followed_by(ctx.db, action.id, id)
    ctx.did("recorded", f"follow_ups:{id}", {"action": action.id, "due": action.due_on.isoformat()})
    return _reminded(id, ctx)


def _reminded(id: int, ctx: Context) -> str:
    item = follow_ups.find(ctx.db, id)
    ahead = reminder_plans.plan_again(item, ctx) if item and item.state == "open" else []
    return ", ".join(calendar.short(planned.day, ctx.lang) for planned in ahead)


# What the supplier says.


def under_way(action: Action, ctx: Context) -> Reply:
    """The supplier has begun."""
    if action.state not in ("not_started", "planned") or not actions.begin(ctx.db, action, ctx.now):
        return remedies.show(action, ctx)
    ctx.did("under way", action.about)
    return remedies.show(read(action.id, ctx), ctx)


def report(action: Action, proof: str, ctx: Context) -> Reply:
    """The supplier says that it is done. That is kept as what it is."""
    if not action.is_open or not actions.report_done(ctx.db, action, proof or None, ctx.now):
        return settled_already(action, ctx)
    if action.state != "reported_done":
        ctx.did("reported done", action.about, {"before": action.state})
    if proof:
        evidence.add_note(action.about, proof, ctx)
    return reported(read(action.id, ctx), ctx)


def reported(action: Action, ctx: Context) -> Reply:
    """What is known now, and that a person is to check it."""
    return ctx.reply("action_is_reported", *remedies.rows(action, ctx), number=action.id, what=action.what)


def conclude_proof(talk: Talk, ctx: Context) -> Reply:
    action = actions.find(ctx.db, talk.subject or 0)
    return report(action, talk.answers.get("proof") or "", ctx) if action else which(ctx)


def add_files(action: Action, files: tuple[Attachment, ...], words: str, ctx: Context) -> Reply:
    """Keep what came as proof, and say with what."""
    keep_files(action, files, words, ctx)
    said = {"count": len(files), "number": action.id, "what": action.what}
    return ctx.reply("files_for_action", *remedies.rows(action, ctx), **said)


def keep_files(action: Action, files: tuple[Attachment, ...], words: str, ctx: Context) -> None:
    evidence.add_files(action.about, files, words, ctx)
    actions.prove(ctx.db, action, ", ".join(file.name for file in files))


# What an officer has checked.


def verify(action: Action, ctx: Context) -> Reply:
    """An officer has checked it, on what the supplier has shown."""
    if action.state == "verified":
        return verified_already(action, ctx)
    if action.state != "reported_done":
        return not_reported(action, ctx)
    if action.proof is None:
        return ctx.reply("verify_needs_proof", *remedies.rows(action, ctx), number=action.id)
    if not actions.verify(ctx.db, action, ctx.person.id, ctx.now):
        return verified_already(action, ctx)
    ctx.did("verified", action.about, {"deviation": action.deviation})
    items.settle(action.item, ctx.phrase("action_item_done", number=action.id), ctx)
    return _verified(action, ctx)


def _verified(action: Action, ctx: Context) -> Reply:
    """What is left, or the offer to close the deviation, which is open while an action is not verified."""
    deviation = hers.read(action.deviation, ctx)
    left = actions.left(ctx.db, deviation.id)
    named = {"number": action.id, "deviation": deviation.id}
    if left:
        shown = remedies.to_show(left[: remedies.MOST_SHOWN])
        return ctx.reply("action_is_verified_more", *shown, **named, count=len(left))
    row = (
        ctx.button("close_deviation_button", f"/start deviation-close {deviation.id}"),
        ctx.button("action_deviation_button", f"/deviation {deviation.id}", number=deviation.id),
    )
    return ctx.reply("action_is_verified_last", row, **named)


def conclude_reject(talk: Talk, ctx: Context) -> Reply:
    """What the supplier showed does not hold: it goes on with a new last day."""
    action = actions.find(ctx.db, talk.subject or 0)
    if action is None:
        return which(ctx)
    if action.state != "reported_done":
        return not_reported(action, ctx)
    why, due = talk.answers["why"], date.fromisoformat(talk.answers["due"])
    if not actions.reject(ctx.db, action, why, due, ctx.now):
        return verified_already(action, ctx)
    ctx.did("rejected", action.about, {"before": action.due_on.isoformat(), "due": due.isoformat()})
    evidence.add_note(action.about, ctx.phrase("action_rejected_note", why=why), ctx)
    now = read(action.id, ctx)
    ahead = _redated(now, ctx)
    said = ctx.phrase("action_is_rejected", number=now.id, day=calendar.words(due, ctx.lang))
    will = (para(ctx.phrase("will_remind", days=ahead)),) if ahead else ()
    next_step = (ctx.button("ladder_button", f"/ladder {now.deviation}"),)
    return Reply((para(said), *will), (*remedies.rows(now, ctx), next_step))


def _redated(action: Action, ctx: Context) -> str:
    """The reminders as the new last day wants them; an item that somebody set done is taken up again."""
    item = follow_ups.find(ctx.db, action.item or 0)
    if item and item.state != "open":
        items.reopen(item, "", ctx)
    return _followed(action, hers.read(action.deviation, ctx), ctx)


# Withdrawn.


def conclude_withdraw(talk: Talk, ctx: Context) -> Reply:
    """It no longer holds: it stays on record with the reason, and nobody is reminded of it."""
    action = actions.find(ctx.db, talk.subject or 0)
    if action is None:
        return which(ctx)
    if not actions.withdraw(ctx.db, action, talk.answers["why"], ctx.now):
        return settled_already(action, ctx)
    ctx.did("withdrew", action.about, {"before": action.state, "deviation": action.deviation})
    items.lapse(action.item, ctx)
    now = read(action.id, ctx)
    return ctx.reply("action_is_withdrawn", *remedies.rows(now, ctx), number=now.id, what=now.what)


def settled_already(action: Action, ctx: Context) -> Reply:
    """It is withdrawn or verified, or was changed by somebody else at the same time."""
    if action.state != "withdrawn":
        return verified_already(action, ctx)
    return ctx.reply("action_withdrawn_already", *remedies.rows(action, ctx), number=action.id)


def not_reported(action: Action, ctx: Context) -> Reply:
    """Nobody has said that it is done, so there is nothing to judge."""
    if not action.is_open:
        return settled_already(action, ctx)
    return ctx.reply("action_not_reported", *remedies.rows(action, ctx), number=action.id)


def verified_already(action: Action, ctx: Context) -> Reply:
    """It is verified, or was changed by somebody else at the same time."""
    return ctx.reply("action_verified_already", *remedies.rows(action, ctx), number=action.id)
