"""The limit: the same file, the same settings, the same tables, and nothing but the statements a message cannot avoid.

One row of the talk is written back, the event and its answer are added; bodies are as long as Duly's own were.
"""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage.database import Database, open_database

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC).isoformat(timespec="milliseconds")
UPDATE = "update talks set answers = ?, asked = ?, changed_at = ? where id = ?"
EVENT = """insert into inbox (source, event_key, place, person, body, state, created_at)
    values ('terminal', ?, 'terminal||bare|', 'bare', ?, 'done', ?)"""
ANSWER = """insert into outbox (dedupe_key, platform, place, person, body, not_before, state, created_at)
    values (?, 'terminal', 'terminal||bare|', 'bare', ?, ?, 'pending', ?)"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Mean lengths in bytes of what one message writes."""

    talk: int
    event: int
    answer: int


def sizes(db: Database) -> Sizes:
    """What the messages in this file wrote."""
    return Sizes(
        *(
            int(db.conn.execute(f"select avg(length({column})) from {table}").fetchone()[0])
            for table, column in (("talks", "answers"), ("inbox", "body"), ("outbox", "body"))
        )
    )


def rate(bodies: Sizes, messages: int, together: int = 1) -> float:
    """Messages a second when `together` of them share a commit."""
    with TemporaryDirectory(prefix="duly-bench-") as directory:
        db = open_database(str(Path(directory) / "bare.db"))
        _people(db.conn)
        keys = [uuid.uuid4().hex for _ in range(messages)]
        start = time.perf_counter()
        for at in range(0, messages, together):
            _commit(db.conn, bodies, keys[at : at + together])
        spent = time.perf_counter() - start
        db.conn.close()
    return messages / spent


def _people(connection: Any) -> None:
    connection.execute(
        """insert into people (id, name, name_key, language, role, created_at, changed_at)
        values ('bare', 'bare', 'bare', 'sv', 'officer', ?, ?)""",
        (NOW, NOW),
    )
    connection.execute(
        """insert into talks (id, person, place, flow, answers, state, created_at, changed_at)
        values (1, 'bare', 'terminal||bare|', 'need', '{}', 'open', ?, ?)""",
        (NOW, NOW),
    )


def _commit(connection: Any, bodies: Sizes, keys: list[str]) -> None:
    connection.execute("begin immediate")
    for key in keys:
        connection.execute(UPDATE, ("t" * bodies.talk, key[:8], NOW, 1))
        connection.execute(EVENT, (key, "e" * bodies.event, NOW))
        connection.execute(ANSWER, (key, "a" * bodies.answer, NOW, NOW))
    connection.execute("commit")
