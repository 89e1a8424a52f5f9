"""The first screen and the help: what Duly does, with things to type."""

from collections.abc import Iterator

from handlers.cards import rows
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from knowledge.command import STAGES, Command
from knowledge.text import Facts, Para, Span, markdown
from knowledge.words import fold

STARTS = {  # what a button is called -> what it says
    "start_quick": "/quick check",
    "start_risk": "/risk",
    "start_wording": "/wording",
    "start_follow-up": "/follow-up",
}


def hello(message: Message, ctx: Context) -> Reply:  # noqa: ARG001
    """What Duly is, three things to type, and the one reservation."""
    return Reply(markdown(ctx.phrase("hello")), rows([ctx.button(label, says) for label, says in STARTS.items()]))


def help(message: Message, ctx: Context) -> Reply:
    """Alone the words by stage of the work; with a stage, its words explained; with a word, that one."""
    said = fold(message.text)
    if stage := next((stage for stage in STAGES if said in _names(stage, ctx)), ""):
        return _of_stage(stage, ctx)
    if command := next((each for each in _listed(ctx) if said in _words(each)), None):
        return Reply((Facts(_explained([command], ctx)),), rows([_button(command.stage, ctx)]))
    return _overview(ctx)


def _overview(ctx: Context) -> Reply:
    """A line for each stage, short enough for a phone."""
    stages = tuple((_name(stage, ctx), ", ".join(_first_words(stage, ctx))) for stage in STAGES)
    buttons = rows([_button(stage, ctx) for stage in STAGES])
    return Reply((ctx.marked("help_title"), Facts(stages), *markdown(ctx.phrase("help_end"))), buttons)


def _of_stage(stage: str, ctx: Context) -> Reply:
    title = Para((Span(_name(stage, ctx), bold=True),))
    listed = [command for command in _listed(ctx) if command.stage == stage]
    return Reply((title, Facts(_explained(listed, ctx))), ((ctx.button("help_all_button", "/help"),),))


def _explained(commands: list[Command], ctx: Context) -> tuple[tuple[str, str], ...]:
    return tuple((each.words[ctx.lang][0], each.help.of(ctx.lang)) for each in commands if each.help)


def _first_words(stage: str, ctx: Context) -> Iterator[str]:
    return (command.words[ctx.lang][0] for command in _listed(ctx) if command.stage == stage)


def _listed(ctx: Context) -> list[Command]:
    return [command for command in ctx.library.commands.values() if command.help]


def _words(command: Command) -> set[str]:
    return {fold(word) for words in command.words.values() for word in words}


def _names(stage: str, ctx: Context) -> set[str]:
    """What a stage is called: by a button, and in either language."""
    name = ctx.library.phrases[f"help_{stage}"]
    return {stage, fold(name.sv), fold(name.en)}


def _name(stage: str, ctx: Context) -> str:
    return ctx.phrase(f"help_{stage}")


def _button(stage: str, ctx: Context) -> Button:
    return ctx.button(f"help_{stage}", f"/help {stage}")
