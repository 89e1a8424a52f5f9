"""The first screen and the help: what Duly does, with things to type."""

from handlers.cards import rows
from handlers.context import Context
from handlers.messages import Message, Reply
from knowledge.text import Facts, markdown

STARTS = {  # what a button is called -> what it says
    "start_quick": "/quick check",
    "start_risk": "/risk",
    "start_wording": "/wording",
    "start_follow-up": "/follow-up",
}


def hello(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """What Duly is, three things to type, and the one reservation."""
    return Reply(markdown(ctx.phrase("hello")), rows([ctx.button(label, says) for label, says in STARTS.items()]))


def help(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """Every command in a line each."""
    rows = [
        (command.words[ctx.lang][0], command.help.of(ctx.lang))
        for command in ctx.library.commands.values()
        if command.help
    ]
    return Reply((ctx.marked("help_title"), Facts(tuple(rows)), *markdown(ctx.phrase("help_end"))))
