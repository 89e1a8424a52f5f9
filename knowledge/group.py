"""What is bought, in a handful of groups, so that a thumb finds a category in two presses."""

from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Group:
    """`categories` are ids, in the order they are shown. Each category stands in exactly one group."""

    id: str
    name: Text
    categories: tuple[str, ...]


def group_from(id: str, fields: Fields) -> Group:
    """One entry of groups.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    group = Group(id, fields.text("name"), fields.list("categories"))
    fields.done()
    return group
