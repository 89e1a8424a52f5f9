"""The ladder when a supplier does not follow its contract: what carries each rung, what was done, who decides.

Duly shows and records; a named person decides, and a sanction takes two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers import deviations as hers
from handlers import second, wording
from handlers.context import Context
from handlers.glossary import read_more
from handlers.messages import Button, Message, Reply
from knowledge.clause import Clause, from_data
from knowledge.ladder import Rung
from knowledge.rules import calendar
from knowledge.rules.deviation import may_confirm, needs_two
from knowledge.rules.ladder import carried_by, is_sanction, needs_clause
from knowledge.text import Heading, Items, Part, Span, para
from storage import actions, audit, contracts, decisions, deviations, follow_ups, people, procurements, talks
from storage.decisions import Decision
from storage.deviations import Deviation
from storage.talks import Talk

DEVIATION = "deviation"  # among a talk's answers: what it is about; no question has this id
TRAIL = {  # what is told of the audit trail, and as which phrase
    "recorded": "trail_recorded",
    "classified": "trail_classified",
    "proposed to close": "trail_proposed_to_close",
    "kept open": "trail_kept_open",
    "closed": "trail_closed",
    "reported done": "trail_reported_done",
    "verified": "trail_verified",
    "rejected": "trail_rejected",
}
MOST_SHOWN = 15
TOPIC = "contract-sanctions"  # what each step takes, with sources


@dataclass(frozen=True, slots=True)
class Contract:
    """The clauses of the procurement that a deviation belongs to, as they read when they were chosen."""

    procurement: int
    clauses: Mapping[str, Clause]


def contract_of(deviation: Deviation, ctx: Context) -> Contract | None:
    """What is known of the contract by its number, or the procurement's, or the follow-up it was found at."""
    id = _procurement(deviation, ctx)
    chosen = [from_data(each) for each in procurements.snapshots(ctx.db, id)] if id else []
    return Contract(id, {each.id: each for each in chosen}) if id and chosen else None


def _procurement(deviation: Deviation, ctx: Context) -> int | None:
    number, item = deviation.contract or "", follow_ups.find(ctx.db, deviation.item or 0)
    contract, numbered = contracts.numbered(ctx.db, number), procurements.numbered(ctx.db, number)
    if contract and contract.supplier == deviation.supplier and contract.procurement:
        return contract.procurement
    return numbered.id if numbered else item.procurement if item else None


# Shown.


def show(deviation: Deviation, ctx: Context) -> Reply:
    """Every rung, what carries it in this contract, and what has been done so far."""
    contract = contract_of(deviation, ctx)
    title = Heading(ctx.phrase("ladder_title", number=deviation.id))
    about = para(f"{deviation.supplier_name}: {deviation.what} ({hers.kind_name(deviation, ctx)})")
    unknown = () if contract else (ctx.note("ladder_unknown"),)
    crime = (ctx.note("zero_crime"),) if needs_two(deviation.kind or "") else ()
    rungs = Items(tuple(_rung(each, contract, ctx) for each in ctx.library.ladder.values()))
    parts = (title, about, *crime, *unknown, rungs, *_history(deviation, ctx), ctx.note("ladder_who"))
    return Reply(parts, (*_to_read(contract, ctx), *_ways(deviation, ctx)))


def _rung(rung: Rung, contract: Contract | None, ctx: Context) -> tuple[Span, ...]:
    name, means = Span(rung.name.of(ctx.lang), bold=True), rung.means.of(ctx.lang)
    if contract is None:
        return name, Span(f": {means}")
    clause = carried_by(rung.clauses, contract.clauses)
    if clause is None:
        return name, Span(f": {ctx.phrase('rung_without')} {rung.without.of(ctx.lang)}")
    said = ctx.phrase("rung_carried", title=contract.clauses[clause].title.of(ctx.lang))
    look = f" {rung.look.of(ctx.lang)}" if rung.look else ""
    return name, Span(f": {means} {said}{look}")


def _to_read(contract: Contract | None, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """A button to each clause that carries a rung."""
    if contract is None:
        return ()
    found = [carried_by(rung.clauses, contract.clauses) for rung in ctx.library.ladder.values()]
    carrying = [contract.clauses[id] for id in dict.fromkeys(found) if id]
    return tuple(
        (Button(each.title.of(ctx.lang)[:75], f"/chosen {contract.procurement} {each.id}"),) for each in carrying
    )


def _ways(deviation: Deviation, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    """To decide, to agree to what waits, back to the deviation, and to what the steps rest on."""
    waiting = [each for each in decisions.of(ctx.db, deviation.id) if each.state == "proposed"]
    decide = () if deviation.state == "closed" else (ctx.button("decide_button", f"/start decision {deviation.id}"),)
    back = ctx.button("action_deviation_button", f"/deviation {deviation.id}", number=deviation.id)
    return (*(_on_proposal(each, ctx) for each in waiting), (*decide, back), (read_more(TOPIC, ctx),))


def _on_proposal(decision: Decision, ctx: Context) -> tuple[Button, ...]:
    confirm = ctx.button("confirm_decision_button", f"/confirm decision {decision.id}", number=decision.id)
    hers_too = (confirm,) if may_confirm(decision.proposed_by, ctx.person.id) else ()
    return (*hers_too, ctx.button("withdraw_button", f"/withdraw {decision.id}", number=decision.id))


def _history(deviation: Deviation, ctx: Context) -> tuple[Part, ...]:
    """What was done about the deviation and its actions, from the audit trail; then what was decided."""
    about = {deviation.about: f"#{deviation.id}"}
    about |= {each.about: ctx.phrase("trail_action", number=each.id) for each in actions.of(ctx.db, deviation.id)}
    told = [each for each in audit.of(ctx.db, *about) if each.action in TRAIL][-MOST_SHOWN:]
    lines = tuple((Span(_trail(each, about[each.about], ctx)),) for each in told)
    decided = tuple((Span(_decided(each, ctx)),) for each in decisions.of(ctx.db, deviation.id))
    title = Heading(ctx.phrase("ladder_history"))
    return (title, Items(lines), *((Heading(ctx.phrase("ladder_decisions")), Items(decided)) if decided else ()))


def _trail(line: audit.Line, about: str, ctx: Context) -> str:
    day = calendar.short(ctx.day_of(line.at), ctx.lang)
    return ctx.phrase(TRAIL[line.action], day=day, name=_name(line.actor, ctx), about=about)


def _decided(decision: Decision, ctx: Context) -> str:
    alone = decision.state == "decided" and decision.decided_by == decision.proposed_by
    phrase = "decision_line_alone" if alone else f"decision_line_{decision.state}"
    names = {"proposer": _name(decision.proposed_by, ctx), "name": _name(decision.decided_by, ctx)}
    day = calendar.short(ctx.day_of(decision.created_at), ctx.lang)
    return ctx.phrase(
        phrase, number=decision.id, day=day, rung=_rung_name(decision, ctx), reasons=decision.reasons, **names
    )


def _name(person: str | None, ctx: Context) -> str:
    found = people.find(ctx.db, person or "")
    return found.name if found else person or ""


def _rung_name(decision: Decision, ctx: Context) -> str:
    known = ctx.library.ladder.get(decision.rung)
    return known.name.of(ctx.lang) if known else decision.rung


def chosen(message: Message, ctx: Context) -> Reply:
    """`/chosen 7 penalty`: a clause of a procurement as it read when it was chosen."""
    number, _, id = message.text.partition(" ")
    known = number.isdecimal() and number.isascii() and len(number) < 13
    snapshots = procurements.snapshots(ctx.db, int(number)) if known else []
    found = next((each for each in map(from_data, snapshots) if each.id == id.strip()), None)
    if found is None:
        return ctx.reply("old_button")
    sources = ctx.cite(*found.legal_basis, *found.sources)
    return Reply((Heading(found.title.of(ctx.lang)), *wording.body(found, ctx), ctx.note("chosen_blanks")), (), sources)


# Decided.


def conclude(talk: Talk, ctx: Context) -> Reply:
    """Record a step; a sanction waits for somebody else. A changed proposal is a new one."""
    deviation = deviations.find(ctx.db, talk.answers.get(DEVIATION) or 0)
    if deviation is None:
        return hers.which(ctx)
    if deviation.state == "closed":
        return hers.closed_already(deviation, ctx)
    before = decisions.find(ctx.db, talk.subject or 0)
    if before and not _withdrawn(before, ctx):
        return decided_already(before, ctx)
    made = _proposed(deviation, talk, ctx)
    talks.keep(ctx.db, replace(talk, subject=made.id), ctx.now)
    if not made.two:
        return _decide(made, ctx)
    second.tell("confirm-decision", made.about, deviation, lambda hers: _asked(made, hers), ctx)
    return _waits(made, ctx)


def _proposed(deviation: Deviation, talk: Talk, ctx: Context) -> Decision:
    rung, contract = talk.answers["rung"], contract_of(deviation, ctx)
    clause = carried_by(ctx.library.ladder[rung].clauses, contract.clauses) if contract else None
    what = rung, talk.answers["reasons"], is_sanction(rung), clause
    id = decisions.propose(ctx.db, deviation.id, *what, ctx.person.id, ctx.now)
    ctx.did("proposed", f"decisions:{id}", {"deviation": deviation.id, "rung": rung, "clause": clause})
    return _read(id, ctx)


def _read(id: int, ctx: Context) -> Decision:
    found = decisions.find(ctx.db, id)
    assert found is not None
    return found


def _without(decision: Decision, ctx: Context) -> tuple[Part, ...]:
    """That Duly knows of no clause for this step."""
    return () if decision.clause or not needs_clause(decision.rung) else (ctx.note("decision_without"),)


def _waits(decision: Decision, ctx: Context) -> Reply:
    said = ctx.phrase("decision_waits", number=decision.id, rung=_rung_name(decision, ctx))
    return Reply((para(said), *_without(decision, ctx)), (_on_proposal(decision, ctx), _to_ladder(decision, ctx)))


def _asked(decision: Decision, ctx: Context) -> Reply:
    """What a second officer is told."""
    by, rung = _name(decision.proposed_by, ctx), _rung_name(decision, ctx)
    said = ctx.phrase("decision_asked", number=decision.id, rung=rung, name=by, deviation=decision.deviation)
    return Reply((para(said), *_without(decision, ctx)), (_on_proposal(decision, ctx), _to_ladder(decision, ctx)))


def _decide(decision: Decision, ctx: Context) -> Reply:
    if not decisions.decide(ctx.db, decision, ctx.person.id, ctx.now):
        return decided_already(decision, ctx)
    ctx.did("decided", decision.about, {"deviation": decision.deviation, "rung": decision.rung})
    now = _read(decision.id, ctx)
    said = (para(ctx.phrase("decision_is_made")), Items(((Span(_decided(now, ctx)),),)))
    return Reply((*said, *_without(now, ctx)), (_to_ladder(now, ctx),))


def _to_ladder(decision: Decision, ctx: Context) -> tuple[Button, ...]:
    return (ctx.button("ladder_button", f"/ladder {decision.deviation}"),)


def confirm(decision: Decision, ctx: Context) -> Reply:
    """A second officer decides the same."""
    if decision.state != "proposed":
        return decided_already(decision, ctx)
    if not may_confirm(decision.proposed_by, ctx.person.id):
        return ctx.reply("decision_other", _on_proposal(decision, ctx), number=decision.id)
    if (deviation := hers.read(decision.deviation, ctx)).state == "closed":
        return hers.closed_already(deviation, ctx)
    return _decide(decision, ctx)


def withdraw(decision: Decision, ctx: Context) -> Reply:
    """It will not be decided."""
    if not _withdrawn(decision, ctx):
        return decided_already(decision, ctx)
    return ctx.reply("decision_is_withdrawn", _to_ladder(decision, ctx), number=decision.id)


def _withdrawn(decision: Decision, ctx: Context) -> bool:
    if not decisions.withdraw(ctx.db, decision):
        return decision.state == "withdrawn"
    ctx.did("withdrew", decision.about, {"deviation": decision.deviation})
    return True


def decided_already(decision: Decision, ctx: Context) -> Reply:
    """It is decided or withdrawn, and stays so."""
    return ctx.reply("decision_already", _to_ladder(decision, ctx), number=decision.id)
