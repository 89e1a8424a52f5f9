"""Answers of suppliers that wait to be judged: who hears of one, and in whose list it stands.

The responsible officer hears of it. Where she can be reached nowhere, the deputy of the item or of the contract does.
"""

from handlers.context import Context
from storage import absences, contracts, follow_ups, judgements, people
from storage.database import Database
from storage.self_assessments import SelfAssessment


def in_charge(one: SelfAssessment, db: Database) -> tuple[str, ...]:
    """The responsible officer, then the deputies of the item and of the contract, each once."""
    item, contract = follow_ups.find(db, one.item or 0), contracts.numbered(db, one.contract or "")
    of_supplier = contract if contract and contract.supplier == one.supplier else None
    named = (one.responsible, item.deputy if item else None, of_supplier.deputy if of_supplier else None)
    return tuple(dict.fromkeys(each for each in named if each))


def mine(ctx: Context) -> list[SelfAssessment]:
    """Those that wait for her: as responsible, as whoever stands in, or as the deputy of one who cannot be reached."""
    waiting = [each for each in judgements.under_way(ctx.db) if each.state == "submitted"]
    return [each for each in waiting if _hers(each, ctx)]


def _hers(one: SelfAssessment, ctx: Context) -> bool:
    if ctx.person.id in (one.responsible, absences.reader(ctx.db, one.responsible, ctx.today)):
        return True
    reached = next((each for each in in_charge(one, ctx.db) if people.place_of(ctx.db, each)), None)
    return reached == ctx.person.id
