"""Where a material or a product is mostly made: one list for each, the same in every category that uses it."""

from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text

BASES = ("statistics", "source", "assumption")


@dataclass(frozen=True, slots=True)
class TypicalOrigin:
    """The countries (ISO3) in which most of it is made, and its names in the goods list.

    `basis` says how we know; an assumption has no `source`.
    """

    id: str
    name: Text
    goods: tuple[str, ...]
    countries: tuple[str, ...]
    basis: str
    source: str | None
    year: int | None


def typical_origin_from(id: str, fields: Fields) -> TypicalOrigin:
    """One entry of typical_origins.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    if not fields.list("countries"):
        raise fields.fail("countries", "'countries' is missing: where is it mostly made?")
    origin = TypicalOrigin(
        id,
        fields.text("name"),
        fields.list("goods"),
        fields.list("countries"),
        fields.one_of("basis", BASES),
        fields.get("source"),
        fields.number("year") if fields.get("year") is not None else None,
    )
    fields.done()
    return origin
