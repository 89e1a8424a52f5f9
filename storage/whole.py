"""Every row of every table as plain data, and back: what leaves in open formats can come in again."""

from collections.abc import Iterable, Iterator
from typing import Any

from storage import outbox
from storage.database import Database

OWN = ("_sqlite_migrations", "sqlite_sequence")  # made by the machinery, not by us


def tables(db: Database) -> list[str]:
    """The names of all tables, each after those it refers to."""
    sql = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
    waiting = [row[0] for row in db.conn.execute(sql) if row[0] not in OWN]
    ordered: list[str] = []
    while waiting:
        ready = [name for name in waiting if not (_referred(db, name) - {name}) & set(waiting)] or waiting
        ordered += ready
        waiting = [name for name in waiting if name not in ready]
    return ordered


def _referred(db: Database, table: str) -> set[str]:
    return {row[2] for row in db.conn.execute(f"pragma foreign_key_list({table})")}


def count(db: Database, table: str) -> int:
    """How many rows a table has."""
    return int(db.conn.execute(f"select count(*) from {table}").fetchone()[0])


def columns(db: Database, table: str) -> list[dict[str, Any]]:
    """Name, type, and whether a value is needed, of each column."""
    found = db.conn.execute(f"pragma table_info({table})").fetchall()
    return [{"name": row[1], "type": row[2], "needed": bool(row[3]), "key": bool(row[5])} for row in found]


def rows(db: Database, table: str) -> Iterator[dict[str, Any]]:
    """Every row in the order of its key. An address that was sent leads nowhere in it: it would open a page."""
    told = columns(db, table)
    key = ", ".join(column["name"] for column in told if column["key"]) or "rowid"
    names = [column["name"] for column in told]
    for row in db.conn.execute(f"select * from {table} order by {key}"):
        yield _without_addresses(table, dict(zip(names, row, strict=True)))


def _without_addresses(table: str, row: dict[str, Any]) -> dict[str, Any]:
    if table != "outbox" or row["state"] not in outbox.OVER:
        return row
    return {**row, "body": outbox.without_addresses(row["body"])}


def put(db: Database, table: str, rows: Iterable[dict[str, Any]]) -> int:
    """Write `rows` as they were; how many. Call it inside a transaction that checks references at its end.

    Raises:
        ValueError: a row has a column that the table does not know.
    """
    known, count = {column["name"] for column in columns(db, table)}, 0
    for row in rows:
        if strange := row.keys() - known:
            raise ValueError(f"{table} has no {sorted(strange)[0]}")
        marks = ", ".join("?" * len(row))
        db.conn.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", tuple(row.values()))
        count += 1
    return count
