"""What Slack refuses in blocks and views, and which words would ping people.

Counts are Unicode code points. `blocks_wrong` and `view_wrong` give every fault found, each with its JSON pointer.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .slack_limits import (
    BLOCK_KEYS,
    CHOICES,
    ELEMENT_KEYS,
    IN_ACCESSORY,
    IN_ACTIONS,
    IN_INPUT,
    MESSAGE_BLOCKS,
    OPTION_LIMITS,
    SURFACES,
    TABLE_CHARACTERS,
    TEXT_OVER_ALL_BLOCKS,
    VIEW_BLOCKS,
    VIEW_BYTES,
    VIEW_ERROR,
    VIEW_KEYS,
)

Json = dict[str, Any]

PING = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>|<@[UW][^>]*>|<!subteam\^[^>]*>")


class Refused(Exception):
    """Slack's `ok: false`, with the details it puts into response_metadata."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []

    def answer(self) -> Json:
        if not self.messages:
            return {"ok": False, "error": self.error}
        details = [f"[ERROR] {message}" for message in self.messages]
        return {
            "ok": False,
            "error": self.error,
            "errors": self.messages,
            "response_metadata": {"messages": details},
        }


@dataclass
class Check:
    """One reading of a list of blocks: where we are told wrong things, and the ids met so far."""

    wrong: list[str] = field(default_factory=list)
    action_ids: set[str] = field(default_factory=set)
    block_ids: set[str] = field(default_factory=set)

    def say(self, what: str, at: str) -> None:
        self.wrong.append(f"{what} [json-pointer:{at}]")

    def known(self, thing: Json, keys: set[str], at: str) -> None:
        for key in sorted(set(thing) - keys):
            self.say(f"additional property: {key}", at)

    def length(self, value: object, at: str, most: int, least: int = 1) -> None:
        if not isinstance(value, str):
            self.say("must be a string", at)
        elif len(value) < least:
            self.say(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            self.say(f"must be less than {most + 1} characters", at)

    def optional(self, thing: Json, key: str, at: str, most: int) -> None:
        if thing.get(key) is not None:
            self.length(thing[key], f"{at}/{key}", most)

    def text(self, value: object, at: str, most: int, types: tuple[str, ...] = ("plain_text",)) -> None:
        if not isinstance(value, dict):
            return self.say("missing required field or not an object", at)
        if value.get("type") not in types:
            self.say(f"must be of type {' or '.join(types)}", f"{at}/type")
        extra = {"emoji"} if value.get("type") == "plain_text" else {"verbatim"}
        self.known(value, {"type", "text"} | extra, at)
        return self.length(value.get("text"), f"{at}/text", most)

    def unique(self, name: object, seen: set[str], what: str, at: str) -> None:
        if name is None:
            return
        self.length(name, at, 255)
        if str(name) in seen:
            self.say(f"{what} already exists", at)
        seen.add(str(name))

    def items(self, value: object, at: str, most: int, least: int = 1) -> list[Any]:
        if not isinstance(value, list):
            self.say("must be a list", at)
            return []
        if len(value) < least:
            self.say(f"no less than {least} items required", at)
        if len(value) > most:
            self.say(f"no more than {most} items allowed", at)
        return value


EITHER = ("plain_text", "mrkdwn")


def _section(check: Check, block: Json, at: str) -> None:
    if block.get("text") is None and not block.get("fields"):
        check.say("missing required field: text or fields", at)
    if block.get("text") is not None:
        check.text(block["text"], f"{at}/text", 3000, EITHER)
    if block.get("fields") is not None:
        for i, words in enumerate(check.items(block["fields"], f"{at}/fields", 10)):
            check.text(words, f"{at}/fields/{i}", 2000, EITHER)
    if block.get("accessory") is not None:
        _element(check, block["accessory"], f"{at}/accessory", IN_ACCESSORY)


def _header(check: Check, block: Json, at: str) -> None:
    check.text(block.get("text"), f"{at}/text", 150)


def _context(check: Check, block: Json, at: str) -> None:
    for i, element in enumerate(check.items(block.get("elements"), f"{at}/elements", 10)):
        if isinstance(element, dict) and element.get("type") == "image":
            _element(check, element, f"{at}/elements/{i}", {"image"})
        else:
            check.text(element, f"{at}/elements/{i}", 3000, EITHER)


def _actions(check: Check, block: Json, at: str) -> None:
    for i, element in enumerate(check.items(block.get("elements"), f"{at}/elements", 25)):
        _element(check, element, f"{at}/elements/{i}", IN_ACTIONS)


def _image(check: Check, image: Json, at: str) -> None:
    if bool(image.get("image_url")) == bool(image.get("slack_file")):
        check.say("one of image_url and slack_file is required", at)
    check.optional(image, "image_url", at, 3000)
    check.length(image.get("alt_text"), f"{at}/alt_text", 2000)
    if image.get("title") is not None:
        check.text(image["title"], f"{at}/title", 2000)


def _input(check: Check, block: Json, at: str) -> None:
    check.text(block.get("label"), f"{at}/label", 2000)
    if block.get("hint") is not None:
        check.text(block["hint"], f"{at}/hint", 2000)
    _element(check, block.get("element"), f"{at}/element", IN_INPUT)


def _table(check: Check, block: Json, at: str) -> None:
    rows = check.items(block.get("rows"), f"{at}/rows", 100)
    for r, row in enumerate(rows):
        for c, cell in enumerate(check.items(row, f"{at}/rows/{r}", 20)):
            _cell(check, cell, f"{at}/rows/{r}/{c}")
    if len({len(row) for row in rows if isinstance(row, list)}) > 1:
        check.say("all rows must have the same number of cells", f"{at}/rows")
    if sum(len(text) for text in texts(rows)) > TABLE_CHARACTERS:
        check.say(f"no more than {TABLE_CHARACTERS} characters in a table", f"{at}/rows")
    if block.get("column_settings") is not None:
        check.items(block["column_settings"], f"{at}/column_settings", 20)


def _cell(check: Check, cell: object, at: str) -> None:
    if not isinstance(cell, dict) or cell.get("type") not in ("raw_text", "rich_text"):
        check.say("must be raw_text or rich_text", at)
    elif cell["type"] == "raw_text":
        check.known(cell, {"type", "text"}, at)
        check.length(cell.get("text"), f"{at}/text", TABLE_CHARACTERS)
    else:
        check.known(cell, {"type", "elements"}, at)
        _rich_text(check, cell, at)


def _rich_text(check: Check, block: Json, at: str) -> None:
    kinds = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
    for i, element in enumerate(check.items(block.get("elements"), f"{at}/elements", 1000)):
        if not isinstance(element, dict) or element.get("type") not in kinds:
            check.say("unsupported rich text element", f"{at}/elements/{i}")


def _markdown(check: Check, block: Json, at: str) -> None:
    check.length(block.get("text"), f"{at}/text", 12_000)


def _nothing(_check: Check, _block: Json, _at: str) -> None:
    """A divider has nothing to say."""


BLOCK_RULES: dict[str, Callable[[Check, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _nothing,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "table": _table,
    "rich_text": _rich_text,
    "markdown": _markdown,
}


def _element(check: Check, element: object, at: str, allowed: set[str]) -> None:
    if not isinstance(element, dict):
        return check.say("missing required field or not an object", at)
    kind = element.get("type")
    if kind not in allowed:
        return check.say(f"unsupported type: {kind}", f"{at}/type")
    own = {"type"} if kind == "image" else {"type", "action_id"}
    check.known(element, ELEMENT_KEYS[kind] | own, at)
    check.unique(element.get("action_id"), check.action_ids, "action_id", f"{at}/action_id")
    if element.get("placeholder") is not None:
        check.text(element["placeholder"], f"{at}/placeholder", 150)
    if element.get("confirm") is not None:
        _confirm(check, element["confirm"], f"{at}/confirm")
    if "options" in ELEMENT_KEYS[kind]:
        _options(check, element, at)
    special = {"button": _button, "image": _image, "plain_text_input": _typed, "datepicker": _datepicker}
    return special.get(kind, _nothing)(check, element, at)


def _button(check: Check, button: Json, at: str) -> None:
    check.text(button.get("text"), f"{at}/text", 75)
    check.optional(button, "value", at, 2000)
    check.optional(button, "url", at, 3000)
    check.optional(button, "accessibility_label", at, 75)
    if button.get("style") not in (None, "primary", "danger"):
        check.say("must be primary or danger", f"{at}/style")


def _typed(check: Check, element: Json, at: str) -> None:
    most = element.get("max_length")
    if most is not None and not 1 <= most <= 3000:
        check.say("must be between 1 and 3000", f"{at}/max_length")
    if len(element.get("initial_value") or "") > (most or 3000):
        check.say("longer than max_length", f"{at}/initial_value")


def _datepicker(check: Check, element: Json, at: str) -> None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date") or "2026-01-01"):
        check.say("must be YYYY-MM-DD", f"{at}/initial_date")


def _confirm(check: Check, confirm: Json, at: str) -> None:
    check.known(confirm, {"title", "text", "confirm", "deny", "style"}, at)
    check.text(confirm.get("title"), f"{at}/title", 100)
    check.text(confirm.get("text"), f"{at}/text", 300, EITHER)
    check.text(confirm.get("confirm"), f"{at}/confirm", 30)
    check.text(confirm.get("deny"), f"{at}/deny", 30)


def _options(check: Check, element: Json, at: str) -> None:
    kind = element["type"]
    if element.get("option_groups") is not None:
        for g, group in enumerate(check.items(element["option_groups"], f"{at}/option_groups", 100)):
            check.text(group.get("label"), f"{at}/option_groups/{g}/label", 75)
            for i, option in enumerate(check.items(group.get("options"), f"{at}/option_groups/{g}/options", 100)):
                _option(check, option, f"{at}/option_groups/{g}/options/{i}", kind)
    else:
        for i, option in enumerate(check.items(element.get("options"), f"{at}/options", OPTION_LIMITS.get(kind, 100))):
            _option(check, option, f"{at}/options/{i}", kind)
    chosen = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    if any(option not in options_of(element) for option in chosen):
        check.say("the initial option is none of the options", at)


def _option(check: Check, option: object, at: str, kind: str) -> None:
    if not isinstance(option, dict):
        return check.say("must be an object", at)
    check.known(option, {"text", "value", "description"} | ({"url"} if kind == "overflow" else set()), at)
    types = EITHER if kind in CHOICES else ("plain_text",)
    check.text(option.get("text"), f"{at}/text", 75, types)
    check.length(option.get("value"), f"{at}/value", 75)
    if option.get("description") is not None:
        check.text(option["description"], f"{at}/description", 75, types)
    return None


def options_of(element: Json) -> list[Json]:
    """Every option of a select, whether in groups or not."""
    groups = element.get("option_groups") or []
    return (element.get("options") or []) + [option for group in groups for option in group["options"]]


def blocks_wrong(blocks: object, surface: str, at: str = "/blocks") -> list[str]:
    """What is wrong with the blocks of a `message`, `modal` or `home`; nothing when Slack would take them."""
    check = Check()
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    for i, block in enumerate(check.items(blocks, at, most, least=0)):
        _block(check, block, f"{at}/{i}", surface)
    tables = [b for b in blocks if isinstance(b, dict) and b.get("type") == "table"] if isinstance(blocks, list) else []
    if len(tables) > 1:
        check.say("only one table allowed", at)
    return check.wrong


def _block(check: Check, block: object, at: str, surface: str) -> None:
    if not isinstance(block, dict):
        return check.say("must be an object", at)
    kind = block.get("type")
    if kind not in SURFACES[surface]:
        return check.say(f"unsupported type: {kind}", f"{at}/type")
    check.unique(block.get("block_id"), check.block_ids, "block_id", f"{at}/block_id")
    if kind in BLOCK_RULES:
        check.known(block, BLOCK_KEYS[kind] | {"type", "block_id"}, at)
        BLOCK_RULES[kind](check, block, at)
    return None


def check_message(text: str, blocks: list[Json]) -> None:
    """Raises Refused when Slack would not take these words and blocks as a message."""
    if len(text) > 40_000:
        raise Refused("msg_too_long")
    wrong = blocks_wrong(blocks, "message")
    if wrong:
        raise Refused("invalid_blocks", wrong)
    if sum(len(words) for words in texts(blocks)) > TEXT_OVER_ALL_BLOCKS:
        raise Refused("msg_blocks_too_long")


def check_view(view: object, types: tuple[str, ...]) -> None:
    """Raises Refused when Slack would not take this view."""
    if not isinstance(view, dict) or view.get("type") not in types:
        raise Refused(VIEW_ERROR, [f"must be a view of type {' or '.join(types)} [json-pointer:/view/type]"])
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")
    wrong = view_wrong(view)
    if wrong:
        raise Refused(VIEW_ERROR, wrong)


def view_wrong(view: Json) -> list[str]:
    """What is wrong with a modal or a Home view."""
    check, modal = Check(), view["type"] == "modal"
    check.known(view, VIEW_KEYS[view["type"]], "/view")
    if modal:
        check.text(view.get("title"), "/view/title", 24)
    for key in ("submit", "close"):
        if modal and view.get(key) is not None:
            check.text(view[key], f"/view/{key}", 24)
    if len(view.get("private_metadata") or "") > 3000:
        check.say("must be less than 3001 characters", "/view/private_metadata")
    check.optional(view, "callback_id", "/view", 255)
    check.optional(view, "external_id", "/view", 255)
    asks = any(isinstance(b, dict) and b.get("type") == "input" for b in view.get("blocks") or [])
    if modal and asks and not view.get("submit"):
        check.say("submit is required when an input block is within blocks", "/view/submit")
    return check.wrong + blocks_wrong(view.get("blocks"), view["type"], "/view/blocks")


def texts(thing: object) -> Iterator[str]:
    """Every string a reader would meet in these blocks."""
    if isinstance(thing, list):
        for item in thing:
            yield from texts(item)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            if key in ("text", "alt_text") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)


def pinging(text: str, thing: object) -> list[str]:
    """The mentions that would ring somebody: in the message's text, in mrkdwn, markdown and rich text."""
    return PING.findall(text) + list(_pings_in(thing))


def _pings_in(thing: object) -> Iterator[str]:
    if isinstance(thing, list):
        for item in thing:
            yield from _pings_in(item)
    elif isinstance(thing, dict):
        if thing.get("type") in ("mrkdwn", "markdown"):
            yield from PING.findall(str(thing.get("text")))
        elif thing.get("type") in ("broadcast", "user", "usergroup"):
            yield str(thing)
        else:
            yield from _pings_in(list(thing.values()))
