"""The engine of a guided talk, as pure functions: the answers are the state, and the next question follows from them.

An answer of None means that the question was skipped. Answers to questions that no longer apply stay and are ignored,
so that going back and forth loses nothing.
"""

from collections.abc import Mapping
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
    return True


def walk(flow: Flow, answers: Answers, facts: Facts) -> Question | None:
    """The next question: the first that applies and has no fitting answer. None: the talk is complete."""
    for question in flow.questions:
        if not answered(question, answers) and applies(question, answers, facts):
            return question
    return None


def path(flow: Flow, answers: Answers, facts: Facts) -> list[Question]:
    """The questions that apply, in order."""
    return [question for question in flow.questions if applies(question, answers, facts)]


def progress(flow: Flow, answers: Answers, facts: Facts, question: Question) -> tuple[int, int]:
    """Which one `question` is, and of how many as things stand."""
    asked = path(flow, answers, facts)
    return asked.index(question) + 1, len(asked)


def previous(flow: Flow, answers: Answers, facts: Facts, asked: str | None) -> Question | None:
    """The last answered question before `asked`; from the end, the last one of all."""
    found = None
    for question in path(flow, answers, facts):
        if question.id == asked:
            break
        if answered(question, answers):
            found = question
    return found


def forget(answers: Answers, id: str) -> dict[str, Any]:
    """The answers without one: the question is then asked again."""
    return {key: value for key, value in answers.items() if key != id}


def learn(answers: Answers, heard: Answers) -> dict[str, Any]:
    """The answers with what was heard in passing; what the person answered herself stands."""
    return {**heard, **answers}
