"""What Duly proposes as an answer, with whose proposal it is; a person takes it or another."""

from dataclasses import dataclass
from datetime import date

from knowledge.text import Part


@dataclass(frozen=True, slots=True)
class Proposal:
    """`why` stands before the question; `day` is a day in one press, for a question about a day."""

    day: date | None
    why: Part
