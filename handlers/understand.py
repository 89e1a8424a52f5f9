"""From words to a value, one small parser a kind of question. What is not understood says what to write."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from handlers.context import Context
from knowledge.category import Category
from knowledge.flow import Option, Question
from knowledge.match import match_category, nearest_names
from knowledge.rules.dates import NotADate, understand_date
from knowledge.rules.numbers import NotANumber, understand_money, understand_number, understand_yes_no
from knowledge.rules.organisation import organisation_number
from knowledge.words import fold
from storage import contracts, people, procurements, suppliers

LONGEST_TEXT = 2_000  # characters in a free answer
LONGEST_CONTRACT = 40  # characters of a contract's number; longer words are a sentence
SURE = 84  # of 100: "handdukar till äldreboenden" (85) needs no question back, "konsulttjänster" for catering (83) does
UNKNOWN = "unknown"


@dataclass
class NotUnderstood(Exception):
    """`phrase` tells the person what to write; `suggestions` are (label, value as a button says it)."""

    phrase: str
    suggestions: tuple[tuple[str, str], ...] = ()
    words: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unsure:
    """Words heard in passing that need a question back, such as a supplier's name that is nearly an existing one."""

    words: str


def understand(question: Question, words: str, ctx: Context) -> Any:
    """The value of `words` as an answer to `question`.

    Raises:
        NotUnderstood: with a phrase that says what to write, and the nearest values.
    """
    return KINDS[question.kind](question, words, ctx)


def _text(question: Question, words: str, ctx: Context) -> str:  # noqa: ARG001
    if len(words) > LONGEST_TEXT:
        raise NotUnderstood("too_long_answer", words={"most": LONGEST_TEXT})
    return words


def _contract(question: Question, words: str, ctx: Context) -> str:  # noqa: ARG001
    """The number as it is recorded; one that is not recorded here is taken as it was written, where it can be one."""
    known = contracts.numbered(ctx.db, words)
    if known is None and (len(words) > LONGEST_CONTRACT or not any(map(str.isdigit, words))):
        raise NotUnderstood("contract_number_words")
    return known.number if known else words


def _choice(question: Question, words: str, ctx: Context) -> str:
    found = _options(question, words, ctx.lang)
    if len(found) != 1:
        labels = found or question.options
        phrase = "choose_some" if question.kind == "choices" else "choose_one"
        raise NotUnderstood(phrase, tuple((option.label.of(ctx.lang), option.id) for option in labels))
    return found[0].id


def names_option(question: Question, words: str, lang: str) -> bool:
    """Whether `words` are the whole name of something that can be chosen; then they are no command."""
    said = " ".join(fold(words).split()).rstrip(".!")
    return any(said in _names(option, lang) for option in question.options)


def _options(question: Question, words: str, lang: str) -> list[Option]:
    """The options that `words` may mean: one when it is said in full, several when it is only the beginning of them."""
    said = " ".join(fold(words).split()).rstrip(".!")
    named = [option for option in question.options if said in _names(option, lang)]
    if named:
        return named[:1]
    return [o for o in question.options if said and any(f" {name}".find(f" {said}") >= 0 for name in _names(o, lang))]


@lru_cache(maxsize=2_000)
def _names(option: Option, lang: str) -> tuple[str, ...]:
    other = "sv" if lang == "en" else "en"
    aliases = [*option.aliases.get(lang, ()), *option.aliases.get(other, ())]
    return (option.id, fold(option.label.of(lang)), fold(option.label.of(other)), *map(fold, aliases))


AND = re.compile(r"\s+(?:och|and)\s+|[,;\n]")


def _choices(question: Question, words: str, ctx: Context) -> list[str]:
    chosen = []
    for part in AND.split(words):
        if part.strip():
            chosen.append(_choice(question, part.strip(), ctx))
    if not chosen:
        return [_choice(question, words, ctx)]
    return list(dict.fromkeys(chosen))


def _yes_no(question: Question, words: str, ctx: Context) -> str:  # noqa: ARG001
    said = understand_yes_no(words)
    if said is None:
        raise NotUnderstood("yes_or_no")
    return "yes" if said else "no"


def _number(question: Question, words: str, ctx: Context) -> Any:  # noqa: ARG001
    try:
        return understand_number(words)
    except NotANumber as error:
        raise NotUnderstood(error.reason) from None


def _money(question: Question, words: str, ctx: Context) -> int:  # noqa: ARG001
    try:
        return understand_money(words)
    except NotANumber as error:
        raise NotUnderstood(error.reason) from None


def _date(question: Question, words: str, ctx: Context) -> str:
    try:
        return understand_date(words, ctx.today, question.past).isoformat()
    except NotADate as error:
        raise NotUnderstood(error.reason) from None


def _category(question: Question, words: str, ctx: Context) -> str:  # noqa: ARG001
    categories = ctx.library.categories
    if words in categories:
        return words
    if is_unknown(words, ctx):
        return UNKNOWN
    if sure := sure_category(words, ctx):
        return sure.id
    raise NotUnderstood("category_unknown", nearest_categories(words, ctx))


PURPOSE = re.compile(r"\s(?:till|för|åt|hos|inom|i|for|to|at|in)\s", re.IGNORECASE)


def sure_category(words: str, ctx: Context) -> Category | None:
    """The category that `words` surely mean, by what is bought rather than by whom it is for."""
    for said in dict.fromkeys((PURPOSE.split(words, 1)[0], words)):
        found = match_category(said, ctx.library.bought)
        if found and found[0].score >= SURE:
            return ctx.library.categories[found[0].id]
    return None


def nearest_categories(words: str, ctx: Context) -> tuple[tuple[str, str], ...]:
    """Up to three categories that `words` may mean, and "other": (label, value)."""
    found = match_category(words, ctx.library.bought)[:3]
    near = tuple((ctx.library.categories[match.id].name.of(ctx.lang), match.id) for match in found)
    return (*near, (ctx.phrase("other_category"), UNKNOWN))


def _countries(question: Question, words: str, ctx: Context) -> list[str]:  # noqa: ARG001
    if is_unknown(words, ctx):
        return []
    found, left = ctx.library.find_countries(words)
    if not found:
        raise NotUnderstood(
            "country_unknown", ((ctx.phrase("dont_know"), UNKNOWN),), {"words": left[:60] or words[:60]}
        )
    return list(found)


def is_unknown(words: str, ctx: Context) -> bool:
    """Whether the person says that she does not know."""
    command = ctx.library.commands["unknown"]
    return fold(words).rstrip(".!") in {fold(w) for lang in command.words.values() for w in lang}


LONGEST_NAME = 120
LONGEST_NUMBER = 14  # characters of "#" and an id


def _supplier(question: Question, words: str, ctx: Context) -> str:  # noqa: ARG001
    """The supplier's name: an existing one's as it stands, or a new one. "=Name" says: exactly so, it is new."""
    number = words[1:] if words.startswith("#") and words[1:].isdecimal() and len(words) < LONGEST_NUMBER else ""
    if number and (known := suppliers.find(ctx.db, int(number))):
        return known.name
    name = " ".join(words.removeprefix("=").split())
    if not name or len(name) > LONGEST_NAME:
        raise NotUnderstood("supplier_name", words={"most": LONGEST_NAME})
    if words.startswith("="):
        return name
    if same := suppliers.named(ctx.db, name):
        return same.name
    names = suppliers.names(ctx.db)
    if near := nearest_names(name, names):
        suggestions = tuple((names[id], f"#{id}") for id in near[:3])
        raise NotUnderstood("did_you_mean", (*suggestions, (ctx.phrase("new_supplier", name=name), f"={name}")))
    return name


def _person(question: Question, words: str, ctx: Context) -> str:  # noqa: ARG001
    """The id of an officer that Duly knows."""
    if fold(words) in ("me", fold(ctx.phrase("me")), fold(ctx.person.name)):
        return ctx.person.id
    if known := people.find(ctx.db, words) or people.named(ctx.db, words):
        return known.id
    everybody = {person.id: person.name for person in people.everybody(ctx.db)}
    near = tuple((everybody[id], id) for id in nearest_names(words, everybody)[:3])
    raise NotUnderstood("person_unknown", near, {"name": words[:60]})


MOST_NEAR = 4  # procurements that are offered


def _procurement(question: Question, words: str, ctx: Context) -> int:  # noqa: ARG001
    """The id of a procurement: by "#12", its diary number or the words of its title."""
    number = words.removeprefix("#")
    by_id = procurements.find(ctx.db, int(number)) if _is_id(number) else None
    if by_id or (by_id := procurements.numbered(ctx.db, words)):
        return by_id.id
    near = procurements.search(ctx.db, words, MOST_NEAR)
    if len(near) == 1:
        return near[0].id
    offered = near or procurements.of(ctx.db, ctx.person.id, MOST_NEAR)
    suggestions = tuple((f"#{each.id} {each.title}"[:60], f"#{each.id}") for each in offered)
    raise NotUnderstood("procurement_unknown", suggestions)


def _is_id(words: str) -> bool:
    return words.isdecimal() and words.isascii() and len(words) < LONGEST_NUMBER - 1


def _organisation(question: Question, words: str, ctx: Context) -> str:  # noqa: ARG001
    number = organisation_number(words)
    if number is None:
        raise NotUnderstood("organisation_number_wrong")
    return number


KINDS: dict[str, Callable[[Question, str, Context], Any]] = {
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "text": _text,
    "contract": _contract,
    "observation": _text,  # where yes and no begin one
    "number": _number,
    "money": _money,
    "date": _date,
    "category": _category,
    "countries": _countries,
    "supplier": _supplier,
    "person": _person,
    "procurement": _procurement,
    "organisation": _organisation,
}
