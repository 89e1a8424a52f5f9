"""Everything that is kept about one person, as JSON that she can read. Names of tables are those of the database."""

from pathlib import Path
from typing import Any

import orjson

from bot import disk
from bot.service import Service
from knowledge.text import LANGUAGES
from storage.people import Person
from storage.personal import ABOUT, rows


def export(service: Service, person: Person, directory: Path) -> Path:
    """Write person.json and README.txt into `directory`, which only its owner can read; the path of the first."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    every = {name: rows(service.db, name, person.id) for name in ABOUT}
    found: dict[str, Any] = {name: several for name, several in every.items() if several}
    path, day = directory / "person.json", service.today().isoformat()
    _write(path, orjson.dumps({"person": person.name, "day": day, **found}, option=orjson.OPT_INDENT_2))
    told = {"name": person.name, "day": day, "tables": ", ".join(found)}
    words = "\n".join(service.library.phrase("export_readme", lang, **told) for lang in LANGUAGES)
    _write(directory / "README.txt", words.encode())
    return path


def _write(path: Path, data: bytes) -> None:
    with disk.ours(path, disk.AGAIN) as file:
        file.write(data)
