"""A rung of the ladder when a supplier does not follow its contract, and the wording that carries it."""

from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Rung:
    """`clauses` are those of which a contract needs one, the best first.

    `without`: what is left when it has none. `look`: what to look for in our wording, where the contract has it.
    """

    id: str
    name: Text
    means: Text
    clauses: tuple[str, ...]
    without: Text
    look: Text | None = None


def rung_from(id: str, fields: Fields) -> Rung:
    """One entry of ladder.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    rung = Rung(
        id,
        fields.text("name"),
        fields.text("means"),
        fields.list("clauses"),
        fields.text("without"),
        fields.optional_text("look"),
    )
    fields.done()
    return rung
