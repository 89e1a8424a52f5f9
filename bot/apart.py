"""One row at a time: what fails for one is put off by an hour and noted, and the rest goes on."""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bot.service import Service
from storage import faults, reminders
from storage.database import out_of_reach, savepoint
from storage.faults import Trouble
from storage.reminders import Reminder

AGAIN_AFTER = timedelta(hours=1)
log = logging.getLogger("duly.clock")
Made = TypeVar("Made")


def apart(service: Service, what: str, make: Callable[[], Made], instead: Made) -> Made:
    """What `make` gives, within a transaction; `instead` when it fails, which undoes only itself.

    `what` names the row, as `storage.faults` keeps it.
    """
    try:
        with savepoint(service.db):
            return make()
    except Exception as error:
        note(service, what, error)
        return instead


def note(service: Service, what: str, error: Exception) -> None:
    """`what` failed, and is tried again in an hour.

    Raises:
        Exception: `error` itself, when no row is to blame but the file, which is locked, full or failing.
    """
    if out_of_reach(error):
        raise error
    trouble = Trouble(type(error).__name__, _place(error))
    log.error("put off", extra={"what": what, "error": trouble.error, "where": trouble.where})
    faults.note(service.db, what, trouble, service.now() + AGAIN_AFTER, service.now())


def _place(error: Exception) -> str:
    """The line of ours where it failed."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


# Reminders.

Tell = Callable[[Sequence[Reminder]], int]


def readable(service: Service, recipients: Sequence[str]) -> list[Reminder]:
    """What is due for these, when not all of it can be read: the rest is put off."""
    ids = [id for each in recipients for id in reminders.due_ids(service.db, each, service.now())]
    return [found for id in ids if (found := _read(service, id))]


def _read(service: Service, id: int) -> Reminder | None:
    try:
        return reminders.find(service.db, id)
    except ValueError as error:
        _put_off(service, id, error)
        return None


def each_told(service: Service, due: Sequence[Reminder], tell: Tell) -> int:
    """Tell one person all of it; what cannot be told is put off. How many letters.

    It is told together where that can be done, without what cannot be told by itself; else one by one.
    """
    try:
        with savepoint(service.db):
            return tell(due)
    except Exception as error:
        if len(due) == 1:
            _put_off(service, due[0].id, error)
            return 0
        if out_of_reach(error):
            raise
    wrong = {reminder.id: found for reminder in due if (found := _fault_of(service, reminder, tell))}
    for id, found in wrong.items():
        _put_off(service, id, found)
    rest = [reminder for reminder in due if reminder.id not in wrong]
    if wrong:
        return each_told(service, rest, tell) if rest else 0
    return sum(each_told(service, [reminder], tell) for reminder in due)


class _Undo(Exception):
    """What was tried is not meant to stay."""


def _fault_of(service: Service, reminder: Reminder, tell: Tell) -> Exception | None:
    """What goes wrong when it is told by itself; nothing stays of the trial."""
    try:
        with savepoint(service.db):
            tell([reminder])
            raise _Undo
    except _Undo:
        return None
    except Exception as error:
        return error


def _put_off(service: Service, id: int, error: Exception) -> None:
    """Try a reminder again in an hour."""
    note(service, f"reminder {reminders.item_of(service.db, id)}", error)
    reminders.postpone(service.db, [id], service.now() + AGAIN_AFTER)
