"""Files that a supplier attached to answers: what they are called and where they lie. They are never opened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database import Database, one, stamp


@dataclass(frozen=True, slots=True)
class FormFile:
    """`name` is a label, `path` a generated name; `kind` is pdf, png, jpeg or docx, by content. `size` is in bytes."""

    id: int
    assessment: int
    round: int
    question: str
    name: str
    kind: str
    path: str
    sha256: str
    size: int


COLUMNS = "id, assessment, round, question, name, kind, path, sha256, size"


def add(db: Database, assessment: int, round: int, question: str, kept: Any, at: datetime) -> int:
    """A file that lies on the disk already (`kept`: name, kind, path, sha256, size); its id."""
    cursor = db.conn.execute(
        """insert into form_files (assessment, round, question, name, kind, path, sha256, size, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (assessment, round, question, kept.name, kept.kind, kept.path, kept.sha256, kept.size, stamp(at)),
    )
    return int(cursor.lastrowid or 0)


def of(db: Database, assessment: int) -> list[FormFile]:
    """The files of all rounds that were not taken away, in the order in which they came."""
    sql = f"select {COLUMNS} from form_files where assessment = ? and removed_at is null order by id"
    return [FormFile(*row) for row in db.conn.execute(sql, (assessment,))]


def find(db: Database, assessment: int, id: int) -> FormFile | None:
    """One file of this self-assessment, unless it was taken away."""
    sql = f"select {COLUMNS} from form_files where assessment = ? and id = ? and removed_at is null"
    row = one(db, sql, (assessment, id))
    return FormFile(*row) if row else None


def remove(db: Database, file: FormFile, at: datetime) -> bool:
    """Take a file away; False when somebody did already."""
    sql = "update form_files set removed_at = ? where id = ? and removed_at is null"
    return db.conn.execute(sql, (stamp(at), file.id)).rowcount == 1


def not_to(db: Database, assessment: int, round: int, questions: Collection[str]) -> list[FormFile]:
    """Files of a round that were attached to other questions than these."""
    return [file for file in of(db, assessment) if file.round == round and file.question not in questions]
