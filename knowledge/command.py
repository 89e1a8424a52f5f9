"""The words that start a job, in both languages, and one line of help for each."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.load import Fields
from knowledge.text import Text

STAGES = ("risk", "terms", "contract", "follow_up", "control", "deviation", "report", "own")  # of the work, in order


@dataclass(frozen=True, slots=True)
class Command:
    """`words` are commands, alone or with arguments; `said_as` are beginnings of a sentence that mean the same.

    `numbered`: what follows begins with the number of an item, or the words are no such command.
    `stage` is where in the work it belongs, one of STAGES; nothing for what help does not list.
    """

    id: str
    words: Mapping[str, tuple[str, ...]]
    said_as: Mapping[str, tuple[str, ...]]
    help: Text | None
    example: Text | None
    stage: str
    numbered: bool


def command_from(id: str, fields: Fields) -> Command:
    """One entry of commands.yaml.

    Raises:
        ContentError: something is missing, misspelt or unknown.
    """
    command = Command(
        id,
        fields.lists("words"),
        fields.lists("said_as") if fields.get("said_as") else {},
        fields.optional_text("help"),
        fields.optional_text("example"),
        fields.one_of("stage", STAGES) if fields.get("help") else "",
        fields.yes("numbered"),
    )
    fields.done()
    return command
