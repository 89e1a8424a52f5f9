"""`duly export DIR --case 2027-114`: one case as a folder, or as a zip when the name ends so, for the register."""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import orjson

from bot import disk
from bot.documents import docx
from bot.opening import Refusal
from bot.portfolio import as_csv
from bot.service import Service
from handlers import case_file
from handlers.case_file import Case, Piece
from handlers.case_file_document import document
from handlers.context import Context
from handlers.messages import Place
from knowledge.text import LANGUAGES
from storage import audit
from storage.people import Person
from storage.procurements import Procurement

ZIP = ".zip"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell


def export(service: Service, files: Path, target: Path, number: str, lang: str, by: Person) -> int:
    """Write the case that `number` names, and note who did; how many files were written.

    Raises:
        Refusal: there is no such case, or there is something at `target` already.
    """
    ctx = service.context_of(Person(by.id, by.name, lang, by.role), Place("terminal"))
    with service.lock:  # so that all of it is of one moment
        found = case_file.wanted(number, ctx)
        if found is None:
            raise Refusal(f"There is no case {number}. Write its diary number, or # and its number: --case '#12'")
        _free(target)
        written = _written(case_file.gathered(found, ctx), files, ctx)
    _put(written, target)
    with service.kept():
        _noted(service, found, by)
    return len(written)


def _free(target: Path) -> None:
    taken = target.exists() and (target.is_file() or any(target.iterdir()))
    if taken:
        raise Refusal(f"{target} is not empty. Name a new directory or file.")


def _noted(service: Service, found: Procurement, by: Person) -> None:
    audit.append(service.db, by.id, "exported", f"procurements:{found.id}", service.now())


# What is written.


def _written(case: Case, files: Path, ctx: Context) -> dict[str, bytes]:
    """The content of each file by its path in the export."""
    kept = {each: data for each in case.files if (data := _read(files / Path(each.path).name)) is not None}
    missing = [each.name for each in case.files if not _whole(each, kept)]
    told = document(case, missing, ctx)
    folder = ctx.phrase("case_file_attachments")
    written = {
        told.name: docx(told, ctx.now),
        ctx.phrase("case_file_log"): as_csv(case_file.log(case, ctx)),
        "README.txt": _readme(case, missing, ctx).encode(),
        **{f"{folder}/{each.name}": data for each, data in kept.items()},
    }
    return {**written, "metadata.json": _metadata(case, written, missing, ctx)}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _whole(piece: Piece, kept: Mapping[Piece, bytes]) -> bool:
    """Whether a file is there as it came."""
    return piece in kept and hashlib.sha256(kept[piece]).hexdigest() == piece.sha256


def _metadata(case: Case, written: Mapping[str, bytes], missing: list[str], ctx: Context) -> bytes:
    sums = [{"name": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in written.items()]
    told = {**case_file.metadata(case, ctx), "files": sums, "not_as_they_came": missing, "program": _program()}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _program() -> str:
    """What wrote it; without a number where it runs from its source alone."""
    try:
        return f"Duly {version('duly')}"
    except PackageNotFoundError:
        return "Duly"


def _readme(case: Case, missing: list[str], ctx: Context) -> str:
    number, folder = case.procurement.number or f"#{case.procurement.id}", ctx.phrase("case_file_attachments")
    named = {"document": ctx.phrase("case_file_document"), "log": ctx.phrase("case_file_log"), "folder": folder}
    words = {**named, "number": number, "title": case.procurement.title, "day": ctx.today.isoformat()}
    told = [ctx.library.phrase("case_readme", lang, **words) for lang in LANGUAGES]
    lost = [ctx.library.phrase("case_readme_missing", lang, names=", ".join(missing)) for lang in LANGUAGES]
    return "\n".join((*told, *(lost if missing else ())))


# Where it is put.


def _put(written: Mapping[str, bytes], target: Path) -> None:
    """All of it or nothing: it is written beside the target first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".duly-") as beside:
        unborn = Path(beside) / "case"
        if target.suffix.casefold() == ZIP:
            _zip(written, unborn)
        else:
            _folder(written, unborn)
            if target.exists():
                target.rmdir()
        shutil.move(unborn, target)


def _folder(written: Mapping[str, bytes], directory: Path) -> None:
    directory.mkdir(mode=0o700)
    for name, data in written.items():
        path = directory / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with disk.ours(path) as file:
            file.write(data)


def _zip(written: Mapping[str, bytes], path: Path) -> None:
    with disk.ours(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in written.items():
            packed.writestr(zipfile.ZipInfo(name, EARLIEST), data, zipfile.ZIP_DEFLATED)
