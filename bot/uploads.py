"""What a supplier may attach: PDF, PNG, JPEG and Word files, by what is in them. Nothing is opened or unpacked.

Of a Word file only the directory is read, which says what it holds and how large that claims to be.
"""

import io
import re
import zipfile

from bot.attachments import MOST_BYTES, NotTaken, kind_of

MOST_PIXELS = 100_000_000  # ours: an A3 page at 600 dots an inch has 70 million
MOST_UNPACKED = 100 * 2**20  # bytes that a Word file may claim to hold; ours
MOST_MEMBERS = 2_000  # files in a Word file; ours
NEEDED = {"[Content_Types].xml", "word/document.xml"}
MACROS = re.compile(r"vbaproject|vbadata|activex", re.IGNORECASE)
OLD_WORD = b"\xd0\xcf\x11\xe0"  # a .doc, or a .docx with a password
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # JPEG segments that tell the size of the picture
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # JPEG markers without a length


def look(data: bytes) -> str:
    """pdf, png, jpeg or docx.

    Raises:
        NotTaken: it is something else, too large, locked with a password, or claims to be enormous.
    """
    if len(data) > MOST_BYTES:
        raise NotTaken("web_file_too_large")
    if not data:
        raise NotTaken("web_file_empty")
    kind = "docx" if data.startswith(b"PK\x03\x04") else _plain_kind(data)
    LOOKS[kind](data)
    return kind


def _plain_kind(data: bytes) -> str:
    if data.startswith(OLD_WORD):
        raise NotTaken("web_file_old_word")
    try:
        return kind_of(data)
    except NotTaken:
        raise NotTaken("web_file_other_kind") from None


def _pdf(data: bytes) -> None:
    if b"/Encrypt" in data:
        raise NotTaken("web_file_locked")
    if b"%%EOF" not in data[-2048:]:
        raise NotTaken("web_file_cut")


def _png(data: bytes) -> None:
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise NotTaken("web_file_cut")
    _not_enormous(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))


def _jpeg(data: bytes) -> None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in FRAMES:
            _not_enormous(int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big"))
            return
        at += 1 if marker == 0xFF else 2 if marker in ALONE else 2 + max(length, 2)
    raise NotTaken("web_file_cut")


def _not_enormous(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise NotTaken("web_file_pixels")


def _docx(data: bytes) -> None:
    members = _members(data)
    names = {member.filename for member in members}
    if not names >= NEEDED:
        raise NotTaken("web_file_other_kind")
    if any(MACROS.search(name) for name in names):
        raise NotTaken("web_file_macros")
    if any(member.flag_bits & 1 for member in members):
        raise NotTaken("web_file_locked")
    if sum(member.file_size for member in members) > MOST_UNPACKED or len(members) > MOST_MEMBERS:
        raise NotTaken("web_file_unpacked")


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    """What the directory of a zip file names."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError, LookupError):
        raise NotTaken("web_file_cut") from None


LOOKS = {"pdf": _pdf, "png": _png, "jpeg": _jpeg, "docx": _docx}
