"""The person herself: her language."""

from dataclasses import replace

from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.text import LANGUAGES
from knowledge.words import fold
from storage import people

NAMES = {"svenska": "sv", "swedish": "sv", "sv": "sv", "engelska": "en", "english": "en", "en": "en"}


def language(message: Message, ctx: Context) -> Reply:
    """`language sv` or `language english`; alone it offers both."""
    wanted = NAMES.get(fold(message.text).strip(".!"))
    if wanted is None:
        return ctx.reply(
            "which_language", tuple(ctx.button(f"language_{lang}", f"/language {lang}") for lang in LANGUAGES)
        )
    people.set_language(ctx.db, ctx.person.id, wanted, ctx.now)
    return replace(ctx, person=replace(ctx.person, language=wanted)).reply("language_set")
