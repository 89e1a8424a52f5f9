"""The buttons of a reply as Telegram has them: at most three a row, long choices in pages, a calendar for a day.

What only turns pages says so: m:17 more of letter 17, p:17:2 its third page of choices, c:17:1 its calendar next month.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.render import limits, printable
from bot.render.slack_buttons import ANSWER
from bot.render.telegram_html import WEB, cut
from handlers.messages import Button, Reply

Key = dict[str, str]
Rows = list[list[Key]]
A_ROW = ((16, 1), (10, 2))  # a label longer than so many characters shares its row with fewer others: three at most
MOST_A_ROW = 3
WAYS_OUT = ("/back ", "/skip ", "/explain ")
NOTHING = "x"  # what a button says that is only there to be looked at
MOST_MONTHS = 36
SHOWN = re.compile("[\ufffd\u2400-\u241f]")  # what `printable` puts in the place of what cannot be shown


def keyboard(reply: Reply, labels: Mapping[str, str], letter: int, page: int = 0, more: bool = False) -> Rows:
    """Rows of buttons. `more`: there is more to read, which the first row brings."""
    first = [[_key(labels["more"], f"m:{letter}")]] if more else []
    choices, others = _divided([button for row in reply.buttons for button in row])
    pages = _pages(choices)
    page = max(0, min(page, len(pages) - 1))
    shown = pages[page] if pages else []
    day = [[_key(labels["choose_date"], f"c:{letter}:0")]] if reply.picker else []
    turning = _turning(len(pages), page, labels, letter)
    return [*first, *_rows(shown), *turning, *day, *_rows(others)]


def _divided(buttons: Sequence[Button]) -> tuple[list[Button], list[Button]]:
    """Choices, which come in pages when they are many, and what stands on every page."""
    carried = [button for button in buttons if _says(button)]
    asked = [button for button in carried if ANSWER.match(button.says)]
    if len(asked) > limits.TELEGRAM_PAGE:
        others = [button for button in carried if button not in asked]
    else:
        others = [button for button in carried if button.says.startswith(WAYS_OUT)]
    if len(others) > limits.TELEGRAM_PAGE:  # too many to stand on every page
        return carried, []
    return [button for button in carried if button not in others], others


def _pages(choices: Sequence[Button]) -> list[list[Button]]:
    """Eight at once, unless a few more would make a second page."""
    step = limits.TELEGRAM_PAGE if len(choices) > limits.TELEGRAM_PAGE + 4 else max(1, len(choices))
    return [list(choices[at : at + step]) for at in range(0, len(choices), step)]


def _turning(pages: int, page: int, labels: Mapping[str, str], letter: int) -> Rows:
    if pages < 2:
        return []
    before = [_key(f"‹ {labels['previous_page']}", f"p:{letter}:{page - 1}")] if page else []
    after = [_key(f"{labels['next_page']} ›", f"p:{letter}:{page + 1}")] if page + 1 < pages else []
    return [[*before, *after]]


def _rows(buttons: Sequence[Button]) -> Rows:
    """Rows that a thumb can hit: the longer the labels, the fewer share one."""
    rows: Rows = []
    room = 0
    for button in buttons:
        key = _key(button.label, _says(button))
        may_share = next((most for longer, most in A_ROW if len(key["text"]) > longer), MOST_A_ROW)
        if rows and room > 0 and len(rows[-1]) < may_share:
            rows[-1].append(key)
            room = min(room - 1, may_share - len(rows[-1]))
        else:
            rows.append([key])
            room = may_share - 1
    return rows


def _says(button: Button) -> str:
    """What a button carries: its words, else its label where that is short enough, else nothing."""
    if _is_web(button.says):
        return button.says
    for words in (button.says, button.label):
        if 0 < len(printable(words).encode("utf-8", "replace")) <= limits.TELEGRAM_CALLBACK and words.strip():
            return printable(words)
    return ""


def _key(label: str, says: str) -> Key:
    text = cut(" ".join(printable(label).split()), limits.TELEGRAM_LABEL) or "…"
    return {"text": text, "url" if _is_web(says) else "callback_data": says}


def _is_web(says: str) -> bool:
    """Whether `says` is a web address; one in which something was made visible leads nowhere."""
    return bool(WEB.fullmatch(says)) and not SHOWN.search(printable(says))


# A calendar


def month(says: str, letter: int, offset: int, today: date, names: Sequence[str], title: str) -> Rows:
    """The month so many months after today's. A day says `says` and the day; days that have been say nothing."""
    offset = max(0, min(offset, MOST_MONTHS))
    year, number = divmod(today.year * 12 + today.month - 1 + offset, 12)
    weeks = calendar.Calendar().monthdatescalendar(year, number + 1)
    back = [_key("‹", f"c:{letter}:{offset - 1}")] if offset else []
    ahead = [_key("›", f"c:{letter}:{offset + 1}")] if offset < MOST_MONTHS else []
    turns = [*back, _key("×", f"p:{letter}:0"), *ahead]
    head: Rows = [[_key(title, NOTHING)], [_key(name, NOTHING) for name in names]]
    return [*head, *([*_week(week, number + 1, today, says)] for week in weeks), turns]


def _week(week: Sequence[date], month: int, today: date, says: str) -> Iterator[Key]:
    for day in week:
        open_to_choose = day.month == month and day >= today
        yield _key(str(day.day), f"{says} {day.isoformat()}") if open_to_choose else _key("·", NOTHING)
