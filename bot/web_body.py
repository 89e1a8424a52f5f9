"""The body of a form that somebody sends in, read within limits of size, number and time.

A file that is too large is read to its end and thrown away, so that whoever sent it gets a page that says so, with
everything she typed.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from bot.attachments import MOST_BYTES

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_FORM = 64 * 2**10  # bytes of a form without files, and of one field
MOST_WHOLE = 24 * 2**20  # bytes of a form with files; two files of 5 MB with room for one that is too large
MOST_FIELDS = 50
MOST_OF_ONE = 64 * 2**20  # bytes held at once for one form: a few colleagues who attach files at the same time
MOST_OF_ALL = 256 * 2**20  # bytes held at once for all forms
BETWEEN = 10.0  # seconds that a client may be silent
WHOLE = 300.0  # seconds for all of it: 10 MB from a phone with a poor connection


class BadBody(Exception):
    """The body is not taken. `status` is the HTTP status, the message a phrase."""

    def __init__(self, status: int, phrase: str) -> None:
        super().__init__(phrase)
        self.status = status


@dataclass(slots=True)
class Upload:
    """A file as it came; `data` is None when there was too much of it."""

    field: str
    name: str
    data: bytes | None


@dataclass(slots=True)
class Body:
    """Fields by name, each once, and files."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        if name in self.fields:
            raise BadBody(400, "web_bad_form")
        self.fields[name] = value


class Room:
    """How much is held of bodies that are arriving or being kept, for each form and for all together."""

    def __init__(self) -> None:
        self.held: Counter[int] = Counter()

    @contextlib.contextmanager
    def share(self, form: int) -> Iterator[Callable[[int], None]]:
        """Gives what takes room for some bytes of a form; all of it is free again in the end."""
        mine = 0

        def take(size: int) -> None:
            nonlocal mine
            if self.held[form] + size > MOST_OF_ONE or self.held.total() + size > MOST_OF_ALL:
                raise BadBody(503, "web_not_kept")
            self.held[form] += size
            mine += size

        try:
            yield take
        finally:
            self.held[form] -= mine
            self.held += Counter()  # forgets the forms that hold nothing


async def read_body(request: Request, take: Callable[[int], None], between: float = BETWEEN) -> Body:
    """What was sent; `take` makes room for it.

    Raises:
        BadBody: it is too much (413), too slow (408), of another type (415), garbled (400) or has no room (503).
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"application/x-www-form-urlencoded":
        return _from_pairs(b"".join([piece async for piece in _pieces(request, take, MOST_FORM, between)]))
    if kind == b"multipart/form-data":
        return await _from_parts(_pieces(request, take, MOST_WHOLE, between), options.get(b"boundary", b""))
    raise BadBody(415, "web_bad_form")


async def _pieces(request: Request, take: Callable[[int], None], most: int, between: float) -> AsyncIterator[bytes]:
    stream, read = request.stream(), 0
    try:
        async with asyncio.timeout(WHOLE):
            while (piece := await _next(stream, between)) is not None:
                read += len(piece)
                if read > most:
                    raise BadBody(413, "web_too_much")
                take(len(piece))
                yield piece
    except TimeoutError:
        raise BadBody(408, "web_too_slow") from None
    except ClientDisconnect:
        raise BadBody(400, "web_bad_form") from None


async def _next(stream: AsyncIterator[bytes], between: float) -> bytes | None:
    async with asyncio.timeout(between):
        return await anext(stream, None)


def _from_pairs(body: bytes) -> Body:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:
        raise BadBody(400, "web_bad_form") from None
    found = Body()
    for name, value in pairs:
        found.add(name, value)
    return found


async def _from_parts(pieces: AsyncIterator[bytes], boundary: bytes) -> Body:
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        async for piece in pieces:
            parser.write(piece)
    except (FormParserError, ValueError):
        raise BadBody(400, "web_bad_form") from None
    if not parts.ended:
        raise BadBody(400, "web_bad_form")
    return parts.body


class _Parts:
    """Gathers the parts of a multipart body as the parser comes upon them."""

    def __init__(self) -> None:
        self.body, self.ended, self.count = Body(), False, 0
        self.file: str | None
        self._begin()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._all_read,
        }

    def _begin(self) -> None:
        self.name, self.file, self.too_large = "", None, False
        self.header, self.value, self.disposition, self.data = b"", b"", b"", bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self.header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def _header_end(self) -> None:
        if self.header.lower() == b"content-disposition":
            self.disposition = self.value
        self.header, self.value = b"", b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self.disposition)
        self.count += 1
        if b"name" not in options or self.count > MOST_FIELDS:
            raise BadBody(400, "web_bad_form")
        self.name = options[b"name"].decode("utf-8", "replace")
        self.file = options[b"filename"].decode("utf-8", "replace") if b"filename" in options else None

    def _data(self, data: bytes, start: int, end: int) -> None:
        if len(self.data) + end - start > (MOST_FORM if self.file is None else MOST_BYTES):
            if self.file is None:
                raise BadBody(413, "web_too_much")
            self.too_large = True
            self.data.clear()
        elif not self.too_large:
            self.data += data[start:end]

    def _end(self) -> None:
        if self.file is None:
            self.body.add(self.name, self.data.decode("utf-8", "replace"))
        elif self.file or self.data or self.too_large:  # a field for files that was left empty comes as a nameless one
            self.body.files.append(Upload(self.name, self.file, None if self.too_large else bytes(self.data)))

    def _all_read(self) -> None:
        self.ended = True
