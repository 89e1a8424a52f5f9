"""A safe copy of a database while it is in use, what is wrong with one, and what a copy must not do again.

A file that is copied while SQLite writes is torn; SQLite's own backup is not.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from storage import audit, outbox
from storage.database import Database, Failed, bare, open_database

PAGES = 2_000  # copied at a time, so that whoever writes meanwhile does not wait


def copy(source: Path, target: Path, at: Callable[[int, int], None]) -> None:
    """Write all that is committed in `source` to `target`, as one whole file. `at` is told how many pages are done.

    Raises:
        Failed: the source cannot be read, or the disk does not take the copy.
    """
    reading, writing = bare(source, read_only=True), bare(target)
    try:
        target.chmod(0o600)
        reading.backup(writing, pages=PAGES, progress=lambda _, left, total: at(total - left, total))
        writing.execute("pragma journal_mode=delete")  # one file, with no log beside it
    finally:
        writing.close()
        reading.close()


def close_addresses(path: Path) -> None:
    """Let no letter in a copy that was sent, or never will be, tell an address that opens a page; nothing else changes.

    What waits keeps its own, or it could not be sent after a restore.
    """
    copied = bare(path)
    try:
        copied.create_function("without_addresses", 1, outbox.without_addresses, deterministic=True)
        copied.execute("pragma secure_delete=on")  # or the old words would lie in what is free
        marks = ", ".join("?" * len(outbox.OVER))
        sql = f"update outbox set body = without_addresses(body) where state in ({marks}) and body like '%://%'"
        copied.execute(sql, outbox.OVER)
        copied.execute("pragma journal_mode=delete")
    finally:
        copied.close()


def faults(db: Database) -> Iterator[str]:
    """What is wrong with the file, its references, the audit trail, and the post."""
    yield from (f"integrity: {row[0]}" for row in db.conn.execute("pragma integrity_check") if row[0] != "ok")
    yield from (f"reference: {row[0]} row {row[1]}" for row in db.conn.execute("pragma foreign_key_check"))
    if bad := audit.first_bad(db):
        yield f"audit: line {bad} does not follow from the one before"


def faults_in(path: Path) -> list[str]:
    """The same for a file, which is brought to this version's tables by it.

    Raises:
        Refused: it is not ours, newer than this program, or too damaged to be opened.
    """
    db = open_database(str(path))
    try:
        return list(faults(db))
    except Failed as error:
        return [f"integrity: {error}"]
    finally:
        db.conn.close()


def hold(db: Database) -> int:
    """Letters that waited when the copy was made are kept back, since they may have gone out after it; how many."""
    sql = "update outbox set state = 'held', lease_until = null, lease_owner = null"
    return db.conn.execute(f"{sql} where state in ('pending', 'sending', 'unknown')").rowcount


def held(db: Database) -> int:
    """How many letters are kept back."""
    return int(db.conn.execute("select count(*) from outbox where state = 'held'").fetchone()[0])


def release(db: Database) -> int:
    """Let the letters that were kept back go out; how many."""
    return db.conn.execute("update outbox set state = 'pending', attempts = 0 where state = 'held'").rowcount


def drop(db: Database) -> int:
    """Let none of the letters that were kept back go out; how many."""
    return db.conn.execute("update outbox set state = 'cancelled' where state = 'held'").rowcount


def in_use(path: Path) -> bool:
    """Whether some program has the database open: only alone can its log be turned off."""
    alone = bare(path, seconds=0)
    try:
        return str(alone.execute("pragma journal_mode=delete").fetchone()[0]) != "delete"
    except Failed:
        return True
    finally:
        alone.close()
