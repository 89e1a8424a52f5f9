"""`duly check-draft FILE`: the text of a .docx, .txt or .md file, and what the rules find in it."""

import json
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import click

from bot.asking import labels, reader
from bot.render.plain import plain_text
from handlers import draft_check
from handlers.clean import clean
from handlers.messages import Reply
from knowledge.library import Library

LARGEST = 20 * 2**20  # bytes of a file, and of what a .docx unpacks to


class NotReadable(Exception):
    """The file is not what its name says; `phrase` tells the reader what to do."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


def check_draft(library: Library, path: Path, lang: str, as_json: bool) -> None:
    """Print what is missing in a draft."""
    ctx = reader(library, lang)
    try:
        text = clean(text_of(path))
        if not text:
            raise NotReadable("draft_empty")
    except NotReadable as error:
        click.echo(ctx.phrase(error.phrase, name=path.name), err=True)
        sys.exit(1)
    found = draft_check.findings(text, ctx)
    if as_json:
        click.echo(json.dumps(draft_check.as_json(found, ctx), ensure_ascii=False))
        return
    reply = draft_check.told(found, ctx)
    click.echo(plain_text(Reply(reply.parts, (), reply.sources), labels(ctx)))
    for row in reply.buttons:
        click.echo(f"- {row[0].label}: duly knowledge show {row[0].says.removeprefix('/clause ')}")


def text_of(path: Path) -> str:
    """The text of a draft, a paragraph a line.

    Raises:
        NotReadable: another kind of file, too large, or not what its name says.
    """
    if path.stat().st_size > LARGEST:
        raise NotReadable("draft_too_large")
    return words_in(path.read_bytes(), path.name)


def words_in(content: bytes, name: str) -> str:
    """The text of a draft that has this name.

    Raises:
        NotReadable: another kind of file, too large, or not what its name says.
    """
    read = READERS.get(Path(name).suffix.casefold())
    if read is None:
        raise NotReadable("draft_kind")
    return read(content)


def _plain(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # as older Swedish programs save it


def _docx(content: bytes) -> str:
    """Paragraphs and the cells of tables in their order; headers, comments and notes are not requirements."""
    from docx import Document

    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                raise NotReadable("draft_too_large")
        body = Document(BytesIO(content)).element.body
    except (BadZipFile, KeyError, ValueError):
        raise NotReadable("draft_not_word") from None
    return "\n".join(_paragraphs(body))


def _paragraphs(body: object) -> Iterator[str]:
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    for element in body.iter(qn("w:p")):  # type: ignore[attr-defined]
        yield Paragraph(element, None).text  # type: ignore[arg-type]


READERS: dict[str, Callable[[bytes], str]] = {".docx": _docx, ".txt": _plain, ".md": _plain}
