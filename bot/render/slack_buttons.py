"""The buttons of a reply as Slack has them: buttons, a menu for many answers to one question, a calendar for a day."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.render import limits, printable
from bot.render.slack_mrkdwn import address, plain
from handlers.messages import Button, Reply

Block = dict[str, Any]
Labels = Mapping[str, str]

ANSWER = re.compile(r"/set \d+\.\w+ ")
DANGER = re.compile(r"/(forget now|remove)\b")


def actions(reply: Reply, labels: Labels, number: Iterator[int]) -> list[Block]:
    """The buttons; answers to one question that are many become a menu, a date gets its calendar."""
    rows = _rows(reply.buttons, labels, number)
    if reply.picker:
        rows = rows or [[]]
        rows[-1].append(_datepicker(reply.picker, labels))
    return [{"type": "actions", "elements": row} for row in rows]


def _rows(buttons: Sequence[Sequence[Button]], labels: Labels, number: Iterator[int]) -> list[list[Block]]:
    """Rows as they were given when they are few, else filled up."""
    everything = [button for row in buttons for button in row]
    menus = _menus(everything)
    elements = [[e for button in row for e in _pressable(button, menus, labels, number)] for row in buttons]
    rows = [chunk for row in elements for chunk in _fives(row)]
    return rows if len(rows) <= limits.SLACK_ROWS else _fives([element for row in rows for element in row])


def _fives(row: Sequence[Block]) -> list[list[Block]]:
    return [list(row[at : at + limits.SLACK_ACTIONS]) for at in range(0, len(row), limits.SLACK_ACTIONS)]


def _question(button: Button) -> str:
    """ "/set 12.kind " for an answer to that question, else nothing."""
    found = ANSWER.match(button.says)
    return found[0] if found else ""


def _menus(buttons: Sequence[Button]) -> dict[str, list[Button]]:
    """The answers that become a menu, by their question."""
    asked = Counter(filter(None, map(_question, buttons)))
    menus = {
        question: [button for button in buttons if _question(button) == question]
        for question, times in asked.items()
        if limits.SLACK_MENU_FROM <= times <= limits.SLACK_OPTIONS
    }
    fits = {
        question: all(len(b.says) <= limits.SLACK_OPTION_VALUE for b in answers) for question, answers in menus.items()
    }
    return {question: answers for question, answers in menus.items() if fits[question]}


def _pressable(
    button: Button, menus: Mapping[str, list[Button]], labels: Labels, number: Iterator[int]
) -> Iterator[Block]:
    """The element for `button`; a menu stands for all its answers in the place of the first."""
    answers = menus.get(_question(button))
    if answers is None:
        yield _button(button, next(number))
    elif button is answers[0]:
        yield _menu(answers, labels, next(number))


def _button(button: Button, number: int) -> Block:
    shown: Block = {"type": "button", "text": plain(button.label, limits.SLACK_LABEL)}
    url = address(button.says)
    if url:
        return {**shown, "url": url, "action_id": f"open:{number}"}
    style = {"style": "danger"} if DANGER.match(button.says) else {}
    says = printable(button.says or button.label)[: limits.SLACK_VALUE]
    return {**shown, "value": says, "action_id": f"say:{number}", **style}


def _menu(answers: Iterable[Button], labels: Labels, number: int) -> Block:
    options = [
        {"text": plain(answer.label, limits.SLACK_OPTION_TEXT), "value": printable(answer.says)} for answer in answers
    ]
    placeholder = plain(labels["choose"], limits.SLACK_PLACEHOLDER)
    return {"type": "static_select", "placeholder": placeholder, "options": options, "action_id": f"say:{number}"}


def _datepicker(says: str, labels: Labels) -> Block:
    return {
        "type": "datepicker",
        "placeholder": plain(labels["choose_date"], limits.SLACK_PLACEHOLDER),
        "action_id": f"pick:{printable(says)}"[: limits.SLACK_ACTION_ID],
    }
