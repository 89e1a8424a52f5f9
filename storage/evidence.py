"""What supports a record: notes, photos and documents, in the order in which they came. Nothing is taken away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database import Database, moment, stamp


@dataclass(frozen=True, slots=True)
class Evidence:
    """`about` is "table:id"; `kind` is note, photo or document. A file lies under `path`, `name` is only a label."""

    id: int
    about: str
    kind: str
    text: str | None
    name: str | None
    path: str | None
    sha256: str | None
    size: int | None
    person: str
    created_at: datetime


COLUMNS = "id, about, kind, text, name, path, sha256, size, person, created_at"


def _evidence(row: Any) -> Evidence:
    values = list(row)
    values[-1] = moment(values[-1])
    return Evidence(*values)


def add(
    db: Database,
    about: str,
    kind: str,
    text: str | None,
    person: str,
    at: datetime,
    name: str | None = None,
    path: str | None = None,
    sha256: str | None = None,
    size: int | None = None,
) -> int:
    """Keep one piece; its id."""
    cursor = db.conn.execute(
        """insert into evidence (about, kind, text, name, path, sha256, size, person, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (about, kind, text, name, path, sha256, size, person, stamp(at)),
    )
    return int(cursor.lastrowid or 0)


def of(db: Database, about: str) -> list[Evidence]:
    """What there is about "table:id", in order."""
    sql = f"select {COLUMNS} from evidence where about = ? order by id"
    return [_evidence(row) for row in db.conn.execute(sql, (about,))]
