"""The commands in Telegram's menu: plain letters only, so "/lanka" stands for "länka". Pure, from the content."""

import re
from collections.abc import Mapping
from typing import Any

from knowledge.library import Library
from knowledge.text import LANGUAGES

PLAIN = str.maketrans({"å": "a", "ä": "a", "ö": "o", "é": "e", " ": "_", "-": "_"})
NAME = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
MOST_DESCRIPTION = 256
VERBS = ("resume", "cancel")  # what is no command but stands in the menu all the same


def names(library: Library) -> dict[str, str]:
    """What a person means by a command: "lanka" is "länka", "follow_up" is "follow-up"."""
    found: dict[str, str] = {}
    for command in library.commands.values():
        for lang in LANGUAGES:
            for word in command.words[lang]:
                found.setdefault(word.translate(PLAIN), word)
    return found


def menu(library: Library, lang: str) -> list[dict[str, str]]:
    """The commands with help, as `setMyCommands` takes them."""
    listed = []
    for command in library.commands.values():
        name = command.words[lang][0].translate(PLAIN)
        if command.help and NAME.fullmatch(name):
            listed.append({"command": name, "description": command.help.of(lang)[:MOST_DESCRIPTION]})
    return listed


def said(text: str, bot: str, known: Mapping[str, str]) -> str:
    """The words of a message: "/lanka@our_bot x" is "/länka x"; "/start" alone is a greeting; a mention is dropped."""
    mention = re.compile(rf"@{re.escape(bot)}\b", re.IGNORECASE)
    text = mention.sub("", text).strip()
    if not text.startswith("/"):
        return text
    word, _, rest = text[1:].partition(" ")
    if word.casefold() == "start":
        return f"/start {rest.strip()}" if rest.strip() else "/hello"
    return f"/{known.get(word.casefold(), word)} {rest.strip()}".strip()


def descriptions(library: Library, lang: str) -> dict[str, Any]:
    """What stands on the bot's page before anybody has written."""
    return {
        "description": library.phrase("telegram_description", lang),
        "short_description": library.phrase("telegram_short", lang),
    }
