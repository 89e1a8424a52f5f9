"""What the organisation says of itself, time after time: nothing is overwritten, the last one counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from storage.database import Database, stamp


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """`answers` maps a question to yes, partly or no; `made_on` is the day in UTC."""

    answers: Mapping[str, str]
    made_on: date


def add(db: Database, kind: str, answers: Mapping[str, Any], by: str, at: datetime) -> int:
    """Keep one self-check beside those before it; its id."""
    cursor = db.conn.execute(
        "insert into self_checks (kind, answers, made_by, created_at) values (?, ?, ?, ?)",
        (kind, orjson.dumps(dict(answers)).decode(), by, stamp(at)),
    )
    return int(cursor.lastrowid or 0)


def latest(db: Database, kind: str, most: int) -> list[SelfCheck]:
    """The last ones of a kind, the newest first."""
    sql = "select answers, created_at from self_checks where kind = ? order by id desc limit ?"
    return [
        SelfCheck(orjson.loads(row[0]), date.fromisoformat(row[1][:10])) for row in db.conn.execute(sql, (kind, most))
    ]
