"""What is looked for in draft procurement documents, as content/draft.yaml words it."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text

MESSAGES = ("missing", "risk", "short", "bound", "ok")


@dataclass(frozen=True, slots=True)
class DraftRule:
    """`words` are looked for (by what they show, both languages together), `messages` say what was found.

    `clause` is the wording that is proposed, or empty.
    """

    id: str
    name: Text
    words: Mapping[str, tuple[str, ...]]
    messages: Mapping[str, Text]
    clause: str
    sources: tuple[str, ...]


def draft_rule_from(id: str, fields: Fields) -> DraftRule:
    """One entry of draft.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    messages = {name: text for name in MESSAGES if (text := fields.optional_text(name))}
    for name in ("risk", "ok"):
        if name not in messages:
            raise fields.fail(name, f"'{name}' is missing")
    lists = fields.inner("words")
    words = {name: tuple(word for each in lists.lists(name).values() for word in each) for name in lists.content}
    clause = str(fields.get("clause", ""))
    rule = DraftRule(id, fields.text("name"), words, messages, clause, fields.list("sources"))
    fields.done()
    return rule
