"""What shows something: notes, photos and documents about a record, in the order they came."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Database, stamp


@dataclass(frozen=True, slots=True)
class Evidence:
    """`kind` is note, photo or document; of a file `path` is the name it is kept under and `name` only a label."""

    id: int
    kind: str
    text: str
    name: str
    path: str
    sha256: str
    size: int
    person: str
    created_at: str


COLUMNS = "id, kind, text, name, path, sha256, size, person, created_at"


def note(db: Database, about: str, text: str, person: str, at: datetime) -> None:
    """A line about "table:id"."""
    _add(db, about, ("note", text, "", "", "", 0, person), at)


def file(
    db: Database, about: str, kind: str, name: str, path: str, sha256: str, size: int, person: str, at: datetime
) -> None:
    """A photo or a document about "table:id"."""
    _add(db, about, (kind, "", name, path, sha256, size, person), at)


def _add(db: Database, about: str, values: tuple[str | int, ...], at: datetime) -> None:
    db.conn.execute(
        """insert into evidence (about, kind, text, name, path, sha256, size, person, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (about, *values, stamp(at)),
    )


def of(db: Database, about: str) -> list[Evidence]:
    """Everything about "table:id", the first first."""
    sql = f"select {COLUMNS} from evidence where about = ? order by id"
    return [Evidence(*row) for row in db.conn.execute(sql, (about,))]
