"""What each flow needs from Python: what its answers mean, what is heard in passing, and what happens at its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers import (
    actions,
    certificates,
    closing,
    contracts,
    deviations,
    follow_up,
    form_mail,
    form_sending,
    inspection_points,
    inspections,
    interview,
    items,
    judging,
    ladder,
    need,
    overdue,
    policy,
    reuse,
    risk,
    self_check,
    wording,
)
from handlers.context import Context
from handlers.messages import Reply
from handlers.proposal import Proposal
from knowledge.flow import Question
from knowledge.library import Library
from knowledge.rules import need as need_rules
from knowledge.rules import risk_case
from knowledge.text import Part
from storage.talks import Talk


def _no_facts(answers: Mapping[str, Any], library: Library) -> dict[str, str]:  # noqa: ARG001
    return {}


def _nothing_heard(words: str, ctx: Context) -> dict[str, Any]:  # noqa: ARG001
    return {}


def _no_preview(talk: Talk, ctx: Context) -> tuple[Part, ...]:  # noqa: ARG001
    return ()


def _nothing_proposed(talk: Talk, question: Question, ctx: Context) -> Proposal | None:  # noqa: ARG001
    return None


def _no_card(talk: Talk, ctx: Context) -> Reply:  # noqa: ARG001
    return Reply(())


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a flow needs from Python: `heard` finds answers in free words, `preview` shows what they point to.

    `proposed` is a day that Duly proposes as an answer, `card` what stands before a question about a record.
    """

    conclude: Callable[[Talk, Context], Reply]
    facts: Callable[[Mapping[str, Any], Library], dict[str, str]] = _no_facts
    heard: Callable[[str, Context], dict[str, Any]] = _nothing_heard
    preview: Callable[[Talk, Context], tuple[Part, ...]] = _no_preview
    proposed: Callable[[Talk, Question, Context], Proposal | None] = _nothing_proposed
    card: Callable[[Talk, Context], Reply] = _no_card


FLOWS: dict[str, Meaning] = {
    "risk": Meaning(risk.conclude, risk_case.facts, risk.heard),
    "need": Meaning(need.conclude, need_rules.facts, need.heard, need.preview),
    "wording": Meaning(wording.conclude, heard=wording.heard),
    "follow-up": Meaning(follow_up.conclude, heard=follow_up.heard),
    "policy": Meaning(policy.conclude),
    "maturity": Meaning(self_check.conclude),
    "fairtrade-city": Meaning(self_check.conclude),
    "done": Meaning(items.conclude_done),
    "snooze": Meaning(items.conclude_snooze),
    "hand-over": Meaning(items.conclude_hand_over),
    "new-day": Meaning(overdue.conclude_new_day),
    "deviation": Meaning(deviations.conclude),
    "deviation-note": Meaning(deviations.conclude_note),
    "deviation-class": Meaning(deviations.conclude_class),
    "deviation-close": Meaning(closing.conclude),
    "action": Meaning(actions.conclude, proposed=actions.proposed),
    "action-proof": Meaning(actions.conclude_proof),
    "action-reject": Meaning(actions.conclude_reject),
    "action-withdraw": Meaning(actions.conclude_withdraw),
    "decision": Meaning(ladder.conclude),
    "certificate": Meaning(certificates.conclude),
    "contract": Meaning(contracts.conclude, heard=contracts.heard),
    "reuse": Meaning(reuse.conclude),
    "inspection": Meaning(inspections.conclude, heard=inspections.heard),
    "inspection-point": Meaning(inspection_points.conclude_point, card=inspection_points.shown),
    "send-form": Meaning(form_sending.conclude, proposed=form_sending.proposed),
    "mail-form": Meaning(form_mail.conclude),
    "judgement": Meaning(judging.conclude_judgement),
    "verdict": Meaning(judging.conclude_verdict),
}


def facts_of(talk: Talk, ctx: Context) -> Mapping[str, str]:
    """The facts that the talk's answers come to."""
    return FLOWS[talk.flow].facts(talk.answers, ctx.library)


def next_question(talk: Talk, ctx: Context) -> Question | None:
    """The question to ask now; None when the talk is complete."""
    return interview.walk(ctx.library.flows[talk.flow], talk.answers, facts_of(talk, ctx))


def path(talk: Talk, ctx: Context) -> list[Question]:
    """The questions that apply, in order."""
    return interview.path(ctx.library.flows[talk.flow], talk.answers, facts_of(talk, ctx))


def shown_question(talk: Talk, ctx: Context) -> Question:
    """The question that the person was shown."""
    flow = ctx.library.flows[talk.flow]
    return flow.by_id.get(talk.asked or "") or next_question(talk, ctx) or flow.questions[-1]
