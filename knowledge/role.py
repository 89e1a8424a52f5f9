"""Who looks after content: roles, never people. An organisation may rename them and say where to write."""

from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text


@dataclass(frozen=True, slots=True)
class Role:
    """`contact` is an address of the role, such as upphandling@kommun.se, or empty."""

    id: str
    name: Text
    contact: str


def role_from(id: str, fields: Fields) -> Role:
    """One entry of roles.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    role = Role(id, fields.text("name"), str(fields.get("contact", "") or ""))
    fields.done()
    return role
