"""Labels and standards: what each proves, what it does not, and which document to ask for."""

from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Label:
    """`covers` are the risk areas it gives proof about; `verified`: read in `source`, not from general knowledge."""

    id: str
    name: str
    covers: tuple[str, ...]
    proves: Text
    limits: Text
    ask_for: Text
    verified: bool
    source: str


def label_from(id: str, fields: Fields) -> Label:
    """One entry of labels.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    label = Label(
        id,
        fields.words("name"),
        fields.list("covers"),
        fields.text("proves"),
        fields.text("not"),
        fields.text("ask_for"),
        fields.yes("verified"),
        fields.words("source"),
    )
    fields.done()
    return label
