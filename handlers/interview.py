"""The engine of a guided talk, as pure functions: the answers are the state, and the next question follows from them.

An answer of None means that the question was skipped. Answers to questions that no longer apply stay and are ignored,
so that going back and forth loses nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from knowledge.flow import Flow, Question

Answers = Mapping[str, Any]
Facts = Mapping[str, str]


def applies(question: Question, answers: Answers, facts: Facts) -> bool:
    """Whether the question is asked at all, given what is known."""
    return all(facts.get(name, answers.get(name)) == value for name, value in question.ask_if.items())


def answered(question: Question, answers: Answers) -> bool:
    """Whether there is an answer that still fits the question as it now reads."""
    if question.id not in answers:
        return False
    value = answers[question.id]
    if value is None:
        return question.optional
    if question.kind == "choice":
        return question.option(value) is not None
    if question.kind == "choices":
        return isinstance(value, list) and all(question.option(each) for each in value)
    return _has_shape(question.kind, value)


def _has_shape(kind: str, value: Any) -> bool:
    """Whether a kept answer can be of this kind: a question may have been another kind when it was given."""
    if kind == "yes_no":
        return value in ("yes", "no")
    if kind in ("number", "money", "procurement"):
        return isinstance(value, int | float)
    if kind == "countries":
        return isinstance(value, list)
    return isinstance(value, str) and (kind != "date" or _is_day(value))


def _is_day(words: str) -> bool:
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True


def walk(flow: Flow, answers: Answers, facts: Facts) -> Question | None:
    """The next question: the first that applies and has no fitting answer. None: the talk is complete."""
    return unanswered(path(flow, answers, facts), answers)


def unanswered(on_path: Sequence[Question], answers: Answers) -> Question | None:
    """The first question on a path that has no fitting answer."""
    return next((question for question in on_path if not answered(question, answers)), None)


def path(flow: Flow, answers: Answers, facts: Facts) -> list[Question]:
    """The questions that apply, in order. An answer to a question that does not apply brings up no other."""
    found: list[Question] = []
    counting: dict[str, Any] = {}
    for question in flow.questions:
        if not question.ask_if or applies(question, counting, facts):
            found.append(question)
            if question.id in answers:
                counting[question.id] = answers[question.id]
    return found


def place_on(on_path: Sequence[Question], flow: Flow, question: Question) -> tuple[int, int]:
    """Which one `question` is on a path, and how long the path is; it counts also when it is off it."""
    if question in on_path:
        return on_path.index(question) + 1, len(on_path)
    ids = {each.id for each in on_path} | {question.id}
    asked = [each.id for each in flow.questions if each.id in ids]
    return asked.index(question.id) + 1, len(asked)


def previous(flow: Flow, answers: Answers, facts: Facts, asked: str | None) -> Question | None:
    """The last answered question before `asked`; from the end, the last one of all."""
    ids = [question.id for question in flow.questions]
    before = set(ids[: ids.index(asked)] if asked in ids else ids)
    found = [q for q in path(flow, answers, facts) if q.id in before and answered(q, answers)]
    return found[-1] if found else None


def begun(flow: Flow, answers: Answers, asked: str) -> bool:
    """Whether anything before `asked` was answered, so that there is something to go back to."""
    for question in flow.questions:
        if question.id == asked:
            return False
        if question.id in answers:
            return True
    return False


def forget(answers: Answers, id: str) -> dict[str, Any]:
    """The answers without one: the question is then asked again."""
    return {key: value for key, value in answers.items() if key != id}
