"""Everything that is kept about one person, as JSON that she can read. Names of tables are those of the database."""

import os
from pathlib import Path
from typing import Any

import orjson

from bot.service import Service
from storage.people import Person
from storage.personal import ABOUT, rows

README = """Det här är allt som Duly har sparat om {name} den {day}.
Everything that Duly keeps about {name}, as of {day}.

person.json: {tables}
Granska sekretess innan det lämnas ut. / Review for secrecy before it is handed out.
"""


def export(service: Service, person: Person, directory: Path) -> Path:
    """Write person.json and README.txt into `directory`, which only its owner can read; the path of the first."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    every = {name: rows(service.db, name, person.id) for name in ABOUT}
    found: dict[str, Any] = {name: several for name, several in every.items() if several}
    path = directory / "person.json"
    day = service.today().isoformat()
    whole = {"person": person.name, "day": day, **found}
    _write(path, orjson.dumps(whole, option=orjson.OPT_INDENT_2))
    words = README.format(
        name=person.name, day=day, tables=", ".join(name for name, several in found.items() if several)
    )
    _write(directory / "README.txt", words.encode())
    return path


def _write(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
