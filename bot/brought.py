"""Files that came with a message: kept as evidence, or, where they are a draft to check, read and kept nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot import attachments, drafts
from bot.attachments import NotTaken
from bot.heard import Heard
from bot.inbox import Later
from handlers.clean import MOST, clean
from handlers.messages import Message
from knowledge.library import Library

CHECK = "check"  # the command that a draft belongs to
File = tuple[bytes, str]  # what is in it, and its name


def message(heard: Heard, person: str, files: Sequence[File], directory: Path, library: Library) -> Message:
    """What was said with its files; or, when one of them is not taken, with the reason, and none of them.

    Raises:
        Later: the disk does not take them now.
    """
    try:
        if len(files) == 1 and is_draft(files[0][1], heard.text, library):
            return replace(heard, text=pasted(*files[0])).message(person)
        for data, _ in files:
            attachments.kind_of(data)
        kept = tuple(attachments.keep(directory, data, name) for data, name in files)
        return heard.message(person, kept)
    except NotTaken as refused:
        return refused_for(heard, person, str(refused))
    except OSError as error:
        raise Later(type(error).__name__) from error


def refused_for(heard: Heard, person: str, phrase: str) -> Message:
    """What was said without its files, and why."""
    return replace(heard, text="", withheld=phrase).message(person)


def is_draft(name: str, said: str, library: Library) -> bool:
    """Whether a file is a draft to check, by its ending and by what was said with it."""
    command = library.command_in(said)
    meant = not said.strip() or (command is not None and command[0] == CHECK)
    return meant and Path(name).suffix.casefold() in drafts.READERS


def pasted(data: bytes, name: str) -> str:
    """What she would have typed to have the draft checked.

    Raises:
        NotTaken: it cannot be read, holds no words, or more than a message may.
    """
    try:
        text = clean(drafts.words_in(data, name))
    except drafts.NotReadable:
        raise NotTaken("draft_file_unread") from None
    if not text:
        raise NotTaken("draft_file_unread")
    if len(text) > MOST - len(CHECK) - 2:
        raise NotTaken("draft_file_long")
    return f"/{CHECK} {text}"
