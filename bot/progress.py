"""How far long work has come, on standard error and only while somebody looks: pipes and files are told nothing."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

At = Callable[[int, int], None]  # so much is done, of so much
LONG = 0.5  # seconds; what takes less is over before one has read what it is


@contextmanager
def shown(what: str, after: float = LONG) -> Iterator[At]:
    """Show a line about `what`, once it has taken `after` seconds, and take it away at the end.

    Gives a function that is told how much is done; until it is called nobody knows how much there is.
    """
    if not _is_looked_at():
        yield _unseen
        return
    bar = _bar()
    task = bar.add_task(what, total=None)
    begin = threading.Timer(after, bar.start)
    begin.start()
    try:
        yield lambda done, total: bar.update(task, completed=done, total=total)
    finally:
        begin.cancel()
        begin.join()
        bar.stop()


def _unseen(done: int, total: int) -> None:  # noqa: ARG001
    return None


def _is_looked_at() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _bar() -> "Progress":
    """As wide as the window; without colour where NO_COLOR asks for that."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.table import Column

    words = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True))
    columns = (words, BarColumn(bar_width=None, table_column=Column(ratio=1)), TaskProgressColumn())
    return Progress(*columns, console=Console(file=sys.stderr), transient=True, expand=True)
