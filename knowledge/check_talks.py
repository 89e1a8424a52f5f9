"""What must fit in flows, commands and phrases: conditions, buttons, and that a word means one thing."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.check_reading import Sound, fault
from knowledge.flow import Option, Question
from knowledge.library import Library, blanks
from knowledge.load import ContentError, read_yaml, suggest
from knowledge.rules import need, risk_case
from knowledge.text import LANGUAGES, Text
from knowledge.words import fold

MOST_OPTION_BYTES = 20
MOST_BUTTON_BYTES = 64  # Telegram
TALK = "999999"  # a talk's number, as long as we expect them to get
NO_COMMANDS = ("unknown", "question", "answer")  # lists of words, not commands
FACTS: dict[str, Callable[[Mapping[str, Any], Library], dict[str, str]]] = {
    "risk": risk_case.facts,
    "need": need.facts,
}


def wrong_flows(library: Sound) -> Iterator[ContentError]:
    """Faults in guided talks."""
    for flow in library.flows.values():
        path = library.shelves.file(f"flows/{flow.id}.yaml")
        facts = FACTS[flow.id]({}, library) if flow.id in FACTS else {}
        for number, question in enumerate(flow.questions):
            yield from _wrong_conditions(path, question, flow.questions[:number], facts)
            yield from _wrong_options(path, question)
            yield from _two_meanings(path, question)


def _wrong_conditions(
    path: Path, question: Question, before: tuple[Question, ...], facts: Mapping[str, str]
) -> Iterator[ContentError]:
    """Conditions that name neither a question before nor a fact, or an answer that nobody can give."""
    earlier = {each.id: each for each in before}
    for name, value in question.ask_if.items():
        at = (f"id: {question.id}", "ask_if:", f"{name}:")
        if name not in earlier and name not in facts:
            near = suggest(name, [*earlier, *facts])
            yield fault(path, f"'ask_if' names '{name}', which is no question before this one and no fact.{near}", *at)
        elif (answers := _answers(earlier.get(name))) and value not in answers:
            yield fault(path, f"'{name}' is never '{value}'.{suggest(value, answers)}", *at)


def _answers(question: Question | None) -> tuple[str, ...]:
    """What can be answered, as conditions write it; nothing where it is free. A fact (no question) says yes or no."""
    if question is None or question.kind == "yes_no":
        return "yes", "no"
    return tuple(option.id for option in question.options)


def _wrong_options(path: Path, question: Question) -> Iterator[ContentError]:
    """Options that do not fit on a button."""
    at = f"id: {question.id}"
    for id in (option.id for option in question.options):
        if not id.isascii() or " " in id or len(id) > MOST_OPTION_BYTES:
            message = f"the id '{id}' should be one word of at most {MOST_OPTION_BYTES} plain letters"
            yield fault(path, message, at, "options:", f"id: {id}")
    longest = max((option.id for option in question.options), key=len, default="")
    if len(f"/set {TALK}.{question.id} {longest}".encode()) > MOST_BUTTON_BYTES:
        message = f"the ids '{question.id}' and '{longest}' are too long together for a button"
        yield fault(path, message, at)


def _two_meanings(path: Path, question: Question) -> Iterator[ContentError]:
    """Words that would be understood as two options of one question."""
    meant: dict[str, str] = {}
    for option in question.options:
        for word in sorted(_words(option)):
            if meant.setdefault(word, option.id) != option.id:
                at = (f"id: {question.id}", "options:", f"id: {option.id}")
                yield fault(path, f"'{word}' means both '{meant[word]}' and '{option.id}'", *at)


def _words(option: Option) -> set[str]:
    """Everything that is understood as this option, in whichever language it is said."""
    aliases = [word for lang in LANGUAGES for word in option.aliases.get(lang, ())]
    return {fold(word) for word in (option.id, option.label.sv, option.label.en, *aliases)}


def wrong_commands(library: Sound) -> Iterator[ContentError]:
    """Words that would start two different commands."""
    meant: dict[str, str] = {}
    for id, command in library.commands.items():
        if id in NO_COMMANDS:
            continue
        for lists in (command.words, command.said_as):
            for word in sorted({fold(word) for words in lists.values() for word in words}):
                if meant.setdefault(word, id) != id:
                    path = library.shelves.holding("commands.yaml", id)
                    yield fault(path, f"'{word}' starts both '{meant[word]}' and '{id}'", f"{id}:", word)


def wrong_phrases(library: Sound) -> Iterator[ContentError]:
    """Phrases and reasons with other {names} in one language than in the other, or with a lone brace."""
    yield from _written_twice(library)
    for name, texts in (("phrases.yaml", library.phrases), ("reasons.yaml", library.reasons)):
        for id, text in texts.items():
            if message := wrong_names(text):
                yield fault(library.shelves.holding(name, id), message, f"{id}:")


def _written_twice(library: Sound) -> Iterator[ContentError]:
    """Phrases that stand in two of our own files, of which only one is read."""
    found: dict[str, str] = {}
    for path in library.shelves.layers("phrases.yaml"):
        if path.is_relative_to(library.shelves.shipped):
            for id in read_yaml(path) or ():
                if id in found:
                    yield fault(path, f"the phrase '{id}' stands in {found[id]} too", f"{id}:")
                found[id] = path.name


def wrong_names(text: Text) -> str:
    """What is wrong with the {names} in a text; nothing when they are the same in both languages."""
    try:
        names = {lang: blanks(text.of(lang)) for lang in LANGUAGES}
    except ValueError:
        return "write { and } in pairs around a name; a brace of its own is doubled: {{"
    missing = {lang: set.union(*names.values()) - names[lang] for lang in LANGUAGES}
    return "; ".join(f"{{{name}}} is missing in {lang}" for lang in LANGUAGES for name in sorted(missing[lang]))
