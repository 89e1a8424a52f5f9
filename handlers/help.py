"""The first screen and the help: what Duly does, with things to type."""

from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.text import Facts, markdown

STARTS = ("risk", "wording", "follow-up")


def hello(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """What Duly is, three things to type, and the one reservation."""
    return Reply(markdown(ctx.phrase("hello")), (tuple(ctx.button(f"start_{id}", f"/{id}") for id in STARTS),))


def help(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """Every command in a line each."""
    rows = [
        (command.words[ctx.lang][0], command.help.of(ctx.lang))
        for command in ctx.library.commands.values()
        if command.help
    ]
    return Reply((ctx.marked("help_title"), Facts(tuple(rows)), *markdown(ctx.phrase("help_end"))))
