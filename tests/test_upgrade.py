"""B2: a file of every earlier version becomes today's, whole, wherever it was broken off, with everything in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.database import APPLICATION_ID, Failed, bare, open_database
from storage.migrations import MIGRATIONS, SCHEMA_VERSION

NAMES = [migration.name for migration in MIGRATIONS._migrations]
AT = "2026-01-05T08:00:00.000+00:00"
OF_THE_FIRST = (  # rows as the first version wrote them
    f"insert into people values ('asa', 'Åsa', 'åsa', 'sv', 'officer', '{AT}', '{AT}')",
    f"insert into suppliers values (1, null, 'Nordkaffe AB', 'nordkaffe ab', '{AT}', '{AT}')",
    f"""insert into follow_ups values (7, 1, null, 'A-1', null, 'certificate', 'Licens', 'licens', '2027-03-15', 'asa',
        null, 'open', null, null, null, 1, 'asa', '{AT}', '{AT}')""",
    f"""insert into reminders values (1, 7, 'before', 7, '2027-03-08', '{AT}', 'asa', 0, 'planned', '{AT}')""",
    f"""insert into outbox values (1, 'rem:1', 'slack', 'slack|T|C|', 'asa', '{{}}', 7, '{AT}', null, 'pending', 0,
        null, null, null, null, null, '{AT}')""",
)


def of_version(path: Path, version: int) -> None:
    """A file as version `version` left it."""
    connection = bare(path)
    MIGRATIONS.apply(Database(connection), stop_before=NAMES[1])
    for statement in OF_THE_FIRST:
        connection.execute(statement)
    MIGRATIONS.apply(Database(connection), stop_before=NAMES[version])
    connection.execute(f"pragma application_id={APPLICATION_ID}")
    connection.execute(f"pragma user_version={version}")
    connection.close()


def schema(db) -> set[tuple[str, str]]:
    """Every table, index and trigger, as it reads."""
    sql = "select name, sql from sqlite_master where sql is not null and name not like '%sqlite%'"
    return {(name, " ".join(text.split())) for name, text in db.conn.execute(sql)}


def kept(db) -> list[object]:
    """What was written by the first version, as far as its columns go."""
    return [
        db.conn.execute("select id, name, role from people").fetchall(),
        db.conn.execute("select id, subject, due_on, responsible, state from follow_ups").fetchall(),
        db.conn.execute("select item, kind, local_date, recipient, state from reminders").fetchall(),
        db.conn.execute("select dedupe_key, platform, place, state from outbox").fetchall(),
    ]


KEPT = [
    [("asa", "Åsa", "officer")],
    [(7, "Licens", "2027-03-15", "asa", "open")],
    [(7, "before", "2027-03-08", "asa", "planned")],
    [("rem:1", "slack", "slack|T|C|", "pending")],
]


def test_every_version_has_its_number():
    assert len(NAMES) == SCHEMA_VERSION


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_file_of_an_earlier_version_becomes_todays_with_everything_in_it(version, tmp_path):
    of_version(tmp_path / "old.db", version)
    db = open_database(str(tmp_path / "old.db"))

    assert schema(db) == schema(open_database(":memory:"))
    assert kept(db) == KEPT
    assert db.conn.execute("pragma user_version").fetchone() == (SCHEMA_VERSION,)


def breaking(path: Path) -> Iterator[None]:
    """Bring the file up to date, and break off before the first change, the second, and so on until it ends."""
    for nth in range(1, 10_000):
        connection, left = bare(path), [nth]

        def allowed(*_: object, left: list[int] = left) -> int:
            left[0] -= 1
            return 0 if left[0] > 0 else 1  # SQLITE_OK, SQLITE_DENY

        connection.set_authorizer(allowed)
        try:
            MIGRATIONS.apply(Database(connection))
        except Failed:
            yield
        else:
            return
        finally:
            connection.close()


@pytest.mark.parametrize("version", [1, SCHEMA_VERSION - 1])
def test_wherever_it_breaks_off_the_next_start_ends_it(version, tmp_path):
    path, times = tmp_path / "old.db", 0
    of_version(path, version)
    for _ in breaking(path):
        times += 1
        looked = bare(path, read_only=True)
        assert looked.execute("pragma integrity_check").fetchone() == ("ok",)
        looked.close()
    db = open_database(str(path))

    assert times > 20
    assert schema(db) == schema(open_database(":memory:"))
    assert kept(db) == KEPT
