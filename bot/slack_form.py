"""A form in Slack: opened within the three seconds that a press allows, checked before it closes."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from bot.heard import Heard
from bot.render import printable
from bot.render.slack import body
from bot.slack_hear import NAME, own_room, who
from handlers.forms import Field
from handlers.messages import Place, Reply

CALLBACK, SIGN = "fill", "sign"
MOST_BLOCKS = 100
TITLE, LABEL, HINT, OPTION, ERROR = 24, 2_000, 2_000, 75, 2_000  # characters; docs.slack.dev, read 2026-11-22
TYPED = 2_000  # characters of an answer; as long as an answer in a talk may be
PRESSED = "/fill "
Block = dict[str, Any]


def asked_for(heard: Heard) -> str:
    """The flow whose form a press asks for, or empty."""
    return heard.text.removeprefix(PRESSED) if heard.text.startswith(PRESSED) and "{" not in heard.text else ""


def view(flow: str, title: str, fields: Sequence[Field], words: Mapping[str, str]) -> Block:
    """The form as a modal; `words` are those for save and cancel."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": flow,
        "title": _plain(title, TITLE),
        "submit": _plain(words["save"], TITLE),
        "close": _plain(words["cancel"], TITLE),
        "blocks": [_input(field) for field in fields],
    }


def signature(heard: Heard, reply: Reply, words: Mapping[str, str]) -> Block:
    """What is to be signed, to be read once more; sending it says what the button said."""
    return {
        "type": "modal",
        "callback_id": SIGN,
        "private_metadata": orjson.dumps([heard.place.key, heard.text, heard.card]).decode(),
        "title": _plain(words["sign"], TITLE),
        "submit": _plain(words["sign"], TITLE),
        "close": _plain(words["cancel"], TITLE),
        "blocks": body(reply)[:MOST_BLOCKS],
    }


def _input(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.id,
        "label": _plain(field.label, LABEL),
        "optional": field.optional,
        "element": {"action_id": field.id, **ELEMENTS[field.kind](field)},
    }
    return {**block, "hint": _plain(field.hint, HINT)} if field.hint else block


def _text(_: Field) -> Block:
    return {"type": "plain_text_input", "max_length": TYPED}


def _date(_: Field) -> Block:
    return {"type": "datepicker"}


def _choice(field: Field) -> Block:
    options = {value: {"text": _plain(label, OPTION), "value": value} for value, label in field.options}
    element: Block = {"type": "static_select", "options": list(options.values())}
    return {**element, "initial_option": options[field.given]} if field.given in options else element


ELEMENTS = {"text": _text, "date": _date, "choice": _choice}


def _plain(text: str, most: int) -> Block:
    shown = printable(text) or " "
    return {"type": "plain_text", "text": shown if len(shown) <= most else f"{shown[: most - 1]}…", "emoji": False}


def signed(sent: Mapping[str, Any]) -> Heard | None:
    """What a signature that was sent says; None for anything else."""
    form = sent.get("view")
    if sent.get("type") != "view_submission" or not isinstance(form, dict) or form.get("callback_id") != SIGN:
        return None
    try:
        place, text, card = orjson.loads(form.get("private_metadata") or "")
    except ValueError:
        return None
    team, account = who(sent)
    key = f"v:{form.get('id')}:{form.get('hash')}"
    return Heard((key,), account, Place.of(place), text, card) if team and account else None


def submitted(body: Mapping[str, Any]) -> tuple[str, dict[str, str], Heard] | None:
    """The flow, what was filled in and what it says, of a form that was sent; None for anything else."""
    form = body.get("view")
    if body.get("type") != "view_submission" or not isinstance(form, dict) or form.get("callback_id") != CALLBACK:
        return None
    team, account = who(body)
    if not team or not account:
        return None
    flow = str(form.get("private_metadata"))
    given = {id: _answer(inputs) for id, inputs in ((form.get("state") or {}).get("values") or {}).items()}
    text = f"{PRESSED}{flow} {orjson.dumps(given).decode()}"
    key = f"v:{form.get('id')}:{form.get('hash')}"
    return flow, given, Heard((key,), account, Place(NAME, team, own_room(account)), text)


def _answer(inputs: Mapping[str, Any]) -> str:
    said = next(iter(inputs.values()), None) or {}
    chosen = said.get("selected_option") or {}
    return str(chosen.get("value") or said.get("selected_date") or said.get("value") or "")


def errors(faults: Mapping[str, str]) -> Block:
    """The answer that keeps the form open, each fault under its question."""
    return {"response_action": "errors", "errors": {id: fault[:ERROR] for id, fault in faults.items()}}
