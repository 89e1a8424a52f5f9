"""Values in the words of the person who reads them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from handlers.context import Context
from handlers.understand import UNKNOWN
from knowledge.flow import Question
from knowledge.rules.calendar import words as date_words
from knowledge.text import Facts
from storage import people, procurements


def show(question: Question, value: Any, ctx: Context) -> str:
    """The answer as it reads in a summary."""
    if value is None:
        return ctx.phrase("skipped")
    return SHOWN.get(question.kind, _text)(question, value, ctx)


def summary(questions: list[Question], answers: dict[str, Any], ctx: Context) -> Facts:
    """Name and answer of each question that has one."""
    known = [question for question in questions if question.id in answers]
    return Facts(tuple((q.name.of(ctx.lang), show(q, answers[q.id], ctx)) for q in known))


def country_names(codes: list[str], ctx: Context) -> str:
    """The names of countries (ISO3), or that nobody knows."""
    names = [ctx.library.countries[code].name.of(ctx.lang) for code in codes if code in ctx.library.countries]
    return ", ".join(names) or ctx.phrase("unknown_origin")


def category_name(id: str | None, ctx: Context) -> str:
    """The name of a category, or "other"."""
    category = ctx.library.categories.get(id or "")
    return category.name.of(ctx.lang) if category else ctx.phrase("other_category")


def _text(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    return str(value)


def _choice(question: Question, value: Any, ctx: Context) -> str:
    option = question.option(value)
    return option.label.of(ctx.lang) if option else str(value)


def _choices(question: Question, value: Any, ctx: Context) -> str:
    return ", ".join(_choice(question, each, ctx) for each in value)


def _yes_no(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    return ctx.phrase(value)


def _date(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    return date_words(date.fromisoformat(value), ctx.lang)


def _countries(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    return country_names(value, ctx)


def _category(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    return category_name(None if value == UNKNOWN else value, ctx)


def _person(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    person = people.find(ctx.db, value)
    return person.name if person else str(value)


def _procurement(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    found = procurements.find(ctx.db, value)
    return f"#{found.id} {found.title}" if found else str(value)


def _money(question: Question, value: Any, ctx: Context) -> str:  # noqa: ARG001
    return ctx.phrase("kronor", amount=f"{value:,}".replace(",", "\u00a0"))


SHOWN: dict[str, Callable[[Question, Any, Context], str]] = {
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "date": _date,
    "countries": _countries,
    "category": _category,
    "person": _person,
    "money": _money,
    "procurement": _procurement,
}
