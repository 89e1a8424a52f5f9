"""What is looked at during an inspection when the contract's own clauses are not known: points with their sources."""

from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text

KINDS = ("office", "site")


@dataclass(frozen=True, slots=True)
class CheckPoint:
    """`kinds` says at which inspections it is asked. `own`: Duly's proposal, and nobody else's."""

    id: str
    kinds: tuple[str, ...]
    title: Text
    question: Text
    sources: tuple[str, ...]
    own: bool


def check_point_from(id: str, fields: Fields) -> CheckPoint:
    """One entry of inspection.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    point = CheckPoint(
        id,
        fields.list("kind"),
        fields.text("title"),
        fields.text("question"),
        fields.list("sources"),
        fields.yes("own"),
    )
    fields.done()
    return point
