"""Open the database, refuse what is not ours, and write in one transaction.

A file is looked at before it is opened: an empty, foreign, newer or damaged one is refused in one line and left as it
was. A new one is built beside its place and moved there, so that a crash
leaves either nothing or a whole database.
"""

import contextlib
import os
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from unicodedata import normalize

try:
    import pysqlite3 as sqlite3  # what sqlite-utils picks too: newer than the system's, see docs/decisions.md
except ImportError:
    import sqlite3

if TYPE_CHECKING:
    from sqlite3 import Connection

APPLICATION_ID = 0x44554C59  # "DULY"
HEADER = struct.Struct(">16s44xI4xI")  # SQLite's file format: magic, user_version at 60, application_id at 68
IDENTITY = ("user_version", "application_id")
MAGIC = b"SQLite format 3\x00"
CHECKED_SIZE = 32 * 2**20  # bytes; larger files are checked by `duly verify`, not at every start
BUSY_MS = 5_000
SQLITE_VERSION: tuple[int, ...] = sqlite3.sqlite_version_info
SQL_ERROR = 1  # SQLITE_ERROR
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}", "trusted_schema=OFF")


Failed: type[Exception] = sqlite3.Error  # anything that SQLite refuses


def out_of_reach(error: Exception) -> bool:
    """Whether the file is locked, full or failing, so that the same may work later; a slip in our SQL never will."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != SQL_ERROR


class Database(Protocol):
    """What storage functions need: a connection that takes SQL, and tables where speed does not matter.

    sqlite-utils' Database is one. Importing that takes a tenth of a second, so it waits until a file is opened.
    """

    @property
    def conn(self) -> "Connection": ...

    def __getitem__(self, table: str, /) -> Any: ...


class Refused(Exception):
    """The database cannot be used as it is. The message says what to do; the file was not touched."""


def open_database(url: str) -> Database:
    """The database at `url`: a path (made when it does not exist) or ":memory:".

    Raises:
        Refused: the file is empty, not ours, newer than this program, damaged or out of reach.
    """
    if url.startswith(("postgresql://", "postgres://")):
        raise Refused("This version of Duly keeps its database in an SQLite file. Set DULY_DATABASE to a path.")
    if url == ":memory:":
        return _migrated(_connect(url))
    path = Path(url)
    try:
        if path.exists():
            _look(path)
        else:
            _create(path)
        return _migrated(_connect(str(path)))
    except (OSError, sqlite3.Error) as error:
        raise Refused(
            f"{path}: cannot be opened ({error}). Check permissions, free space, and that no other program holds it."
        ) from None


class _InTurn(sqlite3.Connection):  # type: ignore[misc]  # one of two modules
    """Threads begin statements in turn: those kept prepared get muddled when two begin the same one at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn = threading.RLock()

    def execute(self, *args: Any) -> Any:
        with self.turn:
            return super().execute(*args)

    def executemany(self, *args: Any) -> Any:
        with self.turn:
            return super().executemany(*args)


def _connect(target: str, read_only: bool = False) -> Database:
    name = f"{Path(target).absolute().as_uri()}?mode=ro" if read_only else target
    connection = sqlite3.connect(name, uri=read_only, isolation_level=None, check_same_thread=False, factory=_InTurn)
    if not read_only:
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
    return _wrapped(connection)


def bare(path: Path, read_only: bool = False, seconds: float = 5.0) -> "Connection":
    """A connection without our settings, for copying a file; `seconds` is how long it waits for others."""
    name = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    connection: Connection = sqlite3.connect(name, uri=True, isolation_level=None, timeout=seconds)
    return connection


@contextlib.contextmanager
def reading(url: str, db: Database) -> Iterator[Database]:
    """The database for long looks: a connection of its own that holds up nobody; `db` where there is no file."""
    if url == ":memory:":
        yield db
        return
    apart = _connect(url, read_only=True)
    try:
        yield apart
    finally:
        apart.conn.close()


def _wrapped(connection: Any) -> Database:
    from sqlite_utils import Database as SqliteDatabase

    return SqliteDatabase(connection)


def _migrated(db: Database) -> Database:
    from storage.migrations import MIGRATIONS, SCHEMA_VERSION

    if db.conn.execute("pragma user_version").fetchone()[0] < SCHEMA_VERSION:
        MIGRATIONS.apply(db)  # type: ignore[arg-type]  # it is theirs: see _wrapped
        db.conn.execute(f"pragma application_id={APPLICATION_ID}")
        db.conn.execute(f"pragma user_version={SCHEMA_VERSION}")
    return db


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unborn = path.with_name(f"{path.name}.{os.getpid()}.new")
    unborn.unlink(missing_ok=True)
    connection = sqlite3.connect(str(unborn), isolation_level=None)
    unborn.chmod(0o600)  # what officers keep is theirs; SQLite gives its other files the same rights
    try:
        _migrated(_wrapped(connection))
    finally:
        connection.close()
    with contextlib.suppress(FileExistsError):  # somebody else made it meanwhile: theirs is as good
        os.link(unborn, path)
    unborn.unlink()


def _look(path: Path) -> None:
    if path.is_dir():
        raise Refused(f"{path} is a directory. Set DULY_DATABASE to a file.")
    if not os.access(path, os.W_OK):
        raise Refused(f"{path} cannot be written. Check permissions.")
    if path.stat().st_size == 0:
        raise Refused(f"{path} is empty (0 bytes). Put a backup in its place, or remove it to begin anew.")
    identity = _identity(path)
    if identity is None:
        raise Refused(f"{path} is not a database. Put a backup in its place, or set DULY_DATABASE to another path.")
    from storage.migrations import SCHEMA_VERSION

    version, application = identity
    if application != APPLICATION_ID:
        raise Refused(f"{path} belongs to another program. Set DULY_DATABASE to another path.")
    if version > SCHEMA_VERSION:
        raise Refused(
            f"{path} was written by a newer Duly (schema {version}, this one knows {SCHEMA_VERSION}). Upgrade Duly."
        )
    if path.stat().st_size <= CHECKED_SIZE:
        _check(path)


def _identity(path: Path) -> tuple[int, int] | None:
    """The schema version and the application id; None when `path` is no database.

    Beside a log SQLite is asked: a power cut while the log was copied into the file can tear the header, and the log
    mends it.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        return _identity_with_log(path)
    with path.open("rb") as file:
        head = file.read(HEADER.size)
    if len(head) < HEADER.size or not head.startswith(MAGIC):
        return None
    _, version, application = HEADER.unpack(head)
    return version, application


def _identity_with_log(path: Path) -> tuple[int, int] | None:
    db = _connect(str(path), read_only=True)
    try:
        version, application = (db.conn.execute(f"pragma {name}").fetchone()[0] for name in IDENTITY)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return None
    finally:
        db.conn.close()
    return version, application


def _check(path: Path) -> None:
    db = _connect(str(path), read_only=True)
    try:
        found = db.conn.execute("pragma integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        found = str(error)
    finally:
        db.conn.close()
    if found != "ok":
        raise Refused(f"{path} is damaged ({found.splitlines()[-1]}). Put a backup in its place.")


@contextlib.contextmanager
def write(db: Database) -> Iterator[None]:
    """One transaction that holds the write lock from its first line, so that what is read in it stays true.

    sqlite-utils' own `atomic()` begins deferred: a read and then a write fails at once when somebody else wrote.
    """
    db.conn.execute("begin immediate")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("rollback")
        raise
    db.conn.execute("commit")


@contextlib.contextmanager
def savepoint(db: Database) -> Iterator[None]:
    """Part of a transaction that can fail without taking the rest with it."""
    db.conn.execute("savepoint part")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("rollback to part")
            db.conn.execute("release part")
        raise
    db.conn.execute("release part")


@lru_cache(maxsize=16)  # a message writes one moment into several rows
def stamp(moment: datetime) -> str:
    """`moment` as every table keeps it: UTC, to the millisecond, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def moment(stamped: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(stamped)


def fold(words: str) -> str:
    """`words` for searching. SQLite's LIKE and NOCASE know no letters beyond A-Z: Å and å would differ."""
    return " ".join(normalize("NFKC", words).casefold().split())


def one(db: Database, sql: str, values: Any = ()) -> Any:
    """The first row as a tuple, or None."""
    return db.conn.execute(sql, values).fetchone()
