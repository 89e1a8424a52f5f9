"""What a report counts: records as plain values, with local days in place of instants.

The day on which a record came to be known decides in which report it is counted, so that a report on a quarter says
the same a year later, as long as nobody changes what was recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day of what a report is about."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether `day` lies in it."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class RiskCase:
    """`value` is the answer about what the purchase is worth: small, direct, national, eu, unknown, or None."""

    day: date
    level: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Need:
    """`outcome` is needed, not_needed or unsure."""

    day: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clause from the day it was chosen until the day it was left out."""

    clause: str
    day: date
    until: date | None

    def on(self, day: date) -> bool:
        """Whether it was in use at the end of `day`."""
        return self.day <= day and (self.until is None or self.until > day)


@dataclass(frozen=True, slots=True)
class Procurement:
    """Everything found out about one, the oldest first."""

    id: int
    category: str | None
    day: date
    risk: tuple[RiskCase, ...]
    need: tuple[Need, ...]
    clauses: tuple[Chosen, ...]

    def risk_on(self, day: date) -> RiskCase | None:
        """The risk case in force then."""
        return next((each for each in reversed(self.risk) if each.day <= day), None)

    def need_on(self, day: date) -> Need | None:
        """The need assessment in force then."""
        return next((each for each in reversed(self.need) if each.day <= day), None)

    def clauses_on(self, day: date) -> frozenset[str]:
        """The clauses in use then."""
        return frozenset(each.clause for each in self.clauses if each.on(day))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`contract` is the id of its contract; `ended` is the day it was decided that it no longer applies."""

    id: int
    contract: int | None
    day: date
    due: date
    done: date | None
    ended: date | None
    deputy: bool

    def open_on(self, day: date) -> bool:
        """Whether it was still to do at the end of `day`."""
        return self.day <= day and not any(over and over <= day for over in (self.done, self.ended))


@dataclass(frozen=True, slots=True)
class Assessment:
    """A self-assessment: sent, answered, judged. `withdrawn`: nobody asks for it any more."""

    sent: date
    due: date
    answered: date | None
    judged: date | None
    verdict: str | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """`replaced` is the day a renewed one was recorded."""

    day: date
    scheme: str
    valid_to: date
    replaced: date | None

    def current_on(self, day: date) -> bool:
        """Whether it was the one we had then."""
        return self.day <= day and (self.replaced is None or self.replaced > day)


@dataclass(frozen=True, slots=True)
class Action:
    """What a supplier is to do: the day it was agreed on, verified by an officer, and withdrawn."""

    day: date
    verified: date | None
    withdrawn: date | None

    def stands_on(self, day: date) -> bool:
        """Whether it was agreed on by then, and not withdrawn."""
        return self.day <= day and not (self.withdrawn and self.withdrawn <= day)


@dataclass(frozen=True, slots=True)
class Deviation:
    """`kind` is its class, None until somebody decided one; `contract` is the id of its contract."""

    found: date
    kind: str | None
    closed: date | None
    contract: int | None
    actions: tuple[Action, ...] = ()

    def open_on(self, day: date) -> bool:
        """Whether it was found and not closed by the end of `day`."""
        return self.found <= day and (self.closed is None or self.closed > day)

    def verified_on(self, day: date) -> date | None:
        """The day on which the last of its actions was verified, as known on `day`.

        None where one was still to be verified, or where there were none: then nothing was checked.
        """
        checked = [each.verified for each in self.actions if each.stands_on(day)]
        days = [each for each in checked if each and each <= day]
        return max(days) if days and len(days) == len(checked) else None


@dataclass(frozen=True, slots=True)
class Contract:
    """`planned` is the day its follow-up plan was accepted."""

    id: int
    procurement: int | None
    day: date
    starts: date
    ends: date
    planned: date | None
    deputy: bool

    def runs_on(self, day: date) -> bool:
        """Whether it was recorded and ran then."""
        return self.day <= day and self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True)
class Records:
    """All of them."""

    procurements: tuple[Procurement, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    contracts: tuple[Contract, ...] = ()

    def bought_under(self, contract: Contract) -> Procurement | None:
        """The procurement that led to a contract."""
        return next((each for each in self.procurements if each.id == contract.procurement), None)


def count(records: Iterable[object]) -> int:
    """How many there are."""
    return sum(1 for _ in records)
