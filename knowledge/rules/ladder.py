"""The ladder when a supplier does not follow its contract: the order of its rungs, and how many decide.

Source: Duly's own rule: what costs the supplier money or the contract is not decided by one person alone. Whether a
rung may be used at all is for the contract to say; see content/ladder.yaml.
"""

from collections.abc import Collection, Sequence

TO_DECIDE: dict[str, int] = {  # rung -> how many different officers it takes, the lowest rung first
    "dialogue": 1,
    "follow_up": 1,
    "penalty": 2,
    "call_off_stop": 2,
    "termination_notice": 2,
    "termination_now": 2,
}
RUNGS = tuple(TO_DECIDE)


def is_sanction(rung: str) -> bool:
    """Whether this step takes two different officers. One that nobody knows does."""
    return TO_DECIDE.get(rung, 2) > 1


def needs_clause(rung: str) -> bool:
    """Whether the contract must say so; that something is wrong may always be said."""
    return rung != RUNGS[0]


def carried_by(clauses: Sequence[str], chosen: Collection[str]) -> str | None:
    """The first of a rung's clauses that the contract has."""
    return next((id for id in clauses if id in chosen), None)
