"""Amounts that the law or a decision sets, by date. Money is without VAT; euro where kronor are not published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.load import Fields
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Limit:
    """`amount` is in force from `starts` to `ends`, both included; no end is known when `ends` is None."""

    id: str
    name: Text
    starts: date
    ends: date | None
    amount: float
    currency: str
    applies: Text
    source: str


class NoLimit(Exception):
    """No amount with this id is known for that day."""


def limit_on(limits: Sequence[Limit], id: str, day: date) -> Limit:
    """The amount `id` in force on `day`.

    Raises:
        NoLimit: `day` lies outside the periods we know of.

    Source: each entry of content/limits.yaml carries its own.
    """
    for limit in limits:
        if limit.id == id and limit.starts <= day and (limit.ends is None or day <= limit.ends):
            return limit
    raise NoLimit(f"{id} on {day}")


def limit_from(fields: Fields) -> Limit:
    """One entry of limits.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    limit = Limit(
        fields.words("id"),
        fields.text("name"),
        fields.day("from"),
        fields.day("to") if fields.get("to") else None,
        float(fields.need("amount")),
        fields.words("currency"),
        fields.text("applies"),
        fields.words("source"),
    )
    fields.done()
    return limit
