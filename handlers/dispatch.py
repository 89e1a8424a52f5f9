"""From a message to what it means: a button, a verb of the talk, a command, an answer, or a question.

A button is typed words that begin with a slash. In a talk, words answer the question that was shown; a real question is
answered and the talk goes on; a command starts something else and the talk waits.
"""

from collections.abc import Callable
from dataclasses import replace

from handlers import access, acting, files, meant, on_site, privacy, questions, talk
from handlers.commands import COMMANDS, PRESSED
from handlers.context import Context
from handlers.messages import Button, Message, Reply
from handlers.understand import NotUnderstood, names_option
from knowledge.flow import Question
from knowledge.rules.numbers import understand_yes_no
from knowledge.words import fold
from storage import talks
from storage.talks import Talk

VERBS: dict[str, Callable[[Talk, Context], Reply]] = {
    "back": talk.back,
    "skip": talk.skip,
    "explain": talk.explain,
    "cancel": talk.cancel,
    "review": talk.review,
    "resume": talk.again,
}
BESIDE = ("language", "timezone", "link")  # heard with more words also where any words would be an answer
ONLY_SHOW = (
    "help",
    "hello",
    "language",
    "timezone",
    "link",
    "unlink",
    "reminders",
    "label",
    "compare",
    "self-assessment",
    "quick",
    "portfolio",
    "report",
    "week",
    "team",
    "undo",
)  # and start no talk
OF_DEVIATIONS = ("deviation", "action", "inspection")  # talks that tell of what was found
FREE = ("text", "supplier", "contract", "observation")  # take almost any words; a question must be told apart


def handle(message: Message, ctx: Context) -> Reply:
    """What to say to `message`; where others read along, what is not for all of them is for the person alone."""
    if not ctx.place.shared:
        return _handled(message, ctx)
    needed = privacy.level_needed(message, ctx)  # before it is handled: an answer may end the talk it belongs to
    return privacy.guard(_handled(message, ctx), needed, ctx)


def _handled(message: Message, ctx: Context) -> Reply:
    if not access.may("ask", ctx):  # whatever else is said needs at least as much
        return access.refused(ctx, "ask")
    if message.files and (said := files.received(message, _open_talk(ctx), ctx)):
        return said
    if not message.text:
        return ctx.reply("empty", (ctx.button("help_button", "/help"),))
    if message.text.startswith("/"):
        return _pressed(message, ctx)
    going_on = _open_talk(ctx)
    return _in_talk(message, going_on, ctx) if going_on else _fresh(message, ctx)


def _open_talk(ctx: Context) -> Talk | None:
    """The talk that goes on here, as long as the person may go on with it."""
    found = talks.open_in(ctx.db, ctx.place.key, ctx.person.id)
    return found if found and access.may_talk(found.flow, ctx) else None


def _obey(command: str, words: str, message: Message, ctx: Context) -> Reply:
    """Do what a command says, for who may."""
    if not access.may(command, ctx):
        return access.refused(ctx, command)
    return COMMANDS[command](replace(message, text=words), ctx)


def _pressed(message: Message, ctx: Context) -> Reply:
    word, _, rest = message.text[1:].partition(" ")
    act = PRESSED.get(word) if rest else None
    if act:
        heard = replace(message, text=rest.strip())
        return act(heard, ctx) if access.may(word, ctx) else access.refused(ctx, word)
    plain = replace(message, text=message.text[1:].strip())
    found = _command(plain.text, ctx)
    if found:
        return _obey(*found, message, ctx)
    going_on = _open_talk(ctx)
    verb = _verb(plain.text, ctx)
    return VERBS[verb](going_on, ctx) if going_on and verb else ctx.reply("old_button")


def _in_talk(message: Message, going_on: Talk, ctx: Context) -> Reply:
    verb = _verb(message.text, ctx)
    if verb:
        return VERBS[verb](going_on, ctx)
    flow = ctx.library.flows[going_on.flow]
    question = flow.by_id.get(going_on.asked or "", flow.questions[0])
    command = None if names_option(question, message.text, ctx.lang) else _command(message.text, ctx)
    if command and (not command[1] or command[0] in BESIDE or _plainly(*command, message.text)):
        return _beside(_obey(*command, message, ctx), command[0], going_on, ctx)
    if on_site.suspects(message.text, ctx) and not flow.id.startswith(OF_DEVIATIONS):
        return on_site.suspected(message, ctx)
    if said := _no_answer(message.text, going_on, question, ctx):
        return said
    if question.kind in FREE and _is_question(message.text, ctx):
        return _aside(message, going_on, ctx)
    try:
        return talk.answer(going_on, message.text, ctx)
    except NotUnderstood as error:
        if command and not _names_no_item(command, ctx):
            return _beside(_obey(*command, message, ctx), command[0], going_on, ctx)
        if _is_question(message.text, ctx):
            return _aside(message, going_on, ctx)
        return talk.not_understood(going_on, question, error, ctx)


def _no_answer(words: str, going_on: Talk, question: Question, ctx: Context) -> Reply | None:
    """After "ja", "nej" or "ok" where they answer nothing: a no leaves out what may be left out, others ask again."""
    alone = ctx.library.only_answers(words) or (question.optional and ctx.library.is_unknown(words))
    yes = understand_yes_no(words)
    if not alone or question.kind in ("yes_no", "observation") or names_option(question, words, ctx.lang):
        return None
    if question.kind == "text" and yes is None and ctx.library.only_answers(words):  # "bra" is what came of it
        return None
    if question.optional and not yes:
        return talk.skip(going_on, ctx)
    return _then_again(ctx.reply("another_answer"), going_on, ctx)


def _plainly(command: str, rest: str, words: str) -> bool:
    """Whether `words` can only be a command, not an answer."""
    return on_site.plainly(command, rest, words) or acting.plainly(command, rest)


def _beside(said: Reply, command: str, going_on: Talk, ctx: Context) -> Reply:
    """After something that only shows, the talk goes on; after something that starts a talk, it waits."""
    return _then_again(said, going_on, ctx) if command in ONLY_SHOW else said


def _aside(message: Message, going_on: Talk, ctx: Context) -> Reply:
    """Answer a question that was asked in the middle of a talk, and go on."""
    return _then_again(questions.ask(message, ctx), going_on, ctx)


def _then_again(said: Reply, going_on: Talk, ctx: Context) -> Reply:
    question = talk.again(going_on, ctx)
    parts, buttons = (*said.parts, *question.parts), (*said.buttons[:3], *question.buttons)
    return replace(said, parts=parts, buttons=buttons, picker=question.picker)


def _fresh(message: Message, ctx: Context) -> Reply:
    verb = _verb(message.text, ctx)
    if verb:
        waiting = [each for each in talks.parked(ctx.db, ctx.person.id) if access.may_talk(each.flow, ctx)]
        return (
            talk.resume(waiting[0], ctx) if waiting and verb in ("resume", "back", "review") else ctx.reply("no_talk")
        )
    command = _command(message.text, ctx)
    if command and ctx.library.orders(command, message.text) and not _names_no_item(command, ctx):
        return _obey(*command, message, ctx)
    if ctx.library.only_answers(message.text):
        return ctx.reply("nothing_asked", (ctx.button("help_button", "/help"),))
    near = ctx.library.nearest_command(message.text)
    if near:
        return ctx.reply("meant_command", (Button(near, f"/{near}"),), word=near)
    if on_site.suspects(message.text, ctx):
        return on_site.suspected(message, ctx)
    if command and _names_no_item(command, ctx) and not message.text.endswith("?"):
        return _without_number(command, message, ctx)
    return meant.reported(message.text, ctx) or questions.ask(message, ctx)


def _names_no_item(command: tuple[str, str], ctx: Context) -> bool:
    """Whether words that begin as something done with an item name none: "pausa avtalet" asks, or means a contract."""
    return ctx.library.lacks_number(command) and not meant.fits(command[1], command[0], ctx)


def _without_number(command: tuple[str, str], message: Message, ctx: Context) -> Reply:
    """Words that are no order because they name no item, in case they were meant as one."""
    word = message.text.removesuffix(command[1]).strip(" :,-\n")
    return questions.ask_or_number(message, word, _obey(*command, message, ctx), ctx)


def _verb(words: str, ctx: Context) -> str | None:
    found = ctx.library.verbs.get(fold(words).rstrip(".!"))
    return found if found in VERBS else None


def _command(words: str, ctx: Context) -> tuple[str, str] | None:
    """The command that `words` begin with, and what follows it."""
    return ctx.library.command_in(words)


def _is_question(words: str, ctx: Context) -> bool:
    return words.rstrip().endswith("?") or ctx.library.sounds_asked(words)
