"""The Common Procurement Vocabulary: whose purchase a code is, and the full list from its publisher's files."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.publishers import NotThatFile, Row, tables
from knowledge.text import LANGUAGES, Text

PAGE = "https://github.com/OP-TED/eForms-SDK (translations/code_sv.xml and code_en.xml)"
ENTRY = "code|name|cpv."  # how the eForms SDK names the entries of this list
Titles = dict[str, dict[str, str]]  # code -> language -> title


def owners(codes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Beginning of a code -> category, from category -> its codes: "18110000" stands for all that begin with 1811."""
    return {code.rstrip("0"): id for id, several in codes.items() for code in several}


def owner(code: str, by_beginning: Mapping[str, str]) -> str | None:
    """The category with the longest code that `code` falls under."""
    beginnings = (code[:length] for length in range(len(code), 1, -1))
    return next((by_beginning[beginning] for beginning in beginnings if beginning in by_beginning), None)


def read_list(path: Path) -> Titles:
    """The titles in one file: an XML file of the eForms SDK in one language, or a table of codes in both.

    Raises:
        NotThatFile: there are no CPV codes in it.
    """
    found = _xml(path) if path.suffix.lower() == ".xml" else _table(path)
    if not found:
        raise NotThatFile(f"{path.name} holds no CPV codes. Download the code list: {PAGE}")
    return found


def _xml(path: Path) -> Titles:
    lang = next((lang for lang in LANGUAGES if path.stem.endswith(f"_{lang}")), "")
    if not lang:
        raise NotThatFile(
            f"{path.name} does not say its language. Keep the name it has there: code_sv.xml or code_en.xml"
        )
    if b"<!ENTITY" in path.read_bytes():  # entities in entities would fill the memory; the SDK has none
        raise NotThatFile(f"{path.name} defines entities, which the code list does not. Download it again: {PAGE}")
    try:
        entries = ElementTree.parse(path).iter("entry")  # noqa: S314 (no entities, see above)
        named = [(entry.get("key", ""), (entry.text or "").strip()) for entry in entries]
    except ElementTree.ParseError as error:
        raise NotThatFile(f"{path.name} is not readable as XML: {error}") from error
    return {key.removeprefix(ENTRY): {lang: title} for key, title in named if key.startswith(ENTRY) and title}


def _table(path: Path) -> Titles:
    found: Titles = {}
    for _, rows in tables(path):
        head = [str(cell or "").strip().lower() for cell in rows[0]] if rows else []
        at = {lang: next((n for n, name in enumerate(head) if name in NAMED[lang]), None) for lang in LANGUAGES}
        for row in rows[1:]:
            found |= _titles(row, at)
    return found


NAMED = {"sv": ("label_sv", "sv", "swedish", "svenska"), "en": ("label_en", "en", "english", "engelska")}


def _titles(row: Row, at: Mapping[str, int | None]) -> Titles:
    code = str(row[0] or "").strip().split("-")[0] if row else ""
    if not (code.isdecimal() and len(code) == 8):
        return {}
    return {code: {lang: str(row[n]).strip() for lang, n in at.items() if n is not None and len(row) > n and row[n]}}


def under(titles: Mapping[str, Text], by_beginning: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Category and title, in every language, of each code that falls under one."""
    for code, title in titles.items():
        if id := owner(code, by_beginning):
            yield from ((id, title.of(lang)) for lang in LANGUAGES)
